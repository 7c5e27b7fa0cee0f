//! Bluesky: accounts, threads and, where its servers let it, searches, by the AT protocol's public methods.

use serde_json::Value;
use url::Url;

use super::{
    Asked, NONE, Network, address,
    fields::{count, date, list, text, word},
    further, kept_back,
};
use crate::model::{Counts, Entry, Found, Kind, Page, Quote, SourceKind};
use crate::text::plain;

pub const NETWORK: Network = Network {
    kind: SourceKind::Bluesky,
    is_host,
    home: Some("https://bsky.app/"),
    ask,
    forms: "https://bsky.app/profile/NAME, https://bsky.app/profile/NAME/post/ID, https://bsky.app/search?q=WORDS, or a query",
    note: |url| {
        (url.path().starts_with("/search") || url.path() == "/").then_some(
            "Bluesky often refuses searches without a login (403), and gives their first page only; accounts are open",
        )
    },
    read,
    ..NONE
};

/// Posts of one answer; the most that servers give.
const MOST: &str = "100";

/// Where accounts and threads are open to all.
const OPEN: &str = "https://public.api.bsky.app";

/// Where the search answers, when it does: the open host refuses it.
const SEARCH: &str = "https://api.bsky.app";

fn is_host(host: &str) -> bool {
    matches!(host, "bsky.app" | "public.api.bsky.app" | "api.bsky.app")
}

fn ask(asked: &Asked) -> Option<String> {
    if asked.url.path().starts_with("/xrpc/app.bsky.") {
        return Some(asked.url.to_string());
    }
    let parts = address::parts(asked.url);
    let method = |home: &str, name: &str, pairs: &[(&str, &str)]| {
        Some(address::build(&asked.base(home), &format!("/xrpc/app.bsky.feed.{name}"), pairs))
    };
    let words = asked.words("q").filter(|_| asked.query.is_some() || parts.first() == Some(&"search"));
    if let Some(words) = words {
        return method(SEARCH, "searchPosts", &[("q", &words), ("sort", "latest"), ("limit", MOST)]);
    }
    let tag = |tag: &str| format!("#{tag}");
    match &parts[..] {
        ["profile", name, "post", id] => {
            let uri = format!("at://{name}/app.bsky.feed.post/{id}");
            method(OPEN, "getPostThread", &[("uri", &uri), ("depth", "100")])
        }
        ["profile", name] => method(OPEN, "getAuthorFeed", &[("actor", name), ("limit", MOST)]),
        ["hashtag", name] => method(SEARCH, "searchPosts", &[("q", &tag(name)), ("sort", "latest"), ("limit", MOST)]),
        _ => None,
    }
}

fn read(value: &Value, page: &Page) -> Option<Found> {
    let is_one = |post: &Value| post["uri"].as_str().is_some_and(|uri| uri.starts_with("at://"));
    let posts: Vec<&Value> = if value["thread"].is_object() {
        thread(&value["thread"])
    } else if value["feed"].is_array() {
        list(value, "feed").iter().map(|item| &item["post"]).collect()
    } else if value["posts"].is_array() && (value["cursor"].is_string() || page.url.contains("/xrpc/app.bsky.")) {
        list(value, "posts").iter().collect()
    } else {
        return None;
    };
    if !(posts.iter().any(|post| is_one(post)) || posts.is_empty() && page.url.contains("/xrpc/app.bsky.")) {
        return None;
    }
    let (mut found, mut hidden) = (Found::default(), 0);
    for post in posts.into_iter().filter(|post| is_one(post)) {
        let labels = list(post, "author.labels").iter().filter_map(|label| label["val"].as_str());
        if labels.into_iter().any(|label| label == "!no-unauthenticated") {
            hidden += 1;
            continue;
        }
        found.entries.push(entry(post));
    }
    found.incidents.extend(kept_back(hidden, "people without an account"));
    let pages = !page.url.contains("searchPosts");
    if let Some(cursor) = word(value, "cursor").filter(|_| pages) {
        found.follow.extend(further(address::with(&page.url, "cursor", &cursor), &found.entries));
    }
    Some(found)
}

/// The posts of a thread: what leads to the post, itself, and what answers.
fn thread(top: &Value) -> Vec<&Value> {
    let (mut all, mut next) = (Vec::new(), Some(top));
    while let Some(node) = next {
        all.push(&node["post"]);
        next = Some(&node["parent"]).filter(|parent| parent.is_object());
    }
    all.reverse();
    let mut open: Vec<&Value> = list(top, "replies").iter().rev().collect();
    while let Some(node) = open.pop() {
        all.push(&node["post"]);
        open.extend(list(node, "replies").iter().rev());
    }
    all
}

fn entry(post: &Value) -> Entry {
    let record = &post["record"];
    let url = text(post, "uri").and_then(shown);
    let labels = [list(post, "labels"), list(record, "labels.values")].concat();
    let labels = labels.iter().filter_map(|label| text(label, "val")).filter(|label| !label.starts_with('!'));
    let features = list(record, "facets").iter().flat_map(|facet| list(facet, "features"));
    let tags = features.filter_map(|feature| text(feature, "tag"));
    let tags: Vec<&str> = tags.chain(list(record, "tags").iter().filter_map(Value::as_str)).chain(labels).collect();
    // Clocks of those who post are their own; when it was seen is the latest that it can be.
    let (said, seen) = (date(record, "createdAt"), date(post, "indexedAt"));
    let instant = |stamp: Option<crate::model::Stamp>| stamp.and_then(|stamp| stamp.instant(&jiff::tz::TimeZone::UTC));
    let published =
        if instant(seen).is_some_and(|seen| instant(said).is_none_or(|said| said > seen)) { seen } else { said };
    let of_reply = |which: &str| text(record, &format!("reply.{which}.uri")).and_then(shown);
    Entry {
        kind: Kind::Status,
        permanent: url.is_some(),
        url,
        thread_url: of_reply("root"),
        parent_url: of_reply("parent"),
        guid: text(post, "uri").map(String::from),
        author: author(&post["author"]),
        published,
        language: match list(record, "langs") {
            [one] => one.as_str().map(String::from),
            _ => None,
        },
        text: plain::lines(text(record, "text").unwrap_or_default()),
        quoted: quoted(&post["embed"]).into_iter().collect(),
        is_reply: record["reply"].is_object(),
        counts: Counts {
            replies: count(post, "replyCount"),
            shares: count(post, "repostCount").map(|reposts| reposts + count(post, "quoteCount").unwrap_or_default()),
            likes: count(post, "likeCount"),
            ..Counts::default()
        },
        tags: tags.into_iter().map(String::from).collect(),
        ..Entry::default()
    }
}

fn author(author: &Value) -> Option<String> {
    text(author, "handle").filter(|handle| *handle != "handle.invalid").map(|handle| format!("@{handle}"))
}

/// The post that a post shows.
fn quoted(embed: &Value) -> Option<Quote> {
    let record = [&embed["record"]["record"], &embed["record"]].into_iter().find(|r| r["value"].is_object())?;
    let words = text(record, "value.text")?;
    Some(Quote { author: author(&record["author"]), text: plain::lines(words) })
}

/// Where a post is shown, by the identifier of its account, which lasts when its name changes.
fn shown(uri: &str) -> Option<String> {
    let mut parts = uri.strip_prefix("at://")?.split('/');
    let (who, what, id) = (parts.next()?, parts.next()?, parts.next()?);
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b":.-_~%".contains(&b));
    let is_post = what == "app.bsky.feed.post" && plain(who) && plain(id);
    let url = is_post.then(|| format!("https://bsky.app/profile/{who}/post/{id}"))?;
    Url::parse(&url).ok().map(String::from)
}
