//! Hacker News by the search that Algolia runs for it: stories and comments, newest first, and whole threads.

use serde_json::Value;

use super::{
    Asked, NONE, Network, address,
    fields::{self, count, date, html, list, word},
    further,
};
use crate::model::{Counts, Entry, Found, Kind, Page, SourceKind};

pub const NETWORK: Network = Network {
    kind: SourceKind::HackerNews,
    is_host,
    home: Some("https://hn.algolia.com/"),
    ask,
    forms: "https://hn.algolia.com/?q=WORDS, https://news.ycombinator.com/item?id=NUMBER, or a query",
    read,
    ..NONE
};

const HOME: &str = "https://hn.algolia.com";

/// Hits of one answer, of at most a thousand that it tells of.
const MOST: &str = "100";

fn is_host(host: &str) -> bool {
    matches!(host, "hn.algolia.com" | "news.ycombinator.com")
}

fn ask(asked: &Asked) -> Option<String> {
    if asked.query.is_none() && asked.url.path().starts_with("/api/v1/") {
        return Some(asked.url.to_string());
    }
    let base = asked.base(HOME);
    let words = asked.words("q").or_else(|| address::value(asked.url, "query"));
    if let Some(words) = words {
        let pairs =
            [("query", &*words), ("tags", "(story,comment)"), ("advancedSyntax", "true"), ("hitsPerPage", MOST)];
        return Some(address::build(&base, "/api/v1/search_by_date", &pairs));
    }
    let id = address::value(asked.url, "id").filter(|id| id.bytes().all(|b| b.is_ascii_digit()))?;
    (asked.url.path() == "/item").then(|| format!("{base}/api/v1/items/{id}"))
}

fn read(value: &Value, page: &Page) -> Option<Found> {
    if let Some(entries) = thread(value) {
        return Some(Found { entries, ..Found::default() });
    }
    let hits = value["hits"].as_array().filter(|_| value["nbPages"].is_u64())?;
    let is_one = |hit: &&Value| hit["objectID"].is_string() && hit["_tags"].is_array();
    let entries: Vec<Entry> = hits.iter().filter(is_one).map(hit).collect();
    let (at, pages) = (count(value, "page").unwrap_or_default(), count(value, "nbPages").unwrap_or_default());
    let next = (at + 1 < pages).then(|| address::with(&page.url, "page", &(at + 1).to_string()));
    let follow = next.and_then(|next| further(next, &entries)).into_iter().collect();
    Some(Found { entries, follow, ..Found::default() })
}

fn shown(id: &str) -> String {
    address::build("https://news.ycombinator.com", "/item", &[("id", id)])
}

fn hit(hit: &Value) -> Entry {
    let id = word(hit, "objectID").unwrap_or_default();
    let is_comment = fields::text(hit, "comment_text").is_some();
    let (text, quoted) =
        html(fields::text(hit, if is_comment { "comment_text" } else { "story_text" }).unwrap_or_default());
    let title = if is_comment { "story_title" } else { "title" };
    let story = word(hit, "story_id").filter(|_| is_comment);
    Entry {
        kind: if is_comment { Kind::Comment } else { Kind::Post },
        url: Some(shown(&id)),
        permanent: true,
        thread_url: story.as_deref().map(shown),
        parent_url: word(hit, "parent_id").filter(|_| is_comment).as_deref().map(shown),
        guid: Some(id),
        title: fields::text(hit, title).and_then(fields::line),
        author: word(hit, "author"),
        published: date(hit, "created_at"),
        text,
        quoted,
        is_reply: is_comment,
        counts: Counts { replies: count(hit, "num_comments"), likes: count(hit, "points"), ..Counts::default() },
        ..Entry::default()
    }
}

/// A story or comment with all that answers it.
fn thread(top: &Value) -> Option<Vec<Entry>> {
    let is_one = top["id"].is_u64() && top["children"].is_array() && top["created_at_i"].is_number();
    if !is_one {
        return None;
    }
    let title = fields::text(top, "title").and_then(fields::line);
    let (mut entries, mut open) = (Vec::new(), vec![top]);
    while let Some(item) = open.pop() {
        open.extend(list(item, "children").iter().rev());
        let Some(id) = word(item, "id") else { continue };
        let is_comment = item["type"].as_str() == Some("comment");
        let (text, quoted) = html(fields::text(item, "text").unwrap_or_default());
        entries.push(Entry {
            kind: if is_comment { Kind::Comment } else { Kind::Post },
            url: Some(shown(&id)),
            permanent: true,
            thread_url: word(item, "story_id").filter(|_| is_comment).as_deref().map(shown),
            parent_url: word(item, "parent_id").as_deref().map(shown),
            guid: Some(id),
            title: fields::text(item, "title").and_then(fields::line).or_else(|| title.clone()),
            author: word(item, "author"),
            published: date(item, "created_at"),
            text,
            quoted,
            is_reply: is_comment,
            counts: Counts { likes: count(item, "points"), ..Counts::default() },
            ..Entry::default()
        });
    }
    Some(entries)
}
