//! Figures and mentions → formats: CSV, TSV, JSON, JSON lines, a table on the terminal, and the folder of a day.
//!
//! The public columns stand in `row.rs`, once, for every format; docs/columns.md says what each means.

mod csv;
pub mod folder;
#[cfg(test)]
mod golden;
mod health;
mod inert;
mod json;
mod row;
mod table;

use std::io::{self, Write};

use jiff::{Timestamp, tz::TimeZone};

pub use self::{
    csv::{Dialect, write_brands},
    health::HealthWriter,
    inert::visible,
    json::{Report, ReportWriter},
    table::totals,
};
use crate::model::{Language, Record};

/// What every format needs to know beside the data.
#[derive(Debug, Clone)]
pub struct Context {
    /// What a day is.
    pub zone: TimeZone,
    pub language: Language,
    /// When the report is made.
    pub now: Timestamp,
    /// Of vigie.
    pub version: &'static str,
    /// Columns of the terminal, for tables.
    pub width: usize,
}

impl Context {
    /// This version of vigie, and tables of 100 columns.
    pub fn new(zone: TimeZone, language: Language, now: Timestamp) -> Context {
        Context { zone, language, now, version: env!("CARGO_PKG_VERSION"), width: 100 }
    }
}

/// JSON Schema of report.json v1.
pub const SCHEMA: &str = include_str!("../../docs/schema/report.v1.json");

/// A way to write mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Tsv,
    Json,
    Jsonl,
    Table,
}

/// Every format with its word and what it is, for help and documentation.
pub const FORMATS: &[(Format, &str, &str)] = &[
    (Format::Csv, "csv", "mentions.csv v1: comma, UTF-8, RFC 4180; or as spreadsheets of French computers want it"),
    (Format::Tsv, "tsv", "the same columns with tabs, for cut, sort and awk"),
    (Format::Json, "json", "one JSON array"),
    (Format::Jsonl, "jsonl", "one JSON object a line"),
    (Format::Table, "table", "a table that fits the terminal"),
];

impl Format {
    /// The word used on the command line.
    pub fn word(self) -> &'static str {
        FORMATS.iter().find(|(format, ..)| *format == self).map_or("", |(_, word, _)| word)
    }

    /// The format of that word.
    pub fn from_word(word: &str) -> Option<Format> {
        FORMATS.iter().find(|(_, known, _)| *known == word).map(|(format, ..)| *format)
    }
}

/// What a format does with mentions, one after the other.
trait Mentions {
    fn write(&mut self, record: &Record) -> io::Result<()>;
    /// Writes what is still held back, and flushes.
    fn finish(&mut self) -> io::Result<()>;
}

/// Writes mentions in one format as they come. Errors are those of the output, so that a caller can tell a closed
/// pipe from a full disk.
pub struct MentionWriter<'a>(Box<dyn Mentions + 'a>);

impl<'a> MentionWriter<'a> {
    /// Writes what comes before the first mention. The dialect is for [`Format::Csv`] alone.
    pub fn new(
        format: Format,
        dialect: Dialect,
        out: impl Write + 'a,
        context: &'a Context,
    ) -> io::Result<MentionWriter<'a>> {
        Ok(MentionWriter(match format {
            Format::Csv => Box::new(csv::CsvMentions::new(out, dialect, context)?),
            Format::Tsv => Box::new(csv::CsvMentions::new(out, Dialect::Tsv, context)?),
            Format::Json => Box::new(json::JsonMentions::array(out, context)?),
            Format::Jsonl => Box::new(json::JsonMentions::lines(out, context)),
            Format::Table => Box::new(table::TableMentions::new(out, context)),
        }))
    }

    pub fn write(&mut self, record: &Record) -> io::Result<()> {
        self.0.write(record)
    }

    /// Ends the output; without this call an array stays open and a table unwritten.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_and_language_has_a_word_that_leads_back() {
        for (format, word, about) in FORMATS {
            assert_eq!((format.word(), Format::from_word(word)), (*word, Some(*format)));
            assert!(!about.is_empty());
        }
        assert_eq!(Format::from_word("CSV"), None);
    }

    #[test]
    fn a_closed_pipe_is_told_as_such_by_every_format() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let context = golden::context();
        for (format, ..) in FORMATS {
            let written = MentionWriter::new(*format, Dialect::Csv, Closed, &context).and_then(|mut out| {
                golden::records().iter().try_for_each(|record| out.write(record))?;
                out.finish()
            });
            assert_eq!(written.map_err(|e| e.kind()), Err(io::ErrorKind::BrokenPipe), "{format:?}");
        }
    }
}
