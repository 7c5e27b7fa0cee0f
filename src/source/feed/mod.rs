//! Feeds: RSS 0.9x–2.0, RDF, Atom 0.3 and 1.0, Channel Definition Format, JSON Feed. Decoded text in, items out, whether a
//! feed is well-formed or not.

mod draft;
mod entries;
mod finish;
mod held;
mod json;
mod names;
mod person;
mod scope;
mod tokens;
mod walk;

use crate::model::{Code, Stamp};

pub use entries::{entries, entries_of, is_comment};
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
    /// The address of what it answers.
    pub answers: Option<String>,
    /// Whose article it is, where the feed gathers those of others.
    pub publisher: Option<String>,
}

/// Whether a decoded text is a feed: its root element says so, whatever stands before it, or its JSON Feed version.
pub fn looks_like_feed(text: &str) -> bool {
    json::looks_like(text) || walk::find_root(&mut tokens::Tokens::new(text)).is_some()
}

/// Reads a decoded feed; `base` is what relative addresses count from. Dates are kept as written, with their offset or
/// without one.
pub fn read(text: &str, base: Option<&str>) -> Result<FeedPage, (Code, String)> {
    let base = base.filter(|base| url::Url::parse(base).is_ok());
    if json::looks_like(text) {
        return json::read(text, base);
    }
    walk::read(text, base).map_err(|refused| match refused {
        walk::Refused::TooDeep => (Code::TooDeep, String::from("the feed is nested deeper than any honest feed")),
        walk::Refused::NoFeed => (Code::Unreadable, String::from("this is no feed")),
    })
}

#[cfg(test)]
mod dialects;
#[cfg(test)]
mod tests;
