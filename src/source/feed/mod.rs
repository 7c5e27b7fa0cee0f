//! Feeds: RSS 0.9x–2.0, RDF, Atom 0.3 and 1.0, JSON Feed. Decoded text in, items out; repaired before the parser where a
//! feed is not well-formed, and read beside it for what the parser drops.

mod characters;
mod entries;
mod json;
mod merge;
mod notes;
mod person;
mod repair;
mod tags;
mod tokens;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::model::{Code, Stamp};

pub use entries::{entries, is_comment};
pub use json::looks_like as is_json_feed;
pub use tokens::{Token, Tokens, split};

/// The newest items of a feed that are read.
pub const MAX_ITEMS: usize = 2_000;

/// Characters of a title or a name that are kept.
const MAX_LINE: usize = 1_000;

/// Bytes of an item's text that are kept.
const MAX_TEXT: usize = 100_000;

/// A feed as it describes itself, and its items in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FeedPage {
    pub title: Option<String>,
    pub link: Option<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub author: Option<String>,
    pub published: Option<Stamp>,
    pub updated: Option<Stamp>,
    /// As written; `None` where the feed wrote none.
    pub id: Option<String>,
    pub tags: Vec<String>,
    /// The feed's older items, as written.
    pub next: Option<String>,
    /// The software that made it.
    pub generator: Option<String>,
    pub items: Vec<Item>,
    /// What was left out.
    pub incidents: Vec<(Code, String)>,
}

/// One item of a feed. Texts are plain but for `html`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item {
    pub url: Option<String>,
    /// The identifier as the feed wrote it; `None` where it wrote none.
    pub id: Option<String>,
    pub title: Option<String>,
    pub author: Option<String>,
    pub published: Option<Stamp>,
    pub updated: Option<Stamp>,
    /// A date of publication was written that is none.
    pub date_suspect: bool,
    pub language: Option<String>,
    /// The markup of the full content, where the feed gives that.
    pub html: Option<String>,
    pub summary: Option<String>,
    /// The full content, else the summary, as plain text, one line per block, without what it quotes of others.
    pub text: String,
    /// Block quotations, unless the whole item is one.
    pub quoted: Vec<String>,
    pub tags: Vec<String>,
    pub replies: Option<u64>,
    pub views: Option<u64>,
    pub likes: Option<u64>,
    pub rating: Option<f64>,
    pub comments_url: Option<String>,
    pub comments_feed: Option<String>,
}

/// Whether a decoded text is a feed: its root element says so, whatever stands before it, or its JSON Feed version.
pub fn looks_like_feed(text: &str) -> bool {
    json::looks_like(text) || repair::find_root(&mut tokens::Tokens::new(text)).is_some()
}

/// Reads a decoded feed; `base` is what relative addresses count from. Dates are kept as written, with their offset or
/// without one.
pub fn read(text: &str, base: Option<&str>) -> Result<FeedPage, (Code, String)> {
    let base = base.filter(|base| url::Url::parse(base).is_ok());
    if json::looks_like(text) {
        return json::read(text, base);
    }
    let repaired = repair::repair(text).map_err(|refused| match refused {
        repair::Refused::TooDeep => (Code::TooDeep, String::from("the feed is nested deeper than any honest feed")),
        repair::Refused::NoFeed => (Code::Unreadable, String::from("this is no feed")),
    })?;
    let mut notes = notes::read(&repaired.text);
    let found = notes.items.len();
    let mut text = repaired.text;
    if found > MAX_ITEMS {
        text = newest(&text, &mut notes).into();
    }
    let mut page = merge::merge(parse(&text, base)?, notes, base);
    if repaired.cut {
        page.incidents
            .push((Code::Partial, format!("the feed is cut off; {} whole items were read", page.items.len())));
    }
    if found > MAX_ITEMS || repaired.crowded {
        let most = if repaired.crowded { "more than " } else { "" };
        page.incidents
            .push((Code::Partial, format!("the feed has {most}{found} items; the {MAX_ITEMS} newest were read")));
    }
    Ok(page)
}

/// Runs the parser, a new one for each feed, for after a failure it cannot be used again.
fn parse(text: &str, base: Option<&str>) -> Result<feed_rs::model::Feed, (Code, String)> {
    let parser = feed_rs::parser::Builder::new()
        .base_uri(base)
        .sanitize_content(false)
        // What it would make up changes from run to run; dates are read from the notes.
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|_| None)
        .build();
    match catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes()))) {
        Ok(Ok(feed)) => Ok(feed),
        Ok(Err(fault)) => Err((Code::Unreadable, format!("the feed cannot be read: {fault}"))),
        Err(_) => Err((Code::Internal, String::from("the feed's parser failed"))),
    }
}

/// A feed with only the newest items in it, in their order; undated ones count as older than dated ones.
fn newest(text: &str, notes: &mut notes::Notes) -> String {
    let first = notes.items[0].place.start;
    let last = notes.items.last().map_or(first, |note| note.place.end);
    let date = |note: &notes::Note| {
        let stamp = note.published.or(note.updated).or(note.dated)?;
        stamp.instant(&jiff::tz::TimeZone::UTC)
    };
    let mut order: Vec<usize> = (0..notes.items.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(date(&notes.items[at])));
    let mut kept = vec![false; notes.items.len()];
    order.iter().take(MAX_ITEMS).for_each(|&at| kept[at] = true);
    let mut reduced = String::from(&text[..first]);
    let mut keep = kept.iter();
    notes.items.retain(|note| {
        let keep = keep.next().is_some_and(|keep| *keep);
        if keep {
            reduced.push_str(&text[note.place.clone()]);
        }
        keep
    });
    reduced.push_str(&text[last..]);
    reduced
}

#[cfg(test)]
mod tests;
