//! A source that is read: where it is, what it is, what is known of it.

use std::path::PathBuf;

use jiff::tz::TimeZone;

/// What kind of thing a source is; the word is written to `source_kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKind {
    /// Whatever the address turns out to hold: a feed or a page.
    Auto,
    Feed,
    Blog,
    Forum,
    File,
}

impl SourceKind {
    /// Every kind that a configuration may name, with what it means.
    pub const ALL: [(SourceKind, &'static str); 5] = [
        (SourceKind::Auto, "whatever the address turns out to hold: a feed or a page"),
        (SourceKind::Feed, "an RSS, Atom, RDF or JSON feed over HTTP"),
        (SourceKind::Blog, "a blog; for now its address must be that of its feed or of one page"),
        (SourceKind::Forum, "a forum; for now its address must be that of its feed or of one page"),
        (SourceKind::File, "saved feeds and pages: a file, or a folder and all below it"),
    ];

    /// The word used in configurations and columns.
    pub fn word(self) -> &'static str {
        match self {
            SourceKind::Auto => "auto",
            SourceKind::Feed => "feed",
            SourceKind::Blog => "blog",
            SourceKind::Forum => "forum",
            SourceKind::File => "file",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<SourceKind> {
        SourceKind::ALL.into_iter().map(|(kind, _)| kind).find(|kind| kind.word() == word)
    }
}

/// Where a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An `http` or `https` address.
    Url(String),
    /// A file, or a folder and all below it.
    Path(PathBuf),
}

/// A source as planned.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in every report; unique in a plan.
    pub name: String,
    pub kind: SourceKind,
    pub place: Place,
    /// People a month, where the user knows it.
    pub audience: Option<u64>,
    /// The zone of dates that are shown without one.
    pub timezone: TimeZone,
}
