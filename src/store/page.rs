//! What is known of pages: how they were had, how far threads were read, and what was left out of them.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Outcome;
use super::row::time;
use super::todo;
use crate::model::port::Recalled;
use crate::model::{Batch, Failure, Role, Validators, Visit, Weight};

const DAY: i64 = 24 * 3600;

/// Seconds for which a page that was not had in several runs is not asked for again, at most.
const GONE: i64 = 7 * DAY;

/// After so many seconds a page is asked for in full again, whatever its validators say: some servers lie.
pub(super) const TRUST_VALIDATORS: i64 = 7 * 24 * 3600;

/// What is left out by either: of a thread's pages, some may have left out more than others.
macro_rules! both_cover {
    () => {
        "ifnull(max(covers, excluded.covers), ifnull(covers, excluded.covers))"
    };
}

/// Notes how a page was had, what continues it, and what it leads to; returns how many of the pages that it leads to found no
/// room. `covers`: what is dated before was left out.
pub(super) fn remember(c: &Connection, run: i64, now: i64, covers: Option<i64>, batch: &Batch) -> Outcome<usize> {
    let covers = covers.filter(|_| batch.left_out > 0 || batch.trail.left_out);
    if let Some(covers) = covers {
        taint(c, run, &batch.source.name, covers)?;
    }
    match &batch.visit {
        Visit::Later | Visit::NotDue | Visit::AtRest => return Ok(0),
        Visit::Failed(failure) => failed(c, run, now, batch, failure)?,
        Visit::Read(validators) => {
            had(c, run, now, covers, batch, validators, true)?;
            settled(c, run, batch, covers)?;
        }
        Visit::Unchanged(validators) => {
            had(c, run, now, covers, batch, validators, false)?;
            settled(c, run, batch, covers)?;
        }
    }
    let crowded = todo::wait(c, run, &batch.source.name, &batch.trail.todo)?;
    if crowded > 0 {
        // What found no room has to be found again.
        forget(c, &batch.source.name)?;
    }
    Ok(crowded)
}

/// What leads to other pages is to lead there again, although it does not change: it is read anew.
pub(super) fn forget(c: &Connection, source: &str) -> Outcome<()> {
    const SQL: &str = "UPDATE page SET etag = NULL, last_modified = NULL, body_hash = NULL WHERE source = ? AND leads";
    c.prepare_cached(SQL)?.execute([source])?;
    Ok(())
}

/// Something of the source was left out: whoever asks for it later has to find the way there again, so that the pages
/// that lead to others are not taken for known then.
fn taint(c: &Connection, run: i64, source: &str, covers: i64) -> Outcome<()> {
    let first = c
        .prepare_cached("UPDATE source SET covers = ?2, covers_run = ?3 WHERE name = ?1 AND covers_run IS NOT ?3")?
        .execute(params![source, covers, run])?;
    if first > 0 {
        c.prepare_cached("UPDATE page SET covers = max(ifnull(covers, ?2), ?2) WHERE source = ?1 AND leads")?
            .execute(params![source, covers])?;
    }
    Ok(())
}

fn had(
    c: &Connection,
    run: i64,
    now: i64,
    covers: Option<i64>,
    batch: &Batch,
    v: &Validators,
    full: bool,
) -> Outcome<()> {
    let source = &batch.source.name;
    let leads = !matches!(batch.trail.role, Role::Article | Role::Page | Role::Comments | Role::Topic | Role::Times);
    let tainted = || -> Outcome<Option<i64>> {
        const SQL: &str = "SELECT covers FROM source WHERE name = ? AND covers_run = ?";
        Ok(c.prepare_cached(SQL)?.query_row(params![source, run], |row| row.get(0)).optional()?.flatten())
    };
    let covers = if leads { covers.max(tainted()?) } else { covers };
    // A page that is unchanged although its validators were not trusted was fetched in full.
    c.prepare_cached(concat!(
        "INSERT INTO page (source, url, etag, last_modified, body_hash, fetched, run, covers, leads)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?9, ?10, ?11)
         ON CONFLICT DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
             body_hash = excluded.body_hash, retry_at = NULL, run = excluded.run, leads = excluded.leads,
             covers = CASE WHEN NOT ?7 AND fetched IS NOT NULL THEN covers WHEN run IS excluded.run THEN ",
        both_cover!(),
        " ELSE excluded.covers END,
             fetched = iif(?7 OR fetched IS NULL OR abs(?6 - fetched) >= ?8, ?6, fetched)"
    ))?
    .execute(params![
        source,
        batch.asked,
        v.etag,
        v.last_modified,
        v.body_hash,
        now,
        full,
        TRUST_VALIDATORS,
        run,
        covers,
        leads
    ])?;
    Ok(())
}

/// A page that was had waits no more; the chain it belongs to has come as far as it.
fn settled(c: &Connection, run: i64, batch: &Batch, covers: Option<i64>) -> Outcome<()> {
    let source = &batch.source.name;
    let own = batch.trail.own.as_ref();
    if let Some(own) = own {
        todo::had(c, source, &own.request.url)?;
    }
    let Some(head) = &batch.trail.head else { return Ok(()) };
    // Only its end tells how far it has come: pages are not saved in the order in which they were read.
    let mark = own.and_then(|own| own.request.mark.as_ref()).filter(|_| batch.trail.ended);
    let threads = matches!(batch.trail.role, Role::Topic | Role::Seed);
    let resume = (batch.trail.ended && threads).then_some(&batch.asked);
    if mark.is_none() && resume.is_none() && covers.is_none() {
        return Ok(());
    }
    c.prepare_cached(concat!(
        "INSERT INTO page (source, url, run, mark, resume, covers) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET mark = ifnull(excluded.mark, mark), resume = ifnull(excluded.resume, resume),
             run = excluded.run, covers = iif(?7 AND run IS NOT excluded.run, excluded.covers, ",
        both_cover!(),
        ")"
    ))?
    .execute(params![source, head, run, mark, resume, covers, batch.trail.afresh])?;
    if !batch.trail.ended {
        return Ok(());
    }
    // Whoever led to the thread again while it was being read led to nothing more.
    todo::had_under(c, source, head, mark)?;
    Ok(())
}

/// A page that was not had waits on, unless that is for good.
fn failed(c: &Connection, run: i64, now: i64, batch: &Batch, failure: &Failure) -> Outcome<()> {
    let source = &batch.source.name;
    c.prepare_cached(
        "INSERT INTO page (source, url, retry_at, run) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET retry_at = excluded.retry_at, run = excluded.run",
    )?
    .execute(params![source, batch.asked, failure.retry_at.map(Timestamp::as_second), run])?;
    let Some(own) = &batch.trail.own else { return Ok(()) };
    // What others lead to every night, and what others are not had without, is worth more tries than one.
    let amid = own.request.role == Role::Topic && own.head.is_some();
    let listed = matches!(own.request.role, Role::Article | Role::Page | Role::Board);
    if failure.weight == Weight::Hard && !amid && !listed {
        return todo::give_up(c, source, own);
    }
    let tries = todo::try_again(c, source, own, failure.weight)?;
    if tries >= todo::TRIES && listed && failure.retry_at.is_none() {
        // What may pass is asked for after a day, then two, then four.
        let rest = if failure.weight == Weight::Hard { GONE } else { GONE.min(DAY << (tries - todo::TRIES).min(3)) };
        c.prepare_cached("UPDATE page SET retry_at = ? WHERE source = ? AND url = ?")?.execute(params![
            now + rest,
            source,
            batch.asked
        ])?;
    }
    Ok(())
}

/// What is known of a page by a run of `now` that asks for documents from `since` on.
pub(super) fn recall(
    c: &Connection,
    source: &str,
    url: &str,
    now: Option<i64>,
    since: Option<i64>,
) -> Outcome<Option<Recalled>> {
    const SQL: &str = "SELECT etag, last_modified, body_hash, fetched, retry_at, covers, mark, resume FROM page
        WHERE source = ? AND url = ?";
    let recalled = c.prepare_cached(SQL)?.query_row([source, url], |row| {
        let (fetched, covers): (Option<i64>, Option<i64>) = (row.get(3)?, row.get(5)?);
        // What another period left out is not known.
        let covered = covers.is_none_or(|covers| since.is_some_and(|since| covers <= since));
        let fresh = now.zip(fetched).is_none_or(|(now, at)| (now - at).abs() < TRUST_VALIDATORS);
        let validators = Validators {
            etag: if covered && fresh { row.get(0)? } else { None },
            last_modified: if covered && fresh { row.get(1)? } else { None },
            body_hash: if covered { row.get(2)? } else { None },
        };
        Ok(Recalled {
            validators,
            retry_at: time(row, 4)?,
            read: covered && fetched.is_some(),
            mark: if covered { row.get(6)? } else { None },
            resume: if covered { row.get(7)? } else { None },
        })
    });
    Ok(recalled.optional()?)
}
