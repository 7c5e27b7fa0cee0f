//! Start tags as feeds write them → start tags that the parser accepts: namespaces, versions, types of text.

use std::borrow::Cow;

use super::characters::mend_text;
use super::tokens::{attribute, attributes, split};
use crate::text::charset;

const RSS: &str = "http://purl.org/rss/1.0/";
const ATOM: &str = "http://www.w3.org/2005/Atom";
/// Bytes of an `xml:base`, which becomes part of every address below it.
const LONGEST_BASE: usize = 2_048;
/// Media elements are read by [`super::notes`] alone: the parser gives a whole feed up for one that is empty.
const UNREAD: &str = "urn:vigie:unread";

/// The namespaces that the parser knows, by the prefix that everyone uses for them.
const KNOWN: [(&str, &str); 5] = [
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("atom", ATOM),
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("wfw", "http://wellformedweb.org/CommentAPI/"),
];

/// The form of a namespace's name that the parser knows.
fn canonical(uri: &str) -> Option<&'static str> {
    let bare = uri.trim().to_ascii_lowercase();
    let bare = bare.trim_start_matches("http://").trim_start_matches("https://").trim_end_matches(['/', '#']);
    match bare {
        "www.w3.org/2005/atom"
        | "purl.org/atom/ns"
        | "example.com/newformat"
        | "example.com/necho"
        | "purl.org/echo"
        | "uri/of/echo/namespace"
        | "purl.org/pie"
        | "purl.org/atom-blog/ns" => Some(ATOM),
        "purl.org/rss/1.0"
        | "my.netscape.com/rdf/simple/0.9"
        | "channel.netscape.com/rdf/simple/0.9"
        | "blogs.law.harvard.edu/tech/rss"
        | "purl.org/net/rss1.1" => Some(RSS),
        "search.yahoo.com/mrss" | "podcastindex.org/namespace/1.0" => Some(UNREAD),
        "purl.org/dc/elements/1.0" => Some(KNOWN[1].1),
        _ if bare.starts_with("backend.userland.com/rss") => Some(RSS),
        _ => KNOWN.iter().find_map(|(_, known)| {
            let known_bare = known.trim_start_matches("http://").trim_end_matches('/');
            known_bare.eq_ignore_ascii_case(bare).then_some(*known)
        }),
    }
}

/// Prefixes that a feed uses and those that it declares.
#[derive(Default)]
pub struct Prefixes {
    used: Vec<String>,
    declared: Vec<String>,
}

impl Prefixes {
    /// Takes note of a start tag.
    pub fn see(&mut self, name: &str, tag: &str) {
        if let Some((prefix, _)) = name.split_once(':') {
            note(&mut self.used, prefix);
        }
        if tag.contains("xmlns:") {
            attributes(tag)
                .filter_map(|(name, ..)| name.strip_prefix("xmlns:"))
                .for_each(|p| note(&mut self.declared, p));
        }
    }

    /// Declarations of what is used and not declared, so that `dc:creator` is the author and `x:title` no title.
    pub fn missing(&self) -> String {
        let missing =
            self.used.iter().filter(|prefix| !self.declared.contains(prefix) && *prefix != "xml" && *prefix != "xmlns");
        missing
            .map(|prefix| {
                let uri = KNOWN.iter().find(|(known, _)| known == prefix).map_or(UNREAD, |(_, uri)| uri);
                format!(" xmlns:{prefix}=\"{uri}\"")
            })
            .collect()
    }
}

/// Adds what is not in the list yet; no feed has more than a few.
fn note(list: &mut Vec<String>, prefix: &str) {
    if list.len() < 64 && !prefix.is_empty() && !list.iter().any(|known| known == prefix) {
        list.push(String::from(prefix));
    }
}

/// The root's start tag with a version and a namespace that the parser knows; `None` where it has them.
pub fn root(name: &str, tag: &str, empty: bool) -> Option<String> {
    let (_, local) = split(name);
    let version = attribute(tag, "version");
    let fits = local != "rss" || matches!(version, Some("2.0" | "0.91" | "0.92"));
    let own = if local == "feed" { ATOM } else { RSS };
    let default = attribute(tag, "xmlns").filter(|uri| !uri.is_empty() && *uri != own);
    if fits && default.is_none() {
        return mend(name, tag, empty);
    }
    let mut start = rebuild(name, tag, false, |name, value| match name {
        "version" if !fits => None,
        "xmlns" if default.is_some() => Some(Cow::Borrowed(own)),
        _ => repaired(name, value),
    });
    if !fits {
        start.insert_str(start.len() - 1, " version=\"2.0\"");
    }
    if empty {
        start.insert(start.len() - 1, '/');
    }
    Some(start)
}

/// A start tag that a strict parser reads; `None` where it is one.
pub fn mend(name: &str, tag: &str, empty: bool) -> Option<String> {
    if tag.is_empty() {
        return None;
    }
    let sound = |(name, value, quoted): (&str, &str, bool)| {
        let special = name == "xml:base" || name.starts_with("xmlns");
        quoted && (!special || repaired(name, value) == Some(Cow::Borrowed(value))) && !value.contains(['&', '<'])
            || quoted && !special && repaired(name, value).is_some_and(|mended| mended == value)
    };
    if attributes(tag).all(sound) { None } else { Some(rebuild(name, tag, empty, repaired)) }
}

/// An attribute's value as it should be; `None` where the attribute should not be.
fn repaired<'a>(name: &str, value: &'a str) -> Option<Cow<'a, str>> {
    if name == "xmlns" || name.starts_with("xmlns:") {
        return Some(Cow::Borrowed(canonical(value).unwrap_or(value)));
    }
    if name == "xml:base" {
        let sound = |value: &str| !matches!(url::Url::parse(value), Err(fault) if fault != url::ParseError::RelativeUrlWithoutBase);
        if value.len() > LONGEST_BASE || !sound(value) {
            return None;
        }
    }
    Some(mend_text(value).map_or(Cow::Borrowed(value), Cow::Owned))
}

/// A start tag with each attribute as `choose` wants it.
fn rebuild<'a>(
    name: &str,
    tag: &'a str,
    empty: bool,
    choose: impl Fn(&'a str, &'a str) -> Option<Cow<'a, str>>,
) -> String {
    let mut start = format!("<{name}");
    for (name, value, _) in attributes(tag) {
        let nameable = !name.contains(['"', '\'', '<', '&']);
        if let Some(value) = choose(name, value).filter(|_| nameable) {
            start.extend([" ", name, "=\"", &value.replace('"', "&quot;"), "\""]);
        }
    }
    start.push_str(if empty { "/>" } else { ">" });
    start
}

/// The name that the parser knows an element by.
pub fn renamed(name: &str) -> &str {
    match name {
        "tagline" => "subtitle",
        "body" | "xhtml:body" | "fullitem" => "content:encoded",
        name => name,
    }
}

/// The start tag of an element that holds text; `None` where it can stay. The parser gives a whole feed up for a type
/// that it does not know.
pub fn leaf(name: &str, tag: &str, markup: bool, empty: bool) -> Option<String> {
    let written = attribute(tag, "type").map(|kind| kind.trim().to_ascii_lowercase());
    let meant = match written.as_deref() {
        _ if markup || is_base64(tag) => Some("html"),
        None => None,
        Some("text") => Some("text"),
        Some("html") => Some("html"),
        Some(kind) if kind.contains("html") || kind.contains("xml") => Some("html"),
        Some(_) => Some("text"),
    };
    let extra = !tag.is_empty() && (attribute(tag, "mode").is_some() || attribute(tag, "src").is_some());
    if written.as_deref() == meant && !extra && renamed(name) == name {
        return mend(name, tag, empty);
    }
    let mut start = rebuild(renamed(name), tag, empty, |name, value| match name {
        "type" | "mode" | "src" => None,
        _ => repaired(name, value),
    });
    if let Some(meant) = meant {
        start.insert_str(renamed(name).len() + 1, &format!(" type=\"{meant}\""));
    }
    Some(start)
}

/// Whether an element's text is encoded in base 64: it says so, or its type is no text.
pub fn is_base64(tag: &str) -> bool {
    match (attribute(tag, "mode"), attribute(tag, "type")) {
        (Some(mode), _) => mode == "base64",
        (None, None) => false,
        (None, Some(kind)) => {
            let kind = kind.to_ascii_lowercase();
            kind.contains('/') && !["text/", "html", "xml"].iter().any(|text| kind.contains(text))
        }
    }
}

/// Text out of base 64: as it is where it is none, empty where it holds no text.
pub fn from_base64(text: &str) -> Cow<'_, str> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut bits) = (0u32, 0);
    for b in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return Cow::Borrowed(text),
        };
        buffer = buffer << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
        }
    }
    let held = if bytes.contains(&0) { String::new() } else { charset::decode(&bytes, None).into_owned() };
    Cow::Owned(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_get_a_version_and_a_namespace() {
        assert_eq!(root("rss", "", false).as_deref(), Some("<rss version=\"2.0\">"));
        assert_eq!(root("rss", " version=\"2.0\"", false), None);
        assert_eq!(
            root("feed", " version='0.3' xmlns='http://purl.org/atom/ns#'", false).as_deref(),
            Some("<feed version=\"0.3\" xmlns=\"http://www.w3.org/2005/Atom\">")
        );
        assert_eq!(
            root("rss", " xmlns=\"http://backend.userland.com/rss2\" version=\"2.0\"", false).as_deref(),
            Some("<rss xmlns=\"http://purl.org/rss/1.0/\" version=\"2.0\">")
        );
    }

    #[test]
    fn attributes_are_mended_only_where_they_must() {
        assert_eq!(mend("link", " href=\"/a?b=1&amp;c=2\" rel='x'", true), None);
        assert_eq!(mend("link", " href=/a?b=1&c=2", true).as_deref(), Some("<link href=\"/a?b=1&amp;c=2\"/>"));
        assert_eq!(
            mend("category", " term=\"T&eacute;l&eacute;coms\"", true).as_deref(),
            Some("<category term=\"Télécoms\"/>")
        );
        assert_eq!(mend("entry", " xml:base=\"http://[\" a='1'", false).as_deref(), Some("<entry a=\"1\">"));
        assert_eq!(
            mend("item", " xmlns:dc='https://purl.org/dc/elements/1.1'", false).as_deref(),
            Some("<item xmlns:dc=\"http://purl.org/dc/elements/1.1/\">")
        );
    }

    #[test]
    fn types_of_text_are_those_that_the_parser_knows() {
        assert_eq!(leaf("title", "", false, false), None);
        assert_eq!(leaf("title", " type=\"html\"", false, false), None);
        assert_eq!(
            leaf("title", " type=\"text/plain\" mode='escaped'", false, false).as_deref(),
            Some("<title type=\"text\">")
        );
        assert_eq!(
            leaf("content", " type=\"image/png\" src='/a.png'", false, true).as_deref(),
            Some("<content type=\"html\"/>")
        );
        assert_eq!(leaf("tagline", "", true, false).as_deref(), Some("<subtitle type=\"html\">"));
    }

    #[test]
    fn base64_gives_text_or_nothing() {
        assert_eq!(from_base64(" w6l0 w6k=\n"), "été");
        assert_eq!(from_base64("pas du tout !"), "pas du tout !");
        assert_eq!(from_base64("AAECAw=="), "");
    }

    #[test]
    fn undeclared_prefixes_are_declared() {
        let mut prefixes = Prefixes::default();
        prefixes.see("rss", " xmlns:content=\"x\"");
        for name in ["dc:creator", "content:encoded", "x:title", "dc:date", "item"] {
            prefixes.see(name, "");
        }
        assert_eq!(prefixes.missing(), " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:x=\"urn:vigie:unread\"");
    }
}
