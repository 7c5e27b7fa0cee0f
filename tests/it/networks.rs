//! Open networks, crawled by the real binary: the paths of their interfaces, on a server of our own.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sandbox::{NOW, Sandbox, root};
use crate::server::{Reply, Server};

/// What a source is configured as, what of the interface is asked, which fixture answers, and how many documents come.
const NETWORKS: [(&str, &str, &str, &str, usize); 12] = [
    ("mastodon", "tags/atlas", "", "/api/v1/timelines/tag/atlas?limit=40=mastodon-tag.json", 2),
    (
        "bluesky",
        "profile/lina.example",
        "",
        "/xrpc/app.bsky.feed.getAuthorFeed?actor=lina.example&limit=100=bluesky-author.json",
        2,
    ),
    ("reddit", "r/maroc", "", "/r/maroc/new/.rss?limit=100=reddit.xml", 3),
    ("youtube", "channel/UCchaine", "", "/feeds/videos.xml?channel_id=UCchaine=youtube.xml", 1),
    (
        "hackernews",
        "",
        "atlas",
        "/api/v1/search_by_date?query=atlas&tags=%28story%2Ccomment%29&advancedSyntax=true&hitsPerPage=100=hackernews-search.json",
        2,
    ),
    ("lemmy", "", "atlas", "/api/v3/search?q=atlas&type_=All&sort=New&limit=50=lemmy-search.json", 2),
    (
        "stackexchange",
        "",
        "atlas",
        "/2.3/search/advanced?q=atlas&site=stackoverflow.com&order=desc&sort=creation&filter=withbody&pagesize=100=stackexchange-search.json",
        3,
    ),
    ("discourse", "", "atlas", "/search.json?q=atlas+order%3Alatest=discourse-search.json", 1),
    ("googlenews", "", "atlas", "/rss/search?q=atlas=googlenews.xml", 2),
    ("bingnews", "", "atlas", "/news/search?q=atlas&format=rss&qft=sortbydate%3D%221%22=bingnews.xml", 1),
    (
        "appstore",
        "fr/app/mon-atlas/id123456789",
        "",
        "/fr/rss/customerreviews/page=1/id=123456789/sortby=mostrecent/json=appstore-reviews.json",
        2,
    ),
    ("mastodon", "@atlas", "", "/api/v1/accounts/lookup?acct=atlas=mastodon-account.json", 0),
];

/// Answers by path, then by what further pages of each network are asked for: those are empty, or of one post.
fn answer(path: &str) -> Reply {
    let named = NETWORKS.iter().find_map(|(.., asked, _)| {
        let (asked, file) = asked.rsplit_once('=')?;
        (asked == path).then_some(file)
    });
    let file = named.or_else(|| path.contains("/answers?").then_some("stackexchange-answers.json"));
    let file = file.or_else(|| (path == "/posts/501.json").then_some("discourse-post.json"));
    match file {
        Some(file) => Reply::ok(std::fs::read(root().join("fixtures/source/network").join(file)).unwrap()),
        None if path.contains("/timelines/") || path.contains("/statuses") => Reply::ok("[]"),
        None if path.contains("getAuthorFeed") => Reply::ok("{\"feed\": []}"),
        None if path.contains("search_by_date") => Reply::ok("{\"hits\": [], \"page\": 1, \"nbPages\": 2}"),
        None if path.contains("/2.3/") => Reply::ok("{\"items\": [], \"has_more\": false}"),
        None if path.contains("customerreviews") => Reply::ok("{\"feed\": {}}"),
        None => Reply::status(404),
    }
}

#[test]
fn each_network_is_asked_by_its_interface_and_read() {
    for (kind, path, query, asked, count) in NETWORKS {
        let server = Server::start(|hit| answer(&hit.path));
        let sandbox = Sandbox::new();
        sandbox.write(
            "vigie.toml",
            format!(
                "[vigie]\nlanguage = \"en\"\ntimezone = \"UTC\"\n[crawl]\nallow_address = [\"{}\"]\n[[brand]]\nname = \"Atlas\"\n\
                 [[source]]\nname = \"n\"\nkind = \"{kind}\"\nurl = \"{}\"\nquery = \"{query}\"\n",
                server.address(),
                server.url(&format!("/{path}")),
            ),
        );
        let crawl =
            || sandbox.run(&["crawl", "--since", "2026-01-01", "--now", NOW, "--format", "jsonl", "-q"]).ended(0);
        let documents = crawl().json();
        assert!(server.pages().contains(&asked.rsplit_once('=').unwrap().0.to_owned()), "{kind}: {:?}", server.pages());
        let urls: BTreeMap<&str, &Value> = documents.iter().map(|d| (d["url"].as_str().unwrap(), d)).collect();
        assert_eq!((urls.len(), documents.len()), (count, count), "{kind} {path}: {:?}", urls.keys());
        assert!(documents.iter().all(|document| document["source_kind"] == kind), "{kind}");
        assert!(
            urls.keys().all(|url| (kind == "discourse" || url.starts_with("https://")) && !url.contains("/api/")),
            "{kind}"
        );
        let titled = |document: &Value| document["title"] == "Box qui chauffe";
        assert!(kind != "discourse" || documents.iter().all(titled), "the search tells what the post does not");
        assert_eq!(crawl().json(), Vec::<Value>::new(), "{kind}: nothing twice");
    }
}

#[test]
fn a_list_is_paged_through_while_it_shows_something_new() {
    let status = |id: u32, server: &str| {
        format!(
            "{{\"id\": \"{id}\", \"created_at\": \"2026-11-{:02}T10:00:00Z\", \"content\": \"<p>Atlas {id}</p>\", \
             \"url\": \"https://toot.example/@a/{id}\", \"uri\": \"{server}\", \"account\": {{\"acct\": \"a\"}}}}",
            id
        )
    };
    let server = Server::start(move |hit| {
        let pages =
            [("max_id=17", "[]".to_owned()), ("max_id=19", format!("[{},{}]", status(18, "c"), status(17, "d")))];
        let page = pages.into_iter().find(|(key, _)| hit.path.contains(key)).map(|(_, page)| page);
        match hit.path.starts_with("/api/v1/timelines/tag/atlas") {
            true => Reply::ok(page.unwrap_or_else(|| format!("[{},{}]", status(20, "a"), status(19, "b")))),
            false => Reply::status(404),
        }
    });
    let sandbox = Sandbox::new();
    let config = format!(
        "[vigie]\ntimezone = \"UTC\"\n[crawl]\nallow_address = [\"{}\"]\n[[brand]]\nname = \"Atlas\"\n[[source]]\n\
         kind = \"mastodon\"\nurl = \"{}\"\ntoken = \"hush\"\n",
        server.address(),
        server.url("/tags/atlas")
    );
    sandbox.write("vigie.toml", config);
    let night = |since: &str| {
        let before = server.pages().len();
        let ran = sandbox.run(&["crawl", "--since", since, "--now", NOW, "--format", "jsonl", "-v"]).ended(0);
        assert!(!ran.out.contains("hush") && !ran.err.contains("hush"));
        (ran.json().len(), server.pages().len() - before)
    };
    assert_eq!(night("2026-11-19"), (2, 2), "what is older than asked for is left out, once it is seen");
    assert_eq!(night("2026-01-01"), (2, 3));
    let hits = server.hits();
    let sent = hits.iter().filter(|hit| hit.path.starts_with("/api"));
    assert!(sent.map(|hit| hit.header("authorization")).all(|sent| sent == Some("Bearer hush")));
    let store = std::fs::read(sandbox.path("vigie.db")).unwrap();
    assert!(!store.windows(4).any(|bytes| bytes == b"hush"), "no token is stored");
}
