//! A feed as it is → a feed that a strict parser reads: balanced, with known entities only, cut where it was cut off.

use std::{borrow::Cow, ops::Range};

use super::characters::{escape, fixed, mend_text};
use super::person;
use super::tags::{self, Prefixes};
use super::tokens::{Token, Tokens, split};

/// Nesting that no honest feed has; deeper ones would exhaust the parser's stack.
const MAX_DEPTH: usize = 256;

/// More items than this are not looked at.
const MAX_ITEMS: usize = 50_000;
/// Bytes of an address; taking a longer one apart would cost.
const LONGEST_ADDRESS: usize = 8_192;
/// Elements of one item that are read: links, categories, enclosures.
const MAX_PARTS: usize = 1_000;

/// A feed that can be parsed.
#[derive(Debug)]
pub struct Repaired<'a> {
    pub text: Cow<'a, str>,
    /// It ended before its root did; the last item, which was not whole, is left out.
    pub cut: bool,
    /// It has more than [`MAX_ITEMS`] items.
    pub crowded: bool,
}

/// Why a feed is not parsed.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    TooDeep,
    NoFeed,
}

/// Whether a tag's local name is that of a feed's root.
fn is_root(local: &str) -> bool {
    matches!(local, "rss" | "feed" | "RDF" | "channel")
}

/// Reads up to the start tag of a feed's root; `None` where a page of HTML or nothing comes first.
pub fn find_root<'a>(tokens: &mut Tokens<'a>) -> Option<(Token<'a>, Range<usize>)> {
    tokens
        .find(|(token, _)| matches!(token, Token::Open { name, .. } if is_root(split(name).1) || is_page(name)))
        .filter(|(token, _)| !matches!(token, Token::Open { name, .. } if is_page(name)))
}

/// Whether a tag begins a page that is no feed.
fn is_page(name: &str) -> bool {
    ["html", "head", "body", "urlset", "sitemapindex", "opml"].iter().any(|page| name.eq_ignore_ascii_case(page))
}

/// Repairs `text`; what was well-formed is returned as it is, without what precedes and follows the root.
pub fn repair(text: &str) -> Result<Repaired<'_>, Refused> {
    let mut mender = Mender {
        text,
        tokens: Tokens::new(text),
        again: None,
        output: Output { source: text, text: String::new(), from: 0 },
        open: Vec::new(),
        prefixes: Prefixes::default(),
        begin: None,
        items: 0,
        parts: 0,
        channel: false,
        wrapped: false,
        linked: true,
    };
    mender.run()
}

/// The source with replacements, copied only where there are any.
struct Output<'a> {
    source: &'a str,
    text: String,
    /// What the source holds before here is in `text`.
    from: usize,
}

impl Output<'_> {
    /// Puts `with` where `place` was; places come in order.
    fn replace(&mut self, place: Range<usize>, with: &str) {
        self.text.push_str(&self.source[self.from..place.start]);
        self.text.push_str(with);
        self.from = place.end;
    }
}

/// A state of the output that can be returned to.
#[derive(Clone, Copy)]
struct Mark {
    length: usize,
    from: usize,
    at: usize,
}

struct Mender<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    /// A token that was read too early.
    again: Option<(Token<'a>, Range<usize>)>,
    output: Output<'a>,
    /// Names of the elements that are open, the root first.
    open: Vec<&'a str>,
    prefixes: Prefixes,
    /// Where the item that is open began.
    begin: Option<Mark>,
    items: usize,
    /// Elements of the item that is open.
    parts: usize,
    /// Whether a `channel` was opened.
    channel: bool,
    /// Whether the root is a `channel`, around which an `rss` was put.
    wrapped: bool,
    /// Whether the item that is open has a `link`.
    linked: bool,
}

impl<'a> Mender<'a> {
    fn run(&mut self) -> Result<Repaired<'a>, Refused> {
        let (root, mut end) = self.root()?;
        let (mut cut, mut crowded) = (false, false);
        while self.open.len() > usize::from(self.wrapped) {
            let Some((token, place)) = self.again.take().or_else(|| self.tokens.next()) else {
                (cut, end) = (true, self.text.len());
                break;
            };
            end = place.end;
            match token {
                Token::Open { name, attributes, empty } => {
                    if self.items >= MAX_ITEMS && is_item(split(name).1) {
                        (crowded, end) = (true, place.start);
                        break;
                    }
                    self.open(name, attributes, empty, place)?;
                }
                Token::Close { name } => self.close(name, place),
                Token::Text(piece) if piece.len() > LONGEST_ADDRESS && self.holds_address() => {
                    self.output.replace(place, "");
                }
                Token::Text(piece) => {
                    if let Some(mended) = self.text(piece) {
                        self.output.replace(place, &mended);
                    }
                }
                Token::Data(piece) => {
                    if self.text.len() == place.end && !self.text.ends_with("]]>") {
                        self.output.replace(place, &escape(piece));
                    } else if let Some(mended) = self.person(piece) {
                        self.output.replace(place, &escape(&mended));
                    }
                }
                Token::Aside => {
                    let aside = &self.text[place.clone()];
                    if aside.starts_with("<?xml") || aside.starts_with("<!D") || !aside.ends_with('>') {
                        self.output.replace(place, "");
                    }
                }
            }
        }
        Ok(self.finish(root, end, cut, crowded))
    }

    /// Whether the innermost element that is open holds an address or a name that may be one.
    fn holds_address(&self) -> bool {
        matches!(self.open.last().map(|name| split(name).1), Some("link" | "guid" | "id" | "url" | "comments" | "docs"))
    }

    /// Finds the root and makes it one that the parser knows. Answers where its start tag stands.
    fn root(&mut self) -> Result<(Range<usize>, usize), Refused> {
        let Some((Token::Open { name, attributes, empty }, place)) = find_root(&mut self.tokens) else {
            return Err(Refused::NoFeed);
        };
        self.output.from = place.start;
        if split(name).1 == "channel" {
            self.output.text.push_str("<rss version=\"2.0\">");
            self.open.push("rss");
            (self.channel, self.wrapped) = (true, true);
        }
        self.prefixes.see(name, attributes);
        if let Some(tag) = tags::root(name, attributes, empty) {
            self.output.replace(place.clone(), &tag);
        }
        if !empty {
            self.open.push(name);
        }
        let name_end = place.start + 1 + name.len();
        Ok((place.start..name_end, place.end))
    }

    fn open(&mut self, name: &'a str, attributes: &'a str, empty: bool, place: Range<usize>) -> Result<(), Refused> {
        let (prefix, local) = split(name);
        self.prefixes.see(name, attributes);
        if matches!(name, "br" | "hr" | "img") {
            self.output.replace(place, " ");
            return Ok(());
        }
        if self.open.len() == 1 && split(self.open[0]).1 == "rss" {
            if !self.channel && matches!(local, "item" | "title" | "link" | "description") {
                self.output.replace(place.start..place.start, "<channel>");
                self.open.push("channel");
            }
            self.channel |= local == "channel";
        }
        if is_item(local) && prefix != "media" {
            // An item inside an item: the first was not closed.
            if let Some(depth) = self.open.iter().position(|open| is_item(split(open).1)) {
                self.close_to(depth, place.start);
            }
            self.begin = Some(self.mark(place.start));
            self.items += 1;
            self.parts = 0;
            self.linked = false;
        }
        self.linked |= local == "link";
        let leaf = is_leaf(prefix, local);
        self.parts += 1;
        if self.begin.is_some() && self.parts > MAX_PARTS && !leaf {
            // Its end tag, which ends nothing then, goes the same way.
            self.output.replace(place, "");
            return Ok(());
        }
        if leaf && !empty {
            self.leaf(name, attributes, place);
            return Ok(());
        }
        let tag = if leaf { tags::leaf(name, attributes, false, true) } else { tags::mend(name, attributes, empty) };
        if let Some(tag) = tag {
            self.output.replace(place, &tag);
        }
        if !empty {
            self.open.push(name);
            if self.open.len() > MAX_DEPTH {
                return Err(Refused::TooDeep);
            }
        }
        Ok(())
    }

    fn close(&mut self, name: &str, place: Range<usize>) {
        match self.open.iter().rposition(|open| *open == name) {
            Some(depth) => {
                self.close_to(depth + 1, place.start);
                self.open.pop();
                if !self.linked && is_item(name) && self.open.last().is_some_and(|root| split(root).1 == "RDF") {
                    // The parser drops items without one.
                    self.output.replace(place.start..place.start, "<link> </link>");
                    self.linked = true;
                }
                if !self.text[place.clone()].ends_with('>') {
                    self.output.replace(place.clone(), &format!("</{name}>"));
                }
                if self.begin.is_some() && !self.open.iter().any(|open| is_item(split(open).1)) {
                    self.begin = None;
                }
            }
            None => self.output.replace(place, ""),
        }
    }

    /// Closes what is open at `depth` and deeper.
    fn close_to(&mut self, depth: usize, at: usize) {
        while self.open.len() > depth
            && let Some(name) = self.open.pop()
        {
            self.output.replace(at..at, &format!("</{name}>"));
        }
    }

    /// An element that holds text or markup. Markup in it that is not escaped is put into a CDATA section, so that it is
    /// read as the HTML that it is, well-formed or not.
    fn leaf(&mut self, name: &'a str, attributes: &'a str, tag: Range<usize>) {
        let (mut fixes, mut nested, mut markup) = (Vec::new(), 0usize, false);
        let (mut inner_end, mut close) = (self.text.len(), self.text.len()..self.text.len());
        let is_title = split(name).1 == "title";
        for (token, place) in self.tokens.by_ref() {
            match token {
                Token::Close { name: end } if end == name && nested == 0 => {
                    (inner_end, close) = (place.start, place);
                    break;
                }
                // What a feed is built of cannot be inside: the element was not closed.
                Token::Close { name: end } if is_item(split(end).1) || is_root(split(end).1) => {
                    (inner_end, close) = (place.start, place.start..place.start);
                    self.again = Some((token, place));
                    break;
                }
                Token::Open { name: inner, .. }
                    if is_item(inner) || is_title && matches!(inner, "link" | "guid" | "pubDate" | "description") =>
                {
                    (inner_end, close) = (place.start, place.start..place.start);
                    self.again = Some((token, place));
                    break;
                }
                Token::Open { name: inner, empty, .. } => {
                    markup = true;
                    nested += usize::from(inner == name && !empty);
                }
                Token::Close { name: end } => {
                    markup = true;
                    nested -= usize::from(end == name);
                }
                Token::Text(piece) => fixes.extend(mend_text(piece).map(|mended| (place, mended))),
                Token::Data(piece) => fixes.push((place, String::from(piece))),
                Token::Aside => fixes.push((place, String::new())),
            }
        }
        let inner = tag.end..inner_end;
        let whole_data = matches!(&fixes[..], [(place, _)] if self.text[place.clone()].ends_with("]]>"));
        let (encoded, is_name) = (tags::is_base64(attributes), split(name).1 == "creator");
        self.prefixes.see(tags::renamed(name), "");
        if let Some(start) = tags::leaf(name, attributes, markup, false) {
            self.output.replace(tag, &start);
        }
        let mut held = String::new();
        if encoded || markup || is_name {
            fixed(self.text, inner.clone(), &fixes, &mut held);
        }
        if encoded {
            self.output.replace(inner, &escape(&tags::from_base64(&held)));
        } else if markup {
            self.output.replace(inner, &format!("<![CDATA[{}]]>", held.replace("]]>", "]]&gt;")));
        } else if is_name && held.contains('@') && !held.is_ascii() {
            self.output.replace(inner, &escape(&person::name(&held)));
        } else if !whole_data {
            for (place, mended) in &fixes {
                if self.text[place.clone()].starts_with("<![CDATA[") {
                    if !self.text[place.clone()].ends_with("]]>") {
                        self.output.replace(place.clone(), &escape(mended));
                    }
                } else {
                    self.output.replace(place.clone(), mended);
                }
            }
        }
        let renamed = tags::renamed(name);
        if renamed != name || close.is_empty() || !self.text[close.clone()].ends_with('>') {
            self.output.replace(close, &format!("</{renamed}>"));
        }
    }

    fn text(&self, piece: &str) -> Option<String> {
        self.person(piece).map(|name| escape(&name).into_owned()).or_else(|| mend_text(piece))
    }

    /// The name alone where an element that names a person holds an address in a form that makes the parser panic.
    fn person(&self, piece: &str) -> Option<String> {
        let (_, local) = split(self.open.last()?);
        let names = matches!(local, "author" | "creator" | "managingEditor" | "webMaster" | "owner" | "name");
        (names && !piece.is_ascii() && piece.contains('@')).then(|| person::name(piece))
    }

    fn mark(&self, at: usize) -> Mark {
        Mark { length: self.output.text.len(), from: self.output.from, at }
    }

    /// Closes what is open and hands over the text.
    fn finish(&mut self, root: Range<usize>, end: usize, cut: bool, crowded: bool) -> Repaired<'a> {
        let mut end = end;
        if let Some(begin) = self.begin.take().filter(|_| cut) {
            // The output may have run past the mark only by replacements, which go.
            self.output.text.truncate(begin.length);
            (self.output.from, end) = (begin.from, begin.at);
            if let Some(depth) = self.open.iter().position(|open| is_item(split(open).1)) {
                self.open.truncate(depth);
            }
        }
        self.close_to(0, end);
        let missing = self.prefixes.missing();
        let text = if self.output.text.is_empty() && missing.is_empty() {
            Cow::Borrowed(&self.text[root.start..end])
        } else {
            self.output.replace(end..end, "");
            let mut text = std::mem::take(&mut self.output.text);
            let tag = &self.text[root.clone()];
            let at = text.find(tag).map_or(0, |at| at + tag.len());
            text.insert_str(at, &missing);
            Cow::Owned(text)
        };
        Repaired { text, cut, crowded }
    }
}

/// Whether a local name is that of an item.
pub fn is_item(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

/// Elements whose content is text for people, where markup may stand unescaped.
fn is_leaf(prefix: &str, local: &str) -> bool {
    match local {
        "title" | "description" | "summary" | "subtitle" | "tagline" | "encoded" | "creator" | "rights"
        | "copyright" => true,
        "content" => prefix != "media",
        "body" | "fullitem" => prefix.is_empty() || prefix == "xhtml",
        _ => false,
    }
}

#[cfg(test)]
mod tests;
