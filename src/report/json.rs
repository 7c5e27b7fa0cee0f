//! JSON: mentions as lines or as an array, and report.json v1, written as a stream.

mod source;

use std::io::{self, Write};

use jiff::{Timestamp, civil::Date};
use serde::{Serialize, Serializer as _, ser::SerializeMap};
use serde_json::ser::{Formatter, Serializer};

pub use self::source::health_json;
use self::source::{Covered, Source};
use super::{
    Context, Mentions,
    inert::is_active,
    row::{BRAND_COLUMNS, Cell, MENTION_COLUMNS, Object, TOTAL_COLUMNS, brand_cells, number, total_cells},
};
use crate::{
    figures::Figures,
    model::{Brand, Cue, Health, Incident, Probabilities, Record},
};

/// The name of the form of report.json; described by docs/schema/report.v1.json.
const SCHEMA: &str = "vigie.report/1";

/// What report.json begins with.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// What was asked for: published at or after, and before.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub brands: &'a [Brand],
    pub figures: &'a Figures,
}

/// Writes report.json v1: the figures first, then mentions, sources and incidents as they come, in that order.
pub struct ReportWriter<'a, W: Write> {
    out: W,
    context: &'a Context,
    /// The list that is open, of [`LISTS`].
    list: usize,
    separator: &'static str,
    /// Over the sources so far.
    covered: Covered,
}

/// The lists that are written as they come.
const LISTS: [&str; 3] = ["mentions", "sources", "incidents"];

impl<'a, W: Write> ReportWriter<'a, W> {
    pub fn new(mut out: W, report: Report<'a>, context: &'a Context) -> io::Result<ReportWriter<'a, W>> {
        let Figures { days, totals } = report.figures;
        let dated = || days.iter().filter_map(|row| row.day);
        let period = Period {
            since: report.since.map(seconds),
            until: report.until.map(seconds),
            first_day: dated().min(),
            last_day: dated().max(),
        };
        let zone = &context.zone;
        let timezone = zone.iana_name().map_or_else(|| zone.to_offset(context.now).to_string(), str::to_string);
        out.write_all(b"{")?;
        key(&mut out, "", "schema", &SCHEMA)?;
        key(&mut out, ",", "version", &context.version)?;
        key(&mut out, ",", "generated", &seconds(context.now))?;
        key(&mut out, ",", "day", &zone.to_datetime(context.now).date())?;
        key(&mut out, ",", "timezone", &timezone)?;
        key(&mut out, ",", "period", &period)?;
        list(&mut out, "brands", report.brands.iter().map(Named::of))?;
        list(&mut out, "totals", totals.iter().map(|row| Object(&TOTAL_COLUMNS, total_cells(row))))?;
        list(&mut out, "days", days.iter().map(|row| Object(&BRAND_COLUMNS, brand_cells(row))))?;
        write!(out, ",\n\"{}\":[", LISTS[0])?;
        Ok(ReportWriter { out, context, list: 0, separator: "\n", covered: Covered::default() })
    }

    pub fn write(&mut self, record: &Record) -> io::Result<()> {
        self.next(0)?;
        mention(&mut self.out, record, self.context)
    }

    /// Writes a source; no mention may follow.
    pub fn source(&mut self, source: &Health) -> io::Result<()> {
        self.next(1)?;
        self.covered.add(source);
        quiet(&mut self.out, &Source::of(source))
    }

    /// Writes an incident; no source may follow.
    pub fn incident(&mut self, incident: &Incident) -> io::Result<()> {
        self.next(2)?;
        quiet(&mut self.out, incident)
    }

    /// Opens the lists up to `list`, and makes room for its next member.
    fn next(&mut self, list: usize) -> io::Result<()> {
        while self.list < list {
            self.list += 1;
            write!(self.out, "\n],\n\"{}\":[", LISTS[self.list])?;
            self.separator = "\n";
        }
        self.out.write_all(std::mem::replace(&mut self.separator, ",\n").as_bytes())
    }

    /// Writes what follows, and flushes.
    pub fn finish(mut self) -> io::Result<()> {
        for name in &LISTS[self.list + 1..] {
            write!(self.out, "\n],\n\"{name}\":[")?;
        }
        self.out.write_all(b"\n]")?;
        key(&mut self.out, ",", "coverage", &self.covered)?;
        list(&mut self.out, "notes", NOTES.iter())?;
        self.out.write_all(b"\n}\n")?;
        self.out.flush()
    }
}

/// What the figures mean, for whoever has the file and not the documentation.
const NOTES: &[&str] = &[
    "net_sentiment = (positive - negative) / (positive + neutral + negative) * 100; unscored mentions are outside the \
     denominator; null when nothing is scored",
    "net_sentiment_low and net_sentiment_high: 95 % interval, adjusted Wald for paired proportions (Bonett & Price 2012)",
    "share_of_voice: percent of the volume of all watched brands of the same group, on the same day or over the same \
     period; it says nothing of brands that are not watched",
    "reach: sum of the estimates that have a basis (reach_basis); people reached twice are counted twice",
    "comparable: false on days on which a source failed, and for mentions without a date",
    "day null: mentions without a date; totals include them and say how many (undated)",
    "a day is a day of timezone",
    "missed_low and missed_high: how many items stood, by the pace of a source, between two visits of its feed that had \
     none in common; an estimate, never a count",
    "silent: nothing came for 7 days at least and 3 times the longest gap among the newest 50 documents of the source",
    "always null so far: volume_net, doubtful, probability, probabilities, reputation_polarity, intent, cluster; topics \
     are empty",
];

#[derive(Serialize)]
struct Period {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    first_day: Option<Date>,
    last_day: Option<Date>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    group: Option<&'a str>,
    aliases: &'a [String],
}

impl Named<'_> {
    fn of(brand: &Brand) -> Named<'_> {
        let group = Some(brand.group.as_str()).filter(|group| !group.is_empty());
        Named { name: &brand.name, group, aliases: &brand.aliases }
    }
}

/// Mentions as JSON lines, or as one array.
pub struct JsonMentions<'a, W: Write> {
    out: W,
    context: &'a Context,
    separator: &'static str,
    array: bool,
}

impl<'a, W: Write> JsonMentions<'a, W> {
    pub fn lines(out: W, context: &'a Context) -> JsonMentions<'a, W> {
        JsonMentions { out, context, separator: "", array: false }
    }

    pub fn array(mut out: W, context: &'a Context) -> io::Result<JsonMentions<'a, W>> {
        out.write_all(b"[\n")?;
        Ok(JsonMentions { out, context, separator: "", array: true })
    }
}

impl<W: Write> Mentions for JsonMentions<'_, W> {
    fn write(&mut self, record: &Record) -> io::Result<()> {
        if self.array {
            self.out.write_all(std::mem::replace(&mut self.separator, ",\n").as_bytes())?;
        }
        mention(&mut self.out, record, self.context)?;
        if self.array { Ok(()) } else { self.out.write_all(b"\n") }
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.array {
            self.out.write_all(b"\n]\n")?;
        }
        self.out.flush()
    }
}

/// Every column of mentions.csv, then what a table has no room for.
fn mention(out: &mut impl Write, record: &Record, context: &Context) -> io::Result<()> {
    let Record { document, mention, .. } = record;
    let mut json = Serializer::with_formatter(out, Quiet);
    let mut map = json.serialize_map(None)?;
    for (name, value) in MENTION_COLUMNS {
        map.serialize_entry(name, &value(record, context))?;
    }
    map.serialize_entry("document_id", &document.id)?;
    map.serialize_entry("parent_url", &document.parent_url)?;
    map.serialize_entry("updated", &document.updated.map(seconds))?;
    map.serialize_entry("date_suspect", &document.date_suspect)?;
    map.serialize_entry("document_language", &document.language)?;
    map.serialize_entry("document_tone", &mention.document_tone)?;
    map.serialize_entry("is_reply", &document.is_reply)?;
    map.serialize_entry("shares", &document.counts.shares)?;
    map.serialize_entry("alias", &mention.alias)?;
    map.serialize_entry("field", &mention.field)?;
    map.serialize_entry("start", &mention.start)?;
    map.serialize_entry("end", &mention.end)?;
    map.serialize_entry("probability", &number(mention.probability, 4))?;
    map.serialize_entry("probabilities", &mention.probabilities.map(Chances::of))?;
    map.serialize_entry("cues", &Cues(&mention.cues))?;
    SerializeMap::end(map)?;
    Ok(())
}

#[derive(Serialize)]
struct Chances {
    negative: Cell<'static>,
    neutral: Cell<'static>,
    positive: Cell<'static>,
}

impl Chances {
    fn of(Probabilities { negative, neutral, positive }: Probabilities) -> Chances {
        let [negative, neutral, positive] = [negative, neutral, positive].map(|chance| number(Some(chance), 4));
        Chances { negative, neutral, positive }
    }
}

struct Cues<'a>(&'a [Cue]);

impl Serialize for Cues<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct One<'a> {
            text: &'a str,
            start: usize,
            end: usize,
            weight: Cell<'static>,
        }
        to.collect_seq(self.0.iter().map(|Cue { text, start, end, weight }| One {
            text,
            start: *start,
            end: *end,
            weight: number(Some(*weight), 4),
        }))
    }
}

/// A point in time without the fraction of its second.
fn seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn key(out: &mut impl Write, separator: &str, name: &str, value: &impl Serialize) -> io::Result<()> {
    write!(out, "{separator}\n\"{name}\":")?;
    quiet(out, value)
}

fn quiet(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, Quiet))?)
}

/// A list with one member a line, so that two reports can be compared with line tools.
fn list<T: Serialize>(out: &mut impl Write, name: &str, members: impl Iterator<Item = T>) -> io::Result<()> {
    write!(out, ",\n\"{name}\":[")?;
    let mut separator = "\n";
    for member in members {
        out.write_all(std::mem::replace(&mut separator, ",\n").as_bytes())?;
        quiet(out, &member)?;
    }
    out.write_all(b"\n]")
}

/// Compact JSON in which controls and bidirectional characters are written as `\u009b`: the same text to a program,
/// nothing that acts on a terminal.
struct Quiet;

impl Formatter for Quiet {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_active) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut chars = from.chars();
            if let Some(c) = chars.next() {
                write!(out, "\\u{:04x}", c as u32)?;
            }
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::golden;

    #[test]
    fn a_line_reads_back_as_the_same_text_and_acts_on_no_terminal() {
        let mut record = golden::records().remove(0);
        let hostile = "a\u{9b}2J\u{202e}b\x1b\"\\ \u{2028}é\u{7f}";
        record.mention.hit_sentence = hostile.into();
        let context = golden::context();
        let mut out = Vec::new();
        let mut lines = JsonMentions::lines(&mut out, &context);
        lines.write(&record).unwrap();
        lines.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches('\n').count(), 1);
        assert!(!text.trim_end().contains(is_active), "{text:?}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["hit_sentence"], hostile);
    }

    #[test]
    fn an_empty_array_is_an_array() {
        let context = golden::context();
        let mut out = Vec::new();
        JsonMentions::array(&mut out, &context).unwrap().finish().unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&out).unwrap(), serde_json::json!([]));
    }

    #[test]
    fn notes_name_what_the_documentation_names() {
        let figures = include_str!("../../docs/figures.md");
        for word in ["net_sentiment", "share_of_voice", "comparable", "Bonett", "reach"] {
            assert!(NOTES.iter().any(|note| note.contains(word)) && figures.contains(word), "{word}");
        }
    }
}
