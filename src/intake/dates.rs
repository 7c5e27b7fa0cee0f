//! Dates of exports: the forms of each tool, spreadsheet serials, and which of two numbers is the month.

use jiff::{SignedDuration, civil};

use crate::model::{Precision, Stamp};
use crate::text::dates;

/// Which comes first where a date is three numbers and the last is the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    DayFirst,
    MonthFirst,
}

/// What the dates of a column say of their order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Orders {
    day_first: u64,
    month_first: u64,
    /// Written with AM or PM: Americans do, and hardly anybody who puts the day first.
    halves: u64,
    /// Dates that are three numbers.
    numeric: u64,
}

impl Orders {
    /// Looks at one cell.
    pub fn add(&mut self, text: &str) {
        let Some((first, second, _, rest)) = numbers(text.trim()) else { return };
        self.numeric += 1;
        self.day_first += u64::from(first > 12 && second <= 12);
        self.month_first += u64::from(second > 12 && first <= 12);
        let rest = rest.trim_end().to_ascii_lowercase();
        self.halves += u64::from(rest.ends_with("am") || rest.ends_with("pm"));
    }

    /// Whether a cell decided, or none needs a decision.
    pub fn is_settled(&self) -> bool {
        self.numeric == 0 || self.day_first != self.month_first
    }

    /// The order, with `usual` where nothing tells.
    pub fn order(&self, usual: Order) -> Order {
        match self.day_first.cmp(&self.month_first) {
            std::cmp::Ordering::Greater => Order::DayFirst,
            std::cmp::Ordering::Less => Order::MonthFirst,
            std::cmp::Ordering::Equal if self.halves * 2 > self.numeric => Order::MonthFirst,
            std::cmp::Ordering::Equal => usual,
        }
    }

    /// Whether the column has dates that depend on the order.
    pub fn any(&self) -> bool {
        self.numeric > 0
    }
}

/// A date as a cell writes it, and the time of day where another cell does. `None` where it is none.
pub fn parse(text: &str, time: Option<&str>, order: Order) -> Option<Stamp> {
    let text = text.trim();
    let time = time.map(str::trim).filter(|time| !time.is_empty());
    if let Some(stamp) = serial(text) {
        return match time.and_then(|time| time.parse::<f64>().ok()) {
            Some(part) if (0.0..1.0).contains(&part) => {
                serial(&format!("{}", text.parse::<f64>().ok()?.floor() + part))
            }
            _ => time.and_then(|time| dates::parse(&format!("{} {time}", stamp.civil.date()), None)).or(Some(stamp)),
        };
    }
    let text = ordered(text, order)?;
    let stamp = read(&text)?;
    match time {
        Some(time) if stamp.precision == Precision::Day => {
            Some(read(&format!("{} {time}", stamp.civil.date())).unwrap_or(stamp))
        }
        _ => Some(stamp),
    }
}

/// Whether a cell holds something that means to be a date.
pub fn is_meant(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// What all pages write, and times with their half of the day glued to them.
fn read(text: &str) -> Option<Stamp> {
    dates::parse(text, None).or_else(|| {
        let lower = text.trim_end().to_ascii_lowercase();
        let half = ["am", "pm"].into_iter().find_map(|half| lower.strip_suffix(half).map(|rest| (rest, half)))?;
        let (day, clock) = half.0.trim_end().rsplit_once([' ', 't'])?;
        let stamp = dates::parse(&format!("{day} {clock} {}", half.1), None);
        stamp.or_else(|| {
            let day = dates::parse(day, None).filter(|stamp| stamp.precision == Precision::Day)?;
            let mut parts = clock.split(':').map(|part| part.parse::<i8>());
            let hour = parts.next()?.ok().filter(|hour| (1..=12).contains(hour))?;
            let minute = parts.next().unwrap_or(Ok(0)).ok()?;
            let second = parts.next().transpose().ok()?;
            let hour = hour % 12 + if half.1 == "pm" { 12 } else { 0 };
            let time = civil::Time::new(hour, minute, second.unwrap_or(0), 0).ok()?;
            let precision = if second.is_some() { Precision::Second } else { Precision::Minute };
            Some(Stamp { civil: day.civil.date().to_datetime(time), offset: None, precision })
        })
    })
}

/// Days since 30 December 1899, as spreadsheets keep dates.
fn serial(text: &str) -> Option<Stamp> {
    if text.len() > 24 || text.len() < 5 || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    // From 1954 to 2119: no year, and no day of eight digits, is among them.
    let days = text.parse::<f64>().ok().filter(|days| (20_000.0..80_000.0).contains(days))?;
    let seconds = (days * 86_400.0).round() as i64;
    let civil = civil::date(1899, 12, 30).at(0, 0, 0, 0).checked_add(SignedDuration::from_secs(seconds)).ok()?;
    let precision = match (days.fract() == 0.0, civil.second()) {
        (true, _) => Precision::Day,
        (false, 0) => Precision::Minute,
        _ => Precision::Second,
    };
    Some(Stamp { civil, offset: None, precision })
}

/// A date of three numbers as year, month, day; anything else as it is. `None` where its numbers are no day of any year.
fn ordered(text: &str, order: Order) -> Option<String> {
    let Some((first, second, year, rest)) = numbers(text) else { return Some(text.to_owned()) };
    let (day, month) = match order {
        _ if first > 12 => (first, second),
        _ if second > 12 => (second, first),
        Order::DayFirst => (first, second),
        Order::MonthFirst => (second, first),
    };
    civil::Date::new(year, month, day).ok()?;
    let rest = rest.trim_start_matches([',', ' ', 'T']);
    Some(format!("{year:04}-{month:02}-{day:02} {rest}").trim_end().to_owned())
}

/// The three numbers that a text begins with, the year the last, and what follows them.
fn numbers(text: &str) -> Option<(i8, i8, i16, &str)> {
    let (first, rest) = number(text, 1..=2)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '/' | '.' | '-'))?;
    let (second, rest) = number(&rest[1..], 1..=2)?;
    let (year, rest) = number(rest.strip_prefix(separator)?, 2..=4)?;
    let digits = text.len() - rest.len();
    if rest.starts_with(|c: char| c.is_alphanumeric() && c != 'T') || digits == 0 {
        return None;
    }
    let year = match year {
        0..=99 => 2000 + year,
        1000.. => year,
        _ => return None,
    };
    Some((i8::try_from(first).ok()?, i8::try_from(second).ok()?, year, rest))
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<(i16, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if !digits.contains(&length) {
        return None;
    }
    Some((text[..length].parse().ok()?, &text[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, time: Option<&str>, order: Order) -> Option<String> {
        parse(text, time, order).map(|stamp| stamp.written())
    }

    #[test]
    fn the_forms_of_each_tool_are_read() {
        use Order::*;
        for (text, time, order, expected) in [
            ("22-Nov-2026 08:14PM", None, DayFirst, "2026-11-22T20:14:00"),
            ("22-Nov-2026 12:05AM", None, DayFirst, "2026-11-22T00:05:00"),
            ("22-Nov-2026", Some("08:14 PM"), DayFirst, "2026-11-22T20:14:00"),
            ("2026-11-22 08:14:05.0", None, DayFirst, "2026-11-22T08:14:05"),
            ("2026-11-22T08:14:05.123+0000", None, DayFirst, "2026-11-22T08:14:05Z"),
            ("22.11.2026 14:05", None, DayFirst, "2026-11-22T14:05:00"),
            ("22.11.2026", Some("14:05"), DayFirst, "2026-11-22T14:05:00"),
            ("11/22/2026 8:14 PM", None, DayFirst, "2026-11-22T20:14:00"),
            ("04/05/2026 8:14 PM", None, MonthFirst, "2026-04-05T20:14:00"),
            ("04/05/2026", None, DayFirst, "2026-05-04"),
            ("4/5/26", None, MonthFirst, "2026-04-05"),
            ("1795335245", None, DayFirst, "2026-11-22T08:14:05Z"),
            ("1795335245123", None, DayFirst, "2026-11-22T08:14:05Z"),
            ("46348", None, DayFirst, "2026-11-22"),
            ("46348.343113425924", None, DayFirst, "2026-11-22T08:14:05"),
            ("46348", Some("0.5"), DayFirst, "2026-11-22T12:00:00"),
            ("46348.5", None, DayFirst, "2026-11-22T12:00:00"),
            ("22 novembre 2026 à 8h14", None, DayFirst, "2026-11-22T08:14:00"),
            ("Nov 22, 2026 8:14 PM", None, DayFirst, "2026-11-22T20:14:00"),
        ] {
            assert_eq!(written(text, time, order).as_deref(), Some(expected), "{text}");
        }
        for none in ["", "-", "soon", "31/02/2026", "45/45/2026", "12345678901234567890123456"] {
            assert_eq!(written(none, None, DayFirst), None, "{none}");
        }
    }

    #[test]
    fn one_date_that_is_sure_decides_for_its_column() {
        let order = |cells: &[&str]| {
            let mut orders = Orders::default();
            cells.iter().for_each(|cell| orders.add(cell));
            (orders.order(Order::DayFirst), orders.is_settled())
        };
        assert_eq!(order(&["04/05/2026", "11/22/2026"]), (Order::MonthFirst, true));
        assert_eq!(order(&["04/05/2026", "22/11/2026"]), (Order::DayFirst, true));
        assert_eq!(order(&["04/05/2026", "05/06/2026"]), (Order::DayFirst, false));
        assert_eq!(order(&["04/05/2026 8:14 PM", "05/06/2026 9:00 AM"]), (Order::MonthFirst, false));
        assert_eq!(order(&["2026-04-05", "22-Nov-2026"]), (Order::DayFirst, true));
    }
}
