//! ISO 8601, RFC 3339 and epochs, with the liberties that feeds take.

use jiff::{Timestamp, tz::Offset};

use super::{Clock, offset, stamp, words};
use crate::model::{Precision, Stamp};

/// A text that begins with a year of four digits or is a number.
pub fn parse(text: &str) -> Option<Stamp> {
    let mut at = Cursor(text.as_bytes());
    let leading = at.0.iter().take_while(|b| b.is_ascii_digit()).count();
    let (year, month, day) = match leading {
        4 => {
            let year = at.digits(4)?;
            let separator = at.one_of(b"-/")?;
            let month = at.digits_up_to(2)?;
            at.one_of(&[separator])?;
            (year, month, at.digits_up_to(2)?)
        }
        8 | 12 | 14 => (at.digits(4)?, at.digits(2)?, at.digits(2)?),
        9 | 10 | 13 => return epoch(text, leading),
        _ => return None,
    };
    if at.0.is_empty() {
        return stamp(year, month, day, None, None);
    }
    if leading <= 8 && at.one_of(b"Tt_").is_none() {
        at.one_of(b" ,")?;
        at.spaces();
    }
    if leading == 8 && !at.0.first()?.is_ascii_digit() {
        return None;
    }
    let clock = at.clock()?;
    at.spaces();
    let zone = at.zone()?;
    stamp(year, month, day, Some(clock), zone)
}

/// Seconds (9 or 10 digits, with a fraction perhaps) or milliseconds (13) since 1970.
fn epoch(text: &str, digits: usize) -> Option<Stamp> {
    let (whole, fraction) = text.split_at(digits);
    let fraction_is_number = fraction.strip_prefix('.').is_some_and(|f| f.bytes().all(|b| b.is_ascii_digit()));
    if !fraction.is_empty() && !fraction_is_number {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let seconds = if digits == 13 { number / 1000 } else { number };
    Timestamp::from_second(seconds).ok().map(Stamp::from)
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// Exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(count)?;
        let number = head.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))?;
        self.0 = rest;
        Some(number)
    }

    /// One digit or more, `most` at most, and no digit after them.
    fn digits_up_to(&mut self, most: usize) -> Option<i64> {
        let count = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        if count == 0 || count > most { None } else { self.digits(count) }
    }

    fn one_of(&mut self, accepted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        accepted.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn spaces(&mut self) {
        self.0 = self.0.trim_ascii_start();
    }

    /// `17`, `17:33`, `17:33:05.123`, `1733`, `173305`.
    fn clock(&mut self) -> Option<Clock> {
        let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let (hour, mut minute, mut second, mut precision);
        if digits == 4 || digits == 6 {
            (hour, minute, second, precision) = (self.digits(2)?, self.digits(2)?, 0, Precision::Minute);
            if digits == 6 {
                (second, precision) = (self.digits(2)?, Precision::Second);
            }
        } else {
            (hour, minute, second, precision) = (self.digits_up_to(2)?, 0, 0, Precision::Hour);
            if self.one_of(b":").is_some() {
                (minute, precision) = (self.digits(2)?, Precision::Minute);
                if self.one_of(b":").is_some() {
                    (second, precision) = (self.digits_up_to(2)?, Precision::Second);
                }
            }
        }
        if precision == Precision::Second && self.one_of(b".,").is_some() {
            let fraction = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
            self.0 = &self.0[fraction..];
        }
        Some(Clock { hour: hour as i8, minute: minute as i8, second: second as i8, precision })
    }

    /// What follows the time: nothing, `Z`, an offset, a zone's name; a name after an offset only repeats it.
    fn zone(&mut self) -> Option<Option<Offset>> {
        let Some(&first) = self.0.first() else { return Some(None) };
        let sign = match first {
            b'+' => 1,
            b'-' => -1,
            _ => {
                let name = std::str::from_utf8(self.0).ok()?.to_ascii_lowercase();
                return words::zone(&name).map(Some);
            }
        };
        self.0 = &self.0[1..];
        let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let hours = self.digits(if digits == 4 { 2 } else { digits.clamp(1, 2) })?;
        let minutes = match self.one_of(b":") {
            Some(_) => self.digits(2)?,
            None if digits == 4 => self.digits(2)?,
            None => 0,
        };
        let repeated = self.0.is_empty() || matches!(self.0[0], b' ' | b'[' | b'(');
        if repeated { offset(sign * hours, sign * minutes).map(Some) } else { None }
    }
}
