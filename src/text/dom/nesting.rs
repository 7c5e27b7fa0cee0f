//! How deep the tree builder would nest: its rules for implied ends and misnested formatting, on a stack of our own.
//!
//! The measure follows the rules of the HTML standard's "in body" and table modes closely enough that it is never far
//! below the real stack, and that pages with a thousand unclosed `<p>`, `<li>` or `<td>` are not taken for deep.

use super::traits::{Name, Traits, name, names::*};
use super::{MAX_DEPTH, TooDeep};

/// Steps along the stack that a page may cost; an honest one of 15 MiB costs a third.
const MAX_WORK: usize = 50_000_000;

#[derive(Debug, Clone, Copy)]
struct Open {
    name: Name,
    traits: Traits,
    /// The whole tag's hash, for formatting.
    tag: u32,
}

impl Open {
    /// Whether it is an HTML element of that name.
    fn is(&self, name: Name) -> bool {
        self.name == name && !self.traits.has(Traits::FOREIGN)
    }

    /// Whether what is around it is out of the reach of end tags within.
    fn hides(&self) -> bool {
        self.traits.has(Traits::SCOPE) || self.traits.has(Traits::FOREIGN) && self.traits.has(Traits::INTEGRATION)
    }
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
                    let html = |open: &Open| !open.traits.has(Traits::FOREIGN) || open.traits.has(Traits::INTEGRATION);
                    let root = self.stack.iter().rposition(html).map_or(0, |at| at + 1);
                    let in_svg = self.stack.get(root).is_some_and(|open| open.name == SVG);
                    let of_svg = matches!(name, FOREIGNOBJECT | DESC | TITLE);
                    let traits = if in_svg == of_svg { traits.only_integration() } else { Traits::NONE };
                    self.push(name, traits.with(Traits::FOREIGN), 0);
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
                && let Some(at) = self.stack.iter().rposition(|open| open.traits.has(Traits::MARKER) || open.is(TABLE))
                && self.stack[at].is(TABLE)
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
                && let Some(at) = self.in_scope(|open| open.is(BUTTON))
            {
                self.pop_to(at);
            }
            if name == SELECT
                && let Some(at) = self.in_scope(|open| open.is(SELECT))
            {
                self.pop_to(at);
                return self.check();
            }
            if matches!(name, A | NOBR)
                && let Some(at) = self.formats.iter().rposition(|format| format.marker || format.name == name)
                && !self.formats[at].marker
                && (name == A || self.reaches(self.formats[at]))
            {
                self.drop_format(at);
            }
            if traits.has(Traits::IMPLIED) {
                self.end_implied(name);
            }
            self.text()?;
        }
        if traits.has(Traits::VOID) || traits.has(Traits::FOREIGN) && closed {
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
        if self.stack.last().is_some_and(|top| top.traits.has(Traits::FOREIGN)) {
            let html = self.stack.iter().rposition(|open| !open.traits.has(Traits::FOREIGN)).map_or(0, |at| at + 1);
            if let Some(at) = self.stack[html..].iter().rposition(|open| open.is(name)) {
                self.pop_to(html + at);
                return self.check();
            }
        }
        if traits.has(Traits::FORMAT) {
            self.work += 4 * self.stack.len();
            if let Some(at) = self.formats.iter().rposition(|format| format.marker || format.name == name)
                && !self.formats[at].marker
            {
                if self.reaches(self.formats[at]) {
                    self.drop_format(at);
                }
                return self.check();
            }
        }
        let found = if name == FORM {
            self.form = false;
            if let Some(at) = self.stack.iter().rposition(|open| open.is(FORM)) {
                self.stack.remove(at);
            }
            None
        } else if traits.has(Traits::TABLE_PART) || name == TABLE {
            self.stack.iter().rposition(|open| open.is(name) || open.is(TABLE)).filter(|at| self.stack[*at].is(name))
        } else if traits.has(Traits::HEADING) {
            self.in_scope(|open| open.traits.has(Traits::HEADING))
        } else if traits.has(Traits::SPECIAL) || traits.has(Traits::BLOCK) {
            self.stack
                .iter()
                .rposition(|open| {
                    open.is(name)
                        || open.hides()
                        || name == LI && matches!(open.name, UL | OL)
                        || name == P && open.is(BUTTON)
                })
                .filter(|at| self.stack[*at].is(name))
        } else {
            self.stack
                .iter()
                .rposition(|open| open.is(name) || open.traits.has(Traits::SPECIAL))
                .filter(|at| self.stack[*at].is(name))
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

    /// The innermost open element that `is` wanted, if nothing above it hides it.
    fn in_scope(&self, is: impl Fn(&Open) -> bool) -> Option<usize> {
        let at = self.stack.iter().rposition(|open| is(open) || open.hides())?;
        is(&self.stack[at]).then_some(at)
    }

    /// Whether an end tag here ends that formatting; what is not open it takes off the list.
    fn reaches(&self, format: Format) -> bool {
        !format.open || self.in_scope(|open| open.traits.has(Traits::FORMAT) && open.tag == format.tag).is_some()
    }

    fn end_paragraph(&mut self) {
        let found = self.stack.iter().rposition(|o| o.is(P) || o.is(BUTTON) || o.hides());
        if let Some(at) = found
            && self.stack[at].is(P)
        {
            self.pop_to(at);
        }
    }

    /// `<li>` ends an open `<li>` of the same list, `<dt>` and `<dd>` each other.
    fn end_item(&mut self, name: Name) {
        let same = |open: &Open| open.is(name) || name != LI && matches!(open.name, DD | DT);
        let found = self.stack.iter().rposition(|open| {
            same(open) || open.traits.has(Traits::SPECIAL) && !matches!(open.name, P | DIV | ADDRESS)
        });
        if let Some(at) = found
            && same(&self.stack[at])
        {
            self.pop_to(at);
        }
    }

    /// In a list or a ruby text the start of a part ends what ends by itself; elsewhere `<option>` ends an open one.
    fn end_implied(&mut self, name: Name) {
        let (around, stays) = match name {
            OPTION => (SELECT, OPTGROUP),
            OPTGROUP => (SELECT, SELECT),
            RT | RP => (RUBY, RTC),
            _ => (RUBY, RUBY),
        };
        if self.in_scope(|open| open.is(around)).is_some() {
            while self.stack.last().is_some_and(|top| top.traits.has(Traits::IMPLIED) && top.name != stays) {
                self.pop_to(self.stack.len() - 1);
            }
        } else if around == SELECT && self.stack.last().is_some_and(|top| top.is(OPTION)) {
            self.pop_to(self.stack.len() - 1);
        }
    }

    /// Rows and cells end what is open in the table down to where they belong; outside of tables they are nothing.
    fn table_part(&mut self, name: Name, traits: Traits) -> Result<(), TooDeep> {
        let Some(table) = self.stack.iter().rposition(|open| open.is(TABLE)) else {
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
            } else if top.is(FORM) {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The stack's height after start tags (`a`), end tags (`/a`) and text (`-`).
    fn height(tags: &str) -> usize {
        let mut nesting = Nesting::default();
        for tag in tags.split_whitespace() {
            let done = match tag.strip_prefix('/') {
                _ if tag == "-" => nesting.text(),
                Some(end) => nesting.end(name(end.as_bytes()), Traits::of(end.as_bytes())),
                None => nesting.start(name(tag.as_bytes()), Traits::of(tag.as_bytes()), tag.as_bytes(), false),
            };
            done.expect("not deep");
        }
        nesting.stack.len()
    }

    #[test]
    fn implied_ends_are_known() {
        assert_eq!(height("p p p"), 1);
        assert_eq!(height("ul li li li"), 2);
        assert_eq!(height("ul li ul li li /ul li"), 2);
        assert_eq!(height("dl dt dd dt dd"), 2);
        assert_eq!(height("table tr td td tr td td"), 3);
        assert_eq!(height("select option option"), 2);
        assert_eq!(height("div br img hr /div"), 0);
    }

    #[test]
    fn end_tags_stop_at_their_scope() {
        assert_eq!(height("div table tr td /div"), 4);
        assert_eq!(height("span div /span"), 2);
        assert_eq!(height("div span /div"), 0);
    }

    #[test]
    fn formatting_comes_back_at_most_three_times() {
        assert_eq!(height("p b p -"), 2);
        assert_eq!(height("p b p b p b p b p -"), 4);
        assert_eq!(height("a a a"), 1);
        assert_eq!(height("p b /b p -"), 1);
    }

    #[test]
    fn drawings_end_at_html() {
        assert_eq!(height("svg g g div"), 1);
        assert_eq!(height("svg foreignobject div"), 3);
    }
}
