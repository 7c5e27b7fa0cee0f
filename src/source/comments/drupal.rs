//! Drupal 7 and later: comments whose name stands before them, answers set apart behind what they answer.

use std::sync::LazyLock;

use scraper::{Element, ElementRef, Selector};

use super::{Apart, Block, Comment, Engine, MOST, byline, name, numbered, words};
use crate::source::html::selector;
use crate::source::words::brief_text;
use crate::text::plain;

struct Facts {
    author: [Selector; 2],
    date: [Selector; 2],
    line: Selector,
    body: Selector,
    apart: Apart,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts {
    author: ["[property~='schema:name'], .comment__author, .comment-author, .author .username", ".username"]
        .map(selector),
    date: [
        "time[datetime], [property~='schema:dateCreated'][content], [property~='dc:created'][content]",
        ".comment__time, .comment-date",
    ]
    .map(selector),
    line: selector(".submitted, .comment__submitted, .comment-submitted, .comment__meta"),
    body: selector(
        ".field--name-comment-body, .field-name-comment-body, .comment__content .text-formatted, .comment__text-content",
    ),
    apart: Apart::new(
        "blockquote",
        "cite",
        "pre",
        ".links, .comment__links, .field__label, .field-label, .user-signature",
    ),
});

pub fn engine() -> Engine {
    const BLOCK: &str = "article[data-comment-user-id], .js-comment, .comment[about^='/comment/'], .comment[typeof~='sioc:Post'], \
                         .comment[typeof~='schema:Comment']";
    Engine { block: selector(BLOCK), anchor, read }
}

/// `comment-12`, of the comment itself or of what stands right before it.
fn anchor(element: ElementRef<'_>) -> Option<&str> {
    let is_comment = element.value().classes().any(|class| class == "comment" || class == "js-comment")
        || element.value().attr("data-comment-user-id").is_some();
    let before = || element.prev_sibling_element().and_then(|before| numbered(before, "comment-"));
    if is_comment { numbered(element, "comment-").or_else(before) } else { None }
}

fn read(block: &Block<'_>) -> Option<Comment> {
    let facts = &*FACTS;
    let line = block.own(&facts.line).next().map(|line| plain::line(&brief_text(line))).unwrap_or_default();
    let (author, shown) = byline::read(&line, block.page.clock.as_ref());
    Some(Comment {
        author: facts.author.iter().find_map(|selector| block.own(selector).find_map(name)).or(author),
        published: facts
            .date
            .iter()
            .find_map(|selector| block.own(selector).find_map(|date| block.date(date)))
            .or(shown),
        words: words(&facts.apart, block.own(&facts.body).take(1)),
        // Its own addresses lead to whichever page it stands on, and are known to nobody else.
        url: None,
        answers: answered(block),
    })
}

/// The comment before the indented part that this one stands in.
fn answered(block: &Block<'_>) -> Option<String> {
    let mut around = block.element.ancestors().filter_map(ElementRef::wrap);
    let indented = around.find(|element| element.value().classes().any(|class| class == "indented"))?;
    let before = indented.prev_siblings().filter_map(ElementRef::wrap).take(MOST);
    before.into_iter().find_map(anchor).map(String::from)
}
