//! A lane: the queue of one scheme, host and port, with its pace, its budget of time and its robots.txt.

use std::{collections::BinaryHeap, rc::Rc, time::Duration};

use tokio::time::Instant;

use super::{access::Access, frontier::Job};

/// One host and port.
pub struct Lane {
    /// Scheme, host and port, as an address without path.
    pub origin: Rc<str>,
    pub jobs: BinaryHeap<Job>,
    /// Requests under way, and how many there may be.
    pub active: usize,
    pub per_host: usize,
    /// Between two starts.
    pub pace: Duration,
    /// No start before that.
    pub next: Option<Instant>,
    /// When its first request started.
    pub since: Option<Instant>,
    pub robots: Robots,
    /// The turn that its jobs have come to.
    pub turn: u32,
    /// Where the frontier keeps it.
    pub place: Place,
}

/// What is known of a host's robots.txt.
pub enum Robots {
    /// Not asked for yet, or after that many failures that may pass.
    Unknown(u8),
    Asked(u8),
    Known(Access),
}

/// Whether a lane stands in one of the frontier's queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Idle,
    Ready,
    Waiting,
}

impl Lane {
    pub fn new(origin: Rc<str>, pace: Duration) -> Lane {
        Lane {
            origin,
            jobs: BinaryHeap::with_capacity(1),
            active: 0,
            per_host: 1,
            pace,
            next: None,
            since: None,
            robots: Robots::Unknown(0),
            turn: 0,
            place: Place::Idle,
        }
    }

    /// Whether a job waits that its host has room for.
    pub fn may_start(&self) -> bool {
        !self.jobs.is_empty() && self.active < self.per_host && !matches!(self.robots, Robots::Asked(_))
    }

    /// Counts a request as started.
    pub fn start(&mut self, now: Instant) {
        self.active += 1;
        self.next = (self.pace > Duration::ZERO).then(|| now + self.pace);
        self.since.get_or_insert(now);
    }

    /// Whether its time is used up.
    pub fn is_spent(&self, budget: Duration, now: Instant) -> bool {
        self.since.is_some_and(|since| now.saturating_duration_since(since) > budget)
    }
}
