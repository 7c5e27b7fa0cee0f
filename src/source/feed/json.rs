//! JSON Feed 1.0 and 1.1: brought into the shape that the parser insists on, and noted down like the other kinds.

use serde_json::{Map, Value, json};

use super::notes::{Note, Notes};
use super::{FeedPage, MAX_ITEMS, merge, person};
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
    let mut noted: Vec<(&Value, Note)> = all.into_iter().map(|item| (item, note(item))).collect();
    if found > MAX_ITEMS {
        let zone = jiff::tz::TimeZone::UTC;
        noted
            .sort_by_key(|(_, note)| std::cmp::Reverse(note.published.or(note.updated).and_then(|s| s.instant(&zone))));
        noted.truncate(MAX_ITEMS);
    }
    let (items, notes): (Vec<Value>, Vec<Note>) =
        noted.into_iter().map(|(item, note)| (shaped(item, &ITEM), note)).unzip();
    let mut shape = shaped(&written, &FEED);
    shape["version"] = json!("https://jsonfeed.org/version/1.1");
    shape["title"] = json!(string(&written, "title").unwrap_or_default());
    shape["items"] = Value::Array(items);
    let feed = Note {
        link: string(&written, "home_page_url"),
        id: string(&written, "feed_url"),
        language: string(&written, "language"),
        next: string(&written, "next_url"),
        ..Note::default()
    };
    let mut page = merge::merge(super::parse(&shape.to_string(), base)?, Notes { feed, items: notes }, base);
    if found > MAX_ITEMS {
        page.incidents.push((Code::Partial, format!("the feed has {found} items; the {MAX_ITEMS} newest were read")));
    }
    Ok(page)
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

fn note(item: &Value) -> Note {
    Note {
        id: string(item, "id").map(|id| plain::line(&id)),
        link: string(item, "url").or_else(|| string(item, "external_url")),
        published: date(item, "date_published"),
        no_date: string(item, "date_published").is_some() && date(item, "date_published").is_none(),
        updated: date(item, "date_modified"),
        language: string(item, "language"),
        ..Note::default()
    }
}

fn date(item: &Value, key: &str) -> Option<Stamp> {
    dates::parse(&string(item, key)?, None)
}
