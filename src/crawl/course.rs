//! The loop: starts what may start, takes what comes back, and decides what follows.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{DefaultHasher, Hash, Hasher},
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
    address, answer,
    ending::LOOK,
    fault::Fault,
    follow::Going,
    frontier::Frontier,
    guard::Guard,
    job::Job,
    lane::Robots,
    net::{Answer, Cap, Net},
    settings::Settings,
    visit::Visited,
};
use crate::model::{
    Code, Harvest, HostTold, Location, Source, Sources, Validators, Visit,
    port::{Adapter, Hold, Memory, Recalled},
};

/// Bytes of answers that wait until it is known what their hosts reserve; beyond, nothing new is asked for.
const MAX_HELD: usize = 64 << 20;

/// The crawl was stopped, or nobody takes harvests any more.
pub struct Ended;

/// What a task was for.
pub enum Work {
    Robots(usize, u32),
    Mining(usize),
    Fetch(usize, Job, Url, Instant, Hold),
    Read(usize, Job, Hold),
}

/// What became of it.
pub enum Outcome {
    Robots(std::result::Result<Access, Fault>),
    Mining(std::result::Result<Vec<Location>, Fault>),
    Fetched(std::result::Result<Answer, Fault>),
    Read(Visited),
}

/// A crawl under way.
pub struct Crawl {
    pub settings: Settings,
    pub net: Arc<Net>,
    pub sources: Sources,
    /// Sources that have led to something, or are known to have dates of their own.
    pub going: HashMap<u32, Going>,
    pub frontier: Frontier,
    pub tasks: JoinSet<Outcome>,
    pub under_way: HashMap<Id, Work>,
    /// Requests under way of each source that has any.
    pub flying: HashMap<u32, usize>,
    /// Hosts that are asked what they reserve: they wait for their pace and hold nobody else up.
    pub asking: usize,
    /// Bytes of answers that wait for that.
    pub held: usize,
    /// What hosts told, for the store.
    pub told: Vec<HostTold>,
    pub reading: Arc<Semaphore>,
    /// Room for what was read and waits to be saved.
    pub afterwards: Arc<Semaphore>,
    pub adapter: Arc<dyn Adapter>,
    pub memory: Arc<dyn Memory>,
    pub stop: Arc<AtomicUsize>,
    pub out: mpsc::Sender<Harvest>,
}

impl Crawl {
    /// Runs until nothing is left.
    pub async fn run(&mut self) -> std::result::Result<(), Ended> {
        self.line_up();
        loop {
            self.open_hosts().await?;
            while self.has_room()
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
            let wakes = self.frontier.wakes().filter(|_| self.has_room());
            tokio::select! {
                Some(ended) = self.tasks.join_next_with_id() => self.take(ended).await?,
                () = tokio::time::sleep_until(wakes.map_or(look, |at| at.min(look))) => {}
            }
        }
    }

    /// Requests at once of one source: a half, so that no source has all.
    fn share(&self) -> usize {
        (self.settings.in_flight / 2).max(1)
    }

    fn has_room(&self) -> bool {
        self.tasks.len() - self.asking < self.settings.in_flight.max(1) && self.held < MAX_HELD
    }

    /// Lets every source wait for its host.
    fn line_up(&mut self) {
        let host = |url: &str| {
            let mut hasher = DefaultHasher::new();
            Url::parse(url).map(|url| url.origin()).ok().hash(&mut hasher);
            hasher.finish()
        };
        let of = |(source, at): (u32, usize)| Some((host(self.sources.url(at)?), source));
        let waiting = (0..).zip(0..self.sources.len()).filter_map(of).collect();
        self.frontier.wait(waiting);
    }

    /// Opens the lanes of further hosts, as long as there is room.
    async fn open_hosts(&mut self) -> std::result::Result<(), Ended> {
        while let Some(mut sources) = self.frontier.next_host(Instant::now()) {
            if sources.len() > 1 {
                // Where the time for a host is too short for all, each has its turn in some night.
                let last = |source: &u32| self.memory.standing(self.sources.name(*source as usize)).last_attempt;
                sources.sort_by_cached_key(last);
            }
            for source in sources {
                match address::checked(self.own(source)) {
                    Ok(url) => {
                        let lane = self.lane(&url);
                        self.frontier.push_seed(lane, source);
                    }
                    Err(fault) => self.fail(Job::seed(source), fault).await?,
                }
            }
        }
        Ok(())
    }

    /// A source as it was planned.
    pub fn source(&self, source: u32) -> Arc<Source> {
        Arc::new(self.sources.get(source as usize))
    }

    /// The address of a source.
    pub fn own(&self, source: u32) -> &str {
        self.sources.url(source as usize).unwrap_or_default()
    }

    /// The address that a job asks for.
    pub fn asked<'a>(&'a self, job: &'a Job) -> &'a str {
        job.asked(self.own(job.source))
    }

    /// The lane of `url`, with the manners that it is owed.
    pub fn lane(&mut self, url: &Url) -> usize {
        if let Some(lane) = self.frontier.lane(url) {
            return lane;
        }
        let opened = self.net.guard.is_opened(url);
        let its = |(host, pace): &(&str, Duration)| (url.host_str() == Some(host)).then_some(*pace);
        let own = self.settings.paces.iter().find_map(its).filter(|_| !opened);
        let pace = if opened { Duration::ZERO } else { self.settings.pace.max(own.unwrap_or_default()) };
        let lane = self.frontier.open(url, pace);
        self.frontier.lanes[lane].per_host = if own.is_some() { 1 } else { self.settings.per_host.max(1) };
        lane
    }

    /// The address to ask now, with the credentials of its source where they are owed to it.
    fn address(&self, job: &Job) -> Option<Url> {
        let own = self.own(job.source);
        let mut url = job.url(own)?;
        address::lend_credentials(&mut url, own);
        Some(url)
    }

    /// Whether a page is not to be asked yet. A time further off than any that is stored comes from a clock that was wrong.
    fn waits(&self, recalled: &Recalled) -> bool {
        let wait = recalled.retry_at.map(|at| at.duration_since(self.settings.now));
        wait.is_some_and(|wait| wait.is_positive() && wait.unsigned_abs() <= answer::LONGEST_WAIT)
    }

    /// Starts a job, unless something forbids it: the guard, a rest of its source, an earlier "come back later", the
    /// budget, robots.txt.
    async fn begin(&mut self, lane: usize, mut job: Job) -> std::result::Result<(), Ended> {
        let now = Instant::now();
        let Some(mut url) = self.address(&job) else {
            return self.fail(job, Fault::new(Code::Guarded, "not contacted: no address")).await;
        };
        if let Err(refused) = self.net.guard.door(&url) {
            let mut fault = Fault::guarded(refused);
            // What a page or a redirect leads to is nothing that a user should open.
            if let (None, None, Some(key)) = (&job.lead, &job.hop, Guard::key(&url)) {
                fault.message += &format!("; --allow-address {key} opens it");
            }
            return self.fail(job, fault).await;
        }
        if self.settings.contact.is_none() && !self.net.guard.is_opened(&url) {
            let message = "not contacted: strangers' sites are read only with a contact (--contact)";
            return self.fail(job, Fault::new(Code::Guarded, message)).await;
        }
        // One source that leads to very many silent hosts leaves room for the others.
        if job.lead.is_some() && self.flying.get(&job.source).is_some_and(|flying| *flying >= self.share()) {
            self.frontier.push_later(lane, job, now + LOOK);
            return Ok(());
        }
        let source = self.source(job.source);
        if job.recalled.is_none() {
            if job.lead.is_none() {
                let standing = self.memory.standing(&source.name);
                if standing.rests_until.is_some() {
                    let visit = if standing.failing { Visit::AtRest } else { Visit::NotDue };
                    return self.finish(job, Visited::bare(visit), Hold::default()).await;
                }
                job.expected = standing.found;
                if standing.offset.is_some() && !source.timezone_is_said {
                    self.going.entry(job.source).or_default().offset = standing.offset;
                }
            }
            let asked = self.asked(&job);
            let key = if job.lead.is_some() { address::key(asked) } else { address::own_key(asked) };
            let mut recalled = self.memory.recall(&source.name, &key).unwrap_or_default();
            let mut waits = self.waits(&recalled);
            let goes_on = job.lead.is_none() && !job.anew;
            let last = recalled.resume.take().filter(|last| goes_on && last != self.own(job.source));
            if let Some(last) = last.filter(|_| !waits) {
                // A thread that is a source itself is gone on with where it ended.
                let known = self.memory.recall(&source.name, &address::key(&last)).unwrap_or_default();
                job.instead = Some(last.into());
                waits = self.waits(&known);
                recalled.validators = known.validators;
                url = self.address(&job).unwrap_or(url);
            }
            if waits {
                return self.finish(job, Visited::bare(Visit::Later), Hold::default()).await;
            }
            if job.anew || job.lead.as_ref().is_some_and(|lead| lead.afresh) {
                recalled.validators = Validators::default();
            }
            job.recalled = Some(Box::new(recalled));
            let its = self.lane(&url);
            if its != lane {
                // A thread may have ended on another host of its site.
                self.frontier.push_first(its, job);
                return Ok(());
            }
        }
        if let Some(until) = self.frontier.lanes[lane].until {
            return self.postpone(job, until).await;
        }
        let host = &self.frontier.lanes[lane];
        if host.is_spent(self.settings.budget, now) {
            return self.exhaust(lane, job).await;
        }
        let exempt = source.exempt.as_ref().is_some_and(|exempt| exempt.robots);
        match &host.robots {
            Robots::Known(Access::Open(rules)) if exempt || rules.allow(&url) => {}
            Robots::Known(Access::Open(_)) => {
                let what = if job.hop.is_some() { "the page that it redirects to" } else { "this page" };
                return self.fail(job, Fault::new(Code::Robots, format!("robots.txt disallows {what}"))).await;
            }
            Robots::Known(Access::Closed(fault)) if exempt && fault.code == Code::Robots => {}
            Robots::Known(Access::Closed(fault)) => {
                let fault = fault.clone();
                return self.fail(job, fault).await;
            }
            Robots::Unknown(tries) => {
                self.frontier.lanes[lane].robots = Robots::Asked(*tries);
                let source = job.source;
                if let Some(hop) = &mut job.hop {
                    hop.waits.get_or_insert(now);
                }
                self.frontier.push_first(lane, job);
                self.frontier.start(lane, now);
                let (net, origin) = (Arc::clone(&self.net), String::from(&*self.frontier.lanes[lane].origin));
                let (limit, clock) = (self.settings.timeout, self.settings.now);
                let task = async move { Outcome::Robots(access::ask(&net, &origin, limit, clock).await) };
                *self.flying.entry(source).or_default() += 1;
                self.spawn(Work::Robots(lane, source), task);
                return Ok(());
            }
            Robots::Asked(_) => {
                self.frontier.push_first(lane, job);
                return Ok(());
            }
        }
        if let Some(hop) = &mut job.hop
            && let Some(since) = hop.waits.take()
        {
            hop.spent += since.elapsed();
            if hop.spent > self.settings.timeout {
                let seconds = self.settings.timeout.as_secs_f32();
                return self
                    .fail(job, Fault::new(Code::Timeout, format!("no complete answer within {seconds} s")))
                    .await;
            }
        }
        self.frontier.start(lane, now);
        let hold = self.memory.hold(&source.name, self.asked(&job));
        let (net, address, validators) = (Arc::clone(&self.net), url.clone(), job.validators());
        let limit = self.settings.timeout.saturating_sub(job.hop.as_ref().map_or(Duration::ZERO, |hop| hop.spent));
        let cap = Cap::Refuse(self.settings.max_body);
        *self.flying.entry(job.source).or_default() += 1;
        let task = async move { Outcome::Fetched(net.get(&address, &validators, cap, limit).await) };
        self.spawn(Work::Fetch(lane, job, url, now, hold), task);
        Ok(())
    }

    /// What was the last page of a thread is not any more: posts were removed, or the thread has moved. It is read from its
    /// beginning.
    pub fn begin_anew(&mut self, job: Job) {
        let job = job.begun_anew();
        if let Some(url) = self.address(&job) {
            let lane = self.lane(&url);
            self.frontier.push_first(lane, job);
        }
    }

    /// Runs a task beside the loop.
    pub fn spawn(&mut self, work: Work, task: impl Future<Output = Outcome> + Send + 'static) {
        let id = self.tasks.spawn(task).id();
        self.under_way.insert(id, work);
    }

    /// Counts a request of a source as ended.
    fn landed(&mut self, source: u32) {
        if let Entry::Occupied(mut flying) = self.flying.entry(source) {
            *flying.get_mut() -= 1;
            if *flying.get() == 0 {
                flying.remove();
            }
        }
    }

    /// Takes what a task brought.
    async fn take(&mut self, ended: std::result::Result<(Id, Outcome), JoinError>) -> std::result::Result<(), Ended> {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, Some(outcome)),
            Err(error) => (error.id(), None),
        };
        let broken = || Fault::new(Code::Internal, "the page met an error in this program and was skipped");
        match (self.under_way.remove(&id), outcome) {
            (Some(Work::Robots(lane, source)), outcome) => {
                self.landed(source);
                let access = match outcome {
                    Some(Outcome::Robots(access)) => access,
                    _ => Ok(Access::Closed(broken())),
                };
                self.robots(lane, access);
                Ok(())
            }
            (Some(Work::Mining(lane)), outcome) => {
                let told = if let Some(Outcome::Mining(told)) = outcome { told.ok() } else { None };
                self.mining(lane, told);
                Ok(())
            }
            (Some(Work::Fetch(lane, job, url, start, hold)), outcome) => {
                self.frontier.end(lane);
                self.landed(job.source);
                match outcome {
                    Some(Outcome::Fetched(Ok(answer))) => self.answered(lane, job, answer, url, start, hold).await,
                    Some(Outcome::Fetched(Err(fault))) => self.fail_or_retry(lane, job, fault).await,
                    _ => self.fail(job, broken()).await,
                }
            }
            (Some(Work::Read(lane, job, hold)), outcome) => {
                self.frontier.lanes[lane].reading -= 1;
                self.frontier.settle(lane);
                match outcome {
                    Some(Outcome::Read(visited)) if job.goes_on() && matches!(visited.visit, Visit::Failed(_)) => {
                        self.begin_anew(job);
                        Ok(())
                    }
                    Some(Outcome::Read(visited)) => self.finish(job, visited, hold).await,
                    _ => self.fail(job, broken()).await,
                }
            }
            (None, _) => Ok(()),
        }
    }
}
