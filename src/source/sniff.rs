//! What a decoded body is: a feed, an HTML page, JSON, or nothing that is read.

use super::{answer, feed, sitemap};

/// The form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Feed,
    Sitemap,
    Html,
    /// JSON that is no feed.
    Json,
    /// Why it is not read, as the end of a sentence.
    Unread(&'static str),
}

/// How far into a body its first tags are looked for.
const HEAD: usize = 64 * 1024;

/// Looks at the text itself; the content type only decides about text without a sign of either.
pub fn sniff(text: &str, content_type: Option<&str>) -> Form {
    let kind = content_type.unwrap_or_default().trim().to_ascii_lowercase();
    if text.trim_start().is_empty() {
        return Form::Unread("an empty page");
    }
    if ["image/", "audio/", "video/", "font/", "application/pdf", "application/zip"]
        .iter()
        .any(|start| kind.starts_with(start))
        || is_binary(text)
    {
        return Form::Unread("neither text nor markup");
    }
    if feed::is_json_feed(text) {
        return Form::Feed;
    }
    // Its texts may hold any markup.
    if answer::looks_like(text, &kind) {
        return Form::Json;
    }
    if feed::looks_like_feed(text) {
        return Form::Feed;
    }
    let head = &text[..text.floor_char_boundary(HEAD)];
    if sitemap::looks_like(text) {
        return Form::Sitemap;
    }
    let declared = head.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).starts_with("<?xml");
    if declared && !head.contains("<html") && !head.contains("<HTML") {
        return Form::Unread("XML, but no feed");
    }
    if has_html_tag(head) || kind.starts_with("text/html") && head.contains('<') {
        return Form::Html;
    }
    match head.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).as_bytes().first() {
        Some(b'<') => Form::Unread("XML, but no feed"),
        _ => Form::Unread("plain text, neither a feed nor an HTML page"),
    }
}

/// Control characters, or bytes that could not be decoded, where text should be.
fn is_binary(text: &str) -> bool {
    let head = text.as_bytes().get(..2_000).unwrap_or(text.as_bytes());
    if head.iter().all(|b| matches!(b, b'\t' | b'\n' | b'\r' | b' '..=b'~')) {
        return text.starts_with("%PDF-");
    }
    let mut strange = 0usize;
    let mut all = 0usize;
    for c in text.chars().take(2_000) {
        all += 1;
        strange += usize::from(c == '\u{fffd}' || c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'));
    }
    strange * 10 > all || text.starts_with("%PDF-")
}

fn has_html_tag(head: &str) -> bool {
    const TAGS: [&[u8]; 19] = [
        b"!doctype html",
        b"html",
        b"head",
        b"body",
        b"meta",
        b"title",
        b"div",
        b"p",
        b"article",
        b"main",
        b"section",
        b"span",
        b"table",
        b"h1",
        b"h2",
        b"ul",
        b"br",
        b"a",
        b"script",
    ];
    let bytes = head.as_bytes();
    head.match_indices('<').any(|(at, _)| {
        TAGS.iter().any(|tag| {
            let end = at + 1 + tag.len();
            bytes.get(at + 1..end).is_some_and(|found| found.eq_ignore_ascii_case(tag))
                && bytes.get(end).is_some_and(|next| matches!(next, b'>' | b'/') || next.is_ascii_whitespace())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_counts_more_than_the_content_type() {
        assert_eq!(sniff("<rss version=\"2.0\"><channel/></rss>", Some("text/html")), Form::Feed);
        assert_eq!(sniff("<!-- x --><!DOCTYPE html><p>y", Some("application/rss+xml")), Form::Html);
        assert_eq!(sniff("  <HTML lang=fr>", None), Form::Html);
        assert_eq!(sniff("<?xml version=\"1.0\"?><urlset/>", Some("text/html")), Form::Sitemap);
        assert_eq!(sniff("[{\"content\": \"<p>x</p><rss version='2.0'>\"}]", Some("text/html")), Form::Json);
        let feed = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": []}";
        assert_eq!(sniff(feed, Some("application/json")), Form::Feed);
    }

    #[test]
    fn says_what_is_not_read() {
        for (body, kind) in [
            ("", None),
            ("just words", Some("text/plain")),
            ("<?xml version=\"1.0\"?><opml><head><title>x</title></head></opml>", None),
            ("\u{0}\u{1}\u{fffd}PNG", None),
            ("%PDF-1.7 <p>", None),
            ("<p>x</p>", Some("image/svg+xml")),
        ] {
            assert!(matches!(sniff(body, kind), Form::Unread(_)), "{body}");
        }
    }
}
