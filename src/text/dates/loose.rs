//! Dates in words, in numbers with slashes, and relative ones: taken apart into tokens, whose order says what they are.

use jiff::{Span, Zoned, tz::Offset};

use super::{
    Clock, offset, stamp,
    words::{self, Unit},
};
use crate::model::{Precision, Stamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// A number and how many digits it was written with.
    Number(i64, usize),
    Word(&'a str),
    Sign(u8),
}
use Token::{Number, Sign, Word};

/// Reads a folded text.
pub fn parse(text: &str, reference: Option<&Zoned>) -> Option<Stamp> {
    if !text.is_ascii()
        && let Some((two, one)) = words::TWO_WORDS.iter().find(|(two, _)| text.contains(two))
    {
        return parse(&text.replace(two, one), reference);
    }
    let tokens = tokens(text)?;
    relative(text, &tokens, reference).or_else(|| calendar(&tokens, reference))
}

/// Numbers, words and signs; what stands in parentheses, commas and the full stops of abbreviations are left out.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::with_capacity(12);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '0'..='9' => {
                let length = rest.bytes().take_while(u8::is_ascii_digit).count();
                tokens.push(Number(rest[..length].parse().ok().filter(|n| *n < 1_000_000_000)?, length));
                length
            }
            '(' => rest.find(')').map_or(rest.len(), |end| end + 1),
            c if c.is_alphabetic() => {
                let mut length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                for joined in ["aujourd'hui", "avant-hier"] {
                    if rest.starts_with(joined) {
                        length = joined.len();
                    }
                }
                tokens.push(Word(&rest[..length]));
                length
            }
            '+' | '-' | '/' | ':' | '.' => {
                tokens.push(Sign(first as u8));
                1
            }
            c => c.len_utf8(),
        };
        rest = &rest[length..];
    }
    Some(tokens)
}

/// "hier à 9h05", "il y a 21 minutes", "2 hours ago", "منذ ساعتين".
fn relative(text: &str, tokens: &[Token], reference: Option<&Zoned>) -> Option<Stamp> {
    let (reference, here) = (reference?, reference?.datetime());
    let words = tokens.iter().filter_map(|token| if let Word(word) = token { Some(*word) } else { None });
    if let Some(back) = words.clone().find_map(words::days_back) {
        let others: Vec<Token> =
            tokens.iter().filter(|t| !matches!(t, Word(w) if words::days_back(w).is_some())).copied().collect();
        let (clock, zone, left) = clock(&others)?;
        if !left.iter().all(is_nothing) {
            return None;
        }
        let day = here.date().checked_sub(Span::new().days(back)).ok()?;
        return stamp(day.year().into(), day.month().into(), day.day().into(), clock, zone);
    }
    if matches!(text, "just now" | "now" | "a l'instant" | "maintenant" | "الان") {
        return Some(Stamp::from(reference.timestamp()));
    }
    let ago = text.contains("il y a") || words.clone().any(|w| matches!(w, "ago" | "منذ" | "قبل" | "hace"));
    if !ago {
        return None;
    }
    let number = tokens.iter().find_map(|token| if let Number(n, _) = token { Some(*n) } else { None });
    // "an hour ago": the article is no year where a unit follows it.
    let units = |w: &&str| !matches!(*w, "a" | "y" | "d");
    let article =
        words.clone().next() == Some("an") && words.clone().skip(1).filter(units).any(|w| words::unit(w).is_some());
    let (unit, implied) = words.clone().skip(usize::from(article)).filter(units).find_map(words::unit)?;
    let count = number.or(implied).unwrap_or(1);
    let (span, precision) = match unit {
        Unit::Second => (Span::new().try_seconds(count).ok()?, Precision::Second),
        Unit::Minute => (Span::new().try_minutes(count).ok()?, Precision::Minute),
        Unit::Hour => (Span::new().try_hours(count).ok()?, Precision::Hour),
        Unit::Day => (Span::new().try_days(count).ok()?, Precision::Day),
        Unit::Week => (Span::new().try_weeks(count).ok()?, Precision::Day),
        Unit::Month => (Span::new().try_months(count).ok()?, Precision::Day),
        Unit::Year => (Span::new().try_years(count).ok()?, Precision::Day),
    };
    if precision == Precision::Day {
        // "il y a 1 jour" is "hier", where the reader is.
        let day = here.checked_sub(span).ok()?;
        return stamp(day.year().into(), day.month().into(), day.day().into(), None, None);
    }
    let then = Offset::UTC.to_datetime(reference.timestamp()).checked_sub(span).ok()?;
    let clock = Clock {
        hour: then.hour(),
        minute: if precision == Precision::Hour { 0 } else { then.minute() },
        second: if precision == Precision::Second { then.second() } else { 0 },
        precision,
    };
    stamp(then.year().into(), then.month().into(), then.day().into(), Some(clock), Some(Offset::UTC))
}

/// A day of the calendar, and the time on it.
fn calendar(tokens: &[Token], reference: Option<&Zoned>) -> Option<Stamp> {
    let (clock, zone, left) = clock(tokens)?;
    let named = |token: &Token| if let Word(word) = token { words::month(word) } else { None };
    // "mar." is a Tuesday where another month is named.
    let months = left.iter().filter(|token| named(token).is_some()).count();
    let all_mar = left.iter().all(|token| named(token).is_none() || *token == Word("mar"));
    let month = left.iter().filter(|token| months == 1 || all_mar || **token != Word("mar")).find_map(named);
    if !left.iter().all(|token| is_nothing(token) || named(token).is_some() || matches!(token, Number(..))) {
        return None;
    }
    let mut numbers =
        left.iter().filter_map(|token| if let Number(n, digits) = token { Some((*n, *digits)) } else { None });
    let (first, second, third) = (numbers.next()?, numbers.next(), numbers.next());
    if numbers.next().is_some() || months > 2 {
        return None;
    }
    let (year, month, day) = match (month, first, second, third) {
        (Some(month), (year, 4), Some((day, 1 | 2)), None) => (year, month, day),
        (Some(month), (day, 1 | 2), Some(written), None) => (year(written)?, month, day),
        (Some(month), (day, 1 | 2), None, None) => (year_near(reference?, month, day)?, month, day),
        (None, (year, 4), Some((month, 1 | 2)), Some((day, 1 | 2))) => (year, month, day),
        (None, (first, 1 | 2), Some((second, 1 | 2)), Some(written)) => {
            // Day first, as in Europe and the Maghreb, unless that cannot be.
            let (day, month) = if second > 12 && first <= 12 { (second, first) } else { (first, second) };
            (year(written)?, month, day)
        }
        _ => return None,
    };
    stamp(year, month, day, clock, zone)
}

/// A year as written with that many digits.
fn year((year, digits): (i64, usize)) -> Option<i64> {
    match digits {
        4 => Some(year),
        2 => Some(year + if year < 70 { 2000 } else { 1900 }),
        _ => None,
    }
}

/// The year that puts a day without one closest before the reference, or a day after it.
fn year_near(reference: &Zoned, month: i64, day: i64) -> Option<i64> {
    let limit = reference.date().tomorrow().ok()?;
    let this = i64::from(limit.year());
    let late = (month, day) > (limit.month().into(), limit.day().into());
    Some(if late { this - 1 } else { this })
}

/// Whether a token says nothing about the day.
fn is_nothing(token: &Token) -> bool {
    match token {
        Word(word) => words::is_filler(word) || words::is_weekday(word),
        Sign(sign) => *sign != b'+',
        Number(..) => false,
    }
}

type Taken<'a> = (Option<Clock>, Option<Offset>, Vec<Token<'a>>);

/// Takes the time of day and the zone out of the tokens; `None` where the time cannot be.
fn clock<'a>(tokens: &[Token<'a>]) -> Option<Taken<'a>> {
    let hour_at = tokens.windows(2).position(|pair| match pair {
        [Number(_, 1 | 2), Sign(b':')] => true,
        [Number(_, 1 | 2), Word(word)] => matches!(*word, "h" | "heures" | "heure") || words::half(word).is_some(),
        _ => false,
    });
    let Some(start) = hour_at else {
        return Some((None, None, tokens.to_vec()));
    };
    let Number(mut hour, _) = tokens[start] else { return None };
    let (mut minute, mut second, mut precision) = (0, 0, Precision::Hour);
    let mut at = start + 1;
    match (tokens[at], tokens.get(at + 1)) {
        (Sign(b':'), Some(Number(n, 1 | 2))) | (Word("h" | "heures" | "heure"), Some(Number(n, 1 | 2))) => {
            (minute, precision, at) = (*n, Precision::Minute, at + 2);
            if let (Some(Sign(b':')), Some(Number(n, 1 | 2))) = (tokens.get(at), tokens.get(at + 1)) {
                (second, precision, at) = (*n, Precision::Second, at + 2);
                if let (Some(Sign(b'.')), Some(Number(..))) = (tokens.get(at), tokens.get(at + 1)) {
                    at += 2;
                }
            }
            if let Some(Word("min" | "mn")) = tokens.get(at) {
                at += 1;
            }
        }
        (Sign(_), _) => return None,
        (Word("h" | "heures" | "heure"), _) => at += 1,
        _ => {}
    }
    let (half, length) = match tokens.get(at..).unwrap_or_default() {
        [Word(word), ..] if words::half(word).is_some() => (words::half(word), 1),
        [Word("a"), Sign(b'.'), Word("m"), Sign(b'.'), ..] => (Some(0), 4),
        [Word("p"), Sign(b'.'), Word("m"), Sign(b'.'), ..] => (Some(12), 4),
        _ => (None, 0),
    };
    at += length;
    if let Some(half) = half {
        hour = if (1..=12).contains(&hour) { hour % 12 + half } else { return None };
    }
    let (zone, length) = zone(&tokens[at..])?;
    let mut left = tokens[..start].to_vec();
    left.extend_from_slice(&tokens[at + length..]);
    Some((Some(Clock { hour: hour as i8, minute: minute as i8, second: second as i8, precision }), zone, left))
}

/// A zone at the beginning of the tokens and how many of them it takes; `None` where it cannot be.
fn zone(tokens: &[Token]) -> Option<(Option<Offset>, usize)> {
    if let [Word("gmt" | "utc"), rest @ ..] = tokens
        && let Some((sign @ Sign(b'+' | b'-'), rest)) = rest.split_first()
        && matches!(rest, [Number(_, 1 | 2 | 4), ..])
    {
        let signed: Vec<Token> = std::iter::once(*sign).chain(rest.iter().copied()).collect();
        return zone(&signed).map(|(offset, length)| (offset, length + 1));
    }
    match tokens {
        [Sign(sign @ (b'+' | b'-')), Number(hours, 1 | 2), Sign(b':'), Number(minutes, 2), ..] => {
            Some((Some(signed(*sign, *hours, *minutes)?), 4))
        }
        [Sign(sign @ (b'+' | b'-')), Number(both, 4), ..] if !matches!(tokens.get(2), Some(Sign(b'-' | b'/'))) => {
            Some((Some(signed(*sign, both / 100, both % 100)?), 2))
        }
        [Sign(sign @ b'+'), Number(hours, 1 | 2), ..] => Some((Some(signed(*sign, *hours, 0)?), 2)),
        [Word(name), ..] => Some(words::zone(name).map_or((None, 0), |offset| (Some(offset), 1))),
        _ => Some((None, 0)),
    }
}

fn signed(sign: u8, hours: i64, minutes: i64) -> Option<Offset> {
    let sign = if sign == b'-' { -1 } else { 1 };
    offset(sign * hours, sign * minutes)
}
