//! The zone of its dates that a page of a forum states: by name, or as a distance from UTC.

use jiff::tz::{Offset, TimeZone};
use scraper::{ElementRef, Selector};

use crate::source::html::HtmlPage;
use crate::source::words::brief_text;
use crate::text::plain;

/// Characters of a line that states a zone and not much more.
const LONGEST: usize = 120;

/// The zone that the first element of `place` that states one means; what `is_posted` is what members write and are called.
pub fn stated(page: &HtmlPage, place: &Selector, is_posted: impl Fn(ElementRef<'_>) -> bool) -> Option<TimeZone> {
    let lines = page.tree.select(place).map(|element| (element, plain::line(&brief_text(element))));
    let stating = lines.filter(|(_, line)| line.contains("UTC") && line.chars().count() <= LONGEST);
    let (element, line) = stating.into_iter().find(|(element, _)| !is_posted(*element))?;
    // Newer versions give the name in a title.
    let inside = element.descendants().filter_map(ElementRef::wrap);
    let named = inside.filter_map(|inner| inner.value().attr("title")).find_map(|name| TimeZone::get(name).ok());
    named.or_else(|| offset(&line).map(TimeZone::fixed))
}

/// `UTC`, `UTC+01:00`, `UTC + 1 heure [ Heure d’été ]`.
fn offset(line: &str) -> Option<Offset> {
    let after = line[line.find("UTC")? + 3..].trim_start();
    let (sign, rest) = match after.chars().next() {
        Some('+') => (1, &after[1..]),
        Some('-') => (-1, &after[1..]),
        Some('\u{2212}') => (-1, &after[3..]),
        _ => return Some(Offset::UTC),
    };
    let rest = rest.trim_start();
    let number = |text: &str| -> Option<i32> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).take(2).count();
        text[..digits].parse().ok()
    };
    let hours = number(rest)?;
    let minutes = rest.split_once(':').filter(|(before, _)| before.len() <= 2).and_then(|(_, after)| number(after));
    let folded = rest.to_lowercase();
    let summer = ["dst", "été", "summer", "verano", "sommer"].iter().any(|word| folded.contains(word));
    let seconds = sign * (hours * 3600 + minutes.unwrap_or(0) * 60) + if summer { 3600 } else { 0 };
    Offset::from_seconds(seconds).ok().filter(|_| hours <= 14)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_read_in_every_way_that_it_is_written() {
        for (line, minutes) in [
            ("Heures au format UTC", Some(0)),
            ("Fuseau horaire sur UTC+01:00", Some(60)),
            ("All times are UTC-03:30", Some(-210)),
            ("Heures au format UTC + 1 heure", Some(60)),
            ("Heures au format UTC + 1 heure [ Heure d’été ]", Some(120)),
            ("Toutes les heures sont UTC − 5 heures", Some(-300)),
            ("UTC + 99", None),
            ("Heure locale", None),
        ] {
            assert_eq!(offset(line).map(|offset| offset.seconds() / 60), minutes, "{line}");
        }
    }
}
