//! Where a name may begin and end: word boundaries of several scripts, Arabic prefixes, addresses.

use std::ops::Range;

/// What a character is when it stands next to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Digit,
    Latin,
    Arabic,
    OtherLetter,
    /// No letter, or a letter of a script that is written without spaces.
    Free,
}

fn sort(c: char) -> Sort {
    match c {
        '0'..='9' => Sort::Digit,
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' if c.is_alphabetic() => Sort::Latin,
        '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' if c.is_alphabetic() => Sort::Arabic,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' => Sort::Free,
        _ if c.is_alphabetic() => Sort::OtherLetter,
        _ if c.is_numeric() => Sort::Digit,
        _ => Sort::Free,
    }
}

/// Whether two neighbours belong to one word. Letters of two scripts do not: "ديالAtlas".
fn joined(left: char, right: char) -> bool {
    match (sort(left), sort(right)) {
        (Sort::Free, _) | (_, Sort::Free) => false,
        (Sort::Digit, _) | (_, Sort::Digit) => true,
        (left, right) => left == right,
    }
}

/// Conjunctions, prepositions and the article, as Arabic writes them onto the next word.
const PREFIXES: [&str; 22] = [
    "و", "ف", "ب", "ل", "ك", "ال", "وب", "ول", "وك", "فب", "فل", "فك", "وال", "فال", "بال", "كال", "وبال", "وكال",
    "فبال", "لل", "ولل", "فلل",
];

/// Whether a name may begin at byte `at` of folded `text`; `merged`: it begins with an article that already took "li"
/// in, so only a conjunction may precede.
pub fn may_begin(text: &str, at: usize, merged: bool) -> bool {
    let mut before = text[..at].chars();
    let Some(first) = text[at..].chars().next() else { return false };
    match before.next_back() {
        Some(last) if joined(last, first) => {}
        _ => return true,
    }
    if sort(first) != Sort::Arabic {
        return false;
    }
    let letters = text[..at].chars().rev().take(5).take_while(|c| sort(*c) == Sort::Arabic);
    let prefix = &text[at - letters.map(char::len_utf8).sum::<usize>()..at];
    let digit_before = text[..at - prefix.len()].chars().next_back().is_some_and(|c| sort(c) == Sort::Digit);
    !digit_before && if merged { matches!(prefix, "و" | "ف") } else { PREFIXES.contains(&prefix) }
}

/// Whether a name may end at byte `at` of folded `text`.
pub fn may_end(text: &str, at: usize) -> bool {
    match (text[..at].chars().next_back(), text[at..].chars().next()) {
        (Some(last), Some(next)) => !joined(last, next),
        _ => true,
    }
}

/// Endings of hosts that are written without scheme and path.
const ENDINGS: [&str; 16] =
    ["ma", "fr", "com", "net", "org", "info", "eu", "be", "ch", "ca", "dz", "tn", "io", "co", "app", "tv"];

/// How far an address is looked for around a name, in bytes.
const FAR: usize = 512;

/// Whether `range` of folded `text` lies within a web or mail address.
pub fn in_address(text: &str, range: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let outside = |byte: &u8| {
        byte.is_ascii_whitespace()
            || matches!(byte, b',' | b';' | b'|' | b'"' | b'<' | b'>' | b'(' | b')' | b'[' | b']')
    };
    let before = &bytes[range.start.saturating_sub(FAR)..range.start];
    let before = &before[before.iter().rposition(outside).map_or(0, |at| at + 1)..];
    let after = &bytes[range.end..(range.end + FAR).min(bytes.len())];
    let after = &after[..after.iter().position(outside).unwrap_or(after.len())];
    if before.is_empty() && after.first().is_none_or(|byte| !matches!(byte, b'.' | b'@' | b':' | b'-' | b'_')) {
        return false;
    }
    let holds = |part: &[u8], what: &[u8]| part.windows(what.len()).any(|window| window == what);
    let word = |byte: &u8| byte.is_ascii_alphanumeric();
    let scheme =
        holds(before, b"://") || holds(before, b"www.") || holds(before, b"mailto:") || after.starts_with(b"://");
    let mailbox_before = before.iter().position(|byte| *byte == b'@').is_some_and(|at| at > 0 && word(&before[at - 1]));
    let mailbox_after = after.iter().position(|byte| *byte == b'@').is_some_and(|at| {
        after.get(at + 1).is_some_and(word)
            && holds(&after[at..], b".")
            && after[..at].iter().all(|b| word(b) || b"._+-".contains(b))
    });
    // "atlas.example/offre": a host with a path, even without a scheme.
    let host = after.first() == Some(&b'.')
        && after.get(1).is_some_and(word)
        && after
            .iter()
            .position(|byte| *byte == b'/')
            .is_some_and(|slash| after[1..slash].iter().all(|b| word(b) || b".-".contains(b)));
    // "atlas.ma": a host alone, by the endings that our users' addresses have; "Atlas.Le service" is no host.
    let ending = &after[1.min(after.len())..];
    let ending = &ending[..ending.iter().position(|byte| !word(byte)).unwrap_or(ending.len())];
    let bare = after.first() == Some(&b'.') && ENDINGS.iter().any(|known| known.as_bytes() == ending);
    // "x.com/atlas": a path below a host.
    let path = before.iter().position(|byte| *byte == b'/').is_some_and(|slash| {
        holds(&before[..slash], b".") && before[..slash].iter().all(|b| word(b) || b".-".contains(b))
    });
    scheme || mailbox_before || mailbox_after || host || bare || path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_one_script_join_and_scripts_do_not() {
        assert!(joined('a', 'é') && joined('a', '1') && joined('ب', 'ا'));
        assert!(!joined('a', 'ب') && !joined('a', '-') && !joined('東', '芝') && !joined('\'', 'a'));
    }

    #[test]
    fn only_known_prefixes_may_precede_an_arabic_name() {
        let at = "وب".len();
        assert!(may_begin("وباطلس", at, false));
        assert!(!may_begin("وباطلس", at, true));
        assert!(!may_begin("كتاباطلس", "كتاب".len(), false));
        assert!(!may_begin("3باطلس", "3ب".len(), false));
    }

    #[test]
    fn a_path_makes_an_address_and_a_full_stop_does_not() {
        assert!(in_address("atlas.example/x", &(0..5)));
        assert!(!in_address("atlas.puis", &(0..5)));
        assert!(!in_address("atlas/zitoun", &(0..5)));
        assert!(in_address("https://a.example/atlas-bien", &(18..23)));
    }
}
