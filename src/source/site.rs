//! Blogs and news sites: what a page of theirs is, and where their articles are.

use std::collections::HashSet;
use std::sync::LazyLock;

use scraper::{Element, ElementRef, Selector};
use url::Url;

use super::feed::FeedPage;
use super::html::{HtmlPage, selector};
use super::words::{brief_text, plain_text};
use crate::model::{Page, Request, Role, Stamp, Step, Told};
use crate::text::{dates, effort, urls};

/// Articles that one list page leads to.
const MOST: usize = 200;

/// Feeds of categories that one front page leads to.
const MOST_FEEDS: usize = 30;

/// Parts of addresses of lists, forms and notices, which are no articles.
const NO_ARTICLE: [&str; 34] = [
    "tag",
    "tags",
    "category",
    "categories",
    "categorie",
    "rubrique",
    "author",
    "auteur",
    "page",
    "feed",
    "search",
    "recherche",
    "login",
    "wp-login.php",
    "wp-admin",
    "register",
    "cart",
    "panier",
    "account",
    "a-propos",
    "apropos",
    "about",
    "contact",
    "mentions-legales",
    "legal",
    "privacy",
    "confidentialite",
    "cgu",
    "cgv",
    "terms",
    "archives",
    "archive",
    "newsletter",
    "sitemap",
];

/// What a page of a site is to its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// A front page, or another list of articles.
    Front,
    Article,
}

/// What a page that nobody described is: a front page by its address, by what it says, or by the headings that lead on.
pub fn view(html: &HtmlPage) -> View {
    let path = html.base.as_deref().and_then(|base| Url::parse(base).ok()).map(|url| {
        (url.path().trim_matches('/').to_ascii_lowercase(), url.query().is_some_and(|query| !query.is_empty()))
    });
    let Some((path, asks)) = path else { return View::Article };
    let root = !asks && matches!(path.as_str(), "" | "index.html" | "index.htm" | "index.php" | "home" | "accueil");
    let is = |word: &str| html.head.body_class.split_ascii_whitespace().any(|class| class == word);
    let lists = ["home", "blog", "archive", "category", "tag", "paged"].iter().any(|word| is(word));
    let single = ["single", "single-post", "page-template", "postid"].iter().any(|word| is(word));
    if root {
        return View::Front;
    }
    if single || html.head.kind == "article" || html.head.says_article {
        return View::Article;
    }
    let leads = || links(html).named.len();
    let is_list = match html.head.kind.as_str() {
        _ if lists => true,
        "website" | "blog" => leads() >= 2,
        _ => leads() >= 4 && prose(html) < MUCH_PROSE,
    };
    if is_list { View::Front } else { View::Article }
}

/// Characters of paragraphs without links, of which no list has so many.
const MUCH_PROSE: usize = 1_500;

fn prose(html: &HtmlPage) -> usize {
    static TEXT: LazyLock<Selector> = LazyLock::new(|| selector("p"));
    let alone = |paragraph: &ElementRef<'_>| {
        !paragraph.descendants().filter_map(ElementRef::wrap).any(|e| e.value().name() == "a")
    };
    let texts = html.tree.select(&TEXT).filter(alone).map(|paragraph| plain_text(paragraph).chars().count());
    // Teasers are short.
    texts.filter(|length| *length > 200).sum()
}

/// Whether a page that nobody called an article is one: it says so, or does not deny it and is signed or dated.
pub fn is_article(html: &HtmlPage, entry: &crate::model::Entry) -> bool {
    let kind = html.head.kind.as_str();
    kind == "article"
        || view(html) == View::Article && kind.is_empty() && (entry.published.is_some() || entry.author.is_some())
}

/// Where the articles of a site are, by its front page: its feeds, else its sitemaps and the front page's own links.
pub fn seeds(html: &HtmlPage, page: &Page) -> Vec<Request> {
    let mut follow = Vec::new();
    let comments = |link: &&super::html::Link| is_of_comments(&link.url, &link.title);
    let feeds = &html.head.feeds;
    // The first is the site's own; the same in another form comes after it.
    if let Some(main) = feeds.iter().find(|link| !comments(link)) {
        // It shows the newest alone; older ones may be on the next pages of what the front page shows.
        let list = next_of_list(html);
        let more = list.iter().flat_map(|_| of_categories(html, &main.url)).collect();
        let told = Told { list, feeds: more, ..Told::default() };
        follow.push(Request { first: true, told, ..Request::new(&*main.url, Role::Feed) });
        follow.extend(feeds.iter().find(comments).map(|link| Request::new(&*link.url, Role::Feed)));
        return follow;
    }
    // They tell more of the articles than the front page does.
    let sitemaps = html.base.iter().flat_map(|base| sitemaps(base, page));
    follow.extend(sitemaps.map(|request| Request { first: true, ..request }));
    follow.extend(listed(html));
    follow
}

/// The feeds of the categories that a front page of PluXml links to: their names end those of its feeds.
fn of_categories(html: &HtmlPage, feed: &str) -> Vec<String> {
    static LINKS: LazyLock<Selector> = LazyLock::new(|| selector("a[href*='categorie']"));
    let category = |link: ElementRef<'_>| {
        let (_, rest) = link.value().attr("href")?.split('#').next()?.rsplit_once("categorie")?;
        let digits = rest.split('/').next().filter(|number| !number.is_empty())?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| format!("{feed}/categorie{rest}"))
    };
    let is_pluxml = feed.ends_with("feed.php?rss") || feed.ends_with("/feed/rss");
    let mut feeds: Vec<String> = html.tree.select(&LINKS).filter(|_| is_pluxml).filter_map(category).collect();
    feeds.sort();
    feeds.dedup();
    feeds.truncate(MOST_FEEDS);
    feeds
}

/// The sitemaps of a site: those that its robots.txt names, else where one is usually found.
pub fn sitemaps(base: &str, page: &Page) -> Vec<Request> {
    let named: Vec<String> = page.sitemaps.iter().filter_map(|named| urls::join(base, named)).collect();
    if named.is_empty() {
        let guess = urls::join(base, "/sitemap.xml");
        return guess.map(|url| Request { guess: true, ..Request::new(url, Role::Sitemap) }).into_iter().collect();
    }
    let first = |url: &str| super::sitemap::is_of_news(url);
    named.into_iter().map(|url| Request { first: first(&url), ..Request::new(url, Role::Sitemap) }).collect()
}

/// Whether a feed is one of comments, by its address or its title.
pub fn is_of_comments(url: &str, title: &str) -> bool {
    let of = |text: &str| {
        let text = text.to_lowercase();
        ["comment", "kommentar", "تعليق"].iter().any(|word| text.contains(word))
    };
    of(url) || of(title)
}

/// What a list page leads to: its articles, and the next page of the list.
pub fn listed(html: &HtmlPage) -> Vec<Request> {
    let Links { named, others } = links(html);
    // Titles say what is an article; without any, addresses have to.
    let articles = if named.is_empty() { others } else { named };
    let article = |link: Link| Request { dated: link.dated, ..Request::new(link.url, Role::Page) };
    let mut follow: Vec<Request> = articles.into_iter().take(MOST).map(article).collect();
    let next = next_of_list(html).map(|next| Request::new(next, Role::Listing));
    follow.extend(next.map(|next| Request { step: Step::NextWhileNew, ..next }));
    follow
}

/// The page after this one of the same list: as it is marked, else as it is called among links to pages.
fn next_of_list(html: &HtmlPage) -> Option<String> {
    static NEXT: LazyLock<Selector> = LazyLock::new(|| {
        selector(
            "a[rel~=next], .next a, a.next, .older a, a.older, .nav-previous a, .p_next a, .pager__item--next a, .pager-next a, \
             .pagination-next a, .older-posts a, a.older-posts, .blog-pager-older-link, .suivant a",
        )
    });
    static PAGES: LazyLock<Selector> = LazyLock::new(|| {
        selector("nav a[href], [class*='pagination'] a[href], [class*='pager'] a[href], [class*='pagenav'] a[href]")
    });
    const CALLED: [&str; 14] = [
        "suivant",
        "suivante",
        "page suivante",
        "suivants",
        "next",
        "next page",
        "older",
        "older posts",
        "older entries",
        "plus anciens",
        "articles plus anciens",
        "billets précédents",
        "previous entries",
        "التالي",
    ];
    let base = Url::parse(html.base.as_deref()?).ok()?;
    let own = page_number(&base);
    let next = |href: Option<&str>| {
        let url = Url::parse(&html.join(href?)?).ok().filter(|url| same_site(&base, url))?;
        // Software that begins with the oldest, or calls what is older "previous", is known by its numbers.
        let fits = match (page_number(&url), own) {
            (Some(number), own) => number == own.unwrap_or(1) + 1,
            (None, own) => own.is_none() && bare(&url) != bare(&base),
        };
        fits.then(|| bare(&url))
    };
    let marked = html.tree.select(&NEXT).take(100).find_map(|link| next(link.value().attr("href")));
    let called = || {
        let is_called = |link: &ElementRef<'_>| {
            let text = brief_text(*link).to_lowercase();
            CALLED.contains(&text.trim_matches(|c: char| !c.is_alphanumeric()))
        };
        html.tree.select(&PAGES).take(1_000).filter(is_called).find_map(|link| next(link.value().attr("href")))
    };
    marked.or_else(|| next(html.head.next.as_deref())).or_else(called)
}

/// The number of a page of a list, as its address tells: `page/2`, `?page2`, `?paged=2`, `?p=2`.
fn page_number(url: &Url) -> Option<u64> {
    let text = format!("{}?{}", url.path(), url.query().unwrap_or_default()).to_ascii_lowercase();
    let after = ["page", "paged", "pagina", "seite", "/p", "?p", "&p"].iter().filter_map(|word| {
        let (_, rest) = text.rsplit_once(word)?;
        let digits = rest.trim_start_matches(['/', '=', '-', '_']);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().ok()
    });
    after.into_iter().next()
}

/// Links of a page that may lead to articles, each address once.
#[derive(Default)]
struct Links {
    /// In headings.
    named: Vec<Link>,
    /// Others, whose addresses look like those of articles.
    others: Vec<Link>,
}

/// A link that may lead to an article.
struct Link {
    url: String,
    /// When what it leads to was written, at the end of its day, where the list tells.
    dated: Option<jiff::Timestamp>,
}

fn links(html: &HtmlPage) -> Links {
    static LINK: LazyLock<Selector> = LazyLock::new(|| selector("a[href]"));
    let Some(base) = html.base.as_deref().and_then(|base| Url::parse(base).ok()) else { return Links::default() };
    let mut seen = HashSet::new();
    let mut links = Links::default();
    // The piece of the list that was last looked into, and its date.
    let mut around = None;
    for link in html.tree.select(&LINK) {
        if effort::check().is_err() {
            break;
        }
        let Some(url) =
            link.value().attr("href").and_then(|href| html.join(href)).and_then(|url| Url::parse(&url).ok())
        else {
            continue;
        };
        if !same_site(&base, &url) || !may_be_article(&base, &url) || !seen.insert(bare(&url)) {
            continue;
        }
        match place(link) {
            Place::Title => {
                let piece = piece_around(link);
                if piece.map(|piece| piece.id()) != around.map(|(id, _)| id) {
                    around = piece.map(|piece| (piece.id(), dated_in(html, piece)));
                }
                links.named.push(Link { dated: around.and_then(|(_, dated)| dated), url: bare(&url) });
            }
            Place::Text if looks_dated(&url) || has_long_slug(&url) => {
                links.others.push(Link { url: bare(&url), dated: None });
            }
            _ => {}
        }
    }
    links
}

/// The piece of a list that a link stands in.
fn piece_around(link: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let is_piece = |element: &ElementRef<'_>| {
        element.value().name() == "article" || element.value().classes().any(|class| matches!(class, "post" | "hentry"))
    };
    link.ancestors().filter_map(ElementRef::wrap).take(10).find(is_piece)
}

/// The date that a piece of a list states; later where it has no zone or is a day, for it may be in any.
fn dated_in(html: &HtmlPage, piece: ElementRef<'_>) -> Option<jiff::Timestamp> {
    static DATE: LazyLock<Selector> = LazyLock::new(|| selector("time[datetime], abbr.published[title]"));
    let date = piece.select(&DATE).next()?;
    let stated = ["datetime", "title"].iter().find_map(|name| date.value().attr(name))?;
    let stamp = dates::parse(stated, html.clock.as_ref())?;
    let at = stamp.instant(&jiff::tz::TimeZone::UTC)?;
    if stamp.offset.is_some() { Some(at) } else { at.checked_add(jiff::Span::new().hours(36)).ok() }
}

/// Where on a page a link stands.
enum Place {
    /// In a heading.
    Title,
    Text,
    /// In navigation and the like.
    Furniture,
}

fn place(link: ElementRef<'_>) -> Place {
    let inside = link.descendants().skip(1).filter_map(ElementRef::wrap).take(20);
    // A link that is stretched over a card by its style is empty, and stands before the card's title.
    let beside = || {
        brief_text(link).is_empty() && link.next_sibling_element().is_some_and(|next| is_heading(next.value().name()))
    };
    let mut title = inside.into_iter().any(|inner| is_heading(inner.value().name())) || beside();
    for around in link.ancestors().filter_map(ElementRef::wrap).take(30) {
        match around.value().name() {
            "nav" | "footer" | "aside" | "form" => return Place::Furniture,
            name if is_heading(name) => title = true,
            _ => {}
        }
    }
    match title {
        true => Place::Title,
        false if brief_text(link).chars().count() >= 20 => Place::Text,
        false => Place::Furniture,
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4")
}

/// Whether two addresses are of one site: the same host, or one below the other, and the same port or both their
/// scheme's own.
pub fn same_site(a: &Url, b: &Url) -> bool {
    let host = |url: &Url| url.host_str().map(|host| String::from(host.strip_prefix("www.").unwrap_or(host)));
    let (Some(first), Some(second)) = (host(a), host(b)) else { return false };
    let below = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('.'));
    a.port() == b.port() && (first == second || below(&first, &second) || below(&second, &first))
}

/// Whether an address may be that of an article of the site that `base` is a list of.
pub fn may_be_article(base: &Url, url: &Url) -> bool {
    let path = url.path().trim_matches('/').to_ascii_lowercase();
    let front = path.is_empty() || url.path() == base.path() && url.query() == base.query();
    let extension = path.rsplit('.').next().filter(|extension| extension.len() <= 4 && path.contains('.'));
    let file = extension.is_some_and(|extension| !matches!(extension, "html" | "htm" | "php" | "asp" | "aspx"));
    !front && !file && !path.split('/').any(|part| NO_ARTICLE.contains(&part)) && !asks_for_list(url)
}

/// Whether an address that names its page in its query, and no parameter, names a list or a form.
fn asks_for_list(url: &Url) -> bool {
    let query = url.query().unwrap_or_default().to_ascii_lowercase();
    let word = query.split('/').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    !query.contains('=') && (NO_ARTICLE.contains(&word) || matches!(word, "static" | "preview"))
}

fn looks_dated(url: &Url) -> bool {
    let parts: Vec<&str> = url.path().split('/').collect();
    let number = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    parts.windows(2).any(|two| number(two[0], 4) && (number(two[1], 2) || number(two[1], 1)))
}

fn has_long_slug(url: &Url) -> bool {
    let last = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last.matches(['-', '_']).count() >= 3
}

/// An address without fragment.
fn bare(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}

/// Of what a sitemap of the site at `own` leads to, other sitemaps and what may be an article.
pub fn of_sitemap(follow: Vec<Request>, own: &str) -> Vec<Request> {
    let Ok(own) = Url::parse(own) else { return Vec::new() };
    let fits = |request: &Request| match Url::parse(&request.url) {
        Ok(url) if request.role == Role::Page => same_site(&own, &url) && may_be_article(&own, &url),
        Ok(url) => request.role == Role::Sitemap || same_site(&own, &url),
        Err(_) => false,
    };
    follow.into_iter().filter(fits).collect()
}

/// What the feed of the site at `home` leads to: its articles, and its next page.
pub fn of_feed(feed: &FeedPage, page: &Page, home: &str) -> Vec<Request> {
    let Ok(own) = Url::parse(&page.url) else { return Vec::new() };
    // A feed may stand elsewhere than its site: one that was chosen itself says where that is.
    let site = if page.request.role == Role::Seed { feed.link.as_deref() } else { Some(home) };
    let site = site.and_then(|site| Url::parse(site).ok());
    let mut follow = Vec::new();
    for item in &feed.items {
        let Some(url) = item.url.as_deref().and_then(|url| Url::parse(url).ok()) else { continue };
        if !(same_site(&own, &url) || site.as_ref().is_some_and(|site| same_site(site, &url))) {
            continue;
        }
        if super::feed::is_comment(item) {
            // The comment itself is here; what it is about may be old, and was perhaps never read.
            follow.push(Request::new(super::comments::article_of(url.as_str()), Role::Article));
            continue;
        }
        let told = Told {
            replies: item.replies,
            length: item.html.as_ref().map(|_| item.text.len() as u64),
            published: item.published.map(|stamp| stamp.written()),
            title: item.title.clone(),
            author: item.author.clone(),
            ..Told::default()
        };
        let changed = item.updated.map(|stamp| stamp.written()).unwrap_or_default();
        let mark = match item.replies {
            Some(replies) => Some(format!("{replies} {changed}")),
            None => item.updated.map(|_| changed),
        };
        let dated = instant(item.updated).max(instant(item.published));
        follow.push(Request { mark, dated, told, ..Request::new(bare(&url), Role::Article) });
    }
    follow.extend(older(feed, page, &own));
    follow
}

fn instant(stamp: Option<Stamp>) -> Option<jiff::Timestamp> {
    stamp?.instant(&jiff::tz::TimeZone::UTC)
}

/// Where the articles are that a feed does not show any more: on its next page, as it names it or as WordPress's feeds go
/// on; else in the site's sitemaps. Of use only where all that the feed shows is new.
fn older(feed: &FeedPage, page: &Page, own: &Url) -> Vec<Request> {
    let of_comments = feed.items.iter().all(super::feed::is_comment);
    if of_comments {
        // They stand on their articles, page by page.
        return Vec::new();
    }
    let dated = feed.items.iter().map(|item| instant(item.published)).min().flatten();
    let wordpress = feed.generator.as_deref().is_some_and(|name| name.to_ascii_lowercase().contains("wordpress"));
    let older = match &feed.next {
        Some(next) => urls::join(&page.url, next).map(|url| Request::new(url, Role::Feed)).into_iter().collect(),
        None if wordpress => vec![Request { guess: true, ..Request::new(next_page(own), Role::Feed) }],
        None => {
            let mut older = sitemaps(own.as_str(), page);
            // Where the site names its sitemaps, they have all.
            let list = page.request.told.list.as_deref().filter(|_| page.sitemaps.is_empty());
            let of_category = |url: &String| Request { first: true, ..Request::new(url, Role::Feed) };
            older.extend(page.request.told.feeds.iter().map(of_category));
            older.extend(list.map(|list| Request::new(list, Role::Listing)));
            older
        }
    };
    older.into_iter().map(|request| Request { step: Step::NextWhileNew, dated, ..request }).collect()
}

/// The next page of a WordPress feed.
fn next_page(own: &Url) -> Url {
    let number = own.query_pairs().find(|(key, _)| key == "paged").and_then(|(_, number)| number.parse::<u32>().ok());
    let others: Vec<(String, String)> =
        own.query_pairs().filter(|(key, _)| key != "paged").map(|(key, value)| (key.into(), value.into())).collect();
    let next = number.unwrap_or(1).saturating_add(1).to_string();
    let mut url = own.clone();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair("paged", &next);
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::feed::Item;

    #[test]
    fn a_feed_that_stands_elsewhere_leads_to_the_articles_of_the_site_that_named_it() {
        let of = |url: &str| Item { url: Some(url.into()), ..Item::default() };
        let items = ["https://blog.example/a/", "https://feeds.example/x", "https://ads.example/y"].map(of).into();
        let feed = FeedPage { items, ..FeedPage::default() };
        let request = Request::new("https://feeds.example/blog", Role::Feed);
        let page = Page { url: request.url.clone(), request, ..Page::default() };
        let articles = |home| {
            let follow = of_feed(&feed, &page, home).into_iter().filter(|request| request.role == Role::Article);
            follow.map(|request| request.url).collect::<Vec<_>>()
        };
        assert_eq!(articles("https://www.blog.example/"), ["https://blog.example/a/", "https://feeds.example/x"]);
        assert_eq!(articles("https://feeds.example/"), ["https://feeds.example/x"]);
    }
}
