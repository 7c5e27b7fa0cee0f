//! How jobs end: tried again later, failed, left out, or sent on as a harvest.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::time::Instant;

use super::{
    course::{Crawl, Ended},
    fault::Fault,
    frontier::Job,
    visit::{self, Visited},
};
use crate::model::{Code, Found, Harvest, Visit};

/// Waits before the second and the third try; up to a quarter is added, so that hosts are not asked in step.
pub const RETRIES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// How often the loop looks whether it should stop.
pub const LOOK: Duration = Duration::from_millis(100);

impl Crawl {
    /// Ends a job that failed, unless another try is worth it.
    pub async fn fail_or_retry(&mut self, lane: usize, mut job: Job, fault: Fault) -> std::result::Result<(), Ended> {
        match RETRIES.get(usize::from(job.tries)).filter(|_| fault.transient) {
            Some(wait) => {
                job.tries += 1;
                let at = Instant::now() + visit::jitter(*wait, &job.asked);
                self.frontier.push_later(lane, job, at);
                Ok(())
            }
            None => self.fail(job, fault).await,
        }
    }

    /// Ends a job that failed.
    pub async fn fail(&mut self, job: Job, fault: Fault) -> std::result::Result<(), Ended> {
        let incident = fault.incident(&self.sources[job.source as usize], &job.asked);
        let mut visited = Visited::bare(Visit::Failed { retry_at: fault.retry_at });
        visited.found.incidents.push(incident);
        self.finish(job, visited).await
    }

    /// Ends every job that waits for a host whose time is used up: one harvest a source.
    pub async fn exhaust(&mut self, lane: usize, job: Job) -> std::result::Result<(), Ended> {
        let mut left = self.frontier.drain(lane);
        left.push(job);
        left.sort_by_key(|job| job.source);
        let seconds = self.settings.budget.as_secs();
        let mut left = left.into_iter().peekable();
        while let Some(job) = left.next() {
            let mut more = 0;
            while left.next_if(|next| next.source == job.source).is_some() {
                more += 1;
            }
            self.seen[job.source as usize].open -= more;
            let host = &self.frontier.lanes[lane].origin;
            let message = match more {
                0 => format!("left out: the {seconds} s for {host} are used up"),
                _ => format!("left out with {more} more of this source: the {seconds} s for {host} are used up"),
            };
            self.fail(job, Fault::new(Code::Budget, message)).await?;
        }
        Ok(())
    }

    /// Ends a job: queues what it led to, then sends its harvest on.
    pub async fn finish(&mut self, job: Job, visited: Visited) -> std::result::Result<(), Ended> {
        let index = job.source as usize;
        let Visited { visit, found: Found { entries, follow, mut incidents } } = visited;
        let source = Arc::clone(&self.sources[index]);
        if !follow.is_empty() {
            let new = self.seen[index].select(&source, follow, self.settings.max_pages, &mut incidents);
            for url in new {
                if let Ok(parsed) = visit::address(&url) {
                    let lane = self.lane(&parsed);
                    self.frontier.push(lane, Job::new(job.source, url));
                }
            }
        }
        for incident in &mut incidents {
            visit::sign(incident, &source, &job.asked);
        }
        self.seen[index].open -= 1;
        self.send(Harvest { source, asked: visit::key(&job.asked), visit, entries, incidents }).await
    }

    /// Sends on, waiting for room as long as nobody says stop.
    async fn send(&mut self, harvest: Harvest) -> std::result::Result<(), Ended> {
        let room = loop {
            tokio::select! {
                room = self.out.reserve() => break room.map_err(|_| Ended)?,
                () = tokio::time::sleep(LOOK) => self.check_stop()?,
            }
        };
        room.send(harvest);
        Ok(())
    }

    /// Ends the crawl if somebody says stop.
    pub fn check_stop(&self) -> std::result::Result<(), Ended> {
        if self.stop.load(Ordering::Relaxed) == 0 { Ok(()) } else { Err(Ended) }
    }
}
