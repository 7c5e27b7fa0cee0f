//! A filter over stored mentions: what `vigie query` and `vigie report` select.

use jiff::Timestamp;

use super::{Kind, Tone};

/// Every part that is set must hold; a list holds where any of its members does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Brands by name; compared without case and accents.
    pub brands: Vec<String>,
    pub sources: Vec<String>,
    pub kinds: Vec<Kind>,
    pub languages: Vec<String>,
    pub tones: Vec<Tone>,
    /// Authors by name; compared without case and accents.
    pub authors: Vec<String>,
    /// Words that the document's title or text must hold, without case and accents.
    pub text: Option<String>,
    /// Published at or after; undated documents are kept.
    pub since: Option<Timestamp>,
    /// Published before; undated documents are kept.
    pub until: Option<Timestamp>,
    /// At most so many mentions.
    pub limit: Option<u64>,
}
