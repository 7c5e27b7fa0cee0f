//! A page's own particulars: each field from the most trustworthy place that states it.

use jiff::Timestamp;
use url::Url;

use super::jsonld::{self, Stated};
use super::outline::{Find, Outline, What};
use crate::model::Stamp;
use crate::text::{dates, plain};

/// What a page states of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    pub url: Option<String>,
    pub title: Option<String>,
    pub author: Option<String>,
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

/// Picks every field; `base` is the page's address, `dated` what relative dates count from.
pub fn metadata(outline: &Outline<'_>, base: Option<&str>, dated: Option<Timestamp>) -> Metadata {
    let finds = Finds { all: &outline.finds };
    let stated = jsonld::read(finds.all.iter().filter(|find| find.what == What::JsonLd).map(|find| &*find.value));
    let site = site(&finds, &stated);
    Metadata {
        url: address(&finds, &stated, base),
        title: title(&finds, &stated, site.as_deref()),
        author: author(&finds, &stated, site.as_deref()),
        description: stated
            .description
            .clone()
            .or_else(|| finds.meta(&["og:description", "description", "twitter:description", "dc.description"])),
        language: language(&finds, &stated),
        published: published(&finds, &stated, base, dated),
        updated: updated(&finds, &stated, dated),
        tags: tags(&finds, &stated),
        body: stated.body,
        site,
    }
}

struct Finds<'a> {
    all: &'a [Find<'a>],
}

impl<'a> Finds<'a> {
    /// The first find of that kind that says something.
    fn first(&self, what: What<'_>) -> Option<String> {
        self.each(move |found| found == what).next()
    }

    fn each(&self, is: impl Fn(What<'_>) -> bool) -> impl Iterator<Item = String> {
        self.all.iter().filter(move |find| is(find.what)).map(|find| plain::line(&find.value)).filter(|v| !v.is_empty())
    }

    /// The first of `names`, in their order, that a `<meta>` has.
    fn meta(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.metas(name).next())
    }

    fn metas(&self, name: &str) -> impl Iterator<Item = String> {
        self.each(move |what| matches!(what, What::Meta(found) if found.eq_ignore_ascii_case(name)))
    }

    fn props(&self, name: &'static str) -> impl Iterator<Item = String> {
        self.each(
            move |what| matches!(what, What::Prop(found) if found.split_ascii_whitespace().any(|word| word == name)),
        )
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
        // Some sites give their front page as the canonical address of every page.
        let front = url.path() == "/" && url.query().is_none();
        let fits = matches!(url.scheme(), "http" | "https")
            && !(front && page.as_ref().is_some_and(|page| page.path() != "/"));
        fits.then(|| url.to_string())
    };
    let canonical = finds.first(What::Canonical).and_then(own);
    canonical.or_else(|| finds.meta(&["og:url"]).and_then(own)).or_else(|| stated.url.clone().and_then(own))
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

fn author(finds: &Finds<'_>, stated: &Stated, site: Option<&str>) -> Option<String> {
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
    listed(stated.authors.clone())
        .or_else(|| METAS.iter().find_map(|name| listed(finds.metas(name).collect())))
        .or_else(|| listed(finds.props("author").take(4).collect()))
        .or_else(|| listed(finds.each(|what| what == What::AuthorLink).take(3).collect()))
        .or_else(|| finds.each(|what| what == What::AuthorText).find_map(|text| as_name(&text).filter(person)))
}

/// A byline as a name: without "by" and what follows a border; `None` for what is no name.
fn as_name(text: &str) -> Option<String> {
    const BEFORE: [&str; 16] = [
        "written by",
        "posted by",
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
        .trim_end_matches([',', ':', '-', '–', '.'])
        .trim();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let refused = name.contains("://") || name.contains('@') || name.starts_with("www.") || name.contains(".com/");
    let plain = !matches!(
        name.to_lowercase().as_str(),
        "admin" | "administrator" | "author" | "autor" | "auteur" | "null" | "undefined" | "none"
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

fn published(finds: &Finds<'_>, stated: &Stated, base: Option<&str>, dated: Option<Timestamp>) -> Option<Stamp> {
    const METAS: [&str; 22] = [
        "article:published_time",
        "og:article:published_time",
        "og:published_time",
        "article:published",
        "parsely-pub-date",
        "sailthru.date",
        "citation_publication_date",
        "citation_date",
        "dc.date.issued",
        "dcterms.issued",
        "dcterms.created",
        "dc.date.created",
        "dc.date",
        "dc:date",
        "dcterms.date",
        "pubdate",
        "publishdate",
        "publish-date",
        "publication_date",
        "article.published",
        "date",
        "datepublished",
    ];
    let read = |text: String| dates::parse(&text, dated);
    stated
        .published
        .clone()
        .and_then(read)
        .or_else(|| METAS.iter().find_map(|name| finds.metas(name).find_map(read)))
        .or_else(|| finds.props("datePublished").find_map(read))
        .or_else(|| finds.props("dateCreated").find_map(read))
        .or_else(|| finds.each(|what| matches!(what, What::Time { updated: false, marked: true })).find_map(read))
        .or_else(|| finds.each(|what| matches!(what, What::Time { updated: false, .. })).find_map(read))
        .or_else(|| finds.each(|what| matches!(what, What::DateText { updated: false })).take(12).find_map(read))
        .or_else(|| address_date(finds, base).and_then(read))
}

fn updated(finds: &Finds<'_>, stated: &Stated, dated: Option<Timestamp>) -> Option<Stamp> {
    const METAS: [&str; 7] = [
        "article:modified_time",
        "og:article:modified_time",
        "og:updated_time",
        "article:modified",
        "dcterms.modified",
        "dc.date.modified",
        "last-modified",
    ];
    let read = |text: String| dates::parse(&text, dated);
    stated
        .modified
        .clone()
        .and_then(read)
        .or_else(|| METAS.iter().find_map(|name| finds.metas(name).find_map(read)))
        .or_else(|| finds.props("dateModified").find_map(read))
        .or_else(|| finds.each(|what| matches!(what, What::Time { updated: true, .. })).find_map(read))
}

/// The day that the address names, as in `/2024/05/17/`.
fn address_date(finds: &Finds<'_>, base: Option<&str>) -> Option<String> {
    let address = finds.first(What::Canonical).or_else(|| base.map(String::from))?;
    let parts: Vec<&str> = address.split(['/', '-', '?', '#']).collect();
    let number = |text: &str, length: usize, range: std::ops::RangeInclusive<u16>| {
        (text.len() <= length && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u16>().ok())
            .flatten()
            .filter(|n| range.contains(n))
    };
    parts.windows(3).find_map(|three| {
        let year = number(three[0], 4, 1995..=2100)?;
        let month = number(three[1], 2, 1..=12)?;
        let day = number(three[2], 2, 1..=31)?;
        Some(format!("{year}-{month:02}-{day:02}"))
    })
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
