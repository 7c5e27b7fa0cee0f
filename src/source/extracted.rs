//! What `vigie extract` prints of one file: the public shape of a page, with every key always there.

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use super::{
    Problem,
    article::{self, ArticlePage},
    comments,
    feed::{FeedPage, Item},
    forum,
    html::HtmlPage,
    records,
    sniff::Form,
};
use crate::model::{Code, Entry, Kind, Page, Quote, Source, Stamp};
use crate::text::charset;

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PageKind {
    Article,
    Thread,
    Feed,
    Listing,
    Other,
}

/// One line of `vigie extract`. The names and their order are public.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Extracted {
    /// The argument as given.
    pub file: String,
    pub page_kind: PageKind,
    /// The software of a forum or blog, where it is known.
    pub engine: Option<String>,
    /// The page's canonical address.
    pub url: Option<String>,
    /// A feed's own identifier.
    pub id: Option<String>,
    /// The site that a feed belongs to.
    pub link: Option<String>,
    pub title: Option<String>,
    pub site: Option<String>,
    pub language: Option<String>,
    pub author: Option<String>,
    pub description: Option<String>,
    /// With the offset that the page states; the day alone where only that is known.
    pub published: Option<String>,
    pub updated: Option<String>,
    pub tags: Vec<String>,
    /// The main text of an article; never repeats items.
    pub text: Option<String>,
    pub items: Vec<ExtractedItem>,
    pub incidents: Vec<Fault>,
}

/// An item of a feed, a post of a thread, a comment of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExtractedItem {
    pub kind: &'static str,
    pub url: Option<String>,
    pub id: Option<String>,
    pub title: Option<String>,
    pub author: Option<String>,
    pub published: Option<String>,
    pub updated: Option<String>,
    pub language: Option<String>,
    pub text: String,
    pub html: Option<String>,
    pub summary: Option<String>,
    pub tags: Vec<String>,
    pub quoted: Vec<Quote>,
    pub code: Option<String>,
    pub signature: Option<String>,
    pub replies: Option<u64>,
    pub views: Option<u64>,
    pub comments_url: Option<String>,
    pub comments_count: Option<u64>,
    pub rating: Option<f64>,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub code: Code,
    pub message: String,
}

/// Reads one file. Never panics; what goes wrong is in `incidents`.
pub fn extract(file: &str, bytes: &[u8], content_type: Option<&str>, dated: Option<Timestamp>) -> Extracted {
    match super::guarded(|| read(bytes, content_type, dated)) {
        Ok(out) => Extracted { file: String::from(file), ..out },
        Err((code, message)) => Extracted::failed(file, code, message),
    }
}

fn read(bytes: &[u8], content_type: Option<&str>, dated: Option<Timestamp>) -> Result<Extracted, Problem> {
    let bytes = super::unpacked(bytes, super::MAX_UNPACKED)?;
    let text = charset::decode(&bytes, content_type);
    match super::sniff::sniff(&text, content_type) {
        Form::Feed => super::feed::read(&text, None).map(Extracted::from),
        Form::Html => of_html(&text, dated),
        Form::Json => of_answer(&text, dated),
        Form::Sitemap => Err((Code::Unreadable, String::from("a sitemap, which holds no text"))),
        Form::Unread(why) => Err((Code::Unreadable, String::from(why))),
    }
}

/// A saved answer of a forum or network.
fn of_answer(text: &str, dated: Option<Timestamp>) -> Result<Extracted, Problem> {
    let page = Page { dated, ..Page::default() };
    let found = super::answer::read(text, &page, &Source::of_file())?;
    let in_thread = |entry: &Entry| matches!(entry.kind, Kind::Post | Kind::Comment);
    let kind = match &found.entries[..] {
        [] => PageKind::Listing,
        entries if entries.iter().all(in_thread) => PageKind::Thread,
        _ => PageKind::Feed,
    };
    Ok(Extracted {
        title: found.entries.first().filter(|_| kind == PageKind::Thread).and_then(|entry| entry.title.clone()),
        items: found.entries.into_iter().map(ExtractedItem::from).collect(),
        incidents: found.incidents.into_iter().map(|of| Fault { code: of.code, message: of.message }).collect(),
        ..Extracted::empty(kind)
    })
}

fn of_html(text: &str, dated: Option<Timestamp>) -> Result<Extracted, Problem> {
    let page = Page { dated, ..Page::default() };
    let html = HtmlPage::new(text, &page, &TimeZone::UTC)?;
    let engine = forum::recognise(text, &html);
    let mut found = engine.map(|engine| forum::read(engine, &html, &page, &Source::of_file())).unwrap_or_default();
    let software = engine.map(|engine| engine.facts.name.into());
    if found.entries.is_empty() {
        let mut about = article::read(&html, None);
        // A page of a forum that shows nothing may be some other page of its site.
        let leads = !found.follow.is_empty();
        let known = about.as_ref().ok().and_then(|about| about.url.as_deref());
        let mut items = if engine.is_none() { comments::read(&html, known, None) } else { Vec::new() };
        if items.is_empty()
            && let Some(mined) = records::read(&html, about.as_ref().ok(), None)
            && (mined.is_thread || engine.is_none())
        {
            if mined.is_thread {
                return Ok(Extracted { engine: software, ..Extracted::thread(about.ok(), mined.entries) });
            }
            items = mined.entries;
            if let Ok(about) = &mut about {
                about.text = records::without(&about.text, &items);
            }
        }
        if engine.is_some() && (leads || about.is_err()) {
            let about = about.ok().map(Extracted::from).unwrap_or_else(|| Extracted::empty(PageKind::Listing));
            return Ok(Extracted { engine: software, page_kind: PageKind::Listing, text: None, ..about });
        }
        let items = items.into_iter().map(ExtractedItem::from).collect();
        return Ok(Extracted { engine: software, items, ..Extracted::from(about?) });
    }
    records::complete(&html, &mut found.entries);
    let about = article::about(&html, None);
    let first = found.entries.first();
    // Who opened the thread, and when, on the page that shows it.
    let opening = first.filter(|entry| !entry.is_reply);
    let thread = first.and_then(|entry| entry.thread_url.clone());
    Ok(Extracted {
        engine: software,
        url: about.url.or(thread),
        site: about.site,
        language: about.language,
        description: about.description,
        tags: about.tags,
        title: first.and_then(|entry| entry.title.clone()).or(about.title),
        author: opening.and_then(|entry| entry.author.clone()),
        published: opening.and_then(|entry| entry.published).map(written),
        items: found.entries.into_iter().map(ExtractedItem::from).collect(),
        ..Extracted::empty(PageKind::Thread)
    })
}

impl From<Entry> for ExtractedItem {
    fn from(entry: Entry) -> ExtractedItem {
        ExtractedItem {
            kind: entry.kind.word(),
            url: entry.url,
            id: entry.guid,
            title: entry.title,
            author: entry.author,
            published: entry.published.map(written),
            updated: entry.updated.map(written),
            language: entry.language,
            text: entry.text,
            html: None,
            summary: None,
            tags: entry.tags,
            quoted: entry.quoted,
            code: entry.code,
            signature: entry.signature,
            replies: entry.counts.replies,
            views: entry.counts.views,
            comments_url: None,
            comments_count: None,
            rating: entry.counts.rating,
        }
    }
}

impl Extracted {
    /// A file of which nothing was had.
    pub fn failed(file: &str, code: Code, message: String) -> Extracted {
        let incidents = vec![Fault { code, message }];
        Extracted { file: String::from(file), incidents, ..Extracted::empty(PageKind::Other) }
    }

    /// Whether nothing was had of the file.
    pub fn is_failed(&self) -> bool {
        self.page_kind == PageKind::Other && !self.incidents.is_empty()
    }

    /// A thread of a forum that is no known software's.
    fn thread(about: Option<ArticlePage>, posts: Vec<Entry>) -> Extracted {
        let about = about.unwrap_or_default();
        Extracted {
            url: about.url,
            title: about.title,
            site: about.site,
            language: about.language,
            items: posts.into_iter().map(ExtractedItem::from).collect(),
            ..Extracted::empty(PageKind::Thread)
        }
    }

    fn empty(page_kind: PageKind) -> Extracted {
        Extracted {
            file: String::new(),
            page_kind,
            engine: None,
            url: None,
            id: None,
            link: None,
            title: None,
            site: None,
            language: None,
            author: None,
            description: None,
            published: None,
            updated: None,
            tags: Vec::new(),
            text: None,
            items: Vec::new(),
            incidents: Vec::new(),
        }
    }
}

impl From<ArticlePage> for Extracted {
    fn from(page: ArticlePage) -> Extracted {
        Extracted {
            url: page.url,
            title: page.title,
            site: page.site,
            language: page.language,
            author: page.author,
            description: page.description,
            published: page.published.map(written),
            updated: page.updated.map(written),
            tags: page.tags,
            text: Some(page.text),
            incidents: page.cut.map(|why| Fault { code: Code::Partial, message: why.into() }).into_iter().collect(),
            ..Extracted::empty(PageKind::Article)
        }
    }
}

impl From<FeedPage> for Extracted {
    fn from(feed: FeedPage) -> Extracted {
        Extracted {
            id: feed.id,
            link: feed.link,
            title: feed.title,
            language: feed.language,
            author: feed.author,
            description: feed.description,
            published: feed.published.map(written),
            updated: feed.updated.map(written),
            tags: feed.tags,
            items: feed.items.into_iter().map(ExtractedItem::from).collect(),
            incidents: feed.incidents.into_iter().map(|(code, message)| Fault { code, message }).collect(),
            ..Extracted::empty(PageKind::Feed)
        }
    }
}

impl From<Item> for ExtractedItem {
    fn from(item: Item) -> ExtractedItem {
        ExtractedItem {
            kind: "entry",
            url: item.url,
            id: item.id,
            title: item.title,
            author: item.author,
            published: item.published.map(written),
            updated: item.updated.map(written),
            language: item.language,
            text: item.text,
            html: item.html,
            summary: item.summary,
            tags: item.tags,
            quoted: item.quoted.into_iter().map(|text| Quote { author: None, text }).collect(),
            code: None,
            signature: None,
            replies: item.replies,
            views: item.views,
            comments_url: item.comments_url,
            comments_count: item.replies,
            rating: item.rating,
        }
    }
}

fn written(stamp: Stamp) -> String {
    stamp.written()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 17] = [
        "file",
        "page_kind",
        "engine",
        "url",
        "id",
        "link",
        "title",
        "site",
        "language",
        "author",
        "description",
        "published",
        "updated",
        "tags",
        "text",
        "items",
        "incidents",
    ];

    fn keys(json: &str) -> Vec<String> {
        // serde_json's own map sorts, so the order is read from the text.
        let places = KEYS.iter().filter_map(|key| json.find(&format!("\"{key}\":")).map(|at| (at, String::from(*key))));
        let mut places: Vec<_> = places.collect();
        places.sort();
        places.into_iter().map(|(_, key)| key).collect()
    }

    #[test]
    fn every_key_stands_in_the_contracts_order() {
        for body in ["", "<p>Une phrase assez longue pour faire un texte, avec un point.</p>"] {
            let json = serde_json::to_string(&extract("a.html", body.as_bytes(), None, None)).expect("plain data");
            assert_eq!(keys(&json), KEYS);
        }
    }

    #[test]
    fn an_unreadable_file_is_other_with_an_incident() {
        let out = extract("b.bin", b"\0\x01\x02\x03", None, None);
        assert_eq!((out.page_kind, out.text.as_deref()), (PageKind::Other, None));
        assert_eq!(out.incidents[0].code, Code::Unreadable);
        assert!(serde_json::to_string(&out).expect("plain data").contains("\"page_kind\":\"other\""));
    }

    #[test]
    fn a_feed_has_items_and_no_text() {
        let body = b"<rss version='2.0'><channel><title>f</title><item><title>Un</title></item></channel></rss>";
        let out = extract("f.xml", body, None, None);
        assert_eq!((out.page_kind, out.text.as_deref(), out.items.len()), (PageKind::Feed, None, 1));
        let item = serde_json::to_value(&out.items[0]).expect("plain data");
        assert_eq!(item.as_object().map(|fields| fields.len()), Some(20));
    }
}
