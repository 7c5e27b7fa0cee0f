//! The public columns, once for every format: names, order and rounding are a promise (docs/columns.md).
//!
//! Columns are added at the end; none is renamed or dropped within version 1.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::Context;
use crate::{
    figures::{BrandDay, BrandTotal, Measures},
    model::Record,
};

/// One value of one column, already rounded.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Text(Cow<'a, str>),
    /// Joined with `;` where a format has no lists.
    List(&'a [String]),
    /// A finite number and how many decimals it is written with.
    Number(f64, usize),
    Integer(u64),
    Bool(bool),
    Time(Timestamp),
    /// Not known.
    Empty,
}

/// A column's name and its value in a mention.
pub type Column = (&'static str, for<'a> fn(&'a Record, &Context) -> Cell<'a>);

/// mentions.csv v1.
pub const MENTION_COLUMNS: &[Column] = &[
    ("mention_id", |r, _| text(&r.mention_id)),
    ("brand", |r, _| text(&r.mention.brand)),
    ("published", |r, _| time(r.document.published)),
    ("published_precision", |r, _| word(r.document.published_precision.map(|precision| precision.word()))),
    ("first_seen", |r, _| time(r.document.first_seen)),
    ("day", |r, context| day(published_day(r, context))),
    ("source", |r, _| text(&r.document.source)),
    ("source_kind", |r, _| text(&r.document.source_kind)),
    ("kind", |r, _| word(Some(r.document.kind.word()))),
    ("url", |r, _| optional(r.document.url.as_deref())),
    ("thread_url", |r, _| optional(r.document.thread_url.as_deref())),
    ("title", |r, _| optional(r.document.title.as_deref())),
    ("author", |r, _| optional(r.document.author.as_deref())),
    ("language", |r, _| text(&r.mention.language)),
    ("sentiment", |r, _| number(r.mention.sentiment, 4)),
    ("tone", |r, _| word(Some(r.mention.tone.word()))),
    ("reputation_polarity", |r, _| number(r.mention.reputation_polarity, 4)),
    ("intent", |r, _| optional(r.mention.intent.as_deref())),
    ("topics", |r, _| Cell::List(&r.mention.topics)),
    ("reach", |r, _| people(r.mention.reach.estimate)),
    ("reach_low", |r, _| people(r.mention.reach.low)),
    ("reach_high", |r, _| people(r.mention.reach.high)),
    ("reach_basis", |r, _| word(Some(r.mention.reach.basis.word()))),
    ("prominence", |r, _| number(Some(r.mention.prominence), 2)),
    ("hit_sentence", |r, _| text(&r.mention.hit_sentence)),
    ("matched", |r, _| text(&r.mention.matched)),
    ("doubtful", |r, _| r.mention.doubtful.map_or(Cell::Empty, Cell::Bool)),
    // No clusters are formed yet.
    ("cluster", |_, _| Cell::Empty),
    ("replies", |r, _| integer(r.document.counts.replies)),
    ("views", |r, _| integer(r.document.counts.views)),
    ("likes", |r, _| integer(r.document.counts.likes)),
    ("rating", |r, _| number(r.document.counts.rating, 2)),
];

/// brands.csv v1.
pub const BRAND_COLUMNS: [&str; 15] = [
    "brand",
    "day",
    "volume",
    "volume_net",
    "positive",
    "neutral",
    "negative",
    "unscored",
    "doubtful",
    "net_sentiment",
    "net_sentiment_low",
    "net_sentiment_high",
    "reach",
    "share_of_voice",
    "comparable",
];

/// `totals` of report.json: the measures of brands.csv, with the group and the undated beside them.
pub const TOTAL_COLUMNS: [&str; 16] = {
    let mut names = ["undated"; 16];
    let mut at = 0;
    while at < 15 {
        names[at] = BRAND_COLUMNS[at];
        at += 1;
    }
    names[1] = "group";
    names
};

/// One row of brands.csv.
pub fn brand_cells(row: &BrandDay) -> [Cell<'_>; 15] {
    let BrandDay { brand, day: on, measures, comparable } = row;
    let [a, b, c, d, e, f, g, h, i, j, k, l] = measured(measures);
    [text(brand), day(*on), a, b, c, d, e, f, g, h, i, j, k, l, Cell::Bool(*comparable)]
}

/// One member of `totals`.
pub fn total_cells(row: &BrandTotal) -> [Cell<'_>; 16] {
    let BrandTotal { brand, group, measures, comparable, undated } = row;
    let [a, b, c, d, e, f, g, h, i, j, k, l] = measured(measures);
    let (comparable, undated) = (Cell::Bool(*comparable), Cell::Integer(*undated));
    [text(brand), text(group), a, b, c, d, e, f, g, h, i, j, k, l, comparable, undated]
}

/// `volume` to `share_of_voice`, in the order of brands.csv. A figure that is added fails here first.
fn measured(measures: &Measures) -> [Cell<'static>; 12] {
    let Measures {
        volume,
        volume_net,
        positive,
        neutral,
        negative,
        unscored,
        doubtful,
        net_sentiment,
        net_sentiment_low,
        net_sentiment_high,
        reach,
        share_of_voice,
    } = *measures;
    [
        Cell::Integer(volume),
        integer(volume_net),
        Cell::Integer(positive),
        Cell::Integer(neutral),
        Cell::Integer(negative),
        Cell::Integer(unscored),
        integer(doubtful),
        number(net_sentiment, 1),
        number(net_sentiment_low, 1),
        number(net_sentiment_high, 1),
        people(reach),
        number(share_of_voice, 1),
    ]
}

/// The day of a mention in the report's zone.
pub fn published_day(record: &Record, context: &Context) -> Option<Date> {
    record.document.published.map(|at| context.zone.to_datetime(at).date())
}

fn text(value: &str) -> Cell<'_> {
    if value.is_empty() { Cell::Empty } else { Cell::Text(Cow::Borrowed(value)) }
}

fn optional(value: Option<&str>) -> Cell<'_> {
    value.map_or(Cell::Empty, text)
}

fn word(value: Option<&'static str>) -> Cell<'static> {
    optional(value)
}

fn time(value: Option<Timestamp>) -> Cell<'static> {
    value.map_or(Cell::Empty, Cell::Time)
}

fn day(value: Option<Date>) -> Cell<'static> {
    value.map_or(Cell::Empty, |day| Cell::Text(Cow::Owned(day.to_string())))
}

fn integer(value: Option<u64>) -> Cell<'static> {
    value.map_or(Cell::Empty, Cell::Integer)
}

/// Rounded half away from zero, never −0.
pub fn number(value: Option<f64>, decimals: usize) -> Cell<'static> {
    match value {
        Some(value) if value.is_finite() => Cell::Number(rounded(value, decimals), decimals),
        _ => Cell::Empty,
    }
}

/// People: whole, or with one decimal under ten, where a whole number would say too little.
fn people(value: Option<f64>) -> Cell<'static> {
    number(value, usize::from(value.is_some_and(|people| rounded(people, 1) < 10.0)))
}

fn rounded(value: f64, decimals: usize) -> f64 {
    let scale = [1.0, 10.0, 100.0, 1000.0, 10_000.0][decimals.min(4)];
    let scaled = (value * scale).round() / scale;
    // Beyond 2^53 scaling may overflow, and there are no decimals to round.
    if scaled.is_finite() { scaled + 0.0 } else { value }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Text(value) => to.serialize_str(value),
            Cell::List(values) => to.collect_seq(*values),
            Cell::Number(value, 0) if value.abs() < 9e15 => to.serialize_i64(*value as i64),
            Cell::Number(value, _) => to.serialize_f64(*value),
            Cell::Integer(value) => to.serialize_u64(*value),
            Cell::Bool(value) => to.serialize_bool(*value),
            Cell::Time(value) => to.collect_str(&format_args!("{value:.0}")),
            Cell::Empty => to.serialize_none(),
        }
    }
}

/// Columns and cells as one JSON object, in the order of the columns.
pub struct Object<'a, const N: usize>(pub &'static [&'static str; N], pub [Cell<'a>; N]);

impl<const N: usize> Serialize for Object<'_, N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(N))?;
        for (name, cell) in self.0.iter().zip(&self.1) {
            map.serialize_entry(name, cell)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_those_of_the_contract() {
        let mentions: Vec<_> = MENTION_COLUMNS.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            mentions.join(", "),
            "mention_id, brand, published, published_precision, first_seen, day, source, source_kind, kind, url, \
             thread_url, title, author, language, sentiment, tone, reputation_polarity, intent, topics, reach, \
             reach_low, reach_high, reach_basis, prominence, hit_sentence, matched, doubtful, cluster, replies, \
             views, likes, rating"
        );
        assert_eq!(
            BRAND_COLUMNS.join(", "),
            "brand, day, volume, volume_net, positive, neutral, negative, unscored, doubtful, net_sentiment, \
             net_sentiment_low, net_sentiment_high, reach, share_of_voice, comparable"
        );
        assert_eq!((TOTAL_COLUMNS[1], TOTAL_COLUMNS[14], TOTAL_COLUMNS[15]), ("group", "comparable", "undated"));
    }

    #[test]
    fn every_column_is_explained_in_the_documentation() {
        let columns = include_str!("../../docs/columns.md");
        let names = MENTION_COLUMNS.iter().map(|(name, _)| *name).chain(BRAND_COLUMNS).chain(TOTAL_COLUMNS);
        for name in names {
            assert!(columns.contains(&format!("| {name} |")), "docs/columns.md says nothing of {name}");
        }
        let document = serde_json::to_value(crate::model::Document::default()).unwrap();
        let of_document = columns.split_once("## A document").unwrap().1;
        for key in document.as_object().unwrap().keys() {
            assert!(of_document.contains(&format!("| {key}")) || of_document.contains(&format!(", {key}")), "{key}");
        }
    }

    #[test]
    fn numbers_are_rounded_to_one_form() {
        assert_eq!(number(Some(-0.00001), 4), Cell::Number(0.0, 4));
        assert!(matches!(number(Some(-0.00001), 4), Cell::Number(n, _) if n.is_sign_positive()));
        assert_eq!(number(Some(0.12345), 4), Cell::Number(0.1235, 4));
        assert_eq!(
            (number(Some(f64::NAN), 1), number(Some(f64::INFINITY), 1), number(None, 1)),
            (Cell::Empty, Cell::Empty, Cell::Empty)
        );
        assert_eq!(number(Some(f64::MAX), 4), Cell::Number(f64::MAX, 4));
        assert_eq!(
            [9.94, 9.96, 12.4].map(|n| people(Some(n))),
            [Cell::Number(9.9, 1), Cell::Number(10.0, 0), Cell::Number(12.0, 0)]
        );
    }

    #[test]
    fn text_that_is_empty_is_not_known() {
        assert_eq!((text(""), optional(Some("")), optional(None)), (Cell::Empty, Cell::Empty, Cell::Empty));
    }
}
