//! How sources have been doing, in every format.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{
    Context, Dialect, Format,
    csv::Rows,
    json::health_json,
    row::{Cell, number},
    table::sources,
};
use crate::model::{Coverage, Health};

const COLUMNS: [&str; 34] = [
    "name",
    "kind",
    "place",
    "last_attempt",
    "last_success",
    "failures",
    "documents",
    "undated",
    "mentions",
    "incident",
    "message",
    "found",
    "weight",
    "rests_until",
    "interval",
    "known_share",
    "missed_at",
    "waiting",
    "offset_minutes",
    "deaths",
    "exempt",
    "new_documents",
    "period_documents",
    "undated_share",
    "unsupported",
    "unsupported_share",
    "refused",
    "reserved",
    "newest",
    "usual_gap",
    "silent",
    "feed_window",
    "missed_low",
    "missed_high",
];

/// Writes sources in one format as they come; `vigie sources`. A table is written at its end.
pub struct HealthWriter<'a, W: Write>(Shape<'a, W>);

enum Shape<'a, W: Write> {
    Rows(Box<Rows<W>>),
    Lines(W),
    Array { out: W, separator: &'static str },
    Table { out: W, rows: Vec<Health>, context: &'a Context },
}

impl<'a, W: Write> HealthWriter<'a, W> {
    /// Writes what comes before the first source. The dialect is for [`Format::Csv`] alone.
    pub fn new(format: Format, dialect: Dialect, out: W, context: &'a Context) -> io::Result<HealthWriter<'a, W>> {
        Ok(HealthWriter(match format {
            Format::Csv => Shape::Rows(Box::new(Rows::new(out, dialect, COLUMNS.into_iter())?)),
            Format::Tsv => Shape::Rows(Box::new(Rows::new(out, Dialect::Tsv, COLUMNS.into_iter())?)),
            Format::Jsonl => Shape::Lines(out),
            Format::Json => Shape::Array { out, separator: "[\n" },
            Format::Table => Shape::Table { out, rows: Vec::new(), context },
        }))
    }

    pub fn write(&mut self, source: Health) -> io::Result<()> {
        match &mut self.0 {
            Shape::Rows(rows) => rows.write(cells(&source).into_iter()),
            Shape::Lines(out) => {
                health_json(&source, out)?;
                out.write_all(b"\n")
            }
            Shape::Array { out, separator } => {
                out.write_all(std::mem::replace(separator, ",\n").as_bytes())?;
                health_json(&source, out)
            }
            Shape::Table { rows, .. } => {
                rows.push(source);
                Ok(())
            }
        }
    }

    /// Ends the output and flushes it.
    pub fn finish(self) -> io::Result<()> {
        match self.0 {
            Shape::Rows(mut rows) => rows.finish(),
            Shape::Lines(mut out) => out.flush(),
            Shape::Array { mut out, separator } => {
                out.write_all(if separator == "[\n" { b"[]\n" } else { b"\n]\n" })?;
                out.flush()
            }
            Shape::Table { mut out, rows, context } => {
                writeln!(out, "{}", sources(&rows, context).trim_end())?;
                out.flush()
            }
        }
    }
}

fn cells(source: &Health) -> [Cell<'_>; 34] {
    let Health {
        name,
        kind,
        found,
        place,
        last_attempt,
        last_success,
        failures,
        weight,
        rests_until,
        interval,
        known_share,
        missed_at,
        waiting,
        offset_minutes,
        deaths,
        exempt,
        documents,
        undated,
        mentions,
        last_incident,
        coverage,
    } = source;
    let Coverage {
        new_documents,
        period_documents,
        unsupported,
        refused,
        reserved,
        newest,
        usual_gap,
        silent,
        feed_window,
        missed_low,
        missed_high,
    } = *coverage;
    let whole = |n: Option<u64>| n.map_or(Cell::Empty, Cell::Integer);
    let text = |text| Cell::Text(Cow::Borrowed(text));
    let (code, message) =
        last_incident.as_ref().map_or((Cell::Empty, Cell::Empty), |(code, message)| (text(code), text(message)));
    let time = |at: &Option<jiff::Timestamp>| at.map_or(Cell::Empty, Cell::Time);
    let some = |words: &'_ Option<String>| words.clone().map_or(Cell::Empty, |words| Cell::Text(Cow::Owned(words)));
    [
        text(name),
        text(kind),
        text(place),
        time(last_attempt),
        time(last_success),
        Cell::Integer(*failures),
        Cell::Integer(*documents),
        Cell::Integer(*undated),
        Cell::Integer(*mentions),
        code,
        message,
        some(found),
        Cell::Number(*weight, 2),
        time(rests_until),
        interval.map_or(Cell::Empty, Cell::Integer),
        known_share.map_or(Cell::Empty, |share| Cell::Number(share, 3)),
        time(missed_at),
        Cell::Integer(*waiting),
        offset_minutes.map_or(Cell::Empty, |minutes| Cell::Number(minutes as f64, 0)),
        Cell::Integer(*deaths),
        some(exempt),
        Cell::Integer(new_documents),
        whole(period_documents),
        number(source.undated_share(), 3),
        Cell::Integer(unsupported),
        number(source.unsupported_share(), 3),
        Cell::Integer(refused),
        Cell::Integer(reserved),
        time(&newest),
        whole(usual_gap),
        silent.map_or(Cell::Empty, Cell::Bool),
        whole(feed_window),
        whole(missed_low),
        whole(missed_high),
    ]
}
