//! What the store is given and gives back: batches of one page, records of one mention, health of one source.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Document, Incident, Keep, Mention, Source, SourceKind, Trail, Visit, Weight, port::Hold};

/// One page's outcome after analysis; written in one transaction.
#[derive(Debug)]
pub struct Batch {
    pub source: Arc<Source>,
    /// What the source turned out to be.
    pub kind: SourceKind,
    /// The page's key: the address asked for, or the file's path.
    pub asked: String,
    pub visit: Visit,
    pub trail: Trail,
    pub documents: Vec<Scored>,
    /// Documents of the page that are outside of the period asked for.
    pub left_out: usize,
    pub incidents: Vec<Incident>,
    pub hold: Hold,
}

/// A document with its mentions; `mentions` is `None` where it was crawled but not scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub document: Document,
    pub mentions: Option<Vec<Mention>>,
    pub keep: Keep,
    /// Not to be stored where it is not yet.
    pub only_known: bool,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    pub name: String,
    /// As configured.
    pub kind: String,
    /// What it turned out to be.
    pub found: Option<String>,
    /// Address or path, as configured.
    pub place: String,
    pub last_attempt: Option<Timestamp>,
    pub last_success: Option<Timestamp>,
    /// Runs in a row that failed.
    pub failures: u64,
    /// The same, each weighted by how it failed: hard 1, soft 0.5, temporary 0.25.
    pub weight: f64,
    /// Not asked before, for it failed again and again.
    pub rests_until: Option<Timestamp>,
    /// Seconds between two visits that its pace of news deserves; what `--due` goes by.
    pub interval: Option<u64>,
    /// Share of what it showed last that was known before, 0..1.
    pub known_share: Option<f64>,
    /// When a visit last found nothing that was known: items were probably missed before it.
    pub missed_at: Option<Timestamp>,
    /// Pages that wait for a later run.
    pub waiting: u64,
    /// The offset of its dates, in minutes, where it was learned.
    pub offset_minutes: Option<i64>,
    /// Runs in a row that died while a page of it was under way.
    pub deaths: u64,
    /// What of its reservations is not heeded, and why.
    pub exempt: Option<String>,
    /// Documents stored, and how many of them have no date.
    pub documents: u64,
    pub undated: u64,
    pub mentions: u64,
    /// The newest incident's code and message.
    pub last_incident: Option<(String, String)>,
    pub coverage: Coverage,
}

/// What of a source was covered, and what probably was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Documents first seen when it was last asked.
    pub new_documents: u64,
    /// Documents of the period of a report; `None` where there is none.
    pub period_documents: Option<u64>,
    /// Documents in a language without sentiment, or of which no language is known.
    pub unsupported: u64,
    /// Pages that robots.txt refused, and pages that the site reserves, in the 30 days before it was last asked.
    pub refused: u64,
    pub reserved: u64,
    /// The newest date of a document, not after it was last had.
    pub newest: Option<Timestamp>,
    /// Seconds: the median between the dates of its newest documents.
    pub usual_gap: Option<u64>,
    /// Whether nothing came for far longer than ever before; `None` where too little is dated to tell.
    pub silent: Option<bool>,
    /// Seconds that its feed reached back when it was last read.
    pub feed_window: Option<u64>,
    /// How many items were probably missed, at least and at most, when nothing shown was known last.
    pub missed_low: Option<u64>,
    pub missed_high: Option<u64>,
}

impl Health {
    /// The share of its documents that have no date, 0..1.
    pub fn undated_share(&self) -> Option<f64> {
        share(self.undated, self.documents)
    }

    /// The share of its documents that no sentiment is scored of for their language, 0..1.
    pub fn unsupported_share(&self) -> Option<f64> {
        share(self.coverage.unsupported, self.documents)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// How a run went for one source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Attempt {
    /// Something of it was read, or had not changed.
    Read,
    /// Nothing of it was had.
    Failed(Weight),
    /// It was not asked, though it was its turn: at rest, or left for a later run.
    Passed,
}
