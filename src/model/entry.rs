//! An entry: one item that an adapter found on a page, before analysis.

use serde::{Deserialize, Serialize};

use super::{Kind, Stamp};

/// One article, feed item, post or comment as its page gives it. All texts are plain: no markup, no entities,
/// no control characters but tab and line feed; paragraphs are separated by a line feed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    pub kind: Kind,
    /// Absolute address, as found.
    pub url: Option<String>,
    /// Whether `url` names this entry alone, so that it can be its identity.
    pub permanent: bool,
    pub thread_url: Option<String>,
    pub parent_url: Option<String>,
    /// The feed's own identifier, if it wrote one.
    pub guid: Option<String>,
    pub title: Option<String>,
    pub author: Option<String>,
    pub published: Option<Stamp>,
    pub updated: Option<Stamp>,
    /// A date was written that is none: 30 February, the year 99999.
    pub date_suspect: bool,
    /// The language that the page or feed claims, as written; a hint, not a fact.
    pub language: Option<String>,
    /// The author's own words.
    pub text: String,
    pub quoted: Vec<Quote>,
    pub signature: Option<String>,
    pub code: Option<String>,
    pub is_reply: bool,
    pub counts: Counts,
    pub tags: Vec<String>,
    pub keep: Keep,
}

/// What a site lets be kept of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    #[default]
    All,
    /// That it is there, what it is called, and whose it is.
    NoWords,
    /// Nothing: where it is stored already, it is emptied.
    Nothing,
}

/// Words of somebody else inside an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Quote {
    #[serde(default)]
    pub author: Option<String>,
    pub text: String,
}

/// Figures that a page shows about an entry; `None` where it shows none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    pub replies: Option<u64>,
    pub views: Option<u64>,
    pub likes: Option<u64>,
    pub shares: Option<u64>,
    /// Stars of a review, on the page's own scale.
    pub rating: Option<f64>,
    /// Replies of the whole thread, on its first post.
    pub thread_replies: Option<u64>,
    /// Views of the whole thread, on its first post.
    pub thread_views: Option<u64>,
}
