//! The walk over a feed's elements: well-formed or not, each is put where it belongs. One pass, a stack of what is open.

use std::ops::Range;

use super::draft::{Draft, Role};
use super::finish::{self, Dialect};
use super::held::{self, Piece, line};
use super::names::{self, Element, Space};
use super::scope::Scope;
use super::tokens::{Token, Tokens, attribute, split};
use super::{FeedPage, Item, MAX_ITEMS};
use crate::model::Code;
use crate::text::effort;

/// Nesting that no honest feed has.
const MAX_DEPTH: usize = 256;
/// More items than this are not looked at.
const MAX_LOOKED_AT: usize = 50_000;

/// Why a feed is not read.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    TooDeep,
    NoFeed,
}

/// Whether a tag's local name is that of a feed's root.
fn is_root(local: &str) -> bool {
    ["rss", "feed", "RDF", "channel"].iter().any(|root| local.eq_ignore_ascii_case(root))
}

/// Whether a tag begins a page that is no feed.
fn is_page(name: &str) -> bool {
    ["html", "head", "body", "urlset", "sitemapindex", "opml"].iter().any(|page| name.eq_ignore_ascii_case(page))
}

/// Reads up to the start tag of a feed's root, whatever stands before it; `None` where a page of HTML or nothing comes
/// first.
pub fn find_root<'a>(tokens: &mut Tokens<'a>) -> Option<(Token<'a>, Range<usize>)> {
    tokens
        .find(|(token, _)| matches!(token, Token::Open { name, .. } if is_root(split(name).1) || is_page(name)))
        .filter(|(token, _)| !matches!(token, Token::Open { name, .. } if is_page(name)))
}

/// An element that is open.
struct Open<'a> {
    name: &'a str,
    element: Element,
    /// Where its start tag ends.
    inner: usize,
    /// What names without a prefix mean in it.
    default: Space,
}

struct Walk<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    /// A token that was read too early.
    again: Option<(Token<'a>, Range<usize>)>,
    dialect: Dialect,
    open: Vec<Open<'a>>,
    scope: Scope<'a>,
    /// What the text that is being read is made of.
    pieces: Vec<Piece<'a>>,
    feed: Draft<'a>,
    /// The item that is open, and how many elements are open around it.
    item: Option<(usize, Draft<'a>)>,
    /// Items read, each with its place among all.
    items: Vec<(usize, Item)>,
    found: usize,
    /// Whether the `author` that is open holds elements of its own.
    structured: bool,
}

/// Reads a feed; `base` is what addresses count from.
pub fn read(text: &str, base: Option<&str>) -> Result<FeedPage, Refused> {
    let mut tokens = Tokens::new(text);
    let Some((Token::Open { name, attributes, empty }, place)) = find_root(&mut tokens) else {
        return Err(Refused::NoFeed);
    };
    let root = split(name).1.to_ascii_lowercase();
    let mut walk = Walk {
        text,
        tokens,
        again: None,
        dialect: if root == "feed" { Dialect::Atom } else { Dialect::Rss },
        open: Vec::with_capacity(16),
        scope: Scope::new(base),
        pieces: Vec::new(),
        feed: Draft::default(),
        item: None,
        items: Vec::new(),
        found: 0,
        structured: false,
    };
    walk.scope.declare(attributes);
    walk.scope.rebase(attributes, 0);
    walk.feed.begin(attributes, |url| walk.scope.resolve(url));
    if !empty {
        let element = names::element(Space::Own, root.as_bytes());
        walk.open.push(Open { name, element, inner: place.end, default: Space::Own });
    }
    let ended = walk.run()?;
    Ok(walk.finish(ended))
}

/// How a feed came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Whole,
    /// Before its root did.
    Cut,
    /// With more items than are looked at, or more work than a page may be.
    Crowded,
}

impl<'a> Walk<'a> {
    fn run(&mut self) -> Result<Ended, Refused> {
        while !self.open.is_empty() {
            let Some((token, place)) = self.again.take().or_else(|| self.tokens.next()) else {
                return Ok(Ended::Cut);
            };
            match token {
                Token::Open { name, attributes, empty } => {
                    if self.open(name, attributes, empty, place)? {
                        return Ok(Ended::Crowded);
                    }
                }
                Token::Close { name } => {
                    // An end of nothing that is open is none.
                    if let Some(depth) = self.open.iter().rposition(|open| is_same(open.name, name)) {
                        self.close_to(depth, place.start);
                    }
                }
                Token::Text(_) | Token::Data(_) | Token::Aside => {}
            }
        }
        Ok(Ended::Whole)
    }

    /// Takes a start tag; answers whether it begins one item too many.
    fn open(&mut self, name: &'a str, tag: &'a str, empty: bool, place: Range<usize>) -> Result<bool, Refused> {
        let mut default = self.open.last().map_or(Space::Own, |open| open.default);
        if tag.contains("xmlns") {
            default = self.scope.declare(tag).unwrap_or(default);
        }
        let (space, element) = self.scope.element(name, default, self.dialect);
        match element {
            Element::Void => return Ok(false),
            Element::Item => {
                // An item inside an item: the first was not closed.
                if let Some((depth, _)) = self.item {
                    self.close_to(depth, place.start);
                }
                self.found += 1;
                if self.found > MAX_LOOKED_AT || self.found.is_multiple_of(64) && effort::check().is_err() {
                    return Ok(true);
                }
            }
            _ => {}
        }
        if element.is_known() && self.open.last().is_some_and(|open| open.element.holds_line()) {
            // What holds one line holds no element: it was not closed.
            self.close_to(self.open.len() - 1, place.start);
        }
        let parent = self.open.last().map_or(Element::Root, |open| open.element);
        // A channel in a channel has items that count, and a title that does not.
        let element = if element == Element::Channel && parent == element { Element::Other } else { element };
        let based = tag.contains("xml:base") && self.scope.rebase(tag, self.open.len());
        self.begin(element, space, parent, tag);
        if element.holds_text() {
            if !empty {
                let naked = self.capture(name, element);
                if self.is_read(space, parent) {
                    let held = held::held(self.text, &self.pieces, naked, tag);
                    self.draft().text(element, held);
                }
            }
        } else if !empty {
            self.open.push(Open { name, element, inner: place.end, default });
            if self.open.len() > MAX_DEPTH {
                return Err(Refused::TooDeep);
            }
            return Ok(false);
        } else if element == Element::Item {
            self.end_item();
        }
        if based {
            self.scope.leave(self.open.len());
        }
        Ok(false)
    }

    /// Takes what a start tag says.
    fn begin(&mut self, element: Element, space: Space, parent: Element, tag: &'a str) {
        let scope = &self.scope;
        let resolve = |url: &str| scope.resolve(url);
        match element {
            Element::Item => {
                let mut draft = Draft::default();
                draft.begin(tag, resolve);
                draft.identify(tag);
                self.item = Some((self.open.len(), draft));
            }
            Element::Channel => self.feed.begin(tag, resolve),
            Element::Author | Element::Contributor => self.structured = false,
            _ => {
                self.structured |= matches!(parent, Element::Author | Element::Contributor);
                let direct = is_own(parent);
                let draft = match &mut self.item {
                    Some((_, draft)) => draft,
                    None => &mut self.feed,
                };
                if element == Element::Guid {
                    draft.id_is_link =
                        attribute(tag, "isPermaLink").is_none_or(|said| !said.trim().eq_ignore_ascii_case("false"));
                }
                if !tag.is_empty() && (direct || space == Space::Media || element == Element::Category) {
                    draft.attributes(element, tag, direct, resolve);
                }
            }
        }
    }

    /// Whether a text stands where it tells of the item or of the feed.
    fn is_read(&self, space: Space, parent: Element) -> bool {
        is_own(parent) || space == Space::Media && self.item.is_some()
    }

    fn draft(&mut self) -> &mut Draft<'a> {
        match &mut self.item {
            Some((_, draft)) => draft,
            None => &mut self.feed,
        }
    }

    /// Reads what an element that holds text is made of, up to its end; answers whether there are tags in it.
    fn capture(&mut self, name: &str, element: Element) -> bool {
        self.pieces.clear();
        let (mut nested, mut naked) = (0usize, false);
        while let Some((token, place)) = self.tokens.next() {
            match token {
                Token::Close { name: end } if nested == 0 && is_same(end, name) => break,
                // What a feed is built of cannot be inside: the element was not closed.
                Token::Close { name: end } if is_structure(split(end).1) => {
                    self.again = Some((token, place));
                    break;
                }
                Token::Open { name: inner, .. } if ends(inner, element) => {
                    self.again = Some((token, place));
                    break;
                }
                Token::Open { name: inner, empty, .. } => {
                    naked = true;
                    nested += usize::from(!empty && is_same(inner, name));
                    self.source(place);
                }
                Token::Close { name: end } => {
                    naked = true;
                    nested -= usize::from(is_same(end, name));
                    self.source(place);
                }
                Token::Text(_) => self.source(place),
                Token::Data(data) => self.pieces.push(Piece::Data(data)),
                Token::Aside => {}
            }
        }
        naked
    }

    /// Adds what stands there to the text that is being read.
    fn source(&mut self, place: Range<usize>) {
        match self.pieces.last_mut() {
            Some(Piece::Source(last)) if last.end == place.start => last.end = place.end,
            _ => self.pieces.push(Piece::Source(place)),
        }
    }

    /// Closes what is open at `depth` and deeper.
    fn close_to(&mut self, depth: usize, at: usize) {
        while self.open.len() > depth
            && let Some(open) = self.open.pop()
        {
            self.end(&open, self.text.get(open.inner..at).unwrap_or_default());
            self.scope.leave(self.open.len());
        }
    }

    /// Takes an element that holds no text for people, at its end.
    fn end(&mut self, open: &Open<'a>, held: &'a str) {
        let parent = self.open.last().map_or(Element::Root, |open| open.element);
        match open.element {
            Element::Item => self.end_item(),
            Element::Name if matches!(parent, Element::Author | Element::Contributor) => {
                let role = self.role(parent, self.open.len() - 1);
                self.draft().person(role, &line(held).unwrap_or_default());
            }
            Element::Author | Element::Contributor if !self.structured && is_own(parent) => {
                let role = self.role(open.element, self.open.len());
                self.draft().person(role, &line(held).unwrap_or_default());
            }
            Element::Other | Element::Root | Element::Channel => {}
            element => {
                let scope = &self.scope;
                let draft = match &mut self.item {
                    Some((_, draft)) => draft,
                    None => &mut self.feed,
                };
                draft.element(element, held, is_own(parent), |url| scope.resolve(url));
            }
        }
    }

    /// The role of who is named in an element that stands at that depth.
    fn role(&self, element: Element, depth: usize) -> Role {
        let of_source =
            depth.checked_sub(1).and_then(|at| self.open.get(at)).is_some_and(|o| o.element == Element::Source);
        match element {
            _ if of_source => Role::Source,
            Element::Contributor => Role::Contributor,
            _ => Role::Author,
        }
    }

    fn end_item(&mut self) {
        if let Some((_, draft)) = self.item.take() {
            self.items.push((self.found, finish::item(draft, self.dialect)));
            if self.items.len() >= 2 * MAX_ITEMS {
                finish::keep_newest(&mut self.items);
            }
        }
    }

    fn finish(mut self, ended: Ended) -> FeedPage {
        if self.items.len() > MAX_ITEMS {
            finish::keep_newest(&mut self.items);
        }
        let items = self.items.into_iter().map(|(_, item)| item).collect();
        let mut page = finish::page(self.feed, items, self.dialect);
        if ended == Ended::Cut {
            let whole = page.items.len();
            page.incidents.push((Code::Partial, format!("the feed is cut off; {whole} whole items were read")));
        }
        if self.found > MAX_ITEMS || ended == Ended::Crowded {
            let (most, kept) = (if ended == Ended::Crowded { "more than " } else { "" }, page.items.len());
            let found = self.found - usize::from(ended == Ended::Crowded);
            page.incidents
                .push((Code::Partial, format!("the feed has {most}{found} items; the {kept} newest were read")));
        }
        page
    }
}

/// Whether two names are the same but for upper and lower case.
fn is_same(a: &str, b: &str) -> bool {
    a == b || a.eq_ignore_ascii_case(b)
}

/// Whether what stands in such an element tells of the item or of the feed.
fn is_own(parent: Element) -> bool {
    matches!(parent, Element::Item | Element::Channel | Element::Root)
}

/// Whether a local name is one of those that a feed is built of.
fn is_structure(local: &str) -> bool {
    ["item", "entry"].iter().any(|item| local.eq_ignore_ascii_case(item)) || is_root(local)
}

/// Whether a start tag shows that the text before it was not closed.
fn ends(inner: &str, element: Element) -> bool {
    match inner {
        "item" | "entry" | "pubDate" | "guid" | "content:encoded" | "dc:date" | "dc:creator" => true,
        "link" | "description" => matches!(element, Element::Title | Element::OtherTitle),
        _ => false,
    }
}
