//! The scan before the tree: measures nesting, and leaves out what no reader of pages uses.
//!
//! Half of a page's bytes are scripts, styles and drawings; not building them halves the time of reading it.

use super::nesting::Nesting;
use super::traits::{Name, Traits, name};
use super::{MAX_TAGS, Refused, TooDeep};

/// Longest value kept of an attribute that is not known to carry text or an address.
const LONG_VALUE: usize = 1024;
/// Longest value kept of a `data-` attribute.
const LONG_DATA: usize = 128;
/// Attributes kept of one tag; the tree builder compares each with each.
const MAX_ATTRIBUTES: usize = 128;

/// `html` without scripts (but JSON-LD), styles, comments, drawings, form lists and long attributes.
pub fn lean(html: &str) -> Result<String, Refused> {
    let mut scan = Scan {
        html,
        bytes: html.as_bytes(),
        out: String::with_capacity(html.len()),
        kept: 0,
        hopeless: Vec::new(),
        unwrapped: 0,
    };
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
    /// Where the text ends that is read although it is for those without scripts.
    unwrapped: usize,
}

/// A tag as scanned: its name, the position after it, whether it closes itself.
struct Tag {
    name: Name,
    traits: Traits,
    end: usize,
    closed: bool,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), Refused> {
        let mut tags = 0;
        let mut nesting = Nesting::default();
        let mut at = 0;
        while let Some(open) = self.html[at..].find('<').map(|found| at + found) {
            if open > at {
                nesting.text()?;
            }
            tags += 1;
            if tags > MAX_TAGS {
                return Err(Refused::TooMany);
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
        let source = &self.bytes[open..tag.end];
        if !nesting.in_foreign() {
            let word = self.word(open + 1).to_ascii_lowercase();
            let rest = self.bytes.len();
            match word.as_slice() {
                // Pages that were written as XML close these at once, and browsers would take all that follows for theirs.
                b"iframe" | b"noembed" | b"noframes" | b"noscript" | b"textarea" if tag.closed => {
                    return Ok((tag.end, false));
                }
                b"script" | b"style" if self.is_empty(tag) => return Ok((tag.end, false)),
                b"script" => {
                    let linked_data = source.windows(7).any(|seven| seven.eq_ignore_ascii_case(b"ld+json"));
                    return Ok(self.element_end(tag, &word, false).map_or((rest, false), |end| (end, linked_data)));
                }
                b"title" | b"xmp" => return Ok((self.element_end(tag, &word, false).unwrap_or(rest), true)),
                b"plaintext" => return Ok((rest, true)),
                b"style" | b"iframe" | b"noembed" | b"noframes" | b"textarea" => {
                    return Ok((self.element_end(tag, &word, false).unwrap_or(rest), false));
                }
                b"noscript" if open < self.unwrapped => return Ok((tag.end, false)),
                b"noscript" => {
                    let end = self.element_end(tag, &word, false).unwrap_or(rest);
                    // Whole texts inside are meant for readers like us; lazy images and counters are not.
                    let inside = &self.html[tag.end..end];
                    let has_text = inside.len() > 2000 && inside.match_indices("<p").nth(2).is_some();
                    if has_text {
                        self.unwrapped = end;
                    }
                    return Ok((if has_text { tag.end } else { end }, false));
                }
                b"svg" if tag.closed => return Ok((tag.end, false)),
                b"svg" | b"select" | b"datalist" => {
                    if let Some(end) = self.element_end(tag, &word, word == b"svg") {
                        return Ok((end, false));
                    }
                }
                // Their own rules of nesting are not worth modelling: without its tag an unclosed one is nothing.
                b"template" => return Ok((self.element_end(tag, &word, true).unwrap_or(tag.end), false)),
                b"frameset" => return Ok((tag.end, false)),
                _ => {}
            }
        }
        nesting.start(tag.name, tag.traits, &self.bytes[open..tag.end], tag.closed)?;
        Ok((tag.end, true))
    }

    /// Whether an element closes itself, as in pages that a program of XML wrote, and markup follows, not what would be in it.
    fn is_empty(&self, tag: &Tag) -> bool {
        tag.closed && self.html[tag.end..].trim_start().starts_with('<')
    }

    /// Behind the end tag that belongs to `tag`; `None` where there is none.
    fn element_end(&mut self, tag: &Tag, word: &[u8], nests: bool) -> Option<usize> {
        if self.hopeless.contains(&tag.name) {
            return None;
        }
        let mut depth = 1usize;
        let (mut at, mut close) = (tag.end, 0);
        while let Some(open) = self.html[at..].find('<').map(|found| at + found) {
            let ends = self.bytes.get(open + 1) == Some(&b'/');
            at = open + 1 + usize::from(ends);
            if (ends || nests) && self.is_word(at, word) {
                if ends {
                    depth -= 1;
                } else {
                    // One angle may be the next of many tags.
                    if close <= at {
                        close = self.after('>', at);
                    }
                    depth += usize::from(!self.bytes[..close].ends_with(b"/>"));
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
        let starts = |word: &[u8]| name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        let is = |word: &[u8]| name.len() == word.len() && starts(word);
        let has = |word: &[u8]| value.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
        match name.first().map(u8::to_ascii_lowercase) {
            Some(b's') if is(b"style") => !value.windows(4).any(|four| four.eq_ignore_ascii_case(b"none")),
            // Pictures of faces are words, and only their address tells them from others.
            Some(b's') if is(b"src") => !has(b"smil") && !has(b"emoji") || value.len() > LONG_VALUE,
            Some(b's') => is(b"srcset") || is(b"sizes") || value.len() > LONG_VALUE,
            Some(b'h') => is(b"height") || !is(b"href") && value.len() > LONG_VALUE,
            Some(b'c') => !is(b"class") && !is(b"content") && value.len() > LONG_VALUE,
            Some(b'd') if starts(b"data-") => value.len() > LONG_DATA,
            Some(b'a') => starts(b"aria-") || value.len() > LONG_VALUE,
            Some(b'o') => starts(b"on") || value.len() > LONG_VALUE,
            Some(b'w') => is(b"width") || value.len() > LONG_VALUE,
            Some(b't') => is(b"target") || is(b"tabindex") || value.len() > LONG_VALUE,
            _ => value.len() > LONG_VALUE,
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

#[cfg(test)]
mod tests {
    use super::lean;

    #[test]
    fn what_closes_itself_as_in_xml_hides_nothing() {
        let html = "a<iframe src=x />b<script src=x />\n<p>c<script src=x />d</script>e<textarea/>f<style/><p>g";
        assert_eq!(lean(html).as_deref(), Ok("ab\n<p>cef<p>g"));
    }

    #[test]
    fn leaves_out_ballast_and_keeps_the_rest_byte_for_byte() {
        let html = "<!doctype html><p class=a onclick=\"f('>')\" style='color:red'>é<script>if (a<b) '</p>'</script> x<!-- y -->";
        assert_eq!(lean(html).as_deref(), Ok("<!doctype html><p class=a  >é x"));
        assert_eq!(lean("a<style x>b</STYLE >c<svg a=\"1\" onload=x><svg/><g></g></svg>d").as_deref(), Ok("acd"));
    }

    #[test]
    fn keeps_linked_data_and_hidden_styles() {
        let html = "<script type='application/ld+json'>{}</script><p style='display:none'>x</p>";
        assert_eq!(lean(html).as_deref(), Ok(html));
    }

    #[test]
    fn unwraps_a_text_that_is_only_there_without_scripts() {
        let long = format!("<noscript>{}</noscript>", "<p>une phrase</p>".repeat(200));
        assert!(lean(&long).is_ok_and(|html| html.starts_with("<p>une phrase")));
        assert_eq!(lean("<noscript><img src=x></noscript>y").as_deref(), Ok("y"));
    }

    #[test]
    fn an_end_that_never_comes_is_looked_for_once() {
        let html = "<svg><path>".repeat(100);
        assert_eq!(lean(&html).as_deref(), Ok(html.as_str()));
    }
}
