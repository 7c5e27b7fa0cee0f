//! The few traits that let stages meet without knowing each other.

use jiff::Timestamp;

use super::{Found, Page, Source, Validators};

/// Reads pages of a source; pure, called on worker threads.
pub trait Adapter: Send + Sync {
    /// Makes entries of a page. Never panics on any bytes; what it cannot read becomes an incident.
    fn read(&self, source: &Source, page: &Page) -> Found;
}

/// What earlier runs know about a page.
pub trait Memory: Send + Sync {
    /// Validators of the last time the page was read, and not-before of a `Retry-After`.
    fn recall(&self, source: &str, url: &str) -> Option<Recalled>;
}

/// What [`Memory`] remembers of one page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recalled {
    pub validators: Validators,
    pub retry_at: Option<Timestamp>,
}

/// Hears how a run goes on; bars on a terminal, nothing elsewhere.
pub trait Progress: Send + Sync {
    /// `done` of `total` sources were heard of, `pages` ended one way or another; `total` may be unknown.
    fn crawled(&self, done: u64, total: Option<u64>, pages: u64);
    /// So many documents were scored so far, so many mentions found.
    fn scored(&self, documents: u64, total: Option<u64>, mentions: u64);
    /// An incident happened.
    fn incident(&self, incident: &super::Incident);
}

/// Hears nothing.
pub struct Silent;

impl Progress for Silent {
    fn crawled(&self, _: u64, _: Option<u64>, _: u64) {}
    fn scored(&self, _: u64, _: Option<u64>, _: u64) {}
    fn incident(&self, _: &super::Incident) {}
}
