//! A page (bytes) on its way from the wire or the disk to entries.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Entry, Incident, Source};

/// What to fetch next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Absolute `http` or `https` address.
    pub url: String,
}

/// What a cache needs to ask "has it changed?".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// SHA-256 of the decoded body, hexadecimal.
    pub body_hash: Option<String>,
}

/// One answer, decoded from its transfer and content codings.
#[derive(Debug, Clone)]
pub struct Page {
    /// The address that was asked for; of a file, its path.
    pub asked: String,
    /// The address that answered, after redirects; relative links count from it.
    pub url: String,
    pub content_type: Option<String>,
    /// The `Date` header, for relative dates; `None` for files.
    pub dated: Option<Timestamp>,
    pub body: Vec<u8>,
}

/// What an adapter made of a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    pub entries: Vec<Entry>,
    /// Pages to fetch next.
    pub follow: Vec<Request>,
    /// `source` is left empty by adapters: the caller knows it.
    pub incidents: Vec<Incident>,
}

/// How one request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visit {
    /// Read; what to send next time.
    Read(Validators),
    /// Answered 304, or the same body as last time.
    Unchanged(Validators),
    /// Not read; the incident says why. `retry_at`: not before, where the server said so.
    Failed { retry_at: Option<Timestamp> },
    /// Not asked for, because the server said earlier to come back later.
    NotDue,
}

/// One page's whole outcome: what goes into the store in one transaction.
#[derive(Debug, Clone)]
pub struct Harvest {
    pub source: Arc<Source>,
    /// The address asked for, or the file's path: the key of the page in the store.
    pub asked: String,
    pub visit: Visit,
    pub entries: Vec<Entry>,
    pub incidents: Vec<Incident>,
}
