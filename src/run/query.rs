//! `vigie query` and `vigie sources`: what the store holds, read only.

use std::path::Path;

use crate::analysis::scored_languages;
use crate::error::Result;
use crate::model::{Filter, Health, Record};
use crate::run::Means;
use crate::store::{Period, Store, View};

/// Calls `each` for every stored mention that the filter lets through, newest first; returns how many.
pub fn query(store: &Path, filter: &Filter, each: &mut dyn FnMut(&Record) -> Result<()>) -> Result<u64> {
    Store::open_existing(store)?.records(filter, |record| each(&record))
}

/// Calls `each` for every source with how it has been doing, by name.
///
/// With a period in `means`, documents published in it are counted apart.
pub fn sources(store: &Path, means: &Means, each: &mut dyn FnMut(Health) -> Result<()>) -> Result<()> {
    let asked = means.since.is_some() || means.until.is_some();
    let period = if asked { Period::Published(means.since, means.until) } else { Period::None };
    Store::open_existing(store)?.health(&View { scored: scored_languages(), period }, each)
}
