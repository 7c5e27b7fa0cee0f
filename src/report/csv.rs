//! CSV for pipes, CSV for spreadsheets, TSV: the same columns, each in a form that its readers take as it is meant.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use csv::{ErrorKind, QuoteStyle, Terminator, Writer, WriterBuilder};

use super::{
    Context, Mentions,
    inert::{flat, is_blank, opens_formula},
    row::{BRAND_COLUMNS, Cell, MENTION_COLUMNS, brand_cells},
};
use crate::{figures::Figures, model::Record};

/// Who is to read the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// Programs: RFC 4180 with a comma, UTF-8 without a mark, lines ended by a line feed.
    #[default]
    Csv,
    /// Line tools: tabs; a cell is quoted only where it begins with a quotation mark.
    Tsv,
    /// Spreadsheets set to French: UTF-8 with a mark, semicolon, decimal comma, lines ended by CR LF.
    Excel,
}

/// Characters that surely fit the 32,767 UTF-16 units of a cell; Excel puts the rest of a longer text into rows of its own.
const EXCEL_CELL: usize = 16_000;

impl Dialect {
    fn delimiter(self) -> u8 {
        match self {
            Dialect::Csv => b',',
            Dialect::Tsv => b'\t',
            Dialect::Excel => b';',
        }
    }

    /// What a spreadsheet of another country would split cells at, inside quotation marks too.
    fn foreign_delimiter(self) -> char {
        if self == Dialect::Excel { ',' } else { ';' }
    }
}

/// Rows of cells in one dialect.
pub(super) struct Rows<W: Write> {
    out: Writer<W>,
    dialect: Dialect,
    /// The cell being written; kept for its capacity.
    cell: String,
}

impl<W: Write> Rows<W> {
    pub(super) fn new(mut out: W, dialect: Dialect, names: impl Iterator<Item = &'static str>) -> io::Result<Rows<W>> {
        if dialect == Dialect::Excel {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let terminator = if dialect == Dialect::Excel { Terminator::CRLF } else { Terminator::Any(b'\n') };
        let mut out = WriterBuilder::new()
            .delimiter(dialect.delimiter())
            .terminator(terminator)
            // Whether a cell is text is known here, not there: text is quoted, numbers and unknown cells are bare.
            .quote_style(QuoteStyle::Never)
            .from_writer(out);
        out.write_record(names.map(str::as_bytes)).map_err(cause)?;
        Ok(Rows { out, dialect, cell: String::new() })
    }

    pub(super) fn write<'c>(&mut self, cells: impl Iterator<Item = Cell<'c>>) -> io::Result<()> {
        for cell in cells {
            self.cell.clear();
            self.render(&cell);
            self.out.write_field(self.cell.as_bytes()).map_err(cause)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(cause)
    }

    fn render(&mut self, cell: &Cell) {
        let decided = match cell {
            Cell::Text(text) => return self.text(text),
            Cell::List([]) => return,
            Cell::List(words) => return self.text(&words.join(";")),
            Cell::Number(number, decimals) => {
                let start = self.cell.len();
                let written = write!(self.cell, "{number:.decimals$}");
                if self.dialect == Dialect::Excel
                    && let Some(point) = self.cell[start..].find('.')
                {
                    self.cell.replace_range(start + point..=start + point, ",");
                }
                written
            }
            Cell::Integer(number) => write!(self.cell, "{number}"),
            Cell::Bool(yes) => write!(self.cell, "{yes}"),
            Cell::Time(at) => write!(self.cell, "{at:.0}"),
            Cell::Empty => Ok(()),
        };
        debug_assert!(decided.is_ok(), "writing to a string does not fail");
    }

    fn text(&mut self, text: &str) {
        let flat = flat(text);
        match self.dialect {
            Dialect::Tsv if flat.starts_with('"') => quote(&mut self.cell, &flat, None),
            Dialect::Tsv => self.cell.push_str(&flat),
            Dialect::Csv => quote(&mut self.cell, &flat, Some(self.dialect.foreign_delimiter())),
            Dialect::Excel => match flat.char_indices().nth(EXCEL_CELL) {
                Some((cut, _)) => quote(&mut self.cell, &format!("{}…", &flat[..cut]), Some(',')),
                None => quote(&mut self.cell, &flat, Some(',')),
            },
        }
    }

    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Appends `text` in quotation marks. With a foreign delimiter, an apostrophe is put wherever a spreadsheet might see
/// a formula begin: at the start of the text, and after that delimiter, at which a spreadsheet of another country
/// splits, taking marks that stand there for its own.
fn quote(cell: &mut String, text: &str, foreign: Option<char>) {
    cell.reserve(text.len() + 2);
    cell.push('"');
    let mut start = foreign.map(|_| cell.len());
    let mut split = false;
    for c in text.chars() {
        if let Some(at) = start {
            if opens_formula(c) {
                cell.insert(at, '\'');
                start = None;
            } else if !(is_blank(c) || split && c == '"') {
                start = None;
            }
        }
        if c == '"' {
            cell.push('"');
        }
        cell.push(c);
        if Some(c) == foreign {
            (start, split) = (Some(cell.len()), true);
        }
    }
    cell.push('"');
}

/// The output's own error inside one of the csv crate.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// mentions.csv v1, row by row.
pub struct CsvMentions<'a, W: Write> {
    rows: Rows<W>,
    context: &'a Context,
}

impl<'a, W: Write> CsvMentions<'a, W> {
    pub fn new(out: W, dialect: Dialect, context: &'a Context) -> io::Result<CsvMentions<'a, W>> {
        Ok(CsvMentions { rows: Rows::new(out, dialect, MENTION_COLUMNS.iter().map(|(name, _)| *name))?, context })
    }
}

impl<W: Write> Mentions for CsvMentions<'_, W> {
    fn write(&mut self, record: &Record) -> io::Result<()> {
        self.rows.write(MENTION_COLUMNS.iter().map(|(_, value)| value(record, self.context)))
    }

    fn finish(&mut self) -> io::Result<()> {
        self.rows.finish()
    }
}

/// brands.csv v1, whole.
pub fn write_brands(out: impl Write, dialect: Dialect, figures: &Figures) -> io::Result<()> {
    let Figures { days, totals: _ } = figures;
    let mut rows = Rows::new(out, dialect, BRAND_COLUMNS.into_iter())?;
    days.iter().try_for_each(|day| rows.write(brand_cells(day).into_iter()))?;
    rows.finish()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    fn line(dialect: Dialect, cells: Vec<Cell>) -> String {
        let mut out = Vec::new();
        let names = ["a", "b", "c", "d", "e", "f"].into_iter().take(cells.len());
        let mut rows = Rows::new(&mut out, dialect, names).unwrap();
        rows.write(cells.into_iter()).unwrap();
        rows.finish().unwrap();
        drop(rows);
        let text = String::from_utf8(out).unwrap();
        text.split_once('\n').unwrap().1.to_string()
    }

    fn text(value: &str) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(value))
    }

    fn cell(dialect: Dialect, value: &str) -> String {
        line(dialect, vec![text(value)]).trim_end_matches(['\r', '\n']).to_string()
    }

    #[test]
    fn text_is_quoted_and_nothing_else_is() {
        let topics = [String::from("prix"), String::from("réseau")];
        let cells = || {
            vec![
                text("12"),
                Cell::Number(-0.5, 2),
                Cell::Integer(7),
                Cell::Bool(true),
                Cell::Empty,
                Cell::List(&topics),
            ]
        };
        assert_eq!(line(Dialect::Csv, cells()), "\"12\",-0.50,7,true,,\"prix;réseau\"\n");
        assert_eq!(line(Dialect::Excel, cells()), "\"12\";-0,50;7;true;;\"prix;réseau\"\r\n");
        assert_eq!(line(Dialect::Tsv, cells()), "12\t-0.50\t7\ttrue\t\tprix;réseau\n");
    }

    #[test]
    fn a_spreadsheet_runs_no_cell() {
        for hostile in [
            "=1+1",
            "+33 6",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r\n=1",
            "\u{200b}\u{a0} =1",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            "\u{feff}=1",
        ] {
            for dialect in [Dialect::Csv, Dialect::Excel] {
                assert!(cell(dialect, hostile).starts_with("\"'"), "{hostile:?} → {}", cell(dialect, hostile));
            }
            assert!(!cell(Dialect::Tsv, hostile).contains('\''));
        }
        assert_eq!(cell(Dialect::Csv, "a = b, c-d"), "\"a = b, c-d\"");
    }

    #[test]
    fn a_spreadsheet_that_splits_elsewhere_runs_no_cell_either() {
        assert_eq!(cell(Dialect::Csv, "bon;=HYPERLINK(1)"), "\"bon;'=HYPERLINK(1)\"");
        assert_eq!(cell(Dialect::Csv, "bon; \"=1"), "\"bon;' \"\"=1\"");
        assert_eq!(cell(Dialect::Csv, "bon ;; et -1"), "\"bon ;; et -1\"");
        assert_eq!(cell(Dialect::Excel, "bon,+1;-2"), "\"bon,'+1;-2\"");
    }

    #[test]
    fn no_cell_starts_a_line_and_no_control_is_written() {
        assert_eq!(cell(Dialect::Csv, "a\r\n=b\x1b[2J\u{202e}"), "\"a  =b[2J\"");
        assert_eq!(cell(Dialect::Tsv, "a\tb\nc"), "a b c");
        assert_eq!(cell(Dialect::Tsv, "\"ouvert"), "\"\"\"ouvert\"");
    }

    #[test]
    fn excel_starts_with_a_mark_and_no_cell_overflows_into_rows() {
        let mut out = Vec::new();
        Rows::new(&mut out, Dialect::Excel, ["é"].into_iter()).unwrap().finish().unwrap();
        assert_eq!(out, "\u{feff}é\r\n".as_bytes());
        assert!(cell(Dialect::Excel, &"é".repeat(40_000)).encode_utf16().count() < 32_767);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in "[a-zé\"';, \t\r\n=@\\x{200b}]{0,12}", other in "\\PC{0,8}") {
            for (dialect, delimiter) in [(Dialect::Csv, b','), (Dialect::Excel, b';'), (Dialect::Tsv, b'\t')] {
                let written = line(dialect, vec![text(&value), text(&other), Cell::Integer(1)]);
                let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(written.as_bytes());
                let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
                prop_assert_eq!(rows.len(), 1);
                let bare = |text: &str| text.replace('\'', "");
                prop_assert_eq!(bare(&rows[0][0]), bare(&flat(&value)));
                prop_assert_eq!(bare(&rows[0][1]), bare(&flat(&other)));
                prop_assert_eq!(&rows[0][2], "1");
            }
        }

        #[test]
        fn split_at_any_delimiter_no_piece_begins_like_a_formula(value in "[a;,\"' =+@\\t-]{0,14}") {
            for (dialect, other) in [(Dialect::Csv, ';'), (Dialect::Excel, ',')] {
                for (at, piece) in cell(dialect, &value).split(other).enumerate() {
                    // The first piece is in marks of its own; those of the others stand where a cell begins.
                    let begun = if at == 0 { &piece[1..] } else { piece };
                    let start = begun.trim_start_matches(|c: char| (at > 0 && c == '"') || is_blank(c)).chars().next();
                    prop_assert!(!start.is_some_and(opens_formula), "{}", piece);
                }
            }
        }
    }
}
