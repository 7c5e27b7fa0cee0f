//! A page flattened for the search of records: its elements in document order, and where dates, names and links stand.

use jiff::Zoned;
use scraper::{ElementRef, Html, Node, node::Element};

use super::names::{self, Said};
use super::when::{self, Shown};
use crate::text::{dates, dom, effort};

/// Bytes of what may be a name.
const LONGEST_NAME: usize = 60;
/// Elements between two looks at the work done.
const STEP: usize = 4_096;

/// An element.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    pub element: ElementRef<'a>,
    pub parent: usize,
    /// One past the last element below it.
    pub end: usize,
    pub depth: usize,
    /// The same for elements of one kind: by tag and first class, or `id`, without numbers.
    pub sign: u64,
    pub said: Said,
    /// Bytes of [`Survey::text`], and how many of those before each of the two are links.
    pub from: usize,
    pub to: usize,
    pub linked: (usize, usize),
    /// Its `id` is a name and a number.
    pub numbered: bool,
    pub heading: bool,
}

/// What looks like a date.
#[derive(Debug, Clone, Copy)]
pub struct Date {
    pub spot: usize,
    pub from: usize,
    pub to: usize,
    pub shown: Shown,
    /// Stated for programs.
    pub stated: bool,
    /// The same for dates that stand in the same way.
    pub key: u64,
}

/// What may be the name of somebody.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    pub spot: usize,
    pub from: usize,
    pub to: usize,
    /// Where it is stated for programs.
    pub stated: Option<&'a str>,
    /// How much speaks for it.
    pub weight: f32,
    pub key: u64,
}

/// A link.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    pub spot: usize,
    pub href: &'a str,
}

/// The page.
#[derive(Debug, Default)]
pub struct Survey<'a> {
    pub text: String,
    pub spots: Vec<Spot<'a>>,
    /// By where they stand.
    pub dates: Vec<Date>,
    pub names: Vec<Name<'a>>,
    pub links: Vec<Link<'a>>,
}

impl<'a> Survey<'a> {
    /// Walks a page once.
    pub fn new(html: &'a Html, clock: Option<&Zoned>) -> Survey<'a> {
        let mut walk = Walk { out: Survey::default(), open: Vec::with_capacity(64), linked: 0, links: 0, clock };
        walk.all(html);
        let mut out = walk.out;
        out.dates.sort_by_key(|date| (date.spot, date.from));
        out.names.sort_by_key(|name| (name.spot, name.from));
        out.links.sort_by_key(|link| link.spot);
        out
    }

    /// The signs of an element and of what is around it.
    pub fn key(&self, spot: usize, levels: usize) -> u64 {
        let mut at = spot;
        let mut key = 0;
        for _ in 0..levels {
            let Some(here) = self.spots.get(at) else { break };
            key = mixed(key, here.sign);
            if here.parent == at {
                break;
            }
            at = here.parent;
        }
        key
    }

    /// Elements around one, from inside out.
    pub fn around(&self, spot: usize) -> impl Iterator<Item = usize> + '_ {
        let mut at = spot;
        std::iter::from_fn(move || {
            let parent = self.spots.get(at)?.parent;
            if parent == at {
                return None;
            }
            at = parent;
            Some(at)
        })
    }

    /// Whether `outer` holds `inner`, or is it.
    pub fn holds(&self, outer: usize, inner: usize) -> bool {
        outer <= inner && self.spots.get(outer).is_some_and(|spot| inner < spot.end)
    }

    /// Bytes of an element's text, and those of them that are links.
    pub fn size(&self, spot: usize) -> (usize, usize) {
        self.spots.get(spot).map_or((0, 0), |spot| (spot.to - spot.from, spot.linked.1 - spot.linked.0))
    }

    /// A piece of the text.
    pub fn piece(&self, from: usize, to: usize) -> &str {
        self.text.get(from..to).unwrap_or_default()
    }
}

/// The part of a list, sorted by place, that stands within `range`.
pub fn within<T>(list: &[T], range: (usize, usize), place: impl Fn(&T) -> usize) -> &[T] {
    let first = list.partition_point(|item| place(item) < range.0);
    let last = list.partition_point(|item| place(item) < range.1);
    list.get(first..last.max(first)).unwrap_or_default()
}

struct Walk<'a, 'c> {
    out: Survey<'a>,
    open: Vec<(usize, Option<Shown>, bool)>,
    /// Bytes of links so far.
    linked: usize,
    /// Links that are open.
    links: usize,
    clock: Option<&'c Zoned>,
}

impl<'a> Walk<'a, '_> {
    fn all(&mut self, html: &'a Html) {
        let root = html.tree.root();
        let mut at = root;
        let mut steps = 0;
        loop {
            steps += 1;
            if steps % STEP == 0 && effort::check().is_err() {
                break;
            }
            let enter = match at.value() {
                Node::Text(text) => {
                    self.text(text);
                    false
                }
                Node::Element(_) => ElementRef::wrap(at).is_some_and(|element| self.enter(element)),
                Node::Document | Node::Fragment => true,
                _ => false,
            };
            if enter && let Some(child) = at.first_child() {
                at = child;
                continue;
            }
            if enter && at.value().is_element() {
                self.leave(at.value().as_element());
            }
            let next = loop {
                if let Some(next) = at.next_sibling() {
                    break Some(next);
                }
                match at.parent() {
                    Some(parent) if parent.id() != root.id() => {
                        at = parent;
                        self.leave(at.value().as_element());
                    }
                    _ => break None,
                }
            };
            let Some(next) = next else { break };
            at = next;
        }
        while !self.open.is_empty() {
            self.leave(None);
        }
    }

    fn enter(&mut self, whole: ElementRef<'a>) -> bool {
        let element = whole.value();
        let name = element.name();
        if dom::is_unshown(name) || dom::attr(element, "hidden").is_some() {
            return false;
        }
        if name == "br" {
            dom::push_break(&mut self.out.text);
            return false;
        }
        if dom::breaks_line(name) {
            dom::push_break(&mut self.out.text);
        }
        let index = self.out.spots.len();
        let parent = self.open.last().map_or(index, |open| open.0);
        let said = said(element);
        let at = self.out.text.len();
        let link = name == "a" && dom::attr(element, "href").is_some();
        if let Some(href) = dom::attr(element, "href").filter(|_| link) {
            self.out.links.push(Link { spot: index, href });
        }
        self.links += usize::from(link);
        let (sign, numbered) = sign(element);
        self.out.spots.push(Spot {
            element: whole,
            parent,
            end: index + 1,
            depth: self.open.len(),
            sign,
            said,
            from: at,
            to: at,
            linked: (self.linked, self.linked),
            numbered,
            heading: matches!(name, "h1" | "h2" | "h3" | "h4" | "h5"),
        });
        let states =
            element.attrs().any(|(name, _)| !matches!(name, "class" | "id" | "href" | "src" | "style" | "rel"));
        if let Some(stated) = if states { stated_name(element) } else { None } {
            self.name(index, at, at, Some(stated), 6.0);
        }
        let date = if states { stated_date(element, said, self.clock) } else { None };
        self.open.push((index, date, link));
        true
    }

    fn text(&mut self, text: &str) {
        let before = self.out.text.len();
        dom::push_collapsed(&mut self.out.text, text);
        let after = self.out.text.len();
        if self.links > 0 {
            self.linked += after - before;
        }
        let Some(spot) = self.open.last().map(|open| open.0) else { return };
        let piece = self.out.piece(before, after);
        if piece.trim().is_empty() || piece.len() > 200 {
            return;
        }
        if let Some(shown) = when::read(piece, self.clock) {
            self.date(spot, before, after, shown, false);
        } else if let Some((shown, from, to)) = when::find(piece, self.clock) {
            let by = name_before(piece.get(..from).unwrap_or_default());
            if let Some((from, to)) = by {
                self.name(spot, before + from, before + to, None, 2.0);
            }
            self.date(spot, before + from, before + to, shown, false);
        }
    }

    fn leave(&mut self, element: Option<&'a Element>) {
        let Some((index, date, link)) = self.open.pop() else { return };
        self.links = self.links.saturating_sub(usize::from(link));
        let (end, to) = (self.out.spots.len(), self.out.text.trim_end().len());
        let Some(spot) = self.out.spots.get_mut(index) else { return };
        spot.end = end;
        spot.to = to.max(spot.from);
        spot.linked.1 = self.linked;
        let (from, to) = (spot.from, spot.to);
        let length = to - from;
        let before = self.out.dates.iter().rev().take_while(|date| date.spot >= index).count();
        let inner = self.out.dates.len() - before;
        if let Some(shown) = date {
            if length <= when::LONGEST {
                self.out.dates.truncate(inner);
            }
            self.date(index, from, to, shown, true);
        } else if (4..=when::LONGEST).contains(&length)
            && !self
                .out
                .dates
                .get(inner..)
                .unwrap_or_default()
                .iter()
                .any(|date| date.stated || date.to - date.from + 4 > length)
            && let Some(shown) = when::read(self.out.piece(from, to), self.clock)
        {
            self.out.dates.truncate(inner);
            self.date(index, from, to, shown, false);
        }
        if let Some(element) = element {
            self.may_be_name(index, element, link, from, to);
            if dom::breaks_line(element.name()) {
                dom::push_break(&mut self.out.text);
            }
        }
    }

    fn date(&mut self, spot: usize, from: usize, to: usize, shown: Shown, stated: bool) {
        let key = mixed(self.out.key(spot, 2), u64::from(stated));
        self.out.dates.push(Date { spot, from, to, shown, stated, key });
    }

    fn name(&mut self, spot: usize, from: usize, to: usize, stated: Option<&'a str>, weight: f32) {
        let key = mixed(self.out.key(spot, 3), u64::from(stated.is_some()));
        self.out.names.push(Name { spot, from, to, stated, weight, key });
    }

    /// Takes the text of an element for a name, where it is as short as one and something speaks for it.
    fn may_be_name(&mut self, index: usize, element: &'a Element, link: bool, from: usize, to: usize) {
        if !(2..=LONGEST_NAME).contains(&(to - from)) || self.out.dates.last().is_some_and(|date| date.spot >= index) {
            return;
        }
        let Some(spot) = self.out.spots.get(index).copied() else { return };
        let around = self.out.spots.get(spot.parent).map(|spot| spot.said).unwrap_or_default();
        let mut weight: f32 = 0.0;
        let person = link && dom::attr(element, "href").is_some_and(names::leads_to_person);
        let rel =
            dom::attr(element, "rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == "author"));
        for (holds, worth) in [
            (person || rel, 3.0),
            (spot.said.has(Said::AUTHOR), 3.0),
            (around.has(Said::AUTHOR), 1.5),
            (matches!(element.name(), "b" | "strong" | "cite" | "h3" | "h4" | "h5" | "dt" | "em"), 1.0),
            (link, 0.5),
            (spot.said.has(Said::PROFILE.with(Said::TOOL).with(Said::DATE).with(Said::ELSEWHERE)), -2.0),
        ] {
            if holds {
                weight += worth;
            }
        }
        // The name within is the name; what stands around it only says so too.
        if let Some(inner) = self
            .out
            .names
            .iter_mut()
            .rev()
            .take_while(|name| name.spot >= index)
            .find(|name| name.weight >= 2.0 && name.stated.is_none())
        {
            inner.weight = (inner.weight + 0.5 * weight.max(0.0)).min(6.0);
            return;
        }
        let text = self.out.piece(from, to);
        if weight > 0.0 && is_name(text) {
            self.name(index, from, to, None, weight);
        }
    }
}

/// Whether a short text may be a name.
fn is_name(text: &str) -> bool {
    let text = text.trim();
    text.split_whitespace().count() <= 5
        && !text.contains('\n')
        && text.chars().any(char::is_alphanumeric)
        && !text.ends_with([':', '?', '…', '»'])
        && !(text.chars().all(|c| c.is_numeric() || c.is_ascii_punctuation() || c.is_whitespace()))
        && !text.starts_with('#')
        && !names::is_button(text)
}

/// Who is named in a line before a date: "Posted by Nadia on".
fn name_before(text: &str) -> Option<(usize, usize)> {
    const BY: [&str; 8] =
        ["posted by ", "geschrieben von ", "verfasst von ", "escrito por ", "by ", "von ", "par ", "por "];
    let lower = text.to_ascii_lowercase();
    let start = BY.iter().find_map(|by| {
        let at = lower.find(by)?;
        (at == 0 || !lower.as_bytes().get(at - 1).is_some_and(u8::is_ascii_alphanumeric)).then(|| at + by.len())
    })?;
    let mut name = text
        .get(start..)?
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '-' | '–' | '|' | '»' | '·' | '('));
    for after in [" on", " le", " am", " el", " at", " um", " ,"] {
        name = name.strip_suffix(after).unwrap_or(name).trim_end_matches([' ', ',']);
    }
    (name.len() >= 2 && name.len() <= LONGEST_NAME && is_name(name)).then(|| (start, start + name.len()))
}

fn said(element: &Element) -> Said {
    let mut said = Said::default();
    for (name, value) in element.attrs() {
        said = said.with(match name {
            "class" | "id" | "data-testid" | "data-test-id" | "data-role" | "component" => names::of_names(value),
            "itemprop" | "property" => names::of_property(value),
            "itemtype" | "typeof" => names::of_type(value),
            _ => Said::default(),
        });
    }
    said
}

/// What an element states for programs about who wrote it.
fn stated_name(element: &Element) -> Option<&str> {
    const NAMES: [&str; 5] = ["data-author", "data-username", "data-author-name", "data-user-name", "data-nickname"];
    let value = NAMES.iter().find_map(|name| dom::attr(element, name)).map(str::trim)?;
    (value.len() >= 2 && value.len() <= LONGEST_NAME && value.chars().any(|c| !c.is_numeric())).then_some(value)
}

/// What an element states for programs about when it was.
fn stated_date(element: &Element, said: Said, clock: Option<&Zoned>) -> Option<Shown> {
    const EPOCHS: [&str; 7] =
        ["data-time", "data-timestamp", "data-epoch", "data-unixtime", "data-utime", "data-utc", "data-timeago"];
    let of = |value: &str| (value.len() <= when::LONGEST).then(|| dates::parse(value, clock)).flatten();
    let shown = |stamp| Shown { stamp: Some(stamp), numbers: None };
    for name in ["datetime", "data-datetime", "data-date"] {
        if let Some(stamp) = dom::attr(element, name).and_then(of) {
            return Some(shown(stamp));
        }
    }
    if let Some(stamp) = dom::attr(element, "content").filter(|_| said.has(Said::DATE)).and_then(of) {
        return Some(shown(stamp));
    }
    let epoch = |value: &&str| (9..=13).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    if let Some(stamp) = EPOCHS.iter().filter_map(|name| dom::attr(element, name)).filter(epoch).find_map(of) {
        return Some(shown(stamp));
    }
    let small = matches!(
        element.name(),
        "a" | "span" | "abbr" | "time" | "small" | "p" | "li" | "td" | "i" | "em" | "b" | "div"
    );
    let title = dom::attr(element, "title").filter(|title| small && title.len() >= 8)?;
    when::read(title, clock).filter(|shown| shown.stamp.is_some())
}

/// A sign of an element's kind, and whether its `id` is a name and a number.
fn sign(element: &Element) -> (u64, bool) {
    let mut sign = bytes_mixed(0xcbf2_9ce4_8422_2325, element.name().as_bytes());
    let id = element.id().unwrap_or_default();
    let numbered =
        id.len() <= 60 && id.bytes().any(|b| b.is_ascii_digit()) && id.bytes().any(|b| b.is_ascii_alphabetic());
    let state = |class: &&str| {
        !matches!(
            *class,
            "odd"
                | "even"
                | "alt"
                | "first"
                | "last"
                | "new"
                | "old"
                | "read"
                | "unread"
                | "active"
                | "current"
                | "clearfix"
                | "clear"
                | "cf"
                | "hidden"
                | "open"
                | "item"
        ) && !class.starts_with("js-")
    };
    match dom::attr(element, "class").and_then(|classes| classes.split_ascii_whitespace().find(state)) {
        Some(class) => sign = masked(mixed(sign, 1), class),
        None if !id.is_empty() => sign = masked(mixed(sign, 2), id),
        None => {}
    }
    (sign, numbered)
}

/// A name without its numbers, each as one.
fn masked(mut sign: u64, name: &str) -> u64 {
    let mut was_digit = false;
    for byte in name.bytes().take(80) {
        let digit = byte.is_ascii_digit();
        if !digit {
            sign = bytes_mixed(sign, &[byte]);
        } else if !was_digit {
            sign = bytes_mixed(sign, b"#");
        }
        was_digit = digit;
    }
    sign
}

fn bytes_mixed(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Two signs as one.
pub fn mixed(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
