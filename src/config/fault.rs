//! What is wrong in a configuration: every fault with its line and column, told all at once.

use std::collections::HashSet;

use crate::error::Error;

/// At most so many faults are shown; the others are counted.
const SHOWN: usize = 50;
/// At most so many characters of what the user wrote are quoted.
const QUOTED: usize = 80;

/// One thing wrong with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// One sentence without a final full stop.
    pub what: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// What is wrong with a value, before anybody knows where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// The end of a sentence that begins with the key.
    pub what: String,
    pub hint: Option<String>,
}

impl Problem {
    pub fn new(what: impl Into<String>) -> Problem {
        Problem { what: what.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }
}

/// The faults found so far in one text.
pub(super) struct Faults<'t> {
    text: &'t str,
    /// Byte offset, and whether TOML itself is broken there.
    found: Vec<(usize, bool, Problem)>,
    broken: bool,
}

impl<'t> Faults<'t> {
    pub fn of(text: &'t str) -> Faults<'t> {
        Faults { text, found: Vec::new(), broken: false }
    }

    /// TOML that cannot be read, at a byte offset.
    pub fn syntax(&mut self, at: usize, what: impl Into<String>) {
        self.broken = true;
        self.found.push((at, true, Problem::new(what)));
    }

    /// A wrong key or value, at a byte offset.
    pub fn wrong(&mut self, at: usize, problem: Problem) {
        self.found.push((at, false, problem));
    }

    /// Something that ought to be there. Not told where TOML is broken: the part that cannot be read may hold it.
    pub fn missing(&mut self, at: usize, problem: Problem) {
        if !self.broken {
            self.wrong(at, problem);
        }
    }

    /// Every fault in the order of the text. A line whose TOML is broken tells only that, once; after a bracket that is
    /// never closed, nothing is where it seems, and only broken TOML is told.
    pub fn into_list(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|(at, syntax, _)| (*at, !syntax));
        let (mut line, mut start, mut seen) = (1, 0, 0);
        let mut broken = HashSet::new();
        let mut lost = false;
        let mut list: Vec<(bool, Fault)> = Vec::with_capacity(self.found.len());
        for (at, syntax, problem) in self.found {
            let at = self.text.floor_char_boundary(at);
            for (newline, _) in self.text[seen..at].match_indices('\n') {
                line += 1;
                start = seen + newline + 1;
            }
            seen = at;
            if lost && !syntax || syntax && !broken.insert(line) {
                continue;
            }
            lost |= syntax && problem.what.starts_with("unclosed");
            let column = self.text[start..at].chars().count() + 1;
            list.push((syntax, Fault { line, column, what: problem.what, hint: problem.hint }));
        }
        list.retain(|(syntax, fault)| *syntax || !broken.contains(&fault.line));
        let mut list: Vec<Fault> = list.into_iter().map(|(_, fault)| fault).collect();
        list.dedup();
        list
    }
}

/// All faults of the file called `name` as the one error: `name:line:column: what`, and a hint below each.
pub(super) fn error(name: &str, faults: &[Fault]) -> Error {
    let mut message = String::new();
    for Fault { line, column, what, hint } in faults.iter().take(SHOWN) {
        if !message.is_empty() {
            message.push('\n');
        }
        message.push_str(&format!("{name}:{line}:{column}: {what}"));
        if let Some(hint) = hint {
            message.push_str("\n  hint: ");
            message.push_str(hint);
        }
    }
    if faults.len() > SHOWN {
        message.push_str(&format!("\n{name}: and {} more", faults.len() - SHOWN));
    }
    Error::usage(message)
}

/// `text` in quotes, shortened, with nothing in it that a terminal obeys.
pub(super) fn quoted(text: &str) -> String {
    let end = text.char_indices().nth(QUOTED).map_or(text.len(), |(at, _)| at);
    let cut = if end < text.len() { "…" } else { "" };
    format!("{:?}", format!("{}{cut}", &text[..end]))
}

/// The word of `known` that was most likely meant by `written`, if one is near enough.
pub(super) fn meant<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if written.chars().nth(64).is_some() {
        return None;
    }
    let written = written.to_lowercase();
    let far = 1.max(written.chars().count().div_ceil(3));
    known
        .into_iter()
        .map(|word| (strsim::osa_distance(&written, &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= far && *distance < word.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// `did you mean "…"?` for a near word, else the words there are.
pub(super) fn suggestion(written: &str, known: &[&str]) -> String {
    match meant(written, known.iter().copied()) {
        Some(word) => format!("did you mean {word:?}?"),
        None => format!("known here: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_stand_in_the_order_of_the_text_with_columns_in_characters() {
        let text = "a = 1\nété = 2\nc = 3";
        let mut faults = Faults::of(text);
        faults.wrong(text.find('3').unwrap(), Problem::new("third"));
        faults.wrong(text.find('2').unwrap(), Problem::new("second").hint("less"));
        faults.wrong(usize::MAX, Problem::new("end"));
        let list = faults.into_list();
        let places: Vec<_> = list.iter().map(|f| (f.line, f.column, f.what.as_str())).collect();
        assert_eq!(places, [(2, 7, "second"), (3, 5, "third"), (3, 6, "end")]);
        let error = error("x.toml", &list);
        assert_eq!(error.message, "x.toml:2:7: second\n  hint: less\nx.toml:3:5: third\nx.toml:3:6: end");
        assert_eq!(error.exit.code(), 2);
    }

    #[test]
    fn a_broken_line_tells_only_that_it_is_broken_and_nothing_is_missed_then() {
        let mut faults = Faults::of("a = = 1\nb = 2");
        faults.wrong(0, Problem::new("unknown"));
        faults.syntax(4, "broken");
        faults.wrong(8, Problem::new("other line"));
        faults.missing(0, Problem::new("no brand"));
        let what: Vec<_> = faults.into_list().into_iter().map(|f| f.what).collect();
        assert_eq!(what, ["broken", "other line"]);
    }

    #[test]
    fn a_flood_of_faults_is_counted() {
        let fault = Fault { line: 1, column: 1, what: "bad".into(), hint: None };
        let message = error("x", &vec![fault; 60]).message;
        assert_eq!(message.lines().count(), 51);
        assert!(message.ends_with("x: and 10 more"));
    }

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let keys = ["name", "aliases", "exclude"];
        assert_eq!(suggestion("aliasses", &keys), "did you mean \"aliases\"?");
        assert_eq!(suggestion("NAMES", &keys), "did you mean \"name\"?");
        assert_eq!(suggestion("zzz", &keys), "known here: name, aliases, exclude");
        assert_eq!(meant(&"a".repeat(100_000), keys), None);
    }

    #[test]
    fn quotes_are_short_and_inert() {
        assert_eq!(quoted("a\u{1b}[31m\n"), r#""a\u{1b}[31m\n""#);
        assert_eq!(quoted("\u{202e}x"), r#""\u{202e}x""#);
        assert_eq!(quoted("أطلس"), "\"أطلس\"");
        assert_eq!(quoted(&"é".repeat(200)).chars().count(), QUOTED + 3);
    }
}
