//! Which of a page's blocks are its main text: the area with the most prose, less the furniture in it.

use std::collections::HashSet;

use super::afterword;
use super::hints::Hint;
use super::outline::{Area, Block, Kind, Outline, Tag};

/// An area with less of the page's prose than this share is not taken for the article on its name alone.
const NAMED_SHARE: f32 = 0.3;
/// How much of the best area's prose a smaller one inside it must hold to be taken instead.
const NARROWER_SHARE: f32 = 0.85;
/// How much of the prose may stand before a narrower area: an article's beginning is not cut off.
const LOST_BEFORE: f32 = 0.1;
/// Characters of prose that no list has.
const MUCH_PROSE: u32 = 1_500;
/// Blocks between a title and its article in which a lead may stand.
const MAX_LEAD: usize = 24;
/// Characters below which a text is looked for again without the hints of names.
const TOO_SHORT: u32 = 200;

/// A main text with less of its author's own words than this share is all quotation: its author's way of showing it.
const OWN_SHARE: f32 = 0.2;

/// The main text of a page, its paragraphs on lines of their own; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MainText {
    pub text: String,
    /// The text without block quotations and code.
    pub own: String,
    /// Each outermost block quotation.
    pub quoted: Vec<String>,
    pub code: Option<String>,
    /// The last block that it was read from, where it was read from the page.
    pub end: Option<usize>,
}

impl MainText {
    /// A text that is all its author's own.
    pub fn plain(text: String) -> MainText {
        MainText { own: text.clone(), text, ..MainText::default() }
    }
}

/// How sure it is that a page is an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Nothing says so.
    Unsaid,
    /// It is signed or dated.
    Signed,
    /// It says so itself.
    Stated,
}

/// The main text; `title` is left out of it.
pub fn main_text(outline: &Outline<'_>, title: Option<&str>, likeness: Likeness) -> MainText {
    let heading = title.and_then(|title| outline.place_of(title));
    let reading = Reading::new(outline, true, heading);
    let strict = reading.text(title);
    if likeness < Likeness::Stated
        && let Some(whole) = reading.list(title, &strict, likeness)
    {
        return whole;
    }
    if strict.text.chars().count() as u32 >= TOO_SHORT {
        return strict;
    }
    let lax = Reading::new(outline, false, heading).text(title);
    if lax.text.len() > 2 * strict.text.len() { lax } else { strict }
}

/// What one block measures.
#[derive(Debug, Clone, Copy, Default)]
struct Measure {
    /// Characters.
    length: u32,
    /// Share of them in links.
    links: f32,
    prose: bool,
}

struct Reading<'a> {
    outline: &'a Outline<'a>,
    measures: Vec<Measure>,
    /// Areas that are no part of an article.
    left_out: Vec<bool>,
    /// Prose characters of kept blocks before each block.
    prose: Vec<u32>,
    /// The block of the page's title.
    heading: Option<usize>,
}

impl<'a> Reading<'a> {
    fn new(outline: &'a Outline<'a>, strict: bool, heading: Option<usize>) -> Reading<'a> {
        let measures: Vec<Measure> = outline.blocks.iter().map(|block| measure(outline, block)).collect();
        let all = sums(&measures, |_| true);
        let left_out = leave_out(outline, &all, strict);
        let prose = sums(&measures, |at| !left_out[outline.blocks[at].holder]);
        Reading { outline, measures, left_out, prose, heading }
    }

    fn prose_in(&self, area: &Area) -> f32 {
        (self.prose[area.last] - self.prose[area.first]) as f32
    }

    /// The area that holds the article.
    fn choose(&self) -> usize {
        let areas = &self.outline.areas;
        let total = self.prose_in(&areas[0]);
        if let Some(at) = self.named()
            && self.prose_in(&areas[at]) >= NAMED_SHARE * total
        {
            return at;
        }
        let mut best = 0;
        if total == 0.0 {
            return best;
        }
        for (at, area) in areas.iter().enumerate() {
            let fits = !matches!(area.tag, Tag::List | Tag::Figure) && !self.left_out[at];
            let share = if matches!(area.tag, Tag::Article) || area.hint.has(Hint::GOOD) {
                NARROWER_SHARE - 0.15
            } else {
                NARROWER_SHARE
            };
            // Areas come in document order, so that a later one with as much prose is a narrower one.
            let lost_before = self.prose[area.first] as f32;
            if fits && self.prose_in(area) >= share * total && lost_before <= LOST_BEFORE * total {
                best = at;
            }
        }
        best
    }

    /// The area whose name says that it is the article's text: the first with half as much prose as the one with most.
    /// A text may be cut into several areas of one name: then the area around them is meant.
    fn named(&self) -> Option<usize> {
        let areas = &self.outline.areas;
        let mut inside = vec![false; areas.len()];
        let mut outer: Vec<usize> = Vec::new();
        for (at, area) in areas.iter().enumerate() {
            let is = !self.left_out[at] && area.hint.has(Hint::BODY);
            if is && !inside[area.parent] && self.prose_in(area) > 0.0 {
                outer.push(at);
            }
            inside[at] = is || inside[area.parent];
        }
        let most = outer.iter().map(|at| self.prose_in(&areas[*at])).fold(0.0, f32::max);
        let first = *outer.iter().find(|at| self.prose_in(&areas[**at]) >= 0.5 * most)?;
        let mut chosen = first;
        let mut around = first;
        for _ in 0..3 {
            if matches!(areas[around].tag, Tag::Article | Tag::Main | Tag::Body) {
                break;
            }
            around = areas[around].parent;
            let here = &areas[around];
            let within = |at: &&usize| areas[**at].first >= here.first && areas[**at].last <= here.last;
            let parts: f32 = outer.iter().filter(within).map(|at| self.prose_in(&areas[*at])).sum();
            let articles = areas
                .iter()
                .filter(|a| a.tag == Tag::Article && a.first >= here.first && a.last <= here.last && a.last > a.first);
            if parts > 1.1 * self.prose_in(&areas[chosen]) && articles.count() <= 1 {
                chosen = around;
            }
        }
        Some(chosen)
    }

    fn text(&self, title: Option<&str>) -> MainText {
        let chosen = &self.outline.areas[self.choose()];
        let mut out = MainText::default();
        let (mut code, mut quote) = (String::new(), None);
        // Headings wait until a text follows.
        let mut waiting: Vec<&str> = Vec::new();
        let mut seen = HashSet::new();
        for at in self.lead(chosen).chain(chosen.first..self.end(chosen, title)) {
            let block = &self.outline.blocks[at];
            let text = self.outline.text_of(block);
            if self.left_out[block.holder] || !self.keeps(at, text, title) {
                if self.measures[at].links > 0.5 {
                    waiting.clear();
                }
                continue;
            }
            if block.kind == Kind::Heading {
                waiting.push(text);
                continue;
            }
            // Some pages carry their text twice, for readers and for machines.
            if text.len() >= 80 && !seen.insert(text) {
                continue;
            }
            let around = self.outline.areas[block.holder].quote;
            out.end = Some(at);
            for line in waiting.drain(..).chain([text]) {
                push_line(&mut out.text, line);
                match around {
                    _ if block.kind == Kind::Pre => push_line(&mut code, line),
                    Some(_) if around == quote => {
                        if let Some(last) = out.quoted.last_mut() {
                            push_line(last, line);
                        }
                    }
                    Some(_) => out.quoted.push(line.into()),
                    None => push_line(&mut out.own, line),
                }
                quote = around;
            }
        }
        if (out.own.len() as f32) < OWN_SHARE * out.text.len() as f32 {
            return MainText { end: out.end, ..MainText::plain(out.text) };
        }
        out.code = Some(code).filter(|code| !code.is_empty());
        out
    }

    /// Where the chosen area's text ends: before lines that turn to the reader, or say who may copy it.
    fn end(&self, chosen: &Area, title: Option<&str>) -> usize {
        let mut end = chosen.last;
        for at in (chosen.first..chosen.last).rev() {
            let block = &self.outline.blocks[at];
            let text = self.outline.text_of(block);
            if self.left_out[block.holder] || !self.keeps(at, text, title) {
                continue;
            }
            if !afterword::is(text) {
                break;
            }
            end = at;
        }
        end
    }

    /// The text of a page that is a list of things: all that it shows outside of its furniture. `None` where `found` is
    /// enough of it to be an article.
    fn list(&self, title: Option<&str>, found: &MainText, likeness: Likeness) -> Option<MainText> {
        let prose = self.prose.last().copied().unwrap_or(0);
        let mut whole = self.whole(title);
        if whole.is_empty() && prose < TOO_SHORT {
            whole = Reading::new(self.outline, false, self.heading).whole(title);
        }
        let length = |text: &str| text.chars().count() as f32;
        let (all, found) = (length(&whole), length(&found.text));
        let (most, most_prose) = if likeness == Likeness::Unsaid { (0.5, 0.45) } else { (0.3, 0.2) };
        let scattered = found < most * all && (prose as f32) < most_prose * all && prose < MUCH_PROSE;
        // What was found stands beside what the page calls its main part.
        let beside = all > 1_000.0 && found > 1.8 * all;
        (scattered || beside).then(|| MainText::plain(whole))
    }

    /// All that the page shows outside of its furniture, each line once.
    fn whole(&self, title: Option<&str>) -> String {
        let areas = &self.outline.areas;
        let size = |area: &Area| area.last - area.first;
        let main = areas.iter().filter(|area| area.tag == Tag::Main).max_by_key(|area| size(area));
        let region = main.filter(|main| size(main) * 4 > size(&areas[0])).unwrap_or(&areas[0]);
        let mut text = String::new();
        let mut seen = HashSet::new();
        for block in &self.outline.blocks[region.first..region.last] {
            let line = self.outline.text_of(block);
            if !self.left_out[block.holder] && title != Some(line) && seen.insert(line) {
                push_line(&mut text, line);
            }
        }
        text
    }

    /// The blocks of prose between the title and the chosen area, which are the article's lead; what the area says again
    /// is none.
    fn lead(&self, chosen: &Area) -> impl Iterator<Item = usize> {
        let (first, last) = (chosen.first, chosen.last);
        let range = self.heading.filter(|at| (*at..*at + MAX_LEAD).contains(&first)).map(|at| at + 1..first);
        range.unwrap_or(0..0).filter(move |at| {
            let (block, measure) = (&self.outline.blocks[*at], &self.measures[*at]);
            let fits = matches!(block.kind, Kind::Paragraph | Kind::Loose) && measure.links < 0.2;
            let text = self.outline.text_of(block);
            fits && measure.prose
                && (60..800).contains(&measure.length)
                && ends_sentence(text)
                && !self.outline.blocks[first..last].iter().any(|block| self.outline.text_of(block).contains(text))
        })
    }

    /// Whether a block of the chosen area belongs to the text.
    fn keeps(&self, at: usize, text: &str, title: Option<&str>) -> bool {
        let block = &self.outline.blocks[at];
        let measure = &self.measures[at];
        if title.is_some_and(|title| text.trim() == title) || leads_away(text, measure) {
            return false;
        }
        match block.kind {
            Kind::Caption => false,
            Kind::Heading => measure.links < 0.6,
            Kind::Paragraph | Kind::Quote => measure.links < 0.7 || measure.length > 80 && measure.links < 0.9,
            Kind::Pre => true,
            Kind::Item | Kind::Cell => measure.links < 0.5,
            Kind::Loose => {
                measure.links < 0.5 && (measure.length >= 40 || measure.prose || self.prose.last() == Some(&0))
            }
        }
    }
}

/// Whether a block within the text only names another article.
fn leads_away(text: &str, measure: &Measure) -> bool {
    const ALSO: [&str; 14] = [
        "lire aussi",
        "à lire",
        "a lire",
        "lire également",
        "voir aussi",
        "sur le même sujet",
        "lire la suite",
        "read also",
        "also read",
        "read more",
        "see also",
        "related:",
        "اقرأ أيضا",
        "إقرأ أيضا",
    ];
    let begins = || {
        let text = text.trim_start_matches(|c: char| !c.is_alphabetic()).to_lowercase();
        ALSO.iter().any(|also| text.starts_with(also))
    };
    measure.links > 0.0 && measure.length < 250 && begins()
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

fn measure(outline: &Outline<'_>, block: &Block) -> Measure {
    let text = &outline.text.as_bytes()[block.start..block.end];
    let length = text.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32;
    let links = block.linked as f32 / text.len().max(1) as f32;
    let may = !matches!(block.kind, Kind::Heading | Kind::Caption);
    let prose =
        may && links < 0.4 && (length >= 120 || length >= 40 && ends_sentence(&outline.text[block.start..block.end]));
    Measure { length, links, prose }
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ' ', '“'])
        .ends_with(['.', '!', '?', '…', '؟', ':', '。', '۔'])
}

fn sums(measures: &[Measure], counts: impl Fn(usize) -> bool) -> Vec<u32> {
    let mut sum = 0u32;
    let mut sums = Vec::with_capacity(measures.len() + 1);
    sums.push(0);
    for (at, measure) in measures.iter().enumerate() {
        if measure.prose && counts(at) {
            sum = sum.saturating_add(measure.length);
        }
        sums.push(sum);
    }
    sums
}

/// Which areas are no part of an article; a name is not believed where most of the prose would go with it.
fn leave_out(outline: &Outline<'_>, prose: &[u32], strict: bool) -> Vec<bool> {
    let total = prose.last().copied().unwrap_or(0) as f32;
    let mut left_out = vec![false; outline.areas.len()];
    for (at, area) in outline.areas.iter().enumerate().skip(1) {
        let hint = area.hint;
        let mass = (prose[area.last] - prose[area.first]) as f32;
        let share = if total > 0.0 { mass / total } else { 0.0 };
        let comments = hint.has(Hint::COMMENTS) && share < 0.85;
        let furniture = if strict {
            (hint.has(Hint::BAD) || area.tag == Tag::Furniture) && share < 0.4 && area.tag != Tag::Article
        } else {
            area.tag == Tag::Furniture && share < 0.5
        };
        let weak = hint.has(Hint::WEAK) || hint.has(Hint::HIDDEN) || area.tag == Tag::Header;
        let detail = strict && weak && !hint.has(Hint::BODY) && share < 0.1 && mass < 500.0;
        let few = area.last - area.first <= 6 && mass < 400.0 && share < 0.3;
        let signup = hint.has(Hint::SIGNUP) && few && area.tag != Tag::Article;
        let own = !matches!(area.tag, Tag::Body | Tag::Main) && (comments || furniture || detail || signup);
        left_out[at] = own || left_out[area.parent];
    }
    left_out
}
