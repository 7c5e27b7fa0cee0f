//! The loop: starts what may start, takes what comes back, and decides what follows.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    sync::{Semaphore, mpsc},
    task::{Id, JoinError, JoinSet},
    time::Instant,
};
use url::Url;

use super::{
    access::{self, Access},
    address,
    answer::{self, Verdict},
    ending::{self, LOOK, RETRIES},
    fault::Fault,
    follow::Going,
    frontier::Frontier,
    guard::Guard,
    job::{Answered, Hop, Job},
    lane::Robots,
    mining::{self, Mining},
    net::{Answer, Cap, Net},
    settings::Settings,
    visit::{self, Asking, Visited},
};
use crate::model::{
    Code, Harvest, HostTold, Location, Request, Source, Sources, Validators, Visit, Weight,
    port::{Adapter, Hold, Memory, Recalled},
};

/// So often in a row a host may ask to come back later before all that it has is left for a later run.
const MAX_REFUSALS: u8 = 3;

/// Redirects of one page.
const MAX_HOPS: usize = 10;

/// Bytes of answers that wait until it is known what their hosts reserve; beyond, nothing new is asked for.
const MAX_HELD: usize = 64 << 20;

/// Reading a page is given up after that time, whatever holds it up; its own limit of work ends it long before.
const LONGEST_READING: Duration = Duration::from_secs(120);

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
        let pace = if self.net.guard.is_opened(url) { Duration::ZERO } else { self.settings.pace };
        let lane = self.frontier.open(url, pace);
        self.frontier.lanes[lane].per_host = self.settings.per_host.max(1);
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

    fn spawn(&mut self, work: Work, task: impl Future<Output = Outcome> + Send + 'static) {
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
                    host.next = Some(Instant::now() + ending::jitter(*wait, &host.origin)).max(host.next);
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
        lane: usize,
        mut job: Job,
        answer: Answer,
        url: Url,
        start: Instant,
        hold: Hold,
    ) -> std::result::Result<(), Ended> {
        let known = job.validators();
        let conditional = known.etag.is_some() || known.last_modified.is_some();
        let verdict = answer::judge(&answer, &url, conditional, self.settings.now);
        self.hear(lane, &verdict, answer.status);
        match verdict {
            Verdict::Read => {
                self.read(lane, Answered { job, answer, url, hold });
                Ok(())
            }
            Verdict::Unchanged => self.finish(job, Visited::bare(Visit::Unchanged(known)), hold).await,
            Verdict::Redirect(next) => {
                if job.goes_on() {
                    let beginning = job.lead.as_ref().map_or(self.own(job.source), |lead| &lead.todo.request.url);
                    let front = next.path() == "/" && next.query().is_none();
                    if front || address::page(next.as_str()) == address::page(beginning) {
                        self.begin_anew(job);
                        return Ok(());
                    }
                }
                let (mut passed, spent) = job.hop.take().map(|hop| (hop.passed, hop.spent)).unwrap_or_default();
                passed.extend(address::page(url.as_str()));
                if passed.len() > MAX_HOPS {
                    return self.fail(job, Fault::new(Code::Redirect, format!("more than {MAX_HOPS} redirects"))).await;
                }
                if let Err(fault) = address::checked(next.as_str()) {
                    return self.fail(job, fault).await;
                }
                if let Some(going) = self.going.get_mut(&job.source) {
                    let is_own = address::page(next.as_str()).is_some_and(|page| passed.contains(&page));
                    if !is_own && !going.note(next.as_str()) {
                        // The page that it leads to is read on its own account. Many that lead there for a while may be
                        // shut for a while.
                        let for_good = matches!(answer.status, 301 | 308);
                        let visit = if for_good {
                            Visit::Read(Validators::default())
                        } else {
                            Visit::failed(Weight::Temporary)
                        };
                        return self.finish(job, Visited::bare(visit), hold).await;
                    }
                    if !going.hop(&self.settings) {
                        let message = format!("left for the next run: more than {} redirects", self.settings.max_pages);
                        return self.leave(job, Fault::new(Code::Budget, message)).await;
                    }
                }
                let lane = self.lane(&next);
                job.hop = Some(Box::new(Hop { url: next, passed, spent: spent + start.elapsed(), waits: None }));
                self.frontier.push_first(lane, job);
                Ok(())
            }
            Verdict::Failed(fault) => self.fail_or_retry(lane, job, fault).await,
        }
    }

    /// Leaves a host alone that asks again and again to come back later.
    fn hear(&mut self, lane: usize, verdict: &Verdict, status: u16) {
        let host = &mut self.frontier.lanes[lane];
        match verdict {
            Verdict::Failed(fault) if fault.code == Code::RetryLater || status == 429 => {
                host.refusals = host.refusals.saturating_add(1);
                if host.refusals >= MAX_REFUSALS {
                    let usual = || self.settings.now.saturating_add(answer::USUAL_WAIT).unwrap_or(Timestamp::MAX);
                    host.until = host.until.max(Some(fault.retry_at.unwrap_or_else(usual)));
                }
            }
            Verdict::Failed(_) => {}
            _ => host.refusals = 0,
        }
    }

    /// Reads an answer, or lets it wait until it is known what its host reserves.
    fn read(&mut self, lane: usize, answered: Answered) {
        let exempt = &self.source(answered.job.source).exempt;
        let heeds = !exempt.as_ref().is_some_and(|exempt| exempt.reservations);
        if heeds && !self.knows_mining(lane) {
            self.held += answered.answer.body.len();
            self.frontier.lanes[lane].held.push(answered);
            return;
        }
        self.start_reading(lane, answered);
    }

    /// Whether it is known what a host reserves; if not, it is asked at its pace.
    fn knows_mining(&mut self, lane: usize) -> bool {
        let host = &mut self.frontier.lanes[lane];
        match host.mining {
            Mining::Known(_) => return true,
            Mining::Asked => return false,
            Mining::Unknown => {}
        }
        let allowed = |url: &Url| matches!(&host.robots, Robots::Known(Access::Open(rules)) if rules.allow(url));
        let Some(url) = mining::address(&host.origin).filter(allowed) else {
            host.mining = Mining::Known(mining::Rules::default());
            return true;
        };
        if let Some(known) = self.memory.host(&host.origin) {
            host.mining = Mining::Known(mining::Rules::of(&known));
            return true;
        }
        host.mining = Mining::Asked;
        let start = host.next.unwrap_or_else(Instant::now).max(Instant::now());
        self.frontier.start(lane, start);
        self.asking += 1;
        let (net, limit, clock) = (Arc::clone(&self.net), self.settings.timeout.min(mining::LIMIT), self.settings.now);
        self.spawn(Work::Mining(lane), async move {
            tokio::time::sleep_until(start).await;
            Outcome::Mining(mining::ask(&net, url, limit, clock).await)
        });
        false
    }

    /// A host told what it reserves, or could not: its answers are read.
    fn mining(&mut self, lane: usize, told: Option<Vec<Location>>) {
        self.asking -= 1;
        let host = &mut self.frontier.lanes[lane];
        host.mining = Mining::Known(mining::Rules::of(told.as_deref().unwrap_or_default()));
        let held = std::mem::take(&mut host.held);
        if let Some(locations) = told {
            self.told.push(HostTold { origin: String::from(&*host.origin), locations });
        }
        self.frontier.end(lane);
        for answered in held {
            self.held -= answered.answer.body.len();
            self.read(lane, answered);
        }
    }

    /// Reads an answer on another thread.
    fn start_reading(&mut self, lane: usize, answered: Answered) {
        let Answered { job, answer, url, hold } = answered;
        let (reading, adapter, memory) =
            (Arc::clone(&self.reading), Arc::clone(&self.adapter), Arc::clone(&self.memory));
        let source = self.source(job.source);
        let host = &self.frontier.lanes[lane];
        let sitemaps = match &host.robots {
            Robots::Known(Access::Open(rules)) => rules.sitemaps.clone(),
            _ => Vec::new(),
        };
        let mut request = job.lead.as_ref().map_or_else(Request::default, |lead| lead.todo.request.clone());
        request.url = String::from(self.asked(&job));
        let asking = Asking {
            request,
            known: job.validators(),
            mining: matches!(&host.mining, Mining::Known(rules) if rules.reserve(&url)),
            url,
            offset: self.going.get(&job.source).and_then(|going| going.offset),
            expected: self.going.get(&job.source).and_then(|going| going.kind).or(job.expected),
            sitemaps,
            max_body: self.settings.max_body,
        };
        self.frontier.lanes[lane].reading += 1;
        self.spawn(Work::Read(lane, job, hold), async move {
            let _turn = reading.acquire_owned().await;
            let read = move || visit::read(&*adapter, &*memory, &source, asking, answer);
            let read = tokio::time::timeout(LONGEST_READING, tokio::task::spawn_blocking(read)).await;
            Outcome::Read(match read {
                Ok(Ok(visited)) => visited,
                Ok(Err(_)) => {
                    visit::reader_failed(Code::Internal, "the reader met an error of its own, and the page was skipped")
                }
                Err(_) => visit::reader_failed(Code::Timeout, "reading the page came to no end, and it was given up"),
            })
        });
    }
}
