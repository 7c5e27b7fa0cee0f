//! Reading one table of the file by hand: each key by its type, each misfit told, none the end of the reading.

use std::{ops::RangeInclusive, time::Duration};

use jiff::{Span, tz::TimeZone};
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::{
    fault::{Faults, Problem, meant, quoted, suggestion},
    units,
};

/// What the user said, and at which byte of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    pub at: usize,
    pub value: T,
}

pub(super) type Read<T> = Result<T, Problem>;

/// The shape of a section: how it is shown (`[crawl]`, `[[brand]]`), the bare name, the keys it knows.
pub(super) struct Shape {
    pub shown: &'static str,
    pub name: &'static str,
    pub keys: &'static [&'static str],
}

impl Shape {
    /// Whether there may be several such tables.
    pub fn repeated(&self) -> bool {
        self.shown.starts_with("[[")
    }
}

/// One table of the file that has been checked for unknown keys.
pub(super) struct Section<'a, 'i> {
    /// Where its header stands.
    pub at: usize,
    table: &'a DeTable<'i>,
}

impl<'a, 'i> Section<'a, 'i> {
    /// The table of that shape in `value`. Keys that it does not know are faults; `all` tells where they belong instead.
    pub fn open(
        shape: &Shape,
        all: &[Shape],
        value: &'a Spanned<DeValue<'i>>,
        faults: &mut Faults,
    ) -> Option<Section<'a, 'i>> {
        let at = value.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            let what = format!("{} must be a table, not {}", shape.name, kind(value.get_ref()));
            faults.wrong(at, Problem::new(what).hint(format!("write a line {} and its keys below", shape.shown)));
            return None;
        };
        for (key, _) in table.iter() {
            let name = key.get_ref().as_ref();
            if shape.keys.contains(&name) {
                continue;
            }
            let home = all.iter().find(|other| other.keys.contains(&name));
            let near = meant(name, shape.keys.iter().copied());
            let hint = match (near, home) {
                (None, Some(home)) => format!("{} belongs to {}", quoted(name), home.shown),
                _ => suggestion(name, shape.keys),
            };
            let what = format!("unknown key {} in {}", quoted(name), shape.shown);
            faults.wrong(key.span().start, Problem::new(what).hint(hint));
        }
        Some(Section { at, table })
    }

    /// The value of `key` as `read` takes it, with its place; `None` where it is absent or a fault.
    pub fn said<T>(&self, faults: &mut Faults, key: &str, read: impl FnOnce(&DeValue) -> Read<T>) -> Option<Said<T>> {
        let value = self.table.get(key)?;
        one(faults, key, value, read)
    }

    /// The value of `key` alone.
    pub fn value<T>(&self, faults: &mut Faults, key: &str, read: impl FnOnce(&DeValue) -> Read<T>) -> Option<T> {
        self.said(faults, key, read).map(|said| said.value)
    }

    /// Whether the user wrote that key, well or not.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Every member of the list `key` that `read` takes; each of the others is a fault of its own.
    pub fn list<T>(&self, faults: &mut Faults, key: &str, read: impl Fn(&DeValue) -> Read<T>) -> Vec<T> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(members) = one(faults, key, value, array) else { return Vec::new() };
        let member = format!("a member of {key}");
        members.value.iter().filter_map(|value| one(faults, &member, value, &read)).map(|said| said.value).collect()
    }
}

fn one<'v, 'i, T>(
    faults: &mut Faults,
    key: &str,
    value: &'v Spanned<DeValue<'i>>,
    read: impl FnOnce(&'v DeValue<'i>) -> Read<T>,
) -> Option<Said<T>> {
    let at = value.span().start;
    match read(value.get_ref()) {
        Ok(value) => Some(Said { at, value }),
        Err(problem) => {
            faults.wrong(at, Problem { what: format!("{key} {}", problem.what), hint: problem.hint });
            None
        }
    }
}

fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn not(wanted: &str, value: &DeValue) -> Problem {
    Problem::new(format!("must be {wanted}, not {}", kind(value)))
}

fn array<'v, 'i>(value: &'v DeValue<'i>) -> Read<&'v DeArray<'i>> {
    match value {
        DeValue::Array(list) => Ok(list),
        DeValue::String(text) => Err(not("a list of strings", value).hint(format!("write [{}]", quoted(text)))),
        _ => Err(not("a list of strings", value)),
    }
}

/// A string without control characters, trimmed; it may be empty.
pub(super) fn text(value: &DeValue) -> Read<String> {
    let DeValue::String(text) = value else { return Err(not("a string", value)) };
    if text.chars().any(char::is_control) {
        return Err(Problem::new("must be one line without control characters"));
    }
    Ok(text.trim().to_owned())
}

/// The same, and not empty.
pub(super) fn filled(value: &DeValue) -> Read<String> {
    let text = text(value)?;
    if text.is_empty() { Err(Problem::new("must not be empty")) } else { Ok(text) }
}

/// A string that `parse` makes something of; the empty string is `None`.
pub(super) fn unless_empty<T>(parse: impl Fn(&str) -> Read<T>) -> impl Fn(&DeValue) -> Read<Option<T>> {
    move |value| {
        let text = text(value)?;
        if text.is_empty() { Ok(None) } else { parse(&text).map(Some) }
    }
}

pub(super) fn flag(value: &DeValue) -> Read<bool> {
    value.as_bool().ok_or_else(|| not("true or false", value))
}

/// A whole number within bounds.
pub(super) fn whole(bounds: RangeInclusive<u64>) -> impl Fn(&DeValue) -> Read<u64> {
    move |value| {
        let DeValue::Integer(number) = value else { return Err(not("a whole number", value)) };
        let read = u64::from_str_radix(number.as_str(), number.radix()).ok();
        within(read, &bounds, number.as_str(), |n| n.to_string())
    }
}

/// A duration within bounds. A bare number has no unit; only 0 needs none.
pub(super) fn duration(bounds: RangeInclusive<Duration>) -> impl Fn(&DeValue) -> Read<Duration> {
    move |value| {
        let said = match value {
            DeValue::String(text) => text.as_ref(),
            DeValue::Integer(number) => number.as_str(),
            _ => return Err(not("a duration", value).hint("write a number and its unit: \"30s\"")),
        };
        let Some(read) = units::duration(said) else {
            return Err(Problem::new(format!("must be a duration, not {}", quoted(said)))
                .hint("write a number and its unit: \"500ms\", \"30s\", \"10m\", \"24h\""));
        };
        within(Some(read), &bounds, said, units::written)
    }
}

/// A number of bytes within bounds.
pub(super) fn size(bounds: RangeInclusive<u64>) -> impl Fn(&DeValue) -> Read<u64> {
    move |value| {
        let said = match value {
            DeValue::String(text) => text.as_ref(),
            DeValue::Integer(number) => number.as_str(),
            _ => return Err(not("a size", value).hint("write \"15 MiB\", or the number of bytes")),
        };
        let Some(read) = units::size(said) else {
            return Err(Problem::new(format!("must be a size, not {}", quoted(said)))
                .hint("write \"64 KiB\", \"15 MiB\", or the number of bytes"));
        };
        within(Some(read), &bounds, said, units::written_size)
    }
}

fn within<T: PartialOrd + Copy>(
    read: Option<T>,
    bounds: &RangeInclusive<T>,
    said: &str,
    written: impl Fn(T) -> String,
) -> Read<T> {
    read.filter(|read| bounds.contains(read)).ok_or_else(|| {
        let (low, high) = (written(*bounds.start()), written(*bounds.end()));
        Problem::new(format!("is out of bounds: {}", quoted(said))).hint(format!("from {low} to {high}"))
    })
}

/// One of the words given, for what it stands.
pub(super) fn choice<T: Copy>(words: &[(&'static str, T)]) -> impl Fn(&DeValue) -> Read<T> {
    move |value| {
        let said = text(value)?;
        words.iter().find(|(word, _)| *word == said).map(|(_, means)| *means).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let near = meant(&said, known.iter().copied()).map(|word| format!("did you mean {word:?}? "));
            let hint = format!("{}one of: {}", near.unwrap_or_default(), known.join(", "));
            Problem::new(format!("cannot be {}", quoted(&said))).hint(hint)
        })
    }
}

/// A span of the calendar.
pub(super) fn span(said: &str) -> Read<Span> {
    units::span(said).ok_or_else(|| {
        Problem::new(format!("must be a span from a day to a hundred years, not {}", quoted(said)))
            .hint("write a whole number and its unit: \"13 months\", \"30 days\"")
    })
}

/// A time zone of the IANA database.
pub(super) fn zone(said: &str) -> Read<TimeZone> {
    TimeZone::get(said).map_err(|_| {
        let names: Vec<_> = jiff::tz::db().available().collect();
        let hint = match meant(said, names.iter().map(|name| name.as_str())) {
            Some(name) => format!("did you mean {name:?}?"),
            None => "write a name like \"Africa/Casablanca\", \"Europe/Paris\" or \"UTC\"".into(),
        };
        Problem::new(format!("is no known time zone: {}", quoted(said))).hint(hint)
    })
}
