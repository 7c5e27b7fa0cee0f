//! The frontier: what is still to fetch, in one lane a host, and which lane may start next.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    rc::Rc,
    time::Duration,
};

use tokio::time::Instant;
use url::Url;

use super::{
    job::Job,
    lane::{Lane, Place},
};

/// So many hosts have a lane at once, unless what was followed leads to more. The sources of the others wait as numbers.
const WINDOW: usize = 1_024;

/// Jobs that may wait before no further host is opened; each takes half a kilobyte.
const MAX_QUEUED: usize = 100_000;

/// A job that waits for its next try.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Later(Reverse<Instant>, usize, Job);

/// Every lane, and when each may start.
#[derive(Default)]
pub struct Frontier {
    pub lanes: Vec<Lane>,
    by_origin: HashMap<Rc<str>, usize>,
    /// Lanes that were closed, to be used again.
    free: Vec<usize>,
    /// Lanes that were done when last looked at.
    done: VecDeque<usize>,
    /// Sources whose host has no lane yet, host by host: a hash of the host, and the source.
    unopened: VecDeque<(u64, u32)>,
    /// Lanes that may start a job now, each once, in the order in which they became so.
    ready: VecDeque<usize>,
    /// Lanes that may start one at that time, each once.
    waiting: BinaryHeap<Reverse<(Instant, usize)>>,
    later: BinaryHeap<Later>,
    /// The next turn of each source that led to something.
    turns: HashMap<u32, u32>,
    numbers: u64,
    queued: usize,
}

impl Frontier {
    /// Whether nothing is left to do.
    pub fn is_empty(&self) -> bool {
        self.queued == 0 && self.unopened.is_empty()
    }

    /// Takes sources, each with a hash of its host; those of one host stay in their order.
    pub fn wait(&mut self, mut sources: Vec<(u64, u32)>) {
        sources.sort_by_key(|(host, _)| *host);
        self.unopened = sources.into();
    }

    /// The sources of the next host, if there is room for its lane.
    pub fn next_host(&mut self, now: Instant) -> Option<Vec<u32>> {
        let (host, _) = *self.unopened.front()?;
        if self.queued >= MAX_QUEUED {
            return None;
        }
        if self.lanes.len() - self.free.len() >= WINDOW && !self.close_one(now) {
            return None;
        }
        let mut sources = Vec::new();
        while let Some(&(other, source)) = self.unopened.front()
            && other == host
        {
            sources.push(source);
            self.unopened.pop_front();
        }
        Some(sources)
    }

    /// Closes a lane that is done and owes its host no wait.
    fn close_one(&mut self, now: Instant) -> bool {
        for _ in 0..self.done.len() {
            let Some(index) = self.done.pop_front() else { break };
            let lane = &mut self.lanes[index];
            lane.noted = false;
            if !lane.is_done() || lane.place != Place::Idle {
                continue;
            }
            if lane.next.is_some_and(|next| next > now) {
                lane.noted = true;
                self.done.push_back(index);
                continue;
            }
            self.by_origin.remove(&lane.origin);
            self.free.push(index);
            return true;
        }
        false
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
        let lane = Lane::new(Rc::clone(&origin), pace);
        let index = match self.free.pop() {
            Some(index) => {
                self.lanes[index] = lane;
                index
            }
            None => {
                self.lanes.push(lane);
                self.lanes.len() - 1
            }
        };
        self.by_origin.insert(origin, index);
        index
    }

    /// Queues a source's own address.
    pub fn push_seed(&mut self, lane: usize, source: u32) {
        self.queued += 1;
        self.lanes[lane].seeds.push_back(source);
        self.settle(lane);
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
        self.lanes[lane].later += 1;
        self.later.push(Later(Reverse(at), lane, job));
    }

    /// Forgets the turns of a source that is at its end.
    pub fn forget(&mut self, source: u32) {
        self.turns.remove(&source);
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
                self.lanes[lane].later -= 1;
                self.push_first(lane, job);
            }
        }
        loop {
            let index = self.ready.pop_front()?;
            let lane = &mut self.lanes[index];
            lane.place = Place::Idle;
            // It may have been asked for something else meanwhile.
            let free = lane.may_start() && lane.next.is_none_or(|next| next <= now);
            if let Some(job) = free.then(|| lane.take()).flatten() {
                self.queued -= 1;
                return Some((index, job));
            }
            self.settle_at(index, now);
        }
    }

    /// Takes every job that waits in a lane.
    pub fn drain(&mut self, lane: usize) -> Vec<Job> {
        let seeds = std::mem::take(&mut self.lanes[lane].seeds);
        let jobs = std::mem::take(&mut self.lanes[lane].jobs).into_sorted_vec();
        self.queued -= jobs.len() + seeds.len();
        seeds.into_iter().map(Job::seed).chain(jobs).collect()
    }

    /// Counts a request of that lane as started.
    pub fn start(&mut self, lane: usize, now: Instant) {
        self.lanes[lane].start(now);
        self.settle(lane);
    }

    /// Counts a request of that lane as ended.
    pub fn end(&mut self, lane: usize) {
        self.lanes[lane].end(Instant::now());
        self.settle(lane);
    }

    /// Puts the lane where it belongs after any change of it.
    pub fn settle(&mut self, index: usize) {
        self.settle_at(index, Instant::now());
    }

    fn settle_at(&mut self, index: usize, now: Instant) {
        let lane = &mut self.lanes[index];
        if lane.is_done() {
            // Only where lanes are scarce is it of any use to know which are done.
            if !self.unopened.is_empty() && !std::mem::replace(&mut lane.noted, true) {
                self.done.push_back(index);
            }
            return;
        }
        if lane.place != Place::Idle || !lane.may_start() {
            return;
        }
        match lane.next {
            Some(at) if at > now => {
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
    use super::{super::job::Lead, *};
    use crate::model::{Request, Role, Todo};

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn frontier(pace: Duration, jobs: &[(u32, &str)]) -> Frontier {
        let mut frontier = Frontier::default();
        for &(source, asked) in jobs {
            let lane = frontier.open(&url(asked), pace);
            frontier.lanes[lane].per_host = 1_000;
            frontier.push(lane, job(source, asked));
        }
        frontier
    }

    fn job(source: u32, url: &str) -> Job {
        let todo = Todo { request: Request::new(url, Role::Article), ..Todo::default() };
        Job::led(source, Lead { todo, ..Lead::default() })
    }

    fn order(frontier: &mut Frontier) -> Vec<String> {
        std::iter::from_fn(|| {
            let (lane, job) = frontier.pop(Instant::now())?;
            frontier.settle(lane);
            Some(job.asked("").rsplit('/').next().unwrap_or_default().to_owned())
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
        frontier.push_first(lane, job(2, "http://b.example/moved"));
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
            frontier.pop(now + Duration::from_secs(4)).map(|(_, job)| String::from(job.asked(""))),
            Some("http://a.example/1".into())
        );
    }

    #[test]
    fn hosts_beyond_the_window_wait_until_others_are_done_and_owe_nobody_a_wait() {
        let mut frontier = Frontier::default();
        frontier.wait((0..WINDOW as u32 + 2).map(|host| (host.into(), host)).collect());
        let now = Instant::now();
        let mut opened = 0;
        while let Some(sources) = frontier.next_host(now) {
            assert_eq!(sources, [opened]);
            let lane = frontier.open(&url(&format!("http://h{opened}.example/")), Duration::ZERO);
            frontier.push_seed(lane, sources[0]);
            opened += 1;
        }
        assert_eq!(opened as usize, WINDOW);
        for next in [None, Some(now + Duration::from_secs(60))] {
            let (lane, job) = frontier.pop(now).unwrap();
            assert!(job.lead.is_none());
            frontier.start(lane, now);
            frontier.lanes[lane].next = next;
            frontier.end(lane);
        }
        assert!(frontier.next_host(now).is_some(), "the first host is done");
        let lane = frontier.open(&url("http://new.example/"), Duration::ZERO);
        assert_eq!((lane, frontier.lanes.len()), (0, WINDOW));
        frontier.push_seed(lane, 9);
        assert!(frontier.next_host(now).is_none(), "the second has its pace to keep");
        assert!(frontier.next_host(now + Duration::from_secs(61)).is_some());
        assert!(frontier.unopened.is_empty());
    }
}
