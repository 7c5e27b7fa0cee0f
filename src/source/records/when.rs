//! Dates as records show them: told from other short texts, whole or within a line, and in one order of day and month.

use std::sync::LazyLock;

use jiff::{Zoned, civil::DateTime, tz::TimeZone};

use crate::model::Stamp;
use crate::text::dates;

/// Bytes of a text that may be no more than a date.
pub const LONGEST: usize = 90;
/// Bytes of a line in which a date is looked for.
const LONGEST_LINE: usize = 200;

/// What looks like a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// `None` of one that counts from a day that is not known.
    pub stamp: Option<Stamp>,
    /// Day and month, or month and day, where it is all numbers: the text does not say which.
    pub numbers: Option<(i8, i8)>,
}

/// A reference of our own, by which relative dates are known as such on pages that have none.
static SOME_DAY: LazyLock<Option<Zoned>> =
    LazyLock::new(|| DateTime::constant(2030, 12, 31, 12, 0, 0, 0).to_zoned(TimeZone::UTC).ok());

/// A text that is a date and nothing else, but a label before it.
pub fn read(text: &str, clock: Option<&Zoned>) -> Option<Shown> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '·' | '|' | '•' | '-' | '–' | ','));
    if text.len() > LONGEST || !may_be(text) {
        return None;
    }
    whole(text, clock).or_else(|| {
        let label = text.rsplit('»').next().filter(|rest| rest.len() < text.len());
        let label = label.or_else(|| text.split_once(": ").map(|(_, rest)| rest));
        label.and_then(|rest| whole(rest.trim(), clock))
    })
}

fn whole(text: &str, clock: Option<&Zoned>) -> Option<Shown> {
    let text = text.strip_suffix(" her").map_or(std::borrow::Cow::Borrowed(text), |ago| format!("vor {ago}").into());
    let reference = clock.or(SOME_DAY.as_ref());
    let like = dates::parse(&text, reference)?;
    // A year of no calendar that forums keep is some other number.
    if !(1990..=2100).contains(&like.civil.year()) {
        return None;
    }
    let stamp = if clock.is_some() { Some(like) } else { dates::parse(&text, None) };
    Some(Shown { stamp, numbers: numbers(&text) })
}

/// The first date in a line, and where it lies.
pub fn find(line: &str, clock: Option<&Zoned>) -> Option<(Shown, usize, usize)> {
    if line.len() > LONGEST_LINE || !has_day(line) {
        return None;
    }
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for word in line.split(|c: char| c.is_whitespace()) {
        if !word.is_empty() {
            words.push((at, at + word.len()));
        }
        at += word.len() + line[at + word.len()..].chars().next().map_or(0, char::len_utf8);
    }
    let digit = |at: usize| words.get(at).is_some_and(|(from, to)| line[*from..*to].contains(|c: char| c.is_numeric()));
    let starts = (0..words.len()).filter(|at| digit(*at) || digit(at + 1) || digit(at + 2)).take(12);
    for first in starts.collect::<Vec<_>>() {
        for last in (first..words.len().min(first + 7)).rev().filter(|last| digit(*last) || digit(last.wrapping_sub(1)))
        {
            let (Some((from, _)), Some((_, to))) = (words.get(first), words.get(last)) else { continue };
            let piece =
                line[*from..*to].trim_matches(|c: char| matches!(c, '(' | ')' | ',' | '.' | ';' | '[' | ']' | '|'));
            if let Some(shown) = may_be(piece).then(|| whole(piece, clock)).flatten() {
                return Some((shown, *from, *to));
            }
        }
    }
    None
}

/// Whether a text has what every date has: most have not.
fn may_be(text: &str) -> bool {
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    if digits == 0 {
        const DAYS: [&str; 14] = [
            "yesterday",
            "today",
            "hier",
            "aujourd",
            "gestern",
            "heute",
            "ayer",
            "hoy",
            "now",
            "أمس",
            "اليوم",
            "ago",
            "il y a",
            "a moment",
        ];
        let lower = text.to_lowercase();
        return text.len() < 40 && DAYS.iter().any(|day| lower.starts_with(day) || lower.ends_with(day));
    }
    digits <= 20 && text.chars().any(|c| c.is_alphabetic() || matches!(c, '.' | '/' | '-'))
}

/// Whether a line has a year, or a day in numbers.
fn has_day(line: &str) -> bool {
    let bytes = line.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).any(|at| {
        let year = (bytes[at..].starts_with(b"19") || bytes[at..].starts_with(b"20")) && digit(at + 2) && digit(at + 3);
        let numbers = digit(at) && matches!(bytes.get(at + 1), Some(b'.' | b'/' | b'-')) && digit(at + 2);
        let clock = digit(at) && bytes.get(at + 1) == Some(&b':') && digit(at + 2) && digit(at + 3);
        year || numbers || clock
    })
}

/// The first two numbers of a date that is written as `04-06-2019` or `4/6/19`.
fn numbers(text: &str) -> Option<(i8, i8)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut parts = text[start..].splitn(3, ['/', '-', '.']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let short = |part: &str| (!part.is_empty() && part.len() <= 2).then(|| part.parse::<i8>().ok()).flatten();
    let year = third.bytes().take_while(u8::is_ascii_digit).count();
    matches!(year, 2 | 4).then(|| short(first).zip(short(second))).flatten()
}

/// Whether numbers in dates of one list stand month first. Said by a number that is no month; else by the order in which
/// the list comes, where the one order goes forth and back and the other does not.
pub fn month_first(shown: &[Shown]) -> bool {
    let numbers: Vec<(i8, i8)> = shown.iter().filter_map(|shown| shown.numbers).collect();
    if numbers.iter().any(|(first, _)| *first > 12) {
        return false;
    }
    if numbers.iter().any(|(_, second)| *second > 12) {
        return true;
    }
    let days = |swapped: bool| -> Vec<DateTime> {
        let stamps = shown.iter().filter(|shown| shown.numbers.is_some());
        stamps
            .filter_map(|shown| if swapped { swapped_day(*shown) } else { shown.stamp })
            .map(|stamp| stamp.civil)
            .collect()
    };
    let (plain, swapped) = (days(false), days(true));
    turns(&swapped) < turns(&plain)
}

/// How often a list changes its direction in time.
pub fn turns(days: &[DateTime]) -> usize {
    let mut last = std::cmp::Ordering::Equal;
    let mut turns = 0;
    for (a, b) in days.iter().zip(days.iter().skip(1)) {
        let order = a.cmp(b);
        if order != std::cmp::Ordering::Equal {
            turns += usize::from(last != std::cmp::Ordering::Equal && order != last);
            last = order;
        }
    }
    turns
}

/// The same date with day and month in the other order, where its numbers may be read so.
pub fn swapped_day(shown: Shown) -> Option<Stamp> {
    let mut stamp = shown.stamp?;
    let Some((first, second)) = shown.numbers else { return Some(stamp) };
    if (1..=12).contains(&first) && stamp.civil.month() == second && stamp.civil.day() == first {
        let swapped = stamp.civil.with().month(first).day(second).build();
        stamp.civil = swapped.unwrap_or(stamp.civil);
    }
    Some(stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Option<String> {
        read(text, None).and_then(|shown| shown.stamp).map(|stamp| stamp.written())
    }

    #[test]
    fn dates_are_told_from_other_short_texts() {
        assert_eq!(written("Verfasst am: 12.03.2026, 14:05").as_deref(), Some("2026-03-12T14:05:00"));
        assert_eq!(written("10-August-2011 20:18").as_deref(), Some("2011-08-10T20:18:00"));
        for text in ["12", "#3", "Beiträge: 2491", "v2.0.1", "Nadia 85", ""] {
            assert_eq!(read(text, None), None, "{text}");
        }
        let ago = read("il y a 2 jours", None);
        assert_eq!(ago.map(|shown| shown.stamp), Some(None), "a date, of an unknown day");
    }

    #[test]
    fn a_date_is_found_in_a_line() {
        let line = "Posté par Nadia le 3 mars 2026 à 10:12 dans Box";
        let (shown, from, to) = find(line, None).unwrap();
        assert_eq!(shown.stamp.unwrap().written(), "2026-03-03T10:12:00");
        assert!(line[from..to].contains("3 mars 2026"));
        assert_eq!(find("Le forfait 2025 est arrivé", None), None);
    }

    #[test]
    fn the_order_of_day_and_month_is_that_of_the_list() {
        let list = |texts: &[&str]| -> Vec<Shown> { texts.iter().filter_map(|text| read(text, None)).collect() };
        let american = list(&["04-06-2026, 06:55 AM", "04-07-2026, 12:52 AM", "04-19-2026, 01:00 AM"]);
        assert!(month_first(&american));
        assert_eq!(swapped_day(american[0]).unwrap().written(), "2026-04-06T06:55:00");
        assert!(month_first(&list(&["11/09/2026", "11/10/2026", "12/01/2026"])));
        assert!(!month_first(&list(&["06.04.2026", "07.04.2026", "19.04.2026"])));
    }
}
