//! Words, pictures and the punctuation that matters, of folded text.

use std::ops::Range;

/// One token of a sentence; offsets are bytes of the folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub range: Range<usize>,
    pub sort: Sort,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Letters and digits without anything between; `true`: an apostrophe stands right before.
    Word(bool),
    /// An emoji or emoticon with its weight.
    Picture(i8),
    /// `, ; : ( )` or a dash between blanks.
    Break,
    Exclamation,
}

/// The tokens of `range` of folded `text`.
pub fn tokens(text: &str, range: Range<usize>) -> Vec<Token> {
    let mut found = Vec::with_capacity(range.len() / 5);
    let (bytes, mut at) = (text.as_bytes(), range.start);
    while at < range.end {
        let byte = bytes[at];
        let start = at;
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            at = word_end(text, at, range.end);
            if at > start {
                let quoted = start > range.start && bytes[start - 1] == b'\'';
                found.push(Token { range: start..at, sort: Sort::Word(quoted) });
                continue;
            }
            let c = text[at..].chars().next().unwrap_or(' ');
            at += c.len_utf8();
            if let Some(weight) = emoji(c) {
                found.push(Token { range: start..at, sort: Sort::Picture(weight) });
            }
            continue;
        }
        if let Some((length, weight)) =
            emoticon(&bytes[at..range.end]).filter(|_| at == 0 || !bytes[at - 1].is_ascii_alphanumeric())
        {
            found.push(Token { range: at..at + length, sort: Sort::Picture(weight) });
            at += length;
            continue;
        }
        at += 1;
        let blank = |at: Option<&u8>| at.is_none_or(|byte| *byte == b' ');
        match byte {
            b',' | b';' | b':' | b'(' | b')' => found.push(Token { range: start..at, sort: Sort::Break }),
            b'-' if start > 0 && bytes[start - 1] == b' ' && blank(bytes.get(at)) => {
                found.push(Token { range: start..at, sort: Sort::Break });
            }
            b'!' => found.push(Token { range: start..at, sort: Sort::Exclamation }),
            _ => {}
        }
    }
    found
}

fn word_end(text: &str, start: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < end {
        if bytes[at].is_ascii_alphanumeric() {
            at += 1;
        } else if bytes[at] < 0x80 {
            break;
        } else if matches!((bytes[at], bytes.get(at + 1)), (0xd8, Some(0xa0..=0xbf)) | (0xd9, Some(0x80..=0x8a))) {
            // Arabic letters, without asking the tables.
            at += 2;
        } else {
            match text[at..].chars().next() {
                Some(c) if c.is_alphanumeric() => at += c.len_utf8(),
                _ => break,
            }
        }
    }
    at.min(end)
}

/// Weights of pictures, −4..4; those that only ornament are absent.
fn emoji(c: char) -> Option<i8> {
    Some(match c {
        '😍' | '🥰' | '🤩' | '💯' => 3,
        '❤' | '💖' | '💙' | '💚' | '💜' | '🧡' | '💛' | '♥' | '😘' | '🎉' | '🏆' | '🥳' | '👏' | '👌' | '🙌' => {
            2
        }
        '👍' | '😊' | '🙂' | '😃' | '😄' | '😀' | '😁' | '😇' | '🤗' | '☺' | '💪' | '✅' | '🌹' | '🌟' | '⭐'
        | '😎' | '😋' => 2,
        '😅' | '😉' | '🤝' => 1,
        '😡' | '🤬' | '💩' | '🤮' | '🖕' => -3,
        '😠' | '👎' | '😤' | '🤢' | '😭' | '😢' | '😞' | '😩' | '😫' | '💔' | '😱' | '😒' | '😖' | '👿' | '😣' => {
            -2
        }
        '🙄' | '😕' | '🙁' | '☹' | '😔' | '🤦' | '😑' | '😬' | '❌' | '🤡' | '😪' | '😟' | '🚫' | '😥' | '😰' => {
            -1
        }
        _ => return None,
    })
}

/// An emoticon at the start of `bytes`: its length and weight.
fn emoticon(bytes: &[u8]) -> Option<(usize, i8)> {
    const ALL: [(&[u8], i8); 20] = [
        (b":-))", 2),
        (b":-)", 2),
        (b":-(", -2),
        (b":-/", -1),
        (b";-)", 1),
        (b":'(", -2),
        (b":-d", 2),
        (b":))", 2),
        (b":)", 2),
        (b":(", -2),
        (b";)", 1),
        (b":d", 2),
        (b":/", -1),
        (b"=)", 2),
        (b"=(", -2),
        (b"<3", 2),
        (b"^^", 1),
        (b": )", 2),
        (b": (", -2),
        (b":@", -2),
    ];
    if !matches!(bytes.first(), Some(b':' | b';' | b'=' | b'<' | b'^')) {
        return None;
    }
    let (text, weight) = ALL.iter().find(|(text, _)| bytes.starts_with(text))?;
    // ":d" inside a word and ":/" of an address are none.
    let next = bytes.get(text.len());
    let loose = next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'/');
    (loose || text.ends_with(b")") || text.ends_with(b"(")).then_some((text.len(), *weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorts(text: &str) -> Vec<(&str, Sort)> {
        tokens(text, 0..text.len()).into_iter().map(|token| (&text[token.range], token.sort)).collect()
    }

    #[test]
    fn words_breaks_and_pictures_are_told_apart() {
        assert_eq!(
            sorts("l'arnaque - 😡, sous-marin :) خدمه!"),
            [
                ("l", Sort::Word(false)),
                ("arnaque", Sort::Word(true)),
                ("-", Sort::Break),
                ("😡", Sort::Picture(-3)),
                (",", Sort::Break),
                ("sous", Sort::Word(false)),
                ("marin", Sort::Word(false)),
                (":)", Sort::Picture(2)),
                ("خدمه", Sort::Word(false)),
                ("!", Sort::Exclamation),
            ]
        );
    }

    #[test]
    fn addresses_hold_no_emoticons() {
        assert!(sorts("https://atlas.example").iter().all(|(_, sort)| !matches!(sort, Sort::Picture(_))));
    }
}
