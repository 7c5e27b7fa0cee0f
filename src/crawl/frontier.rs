//! The frontier: what is still to fetch, in one lane a host, and which lane may start next.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, HashMap, VecDeque},
    rc::Rc,
    time::Duration,
};

use tokio::time::Instant;
use url::Url;

use super::lane::{Lane, Place};
use crate::model::port::Recalled;

/// One page to fetch. Small, for there may be very many.
#[derive(Debug)]
pub struct Job {
    /// Index of its source.
    pub source: u32,
    /// The address as it was asked for.
    pub asked: String,
    /// Where redirects have led, if they have.
    pub hop: Option<Box<Hop>>,
    /// What the store knows of the page, once it was asked.
    pub recalled: Option<Box<Recalled>>,
    /// Tries that failed.
    pub tries: u8,
    /// Its turn among the jobs of its lane; each source gets one job a turn. The first turn is for jobs under way.
    turn: u32,
    number: u64,
}

/// How far redirects have led a job.
#[derive(Debug)]
pub struct Hop {
    pub url: Url,
    pub hops: u8,
    /// Of the time for the whole request.
    pub spent: Duration,
}

impl Job {
    pub fn new(source: u32, asked: String) -> Job {
        Job { source, asked, hop: None, recalled: None, tries: 0, turn: 0, number: 0 }
    }

    /// The address to ask now.
    pub fn url(&self) -> Option<Url> {
        self.hop.as_ref().map_or_else(|| Url::parse(&self.asked).ok(), |hop| Some(hop.url.clone()))
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

/// A job that waits for its next try.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Later(Reverse<Instant>, usize, Job);

/// Every lane, and when each may start.
#[derive(Default)]
pub struct Frontier {
    pub lanes: Vec<Lane>,
    by_origin: HashMap<Rc<str>, usize>,
    /// Lanes that may start a job now, each once, in the order in which they became so.
    ready: VecDeque<usize>,
    /// Lanes that may start one at that time, each once.
    waiting: BinaryHeap<Reverse<(Instant, usize)>>,
    later: BinaryHeap<Later>,
    /// Each source's next turn.
    turns: HashMap<u32, u32>,
    numbers: u64,
    queued: usize,
}

impl Frontier {
    /// Whether nothing is left to do.
    pub fn is_empty(&self) -> bool {
        self.queued == 0
    }

    /// The lane of `url`, if it has one.
    pub fn lane(&self, url: &Url) -> Option<usize> {
        self.by_origin.get(url.origin().ascii_serialization().as_str()).copied()
    }

    /// The lane of `url`, made with `pace` where it is new.
    pub fn open(&mut self, url: &Url, pace: Duration) -> usize {
        let origin = url.origin().ascii_serialization();
        if let Some(&lane) = self.by_origin.get(origin.as_str()) {
            return lane;
        }
        let origin: Rc<str> = origin.into();
        self.by_origin.insert(Rc::clone(&origin), self.lanes.len());
        self.lanes.push(Lane::new(origin, pace));
        self.lanes.len() - 1
    }

    /// Queues a new job behind those that its source has already.
    pub fn push(&mut self, lane: usize, mut job: Job) {
        let turn = self.turns.entry(job.source).or_default();
        job.turn = (*turn).max(self.lanes[lane].turn).max(1);
        *turn = job.turn + 1;
        self.numbers += 1;
        job.number = self.numbers;
        self.put(lane, job);
    }

    /// Queues a job under way, before the new ones.
    pub fn push_first(&mut self, lane: usize, mut job: Job) {
        job.turn = 0;
        self.put(lane, job);
    }

    /// Puts a job back in its place.
    pub fn put(&mut self, lane: usize, job: Job) {
        self.queued += 1;
        self.lanes[lane].jobs.push(job);
        self.settle(lane);
    }

    /// Queues a job under way once `at` has come.
    pub fn push_later(&mut self, lane: usize, job: Job, at: Instant) {
        self.queued += 1;
        self.later.push(Later(Reverse(at), lane, job));
    }

    /// Takes the next job that may start, and its lane. It counts as started only after [`Frontier::start`].
    pub fn pop(&mut self, now: Instant) -> Option<(usize, Job)> {
        while let Some(&Reverse((at, lane))) = self.waiting.peek()
            && at <= now
        {
            self.waiting.pop();
            self.make_ready(lane);
        }
        while self.later.peek().is_some_and(|later| later.0.0 <= now) {
            if let Some(Later(_, lane, job)) = self.later.pop() {
                self.queued -= 1;
                self.push_first(lane, job);
            }
        }
        loop {
            let index = self.ready.pop_front()?;
            let lane = &mut self.lanes[index];
            lane.place = Place::Idle;
            if let Some(job) = lane.jobs.pop() {
                lane.turn = lane.turn.max(job.turn);
                self.queued -= 1;
                return Some((index, job));
            }
        }
    }

    /// Takes every job that waits in a lane.
    pub fn drain(&mut self, lane: usize) -> Vec<Job> {
        let jobs = std::mem::take(&mut self.lanes[lane].jobs).into_sorted_vec();
        self.queued -= jobs.len();
        jobs
    }

    /// Counts a request of that lane as started.
    pub fn start(&mut self, lane: usize, now: Instant) {
        self.lanes[lane].start(now);
        self.settle(lane);
    }

    /// Counts a request of that lane as ended.
    pub fn end(&mut self, lane: usize) {
        self.lanes[lane].active -= 1;
        self.settle(lane);
    }

    /// Puts the lane where it belongs after any change of it.
    pub fn settle(&mut self, index: usize) {
        let lane = &mut self.lanes[index];
        if lane.place != Place::Idle || !lane.may_start() {
            return;
        }
        match lane.next {
            Some(at) if at > Instant::now() => {
                lane.place = Place::Waiting;
                self.waiting.push(Reverse((at, index)));
            }
            _ => self.make_ready(index),
        }
    }

    /// When something may start that may not yet.
    pub fn wakes(&self) -> Option<Instant> {
        let lane = self.waiting.peek().map(|Reverse((at, _))| *at);
        let job = self.later.peek().map(|later| later.0.0);
        lane.into_iter().chain(job).min()
    }

    fn make_ready(&mut self, lane: usize) {
        self.lanes[lane].place = Place::Ready;
        self.ready.push_back(lane);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn frontier(pace: Duration, jobs: &[(u32, &str)]) -> Frontier {
        let mut frontier = Frontier::default();
        for &(source, asked) in jobs {
            let lane = frontier.open(&url(asked), pace);
            frontier.lanes[lane].per_host = 1_000;
            frontier.push(lane, Job::new(source, asked.into()));
        }
        frontier
    }

    fn order(frontier: &mut Frontier) -> Vec<String> {
        std::iter::from_fn(|| {
            let (lane, job) = frontier.pop(Instant::now())?;
            frontier.settle(lane);
            Some(job.asked.rsplit('/').next().unwrap_or_default().to_owned())
        })
        .collect()
    }

    #[test]
    fn sources_of_one_host_take_turns() {
        let jobs: Vec<_> = ["a1", "a2", "a3", "b1", "b2", "c1"]
            .map(|name| (u32::from(name.as_bytes()[0]), format!("http://h.example/{name}")))
            .into();
        let jobs: Vec<_> = jobs.iter().map(|(source, asked)| (*source, asked.as_str())).collect();
        assert_eq!(order(&mut frontier(Duration::ZERO, &jobs)), ["a1", "b1", "c1", "a2", "b2", "a3"]);
    }

    #[test]
    fn hosts_take_turns_and_jobs_under_way_go_first() {
        let jobs = [(1, "http://a.example/a1"), (1, "http://a.example/a2"), (2, "http://b.example/b1")];
        let mut frontier = frontier(Duration::ZERO, &jobs);
        let lane = frontier.open(&url("http://b.example/x"), Duration::ZERO);
        frontier.push_first(lane, Job::new(2, "http://b.example/moved".into()));
        assert_eq!(order(&mut frontier), ["a1", "moved", "a2", "b1"]);
        assert!(frontier.is_empty());
    }

    #[test]
    fn pace_and_number_hold_a_lane_back_and_wake_it() {
        let jobs = [(1, "http://a.example/1"), (1, "http://a.example/2"), (1, "http://a.example/3")];
        let mut frontier = frontier(Duration::from_secs(60), &jobs);
        frontier.lanes[0].per_host = 2;
        let start = Instant::now();
        let (lane, _) = frontier.pop(start).unwrap();
        frontier.start(lane, start);
        assert!(frontier.pop(Instant::now()).is_none(), "too soon");
        let wakes = frontier.wakes().unwrap();
        assert!(wakes >= start + Duration::from_secs(60) && wakes < start + Duration::from_secs(61));
        let (lane, _) = frontier.pop(wakes).unwrap();
        frontier.start(lane, wakes);
        assert!(frontier.pop(wakes + Duration::from_secs(600)).is_none(), "two are under way");
        assert!(!frontier.is_empty());
        frontier.lanes[lane].next = None;
        frontier.end(lane);
        assert!(frontier.pop(wakes).is_some());
    }

    #[test]
    fn a_later_try_holds_nothing_up() {
        let mut frontier = frontier(Duration::ZERO, &[(1, "http://a.example/1"), (1, "http://a.example/2")]);
        let now = Instant::now();
        let (lane, job) = frontier.pop(now).unwrap();
        frontier.push_later(lane, job, now + Duration::from_secs(4));
        frontier.settle(lane);
        assert_eq!(order(&mut frontier), ["2"]);
        assert_eq!(frontier.wakes(), Some(now + Duration::from_secs(4)));
        assert!(!frontier.is_empty());
        assert_eq!(
            frontier.pop(now + Duration::from_secs(4)).map(|(_, job)| job.asked),
            Some("http://a.example/1".into())
        );
    }
}
