//! Dates in the forms that feeds and pages write them in: ISO 8601, RFC 822, epochs, French, English, Arabic, relative.

mod iso;
mod loose;
mod mail;
mod words;

use jiff::{Zoned, civil::DateTime, tz::Offset};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::model::{Precision, Stamp};

/// What is longer is no date.
const MAX_BYTES: usize = 200;
const MAX_CHARS: usize = 100;

/// Reads a date in any known form; `reference` is what relative dates ("hier", "2 hours ago") and dates without a year
/// count from, its zone the one in which days begin, so that without it they are `None`. Days that do not exist are
/// `None`.
pub fn parse(text: &str, reference: Option<&Zoned>) -> Option<Stamp> {
    let text = text.trim();
    if text.len() > MAX_BYTES || text.len() > MAX_CHARS && text.chars().count() > MAX_CHARS {
        return None;
    }
    let stamp = iso::parse(text).or_else(|| mail::parse(text)).or_else(|| loose::parse(&fold(text), reference))?;
    // What lies before the calendar is no date that anybody wrote.
    (stamp.civil.year() > 0).then_some(stamp)
}

/// Lower case without accents; Arabic letters and digits in one form each.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            '\u{660}'..='\u{669}' => folded.push((b'0' + (c as u32 - 0x660) as u8) as char),
            '\u{6F0}'..='\u{6F9}' => folded.push((b'0' + (c as u32 - 0x6F0) as u8) as char),
            'ة' => folded.push('ه'),
            'ى' => folded.push('ي'),
            'ٱ' => folded.push('ا'),
            '’' | 'ʼ' | '‘' | '′' | '`' => folded.push('\''),
            '،' => folded.push(','),
            '–' | '—' | '−' | '‐' | '‑' => folded.push('-'),
            // Tatweel, marks of direction, zero-width characters.
            '\u{640}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => {}
            c if c.is_whitespace() => folded.push(' '),
            c => folded.push(c),
        }
    }
    folded
}

/// A time of day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Clock {
    hour: i8,
    minute: i8,
    second: i8,
    precision: Precision,
}

/// A stamp of a day, and the time on it if one was written.
fn stamp(year: i64, month: i64, day: i64, clock: Option<Clock>, offset: Option<Offset>) -> Option<Stamp> {
    let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let Some(clock) = clock else {
        let civil = DateTime::new(year, month, day, 0, 0, 0, 0).ok()?;
        return Some(Stamp { civil, offset: None, precision: Precision::Day });
    };
    // The midnight that ends the day, and leap seconds.
    let midnight = clock.hour == 24 && clock.minute == 0 && clock.second == 0;
    let (hour, second) =
        (if midnight { 0 } else { clock.hour }, clock.second.min(if clock.second == 60 { 59 } else { 60 }));
    let civil = DateTime::new(year, month, day, hour, clock.minute, second, 0).ok()?;
    let civil = if midnight { civil.tomorrow().ok()? } else { civil };
    Some(Stamp { civil, offset, precision: clock.precision })
}

/// An offset in hours and minutes, both with the sign of the whole; `None` where no place on earth has it.
fn offset(hours: i64, minutes: i64) -> Option<Offset> {
    let seconds = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?;
    if minutes.abs() > 59 || seconds.abs() > 15 * 3600 {
        return None;
    }
    Offset::from_seconds(i32::try_from(seconds).ok()?).ok()
}

#[cfg(test)]
mod tests;
