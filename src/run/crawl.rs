//! `vigie crawl`: read every source and keep its documents; scoring and reports are left to later commands.

use crate::analysis::{Analysis, Settings};
use crate::config::Plan;
use crate::error::Result;
use crate::model::Document;
use crate::run::Means;
use crate::run::collect::{Collect, Outcome, set_apart};
use crate::store::{Lock, Store};

/// Crawls into the plan's store, or with none into a scratch one; `each` is given every new document, newest first.
pub fn crawl(plan: &Plan, means: &Means, each: &mut dyn FnMut(&Document) -> Result<()>) -> Result<Outcome> {
    let analysis = Analysis::new(&Settings { brands: plan.brands.clone(), now: means.now });
    let _lock;
    let mut store = match &plan.store {
        Some(path) => {
            _lock = Lock::take(path)?;
            Store::open(path)?
        }
        None => Store::scratch()?,
    };
    let remember = plan.store.is_some();
    let aside = if remember { store.set_aside(plan.sources.iter())? } else { Vec::new() };
    let run = store.begin_run("crawl", &analysis.digest(), means.now)?;
    let (usual, last) = set_apart(plan, &aside);
    let collect = Collect { plan, means, analysis: &analysis, score: false, remember };
    let told = store.tell_aside(run, &aside)?;
    told.iter().for_each(|incident| means.progress.incident(incident));
    let mut outcome = collect.run(&mut store, run, &usual)?;
    outcome.count(&told);
    if !last.is_empty() {
        outcome.join(collect.run(&mut store, run, &last)?);
    }
    let first = if remember { store.goes_on_from(run)? } else { run };
    store.documents_since(first, |document| each(&document))?;
    store.close_run(run, means.now)?;
    Ok(outcome)
}
