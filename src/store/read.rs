//! Reading: what earlier runs know of pages, documents to score again, what a report tells of runs and sources.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rusqlite::{Connection, OptionalExtension, params};

use super::coverage::{Counts, View, coverage};
use super::fault::Outcome;
use super::held::Held;
use super::row::{self, DOCUMENT_WIDTH, document_columns, time};
use super::{Store, host, page, standing, todo};
use crate::error::Result;
use crate::model::port::{Hold, Memory, Recalled, Standing};
use crate::model::{Code, Coverage, Document, Health, Incident, Location, Todo};

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
    pub(super) scope: Scope,
    pub(super) held: Option<Arc<Held>>,
}

/// What a run asks for, by which what earlier ones know is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// Documents dated before are left out.
    pub since: Option<Timestamp>,
    /// Only sources whose interval has passed are asked.
    pub due: bool,
    /// Sources that rest after failures are asked too.
    pub all: bool,
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
        let since = self.scope.since.map(Timestamp::as_second);
        self.with(|c| page::recall(c, source, url, self.now, since)).ok().flatten()
    }

    fn standing(&self, source: &str) -> Standing {
        let Some(now) = self.now else { return Standing::default() };
        let standing = self.with(|c| standing::standing(c, source, now, self.scope.due)).unwrap_or_default();
        if self.scope.all { Standing { rests_until: None, failing: false, ..standing } } else { standing }
    }

    fn left(&self, source: &str, limit: u64) -> Vec<Todo> {
        self.with(|c| todo::left(c, source, limit)).unwrap_or_default()
    }

    fn has(&self, id: &str) -> bool {
        self.with(|c| Ok(c.prepare_cached("SELECT 1 FROM document WHERE id = ?")?.exists([id])?)).unwrap_or_default()
    }

    fn host(&self, origin: &str) -> Option<Vec<Location>> {
        let now = self.now?;
        self.with(|c| host::recall(c, origin, now)).ok().flatten()
    }

    fn hold(&self, source: &str, _: &str) -> Hold {
        self.held.as_ref().map(|held| held.hold(source)).unwrap_or_default()
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

    /// The first run whose documents `run` goes on with: itself, or one of those before it that never came to their end.
    pub fn goes_on_from(&self, run: i64) -> Result<i64> {
        self.read(|c| {
            const SQL: &str = "SELECT ifnull(max(id), 0) + 1 FROM run WHERE ended IS NOT NULL AND id < ?";
            Ok(c.prepare_cached(SQL)?.query_row([run], |row| row.get(0))?)
        })
    }

    /// Documents first seen by a run or a later one: newest first, undated last, then by id.
    pub fn documents_since(&self, run: i64, mut f: impl FnMut(Document) -> Result<()>) -> Result<()> {
        const KEYS: &str = "SELECT key FROM document WHERE run >= ? ORDER BY published DESC, id";
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

    /// Calls `each` for every incident since the last report, each once, by source, address, code and message.
    pub fn incidents(&self, mut each: impl FnMut(Incident) -> Result<()>) -> Result<()> {
        const SQL: &str = concat!(
            "SELECT DISTINCT source, url, code, message FROM incident WHERE run > ",
            reported!(),
            " ORDER BY source, url, code, message"
        );
        self.read(|c| {
            let mut select = c.prepare_cached(SQL)?;
            let mut rows = select.query_map([], |row| {
                Ok(Incident {
                    source: row.get(0)?,
                    url: row.get(1)?,
                    code: row::word(row, 2, Code::from_word)?,
                    message: row.get(3)?,
                })
            })?;
            rows.try_for_each(|incident| Ok(each(incident?)?))
        })
    }

    /// Calls `each` for every source that was ever read, with how it is doing, by name.
    pub fn health(&self, view: &View, mut each: impl FnMut(Health) -> Result<()>) -> Result<()> {
        const SOURCES: &str = "SELECT s.name, s.kind, s.place, s.last_attempt, s.last_success, s.failures,
                (SELECT count(*) FROM document d CROSS JOIN mention m ON m.document = d.key WHERE d.source = s.name),
                s.found, s.weight, s.rests_until, s.interval, s.known_share, s.missed_at,
                (SELECT count(*) FROM todo t WHERE t.source = s.name AND NOT t.stands), s.zone_offset, s.deaths, s.exempt
            FROM source s ORDER BY s.name";
        const LAST: &str = "SELECT i.code, i.message FROM incident i JOIN run r ON r.id = i.run WHERE i.source = ?
            ORDER BY r.started DESC, i.code, i.message LIMIT 1";
        self.read(|c| {
            let (mut sources, mut last) = (c.prepare_cached(SOURCES)?, c.prepare_cached(LAST)?);
            let mut rows = sources.query_map([], |row| {
                let number = |i: usize| row.get::<_, i64>(i).map(|n| n.max(0) as u64);
                let name: String = row.get(0)?;
                let last_incident = last.query_row([&name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
                let interval: Option<i64> = row.get(10)?;
                let offset: Option<i64> = row.get(14)?;
                let (last_attempt, last_success) = (time(row, 3)?, time(row, 4)?);
                let source = Health {
                    name,
                    kind: row.get(1)?,
                    found: row.get(7)?,
                    place: row.get(2)?,
                    last_attempt,
                    last_success,
                    failures: number(5)?,
                    weight: row.get(8)?,
                    rests_until: time(row, 9)?,
                    interval: interval.map(|seconds| seconds.max(0) as u64),
                    known_share: row.get(11)?,
                    missed_at: time(row, 12)?,
                    waiting: number(13)?,
                    offset_minutes: offset.map(|seconds| seconds / 60),
                    deaths: number(15)?,
                    exempt: row.get(16)?,
                    documents: 0,
                    undated: 0,
                    mentions: number(6)?,
                    last_incident,
                    coverage: Coverage::default(),
                };
                Ok(source)
            })?;
            rows.try_for_each(|source| {
                let source = source?;
                let (counts, coverage) = coverage(c, &source.name, source.last_attempt, source.last_success, view)?;
                let Counts { documents, undated } = counts;
                Ok(each(Health { documents, undated, coverage, ..source })?)
            })
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
    use super::super::Shown;
    use super::super::samples::{at, batch, begun, document, health, mention, source};
    use super::*;
    use crate::model::{Attempt, Failure, Source, Validators, Visit, Weight};

    const DAY: i64 = 24 * 3600;

    fn visit(store: &mut Store, now: i64, visit: Visit) {
        let run = store.begin_run("scan", "digest", at(now)).unwrap();
        let mut page = batch(&source("s"), vec![]);
        page.visit = visit;
        store.save_one(run, at(now), &page).unwrap();
    }

    fn finish(store: &mut Store, source: &Source, ok: bool, now: Timestamp) {
        let how = if ok { Attempt::Read } else { Attempt::Failed(Weight::Hard) };
        store.finish_sources([(source, how, Shown::default())], now).unwrap();
    }

    fn recall(store: &mut Store, now: i64) -> Option<Recalled> {
        store.begin_run("scan", "digest", at(now)).unwrap();
        store.reader(Scope::default()).unwrap().recall("s", "https://s.example/feed")
    }

    fn later(second: i64) -> Visit {
        Visit::Failed(Failure { weight: Weight::Temporary, retry_at: Some(at(second)) })
    }

    fn known(validators: Validators, retry_at: Option<Timestamp>) -> Recalled {
        Recalled { validators, retry_at, read: true, ..Recalled::default() }
    }

    fn validators(etag: &str) -> Validators {
        Validators { etag: Some(etag.into()), last_modified: Some("hier".into()), body_hash: Some("abc".into()) }
    }

    #[test]
    fn a_page_is_remembered_and_a_failure_forgets_nothing() {
        let (mut store, _) = begun();
        assert_eq!(recall(&mut store, 0), None);
        visit(&mut store, 0, Visit::Read(validators("1")));
        assert_eq!(recall(&mut store, 1), Some(known(validators("1"), None)));
        visit(&mut store, 2, later(600));
        visit(&mut store, 3, Visit::NotDue);
        assert_eq!(recall(&mut store, 4), Some(known(validators("1"), Some(at(600)))));
        visit(&mut store, 700, Visit::Unchanged(validators("2")));
        assert_eq!(recall(&mut store, 701), Some(known(validators("2"), None)));
        assert_eq!(store.reader(Scope::default()).unwrap().recall("other", "https://s.example/feed"), None);
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
        visit(&mut store, 8 * DAY, later(9 * DAY));
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
        let mut page = batch(&feed, documents);
        page.visit = Visit::Read(validators("1"));
        store.save_one(run, at(0), &page).unwrap();
        for (now, ok) in [(0, true), (10, false), (20, false), (20, false)] {
            finish(&mut store, &feed, ok, at(now));
        }
        let expected = Health {
            name: "s".into(),
            kind: "feed".into(),
            found: Some("feed".into()),
            place: "https://s.example/feed".into(),
            last_attempt: Some(at(20)),
            last_success: Some(at(0)),
            failures: 2,
            weight: 2.0,
            rests_until: None,
            interval: Some(3600),
            known_share: None,
            missed_at: None,
            waiting: 0,
            offset_minutes: None,
            deaths: 0,
            exempt: None,
            documents: 2,
            undated: 1,
            mentions: 1,
            last_incident: None,
            coverage: Coverage { unsupported: 2, newest: Some(at(0)), feed_window: Some(0), ..Coverage::default() },
        };
        assert_eq!(health(&store), expected);
        finish(&mut store, &feed, true, at(20));
        assert_eq!(
            health(&store),
            Health { failures: 0, weight: 0.0, interval: Some(5400), last_success: Some(at(20)), ..expected }
        );
    }

    #[test]
    fn failed_days_are_days_of_the_zone_asked_for() {
        let (mut store, _) = begun();
        let late: jiff::Timestamp = "2026-03-01T23:30:00Z".parse().unwrap();
        finish(&mut store, &source("s"), false, late);
        finish(&mut store, &source("t"), true, "2026-03-05T12:00:00Z".parse().unwrap());
        let casablanca = TimeZone::fixed(jiff::tz::offset(1));
        let day = |day| BTreeSet::from([Date::constant(2026, 3, day)]);
        assert_eq!(store.failed_days(&TimeZone::UTC).unwrap(), day(1));
        assert_eq!(store.failed_days(&casablanca).unwrap(), day(2));
    }

    #[test]
    fn documents_to_score_again_come_once_each_even_while_they_are_scored() {
        let (mut store, run) = begun();
        let documents = (0..300).map(|i| (document(&i.to_string(), "s", "Un texte."), vec![])).collect();
        store.save_one(run, at(0), &batch(&source("s"), documents)).unwrap();
        store.save_scores("new", &[("7".into(), vec![]), ("not stored".into(), vec![])]).unwrap();
        let reader = store.reader(Scope::default()).unwrap();
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
        store.save_one(run, at(0), &batch(&source("s"), documents)).unwrap();
        let mut ids = String::new();
        store
            .documents_since(run, |document| {
                ids += &document.id;
                Ok(())
            })
            .unwrap();
        assert_eq!(ids, "eabcd");
        let next = store.begin_run("crawl", "digest", at(9)).unwrap();
        assert_eq!(store.goes_on_from(next).unwrap(), run, "the one before was killed");
        store.close_run(next, at(9)).unwrap();
        let last = store.begin_run("crawl", "digest", at(19)).unwrap();
        assert_eq!(store.goes_on_from(last).unwrap(), last);
        store.documents_since(run + 1, |_| panic!("another run saw none")).unwrap();
    }
}
