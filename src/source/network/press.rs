//! News that others gather: searches of Google News and Bing News, Google Alerts, and feeds that bridges make.

use url::Url;

use super::{Asked, NONE, Network, address};
use crate::model::{Entry, Kind, SourceKind};
use crate::source::feed::Item;
use crate::text::urls;

pub const GOOGLE: Network = Network {
    kind: SourceKind::GoogleNews,
    is_host: |host| host == "news.google.com",
    home: Some("https://news.google.com/"),
    ask: ask_google,
    forms: "https://news.google.com/search?q=WORDS&hl=fr&gl=FR&ceid=FR:fr, a topic there, or a query",
    item: of_google,
    ..NONE
};

pub const BING: Network = Network {
    kind: SourceKind::BingNews,
    is_host: |host| matches!(host, "www.bing.com" | "bing.com"),
    home: Some("https://www.bing.com/"),
    ask: ask_bing,
    forms: "https://www.bing.com/news/search?q=WORDS, or a query",
    item: of_bing,
    ..NONE
};

fn ask_google(asked: &Asked) -> Option<String> {
    let base = asked.base("https://news.google.com");
    let path = asked.url.path();
    if asked.query.is_none() && path.starts_with("/rss") {
        return Some(asked.url.to_string());
    }
    let edition = ["hl", "gl", "ceid"].map(|key| (key, address::value(asked.url, key).unwrap_or_default()));
    let edition: Vec<(&str, &str)> = edition.iter().map(|(key, value)| (*key, value.as_str())).collect();
    if let Some(words) = asked.words("q").filter(|_| asked.query.is_some() || path == "/search") {
        return Some(address::build(&base, "/rss/search", &[&[("q", &*words)], &edition[..]].concat()));
    }
    let is_list = path.starts_with("/topics/") || path.starts_with("/publications/");
    is_list.then(|| address::build(&base, &format!("/rss{path}"), &edition))
}

fn ask_bing(asked: &Asked) -> Option<String> {
    let path = asked.url.path();
    let words = asked.words("q").filter(|_| asked.query.is_some() || path == "/news/search")?;
    let base = asked.base("https://www.bing.com");
    let country = address::value(asked.url, "cc").unwrap_or_default();
    let language = address::value(asked.url, "setlang").unwrap_or_default();
    // The newest first, as a reader who chooses it is given them.
    let pairs =
        [("q", &*words), ("format", "rss"), ("qft", "sortbydate=\"1\""), ("cc", &country), ("setlang", &language)];
    Some(address::build(&base, "/news/search", &pairs))
}

/// A headline: its publisher stands behind it, and once more as its source. What stands below is the headline again.
fn of_google(item: &Item, mut entry: Entry) -> Entry {
    entry.kind = Kind::Entry;
    let title = entry.title.take().unwrap_or_default();
    let publisher = item.publisher.as_deref().filter(|publisher| !publisher.is_empty());
    let behind = publisher.and_then(|publisher| title.strip_suffix(publisher)?.strip_suffix(" - "));
    let headline = behind.unwrap_or(&title).trim();
    if entry.text.trim_start().starts_with(headline) {
        entry.text.clear();
    }
    entry.title = Some(headline.into()).filter(|title: &String| !title.is_empty());
    entry.author = publisher.map(String::from).or(entry.author);
    entry
}

fn of_bing(item: &Item, mut entry: Entry) -> Entry {
    entry.kind = Kind::Entry;
    entry.author = item.publisher.clone().or(entry.author);
    entry
}

/// The address behind one that counts clicks: of Google's alerts and searches, of Bing's news, of Google's news where its
/// identifier still holds it.
pub fn target(url: &str) -> Option<String> {
    let counted = Url::parse(url).ok()?;
    let host = counted.host_str()?;
    let path = counted.path();
    let inner = match path {
        "/url" if host == "google.com" || host.starts_with("www.google.") => {
            address::value(&counted, "url").or_else(|| address::value(&counted, "q"))
        }
        "/news/apiclick.aspx" if host.ends_with("bing.com") => address::value(&counted, "url"),
        _ if host == "news.google.com" => inside(address::parts(&counted).last()?),
        _ => None,
    }?;
    urls::host(&inner).map(|_| inner)
}

/// The address that an older identifier of Google News is made of.
fn inside(id: &str) -> Option<String> {
    if !id.starts_with("CBM") || id.len() > 4_096 {
        return None;
    }
    let bytes = base64(id)?;
    let from = bytes.windows(4).position(|bytes| bytes == b"http")?;
    let rest = bytes.get(from..)?;
    let end = rest.iter().position(|byte| !matches!(byte, b'!'..=b'~')).unwrap_or(rest.len());
    // Its length stands before it, in one byte or two.
    let length = match bytes.get(..from)? {
        [.., low, high] if *low >= 0x80 => usize::from(low & 0x7f) | usize::from(*high) << 7,
        [.., length] => usize::from(*length),
        [] => end,
    };
    String::from_utf8(rest.get(..end.min(length))?.to_vec()).ok()
}

/// The bytes of a text in the alphabet that addresses use.
fn base64(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(text.len()), 0_u32, 0_u32);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(digit)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    Some(bytes)
}

/// Whether an item is what a bridge writes where it could not read what it stands for (RSS-Bridge).
pub fn is_failure(title: &str) -> bool {
    let code = title.strip_prefix("Bridge returned error ");
    code.is_some_and(|code| code.starts_with(|c: char| c.is_ascii_digit()) && code.contains('!'))
}
