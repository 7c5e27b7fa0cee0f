//! Sources as a file lists them: each has a name of its own once all are known.

use std::path::Path;

use jiff::tz::TimeZone;

use super::{
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
}

impl<'a> Listing<'a> {
    /// None yet.
    pub fn new(folder: &'a Path) -> Listing<'a> {
        let (unnamed, noted, full_text) = (Vec::new(), Vec::new(), Vec::new());
        Listing { folder, sources: Sources::default(), names: Names::default(), unnamed, noted, full_text }
    }

    /// Adds a source; a name that is taken is a fault.
    pub fn add(&mut self, table: SourceTable, faults: &mut Faults) {
        let (place, kind) = match (table.url, table.path) {
            (Some(url), _) => (Place::Url(url), table.kind.map_or(SourceKind::Auto, |said| said.value)),
            (None, Some(path)) => (Place::Path(self.folder.join(path)), SourceKind::File),
            (None, None) => return,
        };
        let number = self.sources.len() as u32;
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
            let name = self.names.find(&self.sources.get(at as usize).place);
            self.sources.rename(at as usize, &name);
        }
        self.sources.set_zone(zone.clone());
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
