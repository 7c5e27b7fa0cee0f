//! `vigie query` and `vigie sources`: what the store holds, read only.

use std::path::Path;

use crate::error::Result;
use crate::model::{Filter, Health, Record};
use crate::store::Store;

/// Calls `each` for every stored mention that the filter lets through, newest first; returns how many.
pub fn query(store: &Path, filter: &Filter, each: &mut dyn FnMut(&Record) -> Result<()>) -> Result<u64> {
    Store::open_existing(store)?.records(filter, |record| each(&record))
}

/// Calls `each` for every source with how it has been doing, by name.
pub fn sources(store: &Path, each: &mut dyn FnMut(Health) -> Result<()>) -> Result<()> {
    Store::open_existing(store)?.health(each)
}
