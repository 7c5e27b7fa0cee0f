//! `vigie extract`: what one saved feed or page holds, as one JSON object; field names and order are a contract.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use serde::Serialize;

use super::{article, feed, looks_like_html, no_text};
use crate::model::{Code, Quote, Stamp};
use crate::text::charset;

/// One file. Unknown is null or empty; every key is always there.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Extracted {
    /// The argument as given.
    pub file: String,
    /// article, thread, feed, listing or other.
    pub page_kind: &'static str,
    /// The forum or blog engine; not recognised yet.
    pub engine: Option<String>,
    pub url: Option<String>,
    pub id: Option<String>,
    pub link: Option<String>,
    pub title: Option<String>,
    pub site: Option<String>,
    pub language: Option<String>,
    pub author: Option<String>,
    pub description: Option<String>,
    /// With the offset that the page states; the day alone where no more is known.
    pub published: Option<String>,
    pub updated: Option<String>,
    pub tags: Vec<String>,
    /// The main text; null on threads and feeds.
    pub text: Option<String>,
    pub items: Vec<ExtractedItem>,
    pub incidents: Vec<ExtractedIncident>,
}

/// One item of a feed.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ExtractedItem {
    /// entry, post, comment, review.
    pub kind: &'static str,
    pub url: Option<String>,
    pub id: Option<String>,
    pub title: Option<String>,
    pub author: Option<String>,
    pub published: Option<String>,
    pub updated: Option<String>,
    pub text: Option<String>,
    pub html: Option<String>,
    pub summary: Option<String>,
    pub tags: Vec<String>,
    pub quoted: Vec<Quote>,
    pub code: Option<String>,
    pub signature: Option<String>,
    pub replies: Option<u64>,
    pub views: Option<u64>,
    pub comments_url: Option<String>,
    pub comments_count: Option<u64>,
    pub rating: Option<f64>,
}

/// What went wrong with the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExtractedIncident {
    pub code: &'static str,
    pub message: String,
}

impl Extracted {
    /// A file that could not be read at all.
    pub fn failed(file: &str, code: Code, message: &str) -> Extracted {
        let incident = ExtractedIncident { code: code.word(), message: message.to_string() };
        Extracted { file: file.to_string(), page_kind: "other", incidents: vec![incident], ..Extracted::default() }
    }

    /// Whether nothing was had of the file.
    pub fn is_failed(&self) -> bool {
        self.page_kind == "other" && !self.incidents.is_empty()
    }
}

/// Reads the bytes of a saved feed or page. `dated` is what relative dates count from.
pub fn extract(file: &str, bytes: &[u8], content_type: Option<&str>, dated: Option<Timestamp>) -> Extracted {
    catch_unwind(AssertUnwindSafe(|| read(file, bytes, content_type, dated)))
        .unwrap_or_else(|_| Extracted::failed(file, Code::Internal, "a fault of vigie's own while reading"))
}

fn read(file: &str, bytes: &[u8], content_type: Option<&str>, dated: Option<Timestamp>) -> Extracted {
    if let Some((code, message)) = no_text(bytes) {
        return Extracted::failed(file, code, &message);
    }
    let text = charset::decode(bytes, content_type);
    let read = if feed::looks_like_feed(&text) {
        feed::read(&text, None).map(|page| of_feed(file, page))
    } else if looks_like_html(&text) {
        article::read(&text, None, dated).map(|page| of_article(file, page))
    } else {
        Err((Code::Unreadable, String::from("neither a feed nor an HTML page")))
    };
    read.unwrap_or_else(|(code, message)| Extracted::failed(file, code, &message))
}

fn of_article(file: &str, page: article::ArticlePage) -> Extracted {
    let article::ArticlePage { url, title, author, site, description, language, published, updated, tags, text } = page;
    Extracted {
        file: file.to_string(),
        page_kind: "article",
        url,
        title,
        site,
        language,
        author,
        description,
        published: written(published),
        updated: written(updated),
        tags,
        text: Some(text),
        ..Extracted::default()
    }
}

fn of_feed(file: &str, page: feed::FeedPage) -> Extracted {
    let feed::FeedPage { title, link, description, language, author, published, updated, id, tags, items, incidents } =
        page;
    let incident = |(code, message): (Code, String)| ExtractedIncident { code: code.word(), message };
    Extracted {
        file: file.to_string(),
        page_kind: "feed",
        id,
        link,
        site: title.clone(),
        title,
        language,
        author,
        description,
        published: written(published),
        updated: written(updated),
        tags,
        items: items.into_iter().map(item).collect(),
        incidents: incidents.into_iter().map(incident).collect(),
        ..Extracted::default()
    }
}

fn item(item: feed::Item) -> ExtractedItem {
    ExtractedItem {
        kind: "entry",
        url: item.url,
        id: item.id,
        title: item.title,
        author: item.author,
        published: written(item.published),
        updated: written(item.updated),
        text: Some(item.text).filter(|text| !text.is_empty()),
        html: item.html,
        summary: item.summary,
        tags: item.tags,
        quoted: item.quoted.into_iter().map(|text| Quote { author: None, text }).collect(),
        code: None,
        signature: None,
        replies: item.replies,
        views: item.views,
        comments_url: item.comments_url,
        comments_count: item.replies,
        rating: item.rating,
    }
}

fn written(stamp: Option<Stamp>) -> Option<String> {
    stamp.map(|stamp| stamp.written())
}
