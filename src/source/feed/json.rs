//! JSON Feed 1.0 and 1.1: brought into the shape that the parser (feed-rs) insists on, and noted down like the other kinds.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Map, Value, json};
use url::Url;

use super::draft::{Draft, Role};
use super::finish::{self, Dialect};
use super::held::{Held, Kind};
use super::{FeedPage, MAX_ITEMS, person};
use crate::model::{Code, Stamp};
use crate::text::{dates, plain};

/// Whether a decoded text is a JSON Feed: it names the version.
pub fn looks_like(text: &str) -> bool {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').starts_with('{')
        && (text.contains("jsonfeed.org/version/") || text.contains("jsonfeed.org\\/version\\/"))
}

/// Items among which the newest are looked for.
const MAX_LISTED: usize = 50_000;

/// Objects, lists and members that a feed may have, commas of its texts included.
const MAX_PARTS: usize = 1_000_000;

/// Reads a JSON Feed.
pub fn read(text: &str, base: Option<&str>) -> Result<FeedPage, (Code, String)> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    // What is parsed takes many times its size where it is all brackets and commas.
    if text.bytes().filter(|byte| matches!(byte, b'{' | b'[' | b',')).count() > MAX_PARTS {
        return Err((Code::TooLarge, format!("the JSON feed has more than {MAX_PARTS} parts")));
    }
    let written: Value = serde_json::from_str(text)
        .map_err(|fault| (Code::Unreadable, format!("the JSON feed cannot be read: {fault}")))?;
    let all: Vec<&Value> = match &written["items"] {
        Value::Array(items) => items.iter().filter(|item| item.is_object()).take(MAX_LISTED).collect(),
        _ => Vec::new(),
    };
    let found = all.len();
    let mut noted: Vec<(&Value, Draft)> = all.into_iter().map(|item| (item, note(item))).collect();
    if found > MAX_ITEMS {
        let zone = jiff::tz::TimeZone::UTC;
        noted.sort_by_key(|(_, draft)| {
            std::cmp::Reverse(draft.published.or(draft.updated).and_then(|stamp| stamp.instant(&zone)))
        });
        noted.truncate(MAX_ITEMS);
    }
    let (items, notes): (Vec<Value>, Vec<Draft>) =
        noted.into_iter().map(|(item, draft)| (shaped(item, &ITEM), draft)).unzip();
    let mut shape = shaped(&written, &FEED);
    shape["version"] = json!("https://jsonfeed.org/version/1.1");
    shape["title"] = json!(string(&written, "title").unwrap_or_default());
    shape["items"] = Value::Array(items);
    let feed = parse(&shape.to_string())?;
    let base = base.and_then(|base| Url::parse(base).ok());
    let resolve = |url: String| finish::absolute(&url, base.as_ref());
    let items = feed.entries.into_iter().zip(notes).map(|(entry, note)| {
        let link = note.link.and_then(resolve);
        finish::item(fill(entry, Draft { link, ..note }), Dialect::Json)
    });
    let items = items.collect();
    let mut draft = Draft {
        title: feed.title.map(|text| held(text.content, Kind::Text)),
        description: feed.description.map(|text| held(text.content, Kind::Text)),
        link: string(&written, "home_page_url").and_then(resolve),
        id: string(&written, "feed_url"),
        language: string(&written, "language"),
        next: string(&written, "next_url"),
        ..Draft::default()
    };
    feed.authors.iter().filter_map(|person| person.name.as_deref()).for_each(|name| draft.person(Role::Author, name));
    let mut page = finish::page(draft, items, Dialect::Json);
    if found > MAX_ITEMS {
        page.incidents.push((Code::Partial, format!("the feed has {found} items; the {MAX_ITEMS} newest were read")));
    }
    Ok(page)
}

/// Runs the parser, a new one for each feed, for after a failure it cannot be used again.
fn parse(text: &str) -> Result<feed_rs::model::Feed, (Code, String)> {
    let parser = feed_rs::parser::Builder::new()
        .sanitize_content(false)
        // What it would make up changes from run to run; dates are read from what is written.
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|_| None)
        .build();
    match catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes()))) {
        Ok(Ok(feed)) => Ok(feed),
        Ok(Err(fault)) => Err((Code::Unreadable, format!("the JSON feed cannot be read: {fault}"))),
        Err(_) => Err((Code::Internal, String::from("the feed's parser failed"))),
    }
}

fn held(text: String, kind: Kind) -> Held<'static> {
    Held { text: Cow::Owned(text), kind }
}

/// Puts what the parser read of an item beside what was noted of it.
fn fill(entry: feed_rs::model::Entry, note: Draft<'static>) -> Draft<'static> {
    let mut draft = note;
    draft.title = entry.title.map(|text| held(text.content, Kind::Text));
    draft.summary = entry.summary.map(|text| held(text.content, Kind::Text));
    if let Some((body, media)) = entry.content.and_then(|content| Some((content.body?, content.content_type))) {
        let kind = if media.as_str().contains("html") { Kind::Html } else { Kind::Lines };
        draft.content = Some(held(body, kind));
    }
    entry.authors.iter().filter_map(|person| person.name.as_deref()).for_each(|name| draft.person(Role::Author, name));
    draft.tags = entry.categories.into_iter().map(|category| category.term).collect();
    draft
}

/// Strings of the feed and of an item that the parser reads.
const FEED: [&str; 4] = ["home_page_url", "feed_url", "description", "language"];
const ITEM: [&str; 7] = ["id", "url", "external_url", "title", "content_html", "content_text", "summary"];

/// A string, or a number where a string belongs.
fn string(object: &Value, key: &str) -> Option<String> {
    match &object[key] {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An object with these strings, its authors and its tags, and nothing else.
fn shaped(object: &Value, strings: &[&str]) -> Value {
    let mut shape = Map::new();
    for key in strings {
        if let Some(text) = string(object, key) {
            shape.insert(String::from(*key), Value::String(text));
        }
    }
    let one = std::iter::once(&object["author"]);
    let many = object["authors"].as_array().into_iter().flatten();
    let names =
        one.chain(many).filter_map(|author| author.as_str().map(String::from).or_else(|| string(author, "name")));
    let authors: Vec<Value> = names.map(|name| json!({ "name": person::name(&name) })).collect();
    let tags: Vec<&Value> = object["tags"].as_array().into_iter().flatten().filter(|tag| tag.is_string()).collect();
    shape.insert(String::from("authors"), Value::Array(authors));
    shape.insert(String::from("tags"), json!(tags));
    Value::Object(shape)
}

/// What is read of an item beside the parser.
fn note(item: &Value) -> Draft<'static> {
    Draft {
        id: string(item, "id").map(|id| plain::line(&id)),
        link: string(item, "url").or_else(|| string(item, "external_url")),
        published: date(item, "date_published"),
        no_date: string(item, "date_published").is_some() && date(item, "date_published").is_none(),
        updated: date(item, "date_modified"),
        language: string(item, "language"),
        ..Draft::default()
    }
}

fn date(item: &Value, key: &str) -> Option<Stamp> {
    dates::parse(&string(item, key)?, None)
}
