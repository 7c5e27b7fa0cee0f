//! Forums: boards → topics → pages of posts. One reader for all engines; an engine is one file of facts.

mod address;
mod bbpress;
mod discourse;
mod engine;
mod flarum;
mod fluxbb;
mod invision;
mod invision5;
mod ipb3;
mod lists;
mod mybb;
mod nodebb;
mod order;
mod phorum;
mod phpbb;
mod phpbb2;
mod posts;
mod punbb;
mod smf;
mod smf1;
mod stackexchange;
mod subsilver;
mod times;
mod vanilla;
mod vbulletin3;
mod vbulletin4;
mod vbulletin5;
mod xenforo;
mod xenforo1;
mod zone;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};
use jiff::{Zoned, tz::TimeZone};
use memchr::memmem;
use scraper::{ElementRef, Selector};
use url::Url;

use super::html::{HtmlPage, selector};
use super::site::same_site;
use crate::model::{Code, Found, Incident, Page, Role, Source, SourceKind, Stamp, Step};
use crate::text::{dates, plain, urls};
use address::{At, is_number, script, with_query};
use engine::{Engine, Facts};

pub use times::learned;

/// Every engine that is known; of two that a page may be of, the first.
static FACTS: [&Facts; 23] = [
    &phpbb::FACTS,
    &subsilver::FACTS,
    &phpbb2::FACTS,
    &fluxbb::FACTS,
    &punbb::FACTS,
    &nodebb::FACTS,
    &xenforo::FACTS,
    &xenforo1::FACTS,
    &vbulletin5::FACTS,
    &vbulletin4::FACTS,
    &vbulletin3::FACTS,
    &mybb::FACTS,
    &smf::FACTS,
    &smf1::FACTS,
    &invision::FACTS,
    &invision5::FACTS,
    &ipb3::FACTS,
    &discourse::FACTS,
    &flarum::FACTS,
    &vanilla::FACTS,
    &bbpress::FACTS,
    &phorum::FACTS,
    &stackexchange::FACTS,
];

/// The same, made ready when they are first met.
static ENGINES: [OnceLock<Engine>; FACTS.len()] = [const { OnceLock::new() }; FACTS.len()];

/// The signs of all engines, sought in one pass.
static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let signs = FACTS.iter().flat_map(|facts| facts.signs);
    AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(signs).ok()
});

/// Bytes of a script in which a sign is sought: what is longer is some library, or data.
const SCRIPT: usize = 4_096;

/// Which engines have a sign in a page.
fn signed(html: &str) -> [bool; FACTS.len()] {
    let mut signed = [false; FACTS.len()];
    let bytes = html.as_bytes();
    let (mut from, mut scripts) = (0, memmem::find_iter(bytes, "<script"));
    while from < bytes.len() && !signed.iter().all(|signed| *signed) {
        let script = scripts.find(|at| *at >= from).unwrap_or(bytes.len());
        let end = memmem::find(&bytes[script..], b"</script").map_or(bytes.len(), |end| script + end);
        seek(bytes, from..end.min(script.saturating_add(SCRIPT)), &mut signed);
        from = end;
    }
    signed
}

/// Notes which engines have a sign in a part of a page.
fn seek(bytes: &[u8], part: Range<usize>, signed: &mut [bool; FACTS.len()]) {
    let Some(signs) = SIGNS.as_ref() else { return };
    let mut at = part.start;
    // What stands at one place may be a sign of several.
    while let Some(found) = signs.find(Input::new(bytes).range(at..part.end)) {
        let rest = &bytes[found.start()..];
        for (facts, signed) in FACTS.iter().zip(signed.iter_mut()) {
            *signed = *signed || facts.signs.iter().any(|sign| rest.starts_with(sign.as_bytes()));
        }
        at = found.start() + 1;
        if signed.iter().all(|signed| *signed) {
            break;
        }
    }
}

/// The engine that made a page.
pub fn recognise(html: &str, page: &HtmlPage) -> Option<&'static Engine> {
    let signed = FACTS.iter().zip(&ENGINES).zip(signed(html)).filter(|(_, signed)| *signed).map(|(engine, _)| engine);
    let ready = signed.map(|(facts, engine)| engine.get_or_init(|| Engine::new(facts)));
    ready.into_iter().find(|engine| page.first(&engine.mark).is_some())
}

/// A page of a forum, as it is read.
struct Reading<'a> {
    engine: &'static Engine,
    facts: &'static Facts,
    html: &'a HtmlPage,
    page: &'a Page,
    /// The page's own address.
    url: Url,
    /// Whether that is known.
    has_address: bool,
    zone: TimeZone,
    /// Whether the page states that zone itself.
    states_zone: bool,
    /// What relative dates count from.
    clock: Option<Zoned>,
    /// Whether dates in numbers name the month first.
    month_first: bool,
}

/// Reads a page of a forum: its boards, its topics, its posts, and what comes next.
pub fn read(engine: &'static Engine, html: &HtmlPage, page: &Page, source: &Source) -> Found {
    let mut found = Found { kind: Some(SourceKind::Forum), ..Found::default() };
    // A saved page has the address that it states, else one that cannot exist stands for it.
    let stated = html.base.is_none().then(|| stated_address(html)).flatten();
    let has_address = html.base.is_some() || stated.is_some();
    let base = html.base.as_deref().or(stated.as_deref()).unwrap_or("http://file.invalid/");
    let Ok(url) = Url::parse(base) else { return found };
    let blocks = posts::blocks(&engine.post, html);
    let posted: HashSet<_> = blocks.iter().map(|block| block.whole.id()).collect();
    let is_posted = |element: ElementRef<'_>| element.ancestors().any(|around| posted.contains(&around.id()));
    let stated = zone::stated(html, &engine.zone, is_posted).filter(|_| !source.timezone_is_said);
    let states_zone = stated.is_some();
    let learned = || page.offset.map_or_else(|| source.timezone.clone(), TimeZone::fixed);
    let zone = stated.unwrap_or_else(learned);
    let clock = html.clock.as_ref().map(|clock| clock.with_time_zone(zone.clone()));
    let rows = [&engine.boards, &engine.topics]
        .into_iter()
        .filter(|_| blocks.is_empty())
        .flat_map(|rows| html.tree.select(&rows.row).take(MOST_ROWS).flat_map(|row| rows.time.of(row)));
    let dates = blocks.iter().flat_map(|block| engine.post.date.of(block.whole));
    let month_first = order::month_first(dates.chain(rows));
    let reading =
        Reading { engine, facts: engine.facts, html, page, url, has_address, zone, states_zone, clock, month_first };
    let mut shown = Vec::new();
    found.entries = reading.posts(&blocks, &mut found.incidents);
    if blocks.is_empty() {
        reading.lists(&mut found, &mut shown);
    } else {
        reading.goes_on(&mut found, Role::Topic, Step::Next);
    }
    let unopened = blocks.is_empty() && found.follow.is_empty() && !reading.has_rows();
    if unopened && matches!(page.request.role, Role::Seed | Role::Board | Role::Topic) {
        found.incidents.push(incident(page, "no board, topic or post that a visitor may see"));
    }
    if source.kind == SourceKind::Page {
        found.follow.retain(|request| request.step == Step::Next);
    }
    if engine.facts.hides_zone && !source.timezone_is_said && page.request.role == Role::Seed {
        reading.learn_zone(&mut found, shown, source);
    }
    found
}

/// The address that a page says is its own.
fn stated_address(html: &HtmlPage) -> Option<String> {
    static STATED: LazyLock<Selector> = LazyLock::new(|| selector("link[rel=canonical], meta[property='og:url']"));
    let attr =
        |element: ElementRef<'_>| element.value().attr("href").or(element.value().attr("content")).map(String::from);
    html.tree.select(&STATED).filter_map(attr).find(|url| urls::host(url).is_some())
}

fn incident(page: &Page, message: &str) -> Incident {
    // Of a source's own address that is a failure; of a listed page it is how the forum is set up.
    let code = if page.request.role == Role::Seed { Code::Unreadable } else { Code::Partial };
    Incident { source: String::new(), url: page.url.clone(), code, message: message.into() }
}

impl Reading<'_> {
    fn join(&self, href: &str) -> Option<Url> {
        urls::join(self.url.as_str(), href).and_then(|url| Url::parse(&url).ok())
    }

    /// The addresses on the site that links inside `element`, or it itself, lead to.
    fn links(&self, element: ElementRef<'_>, to: &Selector) -> impl Iterator<Item = Url> {
        let links = std::iter::once(element).filter(|element| to.matches(element)).chain(element.select(to));
        let urls = links.filter_map(|link| self.join(link.value().attr("href")?));
        urls.filter(|url| same_site(&self.url, url))
    }

    /// The address of a topic, or of a board, that is asked for.
    fn topic(&self, url: &Url) -> Option<At> {
        (self.facts.topic)(url).or_else(|| self.rewritten(url))
    }

    fn board(&self, url: &Url) -> Option<At> {
        (self.facts.board)(url).or_else(|| self.rewritten(url))
    }

    /// An address of the site's own making, without what changes with every visit.
    fn rewritten(&self, url: &Url) -> Option<At> {
        let fits = self.facts.rewrites && same_site(&self.url, url) && !script(url).ends_with(".php");
        let mut url = Url::parse(&urls::clean(url.as_str())).ok().filter(|_| fits)?;
        url.set_fragment(None);
        let first = with_query(&url, |key| !matches!(key, "start" | "p" | "page"));
        Some(At { url, first, place: 0 })
    }

    /// The number of a post, in an address that leads to it.
    fn number_in(&self, url: &Url) -> Option<String> {
        (self.facts.post_number)(url).or_else(|| {
            let number = url.fragment()?.strip_prefix(self.facts.post.fragment).filter(|number| is_number(number))?;
            self.rewritten(url).is_some().then(|| number.into())
        })
    }

    /// A date as it is stated or shown, perhaps among other words; in the page's zone, where it states one.
    fn stamp(&self, shown: &str) -> Option<Stamp> {
        let clock = self.clock.as_ref();
        let parse = |text: &str| dates::parse(text.trim(), clock);
        let of_line = |line: &str| {
            // What is said of later changes.
            let line = plain::line(line.split('(').next().unwrap_or_default());
            let line = if self.month_first { order::day_first(&line) } else { line.as_str().into() };
            parse(line.rsplit('»').next().unwrap_or_default())
                .or_else(|| line.split_once(": ").and_then(|(_, date)| parse(date)))
        };
        let mut stamp = of_line(shown).or_else(|| shown.lines().take(LINES).find_map(of_line))?;
        if self.states_zone && stamp.offset.is_none() {
            stamp.offset = self.zone.to_ambiguous_zoned(stamp.civil).compatible().ok().map(|at| at.offset());
        }
        Some(stamp)
    }
}

/// Rows of a list by whose dates their order is told.
const MOST_ROWS: usize = 100;

/// Lines of a place of which one may be a date.
const LINES: usize = 20;

static LINK: LazyLock<Selector> = LazyLock::new(|| selector("a[href]"));

#[cfg(test)]
mod tests;
