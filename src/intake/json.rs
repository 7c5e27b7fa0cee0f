//! JSON: documents of ours one a line, and the objects of other tools' programming interfaces, one a line or in a list.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};

use jiff::tz::Offset;
use serde_json::Value;

use super::dialect::{Dialect, Field, key};
use super::rows::{Columns, Row};
use crate::model::{Document, Entry, Kind, Precision, SourceKind, Stamp};

/// Bytes of one object; a longer one is bad.
const MAX_OBJECT: usize = 4 << 20;
/// How deep an object is looked into for its fields.
const DEEP: usize = 8;

/// The objects of a JSON text, each as it is written, with its number, from 1.
pub struct Objects<R: Read> {
    input: BufReader<R>,
    /// Lines are objects; else an object is what stands in a list.
    lines: bool,
    number: u64,
    /// Of the brackets that are open, which are lists.
    open: Vec<bool>,
    ended: bool,
}

impl<R: Read> Objects<R> {
    pub fn new(input: R, lines: bool) -> Objects<R> {
        let input = BufReader::with_capacity(128 * 1024, input);
        Objects { input, lines, number: 0, open: Vec::new(), ended: false }
    }

    fn line(&mut self) -> Option<Result<Vec<u8>, String>> {
        let mut line = Vec::new();
        loop {
            line.clear();
            self.number += 1;
            match self.input.by_ref().take(MAX_OBJECT as u64).read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(MAX_OBJECT) if !line.ends_with(b"\n") => {
                    self.ended = self.input.skip_until(b'\n').is_err();
                    return Some(Err(format!("longer than {MAX_OBJECT} bytes")));
                }
                Ok(_) if line.iter().all(u8::is_ascii_whitespace) => {}
                Ok(_) => return Some(Ok(line)),
                Err(error) => return Some(Err(self.broken(&error))),
            }
        }
    }

    fn broken(&mut self, error: &std::io::Error) -> String {
        self.ended = true;
        format!("the file cannot be read further: {error}")
    }

    /// The next object that stands in a list and in no other object of a list.
    fn listed(&mut self) -> Option<Result<Vec<u8>, String>> {
        let mut object = Vec::new();
        // How many brackets are open within the object that is being read.
        let mut inside = 0usize;
        let (mut quoted, mut escaped) = (false, false);
        loop {
            let (piece, failed) = match self.input.fill_buf() {
                Ok(piece) => (piece, None),
                Err(error) => (&[][..], Some(error)),
            };
            if let Some(error) = failed {
                return Some(Err(self.broken(&error)));
            }
            if piece.is_empty() {
                self.ended = true;
                self.number += 1;
                return (inside > 0).then(|| Err(String::from("the file ends in the middle of it")));
            }
            let mut used = 0;
            let mut done = false;
            for &byte in piece {
                used += 1;
                if inside > 0 {
                    object.push(byte);
                }
                if quoted {
                    quoted = escaped || byte != b'"';
                    escaped = !escaped && byte == b'\\';
                    continue;
                }
                match byte {
                    b'"' => quoted = true,
                    b'{' if inside == 0 && self.open.last() == Some(&true) => {
                        object.push(byte);
                        inside = 1;
                    }
                    b'{' | b'[' if inside > 0 => inside += 1,
                    b'{' | b'[' if self.open.len() < 64 => self.open.push(byte == b'['),
                    b'}' | b']' if inside > 0 => {
                        inside -= 1;
                        done = inside == 0;
                    }
                    b'}' | b']' => _ = self.open.pop(),
                    _ => {}
                }
                if done || object.len() > MAX_OBJECT {
                    break;
                }
            }
            self.input.consume(used);
            if done {
                self.number += 1;
                return Some(Ok(object));
            }
            if object.len() > MAX_OBJECT {
                self.ended = true;
                self.number += 1;
                return Some(Err(format!("longer than {MAX_OBJECT} bytes")));
            }
        }
    }
}

impl<R: Read> Iterator for Objects<R> {
    type Item = (u64, Result<Vec<u8>, String>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let found = if self.lines { self.line() } else { self.listed() }?;
        Some((self.number, found))
    }
}

/// How objects are read: as documents of ours, or by the columns of a tool.
#[derive(Debug)]
pub struct Reading {
    map: Vec<(Field, String)>,
    kind: Option<Kind>,
    dialect: Option<&'static Dialect>,
}

impl Reading {
    /// `dialect`: the one that the user named; else each object tells.
    pub fn new(dialect: Option<&'static Dialect>, map: &[(Field, String)], kind: Option<Kind>) -> Reading {
        Reading { map: map.to_vec(), kind, dialect }
    }

    /// What an object is taken for; `None` for a document of ours.
    pub fn dialect(&self, object: &[u8]) -> Option<&'static Dialect> {
        let value = serde_json::from_slice::<Value>(object).ok()?;
        if self.is_ours(&value) { None } else { self.dialect.or_else(|| of(&flat(&value))) }
    }

    /// The row that an object is.
    pub fn row(&self, number: u64, object: &[u8]) -> Result<Row, String> {
        let object = object.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(object).trim_ascii();
        let value: Value = serde_json::from_slice(object)
            .map_err(|error| error.to_string().replace(" at line 1 column", " at column"))?;
        if !value.is_object() {
            return Err(String::from("not a JSON object"));
        }
        if self.is_ours(&value) {
            let document: Document = serde_json::from_value(value).map_err(|error| error.to_string())?;
            return ours(number, document, self.kind);
        }
        let cells = flat(&value);
        let dialect = self.dialect.or_else(|| of(&cells));
        if dialect.is_none() && self.map.is_empty() {
            return Err(String::from("an object of no known tool; say with --map what its members are"));
        }
        Columns::new(dialect, &self.map, self.kind).row(number, &|name| cells.get(name).cloned())
    }

    /// A document of ours has a text and its own names for the rest.
    fn is_ours(&self, value: &Value) -> bool {
        let named = ["source_kind", "first_seen", "published_precision", "date_suspect", "is_reply", "quoted"];
        let bare = || {
            let known = ["id", "url", "text", "title", "author", "published", "source", "kind", "language"];
            value.as_object().is_some_and(|object| object.keys().all(|key| known.contains(&key.as_str())))
        };
        self.dialect.is_none()
            && self.map.is_empty()
            && value["text"].is_string()
            && (named.iter().any(|name| value.get(name).is_some()) || bare())
    }
}

fn of(cells: &HashMap<String, String>) -> Option<&'static Dialect> {
    Dialect::of(&cells.keys().cloned().collect())
}

/// The members of an object by the path that leads to them, in the form of [`key`]; envelopes called `data` are no step.
fn flat(value: &Value) -> HashMap<String, String> {
    let mut cells = HashMap::new();
    let mut open = vec![(String::new(), value, 0usize)];
    while let Some((path, value, deep)) = open.pop() {
        let cell = match value {
            Value::Object(object) if deep < DEEP => {
                for (name, value) in object {
                    let name = if name == "data" && value.is_object() { String::new() } else { key(name) };
                    open.push((format!("{path}{name}"), value, deep + 1));
                }
                continue;
            }
            Value::Array(list) => list.iter().filter_map(named).collect::<Vec<_>>().join(","),
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(is) => is.to_string(),
            Value::Null | Value::Object(_) => continue,
        };
        if !cell.is_empty() {
            cells.entry(path).or_insert(cell);
        }
    }
    cells
}

/// What a member of a list is called.
fn named(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) => ["name", "title", "label"].iter().find_map(|name| value[*name].as_str().map(String::from)),
        _ => None,
    }
}

/// The row of a document that vigie wrote itself.
fn ours(number: u64, document: Document, kind: Option<Kind>) -> Result<Row, String> {
    let said = document.quoted.iter().any(|quote| !quote.text.trim().is_empty()) || document.code.is_some();
    if document.text.trim().is_empty() && document.title.is_none() && !said {
        return Err(String::from("neither a text nor a title"));
    }
    let stamp = |at: jiff::Timestamp, precision: Option<Precision>| Stamp {
        civil: Offset::UTC.to_datetime(at),
        offset: Some(Offset::UTC),
        precision: precision.unwrap_or(Precision::Second),
    };
    let is_id = document.id.len() == 24 && document.id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let entry = Entry {
        kind: match document.kind {
            Kind::Entry => kind.unwrap_or(Kind::Entry),
            said => said,
        },
        permanent: document.url.is_some() && !is_id,
        url: document.url,
        thread_url: document.thread_url,
        parent_url: document.parent_url,
        guid: (!is_id && !document.id.is_empty()).then(|| format!("jsonl:{}", document.id)),
        title: document.title,
        author: document.author,
        published: document.published.map(|at| stamp(at, document.published_precision)),
        updated: document.updated.map(|at| stamp(at, None)),
        date_suspect: document.date_suspect,
        language: (document.language != "und").then_some(document.language),
        text: document.text,
        quoted: document.quoted,
        signature: document.signature,
        code: document.code,
        is_reply: document.is_reply,
        counts: document.counts,
        tags: document.tags,
        ..Entry::default()
    };
    Ok(Row {
        number,
        source: Some(document.source).filter(|source| !source.is_empty()),
        source_kind: SourceKind::from_word(&document.source_kind).unwrap_or(SourceKind::Import),
        id: is_id.then_some(document.id),
        entry,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(text: &str, lines: bool) -> Vec<(u64, Result<String, String>)> {
        let found = Objects::new(text.as_bytes(), lines);
        found.map(|(number, object)| (number, object.map(|bytes| String::from_utf8(bytes).unwrap()))).collect()
    }

    #[test]
    fn objects_of_lists_are_found_in_any_envelope() {
        let text = "{\"total\": [1], \"name\": \"[{\\\"\", \"results\": [\n {\"a\": [{\"b\": \"}\"}]} , {\"c\": 1}]}";
        let expected = [(1, Ok("{\"a\": [{\"b\": \"}\"}]}".to_owned())), (2, Ok("{\"c\": 1}".to_owned()))];
        assert_eq!(objects(text, false), expected);
        assert_eq!(objects("[{\"a\": 1}, {\"b\"", false)[1].0, 2);
        assert!(objects("[{\"a\": 1}, {\"b\"", false)[1].1.is_err());
        assert_eq!(objects("{}]]]}", false), []);
        assert_eq!(objects("{\"a\": 1}\n\nnot\n", true).len(), 2);
    }

    #[test]
    fn a_document_of_ours_comes_back_as_it_was() {
        let line = r#"{"id":"0123456789abcdef01234567","url":"https://f.example/t?p=3#p3","thread_url":"https://f.example/t","parent_url":null,"source":"forum","source_kind":"forum","kind":"post","title":"Box","author":"Lina","published":"2026-11-20T08:00:00Z","updated":null,"published_precision":"minute","date_suspect":false,"first_seen":"2026-11-21T00:00:00Z","language":"fr","text":"Oui.","quoted":[{"author":"Sami","text":"Non ?"}],"signature":null,"code":null,"is_reply":true,"replies":null,"views":3,"likes":null,"shares":null,"rating":null,"thread_replies":null,"thread_views":null,"tags":["a"]}"#;
        let row = Reading::new(None, &[], None).row(3, line.as_bytes()).unwrap();
        assert_eq!(row.id.as_deref(), Some("0123456789abcdef01234567"));
        assert_eq!((row.source.as_deref(), row.source_kind), (Some("forum"), SourceKind::Forum));
        let entry = row.entry;
        assert_eq!((entry.kind, entry.is_reply, entry.counts.views), (Kind::Post, true, Some(3)));
        assert_eq!(entry.published.unwrap().precision, Precision::Minute);
        assert_eq!(entry.quoted[0].author.as_deref(), Some("Sami"));
    }

    #[test]
    fn objects_of_tools_are_known_by_their_members() {
        let reading = Reading::new(None, &[], None);
        let row = reading
            .row(
                1,
                r#"{"data":{"url":"https://a.example/1","published":1795335245000,"title":"T","content":"Un texte.",
                "root_url":"https://a.example/","source_type":["ONLINENEWS"],"sentiment":-3,
                "extra_author_attributes":{"name":"Lina"},"article_extended_attributes":{"num_comments":4}}}"#
                    .as_bytes(),
            )
            .unwrap();
        let entry = row.entry;
        assert_eq!((entry.kind, entry.counts.replies, entry.author.as_deref()), (Kind::Article, Some(4), Some("Lina")));
        assert!(reading.row(1, b"{\"foo\": 1}").is_err());
        assert!(reading.row(1, b"[1]").is_err());
        assert!(reading.row(1, b"{\"id\": 1, \"text\": ").is_err());
    }
}
