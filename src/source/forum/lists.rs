//! Lists of a forum: its boards, its topics, and which page comes next.

use jiff::{Timestamp, civil::DateTime};
use scraper::ElementRef;
use url::Url;

use super::address::At;
use super::engine::Row;
use super::{LINK, Reading};
use crate::model::{Entry, Found, Place, Precision, Request, Role, Source, Stamp, Step, Told};
use crate::source::site::same_site;
use crate::text::effort;

/// What a row of a list tells.
struct Listed {
    counts: [Option<u64>; 2],
    dated: Option<Timestamp>,
    /// The last post, or its date, and how many there are.
    mark: Option<String>,
}

impl Reading<'_> {
    pub fn has_rows(&self) -> bool {
        [&self.engine.boards, &self.engine.topics].iter().any(|row| self.html.first(&row.row).is_some())
    }

    /// Boards and topics that the page lists, and its next page.
    pub fn lists(&self, found: &mut Found, shown: &mut Vec<DateTime>) {
        let rows = |row| self.html.tree.select(row).take_while(|_| effort::check().is_ok());
        let (boards, topics) = (&self.engine.boards, &self.engine.topics);
        for row in rows(&boards.row) {
            let Some(at) = self.links(row, &boards.link).find_map(|url| self.board(&url)) else { continue };
            let Listed { mark, dated, .. } = self.listed(row, boards, shown);
            found.follow.push(Request { mark, dated, ..Request::new(at.url, Role::Board) });
        }
        for row in rows(&topics.row) {
            let Some(at) = self.links(row, &topics.link).find_map(|url| self.topic(&url)) else { continue };
            let Listed { mark, dated, counts: [replies, views] } = self.listed(row, topics, shown);
            let replies = replies.map(|count| count.saturating_sub(self.facts.counts_first.into()));
            let told = Told { replies, views, ..Told::default() };
            found.follow.push(Request { mark, dated, told, ..Request::new(at.first, Role::Topic) });
        }
        self.goes_on(found, Role::Board, Step::NextWhileNew);
    }

    /// What a row of a list tells.
    fn listed(&self, row: ElementRef<'_>, facts: &Row, shown: &mut Vec<DateTime>) -> Listed {
        let counts = facts.counts.each_ref().map(|places| places.of(row).find_map(|count| number(&count)));
        let last = self.links(row, &facts.last).find_map(|url| self.number_in(&url));
        let stamp = facts.time.of(row).find_map(|time| self.stamp(&time));
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
    pub fn learn_zone(&self, found: &mut Found, mut shown: Vec<DateTime>, source: &Source) {
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
    pub fn goes_on(&self, found: &mut Found, role: Role, step: Step) {
        let own = |url: &Url| if role == Role::Topic { self.topic(url) } else { self.board(url) };
        let links = self.html.tree.select(&self.engine.next).filter_map(|link| self.join(link.value().attr("href")?));
        let links = links.filter(|url| same_site(&self.url, url));
        if let Some(at) = links.into_iter().find_map(|url| own(&url)).or_else(|| self.later_page(role)) {
            let told = self.page.request.told.clone();
            found.follow.push(Request { step, told, ..Request::new(at.url, role) });
        }
    }

    /// The next page where no link is called so: of those that are linked, the nearest after this one.
    fn later_page(&self, role: Role) -> Option<At> {
        let own = if role == Role::Topic { self.facts.topic } else { self.facts.board };
        let here = own(&self.url)?;
        let outside = |link: &ElementRef<'_>| {
            !link.ancestors().filter_map(ElementRef::wrap).any(|around| self.engine.post.block.matches(&around))
        };
        let links =
            self.html.tree.select(&LINK).filter(outside).filter_map(|link| self.join(link.value().attr("href")?));
        let pages = links.filter_map(|url| own(&url)).filter(|at| at.first == here.first && at.place > here.place);
        pages.min_by_key(|at| at.place)
    }
}

/// A count as it is shown: `1 234`, `1,234`, `1.2K`, `3,4 k`.
pub fn number(text: &str) -> Option<u64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let text = &text[start..];
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | ',' | '.' | '\'' | '’');
    let end = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let mut words = rest.split(|c: char| !c.is_alphabetic());
    let times: f64 = match words.next().unwrap_or_default() {
        "K" | "k" => 1e3,
        "M" | "m" => 1e6,
        _ => {
            let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
            return digits.parse().ok();
        }
    };
    let decimal: f64 = digits.trim().replace(',', ".").parse().ok()?;
    Some((decimal * times).round() as u64)
}
