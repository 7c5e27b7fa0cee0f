//! The live pipeline: pages from the wire and the disk → entries → documents and mentions → store, streamed.
//!
//! Bounded channels lead forward only: crawl and the walk over files → analysis on every core → one writer.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::analysis::Analysis;
use crate::config::Plan;
use crate::error::{Error, Result};
use crate::model::port::{Adapter, Memory};
use crate::model::{Batch, Code, Document, Harvest, Incident, Place, Scored, Source, Validators, Visit};
use crate::run::{Means, files};
use crate::source::Pages;
use crate::store::Store;
use crate::text::urls;

/// Pages that wait between two stages, per thread; bounds memory, whatever the number of sources.
const QUEUE: usize = 4;

/// How collecting went, source by source.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Sources by name.
    pub sources: BTreeMap<String, Visits>,
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
    pub read: u64,
    pub unchanged: u64,
    pub failed: u64,
    pub not_due: u64,
}

impl Visits {
    /// A source failed if something was asked of it and nothing was had.
    pub fn failed(self) -> bool {
        self.failed > 0 && self.read + self.unchanged == 0
    }

    /// A source was due if it was asked at all.
    pub fn due(self) -> bool {
        self.read + self.unchanged + self.failed > 0
    }
}

impl Outcome {
    /// Whether every due source failed, of at least one.
    pub fn all_failed(&self) -> bool {
        let mut due = self.sources.values().filter(|visits| visits.due()).peekable();
        due.peek().is_some() && due.all(|visits| visits.failed())
    }

    /// Whether any source failed.
    pub fn any_failed(&self) -> bool {
        self.sources.values().any(|visits| visits.failed())
    }

    fn add(&mut self, batch: &Batch) {
        self.pages += 1;
        let visits = self.sources.entry(batch.source.name.clone()).or_default();
        match batch.visit {
            Visit::Read(_) => visits.read += 1,
            Visit::Unchanged(_) => visits.unchanged += 1,
            Visit::Failed { .. } => visits.failed += 1,
            Visit::NotDue => visits.not_due += 1,
        }
        for incident in &batch.incidents {
            *self.incidents.entry(incident.code).or_default() += 1;
        }
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

enum Work {
    Harvest(Harvest),
    File(files::Found),
    Lost(Arc<Source>, Incident),
}

impl Collect<'_> {
    /// Reads every source of the plan into the store, one transaction a page.
    pub fn run(&self, store: &mut Store, run: i64) -> Result<Outcome> {
        let (plan, means) = (self.plan, self.means);
        let adapter: Arc<dyn Adapter> = Arc::new(Pages);
        let memory: Arc<dyn Memory> = if self.remember { Arc::new(store.reader()?) } else { Arc::new(NoMemory) };
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(means.jobs)
            .thread_name(|index| format!("analysis-{index}"))
            .build()
            .map_err(|error| Error::failed(format!("cannot start {} threads: {error}", means.jobs)))?;
        let (on_wire, on_disk): (Vec<_>, Vec<_>) =
            plan.sources.iter().cloned().partition(|source| matches!(source.place, Place::Url(_)));
        let total = plan.sources.len() as u64;
        let (work, works) = sync_channel::<Work>(QUEUE * means.jobs);
        let (done, batches) = sync_channel::<Batch>(QUEUE * means.jobs);
        let settings = crate::crawl::Settings { jobs: means.jobs, now: means.now, ..plan.crawl.clone() };
        let mut outcome = Outcome::default();

        std::thread::scope(|threads| {
            let crawling = (!on_wire.is_empty()).then(|| {
                let (harvest, mut harvests) = tokio::sync::mpsc::channel(QUEUE * means.jobs);
                let forward = work.clone();
                threads.spawn(move || {
                    while let Some(harvest) = harvests.blocking_recv() {
                        if forward.send(Work::Harvest(harvest)).is_err() {
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
                        let harvest = match work {
                            Work::Harvest(harvest) => harvest,
                            Work::File(file) => files::read(&file, plan.crawl.max_body, adapter.as_ref(), memory),
                            Work::Lost(source, incident) => Harvest {
                                asked: incident.url.clone(),
                                source,
                                visit: Visit::Failed { retry_at: None },
                                entries: Vec::new(),
                                incidents: vec![incident],
                            },
                        };
                        // A writer that failed hangs up; the rest of the work is then let go.
                        _ = done.send(self.analyse(harvest));
                    });
                });
            });
            let mut documents = 0;
            for batch in &batches {
                outcome.add(&batch);
                batch.incidents.iter().for_each(|incident| means.progress.incident(incident));
                let saved = match store.save(run, means.now, &batch) {
                    Ok(saved) => saved,
                    Err(error) => {
                        // Without a store nothing can be kept: let the stages before run dry, then say why.
                        means.stop.0.store(usize::MAX, std::sync::atomic::Ordering::Relaxed);
                        batches.iter().for_each(drop);
                        return Err(error);
                    }
                };
                documents += batch.documents.len() as u64;
                outcome.new_documents += saved.new_documents;
                outcome.revised += saved.revised;
                outcome.new_mentions += saved.new_mentions;
                means.progress.crawled(outcome.sources.len() as u64, Some(total), outcome.pages);
                means.progress.scored(documents, None, outcome.new_mentions);
            }
            match crawling.map(|thread| thread.join()) {
                None | Some(Ok(Ok(()))) => Ok(()),
                Some(Ok(Err(error))) => Err(error),
                Some(Err(_)) => Err(Error::failed("the crawl ended in a fault of vigie's own; what was read is kept")),
            }
        })?;
        means.stop.check()?;
        for source in &plan.sources {
            let visits = outcome.sources.get(&source.name).copied().unwrap_or_default();
            if visits.due() {
                store.finish_source(source, !visits.failed(), means.now)?;
            } else {
                store.pass_source(source, means.now)?;
            }
        }
        Ok(outcome)
    }

    fn walk(&self, sources: &[Arc<Source>], work: &SyncSender<Work>) {
        for source in sources {
            files::walk(source, &mut |found| {
                let item = match found {
                    Ok(file) => Work::File(file),
                    Err(incident) => Work::Lost(Arc::clone(source), incident),
                };
                self.means.stop.signal().is_none() && work.send(item).is_ok()
            });
        }
    }

    /// Entries to documents with their mentions. A fault in analysis costs one page, never the run.
    fn analyse(&self, harvest: Harvest) -> Batch {
        let Harvest { source, asked, visit, entries, mut incidents } = harvest;
        let scored = catch_unwind(AssertUnwindSafe(|| {
            let read = entries.len();
            let documents = entries.into_iter().map(|entry| self.analysis.document(&source, entry));
            let asked_for = documents.filter(|document| self.means.covers(document.published));
            let kept: Vec<Scored> = asked_for.map(|document| self.score(document, &source)).collect();
            (read == kept.len(), kept)
        }));
        let (documents, visit) = match (scored, visit) {
            // A page of which something was left out is not known yet: another period may ask for the rest.
            (Ok((false, documents)), Visit::Read(_)) => (documents, Visit::Read(Validators::default())),
            (Ok((_, documents)), visit) => (documents, visit),
            (Err(_), _) => {
                incidents.push(Incident {
                    source: source.name.clone(),
                    url: urls::shown(&asked),
                    code: Code::Internal,
                    message: String::from("a fault of vigie's own while scoring; the page is left out"),
                });
                (Vec::new(), Visit::Failed { retry_at: None })
            }
        };
        Batch { source, asked, visit, documents, incidents }
    }

    fn score(&self, document: Document, source: &Source) -> Scored {
        let mentions = self.score.then(|| self.analysis.mentions(&document, source.audience));
        Scored { document, mentions }
    }
}

/// An ad hoc run remembers nothing.
struct NoMemory;

impl Memory for NoMemory {
    fn recall(&self, _: &str, _: &str) -> Option<crate::model::port::Recalled> {
        None
    }
}
