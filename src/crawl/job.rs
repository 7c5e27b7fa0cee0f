//! A job: one page to fetch, and how far it has come.

use std::{cmp::Ordering, time::Duration};

use tokio::time::Instant;
use url::Url;

use super::net::Answer;
use crate::model::{
    Entry, Role, SourceKind, Todo, Validators,
    port::{Hold, Recalled},
};

/// One page to fetch. Small, for there may be very many.
#[derive(Debug)]
pub struct Job {
    /// Index of its source.
    pub source: u32,
    /// Tries that failed.
    pub tries: u8,
    /// Its turn among the jobs of its lane; each source gets one job a turn. The first turn is for jobs under way.
    pub turn: u32,
    pub number: u64,
    /// Where redirects have led, if they have.
    pub hop: Option<Box<Hop>>,
    /// What the store knows of the page, once it was asked.
    pub recalled: Option<Box<Recalled>>,
    /// What its source was found to be by earlier runs.
    pub expected: Option<SourceKind>,
    /// The page to ask for instead of the source's own address: of a thread, the one that was read last.
    pub instead: Option<Box<str>>,
    /// Whether the thread that is the source is read from its beginning, whatever was its last page.
    pub anew: bool,
    /// `None` of a source's own address.
    pub lead: Option<Box<Lead>>,
}

/// What led to a job.
#[derive(Debug, Default)]
pub struct Lead {
    /// The request, as it waits in the store.
    pub todo: Todo,
    /// The address to ask where it is not the request's: the page of its chain that was read last.
    pub instead: Option<String>,
    /// Of a thread that is gone on with: the number of the last post that is known.
    pub last: Option<u64>,
    /// Whether the thread that it belongs to was never read to its end, so that no page of it is taken for known.
    pub afresh: bool,
    /// Whether it goes on with a list that an earlier run left in its midst: what was listed since has moved the rest.
    pub taken_up: bool,
    /// Whether it is noted as asked for, so that nobody else leads to it.
    pub noted: bool,
    /// Hashes of the entries on the pages of the chain before this one.
    pub previous: Vec<u64>,
    /// Leads that wait until this job has ended: what it tells is needed to read them.
    pub after: Vec<Lead>,
}

/// How far redirects have led a job.
#[derive(Debug)]
pub struct Hop {
    pub url: Url,
    /// The pages before it.
    pub passed: Vec<String>,
    /// Of the time for the whole request.
    pub spent: Duration,
    /// Since when it waits for its host's robots.txt, which is part of it.
    pub waits: Option<Instant>,
}

/// A job whose page has answered, and is still to be read.
pub struct Answered {
    pub job: Job,
    pub answer: Answer,
    /// The address that answered.
    pub url: Url,
    pub hold: Hold,
}

impl Job {
    /// The job of a source's own address.
    pub fn seed(source: u32) -> Job {
        let (hop, recalled, expected, instead, lead) = (None, None, None, None, None);
        Job { source, tries: 0, turn: 0, number: 0, hop, recalled, expected, instead, anew: false, lead }
    }

    /// The job of something that was led to.
    pub fn led(source: u32, lead: Lead) -> Job {
        Job { lead: Some(Box::new(lead)), ..Job::seed(source) }
    }

    /// Whether a thread is gone on with at the page that was its last.
    pub fn goes_on(&self) -> bool {
        self.lead.as_ref().map_or(self.instead.is_some(), |lead| lead.instead.is_some())
    }

    /// The job of the same thread from its beginning.
    pub fn begun_anew(self) -> Job {
        let job = Job { expected: self.expected, anew: true, ..Job::seed(self.source) };
        let Some(lead) = self.lead else { return job };
        let lead = Lead { todo: lead.todo, noted: lead.noted, after: lead.after, afresh: true, ..Lead::default() };
        Job { lead: Some(Box::new(lead)), ..job }
    }

    /// What the page is expected to hold.
    pub fn role(&self) -> Role {
        self.lead.as_ref().map_or(Role::Seed, |lead| lead.todo.request.role)
    }

    /// The address as it was asked for; `own` is its source's.
    pub fn asked<'a>(&'a self, own: &'a str) -> &'a str {
        let seed = || self.instead.as_deref().unwrap_or(own);
        self.lead.as_ref().map_or_else(seed, |lead| lead.asked())
    }

    /// The address to ask now.
    pub fn url(&self, own: &str) -> Option<Url> {
        self.hop.as_ref().map_or_else(|| Url::parse(self.asked(own)).ok(), |hop| Some(hop.url.clone()))
    }

    /// What the store knows of the page.
    pub fn validators(&self) -> Validators {
        self.recalled.as_ref().map(|recalled| recalled.validators.clone()).unwrap_or_default()
    }

    /// Whether the thread that the page belongs to was never read to its end.
    pub fn is_afresh(&self) -> bool {
        self.lead.as_ref().map_or(self.instead.is_none(), |lead| lead.afresh)
    }

    /// Links from the source's own address.
    pub fn depth(&self) -> u8 {
        self.lead.as_ref().map_or(0, |lead| lead.todo.depth)
    }
}

impl Lead {
    /// Whether a page that a thread is gone on with has nothing that is known, so that something before it may be missing.
    pub fn is_beyond(&self, entries: &[Entry]) -> bool {
        let number = |entry: &Entry| entry.guid.as_ref().and_then(|guid| guid.parse::<u64>().ok());
        let after = |last| entries.iter().all(|entry| number(entry).is_some_and(|number| number > last));
        !entries.is_empty() && self.last.is_some_and(after)
    }

    /// The address to ask.
    pub fn asked(&self) -> &str {
        self.instead.as_ref().unwrap_or(&self.todo.request.url)
    }
}

impl Ord for Job {
    /// The greatest goes first: the lowest turn, then the first come.
    fn cmp(&self, other: &Job) -> Ordering {
        (other.turn, other.number).cmp(&(self.turn, self.number))
    }
}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Job) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Job {
    fn eq(&self, other: &Job) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Job {}
