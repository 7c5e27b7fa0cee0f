//! Bytes → text → feed or sitemap → entries: whatever comes, it ends well, and the same bytes give the same entries.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie::{
    model::{Page, Place, Request, Role, Source, SourceKind, port::Adapter},
    source::Pages,
};

const TYPES: [Option<&str>; 6] = [
    None,
    Some("application/rss+xml"),
    Some("application/xml; charset=utf-16"),
    Some("text/xml; charset=windows-1252"),
    Some("application/feed+json"),
    Some("text/html; charset=utf-7"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let url = "https://f.example/feed";
    let source = Source { kind: SourceKind::Auto, place: Place::Url(url.into()), ..Source::of_file() };
    let role = [Role::Seed, Role::Feed, Role::Sitemap, Role::Times][usize::from(first >> 6)];
    let page = Page {
        request: Request::new(url, role),
        url: url.into(),
        content_type: TYPES[usize::from(first & 7) % TYPES.len()].map(String::from),
        dated: "2026-11-20T10:00:00Z".parse().ok(),
        body: body.into(),
        ..Page::default()
    };
    let found = Pages.read(&source, &page);
    assert!(found.entries.len() <= 2_000);
    for entry in &found.entries {
        let title = entry.title.as_deref().unwrap_or_default();
        assert!(!title.chars().any(char::is_control) && entry.text.len() <= 100_000);
    }
    assert!(found.incidents.iter().all(|incident| incident.code != vigie::model::Code::Internal), "{found:?}");
    assert_eq!(found, Pages.read(&source, &page));
});
