//! How deep the tree builder would nest: its rules for implied ends and misnested formatting, on a stack of our own.
//!
//! The measure follows the rules of the HTML standard's "in body" and table modes closely enough that it is never far
//! below the real stack, and that pages with a thousand unclosed `<p>`, `<li>` or `<td>` are not taken for deep.

use super::{MAX_DEPTH, TooDeep};

/// Steps along the stack that a page may cost; an honest one of 15 MiB costs a third.
const MAX_WORK: usize = 50_000_000;

/// What the tree builder's rules ask of a tag's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traits(u32);

impl Traits {
    pub const NONE: Traits = Traits(0);
    /// Has no end tag and no content.
    pub const VOID: Traits = Traits(1);
    /// Its start tag ends an open paragraph.
    const BLOCK: Traits = Traits(1 << 1);
    /// Stops the search of an unrelated end tag.
    const SPECIAL: Traits = Traits(1 << 2);
    /// Hides what is around it from end tags within.
    const SCOPE: Traits = Traits(1 << 3);
    /// Comes back by itself after a block that ended it.
    const FORMAT: Traits = Traits(1 << 4);
    /// Ends by itself where its parent ends.
    const IMPLIED: Traits = Traits(1 << 5);
    const HEADING: Traits = Traits(1 << 6);
    /// Keeps formatting from outside out.
    const MARKER: Traits = Traits(1 << 7);
    const TABLE_PART: Traits = Traits(1 << 8);
    /// An element of a drawing or formula, as a stack entry.
    const FOREIGN: Traits = Traits(1 << 9);
    /// HTML again inside a drawing or formula.
    const INTEGRATION: Traits = Traits(1 << 10);
    /// Ends a drawing or formula that it is found in.
    const BREAKOUT: Traits = Traits(1 << 11);
    /// Is no entry of its own: html, head, body.
    const ROOT: Traits = Traits(1 << 12);

    const fn with(self, other: Traits) -> Traits {
        Traits(self.0 | other.0)
    }

    pub fn has(self, other: Traits) -> bool {
        self.0 & other.0 != 0
    }

    /// The traits of a lower-case name.
    pub fn of(name: &[u8]) -> Traits {
        const BLOCK: Traits = Traits::BLOCK.with(Traits::SPECIAL);
        const OUT: Traits = Traits::BREAKOUT;
        const FORMAT: Traits = Traits::FORMAT;
        const PART: Traits = Traits::TABLE_PART.with(Traits::SPECIAL);
        const ISLAND: Traits = Traits::SPECIAL.with(Traits::SCOPE);
        match name {
            b"div" | b"p" | b"ul" | b"ol" | b"dl" | b"center" | b"blockquote" | b"menu" | b"pre" | b"listing" => {
                if name == b"p" { BLOCK.with(OUT).with(Traits::IMPLIED) } else { BLOCK.with(OUT) }
            }
            b"li" | b"dd" | b"dt" => BLOCK.with(OUT).with(Traits::IMPLIED),
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => BLOCK.with(OUT).with(Traits::HEADING),
            b"address" | b"article" | b"aside" | b"details" | b"dir" | b"fieldset" | b"figcaption" | b"figure"
            | b"footer" | b"header" | b"hgroup" | b"main" | b"nav" | b"section" | b"summary" | b"form"
            | b"plaintext" | b"xmp" => BLOCK,
            b"dialog" | b"search" => Traits::BLOCK,
            b"hr" => BLOCK.with(OUT).with(Traits::VOID),
            b"br" | b"embed" | b"img" | b"meta" => Traits::VOID.with(OUT),
            b"area" | b"base" | b"basefont" | b"bgsound" | b"col" | b"frame" | b"input" | b"keygen" | b"link"
            | b"param" | b"source" | b"track" | b"wbr" | b"image" => Traits::VOID,
            b"b" | b"big" | b"code" | b"em" | b"i" | b"nobr" | b"s" | b"small" | b"strike" | b"strong" | b"tt"
            | b"u" | b"font" => FORMAT.with(OUT),
            b"a" => FORMAT,
            b"span" | b"sub" | b"sup" | b"ruby" | b"var" => OUT,
            b"table" => BLOCK.with(Traits::SCOPE).with(OUT),
            b"td" | b"th" | b"caption" => PART.with(Traits::SCOPE).with(Traits::MARKER),
            b"tr" | b"tbody" | b"thead" | b"tfoot" | b"colgroup" => PART,
            b"applet" | b"marquee" | b"object" | b"template" => ISLAND.with(Traits::MARKER),
            b"select" => ISLAND,
            b"button" => Traits::SPECIAL,
            b"option" | b"optgroup" | b"rb" | b"rp" | b"rt" | b"rtc" => Traits::IMPLIED,
            b"html" | b"head" | b"body" => Traits::ROOT.with(OUT),
            b"svg" | b"math" => Traits::FOREIGN,
            b"foreignobject" | b"desc" | b"title" | b"mi" | b"mo" | b"mn" | b"ms" | b"mtext" | b"annotation-xml" => {
                Traits::INTEGRATION
            }
            _ => Traits::NONE,
        }
    }
}

/// A tag's name, as it is compared: a hash of its lower-case letters.
pub type Name = u32;

/// The hash of a lower-case name (FNV-1a).
pub const fn name(text: &[u8]) -> Name {
    let mut hash = 0x811c_9dc5u32;
    let mut i = 0;
    while i < text.len() {
        hash = (hash ^ text[i] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    hash
}

const P: Name = name(b"p");
const A: Name = name(b"a");
const LI: Name = name(b"li");
const TABLE: Name = name(b"table");
const TR: Name = name(b"tr");
const TEMPLATE: Name = name(b"template");
const BUTTON: Name = name(b"button");
const FORM: Name = name(b"form");
const NOBR: Name = name(b"nobr");
const SELECT: Name = name(b"select");
const OPTION: Name = name(b"option");

#[derive(Debug, Clone, Copy)]
struct Open {
    name: Name,
    traits: Traits,
    /// The whole tag's hash, for formatting.
    tag: u32,
}

#[derive(Debug, Clone, Copy)]
struct Format {
    name: Name,
    tag: u32,
    traits: Traits,
    open: bool,
    marker: bool,
}

/// The stack of open elements and the list of formatting that comes back.
#[derive(Debug, Default)]
pub struct Nesting {
    stack: Vec<Open>,
    formats: Vec<Format>,
    /// Formats after the last marker that are not open.
    pending: usize,
    form: bool,
    work: usize,
}

impl Nesting {
    /// Whether the next tag belongs to a drawing or formula.
    pub fn in_foreign(&self) -> bool {
        self.stack.last().is_some_and(|top| top.traits.has(Traits::FOREIGN) && !top.traits.has(Traits::INTEGRATION))
    }

    /// Text stands here: formatting comes back.
    pub fn text(&mut self) -> Result<(), TooDeep> {
        if self.pending == 0 || self.in_foreign() {
            return Ok(());
        }
        self.work += 16 * self.pending;
        let from = self.formats.iter().rposition(|format| format.marker).map_or(0, |at| at + 1);
        for format in &mut self.formats[from..] {
            if !format.open {
                format.open = true;
                self.stack.push(Open { name: format.name, traits: format.traits, tag: format.tag });
            }
        }
        self.pending = 0;
        self.check()
    }

    /// A start tag; `tag` is its source, `closed` whether it ends in `/>`.
    pub fn start(&mut self, name: Name, traits: Traits, tag: &[u8], closed: bool) -> Result<(), TooDeep> {
        self.work += self.stack.len();
        if self.in_foreign() {
            if !traits.has(Traits::BREAKOUT) {
                if !closed {
                    self.push(name, traits.only_integration().with(Traits::FOREIGN), 0);
                }
                return self.check();
            }
            while self.in_foreign() {
                self.pop_to(self.stack.len() - 1);
            }
        }
        if traits.has(Traits::ROOT) {
            return self.check();
        }
        if traits.has(Traits::TABLE_PART) {
            return self.table_part(name, traits);
        }
        if traits.has(Traits::BLOCK) {
            if name == FORM && std::mem::replace(&mut self.form, true) {
                return self.check();
            }
            if name == TABLE
                && let Some(at) =
                    self.stack.iter().rposition(|open| open.traits.has(Traits::MARKER) || open.name == TABLE)
                && self.stack[at].name == TABLE
            {
                self.pop_to(at);
            }
            if traits.has(Traits::IMPLIED) && name != P {
                self.end_item(name);
            }
            self.end_paragraph();
            if traits.has(Traits::HEADING) && self.stack.last().is_some_and(|top| top.traits.has(Traits::HEADING)) {
                self.pop_to(self.stack.len() - 1);
            }
        } else {
            if name == BUTTON
                && let Some(at) = self.in_scope(Traits::SCOPE, |open| open.name == BUTTON)
            {
                self.pop_to(at);
            }
            if name == SELECT
                && let Some(at) = self.in_scope(Traits::SCOPE, |open| open.name == SELECT)
            {
                self.pop_to(at);
                return self.check();
            }
            if matches!(name, A | NOBR)
                && let Some(at) = self.formats.iter().rposition(|format| format.marker || format.name == name)
                && !self.formats[at].marker
            {
                self.drop_format(at);
            }
            if traits.has(Traits::IMPLIED)
                && self.stack.last().is_some_and(|top| top.name == name || top.name == OPTION)
            {
                self.pop_to(self.stack.len() - 1);
            }
            self.text()?;
        }
        if traits.has(Traits::VOID) {
            return self.check();
        }
        if traits.has(Traits::MARKER) {
            self.formats.push(Format { name, tag: 0, traits, open: true, marker: true });
            self.pending = 0;
        }
        let hash = if traits.has(Traits::FORMAT) { self.add_format(name, traits, tag) } else { 0 };
        self.push(name, traits, hash);
        self.check()
    }

    /// An end tag.
    pub fn end(&mut self, name: Name, traits: Traits) -> Result<(), TooDeep> {
        self.work += self.stack.len();
        if traits.has(Traits::FORMAT) {
            self.work += 4 * self.stack.len();
            if let Some(at) = self.formats.iter().rposition(|format| format.marker || format.name == name)
                && !self.formats[at].marker
            {
                self.drop_format(at);
                return self.check();
            }
        }
        let found = if name == FORM {
            self.form = false;
            if let Some(at) = self.stack.iter().rposition(|open| open.name == FORM) {
                self.stack.remove(at);
            }
            None
        } else if traits.has(Traits::TABLE_PART) || name == TABLE {
            self.stack
                .iter()
                .rposition(|open| open.name == name || open.name == TABLE || open.name == TEMPLATE)
                .filter(|at| self.stack[*at].name == name)
        } else if traits.has(Traits::HEADING) {
            self.in_scope(Traits::SCOPE, |open| open.traits.has(Traits::HEADING))
        } else if traits.has(Traits::SPECIAL) || traits.has(Traits::BLOCK) {
            let stop = Traits::SCOPE;
            self.stack
                .iter()
                .rposition(|open| {
                    open.name == name
                        || open.traits.has(stop)
                        || name == LI && matches!(open.name, UL | OL)
                        || name == P && open.name == BUTTON
                })
                .filter(|at| self.stack[*at].name == name)
        } else {
            self.stack
                .iter()
                .rposition(|open| open.name == name || open.traits.has(Traits::SPECIAL))
                .filter(|at| self.stack[*at].name == name)
        };
        if let Some(at) = found {
            self.pop_to(at);
        }
        self.check()
    }

    fn check(&self) -> Result<(), TooDeep> {
        if self.stack.len() > MAX_DEPTH || self.work > MAX_WORK { Err(TooDeep) } else { Ok(()) }
    }

    fn push(&mut self, name: Name, traits: Traits, tag: u32) {
        self.stack.push(Open { name, traits, tag });
    }

    /// The innermost open element that `is` wanted, if nothing with the trait `stop` is above it.
    fn in_scope(&self, stop: Traits, is: impl Fn(&Open) -> bool) -> Option<usize> {
        let at = self.stack.iter().rposition(|open| is(open) || open.traits.has(stop))?;
        is(&self.stack[at]).then_some(at)
    }

    fn end_paragraph(&mut self) {
        let found = self.stack.iter().rposition(|o| o.name == P || o.name == BUTTON || o.traits.has(Traits::SCOPE));
        if let Some(at) = found
            && self.stack[at].name == P
        {
            self.pop_to(at);
        }
    }

    /// `<li>` ends an open `<li>` of the same list, `<dt>` and `<dd>` each other.
    fn end_item(&mut self, name: Name) {
        let same = |open: &Open| open.name == name || name != LI && matches!(open.name, DD | DT);
        let found = self.stack.iter().rposition(|open| {
            same(open) || open.traits.has(Traits::SPECIAL) && !matches!(open.name, P | DIV | ADDRESS)
        });
        if let Some(at) = found
            && same(&self.stack[at])
        {
            self.pop_to(at);
        }
    }

    /// Rows and cells end what is open in the table down to where they belong; outside of tables they are nothing.
    fn table_part(&mut self, name: Name, traits: Traits) -> Result<(), TooDeep> {
        let Some(table) = self.stack.iter().rposition(|open| open.name == TABLE || open.name == TEMPLATE) else {
            return Ok(());
        };
        let part = |open: &Open| open.traits.has(Traits::TABLE_PART);
        let cell = traits.has(Traits::SCOPE);
        let keep = self.stack[table + 1..]
            .iter()
            .take_while(|open| part(open) && !open.traits.has(Traits::SCOPE))
            .take_while(|open| cell && name != CAPTION || name == TR && open.name != TR)
            .count();
        self.pop_to(table + 1 + keep);
        if traits.has(Traits::MARKER) {
            self.formats.push(Format { name, tag: 0, traits, open: true, marker: true });
            self.pending = 0;
        }
        self.push(name, traits, 0);
        self.check()
    }

    /// Ends everything from `at` up.
    fn pop_to(&mut self, at: usize) {
        while self.stack.len() > at {
            let Some(top) = self.stack.pop() else { return };
            if top.traits.has(Traits::FOREIGN) {
                continue;
            }
            if top.traits.has(Traits::FORMAT) {
                if let Some(format) = self.formats.iter_mut().rfind(|f| f.open && !f.marker && f.tag == top.tag) {
                    format.open = false;
                    self.pending += 1;
                }
            } else if top.traits.has(Traits::MARKER) {
                let marker = self.formats.iter().rposition(|format| format.marker).unwrap_or(0);
                self.formats.truncate(marker);
                self.pending = self.formats.iter().rev().take_while(|f| !f.marker).filter(|f| !f.open).count();
            } else if top.name == FORM {
                self.form = false;
            }
        }
    }

    /// Lists a formatting element, of equal ones at most three.
    fn add_format(&mut self, name_of: Name, traits: Traits, tag: &[u8]) -> u32 {
        let hash = name(tag);
        let mut equal =
            self.formats.iter().enumerate().rev().take_while(|(_, f)| !f.marker).filter(|(_, f)| f.tag == hash);
        if let Some((third, _)) = equal.nth(2) {
            self.pending -= usize::from(!self.formats[third].open);
            self.formats.remove(third);
        }
        self.formats.push(Format { name: name_of, tag: hash, traits, open: true, marker: false });
        hash
    }

    /// The end of a formatting element, where blocks may be open above it.
    fn drop_format(&mut self, at: usize) {
        let format = self.formats.remove(at);
        if !format.open {
            self.pending -= 1;
            return;
        }
        let Some(at) = self.stack.iter().rposition(|open| open.traits.has(Traits::FORMAT) && open.tag == format.tag)
        else {
            return;
        };
        if self.stack[at..].iter().any(|open| open.traits.has(Traits::SPECIAL)) {
            self.stack.remove(at);
        } else {
            self.pop_to(at + 1);
            self.stack.pop();
        }
    }
}

const UL: Name = name(b"ul");
const OL: Name = name(b"ol");
const DD: Name = name(b"dd");
const DT: Name = name(b"dt");
const DIV: Name = name(b"div");
const ADDRESS: Name = name(b"address");
const CAPTION: Name = name(b"caption");

impl Traits {
    /// Of an element inside a drawing only this trait matters.
    const fn only_integration(self) -> Traits {
        Traits(self.0 & Traits::INTEGRATION.0)
    }
}
