//! XML cut into tokens without ever failing: what is not well-formed comes out as text or as an end without a beginning.

use std::ops::Range;

use crate::text::markup::Tags;

/// One piece of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// A start tag: the name with its prefix, all that stands between it and the end of the tag, `/>` or not.
    Open { name: &'a str, attributes: &'a str, empty: bool },
    /// An end tag.
    Close { name: &'a str },
    /// Character data as written, references not decoded; a `<` that begins no tag is in it.
    Text(&'a str),
    /// The inside of a CDATA section; the last one may be unclosed.
    Data(&'a str),
    /// Comment, processing instruction, document type.
    Aside,
}

/// Tokens of a text, each with its place. Linear in the length of the text, whatever it holds.
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    tags: Tags,
    /// No document type with declarations in it ends after here.
    no_subset: bool,
    /// The token after a run of text.
    next: Option<(Token<'a>, Range<usize>)>,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Tokens<'a> {
        Tokens { text, at: 0, tags: Tags::default(), no_subset: false, next: None }
    }

    /// The token that the `<` at `open` begins, with its end.
    fn markup(&mut self, open: usize) -> Option<(Token<'a>, usize)> {
        let text = self.text;
        let rest = &text[open..];
        let to = |pattern: &[u8], length: usize| {
            memchr::memmem::find(rest.as_bytes(), pattern).map_or(text.len(), |at| open + at + length)
        };
        match rest.as_bytes().get(1)? {
            b'!' if rest.starts_with("<!--") => Some((Token::Aside, to(b"-->", 3))),
            b'!' if rest.starts_with("<![CDATA[") => {
                let end = to(b"]]>", 0);
                Some((Token::Data(&text[open + 9..end]), (end + 3).min(text.len())))
            }
            b'!' => {
                let mut end = self.tags.close(text, open)?;
                // A document type may hold declarations of its own.
                if !self.no_subset && text[open..end].contains('[') {
                    let subset = rest.find("]>");
                    self.no_subset = subset.is_none();
                    end = subset.map_or(end, |at| open + at + 1);
                }
                Some((Token::Aside, end + 1))
            }
            b'?' => Some((Token::Aside, to(b"?>", 2))),
            b'/' => {
                let length = name_length(&rest[2..])?;
                let tail = &rest[2 + length..];
                let end = match tail.find(['<', '>']) {
                    Some(at) if tail.as_bytes()[at] == b'>' => at + 1,
                    Some(at) => at,
                    None => tail.len(),
                };
                Some((Token::Close { name: &rest[2..2 + length] }, open + 2 + length + end))
            }
            _ => {
                let length = name_length(&rest[1..])?;
                let end = self.tags.end(text, open)?;
                let attributes = &text[open + 1 + length..end];
                let empty = attributes.ends_with('/');
                let attributes = attributes.strip_suffix('/').unwrap_or(attributes);
                Some((Token::Open { name: &rest[1..1 + length], attributes, empty }, end + 1))
            }
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (Token<'a>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(next) = self.next.take() {
            self.at = next.1.end;
            return Some(next);
        }
        let (start, mut probe) = (self.at, self.at);
        let text_end = loop {
            let Some(length) = memchr::memchr(b'<', &self.text.as_bytes()[probe..]) else { break self.text.len() };
            let open = probe + length;
            match self.markup(open) {
                Some((token, end)) if open == start => {
                    self.at = end;
                    return Some((token, open..end));
                }
                Some((token, end)) => {
                    self.next = Some((token, open..end));
                    break open;
                }
                None => probe = open + 1,
            }
        };
        self.at = text_end;
        (text_end > start).then(|| (Token::Text(&self.text[start..text_end]), start..text_end))
    }
}

/// How long the name is that `text` begins with; `None` where it begins with none.
fn name_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80) {
        return None;
    }
    let length = bytes.iter().position(|b| b.is_ascii_whitespace() || b"/><=\"'&".contains(b)).unwrap_or(bytes.len());
    Some(length)
}

/// A name's prefix (empty without one) and its local part.
pub fn split(name: &str) -> (&str, &str) {
    name.rsplit_once(':').unwrap_or(("", name))
}

/// The attributes of a start tag: name, value as written, and whether it was quoted.
pub fn attributes(mut rest: &str) -> impl Iterator<Item = (&str, &str, bool)> {
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/' || c == '=');
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
        if end == 0 {
            return None;
        }
        let name = &rest[..end];
        let after = rest[end..].trim_ascii_start();
        let Some(value) = after.strip_prefix('=') else {
            rest = after;
            return Some((name, "", false));
        };
        let value = value.trim_ascii_start();
        if let Some(quote @ (b'"' | b'\'')) = value.as_bytes().first().copied()
            && let Some(length) = value[1..].find(quote as char)
        {
            rest = &value[length + 2..];
            return Some((name, &value[1..=length], true));
        }
        let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
        rest = &value[end..];
        Some((name, &value[..end], false))
    })
}

/// The value of an attribute, as written; its name in upper or lower case.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    attributes(tag).find(|(known, ..)| known.eq_ignore_ascii_case(name)).map(|(_, value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Token<'_>> {
        let mut end = 0;
        let tokens = Tokens::new(text).map(|(token, place)| {
            assert_eq!(place.start, end, "no gap");
            end = place.end;
            token
        });
        let tokens = tokens.collect();
        assert_eq!(end, text.len());
        tokens
    }

    #[test]
    fn a_feed_comes_apart() {
        let tokens =
            all("<?xml?><!-- <a> --><!DOCTYPE x [<!ENTITY y \"z\">]><a:b c='>' d/>t &amp; u<![CDATA[<v>]]></a:b >");
        assert_eq!(
            tokens,
            [
                Token::Aside,
                Token::Aside,
                Token::Aside,
                Token::Open { name: "a:b", attributes: " c='>' d", empty: true },
                Token::Text("t &amp; u"),
                Token::Data("<v>"),
                Token::Close { name: "a:b" },
            ]
        );
    }

    #[test]
    fn what_begins_no_tag_is_text() {
        assert_eq!(all("gamer<3 & 1 < 2 <"), [Token::Text("gamer<3 & 1 < 2 <")]);
        assert_eq!(all("a <b c"), [Token::Text("a <b c")]);
        assert_eq!(all("</a</b>"), [Token::Close { name: "a" }, Token::Close { name: "b" }]);
        assert_eq!(all("x<![CDATA[y"), [Token::Text("x"), Token::Data("y")]);
    }

    #[test]
    fn attributes_are_read_however_they_are_quoted() {
        let read: Vec<_> = attributes(" a=\"1\" b = '2' c=3 d e='4 \" 5'f=6").collect();
        assert_eq!(
            read,
            [
                ("a", "1", true),
                ("b", "2", true),
                ("c", "3", false),
                ("d", "", false),
                ("e", "4 \" 5", true),
                ("f", "6", false)
            ]
        );
        assert_eq!(attributes("= / ==\"").count(), 1);
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        let start = std::time::Instant::now();
        for piece in
            ["<a b=\"", "<a", "</a", "<!", "<![CDATA[", "<?", "<!--", "<!D [", "<a b='<a c=\"", "<a b=\"'\"<", "<!D[>"]
        {
            Tokens::new(&piece.repeat(100_000 / piece.len())).count();
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
