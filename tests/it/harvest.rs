//! One crawl in a test: an adapter of lines, a memory of a table, and the harvests that come out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::AtomicUsize},
};

use jiff::Timestamp;
use vigie::{
    crawl::{Settings, crawl},
    model::{
        Code, Entry, Found, Harvest, Incident, Page, Place, Request, Role, Source, SourceKind, Visit,
        port::{Adapter, Memory, Recalled},
    },
};

use super::server::Server;

/// Makes an entry of a page, follows each line that is an address, and fails on demand.
#[derive(Default)]
pub struct Lines {
    pub read: Mutex<Vec<Page>>,
}

impl Adapter for Lines {
    fn read(&self, _: &Source, page: &Page) -> Found {
        self.read.lock().unwrap().push(page.clone());
        let text = String::from_utf8_lossy(&page.body).into_owned();
        assert!(!text.contains("panic"), "a reader that fails as none should");
        let links = text.lines().filter(|line| line.starts_with("http"));
        let follow = links.map(|line| Request::new(line, Role::Listing));
        let mut found = Found { follow: follow.collect(), ..Found::default() };
        match text.is_empty() {
            true => found.incidents.push(Incident {
                source: String::new(),
                url: String::new(),
                code: Code::Unreadable,
                message: "the page is empty".into(),
            }),
            false => found.entries.push(Entry { text, ..Entry::default() }),
        }
        found
    }
}

/// What earlier runs knew, by address.
#[derive(Default)]
pub struct Known(pub HashMap<String, Recalled>);

impl Memory for Known {
    fn recall(&self, _: &str, url: &str) -> Option<Recalled> {
        self.0.get(url).cloned()
    }
}

/// Settings that open `servers`.
pub fn settings(servers: &[&Server]) -> Settings {
    let allow_address = servers.iter().map(|server| server.address()).collect();
    Settings { allow_address, now: now(), contact: Some("https://agency.example/vigie".into()), ..Settings::default() }
}

pub fn now() -> Timestamp {
    "2026-05-01T00:00:00Z".parse().unwrap()
}

pub fn source(name: &str, url: &str) -> Source {
    let kind = SourceKind::Auto;
    Source { name: name.into(), kind, place: Place::Url(url.into()), ..Source::of_file() }
}

/// Crawls `urls`, one source each, and gives back the harvests in the order in which they came.
pub fn harvest(settings: &Settings, urls: &[String]) -> Vec<Harvest> {
    harvest_with(settings, urls, Known::default(), Arc::new(Lines::default()), Arc::default())
}

pub fn harvest_with(
    settings: &Settings,
    urls: &[String],
    known: Known,
    adapter: Arc<dyn Adapter>,
    stop: Arc<AtomicUsize>,
) -> Vec<Harvest> {
    let sources = urls.iter().enumerate().map(|(number, url)| source(&format!("s{number}"), url)).collect();
    // As narrow as can be: whatever the crawl does, it must not wait for itself.
    let (out, mut harvests) = tokio::sync::mpsc::channel(1);
    std::thread::scope(|scope| {
        let taker = scope.spawn(move || std::iter::from_fn(|| harvests.blocking_recv()).collect());
        crawl(settings, sources, adapter, Arc::new(known), stop, out).unwrap();
        taker.join().unwrap()
    })
}

/// The codes of a harvest's incidents.
pub fn codes(harvest: &Harvest) -> Vec<Code> {
    harvest.incidents.iter().map(|incident| incident.code).collect()
}

/// The only harvest's codes.
pub fn code(harvests: &[Harvest]) -> Code {
    assert_eq!(harvests.len(), 1, "{harvests:?}");
    assert_eq!(codes(&harvests[0]).len(), 1, "{harvests:?}");
    assert!(matches!(harvests[0].visit, Visit::Failed { .. }), "{harvests:?}");
    harvests[0].incidents[0].code
}
