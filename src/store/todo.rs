//! Pages that wait to be asked for: in this run, or where it ends before its time, in a later one.

use rusqlite::{Connection, params};

use super::fault::Outcome;
use super::row::{json, to_json, word};
use crate::model::{Request, Role, Step, Todo, Weight};

/// Runs in which a waiting page may fail before it is given up.
pub(super) const TRIES: i64 = 4;

/// Pages of one source that may wait; more are found again where they were found.
pub(super) const MAX_WAITING: i64 = 20_000;

/// Notes pages to ask for, unless this very run has had them: pages are not saved in the order in which they were found.
/// Returns how many found no room.
pub(super) fn wait(c: &Connection, run: i64, source: &str, todo: &[Todo]) -> Outcome<usize> {
    if todo.is_empty() {
        return Ok(0);
    }
    let waiting: i64 =
        c.prepare_cached("SELECT count(*) FROM todo WHERE source = ?")?.query_row([source], |row| row.get(0))?;
    let mut had = c.prepare_cached("SELECT 1 FROM page WHERE source = ? AND url = ? AND run = ?")?;
    let room = usize::try_from(MAX_WAITING - waiting).unwrap_or(0);
    for todo in todo.iter().take(room) {
        if stands(todo) || !had.exists(params![source, todo.request.url, run])? {
            insert(c, source, todo)?;
        }
    }
    Ok(todo.len().saturating_sub(room))
}

/// A page was had.
pub(super) fn had(c: &Connection, source: &str, url: &str) -> Outcome<()> {
    c.prepare_cached("DELETE FROM todo WHERE source = ? AND url = ? AND NOT stands")?.execute([source, url])?;
    Ok(())
}

/// A thread was read to its end, under that mark.
pub(super) fn had_under(c: &Connection, source: &str, url: &str, mark: Option<&String>) -> Outcome<()> {
    c.prepare_cached("DELETE FROM todo WHERE source = ? AND url = ? AND mark IS ? AND NOT stands")?
        .execute(params![source, url, mark])?;
    Ok(())
}

/// A page is not there. Where it leads to others, what leads to it is read anew: it may come back.
pub(super) fn give_up(c: &Connection, source: &str, todo: &Todo) -> Outcome<()> {
    let given_up = c
        .prepare_cached("DELETE FROM todo WHERE source = ? AND url = ? AND NOT stands")?
        .execute([source, &todo.request.url])?;
    let leads = matches!(todo.request.role, Role::Listing | Role::Sitemap | Role::Feed) && !todo.request.guess;
    if given_up > 0 && leads {
        super::page::forget(c, source)?;
    }
    Ok(())
}

/// A page was not had, and may be in a later run; returns in how many it was not. What may pass waits on, and so does a board:
/// the list above it need not change for it to open.
pub(super) fn try_again(c: &Connection, source: &str, todo: &Todo, weight: Weight) -> Outcome<i64> {
    insert(c, source, todo)?;
    c.prepare_cached("UPDATE todo SET tries = tries + 1 WHERE source = ? AND url = ? AND NOT stands")?
        .execute([source, &todo.request.url])?;
    let tries = c
        .prepare_cached("SELECT tries FROM todo WHERE source = ? AND url = ?")?
        .query_row([source, &todo.request.url], |row| row.get(0))?;
    let waits_on = match todo.request.role {
        Role::Board => true,
        Role::Article | Role::Page => weight != Weight::Hard,
        _ => false,
    };
    if tries >= TRIES && !waits_on {
        give_up(c, source, todo)?;
    }
    Ok(tries)
}

/// Whether a page is asked for in every run: what the front page of a site names as its feeds or sitemaps, for the front
/// page itself need not change with them.
fn stands(todo: &Todo) -> bool {
    let Todo { request, depth, head } = todo;
    matches!(request.role, Role::Feed | Role::Sitemap) && *depth == 1 && head.is_none() && !request.guess
}

fn insert(c: &Connection, source: &str, todo: &Todo) -> Outcome<()> {
    let Todo { request, depth, head } = todo;
    let told = (request.told != Default::default()).then(|| to_json(&request.told)).transpose()?;
    c.prepare_cached(
        "INSERT INTO todo (source, url, role, depth, head, mark, told, guess, stands) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET mark = excluded.mark, told = excluded.told",
    )?
    .execute(params![source, request.url, request.role.word(), depth, head, request.mark, told, request.guess, stands(todo)])?;
    Ok(())
}

/// Waiting pages, the oldest first, and those that are asked for in every run.
pub(super) fn left(c: &Connection, source: &str, limit: u64) -> Outcome<Vec<Todo>> {
    let mut select = c.prepare_cached(
        "SELECT url, role, depth, head, mark, told, guess FROM todo WHERE source = ? ORDER BY seq LIMIT ?",
    )?;
    let rows = select.query_map(params![source, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
        let head: Option<String> = row.get(3)?;
        let request = Request {
            url: row.get(0)?,
            role: word(row, 1, Role::from_word)?,
            step: if head.is_some() { Step::Next } else { Step::Link },
            mark: row.get(4)?,
            told: json(row, 5)?,
            guess: row.get(6)?,
            ..Request::default()
        };
        Ok(Todo { request, depth: row.get(2)?, head })
    })?;
    let mut left = rows.collect::<rusqlite::Result<Vec<Todo>>>()?;
    // As where they were found: what tells of dates, and a site's own feed, which tells of what the others lead to.
    for role in [Role::Times, Role::Feed] {
        if let Some(todo) = left.iter_mut().find(|todo| todo.request.role == role && todo.head.is_none()) {
            todo.request.first = true;
        }
    }
    Ok(left)
}
