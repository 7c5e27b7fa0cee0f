//! What the parser read and what the notes hold, put together: the parser's texts, names and categories, the notes'
//! dates, identifiers, addresses and counts.

use std::collections::HashMap;

use feed_rs::model::{Entry, Feed, FeedType, Link, Person, Text};
use url::Url;

use super::notes::{Note, Notes};
use super::{FeedPage, Item, MAX_LINE, MAX_TEXT, person};
use crate::model::Code;
use crate::text::{markup, plain};

/// Tags of one item that are kept.
const MAX_TAGS: usize = 100;

/// Puts a feed together.
pub fn merge(feed: Feed, notes: Notes, base: Option<&str>) -> FeedPage {
    let kind = feed.feed_type;
    let base = base.and_then(|base| Url::parse(base).ok());
    let aligned = align(&feed.entries, notes.items);
    let own = names(&feed.authors, None);
    let inherited = if matches!(kind, FeedType::Atom | FeedType::JSON) { own.clone() } else { None };
    let mut page = FeedPage {
        title: feed.title.as_ref().and_then(|text| title(text, &kind)).or(notes.feed.title),
        link: address(notes.feed.link.as_deref(), &feed.links, base.as_ref()),
        description: feed
            .description
            .as_ref()
            .and_then(|text| some(prose(&text.content, is_literal(text, &kind))))
            .or(notes.feed.description),
        language: notes.feed.language.or(feed.language).and_then(|written| language(&written)),
        author: own.or_else(|| names(&feed.contributors, notes.feed.author.as_deref())),
        published: notes.feed.published.or(notes.feed.dated),
        updated: notes.feed.updated.or(notes.feed.dated),
        id: notes.feed.id,
        tags: tags(&feed.categories, notes.feed.tags),
        next: notes.feed.next,
        generator: notes.feed.generator,
        items: Vec::with_capacity(feed.entries.len()),
        incidents: Vec::new(),
    };
    let mut cut = 0;
    for (entry, note) in feed.entries.into_iter().zip(aligned) {
        let mut item = item(entry, note, &kind, base.as_ref());
        if item.author.is_none() {
            item.author.clone_from(&inherited);
        }
        if item.text.len() > MAX_TEXT {
            item.text.truncate(plain::cut_bytes(&item.text, MAX_TEXT).len());
            cut += 1;
        }
        page.items.push(item);
    }
    if cut > 0 {
        page.incidents.push((Code::Partial, format!("{cut} texts were cut at {} kB", MAX_TEXT / 1000)));
    }
    page
}

/// The note of each entry: by place where there are as many of both, else by identifier or address.
fn align(entries: &[Entry], notes: Vec<Note>) -> Vec<Note> {
    if notes.len() == entries.len() {
        return notes;
    }
    let mut by_key: HashMap<String, Note> = HashMap::new();
    for note in notes.into_iter().rev() {
        if let Some(key) = note.id.clone().or_else(|| note.link.clone()) {
            by_key.insert(key, note);
        }
    }
    let key = |entry: &Entry| match entry.links.first() {
        Some(link) if entry.id.is_empty() => link.href.clone(),
        _ => entry.id.trim().to_string(),
    };
    entries.iter().map(|entry| by_key.remove(&key(entry)).unwrap_or_default()).collect()
}

fn item(entry: Entry, note: Note, kind: &FeedType, base: Option<&Url>) -> Item {
    let summary = match &entry.summary {
        Some(text) => some(prose(&text.content, is_literal(text, kind))),
        None => None,
    };
    let summary = summary.or(note.description);
    let (mut html, mut full) = (None, None);
    if let Some((body, media)) = entry.content.and_then(|content| Some((content.body?, content.content_type))) {
        let is_markup = media.as_str().contains("html") || media.as_str().contains("xml");
        if is_markup || *kind != FeedType::JSON && looks_like_html(&body) {
            full = some(markup::text_of(&body));
            html = some(body);
        } else {
            full = some(if *kind == FeedType::JSON { plain::lines(&body) } else { prose(&body, true) });
        }
    }
    let body = html.as_deref().or(entry.summary.as_ref().map(|text| text.content.as_str()).filter(|_| full.is_none()));
    let (own, quoted) = body.filter(|body| quotes(body)).map(markup::own_and_quoted).unwrap_or_default();
    let creators: Vec<Person> =
        entry.authors.iter().filter(|p| p.role.as_deref() == Some("creator")).cloned().collect();
    let link = address(note.link.as_deref(), &entry.links, base);
    Item {
        url: link.or_else(|| note.id.clone().filter(|id| note.id_is_link && is_web(id))),
        author: names(if creators.is_empty() { &entry.authors } else { &creators }, note.author.as_deref()),
        title: entry.title.as_ref().and_then(|text| title(text, kind)).or(note.title),
        published: note.published.or(note.dated).or(note.updated),
        date_suspect: note.no_date,
        updated: note.updated.or(note.dated),
        language: note.language.or(entry.language).and_then(|written| language(&written)),
        // An item that is all quotation is its author's way of showing the post.
        quoted: if own.is_empty() { Vec::new() } else { quoted },
        text: some(own).or(full).or_else(|| summary.clone()).unwrap_or_default(),
        html,
        summary,
        tags: tags(&entry.categories, note.tags),
        id: note.id,
        replies: note.replies,
        views: note.views,
        likes: note.likes,
        rating: note.rating,
        comments_url: note.comments_url.and_then(|url| absolute(&url, base)),
        comments_feed: note.comments_feed.and_then(|url| absolute(&url, base)),
    }
}

/// Whether markup may hold a quotation.
fn quotes(html: &str) -> bool {
    html.contains("<blockquote") || html.contains("<BLOCKQUOTE")
}

/// Text, if there is any.
fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty())
}

/// A language's tag, of which some are written as locales (`fr_FR`).
fn language(written: &str) -> Option<String> {
    some(plain::cut(&plain::line(written), 35).replace('_', "-"))
}

/// Whether the feed says that a text holds no markup. RSS cannot say it.
fn is_literal(text: &Text, kind: &FeedType) -> bool {
    text.content_type.as_str() == "text/plain" && matches!(kind, FeedType::Atom | FeedType::JSON)
}

/// A title on one line.
fn title(text: &Text, kind: &FeedType) -> Option<String> {
    let line = match is_literal(text, kind) {
        true if !text.content.contains("</") => plain::line(&markup::entities(&text.content)),
        _ => plain::line(&markup::text_of(&text.content)),
    };
    some(plain::cut(&line, MAX_LINE).to_string())
}

/// A text that may be markup, whatever the feed says, as plain text. Without any tag, empty lines part paragraphs.
fn prose(text: &str, literal: bool) -> String {
    if text.contains('<') && (!literal || looks_like_html(text)) {
        return markup::text_of(text);
    }
    let decoded = plain::clean(&markup::entities(text));
    let mut paragraphs = String::with_capacity(decoded.len());
    for row in decoded.split("\n\n").map(plain::line).filter(|row| !row.is_empty()) {
        if !paragraphs.is_empty() {
            paragraphs.push('\n');
        }
        paragraphs.push_str(&row);
    }
    paragraphs
}

/// Whether a text that is said to be plain is markup all the same.
fn looks_like_html(text: &str) -> bool {
    text.contains('<') && ["</", "<br", "<p>", "<p ", "<img ", "<hr"].iter().any(|tag| text.contains(tag))
}

/// The names of people, each once.
fn names(people: &[Person], noted: Option<&str>) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for name in people.iter().filter_map(|person| person.name.as_deref()).map(person::name) {
        if !name.is_empty() && !names.contains(&name) && names.len() < 20 {
            names.push(name);
        }
    }
    let joined = if names.is_empty() { noted.map(person::name).unwrap_or_default() } else { names.join(", ") };
    some(plain::cut(&joined, MAX_LINE).to_string())
}

fn tags(categories: &[feed_rs::model::Category], noted: Vec<String>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let mut add = |tag: &str| {
        let tag = plain::line(&markup::text_of(tag));
        if !tag.is_empty() && tags.len() < MAX_TAGS && !tags.contains(&tag) {
            tags.push(plain::cut(&tag, MAX_LINE).to_string());
        }
    };
    for category in categories {
        add(category.label.as_deref().unwrap_or(&category.term));
        category.subcategories.iter().for_each(|below| add(&below.term));
    }
    noted.iter().for_each(|tag| add(tag));
    tags
}

fn is_web(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// An address as written where that is absolute, else resolved; `None` where it does not lead to the web.
fn absolute(url: &str, base: Option<&Url>) -> Option<String> {
    if is_web(url) && !url.contains(char::is_whitespace) {
        return Some(String::from(url));
    }
    let url = match base {
        Some(base) => base.join(url),
        None => Url::parse(url),
    };
    url.ok().filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from)
}

/// The address of an item or a feed: as written where it is absolute, else as the parser resolved it (it knows
/// `xml:base`), else against the page's.
fn address(noted: Option<&str>, links: &[Link], base: Option<&Url>) -> Option<String> {
    if let Some(url) = noted.filter(|url| is_web(url)) {
        return absolute(url, base);
    }
    let alternate = |link: &&Link| link.target.is_none() && link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    // An empty address resolves to the page's own, which is nobody's.
    let own = |link: &&Link| base.is_some_and(|base| link.href == base.as_str());
    let resolved = links.iter().find(alternate).filter(|link| is_web(&link.href) && !own(link));
    resolved.map(|link| link.href.clone()).or_else(|| noted.and_then(|url| absolute(url, base)))
}
