//! The loop: starts what may start, takes what comes back, and decides what follows.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use tokio::{
    sync::{Semaphore, mpsc},
    task::{Id, JoinError, JoinSet},
    time::Instant,
};
use url::Url;

use super::{
    access::{self, Access},
    answer::{self, Verdict},
    ending::{LOOK, RETRIES},
    fault::Fault,
    frontier::{Frontier, Hop, Job},
    lane::Robots,
    net::{Answer, Cap, Net},
    settings::Settings,
    visit::{self, Seen, Visited},
};
use crate::model::{
    Code, Harvest, Place, Source, Visit,
    port::{Adapter, Memory},
};

/// Redirects of one page.
const MAX_HOPS: u8 = 10;

/// The crawl was stopped, or nobody takes harvests any more.
pub struct Ended;

/// What a task was for.
pub enum Work {
    Robots(usize),
    Fetch(usize, Job, Url, Instant),
    Read(Job),
}

/// What became of it.
pub enum Outcome {
    Robots(std::result::Result<Access, Fault>),
    Fetched(std::result::Result<Answer, Fault>),
    Read(Visited),
}

/// A crawl under way.
pub struct Crawl {
    pub settings: Settings,
    pub net: Arc<Net>,
    pub sources: Vec<Arc<Source>>,
    pub seen: Vec<Seen>,
    pub frontier: Frontier,
    pub tasks: JoinSet<Outcome>,
    pub under_way: HashMap<Id, Work>,
    pub reading: Arc<Semaphore>,
    pub adapter: Arc<dyn Adapter>,
    pub memory: Arc<dyn Memory>,
    pub stop: Arc<AtomicUsize>,
    pub out: mpsc::Sender<Harvest>,
}

impl Crawl {
    /// Runs until nothing is left.
    pub async fn run(&mut self) -> std::result::Result<(), Ended> {
        for index in 0..self.sources.len() {
            match &self.sources[index].place {
                Place::Url(url) => {
                    let job = Job::new(index as u32, url.clone());
                    self.seen[index].open = 1;
                    self.queue(job).await?;
                }
                Place::Path(_) => {}
            }
        }
        loop {
            while self.tasks.len() < self.settings.in_flight.max(1)
                && let Some((lane, job)) = self.frontier.pop(Instant::now())
            {
                self.check_stop()?;
                self.begin(lane, job).await?;
                self.frontier.settle(lane);
            }
            if self.tasks.is_empty() && self.frontier.is_empty() {
                return Ok(());
            }
            self.check_stop()?;
            let look = Instant::now() + LOOK;
            let wakes = self.frontier.wakes().filter(|_| self.tasks.len() < self.settings.in_flight.max(1));
            tokio::select! {
                Some(ended) = self.tasks.join_next_with_id() => self.take(ended).await?,
                () = tokio::time::sleep_until(wakes.map_or(look, |at| at.min(look))) => {}
            }
        }
    }

    /// Queues a new job in its lane, or ends it where it has none.
    async fn queue(&mut self, job: Job) -> std::result::Result<(), Ended> {
        let fault = match visit::address(&job.asked) {
            Ok(url) => {
                let lane = self.lane(&url);
                self.frontier.push(lane, job);
                return Ok(());
            }
            Err(fault) => fault,
        };
        self.fail(job, fault).await
    }

    /// The lane of `url`, with the manners that it is owed.
    pub fn lane(&mut self, url: &Url) -> usize {
        if let Some(lane) = self.frontier.lane(url) {
            return lane;
        }
        let pace = if self.net.guard.is_opened(url) { Duration::ZERO } else { self.settings.pace };
        let lane = self.frontier.open(url, pace);
        self.frontier.lanes[lane].per_host = self.settings.per_host.max(1);
        lane
    }

    /// Starts a job, unless something forbids it: the guard, an earlier "come back later", the budget, robots.txt.
    async fn begin(&mut self, lane: usize, mut job: Job) -> std::result::Result<(), Ended> {
        let now = Instant::now();
        let Some(url) = job.url() else {
            return self.fail(job, Fault::new(Code::Guarded, "not contacted: no address")).await;
        };
        if let Err(refused) = self.net.guard.door(&url) {
            return self.fail(job, Fault::guarded(refused)).await;
        }
        if job.recalled.is_none() {
            let recalled = self
                .memory
                .recall(&self.sources[job.source as usize].name, &visit::key(&job.asked))
                .unwrap_or_default();
            // A time further off than any that is stored comes from a clock that was wrong.
            let wait = recalled.retry_at.map(|at| at.duration_since(self.settings.now));
            if wait.is_some_and(|wait| wait.is_positive() && wait.unsigned_abs() <= answer::LONGEST_WAIT) {
                return self.finish(job, Visited::bare(Visit::NotDue)).await;
            }
            job.recalled = Some(Box::new(recalled));
        }
        let host = &self.frontier.lanes[lane];
        if host.is_spent(self.settings.budget, now) {
            return self.exhaust(lane, job).await;
        }
        match &host.robots {
            Robots::Known(Access::Open(rules)) if rules.allow(&url) => {}
            Robots::Known(Access::Open(_)) => {
                let what = if job.hop.is_some() { "the page that it redirects to" } else { "this page" };
                return self.fail(job, Fault::new(Code::Robots, format!("robots.txt disallows {what}"))).await;
            }
            Robots::Known(Access::Closed(fault)) => {
                let fault = fault.clone();
                return self.fail(job, fault).await;
            }
            Robots::Unknown(tries) => {
                self.frontier.lanes[lane].robots = Robots::Asked(*tries);
                self.frontier.put(lane, job);
                self.frontier.start(lane, now);
                let (net, origin) = (Arc::clone(&self.net), String::from(&*self.frontier.lanes[lane].origin));
                let (limit, clock) = (self.settings.timeout, self.settings.now);
                let task = async move { Outcome::Robots(access::ask(&net, &origin, limit, clock).await) };
                self.spawn(Work::Robots(lane), task);
                return Ok(());
            }
            Robots::Asked(_) => {
                self.frontier.put(lane, job);
                return Ok(());
            }
        }
        self.frontier.start(lane, now);
        let (net, address, validators) = (Arc::clone(&self.net), url.clone(), job.validators());
        let limit = self.settings.timeout.saturating_sub(job.hop.as_ref().map_or(Duration::ZERO, |hop| hop.spent));
        let cap = Cap::Refuse(self.settings.max_body);
        let task = async move { Outcome::Fetched(net.get(&address, &validators, cap, limit).await) };
        self.spawn(Work::Fetch(lane, job, url, now), task);
        Ok(())
    }

    fn spawn(&mut self, work: Work, task: impl Future<Output = Outcome> + Send + 'static) {
        let id = self.tasks.spawn(task).id();
        self.under_way.insert(id, work);
    }

    /// Takes what a task brought.
    async fn take(&mut self, ended: std::result::Result<(Id, Outcome), JoinError>) -> std::result::Result<(), Ended> {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, Some(outcome)),
            Err(error) => (error.id(), None),
        };
        let broken = || Fault::new(Code::Internal, "the page met an error in this program and was skipped");
        match (self.under_way.remove(&id), outcome) {
            (Some(Work::Robots(lane)), outcome) => {
                let access = match outcome {
                    Some(Outcome::Robots(access)) => access,
                    _ => Ok(Access::Closed(broken())),
                };
                self.robots(lane, access);
                Ok(())
            }
            (Some(Work::Fetch(lane, job, url, start)), outcome) => {
                self.frontier.end(lane);
                match outcome {
                    Some(Outcome::Fetched(Ok(answer))) => self.answered(job, answer, url, start).await,
                    Some(Outcome::Fetched(Err(fault))) => self.fail_or_retry(lane, job, fault).await,
                    _ => self.fail(job, broken()).await,
                }
            }
            (Some(Work::Read(job)), Some(Outcome::Read(visited))) => self.finish(job, visited).await,
            (Some(Work::Read(job)), _) => self.fail(job, broken()).await,
            (None, _) => Ok(()),
        }
    }

    /// A host's robots.txt was had, or not.
    fn robots(&mut self, lane: usize, access: std::result::Result<Access, Fault>) {
        let host = &mut self.frontier.lanes[lane];
        let tries = if let Robots::Asked(tries) = host.robots { tries } else { 0 };
        host.robots = match access {
            Ok(access) => {
                if let Access::Open(rules) = &access {
                    host.pace = host.pace.max(rules.delay.unwrap_or_default());
                    host.next = host.since.map(|since| since + host.pace).max(host.next);
                }
                Robots::Known(access)
            }
            Err(fault) => match RETRIES.get(usize::from(tries)) {
                Some(wait) => {
                    host.next = Some(Instant::now() + visit::jitter(*wait, &host.origin)).max(host.next);
                    Robots::Unknown(tries + 1)
                }
                None => Robots::Known(Access::Closed(fault)),
            },
        };
        self.frontier.end(lane);
    }

    /// A page answered: read it on another thread, follow it, or end it.
    async fn answered(
        &mut self,
        mut job: Job,
        answer: Answer,
        url: Url,
        start: Instant,
    ) -> std::result::Result<(), Ended> {
        let known = job.validators();
        let conditional = known.etag.is_some() || known.last_modified.is_some();
        match answer::judge(&answer, &url, conditional, self.settings.now) {
            Verdict::Read => {
                let (reading, adapter) = (Arc::clone(&self.reading), Arc::clone(&self.adapter));
                let source = Arc::clone(&self.sources[job.source as usize]);
                let asked = job.asked.clone();
                let task = async move {
                    let _turn = reading.acquire_owned().await;
                    let read = move || visit::read(&*adapter, &source, asked, &known, answer, url);
                    let read = tokio::task::spawn_blocking(read).await;
                    Outcome::Read(read.unwrap_or_else(|_| visit::reader_failed()))
                };
                self.spawn(Work::Read(job), task);
                Ok(())
            }
            Verdict::Unchanged => self.finish(job, Visited::bare(Visit::Unchanged(known))).await,
            Verdict::Redirect(next) => {
                let (hops, spent) = job.hop.as_ref().map_or((0, Duration::ZERO), |hop| (hop.hops, hop.spent));
                if hops >= MAX_HOPS {
                    return self.fail(job, Fault::new(Code::Redirect, "more than 10 redirects")).await;
                }
                if let Err(fault) = visit::address(next.as_str()) {
                    return self.fail(job, fault).await;
                }
                let lane = self.lane(&next);
                job.hop = Some(Box::new(Hop { url: next, hops: hops + 1, spent: spent + start.elapsed() }));
                self.frontier.push_first(lane, job);
                Ok(())
            }
            Verdict::Failed(fault) => {
                let lane = self.lane(&url);
                self.fail_or_retry(lane, job, fault).await
            }
        }
    }
}
