//! Readers' comments on a page: WordPress's lists and what has the same shape, each with its author, date and address.

use std::collections::HashMap;
use std::sync::LazyLock;

use scraper::{Element, ElementRef, Selector};
use url::Url;

use super::html::{HtmlPage, selector};
use super::words::{Apart, Words, brief_text};
use crate::model::{Entry, Kind, Request, Role, Stamp};
use crate::text::{dates, effort, plain};

/// Comments of one page that are read.
const MOST: usize = 2_000;

struct Facts {
    block: Selector,
    /// Each with what stands for it elsewhere, the best first.
    author: [Selector; 3],
    date: [Selector; 3],
    body: [Selector; 3],
    link: Selector,
    pages: Selector,
    apart: Apart,
}

/// What WordPress's themes and comment plugins have in common, and the names that each has for the rest.
static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    Facts {
    block: selector("li[id^='comment-'], div[id^='comment-'], article[id^='comment-'], section[id^='comment-']"),
    author: [
        ".comment-author .fn, .fn",
        ".wp-block-comment-author-name, .wpd-comment-author, .comment-author cite, cite",
        ".comment-author, .comment_author, .comment__author",
    ]
    .map(selector),
    date: [
        "time[datetime], time[pubdate]",
        ".wpd-comment-date[title]",
        ".comment-metadata a, .comment-meta a, .comment-date, .comment_date, .comment__time, .comment-time, .comment-link, time",
    ]
    .map(selector),
    body: [
        ".comment-content, .wp-block-comment-content, .ast-comment-content, .wpd-comment-text, .comment-text, .comment_text, \
         .comment__content",
        ".comment-body, .comment-entry",
        "p",
    ]
    .map(selector),
    link: selector("a[href*='#comment-']"),
    pages: selector("a[href*='comment-page-']"),
    apart: Apart::new(
        "blockquote",
        "cite",
        "pre",
        ".reply, .reply-container, .comment-reply-link, .comment-awaiting-moderation, .edit-link, .comment-meta, .comment-author, \
         .ast-comment-edit-reply-wrap, .wpd-comment-footer, .comment__links, .links, .sharedaddy",
    ),
}
});

/// The comments of a page, in their order; `article` is the address and the title of what they are about.
pub fn read(page: &HtmlPage, article: Option<&str>, title: Option<&str>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: HashMap<&str, Option<String>> = HashMap::new();
    for block in page.tree.select(&FACTS.block) {
        if entries.len() >= MOST || effort::check().is_err() {
            break;
        }
        // Some themes give one number to several elements of a comment; the outermost is it.
        let Some(number) = number(block).filter(|_| !is_ping(block)) else { continue };
        if !places.contains_key(number)
            && let Some(mut entry) = comment(page, block, number, article, title)
        {
            // It answers the comment that it stands in, by the address that this was found to have; else the article.
            let named = |parent| places.get(parent).cloned().unwrap_or_else(|| place(page, article, parent));
            entry.parent_url = answered(block, number).and_then(named).or(article.map(String::from));
            places.insert(number, entry.url.clone());
            entries.push(entry);
        }
    }
    entries
}

/// The number of the comment that another stands in.
fn answered<'a>(block: ElementRef<'a>, number: &str) -> Option<&'a str> {
    block.ancestors().filter_map(ElementRef::wrap).filter_map(numbered).find(|other| *other != number)
}

/// The address of a comment by its number, where the page gives it none.
fn place(page: &HtmlPage, article: Option<&str>, number: &str) -> Option<String> {
    let mut url = Url::parse(article.or(page.base.as_deref())?).ok()?;
    url.set_fragment(Some(&format!("comment-{number}")));
    Some(String::from(url))
}

fn comment(
    page: &HtmlPage,
    block: ElementRef<'_>,
    number: &str,
    article: Option<&str>,
    title: Option<&str>,
) -> Option<Entry> {
    let facts = &*FACTS;
    // Answers stand inside of what they answer, after its own words.
    let is_own = |found: &ElementRef<'_>| *found != block && around(*found) == Some(number);
    let all = |selector| block.select(selector).filter(is_own);
    let mut words = Words::default();
    for selector in &facts.body {
        let whole = !std::ptr::eq(selector, &facts.body[2]);
        // Old themes put paragraphs beside each other.
        for body in all(selector).take(if whole { 1 } else { MOST }) {
            let more = facts.apart.read(body);
            words.text = [&words.text[..], &more.text].join("\n").trim().into();
            words.quoted.extend(more.quoted);
            words.code = words.code.or(more.code);
        }
        if !words.text.is_empty() || !words.quoted.is_empty() || words.code.is_some() {
            break;
        }
    }
    if words.text.is_empty() && words.quoted.is_empty() && words.code.is_none() {
        return None;
    }
    let clock = page.clock.as_ref();
    let stamp = |date: ElementRef<'_>| -> Option<Stamp> {
        let stated = ["datetime", "pubdate", "title"].map(|name| date.value().attr(name));
        let stated = stated.into_iter().flatten().find_map(|stated| dates::parse(stated, clock));
        stated.or_else(|| dates::parse(&plain::line(&brief_text(date)), clock))
    };
    let published = facts.date.iter().find_map(|date| all(date).find_map(stamp));
    let id = format!("comment-{number}");
    let named = block.select(&facts.link).filter_map(|link| link.value().attr("href"));
    let named = named.filter(|href| href.ends_with(&format!("#{id}"))).filter(|href| !href.contains("replytocom"));
    let url = named.into_iter().next().and_then(|href| page.join(href)).or_else(|| place(page, article, number));
    let author = facts.author.iter().find_map(|selector| all(selector).next()).map(brief_text);
    let author = author.map(|name| plain::line(&name)).filter(|name| !name.is_empty());
    Some(Entry {
        kind: Kind::Comment,
        permanent: url.is_some(),
        url,
        thread_url: article.map(String::from),
        guid: Some(id),
        title: title.map(String::from),
        author,
        published,
        text: words.text,
        quoted: words.quoted,
        code: words.code,
        is_reply: true,
        ..Entry::default()
    })
}

/// Whether a comment is the note of a program that another blog links here.
fn is_ping(element: ElementRef<'_>) -> bool {
    let pings =
        |element: ElementRef<'_>| element.value().classes().any(|class| matches!(class, "pingback" | "trackback"));
    pings(element) || element.parent_element().is_some_and(pings)
}

/// The number of a comment, of the element that is it.
fn number(element: ElementRef<'_>) -> Option<&str> {
    let number = element.value().attr("id")?.strip_prefix("comment-")?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

/// The number of a comment, of the element that is it or holds it with the answers to it.
fn numbered(element: ElementRef<'_>) -> Option<&str> {
    number(element).or_else(|| {
        let id = element.value().attr("id")?;
        let rest = id.strip_prefix("li-comment-").or_else(|| id.strip_prefix("wpd-comm-"))?;
        let number = rest.split('_').next()?;
        (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
    })
}

/// The number of the comment that an element stands in, itself included.
fn around(element: ElementRef<'_>) -> Option<&str> {
    std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap)).find_map(number)
}

/// Further pages of the comments.
pub fn pages(page: &HtmlPage) -> Vec<Request> {
    let links = page.tree.select(&FACTS.pages).filter_map(|link| page.join(link.value().attr("href")?));
    let mut urls: Vec<String> = links
        .map(|url| String::from(url.split(['#', '?']).next().unwrap_or_default()))
        .filter(|url| is_comment_page(url) && page.is_of_site(url))
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
        assert_eq!(second.parent_url, first.url, "one address for the comment and for who answers it");
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
