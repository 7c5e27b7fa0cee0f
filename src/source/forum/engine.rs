//! What is to be known of the software of a forum: its facts as a person writes them down, and made ready to be looked for.

use std::borrow::Cow;

use scraper::{ElementRef, Selector};
use url::Url;

use super::address::At;
use crate::source::html::selector;
use crate::source::words::{Apart, brief_text};

/// The facts of an engine. Selectors are of the page; those of a row or a post, of what is in it. A *place* is where a fact
/// stands: `css`, the text of what is selected; `css@attribute`; `@attribute` of the row or post itself; several apart by
/// ` | `, the best first. An empty one is nowhere.
pub struct Facts {
    pub name: &'static str,
    /// Bytes one of which stands in every page of it: most pages need no closer look.
    pub signs: &'static [&'static str],
    /// An element that only its pages have.
    pub mark: &'static str,
    /// Boards, as they are listed.
    pub boards: Rows,
    /// Topics, as they are listed.
    pub topics: Rows,
    /// Whether what is counted there of a topic are its posts, the first among them, and not its replies.
    pub counts_first: bool,
    pub post: Posts,
    /// Of a topic's page: its title, in elements apart by ` | `, and what it tells of the whole topic.
    pub heading: &'static str,
    pub replies: &'static str,
    pub views: &'static str,
    /// The next page of a topic, or of a board.
    pub next: &'static str,
    /// A page of a topic, and of a board; `None` of other addresses.
    pub topic: fn(&Url) -> Option<At>,
    pub board: fn(&Url) -> Option<At>,
    /// The address of a post, from that of any page of the forum, that of its topic, and its number.
    pub post_address: fn(&Url, Option<&Url>, &str) -> Option<Url>,
    /// The number of a post, in an address that leads to it.
    pub post_number: fn(&Url) -> Option<String>,
    /// Whether a site may give its pages addresses of its own making.
    pub rewrites: bool,
    /// Where its pages state the zone of their dates.
    pub zone: &'static str,
    /// Whether its pages show dates without saying in which zone, and a feed of its tells.
    pub hides_zone: bool,
}

/// What a list tells of a board or a topic.
pub struct Rows {
    pub row: &'static str,
    /// Its name, which links to it.
    pub link: &'static str,
    /// Places: topics or replies, and messages or views.
    pub counts: [&'static str; 2],
    /// Links one of which leads to its last post.
    pub last: &'static str,
    /// Place: when that was written.
    pub time: &'static str,
}

/// What a page tells of a post.
pub struct Posts {
    pub block: &'static str,
    /// Place: what ends with its number.
    pub number: &'static str,
    /// What stands before the number in a fragment that names a post.
    pub fragment: &'static str,
    pub author: &'static str,
    pub date: &'static str,
    pub body: &'static str,
    pub signature: &'static str,
    /// In the body: words of others, who is quoted, code, notes of the software.
    pub quote: &'static str,
    pub cite: &'static str,
    pub code: &'static str,
    pub note: &'static str,
    /// Place: the number of the post that it answers, or an address that leads to it.
    pub answers: &'static str,
    pub likes: &'static str,
}

impl Rows {
    /// Of an engine whose pages tell nothing of the kind.
    pub const NONE: Rows = Rows { row: "", link: "", counts: ["", ""], last: "", time: "" };
}

impl Posts {
    /// What few engines have.
    pub const NONE: Posts = Posts {
        block: "",
        number: "",
        fragment: "",
        author: "",
        date: "",
        body: "",
        signature: "",
        quote: "blockquote",
        cite: "cite",
        code: "pre",
        note: "",
        answers: "",
        likes: "",
    };
}

impl Facts {
    /// What few engines have.
    pub const NONE: Facts = Facts {
        name: "",
        signs: &[],
        mark: "",
        boards: Rows::NONE,
        topics: Rows::NONE,
        counts_first: false,
        post: Posts::NONE,
        heading: "h1",
        replies: "",
        views: "",
        next: "link[rel=next], a[rel=next]",
        topic: |_| None,
        board: |_| None,
        post_address: |_, _, _| None,
        post_number: |_| None,
        rewrites: false,
        zone: "",
        hides_zone: false,
    };
}

/// The facts, ready to be looked for.
pub struct Engine {
    pub facts: &'static Facts,
    pub mark: Selector,
    pub boards: Row,
    pub topics: Row,
    pub post: Post,
    pub heading: Vec<Selector>,
    pub replies: Places,
    pub views: Places,
    pub next: Selector,
    pub zone: Selector,
}

/// [`Rows`], ready.
pub struct Row {
    pub row: Selector,
    pub link: Selector,
    pub counts: [Places; 2],
    pub last: Selector,
    pub time: Places,
}

/// [`Posts`], ready.
pub struct Post {
    pub block: Selector,
    pub number: Places,
    pub author: Places,
    pub date: Places,
    pub body: Selector,
    pub signature: Selector,
    pub apart: Apart,
    pub answers: Places,
    pub likes: Places,
}

impl Engine {
    pub fn new(facts: &'static Facts) -> Engine {
        let row = |rows: &Rows| Row {
            row: css(rows.row),
            link: css(rows.link),
            counts: rows.counts.map(Places::new),
            last: css(rows.last),
            time: Places::new(rows.time),
        };
        let posts = &facts.post;
        Engine {
            facts,
            mark: css(facts.mark),
            boards: row(&facts.boards),
            topics: row(&facts.topics),
            post: Post {
                block: css(posts.block),
                number: Places::new(posts.number),
                author: Places::new(posts.author),
                date: Places::new(posts.date),
                body: css(posts.body),
                signature: css(posts.signature),
                apart: Apart::new(
                    nonempty(posts.quote),
                    nonempty(posts.cite),
                    nonempty(posts.code),
                    nonempty(posts.note),
                ),
                answers: Places::new(posts.answers),
                likes: Places::new(posts.likes),
            },
            heading: facts.heading.split(" | ").map(css).collect(),
            replies: Places::new(facts.replies),
            views: Places::new(facts.views),
            next: css(facts.next),
            zone: css(facts.zone),
        }
    }
}

fn css(css: &str) -> Selector {
    selector(nonempty(css))
}

/// What selects nothing, for what is nowhere.
fn nonempty(css: &str) -> &str {
    if css.is_empty() { ":not(*)" } else { css }
}

/// Where a fact stands, the best place first.
pub struct Places(Vec<(Option<Selector>, Option<&'static str>)>);

impl Places {
    fn new(places: &'static str) -> Places {
        let places = places.split(" | ").filter(|place| !place.is_empty());
        let parsed = places.map(|place| {
            let (css, attribute) = place.rsplit_once('@').map_or((place, None), |(css, name)| (css, Some(name)));
            (Some(css).filter(|css| !css.is_empty()).map(selector), attribute)
        });
        Places(parsed.collect())
    }

    /// What stands there, in each place in the order of the page.
    pub fn of<'a>(&'a self, whole: ElementRef<'a>) -> impl Iterator<Item = Cow<'a, str>> {
        self.0.iter().flat_map(move |(css, attribute)| {
            let own = css.is_none().then_some(whole);
            let inside = css.iter().flat_map(move |css| whole.select(css));
            own.into_iter().chain(inside).filter_map(move |element| match attribute {
                Some(name) => element.value().attr(name).map(|value| Cow::Borrowed(value.trim())),
                None => Some(Cow::Owned(brief_text(element))),
            })
        })
    }

    /// The first that is not empty.
    pub fn first<'a>(&'a self, whole: ElementRef<'a>) -> Option<Cow<'a, str>> {
        self.of(whole).find(|value| !value.trim().is_empty())
    }
}
