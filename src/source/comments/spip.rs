//! SPIP: the forum below an article, in its own skeletons of versions 1 to 4.

use std::sync::LazyLock;

use scraper::{ElementRef, Selector};

use super::{Apart, Block, Comment, Engine, byline, is_numbered, name, words};
use crate::source::html::selector;
use crate::source::words::brief_text;
use crate::text::plain;

struct Facts {
    /// What names a message.
    named: Selector,
    message: Selector,
    line: [Selector; 2],
    author: Selector,
    date: Selector,
    body: Selector,
    apart: Apart,
}

const MESSAGE: &str = ".forum-message, .comment.hreview, .comment-message, li.comment-item > .comment";

static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts {
    named: selector("[id^='forum'], [id^='comment']"),
    message: selector(MESSAGE),
    line: [".forum-chapo small, .comment-meta small", ".comment-meta, .forum-chapo"].map(selector),
    author: selector(".comment-meta .fn, .comment-author .fn, .comment-author, .forum-chapo .vcard"),
    date: selector("abbr[title], time[datetime]"),
    body: selector(".forum-texte, .comment-content, .comment-texte"),
    apart: Apart::new(
        "blockquote",
        "cite",
        "pre, .spip_code, .spip_cadre",
        ".repondre, .forum-repondre-message, .comment-reply, .comment-doc, .comment-notes, .hyperlien",
    ),
});

pub fn engine() -> Engine {
    Engine { block: selector(MESSAGE), anchor, read }
}

/// A message is named by what stands in it first: by `forum12` where it has several names.
fn anchor(element: ElementRef<'_>) -> Option<&str> {
    let facts = &*FACTS;
    if !facts.message.matches(&element) {
        return None;
    }
    let own = element.value().attr("id").into_iter();
    let mut names = own.chain(element.select(&facts.named).take(4).filter_map(|inner| inner.value().attr("id")));
    let first = names.by_ref().find(|id| is_numbered(id, "forum") || is_numbered(id, "comment"))?;
    let number = |id: &str| id.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
    let better = names.find(|id| is_numbered(id, "forum") && number(id) == number(first));
    Some(better.unwrap_or(first))
}

fn read(block: &Block<'_>) -> Option<Comment> {
    let facts = &*FACTS;
    let line = facts.line.iter().find_map(|selector| block.own(selector).next());
    let (author, shown) = match line {
        Some(line) => byline::read(&plain::line(&brief_text(line)), block.page.clock.as_ref()),
        None => (None, None),
    };
    Some(Comment {
        author: block.own(&facts.author).filter_map(name).next().or(author),
        published: block.own(&facts.date).find_map(|date| block.date(date)).or(shown),
        words: words(&facts.apart, block.own(&facts.body).take(1)),
        url: block.link(block.anchor),
        answers: answered(block),
    })
}

/// The message of the list item that this one's own stands in.
fn answered(block: &Block<'_>) -> Option<String> {
    let items = block.element.ancestors().filter_map(ElementRef::wrap).filter(|item| item.value().name() == "li");
    let message = |item: ElementRef<'_>| {
        let children = item.children().filter_map(ElementRef::wrap).take(8);
        children.into_iter().find_map(anchor).map(String::from)
    };
    items.filter_map(message).find(|anchor| anchor != block.anchor)
}
