//! The live pipeline: pages from the wire and the disk → entries → documents and mentions → store, streamed.
//!
//! Bounded channels lead forward only: crawl and the walk over files → analysis on every core → one writer.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use jiff::Timestamp;
use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::analysis::Analysis;
use crate::config::Plan;
use crate::error::{Error, Result};
use crate::model::port::{Adapter, Hold, Memory};
use crate::model::{
    Attempt, Batch, Code, Document, Harvest, Incident, Keep, Place, Role, Scored, Source, SourceKind, Sources, Trail,
    Visit, Weight,
};
use crate::run::{Means, files, turns::Turns};
use crate::source::Pages;
use crate::store::{Saved, Scope, Shown, Store};
use crate::text::urls;

/// Pages that wait between two stages, per thread; bounds memory, whatever the number of sources.
const QUEUE: usize = 4;

/// Pages that are saved together, where so many are ready: a disk is waited for once for all of them.
const TOGETHER: usize = 32;

/// Sources whose standing is written together.
const STANDINGS: usize = 500;

/// How collecting went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Each source that was heard of.
    pub sources: Vec<Visits>,
    pub pages: u64,
    pub new_documents: u64,
    pub revised: u64,
    pub new_mentions: u64,
    /// How many incidents of each code there were.
    pub incidents: BTreeMap<Code, u64>,
}

/// How the pages of one source ended.
#[derive(Debug, Default, Clone, Copy)]
pub struct Visits {
    pub read: u32,
    pub unchanged: u32,
    pub failed: u32,
    /// Something is left for a later run.
    pub later: bool,
    /// Its interval has not passed.
    pub not_due: bool,
    /// It rests after failures.
    pub at_rest: bool,
    /// It rests when only those are asked that are due, so that it is not its turn.
    pub rests_on: bool,
    /// A page was had of those that hold what people write, not only lists that lead to them.
    told: bool,
    /// A board was had; a feed failed.
    board_had: bool,
    feed_failed: bool,
    /// Boards that its own page leads to, and boards that failed.
    boards: u16,
    boards_failed: u16,
    /// The worst of the failures.
    worst: Option<Weight>,
    shown: Shown,
}

impl Visits {
    /// A source failed if something was asked of it, or would have been but for its failures, and nothing was had: nothing at
    /// all, or nothing of all that it leads to.
    pub fn failed(self) -> bool {
        let nothing = self.read + self.unchanged == 0;
        (self.failed > 0 || self.at_rest && !self.rests_on) && (nothing || self.is_shut())
    }

    fn is_shut(self) -> bool {
        let boards = self.boards > 0 && !self.board_had && self.boards_failed >= self.boards;
        !self.told && (boards || self.feed_failed)
    }

    /// A source was due if it was asked at all, or rests.
    pub fn due(self) -> bool {
        self.at_rest && !self.rests_on || self.read + self.unchanged + self.failed > 0
    }

    fn add(&mut self, batch: &Batch, saved: Saved, only_due: bool) {
        let role = batch.trail.role;
        // A list leads to what is told, or shows it itself.
        let lists = matches!(role, Role::Seed | Role::Board | Role::Listing | Role::Sitemap);
        match batch.visit {
            Visit::Read(_) | Visit::Unchanged(_) => {
                let full = matches!(batch.visit, Visit::Read(_));
                *(if full { &mut self.read } else { &mut self.unchanged }) += 1;
                self.board_had |= role == Role::Board;
                self.told |= !lists || !batch.documents.is_empty();
                let to_boards = batch.trail.todo.iter().any(|todo| todo.request.role == Role::Board);
                if role == Role::Seed && to_boards {
                    self.boards = u16::try_from(batch.trail.links).unwrap_or(u16::MAX);
                }
            }
            Visit::Failed(failure) => {
                // What nobody named need not be there.
                if !batch.trail.own.as_ref().is_some_and(|own| own.request.guess) {
                    self.failed += 1;
                    self.boards_failed = self.boards_failed.saturating_add(u16::from(role == Role::Board));
                    self.feed_failed |= role == Role::Feed;
                    self.worst = self.worst.max(Some(failure.weight));
                }
            }
            Visit::Later => self.later = true,
            Visit::NotDue => self.not_due = true,
            Visit::AtRest => (self.at_rest, self.rests_on) = (true, only_due),
        }
        self.shown.add(saved.shown);
    }

    /// Whether nothing was heard of it yet.
    fn is_new(self) -> bool {
        !self.due() && !self.at_rest && !self.later && !self.not_due
    }

    /// What the store is told of it; nothing of a source that is not due.
    fn attempt(self) -> Option<Attempt> {
        match self.worst {
            _ if self.read + self.unchanged > 0 && !self.failed() => Some(Attempt::Read),
            Some(worst) => Some(Attempt::Failed(worst)),
            None => (self.at_rest || self.later).then_some(Attempt::Passed),
        }
    }
}

impl Outcome {
    /// Whether every due source failed, of at least one.
    pub fn all_failed(&self) -> bool {
        let mut due = self.sources.iter().filter(|visits| visits.due()).peekable();
        due.peek().is_some() && due.all(|visits| visits.failed())
    }

    /// Whether any source failed.
    pub fn any_failed(&self) -> bool {
        self.sources.iter().any(|visits| visits.failed())
    }

    /// Counts incidents.
    pub fn count<'a>(&mut self, incidents: impl IntoIterator<Item = &'a Incident>) {
        for incident in incidents {
            *self.incidents.entry(incident.code).or_default() += 1;
        }
    }

    /// Adds what another part of the same run came to.
    pub fn join(&mut self, other: Outcome) {
        self.sources.extend(other.sources);
        self.pages += other.pages;
        self.new_documents += other.new_documents;
        self.revised += other.revised;
        self.new_mentions += other.new_mentions;
        for (code, count) in other.incidents {
            *self.incidents.entry(code).or_default() += count;
        }
    }

    fn add(&mut self, batch: &Batch, saved: Saved) {
        self.pages += 1;
        self.count(&batch.incidents);
        if saved.shown.missed {
            *self.incidents.entry(Code::Missed).or_default() += 1;
        }
        self.new_documents += saved.new_documents;
        self.revised += saved.revised;
        self.new_mentions += saved.new_mentions;
    }
}

/// What is done with the pages.
pub struct Collect<'a> {
    pub plan: &'a Plan,
    pub means: &'a Means,
    pub analysis: &'a Analysis,
    /// Whether mentions are found and scored, or documents only kept.
    pub score: bool,
    /// Whether earlier runs are remembered; an ad hoc run has none.
    pub remember: bool,
}

/// The sources of a plan, in the order in which they are safe to read: all, and after them those under way when runs died.
pub fn set_apart(plan: &Plan, aside: &[String]) -> (Sources, Sources) {
    let (last, usual) = plan.sources.partition(|source| aside.contains(&source.name));
    // Where there is nothing else to lose, it is read at once.
    if usual.is_empty() { (last, usual) } else { (usual, last) }
}

enum Work {
    /// With its turn among those that came from the wire.
    Harvest(u64, Box<Harvest>),
    File(files::Found),
    Lost(Arc<Source>, Incident),
}

impl Collect<'_> {
    /// Reads sources into the store; each page is kept whole or not at all.
    pub fn run(&self, store: &mut Store, run: i64, sources: &Sources) -> Result<Outcome> {
        let (plan, means) = (self.plan, self.means);
        store.heed(sources.iter())?;
        let adapter: Arc<dyn Adapter> = Arc::new(Pages);
        // Nobody asks for what would not be kept.
        let kept = plan.retention.and_then(|span| means.now.to_zoned(plan.zone.clone()).checked_sub(span).ok());
        let since = means.since.or(kept.map(|kept| kept.timestamp()));
        // What is dated before was left out of what is kept; with an end to the period, anything may have been.
        let left_out_before = if means.until.is_some() { Some(Timestamp::MAX) } else { since };
        let scope = Scope { since, due: means.due, all: means.all };
        let memory: Arc<dyn Memory> = if self.remember { Arc::new(store.reader(scope)?) } else { Arc::new(NoMemory) };
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(means.jobs)
            .thread_name(|index| format!("analysis-{index}"))
            .build()
            .map_err(|error| Error::failed(format!("cannot start {} threads: {error}", means.jobs)))?;
        let (on_wire, on_disk) = sources.partition(|source| matches!(source.place, Place::Url(_)));
        let (work, works) = sync_channel::<Work>(QUEUE * means.jobs);
        let (done, batches) = sync_channel::<(Option<u64>, Batch)>(QUEUE * means.jobs);
        let settings = crate::crawl::Settings { jobs: means.jobs, now: means.now, since, ..plan.crawl.clone() };
        let mut outcome = Outcome { sources: vec![Visits::default(); plan.sources.len()], ..Outcome::default() };

        std::thread::scope(|threads| {
            let crawling = (!on_wire.is_empty()).then(|| {
                let (harvest, mut harvests) = tokio::sync::mpsc::channel(QUEUE * means.jobs);
                let forward = work.clone();
                threads.spawn(move || {
                    for turn in 0.. {
                        let Some(harvest) = harvests.blocking_recv() else { break };
                        if forward.send(Work::Harvest(turn, Box::new(harvest))).is_err() {
                            break;
                        }
                    }
                });
                let (adapter, memory) = (Arc::clone(&adapter), Arc::clone(&memory));
                let (settings, stop) = (&settings, Arc::clone(&means.stop.0));
                threads.spawn(move || crate::crawl::crawl(settings, on_wire, adapter, memory, stop, harvest))
            });
            threads.spawn(move || self.walk(&on_disk, &work));
            let memory = self.remember.then_some(memory.as_ref());
            threads.spawn(move || {
                pool.install(|| {
                    works.into_iter().par_bridge().for_each_with(done, |done, work| {
                        let (turn, harvest) = match work {
                            Work::Harvest(turn, harvest) => (Some(turn), *harvest),
                            Work::File(file) => {
                                (None, files::read(&file, plan.crawl.max_body, adapter.as_ref(), memory))
                            }
                            Work::Lost(source, incident) => (None, lost(source, incident)),
                        };
                        // A writer that failed hangs up; the rest of the work is then let go.
                        _ = done.send((turn, self.analyse(harvest)));
                    });
                });
            });
            let mut heard = 0;
            let mut documents = 0;
            let mut turns = Turns::new();
            while let Ok(first) = batches.recv() {
                let ready = std::iter::once(first).chain(batches.try_iter()).take(TOGETHER);
                let in_turn = |(turn, batch): (Option<u64>, Batch)| {
                    let ends = batch.trail.ended && batch.trail.head.is_some();
                    match turn {
                        Some(turn) => turns.take(turn, batch, ends),
                        None => vec![batch],
                    }
                };
                let together: Vec<Batch> = ready.flat_map(in_turn).collect();
                let saved = match store.save(run, means.now, left_out_before, &together) {
                    Ok(saved) => saved,
                    Err(error) => {
                        // Without a store nothing can be kept: let the stages before run dry, then say why.
                        means.stop.0.store(usize::MAX, std::sync::atomic::Ordering::Relaxed);
                        batches.iter().for_each(drop);
                        return Err(error);
                    }
                };
                for (batch, saved) in together.iter().zip(saved) {
                    outcome.add(batch, saved);
                    if let Some(visits) = outcome.sources.get_mut(batch.source.number as usize) {
                        heard += u64::from(visits.is_new());
                        visits.add(batch, saved, means.due);
                    }
                    batch.incidents.iter().for_each(|incident| means.progress.incident(incident));
                    documents += batch.documents.len() as u64;
                }
                means.progress.crawled(heard, Some(sources.len() as u64), outcome.pages);
                means.progress.scored(documents, None, outcome.new_mentions);
            }
            match crawling.map(|thread| thread.join()) {
                None | Some(Ok(Ok(()))) => Ok(()),
                Some(Ok(Err(error))) => Err(error),
                Some(Err(_)) => Err(Error::failed("the crawl ended in a fault of vigie's own; what was read is kept")),
            }
        })?;
        means.stop.check().map_err(|stopped| match self.remember {
            true => stopped,
            false => Error { message: "stopped by a signal; nothing was kept".into(), hint: None, ..stopped },
        })?;
        let told = |source: Source| {
            let visits = outcome.sources.get(source.number as usize)?;
            Some((source, visits.attempt()?, visits.shown))
        };
        let mut told = sources.iter().filter_map(told).peekable();
        while told.peek().is_some() {
            let some: Vec<_> = told.by_ref().take(STANDINGS).collect();
            store.finish_sources(some, means.now)?;
        }
        Ok(outcome)
    }

    fn walk(&self, sources: &Sources, work: &SyncSender<Work>) {
        for source in sources.iter().map(Arc::new) {
            files::walk(&source, &mut |found| {
                let item = match found {
                    Ok(file) => Work::File(file),
                    Err(incident) => Work::Lost(Arc::clone(&source), incident),
                };
                self.means.stop.signal().is_none() && work.send(item).is_ok()
            });
        }
    }

    /// Entries to documents with their mentions. A fault in analysis costs one page, never the run.
    fn analyse(&self, harvest: Harvest) -> Batch {
        let Harvest { source, kind, asked, visit, trail, entries, mut incidents, hold } = harvest;
        let scored = catch_unwind(AssertUnwindSafe(|| {
            let mut left_out = 0;
            let documents = entries.into_iter().map(|entry| (entry.keep, self.analysis.document(&source, kind, entry)));
            // What may not be kept any more is emptied however old it is.
            let covers = |document: &Document| self.means.covers(document.published);
            let kept: Vec<Scored> = documents
                .filter_map(|(keep, document)| {
                    let covered = covers(&document);
                    left_out += usize::from(!covered);
                    if keep == Keep::All && !covered {
                        return None;
                    }
                    let only_known = keep == Keep::Nothing || !covered;
                    let mentions = self.score.then(|| self.analysis.mentions(&document, source.audience));
                    Some(Scored { document, mentions, keep, only_known })
                })
                .collect();
            (left_out, kept)
        }));
        let (left_out, documents, visit) = match scored {
            Ok((left_out, documents)) => (left_out, documents, visit),
            Err(_) => {
                incidents.push(Incident {
                    source: source.name.clone(),
                    url: urls::shown(&asked),
                    code: Code::Internal,
                    message: String::from("a fault of vigie's own while scoring; the page is left out"),
                });
                (0, Vec::new(), Visit::failed(Weight::Temporary))
            }
        };
        Batch { source, kind, asked, visit, trail, documents, left_out, incidents, hold }
    }
}

/// The harvest of what could not be listed.
fn lost(source: Arc<Source>, incident: Incident) -> Harvest {
    Harvest {
        asked: incident.url.clone(),
        source,
        kind: SourceKind::File,
        visit: Visit::failed(Weight::Hard),
        trail: Trail { role: Role::Page, ..Trail::default() },
        entries: Vec::new(),
        incidents: vec![incident],
        hold: Hold::default(),
    }
}

/// An ad hoc run remembers nothing.
pub(super) struct NoMemory;

impl Memory for NoMemory {
    fn recall(&self, _: &str, _: &str) -> Option<crate::model::port::Recalled> {
        None
    }
}
