//! How sources have been doing, in every format.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Context, Dialect, Format, csv::Rows, json::health_json, row::Cell, table::sources};
use crate::model::Health;

const COLUMNS: [&str; 21] = [
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
];

/// Writes the sources in a format; `vigie sources`.
pub fn write_health(
    health: &[Health],
    format: Format,
    dialect: Dialect,
    mut out: impl Write,
    context: &Context,
) -> io::Result<()> {
    match format {
        Format::Table => writeln!(out, "{}", sources(health, context).trim_end()),
        Format::Json | Format::Jsonl => health_json(health, format == Format::Jsonl, &mut out),
        Format::Csv | Format::Tsv => {
            let dialect = if format == Format::Tsv { Dialect::Tsv } else { dialect };
            let mut rows = Rows::new(out, dialect, COLUMNS.into_iter())?;
            health.iter().try_for_each(|source| rows.write(cells(source).into_iter()))?;
            rows.finish()
        }
    }
}

fn cells(source: &Health) -> [Cell<'_>; 21] {
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
    } = source;
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
    ]
}
