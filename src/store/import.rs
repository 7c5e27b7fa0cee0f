//! How far files that came in whole were read, so that a run that died is gone on with and a file is read once.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{Store, standing};
use crate::error::Result;
use crate::model::Source;

/// How far a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progressed {
    /// All rows up to that number are in the store.
    pub rows: u64,
    /// It was read to its end.
    pub whole: bool,
}

impl Store {
    /// How far the file of that `key` was read for `source`.
    pub fn imported(&self, source: &str, key: &str) -> Result<Progressed> {
        const SQL: &str = "SELECT mark, fetched FROM page WHERE source = ? AND url = ?";
        self.read(|c| {
            let known = c.prepare_cached(SQL)?.query_row([source, key], |row| {
                let (mark, fetched): (Option<String>, Option<i64>) = (row.get(0)?, row.get(1)?);
                let rows = mark.and_then(|mark| mark.parse().ok()).unwrap_or(0);
                Ok(Progressed { rows, whole: fetched.is_some() })
            });
            Ok(known.optional()?.unwrap_or_default())
        })
    }

    /// Notes how far the file of that `key` is in the store.
    pub fn note_import(&mut self, run: i64, source: &Source, key: &str, at: Progressed, now: Timestamp) -> Result<()> {
        self.transact(|tx| {
            standing::remember(tx, source)?;
            tx.prepare_cached(
                "INSERT INTO page (source, url, mark, fetched, run) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET mark = excluded.mark, fetched = excluded.fetched, run = excluded.run",
            )?
            .execute(params![
                source.name,
                key,
                at.rows.to_string(),
                at.whole.then_some(now.as_second()),
                run
            ])?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, begun, source};
    use super::*;

    #[test]
    fn how_far_a_file_was_read_is_known_to_the_next_run() {
        let (mut store, run) = begun();
        let source = source("export.csv");
        assert_eq!(store.imported("export.csv", "import:1").unwrap(), Progressed::default());
        for seen in [Progressed { rows: 40, whole: false }, Progressed { rows: 90, whole: true }] {
            store.note_import(run, &source, "import:1", seen, at(0)).unwrap();
            assert_eq!(store.imported("export.csv", "import:1").unwrap(), seen);
        }
        assert_eq!(store.imported("export.csv", "import:2").unwrap(), Progressed::default());
    }
}
