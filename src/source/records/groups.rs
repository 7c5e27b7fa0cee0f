//! Groups of records on a page: what repeats (dates, numbered elements, names) cuts it into records; the cut that looks
//! most like what people wrote one after another is taken.

use std::collections::{BTreeMap, HashSet};

use super::learn;
use super::names::{Said, leads_to_person};
use super::survey::{Survey, mixed, within};
use crate::text::{effort, plain};

/// Groups that are looked at on one page, those with most members first.
const MOST_GROUPS: usize = 80;
/// Records of one page that are looked at.
const MOST_RECORDS: usize = 3_000;

/// Bytes of text that are more than a name.
const WORDS: usize = 20;

/// A record: elements `first..last` of the survey, siblings and what is below them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    pub first: usize,
    pub last: usize,
    /// The element that is it, with what stands in it of others.
    pub anchor: usize,
}

impl Record {
    pub fn range(&self) -> (usize, usize) {
        (self.first, self.last)
    }

    /// Where its text lies.
    pub fn text(&self, survey: &Survey<'_>) -> (usize, usize) {
        let Some(first) = survey.spots.get(self.first) else { return (0, 0) };
        let mut to = first.to;
        let mut at = first.end;
        while let Some(spot) = survey.spots.get(at).filter(|_| at < self.last) {
            to = spot.to.max(to);
            at = spot.end;
        }
        (first.from, to)
    }

    /// Bytes of its text that are no links.
    pub fn own(&self, survey: &Survey<'_>) -> usize {
        let mut own = 0;
        let mut at = self.first;
        while let Some(spot) = survey.spots.get(at).filter(|_| at < self.last) {
            let (all, linked) = survey.size(at);
            own += all.saturating_sub(linked);
            at = spot.end;
        }
        own
    }
}

/// A group of records, and how it looks.
#[derive(Debug, Clone, Default)]
pub struct Group {
    pub records: Vec<Record>,
    pub looks: Looks,
}

/// What speaks for and against a group; shares are of its records.
#[derive(Debug, Clone, Copy, Default)]
pub struct Looks {
    pub dated: f32,
    pub named: f32,
    /// Those with a date and a name.
    pub paired: f32,
    /// Those that begin with the same kind of element.
    pub alike: f32,
    /// Elements that are called posts, comments, reviews.
    pub said: Said,
    pub called: f32,
    /// How many are named, and by links to them.
    pub people: usize,
    /// Records that link to somebody's page.
    pub linking: f32,
    /// How many days or times are told, for each record.
    pub times: f32,
    /// Records with a title that no other has.
    pub titled: f32,
    /// Types of microdata.
    pub stated: bool,
    pub numbered: f32,
    /// Records that lead to a page of their own.
    pub leads: f32,
    /// Share of their text that is links.
    pub linked: f32,
    /// Bytes of their own text.
    pub own: usize,
    pub score: f32,
}

/// The groups of a page, the best first.
pub fn groups(survey: &Survey<'_>) -> Vec<Group> {
    let mut seen: HashSet<u64> = HashSet::new();
    let mut groups = Vec::new();
    let comments = comments(survey);
    for anchors in anchors(survey).into_iter().chain([comments]) {
        if effort::check().is_err() {
            break;
        }
        let records = match anchors[..] {
            [only] => vec![Record {
                first: only,
                last: survey.spots.get(only).map_or(only + 1, |spot| spot.end),
                anchor: only,
            }],
            _ => cut(survey, &anchors),
        };
        if records.is_empty() || records.len() < 2 && anchors.len() > 1 {
            continue;
        }
        let print =
            records.iter().fold(0, |print, record| mixed(mixed(print, record.first as u64), record.last as u64));
        if !seen.insert(print) {
            continue;
        }
        let looks = look(survey, &records);
        if looks.score > 0.0 {
            groups.push(Group { records, looks });
        }
    }
    groups.sort_by(|a, b| b.looks.score.total_cmp(&a.looks.score));
    groups
}

/// Elements that repeat and may stand for a record each.
fn anchors(survey: &Survey<'_>) -> Vec<Vec<usize>> {
    let mut all: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut add = |kind: u64, key: u64, spot: usize| {
        let spots = all.entry(mixed(kind, key)).or_default();
        if spots.last() != Some(&spot) && spots.len() < MOST_RECORDS {
            spots.push(spot);
        }
    };
    for date in &survey.dates {
        add(1, date.key, date.spot);
    }
    for name in survey.names.iter().filter(|name| name.weight >= 2.0) {
        add(2, name.key, name.spot);
    }
    for (at, spot) in survey.spots.iter().enumerate() {
        let record = spot.said.has(Said::POST.with(Said::COMMENT).with(Said::REVIEW));
        if record {
            add(3, spot.sign, at);
        } else if spot.numbered {
            add(4, spot.sign, at);
        }
        if record && spot.said.has(Said::STATED) {
            add(5, 0, at);
        }
        if spot.said.has(Said::BODY) {
            add(6, mixed(spot.sign, survey.spots.get(spot.parent).map_or(0, |parent| parent.sign)), at);
        }
    }
    let mut all: Vec<Vec<usize>> = all.into_values().filter(|spots| spots.len() >= 2).collect();
    all.sort_by_key(|spots| (std::cmp::Reverse(spots.len()), spots.first().copied()));
    all.truncate(MOST_GROUPS);
    all
}

/// Innermost elements that are called comments or reviews, and tell of when and who: one may be alone on its page.
fn comments(survey: &Survey<'_>) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for (at, spot) in survey.spots.iter().enumerate().rev() {
        let within_it = |inner: &usize| *inner < spot.end;
        if !spot.said.has(Said::COMMENT.with(Said::REVIEW))
            || found.last().is_some_and(within_it)
            || found.len() >= MOST_RECORDS
        {
            continue;
        }
        let dates = within(&survey.dates, (at, spot.end), |date| date.spot);
        let names = within(&survey.names, (at, spot.end), |name| name.spot);
        let Some(date) = dates.first() else { continue };
        let name = names.iter().find(|name| name.weight >= 1.0);
        let told = (date.to - date.from) + name.map_or(0, |name| name.to - name.from);
        let (all, linked) = survey.size(at);
        if (name.is_some() || spot.numbered) && all.saturating_sub(linked) > told + 15 {
            found.push(at);
        }
    }
    found.reverse();
    found
}

/// Cuts the page at elements that stand for a record each, none of which is within another: a record is the widest element
/// with one of them, and its siblings up to the next.
fn cut(survey: &Survey<'_>, anchors: &[usize]) -> Vec<Record> {
    let spots = &survey.spots;
    // Answers within what they answer: each of these is its own record, without those below.
    let mut widest: Vec<(usize, usize, usize)> = Vec::with_capacity(anchors.len());
    for (at, anchor) in anchors.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| anchors.get(at)).copied();
        let after = anchors.get(at + 1).copied();
        let alone = |outer: usize| {
            !before.is_some_and(|before| survey.holds(outer, before))
                && !after.is_some_and(|after| survey.holds(outer, after))
        };
        let mut top = *anchor;
        if after.is_some_and(|after| survey.holds(top, after)) {
            // It holds the next: what stands before that in it is its own.
            let Some(after) = after else { continue };
            let first = top + 1;
            let mut end = first;
            while let Some(spot) = spots.get(end).filter(|_| end < after && !survey.holds(end, after)) {
                end = spot.end;
            }
            if end > first {
                widest.push((first, end, top));
            }
            continue;
        }
        // What is called a record, and has words, is one; else it is in one.
        let record =
            spots.get(top).is_some_and(|spot| spot.said.has(Said::POST.with(Said::COMMENT).with(Said::REVIEW)));
        let (all, linked) = survey.size(top);
        if !record || all - linked.min(all) < WORDS {
            for outer in survey.around(*anchor) {
                if !alone(outer) {
                    break;
                }
                top = outer;
            }
        }
        widest.push((top, spots.get(top).map_or(top + 1, |spot| spot.end), top));
    }
    let within: Vec<Record> =
        widest.iter().map(|(first, last, anchor)| Record { first: *first, last: *last, anchor: *anchor }).collect();
    let ahead = extended(survey, &within, anchors);
    let own = |records: &[Record]| records.iter().map(|record| record.own(survey)).sum::<usize>();
    let (inside, outside) = (own(&within), own(&ahead));
    fitting(survey, if inside * 5 >= outside * 4 { within } else { ahead })
}

/// Records without those that are of another kind than most and say little.
fn fitting(survey: &Survey<'_>, records: Vec<Record>) -> Vec<Record> {
    let sign = |record: &Record| survey.spots.get(record.anchor).map_or(0, |spot| spot.sign);
    let mut kinds: BTreeMap<u64, usize> = BTreeMap::new();
    let mut sizes: Vec<usize> = Vec::with_capacity(records.len());
    for record in &records {
        *kinds.entry(sign(record)).or_default() += 1;
        sizes.push(record.own(survey));
    }
    sizes.sort_unstable();
    let median = sizes.get(sizes.len() / 2).copied().unwrap_or(0);
    let Some((usual, count)) = kinds.into_iter().max_by_key(|(_, count)| *count) else { return records };
    if count * 5 < records.len() * 3 || records.len() < 3 {
        return records;
    }
    let called = |record: &Record| {
        survey.spots.get(record.anchor).is_some_and(|spot| spot.said.has(Said::POST.with(Said::COMMENT)))
    };
    let usually_called = records.iter().filter(|record| sign(record) == usual).all(called);
    let numbered = |record: &Record| survey.spots.get(record.anchor).is_some_and(|spot| spot.numbered);
    let usually_numbered = records.iter().filter(|record| sign(record) == usual).all(numbered);
    let fits = |record: &Record| {
        sign(record) == usual
            || usually_numbered && numbered(record)
            || record.own(survey) * 3 >= median && (!usually_called || called(record))
    };
    records.into_iter().filter(fits).collect()
}

/// Records with the siblings that follow each, up to the next.
fn extended(survey: &Survey<'_>, records: &[Record], anchors: &[usize]) -> Vec<Record> {
    let spots = &survey.spots;
    // Siblings that each took, by parent, for the last of them.
    let mut usual: BTreeMap<usize, usize> = BTreeMap::new();
    let mut out = Vec::with_capacity(records.len());
    for record in records {
        let Some(parent) = spots.get(record.first).map(|spot| spot.parent) else { continue };
        let end = spots.get(parent).map_or(record.last, |spot| spot.end);
        let next = anchors.partition_point(|anchor| *anchor < record.last);
        let next = anchors.get(next).copied().unwrap_or(usize::MAX);
        let most = if next >= end { usual.get(&parent).copied().unwrap_or(usize::MAX) } else { usize::MAX };
        let (mut last, mut count) = (record.last, 0);
        while let Some(spot) = spots.get(last).filter(|spot| last < end && next >= spot.end && count < most) {
            last = spot.end;
            count += 1;
        }
        if next < end {
            let known = usual.entry(parent).or_default();
            *known = count.max(*known);
        }
        out.push(Record { last, ..*record });
    }
    out
}

/// How a group looks.
fn look(survey: &Survey<'_>, records: &[Record]) -> Looks {
    let mut looks = Looks::default();
    let count = records.len() as f32;
    let (mut words, mut all) = (0.0, 0usize);
    let mut heads: Vec<(&str, &str)> = Vec::new();
    let mut leading = 0usize;
    let mut titles: HashSet<&str> = HashSet::new();
    let mut times: HashSet<u64> = HashSet::new();
    let mut people: HashSet<&str> = HashSet::new();
    let mut kinds_of: BTreeMap<u64, usize> = BTreeMap::new();
    for record in records {
        let own = record.own(survey);
        let (from, to) = record.text(survey);
        all += to - from;
        looks.own += own;
        let dated = within(&survey.dates, record.range(), |date| date.spot).len();
        let names = within(&survey.names, record.range(), |name| name.spot);
        let named = names.iter().any(|name| name.weight >= 1.0);
        looks.linking += f32::from(u8::from(names.iter().any(|name| name.weight >= 3.0)));
        times.extend(within(&survey.dates, record.range(), |date| date.spot).iter().map(|date| {
            date.shown
                .stamp
                .map_or_else(|| learn::print(survey.piece(date.from, date.to)), |stamp| learn::print(&stamp.written()))
        }));
        let spots = survey.spots.get(record.first..record.last).unwrap_or_default();
        let title = spots.iter().find(|spot| spot.heading && spot.to - spot.from >= 18);
        titles.extend(title.map(|spot| plain::cut_bytes(survey.piece(spot.from, spot.to), 24)));
        if let Some(name) = names.iter().find(|name| name.weight >= 2.5) {
            people.insert(name.stated.unwrap_or_else(|| survey.piece(name.from, name.to)));
        }
        let spot = survey.spots.get(record.anchor);
        let inside = survey.spots.get(record.anchor..record.last.min(record.anchor + 4)).unwrap_or_default();
        let outside = survey.around(record.first).take(2).filter_map(|at| survey.spots.get(at));
        let kinds = Said::POST.with(Said::COMMENT).with(Said::REVIEW);
        let called = inside.iter().chain(outside).find(|spot| spot.said.has(kinds));
        if let Some(called) = called {
            looks.called += 1.0;
            looks.said = looks.said.with(called.said);
        }
        looks.stated |= inside.iter().any(|spot| spot.said.has(kinds) && spot.said.has(Said::STATED));
        looks.dated += f32::from(u8::from(dated > 0));
        looks.named += f32::from(u8::from(named));
        looks.numbered += f32::from(u8::from(spot.is_some_and(|_| inside.iter().any(|spot| spot.numbered))));
        looks.paired += f32::from(u8::from(dated > 0 && named));
        if let Some(spot) = spot {
            *kinds_of.entry(spot.sign).or_insert(0usize) += 1;
        }
        let both = [dated > 0, named].iter().filter(|holds| **holds).count();
        // Several dates tell of several records taken for one.
        let crowd = 1.0 / (1.0 + (dated as f32 - 4.0).max(0.0) / 4.0);
        words += (1.0 + own as f32).ln() * [0.1, 0.35, 1.0].get(both).copied().unwrap_or(1.0) * crowd;
        if let Some(head) = head(survey, record) {
            leading += 1;
            heads.push(head);
        }
    }
    looks.alike = kinds_of.values().max().copied().unwrap_or(0) as f32;
    looks.times = times.len() as f32;
    looks.titled = titles.len() as f32;
    for share in [
        &mut looks.titled,
        &mut looks.times,
        &mut looks.linking,
        &mut looks.dated,
        &mut looks.named,
        &mut looks.paired,
        &mut looks.alike,
        &mut looks.called,
        &mut looks.numbered,
    ] {
        *share /= count;
    }
    looks.linked = 1.0 - looks.own as f32 / all.max(1) as f32;
    let paths: HashSet<&str> = heads.iter().map(|(path, _)| *path).collect();
    let texts: HashSet<&str> = heads.iter().map(|(_, text)| *text).collect();
    let others = paths.len().min(texts.len());
    looks.leads = if others * 2 > leading { leading as f32 / count } else { 0.0 };
    let usual = looks.own as f32 / count;
    let worth = [
        (looks.leads > 0.6, 0.15),
        (looks.linked > 0.6, 0.3),
        (looks.alike < 0.5, 0.5),
        (usual < 25.0, 0.3),
        (looks.called > 0.5, 1.25),
        (looks.stated, 1.2),
    ];
    words *= 0.3 + 0.7 * looks.paired * looks.paired;
    looks.people = people.len();
    looks.score = worth.iter().filter(|(holds, _)| *holds).fold(words, |score, (_, worth)| score * worth);
    looks
}

/// The title under which a record leads elsewhere, as entries of a list do: where to, and what it is called.
fn head<'a>(survey: &'a Survey<'a>, record: &Record) -> Option<(&'a str, &'a str)> {
    let links = within(&survey.links, record.range(), |link| link.spot);
    for link in links.iter().take(8) {
        let spot = survey.spots.get(link.spot)?;
        let text = survey.piece(spot.from, spot.to);
        if text.len() < 18
            || link.href.contains('#')
            || leads_to_person(link.href)
            || link.href.starts_with("javascript")
        {
            continue;
        }
        let is_date = within(&survey.dates, (link.spot, spot.end), |date| date.spot).iter().next().is_some();
        let heading = spot.heading
            || survey
                .around(link.spot)
                .take(2)
                .any(|at| at >= record.first && survey.spots.get(at).is_some_and(|spot| spot.heading));
        let begins = spot.from.saturating_sub(survey.spots.get(record.first)?.from) < 4;
        if !is_date && (heading || begins) {
            return Some((link.href.split(['?', '#']).next().unwrap_or_default(), text));
        }
    }
    None
}
