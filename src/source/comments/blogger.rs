//! Blogger: threads of `c123…`, whose addresses tell when they were written, and the definition lists of older templates.

use std::sync::LazyLock;

use jiff::Timestamp;
use scraper::{ElementRef, Selector};
use url::Url;

use super::{Apart, Block, Comment, Engine, byline, has_class, is_numbered, name, numbered, words};
use crate::model::Stamp;
use crate::source::html::selector;
use crate::source::words::brief_text;
use crate::text::plain;

struct Facts {
    author: Selector,
    date: Selector,
    body: Selector,
    link: Selector,
    apart: Apart,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts {
    author: selector(".comment-header .user, cite.user, .comment-author"),
    date: selector(".datetime, .comment-timestamp"),
    body: selector(".comment-content, .comment-body"),
    link: selector(".datetime a[href], .comment-timestamp a[href]"),
    apart: Apart::new(
        "blockquote",
        "cite",
        "pre",
        ".comment-actions, .comment-footer, .item-control, .deleted-comment",
    ),
});

pub fn engine() -> Engine {
    Engine { block: selector("li.comment[id^='c'], div.comment[id^='c'], dt[id^='c']"), anchor, read }
}

fn anchor(element: ElementRef<'_>) -> Option<&str> {
    let is_comment = has_class(element, &["comment", "comment-author"]);
    // The software counts very far.
    numbered(element, "c").filter(|id| is_comment && id.len() > 10)
}

fn read(block: &Block<'_>) -> Option<Comment> {
    let facts = &*FACTS;
    // Older templates put the parts of a comment beside each other.
    let is_list = block.element.value().name() == "dt";
    let within = |part, selector: &Selector| match part {
        part if selector.matches(&part) => Some(part),
        part => part.select(selector).next(),
    };
    let find = |selector| match is_list {
        true => block.after().find_map(|part| within(part, selector)),
        false => block.own(selector).next(),
    };
    let link = find(&facts.link).and_then(|link| block.page.join(link.value().attr("href")?));
    let own = link.filter(|url| Url::parse(url).is_ok_and(|url| url.fragment() == Some(block.anchor)));
    let author = if is_list {
        byline::read(&plain::line(&brief_text(block.element)), None).0
    } else {
        find(&facts.author).and_then(name)
    };
    Some(Comment {
        author,
        published: own.as_deref().and_then(written_at).or_else(|| find(&facts.date).and_then(|date| block.date(date))),
        words: words(&facts.apart, find(&facts.body).into_iter()),
        url: own,
        answers: block.outer(),
    })
}

/// When a comment was written, by its address: `showComment` counts milliseconds since 1970.
fn written_at(url: &str) -> Option<Stamp> {
    let url = Url::parse(url).ok()?;
    let (_, value) = url.query_pairs().find(|(key, _)| key == "showComment")?;
    let at = is_numbered(&value, "").then(|| value.parse::<i64>().ok()).flatten()?;
    Some(Stamp::from(Timestamp::from_second(at / 1_000).ok()?))
}
