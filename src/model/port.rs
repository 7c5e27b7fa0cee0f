//! The few traits that let stages meet without knowing each other.

use std::fmt;

use jiff::{Timestamp, tz::Offset};

use super::{Found, Location, Page, Source, SourceKind, Todo, Validators};

/// Reads pages of a source; pure, called on worker threads.
pub trait Adapter: Send + Sync {
    /// Makes entries of a page. Never panics on any bytes; what it cannot read becomes an incident.
    fn read(&self, source: &Source, page: &Page) -> Found;
}

/// What earlier runs know, and what this one has under way.
pub trait Memory: Send + Sync {
    /// What is known of a page.
    fn recall(&self, source: &str, url: &str) -> Option<Recalled>;

    /// How a source stands before it is asked.
    fn standing(&self, _source: &str) -> Standing {
        Standing::default()
    }

    /// Pages of a source that earlier runs were led to and did not come to, the oldest first, `limit` at most.
    fn left(&self, _source: &str, _limit: u64) -> Vec<Todo> {
        Vec::new()
    }

    /// Whether the document of that id was seen before.
    fn has(&self, _id: &str) -> bool {
        false
    }

    /// What a host was found to reserve not long ago; `None` where it should be asked.
    fn host(&self, _origin: &str) -> Option<Vec<Location>> {
        None
    }

    /// Notes, so that it outlives the process, that a page is under way until the hold is let go.
    fn hold(&self, _source: &str, _url: &str) -> Hold {
        Hold::default()
    }
}

/// What [`Memory`] remembers of one page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recalled {
    pub validators: Validators,
    pub retry_at: Option<Timestamp>,
    /// Whether it was ever read, at least as far back as is asked for now.
    pub read: bool,
    /// The mark under which it, and what continues it, was read to the end.
    pub mark: Option<String>,
    /// The page of its chain that was read last.
    pub resume: Option<String>,
}

/// How a source stands before it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Not to be asked before: it failed again and again, or is not due yet.
    pub rests_until: Option<Timestamp>,
    /// It rests because it failed.
    pub failing: bool,
    /// The offset of its dates, where an earlier run learned it.
    pub offset: Option<Offset>,
    /// What it was found to be.
    pub found: Option<SourceKind>,
    /// When something of it was last asked for.
    pub last_attempt: Option<Timestamp>,
}

/// Something that is let go when this is dropped.
#[derive(Default)]
pub struct Hold(Option<Box<dyn Send>>);

impl Hold {
    /// Holds `something` until dropped.
    pub fn new(something: impl Send + 'static) -> Hold {
        Hold(Some(Box::new(something)))
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "held" } else { "free" })
    }
}

/// Hears how a run goes on; bars on a terminal, nothing elsewhere.
pub trait Progress: Send + Sync {
    /// `done` of `total` sources were heard of, `pages` ended one way or another; `total` may be unknown.
    fn crawled(&self, done: u64, total: Option<u64>, pages: u64);
    /// So many documents were scored so far, so many mentions found.
    fn scored(&self, documents: u64, total: Option<u64>, mentions: u64);
    /// So many bytes of the file that is read are behind; `total` may be unknown.
    fn read(&self, _bytes: u64, _total: Option<u64>, _file: &str) {}
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
