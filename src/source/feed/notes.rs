//! What the parser drops, changes or makes up: dates as written, identifiers as written, addresses, counts, languages.
//! A light pass over a feed that is in order.

use std::ops::Range;

use super::repair::is_item;
use super::tokens::{Token, Tokens, attribute, split};
use crate::model::Stamp;
use crate::text::{dates, markup, plain};

/// Facts about the feed or about one item.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Note {
    /// Where the item stands in the text.
    pub place: Range<usize>,
    /// `guid`, `id` or `rdf:about`, as written.
    pub id: Option<String>,
    /// The guid, where it is said or implied to be an address.
    pub id_is_link: bool,
    pub link: Option<String>,
    /// `dc:title`, for feeds and items without any other.
    pub title: Option<String>,
    pub author: Option<String>,
    pub published: Option<Stamp>,
    pub updated: Option<Stamp>,
    /// A date of publication was written that is none.
    pub no_date: bool,
    /// `dc:date`, which says neither.
    pub dated: Option<Stamp>,
    pub language: Option<String>,
    pub tags: Vec<String>,
    pub replies: Option<u64>,
    pub views: Option<u64>,
    pub likes: Option<u64>,
    pub rating: Option<f64>,
    pub comments_url: Option<String>,
    pub comments_feed: Option<String>,
    /// `rel=next`, and the software that made the feed.
    pub next: Option<String>,
    pub generator: Option<String>,
    /// `media:description`, `itunes:summary` and the like, for feeds and items without any other text.
    pub description: Option<String>,
}

/// Facts about a feed and each of its items, in their order.
#[derive(Debug, Default)]
pub struct Notes {
    pub feed: Note,
    pub items: Vec<Note>,
}

/// Reads the notes of a repaired feed.
pub fn read(text: &str) -> Notes {
    let mut notes = Notes::default();
    let mut open: Vec<(&str, usize)> = Vec::with_capacity(16);
    let mut item: Option<(usize, Note)> = None;
    for (token, place) in Tokens::new(text) {
        match token {
            Token::Open { name, attributes, empty } => {
                let (_, local) = split(name);
                if item.is_none() && is_item(local) {
                    let note = Note { place: place.clone(), ..Note::default() };
                    item = Some((open.len(), note));
                }
                let (depth, note) = match &mut item {
                    Some((depth, note)) => (open.len() - *depth, note),
                    // Of Atom the root is the feed, else the channel in it.
                    None if open.first().is_some_and(|(root, _)| split(root).1 == "feed") => {
                        (open.len(), &mut notes.feed)
                    }
                    None => (open.len().saturating_sub(1), &mut notes.feed),
                };
                note.attributes(name, attributes, depth);
                if !empty {
                    open.push((name, place.end));
                } else if item.as_ref().is_some_and(|(depth, _)| *depth == open.len())
                    && let Some((_, mut note)) = item.take()
                {
                    note.place.end = place.end;
                    notes.items.push(note);
                }
            }
            Token::Close { .. } => {
                let Some((name, start)) = open.pop() else { continue };
                let held = &text[start..place.start];
                let parent = open.last().map_or("", |(name, _)| split(name).1);
                match &mut item {
                    Some((depth, _)) if *depth == open.len() => {
                        if let Some((_, mut note)) = item.take() {
                            note.place.end = place.end;
                            notes.items.push(note);
                        }
                    }
                    Some((depth, note)) => note.element(name, held, parent, open.len() - *depth == 1),
                    None => notes.feed.element(name, held, parent, matches!(parent, "channel" | "feed")),
                }
            }
            Token::Text(_) | Token::Data(_) | Token::Aside => {}
        }
    }
    notes
}

/// Bytes of an element that holds no more than a name, a date or an address, its markup included.
const BRIEF: usize = 16 << 10;
/// Labels of one item that are looked at.
const MAX_TAGS: usize = 500;

/// The first that is there.
fn keep<T>(slot: &mut Option<T>, found: Option<T>) {
    if slot.is_none() {
        *slot = found;
    }
}

fn date(held: &str) -> Option<Stamp> {
    dates::parse(&content(held), None)
}

/// An element's text: references decoded, sections opened, without the tags in it.
fn content(held: &str) -> String {
    if !held.contains('<') {
        return plain::line(&markup::entities(held));
    }
    let mut text = String::new();
    for (token, _) in Tokens::new(held) {
        match token {
            Token::Text(piece) => text.push_str(&markup::entities(piece)),
            Token::Data(piece) => text.push_str(piece),
            _ => {}
        }
    }
    plain::line(&text)
}

fn filled(held: &str) -> Option<String> {
    Some(content(held)).filter(|text| !text.is_empty())
}

fn value(tag: &str, name: &str) -> Option<String> {
    attribute(tag, name).map(|value| plain::line(&markup::entities(value))).filter(|value| !value.is_empty())
}

/// A count, which some write with spaces, dots or a fraction of nothing.
fn count(text: &str) -> Option<u64> {
    text.split_whitespace().collect::<String>().parse().ok()
}

impl Note {
    /// Takes what a start tag says, `depth` levels inside the item or the feed.
    fn attributes(&mut self, name: &str, tag: &str, depth: usize) {
        let (prefix, local) = split(name);
        if tag.is_empty() {
            self.id_is_link |= name == "guid";
            return;
        }
        if depth <= 1 && tag.contains("xml:lang") || depth == 0 && tag.contains("lang=") {
            keep(&mut self.language, value(tag, "xml:lang").or_else(|| value(tag, "lang")));
        }
        match (prefix, local) {
            (_, "item") if depth == 0 => self.id = value(tag, "rdf:about"),
            ("", "guid") => {
                self.id_is_link = attribute(tag, "isPermaLink").is_none_or(|v| !v.eq_ignore_ascii_case("false"))
            }
            ("" | "atom" | "a10", "link") if depth == 1 => self.link(tag),
            ("media", "statistics") => {
                keep(&mut self.views, attribute(tag, "views").and_then(count));
                keep(&mut self.likes, attribute(tag, "likes").and_then(count));
            }
            ("media", "starRating") => keep(&mut self.rating, attribute(tag, "average").and_then(finite)),
            ("itunes", "category") => self.tags.extend(value(tag, "text")),
            _ => {}
        }
    }

    /// An Atom link.
    fn link(&mut self, tag: &str) {
        let Some(address) = value(tag, "href") else { return };
        match attribute(tag, "rel") {
            None | Some("alternate") => keep(&mut self.link, Some(address)),
            Some("next") => keep(&mut self.next, Some(address)),
            Some("replies") => {
                keep(
                    &mut self.replies,
                    attribute(tag, "thr:count").or_else(|| attribute(tag, "count")).and_then(count),
                );
                let is_feed = attribute(tag, "type").is_some_and(|kind| kind.contains("atom") || kind.contains("rss"));
                keep(if is_feed { &mut self.comments_feed } else { &mut self.comments_url }, Some(address));
            }
            _ => {}
        }
    }

    /// Takes an element: its name, what it holds, what it is in, whether that is the item or the feed itself.
    fn element(&mut self, name: &str, held: &str, parent: &str, direct: bool) {
        let whole = held;
        let held = plain::cut_bytes(held, BRIEF);
        if self.tags.len() >= MAX_TAGS {
            self.tags.truncate(MAX_TAGS);
        }
        match split(name) {
            ("media", "category") => self.tags.extend(filled(held)),
            ("media", "description") if self.description.is_none() => self.description = filled_text(whole),
            ("" | "atom", "name") if parent == "author" => keep(&mut self.author, filled(held)),
            _ if !direct => {}
            ("", "guid" | "id") | ("atom", "id") => self.id = filled(held).or(self.id.take()),
            ("", "link") => self.link = filled(held).or(self.link.take()),
            ("dc" | "dcterms", "language") | ("", "language") => self.language = filled(held).or(self.language.take()),
            ("", "pubDate" | "published" | "issued" | "created")
            | ("atom", "published")
            | ("dcterms" | "dc", "issued" | "created") => {
                self.published = date(held).or(self.published);
                self.no_date |= self.published.is_none() && content(held).bytes().any(|b| b.is_ascii_digit());
            }
            ("", "updated" | "modified" | "lastBuildDate") | ("atom", "updated") | ("dcterms" | "dc", "modified") => {
                self.updated = date(held).or(self.updated);
            }
            ("dc", "date") => self.dated = date(held).or(self.dated),
            ("dc", "subject") => self.tags.extend(filled(held)),
            ("dc", "author" | "creator" | "contributor") | ("itunes", "author") => keep(&mut self.author, filled(held)),
            ("itunes" | "media", "keywords") | ("", "tags") => {
                self.tags.extend(content(held).split(',').map(plain::line).filter(|tag| !tag.is_empty()));
            }
            ("dc", "title") => keep(&mut self.title, filled(held)),
            ("itunes", "summary" | "subtitle") | ("dc", "description") if self.description.is_none() => {
                self.description = filled_text(whole);
            }
            ("slash", "comments") | ("thr", "total") => keep(&mut self.replies, count(&content(held))),
            ("", "generator") => keep(&mut self.generator, filled(held)),
            ("", "comments") => self.comments_url = filled(held).filter(|url| url.contains("://")),
            ("wfw", "commentRss" | "commentRSS") => self.comments_feed = filled(held),
            _ => {}
        }
    }
}

fn finite(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// An element's text with its lines.
fn filled_text(held: &str) -> Option<String> {
    let text = match held.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")) {
        Some(data) => markup::text_of(data),
        None if held.contains('<') => content(held),
        None => plain::lines(&markup::entities(held)),
    };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_feed_are_told_apart() {
        let notes = read(
            "<rss version=\"2.0\"><channel><title>t</title><link>http://a.example</link><language>fr</language>\
             <lastBuildDate>Sat, 14 Nov 2026 17:33:05 +0100</lastBuildDate>\
             <image><link>http://b.example</link></image>\
             <item><guid isPermaLink=\"false\"> x 1 </guid><link>http://a.example/1?b=1&amp;c=2</link><pubDate>14 nov. 2026, 17:33</pubDate>\
             <slash:comments> 12 </slash:comments><comments>http://a.example/1#c</comments><dc:language>ar</dc:language>\
             <wfw:commentRss>http://a.example/1/feed</wfw:commentRss><dc:subject>prix</dc:subject></item>\
             <item/></channel></rss>",
        );
        assert_eq!(notes.feed.link.as_deref(), Some("http://a.example"));
        assert_eq!(notes.feed.language.as_deref(), Some("fr"));
        assert_eq!(notes.feed.updated.map(|s| s.written()).as_deref(), Some("2026-11-14T17:33:05+01:00"));
        let item = &notes.items[0];
        assert_eq!((item.id.as_deref(), item.id_is_link), (Some("x 1"), false));
        assert_eq!(item.link.as_deref(), Some("http://a.example/1?b=1&c=2"));
        assert_eq!(item.published.map(|s| s.written()).as_deref(), Some("2026-11-14T17:33:00"));
        assert_eq!(
            (item.replies, item.language.as_deref(), &*item.tags),
            (Some(12), Some("ar"), &[String::from("prix")][..])
        );
        assert_eq!(item.comments_url.as_deref(), Some("http://a.example/1#c"));
        assert_eq!(item.comments_feed.as_deref(), Some("http://a.example/1/feed"));
        assert_eq!(notes.items.len(), 2);
    }

    #[test]
    fn atom_says_it_in_attributes() {
        let notes = read(
            "<feed xml:lang=\"fr\"><id>f</id><entry xml:lang=\"en\"><id>http://a.example/~b</id>\
             <link rel=\"self\" href=\"/self\"/><link href=\"http://a.example/1\"/>\
             <link rel=\"replies\" type=\"text/html\" href=\"http://a.example/1#r\" thr:count=\"7\"/>\
             <source><id>no</id><updated>2001-01-01</updated></source>\
             <updated>2026-11-14T17:33:05Z</updated>\
             <media:group><media:description>Bon\n&amp; cher</media:description><media:community>\
             <media:statistics views=\"1200\"/><media:starRating average=\"4.5\"/></media:community></media:group></entry></feed>",
        );
        let item = &notes.items[0];
        assert_eq!(item.id.as_deref(), Some("http://a.example/~b"));
        assert_eq!(item.link.as_deref(), Some("http://a.example/1"));
        assert_eq!((item.replies, item.views, item.rating), (Some(7), Some(1200), Some(4.5)));
        assert_eq!(item.comments_url.as_deref(), Some("http://a.example/1#r"));
        assert_eq!((notes.feed.language.as_deref(), item.language.as_deref()), (Some("fr"), Some("en")));
        assert_eq!(item.updated.map(|s| s.written()).as_deref(), Some("2026-11-14T17:33:05Z"));
        assert_eq!(item.description.as_deref(), Some("Bon\n& cher"));
    }
}
