//! A record taken apart: who wrote it, when, and in which words.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::groups::Record;
use super::learn::{self, Parts};
use super::names::{Said, is_button};
use super::survey::{Survey, within};
use super::when;
use crate::model::{Quote, Stamp};
use crate::source::words::{self, Apart};
use crate::text::plain;

/// Bytes of a record's text that are kept.
const MAX_TEXT: usize = 100_000;
/// Bytes of a line that names author and date, and what the page writes around them.
const HEAD: usize = 80;

static APART: LazyLock<Apart> = LazyLock::new(|| {
    Apart::new(
        "blockquote, div[class*='quot' i], table[class*='quot' i], aside[class*='quot' i], fieldset[class*='quot' i], \
         div[class*='zitat' i], div[class*='cita' i]",
        "cite, .quote-author, .quoteheader, .quotetitle, .quote_header, [class*='attribution' i], [class*='quote_title' i]",
        "pre, .codebox, [class*='bbcode_code' i], [class*='codeblock' i]",
        "button, input, label",
    )
});

/// A record.
#[derive(Debug, Default)]
pub struct Taken {
    pub author: Option<String>,
    pub published: Option<Stamp>,
    pub text: String,
    pub quoted: Vec<Quote>,
    pub code: Option<String>,
    pub signature: Option<String>,
    pub rating: Option<f64>,
    /// Where the first quotation links to.
    pub answers: Option<String>,
}

/// Takes a record apart.
pub fn read(survey: &Survey<'_>, record: &Record, parts: &Parts) -> Taken {
    let name = parts.author(survey, record);
    let date = parts.date(survey, record);
    let known: Vec<usize> = name.map(|name| name.spot).into_iter().chain(date.map(|date| date.spot)).collect();
    let body = parts.body.and_then(|key| longest(survey, record, key, &known));
    let mut left_out = HashSet::new();
    let mut signature = None;
    let tops: Vec<usize> = match body {
        Some(body) => vec![body],
        None => tops(survey, record),
    };
    let range = body.map_or(record.range(), |body| (body, survey.spots.get(body).map_or(body, |spot| spot.end)));
    let mut at = range.0;
    while let Some(spot) = survey.spots.get(at).filter(|_| at < range.1) {
        let top = body == Some(at);
        if !top && spot.said.has(Said::SIGNATURE) {
            signature = signature.or_else(|| Some(words::plain_text(spot.element)));
        }
        if !top && is_apart(survey, at, parts, &known, body.is_some()) {
            left_out.insert(spot.element.id());
            at = spot.end;
        } else {
            at += 1;
        }
    }
    let mut taken = Taken { author: name.map(|name| learn::written(survey, name)), signature, ..Taken::default() };
    taken.published =
        date.and_then(|date| if parts.month_first { when::swapped_day(date.shown) } else { date.shown.stamp });
    taken.signature = taken.signature.or_else(|| signed(survey, record)).filter(|text| !text.is_empty());
    for top in tops {
        let Some(spot) = survey.spots.get(top).filter(|spot| !left_out.contains(&spot.element.id())) else { continue };
        let more = APART.read_without(spot.element, &|element| left_out.contains(&element.id()));
        if !more.text.is_empty() {
            if !taken.text.is_empty() {
                taken.text.push('\n');
            }
            taken.text.push_str(&more.text);
        }
        taken.quoted.extend(more.quoted);
        taken.code = taken.code.or(more.code);
        taken.answers = taken.answers.or(more.answers);
    }
    if body.is_none() {
        taken.text = without_head(
            &taken.text,
            survey,
            name.map(|name| (name.from, name.to)),
            date.map(|date| (date.from, date.to)),
        );
    }
    taken.text.truncate(taken.text.floor_char_boundary(MAX_TEXT));
    taken.rating = rating(survey, record);
    taken
}

/// The element of a record that has its words: of several of that kind the longest without its author and date.
fn longest(survey: &Survey<'_>, record: &Record, key: u64, known: &[usize]) -> Option<usize> {
    let holds = |at: usize| known.iter().any(|part| *part != record.first && survey.holds(at, *part));
    let spots = (record.first..record.last).filter(|at| survey.key(*at, 2) == key && !holds(*at));
    spots.rev().max_by_key(|at| survey.size(*at).0)
}

/// The outermost elements of a record.
fn tops(survey: &Survey<'_>, record: &Record) -> Vec<usize> {
    let mut tops = Vec::new();
    let mut at = record.first;
    while let Some(spot) = survey.spots.get(at).filter(|_| at < record.last) {
        tops.push(at);
        at = spot.end;
    }
    tops
}

/// Whether an element of a record is no part of its author's words.
fn is_apart(survey: &Survey<'_>, at: usize, parts: &Parts, known: &[usize], in_body: bool) -> bool {
    let Some(spot) = survey.spots.get(at) else { return false };
    let length = spot.to - spot.from;
    let (_, linked) = survey.size(at);
    if spot.said.has(Said::SIGNATURE.with(Said::EDIT)) && !spot.said.has(Said::BODY) && length < 2_000 {
        return true;
    }
    let text = survey.piece(spot.from, spot.to);
    if length <= 80 && parts.labels.contains(&(survey.key(at, 2), learn::print(text))) {
        return true;
    }
    if length < 60
        && (spot.said.has(Said::TOOL) || linked == length && linked > 0 && spot.element.value().name() != "a")
        && !in_body
    {
        return true;
    }
    if spot.said.has(Said::TOOL) && length < 200 && !spot.said.has(Said::BODY) {
        return true;
    }
    if in_body {
        return linked == length && length > 0 && is_button(text);
    }
    if known.iter().any(|part| survey.holds(at, *part)) {
        let parts: usize = known.iter().filter(|part| survey.holds(at, **part)).map(|part| survey.size(*part).0).sum();
        return length <= parts.min(200) + HEAD;
    }
    spot.said.has(Said::PROFILE.with(Said::AUTHOR).with(Said::DATE)) && !spot.said.has(Said::BODY) && length < 250
        || linked == length && length > 0 && is_button(text)
}

/// The signature of a record where it stands beside its words.
fn signed(survey: &Survey<'_>, record: &Record) -> Option<String> {
    let spots = survey.spots.get(record.first..record.last)?;
    let spot = spots.iter().find(|spot| spot.said.has(Said::SIGNATURE) && spot.to > spot.from)?;
    Some(words::plain_text(spot.element))
}

/// A text without its first lines where these are author and date.
fn without_head(text: &str, survey: &Survey<'_>, name: Option<(usize, usize)>, date: Option<(usize, usize)>) -> String {
    let name = name.map(|(from, to)| survey.piece(from, to).trim()).filter(|name| !name.is_empty());
    let date = date.map(|(from, to)| survey.piece(from, to).trim()).filter(|date| !date.is_empty());
    let mut rest = text;
    for _ in 0..4 {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let known = |part: Option<&str>| part.is_some_and(|part| part.len() <= 120 && line.contains(part));
        if line.len() > 160 || !(known(name) || known(date)) || after.is_empty() {
            break;
        }
        rest = after;
    }
    String::from(rest)
}

/// The stars of a review, where they are stated.
fn rating(survey: &Survey<'_>, record: &Record) -> Option<f64> {
    let spots = survey.spots.get(record.first..record.last)?;
    let spot = spots.iter().find(|spot| spot.said.has(Said::RATING) && spot.said.has(Said::STATED))?;
    let value = spot.element.value().attr("content").unwrap_or_else(|| survey.piece(spot.from, spot.to));
    plain::line(value).replace(',', ".").parse().ok().filter(|rating: &f64| rating.is_finite())
}

/// The `id` and the address by which a record is linked to.
pub fn place<'a>(survey: &Survey<'a>, record: &Record) -> (Option<&'a str>, Option<&'a str>) {
    let spots = survey.spots.get(record.anchor..record.last.min(record.anchor + 6)).unwrap_or_default();
    let numbered =
        spots.iter().filter_map(|spot| spot.element.value().id()).find(|id| id.bytes().any(|b| b.is_ascii_digit()));
    let links = within(&survey.links, record.range(), |link| link.spot);
    let digits = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
    let own = |href: &&str| numbered.is_some_and(|id| href.rsplit('#').next() == Some(id) && href.contains('#'));
    let anchors = || links.iter().map(|link| link.href).filter(|href| !href.starts_with("javascript"));
    let link = anchors().find(own).or_else(|| {
        anchors().find(|href| {
            href.split_once('#').is_some_and(|(before, fragment)| digits(fragment) && !before.contains("reply"))
        })
    });
    (numbered, link)
}
