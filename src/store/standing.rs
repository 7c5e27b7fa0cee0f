//! How sources stand: failures and their weight, rest after too many of them, the pace of their news, deaths of runs.
//!
//! docs/sources.md gives the rules with worked examples.

use std::borrow::Borrow;
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::fault::Outcome;
use super::held::{Held, left_behind};
use super::row::{time, whole};
use crate::error::Result;
use crate::model::port::Standing;
use crate::model::{Attempt, Code, Exemption, Incident, Place, Source, SourceKind, Weight};
use crate::text::urls;

const HOUR: i64 = 3600;

/// The weight of failures from which a source rests before it is asked again.
const RESTS_FROM: f64 = 3.0;
/// The first rest, which doubles with each further weight of 1, and the longest.
const FIRST_REST: f64 = 12.0 * HOUR as f64;
const LONGEST_REST: f64 = 7.0 * 24.0 * HOUR as f64;

/// The bounds of a source's interval, and what a new one starts with.
const INTERVAL: (i64, i64, i64) = (HOUR / 4, HOUR, 24 * HOUR);

/// Runs in a row that died with a source under way, after which it is set aside.
const DEATHS: i64 = 2;

/// Known and new documents of a source's feeds and lists, in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    pub known: u32,
    pub new: u32,
    /// A page that was read before showed nothing that was known.
    pub missed: bool,
}

impl Shown {
    /// Both together.
    pub fn add(&mut self, other: Shown) {
        self.known = self.known.saturating_add(other.known);
        self.new = self.new.saturating_add(other.new);
        self.missed |= other.missed;
    }
}

impl Weight {
    /// What a failure of this weight counts.
    fn value(self) -> f64 {
        match self {
            Weight::Temporary => 0.25,
            Weight::Soft => 0.5,
            Weight::Hard => 1.0,
        }
    }
}

impl Store {
    /// Notes how sources did in the run of `now`. Told again for the same `now`, the last word counts.
    pub fn finish_sources<S: Borrow<Source>>(
        &mut self,
        outcomes: impl IntoIterator<Item = (S, Attempt, Shown)>,
        now: Timestamp,
    ) -> Result<()> {
        let now = now.as_second();
        self.transact(|tx| {
            outcomes.into_iter().try_for_each(|(source, how, shown)| finish(tx, source.borrow(), how, shown, now))
        })
    }

    /// Those of `sources` that were under way when two runs in a row died: they are read after everything else is safe.
    /// Counts what the last run left behind, so that it is called once a run.
    pub fn set_aside<S: Borrow<Source>>(&mut self, sources: impl IntoIterator<Item = S>) -> Result<Vec<String>> {
        let died = left_behind(&self.path);
        let aside = self.transact(|tx| {
            let known: Vec<(String, i64)> = tx
                .prepare("SELECT name, deaths FROM source WHERE deaths > 0")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let mut set = tx.prepare("UPDATE source SET deaths = ? WHERE name = ?")?;
            for (name, _) in known.iter().filter(|(name, _)| !died.contains(name)) {
                set.execute(params![0, name])?;
            }
            let mut aside = Vec::new();
            for source in sources {
                let source = source.borrow();
                if !died.contains(&source.name) {
                    continue;
                }
                // Nothing of it may ever have been saved.
                remember(tx, source)?;
                let name = &source.name;
                let before = known.iter().find(|(known, _)| known == name).map_or(0, |(_, deaths)| *deaths);
                set.execute(params![before + 1, name])?;
                if before + 1 >= DEATHS {
                    aside.push(name.clone());
                }
            }
            Ok(aside)
        })?;
        self.held = Held::open(&self.path);
        Ok(aside)
    }

    /// Heeds what was changed in the configuration of sources: their pages are read anew.
    pub fn heed<S: Borrow<Source>>(&mut self, sources: impl IntoIterator<Item = S>) -> Result<()> {
        self.transact(|tx| {
            let mut changed =
                tx.prepare("SELECT 1 FROM source WHERE name = ? AND (kind <> ? OR exempt IS NOT ? OR place <> ?)")?;
            for source in sources {
                let source = source.borrow();
                let exempt = source.exempt.as_deref().map(exempt);
                if changed.exists(params![source.name, source.kind.word(), exempt, place(source)])? {
                    tx.prepare_cached(
                        "UPDATE page SET etag = NULL, last_modified = NULL, body_hash = NULL, mark = NULL, resume = NULL
                         WHERE source = ?",
                    )?
                    .execute([&source.name])?;
                    tx.prepare_cached("DELETE FROM todo WHERE source = ?")?.execute([&source.name])?;
                    tx.prepare_cached("UPDATE source SET found = NULL, zone_offset = NULL WHERE name = ?")?
                        .execute([&source.name])?;
                    remember(tx, source)?;
                }
            }
            Ok(())
        })
    }

    /// Notes in a run that sources are set aside.
    pub fn tell_aside(&mut self, run: i64, sources: &[String]) -> Result<Vec<Incident>> {
        let told: Vec<Incident> = sources
            .iter()
            .map(|source| Incident {
                source: source.clone(),
                url: String::new(),
                code: Code::SetAside,
                message: format!(
                    "it was under way when {DEATHS} runs in a row died; it is read after all others, once they are safe"
                ),
            })
            .collect();
        self.transact(|tx| {
            told.iter().try_for_each(|incident| super::write::save_incident(tx, run, &incident.source, incident))
        })?;
        Ok(told)
    }
}

/// Notes what is configured of a source.
pub(super) fn remember(c: &Connection, source: &Source) -> Outcome<()> {
    let place = place(source);
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
        "INSERT INTO source (name, kind, place, audience, exempt) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, place = excluded.place, audience = excluded.audience,
             exempt = excluded.exempt
         WHERE (kind, place) <> (excluded.kind, excluded.place) OR audience IS NOT excluded.audience
             OR exempt IS NOT excluded.exempt",
    )?
    .execute(params![source.name, source.kind.word(), place, audience, source.exempt.as_deref().map(exempt)])?;
    Ok(())
}

/// Where a source is, as it may be shown: no password of an address comes here.
fn place(source: &Source) -> Cow<'_, str> {
    match &source.place {
        Place::Url(url) => urls::shown(url).into(),
        Place::Path(path) => path.to_string_lossy(),
    }
}

fn exempt(exemption: &Exemption) -> String {
    let parts = [("robots", exemption.robots), ("reservations", exemption.reservations)];
    let parts: Vec<&str> = parts.iter().filter(|(_, is)| *is).map(|(word, _)| *word).collect();
    format!("{}: {}", parts.join(", "), exemption.reason)
}

fn finish(c: &Connection, source: &Source, how: Attempt, shown: Shown, now: i64) -> Outcome<()> {
    remember(c, source)?;
    let name = &source.name;
    if how == Attempt::Passed {
        // Its day is told apart; its failures are not counted.
        c.prepare_cached("INSERT OR IGNORE INTO failure (at, source) VALUES (?, ?)")?.execute(params![now, name])?;
        return Ok(());
    }
    let (before, weight_before, interval, again): (i64, f64, Option<i64>, bool) = c
        .prepare_cached(
            "SELECT iif(last_attempt IS ?2, failures_before, failures), iif(last_attempt IS ?2, weight_before, weight),
                interval, last_attempt IS ?2 AND last_success IS ?2 FROM source WHERE name = ?1",
        )?
        .query_row(params![name, now], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let (failures, weight) = match how {
        Attempt::Failed(weight) => (before + 1, weight_before + weight.value()),
        _ => (0, 0.0),
    };
    let rest = rest(weight, name).map(|seconds| now.saturating_add(seconds));
    let ok = how == Attempt::Read;
    c.prepare_cached(
        "UPDATE source SET failures_before = ?3, failures = ?4, weight_before = ?5, weight = ?6, rests_until = ?7,
            last_success = iif(?8, ?2, last_success), last_attempt = ?2 WHERE name = ?1",
    )?
    .execute(params![name, now, before, failures, weight_before, weight, rest, ok])?;
    let failed = if ok {
        "DELETE FROM failure WHERE at = ?1 AND source = ?2"
    } else {
        "INSERT OR IGNORE INTO failure (at, source) VALUES (?1, ?2)"
    };
    c.prepare_cached(failed)?.execute(params![now, name])?;
    // What a run of the same time showed is known to its repetition: that tells nothing of the source.
    if ok && !again {
        let all = u64::from(shown.known) + u64::from(shown.new);
        let share = if all == 0 { None } else { Some(f64::from(shown.known) / all as f64) };
        c.prepare_cached(
            "UPDATE source SET interval = ?2, known_share = ifnull(?3, known_share), missed_at = iif(?4, ?5, missed_at)
             WHERE name = ?1",
        )?
        .execute(params![name, tuned(interval, share), share, shown.missed, now])?;
    }
    Ok(())
}

/// Seconds that a source rests after failures of that weight: half a day at first, doubled with each further weight of
/// 1, a week at most; up to a tenth more, the same for one source and weight, so that rests do not end in step.
fn rest(weight: f64, name: &str) -> Option<i64> {
    if weight < RESTS_FROM {
        return None;
    }
    let rest = (FIRST_REST * 2f64.powf((weight - RESTS_FROM).min(40.0))).min(LONGEST_REST);
    let mut hasher = DefaultHasher::new();
    (name, weight.to_bits()).hash(&mut hasher);
    let jitter = (hasher.finish() % 1000) as f64 / 10_000.0;
    Some((rest * (1.0 + jitter)) as i64)
}

/// The next interval, by the share of what was shown that was known before; nothing shown means that nothing changed.
fn tuned(interval: Option<i64>, known_share: Option<f64>) -> i64 {
    let (least, first, most) = INTERVAL;
    let Some(interval) = interval else { return first };
    let factor = match known_share.unwrap_or(1.0) {
        0.0 => 0.25,
        share if share < 0.5 => 1.0 / 1.5,
        share if share < 0.9 => 1.0,
        _ => 1.5,
    };
    ((interval as f64 * factor) as i64).clamp(least, most)
}

/// How a source stands at `now`; with `due`, one whose interval has not passed rests too.
pub(super) fn standing(c: &Connection, name: &str, now: i64, due: bool) -> Outcome<Standing> {
    const SQL: &str =
        "SELECT rests_until, last_success, interval, last_attempt, zone_offset, found FROM source WHERE name = ?";
    let found = c.prepare_cached(SQL)?.query_row([name], |row| {
        let (success, interval): (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
        // A tenth is given away, so that a cron of the same period is not always a minute early.
        let next = success.zip(interval).map(|(at, interval)| at + interval - interval / 10);
        // A time further off than any that is stored comes from a clock that was wrong.
        let soon = |next: &i64| (now + 1..=now.saturating_add(INTERVAL.2)).contains(next);
        let early = next.filter(|next| due && soon(next)).and_then(|next| Timestamp::from_second(next).ok());
        let rests: Option<Timestamp> = time(row, 0)?;
        let longest = now.saturating_add((LONGEST_REST * 1.1) as i64);
        let rests = rests.filter(|at| (now + 1..=longest).contains(&at.as_second()));
        let offset: Option<i32> = row.get(4)?;
        Ok(Standing {
            rests_until: rests.or(early),
            failing: rests.is_some(),
            offset: offset.and_then(|seconds| jiff::tz::Offset::from_seconds(seconds).ok()),
            found: row.get::<_, Option<String>>(5)?.and_then(|word| SourceKind::from_word(&word)),
            last_attempt: time(row, 3)?,
        })
    });
    Ok(found.optional()?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::Scope;
    use super::super::samples::{at, batch, begun, document, health, source};
    use super::*;

    const DAY: i64 = 24 * HOUR;

    fn finish(store: &mut Store, now: i64, how: Attempt) {
        store.finish_sources([(source("s"), how, Shown::default())], at(now)).unwrap();
    }

    #[test]
    fn failures_add_up_by_weight_and_a_success_forgets_them() {
        let (mut store, _) = begun();
        for (day, weight, sum) in [(0, Weight::Hard, 1.0), (1, Weight::Soft, 1.5), (2, Weight::Temporary, 1.75)] {
            finish(&mut store, day * DAY, Attempt::Failed(weight));
            finish(&mut store, day * DAY, Attempt::Failed(weight));
            let told = health(&store);
            assert_eq!((told.failures, told.weight), (day as u64 + 1, sum), "the same run told twice counts once");
            assert_eq!(told.rests_until, None);
        }
        finish(&mut store, 3 * DAY, Attempt::Read);
        let told = health(&store);
        assert_eq!((told.failures, told.weight, told.last_success), (0, 0.0, Some(at(3 * DAY))));
    }

    #[test]
    fn a_source_that_fails_on_rests_longer_and_longer_but_never_for_ever() {
        let (mut store, _) = begun();
        let (mut now, mut rests) = (0, Vec::new());
        for _ in 0..30 {
            finish(&mut store, now, Attempt::Failed(Weight::Hard));
            if let Some(until) = health(&store).rests_until {
                rests.push(until.as_second() - at(now).as_second());
                now = until.as_second() - at(0).as_second();
            }
            now += 1;
        }
        assert!((12 * HOUR..14 * HOUR).contains(&rests[0]), "{rests:?}");
        assert!((24 * HOUR..27 * HOUR).contains(&rests[1]), "{rests:?}");
        assert!(rests.iter().all(|rest| *rest <= 7 * DAY * 11 / 10), "{rests:?}");
        assert!(rests[20] >= 7 * DAY);
    }

    #[test]
    fn a_rest_is_kept_and_a_clock_that_jumped_starves_nobody() {
        let (mut store, _) = begun();
        for run in 0..3 {
            finish(&mut store, run, Attempt::Failed(Weight::Hard));
        }
        let c = &store.connection;
        let stand = |now: i64| standing(c, "s", at(now).as_second(), false).unwrap();
        assert!(stand(HOUR).rests_until.is_some() && stand(HOUR).failing);
        let free = |now: i64| stand(now).rests_until.is_none() && !stand(now).failing;
        assert!(free(15 * HOUR));
        assert!(free(-400 * DAY), "fault 39: no rest is longer than a week");
        assert_eq!(standing(c, "unknown", 0, true).unwrap(), Standing::default());
    }

    #[test]
    fn the_interval_follows_the_share_of_what_was_known() {
        for (interval, share, next) in [
            (None, Some(0.0), HOUR),
            (Some(HOUR), Some(0.0), HOUR / 4),
            (Some(9 * HOUR), Some(0.2), 6 * HOUR),
            (Some(4 * HOUR), Some(0.7), 4 * HOUR),
            (Some(4 * HOUR), Some(0.95), 6 * HOUR),
            (Some(4 * HOUR), None, 6 * HOUR),
            (Some(20 * HOUR), Some(1.0), 24 * HOUR),
        ] {
            assert_eq!(tuned(interval, share), next, "{interval:?} {share:?}");
        }
    }

    #[test]
    fn due_is_whose_interval_has_passed() {
        let (mut store, _) = begun();
        finish(&mut store, 0, Attempt::Read);
        let stand = |now: i64, due| standing(&store.connection, "s", at(now).as_second(), due).unwrap().rests_until;
        assert_eq!(stand(HOUR / 2, false), None);
        assert!(stand(HOUR / 2, true).is_some());
        assert_eq!(stand(HOUR - 300, true), None, "a tenth early is on time");
    }

    #[test]
    fn a_source_under_way_in_two_deaths_is_set_aside_and_a_clean_run_forgets_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let dies = |source_name: &str| {
            let mut store = Store::open(&path).unwrap();
            let aside = store.set_aside(["s", "other"].map(source)).unwrap();
            let run = store.begin_run("scan", "d", at(0)).unwrap();
            let told = store.tell_aside(run, &aside).unwrap();
            assert_eq!(told.len(), aside.len());
            store.save_one(run, at(0), &batch(&source("s"), vec![(document("x", "s", "un"), vec![])])).unwrap();
            let hold = store.reader(Scope::default()).unwrap();
            // Never let go, as if the process had died.
            std::mem::forget(crate::model::port::Memory::hold(&hold, source_name, "u"));
            aside
        };
        assert_eq!(dies("s"), Vec::<String>::new());
        assert_eq!(dies("s"), Vec::<String>::new());
        assert_eq!(dies("gone"), ["s"]);
        assert_eq!(dies("other"), Vec::<String>::new(), "in a row");
        assert_eq!(dies("other"), Vec::<String>::new());
        assert_eq!(dies("s"), ["other"], "of which nothing was ever read");
    }
}
