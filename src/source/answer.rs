//! JSON that is no feed: answers of the interfaces of sites, each read by whoever knows its shape.

use serde_json::Value;

use super::{Problem, network};
use crate::model::{Code, Found, Page, Source};

/// Objects, lists and members that an answer may have, commas of its texts included: what is parsed takes many times its
/// size where it is all brackets and commas.
const MAX_PARTS: usize = 1_000_000;

/// Reads an answer; `None` where it is none of its kind. Addresses count from `page.url`, which is no address of a file.
pub type Reader = fn(&Value, &Page, &Source) -> Option<Result<Found, Problem>>;

/// Who is asked, in this order: the first that knows an answer reads it.
const READERS: &[Reader] = &[network::read, super::comments::read_isso];

/// Whether a decoded text is JSON, as far as its beginning and its content type tell.
pub fn looks_like(text: &str, content_type: &str) -> bool {
    let rest = begun(text).as_bytes();
    let says_so = || content_type.split(';').next().is_some_and(|kind| kind.trim_end().ends_with("json"));
    let next = rest.get(1..).unwrap_or_default().trim_ascii_start().first();
    match rest.first() {
        Some(b'{') => matches!(next, Some(b'"' | b'}')) || says_so(),
        Some(b'[') => matches!(next, Some(b'{' | b'[' | b'"' | b']')) || says_so(),
        _ => false,
    }
}

/// Reads an answer by the first reader that knows it.
pub fn read(text: &str, page: &Page, source: &Source) -> Result<Found, Problem> {
    let value = parsed(text)?;
    let unknown = || Err((Code::Unreadable, String::from("JSON of no kind that is known, and no feed")));
    READERS.iter().find_map(|reader| reader(&value, page, source)).unwrap_or_else(unknown)
}

/// The value of a text, within bounds of size and depth.
fn parsed(text: &str) -> Result<Value, Problem> {
    if text.bytes().filter(|byte| matches!(byte, b'{' | b'[' | b',')).count() > MAX_PARTS {
        return Err((Code::TooLarge, format!("the JSON has more than {MAX_PARTS} parts")));
    }
    // The parser goes 128 levels deep and no deeper.
    serde_json::from_str(begun(text)).map_err(|fault| {
        let deep = fault.to_string().starts_with("recursion limit");
        let code = if deep { Code::TooDeep } else { Code::Unreadable };
        (code, format!("the JSON cannot be read: {fault}"))
    })
}

/// The text from its first sign on.
fn begun(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_text_in_brackets() {
        for (text, kind) in [
            ("{\"a\": 1}", ""),
            ("\u{feff} [ {\"a\": 1} ]", "text/html"),
            ("[]", ""),
            ("{}", ""),
            ("[1]", "application/json; charset=utf-8"),
            ("{ 'a' }", "application/problem+json"),
        ] {
            assert!(looks_like(text, kind), "{text}");
        }
        for text in ["", "[vu]", "{un}", "<p>{\"a\": 1}", "[[", "text"] {
            assert_eq!(looks_like(text, "text/plain"), text == "[[", "{text}");
        }
    }

    #[test]
    fn hostile_answers_are_refused() {
        let code = |text: &str| read(text, &Page::default(), &Source::of_file()).unwrap_err().0;
        assert_eq!(code(&"[".repeat(100_000)), Code::TooDeep);
        assert_eq!(code(&format!("[{}1]", "1,".repeat(MAX_PARTS))), Code::TooLarge);
        assert_eq!(code("{\"a\": "), Code::Unreadable);
        assert_eq!(code("{\"a\": 1}"), Code::Unreadable);
    }
}
