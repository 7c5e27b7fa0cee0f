//! A document: one entry after cleaning, with an identity that lasts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Counts, Keep, Precision, Quote};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A page's main text.
    Article,
    /// A feed's own text of an item.
    #[default]
    Entry,
    Post,
    Comment,
    Review,
    Status,
}

impl Kind {
    pub const ALL: [Kind; 6] = [Kind::Article, Kind::Entry, Kind::Post, Kind::Comment, Kind::Review, Kind::Status];

    /// The word used in columns and filters.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Article => "article",
            Kind::Entry => "entry",
            Kind::Post => "post",
            Kind::Comment => "comment",
            Kind::Review => "review",
            Kind::Status => "status",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A document as it is stored and as `--format jsonl` prints it, one JSON object a line. Field names, their order and
/// meaning are the public contract (docs/columns.md). Read back, every field but `text` may be missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Stable hash of the identity, 24 hexadecimal digits; as given, on `vigie score -`.
    pub id: String,
    pub url: Option<String>,
    pub thread_url: Option<String>,
    pub parent_url: Option<String>,
    pub source: String,
    pub source_kind: String,
    pub kind: Kind,
    pub title: Option<String>,
    pub author: Option<String>,
    /// UTC; never the time of fetching.
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub published_precision: Option<Precision>,
    /// The page gave a date that cannot be (before 1995, or more than 48 h ahead); `published` is null then.
    pub date_suspect: bool,
    pub first_seen: Option<Timestamp>,
    /// BCP 47; `und` where it is not known.
    pub language: String,
    pub text: String,
    pub quoted: Vec<Quote>,
    pub signature: Option<String>,
    pub code: Option<String>,
    pub is_reply: bool,
    #[serde(flatten)]
    pub counts: Counts,
    pub tags: Vec<String>,
}

impl Document {
    /// Takes out what may not be kept.
    pub fn keep_only(&mut self, keep: Keep) {
        if keep != Keep::All {
            self.text.clear();
            self.quoted.clear();
            (self.signature, self.code) = (None, None);
        }
        if keep == Keep::Nothing {
            (self.title, self.author) = (None, None);
            (self.counts, self.tags) = (Counts::default(), Vec::new());
        }
    }
}

impl Default for Document {
    fn default() -> Document {
        Document {
            id: String::new(),
            url: None,
            thread_url: None,
            parent_url: None,
            source: String::new(),
            source_kind: String::new(),
            kind: Kind::Entry,
            title: None,
            author: None,
            published: None,
            updated: None,
            published_precision: None,
            date_suspect: false,
            first_seen: None,
            language: String::from("und"),
            text: String::new(),
            quoted: Vec::new(),
            signature: None,
            code: None,
            is_reply: false,
            counts: Counts::default(),
            tags: Vec::new(),
        }
    }
}
