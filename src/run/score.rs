//! `vigie score`: every stored document scored anew, in parallel, after a brand or a model changed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::sync_channel;

use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::analysis::{Analysis, Settings};
use crate::config::Plan;
use crate::error::{Error, Result};
use crate::model::{Code, Document, Incident};
use crate::run::Means;
use crate::store::{Lock, Scope, Store};

/// Documents whose scores are written in one transaction.
const CHUNK: usize = 200;

/// Which stored documents are scored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that were crawled but never scored.
    Unscored,
    /// Those that were not scored by this very configuration and version.
    Outdated,
}

fn fault(document: &Document) -> Incident {
    Incident {
        source: document.source.clone(),
        url: document.url.clone().unwrap_or_else(|| document.id.clone()),
        code: Code::Internal,
        message: String::from("a fault of vigie's own while scoring; the document is left without mentions"),
    }
}

/// Scores stored documents; returns how many, and how many mentions they hold.
pub fn rescore(
    means: &Means,
    analysis: &Analysis,
    digest: &str,
    store: &mut Store,
    which: Which,
) -> Result<(u64, u64)> {
    let total = store.unscored_documents(digest)?;
    if total == 0 {
        return Ok((0, 0));
    }
    let reader = store.reader(Scope::default())?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(means.jobs)
        .build()
        .map_err(|error| Error::failed(format!("cannot start {} threads: {error}", means.jobs)))?;
    let (given, taken) = sync_channel(64 * means.jobs);
    let (done, results) = sync_channel(64 * means.jobs);
    let (mut documents, mut mentions) = (0, 0);
    std::thread::scope(|threads| {
        let reading = threads.spawn(move || {
            let outdated = (which == Which::Outdated).then_some(digest);
            reader.for_each_document(outdated, &mut |_, document, audience| {
                means.stop.check()?;
                given.send((document, audience)).map_err(|_| Error::failed("scoring ended early"))
            })
        });
        threads.spawn(move || {
            pool.install(|| {
                taken.into_iter().par_bridge().for_each_with(done, |done, (document, audience)| {
                    let found = catch_unwind(AssertUnwindSafe(|| analysis.mentions(&document, audience)));
                    // A fault costs one document, not every run from now on.
                    let found = found.unwrap_or_else(|_| {
                        means.progress.incident(&fault(&document));
                        Vec::new()
                    });
                    _ = done.send((document.id, found));
                });
            });
        });
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut written = Ok(());
        let mut results = results.into_iter();
        while written.is_ok() {
            chunk.extend(results.by_ref().take(CHUNK));
            if chunk.is_empty() {
                break;
            }
            documents += chunk.len() as u64;
            mentions += chunk.iter().map(|(_, found)| found.len() as u64).sum::<u64>();
            written = store.save_scores(digest, &chunk);
            chunk.clear();
            means.progress.scored(documents, (which == Which::Outdated).then_some(total), mentions);
        }
        drop(results);
        written?;
        reading.join().unwrap_or_else(|_| Err(Error::failed("a fault of vigie's own while reading the store")))
    })?;
    Ok((documents, mentions))
}

/// `vigie score` on the plan's store; returns how many documents were scored, and how many mentions they hold.
pub fn score_store(plan: &Plan, means: &Means) -> Result<(u64, u64)> {
    let path = plan.store.as_deref().ok_or_else(|| Error::failed("this plan has no store"))?;
    drop(Store::open_existing(path)?);
    let _lock = Lock::take(path)?;
    let mut store = Store::open(path)?;
    let analysis = Analysis::new(&Settings { brands: plan.brands.clone(), now: means.now });
    store.remember_sources(plan.sources.iter())?;
    let done = rescore(means, &analysis, &analysis.digest(), &mut store, Which::Outdated)?;
    means.stop.check()?;
    Ok(done)
}
