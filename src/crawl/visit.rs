//! One page of one source: reading its answer, and what of that is new.

use std::time::Duration;

use jiff::tz::Offset;
use url::Url;

use super::{
    answer::{http_date, reserved, validators},
    fault::Fault,
    net::Answer,
};
use crate::{
    model::{
        Code, Found, Incident, Page, Request, Reserved, Source, Step, Validators, Visit, Weight,
        port::{Adapter, Memory, Recalled},
    },
    text::{effort, hash, urls},
};
use reqwest::header;

/// No longer address is asked for.
const MAX_URL: usize = 2_048;

/// What a visit came to.
pub struct Visited {
    pub visit: Visit,
    pub found: Found,
    /// What the store knows of each page to follow, in the order of `found.follow`.
    pub recalled: Vec<Option<Recalled>>,
}

impl Visited {
    /// A visit that found nothing.
    pub fn bare(visit: Visit) -> Visited {
        Visited { visit, found: Found::default(), recalled: Vec::new() }
    }
}

/// What reading an answer needs to know beside it.
pub struct Asking {
    pub request: Request,
    pub known: Validators,
    pub url: Url,
    pub offset: Option<Offset>,
    pub sitemaps: Vec<String>,
    /// Whether the host's file reserves mining of the page.
    pub mining: bool,
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

/// Gives `url` the user name and password of its source's own address, where both are of one scheme, host and port.
pub fn lend_credentials(url: &mut Url, own: &str) {
    if own.contains('@')
        && url.username().is_empty()
        && let Ok(own) = Url::parse(own)
        && own.origin() == url.origin()
    {
        // Refused only by addresses without a host.
        let _ = url.set_username(own.username());
        let _ = url.set_password(own.password());
    }
}

/// Reads an answer; on a worker thread. The adapter is not called for a body that is known.
pub fn read(
    adapter: &dyn Adapter,
    memory: &dyn Memory,
    source: &Source,
    asking: Asking,
    mut answer: Answer,
) -> Visited {
    let Asking { request, known, mut url, offset, sitemaps, mining } = asking;
    let validators = validators(&answer, hash::hex(&answer.body));
    if known.body_hash == validators.body_hash {
        return Visited::bare(Visit::Unchanged(validators));
    }
    urls::strip_credentials(&mut url);
    let exempt = source.exempt.as_ref().is_some_and(|exempt| exempt.reservations);
    let page = Page {
        request,
        url: url.into(),
        content_type: answer.header(header::CONTENT_TYPE),
        dated: answer.header(header::DATE).as_deref().and_then(http_date),
        reserved: if exempt { Reserved::default() } else { reserved(&answer.headers, mining) },
        offset,
        sitemaps,
        body: std::mem::take(&mut answer.body),
    };
    effort::begin();
    let mut found = adapter.read(source, &page);
    drop(answer);
    // A page that gave nothing but trouble is asked for in full again next time.
    let failed = found.entries.is_empty()
        && found.follow.is_empty()
        && found.incidents.iter().any(|incident| !incident.code.is_warning());
    let visit = if failed { Visit::failed(Weight::Hard) } else { Visit::Read(validators) };
    if failed && page.request.guess {
        found.incidents.clear();
    }
    for request in &mut found.follow {
        tidy(&mut request.url);
    }
    let recalled = found.follow.iter().map(|request| memory.recall(&source.name, &request.url)).collect();
    Visited { visit, found, recalled }
}

/// An address as it is asked for: without credentials, session ids, tracking parameters and fragment, so that one page
/// has one address whichever way it is come to.
fn tidy(url: &mut String) {
    let bare = url.split('#').next().unwrap_or_default();
    let mut clean = urls::clean(bare);
    if clean.contains('@')
        && let Ok(mut parsed) = Url::parse(&clean)
    {
        urls::strip_credentials(&mut parsed);
        clean = parsed.into();
    }
    *url = clean;
}

/// Whether a request is worth making, by what the store knows of its page.
pub fn is_news(request: &Request, recalled: Option<&Recalled>) -> bool {
    let Some(recalled) = recalled else { return true };
    match (&request.mark, request.step) {
        // Whoever leads to the next page has judged that already.
        (_, Step::Next | Step::NextWhileNew) => true,
        (Some(mark), Step::Link) => recalled.mark.as_ref().is_none_or(|known| is_newer(mark, known)),
        (None, Step::Link) => !recalled.read || request.role.changes(),
    }
}

/// Whether a mark tells of more than the known one. Marks that begin with a number grow with it: the same thread may be
/// listed in two places, one of which is not kept up to date.
fn is_newer(mark: &str, known: &str) -> bool {
    let first = |mark: &str| mark.split(' ').next().and_then(|number| number.parse::<u64>().ok());
    match (first(mark), first(known)) {
        (Some(new), Some(old)) if new != old => new > old,
        _ => mark != known,
    }
}

/// A visit whose adapter panicked, or did not come to an end.
pub fn reader_failed(code: Code, message: &str) -> Visited {
    let mut visited = Visited::bare(Visit::failed(Weight::Hard));
    let message = message.into();
    visited.found.incidents.push(Incident { source: String::new(), url: String::new(), code, message });
    visited
}

/// Fills in what whoever wrote the incident could not know.
pub fn sign(incident: &mut Incident, source: &Source, asked: &str) {
    incident.source.clone_from(&source.name);
    incident.url = urls::shown(if incident.url.is_empty() { asked } else { &incident.url });
}

/// A wait with up to a quarter more, different for each page.
pub fn jitter(wait: Duration, page: &str) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    wait + wait / 4 * (RandomState::new().hash_one(page) >> 32) as u32 / u32::MAX
}

/// The page that an address is on: its canonical form without fragment.
pub fn page(url: &str) -> Option<String> {
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
    use crate::model::Role;

    #[test]
    fn jitter_adds_a_quarter_at_most() {
        for page in 0..1_000 {
            let wait = jitter(Duration::from_secs(4), &page.to_string());
            assert!((Duration::from_secs(4)..=Duration::from_secs(5)).contains(&wait), "{wait:?}");
        }
    }

    #[test]
    fn a_page_is_asked_for_under_one_address() {
        let mut url =
            String::from("http://me:pw@f.example/t.php?t=1&sid=0123456789abcdef0123456789abcdef&utm_source=x#p3");
        tidy(&mut url);
        assert_eq!(url, "http://f.example/t.php?t=1");
    }

    #[test]
    fn a_page_is_asked_again_only_where_it_may_hold_something_new() {
        let request = |role, mark: Option<&str>| Request {
            mark: mark.map(Into::into),
            ..Request::new("http://a.example/", role)
        };
        assert!(is_newer("7 2", "5 9") && is_newer("7 3", "7 2") && !is_newer("5 9", "7 2") && is_newer("b", "a"));
        let read = Recalled { read: true, mark: Some("p5".into()), ..Recalled::default() };
        for (request, news) in [
            (request(Role::Topic, Some("p5")), false),
            (request(Role::Topic, Some("p6")), true),
            (request(Role::Board, Some("p5")), false),
            (request(Role::Topic, None), false),
            (request(Role::Article, None), false),
            (request(Role::Feed, None), true),
            (request(Role::Board, None), true),
            (Request { step: Step::Next, ..request(Role::Topic, None) }, true),
        ] {
            assert_eq!(is_news(&request, Some(&read)), news, "{request:?}");
            assert!(is_news(&request, None));
        }
        let failed = Recalled::default();
        assert!(is_news(&request(Role::Article, None), Some(&failed)), "it was never read");
    }
}
