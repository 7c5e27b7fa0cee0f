//! The jobs: the only place where the stages meet. One short file a job.

mod collect;
mod crawl;
mod discover;
mod extract;
mod files;
mod filter;
mod import;
mod ordered;
mod query;
mod report;
mod scan;
mod score;
mod turns;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

use crate::error::{Error, Exit};
use crate::model::port::Progress;

pub use collect::Outcome;
pub use crawl::crawl;
pub use discover::{Candidate, Discovered, Given, Sample, discover};
pub use extract::extract;
pub use filter::{Filtered, filter};
pub use import::{Asked, Bad, Imported, Preview, import, preview};
pub use query::{query, sources};
pub use report::{Output, folder, is_folder, report};
pub use scan::{Scanned, scan, scan_once};
pub use score::score_store;

/// What every job is given besides the plan.
#[derive(Clone)]
pub struct Means {
    /// Threads that read and score; at least 1.
    pub jobs: usize,
    /// The clock of everything that is stored or shown.
    pub now: Timestamp,
    /// Documents published before are left out; undated ones are kept.
    pub since: Option<Timestamp>,
    /// Documents published at or after are left out; undated ones are kept.
    pub until: Option<Timestamp>,
    /// Only sources whose own interval has passed are asked.
    pub due: bool,
    /// Sources that rest after failures are asked all the same.
    pub all: bool,
    pub progress: Arc<dyn Progress>,
    pub stop: Stop,
}

impl Means {
    /// Whether a document of this date is asked for.
    pub fn covers(&self, published: Option<Timestamp>) -> bool {
        published
            .is_none_or(|at| self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until))
    }
}

/// Whether a signal asked the run to stop: 0, or the signal's number.
#[derive(Clone, Default)]
pub struct Stop(pub Arc<AtomicUsize>);

impl Stop {
    /// The signal that came, if one did.
    pub fn signal(&self) -> Option<u8> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            number => Some(u8::try_from(number).unwrap_or(15)),
        }
    }

    /// The error that ends a stopped run.
    pub fn check(&self) -> Result<(), Error> {
        match self.signal() {
            None => Ok(()),
            Some(number) => Err(Error {
                message: String::from("stopped by a signal; what was read is kept"),
                hint: Some(String::from("the next run goes on from here")),
                exit: Exit::Signal(number),
            }),
        }
    }
}
