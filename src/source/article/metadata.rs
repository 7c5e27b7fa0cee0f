//! A page's own particulars: each field from the most trustworthy place that states it.

use jiff::Zoned;
use url::{Host, Url};

use super::jsonld::{self, Stated};
use super::outline::{Finds, Outline, What};
use super::when;
use crate::model::Stamp;
use crate::source::site::same_site;
use crate::text::plain;

/// What a page states of itself.
#[derive(Debug, Clone, PartialEq, Default)]
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
    /// The text as JSON-LD gives it.
    pub body: Option<String>,
}

/// Characters of a title that are kept.
const MAX_TITLE: usize = 1_000;

/// Picks every field; `base` is the page's address, `clock` what relative dates count from.
pub fn metadata(outline: &Outline<'_>, base: Option<&str>, clock: Option<&Zoned>) -> Metadata {
    let finds = Finds { all: &outline.finds };
    let stated = jsonld::read(finds.all.iter().filter(|find| find.what == What::JsonLd).map(|find| &*find.value));
    let site = site(&finds, &stated);
    let (author, author_stated) = author(&finds, &stated, site.as_deref());
    Metadata {
        url: address(&finds, &stated, base),
        title: title(&finds, &stated, site.as_deref()),
        author: author.or_else(|| byline(outline)),
        author_stated,
        description: stated
            .description
            .clone()
            .or_else(|| finds.meta(&["og:description", "description", "twitter:description", "dc.description"])),
        language: language(&finds, &stated),
        published: when::published(outline, &stated, base, clock),
        updated: when::updated(&finds, &stated, clock),
        tags: tags(&finds, &stated),
        body: stated.body,
        site,
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

fn title(finds: &Finds<'_>, stated: &Stated, site: Option<&str>) -> Option<String> {
    let headings: Vec<String> =
        finds.each(|what| what == What::Heading1).filter(|h| h.chars().count() > 2).take(9).collect();
    let whole = finds.first(What::Title);
    let named = finds.meta(&["og:title"]).or_else(|| stated.headline.clone());
    // A heading that the title bar repeats is what readers see as the title.
    let repeated = whole.as_deref().and_then(|whole| {
        headings.iter().filter(|h| h.chars().count() > 8 && whole.contains(h.as_str())).max_by_key(|h| h.len()).cloned()
    });
    let title = repeated
        .filter(|heading| Some(heading.as_str()) != site)
        .or_else(|| named.map(|title| without_site(&title, site, false)))
        .or_else(|| finds.props("headline").next())
        .or_else(|| (headings.len() == 1).then(|| headings[0].clone()))
        .or_else(|| finds.meta(&["citation_title", "dc.title", "dcterms.title", "twitter:title", "title"]))
        .or_else(|| whole.map(|title| without_site(&title, site, true)))
        .or_else(|| headings.into_iter().next())?;
    Some(title.chars().take(MAX_TITLE).collect())
}

/// A title without the site's name at its end or beginning; with `guess`, without a short last part that may be one.
fn without_site(title: &str, site: Option<&str>, guess: bool) -> String {
    let title = plain::cut(title, MAX_TITLE);
    const BORDERS: [&str; 9] = [" | ", " - ", " – ", " — ", " · ", " » ", " :: ", " • ", " / "];
    let last = BORDERS.iter().filter_map(|border| title.rfind(border).map(|at| (at, at + border.len()))).max();
    if let Some((end, start)) = last {
        let (head, tail) = (title[..end].trim(), title[start..].trim());
        let is_site =
            site.is_some_and(|site| tail.eq_ignore_ascii_case(site) || tail.contains(site) || site.contains(tail));
        if is_site && !head.is_empty() {
            return without_site(head, site, guess);
        }
        let words = |text: &str| text.split_whitespace().count();
        if guess && words(tail) <= 4 && words(head) > words(tail) {
            return String::from(head);
        }
    }
    let first = BORDERS.iter().filter_map(|border| title.find(border).map(|at| (at, at + border.len()))).min();
    match first {
        Some((end, start)) if site.is_some_and(|site| title[..end].trim().eq_ignore_ascii_case(site)) => {
            String::from(title[start..].trim())
        }
        _ => String::from(title),
    }
}

/// The author that the page states, or else that it shows; and which of both it is.
fn author(finds: &Finds<'_>, stated: &Stated, site: Option<&str>) -> (Option<String>, bool) {
    let person = |name: &String| site.is_none_or(|site| !name.eq_ignore_ascii_case(site));
    let listed = |names: Vec<String>| {
        let mut kept: Vec<String> = Vec::new();
        for name in names.iter().filter_map(|name| as_name(name)).filter(person) {
            if !kept.iter().any(|known| known.eq_ignore_ascii_case(&name) || known.contains(&name)) {
                kept.push(name);
            }
        }
        kept.truncate(10);
        (!kept.is_empty()).then(|| kept.join(", "))
    };
    const METAS: [&str; 12] = [
        "article:author",
        "author",
        "dc.creator",
        "dcterms.creator",
        "dc:creator",
        "citation_author",
        "parsely-author",
        "sailthru.author",
        "byl",
        "article:author_name",
        "og:article:author",
        "twitter:creator_name",
    ];
    let stated = listed(stated.authors.clone())
        .or_else(|| METAS.iter().find_map(|name| listed(finds.metas(name).collect())))
        .or_else(|| listed(finds.props("author").take(4).collect()));
    if stated.is_some() {
        return (stated, true);
    }
    let shown = listed(finds.each(|what| what == What::AuthorLink).take(3).collect())
        .or_else(|| finds.each(|what| what == What::AuthorText).find_map(|text| as_name(&text).filter(person)));
    (shown, false)
}

/// A name from a line below the main heading that says "by": "Par Salma Bennis, le 5 avril 2017".
fn byline(outline: &Outline<'_>) -> Option<String> {
    const BY: [&str; 6] = ["Par ", "Propos recueillis par ", "Écrit par ", "Publié par ", "By ", "بقلم "];
    let below = outline.blocks.get(outline.heading?..)?.iter().skip(1).take(4);
    let line = below.map(|block| outline.text_of(block)).filter(|text| text.chars().count() <= 120);
    line.filter_map(|text| BY.iter().find_map(|by| text.strip_prefix(by))).find_map(|name| {
        let end = [",", " le ", " – ", " - ", " | ", "\n"].iter().filter_map(|end| name.find(end)).min();
        let name = &name[..end.unwrap_or(name.len())];
        // A name is a few words that begin like one.
        let words = name.split_whitespace().count();
        let named = name.chars().next().is_some_and(|first| first.is_uppercase() || !first.is_lowercase());
        as_name(name).filter(|_| named && (1..=5).contains(&words))
    })
}

/// A byline as a name: without "by" and what follows a border; `None` for what is no name.
fn as_name(text: &str) -> Option<String> {
    const BEFORE: [&str; 23] = [
        "written by",
        "posted by",
        "veröffentlicht von",
        "artikel von",
        "article by",
        "story by",
        "article de",
        "rédigé par",
        "proposé par",
        "published by",
        "author:",
        "authors:",
        "autor:",
        "auteur :",
        "auteur:",
        "écrit par",
        "publié par",
        "geschrieben von",
        "by",
        "par",
        "von",
        "por",
        "بقلم",
    ];
    let mut name = text.trim();
    for before in BEFORE {
        if let Some(rest) =
            name.get(..before.len()).filter(|head| head.to_lowercase() == before).map(|_| &name[before.len()..])
            && rest.starts_with([' ', ':'])
        {
            name = rest.trim_start_matches([' ', ':']);
        } else if before.ends_with(':')
            && name.to_lowercase().starts_with(before)
            && name.is_char_boundary(before.len())
        {
            name = name[before.len()..].trim_start();
        }
    }
    let name = name
        .split(['|', '•', '·', '\t', '('])
        .next()
        .unwrap_or(name)
        .trim()
        .trim_end_matches([',', ':', '-', '–', '.', '*'])
        .trim();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let refused = name.contains("://")
        || name.contains("[at]")
        || name.contains('@')
        || name.starts_with("www.")
        || name.contains(".com/");
    let plain = !matches!(
        name.to_lowercase().as_str(),
        "admin"
            | "administrator"
            | "super user"
            | "unknown"
            | "name"
            | "follow"
            | "anonymous"
            | "author"
            | "autor"
            | "auteur"
            | "null"
            | "undefined"
            | "none"
    );
    (letters >= 2
        && digits <= 3
        && letters > digits
        && name.chars().count() <= 80
        && name.split_whitespace().count() <= 10
        && !refused
        && plain)
        .then(|| String::from(name))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_become_names() {
        for (byline, name) in [
            ("Par Salma Bennis", Some("Salma Bennis")),
            ("By: Ann Lee | Staff", Some("Ann Lee")),
            ("بقلم سلمى", Some("سلمى")),
            ("Parvati Rao", Some("Parvati Rao")),
            ("https://x.example/a", None),
            ("admin", None),
            ("12/03/2024", None),
            ("", None),
        ] {
            assert_eq!(as_name(byline).as_deref(), name, "{byline}");
        }
    }

    #[test]
    fn sites_leave_titles() {
        assert_eq!(without_site("Une panne | Le Carnet", Some("Le Carnet"), false), "Une panne");
        assert_eq!(without_site("Le Carnet - Une panne", Some("Le Carnet"), false), "Une panne");
        assert_eq!(without_site("Une panne - et après", Some("Le Carnet"), false), "Une panne - et après");
        assert_eq!(without_site("Tout sur la panne de lundi – Carnet", None, true), "Tout sur la panne de lundi");
    }
}
