//! Dotclear 1 and 2: headings named `c12` with the words after them, or list items that hold both.

use std::sync::LazyLock;

use scraper::{ElementRef, Selector};

use super::{Apart, Block, Comment, Engine, byline, has_class, name, numbered, words};
use crate::source::html::selector;
use crate::source::words::brief_text;
use crate::text::plain;

struct Facts {
    number: Selector,
    line: Selector,
    author: Selector,
    date: Selector,
    body: Selector,
    apart: Apart,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts {
    number: selector(".comment-number"),
    line: selector(".comment-info"),
    author: selector("a:not(.comment-number):not([href^='#'])"),
    date: selector("time[datetime], abbr[title]"),
    body: selector(".comment-content"),
    apart: Apart::new("blockquote", "cite", "pre", ".comment-info, .comment-number, .read-it"),
});

pub fn engine() -> Engine {
    Engine { block: selector("dt[id^='c'], li[id^='c'], p[id^='c'], div[id^='c'], article[id^='c']"), anchor, read }
}

fn anchor(element: ElementRef<'_>) -> Option<&str> {
    let named = numbered(element, "c")?;
    let is_heading = || element.select(&FACTS.number).next().is_some();
    let is_ping = has_class(element, &["ping", "trackback"]);
    (!is_ping && (has_class(element, &["comment-info"]) || is_heading())).then_some(named)
}

fn read(block: &Block<'_>) -> Option<Comment> {
    let facts = &*FACTS;
    let line = block.own(&facts.line).next().unwrap_or(block.element);
    let inside = block.own(&facts.body).next();
    // Headings have their words after them.
    let words = match inside {
        Some(body) => words(&facts.apart, std::iter::once(body)),
        None => words(&facts.apart, block.after()),
    };
    let shown = plain::line(&brief_text(line));
    let number = line.select(&facts.number).next().and_then(name).unwrap_or_default();
    let (author, shown) = byline::read(shown.strip_prefix(&number).unwrap_or(&shown), block.page.clock.as_ref());
    let linked = line.select(&facts.author).filter_map(name).next();
    Some(Comment {
        author: linked.or(author),
        published: line.select(&facts.date).find_map(|date| block.date(date)).or(shown),
        words,
        url: block.link(block.anchor),
        answers: None,
    })
}
