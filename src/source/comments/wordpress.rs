//! WordPress: comments in its themes' many forms, and what has the same shape.

use std::sync::LazyLock;

use scraper::{Element, ElementRef, Selector};

use super::{Apart, Block, Comment, Engine, MOST, Words, has_class, is_numbered, name, numbered, words};
use crate::source::html::selector;

struct Facts {
    /// Each with what stands for it elsewhere, the best first.
    author: [Selector; 3],
    date: [Selector; 3],
    body: [Selector; 3],
    apart: Apart,
}

/// What WordPress's themes and comment plugins have in common, and the names that each has for the rest.
static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    Facts {
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
    apart: Apart::new(
        "blockquote",
        "cite",
        "pre",
        ".reply, .reply-container, .comment-reply-link, .comment-awaiting-moderation, .edit-link, .comment-meta, .comment-author, \
         .ast-comment-edit-reply-wrap, .wpd-comment-footer, .comment__links, .links, .sharedaddy",
    ),
}
});

pub fn engine() -> Engine {
    const BLOCK: &str = "li[id^='comment-'], div[id^='comment-'], article[id^='comment-'], section[id^='comment-']";
    Engine { block: selector(BLOCK), anchor, read }
}

fn anchor(element: ElementRef<'_>) -> Option<&str> {
    numbered(element, "comment-").filter(|_| !is_ping(element))
}

fn read(block: &Block<'_>) -> Option<Comment> {
    let facts = &*FACTS;
    let mut text = Words::default();
    for selector in &facts.body {
        // Old themes put paragraphs beside each other.
        let most = if std::ptr::eq(selector, &facts.body[2]) { MOST } else { 1 };
        text = words(&facts.apart, block.own(selector).take(most));
        if !text.text.is_empty() || !text.quoted.is_empty() || text.code.is_some() {
            break;
        }
    }
    Some(Comment {
        author: facts.author.iter().find_map(|selector| block.own(selector).next()).and_then(name),
        published: facts.date.iter().find_map(|selector| block.own(selector).find_map(|date| block.date(date))),
        words: text,
        url: block.link(block.anchor),
        answers: answered(block),
    })
}

/// The comment that this one stands in: within it, or within what holds it and the answers to it.
fn answered(block: &Block<'_>) -> Option<String> {
    let holds = |element: ElementRef<'_>| {
        let id = element.value().attr("id")?;
        let rest = id.strip_prefix("comment-").or_else(|| id.strip_prefix("li-comment-"));
        let number = rest.or_else(|| id.strip_prefix("wpd-comm-"))?.split('_').next()?;
        let anchor = format!("comment-{number}");
        (is_numbered(&anchor, "comment-") && anchor != block.anchor).then_some(anchor)
    };
    block.element.ancestors().filter_map(ElementRef::wrap).find_map(holds)
}

/// Whether a comment is the note of a program that another blog links here.
fn is_ping(element: ElementRef<'_>) -> bool {
    let pings = |element: ElementRef<'_>| has_class(element, &["pingback", "trackback"]);
    pings(element) || element.parent_element().is_some_and(pings)
}
