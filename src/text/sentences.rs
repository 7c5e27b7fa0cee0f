//! Sentences of a text, as byte ranges.

use std::ops::Range;

/// No sentence is longer, in bytes: text without punctuation is cut at a space, so that work stays linear in length.
const LONGEST: usize = 1_000;

/// Never the last word of a sentence when a full stop follows.
const TITLES: [&str; 28] = [
    "m", "mm", "mme", "mmes", "mlle", "mr", "mrs", "ms", "dr", "pr", "prof", "st", "ste", "av", "bd", "cf", "vs", "ex",
    "env", "réf", "ref", "fig", "vol", "chap", "tél", "approx", "e.g", "i.e",
];
/// Last words of a sentence only before a capital.
const ABBREVIATIONS: [&str; 14] =
    ["etc", "inc", "ltd", "co", "corp", "jr", "sr", "min", "max", "dept", "a.m", "p.m", "art", "janv"];

/// The sentences of `text` in order, trimmed; a line feed always ends one. Full stops after abbreviations, initials
/// and list numbers and those inside numbers and addresses end none.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(at) = text.as_bytes()[from..].iter().position(|byte| may_end(*byte)).map(|at| from + at) {
        // Bytes of the longer marks stand inside other letters as well.
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            from = at + 1;
            continue;
        };
        from = at + c.len_utf8();
        if c == '\n' {
            push(text, start..at, &mut found);
            start = at + 1;
            continue;
        }
        if !is_terminator(c) {
            continue;
        }
        let mut chars =
            text[at + c.len_utf8()..].char_indices().map(|(i, next)| (at + c.len_utf8() + i, next)).peekable();
        let (mut end, mut dots, mut strong) = (at, 0, false);
        let mut last = Some((at, c));
        while let Some((at, c)) = last {
            end = at + c.len_utf8();
            dots += usize::from(c == '.') + 3 * usize::from(c == '…');
            strong |= !matches!(c, '.' | '…');
            last = chars.next_if(|(_, c)| is_terminator(*c));
        }
        while let Some((at, c)) = chars.next_if(|(_, c)| matches!(c, '"' | '»' | '”' | '’' | '\'' | ')' | ']' | '*'))
        {
            end = at + c.len_utf8();
        }
        if text[end..].trim_start_matches([' ', '\u{a0}', '\u{202f}']).starts_with('»') {
            while let Some((at, c)) = chars.next_if(|(_, c)| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '»')) {
                end = if c == '»' { at + c.len_utf8() } else { end };
            }
        }
        let glued = text[end..].chars().next().is_some_and(|c| !c.is_whitespace());
        let next =
            text[end..].chars().find(|c| !matches!(c, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '"' | '«' | '“' | '('));
        let lower = next.is_some_and(char::is_lowercase);
        let ends = match c {
            _ if next.is_none_or(|c| c == '\n') => true,
            _ if glued => matches!(c, '؟' | '۔' | '。' | '！' | '？') || (strong && next.is_some_and(is_picture)),
            _ if strong => true,
            _ if dots > 1 => !lower,
            _ => !is_abbreviated(&text[start..at], lower),
        };
        from = end;
        if ends {
            push(text, start..end, &mut found);
            start = end;
        }
    }
    push(text, start..text.len(), &mut found);
    found
}

/// Whether a line feed or a terminator may begin with `byte`.
fn may_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'.' | b'!' | b'?' | 0xd8 | 0xdb | 0xe2 | 0xe3 | 0xef)
}

fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '؟' | '۔' | '。' | '！' | '？')
}

fn is_picture(c: char) -> bool {
    matches!(u32::from(c), 0x2600..=0x27bf | 0x1f300..=0x1faff)
}

/// Whether the full stop after `before`, a sentence so far, belongs to its last word; `lower`: a small letter follows.
fn is_abbreviated(before: &str, lower: bool) -> bool {
    let word =
        before.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '«' | '"' | '\'' | '’')).next().unwrap_or("");
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(c), None) if c.is_alphabetic() => return c.is_uppercase() || lower || c == 'p',
        (Some(_), Some(_)) if word.len() <= 6 => {}
        (Some(c), None) if c.is_ascii_digit() => {}
        _ => return false,
    }
    if word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return before.trim_start().len() == word.len();
    }
    let word = word.to_lowercase();
    TITLES.contains(&word.as_str()) || (lower && ABBREVIATIONS.contains(&word.as_str()))
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let slice = &text[range.clone()];
    let mut start = range.start + slice.len() - slice.trim_start().len();
    let end = range.start + slice.trim_end().len();
    while start < end {
        let cut = if end - start <= LONGEST { end } else { cut(text, start) };
        let whole = text[start..cut].trim_end();
        if !whole.is_empty() {
            found.push(start..start + whole.len());
        }
        start = cut + text[cut..end].len() - text[cut..end].trim_start().len();
    }
}

/// Where to cut a sentence that is too long: after its last space within bounds, else between two characters.
fn cut(text: &str, start: usize) -> usize {
    let limit = text.floor_char_boundary(start + LONGEST);
    match text[start..limit].rfind(char::is_whitespace) {
        Some(space) if space > 0 => start + space,
        _ => limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn marks_and_line_feeds_end_sentences() {
        assert_eq!(split("Nul. Je pars ! Et vous ?\nMoi aussi"), ["Nul.", "Je pars !", "Et vous ?", "Moi aussi"]);
        assert_eq!(split("خدمة سيئة. لماذا؟ لا أعرف"), ["خدمة سيئة.", "لماذا؟", "لا أعرف"]);
        assert_eq!(split("« Bravo ! » Il rit."), ["« Bravo ! »", "Il rit."]);
    }

    #[test]
    fn abbreviations_numbers_and_addresses_end_none() {
        assert_eq!(
            split("M. Alami et Mme. Idrissi, p. ex. le Dr. K. Naji."),
            ["M. Alami et Mme. Idrissi, p. ex. le Dr. K. Naji."]
        );
        assert_eq!(
            split("Débit de 3.5 Go sur www.atlas.example/a?b=1. Bien."),
            ["Débit de 3.5 Go sur www.atlas.example/a?b=1.", "Bien."]
        );
        assert_eq!(split("1. Ouvrir la box. 2. Attendre"), ["1. Ouvrir la box.", "2. Attendre"]);
    }

    #[test]
    fn dots_of_suspense_end_a_sentence_only_before_a_capital() {
        assert_eq!(split("J'attends... toujours rien... Vraiment"), ["J'attends... toujours rien...", "Vraiment"]);
        assert_eq!(split("c'est nul. je pars"), ["c'est nul.", "je pars"]);
    }

    #[test]
    fn text_without_punctuation_is_cut() {
        let text = "mot ".repeat(1000);
        assert!(sentences(&text).iter().all(|range| range.len() <= LONGEST));
        assert!(sentences(&"é".repeat(5000)).len() > 8);
    }

    proptest! {
        #[test]
        fn sentences_are_trimmed_ordered_and_lose_only_white_space(text in "(\\PC|[.!?…؟ \n]|[a-zA-Z]){0,60}") {
            let (mut end, mut kept) = (0, String::new());
            for range in sentences(&text) {
                prop_assert!(range.start >= end && range.start < range.end);
                prop_assert_eq!(text[range.clone()].trim(), &text[range.clone()]);
                kept.push_str(&text[range.clone()]);
                end = range.end;
            }
            kept.retain(|c| !c.is_whitespace());
            prop_assert_eq!(kept, text.chars().filter(|c| !c.is_whitespace()).collect::<String>());
        }
    }
}
