//! Plain text without what may not be stored or shown: control characters, escapes, bidirectional overrides.

/// Whether a character may not be kept: C0 but tab and line feed, DEL, C1, bidirectional overrides and isolates,
/// U+FEFF, noncharacters.
fn forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        ' '..='~' => false,
        '\0'..='\u{9F}' => true,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FDD0}'..='\u{FDEF}' => true,
        _ => c as u32 & 0xFFFE == 0xFFFE,
    }
}

/// Bytes with which characters begin that need a look: controls, and what begins with C2, E1 to E3, EF, F0 and on.
const STRANGE: [bool; 256] = {
    let mut strange = [false; 256];
    let mut b = 0;
    while b < 256 {
        strange[b] = b < 0x20 && b != 0x09 && b != 0x0A || b == 0x7F || b == 0xC2 || b == 0xE2 || b >= 0xEF;
        b += 1;
    }
    strange
};

/// Bytes with which white space begins, or characters that may be some.
const SPACES: [bool; 256] = {
    let mut spaces = [false; 256];
    let mut b = 0;
    while b < 256 {
        spaces[b] = b >= 0x09 && b <= 0x0D || b == 0x20 || b == 0xC2 || b >= 0xE1 && b <= 0xE3;
        b += 1;
    }
    spaces
};

/// Whether [`clean`] leaves a text as it is.
fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(length) = bytes[at..].iter().position(|b| STRANGE[usize::from(*b)]) {
        at += length;
        let Some(c) = text[at..].chars().next() else { return true };
        if forbidden(c) || matches!(c, '\u{2028}' | '\u{2029}') {
            return false;
        }
        at += c.len_utf8();
    }
    true
}

/// Adds the words of `text`, which begins with one, with one space between two; answers whether white space follows the
/// last.
pub fn push_words(kept: &mut String, text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut start, mut at) = (0, 0);
    loop {
        at += bytes[at..].iter().position(|b| SPACES[usize::from(*b)]).unwrap_or(bytes.len() - at);
        let Some(c) = text[at..].chars().next() else {
            kept.push_str(&text[start..]);
            return false;
        };
        if !c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        // One space between two words stays where it is.
        if c == ' ' && bytes.get(at + 1).is_some_and(|b| !SPACES[usize::from(*b)]) {
            at += 1;
            continue;
        }
        kept.push_str(&text[start..at]);
        let rest = text[at..].trim_start();
        if rest.is_empty() {
            return true;
        }
        kept.push(' ');
        at = text.len() - rest.len();
        start = at;
    }
}

/// [`clean`] of a text that is at hand.
pub fn cleaned(text: String) -> String {
    if is_clean(&text) { text } else { clean(&text) }
}

/// `text` without C0 and C1 controls but tab and line feed, without bidirectional overrides, U+FEFF and noncharacters,
/// with every line end as a line feed.
pub fn clean(text: &str) -> String {
    if is_clean(text) {
        return String::from(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{2028}' | '\u{2029}' => kept.push('\n'),
            c if forbidden(c) => {}
            c => kept.push(c),
        }
    }
    kept
}

/// [`clean`], on one line: runs of white space become one space, none at the ends. For titles and names.
pub fn line(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    if is_clean(text) {
        push_words(&mut kept, text.trim());
        return kept;
    }
    for word in text.split(char::is_whitespace) {
        let before = kept.len();
        if before > 0 {
            kept.push(' ');
        }
        let start = kept.len();
        kept.extend(word.chars().filter(|c| !forbidden(*c)));
        if kept.len() == start {
            kept.truncate(before);
        }
    }
    kept
}

/// [`clean`], each line as [`line()`] makes it, empty lines left out.
pub fn lines(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for row in clean(text).lines() {
        let before = kept.len();
        for word in row.split_whitespace() {
            kept.push_str(match kept.len() {
                0 => "",
                length if length == before => "\n",
                _ => " ",
            });
            kept.push_str(word);
        }
    }
    kept
}

/// The first `max_chars` characters of `text`.
pub fn cut(text: &str, max_chars: usize) -> &str {
    if text.len() <= max_chars {
        return text;
    }
    text.char_indices().nth(max_chars).map_or(text, |(at, _)| &text[..at])
}

/// The longest beginning of `text` that is no longer than `max_bytes` and ends between two characters.
pub fn cut_bytes(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_overrides_go_and_line_ends_are_one() {
        assert_eq!(clean("a\r\nb\rc\td\n"), "a\nb\nc\td\n");
        assert_eq!(
            clean("\u{1b}[31mZ\0i\u{7f}t\u{85}o\u{202e}u\u{2069}n\u{feff}\u{fffe}\u{1ffff}\u{fdd0}"),
            "[31mZitoun"
        );
        assert_eq!(clean("أطلس \u{200f}déçu"), "أطلس \u{200f}déçu");
    }

    #[test]
    fn words_are_parted_by_one_space() {
        for (text, meant, after) in [
            ("un", "un", false),
            ("un deux trois", "un deux trois", false),
            ("un  deux\u{a0}\ttrois ", "un deux trois", true),
            ("« l’été » …\u{2003}à\u{3000}", "« l’été » … à", true),
            ("a \u{a0}b", "a b", false),
            ("عربي é", "عربي é", false),
        ] {
            let mut kept = String::new();
            assert_eq!(push_words(&mut kept, text), after, "{text}");
            assert_eq!(kept, meant);
        }
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line(" \u{feff} Un\n titre\u{a0}\t\u{0} long \u{2028} ici "), "Un titre long ici");
        assert_eq!(line("\u{1b}\n\0"), "");
    }

    #[test]
    fn lines_are_kept_and_trimmed() {
        assert_eq!(lines("  un \t deux\r\n\r\n \u{0}\n trois\u{202e} "), "un deux\ntrois");
        assert_eq!(lines(" \n "), "");
    }

    #[test]
    fn cuts_fall_between_characters() {
        assert_eq!(cut("été", 2), "ét");
        assert_eq!(cut("été", 3), "été");
        assert_eq!(cut("ab", 0), "");
        assert_eq!(cut_bytes("été", 4), "ét");
        assert_eq!(cut_bytes("été", 99), "été");
        assert_eq!(cut_bytes("é", 1), "");
    }
}
