//! What the store is given and gives back: batches of one page, records of one mention, health of one source.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Document, Incident, Mention, Source, Visit};

/// One page's outcome after analysis; written in one transaction.
#[derive(Debug, Clone)]
pub struct Batch {
    pub source: Arc<Source>,
    /// The page's key: the address asked for, or the file's path.
    pub asked: String,
    pub visit: Visit,
    pub documents: Vec<Scored>,
    pub incidents: Vec<Incident>,
}

/// A document with its mentions; `mentions` is `None` where it was crawled but not scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub document: Document,
    pub mentions: Option<Vec<Mention>>,
}

/// One stored mention with its document.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Stable hash of document and brand, 24 hexadecimal digits.
    pub mention_id: String,
    pub document: Document,
    pub mention: Mention,
}

/// How a source has been doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub name: String,
    pub kind: String,
    /// Address or path, as configured.
    pub place: String,
    pub last_attempt: Option<Timestamp>,
    pub last_success: Option<Timestamp>,
    /// Runs in a row that failed.
    pub failures: u64,
    /// Documents stored, and how many of them have no date.
    pub documents: u64,
    pub undated: u64,
    pub mentions: u64,
    /// The newest incident's code and message.
    pub last_incident: Option<(String, String)>,
}
