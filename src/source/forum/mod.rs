//! Forums: boards → topics → pages of posts. One reader for all engines; an engine is one file of facts.

mod fluxbb;
mod phpbb;
mod subsilver;
mod times;
mod zone;

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::{Timestamp, Zoned, tz::TimeZone};
use scraper::{ElementRef, Selector};
use url::Url;

use super::html::{HtmlPage, selector};
use super::site::same_site;
use super::words::{self, Apart, brief_text};
use crate::model::{
    Code, Counts, Entry, Found, Incident, Kind, Page, Place, Precision, Request, Role, Source, SourceKind, Stamp, Step,
    Told,
};
use crate::text::{dates, effort, plain, urls};

pub use times::learned;

/// Bytes of a post's text that are kept.
const MAX_TEXT: usize = 100_000;

/// Posts of one page that are read.
const MAX_POSTS: usize = 2_000;

/// Every engine that is known.
pub static ENGINES: LazyLock<Vec<Engine>> =
    LazyLock::new(|| vec![phpbb::engine(), subsilver::engine(), fluxbb::engine()]);

/// What is to be known of the software of a forum. Selectors are of the page; those of a row or a post of what is in it.
pub struct Engine {
    pub name: &'static str,
    /// Bytes one of which stands in every page of it: most pages need no closer look.
    pub signs: &'static [&'static str],
    /// An element that only its pages have.
    pub mark: Selector,
    /// Boards, as they are listed.
    pub boards: Row,
    /// Topics, as they are listed.
    pub topics: Row,
    pub post: Post,
    /// Of a topic's page: its title.
    pub title: Selector,
    /// The next page of a topic, or of a board.
    pub next: Selector,
    /// The address of a topic's page, and of a board's, in the one form that is asked for; `None` of other addresses.
    pub topic_address: fn(&Url) -> Option<Url>,
    pub board_address: fn(&Url) -> Option<Url>,
    /// The address of a post, from that of any page of the same forum.
    pub post_address: fn(&Url, &str) -> Option<Url>,
    /// The number of a post, in an address that leads to it.
    pub post_number: fn(&Url) -> Option<String>,
    /// Where in its thread or list a page stands, by its address; the first lowest.
    pub place: fn(&Url) -> u64,
    /// Whether a site may give its pages addresses of its own making.
    pub rewrites: bool,
    /// Where its pages state the zone of their dates.
    pub zone: Selector,
    /// Whether its pages show dates without saying in which zone, and a feed of its tells.
    pub hides_zone: bool,
}

/// What a list tells of a board or a topic.
pub struct Row {
    pub row: Selector,
    /// Its name, which links to it.
    pub link: Selector,
    /// Topics or replies, and messages or views.
    pub counts: [Selector; 2],
    /// Links one of which leads to its last post.
    pub last: Selector,
    /// When that was written.
    pub time: Selector,
}

/// What a page tells of a post.
pub struct Post {
    pub block: Selector,
    /// What stands before the number in the block's `id`, or in the name of its anchor.
    pub prefix: &'static str,
    pub anchor: Option<Selector>,
    pub author: Selector,
    /// An element with `datetime`, or the text of one.
    pub date: Selector,
    pub body: Selector,
    pub signature: Selector,
    pub apart: Apart,
}

/// A post on a page, whether it has words or shows only pictures.
struct Block<'a> {
    whole: ElementRef<'a>,
    number: &'a str,
    body: ElementRef<'a>,
}

impl Post {
    /// The posts of a page, in their order; no more than one above what is read.
    fn blocks<'a>(&self, html: &'a HtmlPage) -> Vec<Block<'a>> {
        let matches = |around: ElementRef<'_>| self.block.matches(&around);
        let blocks = html.tree.select(&self.block).take_while(|_| effort::check().is_ok());
        // Posts within posts are somebody's trick.
        let outermost = blocks.filter(|block| !block.ancestors().filter_map(ElementRef::wrap).any(matches));
        outermost.filter_map(|whole| self.read(whole)).take(MAX_POSTS + 1).collect()
    }

    fn read<'a>(&self, whole: ElementRef<'a>) -> Option<Block<'a>> {
        let anchor = || whole.select(self.anchor.as_ref()?).next()?.value().attr("name");
        let number = whole.value().attr("id").or_else(anchor)?.strip_prefix(self.prefix)?;
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let body = whole.select(&self.body).next().filter(|_| is_number)?;
        Some(Block { whole, number, body })
    }
}

/// The engine that made a page.
pub fn recognise(html: &str, page: &HtmlPage) -> Option<&'static Engine> {
    let signed = ENGINES.iter().filter(|engine| engine.signs.iter().any(|sign| html.contains(sign)));
    signed.into_iter().find(|engine| page.first(&engine.mark).is_some())
}

/// A page of a forum, as it is read.
struct Reading<'a> {
    engine: &'static Engine,
    html: &'a HtmlPage,
    page: &'a Page,
    /// The page's own address.
    url: Url,
    zone: TimeZone,
    /// Whether the page states that zone itself.
    states_zone: bool,
    /// What relative dates count from.
    clock: Option<Zoned>,
}

/// Reads a page of a forum: its boards, its topics, its posts, and what comes next.
pub fn read(engine: &'static Engine, html: &HtmlPage, page: &Page, source: &Source) -> Found {
    let mut found = Found { kind: Some(SourceKind::Forum), ..Found::default() };
    // A saved page has no address; one that cannot exist stands for it.
    let Ok(url) = Url::parse(html.base.as_deref().unwrap_or("http://file.invalid/")) else { return found };
    let blocks = engine.post.blocks(html);
    let posted: HashSet<_> = blocks.iter().map(|block| block.whole.id()).collect();
    let is_posted = |element: ElementRef<'_>| element.ancestors().any(|around| posted.contains(&around.id()));
    let stated = zone::stated(html, &engine.zone, is_posted).filter(|_| !source.timezone_is_said);
    let states_zone = stated.is_some();
    let learned = || page.offset.map_or_else(|| source.timezone.clone(), TimeZone::fixed);
    let zone = stated.unwrap_or_else(learned);
    let clock = html.clock.as_ref().map(|clock| clock.with_time_zone(zone.clone()));
    let reading = Reading { engine, html, page, url, zone, states_zone, clock };
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
    if engine.hides_zone && !source.timezone_is_said && page.request.role == Role::Seed {
        reading.learn_zone(&mut found, shown, source);
    }
    found
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

    /// The first of them.
    fn link(&self, element: ElementRef<'_>, to: &Selector) -> Option<Url> {
        self.links(element, to).next()
    }

    /// The address of a topic, or of a board, that is asked for.
    fn topic(&self, url: &Url) -> Option<Url> {
        (self.engine.topic_address)(url).or_else(|| self.rewritten(url))
    }

    fn board(&self, url: &Url) -> Option<Url> {
        (self.engine.board_address)(url).or_else(|| self.rewritten(url))
    }

    /// An address of the site's own making, without what changes with every visit.
    fn rewritten(&self, url: &Url) -> Option<Url> {
        let fits = self.engine.rewrites && same_site(&self.url, url) && !script(url).ends_with(".php");
        let mut url = Url::parse(&urls::clean(url.as_str())).ok().filter(|_| fits)?;
        url.set_fragment(None);
        Some(url)
    }

    /// The number of a post, in an address that leads to it.
    fn number_in(&self, url: &Url) -> Option<String> {
        (self.engine.post_number)(url).or_else(|| {
            let number = url.fragment()?.strip_prefix(self.engine.post.prefix)?;
            let digits = !number.is_empty() && number.len() <= 12 && number.bytes().all(|b| b.is_ascii_digit());
            (digits && self.rewritten(url).is_some()).then(|| number.into())
        })
    }

    fn has_rows(&self) -> bool {
        [&self.engine.boards, &self.engine.topics].iter().any(|row| self.html.first(&row.row).is_some())
    }

    /// Boards and topics that the page lists, and its next page.
    fn lists(&self, found: &mut Found, shown: &mut Vec<jiff::civil::DateTime>) {
        let rows = |row| self.html.tree.select(row).take_while(|_| effort::check().is_ok());
        for row in rows(&self.engine.boards.row) {
            let Some(url) = self.link(row, &self.engine.boards.link).and_then(|url| self.board(&url)) else { continue };
            let listed = self.listed(row, &self.engine.boards, shown);
            found.follow.push(Request { mark: listed.mark, dated: listed.dated, ..Request::new(url, Role::Board) });
        }
        for row in rows(&self.engine.topics.row) {
            let Some(url) = self.link(row, &self.engine.topics.link).and_then(|url| self.topic(&url)) else { continue };
            let listed = self.listed(row, &self.engine.topics, shown);
            let told = Told { replies: listed.counts[0], views: listed.counts[1], ..Told::default() };
            let request = Request::new(first_page(&url), Role::Topic);
            found.follow.push(Request { mark: listed.mark, dated: listed.dated, told, ..request });
        }
        self.goes_on(found, Role::Board, Step::NextWhileNew);
    }

    /// What a row of a list tells.
    fn listed(&self, row: ElementRef<'_>, facts: &Row, shown: &mut Vec<jiff::civil::DateTime>) -> Listed {
        let counts =
            [0, 1].map(|at: usize| row.select(&facts.counts[at]).next().and_then(|cell| number(&brief_text(cell))));
        let last = self.links(row, &facts.last).find_map(|url| self.number_in(&url));
        let stamp = row.select(&facts.time).next().and_then(|time| self.stamp(time));
        if let Some(stamp) = stamp.filter(|stamp| stamp.offset.is_none()) {
            shown.push(stamp.civil);
        }
        // Views change with every reader: what changes with every post is the last one, or its date, and how many there are.
        let last = last.or_else(|| stamp.map(|stamp| stamp.written()));
        let messages = if std::ptr::eq(facts, &self.engine.boards) { counts[1] } else { counts[0] };
        // A topic that was moved leaves a row that tells nothing.
        let mark = last.zip(messages).map(|(last, messages)| format!("{last} {messages}"));
        Listed { counts, dated: stamp.and_then(|stamp| stamp.instant(&self.zone)), mark }
    }

    /// Leads to the feed that tells in which zone the times are that the page shows.
    fn learn_zone(&self, found: &mut Found, mut shown: Vec<jiff::civil::DateTime>, source: &Source) {
        let local = |entry: &Entry| entry.published.filter(|stamp| stamp.offset.is_none());
        shown.extend(found.entries.iter().filter_map(local).map(|stamp| stamp.civil));
        let (Some(feed), false) = (self.html.head.feeds.first(), shown.is_empty()) else { return };
        let told = Told { shown, ..Told::default() };
        found.follow.push(Request { guess: true, first: true, told, ..Request::new(&*feed.url, Role::Times) });
        let nofollow = self.page.reserved.follow || self.html.head.reserved.follow;
        if self.page.offset.is_some() || nofollow || matches!(source.place, Place::Path(_)) {
            return;
        }
        // Once it has told, the page is read again, under the address of a post; until then only days are sure.
        let is_other = |url: &&str| url.split('#').next() != self.page.url.split('#').next();
        let mut posts = found.entries.iter().rev().filter_map(|entry| entry.url.as_deref());
        let Some(again) = posts.find(is_other).map(|url| Request::new(url, Role::Topic)) else { return };
        found.follow.push(Request { guess: true, ..again });
        let dates = found.entries.iter_mut().filter_map(|entry| entry.published.as_mut());
        dates.filter(|stamp| stamp.offset.is_none()).for_each(|stamp| {
            *stamp = Stamp { civil: stamp.civil.date().into(), precision: Precision::Day, ..*stamp };
        });
    }

    /// The next page of what the page shows.
    fn goes_on(&self, found: &mut Found, role: Role, step: Step) {
        let own = |url: &Url| if role == Role::Topic { self.topic(url) } else { self.board(url) };
        let links = self.html.tree.select(&self.engine.next).filter_map(|link| self.join(link.value().attr("href")?));
        let links = links.filter(|url| same_site(&self.url, url));
        if let Some(url) = links.into_iter().find_map(|url| own(&url)).or_else(|| self.later_page(role)) {
            let told = self.page.request.told.clone();
            found.follow.push(Request { step, told, ..Request::new(url, role) });
        }
    }

    /// The next page where no link is called so: of those that are linked, the nearest after this one.
    fn later_page(&self, role: Role) -> Option<Url> {
        let own = if role == Role::Topic { self.engine.topic_address } else { self.engine.board_address };
        let here = own(&self.url)?;
        let (place, first) = (self.engine.place, first_page(&here));
        let outside = |link: &ElementRef<'_>| {
            !link.ancestors().filter_map(ElementRef::wrap).any(|around| self.engine.post.block.matches(&around))
        };
        let links =
            self.html.tree.select(&LINK).filter(outside).filter_map(|link| self.join(link.value().attr("href")?));
        let pages =
            links.filter_map(|url| own(&url)).filter(|url| first_page(url) == first && place(url) > place(&here));
        pages.min_by_key(place)
    }

    /// The posts of the page, in their order.
    fn posts(&self, blocks: &[Block<'_>], incidents: &mut Vec<Incident>) -> Vec<Entry> {
        let title = self.html.first(&self.engine.title);
        let thread = title
            .and_then(|title| self.link(title, &LINK))
            .and_then(|url| self.topic(&url))
            .or_else(|| self.topic(&self.url))
            .map(|url| first_page(&url));
        let title = title.map(brief_text).map(|title| plain::line(&title)).filter(|title| !title.is_empty());
        let mut partial = |message| {
            let url = self.page.url.clone();
            incidents.push(Incident { source: String::new(), url, code: Code::Partial, message });
        };
        let mut entries = Vec::new();
        for (at, block) in blocks.iter().enumerate() {
            if at >= MAX_POSTS {
                partial(format!("the page has more than {MAX_POSTS} posts; the first were read"));
                break;
            }
            if let Err(late) = effort::check() {
                partial(format!("{late}; {} posts were read", entries.len()));
                break;
            }
            // The first post opens the topic, though it may have no words.
            let is_first = at == 0 && self.is_first_page(&thread);
            entries.extend(self.post(block, &thread, &title, is_first));
        }
        entries
    }

    /// Whether the page is the first of its topic.
    fn is_first_page(&self, thread: &Option<Url>) -> bool {
        match (self.topic(&self.url), thread) {
            (Some(own), Some(thread)) => own == *thread,
            // A post's own address shows its page, whichever that is: its pages before tell.
            _ => self.html.first(&PREVIOUS).is_none(),
        }
    }

    /// A post, unless it has no words.
    fn post(&self, block: &Block<'_>, thread: &Option<Url>, title: &Option<String>, is_first: bool) -> Option<Entry> {
        let facts = &self.engine.post;
        let Block { whole: block, number: id, body } = *block;
        let words = facts.apart.read(body);
        if words.text.is_empty() && words.quoted.is_empty() && words.code.is_none() {
            return None;
        }
        let author = block.select(&facts.author).next().map(brief_text).map(|name| plain::line(&name));
        let states = |date: &ElementRef<'_>| date.value().attr("datetime").is_some();
        let dates = block.select(&facts.date).filter(states).chain(block.select(&facts.date));
        let stamp = dates.into_iter().find_map(|date| self.stamp(date));
        let signed = block.select(&facts.signature).next().map(words::plain_text);
        // A line of these stands above it in older styles.
        let signature =
            signed.map(|text| String::from(text.trim_start_matches(['_', '\n']))).filter(|text| !text.is_empty());
        let number = |href: &str| self.join(href).and_then(|url| self.number_in(&url));
        let address = |id: &str| (self.engine.post_address)(&self.url, id).map(String::from);
        let own = self.permalink(block, id).or_else(|| address(id));
        let told = &self.page.request.told;
        Some(Entry {
            kind: Kind::Post,
            url: own,
            permanent: self.html.base.is_some(),
            thread_url: thread.as_ref().map(|url| url.to_string()),
            parent_url: words.answers.as_deref().and_then(number).and_then(|id| address(&id)),
            guid: Some(id.into()),
            title: title.clone(),
            author: author.filter(|name| !name.is_empty()),
            published: stamp,
            date_suspect: false,
            text: String::from(plain::cut_bytes(&words.text, MAX_TEXT)),
            quoted: words.quoted,
            signature,
            code: words.code,
            is_reply: !is_first,
            counts: Counts {
                thread_replies: told.replies.filter(|_| is_first),
                thread_views: told.views.filter(|_| is_first),
                ..Counts::default()
            },
            ..Entry::default()
        })
    }

    /// The address that a site gives to a post where its addresses are of its own making.
    fn permalink(&self, block: ElementRef<'_>, id: &str) -> Option<String> {
        if (self.engine.topic_address)(&self.url).is_some() {
            return None;
        }
        let end = format!("#{}{id}", self.engine.post.prefix);
        let links = block.select(&LINK).filter_map(|link| self.join(link.value().attr("href")?));
        links.into_iter().find(|url| url.as_str().ends_with(&end) && self.rewritten(url).is_some()).map(String::from)
    }

    /// A date: as its element states it, or as it is shown; in the page's zone, where it states one.
    fn stamp(&self, element: ElementRef<'_>) -> Option<Stamp> {
        let clock = self.clock.as_ref();
        let stated = element.value().attr("datetime").and_then(|stated| dates::parse(stated, clock));
        let mut stamp = stated.or_else(|| {
            let line = plain::line(&brief_text(element));
            dates::parse(line.rsplit('»').next().unwrap_or_default(), clock)
                .or_else(|| line.split_once(": ").and_then(|split| dates::parse(split.1.trim(), clock)))
        })?;
        if self.states_zone && stamp.offset.is_none() {
            stamp.offset = self.zone.to_ambiguous_zoned(stamp.civil).compatible().ok().map(|at| at.offset());
        }
        Some(stamp)
    }
}

static LINK: LazyLock<Selector> = LazyLock::new(|| selector("a[href]"));
static PREVIOUS: LazyLock<Selector> = LazyLock::new(|| selector("[rel=prev]"));

/// What a row of a list tells.
struct Listed {
    counts: [Option<u64>; 2],
    dated: Option<Timestamp>,
    /// The last post, or its date, and how many there are.
    mark: Option<String>,
}

/// The address of a topic's first page: without what selects another.
fn first_page(url: &Url) -> Url {
    with_query(url, |key| !matches!(key, "start" | "p" | "page"))
}

/// An address with only some of its parameters, in their order, and without fragment.
fn with_query(url: &Url, keep: impl Fn(&str) -> bool) -> Url {
    let kept: Vec<String> = url
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| keep(pair.split('=').next().unwrap_or_default()))
        .map(String::from)
        .collect();
    let mut kept_url = url.clone();
    kept_url.set_query(if kept.is_empty() { None } else { Some(kept.join("&")) }.as_deref());
    kept_url.set_fragment(None);
    kept_url
}

/// The value of a parameter that is a number.
fn parameter(url: &Url, key: &str) -> Option<String> {
    let value = url.query_pairs().find(|(name, _)| name == key)?.1;
    (!value.is_empty() && value.len() <= 12 && value.bytes().all(|b| b.is_ascii_digit())).then(|| value.into_owned())
}

/// The script that an address leads to.
fn script(url: &Url) -> &str {
    url.path().rsplit('/').next().unwrap_or_default()
}

/// The same folder's `script`, with these parameters and that fragment.
fn beside(url: &Url, script: &str, query: &[(&str, &str)], fragment: Option<&str>) -> Option<Url> {
    let mut url = url.join(script).ok()?;
    let query: Vec<String> = query.iter().map(|(key, value)| format!("{key}={value}")).collect();
    url.set_query(Some(&query.join("&")));
    url.set_fragment(fragment);
    Some(url)
}

/// A count as it is shown: `1 234`, `1,234`.
fn number(text: &str) -> Option<u64> {
    let digits: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | ',' | '.'))
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests;
