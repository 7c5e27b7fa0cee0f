//! `vigie discover`: what addresses lead to that could be sources, with a look at what each would give.

mod choose;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::{Analysis, Settings};
use crate::config::Plan;
use crate::error::{Error, Result};
use crate::model::port::{Adapter, Memory};
use crate::model::{Code, Document, Entry, Found, Harvest, Page, Role, Source, SourceKind, Visit};
use crate::run::Means;
use crate::run::collect::NoMemory;
use crate::source::discover::{Shows, Sight, look};
use crate::text::{plain, urls};

pub use choose::{Candidate, Given};

/// Pages that are looked at for one address, beside what its hosts say of themselves.
const PAGES: u64 = 10;

/// Documents of which the language is told: those of a long feed are much alike.
const TOLD: usize = 50;

/// What one address turned out to lead to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discovered {
    /// As given, secrets masked.
    pub url: String,
    /// Whether anything of it was read.
    pub read: bool,
    pub title: Option<String>,
    /// The software of the site.
    pub software: Option<String>,
    /// What could be a source; the best comes first.
    pub sources: Vec<Candidate>,
    pub sitemaps: Vec<Sitemap>,
    /// Lists that the site gives to programs; no kind of source reads them as they are.
    pub apis: Vec<Api>,
    pub incidents: Vec<Trouble>,
}

/// A sitemap, and what it leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Sitemap {
    pub url: String,
    pub pages: usize,
    pub sitemaps: usize,
}

/// A list in JSON, and what it holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Api {
    pub url: String,
    pub sample: Sample,
}

/// What could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Trouble {
    pub url: String,
    pub code: Code,
    pub message: String,
}

/// What a page gave.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Sample {
    pub documents: usize,
    pub undated: usize,
    pub newest: Option<Timestamp>,
    pub oldest: Option<Timestamp>,
    /// Documents a day between the oldest and the newest; `None` of fewer than 3 that are dated, or of one moment.
    pub per_day: Option<f64>,
    /// That of most documents.
    pub language: Option<String>,
    /// A title, or the beginning of a text.
    pub example: Option<String>,
}

/// A page as it was seen, with what it gave in few words.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    source: u32,
    role: Role,
    /// Nobody named it.
    guess: bool,
    asked: String,
    sight: Sight,
    sample: Sample,
    /// Comments among what it gave.
    comments: usize,
    /// What it holds words of its own.
    posts: usize,
}

/// Looks at the addresses of a plan, which were given as `given`, in this order. Nothing is kept.
pub fn discover(plan: &Plan, given: &[String], means: &Means) -> Result<Vec<Discovered>> {
    let analysis = Analysis::new(&Settings { brands: Vec::new(), now: means.now });
    let explorer = Arc::new(Explorer { analysis, seen: Mutex::default() });
    let pages = PAGES.min(plan.crawl.max_pages);
    let settings = crate::crawl::Settings { jobs: means.jobs, now: means.now, max_pages: pages, ..plan.crawl.clone() };
    let (sources, stop) = (plan.sources.clone(), Arc::clone(&means.stop.0));
    let (harvest, mut harvests) = tokio::sync::mpsc::channel(16);
    let mut failed: Vec<(u32, Trouble)> = Vec::new();
    let crawled = std::thread::scope(|threads| {
        let adapter: Arc<dyn Adapter> = Arc::clone(&explorer) as Arc<dyn Adapter>;
        let memory: Arc<dyn Memory> = Arc::new(NoMemory);
        let settings = &settings;
        let crawl = threads.spawn(move || crate::crawl::crawl(settings, sources, adapter, memory, stop, harvest));
        let (mut heard, mut pages) = (0, 0);
        while let Some(harvest) = harvests.blocking_recv() {
            pages += 1;
            heard += u64::from(harvest.trail.own.is_none());
            means.progress.crawled(heard, Some(plan.sources.len() as u64), pages);
            failed.extend(troubles(harvest));
        }
        crawl.join()
    });
    match crawled {
        Ok(ended) => ended?,
        Err(_) => return Err(Error::failed("the look around ended in a fault of vigie's own")),
    }
    means.stop.check().map_err(|stopped| Error { hint: None, message: "stopped by a signal".into(), ..stopped })?;
    let mut seen = std::mem::take(&mut *explorer.seen.lock().unwrap_or_else(PoisonError::into_inner));
    seen.sort_by(|a, b| (a.source, a.role, a.guess, &a.asked).cmp(&(b.source, b.role, b.guess, &b.asked)));
    failed.sort();
    failed.dedup();
    let own =
        |source: &Source| given.get(source.number as usize).map_or(source.name.as_str(), String::as_str).to_owned();
    Ok(plan.sources.iter().map(|source| told(&source, &own(&source), &seen, &failed)).collect())
}

/// What went wrong with a page that somebody named.
fn troubles(harvest: Harvest) -> impl Iterator<Item = (u32, Trouble)> {
    let guess = harvest.trail.own.as_ref().is_some_and(|own| own.request.guess);
    let failed = !matches!(harvest.visit, Visit::Read(_) | Visit::Unchanged(_));
    let number = harvest.source.number;
    let told = harvest.incidents.into_iter().filter(move |incident| {
        // That more pages wait is how a look ends.
        incident.code != Code::Budget && (!guess && failed || incident.code == Code::Reserved)
    });
    told.map(move |incident| (number, Trouble { url: incident.url, code: incident.code, message: incident.message }))
}

fn told(source: &Source, own: &str, seen: &[Seen], failed: &[(u32, Trouble)]) -> Discovered {
    let seen: Vec<&Seen> = seen.iter().filter(|seen| seen.source == source.number).collect();
    let front = seen.iter().find(|seen| seen.role == Role::Seed);
    let incidents = failed.iter().filter(|(number, _)| *number == source.number).map(|(_, trouble)| trouble.clone());
    let sitemaps = seen.iter().filter_map(|seen| match seen.sight.shows {
        Shows::Sitemap { pages, sitemaps } => Some(Sitemap { url: urls::shown(&seen.sight.url), pages, sitemaps }),
        _ => None,
    });
    let apis = seen.iter().filter(|seen| seen.sight.shows == Shows::Api);
    let apis = apis.map(|seen| Api { url: urls::shown(&seen.sight.url), sample: seen.sample.clone() });
    let of_site = || seen.iter().find(|seen| seen.role == Role::Listing);
    let software = |seen: &&&Seen| seen.sight.software.clone();
    Discovered {
        url: urls::shown(own),
        read: front.is_some(),
        title: front.and_then(|seen| seen.sight.title.as_deref().map(brief)),
        software: front.as_ref().and_then(software).or_else(|| of_site().as_ref().and_then(software)),
        sources: if front.is_some() { choose::candidates(own, &seen) } else { Vec::new() },
        sitemaps: sitemaps.collect(),
        apis: apis.collect(),
        incidents: incidents.collect(),
    }
}

impl Discovered {
    /// Whether there is nothing to paste.
    pub fn failed(&self) -> bool {
        self.sources.is_empty()
    }
}

/// Looks at pages, and keeps what they give in few words.
struct Explorer {
    analysis: Analysis,
    seen: Mutex<Vec<Seen>>,
}

impl Adapter for Explorer {
    fn read(&self, source: &Source, page: &Page) -> Found {
        let (found, sight) = look(source, page);
        if let Some(mut sight) = sight {
            let entries = std::mem::take(&mut sight.entries);
            let comments = entries.iter().filter(|entry| entry.kind == crate::model::Kind::Comment).count();
            let posts = entries.iter().filter(|entry| entry.kind == crate::model::Kind::Post).count();
            let kind = found.kind.unwrap_or(SourceKind::Auto);
            let sample = self.sample(source, kind, entries);
            let request = &page.request;
            let (role, guess, asked) = (request.role, request.guess, request.url.clone());
            let seen = Seen { source: source.number, role, guess, asked, sight, sample, comments, posts };
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        }
        found
    }
}

impl Explorer {
    fn sample(&self, source: &Source, kind: SourceKind, entries: Vec<Entry>) -> Sample {
        let documents: Vec<Document> =
            entries.into_iter().map(|entry| self.analysis.document(source, kind, entry)).collect();
        let mut dates: Vec<Timestamp> = documents.iter().filter_map(|document| document.published).collect();
        dates.sort_unstable();
        let (oldest, newest) = (dates.first().copied(), dates.last().copied());
        let span = oldest.zip(newest).map(|(oldest, newest)| newest.duration_since(oldest).as_secs_f64() / 86_400.0);
        let per_day = span.filter(|days| *days > 0.0 && dates.len() >= 3).map(|days| (dates.len() - 1) as f64 / days);
        Sample {
            documents: documents.len(),
            undated: documents.len() - dates.len(),
            newest,
            oldest,
            per_day: per_day.map(|rate| (rate * 100.0).round() / 100.0),
            language: usual_language(&documents),
            example: documents.iter().find_map(|document| {
                let title = document.title.as_deref().filter(|title| !title.is_empty());
                Some(brief(title.unwrap_or(&document.text))).filter(|words| !words.is_empty())
            }),
        }
    }
}

/// The language of most documents; of several as frequent the first by its name.
fn usual_language(documents: &[Document]) -> Option<String> {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for document in documents.iter().take(TOLD).filter(|document| document.language != "und") {
        *counts.entry(&document.language).or_default() += 1;
    }
    let most = counts.values().max().copied()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(language, _)| language.into())
}

/// A stranger's words on one short line.
fn brief(words: &str) -> String {
    let line = plain::line(words);
    let cut = plain::cut(&line, 120);
    if cut.len() < line.len() { format!("{}…", cut.trim_end()) } else { line }
}
