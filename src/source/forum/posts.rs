//! Posts of a page of a topic: whose, when, in whose words, under which address.

use std::sync::LazyLock;

use scraper::{ElementRef, Selector};
use url::Url;

use super::address::{last_number, with_query};
use super::engine::{Places, Post};
use super::lists::number as count_of;
use super::{LINK, Reading};
use crate::model::{Code, Counts, Entry, Incident, Kind};
use crate::source::html::{HtmlPage, selector};
use crate::source::words::{self, Apart};
use crate::text::{effort, plain};

/// Bytes of a post's text that are kept.
const MAX_TEXT: usize = 100_000;

/// Posts of one page that are read.
const MAX_POSTS: usize = 2_000;

/// A post on a page, whether it has words or shows only pictures.
pub struct Block<'a> {
    pub whole: ElementRef<'a>,
    number: Option<String>,
    body: ElementRef<'a>,
}

/// The posts of a page, in their order; no more than one above what is read.
pub fn blocks<'a>(post: &'a Post, html: &'a HtmlPage) -> Vec<Block<'a>> {
    let matches = |around: ElementRef<'_>| post.block.matches(&around);
    let blocks = html.tree.select(&post.block).take_while(|_| effort::check().is_ok());
    // Posts within posts are somebody's trick.
    let outermost = blocks.filter(|block| !block.ancestors().filter_map(ElementRef::wrap).any(matches));
    outermost.filter_map(|whole| block(post, whole)).take(MAX_POSTS + 1).collect()
}

fn block<'a>(post: &'a Post, whole: ElementRef<'a>) -> Option<Block<'a>> {
    let number = post.number.of(whole).find_map(|value| last_number(&value).map(String::from));
    let body = whole.select(&post.body).next()?;
    // What has no number and nobody wrote is a form, or an advertisement.
    let is_post = number.is_some() || post.author.first(whole).is_some();
    is_post.then_some(Block { whole, number, body })
}

impl Reading<'_> {
    /// The posts of the page, in their order.
    pub fn posts(&self, blocks: &[Block<'_>], incidents: &mut Vec<Incident>) -> Vec<Entry> {
        let title = self.engine.heading.iter().find_map(|heading| self.html.first(heading));
        let thread = title
            .and_then(|title| self.links(title, &LINK).find_map(|url| self.topic(&url)))
            .or_else(|| self.topic(&self.url))
            .map(|at| at.first);
        let title = title.map(|title| plain::line(&TITLE.read(title).text)).filter(|title| !title.is_empty());
        let mut partial = |message| {
            let url = self.page.url.clone();
            incidents.push(Incident { source: String::new(), url, code: Code::Partial, message });
        };
        let mut entries = Vec::new();
        for (at, block) in blocks.iter().enumerate() {
            if at >= MAX_POSTS {
                partial(format!("the page has more than {MAX_POSTS} posts; the first were read"));
                break;
            }
            if let Err(late) = effort::check() {
                partial(format!("{late}; {} posts were read", entries.len()));
                break;
            }
            // The first post opens the topic, though it may have no words.
            let is_first = at == 0 && self.is_first_page(&thread);
            entries.extend(self.post(block, &thread, &title, is_first));
        }
        entries
    }

    /// Whether the page is the first of its topic.
    fn is_first_page(&self, thread: &Option<Url>) -> bool {
        match (self.topic(&self.url), thread) {
            (Some(own), Some(thread)) => own.url == *thread,
            // A post's own address shows its page, whichever that is: its pages before tell.
            _ => {
                let before = self.html.tree.select(&PREVIOUS).filter_map(|link| self.join(link.value().attr("href")?));
                before.into_iter().all(|url| with_query(&url, |_| true) == with_query(&self.url, |_| true))
            }
        }
    }

    /// A post, unless it has no words.
    fn post(&self, block: &Block<'_>, thread: &Option<Url>, title: &Option<String>, is_first: bool) -> Option<Entry> {
        let facts = &self.engine.post;
        let Block { whole: block, ref number, body } = *block;
        let words = facts.apart.read(body);
        if words.text.is_empty() && words.quoted.is_empty() && words.code.is_none() {
            return None;
        }
        let author = facts.author.of(block).map(|name| plain::line(&name)).find(|name| !name.is_empty());
        let stamp = facts.date.of(block).find_map(|date| self.stamp(&date));
        let signed = block.select(&facts.signature).next().map(words::plain_text);
        // A line of these stands above it in older styles.
        let signature =
            signed.map(|text| String::from(text.trim_start_matches(['_', '\n']))).filter(|text| !text.is_empty());
        let number_of = |href: &str| self.join(href).and_then(|url| self.number_in(&url));
        let address = |id: &str| (self.facts.post_address)(&self.url, thread.as_ref(), id).map(String::from);
        let own = number.as_deref().and_then(|id| self.permalink(block, id).or_else(|| address(id)));
        let stated = facts.answers.of(block).find_map(|answer| last_number(&answer).map(String::from));
        let answered = stated.or_else(|| words.answers.as_deref().and_then(number_of));
        let told = &self.page.request.told;
        let shown = |places: &Places| places.of(self.html.tree.root_element()).find_map(|count| count_of(&count));
        Some(Entry {
            kind: Kind::Post,
            permanent: self.has_address && own.is_some(),
            url: own.filter(|_| self.has_address),
            thread_url: thread.as_ref().filter(|_| self.has_address).map(|url| url.to_string()),
            parent_url: answered.and_then(|id| address(&id)).filter(|_| self.has_address),
            guid: number.clone(),
            title: title.clone(),
            author,
            published: stamp,
            date_suspect: false,
            text: String::from(plain::cut_bytes(&words.text, MAX_TEXT)),
            quoted: words.quoted,
            signature,
            code: words.code,
            is_reply: !is_first,
            counts: Counts {
                likes: facts.likes.first(block).and_then(|count| count_of(&count)),
                thread_replies: told.replies.or_else(|| shown(&self.engine.replies)).filter(|_| is_first),
                thread_views: told.views.or_else(|| shown(&self.engine.views)).filter(|_| is_first),
                ..Counts::default()
            },
            ..Entry::default()
        })
    }

    /// The address that a site gives to a post where its addresses are of its own making.
    fn permalink(&self, block: ElementRef<'_>, id: &str) -> Option<String> {
        if !self.facts.rewrites || (self.facts.topic)(&self.url).is_some() {
            return None;
        }
        let end = format!("#{}{id}", self.facts.post.fragment);
        let links = block.select(&LINK).filter_map(|link| self.join(link.value().attr("href")?));
        links.into_iter().find(|url| url.as_str().ends_with(&end) && self.rewritten(url).is_some()).map(String::from)
    }
}

/// A title without the labels that stand before it.
static TITLE: LazyLock<Apart> = LazyLock::new(|| {
    Apart::new("blockquote", "cite", "pre", ".label, .labelLink, .label-append, .prefix, .badge, .ipsBadge, button")
});

static PREVIOUS: LazyLock<Selector> = LazyLock::new(|| selector("[rel=prev]"));
