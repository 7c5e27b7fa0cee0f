//! What the records of a group have in common: where each has its author, its date and its words.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::groups::Record;
use super::names::Said;
use super::survey::{Date, Name, Survey, within};
use super::when::{self, Shown};
use crate::text::plain;

/// Bytes of a text that may be the same in every record: a button, a label.
const LABEL: usize = 80;

/// The parts of the records, by keys of [`Survey::key`].
#[derive(Debug, Default)]
pub struct Parts {
    /// The best first.
    pub authors: Vec<u64>,
    pub dates: Vec<u64>,
    /// Day and month stand in American order.
    pub month_first: bool,
    /// The element that has a record's words, and no author or date; `None` where they stand among these.
    pub body: Option<u64>,
    /// Texts that most records have in the same place, with the key of the place.
    pub labels: HashSet<(u64, u64)>,
}

/// Learns the parts of a group's records.
pub fn learn(survey: &Survey<'_>, records: &[Record]) -> Parts {
    let mut parts = Parts::default();
    dates(survey, records, &mut parts);
    authors(survey, records, &mut parts);
    parts.labels = labels(survey, records);
    parts.body = body(survey, records, &parts);
    parts
}

impl Parts {
    /// The date of a record.
    pub fn date<'a>(&self, survey: &'a Survey<'_>, record: &Record) -> Option<&'a Date> {
        let dates = within(&survey.dates, record.range(), |date| date.spot);
        self.dates
            .iter()
            .find_map(|key| dates.iter().find(|date| date.key == *key && !is_of_others(survey, record, date.spot)))
    }

    /// The author of a record.
    pub fn author<'a, 's>(&self, survey: &'s Survey<'a>, record: &Record) -> Option<&'s Name<'a>> {
        let names = within(&survey.names, record.range(), |name| name.spot);
        self.authors
            .iter()
            .find_map(|key| names.iter().find(|name| name.key == *key && !is_of_others(survey, record, name.spot)))
    }
}

/// The name as it is shown.
pub fn written(survey: &Survey<'_>, name: &Name<'_>) -> String {
    plain::line(name.stated.unwrap_or_else(|| survey.piece(name.from, name.to)))
}

#[derive(Default)]
struct DateStat {
    records: usize,
    all: Vec<Shown>,
    stated: usize,
    called: usize,
    bad: usize,
}

fn dates(survey: &Survey<'_>, records: &[Record], parts: &mut Parts) {
    let mut stats: BTreeMap<u64, DateStat> = BTreeMap::new();
    for record in records {
        let mut seen: HashSet<u64> = HashSet::new();
        for date in within(&survey.dates, record.range(), |date| date.spot) {
            let stat = stats.entry(date.key).or_default();
            if !seen.insert(date.key) {
                continue;
            }
            stat.records += 1;
            stat.all.push(date.shown);
            stat.stated += usize::from(date.stated);
            let near = || {
                std::iter::once(date.spot).chain(survey.around(date.spot).take(2)).filter_map(|at| survey.spots.get(at))
            };
            stat.called += usize::from(near().any(|spot| spot.said.has(Said::DATE)));
            let said = near().any(|spot| spot.said.has(Said::EDIT));
            stat.bad += usize::from(said || is_of_others(survey, record, date.spot) || is_labelled(survey, date.from));
        }
    }
    let count = records.len() as f32;
    let mut ranked: Vec<(f32, u64)> = Vec::new();
    for (key, stat) in &stats {
        let share = |n: usize| n as f32 / stat.records.max(1) as f32;
        let timed =
            stat.all.iter().filter(|shown| shown.stamp.is_some_and(|s| s.precision != crate::model::Precision::Day));
        let days: Vec<_> = stat.all.iter().filter_map(|shown| shown.stamp).map(|stamp| stamp.civil).collect();
        let mut score = 3.0 * stat.records as f32 / count
            + share(timed.count())
            + 0.5 * share(stat.stated)
            + 0.5 * share(stat.called);
        score -= 4.0 * share(stat.bad);
        if days.len() > 2 {
            let turns = when::turns(&days) as f32 / days.len() as f32;
            score += 0.7 - 1.4 * turns;
        }
        if days.is_empty() {
            score -= 0.5;
        }
        if score > 0.2 && share(stat.bad) < 0.6 {
            ranked.push((score, *key));
        }
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    parts.dates = ranked.iter().map(|(_, key)| *key).collect();
    parts.month_first =
        parts.dates.first().and_then(|key| stats.get(key)).is_some_and(|stat| when::month_first(&stat.all));
}

/// Whether what stands before a date says that it is of something else: of a registration, of a change.
fn is_labelled(survey: &Survey<'_>, from: usize) -> bool {
    const WORDS: [&str; 26] = [
        "join",
        "regist",
        "inscri",
        "mitglied seit",
        "dabei seit",
        "member since",
        "miembro desde",
        "since",
        "seit:",
        "edit",
        "modif",
        "geändert",
        "bearbeitet",
        "updated",
        "last ",
        "zuletzt",
        "editado",
        "dernière",
        "alta:",
        "desde",
        "membre depuis",
        "depuis",
        "انضم",
        "التسجيل",
        "تعديل",
        "birthday",
    ];
    let start = survey.text.floor_char_boundary(from.saturating_sub(36));
    let before = survey.piece(start, from).to_lowercase();
    // A label may have a line of its own; a line with a number is something else.
    let (above, line) = before.rsplit_once('\n').unwrap_or(("", &before));
    let above = above.rsplit('\n').next().unwrap_or_default();
    let line = match line.trim() {
        "" if !above.contains(|c: char| c.is_numeric()) => above,
        line => line,
    };
    WORDS.iter().any(|word| line.contains(word))
}

/// Whether an element stands in a quotation, a signature or the like within the record.
fn is_of_others(survey: &Survey<'_>, record: &Record, spot: usize) -> bool {
    let around = survey.around(spot).take_while(|at| *at > record.first).take(12);
    std::iter::once(spot).chain(around).filter_map(|at| survey.spots.get(at)).any(|spot| {
        spot.said.has(Said::QUOTE.with(Said::SIGNATURE)) && !spot.said.has(Said::TOOL)
            || spot.element.value().name() == "blockquote"
    })
}

#[derive(Default)]
struct NameStat {
    records: usize,
    weight: f32,
    texts: HashSet<String>,
    bad: f32,
    /// How far into the record it stands.
    place: f32,
}

fn authors(survey: &Survey<'_>, records: &[Record], parts: &mut Parts) {
    let mut stats: BTreeMap<u64, NameStat> = BTreeMap::new();
    for record in records {
        let mut seen: HashSet<u64> = HashSet::new();
        let (from, to) = record.text(survey);
        for name in within(&survey.names, record.range(), |name| name.spot) {
            if !seen.insert(name.key) || seen.len() > 40 {
                continue;
            }
            let stat = stats.entry(name.key).or_default();
            stat.records += 1;
            stat.weight += name.weight;
            stat.texts.insert(written(survey, name));
            stat.place += (name.from.saturating_sub(from)) as f32 / (to - from).max(1) as f32;
            let around = survey.around(name.spot).take_while(|at| *at > record.first).take(12);
            let in_body =
                around.filter_map(|at| survey.spots.get(at)).any(|spot| spot.said.has(Said::BODY.with(Said::TOOL)));
            let edit = survey.spots.get(name.spot).is_some_and(|spot| spot.said.has(Said::EDIT))
                || is_labelled(survey, name.from);
            stat.bad += if is_of_others(survey, record, name.spot) {
                2.0
            } else if in_body || edit {
                1.0
            } else {
                0.0
            };
        }
    }
    let count = records.len() as f32;
    let mut ranked: Vec<(f32, u64)> = Vec::new();
    for (key, stat) in &stats {
        let each = stat.records as f32;
        let distinct = stat.texts.len() as f32 / each;
        let mut score =
            2.5 * each / count + 0.6 * (stat.weight / each).min(6.0) - 2.0 * stat.bad / each - 0.6 * stat.place / each;
        if stat.texts.len() == 1 && stat.records > 2 {
            score -= 3.0;
        } else if distinct < 0.15 {
            score -= 0.8;
        }
        if score > 0.8 {
            ranked.push((score, *key));
        }
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    parts.authors = ranked.iter().map(|(_, key)| *key).collect();
}

/// A hash of a short text.
pub fn print(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Short texts that most records have in one place.
fn labels(survey: &Survey<'_>, records: &[Record]) -> HashSet<(u64, u64)> {
    if records.len() < 3 {
        return HashSet::new();
    }
    let mut seen: HashMap<(u64, u64), (usize, usize)> = HashMap::new();
    for (at, record) in records.iter().enumerate() {
        for spot in record.first..record.last {
            let Some(here) = survey.spots.get(spot).filter(|here| here.to > here.from && here.to - here.from <= LABEL)
            else {
                continue;
            };
            let place = (survey.key(spot, 2), print(survey.piece(here.from, here.to)));
            let (count, last) = seen.entry(place).or_insert((0, usize::MAX));
            if *last != at {
                *count += 1;
                *last = at;
            }
        }
    }
    let most = (records.len() * 3).div_ceil(5).max(3);
    seen.into_iter().filter(|(_, (count, _))| *count >= most).map(|(place, _)| place).collect()
}

#[derive(Default)]
struct BodyStat {
    /// Bytes, of the longest such element of each record, and of all.
    longest: f32,
    all: f32,
    depth: usize,
    records: usize,
}

/// The element that has the most of the records' words without their authors and dates.
fn body(survey: &Survey<'_>, records: &[Record], parts: &Parts) -> Option<u64> {
    let mut stats: BTreeMap<u64, BodyStat> = BTreeMap::new();
    let mut total = 0.0;
    for record in records {
        let author = parts.author(survey, record).map(|name| name.spot).filter(|spot| *spot > record.first);
        let date = parts.date(survey, record).map(|date| date.spot).filter(|spot| *spot > record.first);
        let known = [author, date];
        let words = words(survey, record, parts, &known);
        let top = survey.spots.get(record.first).map_or(0, |spot| spot.depth);
        let mut here: BTreeMap<u64, (f32, f32, usize)> = BTreeMap::new();
        for (words, at) in words.iter().zip(record.first..record.last) {
            let Some(spot) = survey.spots.get(at).filter(|_| *words > 0.0) else { continue };
            if spot.depth == top {
                total += words;
            }
            if !known.iter().flatten().any(|part| survey.holds(at, *part)) {
                let weight = words * if spot.said.has(Said::BODY) { 1.1 } else { 1.0 };
                let entry = here.entry(survey.key(at, 2)).or_insert((0.0, 0.0, spot.depth.saturating_sub(top)));
                entry.0 = weight.max(entry.0);
                entry.1 += weight;
            }
        }
        for (key, (longest, all, depth)) in here {
            let stat = stats.entry(key).or_default();
            stat.longest += longest;
            stat.all += all;
            stat.depth = depth.max(stat.depth);
            stat.records += 1;
        }
    }
    let best = stats.values().map(|stat| stat.longest).fold(0.0, f32::max);
    // Paragraphs are parts of a text, not the text.
    let whole = |stat: &&BodyStat| {
        stat.longest >= 0.85 * best && stat.longest >= 0.9 * stat.all && stat.records * 2 >= records.len()
    };
    let chosen = stats.iter().filter(|(_, stat)| whole(stat)).max_by_key(|(_, stat)| stat.depth)?;
    (chosen.1.longest >= 0.5 * total).then_some(*chosen.0)
}

/// Of each element of a record, bytes of what may be words of its author; of links a third.
fn words(survey: &Survey<'_>, record: &Record, parts: &Parts, known: &[Option<usize>]) -> Vec<f32> {
    let mut words = vec![0.0; record.last.saturating_sub(record.first)];
    let mut at = record.first;
    while let Some(spot) = survey.spots.get(at).filter(|_| at < record.last) {
        let beside = Said::SIGNATURE.with(Said::PROFILE).with(Said::EDIT).with(Said::TOOL);
        let text = survey.piece(spot.from, spot.to);
        let label = text.len() <= LABEL && (text.len() < 4 || parts.labels.contains(&(survey.key(at, 2), print(text))));
        let part = known.iter().flatten().any(|part| *part == at);
        let long = text.len() > 400 && !spot.said.has(Said::SIGNATURE);
        if label || part || spot.said.has(beside) && !spot.said.has(Said::BODY) && !long {
            at = spot.end;
            continue;
        }
        let (mut all, mut linked) = survey.size(at);
        let mut child = at + 1;
        while let Some(inner) = survey.spots.get(child).filter(|_| child < spot.end) {
            let (inner_all, inner_linked) = survey.size(child);
            all = all.saturating_sub(inner_all);
            linked = linked.saturating_sub(inner_linked);
            child = inner.end;
        }
        if let Some(words) = words.get_mut(at - record.first) {
            *words = all.saturating_sub(linked.min(all)) as f32 + linked.min(all) as f32 / 3.0;
        }
        at += 1;
    }
    for at in (record.first..record.last).rev() {
        let Some(spot) = survey.spots.get(at) else { continue };
        let own = words.get(at - record.first).copied().unwrap_or(0.0);
        if spot.parent >= record.first
            && spot.parent < at
            && let Some(words) = words.get_mut(spot.parent - record.first)
        {
            *words += own;
        }
    }
    words
}
