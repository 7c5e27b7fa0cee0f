//! Dates in numbers whose month comes first, as in the United States: told by the other dates of the same page.

use std::borrow::Cow;

/// Where the first two numbers of a date stand, and what they are.
struct Numbers {
    first: (usize, usize, u8),
    second: (usize, usize, u8),
    /// `.` is never between month and day in that order.
    sign: u8,
}

/// The first `12/31/2026`, `12-31-26` of a text.
fn numbers(text: &str) -> Option<Numbers> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = 0;
    while at < bytes.len() {
        let length = digits(at);
        let sign = bytes.get(at + length).copied().unwrap_or_default();
        let next = at + length + 1;
        let (second, last) = (digits(next), next + digits(next));
        let is_date = matches!((length, second), (1 | 2, 1 | 2))
            && matches!(sign, b'/' | b'-' | b'.')
            && bytes.get(last) == Some(&sign)
            && matches!(digits(last + 1), 2 | 4);
        if is_date {
            let number = |from: usize, to: usize| text.get(from..to)?.parse().ok();
            let first = (at, at + length, number(at, at + length)?);
            return Some(Numbers { first, second: (next, last, number(next, last)?), sign });
        }
        at += length.max(1);
    }
    None
}

/// Whether the dates of a page name the month first: one says so, for there is no such month, and none the contrary; or all
/// leave it open, and their hours are counted as in the United States.
pub fn month_first<'a>(dates: impl Iterator<Item = Cow<'a, str>>) -> bool {
    let (mut month, mut day, mut halves, mut open) = (false, false, false, false);
    for text in dates {
        let Some(Numbers { first: (.., first), second: (.., second), sign }) = numbers(&text) else { continue };
        month |= second > 12 && first <= 12;
        day |= first > 12 || sign == b'.';
        let low = text.to_ascii_lowercase();
        halves |= low.contains("am") || low.contains("pm");
        open = true;
    }
    !day && (month || open && halves)
}

/// The same date with its day first.
pub fn day_first(text: &str) -> Cow<'_, str> {
    let Some(Numbers { first, second, .. }) = numbers(text) else { return Cow::Borrowed(text) };
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let (a, b) = (part(first.0, first.1), part(second.0, second.1));
    Cow::Owned([part(0, first.0), b, part(first.1, second.0), a, part(second.1, text.len())].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_date_tells_the_order_of_all() {
        let of = |dates: &[&'static str]| month_first(dates.iter().map(|date| Cow::Borrowed(*date)));
        assert!(of(&["10-04-2017, 11:00 AM", "10-31-2017, 01:56 PM"]) && of(&["3/4/26 9:15 pm"]));
        for dates in
            [&["04-10-2017, 11:00"][..], &["31/10/2017, 1:56 PM", "04/10/2017"], &["2026-04-10"], &["3.4.2026 am"]]
        {
            assert!(!of(dates), "{dates:?}");
        }
        assert_eq!(day_first("Posted 10-04-2017, 11:00 AM"), "Posted 04-10-2017, 11:00 AM");
        assert_eq!(day_first("hier"), "hier");
    }
}
