//! Writing: runs, pages with their documents, scores, health of sources.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Outcome;
use super::row::whole;
use super::{Store, document, mention};
use crate::error::Result;
use crate::model::{Batch, Incident, Mention, Place, Source, Validators, Visit};
use crate::text::urls;

/// After so many seconds a page is asked for in full again, whatever its validators say: some servers lie.
pub(super) const TRUST_VALIDATORS: i64 = 7 * 24 * 3600;

/// What one [`Store::save`] did. Sums over a run depend on the order of pages; [`Store::totals`] do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saved {
    /// Documents never seen before, and the mentions in them.
    pub new_documents: u64,
    pub new_mentions: u64,
    /// Documents whose text or title changed since an earlier run.
    pub revised: u64,
}

impl Store {
    /// Begins a run. `digest` stands for all that scoring depends on: documents saved with mentions are noted as
    /// scored with it.
    pub fn begin_run(&mut self, command: &str, digest: &str, now: Timestamp) -> Result<i64> {
        let now = now.as_second();
        let (run, scorer) = self.transact(|tx| {
            let scorer = scorer(tx, digest)?;
            tx.prepare_cached("INSERT INTO run (command, scorer, started) VALUES (?, ?, ?)")?
                .execute(params![command, scorer, now])?;
            Ok((tx.last_insert_rowid(), scorer))
        })?;
        (self.now, self.scorer) = (Some(now), Some(scorer));
        Ok(run)
    }

    /// Ends a run in good order. A run that was never closed makes the next opening check the whole file.
    pub fn close_run(&mut self, run: i64, now: Timestamp) -> Result<()> {
        self.transact(|tx| {
            tx.execute("UPDATE run SET ended = ? WHERE id = ?", params![now.as_second(), run])?;
            Ok(())
        })
    }

    /// Notes that a report showed the documents of this run and of all before it.
    pub fn mark_reported(&mut self, run: i64) -> Result<()> {
        self.transact(|tx| {
            tx.execute("UPDATE run SET reported = 1 WHERE id <= ? AND reported = 0", [run])?;
            Ok(())
        })
    }

    /// Remembers what is configured of sources (place, audience) without having read them, for rescoring.
    pub fn remember_sources<'a>(&mut self, sources: impl IntoIterator<Item = &'a Source>) -> Result<()> {
        self.transact(|tx| sources.into_iter().try_for_each(|source| remember_source(tx, source)))
    }

    /// Saves one page in one transaction: its validators, documents, revisions, mentions and incidents.
    pub fn save(&mut self, run: i64, now: Timestamp, batch: &Batch) -> Result<Saved> {
        let (now, scorer) = (now.as_second(), self.scorer);
        self.transact(|tx| {
            let mut saved = Saved::default();
            remember_source(tx, &batch.source)?;
            remember_visit(tx, &batch.source.name, &batch.asked, &batch.visit, now)?;
            for scored in &batch.documents {
                document::save(tx, run, now, scorer, scored, &mut saved)?;
            }
            for incident in &batch.incidents {
                save_incident(tx, run, &batch.source.name, incident)?;
            }
            Ok(saved)
        })
    }

    /// Notes whether a source could be read in the run of `now`. Told again for the same `now`, the last word counts.
    pub fn finish_source(&mut self, source: &Source, ok: bool, now: Timestamp) -> Result<()> {
        const HEALTH: &str = "UPDATE source SET
                failures_before = iif(last_attempt IS ?2, failures_before, failures),
                failures = iif(?3, 0, 1 + iif(last_attempt IS ?2, failures_before, failures)),
                last_success = iif(?3, ?2, last_success),
                last_attempt = ?2
            WHERE name = ?1";
        let now = now.as_second();
        self.transact(|tx| {
            remember_source(tx, source)?;
            tx.prepare_cached(HEALTH)?.execute(params![source.name, now, ok])?;
            let failed = if ok {
                "DELETE FROM failure WHERE at = ?1 AND source = ?2"
            } else {
                "INSERT OR IGNORE INTO failure (at, source) VALUES (?1, ?2)"
            };
            tx.prepare_cached(failed)?.execute(params![now, source.name])?;
            Ok(())
        })
    }

    /// Notes that a source was not asked in the run of `now`, so that its day is told apart; its failures are not counted.
    pub fn pass_source(&mut self, source: &Source, now: Timestamp) -> Result<()> {
        self.transact(|tx| {
            remember_source(tx, source)?;
            tx.prepare_cached("INSERT OR IGNORE INTO failure (at, source) VALUES (?, ?)")?
                .execute(params![now.as_second(), source.name])?;
            Ok(())
        })
    }

    /// Replaces the mentions of documents, given by id, in one transaction. Ids that are not stored are passed over.
    pub fn save_scores(&mut self, digest: &str, scored: &[(String, Vec<Mention>)]) -> Result<()> {
        self.transact(|tx| {
            let scorer = scorer(tx, digest)?;
            let mut find = tx.prepare_cached("SELECT key, run, published FROM document WHERE id = ?")?;
            let mut mark = tx.prepare_cached("UPDATE document SET scored_with = ? WHERE key = ?")?;
            for (id, mentions) in scored {
                let found = find.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
                if let Some((key, run, published)) = found {
                    mention::replace(tx, key, id, run, published, mentions)?;
                    mark.execute([scorer, key])?;
                }
            }
            Ok(())
        })
    }
}

fn scorer(c: &Connection, digest: &str) -> Outcome<i64> {
    c.prepare_cached("INSERT OR IGNORE INTO scorer (digest) VALUES (?)")?.execute([digest])?;
    Ok(c.prepare_cached("SELECT id FROM scorer WHERE digest = ?")?.query_row([digest], |row| row.get(0))?)
}

fn remember_source(c: &Connection, source: &Source) -> Outcome<()> {
    let place = match &source.place {
        // What is stored is shown: no password of an address comes here.
        Place::Url(url) => urls::shown(url).into(),
        Place::Path(path) => path.to_string_lossy(),
    };
    let audience = source.audience.map(whole);
    let known: Option<Option<i64>> = c
        .prepare_cached("SELECT audience FROM source WHERE name = ?")?
        .query_row([&source.name], |row| row.get(0))
        .optional()?;
    if known.is_some_and(|known| known != audience) {
        // Reach rests on the audience: what was scored with another one is to be scored again.
        c.prepare_cached("UPDATE document SET scored_with = NULL WHERE source = ?")?.execute([&source.name])?;
    }
    c.prepare_cached(
        "INSERT INTO source (name, kind, place, audience) VALUES (?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, place = excluded.place, audience = excluded.audience
         WHERE (kind, place) <> (excluded.kind, excluded.place) OR audience IS NOT excluded.audience",
    )?
    .execute(params![source.name, source.kind.word(), place, audience])?;
    Ok(())
}

fn remember_visit(c: &Connection, source: &str, url: &str, visit: &Visit, now: i64) -> Outcome<()> {
    let (v, full): (&Validators, bool) = match visit {
        Visit::NotDue => return Ok(()),
        Visit::Failed { retry_at } => {
            c.prepare_cached(
                "INSERT INTO page (source, url, retry_at) VALUES (?, ?, ?)
                 ON CONFLICT DO UPDATE SET retry_at = excluded.retry_at",
            )?
            .execute(params![source, url, retry_at.map(Timestamp::as_second)])?;
            return Ok(());
        }
        Visit::Read(validators) => (validators, true),
        Visit::Unchanged(validators) => (validators, false),
    };
    // A page that is unchanged although its validators were not trusted was fetched in full.
    c.prepare_cached(
        "INSERT INTO page (source, url, etag, last_modified, body_hash, fetched) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
             body_hash = excluded.body_hash, retry_at = NULL,
             fetched = iif(?7 OR fetched IS NULL OR abs(?6 - fetched) >= ?8, ?6, fetched)",
    )?
    .execute(params![source, url, v.etag, v.last_modified, v.body_hash, now, full, TRUST_VALIDATORS])?;
    Ok(())
}

fn save_incident(c: &Connection, run: i64, source: &str, incident: &Incident) -> Outcome<()> {
    let source = if incident.source.is_empty() { source } else { &incident.source };
    c.prepare_cached("INSERT OR IGNORE INTO incident (run, source, url, code, message) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![run, source, incident.url, incident.code.word(), incident.message])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, batch, begun, document, dump, mention, one, source};
    use super::*;
    use crate::model::Code;

    #[test]
    fn a_full_disk_loses_nothing_that_was_saved_and_the_run_goes_on_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut store = Store::open(&path).unwrap();
        let run = store.begin_run("scan", "digest", at(0)).unwrap();
        one(&mut store, run, 0, document("kept", "s", "gardé"));
        let before = dump(&store);
        let limit = |store: &Store, pages: i64| {
            store.connection.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0)).unwrap()
        };
        limit(&store, 40);
        let large =
            (0..50).map(|i| (document(&i.to_string(), "s", &"x".repeat(9000)), vec![mention("Zéphyr")])).collect();
        let large = batch(&source("s"), large);
        for _ in 0..2 {
            let told = store.save(run, at(0), &large).unwrap_err();
            assert!(told.message.contains("no space") && told.hint.unwrap().contains("intact"));
            assert_eq!(dump(&store), before);
        }
        limit(&store, 1 << 30);
        assert_eq!(store.save(run, at(0), &large).unwrap().new_documents, 50);
        store.close_run(run, at(1)).unwrap();
        drop(store);
        assert_eq!(Store::open(&path).unwrap().totals().unwrap().new_mentions, 51);
    }

    #[test]
    fn a_run_that_dies_keeps_whole_pages_and_the_next_one_reports_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut store = Store::open(&path).unwrap();
        let run = store.begin_run("scan", "digest", at(0)).unwrap();
        one(&mut store, run, 0, document("x", "s", "Un texte"));
        // What a killed process leaves: the files as they are, read through another set of names.
        let copy = folder.path().join("b.db");
        for suffix in ["", "-wal"] {
            let name = |path: &std::path::Path| format!("{}{suffix}", path.display());
            std::fs::copy(name(&path), name(&copy)).unwrap();
        }
        let mut again = Store::open(&copy).unwrap();
        let run = again.begin_run("scan", "digest", at(0)).unwrap();
        one(&mut again, run, 0, document("x", "s", "Un texte"));
        one(&mut store, run - 1, 0, document("x", "s", "Un texte"));
        assert_eq!(dump(&again), dump(&store));
        assert_eq!(again.totals().unwrap().new_documents, 1);
        again.mark_reported(run).unwrap();
        assert_eq!(again.totals().unwrap().new_documents, 0);
    }

    #[test]
    fn an_incident_takes_its_pages_source_and_counts_once() {
        let (mut store, run) = begun();
        let incident =
            |url: &str| Incident { source: "".into(), url: url.into(), code: Code::Timeout, message: "lent".into() };
        let mut failed = batch(&source("s"), vec![]);
        failed.incidents = vec![incident("b"), incident("a"), incident("b")];
        for run in [run, store.begin_run("scan", "digest", at(0)).unwrap()] {
            store.save(run, at(0), &failed).unwrap();
        }
        let told = store.incidents().unwrap();
        assert_eq!(told, ["a", "b"].map(|url| Incident { source: "s".into(), ..incident(url) }));
        assert_eq!(store.health().unwrap()[0].last_incident, Some(("timeout".into(), "lent".into())));
    }
}
