//! Readers' comments on a page, each with its author, date and address: what engines have in common, and who is asked.

mod address;
mod blogger;
mod byline;
mod dotclear;
mod drupal;
mod elsewhere;
mod isso;
mod pluxml;
mod spip;
#[cfg(test)]
mod tests;
mod wordpress;

use std::collections::HashMap;
use std::sync::LazyLock;

use scraper::{ElementRef, Selector, node::Element};
use url::Url;

use super::html::HtmlPage;
use super::words::{Apart, Words, brief_text};
use crate::model::{Entry, Kind, Stamp};
use crate::text::{dates, effort, plain};

pub use address::{article_of, names_comment, pages};
pub use elsewhere::{Elsewhere, Embedded};
pub use isso::{read as read_isso, request as ask_isso};

/// Comments of one page that are read.
const MOST: usize = 2_000;

/// How an engine's comments are told and read.
struct Engine {
    /// What may be a comment, or its heading.
    block: Selector,
    /// The fragment that names the comment on its page, of the element that is one.
    anchor: for<'a> fn(ElementRef<'a>) -> Option<&'a str>,
    read: fn(&Block<'_>) -> Option<Comment>,
}

/// One comment on its page, for its engine's reader.
struct Block<'a> {
    page: &'a HtmlPage,
    element: ElementRef<'a>,
    anchor: &'a str,
    anchor_of: for<'b> fn(ElementRef<'b>) -> Option<&'b str>,
}

/// A comment as its engine's reader gives it.
#[derive(Default)]
struct Comment {
    author: Option<String>,
    published: Option<Stamp>,
    words: Words,
    /// Its address, where the page gives it.
    url: Option<String>,
    /// The fragment of the comment that it answers.
    answers: Option<String>,
}

/// Who is asked, in this order; the first that finds comments reads them.
static ENGINES: LazyLock<[Engine; 6]> = LazyLock::new(|| {
    [drupal::engine(), pluxml::engine(), dotclear::engine(), blogger::engine(), spip::engine(), wordpress::engine()]
});

/// The comments of a page, in their order; `article` is the address and the title of what they are about.
pub fn read(page: &HtmlPage, article: Option<&str>, title: Option<&str>) -> Vec<Entry> {
    let candidates: Vec<ElementRef<'_>> =
        page.tree.root_element().descendent_elements().filter(|element| may_be_one(element.value())).collect();
    ENGINES
        .iter()
        .map(|engine| of_engine(engine, page, &candidates, article, title))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// Whether an element may be what any engine's `block` selects; spares each of them a look at the whole page.
fn may_be_one(element: &Element) -> bool {
    element.attrs().any(|(name, value)| match name {
        "id" => value.starts_with('c'),
        "class" => value.contains("comment") || value.contains("forum-message"),
        _ => name == "data-comment-user-id",
    })
}

fn of_engine(
    engine: &Engine,
    page: &HtmlPage,
    candidates: &[ElementRef<'_>],
    article: Option<&str>,
    title: Option<&str>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: HashMap<&str, Option<String>> = HashMap::new();
    for element in candidates.iter().copied().filter(|element| engine.block.matches(element)) {
        if entries.len() >= MOST || effort::check().is_err() {
            break;
        }
        // Some themes give one name to several elements of a comment; the outermost is it.
        let Some(anchor) = (engine.anchor)(element).filter(|anchor| !places.contains_key(anchor)) else { continue };
        let block = Block { page, element, anchor, anchor_of: engine.anchor };
        let Some(comment) = (engine.read)(&block).filter(Comment::says_something) else { continue };
        // It answers a comment by the address that this was found to have; else the article.
        let named = |of: String| places.get(&*of).cloned().unwrap_or_else(|| place(page, article, &of));
        let parent_url = comment.answers.and_then(named).or(article.map(String::from));
        let url = comment.url.or_else(|| place(page, article, anchor));
        places.insert(anchor, url.clone());
        entries.push(Entry {
            kind: Kind::Comment,
            permanent: url.is_some(),
            url,
            thread_url: article.map(String::from),
            parent_url,
            guid: Some(anchor.into()),
            title: title.map(String::from),
            author: comment.author,
            published: comment.published,
            text: comment.words.text,
            quoted: comment.words.quoted,
            code: comment.words.code,
            is_reply: true,
            ..Entry::default()
        });
    }
    entries
}

/// The address of a comment by what names it, where the page gives it none.
fn place(page: &HtmlPage, article: Option<&str>, anchor: &str) -> Option<String> {
    let mut url = Url::parse(article.or(page.base.as_deref())?).ok()?;
    url.set_fragment(Some(anchor));
    Some(String::from(url))
}

impl Comment {
    fn says_something(&self) -> bool {
        !self.words.text.is_empty() || !self.words.quoted.is_empty() || self.words.code.is_some()
    }
}

impl<'a> Block<'a> {
    /// What matches below the comment and is its own: answers stand inside of what they answer, after its own words.
    fn own<'s>(&'s self, selector: &'s Selector) -> impl Iterator<Item = ElementRef<'a>> + 's {
        let own = |found: &ElementRef<'_>| *found != self.element && self.around(*found) == Some(self.anchor);
        self.element.select(selector).filter(own)
    }

    /// The name of the comment that an element stands in, itself included.
    fn around<'b>(&self, element: ElementRef<'b>) -> Option<&'b str> {
        std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap)).find_map(self.anchor_of)
    }

    /// The name of the comment that this one stands in.
    fn outer(&self) -> Option<String> {
        let around = self.element.ancestors().filter_map(ElementRef::wrap);
        around.filter_map(self.anchor_of).find(|anchor| *anchor != self.anchor).map(String::from)
    }

    /// The elements after this one up to the next comment, where its parts stand beside each other.
    fn after(&self) -> impl Iterator<Item = ElementRef<'a>> {
        let next = self.element.next_siblings().filter_map(ElementRef::wrap);
        let anchor_of = self.anchor_of;
        next.take(MOST).take_while(move |element| anchor_of(*element).is_none())
    }

    /// The date of an element: as it states it to programs, else as it shows it.
    fn date(&self, element: ElementRef<'_>) -> Option<Stamp> {
        let clock = self.page.clock.as_ref();
        let stated = ["datetime", "pubdate", "content", "title"].map(|name| element.value().attr(name));
        let stated = stated.into_iter().flatten().find_map(|stated| dates::parse(stated, clock));
        stated.or_else(|| dates::parse(&plain::line(&brief_text(element)), clock))
    }

    /// The address on the page that ends in the name of the comment; the way to answer it is none.
    fn link(&self, anchor: &str) -> Option<String> {
        static LINK: LazyLock<Selector> = LazyLock::new(|| super::html::selector("a[href*='#']"));
        let hrefs = self.element.select(&LINK).filter_map(|link| link.value().attr("href"));
        let own = |href: &&str| href.rsplit_once('#').is_some_and(|(head, name)| name == anchor && !head.is_empty());
        hrefs.filter(own).find(|href| !href.contains("replytocom")).and_then(|href| self.page.join(href))
    }
}

/// A name as it is shown, in one line.
fn name(element: ElementRef<'_>) -> Option<String> {
    Some(plain::line(&brief_text(element))).filter(|name| !name.is_empty())
}

/// The words of several elements as one text.
fn words<'a>(apart: &Apart, bodies: impl Iterator<Item = ElementRef<'a>>) -> Words {
    let mut words = Words::default();
    for body in bodies {
        let more = apart.read(body);
        words.text = [&words.text[..], &more.text].join("\n").trim().into();
        words.quoted.extend(more.quoted);
        words.code = words.code.or(more.code);
    }
    words
}

/// Whether `id` is `prefix` and a number.
fn is_numbered(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix).is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// An element's `id`, where it is `prefix` and a number.
fn numbered<'a>(element: ElementRef<'a>, prefix: &str) -> Option<&'a str> {
    element.value().attr("id").filter(|id| is_numbered(id, prefix))
}

/// Whether an element has one of the classes.
fn has_class(element: ElementRef<'_>, classes: &[&str]) -> bool {
    element.value().classes().any(|class| classes.contains(&class))
}
