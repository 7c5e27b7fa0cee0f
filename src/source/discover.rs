//! A look around: what an address leads to that could be a source, asked for with as few requests as tell.

mod software;

use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

use super::{Pages, charset, feed, forum, html::HtmlPage, site, sniff, sniff::Form, unpacked};
use crate::model::{Entry, Found, Page, Request, Role, Source, SourceKind, Step, port::Adapter};
use crate::text::{plain, urls};

/// Feeds that are looked at of those that a page names.
const FEEDS: usize = 4;

/// What was seen of one page.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    pub shows: Shows,
    /// The address that answered.
    pub url: String,
    pub title: Option<String>,
    /// The software that made it, where it says so or its marks tell.
    pub software: Option<String>,
    /// The site that a feed belongs to.
    pub site: Option<String>,
    /// The language that it claims.
    pub language: Option<String>,
    pub entries: Vec<Entry>,
}

/// What a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// A feed; of comments alone, or of articles.
    Feed { comments: bool },
    /// A sitemap: how many pages and further sitemaps it leads to.
    Sitemap { pages: usize, sitemaps: usize },
    /// A list of a forum, by what it leads to; or its posts.
    Forum { boards: usize, topics: usize },
    /// A list of articles.
    Front { articles: usize },
    /// An article, or any other page.
    Page,
    /// What a site tells programs in a form of its own.
    Api,
    /// What an open network tells of what was asked for, or a page of its site that leads there.
    Network(SourceKind),
}

/// Looks at a page: what it shows, and in `follow` the few pages that tell more of the site. Reads as [`Pages`] does.
pub fn look(source: &Source, page: &Page) -> (Found, Option<Sight>) {
    let mut found = Pages.read(source, page);
    if let Some(network) = found.kind.filter(|kind| kind.is_network()) {
        // Its interface tells all there is; an account is looked up first.
        let entries = std::mem::take(&mut found.entries);
        found.follow.truncate(usize::from(entries.is_empty()));
        found.follow.iter_mut().for_each(|request| request.step = Step::Link);
        return (found, Some(Sight { entries, ..Sight::of(page, Shows::Network(network)) }));
    }
    let Ok(body) = unpacked(&page.body, if page.max_body == 0 { super::MAX_UNPACKED } else { page.max_body }) else {
        return (found, None);
    };
    let text = charset::decode(&body, page.content_type.as_deref());
    let follow = std::mem::take(&mut found.follow);
    let sight = match sniff::sniff(&text, page.content_type.as_deref()) {
        Form::Feed => of_feed(page, &text, &mut found),
        Form::Sitemap => Some(of_sitemap(page, &follow, &mut found)),
        Form::Html if page.request.role == Role::Feed => None,
        Form::Html => of_html(source, page, &text, follow, &mut found),
        Form::Json => of_api(page, &text, &mut found),
        Form::Unread(_) => None,
    };
    if sight.as_ref().is_some_and(|sight| sight.shows == Shows::Api) {
        found.incidents.clear();
    }
    if page.reserved.follow {
        found.follow.clear();
    }
    (found, sight)
}

impl Sight {
    fn of(page: &Page, shows: Shows) -> Sight {
        let (title, software, site, language) = (None, None, None, None);
        Sight { shows, url: page.url.clone(), title, software, site, language, entries: Vec::new() }
    }
}

fn of_feed(page: &Page, text: &str, found: &mut Found) -> Option<Sight> {
    let feed = feed::read(text, Some(&page.url)).ok()?;
    let comments = !feed.items.is_empty() && feed.items.iter().all(feed::is_comment);
    let link = feed.link.as_deref().and_then(|link| urls::join(&page.url, link));
    if page.request.role == Role::Seed
        && let Some(link) = link.clone().filter(|link| link.split('#').next() != Some(&page.url))
    {
        // The site may have more to tell than its feed.
        found.follow.push(Request { guess: true, ..Request::new(link, Role::Listing) });
    }
    Some(Sight {
        title: feed.title,
        software: feed.generator.map(|name| plain::cut(&plain::line(&name), 80).into()),
        site: link,
        language: feed.language,
        entries: std::mem::take(&mut found.entries),
        ..Sight::of(page, Shows::Feed { comments })
    })
}

fn of_sitemap(page: &Page, follow: &[Request], found: &mut Found) -> Sight {
    let count = |sitemap: bool| follow.iter().filter(|request| (request.role == Role::Sitemap) == sitemap).count();
    let (pages, sitemaps) = (count(false), count(true));
    // An index leads to one of its sitemaps; depth ends what leads to itself.
    if pages == 0 {
        let newest = follow.iter().find(|request| request.first).or(follow.first());
        found.follow.extend(newest.map(|request| Request { guess: true, step: Step::Link, ..request.clone() }));
    }
    Sight::of(page, Shows::Sitemap { pages, sitemaps })
}

fn of_html(source: &Source, page: &Page, text: &str, follow: Vec<Request>, found: &mut Found) -> Option<Sight> {
    let html = HtmlPage::new(text, page, &TimeZone::UTC).ok()?;
    let about = super::article::read(&html, Some(&page.url)).ok();
    let title = about.as_ref().and_then(|about| about.site.clone().or_else(|| about.title.clone()));
    let language = about.as_ref().and_then(|about| about.language.clone());
    let entries = std::mem::take(&mut found.entries);
    let engine = forum::recognise(text, &html);
    let software = match engine {
        Some(engine) => Some(String::from(engine.facts.name)),
        None => software::of(&html.head.generator, text),
    };
    let sight = Sight { title, language, entries, ..Sight::of(page, Shows::Page) };
    let own = matches!(page.request.role, Role::Seed | Role::Listing);
    if engine.is_some() || found.kind == Some(SourceKind::Forum) {
        let count = |role| follow.iter().filter(|request| request.role == role).count();
        let shows = Shows::Forum { boards: count(Role::Board), topics: count(Role::Topic) };
        if own {
            let feeds: Vec<Request> = named(&html).take(2).collect();
            let guess = || software::guesses(software.as_deref(), &page.url).into_iter().take(1);
            found.follow.extend(if feeds.is_empty() { guess().collect() } else { feeds });
        }
        // The way to one topic: the first that is listed, else the first board.
        let first = |role| follow.iter().find(|request| request.role == role && request.step == Step::Link);
        let way = first(Role::Topic).or_else(|| first(Role::Board)).filter(|_| sight.entries.is_empty());
        found.follow.extend(way.map(|request| Request { guess: true, first: false, ..request.clone() }));
        return Some(Sight { shows, software, ..sight });
    }
    if !own {
        return Some(Sight { software, ..sight });
    }
    let listed: Vec<Request> = site::listed(&html).into_iter().filter(|request| request.role == Role::Page).collect();
    let front = site::view(&html) == site::View::Front;
    let feeds: Vec<Request> = named(&html).collect();
    let at_root = |url: &str| Url::parse(url).is_ok_and(|url| url.path() == "/" && url.query().is_none());
    if front || at_root(&page.url) {
        if feeds.is_empty() {
            found.follow.extend(software::guesses(software.as_deref(), &page.url));
        }
        found.follow.extend(feeds);
        found.follow.extend(software::apis(software.as_deref(), text, &page.url));
        let sitemaps = site::sitemaps(&page.url, page).into_iter();
        found.follow.extend(sitemaps.take(1).map(|request| Request { guess: true, first: false, ..request }));
        found.follow.extend(listed.first().map(|request| Request { guess: true, ..request.clone() }));
    } else {
        // One page of a site: its front page tells of the rest.
        found.follow.extend(feeds);
        let root = urls::join(&page.url, "/").filter(|_| source.kind == SourceKind::Auto);
        found.follow.extend(root.map(|url| Request { guess: true, ..Request::new(url, Role::Listing) }));
    }
    let shows = if front { Shows::Front { articles: listed.len() } } else { Shows::Page };
    Some(Sight { shows, software, ..sight })
}

/// The feeds that a page names: its own first, then that of the site's comments, then others.
fn named(html: &HtmlPage) -> impl Iterator<Item = Request> {
    let comments = |link: &super::html::Link| site::is_of_comments(&link.url, &link.title);
    let mut feeds: Vec<_> = html.head.feeds.iter().collect();
    let main = feeds.iter().position(|link| !comments(link)).unwrap_or(0);
    let rank = |at: usize, link| match (at == main, comments(link)) {
        (true, _) => 0,
        (_, true) => 1,
        _ => 2,
    };
    let mut ranked: Vec<_> = feeds.drain(..).enumerate().map(|(at, link)| (rank(at, link), at, link)).collect();
    ranked.sort_by_key(|(rank, at, _)| (*rank, *at));
    let requests = ranked.into_iter().map(|(_, _, link)| Request::new(&*link.url, Role::Feed));
    requests.take(FEEDS).collect::<Vec<_>>().into_iter()
}

/// A list in JSON, as some sites give their articles or topics to programs.
fn of_api(page: &Page, text: &str, found: &mut Found) -> Option<Sight> {
    if !found.entries.is_empty() {
        // Somebody knows its shape.
        let entries = std::mem::take(&mut found.entries);
        return Some(Sight { entries, ..Sight::of(page, Shows::Api) });
    }
    let value: Value = serde_json::from_str(text).ok().filter(|_| text.len() < 4 << 20)?;
    let list = match &value {
        Value::Array(list) => Some(list),
        Value::Object(map) => map.values().find_map(Value::as_array).or_else(|| {
            map.values().filter_map(Value::as_object).flat_map(|inner| inner.values()).find_map(Value::as_array)
        }),
        _ => None,
    }?;
    let written = |value: &Value| match value {
        Value::String(text) => Some(plain::line(text)),
        Value::Object(map) => map.get("rendered").and_then(Value::as_str).map(plain::line),
        _ => None,
    };
    let of = |item: &Value, keys: &[&str]| keys.iter().find_map(|key| written(item.get(key)?));
    let entries = list.iter().take(feed::MAX_ITEMS).map(|item| Entry {
        title: of(item, &["title", "name", "fancy_title"]),
        url: of(item, &["link", "url"]),
        published: of(item, &["date_gmt", "date", "created_at", "published_at"])
            .and_then(|date| crate::text::dates::parse(&date, None)),
        ..Entry::default()
    });
    Some(Sight { entries: entries.collect(), ..Sight::of(page, Shows::Api) })
}
