//! A file opened: what it is, which tool wrote it, which column is which, and its rows one after the other.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use encoding_rs::Encoding;

use super::dates::{Order, Orders};
use super::dialect::{Dialect, Field, key};
use super::form::{self, Form};
use super::input::{Count, Input};
use super::json::{Objects, Reading};
use super::rows::{Columns, Row};
use super::table::{self, DELIMITERS, Table};
use super::warc::{Archived, Records};
use crate::model::Kind;
use crate::text::charset;

/// Rows among which the heading is looked for.
const PREAMBLE: usize = 40;
/// Rows without a date of three numbers after which none is expected.
const DATED: usize = 2_000;

/// What the user says of files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub dialect: Option<&'static Dialect>,
    /// Fields and the columns that hold them.
    pub map: Vec<(Field, String)>,
    /// What rows are that do not say.
    pub kind: Option<Kind>,
}

/// What a file was found to be, for people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// `CSV, UTF-16LE, tab`.
    pub form: String,
    /// The tool that wrote it.
    pub tool: Option<&'static str>,
    /// Each column that is read, with the field that it becomes.
    pub read: Vec<(&'static str, String)>,
    /// Columns that are not.
    pub unread: Vec<String>,
    /// The order of its dates, where they depend on one, and whether one of them decided it.
    pub month_first: Option<(bool, bool)>,
}

/// One thing of a file before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    Cells(u64, Vec<String>),
    Object(u64, Vec<u8>),
    Page(Box<Archived>),
    Bad(u64, String),
}

impl Raw {
    /// Its number in the file, from 1.
    pub fn number(&self) -> u64 {
        match self {
            Raw::Cells(number, _) | Raw::Object(number, _) | Raw::Bad(number, _) => *number,
            Raw::Page(page) => page.number,
        }
    }

    /// Bytes that it takes, about.
    pub fn size(&self) -> usize {
        match self {
            Raw::Cells(_, cells) => cells.iter().map(|cell| cell.len() + 24).sum(),
            Raw::Object(_, object) => object.len(),
            Raw::Page(page) => page.size(),
            Raw::Bad(..) => 64,
        }
    }
}

/// How the things of a file are read.
#[derive(Debug)]
pub enum Reader {
    Cells { columns: Columns, at: HashMap<String, usize>, width: usize },
    Objects(Reading),
    Pages,
}

impl Reader {
    /// The row that cells or an object are; the number of it and what is wrong with it where it is none.
    pub fn row(&self, raw: &Raw) -> Result<Row, String> {
        match (self, raw) {
            (Reader::Cells { columns, at, width }, Raw::Cells(number, cells)) => {
                if cells.len() > *width && cells.iter().skip(*width).any(|cell| !cell.trim().is_empty()) {
                    return Err(format!("{} cells below a heading of {width}", cells.len()));
                }
                let get = |name: &str| cells.get(*at.get(name)?).map(|cell| cell.trim().to_owned());
                columns.row(*number, &get)
            }
            (Reader::Objects(reading), Raw::Object(number, object)) => reading.row(*number, object),
            (_, Raw::Bad(_, why)) => Err(why.clone()),
            _ => Err(String::from("not what the file was taken for")),
        }
    }
}

/// A file whose rows are about to be read.
pub struct Opened {
    pub form: Form,
    pub told: Told,
    pub reader: Reader,
    pub raws: Box<dyn Iterator<Item = Raw> + Send>,
}

type Rows = Box<dyn Iterator<Item = table::Row> + Send>;

/// Opens a file (`-`: standard input); the error is the end of a sentence that begins with its name, perhaps with advice.
pub fn open(path: &Path, options: &Options, count: &Count) -> Result<Opened, (String, Option<String>)> {
    let plain = |why: String| (why, None);
    let unreadable = |error: io::Error| plain(format!("cannot be read: {error}"));
    let input = Input::open(path, count).map_err(unreadable)?;
    let form = form::sniff(input.head());
    let packed = if input.packed { ", gzip" } else { "" };
    let named = |words: &str| Told { form: format!("{}{words}{packed}", form.word()), ..Told::default() };
    match form {
        Form::Unread(why) => Err(plain(format!("is not read: {why}"))),
        Form::Opml => Err(plain(String::from("is a list of feeds (OPML), which is not read yet"))),
        Form::Spreadsheet => {
            Err((String::from("is a spreadsheet (XLSX), which is not read yet"), Some(String::from("save it as CSV"))))
        }
        Form::Table => {
            let (encoding, delimiter, found) = recognise(input.head(), options)?;
            let (width, above) = (found.heading.len(), found.above);
            let rows = |input: Input| {
                let mut table = Table::new(input, encoding, delimiter);
                table.width = Some(width);
                Box::new(table.skip(above)) as Rows
            };
            let again = || -> Option<Rows> {
                // What comes down a pipe is seen once: its beginning has to do.
                if path.as_os_str() == "-" {
                    return Some(rows(Input::of(io::Cursor::new(input.head().to_vec())).ok()?));
                }
                Some(rows(Input::open(path, &Count::default()).ok()?))
            };
            let found_again = found.settle(again());
            let words = format!(", {}, {}", encoding.name(), delimiter_word(delimiter));
            let told = found_again.told(named(&words));
            Ok(found_again.opened(form, told, rows(input)))
        }
        Form::JsonLines | Form::Json => {
            let reading = Reading::new(options.dialect, &options.map, options.kind);
            let first = Objects::new(io::Cursor::new(input.head().to_vec()), form == Form::JsonLines).next();
            let tool = first.and_then(|(_, object)| reading.dialect(&object.ok()?)).map(|dialect| dialect.name);
            let raws = Objects::new(input, form == Form::JsonLines).map(|(number, object)| match object {
                Ok(object) => Raw::Object(number, object),
                Err(why) => Raw::Bad(number, why),
            });
            let told = Told { tool, ..named("") };
            Ok(Opened { form, told, reader: Reader::Objects(reading), raws: Box::new(raws) })
        }
        Form::Warc => {
            let raws = Records::new(input).map(|record| match record {
                Ok(record) => Raw::Page(Box::new(record)),
                Err((number, why)) => Raw::Bad(number, why),
            });
            Ok(Opened { form, told: named(""), reader: Reader::Pages, raws: Box::new(raws) })
        }
    }
}

fn delimiter_word(delimiter: u8) -> &'static str {
    match delimiter {
        b'\t' => "tab",
        b';' => "semicolon",
        b'|' => "bar",
        _ => "comma",
    }
}

/// A table whose heading was found.
struct Heading {
    heading: Vec<String>,
    /// Rows up to it, itself included.
    above: usize,
    dialect: Option<&'static Dialect>,
    columns: Columns,
    orders: Orders,
}

/// The encoding and delimiter of a table that begins so, and its heading.
fn recognise(head: &[u8], options: &Options) -> Result<(&'static Encoding, u8, Heading), (String, Option<String>)> {
    let encoding = charset::guessed(head);
    let first = |delimiter| -> Vec<Vec<String>> {
        // An error would be that of a row which the head cuts.
        Table::new(head, encoding, delimiter).filter_map(Result::ok).map(|(_, cells)| cells).take(PREAMBLE).collect()
    };
    let mut fault = None;
    for delimiter in DELIMITERS {
        match heading(&first(delimiter), options) {
            Ok(found) => return Ok((encoding, delimiter, found)),
            Err(why) => {
                let cells = first(delimiter).first().map_or(0, Vec::len);
                if fault.as_ref().is_none_or(|(most, _)| cells > *most) {
                    fault = Some((cells, why));
                }
            }
        }
    }
    Err(fault.map_or((String::from("is empty"), None), |(_, why)| why))
}

/// The heading among the first rows: the one that the dialect, the map, or a known tool calls for.
fn heading(rows: &[Vec<String>], options: &Options) -> Result<Heading, (String, Option<String>)> {
    let keys =
        |row: &[String]| row.iter().map(|name| key(name)).filter(|name| !name.is_empty()).collect::<HashSet<_>>();
    let made = |at: usize, dialect: Option<&'static Dialect>| Heading {
        heading: rows[at].iter().map(|name| name.trim().to_owned()).collect(),
        above: at + 1,
        dialect,
        columns: Columns::new(dialect, &options.map, options.kind),
        orders: Orders::default(),
    };
    let mapped = |row: &HashSet<String>| options.map.iter().all(|(_, name)| row.contains(&key(name)));
    let at = |is_one: &dyn Fn(&HashSet<String>) -> bool| rows.iter().position(|row| is_one(&keys(row)));
    if let Some(dialect) = options.dialect {
        let best = (0..rows.len()).rev().max_by_key(|at| dialect.fits(&keys(&rows[*at])));
        return match best.filter(|at| dialect.fits(&keys(&rows[*at])) >= 2 && mapped(&keys(&rows[*at]))) {
            Some(at) => Ok(made(at, Some(dialect))),
            None => Err((format!("has no heading of {}", dialect.name), Some(names(rows)))),
        };
    }
    let known = rows.iter().enumerate().find_map(|(at, row)| Some((at, Dialect::of(&keys(row))?)));
    if !options.map.is_empty() {
        if let Some((at, dialect)) = known.filter(|(at, dialect)| mapped(&keys(&rows[*at])) && dialect.word != "csv") {
            return Ok(made(at, Some(dialect)));
        }
        return match at(&mapped) {
            Some(at) => Ok(made(at, None)),
            None => Err((String::from("has no heading with the columns of --map"), Some(names(rows)))),
        };
    }
    match known {
        Some((at, dialect)) => Ok(made(at, Some(dialect))),
        None => {
            let advice = format!("say with --map which column is which; {}", names(rows));
            Err((String::from("has the heading of no tool that is known"), Some(advice)))
        }
    }
}

/// The columns that a table seems to have.
fn names(rows: &[Vec<String>]) -> String {
    let widest = rows.iter().rev().max_by_key(|row| row.iter().filter(|name| !name.trim().is_empty()).count());
    let names: Vec<&str> =
        widest.into_iter().flatten().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
    let mut shown =
        names.iter().take(30).map(|name| name.chars().take(40).collect::<String>()).collect::<Vec<_>>().join(", ");
    if names.len() > 30 {
        shown.push_str(", …");
    }
    format!("its columns: {shown}")
}

impl Heading {
    fn places(&self) -> HashMap<String, usize> {
        self.heading.iter().enumerate().rev().map(|(at, name)| (key(name), at)).collect()
    }

    /// Looks at the dates of the whole table, until one tells which of two numbers is the month.
    fn settle(mut self, rows: Option<Rows>) -> Heading {
        let at = self.places();
        for (seen, row) in rows.into_iter().flatten().enumerate() {
            if let Ok((_, cells)) = row {
                self.columns.look(&mut self.orders, &|name| cells.get(*at.get(name)?).cloned());
            }
            if self.orders.is_settled() && (self.orders.any() || seen > DATED) {
                break;
            }
        }
        self.columns.order = self.orders.order(self.columns.order);
        self
    }

    fn told(&self, told: Told) -> Told {
        let read: Vec<(Field, &str)> = self.columns.read_of(&self.heading).collect();
        let unread = self.heading.iter().filter(|name| !read.iter().any(|(_, read)| *read == name.as_str()));
        Told {
            tool: self.dialect.map(|dialect| dialect.name),
            unread: unread.filter(|name| !name.is_empty()).cloned().collect(),
            read: read.iter().map(|(field, name)| (field.word(), (*name).to_owned())).collect(),
            month_first: self
                .orders
                .any()
                .then_some((self.columns.order == Order::MonthFirst, self.orders.is_settled())),
            ..told
        }
    }

    fn opened(self, form: Form, told: Told, rows: Rows) -> Opened {
        let (at, width) = (self.places(), self.heading.len());
        let raws = rows.map(|row| match row {
            Ok((number, cells)) => Raw::Cells(number, cells),
            Err((number, why)) => Raw::Bad(number, why),
        });
        let reader = Reader::Cells { columns: self.columns, at, width };
        Opened { form, told, reader, raws: Box::new(raws) }
    }
}
