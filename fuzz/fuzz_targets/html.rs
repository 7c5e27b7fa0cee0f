//! Bytes → text → page of an article, of comments, of a forum or a list → entries and further pages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie::{
    model::{Code, Page, Place, Request, Role, Source, SourceKind, port::Adapter},
    source::Pages,
};

const ROLES: [Role; 7] =
    [Role::Seed, Role::Article, Role::Page, Role::Comments, Role::Listing, Role::Board, Role::Topic];

/// What makes the readers of engines look closer.
const SIGNS: [&str; 4] = ["", "<body id=\"phpbb\">", "<div id=\"punviewtopic\" class=\"pun\">", "<article class=post>"];

fuzz_target!(|bytes: &[u8]| {
    let [first, second, body @ ..] = bytes else { return };
    let url = "https://f.example/2026/11/viewtopic.php?t=1";
    let source = Source { kind: SourceKind::Auto, place: Place::Url(url.into()), ..Source::of_file() };
    let page = Page {
        request: Request::new(url, ROLES[usize::from(*first) % ROLES.len()]),
        url: url.into(),
        content_type: Some("text/html".into()),
        dated: "2026-11-20T10:00:00Z".parse().ok(),
        body: [SIGNS[usize::from(*second) % SIGNS.len()].as_bytes(), body].concat(),
        ..Page::default()
    };
    let found = Pages.read(&source, &page);
    for entry in &found.entries {
        assert!(entry.text.len() <= 100_000);
    }
    assert!(found.follow.iter().all(|request| request.url.starts_with("http")), "{found:?}");
    assert!(found.incidents.iter().all(|incident| incident.code != Code::Internal), "{found:?}");
});
