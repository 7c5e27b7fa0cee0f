//! Fields of answers: texts, numbers, dates, and what networks write in HTML or Markdown, as entries want them.

use jiff::Timestamp;
use serde_json::Value;

use crate::model::{Quote, Stamp};
use crate::text::{dates, markup, plain};

/// A member of an object, or of objects within it: `author.name`.
pub fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, key| &value[key])
}

/// A string that says something.
pub fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    at(value, path).as_str().filter(|text| !text.trim().is_empty())
}

/// A string, or a whole number where one is written as a number.
pub fn word(value: &Value, path: &str) -> Option<String> {
    match at(value, path) {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// A count: a whole number that is not negative, also where it is written as a string.
pub fn count(value: &Value, path: &str) -> Option<u64> {
    let value = at(value, path);
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Whether something is said to be so.
pub fn is(value: &Value, path: &str) -> bool {
    at(value, path).as_bool().unwrap_or_default()
}

/// The members of a list; none where it is no list.
pub fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    let value = if path.is_empty() { value } else { at(value, path) };
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A date as text, in UTC where it names no offset.
pub fn date(value: &Value, path: &str) -> Option<Stamp> {
    let stamp = dates::parse(text(value, path)?, None)?;
    Some(Stamp { offset: stamp.offset.or(Some(jiff::tz::Offset::UTC)), ..stamp })
}

/// A date as seconds since 1970.
pub fn seconds(value: &Value, path: &str) -> Option<Stamp> {
    Timestamp::from_second(at(value, path).as_i64()?).ok().map(Stamp::from)
}

/// The author's words in a piece of HTML, and what it quotes of others.
pub fn html(html: &str) -> (String, Vec<Quote>) {
    if !html.contains("<blockquote") {
        return (markup::text_of(html), Vec::new());
    }
    let (own, quoted) = markup::own_and_quoted(html);
    let quoted: Vec<Quote> = quoted.into_iter().map(|text| Quote { author: None, text }).collect();
    (own, quoted)
}

/// A text in Markdown taken apart.
#[derive(Debug, Default, PartialEq)]
pub struct Marked {
    pub own: String,
    pub quoted: Vec<Quote>,
    pub code: Option<String>,
}

/// The author's words in Markdown, apart from quotations (`>`) and blocks of code. Emphasis and links stay as typed.
pub fn markdown(text: &str) -> Marked {
    let (mut marked, mut quote, mut code, mut fenced) = (Marked::default(), String::new(), String::new(), false);
    let add = |to: &mut String, line: &str| {
        if !to.is_empty() {
            to.push('\n');
        }
        to.push_str(line);
    };
    let end = |quote: &mut String, marked: &mut Marked| {
        if !quote.is_empty() {
            marked.quoted.push(Quote { author: None, text: std::mem::take(quote) });
        }
    };
    for line in text.lines() {
        let shown = line.trim();
        if shown.starts_with("```") || shown.starts_with("~~~") {
            fenced = !fenced;
        } else if fenced {
            add(&mut code, line);
        } else if let Some(quoted) = shown.strip_prefix('>').filter(|rest| !rest.starts_with('!')) {
            let quoted = quoted.trim_start_matches(['>', ' ']);
            if !quoted.is_empty() {
                add(&mut quote, quoted);
            }
        } else {
            end(&mut quote, &mut marked);
            if !shown.is_empty() {
                add(&mut marked.own, plain::line(shown).trim_start_matches('#').trim_start());
            }
        }
    }
    end(&mut quote, &mut marked);
    marked.code = (!code.trim().is_empty()).then_some(code);
    marked
}

/// A title on one line, its references decoded.
pub fn line(text: &str) -> Option<String> {
    let line = plain::line(&markup::entities(text));
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_taken_as_they_are_meant() {
        let value = json!({"a": {"b": " x "}, "n": 3, "s": "4", "m": -1, "d": "2026-11-20T10:00:00.123456", "t": 1_763_000_000});
        assert_eq!((text(&value, "a.b"), text(&value, "a.c"), text(&value, "n")), (Some(" x "), None, None));
        assert_eq!((word(&value, "n").as_deref(), word(&value, "a.b").as_deref()), (Some("3"), Some("x")));
        assert_eq!([count(&value, "n"), count(&value, "s"), count(&value, "m")], [Some(3), Some(4), None]);
        assert_eq!(date(&value, "d").map(|date| date.written()).as_deref(), Some("2026-11-20T10:00:00Z"));
        assert_eq!(seconds(&value, "t").map(|date| date.written()).as_deref(), Some("2025-11-13T02:13:20Z"));
        assert!(list(&value, "a").is_empty() && !is(&value, "a"));
    }

    #[test]
    fn markdown_is_taken_apart() {
        let marked = markdown("## Panne\n\n> la fibre\n> est revenue\n\nPas *chez moi*.\n```\nping\n```\n> \n>! caché");
        assert_eq!(marked.own, "Panne\nPas *chez moi*.\n>! caché");
        assert_eq!(marked.quoted, [Quote { author: None, text: "la fibre\nest revenue".into() }]);
        assert_eq!(marked.code.as_deref(), Some("ping"));
    }
}
