//! A page of HTML, parsed once for all its readers, and what its head says to programs.

use std::sync::LazyLock;

use jiff::{Zoned, tz::TimeZone};
use memchr::memmem;
use scraper::{Element, ElementRef, Html, Selector};

use url::Url;

use super::Problem;
use super::comments::Embedded;
use super::site::same_site;
use crate::model::{Code, Page, Reserved};
use crate::text::{dom, urls};

/// Feeds that are looked at on one page.
const MAX_FEEDS: usize = 40;

/// A parsed page.
pub struct HtmlPage {
    pub tree: Html,
    /// The address that relative links count from; `None` of a file.
    pub base: Option<String>,
    pub head: Head,
    /// It tells those without scripts that it needs them.
    pub needs_script: bool,
    /// What relative dates count from, in the zone of the page's days.
    pub clock: Option<Zoned>,
}

/// What the head of a page says to programs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    pub feeds: Vec<Link>,
    /// The software that made the page, as it names itself.
    pub generator: String,
    /// `og:type`.
    pub kind: String,
    /// The page says that it is an article, to whoever shares or indexes it.
    pub says_article: bool,
    /// Words of the body's class attribute.
    pub body_class: String,
    pub reserved: Reserved,
    /// The next page of the same list or thread.
    pub next: Option<String>,
    /// Where scripts have comments from.
    pub embedded: Embedded,
}

/// A feed that a page names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Absolute.
    pub url: String,
    pub title: String,
}

/// The selector of a constant that is known to be one.
pub fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|_| unreachable!("{css} is a selector"))
}

impl HtmlPage {
    /// Parses a decoded page. `zone` is that of its days.
    pub fn new(html: &str, page: &Page, zone: &TimeZone) -> Result<HtmlPage, Problem> {
        let tree = dom::parse(html).map_err(|refused| match refused {
            dom::Refused::TooMany => (Code::TooLarge, refused.to_string()),
            dom::Refused::TooDeep => (Code::TooDeep, refused.to_string()),
            dom::Refused::TooLong => (Code::Timeout, refused.to_string()),
        })?;
        let own = page.url.starts_with("http").then(|| page.url.clone());
        let base = base(&tree, own.as_deref()).or(own);
        let head = Head { embedded: Embedded::find(html), ..head(&tree, base.as_deref()) };
        let clock = page.dated.map(|at| match page.offset {
            Some(offset) => at.to_zoned(TimeZone::fixed(offset)),
            None => at.to_zoned(zone.clone()),
        });
        Ok(HtmlPage { tree, base, head, needs_script: needs_script(html), clock })
    }

    /// A link as an absolute address.
    pub fn join(&self, href: &str) -> Option<String> {
        urls::join(self.base.as_deref()?, href)
    }

    /// Whether an address is of the page's own site.
    pub fn is_of_site(&self, url: &str) -> bool {
        let own = self.base.as_deref().and_then(|base| Url::parse(base).ok());
        own.zip(Url::parse(url).ok()).is_some_and(|(own, url)| same_site(&own, &url))
    }

    /// Whether the page shows its text to those who know a word.
    pub fn asks_for_password(&self) -> bool {
        static FORM: LazyLock<Selector> = LazyLock::new(|| selector("form.post-password-form"));
        self.first(&FORM).is_some()
    }

    /// The first element that matches.
    pub fn first(&self, selector: &Selector) -> Option<ElementRef<'_>> {
        self.tree.select(selector).next()
    }
}

/// Whether a short `<noscript>`, of which the tree holds none, asks for scripts.
fn needs_script(html: &str) -> bool {
    let asks = |at: usize| {
        let inside = &html[at..html.floor_char_boundary(at + 800)];
        let inside = inside.split("</noscript").next().unwrap_or(inside).to_lowercase();
        inside.contains("javascript") || inside.contains("جافا سكريبت")
    };
    memmem::find_iter(html.as_bytes(), "<noscript").take(8).any(asks)
}

/// Bytes of the address that a page's links count from, which becomes part of every one of them.
const LONGEST_BASE: usize = 2_048;

fn base(tree: &Html, own: Option<&str>) -> Option<String> {
    static BASE: LazyLock<Selector> = LazyLock::new(|| selector("base[href]"));
    let href = tree.select(&BASE).next()?.value().attr("href").filter(|href| href.len() <= LONGEST_BASE)?;
    match own {
        // Links of a page cannot count from another site.
        Some(own) => urls::join(own, href).filter(|base| {
            Url::parse(own).ok().zip(Url::parse(base).ok()).is_some_and(|(own, base)| same_site(&own, &base))
        }),
        None => urls::host(href).map(|_| String::from(href)),
    }
}

fn head(tree: &Html, base: Option<&str>) -> Head {
    static ASKED: LazyLock<Selector> =
        LazyLock::new(|| selector("meta, link, body, script[type='application/ld+json']"));
    let mut head = Head::default();
    for element in tree.select(&ASKED) {
        let attr = |name: &str| element.value().attr(name).unwrap_or_default();
        match element.value().name() {
            "meta" => meta(&mut head, attr("name"), attr("property"), attr("content")),
            "link" => {
                let rel = attr("rel").to_ascii_lowercase();
                let has = |word: &str| rel.split_ascii_whitespace().any(|rel| rel == word);
                let to = || base.and_then(|base| urls::join(base, attr("href")));
                if has("alternate") && is_feed(attr("type")) && head.feeds.len() < MAX_FEEDS {
                    head.feeds.extend(to().map(|url| Link { url, title: attr("title").into() }));
                } else if has("next") && head.next.is_none() {
                    head.next = to();
                }
            }
            "script" => head.says_article |= element.text().any(describes_article),
            // Only the outermost body is one.
            _ if head.body_class.is_empty() => {
                let parent = element.parent_element().is_some_and(|parent| parent.value().name() == "html");
                if parent {
                    head.body_class = attr("class").to_ascii_lowercase();
                }
            }
            _ => {}
        }
    }
    head
}

/// Whether JSON-LD describes an article, and no list of them.
fn describes_article(json: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| json.contains(word));
    has(&["Article\"", "\"BlogPosting\""]) && !has(&["\"ItemList\"", "\"CollectionPage\"", "\"Blog\"", "\"blogPost\""])
}

fn meta(head: &mut Head, name: &str, property: &str, content: &str) {
    match name.to_ascii_lowercase().as_str() {
        "generator" if head.generator.is_empty() => head.generator = content.into(),
        "robots" | "vigie" => {
            for word in content.to_ascii_lowercase().split([',', ';', ' ', '\n', '\t']) {
                head.reserved = head.reserved.or(Reserved::of_directive(word));
            }
        }
        "tdm-reservation" => head.reserved.mining |= content.trim() == "1",
        _ if property.to_ascii_lowercase().starts_with("article:published") => head.says_article = true,
        _ if property.eq_ignore_ascii_case("og:type") && head.kind.is_empty() => {
            head.kind = content.trim().to_ascii_lowercase();
        }
        _ => {}
    }
}

fn is_feed(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    ["rss", "atom", "rdf+xml", "feed+json"].iter().any(|kind| media.contains(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> HtmlPage {
        let page = Page { url: "https://b.example/a/".into(), ..Page::default() };
        HtmlPage::new(html, &page, &TimeZone::UTC).unwrap()
    }

    #[test]
    fn the_head_tells_of_feeds_software_and_what_comes_next() {
        let page = page(
            "<html><head><base href='/x/'><meta name=Generator content='WordPress 6.1'><meta property=og:type content=Website>\
             <link rel='alternate' type='application/rss+xml' title='Flux' href='feed/'><link rel=alternate hreflang=en href=/en/>\
             <link rel=next href='page/2/'></head><body class='Home blog'><p>x",
        );
        assert_eq!(page.head.feeds, [Link { url: "https://b.example/x/feed/".into(), title: "Flux".into() }]);
        assert_eq!((page.head.generator.as_str(), page.head.kind.as_str()), ("WordPress 6.1", "website"));
        assert_eq!(page.head.body_class, "home blog");
        assert_eq!(page.head.next.as_deref(), Some("https://b.example/x/page/2/"));
        assert_eq!(page.join("../y#p1").as_deref(), Some("https://b.example/y#p1"));
    }

    #[test]
    fn fault_53_a_page_reserves_itself_in_its_head() {
        let of = |meta: &str| page(&format!("<head>{meta}</head><p>x")).head.reserved;
        assert_eq!(of("<meta name=ROBOTS content='NoIndex,follow'>"), Reserved { index: true, ..Reserved::default() });
        assert!(of("<meta name=robots content='noarchive nofollow'>").archive);
        assert!(of("<meta name='tdm-reservation' content=1>").mining);
        assert!(of("<meta name=vigie content=none>").follow);
        for open in ["<meta name=googlebot content=noindex>", "<meta name=tdm-reservation content=0>", ""] {
            assert_eq!(of(open), Reserved::default(), "{open}");
        }
    }
}
