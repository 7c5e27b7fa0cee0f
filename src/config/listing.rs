//! Sources as a file lists them: each has a name of its own once all are known.

use std::{collections::HashMap, path::Path};

use jiff::tz::TimeZone;

use super::{
    entrance::Given,
    fault::{Faults, Problem, quoted},
    file::SourceTable,
    places::Names,
    plan::idle,
};
use crate::model::{Place, Source, SourceKind, Sources};

/// Sources, as they come.
pub(super) struct Listing<'a> {
    /// Relative paths count from it.
    folder: &'a Path,
    sources: Sources,
    names: Names,
    unnamed: Vec<u32>,
    /// Those that the user should be told something of.
    noted: Vec<u32>,
    /// Those that ask for full text.
    full_text: Vec<u32>,
    /// What those without a name are named after, where another address is asked.
    named: HashMap<u32, String>,
    /// What is to be known of networks.
    told: Vec<(u32, String)>,
}

impl<'a> Listing<'a> {
    /// None yet.
    pub fn new(folder: &'a Path) -> Listing<'a> {
        let (unnamed, noted, full_text) = (Vec::new(), Vec::new(), Vec::new());
        let (sources, names, named, told) = (Sources::default(), Names::default(), HashMap::new(), Vec::new());
        Listing { folder, sources, names, unnamed, noted, full_text, named, told }
    }

    /// Adds a source; a name that is taken is a fault.
    pub fn add(&mut self, table: SourceTable, faults: &mut Faults) {
        let number = self.sources.len() as u32;
        let (place, kind) = match table.path {
            Some(path) if table.url.is_none() => (Place::Path(self.folder.join(path)), SourceKind::File),
            _ => {
                let given = Given { url: table.url, kind: table.kind, query: table.query, token: table.token };
                let Some(planned) = given.planned(table.at, faults) else { return };
                if let Some(said) = planned.named.filter(|_| table.name.is_none()) {
                    self.named.insert(number, said);
                }
                if let Some(note) = planned.note.filter(|_| table.exempt.is_none()) {
                    self.told.push((number, note));
                }
                (Place::Url(planned.url), planned.kind)
            }
        };
        if let Some(said) = table.name.as_ref().filter(|said| !self.names.claim(&said.value)) {
            let what = format!("a second source named {}", quoted(&said.value));
            faults.wrong(said.at, Problem::new(what).hint("give it a name of its own, or none"));
        }
        if table.name.is_none() {
            self.unnamed.push(number);
        }
        if table.full_text {
            self.full_text.push(number);
        }
        if table.full_text || table.exempt.is_some() {
            self.noted.push(number);
        }
        self.sources.push(Source {
            number,
            name: table.name.map(|said| said.value).unwrap_or_default(),
            kind,
            place,
            audience: table.audience,
            timezone_is_said: table.timezone.is_some(),
            timezone: table.timezone.unwrap_or(TimeZone::UTC),
            exempt: table.exempt,
        });
    }

    /// All of them. Those without a name get theirs now, so that no default takes one that the user chose; those
    /// without a zone are in `zone`.
    pub fn finish(mut self, zone: &TimeZone, notes: &mut Vec<String>) -> Sources {
        for at in self.unnamed {
            let place = match self.named.remove(&at) {
                Some(url) => Place::Url(url),
                None => self.sources.get(at as usize).place,
            };
            let name = self.names.find(&place);
            self.sources.rename(at as usize, &name);
        }
        self.sources.set_zone(zone.clone());
        for (at, note) in self.told {
            notes.push(format!("source {}: {note}", quoted(self.sources.name(at as usize))));
        }
        for at in self.noted {
            let source = self.sources.get(at as usize);
            if self.full_text.contains(&at) {
                notes.push(idle("source", &source.name, "full_text"));
            }
            if let Some(exempt) = &source.exempt {
                let name = quoted(&source.name);
                notes.push(format!("source {name}: reads what the site reserves: {}", exempt.reason));
            }
        }
        self.sources
    }
}
