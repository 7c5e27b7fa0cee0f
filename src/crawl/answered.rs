//! What is done with an answer: it is followed, read once it is known what its host reserves, or ended.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::Instant;
use url::Url;

use super::{
    access::Access,
    address,
    answer::{self, Verdict},
    course::{Crawl, Ended, Outcome, Work},
    ending::{self, RETRIES},
    fault::Fault,
    job::{Answered, Hop, Job},
    lane::Robots,
    mining::{self, Mining},
    net::Answer,
    visit::{self, Asking, Visited},
};
use crate::model::{Code, HostTold, Location, Request, Validators, Visit, Weight, port::Hold};

/// So often in a row a host may ask to come back later before all that it has is left for a later run.
const MAX_REFUSALS: u8 = 3;

/// Redirects of one page.
const MAX_HOPS: usize = 10;

/// Reading a page is given up after that time, whatever holds it up; its own limit of work ends it long before.
const LONGEST_READING: Duration = Duration::from_secs(120);

impl Crawl {
    /// A host's robots.txt was had, or not.
    pub fn robots(&mut self, lane: usize, access: std::result::Result<Access, Fault>) {
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
    pub async fn answered(
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
    pub fn mining(&mut self, lane: usize, told: Option<Vec<Location>>) {
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
