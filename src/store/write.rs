//! Writing: runs, pages with their documents, scores.

use std::borrow::Borrow;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Outcome;
use super::{Shown, Store, alias, coverage, document, host, mention, page, standing};
use crate::error::Result;
use crate::model::{Batch, Code, Document, Incident, Mention, Role, Scored, Source, SourceKind, Step, Visit};
use crate::text::urls;

/// What one page of a [`Store::save`] did. Sums over a run depend on the order of pages; [`Store::totals`] do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saved {
    /// Documents never seen before, and the mentions in them.
    pub new_documents: u64,
    pub new_mentions: u64,
    /// Documents that an earlier run had seen.
    pub known: u64,
    /// Documents whose text or title changed since an earlier run.
    pub revised: u64,
    /// What the page showed of its source's news; nothing where it is no feed or list of them.
    pub shown: Shown,
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
    pub fn remember_sources<S: Borrow<Source>>(&mut self, sources: impl IntoIterator<Item = S>) -> Result<()> {
        self.transact(|tx| sources.into_iter().try_for_each(|source| standing::remember(tx, source.borrow())))
    }

    /// Saves pages in one transaction, each whole: its validators, documents, revisions, mentions, incidents, and what the
    /// frontier has to remember of it. `covers`: documents dated before were left out of the run.
    pub fn save(
        &mut self,
        run: i64,
        now: Timestamp,
        covers: Option<Timestamp>,
        batches: &[Batch],
    ) -> Result<Vec<Saved>> {
        let (now, covers, scorer) = (now.as_second(), covers.map(Timestamp::as_second), self.scorer);
        self.transact(|tx| batches.iter().map(|batch| save_page(tx, run, now, covers, scorer, batch)).collect())
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

fn save_page(
    c: &Connection,
    run: i64,
    now: i64,
    covers: Option<i64>,
    scorer: Option<i64>,
    batch: &Batch,
) -> Outcome<Saved> {
    let mut saved = Saved::default();
    standing::remember(c, &batch.source)?;
    let before = tells_news(batch) && was_read(c, run, batch, now, covers)?;
    let crowded = page::remember(c, run, now, covers, batch)?;
    if crowded > 0 {
        save_incident(c, run, &batch.source.name, &no_room(batch, crowded))?;
    }
    batch.trail.hosts.iter().try_for_each(|told| host::remember(c, now, told))?;
    if matches!(batch.visit, Visit::Read(_)) {
        learn(c, batch)?;
    }
    alias::note(c, batch)?;
    for scored in &batch.documents {
        match alias::resolve(c, &scored.document.id)? {
            None => document::save(c, run, now, scorer, scored, &mut saved)?,
            Some(id) => {
                let document = Document { id, ..scored.document.clone() };
                let scored = Scored { document, ..scored.clone() };
                document::save(c, run, now, scorer, &scored, &mut saved)?;
            }
        }
    }
    for incident in &batch.incidents {
        save_incident(c, run, &batch.source.name, incident)?;
    }
    let paged_list = batch.trail.role == Role::Seed && batch.kind.is_network();
    if tells_news(batch) || paged_list && matches!(batch.visit, Visit::Read(_)) {
        let shown = batch.documents.iter().filter(|scored| !scored.only_known).count();
        let known = saved.known as usize;
        saved.shown = Shown {
            known: known as u32,
            new: shown.saturating_sub(known) as u32,
            missed: tells_news(batch) && before && batch.left_out == 0 && shown > 0 && known == 0,
        };
        let between = coverage::note(c, now, batch, saved.shown.missed)?;
        if saved.shown.missed {
            save_incident(c, run, &batch.source.name, &missed(batch, between))?;
        }
    } else if batch.trail.role == Role::Seed && matches!(batch.visit, Visit::Read(_)) {
        let (links, new) = (batch.trail.links, batch.trail.new);
        saved.shown = Shown { known: links.saturating_sub(new), new, missed: false };
    }
    Ok(saved)
}

/// Whether a page shows the newest of its source, so that what it does not show any more can be missed: a feed that is
/// not paged through.
fn tells_news(batch: &Batch) -> bool {
    let paged = batch.trail.todo.iter().any(|todo| todo.request.step != Step::Link);
    let feed = batch.trail.role == Role::Feed
        || batch.trail.role == Role::Seed && (batch.kind == SourceKind::Feed || batch.kind.is_network());
    feed && !paged && matches!(batch.visit, Visit::Read(_))
}

fn was_read(c: &Connection, run: i64, batch: &Batch, now: i64, since: Option<i64>) -> Outcome<bool> {
    let this_run = c.prepare_cached("SELECT 1 FROM page WHERE source = ? AND url = ? AND run = ?")?.exists(params![
        batch.source.name,
        batch.asked,
        run
    ])?;
    let known = page::recall(c, &batch.source.name, &batch.asked, Some(now), since)?;
    Ok(!this_run && known.is_some_and(|known| known.read))
}

/// The incident of a page that leads to more than may wait.
fn no_room(batch: &Batch, pages: usize) -> Incident {
    Incident {
        source: batch.source.name.clone(),
        url: urls::shown(&batch.asked),
        code: Code::Partial,
        message: format!(
            "{pages} pages that it leads to are not noted: {} of the source wait already",
            super::todo::MAX_WAITING
        ),
    }
}

/// The incident of a feed that shows nothing that was known.
pub(super) fn missed(batch: &Batch, between: Option<(u64, u64)>) -> Incident {
    let count = between.map(|(low, high)| format!(" ({low} to {high}, by its pace)")).unwrap_or_default();
    Incident {
        source: batch.source.name.clone(),
        url: urls::shown(&batch.asked),
        code: Code::Missed,
        message: format!(
            "none of its {} items was known from the last visit: items between were probably missed{count}; read it more often",
            batch.documents.len()
        ),
    }
}

/// What a page that was read told of its source. What that is, its own address tells: a blog may lead to a forum.
fn learn(c: &Connection, batch: &Batch) -> Outcome<()> {
    let offset = batch.trail.offset.map(|offset| i64::from(offset.seconds()));
    let tells = batch.trail.own.is_none();
    c.prepare_cached(
        "UPDATE source SET found = iif(?4, ?2, ifnull(found, ?2)), zone_offset = ifnull(?3, zone_offset)
         WHERE name = ?1 AND (found IS NULL OR ?4 AND found <> ?2 OR zone_offset IS NOT ifnull(?3, zone_offset))",
    )?
    .execute(params![batch.source.name, batch.kind.word(), offset, tells])?;
    Ok(())
}

pub(super) fn save_incident(c: &Connection, run: i64, source: &str, incident: &Incident) -> Outcome<()> {
    let source = if incident.source.is_empty() { source } else { &incident.source };
    c.prepare_cached("INSERT OR IGNORE INTO incident (run, source, url, code, message) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![run, source, incident.url, incident.code.word(), incident.message])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, batch, begun, document, dump, health, mention, one, source};
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
            let told = store.save_one(run, at(0), &large).unwrap_err();
            assert!(told.message.contains("no space") && told.hint.unwrap().contains("intact"));
            assert_eq!(dump(&store), before);
        }
        limit(&store, 1 << 30);
        assert_eq!(store.save_one(run, at(0), &large).unwrap().new_documents, 50);
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
            store.save_one(run, at(0), &failed).unwrap();
        }
        let mut told = Vec::new();
        store
            .incidents(|incident| {
                told.push(incident);
                Ok(())
            })
            .unwrap();
        assert_eq!(told, ["a", "b"].map(|url| Incident { source: "s".into(), ..incident(url) }));
        assert_eq!(health(&store).last_incident, Some(("timeout".into(), "lent".into())));
    }
}
