//! What of a source was covered, and what probably was not: counts, silence, items that a feed lost between two visits.
//!
//! docs/sources.md gives the rules with worked examples.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Outcome;
use super::read::reported;
use crate::model::{Batch, Coverage};

const DAY: i64 = 24 * 3600;

/// Documents whose dates tell the pace of a source.
const PACE: i64 = 50;
/// Fewer dates tell nothing of it.
const LEAST: usize = 5;
/// A source is silent where nothing came for so many times its longest gap, and for so many seconds at least.
const SILENT: (i64, i64) = (3, 7 * DAY);
/// Runs whose refusals are counted are of so many seconds before the last.
const REFUSALS: i64 = 30 * DAY;

/// What coverage is told of.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Languages in which sentiment is scored.
    pub scored: Vec<&'static str>,
    pub period: Period,
}

/// The documents that [`Coverage::period_documents`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Period {
    #[default]
    None,
    /// Those that no report has shown yet.
    Unreported,
    /// Those published in a period, and those without a date.
    Published(Option<Timestamp>, Option<Timestamp>),
}

/// Documents of a source by what matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub documents: u64,
    pub undated: u64,
}

/// What was covered of the source `name`, last asked and last had at these times.
pub(super) fn coverage(
    c: &Connection,
    name: &str,
    last_attempt: Option<Timestamp>,
    last_success: Option<Timestamp>,
    view: &View,
) -> Outcome<(Counts, Coverage)> {
    let (mut counts, mut covered) = (Counts::default(), Coverage::default());
    let attempt = last_attempt.map(Timestamp::as_second);
    let (unreported, since, until) = match view.period {
        Period::None => (false, None, None),
        Period::Unreported => (true, None, None),
        Period::Published(since, until) => (false, since, until),
    };
    const COUNTS: &str = concat!(
        "SELECT language, count(*), sum(published IS NULL), ifnull(sum(first_seen >= ?2), 0),
            sum(iif(?3, run > ",
        reported!(),
        ", published IS NULL OR published >= ifnull(?4, published) AND published < ifnull(?5, published + 1)))
         FROM document WHERE source = ?1 GROUP BY language"
    );
    let mut select = c.prepare_cached(COUNTS)?;
    let (since, until) = (since.map(Timestamp::as_second), until.map(Timestamp::as_second));
    let mut rows = select.query(params![name, attempt, unreported, since, until])?;
    let mut in_period = 0;
    while let Some(row) = rows.next()? {
        let number = |i: usize| row.get::<_, i64>(i).map(|n| n.max(0) as u64);
        let documents = number(1)?;
        counts.documents += documents;
        counts.undated += number(2)?;
        covered.new_documents += number(3)?;
        in_period += number(4)?;
        if !view.scored.contains(&row.get::<_, String>(0)?.as_str()) {
            covered.unsupported += documents;
        }
    }
    covered.period_documents = (view.period != Period::None).then_some(in_period);
    for (code, pages) in [("robots", &mut covered.refused), ("reserved", &mut covered.reserved)] {
        const REFUSED: &str = "SELECT count(DISTINCT url) FROM incident WHERE source = ?1 AND code = ?2
            AND run >= ifnull((SELECT min(id) FROM run WHERE started >= ?3), 0)";
        let from = attempt.map(|at| at.saturating_sub(REFUSALS));
        *pages =
            c.prepare_cached(REFUSED)?.query_row(params![name, code, from], |row| row.get::<_, i64>(0))?.max(0) as u64;
    }
    let seen = last_success.map(Timestamp::as_second);
    let dates = dates(c, name, seen.unwrap_or(i64::MAX), i64::MAX)?;
    covered.newest = dates.first().and_then(|at| Timestamp::from_second(*at).ok());
    if dates.len() >= LEAST {
        let mut gaps: Vec<i64> = dates.windows(2).map(|two| two[0] - two[1]).collect();
        gaps.sort_unstable();
        covered.usual_gap = gaps.get(gaps.len() / 2).map(|gap| gap.unsigned_abs());
        let longest = gaps.last().copied().unwrap_or(0);
        let silence = seen.map(|seen| seen - dates[0]);
        covered.silent = silence.map(|silence| silence > (SILENT.0 * longest).max(SILENT.1));
    }
    let told = c
        .prepare_cached("SELECT feed_window, missed_low, missed_high FROM source WHERE name = ?")?
        .query_row([name], |row| Ok([row.get(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?]))
        .optional()?;
    let [window, low, high] = told.unwrap_or_default().map(|n| n.map(|n| n.max(0) as u64));
    (covered.feed_window, covered.missed_low, covered.missed_high) = (window, low, high);
    Ok((counts, covered))
}

/// The newest dates of a source's documents up to `until` that were first seen before `before`, newest first.
fn dates(c: &Connection, name: &str, until: i64, before: i64) -> Outcome<Vec<i64>> {
    const DATES: &str = "SELECT published FROM document WHERE source = ? AND published <= ? AND first_seen < ?
        ORDER BY published DESC LIMIT ?";
    let mut select = c.prepare_cached(DATES)?;
    let dates = select.query_map(params![name, until, before, PACE], |row| row.get(0))?;
    Ok(dates.collect::<rusqlite::Result<_>>()?)
}

/// Notes how far back a feed reaches, and where nothing of it was known how much stood between; gives back the estimate.
pub(super) fn note(c: &Connection, now: i64, batch: &Batch, missed: bool) -> Outcome<Option<(u64, u64)>> {
    let published = batch.documents.iter().filter_map(|scored| scored.document.published);
    let mut shown: Vec<i64> = published.map(Timestamp::as_second).collect();
    shown.sort_unstable();
    let name = &batch.source.name;
    // What was left out would have told how far it reaches.
    let oldest = shown.first().filter(|_| batch.left_out == 0);
    let window = oldest.map(|oldest| now.saturating_sub(*oldest).max(0));
    c.prepare_cached("UPDATE source SET feed_window = ifnull(?2, feed_window) WHERE name = ?1")?
        .execute(params![name, window])?;
    if !missed {
        return Ok(None);
    }
    let known = dates(c, name, now, now)?;
    let between = estimate(&shown, &known);
    c.prepare_cached("UPDATE source SET missed_at = ?2, missed_low = ?3, missed_high = ?4 WHERE name = ?1")?
        .execute(params![name, now, between.map(|(low, _)| low as i64), between.map(|(_, high)| high as i64)])?;
    Ok(between)
}

/// How many items stood between the newest that was known and the oldest that is shown, by the paces of both: the slower
/// pace less, the quicker more two standard deviations of a Poisson count. `None` where dates do not tell.
///
/// `shown` rises, `known` falls.
fn estimate(shown: &[i64], known: &[i64]) -> Option<(u64, u64)> {
    let gap = shown.first()? - known.first()?;
    let pace = |first: i64, last: i64, count: usize| {
        (count >= 3 && last > first).then(|| (count - 1) as f64 / (last - first) as f64)
    };
    let of_shown = pace(*shown.first()?, *shown.last()?, shown.len());
    let of_known = pace(*known.last()?, *known.first()?, known.len());
    let slow = [of_shown, of_known].into_iter().flatten().reduce(f64::min)?;
    let quick = [of_shown, of_known].into_iter().flatten().reduce(f64::max)?;
    if gap <= 0 {
        return None;
    }
    let (low, high) = (slow * gap as f64, quick * gap as f64);
    Some(((low - 2.0 * low.sqrt()).max(0.0).floor() as u64, (high + 2.0 * high.sqrt()).ceil() as u64))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, batch, begun, document, source};
    use super::super::{Shown, Store};
    use super::*;
    use crate::model::{Attempt, Code, Document, Incident, Role, Trail, Validators, Visit};

    const HOUR: i64 = 3600;

    /// A visit of the feed at that hour, which shows items dated at these hours.
    fn visit(store: &mut Store, hour: i64, items: impl IntoIterator<Item = i64>) -> bool {
        let now = at(hour * HOUR);
        let run = store.begin_run("scan", "digest", now).unwrap();
        let dated = |hour: i64| Document {
            published: Some(at(hour * HOUR)),
            first_seen: Some(now),
            language: String::from(if hour % 2 == 0 { "fr" } else { "es" }),
            ..document(&format!("item {hour}"), "s", "Un texte.")
        };
        let mut page = batch(&source("s"), items.into_iter().map(|hour| (dated(hour), vec![])).collect());
        page.visit = Visit::Read(Validators::default());
        page.trail = Trail { role: Role::Feed, ended: true, ..Trail::default() };
        let saved = store.save_one(run, now, &page).unwrap();
        store.finish_sources([(source("s"), Attempt::Read, Shown::default())], now).unwrap();
        store.close_run(run, now).unwrap();
        saved.shown.missed
    }

    fn told(store: &Store, period: Period) -> (Counts, Coverage) {
        let mut all = Vec::new();
        let view = View { scored: vec!["fr"], period };
        store
            .health(&view, |health| {
                all.push((Counts { documents: health.documents, undated: health.undated }, health.coverage));
                Ok(())
            })
            .unwrap();
        all.remove(0)
    }

    #[test]
    fn a_feed_that_shows_nothing_known_has_lost_as_many_as_its_pace_says() {
        let (mut store, _) = begun();
        // One item an hour, ten shown, read every eight hours and then after two days.
        assert!(!visit(&mut store, 10, 1..=10));
        assert!(!visit(&mut store, 18, 9..=18));
        let (_, before) = told(&store, Period::None);
        assert_eq!((before.missed_low, before.missed_high), (None, None));
        assert_eq!(before.feed_window, Some(9 * HOUR as u64), "the oldest item is of nine hours before");
        assert!(visit(&mut store, 66, 57..=66));
        let (_, after) = told(&store, Period::None);
        // Between 18:00 and 57:00 stood 38 items, which nobody knows.
        let (low, high) = (after.missed_low.unwrap(), after.missed_high.unwrap());
        assert!((20..=38).contains(&low) && (38..=55).contains(&high), "{low} to {high}");
        assert!(!visit(&mut store, 70, 61..=70));
        assert_eq!(told(&store, Period::None).1.missed_high, Some(high), "what was missed once is missed");
    }

    #[test]
    fn no_number_is_made_up_where_dates_do_not_tell() {
        assert_eq!(estimate(&[], &[5]), None);
        assert_eq!(estimate(&[10, 20], &[5, 1]), None, "no pace");
        assert_eq!(estimate(&[10, 20, 30], &[15, 10, 5]), None, "no gap");
        assert_eq!(estimate(&[100, 100, 100], &[50, 50, 50]), None, "all of one moment");
        let (low, high) = estimate(&[1_000, 1_010, 1_020], &[500]).unwrap();
        assert!(low < 50 && high > 50, "{low} {high}");
    }

    #[test]
    fn a_source_is_silent_when_nothing_came_for_far_longer_than_ever() {
        let (mut store, _) = begun();
        visit(&mut store, 24 * 20, (1..=20).map(|day| day * 24));
        assert_eq!(told(&store, Period::None).1.silent, Some(false));
        assert_eq!(told(&store, Period::None).1.usual_gap, Some(DAY as u64));
        visit(&mut store, 24 * 26, (1..=20).map(|day| day * 24));
        assert_eq!(told(&store, Period::None).1.silent, Some(false), "six days may be a holiday");
        visit(&mut store, 24 * 28, (1..=20).map(|day| day * 24));
        let (_, covered) = told(&store, Period::None);
        assert_eq!((covered.silent, covered.newest), (Some(true), Some(at(480 * HOUR))));
        visit(&mut store, 24 * 29, [24 * 29]);
        assert_eq!(told(&store, Period::None).1.silent, Some(false), "it speaks again");
        let (mut store, _) = begun();
        visit(&mut store, 1, [1]);
        visit(&mut store, 24 * 400, [1]);
        assert_eq!(told(&store, Period::None).1.silent, None, "one item tells no pace");
    }

    #[test]
    fn documents_are_counted_by_visit_period_and_language() {
        let (mut store, _) = begun();
        visit(&mut store, 10, 1..=10);
        store.mark_reported(i64::MAX).unwrap();
        visit(&mut store, 18, 9..=14);
        let run = store.begin_run("scan", "digest", at(18 * HOUR)).unwrap();
        let undated = Document { first_seen: Some(at(18 * HOUR)), ..document("u", "s", "Sans date.") };
        store.save_one(run, at(18 * HOUR), &batch(&source("s"), vec![(undated, vec![])])).unwrap();
        let (counts, covered) = told(&store, Period::Unreported);
        assert_eq!((counts.documents, counts.undated), (15, 1));
        assert_eq!((covered.new_documents, covered.period_documents), (5, Some(5)));
        assert_eq!(covered.unsupported, 8, "seven in Spanish, one of which nothing is known");
        let in_period = |since: i64, until: i64| {
            told(&store, Period::Published(Some(at(since * HOUR)), Some(at(until * HOUR)))).1.period_documents
        };
        assert_eq!(in_period(3, 6), Some(3 + 1), "the undated one with every period");
        assert_eq!(told(&store, Period::Published(None, None)).1.period_documents, Some(15));
        assert_eq!(told(&store, Period::None).1.period_documents, None);
    }

    #[test]
    fn refused_pages_count_once_and_for_a_month() {
        let (mut store, _) = begun();
        let mut refuse = |day: i64, urls: &[&str]| {
            let now = at(day * DAY);
            let run = store.begin_run("scan", "digest", now).unwrap();
            let mut page = batch(&source("s"), vec![]);
            page.incidents = urls
                .iter()
                .flat_map(|url| [Code::Robots, Code::Reserved].map(|code| (url, code)))
                .map(|(url, code)| Incident { source: "s".into(), url: (*url).into(), code, message: String::new() })
                .collect();
            store.save_one(run, now, &page).unwrap();
            store.finish_sources([(source("s"), Attempt::Read, Shown::default())], now).unwrap();
            let (_, covered) = told(&store, Period::None);
            (covered.refused, covered.reserved)
        };
        assert_eq!(refuse(0, &["a", "b"]), (2, 2));
        assert_eq!(refuse(1, &["b"]), (2, 2));
        assert_eq!(refuse(31, &["c"]), (2, 2), "a was long ago");
    }

    #[test]
    fn what_is_counted_is_read_from_the_index_alone() {
        let (store, _) = begun();
        let sql =
            "EXPLAIN QUERY PLAN SELECT language, count(*), sum(published IS NULL), sum(first_seen >= 1), sum(run > 1)
            FROM document WHERE source = 'x' GROUP BY language";
        let mut explain = store.connection.prepare(sql).unwrap();
        let plan: Vec<String> = explain.query_map([], |row| row.get(3)).unwrap().map(|step| step.unwrap()).collect();
        assert!(plan[0].contains("USING COVERING INDEX document_source"), "{plan:?}");
    }
}
