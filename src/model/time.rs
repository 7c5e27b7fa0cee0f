//! Points in time as pages write them: with or without zone, to the second, the minute or the day.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// How finely a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    Second,
    Minute,
    Hour,
    Day,
}

impl Precision {
    /// The word used in columns: `second`, `minute`, `hour`, `day`.
    pub fn word(self) -> &'static str {
        match self {
            Precision::Second => "second",
            Precision::Minute => "minute",
            Precision::Hour => "hour",
            Precision::Day => "day",
        }
    }

    /// The precision of that word.
    pub fn from_word(word: &str) -> Option<Precision> {
        [Precision::Second, Precision::Minute, Precision::Hour, Precision::Day].into_iter().find(|p| p.word() == word)
    }
}

/// A date as its page states it. Without an offset it is local to a place that the page does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Year to second as written; what is finer than `precision` is zero.
    pub civil: DateTime,
    /// The offset from UTC that was written, if one was.
    pub offset: Option<Offset>,
    /// How much of `civil` was written.
    pub precision: Precision,
}

impl Stamp {
    /// The instant meant, reading a date without an offset in `zone`; `None` outside the years that can be held.
    pub fn instant(&self, zone: &TimeZone) -> Option<Timestamp> {
        match self.offset {
            Some(offset) => offset.to_timestamp(self.civil).ok(),
            None => zone.to_ambiguous_zoned(self.civil).compatible().ok().map(|z| z.timestamp()),
        }
    }

    /// RFC 3339 with the offset that was written, local time without one, or the day alone.
    pub fn written(&self) -> String {
        if self.precision == Precision::Day {
            return self.civil.date().to_string();
        }
        let mut written = String::with_capacity(25);
        let two = |number: i32| {
            let digit = |digit: i32| char::from(b'0' + (digit.unsigned_abs() % 10) as u8);
            [digit(number / 10), digit(number)]
        };
        let year = i32::from(self.civil.year());
        written.extend(if year < 0 { Some('-') } else { None });
        written.extend(two(year / 100));
        written.extend(two(year % 100));
        let rest = [self.civil.month(), self.civil.day(), self.civil.hour(), self.civil.minute(), self.civil.second()];
        for (sign, number) in ['-', '-', 'T', ':', ':'].into_iter().zip(rest) {
            written.push(sign);
            written.extend(two(number.into()));
        }
        match self.offset {
            None => {}
            Some(Offset::UTC) => written.push('Z'),
            Some(offset) => {
                let minutes = offset.seconds() / 60;
                written.push(if minutes < 0 { '-' } else { '+' });
                written.extend(two(minutes.abs() / 60));
                written.push(':');
                written.extend(two(minutes.abs() % 60));
            }
        }
        written
    }
}

impl From<Timestamp> for Stamp {
    fn from(at: Timestamp) -> Stamp {
        Stamp { civil: Offset::UTC.to_datetime(at), offset: Some(Offset::UTC), precision: Precision::Second }
    }
}
