//! How sources have been doing, in every format.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Context, Dialect, Format, csv::Rows, json::health_json, row::Cell, table::sources};
use crate::model::Health;

const COLUMNS: [&str; 11] = [
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

fn cells(source: &Health) -> [Cell<'_>; 11] {
    let Health { name, kind, place, last_attempt, last_success, failures, documents, undated, mentions, last_incident } =
        source;
    let text = |text| Cell::Text(Cow::Borrowed(text));
    let (code, message) =
        last_incident.as_ref().map_or((Cell::Empty, Cell::Empty), |(code, message)| (text(code), text(message)));
    let time = |at: &Option<jiff::Timestamp>| at.map_or(Cell::Empty, Cell::Time);
    let [failures, documents, undated, mentions] = [failures, documents, undated, mentions].map(|n| Cell::Integer(*n));
    let (attempt, success) = (time(last_attempt), time(last_success));
    [text(name), text(kind), text(place), attempt, success, failures, documents, undated, mentions, code, message]
}
