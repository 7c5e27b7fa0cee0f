//! Readers of sources: bytes of a page in, entries out. Nothing here fetches, and no bytes make it panic.

mod article;
mod extracted;
mod feed;
mod sniff;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::model::{Code, Entry, Found, Incident, Page, Source, SourceKind, port::Adapter};
use crate::text::charset;
use sniff::Form;

pub use extracted::{Extracted, ExtractedItem, PageKind, extract};

/// Reads feeds and pages, whichever a page turns out to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pages;

impl Adapter for Pages {
    fn read(&self, source: &Source, page: &Page) -> Found {
        let incident = |(code, message): (Code, String)| Incident {
            source: String::new(),
            url: page.asked.clone(),
            code,
            message,
        };
        match guarded(|| entries(source.kind, page)) {
            Ok((mut entries, problems)) => {
                entries.retain(says_something);
                Found { entries, follow: Vec::new(), incidents: problems.into_iter().map(incident).collect() }
            }
            Err(problem) => Found { incidents: vec![incident(problem)], ..Found::default() },
        }
    }
}

/// What went wrong without ending the reading of a page.
type Problems = Vec<(Code, String)>;

fn entries(kind: SourceKind, page: &Page) -> Result<(Vec<Entry>, Problems), (Code, String)> {
    let text = charset::decode(&page.body, page.content_type.as_deref());
    let address = page.url.starts_with("http").then_some(page.url.as_str());
    match sniff::sniff(&text, page.content_type.as_deref()) {
        Form::Feed => {
            let feed = feed::read(&text, address)?;
            Ok((feed::entries(&feed), feed.incidents))
        }
        Form::Html if kind == SourceKind::Feed => Err((Code::Unreadable, String::from("an HTML page, not a feed"))),
        Form::Html => {
            let article = article::read(&text, address, page.dated)?;
            Ok((article::entry(&article, address).into_iter().collect(), Vec::new()))
        }
        Form::Unread(why) => Err((Code::Unreadable, String::from(why))),
    }
}

/// An entry without words is none.
fn says_something(entry: &Entry) -> bool {
    !entry.text.trim().is_empty() || entry.title.as_deref().is_some_and(|title| !title.trim().is_empty())
}

/// Runs a reader; a panic, which only a fault of ours or of a parser can cause, becomes an incident of that page.
fn guarded<T>(read: impl FnOnce() -> Result<T, (Code, String)>) -> Result<T, (Code, String)> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err((Code::Internal, String::from("the reader failed on this page; please report it"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Place};
    use jiff::tz::TimeZone;

    fn read(kind: SourceKind, url: &str, content_type: Option<&str>, body: &[u8]) -> Found {
        let source = Source {
            name: String::from("s"),
            kind,
            place: Place::Url(String::from(url)),
            audience: None,
            timezone: TimeZone::UTC,
        };
        let page = Page {
            asked: String::from(url),
            url: String::from(url),
            content_type: content_type.map(String::from),
            dated: None,
            body: body.to_vec(),
        };
        Pages.read(&source, &page)
    }

    const ARTICLE: &str = include_str!("../../fixtures/source/page/press.html");

    #[test]
    fn a_page_becomes_one_article() {
        let found = read(SourceKind::Auto, "https://a.example/x?utm=1", Some("text/html"), ARTICLE.as_bytes());
        assert_eq!(found.incidents, []);
        let [entry] = &found.entries[..] else { panic!("{found:?}") };
        assert_eq!((entry.kind, entry.permanent), (Kind::Article, true));
        assert_eq!(entry.url.as_deref(), Some("https://a.example/2026/03/atlas-fibre"));
    }

    #[test]
    fn a_file_has_no_address_to_go_by() {
        let body = "<title>Une page</title><p>Un texte assez long pour être lu comme une phrase entière.</p>";
        let found = read(SourceKind::File, "archive/une.html", None, body.as_bytes());
        assert_eq!(found.entries.len(), 1);
        assert_eq!((found.entries[0].url.as_deref(), found.entries[0].permanent), (None, false));
    }

    #[test]
    fn a_feed_source_that_answers_with_a_page_says_so() {
        let found = read(SourceKind::Feed, "https://a.example/feed", Some("application/rss+xml"), ARTICLE.as_bytes());
        assert_eq!(found.entries, []);
        assert_eq!(found.incidents.len(), 1);
        assert_eq!(
            (found.incidents[0].code, &found.incidents[0].message[..]),
            (Code::Unreadable, "an HTML page, not a feed")
        );
    }

    #[test]
    fn a_feed_is_read_whatever_its_content_type() {
        let body = "<rss version=\"2.0\"><channel><title>f</title><item><title>Panne chez Atlas</title></item></channel></rss>";
        let found = read(SourceKind::Auto, "https://a.example/feed", Some("text/html"), body.as_bytes());
        assert_eq!(found.entries.len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_one_incident() {
        for body in [
            &b""[..],
            b"hello",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0",
            b"\0\0\0\0",
            b"<html><body></body></html>",
        ] {
            let found = read(SourceKind::Auto, "https://a.example/x", None, body);
            assert_eq!(found.entries, []);
            assert_eq!(found.incidents.iter().map(|i| i.code).collect::<Vec<_>>(), [Code::Unreadable], "{body:?}");
        }
    }

    #[test]
    fn a_panic_inside_is_an_incident() {
        assert_eq!(guarded::<()>(|| panic!("x")).unwrap_err().0, Code::Internal);
    }
}
