//! A page of an article: its main text without what surrounds it, and what the page says of itself.

mod body;
mod hints;
mod jsonld;
mod metadata;
mod outline;

use jiff::Timestamp;

use crate::model::{Code, Entry, Kind, Stamp};
use crate::text::{dom, plain};

/// Bytes of text that an entry keeps.
const MAX_TEXT: usize = 100_000;

/// An article as its page gives it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArticlePage {
    /// The page's canonical address, absolute.
    pub url: Option<String>,
    pub title: Option<String>,
    /// Names, separated by `, `.
    pub author: Option<String>,
    pub site: Option<String>,
    pub description: Option<String>,
    /// BCP 47, as the page claims.
    pub language: Option<String>,
    pub published: Option<Stamp>,
    pub updated: Option<Stamp>,
    pub tags: Vec<String>,
    /// Paragraphs on lines of their own; readers' comments are not in it.
    pub text: String,
}

/// Reads a page of HTML. `base` is its address, `dated` what its relative dates count from.
pub fn read(html: &str, base: Option<&str>, dated: Option<Timestamp>) -> Result<ArticlePage, (Code, String)> {
    let tree = dom::parse(html).map_err(|deep| (Code::TooDeep, deep.to_string()))?;
    let outline = outline::outline(&tree);
    let meta = metadata::metadata(&outline, base, dated);
    let mut text = body::main_text(&outline, meta.title.as_deref());
    if let Some(body) = meta.body.filter(|body| text.len() < 200 && body.len() > 2 * text.len()) {
        text = body;
    }
    let text = plain::clean(&text);
    if text.trim().is_empty() {
        return Err((Code::Unreadable, String::from("nothing readable on the page")));
    }
    Ok(ArticlePage {
        url: meta.url,
        title: meta.title,
        author: meta.author,
        site: meta.site,
        description: meta.description,
        language: meta.language,
        published: meta.published,
        updated: meta.updated,
        tags: meta.tags,
        text,
    })
}

/// The entry of an article; `None` where there is nothing to say. `fallback_url` is the address that the page came from.
pub fn entry(page: &ArticlePage, fallback_url: Option<&str>) -> Option<Entry> {
    let url = page.url.clone().or_else(|| fallback_url.map(String::from));
    let has_title = page.title.as_deref().is_some_and(|title| !title.is_empty());
    (has_title || !page.text.is_empty()).then(|| Entry {
        kind: Kind::Article,
        permanent: url.is_some(),
        url,
        title: page.title.clone(),
        author: page.author.clone(),
        published: page.published,
        updated: page.updated,
        language: page.language.clone(),
        text: String::from(&page.text[..page.text.floor_char_boundary(MAX_TEXT)]),
        tags: page.tags.clone(),
        ..Entry::default()
    })
}
