//! Rows of text with a delimiter, streamed, in any encoding: a quotation mark that is never closed costs its row alone.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

use crate::text::charset;

/// Bytes of one row; a longer one is bad.
const MAX_ROW: usize = 4 << 20;
/// Lines of one row.
const MAX_LINES: usize = 10_000;
/// Cells of one row; further ones are left out.
const MAX_CELLS: usize = 2_000;
/// Bytes that are decoded at a time.
const PIECE: usize = 64 * 1024;

/// A row with its number as a spreadsheet counts, from 1, headings included; or what is wrong with it.
pub type Row = Result<(u64, Vec<String>), (u64, String)>;

/// What separates cells.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows of a table.
pub struct Table<R: Read> {
    lines: BufReader<Decoded<R>>,
    delimiter: u8,
    /// Cells of the heading, once it is known: what tells a stray quotation mark from one that opens a cell.
    pub width: Option<usize>,
    number: u64,
    /// Lines that were read and belong to no row yet.
    ahead: VecDeque<String>,
    /// Of these, so many are rows of their own, whatever their quotation marks.
    alone: usize,
    ended: bool,
}

impl<R: Read> Table<R> {
    pub fn new(input: R, encoding: &'static Encoding, delimiter: u8) -> Table<R> {
        let lines = BufReader::with_capacity(PIECE, Decoded::new(input, encoding));
        Table { lines, delimiter, width: None, number: 0, ahead: VecDeque::new(), alone: 0, ended: false }
    }

    /// The next line with its end; `None` at the end; too long ones are cut and said to be wrong.
    fn line(&mut self) -> Option<Result<String, String>> {
        if let Some(line) = self.ahead.pop_front() {
            return Some(Ok(line));
        }
        if self.ended {
            return None;
        }
        let mut line = Vec::new();
        match self.lines.by_ref().take(MAX_ROW as u64).read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(MAX_ROW) if !line.ends_with(b"\n") => {
                self.ended = self.lines.skip_until(b'\n').is_err();
                Some(Err(format!("longer than {MAX_ROW} bytes")))
            }
            Ok(_) => Some(Ok(match String::from_utf8(line) {
                Ok(line) => line,
                Err(error) => charset::decode(error.as_bytes(), None).into_owned(),
            })),
            Err(error) => {
                self.ended = true;
                Some(Err(format!("the file cannot be read further: {error}")))
            }
        }
    }

    /// The cells of a row that begins with `first`, which leaves a quotation mark open.
    fn joined(&mut self, first: String) -> Result<Vec<String>, String> {
        let literal = split(&first, self.delimiter, false);
        let mut lines = vec![first];
        let mut bytes = lines[0].len();
        let mut open = true;
        let mut fault = None;
        while open && bytes < MAX_ROW && lines.len() < MAX_LINES {
            match self.line() {
                Some(Ok(line)) => {
                    open = left_open(&line, self.delimiter, true);
                    bytes += line.len();
                    lines.push(line);
                }
                Some(Err(why)) => {
                    fault = Some(why);
                    break;
                }
                None => break,
            }
        }
        if !open {
            let cells = split(&lines.concat(), self.delimiter, true);
            // Where the first line alone has as many cells as the heading, and all together have not, the mark is a letter.
            let fits = |cells: &[String]| self.width.is_none_or(|width| cells.len() == width);
            if fits(&cells) || !fits(&literal) || self.width.is_none() {
                return Ok(cells);
            }
        }
        let alone = lines.len() - 1;
        lines.into_iter().skip(1).rev().for_each(|line| self.ahead.push_front(line));
        if !open {
            return Ok(literal);
        }
        // Each line is looked at once more, and no row begins to search anew.
        self.alone = self.alone.max(alone);
        match fault {
            Some(why) => Err(why),
            None if self.width == Some(literal.len()) => Ok(literal),
            None => Err(String::from("a quotation mark is opened and never closed")),
        }
    }
}

impl<R: Read> Iterator for Table<R> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            let line = self.line()?;
            self.number += 1;
            let alone = self.alone > 0;
            self.alone = self.alone.saturating_sub(1);
            let number = self.number;
            return Some(match line {
                Err(why) => Err((number, why)),
                // As spreadsheets do, a blank line is counted; it is no row.
                Ok(line) if line.trim().is_empty() => continue,
                Ok(line) if !left_open(&line, self.delimiter, false) => {
                    Ok((number, split(&line, self.delimiter, true)))
                }
                Ok(line) if alone => Ok((number, split(&line, self.delimiter, false))),
                Ok(line) => match self.joined(line) {
                    Ok(cells) => Ok((number, cells)),
                    Err(why) => Err((number, why)),
                },
            });
        }
    }
}

/// Whether a quotation mark is open at the end of `line`; `open`: one was before it.
fn left_open(line: &str, delimiter: u8, mut open: bool) -> bool {
    let mut begins = !open;
    let mut bytes = line.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if open {
            if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
                open = false;
            }
        } else if byte == b'"' && begins {
            open = true;
        }
        begins = !open && byte == delimiter;
    }
    open
}

/// The cells of a row; `quoted`: quotation marks hold cells together.
fn split(row: &str, delimiter: u8, quoted: bool) -> Vec<String> {
    let row = row.strip_suffix('\n').unwrap_or(row);
    let row = row.strip_suffix('\r').unwrap_or(row);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let (mut open, mut begins) = (false, true);
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if open => match chars.next_if_eq(&'"') {
                Some(_) => cell.push('"'),
                None => open = false,
            },
            '"' if begins && quoted => open = true,
            c if !open && c == char::from(delimiter) => {
                cells.push(std::mem::take(&mut cell));
                begins = true;
                if cells.len() >= MAX_CELLS {
                    return cells;
                }
                continue;
            }
            c => cell.push(c),
        }
        begins = false;
    }
    cells.push(cell);
    cells
}

/// A text in UTF-8, whatever it was written in.
struct Decoded<R> {
    input: R,
    /// None where it is UTF-8 already.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    begun: bool,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    fn new(input: R, encoding: &'static Encoding) -> Decoded<R> {
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder());
        Decoded { input, decoder, raw: vec![0; PIECE], out: Vec::new(), at: 0, begun: false, ended: false }
    }

    fn fill(&mut self) -> std::io::Result<()> {
        self.at = 0;
        self.out.clear();
        let length = self.input.read(&mut self.raw)?;
        self.ended = length == 0;
        let raw = &self.raw[..length];
        let Some(decoder) = &mut self.decoder else {
            self.out.extend_from_slice(raw);
            // A first piece that is shorter than the mark has none worth looking for.
            if !self.begun && self.out.starts_with(b"\xEF\xBB\xBF") {
                self.at = 3;
            }
            self.begun = true;
            return Ok(());
        };
        let room = decoder.max_utf8_buffer_length(length).unwrap_or(PIECE * 4).max(16);
        self.out.resize(room, 0);
        let (result, _, written, _) = decoder.decode_to_utf8(raw, &mut self.out, self.ended);
        self.out.truncate(written);
        match result {
            CoderResult::InputEmpty => Ok(()),
            CoderResult::OutputFull => Err(std::io::Error::other("the text cannot be decoded")),
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.at >= self.out.len() && !self.ended {
            self.fill()?;
        }
        let left = self.out.get(self.at..).unwrap_or_default();
        let length = left.len().min(out.len());
        out[..length].copy_from_slice(&left[..length]);
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8], delimiter: u8, width: Option<usize>) -> Vec<Row> {
        let mut table = Table::new(bytes, charset::guessed(bytes), delimiter);
        table.width = width;
        table.collect()
    }

    fn cells(number: u64, cells: &[&str]) -> Row {
        Ok((number, cells.iter().map(|cell| (*cell).to_owned()).collect()))
    }

    #[test]
    fn cells_are_read_with_their_line_breaks_and_marks() {
        let text = "\u{feff}a,b\r\n\"x, y\",\"one\ntwo \"\"2\"\"\"\r\n\nlast,";
        let expected = [cells(1, &["a", "b"]), cells(2, &["x, y", "one\ntwo \"2\""]), cells(4, &["last", ""])];
        assert_eq!(rows(text.as_bytes(), b',', Some(2)), expected);
    }

    #[test]
    fn a_mark_that_is_never_closed_costs_its_row_alone() {
        let text = "a,b\n1,\"open\n2,two\n3,three\n";
        let found = rows(text.as_bytes(), b',', None);
        assert_eq!(found[0], cells(1, &["a", "b"]));
        assert!(found[1].as_ref().is_err_and(|(number, why)| *number == 2 && why.contains("never closed")));
        assert_eq!(found[2..], [cells(3, &["2", "two"]), cells(4, &["3", "three"])]);
        let literal = rows(b"a\tb\n\"Great, she said\t1\nx\t\"2\n", b'\t', Some(2));
        assert_eq!(literal[1..], [cells(2, &["\"Great, she said", "1"]), cells(3, &["x", "\"2"])]);
    }

    #[test]
    fn tables_of_any_encoding_are_text() {
        let text = "Titre;Texte\nÉté;déçu à Salé\n";
        let latin: Vec<u8> = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), &latin, &wide] {
            assert_eq!(rows(bytes, b';', Some(2))[1], cells(2, &["Été", "déçu à Salé"]));
        }
    }

    #[test]
    fn endless_lines_and_cells_are_bounded() {
        let long = format!("a,b\n{}\nc,d\n", "x".repeat(MAX_ROW + 10));
        let found = rows(long.as_bytes(), b',', None);
        assert!(found[1].is_err());
        assert_eq!(found[2], cells(3, &["c", "d"]));
        assert_eq!(split(&",".repeat(10_000), b',', true).len(), MAX_CELLS);
    }

    #[test]
    fn open_marks_without_end_are_looked_at_once() {
        let text = "\"a\n".to_owned() + &"\"\"b\n".repeat(50_000);
        let table = Table::new(text.as_bytes(), UTF_8, b',');
        assert_eq!(table.count(), 50_001);
    }
}
