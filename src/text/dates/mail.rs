//! The date of a mail as RFC 822 has it, which most feeds write: read without a detour; all that differs is left to others.

use jiff::tz::Offset;

use super::{Clock, offset, stamp};
use crate::model::{Precision, Stamp};

/// Reads `Sat, 14 Nov 2026 17:33:05 +0100`, with or without the day of the week and the seconds; the zone is an offset,
/// `GMT`, `UTC` or `Z`.
pub fn parse(text: &str) -> Option<Stamp> {
    let bytes = text.as_bytes();
    let bytes = match bytes {
        [a, b, c, b',', b' ', rest @ ..] if [a, b, c].iter().all(|letter| letter.is_ascii_alphabetic()) => rest,
        _ => bytes,
    };
    let (day, rest) = match bytes {
        [a, b' ', rest @ ..] => (number(&[*a])?, rest),
        [a, b, b' ', rest @ ..] => (number(&[*a, *b])?, rest),
        _ => return None,
    };
    let [m0, m1, m2, b' ', y0, y1, y2, y3, b' ', h0, h1, b':', n0, n1, rest @ ..] = rest else { return None };
    let month = match &[*m0, *m1, *m2].map(|letter| letter.to_ascii_lowercase()) {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    };
    let (second, precision, rest) = match rest {
        [b':', s0, s1, rest @ ..] => (number(&[*s0, *s1])?, Precision::Second, rest),
        rest => (0, Precision::Minute, rest),
    };
    let zone = match rest {
        b" GMT" | b" UTC" | b" Z" => Some(Offset::UTC),
        [b' ', sign @ (b'+' | b'-'), a, b, c, d] => {
            let sign = if *sign == b'-' { -1 } else { 1 };
            Some(offset(sign * number(&[*a, *b])?, sign * number(&[*c, *d])?)?)
        }
        b"" => None,
        _ => return None,
    };
    let (hour, minute) = (number(&[*h0, *h1])?, number(&[*n0, *n1])?);
    let clock = Clock { hour: hour as i8, minute: minute as i8, second: second as i8, precision };
    stamp(number(&[*y0, *y1, *y2, *y3])?, month, day, Some(clock), zone)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, b| b.is_ascii_digit().then(|| number * 10 + i64::from(b - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::dates::loose;

    #[test]
    fn it_reads_what_the_tolerant_reader_reads() {
        for text in [
            "Sat, 14 Nov 2026 17:33:05 +0100",
            "4 nov 2026 07:03 GMT",
            "Wed, 14 Nov 2026 24:00:00 Z",
            "14 Nov 2026 17:33:05 -0000",
            "Sat, 14 Nov 2026 17:33:05",
            "Mon, 29 Feb 2026 10:00:00 GMT",
        ] {
            assert_eq!(parse(text), loose::parse(&text.to_ascii_lowercase(), None), "{text}");
        }
        for other in ["Sat, 14 Nov 2026", "14 Nov 26 17:33 GMT", "Sat, 14 Nov 2026 5:33:05 GMT", "", "Sat, x"] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
