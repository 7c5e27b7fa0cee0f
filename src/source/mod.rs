//! Adapters: the bytes of a page → entries. One file, or folder, a kind.

mod article;
mod extracted;
mod feed;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::model::port::Adapter;
use crate::model::{Code, Found, Incident, Page, Source, SourceKind};
use crate::text::charset;

pub use extracted::{Extracted, ExtractedItem, extract};

/// Reads feeds and pages, whichever a page turns out to be.
pub struct Pages;

impl Adapter for Pages {
    fn read(&self, source: &Source, page: &Page) -> Found {
        let read = || match source.kind {
            SourceKind::Feed => feed_only(page),
            SourceKind::Auto | SourceKind::Blog | SourceKind::Forum | SourceKind::File => either(page),
        };
        let found = catch_unwind(AssertUnwindSafe(read))
            .unwrap_or_else(|_| Err((Code::Internal, String::from("a fault of vigie's own while reading"))));
        found.unwrap_or_else(|fault| Found { incidents: vec![incident(fault)], ..Found::default() })
    }
}

/// What a page holds, or why it cannot be read.
type Read = Result<Found, (Code, String)>;

fn feed_only(page: &Page) -> Read {
    let text = charset::decode(&page.body, page.content_type.as_deref());
    if !feed::looks_like_feed(&text) && looks_like_html(&text) {
        return Err((Code::Unreadable, String::from("an HTML page, not a feed")));
    }
    read_feed(&text, page)
}

fn either(page: &Page) -> Read {
    if let Some(fault) = no_text(&page.body) {
        return Err(fault);
    }
    let text = charset::decode(&page.body, page.content_type.as_deref());
    if feed::looks_like_feed(&text) {
        return read_feed(&text, page);
    }
    if !looks_like_html(&text) {
        return Err((Code::Unreadable, String::from("neither a feed nor an HTML page")));
    }
    let article = article::read(&text, base(page), page.dated)?;
    let entries = article::entry(&article, base(page)).into_iter().collect();
    Ok(Found { entries, ..Found::default() })
}

fn read_feed(text: &str, page: &Page) -> Read {
    let mut read = feed::read(text, base(page))?;
    let incidents = std::mem::take(&mut read.incidents).into_iter().map(incident).collect();
    let mut entries = feed::entries(&read);
    entries.retain(|entry| entry.title.is_some() || !entry.text.is_empty());
    Ok(Found { entries, follow: Vec::new(), incidents })
}

/// The address that relative ones count from; a file has none.
fn base(page: &Page) -> Option<&str> {
    Some(page.url.as_str()).filter(|url| url.starts_with("http://") || url.starts_with("https://"))
}

fn incident((code, message): (Code, String)) -> Incident {
    Incident { source: String::new(), url: String::new(), code, message }
}

/// Why bytes cannot be a text at all, if they cannot.
fn no_text(body: &[u8]) -> Option<(Code, String)> {
    let fault = |why: &str| Some((Code::Unreadable, String::from(why)));
    if body.iter().all(u8::is_ascii_whitespace) {
        return fault("empty");
    }
    let head = &body[..body.len().min(512)];
    let marks: [&[u8]; 7] =
        [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"%PDF-", b"PK\x03\x04", b"\x1F\x8B", b"SQLite format 3"];
    if marks.iter().any(|mark| head.starts_with(mark)) {
        return fault("a binary file, neither a feed nor a page");
    }
    None
}

/// Whether a text has the markup of a page: a tag that pages have, near its beginning.
fn looks_like_html(text: &str) -> bool {
    const TAGS: [&str; 14] = [
        "!doctype html",
        "html",
        "head",
        "body",
        "title",
        "meta",
        "div",
        "p",
        "article",
        "main",
        "h1",
        "table",
        "span",
        "br",
    ];
    let head = &text[..text.floor_char_boundary(8192)];
    head.match_indices('<').any(|(at, _)| {
        let rest = &head.as_bytes()[at + 1..];
        TAGS.iter().any(|tag| {
            rest.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
                && !rest.get(tag.len()).is_some_and(u8::is_ascii_alphanumeric)
        })
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::model::Place;

    fn read(kind: SourceKind, body: &[u8]) -> Found {
        let place = Place::Url(String::from("https://p.example/x"));
        let source = Source { name: String::from("p"), kind, place, audience: None, timezone: TimeZone::UTC };
        let url = String::from("https://p.example/x");
        let page = Page { asked: url.clone(), url, content_type: None, dated: None, body: body.to_vec() };
        Pages.read(&source, &page)
    }

    const FEED: &[u8] =
        b"<rss version='2.0'><channel><title>t</title><item><title>Un</title><link>/1</link></item></channel></rss>";
    const PAGE: &[u8] = b"<html><head><title>Deux</title></head><body><article><h1>Deux</h1><p>Un texte assez long pour \
        qu'il compte comme un article, avec des virgules, des points. Et une seconde phrase.</p></article></body></html>";

    #[test]
    fn a_page_is_read_as_what_it_is() {
        let feed = read(SourceKind::Auto, FEED);
        assert_eq!(feed.entries[0].url.as_deref(), Some("https://p.example/1"));
        let page = read(SourceKind::File, PAGE);
        assert_eq!(page.entries[0].title.as_deref(), Some("Deux"));
        assert!(page.incidents.is_empty());
    }

    #[test]
    fn a_login_page_where_a_feed_was_is_an_incident() {
        let found = read(SourceKind::Feed, PAGE);
        assert!(found.entries.is_empty());
        assert_eq!(found.incidents[0].code, Code::Unreadable);
        assert!(found.incidents[0].message.contains("HTML"), "{:?}", found.incidents);
    }

    #[test]
    fn what_is_no_text_is_an_incident() {
        for body in [&b""[..], b" \n", b"\x89PNG\r\n", b"%PDF-1.7", b"just words", b"{}", &[0xFF; 40]] {
            for kind in [SourceKind::Auto, SourceKind::Feed, SourceKind::File] {
                let found = read(kind, body);
                assert!(found.entries.is_empty() && found.incidents.len() == 1, "{body:?}");
            }
        }
    }
}
