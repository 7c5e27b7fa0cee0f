//! Patterns of paths, as robots.txt writes them (RFC 9309, 2.2.3), matched in linear time.

use std::borrow::Cow;

use url::Url;

use crate::text::urls;

/// No address that is asked for is longer, so no longer pattern can matter.
pub const LONGEST: usize = 2_048;

/// A pattern with `*` for anything and a final `$` for the end, percent-encoding normalised.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(Box<str>);

impl Pattern {
    /// The pattern that `text` writes; `None` where it is empty or longer than any address.
    pub fn new(text: &str) -> Option<Pattern> {
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let mut normal = String::with_capacity(text.len() + 1);
        if !text.starts_with(['/', '*']) {
            normal.push('/');
        }
        urls::push_normal(&mut normal, &encode(text));
        Some(Pattern(plain(&normal).into()))
    }

    /// Bytes; the longest pattern that matches decides.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it matches the start of `path`, as [`path`] gives it.
    pub fn matches(&self, path: &str) -> bool {
        matches(&self.0, path)
    }
}

/// The path and query of `url`, percent-encoding normalised.
pub fn path(url: &Url) -> String {
    let mut path = String::with_capacity(url.as_str().len());
    urls::push_normal(&mut path, url.path());
    if let Some(query) = url.query() {
        path.push('?');
        urls::push_normal(&mut path, query);
    }
    plain(&path).into()
}

/// `text` with those characters plain that addresses encode in some places and files write plainly.
fn plain(text: &str) -> Cow<'_, str> {
    const ENCODED: [(&str, &str); 9] = [
        ("%22", "\""),
        ("%27", "'"),
        ("%3C", "<"),
        ("%3E", ">"),
        ("%5E", "^"),
        ("%60", "`"),
        ("%7B", "{"),
        ("%7C", "|"),
        ("%7D", "}"),
    ];
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let decoded = |text: String, (code, plain): &(&str, &str)| {
        if text.contains(code) { text.replace(code, plain) } else { text }
    };
    Cow::Owned(ENCODED.iter().fold(text.into(), decoded))
}

/// Percent-encodes what an address cannot hold plainly.
fn encode(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        if c.is_ascii_graphic() {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            out.extend(c.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    out
}

/// Each piece between stars is looked for once, left to right.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut pieces = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let Some(last) = pieces.next_back() else { return !to_end || rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    if to_end { rest.ends_with(last) } else { rest.contains(last) }
}
