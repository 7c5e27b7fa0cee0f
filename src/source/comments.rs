//! Readers' comments on a page: WordPress's lists and what has the same shape, each with its author, date and address.

use std::sync::LazyLock;

use scraper::{ElementRef, Selector};
use url::Url;

use super::html::{HtmlPage, selector};
use super::words::{Apart, plain_text};
use crate::model::{Entry, Kind, Request, Role, Stamp};
use crate::text::{dates, effort, plain};

/// Comments of one page that are read.
const MOST: usize = 2_000;

struct Facts {
    block: Selector,
    /// Each with what stands for it elsewhere, the best first.
    author: [Selector; 3],
    date: [Selector; 2],
    body: Selector,
    link: Selector,
    pages: Selector,
    apart: Apart,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts {
    block: selector("li[id^='comment-'], div[id^='comment-'].comment, article[id^='comment-'].comment"),
    author: [".comment-author .fn, .fn", ".comment-author cite", ".comment-author"].map(selector),
    date: ["time[datetime]", ".comment-metadata a, .comment-meta a, .comment-date"].map(selector),
    body: selector(".comment-content, .comment-text, .comment-body > p"),
    link: selector("a[href*='#comment-']"),
    pages: selector("a[href*='comment-page-']"),
    apart: Apart::new("blockquote", "cite", "pre", ".reply, .comment-awaiting-moderation, .edit-link, .comment-meta"),
});

/// The comments of a page, in their order; `article` is the address and the title of what they are about.
pub fn read(page: &HtmlPage, article: Option<&str>, title: Option<&str>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for block in page.tree.select(&FACTS.block).take(MOST) {
        if effort::check().is_err() {
            break;
        }
        entries.extend(comment(page, block, article, title));
    }
    entries
}

fn comment(page: &HtmlPage, block: ElementRef<'_>, article: Option<&str>, title: Option<&str>) -> Option<Entry> {
    let id = block.value().attr("id")?;
    let facts = &*FACTS;
    // Answers stand inside of what they answer, after its own words.
    let is_own = |found: &ElementRef<'_>| around(*found).is_some_and(|it| it == block);
    let own = |selector: &Selector| block.select(selector).find(is_own);
    let body = own(&facts.body)?;
    let mut words = facts.apart.read(body);
    if body.value().name() == "p" {
        // Old themes put paragraphs beside each other.
        for paragraph in block.select(&facts.body).filter(is_own).skip(1) {
            words.text.push('\n');
            words.text.push_str(&facts.apart.read(paragraph).text);
        }
    }
    if words.text.is_empty() && words.quoted.is_empty() && words.code.is_none() {
        return None;
    }
    let clock = page.clock.as_ref();
    let stamp = |date: ElementRef<'_>| -> Option<Stamp> {
        let stated = date.value().attr("datetime").and_then(|stated| dates::parse(stated, clock));
        stated.or_else(|| dates::parse(&plain::line(&plain_text(date)), clock))
    };
    let published = facts.date.iter().find_map(|date| block.select(date).filter(is_own).find_map(stamp));
    let place = |id: &str| {
        let mut url = Url::parse(article.or(page.base.as_deref())?).ok()?;
        url.set_fragment(Some(id));
        Some(String::from(url))
    };
    let named = block.select(&facts.link).filter_map(|link| link.value().attr("href"));
    let named = named.filter(|href| href.ends_with(&format!("#{id}"))).filter(|href| !href.contains("replytocom"));
    let url = named.into_iter().next().and_then(|href| page.join(href)).or_else(|| place(id));
    let parent = block.parent().and_then(ElementRef::wrap).and_then(around);
    let author = facts.author.iter().find_map(own).map(plain_text).map(|name| plain::line(&name));
    Some(Entry {
        kind: Kind::Comment,
        permanent: url.is_some(),
        parent_url: parent.and_then(|parent| place(parent.value().attr("id")?)).or(article.map(String::from)),
        url,
        thread_url: article.map(String::from),
        guid: Some(id.into()),
        title: title.map(String::from),
        author: author.filter(|name| !name.is_empty()),
        published,
        text: words.text,
        quoted: words.quoted,
        code: words.code,
        is_reply: true,
        ..Entry::default()
    })
}

/// The comment that an element stands in, itself included.
fn around(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    std::iter::once(element)
        .chain(element.ancestors().filter_map(ElementRef::wrap))
        .find(|around| FACTS.block.matches(around))
}

/// Further pages of the comments.
pub fn pages(page: &HtmlPage) -> Vec<Request> {
    let links = page.tree.select(&FACTS.pages).filter_map(|link| page.join(link.value().attr("href")?));
    let mut urls: Vec<String> = links
        .map(|url| String::from(url.split(['#', '?']).next().unwrap_or_default()))
        .filter(|url| is_comment_page(url))
        .collect();
    urls.sort();
    urls.dedup();
    urls.truncate(100);
    urls.into_iter().map(|url| Request::new(url, Role::Comments)).collect()
}

/// Whether an address is that of a page of comments.
pub fn is_comment_page(url: &str) -> bool {
    let last = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last.strip_prefix("comment-page-").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The article that a page of comments, or a comment, belongs to.
pub fn article_of(url: &str) -> String {
    let bare = url.split(['#', '?']).next().unwrap_or_default();
    match is_comment_page(bare) {
        true => bare.trim_end_matches('/').rsplit_once('/').map_or(bare, |(head, _)| &bare[..head.len() + 1]).into(),
        false => bare.into(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::model::Page;

    fn page(html: &str) -> HtmlPage {
        let page = Page { url: "http://b.example/2026/11/a/".into(), ..Page::default() };
        HtmlPage::new(html, &page, &TimeZone::UTC).unwrap()
    }

    fn comments(html: &str) -> Vec<Entry> {
        read(&page(html), Some("http://b.example/2026/11/a/"), Some("Une panne"))
    }

    const LIST: &str = "<ol class=comment-list><li id=comment-4 class='comment even'><article class=comment-body>\
        <footer class=comment-meta><div class='comment-author vcard'><b class=fn>Nadia K.</b> <span class=says>dit :</span></div>\
        <div class=comment-metadata><a href='http://b.example/2026/11/a/comment-page-2/#comment-4'><time datetime='2026-11-20T10:05:00+01:00'>20 nov.</time></a></div></footer>\
        <div class=comment-content><p>Moi aussi.</p><blockquote><p>La box ne marche plus</p></blockquote><pre>ping a</pre></div>\
        <div class=reply><a href='?replytocom=4#respond'>Répondre</a></div></article>\
        <ol class=children><li id=comment-7 class=comment><article class=comment-body><div class='comment-author vcard'><b class=fn>Ali</b></div>\
        <div class=comment-content><p>Même chose</p></div></article></li></ol></li>\
        <li id=comment-9 class='pingback'><div class=comment-body>Ping : <a href=x>Ailleurs</a></div></li></ol>";

    #[test]
    fn each_comment_has_its_author_date_address_and_words() {
        let found = comments(LIST);
        assert_eq!(found.len(), 2, "a pingback says nothing: {found:?}");
        let first = &found[0];
        assert_eq!(
            (first.kind, first.author.as_deref(), first.text.as_str()),
            (Kind::Comment, Some("Nadia K."), "Moi aussi.")
        );
        assert_eq!(first.url.as_deref(), Some("http://b.example/2026/11/a/comment-page-2/#comment-4"));
        assert_eq!(first.published.unwrap().written(), "2026-11-20T10:05:00+01:00");
        assert_eq!((first.quoted[0].text.as_str(), first.code.as_deref()), ("La box ne marche plus", Some("ping a")));
        assert_eq!(first.parent_url.as_deref(), Some("http://b.example/2026/11/a/"));
        let second = &found[1];
        assert_eq!(
            (second.author.as_deref(), second.text.as_str(), second.published),
            (Some("Ali"), "Même chose", None)
        );
        assert_eq!(second.url.as_deref(), Some("http://b.example/2026/11/a/#comment-7"));
        assert_eq!(second.parent_url.as_deref(), Some("http://b.example/2026/11/a/#comment-4"));
        assert_eq!((second.title.as_deref(), second.is_reply), (Some("Une panne"), true));
    }

    #[test]
    fn paragraphs_of_old_themes_are_put_together() {
        let found = comments(
            "<li id=comment-1><div class=comment-body><div class=comment-author>Eva</div><p>Un.</p><p>Deux.</p></div></li>",
        );
        assert_eq!((found[0].text.as_str(), found[0].author.as_deref()), ("Un.\nDeux.", Some("Eva")));
    }

    #[test]
    fn further_pages_are_led_to_once() {
        let html = "<a href='comment-page-1/#comments'>Avant</a><a href='/2026/11/a/comment-page-1/?replytocom=3#respond'>x</a>\
                    <a href='/comment-page-x/'>y</a>";
        let urls: Vec<String> = pages(&page(html)).into_iter().map(|request| request.url).collect();
        assert_eq!(urls, ["http://b.example/2026/11/a/comment-page-1/"]);
        assert_eq!(article_of("http://b.example/a/comment-page-2/#comment-5"), "http://b.example/a/");
        assert_eq!(article_of("http://b.example/a/?x=1#comment-5"), "http://b.example/a/");
    }

    #[test]
    fn deep_answers_cost_little() {
        let open: String =
            (0..250).map(|n| format!("<li id=comment-{n}><div class=comment-content>x</div><ol>")).collect();
        let start = std::time::Instant::now();
        assert_eq!(comments(&open).len(), 250);
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
