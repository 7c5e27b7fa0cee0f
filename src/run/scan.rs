//! `vigie scan`: read every source, find and score mentions, write the reports.

use crate::analysis::{Analysis, Settings};
use crate::config::Plan;
use crate::error::{Error, Result};
use crate::figures::Figures;
use crate::run::Means;
use crate::run::collect::{Collect, Outcome, set_apart};
use crate::run::report::{self, Output};
use crate::run::score::{Which, rescore};
use crate::store::{Lock, Store};

/// What a scan has to tell.
#[derive(Debug, Default)]
pub struct Scanned {
    pub outcome: Outcome,
    /// Stored documents whose scores rest on an earlier configuration or version.
    pub outdated: u64,
    /// What brands.csv was written from.
    pub figures: Option<Figures>,
}

/// The nightly job on the plan's store. Nothing is reported twice, and what a killed run had read is reported by the
/// next one.
pub fn scan(plan: &Plan, means: &Means, outputs: &mut [Output]) -> Result<Scanned> {
    let path = plan.store.as_deref().ok_or_else(|| Error::failed("this plan has no store"))?;
    let _lock = Lock::take(path)?;
    let mut store = Store::open(path)?;
    let analysis = Analysis::new(&Settings { brands: plan.brands.clone(), now: means.now });
    let digest = analysis.digest();
    let aside = store.set_aside(plan.sources.iter())?;
    let run = store.begin_run("scan", &digest, means.now)?;
    let (usual, last) = set_apart(plan, &aside);
    let collect = Collect { plan, means, analysis: &analysis, score: true, remember: true };
    let told = store.tell_aside(run, &aside)?;
    told.iter().for_each(|incident| means.progress.incident(incident));
    let mut outcome = collect.run(&mut store, run, &usual)?;
    outcome.count(&told);
    rescore(means, &analysis, &digest, &mut store, Which::Unscored)?;
    // What the report shows, which after a killed run is more than this one read.
    let totals = store.totals()?;
    (outcome.new_documents, outcome.revised) = (totals.new_documents, totals.revised);
    outcome.new_mentions = totals.new_mentions;
    let mut figures = None;
    for output in outputs {
        figures = report::write_new(plan, means, &store, output)?.or(figures);
    }
    store.mark_reported(run)?;
    let outdated = store.unscored_documents(&digest)?;
    store.close_run(run, means.now)?;
    if !last.is_empty() {
        // Whatever they do, the report of all others is written; what they bring is new to the next.
        let run = store.begin_run("scan", &digest, means.now)?;
        outcome.join(collect.run(&mut store, run, &last)?);
        store.close_run(run, means.now)?;
    }
    Ok(Scanned { outcome, outdated, figures })
}

/// The same without a configuration: nothing is kept on disk but what `outputs` write.
pub fn scan_once(plan: &Plan, means: &Means, outputs: &mut [Output]) -> Result<Outcome> {
    let mut store = Store::scratch()?;
    let analysis = Analysis::new(&Settings { brands: plan.brands.clone(), now: means.now });
    let digest = analysis.digest();
    let run = store.begin_run("scan", &digest, means.now)?;
    let collect = Collect { plan, means, analysis: &analysis, score: true, remember: false };
    let outcome = collect.run(&mut store, run, &plan.sources)?;
    for output in outputs {
        report::write_new(plan, means, &store, output)?;
    }
    Ok(outcome)
}
