//! Searches of a Discourse forum: each post that one finds is read whole. Its topics are read as those of any forum.

use serde_json::Value;
use url::Url;

use super::{
    Asked, NONE, Network, address,
    fields::{self, count, date, html, is, list, text, word},
};
use crate::model::{Counts, Entry, Found, Kind, Page, Request, Role, SourceKind, Step};

pub const NETWORK: Network = Network {
    kind: SourceKind::Discourse,
    ask,
    forms: "https://FORUM/search?q=WORDS, or a query beside the forum's url",
    read,
    ..NONE
};

fn ask(asked: &Asked) -> Option<String> {
    let mut words = asked.words("q").filter(|_| asked.query.is_some() || asked.url.path().starts_with("/search"))?;
    if !words.contains("order:") {
        words += " order:latest";
    }
    Some(address::build(&asked.origin(), "/search.json", &[("q", &words)]))
}

fn read(value: &Value, page: &Page) -> Option<Found> {
    let base = address::origin(&page.url)?;
    if value["grouped_search_result"].is_object() {
        return Some(found(value, &base, page));
    }
    let one = Url::parse(&page.url).ok().filter(|url| url.path().starts_with("/posts/"))?;
    let is_one = value["cooked"].is_string() && value["post_number"].is_u64() && value["topic_id"].is_u64();
    let mut entry = is_one.then(|| entry(value, &base, &one))?;
    // The search told it.
    entry.title = entry.title.or_else(|| page.request.told.title.clone());
    Some(Found { entries: vec![entry], ..Found::default() })
}

/// What a search tells of a post is its beginning; the post has an address of its own.
fn found(value: &Value, base: &str, page: &Page) -> Found {
    let mut follow: Vec<Request> = Vec::new();
    for post in list(value, "posts") {
        let Some(id) = word(post, "id") else { continue };
        let topic = word(post, "topic_id");
        let topic = list(value, "topics").iter().find(|of| topic.is_some() && word(of, "id") == topic);
        let title = topic.and_then(|topic| text(topic, "title")).and_then(fields::line);
        let mut request = Request::new(format!("{base}/posts/{}.json", address::part(&id)), Role::Article);
        request.told.title = title;
        request.dated = date(post, "created_at").and_then(|stamp| stamp.instant(&jiff::tz::TimeZone::UTC));
        follow.push(request);
    }
    if is(value, "grouped_search_result.more_full_page_results") && !follow.is_empty() {
        let at = Url::parse(&page.url).ok().and_then(|url| address::value(&url, "page")?.parse::<u64>().ok());
        let next = address::with(&page.url, "page", &at.unwrap_or(1).saturating_add(1).to_string());
        let oldest = follow.iter().filter_map(|request| request.dated).min();
        follow.push(Request { step: Step::NextWhileNew, dated: oldest, ..Request::new(next, Role::Listing) });
    }
    Found { follow, ..Found::default() }
}

fn entry(post: &Value, base: &str, _: &Url) -> Entry {
    let (own, quoted) = html(text(post, "cooked").unwrap_or_default());
    let topic = match text(post, "topic_slug") {
        Some(slug) => format!("{base}/t/{}/{}", address::part(slug), word(post, "topic_id").unwrap_or_default()),
        None => format!("{base}/t/{}", word(post, "topic_id").unwrap_or_default()),
    };
    let number = count(post, "post_number").unwrap_or(1);
    let parent = count(post, "reply_to_post_number").map(|number| format!("{topic}/{number}"));
    Entry {
        kind: Kind::Post,
        url: Some(if number == 1 { topic.clone() } else { format!("{topic}/{number}") }),
        permanent: true,
        thread_url: Some(topic),
        parent_url: parent,
        guid: word(post, "id"),
        title: text(post, "topic_title").and_then(fields::line),
        author: word(post, "username"),
        published: date(post, "created_at"),
        updated: date(post, "updated_at").filter(|_| count(post, "version").is_some_and(|version| version > 1)),
        text: own,
        quoted,
        is_reply: number > 1,
        counts: Counts {
            replies: count(post, "reply_count"),
            views: count(post, "reads"),
            likes: likes(post),
            ..Counts::default()
        },
        ..Entry::default()
    }
}

/// The second of the actions that readers have is to like.
fn likes(post: &Value) -> Option<u64> {
    let actions = list(post, "actions_summary");
    let like = actions.iter().find(|action| count(action, "id") == Some(2));
    if actions.is_empty() { None } else { Some(like.and_then(|like| count(like, "count")).unwrap_or_default()) }
}
