//! Reading: what earlier runs know of pages, documents to score again, what a report tells of runs and sources.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use jiff::{civil::Date, tz::TimeZone};
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::fault::Outcome;
use super::row::{self, DOCUMENT_WIDTH, document_columns, time};
use super::write::TRUST_VALIDATORS;
use crate::error::Result;
use crate::model::port::{Memory, Recalled};
use crate::model::{Code, Document, Health, Incident, Validators};

/// Documents read at once by [`Reader::for_each_document`].
const CHUNK: i64 = 64;

/// Runs whose documents no report has shown yet are those above this one.
macro_rules! reported {
    () => {
        "(SELECT ifnull(max(id), 0) FROM run WHERE reported = 1)"
    };
}
pub(super) use reported;

/// A reading connection that threads share while the store is written.
#[derive(Debug)]
pub struct Reader {
    pub(super) connection: Mutex<Connection>,
    pub(super) path: PathBuf,
    pub(super) now: Option<i64>,
}

/// What the runs since the last report brought, whatever the order of their pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub new_documents: u64,
    pub new_mentions: u64,
    /// Documents whose words changed, once for each run that changed them.
    pub revised: u64,
}

impl Memory for Reader {
    fn recall(&self, source: &str, url: &str) -> Option<Recalled> {
        const SQL: &str =
            "SELECT etag, last_modified, body_hash, fetched, retry_at FROM page WHERE source = ? AND url = ?";
        self.with(|c| {
            let recalled = c.prepare_cached(SQL)?.query_row([source, url], |row| {
                let (fetched, now): (Option<i64>, _) = (row.get(3)?, self.now);
                let trusted = now.zip(fetched).is_none_or(|(now, at)| (now - at).abs() < TRUST_VALIDATORS);
                Ok(Recalled {
                    validators: Validators {
                        etag: if trusted { row.get(0)? } else { None },
                        last_modified: if trusted { row.get(1)? } else { None },
                        body_hash: row.get(2)?,
                    },
                    retry_at: time(row, 4)?,
                })
            });
            Ok(recalled.optional()?)
        })
        .ok()
        .flatten()
    }
}

impl Reader {
    /// Hands over stored documents with their key and their source's audience, a few in memory at a time: those never
    /// scored, and with `other_than` those scored with anything else too. No lock and no transaction is held while `f`
    /// runs.
    pub fn for_each_document(
        &self,
        other_than: Option<&str>,
        f: &mut dyn FnMut(i64, Document, Option<u64>) -> Result<()>,
    ) -> Result<()> {
        let classes: Vec<Option<i64>> = match other_than {
            None => vec![None],
            Some(digest) => self.with(|c| {
                let mut select = c.prepare("SELECT NULL UNION ALL SELECT id FROM scorer WHERE digest <> ?")?;
                Ok(select.query_map([digest], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
            })?,
        };
        for class in classes {
            let mut after = i64::MIN;
            loop {
                let chunk = self.chunk(class, after)?;
                let Some((last, ..)) = chunk.last() else { break };
                after = *last;
                chunk.into_iter().try_for_each(|(key, document, audience)| f(key, document, audience))?;
            }
        }
        Ok(())
    }

    fn chunk(&self, class: Option<i64>, after: i64) -> Result<Vec<(i64, Document, Option<u64>)>> {
        const SQL: &str = concat!(
            "SELECT ",
            document_columns!(),
            ", d.key, s.audience FROM document d LEFT JOIN source s ON s.name = d.source
             WHERE d.scored_with IS ?1 AND d.key > ?2 ORDER BY d.key LIMIT ?3"
        );
        self.with(|c| {
            let mut select = c.prepare_cached(SQL)?;
            let rows = select.query_map(params![class, after, CHUNK], |row| {
                let audience: Option<i64> = row.get(DOCUMENT_WIDTH + 1)?;
                Ok((row.get(DOCUMENT_WIDTH)?, row::document(row, 0)?, audience.map(|n| n.max(0) as u64)))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn with<T>(&self, f: impl FnOnce(&Connection) -> Outcome<T>) -> Result<T> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        f(&connection).map_err(|fault| fault.at(&self.path))
    }
}

impl Store {
    /// How many documents are not scored with `digest`.
    pub fn unscored_documents(&self, digest: &str) -> Result<u64> {
        self.read(|c| {
            count(
                c,
                "SELECT (SELECT count(*) FROM document)
                      - (SELECT count(*) FROM document WHERE scored_with = (SELECT id FROM scorer WHERE digest = ?))",
                [digest],
            )
        })
    }

    /// What the runs since the last report brought.
    pub fn totals(&self) -> Result<Totals> {
        self.read(|c| {
            Ok(Totals {
                new_documents: count(c, concat!("SELECT count(*) FROM document WHERE run > ", reported!()), [])?,
                new_mentions: count(c, concat!("SELECT count(*) FROM mention WHERE run > ", reported!()), [])?,
                revised: count(c, concat!("SELECT count(*) FROM revision WHERE run > ", reported!()), [])?,
            })
        })
    }

    /// Documents first seen by a run: newest first, undated last, then by id.
    pub fn documents_of(&self, run: i64, mut f: impl FnMut(Document) -> Result<()>) -> Result<()> {
        const KEYS: &str = "SELECT key FROM document WHERE run = ? ORDER BY published DESC, id";
        const ONE: &str = concat!("SELECT ", document_columns!(), " FROM document d WHERE d.key = ?");
        self.read(|c| {
            // Keys are sorted, not documents, so that long texts are never moved about.
            let (mut keys, mut one) = (c.prepare_cached(KEYS)?, c.prepare_cached(ONE)?);
            let mut keys = keys.query([run])?;
            while let Some(row) = keys.next()? {
                f(one.query_row([row.get::<_, i64>(0)?], |row| row::document(row, 0))?)?;
            }
            Ok(())
        })
    }

    /// Incidents since the last report, each once, in order.
    pub fn incidents(&self) -> Result<Vec<Incident>> {
        const SQL: &str = concat!("SELECT DISTINCT source, url, code, message FROM incident WHERE run > ", reported!());
        self.read(|c| {
            let mut select = c.prepare_cached(SQL)?;
            let rows = select.query_map([], |row| {
                Ok(Incident {
                    source: row.get(0)?,
                    url: row.get(1)?,
                    code: row::word(row, 2, Code::from_word)?,
                    message: row.get(3)?,
                })
            })?;
            let mut incidents = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            incidents.sort();
            Ok(incidents)
        })
    }

    /// How every source that was ever read is doing, by name.
    pub fn health(&self) -> Result<Vec<Health>> {
        const SOURCES: &str = "SELECT s.name, s.kind, s.place, s.last_attempt, s.last_success, s.failures,
                (SELECT count(*) FROM document d WHERE d.source = s.name),
                (SELECT count(*) FROM document d WHERE d.source = s.name AND d.published IS NULL),
                (SELECT count(*) FROM document d CROSS JOIN mention m ON m.document = d.key WHERE d.source = s.name)
            FROM source s ORDER BY s.name";
        const LAST: &str = "SELECT i.code, i.message FROM incident i JOIN run r ON r.id = i.run WHERE i.source = ?
            ORDER BY r.started DESC, i.code, i.message LIMIT 1";
        self.read(|c| {
            let (mut sources, mut last) = (c.prepare_cached(SOURCES)?, c.prepare_cached(LAST)?);
            let rows = sources.query_map([], |row| {
                let number = |i: usize| row.get::<_, i64>(i).map(|n| n.max(0) as u64);
                let name: String = row.get(0)?;
                let last_incident = last.query_row([&name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
                Ok(Health {
                    name,
                    kind: row.get(1)?,
                    place: row.get(2)?,
                    last_attempt: time(row, 3)?,
                    last_success: time(row, 4)?,
                    failures: number(5)?,
                    documents: number(6)?,
                    undated: number(7)?,
                    mentions: number(8)?,
                    last_incident,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Days, in `zone`, of runs in which some source could not be read: figures of such a day compare badly.
    pub fn failed_days(&self, zone: &TimeZone) -> Result<BTreeSet<Date>> {
        self.read(|c| {
            let mut select = c.prepare_cached("SELECT DISTINCT at FROM failure")?;
            let times = select.query_map([], |row| time(row, 0))?;
            let days = times.map(|at| at.map(|at| at.map(|at| zone.to_datetime(at).date())));
            Ok(days.filter_map(rusqlite::Result::transpose).collect::<rusqlite::Result<_>>()?)
        })
    }
}

fn count(c: &Connection, sql: &str, params: impl rusqlite::Params) -> Outcome<u64> {
    Ok(c.prepare_cached(sql)?.query_row(params, |row| row.get::<_, i64>(0))?.max(0) as u64)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, batch, begun, document, mention, source};
    use super::*;
    use crate::model::Visit;

    const DAY: i64 = 24 * 3600;

    fn visit(store: &mut Store, now: i64, visit: Visit) {
        let run = store.begin_run("scan", "digest", at(now)).unwrap();
        let mut page = batch(&source("s"), vec![]);
        page.visit = visit;
        store.save(run, at(now), &page).unwrap();
    }

    fn recall(store: &mut Store, now: i64) -> Option<Recalled> {
        store.begin_run("scan", "digest", at(now)).unwrap();
        store.reader().unwrap().recall("s", "https://s.example/feed")
    }

    fn validators(etag: &str) -> Validators {
        Validators { etag: Some(etag.into()), last_modified: Some("hier".into()), body_hash: Some("abc".into()) }
    }

    #[test]
    fn a_page_is_remembered_and_a_failure_forgets_nothing() {
        let (mut store, _) = begun();
        assert_eq!(recall(&mut store, 0), None);
        visit(&mut store, 0, Visit::Read(validators("1")));
        assert_eq!(recall(&mut store, 1), Some(Recalled { validators: validators("1"), retry_at: None }));
        visit(&mut store, 2, Visit::Failed { retry_at: Some(at(600)) });
        visit(&mut store, 3, Visit::NotDue);
        assert_eq!(recall(&mut store, 4), Some(Recalled { validators: validators("1"), retry_at: Some(at(600)) }));
        visit(&mut store, 700, Visit::Unchanged(validators("2")));
        assert_eq!(recall(&mut store, 701), Some(Recalled { validators: validators("2"), retry_at: None }));
        assert_eq!(store.reader().unwrap().recall("other", "https://s.example/feed"), None);
    }

    #[test]
    fn validators_are_believed_for_a_week() {
        let (mut store, _) = begun();
        visit(&mut store, 0, Visit::Read(validators("1")));
        visit(&mut store, 6 * DAY, Visit::Unchanged(validators("1")));
        let etag = |recalled: Option<Recalled>| recalled.unwrap().validators.etag;
        assert!(etag(recall(&mut store, 6 * DAY)).is_some());
        assert_eq!(etag(recall(&mut store, 7 * DAY)), None, "an unchanged page was not fetched in full");
        assert_eq!(etag(recall(&mut store, -400 * DAY)), None);
        visit(&mut store, 7 * DAY, Visit::Unchanged(validators("1")));
        assert!(etag(recall(&mut store, 8 * DAY)).is_some(), "now it was");
        visit(&mut store, 8 * DAY, Visit::Failed { retry_at: Some(at(9 * DAY)) });
        assert!(recall(&mut store, 8 * DAY).unwrap().retry_at.is_some());
    }

    #[test]
    fn health_counts_failures_in_a_row_and_a_rerun_of_the_same_time_once() {
        let (mut store, run) = begun();
        let feed = source("s");
        let documents = vec![
            (Document { published: Some(at(0)), ..document("a", "s", "daté") }, vec![mention("Zéphyr")]),
            (document("b", "s", "sans date"), vec![]),
        ];
        store.save(run, at(0), &batch(&feed, documents)).unwrap();
        for (now, ok) in [(0, true), (10, false), (20, false), (20, false)] {
            store.finish_source(&feed, ok, at(now)).unwrap();
        }
        let health = |store: &Store| store.health().unwrap().remove(0);
        let expected = Health {
            name: "s".into(),
            kind: "feed".into(),
            place: "https://s.example/feed".into(),
            last_attempt: Some(at(20)),
            last_success: Some(at(0)),
            failures: 2,
            documents: 2,
            undated: 1,
            mentions: 1,
            last_incident: None,
        };
        assert_eq!(health(&store), expected);
        store.finish_source(&feed, true, at(20)).unwrap();
        assert_eq!(health(&store), Health { failures: 0, last_success: Some(at(20)), ..expected });
    }

    #[test]
    fn failed_days_are_days_of_the_zone_asked_for() {
        let (mut store, _) = begun();
        let late: jiff::Timestamp = "2026-03-01T23:30:00Z".parse().unwrap();
        store.finish_source(&source("s"), false, late).unwrap();
        store.finish_source(&source("t"), true, "2026-03-05T12:00:00Z".parse().unwrap()).unwrap();
        let casablanca = TimeZone::fixed(jiff::tz::offset(1));
        let day = |day| BTreeSet::from([Date::constant(2026, 3, day)]);
        assert_eq!(store.failed_days(&TimeZone::UTC).unwrap(), day(1));
        assert_eq!(store.failed_days(&casablanca).unwrap(), day(2));
    }

    #[test]
    fn documents_to_score_again_come_once_each_even_while_they_are_scored() {
        let (mut store, run) = begun();
        let documents = (0..300).map(|i| (document(&i.to_string(), "s", "Un texte."), vec![])).collect();
        store.save(run, at(0), &batch(&source("s"), documents)).unwrap();
        store.save_scores("new", &[("7".into(), vec![]), ("not stored".into(), vec![])]).unwrap();
        let reader = store.reader().unwrap();
        let mut seen = BTreeSet::new();
        let mut note = |_, document: Document, _| {
            assert!(seen.insert(document.id.clone()));
            store.save_scores("new", &[(document.id, vec![])])
        };
        reader.for_each_document(Some("new"), &mut note).unwrap();
        assert_eq!((seen.len(), store.unscored_documents("new").unwrap()), (299, 0));
        reader.for_each_document(None, &mut |_, _, _| panic!("each was scored once")).unwrap();
    }

    #[test]
    fn new_documents_come_newest_first_and_undated_last() {
        let (mut store, run) = begun();
        let dated = |id: &str, second: Option<i64>| Document { published: second.map(at), ..document(id, "s", id) };
        let documents = [("d", None), ("b", Some(5)), ("c", None), ("a", Some(5)), ("e", Some(9))];
        let documents = documents.map(|(id, second)| (dated(id, second), vec![])).into();
        store.save(run, at(0), &batch(&source("s"), documents)).unwrap();
        let mut ids = String::new();
        store
            .documents_of(run, |document| {
                ids += &document.id;
                Ok(())
            })
            .unwrap();
        assert_eq!(ids, "eabcd");
        store.documents_of(run + 1, |_| panic!("another run saw none")).unwrap();
    }
}
