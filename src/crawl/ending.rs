//! How jobs end: tried again later, failed, left out, or sent on as a harvest.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::Instant;

use super::{
    address,
    course::{Crawl, Ended},
    fault::Fault,
    follow,
    job::{Job, Lead},
    visit::{self, Visited},
};
use crate::model::{
    Code, Entry, Found, Harvest, Kind, Role, Source, Todo, Trail, Visit, Weight,
    port::{Hold, Recalled},
};

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
                let at = Instant::now() + jitter(*wait, self.asked(&job));
                self.frontier.push_later(lane, job, at);
                Ok(())
            }
            // A server in trouble would not do better there.
            None if job.goes_on() && tells_of_page(&fault) => {
                self.begin_anew(job);
                Ok(())
            }
            None => self.fail(job, fault).await,
        }
    }

    /// Ends a job that failed.
    pub async fn fail(&mut self, job: Job, fault: Fault) -> std::result::Result<(), Ended> {
        // Where a page has moved to may be gone for a while only, as everything is then.
        let fault = if job.hop.is_some() { fault.soften() } else { fault };
        let mut visited = Visited::bare(Visit::Failed(fault.failure()));
        // What nobody named need not be there.
        if !job.lead.as_ref().is_some_and(|lead| lead.todo.request.guess) {
            let incident = fault.incident(&self.source(job.source), self.asked(&job));
            visited.found.incidents.push(incident);
        }
        self.finish(job, visited, Hold::default()).await
    }

    /// Ends every job that waits for a host whose time is used up: one harvest a source.
    pub async fn exhaust(&mut self, lane: usize, job: Job) -> std::result::Result<(), Ended> {
        let mut left = self.frontier.drain(lane);
        left.push(job);
        // A source's own address stands for all of it.
        left.sort_by_key(|job| (job.source, job.lead.is_some()));
        let seconds = self.settings.budget.as_secs();
        let mut left = left.into_iter().peekable();
        while let Some(job) = left.next() {
            let mut more = 0;
            while left.next_if(|next| next.source == job.source).is_some() {
                more += 1;
            }
            if let Some(going) = self.going.get_mut(&job.source) {
                going.open = going.open.saturating_sub(more);
            }
            let host = &self.frontier.lanes[lane].origin;
            let message = match more {
                0 => format!("left for the next run: the {seconds} s for {host} are used up"),
                _ => format!(
                    "left for the next run with {more} more of this source: the {seconds} s for {host} are used up"
                ),
            };
            self.leave(job, Fault::new(Code::Budget, message)).await?;
        }
        Ok(())
    }

    /// Ends a job that its host asked to leave alone until some time.
    pub async fn postpone(&mut self, job: Job, until: Timestamp) -> std::result::Result<(), Ended> {
        let fault = Fault::new(Code::RetryLater, "the host asked again and again to come back later");
        match job.lead {
            // It waits in the store, and whoever asked before it has told.
            Some(_) => self.finish(job, Visited::bare(Visit::Later), Hold::default()).await,
            None => self.fail(job, Fault { retry_at: Some(until), ..fault }).await,
        }
    }

    /// Ends a job that is left for a later run, and says why.
    pub async fn leave(&mut self, job: Job, fault: Fault) -> std::result::Result<(), Ended> {
        let mut visited = Visited::bare(Visit::Later);
        visited.found.incidents.push(fault.incident(&self.source(job.source), self.asked(&job)));
        self.finish(job, visited, Hold::default()).await
    }

    /// Ends a job: queues what it led to, then sends its harvest on.
    pub async fn finish(&mut self, mut job: Job, mut visited: Visited, hold: Hold) -> std::result::Result<(), Ended> {
        let source = self.source(job.source);
        let asked = String::from(self.asked(&job));
        let was_led = job.lead.is_some();
        let ok = matches!(visited.visit, Visit::Read(_) | Visit::Unchanged(_));
        let after = job.lead.as_mut().map(|lead| std::mem::take(&mut lead.after)).unwrap_or_default();
        let mut leads = Vec::new();
        let mut trail = Trail { role: job.role(), ended: ok, ..Trail::default() };
        let mut kind = visited.found.kind;
        let leads_on = !visited.found.follow.is_empty() || visited.found.offset.is_some();
        if leads_on || self.going.contains_key(&job.source) || (ok && !was_led) {
            let mut going = self.going.remove(&job.source).unwrap_or_default();
            going.kind = visited.found.kind.or(going.kind);
            going.offset = visited.found.offset.or(going.offset);
            kind = going.kind;
            if !was_led && ok {
                // The newest comes first, so what was left gets half of the room for now.
                going.note(self.own(job.source));
                let left = self.left(&source, self.settings.max_pages / 2);
                leads.extend(going.take_up(left, &self.settings));
            }
            let chosen = going.choose(&source, &job, &mut visited, &self.settings);
            trail.ended = ok && !chosen.goes_on;
            (trail.todo, trail.left_out) = (chosen.todo, chosen.left_out);
            (trail.links, trail.new) = (chosen.links, chosen.new);
            trail.offset = visited.found.offset;
            leads.splice(0..0, chosen.leads);
            // They wait on where there is something more to read first.
            if leads.iter().any(|lead| lead.todo.request.first) {
                leads.extend(after);
            } else {
                leads.extend(going.wake(after));
            }
            going.open = (going.open + leads.len() as u32).saturating_sub(u32::from(was_led));
            if going.open == 0 && was_led {
                // What is left still, now that there is room.
                let left = self.left(&source, self.settings.max_pages);
                leads = going.take_up(left, &self.settings);
                going.open = leads.len() as u32;
            }
            if going.open > 0 {
                self.going.insert(job.source, going);
                self.queue(job.source, leads);
            } else {
                self.frontier.forget(job.source);
            }
        }
        let own = job.lead.as_ref().map(|lead| &lead.todo);
        let is_thread = match own {
            Some(own) => own.request.role == Role::Topic || own.request.mark.is_some(),
            None => job.instead.is_some() || visited.found.entries.iter().any(|entry| entry.kind == Kind::Post),
        };
        (trail.head, trail.afresh) = (follow::head(&source, own).filter(|_| is_thread), job.is_afresh());
        let Found { entries, mut incidents, .. } = visited.found;
        for incident in &mut incidents {
            visit::sign(incident, &source, &asked);
        }
        trail.own = job.lead.map(|lead| lead.todo);
        trail.hosts = std::mem::take(&mut self.told);
        let kind = kind.unwrap_or(source.kind);
        let asked = if was_led || job.instead.is_some() { address::key(&asked) } else { address::own_key(&asked) };
        self.send(Harvest { source, kind, asked, visit: visited.visit, trail, entries, incidents, hold }).await
    }

    /// What earlier runs left of a source, and what is known of it.
    fn left(&self, source: &Source, limit: u64) -> Vec<(Todo, Option<Recalled>)> {
        let left = self.memory.left(&source.name, limit).into_iter();
        left.map(|todo| (self.memory.recall(&source.name, &todo.request.url), todo))
            .map(|(known, todo)| (todo, known))
            .collect()
    }

    /// Queues what a source was led to; what tells of the rest goes before it.
    fn queue(&mut self, source: u32, mut leads: Vec<Lead>) {
        if let Some(at) = leads.iter().position(|lead| lead.todo.request.first) {
            let mut first = leads.swap_remove(at);
            first.after = leads;
            if let Some(going) = self.going.get_mut(&source) {
                // Those that wait are counted when their turn comes.
                going.open -= first.after.len() as u32;
            }
            leads = vec![first];
        } else if leads.iter().any(|lead| lead.todo.request.role == Role::Sitemap) {
            // A sitemap tells more of articles than a list that goes on, which waits for it.
            let is_list = |lead: &mut Lead| lead.todo.request.role == Role::Listing;
            let lists: Vec<Lead> = leads.extract_if(.., is_list).collect();
            let sitemap = leads.iter_mut().find(|lead| lead.todo.request.role == Role::Sitemap);
            if let (Some(going), Some(sitemap)) = (self.going.get_mut(&source), sitemap) {
                going.open -= lists.len() as u32;
                sitemap.after.extend(lists);
            }
        }
        for lead in leads {
            match address::checked(lead.asked()) {
                Ok(url) => {
                    let lane = self.lane(&url);
                    self.frontier.push(lane, Job::led(source, lead));
                }
                // Checked before it was chosen; what the store held may be anything.
                Err(_) => {
                    if let Some(going) = self.going.get_mut(&source) {
                        going.open -= 1;
                    }
                }
            }
        }
    }

    /// Sends on, waiting for room as long as nobody says stop.
    async fn send(&mut self, mut harvest: Harvest) -> std::result::Result<(), Ended> {
        let weight = weight(&harvest);
        let turn = loop {
            tokio::select! {
                turn = Arc::clone(&self.afterwards).acquire_many_owned(weight) => break turn.ok(),
                () = tokio::time::sleep(LOOK) => self.check_stop()?,
            }
        };
        harvest.hold = Hold::new((turn, harvest.hold));
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

/// Whether a fault is of the page alone, and not of its server.
fn tells_of_page(fault: &Fault) -> bool {
    !fault.transient && fault.weight > Weight::Temporary && matches!(fault.code, Code::Status | Code::Redirect)
}

/// KiB of texts that may wait for what comes after the crawl.
pub const AFTERWARDS: usize = 24 << 10;

/// What a harvest takes of that.
fn weight(harvest: &Harvest) -> u32 {
    let of = |entry: &Entry| entry.text.len() + entry.quoted.iter().map(|quote| quote.text.len()).sum::<usize>();
    let bytes: usize = harvest.entries.iter().map(of).sum();
    (bytes >> 10).clamp(1, AFTERWARDS) as u32
}

/// A wait with up to a quarter more, different for each page.
pub fn jitter(wait: Duration, page: &str) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    wait + wait / 4 * (RandomState::new().hash_one(page) >> 32) as u32 / u32::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_adds_a_quarter_at_most() {
        for page in 0..1_000 {
            let wait = jitter(Duration::from_secs(4), &page.to_string());
            assert!((Duration::from_secs(4)..=Duration::from_secs(5)).contains(&wait), "{wait:?}");
        }
    }
}
