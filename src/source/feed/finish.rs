//! A draft made an item or a feed: which of its texts, names, dates and addresses count, as plain text.

use std::borrow::Cow;
use std::cmp::Reverse;

use url::Url;

use super::draft::Draft;
use super::held::{Held, Kind};
use super::{FeedPage, Item, MAX_ITEMS, MAX_LINE, MAX_TEXT};
use crate::model::Code;
use crate::text::{markup, plain};

/// Tags of one item that are kept.
const MAX_TAGS: usize = 100;

/// What a feed is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// RSS and all that is made from it: nothing says whether a text is markup.
    Rss,
    /// A text is none unless it says so.
    Atom,
    Json,
}

/// An item out of its draft.
pub fn item(draft: Draft, dialect: Dialect) -> Item {
    let author = draft.author();
    let Draft { description, mut summary, mut content, other_description, title, other_title, .. } = draft;
    if let Some(text) = description.filter(|text| !text.is_blank()) {
        // Where both are written, and nothing fuller, the summary is one of the description.
        let (has_content, has_summary) = (content.as_ref().is_some_and(said), summary.as_ref().is_some_and(said));
        if has_summary && !has_content {
            content = Some(text);
        } else {
            summary = Some(text);
        }
    }
    let summary = summary.filter(said).or(other_description);
    let (mut html, mut full) = (None, None);
    if let Some(held) = content.filter(said) {
        let is_markup = draft.encoded || held.kind == Kind::Html;
        if held.kind == Kind::Lines {
            full = some(plain::lines(&held.text));
        } else if is_markup || dialect != Dialect::Json && looks_like_html(&held.text) {
            full = some(markup::text_of(&held.text));
            html = some(trimmed(held.text));
        } else {
            full = some(prose(&held.text, is_literal(&held, dialect)));
        }
    }
    let of_summary = summary.as_ref().filter(|_| full.is_none()).map(|held| &*held.text);
    let body = html.as_deref().or(of_summary);
    let (own, quoted) = body.filter(|body| quotes(body)).map(markup::own_and_quoted).unwrap_or_default();
    let summary = summary.and_then(|held| some(prose(&held.text, is_literal(&held, dialect))));
    let address = draft.original.or(draft.link).or(draft.alternate).or(draft.other_alternate);
    Item {
        url: address.or_else(|| draft.id.clone().filter(|id| draft.id_is_link && is_web(id))),
        author: author.map(short),
        title: title
            .and_then(|held| line(&held, dialect))
            .or_else(|| other_title.and_then(|held| line(&held, dialect))),
        published: draft.published.or(draft.dated).or(draft.updated),
        date_suspect: draft.no_date && draft.published.is_none(),
        updated: draft.updated.or(draft.dated),
        language: draft.language.and_then(|written| language(&written)),
        // An item that is all quotation is its author's way of showing the post.
        quoted: if own.is_empty() { Vec::new() } else { quoted },
        text: some(own).or(full).or_else(|| summary.clone()).unwrap_or_default(),
        html,
        summary,
        tags: tags(draft.tags),
        id: draft.id,
        replies: draft.replies,
        views: draft.views,
        likes: draft.likes,
        rating: draft.rating,
        comments_url: draft.comments_url,
        comments_feed: draft.comments_feed,
        answers: draft.answers,
        publisher: draft.publisher.map(short),
    }
}

/// A feed out of its draft and its items.
pub fn page(draft: Draft, mut items: Vec<Item>, dialect: Dialect) -> FeedPage {
    let author = draft.author().map(short);
    if let Some(author) = author.as_ref().filter(|_| dialect != Dialect::Rss) {
        // Of Atom and JSON Feed who wrote the feed wrote its items.
        items.iter_mut().filter(|item| item.author.is_none()).for_each(|item| item.author = Some(author.clone()));
    }
    let mut cut = 0;
    for item in items.iter_mut().filter(|item| item.text.len() > MAX_TEXT) {
        item.text.truncate(plain::cut_bytes(&item.text, MAX_TEXT).len());
        cut += 1;
    }
    let mut incidents = Vec::new();
    if cut > 0 {
        incidents.push((Code::Partial, format!("{cut} texts were cut at {} kB", MAX_TEXT / 1000)));
    }
    let text = |held: Option<Held>| held.and_then(|held| some(prose(&held.text, is_literal(&held, dialect))));
    let title = |held: Option<Held>| held.and_then(|held| line(&held, dialect));
    FeedPage {
        title: title(draft.title).or_else(|| title(draft.other_title)),
        link: draft.link.or(draft.alternate).or(draft.other_alternate),
        description: text(draft.description).or_else(|| text(draft.summary)).or_else(|| text(draft.other_description)),
        language: draft.language.and_then(|written| language(&written)),
        author,
        published: draft.published.or(draft.dated),
        updated: draft.updated.or(draft.dated),
        id: draft.id,
        tags: tags(draft.tags),
        next: draft.next,
        generator: draft.generator,
        items,
        incidents,
    }
}

/// Keeps the newest items, in their order; undated ones count as older than dated ones, and of equals the first are kept.
pub fn keep_newest(items: &mut Vec<(usize, Item)>) {
    let date = |item: &Item| item.published.or(item.updated).and_then(|stamp| stamp.instant(&jiff::tz::TimeZone::UTC));
    items.sort_by_cached_key(|(place, item)| (Reverse(date(item)), *place));
    items.truncate(MAX_ITEMS);
    items.sort_by_key(|(place, _)| *place);
}

fn said(held: &Held) -> bool {
    !held.is_blank()
}

/// Whether markup may hold a quotation.
fn quotes(html: &str) -> bool {
    html.contains("<blockquote") || html.contains("<BLOCKQUOTE")
}

/// Markup without white space around it.
fn trimmed(html: Cow<str>) -> String {
    match html.trim() {
        inner if inner.len() < html.len() => String::from(inner),
        _ => html.into_owned(),
    }
}

/// Text, if there is any.
fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty())
}

fn short(mut line: String) -> String {
    line.truncate(plain::cut(&line, MAX_LINE).len());
    line
}

/// A language's tag, of which some are written as locales (`fr_FR`).
fn language(written: &str) -> Option<String> {
    some(plain::cut(&plain::line(written), 35).replace('_', "-"))
}

/// Whether the feed says that a text holds no markup. RSS cannot say it.
fn is_literal(held: &Held, dialect: Dialect) -> bool {
    held.kind == Kind::Lines || dialect != Dialect::Rss && held.kind != Kind::Html
}

/// A title on one line.
fn line(held: &Held, dialect: Dialect) -> Option<String> {
    let text = &held.text;
    let line = match is_literal(held, dialect) {
        true if !text.contains("</") => plain::line(&markup::entities(text)),
        _ if text.contains('<') => plain::line(&markup::text_of(text)),
        _ => plain::line(&markup::entities(text)),
    };
    some(line).map(short)
}

/// A text that may be markup, whatever the feed says, as plain text. Without any tag, empty lines part paragraphs.
fn prose(text: &str, literal: bool) -> String {
    if text.contains('<') && (!literal || looks_like_html(text)) {
        return markup::text_of(text);
    }
    let decoded = markup::entities(text);
    if is_escaped_twice(text) {
        return markup::text_of(&decoded);
    }
    let decoded = plain::clean(&decoded);
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

/// Whether a text without a tag begins with an escaped one and has more of them: some software escapes twice.
fn is_escaped_twice(text: &str) -> bool {
    let begins = text.trim_ascii_start().strip_prefix("&lt;").and_then(|rest| rest.bytes().next());
    begins.is_some_and(|b| b.is_ascii_alphabetic()) && (text.contains("&lt;/") || text.contains("/&gt;"))
}

fn tags(noted: Vec<String>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::with_capacity(noted.len().min(MAX_TAGS));
    for tag in noted {
        let tag = match tag.contains(['<', '&']) {
            true => Cow::Owned(plain::line(&markup::text_of(&tag))),
            false => Cow::Borrowed(&*tag),
        };
        let tag = plain::cut(&tag, MAX_LINE);
        if !tag.is_empty() && tags.len() < MAX_TAGS && !tags.iter().any(|known| known == tag) {
            tags.push(String::from(tag));
        }
    }
    tags
}

fn is_web(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// An address as written where that is absolute, else resolved; `None` where it does not lead to the web, or only to
/// where it was written.
pub fn absolute(url: &str, base: Option<&Url>) -> Option<String> {
    if is_web(url) && !url.contains(char::is_whitespace) {
        return Some(String::from(url));
    }
    let resolved = match base {
        Some(base) => base.join(url).ok().filter(|resolved| resolved != base || url.contains('/')),
        None => Url::parse(url).ok(),
    };
    resolved.filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from)
}
