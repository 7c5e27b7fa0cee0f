//! PluXml: comments named by their article's number and their own, answers after what they answer.

use std::sync::LazyLock;

use scraper::{ElementRef, Selector};

use super::{Apart, Block, Comment, Engine, MOST, byline, words};
use crate::source::html::selector;
use crate::source::words::brief_text;
use crate::text::plain;

struct Facts {
    /// The line that says by whom and when.
    line: Selector,
    date: Selector,
    body: Selector,
    apart: Apart,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts {
    line: selector("small, .infos, .com-infos, header"),
    date: selector("time[datetime]"),
    body: selector(".content_com"),
    apart: Apart::new("blockquote", "cite", "pre", ".reply"),
});

pub fn engine() -> Engine {
    Engine { block: selector("[id^='c']"), anchor, read }
}

/// `c0012-3`: the third on the twelfth article. Older versions count by the second of its arrival.
fn anchor(element: ElementRef<'_>) -> Option<&str> {
    let digits = |text: &str, least: usize| text.len() >= least && text.bytes().all(|b| b.is_ascii_digit());
    element.value().attr("id").filter(|id| {
        let parts = id.strip_prefix('c').and_then(|rest| rest.split_once('-'));
        parts.is_some_and(|(article, number)| {
            digits(article, 4) && digits(number.split('-').next().unwrap_or_default(), 1)
        })
    })
}

fn read(block: &Block<'_>) -> Option<Comment> {
    let facts = &*FACTS;
    let line = block.own(&facts.line).next().map(|line| plain::line(&brief_text(line))).unwrap_or_default();
    let (author, shown) = byline::read(&line, block.page.clock.as_ref());
    Some(Comment {
        author,
        published: block.own(&facts.date).find_map(|date| block.date(date)).or(shown),
        words: words(&facts.apart, block.own(&facts.body).take(1)),
        url: block.link(block.anchor),
        answers: answered(block),
    })
}

/// The comment before this one that stands one level less deep.
fn answered(block: &Block<'_>) -> Option<String> {
    let level = |element: ElementRef<'_>| {
        let levels = element.value().classes().filter_map(|class| class.strip_prefix("level-"));
        levels.filter_map(|level| level.parse::<u32>().ok()).next()
    };
    let above = level(block.element)?.checked_sub(1)?;
    let before = block.element.prev_siblings().filter_map(ElementRef::wrap).take(MOST);
    before.filter(|element| level(*element) == Some(above)).find_map(anchor).map(String::from)
}
