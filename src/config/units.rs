//! Quantities with their unit as people write them: durations, sizes, spans of the calendar.

use std::time::Duration;

use jiff::Span;

/// A length of time: `500ms`, `30s`, `10m`, `1h30m`, `24h`, `7d`; a bare `0` needs no unit. `None` for anything else.
pub fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let (number, unit, after) = split(rest)?;
        let seconds = match unit {
            "ms" => 0.001,
            "s" | "sec" | "second" | "seconds" => 1.0,
            "m" | "min" | "minute" | "minutes" => 60.0,
            "h" | "hour" | "hours" => 3600.0,
            "d" | "day" | "days" => 86_400.0,
            _ => return None,
        };
        total = total.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
        rest = after;
    }
    Some(total)
}

/// A number of bytes: `15 MiB`, `64 KiB`, `2 MB`, `1.5 GiB`, or plain bytes. `None` for anything else.
pub fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Ok(bytes) = text.parse() {
        return Some(bytes);
    }
    let (number, unit, "") = split(text)? else { return None };
    let bytes = match unit.to_ascii_lowercase().as_str() {
        "b" | "byte" | "bytes" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let bytes = (number * bytes).round();
    (bytes < 2f64.powi(63)).then_some(bytes as u64)
}

/// A span of the calendar, from a day to a hundred years: `13 months`, `30 days`, `2 weeks`, `1 year`.
pub fn span(text: &str) -> Option<Span> {
    let (number, unit, "") = split(text.trim())? else { return None };
    if number.fract() != 0.0 || !(1.0..=36_525.0).contains(&number) {
        return None;
    }
    let number = number as i64;
    let (span, most) = match unit {
        "d" | "day" | "days" => (Span::new().try_days(number), 36_525),
        "w" | "week" | "weeks" => (Span::new().try_weeks(number), 5_217),
        "month" | "months" => (Span::new().try_months(number), 1_200),
        "y" | "year" | "years" => (Span::new().try_years(number), 100),
        _ => return None,
    };
    span.ok().filter(|_| number <= most)
}

/// A duration in the shortest form that [`duration`] reads: `1h30m`, `500ms`, `0`.
pub(super) fn written(duration: Duration) -> String {
    let (seconds, millis) = (duration.as_secs(), duration.subsec_millis());
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"), (u64::from(millis), "ms")];
    let text: String = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if text.is_empty() { "0".into() } else { text }
}

/// A number of bytes in the largest binary unit that divides it.
pub(super) fn written_size(bytes: u64) -> String {
    match bytes.trailing_zeros() {
        _ if bytes == 0 => "0".into(),
        30.. => format!("{} GiB", bytes >> 30),
        20.. => format!("{} MiB", bytes >> 20),
        10.. => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

/// A number, the letters after it, and what follows; blanks around the letters are passed over.
fn split(text: &str) -> Option<(f64, &str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, rest) = (&text[..end], text[end..].trim_start());
    // Fifteen digits are exact in a float and more than anybody means.
    if number.len() > 15 || !number.starts_with(|c: char| c.is_ascii_digit()) || number.ends_with('.') {
        return None;
    }
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    Some((number.parse().ok()?, &rest[..end], rest[end..].trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_unit() {
        for (text, millis) in [
            ("1s", 1_000),
            ("500ms", 500),
            ("30s", 30_000),
            (" 10m ", 600_000),
            ("24h", 86_400_000),
            ("7d", 604_800_000),
            ("1h30m", 5_400_000),
            ("1.5 s", 1_500),
            ("2 min 5 s", 125_000),
            ("0", 0),
            ("0s", 0),
        ] {
            assert_eq!(duration(text), Some(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", " ", "s", "30", "-1s", "1e9s", "1,5s", "1.s", ".5s", "1 parsec", "1s!", "٣s", "1.2.3s", "１s"]
        {
            assert_eq!(duration(text), None, "{text}");
        }
        assert_eq!(duration(&"9".repeat(400)), None);
        assert_eq!(duration("999999999999999d"), None, "an overflow is no duration");
    }

    #[test]
    fn sizes_are_read_in_both_systems() {
        for (text, bytes) in [
            ("15 MiB", 15 << 20),
            ("64 KiB", 64 << 10),
            ("1GiB", 1 << 30),
            ("1.5 mib", 3 << 19),
            ("2 MB", 2_000_000),
            ("15728640", 15_728_640),
            ("10 bytes", 10),
        ] {
            assert_eq!(size(text), Some(bytes), "{text}");
        }
        for text in ["", "MiB", "15 MiBs", "-1", "1 TiB", "15 MiB 2", "1e3", "999999999999999 GiB"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn spans_are_whole_and_bounded() {
        let months = |n: i64| Span::new().months(n);
        assert_eq!(span("13 months").map(Span::fieldwise), Some(months(13).fieldwise()));
        assert_eq!(span("30 days").map(Span::fieldwise), Some(Span::new().days(30).fieldwise()));
        assert_eq!(span("1year").map(Span::fieldwise), Some(Span::new().years(1).fieldwise()));
        for text in ["", "13", "0 days", "1.5 months", "101 years", "99999 days", "2 fortnights", "1 day 2"] {
            assert!(span(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for millis in [0, 1, 500, 1_000, 90_000, 5_400_000, 86_400_000] {
            let time = Duration::from_millis(millis);
            assert_eq!(duration(&written(time)), Some(time));
        }
        for bytes in [0, 5, 64 << 10, 15 << 20, 1 << 30] {
            assert_eq!(size(&written_size(bytes)), Some(bytes));
        }
    }
}
