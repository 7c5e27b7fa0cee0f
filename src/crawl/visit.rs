//! One page of one source: its answer read, on a worker thread.

use jiff::tz::Offset;
use url::Url;

use super::{
    address,
    answer::{http_date, reserved, validators},
    net::Answer,
    news,
};
use crate::{
    model::{
        Code, Entry, Found, Incident, Page, Place, Request, Reserved, Role, Source, SourceKind, Step, Validators,
        Visit, Weight,
        port::{Adapter, Memory, Recalled},
    },
    text::{effort, hash, identity, urls},
};
use reqwest::header;

/// What a visit came to.
pub struct Visited {
    pub visit: Visit,
    pub found: Found,
    /// What the store knows of each page to follow, in the order of `found.follow`.
    pub recalled: Vec<Option<Recalled>>,
    /// Of a list that shows what it has to tell itself: whether it goes on with what may be new too.
    pub goes_on: bool,
}

impl Visited {
    /// A visit that found nothing.
    pub fn bare(visit: Visit) -> Visited {
        Visited { visit, found: Found::default(), recalled: Vec::new(), goes_on: false }
    }
}

/// What reading an answer needs to know beside it.
pub struct Asking {
    pub request: Request,
    pub known: Validators,
    pub url: Url,
    pub offset: Option<Offset>,
    /// What the source was found to be before.
    pub expected: Option<SourceKind>,
    pub sitemaps: Vec<String>,
    /// Whether the host's file reserves mining of the page.
    pub mining: bool,
    pub max_body: u64,
}

/// Reads an answer; on a worker thread. The adapter is not called for a body that is known.
pub fn read(
    adapter: &dyn Adapter,
    memory: &dyn Memory,
    source: &Source,
    asking: Asking,
    mut answer: Answer,
) -> Visited {
    let Asking { request, known, mut url, offset, expected, sitemaps, mining, max_body } = asking;
    let exempt = source.exempt.as_ref().is_some_and(|exempt| exempt.reservations);
    let reserved = if exempt { Reserved::default() } else { reserved(&answer.headers, mining) };
    // The same page that reserves something else is another.
    let validators = validators(&answer, hash::hex(&answer.body) + &reserved.marks());
    if known.body_hash == validators.body_hash {
        return Visited::bare(Visit::Unchanged(validators));
    }
    urls::strip_credentials(&mut url);
    let page = Page {
        request,
        url: url.into(),
        content_type: answer.header(header::CONTENT_TYPE),
        dated: answer.header(header::DATE).as_deref().and_then(http_date),
        reserved,
        offset,
        expected,
        sitemaps,
        max_body,
        body: std::mem::take(&mut answer.body),
    };
    effort::begin();
    let mut found = adapter.read(source, &page);
    drop(answer);
    // A page that gave nothing but trouble is asked for in full again next time.
    let failed = found.entries.is_empty()
        && found.follow.is_empty()
        && found.incidents.iter().any(|incident| !incident.code.is_warning());
    // One that only shows the way to a network says nothing of what is new there.
    let shows_way = found.entries.is_empty() && found.kind.is_some_and(SourceKind::is_network);
    let validators = if shows_way && !found.follow.is_empty() { Validators::default() } else { validators };
    let visit = if failed { Visit::failed(weight(&page, &found.incidents)) } else { Visit::Read(validators) };
    if failed && page.request.guess {
        found.incidents.clear();
    }
    for request in &mut found.follow {
        address::tidy(&mut request.url);
        if let Place::Url(own) = &source.place {
            request.url = urls::without_secrets(&request.url, own);
        }
    }
    let recalled = found.follow.iter().map(|request| memory.recall(&source.name, &request.url)).collect();
    let is_new = |entry: &Entry| {
        let url = entry.url.as_deref();
        !memory.has(&identity::document(&source.name, url, entry.guid.as_deref(), "", &entry.text))
    };
    // Where the page was not read yet for the period asked for, what is known says nothing of what follows.
    let afresh = page.request.role == Role::Seed && known.body_hash.is_none() && !found.entries.is_empty();
    let goes_on = found.follow.iter().any(|request| request.step == Step::NextWhileNew)
        && (afresh || news::goes_on(found.entries.iter().filter(|entry| entry.permanent).map(is_new)));
    Visited { visit, found, recalled, goes_on }
}

/// What a page counts of which nothing could be read.
fn weight(page: &Page, incidents: &[Incident]) -> Weight {
    match incidents.first().map(|incident| incident.code) {
        // Our own limits.
        Some(Code::Timeout | Code::TooLarge) => Weight::Temporary,
        // A forum was there; it may be shut for a while.
        _ if matches!(page.request.role, Role::Board | Role::Topic) => Weight::Soft,
        _ => Weight::Hard,
    }
}

/// A visit whose adapter panicked, or did not come to an end.
pub fn reader_failed(code: Code, message: &str) -> Visited {
    let weight = if code == Code::Timeout { Weight::Temporary } else { Weight::Hard };
    let mut visited = Visited::bare(Visit::failed(weight));
    let message = message.into();
    visited.found.incidents.push(Incident { source: String::new(), url: String::new(), code, message });
    visited
}

/// Fills in what whoever wrote the incident could not know.
pub fn sign(incident: &mut Incident, source: &Source, asked: &str) {
    incident.source.clone_from(&source.name);
    incident.url = urls::shown(if incident.url.is_empty() { asked } else { &incident.url });
}
