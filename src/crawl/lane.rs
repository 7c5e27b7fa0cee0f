//! A lane: the queue of one scheme, host and port, with its pace, its budget of time and its robots.txt.

use std::{
    collections::{BinaryHeap, VecDeque},
    rc::Rc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::Instant;

use super::{
    access::Access,
    job::{Answered, Job},
    mining::Mining,
};

/// One host and port.
pub struct Lane {
    /// Scheme, host and port, as an address without path.
    pub origin: Rc<str>,
    pub jobs: BinaryHeap<Job>,
    /// Sources whose own address is here and was not asked for yet.
    pub seeds: VecDeque<u32>,
    /// Requests under way, and how many there may be.
    pub active: usize,
    pub per_host: usize,
    /// Jobs that wait for another try.
    pub later: usize,
    /// Between two starts.
    pub pace: Duration,
    /// No start before that.
    pub next: Option<Instant>,
    /// When its first request started.
    pub since: Option<Instant>,
    /// Answers of it that are being read.
    pub reading: usize,
    /// Times in a row that it asked to come back later, and until when it is left alone.
    pub refusals: u8,
    pub until: Option<Timestamp>,
    /// Time that its requests took, and the pace between them; not the time that it waited for us.
    spent: Duration,
    /// Since when it is busy, or until when it was.
    busy: Option<Instant>,
    idle: Option<Instant>,
    pub robots: Robots,
    /// What it reserves of mining, and answers that wait until that is known.
    pub mining: Mining,
    pub held: Vec<Answered>,
    /// The turn that its jobs have come to.
    pub turn: u32,
    /// Where the frontier keeps it.
    pub place: Place,
    /// The frontier has noted that it is done.
    pub noted: bool,
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
            jobs: BinaryHeap::new(),
            seeds: VecDeque::new(),
            active: 0,
            per_host: 1,
            later: 0,
            pace,
            next: None,
            since: None,
            reading: 0,
            refusals: 0,
            until: None,
            spent: Duration::ZERO,
            busy: None,
            idle: None,
            robots: Robots::Unknown(0),
            mining: Mining::default(),
            held: Vec::new(),
            turn: 0,
            place: Place::Idle,
            noted: false,
        }
    }

    /// Whether a job waits that its host has room for.
    pub fn may_start(&self) -> bool {
        let asked = matches!(self.robots, Robots::Asked(_)) || matches!(self.mining, Mining::Asked);
        let empty = self.jobs.is_empty() && self.seeds.is_empty();
        self.active < self.per_host && !empty && !asked
    }

    /// Whether nothing of it waits or is under way.
    pub fn is_done(&self) -> bool {
        self.jobs.is_empty() && self.seeds.is_empty() && self.active + self.reading + self.later == 0
    }

    /// The next job: one under way first, then the sources' own addresses, then what they led to.
    pub fn take(&mut self) -> Option<Job> {
        if self.jobs.peek().is_some_and(|job| job.turn == 0) {
            return self.jobs.pop();
        }
        if let Some(source) = self.seeds.pop_front() {
            return Some(Job::seed(source));
        }
        let job = self.jobs.pop()?;
        self.turn = self.turn.max(job.turn);
        Some(job)
    }

    /// Counts a request as started.
    pub fn start(&mut self, now: Instant) {
        if self.active == 0 {
            // Of the time since the last request, what its pace asked for.
            let paced = self.idle.zip(self.next).map(|(idle, next)| next.min(now).saturating_duration_since(idle));
            self.spent += paced.unwrap_or_default();
            self.busy = Some(now);
        }
        self.active += 1;
        self.next = (self.pace > Duration::ZERO).then(|| now + self.pace);
        self.since.get_or_insert(now);
    }

    /// Counts a request as ended.
    pub fn end(&mut self, now: Instant) {
        self.active -= 1;
        if self.active == 0 {
            self.spent += self.busy.take().map(|busy| now.saturating_duration_since(busy)).unwrap_or_default();
            self.idle = Some(now);
        }
    }

    /// Whether its time is used up.
    pub fn is_spent(&self, budget: Duration, now: Instant) -> bool {
        let busy = self.busy.map(|busy| now.saturating_duration_since(busy)).unwrap_or_default();
        self.spent + busy > budget
    }
}
