//! Analysis: entry → document → mentions with scores. Pure, one document at a time: no input or output, no clock, no
//! failure. docs/metrics.md gives every formula with a worked example.

use std::ops::Range;

use jiff::Timestamp;

use crate::{
    model::{Brand, Document, Entry, Mention, Source, SourceKind},
    text::{fold::fold, hash},
};

mod bounds;
mod clauses;
mod document;
mod lang;
mod language;
mod lexicon;
mod mentions;
mod names;
mod prominence;
mod reach;
mod reading;
mod sentiment;
mod tokens;
mod words;

pub use lang::scored as scored_languages;
use mentions::{Hits, Named};
use names::{Hit, Names};
use reading::Reading;

/// What analysis needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    pub brands: Vec<Brand>,
    /// The clock of the run: bounds dates, and is the documents' `first_seen`.
    pub now: Timestamp,
}

/// Settings compiled once and shared by all threads.
#[derive(Debug)]
pub struct Analysis {
    settings: Settings,
    names: Names,
}

impl Analysis {
    /// Compiles `settings`.
    pub fn new(settings: &Settings) -> Analysis {
        Analysis { settings: settings.clone(), names: Names::new(&settings.brands) }
    }

    /// The document that `entry` is: cleaned, identified, dated in UTC, its language told.
    pub fn document(&self, source: &Source, kind: SourceKind, entry: Entry) -> Document {
        document::document(source, kind, entry, self.settings.now)
    }

    /// One mention for each brand that the document names in its author's own words or its own title, in the order in
    /// which the brands are configured. `audience`: people a month of the source, where known.
    pub fn mentions(&self, document: &Document, audience: Option<u64>) -> Vec<Mention> {
        let mut reading = Reading::new(document);
        let hits = self.hits(&reading);
        if hits.title.is_empty() && hits.text.is_empty() {
            return Vec::new();
        }
        reading.open(document);
        let whole = reading.whole();
        let brands = self.settings.brands.iter().enumerate();
        let found = brands.filter_map(|(index, brand)| Some((index, brand, mentions::primary(&hits, index)?)));
        found
            .map(|(index, brand, primary)| {
                let form = brand.forms().nth(primary.1.form).unwrap_or_default();
                let named = Named { index, name: &brand.name, form };
                mentions::mention(document, audience, &reading, &whole, &hits, &named, Some(primary))
            })
            .collect()
    }

    /// What the document says of `brand`, configured or not, named in it or not; `start` is where the text names it,
    /// in characters, whatever the words there are.
    pub fn about(&self, document: &Document, brand: &str, start: Option<usize>) -> Mention {
        let mut reading = Reading::new(document);
        let mut hits = self.hits(&reading);
        reading.open(document);
        let wanted = fold(brand);
        let configured = self.settings.brands.iter().position(|known| known.forms().any(|form| fold(form) == wanted));
        let target = configured.map_or_else(
            || Brand { name: brand.to_string(), ..Brand::default() },
            |index| self.settings.brands[index].clone(),
        );
        let index = configured.unwrap_or(self.settings.brands.len());
        if configured.is_none() {
            let own = Names::new(std::slice::from_ref(&target));
            for (found, side) in [(&mut hits.title, &reading.title), (&mut hits.text, &reading.text)] {
                found.extend(own.find(&side.folded).into_iter().map(|hit| Hit { brand: index, ..hit }));
                found.sort_by_key(|hit| (hit.range.start, hit.brand));
            }
        }
        if let Some(hit) = start.and_then(|start| self.placed(&reading, &hits, &target, index, start)) {
            hits.title.retain(|hit| hit.brand != index);
            hits.text.retain(|other| other.brand != index);
            let at = hits.text.partition_point(|other| other.range.start < hit.range.start);
            hits.text.insert(at, hit);
        }
        let primary = mentions::primary(&hits, index);
        let form = primary.map_or("", |(_, hit)| target.forms().nth(hit.form).unwrap_or_default());
        let named = Named { index, name: &target.name, form };
        mentions::mention(document, None, &reading, &reading.whole(), &hits, &named, primary)
    }

    /// The document's tone, as a row about nobody.
    pub fn tone(&self, document: &Document) -> Mention {
        let mut reading = Reading::new(document);
        reading.open(document);
        let nobody = Named { index: 0, name: "", form: "" };
        let hits = Hits { title: Vec::new(), text: Vec::new() };
        mentions::mention(document, None, &reading, &reading.whole(), &hits, &nobody, None)
    }

    /// What scores depend on, in one word: this version, its lexicons, the brands.
    pub fn digest(&self) -> String {
        let mut parts = vec![env!("CARGO_PKG_VERSION")];
        parts.extend(lang::LANGUAGES.iter().flat_map(|language| [language.tag, language.markers]));
        parts.extend(lang::LANGUAGES.iter().filter_map(|language| lang::data(language.tag)));
        for brand in &self.settings.brands {
            for list in [&brand.aliases, &brand.exclude, &brand.context] {
                parts.push("list");
                parts.extend(list.iter().map(String::as_str));
            }
            parts.extend(["brand", &brand.name, &brand.group]);
        }
        hash::short(&parts)
    }

    fn hits(&self, reading: &Reading) -> Hits {
        Hits { title: self.names.find(&reading.title.folded), text: self.names.find(&reading.text.folded) }
    }

    /// The hit at character `start` of the text: one that was found there, else the words that stand there.
    fn placed(&self, reading: &Reading, hits: &Hits, target: &Brand, index: usize, start: usize) -> Option<Hit> {
        let text = &reading.text;
        let byte = text.original.char_indices().nth(start).map(|(at, _)| at)?;
        let at = text.folded.folded(byte);
        if let Some(hit) =
            hits.text.iter().find(|hit| hit.brand == index && hit.range.start <= at && at < hit.range.end)
        {
            return Some(hit.clone());
        }
        let same = |form: &str| text.folded.text[at..].starts_with(form).then_some(form.len());
        let length = target.forms().map(fold).filter(|form| !form.is_empty()).find_map(|form| same(&form));
        let word =
            || text.folded.text[at..].find(|c: char| !c.is_alphanumeric()).unwrap_or(text.folded.text.len() - at);
        let range: Range<usize> = at..at + length.unwrap_or_else(word);
        (!range.is_empty()).then_some(Hit { brand: index, form: 0, range })
    }
}
