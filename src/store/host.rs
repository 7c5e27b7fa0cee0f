//! What hosts reserve: remembered so that their file is not asked for every night.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Outcome;
use super::row::{json, to_json};
use crate::model::{HostTold, Location};

/// After so many seconds a host is asked again.
const TRUSTED: i64 = 7 * 24 * 3600;

pub(super) fn remember(c: &Connection, now: i64, told: &HostTold) -> Outcome<()> {
    c.prepare_cached("INSERT OR REPLACE INTO host (origin, asked, locations) VALUES (?, ?, ?)")?.execute(params![
        told.origin,
        now,
        to_json(&told.locations)?
    ])?;
    Ok(())
}

pub(super) fn recall(c: &Connection, origin: &str, now: i64) -> Outcome<Option<Vec<Location>>> {
    let mut select = c.prepare_cached("SELECT locations FROM host WHERE origin = ?1 AND abs(?2 - asked) < ?3")?;
    Ok(select.query_row(params![origin, now, TRUSTED], |row| json(row, 0)).optional()?)
}

#[cfg(test)]
mod tests {
    use super::super::Scope;
    use super::super::samples::{at, batch, begun, source};
    use super::*;
    use crate::model::port::Memory;

    #[test]
    fn a_host_is_asked_again_after_a_week() {
        let (mut store, run) = begun();
        let locations = vec![Location { path: "/".into(), reserved: true }];
        let mut page = batch(&source("s"), vec![]);
        page.trail.hosts = vec![HostTold { origin: "https://s.example".into(), locations: locations.clone() }];
        store.save_one(run, at(0), &page).unwrap();
        for (days, known) in [(0, true), (6, true), (7, false), (-7, false)] {
            store.begin_run("scan", "digest", at(days * 24 * 3600)).unwrap();
            let reader = store.reader(Scope::default()).unwrap();
            assert_eq!(reader.host("https://s.example"), known.then(|| locations.clone()), "{days}");
            assert_eq!(reader.host("https://other.example"), None);
        }
    }
}
