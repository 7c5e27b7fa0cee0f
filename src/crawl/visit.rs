//! One page of one source: reading its answer, and which of the pages that it leads to are new.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use url::Url;

use super::{
    answer::{http_date, validators},
    fault::Fault,
    frontier::Job,
    net::Answer,
};
use crate::{
    model::{Code, Found, Incident, Page, Place, Request, Source, Validators, Visit, port::Adapter},
    text::{hash, urls},
};
use reqwest::header;

/// No longer address is asked for.
const MAX_URL: usize = 2_048;

/// What a visit came to.
pub struct Visited {
    pub visit: Visit,
    pub found: Found,
}

impl Visited {
    /// A visit that found nothing.
    pub fn bare(visit: Visit) -> Visited {
        Visited { visit, found: Found::default() }
    }
}

impl Job {
    /// What the store knows of the page.
    pub fn validators(&self) -> Validators {
        self.recalled.as_ref().map(|recalled| recalled.validators.clone()).unwrap_or_default()
    }
}

/// `url` as an address that may be asked for.
pub fn address(url: &str) -> Result<Url, Fault> {
    let refused = |why: &str| Err(Fault::new(Code::Guarded, format!("not contacted: {why}")));
    if url.len() > MAX_URL {
        return refused("the address is longer than 2,048 characters");
    }
    match Url::parse(url) {
        _ if urls::host(url).is_none() => refused("this is no http or https address"),
        Ok(url) => Ok(url),
        Err(_) => refused("this is no http or https address"),
    }
}

/// Reads an answer; on a worker thread. The adapter is not called for a body that is known.
pub fn read(
    adapter: &dyn Adapter,
    source: &Source,
    asked: String,
    known: &Validators,
    mut answer: Answer,
    mut url: Url,
) -> Visited {
    let validators = validators(&answer, hash::hex(&answer.body));
    if known.body_hash == validators.body_hash {
        return Visited::bare(Visit::Unchanged(validators));
    }
    urls::strip_credentials(&mut url);
    let page = Page {
        asked,
        url: url.into(),
        content_type: answer.header(header::CONTENT_TYPE),
        dated: answer.header(header::DATE).as_deref().and_then(http_date),
        body: std::mem::take(&mut answer.body),
    };
    let found = adapter.read(source, &page);
    // A page that gave nothing but trouble is asked for in full again next time.
    let failed = found.entries.is_empty() && found.incidents.iter().any(|incident| !incident.code.is_warning());
    let visit = if failed { Visit::Failed { retry_at: None } } else { Visit::Read(validators) };
    Visited { visit, found }
}

/// A visit whose adapter panicked.
pub fn reader_failed() -> Visited {
    let mut visited = Visited::bare(Visit::Failed { retry_at: None });
    let message = "the reader met an error of its own, and the page was skipped".into();
    visited.found.incidents.push(Incident { source: String::new(), url: String::new(), code: Code::Internal, message });
    visited
}

/// Fills in what whoever wrote the incident could not know.
pub fn sign(incident: &mut Incident, source: &Source, asked: &str) {
    incident.source.clone_from(&source.name);
    incident.url = urls::shown(if incident.url.is_empty() { asked } else { &incident.url });
}

/// A wait with up to a quarter more, different for each page.
pub fn jitter(wait: Duration, page: &str) -> Duration {
    wait + wait / 4 * (RandomState::new().hash_one(page) >> 32) as u32 / u32::MAX
}

/// What a source has led to in this run.
#[derive(Default)]
pub struct Seen {
    /// Its pages that are not finished.
    pub open: u32,
    /// Hashes of the addresses that were asked for or will be; made when the first page is followed.
    pages: HashSet<u64>,
    hasher: Option<Box<RandomState>>,
    /// It was said that pages are left out.
    capped: bool,
}

impl Seen {
    /// The addresses among `follow` that are new and still within `max`; they count as open from now on.
    pub fn select(
        &mut self,
        source: &Source,
        follow: Vec<Request>,
        max: u64,
        incidents: &mut Vec<Incident>,
    ) -> Vec<String> {
        let hasher = self.hasher.get_or_insert_default();
        if let (Place::Url(first), true) = (&source.place, self.pages.is_empty()) {
            self.pages.extend(page(first).map(|first| hasher.hash_one(first)));
        }
        let mut new = Vec::new();
        for Request { url } in follow {
            let Some(key) = page(&url).filter(|_| address(&url).is_ok()).map(|page| hasher.hash_one(page)) else {
                continue;
            };
            if self.pages.contains(&key) {
                continue;
            }
            if self.pages.len() as u64 >= max {
                if !std::mem::replace(&mut self.capped, true) {
                    let message = format!("it leads to more pages than the {max} that are read of a source in one run");
                    incidents.push(Incident { source: String::new(), url, code: Code::Budget, message });
                }
                break;
            }
            self.pages.insert(key);
            self.open += 1;
            new.push(url);
        }
        new
    }
}

/// The page that an address is on: its canonical form without fragment.
fn page(url: &str) -> Option<String> {
    let mut canonical = urls::canonical(url)?;
    canonical.truncate(canonical.find('#').unwrap_or(canonical.len()));
    Some(canonical)
}

/// The key of a page in the store: its address without user name and password.
pub fn key(asked: &str) -> String {
    match Url::parse(asked) {
        Ok(mut url) if asked.contains('@') => {
            urls::strip_credentials(&mut url);
            url.into()
        }
        _ => asked.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceKind;

    fn source() -> Source {
        Source {
            name: "f".into(),
            kind: SourceKind::Forum,
            place: Place::Url("http://f.example/t?page=1".into()),
            audience: None,
            timezone: jiff::tz::TimeZone::UTC,
        }
    }

    fn select(seen: &mut Seen, max: u64, urls: &[&str]) -> (Vec<String>, Vec<Incident>) {
        let mut incidents = Vec::new();
        let follow = urls.iter().map(|url| Request { url: (*url).into() }).collect();
        (seen.select(&source(), follow, max, &mut incidents), incidents)
    }

    #[test]
    fn a_page_is_followed_once_whatever_its_address_is_decorated_with() {
        let mut seen = Seen::default();
        let urls =
            ["http://f.example/t?page=1#p4", "http://f.example/t?page=2", "http://f.example/t?page=2&utm_source=x#p9"];
        let (new, _) = select(&mut seen, 500, &urls);
        assert_eq!(new, ["http://f.example/t?page=2"]);
        assert_eq!(select(&mut seen, 500, &urls).0, Vec::<String>::new());
        assert_eq!(seen.open, 1);
    }

    #[test]
    fn pages_beyond_the_budget_are_left_out_and_said_once() {
        let mut seen = Seen::default();
        let (new, incidents) =
            select(&mut seen, 2, &["http://f.example/2", "http://f.example/3", "http://f.example/4"]);
        assert_eq!((new.len(), incidents.len(), incidents[0].code), (1, 1, Code::Budget));
        assert!(select(&mut seen, 2, &["http://f.example/5"]).1.is_empty());
    }

    #[test]
    fn what_is_no_page_is_not_followed() {
        let long = format!("http://f.example/{}", "a".repeat(MAX_URL));
        let urls = ["javascript:1", "file:///etc/passwd", "/relative", "http://f.example\\@g.example/", &long];
        assert!(select(&mut Seen::default(), 500, &urls).0.is_empty());
        assert!(address(&long).is_err() && address("mailto:a@b.example").is_err());
    }

    #[test]
    fn jitter_adds_a_quarter_at_most() {
        for page in 0..1_000 {
            let wait = jitter(Duration::from_secs(4), &page.to_string());
            assert!((Duration::from_secs(4)..=Duration::from_secs(5)).contains(&wait), "{wait:?}");
        }
    }
}
