//! Lines that say who wrote a comment and when, in no marked order: "Le 3 mai 2026, 08:00 par Nadia", "Nadia a dit :".

use jiff::Zoned;

use crate::model::Stamp;
use crate::text::{dates, plain};

/// What follows a name that somebody is about to say something by.
const SAYS: [&str; 17] = [
    " a dit",
    " a ecrit",
    " a écrit",
    " dit",
    " said",
    " says",
    " wrote",
    " dijo",
    " dice",
    " sagte",
    " schrieb",
    " ha detto",
    " disse",
    " zei",
    " قال",
    " كتب",
    " يقول",
];

/// What stands between a date and a name.
const BY: [&str; 6] = [" par ", " by ", " por ", " von ", " di ", " بواسطة "];

/// What stands before a name.
const FROM: [&str; 8] = ["de ", "from ", "par ", "by ", "von ", "por ", "di ", "من "];

/// What stands between a name and a date.
const APART: [&str; 6] = [" - ", " — ", " – ", ", ", " | ", " · "];

/// Author and date of a line.
pub fn read(line: &str, clock: Option<&Zoned>) -> (Option<String>, Option<Stamp>) {
    let line = plain::line(line);
    let line = author_said(without_number(&line));
    let date = |text: &str| dates::parse(text.trim_matches(['-', '–', '—', ',', ' ', ':', '|', '·']), clock);
    for by in BY {
        // Names may hold such a word, too.
        if let Some((head, tail)) = line.split_once(by)
            && let Some(date) = date(head)
        {
            return (named(tail), Some(date));
        }
    }
    for apart in APART {
        let splits = line.rmatch_indices(apart).take(8);
        for (at, _) in splits {
            let (head, tail) = (&line[..at], &line[at + apart.len()..]);
            if let Some(date) = date(head) {
                return (named(tail), Some(date));
            }
            if let Some(date) = date(tail) {
                return (named(head), Some(date));
            }
        }
    }
    match date(line) {
        Some(date) => (None, Some(date)),
        None => (named(line), None),
    }
}

/// A line without the number that it begins with: "#12", "12.".
fn without_number(line: &str) -> &str {
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let numbers = first.strip_prefix('#').is_some_and(is_number) || first.strip_suffix('.').is_some_and(is_number);
    if numbers { rest } else { line }
}

/// A line without the words that say that somebody says something.
pub fn author_said(line: &str) -> &str {
    let line = line.trim_end_matches([':', ' ', '\u{a0}']);
    let bare = line.trim_end_matches(['…', '.', ':', ' ', '\u{a0}']);
    SAYS.iter().find_map(|says| bare.strip_suffix(says)).unwrap_or(line).trim_end()
}

/// A name without what leads to it; `None` where nothing is left.
fn named(text: &str) -> Option<String> {
    let text = text.trim_matches(['-', '–', '—', ',', ' ', ':', '|', '·', '\u{a0}']);
    let lower = text.to_lowercase();
    // Lower case may be longer; where it is, nothing is cut.
    let from = FROM.iter().find(|from| lower.starts_with(**from)).and_then(|from| text.get(from.len()..));
    Some(plain::cut(from.unwrap_or(text).trim(), 200)).filter(|name| !name.is_empty()).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_and_when_are_told_in_whichever_order() {
        for (line, author, at) in [
            ("1. Le jeudi 19 novembre 2026, 10:05 par Nadia", Some("Nadia"), Some("2026-11-19T10:05:00")),
            (
                "Le jeudi 19 novembre 2026, 10:05 par Au Pain par Jour",
                Some("Au Pain par Jour"),
                Some("2026-11-19T10:05:00"),
            ),
            ("On Thursday, November 19 2026, 10:05 by Nadia", Some("Nadia"), Some("2026-11-19T10:05:00")),
            ("#2 jeudi 27 août 2026 - 20:41 - mehdi*tech a dit :", Some("mehdi*tech"), Some("2026-08-27T20:41:00")),
            ("De Jean - Luc - 18/11/2026, 08:00", Some("Jean - Luc"), Some("2026-11-18T08:00:00")),
            ("19 novembre 2026, 10:05, par Nadia", Some("Nadia"), Some("2026-11-19T10:05:00")),
            ("1. Le 19/11/2026, 10:05 par Nadia K.", Some("Nadia K."), Some("2026-11-19T10:05:00")),
            ("Nadia a dit…", Some("Nadia"), None),
            ("19 novembre 2026", None, Some("2026-11-19")),
            ("", None, None),
        ] {
            let (found, date) = read(line, None);
            assert_eq!((found.as_deref(), date.map(|date| date.written()).as_deref()), (author, at), "{line}");
        }
    }
}
