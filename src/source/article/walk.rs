//! The one walk over a page's tree that gathers its outline.

use std::borrow::Cow;

use scraper::{ElementRef, Html, Node, node::Element};

use super::hints::{self, Hint};
use super::outline::{Area, Block, Find, Kind, Outline, Tag, What};
use crate::text::dom;

/// Longest text of an element that is taken for a name or a date.
const MAX_NAME: usize = 200;
/// Longest heading that is taken for a title.
const MAX_HEADING: usize = 2_000;

/// Bytes from which a link on the line is a title, not a name or a button.
const LONG_LINK: usize = 25;

struct Frame<'a> {
    /// The area that was current before, where this element opened one.
    outer: Option<usize>,
    kind: Kind,
    block: bool,
    link: bool,
    /// What the text of this element is, and where it starts.
    capture: Option<(What<'a>, usize)>,
}

/// Walks the tree once.
pub fn outline(html: &Html) -> Outline<'_> {
    let mut walk = Walk {
        out: Outline::default(),
        frames: Vec::with_capacity(64),
        holder: 0,
        kind: Kind::Loose,
        from: 0,
        linked: 0,
        links: 0,
        link_from: 0,
        home: None,
    };
    walk.out.areas.push(Area {
        parent: 0,
        hint: Hint::NONE,
        tag: Tag::Body,
        in_comments: false,
        quote: None,
        first: 0,
        last: 0,
    });
    let root = html.tree.root();
    let mut at = root;
    'walk: loop {
        let enter = match at.value() {
            Node::Text(text) => {
                dom::push_collapsed(&mut walk.out.text, text);
                false
            }
            Node::Element(element) => {
                let first = at.first_child().and_then(|child| child.value().as_text().map(|text| &text.text[..]));
                walk.open(element, first)
            }
            Node::Document | Node::Fragment => true,
            _ => false,
        };
        if enter {
            if let Some(child) = at.first_child() {
                at = child;
                continue;
            }
            if ElementRef::wrap(at).is_some() {
                walk.close();
            }
        }
        loop {
            if let Some(next) = at.next_sibling() {
                at = next;
                break;
            }
            match at.parent() {
                Some(parent) if parent.id() != root.id() => {
                    at = parent;
                    walk.close();
                }
                _ => break 'walk,
            }
        }
    }
    walk.flush();
    walk.out.areas[0].last = walk.out.blocks.len();
    walk.out
}

struct Walk<'a> {
    out: Outline<'a>,
    frames: Vec<Frame<'a>>,
    holder: usize,
    kind: Kind,
    /// Where the current block starts.
    from: usize,
    linked: usize,
    links: usize,
    link_from: usize,
    /// Where the text of the last link to the front page starts, and whether it is open.
    home: Option<(usize, bool)>,
}

/// The attributes that the walk asks for.
#[derive(Default)]
struct Asked<'a> {
    hint: Hint,
    prop: Option<&'a str>,
    name: Option<&'a str>,
    content: Option<&'a str>,
    datetime: Option<&'a str>,
    rel: Option<&'a str>,
    href: Option<&'a str>,
    lang: Option<&'a str>,
    title: Option<&'a str>,
    kind: Option<&'a str>,
    pubdate: bool,
}

impl<'a> Asked<'a> {
    fn of(element: &'a Element) -> Asked<'a> {
        let mut asked = Asked::default();
        for (name, value) in element.attrs() {
            match name {
                "class" | "id" => asked.hint.add(hints::of_names(value)),
                "itemprop" => asked.prop = Some(value),
                "name" => asked.name = asked.name.or(Some(value)),
                "property" => asked.name = Some(value),
                "content" => asked.content = Some(value),
                "datetime" => asked.datetime = Some(value),
                "rel" => asked.rel = Some(value),
                "href" => asked.href = Some(value),
                "lang" => asked.lang = Some(value),
                "title" => asked.title = Some(value),
                "type" => asked.kind = Some(value),
                "pubdate" => asked.pubdate = true,
                "hidden" => asked.hint.add(Hint::HIDDEN),
                "style" if hides(value) => asked.hint.add(Hint::HIDDEN),
                "role" => match value {
                    "navigation" | "complementary" | "contentinfo" | "search" | "dialog" | "alertdialog" | "menu"
                    | "menubar" => asked.hint.add(Hint::BAD),
                    "main" | "article" => asked.hint.add(Hint::GOOD),
                    _ => {}
                },
                _ => {}
            }
        }
        asked
    }
}

fn hides(style: &str) -> bool {
    style.find("display").is_some_and(|at| style[at + 7..].trim_start_matches([':', ' ']).starts_with("none"))
}

/// Whether a link leads to a front page.
fn leads_home(href: &str) -> bool {
    let path = match href.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None if href.starts_with('/') => href,
        None => return href == "./",
    };
    let path = path.trim_matches('/');
    matches!(path, "" | "index.html" | "index.php")
}

impl<'a> Walk<'a> {
    /// Sees an element; whether its children are wanted too.
    fn open(&mut self, element: &'a Element, first: Option<&'a str>) -> bool {
        let name = element.name();
        match name {
            "meta" | "link" | "base" | "script" | "title" | "html" => return self.head(name, element, first),
            "br" | "wbr" | "img" | "input" | "hr" | "source" | "area" | "col" | "embed" | "param" | "track" => {
                match name {
                    "br" => dom::push_break(&mut self.out.text),
                    "hr" => self.flush(),
                    "input" if element.attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("email")) => {
                        self.signup()
                    }
                    _ => {}
                }
                return false;
            }
            "head" => {
                self.frames.push(Frame { outer: None, kind: self.kind, block: false, link: false, capture: None });
                return true;
            }
            _ if dom::is_unshown(name) || matches!(name, "button" | "audio" | "video" | "canvas" | "dialog") => {
                return false;
            }
            _ => {}
        }
        let asked = Asked::of(element);
        let hint = asked.hint;
        let block = dom::breaks_line(name);
        let mut frame = Frame { outer: None, kind: self.kind, block, link: false, capture: None };
        if block {
            self.flush();
            let (kind, opens) = match name {
                "p" => (Kind::Paragraph, false),
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => (Kind::Heading, false),
                "pre" | "listing" => (Kind::Pre, true),
                "li" | "dt" | "dd" => (Kind::Item, true),
                "td" | "th" => (Kind::Cell, true),
                "figcaption" | "caption" => (Kind::Caption, true),
                "blockquote" => (Kind::Quote, true),
                // A figure's text is its caption, whatever the element around it.
                _ if matches!(self.kind, Kind::Caption | Kind::Heading) => (self.kind, true),
                "figure" => (Kind::Caption, true),
                _ => (Kind::Loose, true),
            };
            self.kind = kind;
            if opens || hint != Hint::NONE {
                frame.outer = Some(self.holder);
                let tag = match name {
                    "body" => Tag::Body,
                    "article" => Tag::Article,
                    "main" => Tag::Main,
                    "ul" | "ol" | "dl" | "menu" | "dir" => Tag::List,
                    "table" => Tag::Table,
                    "nav" | "aside" | "footer" => Tag::Furniture,
                    "header" | "form" => Tag::Header,
                    "figure" | "figcaption" | "caption" => Tag::Figure,
                    _ => Tag::Other,
                };
                let mut hint = hint;
                if asked.prop.is_some_and(|prop| prop.split_ascii_whitespace().any(|word| word == "articleBody")) {
                    hint.add(Hint::BODY);
                }
                let first = self.out.blocks.len();
                let named = hint.has(Hint::COMMENTS) && !matches!(tag, Tag::Body | Tag::Main);
                let in_comments = named || self.out.areas[self.holder].in_comments;
                let around = self.out.areas[self.holder].quote;
                let quote = around.or((name == "blockquote").then_some(self.out.areas.len()));
                self.out.areas.push(Area { parent: self.holder, hint, tag, in_comments, quote, first, last: first });
                self.holder = self.out.areas.len() - 1;
            }
        } else if name == "a" {
            frame.link = true;
            if self.links == 0 {
                self.link_from = self.out.text.len();
            }
            self.links += 1;
            if asked.href.is_some_and(leads_home) {
                self.home = Some((self.out.text.len(), true));
            }
        } else if (hint.has(Hint::HIDDEN) || hint.has(Hint::BAD))
            && !hint.has(Hint::BODY)
            && matches!(name, "span" | "ins")
        {
            // Screen readers' labels and the like: not part of the sentence around them.
            if hint.has(Hint::HIDDEN) {
                return false;
            }
        }
        frame.capture = self.capture(name, &asked).map(|what| (what, self.out.text.len()));
        self.frames.push(frame);
        true
    }

    /// What the text or an attribute of this element tells; an attribute is noted at once.
    fn capture(&mut self, name: &'a str, asked: &Asked<'a>) -> Option<What<'a>> {
        let hint = asked.hint;
        if let Some(prop) = asked.prop {
            match asked.content.or(asked.datetime) {
                Some(value) => self.find(What::Prop(prop), value),
                None if !prop.contains("articleBody") && !prop.contains("text") => return Some(What::Prop(prop)),
                None => {}
            }
        }
        match name {
            "h1" => {
                self.out.heading = self.out.heading.or(Some(self.out.blocks.len()));
                return Some(What::Heading1);
            }
            "h2" if !hint.has(Hint::AUTHOR) && !hint.has(Hint::DATE) => return Some(What::Heading2),
            "byline" => return Some(What::AuthorText),
            "time" => {
                let updated = hint.is_update();
                match asked.datetime {
                    Some(value) if !value.is_empty() => {
                        let marked = asked.pubdate || hint.has(Hint::DATE);
                        self.find(What::Time { updated, marked }, value);
                    }
                    _ => return Some(What::DateText { updated }),
                }
                return None;
            }
            _ => {}
        }
        if let Some(rel) = asked.rel {
            if rel.split_ascii_whitespace().any(|word| word == "author") {
                return Some(What::AuthorLink);
            }
            if rel.split_ascii_whitespace().any(|word| word == "tag") {
                return Some(What::Tag);
            }
        }
        if hint.has(Hint::AUTHOR) && name != "body" {
            return Some(What::AuthorText);
        }
        if hint.has(Hint::DATE) && name != "body" {
            // As hAtom has it, and blogs that show a date in words.
            if let Some(title) = asked.title.filter(|title| title.bytes().filter(u8::is_ascii_digit).count() >= 8) {
                self.find(What::Time { updated: hint.is_update(), marked: true }, title);
            }
            return Some(What::DateText { updated: hint.is_update() });
        }
        None
    }

    /// Elements that show nothing but say something.
    fn head(&mut self, name: &str, element: &'a Element, first: Option<&'a str>) -> bool {
        let asked = Asked::of(element);
        match name {
            "meta" => {
                if let Some(value) = asked.content {
                    if let Some(name) = asked.name {
                        self.find(What::Meta(name), value);
                    }
                    if let Some(prop) = asked.prop {
                        self.find(What::Prop(prop), value);
                    }
                }
            }
            "link" => {
                if let (Some(rel), Some(href)) = (asked.rel, asked.href)
                    && rel.eq_ignore_ascii_case("canonical")
                {
                    self.find(What::Canonical, href);
                }
            }
            "base" => {
                if let Some(href) = asked.href {
                    self.find(What::Base, href);
                }
            }
            "script" => {
                if let (Some(kind), Some(text)) = (asked.kind, first)
                    && kind.to_ascii_lowercase().contains("ld+json")
                {
                    self.find(What::JsonLd, text);
                }
            }
            "title" => {
                if let Some(text) = first {
                    self.find(What::Title, text);
                }
            }
            _ => {
                if let Some(lang) = asked.lang {
                    self.find(What::Language, lang);
                }
                self.frames.push(Frame { outer: None, kind: self.kind, block: false, link: false, capture: None });
                return true;
            }
        }
        false
    }

    /// Marks the form that asks for an address, and what is around it alone.
    fn signup(&mut self) {
        let mut at = self.holder;
        for _ in 0..3 {
            let Some(area) = self.out.areas.get_mut(at).filter(|area| area.tag != Tag::Body) else { return };
            area.hint.add(Hint::SIGNUP);
            at = area.parent;
        }
    }

    fn find(&mut self, what: What<'a>, value: &'a str) {
        self.note(what, value.into());
    }

    fn note(&mut self, what: What<'a>, value: Cow<'a, str>) {
        let in_comments = self.out.areas[self.holder].in_comments;
        let beside_link = self.links == 0 && self.linked >= LONG_LINK;
        self.out.finds.push(Find { what, value, in_comments, beside_link });
    }

    /// Ends the innermost open element.
    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.link
            && let Some((_, open)) = &mut self.home
        {
            *open = false;
        }
        // A heading that leads to the front page is the site's name.
        let is_logo = |start: usize| self.home.is_some_and(|(from, open)| open || from >= start);
        let capture = frame.capture.filter(|(what, start)| *what != What::Heading1 || !is_logo(*start));
        if let Some((what, start)) = capture {
            let text = self.out.text.get(start..).unwrap_or_default().trim();
            if !text.is_empty()
                && text.len() <= if matches!(what, What::Heading1 | What::Heading2) { MAX_HEADING } else { MAX_NAME }
            {
                let value = text.replace('\n', " ").into();
                self.note(what, value);
            }
        }
        if frame.link {
            self.links = self.links.saturating_sub(1);
            if self.links == 0 {
                self.linked += self.out.text.len().saturating_sub(self.link_from.max(self.from));
            }
        }
        if frame.block {
            self.flush();
            self.kind = frame.kind;
        }
        if let Some(outer) = frame.outer {
            self.out.areas[self.holder].last = self.out.blocks.len();
            self.holder = outer;
        }
    }

    /// Ends the current block.
    fn flush(&mut self) {
        if self.links > 0 {
            self.linked += self.out.text.len().saturating_sub(self.link_from.max(self.from));
            self.link_from = self.out.text.len();
        }
        let text = &self.out.text[self.from..];
        let trimmed = text.trim_end();
        if !trimmed.is_empty() {
            let end = self.from + trimmed.len();
            let linked = self.linked.min(trimmed.len());
            self.out.blocks.push(Block { start: self.from, end, linked, kind: self.kind, holder: self.holder });
            self.out.text.truncate(end);
            self.out.text.push('\n');
        } else {
            self.out.text.truncate(self.from);
        }
        self.from = self.out.text.len();
        self.linked = 0;
    }
}
