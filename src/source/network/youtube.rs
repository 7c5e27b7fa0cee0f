//! YouTube: the feed of a channel or playlist; with a key of its Data API, searches and the comments of a video.

use serde_json::Value;
use url::Url;

use super::{
    Asked, NONE, Network, address,
    fields::{self, count, date, list, text, word},
    further,
};
use crate::model::{Counts, Entry, Found, Kind, Page, SourceKind};
use crate::source::feed::Item;
use crate::source::html::HtmlPage;
use crate::text::plain;

pub const NETWORK: Network = Network {
    kind: SourceKind::Youtube,
    is_host: |host| matches!(host, "www.youtube.com" | "youtube.com" | "m.youtube.com" | "youtu.be" | DATA_HOST),
    home: Some("https://www.youtube.com/"),
    ask,
    forms: "https://www.youtube.com/channel/ID, /@NAME or /playlist?list=ID; with a token, /watch?v=ID or a query",
    takes_token: true,
    note: |url| {
        (url.host_str() != Some(DATA_HOST)).then_some(
            "YouTube's robots.txt disallows its feeds: they are read only with leave (ignore = [\"robots\"] and a \
             reason); its Data API takes a token",
        )
    },
    read,
    item,
    page,
    ..NONE
};

const DATA_HOST: &str = "www.googleapis.com";
const DATA: &str = "https://www.googleapis.com";

fn ask(asked: &Asked) -> Option<String> {
    let base = asked.base("https://www.youtube.com");
    let data = asked.base(DATA);
    let key = asked.token.unwrap_or_default();
    if let Some(words) = asked.query {
        let pairs = [
            ("part", "snippet"),
            ("type", "video"),
            ("order", "date"),
            ("maxResults", "50"),
            ("q", words),
            ("key", key),
        ];
        return (!key.is_empty()).then(|| address::build(&data, "/youtube/v3/search", &pairs));
    }
    if asked.url.path().starts_with("/youtube/v3/") || asked.url.path() == "/feeds/videos.xml" {
        let url = asked.url.as_str();
        return Some(if key.is_empty() { url.into() } else { address::with(url, "key", key) });
    }
    let feed = |key: &str, id: &str| Some(address::build(&base, "/feeds/videos.xml", &[(key, id)]));
    let list = address::value(asked.url, "list");
    let short = asked.url.host_str() == Some("youtu.be");
    match &address::parts(asked.url)[..] {
        ["channel", id, ..] => feed("channel_id", id),
        ["playlist"] => feed("playlist_id", &list?),
        [video] if short && !key.is_empty() => Some(comments(&data, video, key)),
        ["watch"] if !key.is_empty() => Some(comments(&data, &address::value(asked.url, "v")?, key)),
        ["shorts" | "live", video] if !key.is_empty() => Some(comments(&data, video, key)),
        // The page names the channel.
        [name] if name.starts_with('@') => Some(format!("{base}/{name}")),
        [name, "videos" | "featured" | "streams" | "shorts"] if name.starts_with('@') => Some(format!("{base}/{name}")),
        ["c" | "user", name, ..] => Some(format!("{base}{}", asked.url.path().split(name).next()?) + name),
        _ => None,
    }
}

fn comments(base: &str, video: &str, key: &str) -> String {
    let pairs = [
        ("part", "snippet,replies"),
        ("videoId", video),
        ("order", "time"),
        ("textFormat", "plainText"),
        ("maxResults", "100"),
        ("key", key),
    ];
    address::build(base, "/youtube/v3/commentThreads", &pairs)
}

/// The feed of the channel whose page it is.
fn page(_: &str, html: &HtmlPage, url: &Url) -> Option<String> {
    let path = url.path();
    let of_channel = path.starts_with("/@") || path.starts_with("/c/") || path.starts_with("/user/");
    let feed = html.head.feeds.iter().find(|feed| feed.url.contains("/feeds/videos.xml?channel_id="))?;
    of_channel.then(|| feed.url.clone())
}

/// A video of a feed.
fn item(item: &Item, mut entry: Entry) -> Entry {
    let video = entry.url.as_deref().and_then(|url| address::value(&Url::parse(url).ok()?, "v"));
    if let Some(video) = video {
        entry.url = Some(watch(&video));
    }
    entry.kind = Kind::Status;
    entry.permanent = entry.url.is_some();
    // Its stars are counted thumbs.
    entry.counts.rating = None;
    entry.counts.views = item.views;
    entry
}

fn watch(video: &str) -> String {
    address::build("https://www.youtube.com", "/watch", &[("v", video)])
}

fn read(value: &Value, page: &Page) -> Option<Found> {
    let items = list(value, "items");
    let mut entries = Vec::new();
    match text(value, "kind")? {
        "youtube#commentThreadListResponse" => {
            for thread in items {
                let top = &thread["snippet"]["topLevelComment"];
                let answers = count(thread, "snippet.totalReplyCount");
                entries.extend(comment(top, word(thread, "snippet.videoId").as_deref(), answers));
                let video = word(thread, "snippet.videoId");
                entries.extend(
                    list(thread, "replies.comments").iter().filter_map(|reply| comment(reply, video.as_deref(), None)),
                );
            }
        }
        "youtube#searchListResponse" => entries.extend(items.iter().filter_map(found)),
        _ => return None,
    }
    let next = text(value, "nextPageToken").map(|token| address::with(&page.url, "pageToken", token));
    let follow = next.and_then(|next| further(next, &entries)).into_iter().collect();
    Some(Found { entries, follow, ..Found::default() })
}

fn comment(comment: &Value, video: Option<&str>, answers: Option<u64>) -> Option<Entry> {
    let id = word(comment, "id")?;
    let video = video.map(String::from).or_else(|| word(comment, "snippet.videoId"));
    let shown = |id: &str| {
        let pairs = [("v", video.as_deref()?), ("lc", id)];
        Some(address::build("https://www.youtube.com", "/watch", &pairs))
    };
    let parent = word(comment, "snippet.parentId");
    let words = text(comment, "snippet.textOriginal").or_else(|| text(comment, "snippet.textDisplay"))?;
    let (published, updated) = (date(comment, "snippet.publishedAt"), date(comment, "snippet.updatedAt"));
    Some(Entry {
        kind: Kind::Comment,
        url: shown(&id),
        permanent: video.is_some(),
        thread_url: video.as_deref().map(watch),
        parent_url: parent.as_deref().and_then(shown).or_else(|| video.as_deref().map(watch)),
        guid: Some(id),
        author: text(comment, "snippet.authorDisplayName").map(plain::line),
        published,
        updated: updated.filter(|updated| Some(*updated) != published),
        text: plain::lines(words),
        is_reply: true,
        counts: Counts { replies: answers, likes: count(comment, "snippet.likeCount"), ..Counts::default() },
        ..Entry::default()
    })
}

/// A video that a search found: its title, and the beginning of what is told of it.
fn found(item: &Value) -> Option<Entry> {
    let video = word(item, "id.videoId")?;
    Some(Entry {
        kind: Kind::Status,
        url: Some(watch(&video)),
        permanent: true,
        guid: Some(video),
        title: text(item, "snippet.title").and_then(fields::line),
        author: text(item, "snippet.channelTitle").and_then(fields::line),
        published: date(item, "snippet.publishedAt"),
        text: text(item, "snippet.description").and_then(fields::line).unwrap_or_default(),
        ..Entry::default()
    })
}
