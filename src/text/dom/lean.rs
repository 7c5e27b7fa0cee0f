//! The scan before the tree: measures nesting, and leaves out what no reader of pages uses.
//!
//! Half of a page's bytes are scripts, styles and drawings; not building them halves the time of reading it.

use super::TooDeep;
use super::nesting::{Name, Nesting, Traits, name};

/// Longest value kept of an attribute that is not known to carry text or an address.
const LONG_VALUE: usize = 1024;
/// Attributes kept of one tag; the tree builder compares each with each.
const MAX_ATTRIBUTES: usize = 128;

/// `html` without scripts (but JSON-LD), styles, comments, drawings, form lists and long attributes.
pub fn lean(html: &str) -> Result<String, TooDeep> {
    let mut scan =
        Scan { html, bytes: html.as_bytes(), out: String::with_capacity(html.len()), kept: 0, hopeless: Vec::new() };
    scan.run()?;
    Ok(scan.out)
}

struct Scan<'a> {
    html: &'a str,
    bytes: &'a [u8],
    out: String,
    /// Everything before has been written or left out.
    kept: usize,
    /// Names whose end was looked for in vain once.
    hopeless: Vec<Name>,
}

/// A tag as scanned: its name, the position after it, whether it closes itself.
struct Tag {
    name: Name,
    traits: Traits,
    end: usize,
    closed: bool,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), TooDeep> {
        let mut nesting = Nesting::default();
        let mut at = 0;
        while let Some(open) = self.html[at..].find('<').map(|found| at + found) {
            if open > at {
                nesting.text()?;
            }
            at = match self.bytes.get(open + 1) {
                Some(b'!') if self.bytes[open..].starts_with(b"<!--") => {
                    let end = self.comment_end(open + 4);
                    self.leave_out(open, end);
                    end
                }
                Some(b'!' | b'?') => self.after('>', open + 2),
                Some(b'/') if self.bytes.get(open + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    let Some(tag) = self.tag(open + 2, false) else { break };
                    nesting.end(tag.name, tag.traits)?;
                    tag.end
                }
                Some(b'/') => self.after('>', open + 2),
                Some(letter) if letter.is_ascii_alphabetic() => {
                    let before = (self.out.len(), self.kept);
                    let Some(tag) = self.tag(open + 1, true) else { break };
                    let (end, kept) = self.element(&mut nesting, open, &tag)?;
                    if !kept {
                        // Attributes of this very tag may have been left out already.
                        self.out.truncate(before.0);
                        self.kept = before.1;
                        self.leave_out(open, end);
                    }
                    end
                }
                Some(_) => open + 1,
                None => break,
            };
        }
        self.leave_out(self.bytes.len(), self.bytes.len());
        Ok(())
    }

    /// Where to go on after a start tag: behind it, or behind its whole element where that is raw text or left out;
    /// and whether it is kept.
    fn element(&mut self, nesting: &mut Nesting, open: usize, tag: &Tag) -> Result<(usize, bool), TooDeep> {
        const LEFT_OUT: [Name; 9] = [
            name(b"style"),
            name(b"noscript"),
            name(b"iframe"),
            name(b"noembed"),
            name(b"noframes"),
            name(b"textarea"),
            name(b"select"),
            name(b"datalist"),
            name(b"template"),
        ];
        const SCRIPT: Name = name(b"script");
        const SVG: Name = name(b"svg");
        const NOSCRIPT: Name = name(b"noscript");
        const RAW: [Name; 2] = [name(b"title"), name(b"xmp")];
        if !nesting.in_foreign() {
            let source = &self.bytes[open..tag.end];
            if tag.name == SCRIPT {
                let end = self.element_end(tag, b"script", false).unwrap_or(self.bytes.len());
                return Ok((end, source.windows(7).any(|seven| seven.eq_ignore_ascii_case(b"ld+json"))));
            }
            if RAW.contains(&tag.name) {
                let word: &[u8] = if tag.name == RAW[0] { b"title" } else { b"xmp" };
                return Ok((self.element_end(tag, word, false).unwrap_or(self.bytes.len()), true));
            }
            if tag.name == name(b"plaintext") {
                return Ok((self.bytes.len(), true));
            }
            if LEFT_OUT.contains(&tag.name) || tag.name == SVG {
                if tag.name == SVG && tag.closed {
                    return Ok((tag.end, false));
                }
                let word = self.word(open + 1).to_ascii_lowercase();
                let nests = matches!(word.as_slice(), b"svg" | b"template");
                if let Some(end) = self.element_end(tag, &word, nests) {
                    // Whole texts inside are meant for readers like us; lazy images and counters are not.
                    let inside = &self.html[tag.end..end];
                    if tag.name == NOSCRIPT && inside.len() > 2000 && inside.match_indices("<p").nth(2).is_some() {
                        return Ok((tag.end, false));
                    }
                    return Ok((end, false));
                }
                if LEFT_OUT[..6].contains(&tag.name) {
                    return Ok((self.bytes.len(), true));
                }
            }
        }
        nesting.start(tag.name, tag.traits, &self.bytes[open..tag.end], tag.closed)?;
        Ok((tag.end, true))
    }

    /// Behind the end tag that belongs to `tag`; `None` where there is none.
    fn element_end(&mut self, tag: &Tag, word: &[u8], nests: bool) -> Option<usize> {
        if self.hopeless.contains(&tag.name) {
            return None;
        }
        let mut depth = 1usize;
        let mut at = tag.end;
        while let Some(open) = self.html[at..].find('<').map(|found| at + found) {
            let ends = self.bytes.get(open + 1) == Some(&b'/');
            at = open + 1 + usize::from(ends);
            if (ends || nests) && self.is_word(at, word) {
                if ends {
                    depth -= 1;
                } else if !self.closes_itself(at) {
                    depth += 1;
                }
                if depth == 0 {
                    return Some(self.after('>', at));
                }
            }
        }
        self.hopeless.push(tag.name);
        None
    }

    fn is_word(&self, at: usize, word: &[u8]) -> bool {
        self.bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
            && self
                .bytes
                .get(at + word.len())
                .is_none_or(|next| matches!(next, b'>' | b'/') || next.is_ascii_whitespace())
    }

    fn closes_itself(&self, at: usize) -> bool {
        let end = self.after('>', at);
        end >= 2 && self.bytes[..end].ends_with(b"/>")
    }

    /// The letters of the name at `at`.
    fn word(&self, at: usize) -> &[u8] {
        let rest = &self.bytes[at..];
        let end = rest.iter().position(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace()).unwrap_or(rest.len());
        &rest[..end]
    }

    /// Reads a tag from its name on; leaves attributes out of a start tag. `None` where the tag never ends.
    fn tag(&mut self, at: usize, start: bool) -> Option<Tag> {
        let mut lower = [0u8; 24];
        let word = self.word(at);
        let mut i = at + word.len();
        let (id, traits) = match lower.get_mut(..word.len()) {
            Some(lower) => {
                lower.copy_from_slice(word);
                lower.make_ascii_lowercase();
                (name(lower), Traits::of(lower))
            }
            None => (name(&word.to_ascii_lowercase()), Traits::NONE),
        };
        let mut count = 0;
        loop {
            while self.bytes.get(i).is_some_and(|b| b.is_ascii_whitespace()) {
                i += 1;
            }
            match self.bytes.get(i) {
                None => return None,
                Some(b'>') => {
                    return Some(Tag { name: id, traits, end: i + 1, closed: self.bytes[i - 1] == b'/' });
                }
                Some(b'/') => i += 1,
                Some(_) => {
                    let (name_end, end) = self.attribute(i)?;
                    count += 1;
                    if start && (count > MAX_ATTRIBUTES || self.is_ballast(i, name_end, end)) {
                        self.leave_out(i, end);
                    }
                    i = end;
                }
            }
        }
    }

    /// Where the attribute at `at` has its name's and its value's end; `None` where its quote never closes.
    fn attribute(&self, at: usize) -> Option<(usize, usize)> {
        let ends_name = |b: &u8| matches!(b, b'=' | b'>' | b'/') || b.is_ascii_whitespace();
        let name_end = at + 1 + self.bytes[at + 1..].iter().position(ends_name)?;
        let mut i = name_end;
        while self.bytes.get(i).is_some_and(|b| b.is_ascii_whitespace()) {
            i += 1;
        }
        if self.bytes.get(i) != Some(&b'=') {
            return Some((name_end, name_end));
        }
        i += 1;
        while self.bytes.get(i).is_some_and(|b| b.is_ascii_whitespace()) {
            i += 1;
        }
        match *self.bytes.get(i)? {
            quote @ (b'"' | b'\'') => {
                let close = self.html[i + 1..].find(char::from(quote))?;
                Some((name_end, i + 1 + close + 1))
            }
            b'>' => Some((name_end, i)),
            _ => {
                let length = self.bytes[i..].iter().position(|b| *b == b'>' || b.is_ascii_whitespace())?;
                Some((name_end, i + length))
            }
        }
    }

    /// Whether no reader asks for this attribute.
    fn is_ballast(&self, at: usize, name_end: usize, end: usize) -> bool {
        let name = &self.bytes[at..name_end];
        let value = &self.bytes[name_end..end];
        let is = |word: &[u8]| name.eq_ignore_ascii_case(word);
        match name.len() {
            2 if is(b"id") => false,
            3 if is(b"src") || is(b"alt") => true,
            4 if is(b"href") => false,
            5 if is(b"class") => false,
            5 if is(b"style") => !value.windows(4).any(|four| four.eq_ignore_ascii_case(b"none")),
            7 if is(b"content") => false,
            5 if is(b"sizes") || is(b"width") => true,
            6 if is(b"srcset") || is(b"height") || is(b"target") => true,
            11 if is(b"data-srcset") => true,
            _ => value.len() > LONG_VALUE || name.len() > 5 && name[..2].eq_ignore_ascii_case(b"on"),
        }
    }

    /// Behind the next `stop`, or the end.
    fn after(&self, stop: char, at: usize) -> usize {
        self.html.get(at..).and_then(|rest| rest.find(stop)).map_or(self.bytes.len(), |found| at + found + 1)
    }

    fn comment_end(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        if rest.starts_with(b">") {
            return at + 1;
        }
        if rest.starts_with(b"->") {
            return at + 2;
        }
        let mut from = at;
        while let Some(dashes) = self.html[from..].find("--").map(|found| from + found) {
            match &self.bytes[dashes + 2..] {
                [b'>', ..] => return dashes + 3,
                [b'!', b'>', ..] => return dashes + 4,
                _ => from = dashes + 1,
            }
        }
        self.bytes.len()
    }

    /// Writes what was kept so far and skips `from..to`.
    fn leave_out(&mut self, from: usize, to: usize) {
        self.out.push_str(&self.html[self.kept..from]);
        self.kept = to;
    }
}
