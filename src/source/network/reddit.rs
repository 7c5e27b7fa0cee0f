//! Reddit by its feeds: subreddits, searches, users, threads. One request a minute, as it asks for.

use std::time::Duration;

use url::Url;

use super::{Asked, NONE, Network, address};
use crate::model::{Entry, Kind, Page, SourceKind};
use crate::source::feed::{FeedPage, Item};
use crate::text::markup;

pub const NETWORK: Network = Network {
    kind: SourceKind::Reddit,
    is_host,
    home: Some("https://www.reddit.com/"),
    ask,
    forms: "https://www.reddit.com/r/NAME, its search or its threads, https://www.reddit.com/user/NAME, or a query",
    pace: Some(("www.reddit.com", Duration::from_secs(60))),
    note: |_| {
        Some(
            "Reddit's robots.txt disallows everything: nothing is read without an agreement of yours \
             (ignore = [\"robots\"] and a reason)",
        )
    },
    item,
    ..NONE
};

/// Items of one feed; the most that Reddit gives.
const MOST: &str = "100";

fn is_host(host: &str) -> bool {
    matches!(host, "reddit.com" | "www.reddit.com" | "old.reddit.com" | "new.reddit.com" | "np.reddit.com")
}

fn ask(asked: &Asked) -> Option<String> {
    let base = asked.base("https://www.reddit.com");
    let feed =
        |path: &str, pairs: &[(&str, &str)]| Some(address::build(&base, path, &[pairs, &[("limit", MOST)]].concat()));
    let parts = address::parts(asked.url);
    if asked.query.is_none() && asked.url.path().ends_with(".rss") {
        return Some(address::build(&base, asked.url.path(), &[]) + &query(asked.url));
    }
    match (&parts[..], asked.words("q")) {
        (["r", name, ..], Some(words)) => {
            let path = format!("/r/{name}/search.rss");
            feed(&path, &[("q", &words), ("restrict_sr", "on"), ("sort", "new")])
        }
        (_, Some(words)) => feed("/search.rss", &[("q", &words), ("sort", "new")]),
        (["r", name, "comments"], _) => feed(&format!("/r/{name}/comments/.rss"), &[]),
        (["r", name, "comments", id, ..], _) => feed(&format!("/r/{name}/comments/{id}/.rss"), &[("sort", "new")]),
        (["comments", id, ..], _) => feed(&format!("/comments/{id}/.rss"), &[("sort", "new")]),
        (["r", name] | ["r", name, "new" | "hot" | "top" | "best" | "rising"], _) => {
            feed(&format!("/r/{name}/new/.rss"), &[])
        }
        (["user" | "u", name] | ["user" | "u", name, "overview"], _) => feed(&format!("/user/{name}/.rss"), &[]),
        (["user" | "u", name, what @ ("submitted" | "comments")], _) => feed(&format!("/user/{name}/{what}/.rss"), &[]),
        _ => None,
    }
}

fn query(url: &Url) -> String {
    url.query().map(|query| format!("?{query}")).unwrap_or_default()
}

/// What follows a feed: what is older than its last item. Feeds of one thread have no more than they show.
pub fn next(feed: &FeedPage, page: &Page) -> Option<String> {
    let last = feed.items.last()?.id.as_deref()?;
    let name = last.rsplit('/').next().filter(|name| name.starts_with("t3_") || name.starts_with("t1_"))?;
    let of_thread = Url::parse(&page.url).is_ok_and(|url| {
        let parts = address::parts(&url);
        parts.iter().position(|part| *part == "comments").is_some_and(|at| parts.len() > at + 2)
    });
    (!of_thread && feed.items.len() >= 25).then(|| address::with(&page.url, "after", name))
}

/// A submission, or a comment: its identifier says which.
fn item(item: &Item, mut entry: Entry) -> Entry {
    let id = item.id.as_deref().and_then(|id| id.rsplit('/').next()).unwrap_or_default();
    entry.author = entry.author.map(|author| String::from(author.trim_start_matches('/')));
    entry.permanent = entry.url.is_some();
    if let Some(html) = &item.html {
        let (own, quoted) = super::fields::html(own_words(html));
        (entry.text, entry.quoted) = (own, quoted);
    }
    if id.starts_with("t1_") {
        entry.kind = Kind::Comment;
        entry.is_reply = true;
        // "/u/name on Title"
        entry.title = entry.title.map(|title| match title.split_once(" on ") {
            Some((who, rest)) if who.starts_with("/u/") => String::from(rest),
            _ => title,
        });
        entry.thread_url = entry.url.as_deref().and_then(thread);
    } else {
        entry.kind = Kind::Post;
        entry.is_reply = false;
    }
    entry
}

/// What stands between the marks that Reddit writes around its authors' words; nothing where there are none, for what is
/// around them is Reddit's.
fn own_words(html: &str) -> &str {
    let Some(from) = html.find("<!-- SC_OFF -->") else {
        return if html.contains("submitted by") { "" } else { html };
    };
    let rest = &html[from..];
    &rest[..rest.find("<!-- SC_ON -->").unwrap_or(rest.len())]
}

/// The thread of a comment's address: `/r/NAME/comments/ID/SLUG/`.
fn thread(url: &str) -> Option<String> {
    let mut url = Url::parse(&markup::entities(url)).ok()?;
    let parts: Vec<String> = address::parts(&url).into_iter().map(String::from).collect();
    let at = parts.iter().position(|part| part == "comments")?;
    url.set_path(&format!("/{}/", parts.get(..(at + 3).min(parts.len()))?.join("/")));
    url.set_query(None);
    Some(url.into())
}
