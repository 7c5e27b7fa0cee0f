//! Readers of sources: bytes of a page in, entries and further pages out. Nothing here fetches, and no bytes make it
//! panic.

mod answer;
mod article;
mod comments;
pub mod discover;
mod extracted;
mod feed;
mod forum;
mod html;
pub mod network;
mod records;
mod site;
mod sitemap;
mod sniff;
mod words;

use std::borrow::Cow;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::tz::Offset;
use url::Url;

use crate::model::{
    Code, Entry, Found, Incident, Keep, Kind, Page, Place, Reserved, Role, Source, SourceKind, Stamp, Step,
    port::Adapter,
};
use crate::text::charset;
use html::HtmlPage;
use sniff::Form;

pub use extracted::{Extracted, ExtractedItem, PageKind, extract};

/// Bytes of a file that was packed once more, where nobody says how many it may have.
const MAX_UNPACKED: u64 = 15 << 20;

/// The share of what a feed gives of an article that its page must at least show to be believed.
const WHOLE: f64 = 0.5;

/// What went wrong, and how.
type Problem = (Code, String);

/// Reads feeds, sitemaps, forums, and pages of blogs and news sites, whichever a page turns out to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pages;

impl Adapter for Pages {
    fn read(&self, source: &Source, page: &Page) -> Found {
        let mut found = guarded(|| read(source, page)).unwrap_or_else(|(code, message)| Found {
            incidents: vec![Incident { source: String::new(), url: page.url.clone(), code, message }],
            ..Found::default()
        });
        found.entries.retain(says_something);
        if !source.timezone_is_said
            && let Some(offset) = found.offset.or(page.offset)
        {
            let local = found.entries.iter_mut().flat_map(|entry| [&mut entry.published, &mut entry.updated]);
            local
                .flatten()
                .filter(|stamp| stamp.offset.is_none())
                .for_each(|stamp: &mut Stamp| stamp.offset = Some(offset));
        }
        found
    }
}

fn read(source: &Source, page: &Page) -> Result<Found, Problem> {
    let body = unpacked(&page.body, if page.max_body == 0 { MAX_UNPACKED } else { page.max_body })?;
    let text = charset::decode(&body, page.content_type.as_deref());
    match sniff::sniff(&text, page.content_type.as_deref()) {
        Form::Feed => of_feed(source, page, &text),
        Form::Sitemap if matches!(page.request.role, Role::Sitemap | Role::Seed) => Ok(of_sitemap(source, page, &text)),
        Form::Sitemap => Err((Code::Unreadable, String::from("a sitemap where a page was expected"))),
        Form::Html if source.kind == SourceKind::Feed && page.request.role == Role::Seed => {
            Err((Code::Unreadable, String::from("an HTML page, not a feed")))
        }
        // Some sites answer anything with a page.
        Form::Html if matches!(page.request.role, Role::Feed | Role::Sitemap | Role::Times) => {
            Err((Code::Unreadable, String::from("an HTML page where a feed or a sitemap was expected")))
        }
        Form::Html => of_html(source, page, &text),
        Form::Json => of_answer(source, page, &text),
        Form::Unread(why) => Err((Code::Unreadable, String::from(why))),
    }
}

/// JSON that is no feed, by whoever knows its shape.
fn of_answer(source: &Source, page: &Page, text: &str) -> Result<Found, Problem> {
    let mut found = answer::read(text, page, source)?;
    reserve(&mut found, page.reserved, page);
    Ok(found)
}

/// A sitemap leads to pages of the site that it is read for, which is not always where it stands itself.
fn of_sitemap(source: &Source, page: &Page, text: &str) -> Found {
    let (named, more) = sitemap::read(text, Some(&page.url));
    let follow = site::of_sitemap(named, home(source, page));
    let mut found = Found { kind: Some(SourceKind::Blog), follow, ..Found::default() };
    if more {
        let message = String::from("the sitemap names more pages than are read of one");
        found.incidents.push(incident(page, (Code::Partial, message)));
    }
    found
}

/// The address of the site that a page is read for.
fn home<'a>(source: &'a Source, page: &'a Page) -> &'a str {
    match &source.place {
        Place::Url(url) => url,
        Place::Path(_) => &page.url,
    }
}

/// A body that was packed as a file, as some sitemaps and feeds are.
fn unpacked(body: &[u8], most: u64) -> Result<Cow<'_, [u8]>, Problem> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(body));
    }
    let mut unpacked = Vec::new();
    // What was had before a fault is kept: a file cut short still tells its beginning.
    let read = flate2::read::MultiGzDecoder::new(body).take(most.saturating_add(1)).read_to_end(&mut unpacked);
    match read {
        Ok(_) if unpacked.len() as u64 > most => {
            Err((Code::TooLarge, format!("the page is larger than {most} bytes once it is unpacked")))
        }
        Err(_) if unpacked.is_empty() => Err((Code::Unreadable, String::from("the page is packed, and damaged"))),
        _ => Ok(Cow::Owned(unpacked)),
    }
}

fn of_feed(source: &Source, page: &Page, text: &str) -> Result<Found, Problem> {
    let address = page.url.starts_with("http").then_some(page.url.as_str());
    let mut feed = feed::read(text, address)?;
    let role = page.request.role;
    if role == Role::Times {
        let offset = forum::learned(&page.request.told.shown, &feed::entries(&feed));
        return Ok(Found { offset, ..Found::default() });
    }
    // A feed of a blog, or that a blog's page named, leads to its articles; one that was named itself is read alone.
    let of_site = role == Role::Feed || source.kind == SourceKind::Blog;
    let kind = match source.kind {
        SourceKind::File | SourceKind::Forum => source.kind,
        _ if of_site => SourceKind::Blog,
        _ => SourceKind::Feed,
    };
    let incidents = std::mem::take(&mut feed.incidents);
    let failures = without_failures(&mut feed);
    let mut found = match source.kind.is_network() {
        true => network::of_feed(source, page, &feed),
        false => Found { kind: Some(kind), entries: feed::entries(&feed), ..Found::default() },
    };
    for entry in &mut found.entries {
        let target = entry.url.as_deref().and_then(network::target);
        entry.url = target.or(entry.url.take());
    }
    found.incidents.extend(incidents.into_iter().chain(failures).map(|problem| incident(page, problem)));
    // Where nothing of the feed may be kept, its articles speak for themselves.
    let may_lead = !matches!(source.kind, SourceKind::File | SourceKind::Feed);
    let of_site = of_site && !source.kind.is_network();
    if of_site || page.reserved.index && may_lead {
        found.follow = site::of_feed(&feed, page, home(source, page));
        // A site's feed states the zone that its pages leave out.
        let newest = feed.items.iter().filter_map(|item| item.published).next();
        found.offset = newest.and_then(|stamp| offset_of_page(stamp, source));
    }
    reserve(&mut found, page.reserved, page);
    Ok(found)
}

/// Takes out of a feed what a bridge wrote because it could not read what it stands for.
fn without_failures(feed: &mut feed::FeedPage) -> Option<Problem> {
    let all = feed.items.len();
    let failed = |item: &feed::Item| item.title.as_deref().is_some_and(network::is_failure);
    let told = feed.items.iter().find(|item| failed(item)).and_then(|item| item.title.clone());
    feed.items.retain(|item| !failed(item));
    let code = if feed.items.is_empty() { Code::Unreadable } else { Code::Partial };
    (feed.items.len() < all)
        .then(|| (code, format!("the bridge could not read its source: {}", told.unwrap_or_default())))
}

fn of_html(source: &Source, page: &Page, text: &str) -> Result<Found, Problem> {
    let html = HtmlPage::new(text, page, &source.timezone)?;
    if let Some(found) = network::of_page(source, page, text, &html) {
        return Ok(found);
    }
    if source.kind.is_network() {
        return Err((Code::Unreadable, String::from("a page where an answer of the network was expected")));
    }
    let mut found = match forum::recognise(text, &html) {
        Some(engine) => {
            let mut found = forum::read(engine, &html, page, source);
            records::complete(&html, &mut found.entries);
            found
        }
        None if is_of_forum(source, page) => thread(page, &html)?,
        None => of_site(source, page, &html)?,
    };
    let heeded = !source.exempt.as_ref().is_some_and(|exempt| exempt.reservations);
    let reserved = if heeded { page.reserved.or(html.head.reserved) } else { page.reserved };
    reserve(&mut found, reserved, page);
    Ok(found)
}

/// A thread of a forum that is of no known software.
fn thread(page: &Page, html: &HtmlPage) -> Result<Found, Problem> {
    let own = page.url.starts_with("http").then_some(page.url.as_str());
    let about = article::read(html, own).ok();
    let mined = records::read(html, about.as_ref(), own).filter(|mined| mined.is_thread);
    let Some(mined) = mined else {
        let why = String::from("not a page of the forum: shut for a while, or of no known software");
        return Err((Code::Unreadable, why));
    };
    Ok(Found { kind: Some(SourceKind::Forum), entries: mined.entries, ..Found::default() })
}

/// Whether only a forum is expected there.
fn is_of_forum(source: &Source, page: &Page) -> bool {
    let is = |kind| kind == SourceKind::Forum;
    match page.request.role {
        Role::Board | Role::Topic => true,
        Role::Seed => is(source.kind) || source.kind == SourceKind::Auto && page.expected.is_some_and(is),
        _ => false,
    }
}

fn of_site(source: &Source, page: &Page, html: &HtmlPage) -> Result<Found, Problem> {
    let role = page.request.role;
    let front = match source.kind {
        SourceKind::File | SourceKind::Page => false,
        SourceKind::Blog => role == Role::Seed,
        _ => role == Role::Seed && site::view(html) == site::View::Front,
    };
    if front || role == Role::Listing {
        let follow = if front { site::seeds(html, page) } else { site::listed(html) };
        if !follow.iter().all(|request| request.guess) || role == Role::Listing {
            return Ok(Found { kind: Some(SourceKind::Blog), follow, ..Found::default() });
        }
        // It leads nowhere, so it is what there is to read.
        let mut found = article(source, page, html)?;
        found.follow.extend(follow);
        return Ok(found);
    }
    article(source, page, html)
}

/// A page of an article, with its comments.
fn article(source: &Source, page: &Page, html: &HtmlPage) -> Result<Found, Problem> {
    let own = page.url.starts_with("http").then_some(page.url.as_str());
    let kind = match source.kind {
        SourceKind::Auto if page.request.role == Role::Seed => SourceKind::Page,
        SourceKind::Auto => SourceKind::Blog,
        kind => kind,
    };
    if leads_to_front(page) {
        return Err((Code::Redirect, String::from("the page is gone: its address leads to the front page")));
    }
    let mut found = Found { kind: Some(kind), ..Found::default() };
    let read = article::read(html, own);
    if page.request.role == Role::Comments {
        let told = &page.request.told;
        let title = told.title.clone().or_else(|| read.ok()?.title);
        let about = told.about.clone().or_else(|| own.map(comments::article_of));
        found.entries = comments::read(html, about.as_deref(), title.as_deref());
        found.follow = comments::pages(html, about.as_deref(), title.as_deref());
        return Ok(found);
    }
    let article = read?;
    let entry = article::entry(&article, own, &page.request.told).filter(|_| !html.asks_for_password());
    // Where the feed gave more, something stands before the text: a wall, a banner. The feed's own entry is there.
    let whole = page.request.told.length.is_none_or(|length| article.text.len() as f64 >= WHOLE * length as f64);
    let entry = entry.filter(|_| whole);
    let entry = entry.filter(|entry| page.request.role != Role::Page || site::is_article(html, entry));
    let about = entry.as_ref().and_then(|entry| entry.url.clone()).or_else(|| own.map(String::from));
    let title = entry.as_ref().and_then(|entry| entry.title.as_deref()).or(article.title.as_deref());
    let mut comments = comments::read(html, about.as_deref(), title);
    if source.kind != SourceKind::File {
        found.follow = comments::pages(html, about.as_deref(), title);
        found.follow.extend(comments::ask_isso(html, about.as_deref(), title));
    }
    if let Some(elsewhere) = comments::Elsewhere::of(html) {
        found.incidents.push(incident(page, (Code::Elsewhere, elsewhere.to_string())));
    }
    if comments.is_empty()
        && !html.asks_for_password()
        && let Some(mined) = records::read(html, Some(&article), about.as_deref())
    {
        if mined.is_thread && page.request.role == Role::Seed {
            found.entries = mined.entries;
            return Ok(found);
        }
        // Where a list led here, the page is an article; what looks like a thread is then part of it.
        if !mined.is_thread && entry.is_some() {
            comments = mined.entries;
        }
    }
    if let Some(offset) = article.published.and_then(|stamp| offset_of_page(stamp, source)) {
        let dates = comments.iter_mut().filter_map(|comment| comment.published.as_mut());
        dates.filter(|stamp| stamp.offset.is_none()).for_each(|stamp| stamp.offset = Some(offset));
    }
    if let (Some(why), true) = (article.cut, entry.is_some()) {
        found.incidents.push(incident(page, (Code::Partial, why.into())));
    }
    found.entries.extend(entry);
    found.entries.extend(comments);
    Ok(found)
}

/// The offset of what a page shows without one, by that of its own date: where the source's zone has the same on that day,
/// the zone knows better what it is on others, in summer and in winter.
fn offset_of_page(own: Stamp, source: &Source) -> Option<Offset> {
    let offset = own.offset.filter(|offset| *offset != Offset::UTC && !source.timezone_is_said)?;
    let usual = source.timezone.to_offset(own.instant(&source.timezone)?);
    (offset != usual).then_some(offset)
}

/// Whether a page below the front page has moved to it, as sites do with what they have taken down.
fn leads_to_front(page: &Page) -> bool {
    let is_below = |url: &str| Url::parse(url).is_ok_and(|url| url.path().len() > 1 || url.query().is_some());
    page.request.role != Role::Seed
        && is_below(&page.request.url)
        && !is_below(&page.url)
        && page.url.starts_with("http")
}

/// Leaves out what the site reserves, and says so.
fn reserve(found: &mut Found, reserved: Reserved, page: &Page) {
    if reserved.follow {
        found.follow.clear();
    }
    let count = found.entries.len();
    let what = if reserved.index {
        // Sites split long discussions over pages that they keep from search engines; what they say is the same.
        let further = page.request.step != Step::Link;
        found.entries.retain(|entry| entry.kind != Kind::Comment && !further);
        found.entries.iter_mut().for_each(|entry| entry.keep = Keep::Nothing);
        "noindex"
    } else if reserved.archive || reserved.mining {
        for entry in &mut found.entries {
            entry.keep = if is_named(entry) { Keep::NoWords } else { Keep::Nothing };
        }
        if reserved.mining { "tdm-reservation" } else { "noarchive" }
    } else {
        return;
    };
    if count > 0 {
        let kept = if reserved.index { "nothing of it is kept" } else { "title, author, date and address are kept" };
        let message = format!("the site reserves the page ({what}): {count} left out, {kept}");
        found.incidents.push(incident(page, (Code::Reserved, message)));
    }
}

fn incident(page: &Page, (code, message): Problem) -> Incident {
    Incident { source: String::new(), url: page.url.clone(), code, message }
}

/// An entry without words is none; a post or comment has words of its own, or shows those of others.
fn says_something(entry: &Entry) -> bool {
    !entry.text.trim().is_empty() || !entry.quoted.is_empty() || entry.code.is_some() || is_named(entry)
}

/// Whether the title alone tells of the entry.
fn is_named(entry: &Entry) -> bool {
    let named = entry.title.as_deref().is_some_and(|title| !title.trim().is_empty());
    named && (!matches!(entry.kind, Kind::Post | Kind::Comment) || !entry.is_reply)
}

/// Runs a reader; a panic, which only a fault of ours or of a parser can cause, becomes an incident of that page.
fn guarded<T>(read: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err((Code::Internal, String::from("the reader failed on this page; please report it"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Place};

    fn read(kind: SourceKind, url: &str, content_type: Option<&str>, body: &[u8]) -> Found {
        let source =
            Source { name: String::from("s"), kind, place: Place::Url(String::from(url)), ..Source::of_file() };
        let page = Page {
            url: String::from(url),
            content_type: content_type.map(String::from),
            body: body.to_vec(),
            ..Page::default()
        };
        Pages.read(&source, &page)
    }

    const ARTICLE: &str = include_str!("../../fixtures/source/page/press.html");

    #[test]
    fn a_page_becomes_one_article() {
        let found = read(SourceKind::Auto, "https://a.example/x?utm=1", Some("text/html"), ARTICLE.as_bytes());
        assert_eq!(found.incidents, []);
        let [entry] = &found.entries[..] else { panic!("{found:?}") };
        assert_eq!((entry.kind, entry.permanent), (Kind::Article, true));
        assert_eq!(entry.url.as_deref(), Some("https://a.example/2026/03/atlas-fibre"));
    }

    #[test]
    fn what_is_behind_a_wall_is_said_and_its_banner_is_no_text() {
        let of = |body: &str| read(SourceKind::Page, "https://a.example/x", Some("text/html"), body.as_bytes());
        for wall in [
            "<title>Le Quotidien</title><noscript>Please enable JavaScript.</noscript><div id=app></div>",
            "<title>Just a moment...</title><p>Checking your browser before accessing a.example.</p>",
            "<h1>La panne</h1><div id=x><p>Nous et nos partenaires utilisons des cookies pour mesurer l'audience.</p>\
             <p>Vous pouvez accepter, refuser, ou retirer votre consentement à tout moment.</p></div>",
        ] {
            let found = of(wall);
            assert_eq!((found.entries.len(), found.incidents[0].code), (0, Code::Walled), "{wall}");
        }
        let teaser = "<script type='application/ld+json'>{\"@type\": \"NewsArticle\", \"headline\": \"La panne\", \
            \"isAccessibleForFree\": \"False\"}</script><h1>La panne</h1><p>Le réseau d'Atlas Télécom est tombé lundi à Rabat.</p>";
        let found = of(teaser);
        assert_eq!((found.entries.len(), found.incidents[0].code), (1, Code::Partial));
        assert!(found.entries[0].text.contains("tombé lundi"));
        let free = teaser.replace("False", "True");
        assert_eq!(of(&free).incidents, []);
        let offered = format!(
            "{}<p>Cet article est réservé aux abonnés.</p>",
            free.replace("\"isAccessibleForFree\": \"True\"", "\"x\": 1")
        );
        assert_eq!(of(&offered).incidents[0].code, Code::Partial);
    }

    #[test]
    fn comments_are_dated_in_the_zone_of_their_page_in_summer_too() {
        let body = "<meta property=article:published_time content=2026-03-20T10:00:00+01:00><h1>Une panne</h1>\
            <article><p>Un texte assez long pour être lu comme une phrase entière, et même comme un article.</p></article>\
            <ol><li id=comment-4><div class=comment-date>5 avril 2026 à 10h00</div><p>Chez moi aussi.</p></li></ol>";
        for (zone, published) in [("Europe/Paris", "2026-04-05T08:00:00Z"), ("UTC", "2026-04-05T09:00:00Z")] {
            let timezone = jiff::tz::TimeZone::get(zone).unwrap();
            let source = Source { timezone: timezone.clone(), ..Source::of_file() };
            let found = Pages.read(&source, &Page { body: body.into(), ..Page::default() });
            let comment = found.entries.iter().find(|entry| entry.kind == Kind::Comment).unwrap();
            let at = comment.published.and_then(|stamp| stamp.instant(&timezone));
            assert_eq!(at.map(|at| at.to_string()).as_deref(), Some(published), "{zone}");
        }
    }

    #[test]
    fn a_file_has_no_address_to_go_by() {
        let body = "<title>Une page</title><p>Un texte assez long pour être lu comme une phrase entière.</p>";
        let found = read(SourceKind::File, "archive/une.html", None, body.as_bytes());
        assert_eq!(found.entries.len(), 1);
        assert_eq!((found.entries[0].url.as_deref(), found.entries[0].permanent), (None, false));
    }

    #[test]
    fn a_feed_source_that_answers_with_a_page_says_so() {
        let found = read(SourceKind::Feed, "https://a.example/feed", Some("application/rss+xml"), ARTICLE.as_bytes());
        assert_eq!(found.entries, []);
        assert_eq!(found.incidents.len(), 1);
        assert_eq!(
            (found.incidents[0].code, &found.incidents[0].message[..]),
            (Code::Unreadable, "an HTML page, not a feed")
        );
    }

    #[test]
    fn a_feed_is_read_whatever_its_content_type() {
        let body = "<rss version=\"2.0\"><channel><title>f</title><item><title>Panne chez Atlas</title></item></channel></rss>";
        let found = read(SourceKind::Auto, "https://a.example/feed", Some("text/html"), body.as_bytes());
        assert_eq!(found.entries.len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_one_incident() {
        for body in [
            &b""[..],
            b"hello",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0",
            b"\0\0\0\0",
            b"<html><body></body></html>",
        ] {
            let found = read(SourceKind::Auto, "https://a.example/x", None, body);
            assert_eq!(found.entries, []);
            assert_eq!(found.incidents.iter().map(|i| i.code).collect::<Vec<_>>(), [Code::Unreadable], "{body:?}");
        }
    }

    #[test]
    fn a_panic_inside_is_an_incident() {
        assert_eq!(guarded::<()>(|| panic!("x")).unwrap_err().0, Code::Internal);
    }
}
