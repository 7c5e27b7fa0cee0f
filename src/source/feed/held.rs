//! What an element holds, as text: references decoded, sections opened, base 64 decoded, markup that was not escaped
//! kept as the HTML that it is.

use std::{borrow::Cow, ops::Range};

use super::tokens::{Token, Tokens, attribute};
use crate::text::{charset, markup, plain};

/// What a feed says that a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is said.
    Unsaid,
    Text,
    Html,
    /// Text that is no markup for certain, with its lines.
    Lines,
}

/// A text for people, as markup or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held<'a> {
    pub text: Cow<'a, str>,
    pub kind: Kind,
}

impl Held<'_> {
    /// Whether there is nothing in it.
    pub fn is_blank(&self) -> bool {
        self.text.trim_ascii_start().is_empty()
    }
}

/// A part of what an element holds.
#[derive(Debug)]
pub enum Piece<'a> {
    /// Character data and tags as written, and where.
    Source(Range<usize>),
    /// A CDATA section's inside.
    Data(&'a str),
}

/// Puts the parts of an element together. `naked` where there are tags among them, `tag` is its own start tag.
pub fn held<'a>(text: &'a str, pieces: &[Piece<'a>], naked: bool, tag: &str) -> Held<'a> {
    let whole = |piece: &Piece<'a>| match piece {
        Piece::Source(place) if naked => Cow::Borrowed(&text[place.clone()]),
        Piece::Source(place) => decoded(&text[place.clone()]),
        Piece::Data(data) => Cow::Borrowed(*data),
    };
    let mut said = pieces.iter().filter(|piece| !is_filling(text, piece));
    let mut joined = match (said.next(), said.next()) {
        (None, _) => Cow::Borrowed(""),
        (Some(only), None) => whole(only),
        _ => Cow::Owned(pieces.iter().map(whole).collect()),
    };
    // A section that was escaped as a whole.
    if let Some(inner) = joined.trim_ascii_start().strip_prefix("<![CDATA[") {
        joined = Cow::Owned(inner.trim_ascii_end().trim_end_matches("]]>").to_string());
    }
    if is_base64(tag)
        && let Cow::Owned(bytes) = from_base64(&joined)
    {
        joined = Cow::Owned(bytes);
        return Held { text: joined, kind: Kind::Html };
    }
    Held { text: joined, kind: if naked { Kind::Html } else { kind(tag) } }
}

/// White space between sections, and the end of a section within a section.
fn is_filling(text: &str, piece: &Piece) -> bool {
    match piece {
        Piece::Source(place) => matches!(text[place.clone()].trim_ascii(), "" | "]]>"),
        Piece::Data(data) => data.is_empty(),
    }
}

/// What a start tag says of the text.
fn kind(tag: &str) -> Kind {
    if tag.is_empty() {
        return Kind::Unsaid;
    }
    match attribute(tag, "type").map(|kind| kind.trim().to_ascii_lowercase()) {
        None => Kind::Unsaid,
        Some(kind) if kind.contains("html") || kind.contains("xml") => Kind::Html,
        Some(_) => Kind::Text,
    }
}

/// Whether an element's text is encoded in base 64: it says so, or its type is no text.
fn is_base64(tag: &str) -> bool {
    if tag.is_empty() {
        return false;
    }
    match (attribute(tag, "mode"), attribute(tag, "type")) {
        (Some(mode), _) => mode.eq_ignore_ascii_case("base64"),
        (None, None) => false,
        (None, Some(kind)) => {
            let kind = kind.to_ascii_lowercase();
            kind.contains('/') && !["text/", "html", "xml"].iter().any(|text| kind.contains(text))
        }
    }
}

/// Text out of base 64: as it is where it is none, empty where it holds no text.
fn from_base64(text: &str) -> Cow<'_, str> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut bits) = (0u32, 0);
    for b in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return Cow::Borrowed(text),
        };
        buffer = buffer << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
        }
    }
    Cow::Owned(if bytes.contains(&0) { String::new() } else { charset::decode(&bytes, None).into_owned() })
}

/// Character data with its references decoded, of which XML wants each to end with a semicolon. What is none stays.
pub fn decoded(text: &str) -> Cow<'_, str> {
    let Some(mut at) = memchr::memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let (mut decoded, mut kept) = (String::with_capacity(text.len()), 0);
    loop {
        let rest = &text[at..];
        match markup::reference(rest).filter(|(_, length)| rest[..*length].ends_with(';')) {
            Some((c, length)) => {
                decoded.push_str(&text[kept..at]);
                decoded.push(c);
                at += length;
                kept = at;
            }
            None => at += 1,
        }
        match memchr::memchr(b'&', &text.as_bytes()[at..]) {
            Some(length) => at += length,
            None if kept == 0 => return Cow::Borrowed(text),
            None => {
                decoded.push_str(&text[kept..]);
                return Cow::Owned(decoded);
            }
        }
    }
}

/// Bytes of an element that holds no more than a name, a date or an address, its markup included.
const BRIEF: usize = 16 << 10;

/// An element's text on one line: references decoded, sections opened, without the tags in it; `None` if nothing is left.
pub fn line(held: &str) -> Option<String> {
    let held = plain::cut_bytes(held, BRIEF).trim_ascii();
    if held.is_empty() {
        return None;
    }
    let simple = |b: u8| b.is_ascii_graphic() && b != b'<' && b != b'&';
    if held.bytes().all(simple) {
        return Some(String::from(held));
    }
    let line = if !held.contains('<') {
        plain::line(&markup::entities(held))
    } else {
        let mut text = String::new();
        for (token, _) in Tokens::new(held) {
            match token {
                Token::Text(piece) => text.push_str(&markup::entities(piece)),
                Token::Data(piece) => text.push_str(piece),
                _ => {}
            }
        }
        plain::line(&text)
    };
    Some(line).filter(|line| !line.is_empty())
}

/// An attribute's value on one line; `None` where it is empty.
pub fn value(tag: &str, name: &str) -> Option<String> {
    attribute(tag, name).map(|value| plain::line(&markup::entities(value))).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_gives_text_or_nothing() {
        assert_eq!(from_base64(" w6l0 w6k=\n"), "été");
        assert_eq!(from_base64("pas du tout !"), "pas du tout !");
        assert_eq!(from_base64("AAECAw=="), "");
    }

    #[test]
    fn references_end_with_a_semicolon() {
        assert_eq!(
            decoded("R&D &eacute;t&eacute; &nbsp;&amp;&nosuch; 1 < 2 &#146; &lt;p&gt; &copy=1 &quot;"),
            "R&D été \u{a0}&&nosuch; 1 < 2 ’ <p> &copy=1 \""
        );
        assert!(matches!(decoded("rien & rien"), Cow::Borrowed(_)));
    }

    #[test]
    fn types_say_what_a_text_is() {
        assert_eq!(kind(""), Kind::Unsaid);
        assert_eq!(kind(" type=\"TEXT/HTML\""), Kind::Html);
        assert_eq!(kind(" type='application/xhtml+xml'"), Kind::Html);
        assert_eq!(kind(" type='text/plain'"), Kind::Text);
        assert!(is_base64(" mode='base64' type='text/html'") && is_base64(" type='image/png'"));
        assert!(!is_base64(" mode='escaped' type='image/png'") && !is_base64(" type='text/x'"));
    }

    #[test]
    fn lines_are_read_through_tags_and_sections() {
        assert_eq!(line(" 14 nov.\n <![CDATA[2026 & ]]><b>x</b> "), Some(String::from("14 nov. 2026 & x")));
        assert_eq!(line("http://a.example/?a=1&amp;b=2").as_deref(), Some("http://a.example/?a=1&b=2"));
        assert_eq!(line(" \n"), None);
    }
}
