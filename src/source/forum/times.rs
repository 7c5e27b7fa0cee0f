//! The offset of a site's dates, learned by holding the times that its pages show against those that its feed gives in UTC.

use std::collections::HashMap;

use jiff::{Timestamp, civil::DateTime, tz::Offset};

use crate::model::Entry;

/// Offsets are whole quarters of an hour.
const QUARTER: i64 = 15 * 60;
/// No place is farther from UTC, in seconds.
const FARTHEST: i64 = 14 * 3600;
/// Times of each side that are held against each other.
const MOST: usize = 200;

/// The offset that makes most of `shown` a time of the feed: of two at least, or of the only one, and of more than any
/// other offset does.
pub fn learned(shown: &[DateTime], feed: &[Entry]) -> Option<Offset> {
    let stated =
        |entry: &Entry| [entry.published, entry.updated].into_iter().flatten().find(|stamp| stamp.offset.is_some());
    let instants = feed.iter().filter_map(stated).filter_map(|stamp| stamp.instant(&jiff::tz::TimeZone::UTC));
    let mut instants: Vec<i64> = instants.map(Timestamp::as_second).collect();
    instants.sort_unstable();
    instants.dedup();
    let mut local: Vec<i64> =
        shown.iter().filter_map(|at| Offset::UTC.to_timestamp(*at).ok()).map(|at| at.as_second()).collect();
    local.sort_unstable();
    local.dedup();
    // Pages that show no seconds cut them off.
    let slack = if local.iter().all(|at| at % 60 == 0) { 59 } else { 0 };
    let mut votes: HashMap<i64, usize> = HashMap::new();
    for at in local.iter().take(MOST) {
        for instant in instants.iter().take(MOST) {
            let apart = at + slack - instant;
            if apart.abs() <= FARTHEST + slack && apart.rem_euclid(QUARTER) <= slack {
                *votes.entry(apart - apart.rem_euclid(QUARTER)).or_default() += 1;
            }
        }
    }
    let (best, most) = votes.iter().map(|(offset, votes)| (*offset, *votes)).max_by_key(|(_, votes)| *votes)?;
    let rival = votes.iter().filter(|(offset, _)| **offset != best).map(|(_, votes)| *votes).max().unwrap_or(0);
    // One time of each side may agree by chance, unless there were no others to agree.
    let only = local.len().min(instants.len()) == 1 && rival == 0;
    let enough = if slack > 0 { most >= 3 && most >= 2 * rival } else { most >= 2 || only };
    (enough && most > rival).then(|| Offset::from_seconds(i32::try_from(best).ok()?).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::Stamp;

    fn feed(times: &[&str]) -> Vec<Entry> {
        let entry = |time: &&str| Entry {
            published: Some(Stamp::from(time.parse::<Timestamp>().unwrap())),
            ..Entry::default()
        };
        times.iter().map(entry).collect()
    }

    #[test]
    fn the_offset_is_what_makes_page_and_feed_agree() {
        let shown = [
            date(2026, 11, 22).at(10, 31, 0, 0),
            date(2026, 11, 14).at(15, 54, 48, 0),
            date(2026, 11, 22).at(10, 27, 0, 0),
        ];
        let times = ["2026-11-22T09:31:00Z", "2026-11-22T09:27:00Z", "2026-11-14T14:54:48Z", "2026-11-13T08:00:01Z"];
        assert_eq!(learned(&shown, &feed(&times)).map(|offset| offset.seconds()), Some(3600));
        assert_eq!(learned(&shown, &feed(&times[3..])), None);
        assert_eq!(learned(&[], &feed(&times)), None);
        assert_eq!(learned(&shown, &[]), None);
    }

    #[test]
    fn pages_without_seconds_need_more_to_go_by() {
        let times = ["2026-11-22T09:31:40Z", "2026-11-21T09:27:10Z", "2026-11-14T14:54:48Z"];
        let minutes = [
            date(2026, 11, 22).at(4, 31, 0, 0),
            date(2026, 11, 21).at(4, 27, 0, 0),
            date(2026, 11, 14).at(9, 54, 0, 0),
        ];
        assert_eq!(learned(&minutes, &feed(&times)).map(|offset| offset.seconds()), Some(-5 * 3600));
        assert_eq!(learned(&minutes[..2], &feed(&times)), None);
    }

    #[test]
    fn two_offsets_that_fit_alike_are_none() {
        let times = ["2026-11-22T09:31:07Z", "2026-11-22T11:31:07Z"];
        assert_eq!(learned(&[date(2026, 11, 22).at(10, 31, 7, 0)], &feed(&times)), None);
    }
}
