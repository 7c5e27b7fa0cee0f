//! A page's own particulars: each field from the most trustworthy place that states it.

use jiff::Zoned;
use url::{Host, Url};

use super::body::Likeness;
use super::jsonld::{self, Stated};
use super::outline::{Finds, Outline, What};
use super::title;
use super::when;
use super::who;
use crate::model::Stamp;
use crate::source::site::same_site;
use crate::text::plain;

/// What a page states of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    pub url: Option<String>,
    pub title: Option<String>,
    pub author: Option<String>,
    /// Whether the page states its author, and does not only show a name.
    pub author_stated: bool,
    pub site: Option<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub published: Option<Stamp>,
    pub updated: Option<Stamp>,
    pub tags: Vec<String>,
    pub likeness: Likeness,
    /// All that its JSON-LD says.
    pub stated: Stated,
}

/// Picks every field; `base` is the page's address, `clock` what relative dates count from.
pub fn metadata(outline: &Outline<'_>, base: Option<&str>, clock: Option<&Zoned>) -> Metadata {
    let finds = Finds { all: &outline.finds };
    let stated = jsonld::read(finds.all.iter().filter(|find| find.what == What::JsonLd).map(|find| &*find.value));
    let site = site(&finds, &stated);
    let (author, author_stated) = who::author(&finds, &stated, site.as_deref());
    let title = title::title(&finds, &stated, site.as_deref());
    // What stands beside the title is of the page, not of what it leads to.
    let heading = title.as_deref().and_then(|title| outline.place_of(title)).or(outline.heading);
    let author = author.or_else(|| who::byline(outline, heading));
    let published = when::published(outline, heading, &stated, base, clock);
    let is_article =
        stated.is_article || finds.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"));
    let likeness = match is_article {
        true => Likeness::Stated,
        false if author.is_some() || published.is_some() => Likeness::Signed,
        false => Likeness::Unsaid,
    };
    Metadata {
        likeness,
        url: address(&finds, &stated, base),
        author,
        author_stated,
        title,
        description: stated
            .description
            .clone()
            .or_else(|| finds.meta(&["og:description", "description", "twitter:description", "dc.description"])),
        language: language(&finds, &stated),
        published,
        updated: when::updated(&finds, &stated, clock),
        tags: tags(&finds, &stated),
        site,
        stated,
    }
}

fn site(finds: &Finds<'_>, stated: &Stated) -> Option<String> {
    finds.meta(&["og:site_name"]).or_else(|| stated.site.clone()).or_else(|| finds.meta(&["application-name"]))
}

fn address(finds: &Finds<'_>, stated: &Stated, base: Option<&str>) -> Option<String> {
    let page = base.and_then(|base| Url::parse(base).ok());
    let base = match (finds.first(What::Base), &page) {
        (Some(href), Some(page)) => page.join(&href).ok(),
        (Some(href), None) => Url::parse(&href).ok(),
        (None, page) => page.clone(),
    };
    let own = |link: String| {
        let url = match &base {
            Some(base) => base.join(&link).ok()?,
            None => Url::parse(&link).ok()?,
        };
        // Nobody speaks for the pages of another site, but for a copy of it on this machine.
        let ours = page.as_ref().is_none_or(|page| same_site(page, &url) || is_here(page));
        let fits =
            matches!(url.scheme(), "http" | "https") && ours && !page.as_ref().is_some_and(|page| leads_up(page, &url));
        fits.then(|| url.to_string())
    };
    let canonical = finds.first(What::Canonical).and_then(own);
    canonical.or_else(|| finds.meta(&["og:url"]).and_then(own)).or_else(|| stated.url.clone().and_then(own))
}

/// Whether `canonical` is a front page or a list above `page`, as some sites give it for every page of theirs: shorter, not in
/// the words of a title, and no part of the page's own address.
fn leads_up(page: &Url, canonical: &Url) -> bool {
    let parts = |url: &Url| -> Vec<String> {
        let parts = url.path().split('/').filter(|part| !part.is_empty());
        parts.map(|part| part.to_ascii_lowercase().replace('_', "-")).collect()
    };
    let (own, said) = (parts(page), parts(canonical));
    let last = said.last().map(String::as_str).unwrap_or_default();
    let last = [".php", ".html", ".htm", ".aspx"].iter().find_map(|end| last.strip_suffix(end)).unwrap_or(last);
    let is_title = last.contains(|c: char| c.is_ascii_digit()) || last.matches('-').count() >= 2;
    let within = |part: &String| part == last || last.len() >= 4 && format!("-{part}-").contains(&format!("-{last}-"));
    let is_front = matches!(last, "" | "index" | "home" | "accueil" | "default");
    let is_own = !is_front && own.iter().any(within);
    canonical.query().is_none() && said.len() < own.len() && !is_title && !is_own
}

/// Whether an address is of this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn language(finds: &Finds<'_>, stated: &Stated) -> Option<String> {
    let found = finds
        .first(What::Language)
        .or_else(|| finds.meta(&["og:locale", "content-language", "dc.language", "language"]))
        .or_else(|| stated.language.clone())?;
    let tag = found.split([',', ';', ' ']).next().unwrap_or_default().replace('_', "-");
    let fits = (2..=12).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (fits && tag.as_bytes()[..2].iter().all(u8::is_ascii_alphabetic)).then_some(tag)
}

fn tags(finds: &Finds<'_>, stated: &Stated) -> Vec<String> {
    let split = |text: String| text.split([',', ';']).map(plain::line).filter(|t| !t.is_empty()).collect::<Vec<_>>();
    let mut tags: Vec<String> = finds.metas("article:tag").flat_map(split).collect();
    if tags.is_empty() {
        tags = stated.tags.clone();
    }
    if tags.is_empty() {
        tags = finds.each(|what| what == What::Tag).collect();
    }
    if tags.is_empty() {
        tags = finds.meta(&["news_keywords", "keywords"]).map(split).unwrap_or_default();
    }
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| tag.chars().count() <= 100 && seen.insert(tag.to_lowercase()));
    tags.truncate(50);
    tags
}
