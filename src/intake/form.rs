//! What a file is, by how it begins: a table, a spreadsheet, JSON, a web archive, a list of feeds.

use crate::text::charset;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Rows of text with a delimiter.
    Table,
    Spreadsheet,
    /// One JSON object a line.
    JsonLines,
    /// One JSON text that holds a list of objects.
    Json,
    Warc,
    Opml,
    /// Why it is not read, as the end of a sentence.
    Unread(&'static str),
}

impl Form {
    /// What a person calls it.
    pub fn word(self) -> &'static str {
        match self {
            Form::Table => "CSV",
            Form::Spreadsheet => "XLSX",
            Form::JsonLines => "JSON lines",
            Form::Json => "JSON",
            Form::Warc => "WARC",
            Form::Opml => "OPML",
            Form::Unread(_) => "unread",
        }
    }
}

/// Looks at how a file begins.
pub fn sniff(head: &[u8]) -> Form {
    if head.is_empty() {
        return Form::Unread("an empty file");
    }
    if head.starts_with(b"PK\x03\x04") {
        return Form::Spreadsheet;
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Form::Unread("a spreadsheet of before 2007 (.xls); save it as CSV");
    }
    if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Form::Unread("packed with zstd; unpack it first");
    }
    if head.starts_with(b"%PDF") {
        return Form::Unread("a PDF; ask for CSV");
    }
    if head.starts_with(b"WARC/") {
        return Form::Warc;
    }
    let text = charset::guessed(head).decode(head).0;
    let text = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if text.contains('\0') {
        return Form::Unread("neither text nor a spreadsheet");
    }
    match text.as_bytes().first() {
        None => Form::Unread("an empty file"),
        Some(b'<') if text.contains("<opml") || text.contains("<OPML") => Form::Opml,
        Some(b'<') => Form::Unread("a page or a feed; `vigie scan` reads those: give it as a source"),
        Some(b'[') => Form::Json,
        Some(b'{') => {
            let first = text.lines().next().unwrap_or_default();
            let whole = text.contains('\n') || head.len() < 64 * 1024;
            let parsed = serde_json::from_str::<serde_json::Value>(first);
            match parsed {
                // A list within one object on one line is no line of many.
                Ok(value) if holds_list(&value) => Form::Json,
                Ok(_) => Form::JsonLines,
                // A line that is longer than what is looked at.
                Err(_) if !whole => Form::JsonLines,
                // `{` alone on its line is how objects are written for people.
                Err(_) if first.trim().len() < 2 || text.lines().nth(1).is_some_and(|next| !next.starts_with('{')) => {
                    Form::Json
                }
                Err(_) => Form::JsonLines,
            }
        }
        Some(_) => Form::Table,
    }
}

/// Whether an object is the envelope of others: of its members one is a list of objects, and none is a text of its own.
fn holds_list(value: &serde_json::Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    let list = |value: &serde_json::Value| {
        value.as_array().is_some_and(|list| list.first().is_some_and(serde_json::Value::is_object))
    };
    let inside = object.values().any(|value| list(value) || value.as_object().is_some_and(|o| o.values().any(list)));
    let speaks = ["text", "url", "title", "content", "snippet"].iter().any(|key| object.contains_key(*key));
    inside && !speaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_begins_like() {
        for (head, form) in [
            (&b"Date,URL\n1,2"[..], Form::Table),
            (b"PK\x03\x04....", Form::Spreadsheet),
            (b"WARC/1.0\r\n", Form::Warc),
            (b"\xEF\xBB\xBF<?xml version='1.0'?><opml version='2.0'>", Form::Opml),
            (b"{\"id\": 1, \"text\": \"a\"}\n{\"id\": 2}\n", Form::JsonLines),
            (b"{\"text\": \"a\", \"quoted\": [{\"text\": \"b\"}]}", Form::JsonLines),
            (b"not json\n{\"text\": 1}", Form::Table),
            (b"{\"text\": \"cut\n{\"text\": \"b\"}\n", Form::JsonLines),
            (b"[{\"text\": \"a\"}]", Form::Json),
            (b"{\n  \"results\": [", Form::Json),
            (b"{\"results\": [{\"text\": \"a\"}], \"total\": 1}", Form::Json),
        ] {
            assert_eq!(sniff(head), form, "{}", String::from_utf8_lossy(head));
        }
        for unread in [&b""[..], b"  \n", b"\xd0\xcf\x11\xe0abc", b"<html><p>", b"%PDF-1.7", b"a\0b\x01"] {
            assert!(matches!(sniff(unread), Form::Unread(_)), "{unread:?}");
        }
        let wide: Vec<u8> = "\u{FEFF}Date\tURL\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(sniff(&wide), Form::Table);
    }
}
