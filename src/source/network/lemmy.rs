//! Lemmy: communities, users, posts with their comments, and searches of a server.

use serde_json::Value;
use url::Url;

use super::{
    Asked, NONE, Network, address,
    fields::{self, count, date, is, list, text, word},
    further,
};
use crate::model::{Counts, Entry, Found, Kind, Page, Request, Role, SourceKind};
use crate::source::html::HtmlPage;
use crate::text::urls;

pub const NETWORK: Network = Network {
    kind: SourceKind::Lemmy,
    is_host: |host| host.starts_with("lemmy."),
    ask,
    forms: "https://SERVER/c/NAME, https://SERVER/u/NAME, https://SERVER/post/NUMBER, or a query beside the server's url",
    read,
    page,
    ..NONE
};

/// Posts or comments of one answer; the most that servers give.
const MOST: &str = "50";

fn ask(asked: &Asked) -> Option<String> {
    let base = asked.origin();
    if asked.query.is_none() && asked.url.path().starts_with("/api/v3/") {
        return Some(asked.url.to_string());
    }
    if let Some(words) = asked.query {
        return Some(search(&base, words));
    }
    way(asked.url)
}

fn search(base: &str, words: &str) -> String {
    address::build(base, "/api/v3/search", &[("q", words), ("type_", "All"), ("sort", "New"), ("limit", MOST)])
}

/// What a page of a server is in its interface.
fn way(url: &Url) -> Option<String> {
    let base = address::origin(url.as_str())?;
    let listed = |path: &str, pairs: &[(&str, &str)]| {
        Some(address::build(&base, path, &[pairs, &[("sort", "New"), ("limit", MOST)]].concat()))
    };
    match &address::parts(url)[..] {
        ["c", name] => listed("/api/v3/post/list", &[("community_name", name), ("type_", "All")]),
        ["u", name] => listed("/api/v3/user", &[("username", name)]),
        ["post", id] => Some(address::build(&base, "/api/v3/post", &[("id", id)])),
        ["search"] => Some(search(&base, &address::value(url, "q")?)),
        _ => None,
    }
}

/// A page of a server that was not known to be one, by the program that makes it.
fn page(text: &str, _: &HtmlPage, url: &Url) -> Option<String> {
    let is_one = text.contains("window.isoData") && (text.contains("lemmy") || text.contains("Lemmy"));
    if is_one { way(url) } else { None }
}

fn read(value: &Value, page: &Page) -> Option<Found> {
    let one = &value["post_view"];
    let posts = if one.is_object() { std::slice::from_ref(one) } else { list(value, "posts") };
    let comments = list(value, "comments");
    let is_post = |view: &Value| text(view, "post.ap_id").is_some() && view["creator"].is_object();
    let known = posts.iter().chain(comments).any(is_post);
    let lists = value["posts"].is_array() || value["comments"].is_array();
    let empty = posts.is_empty() && comments.is_empty() && lists && page.url.contains("/api/v3/");
    if !(known || empty) {
        return None;
    }
    let base = address::origin(&page.url);
    let gone = |view: &Value, what: &str| is(&view[what], "deleted") || is(&view[what], "removed");
    let mut found = Found::default();
    found.entries.extend(posts.iter().filter(|view| is_post(view) && !gone(view, "post")).map(post));
    let shown = comments.iter().filter(|view| is_post(view) && !gone(view, "comment"));
    found.entries.extend(shown.map(|view| comment(view, base.as_deref())));
    if let Some(id) = word(one, "post.id") {
        // Its comments are on pages of their own.
        let pairs = [("post_id", &*id), ("sort", "New"), ("type_", "All"), ("limit", MOST)];
        let url = base.map(|base| address::build(&base, "/api/v3/comment/list", &pairs));
        found.follow.extend(url.map(|url| Request::new(url, Role::Listing)));
        return Some(found);
    }
    let first = page.request.role == Role::Seed;
    if first && page.url.contains("/api/v3/post/list") {
        // A community's comments are a list of their own.
        let url = page.url.replace("/api/v3/post/list", "/api/v3/comment/list");
        found.follow.push(Request::new(url, Role::Listing));
    }
    let most = posts.len().max(comments.len());
    if most >= MOST.parse().unwrap_or(usize::MAX) {
        let at = Url::parse(&page.url).ok().and_then(|url| address::value(&url, "page")?.parse::<u64>().ok());
        let next = address::with(&page.url, "page", &(at.unwrap_or(1).saturating_add(1)).to_string());
        found.follow.extend(further(next, &found.entries));
    }
    Some(found)
}

fn post(view: &Value) -> Entry {
    let marked = fields::markdown(text(view, "post.body").unwrap_or_default());
    let sensitive = is(view, "post.nsfw").then(|| String::from("nsfw"));
    let entry = Entry {
        kind: Kind::Post,
        title: text(view, "post.name").and_then(fields::line),
        published: date(view, "post.published"),
        updated: date(view, "post.updated"),
        tags: word(view, "community.name").into_iter().chain(sensitive).collect(),
        counts: Counts { replies: count(view, "counts.comments"), ..counts(view) },
        ..common(view, "post", marked)
    };
    Entry { permanent: entry.url.is_some(), ..entry }
}

fn comment(view: &Value, base: Option<&str>) -> Entry {
    let marked = fields::markdown(text(view, "comment.content").unwrap_or_default());
    let thread = text(view, "post.ap_id").filter(|url| urls::host(url).is_some()).map(String::from);
    // `0.12.345`: what is answered stands before the comment itself.
    let path = text(view, "comment.path").unwrap_or_default();
    let parent = path.split('.').rev().nth(1).filter(|id| *id != "0" && id.bytes().all(|b| b.is_ascii_digit()));
    let parent = parent.and_then(|id| Some(format!("{}/comment/{id}", base?)));
    let entry = Entry {
        kind: Kind::Comment,
        title: text(view, "post.name").and_then(fields::line),
        parent_url: parent.or_else(|| thread.clone()),
        thread_url: thread,
        published: date(view, "comment.published"),
        updated: date(view, "comment.updated"),
        tags: word(view, "community.name").into_iter().collect(),
        is_reply: true,
        counts: Counts { replies: count(view, "counts.child_count"), ..counts(view) },
        ..common(view, "comment", marked)
    };
    Entry { permanent: entry.url.is_some(), ..entry }
}

fn common(view: &Value, what: &str, marked: fields::Marked) -> Entry {
    let own = text(&view[what], "ap_id").filter(|url| urls::host(url).is_some());
    Entry {
        url: own.map(String::from),
        guid: own.map(String::from),
        author: author(&view["creator"]),
        text: marked.own,
        quoted: marked.quoted,
        code: marked.code,
        ..Entry::default()
    }
}

fn counts(view: &Value) -> Counts {
    Counts { likes: count(view, "counts.upvotes").or_else(|| count(view, "counts.score")), ..Counts::default() }
}

/// `@name@server`, as on all networks that speak with each other.
fn author(creator: &Value) -> Option<String> {
    let name = text(creator, "name")?;
    let server = text(creator, "actor_id").and_then(urls::host);
    Some(server.map_or_else(|| format!("@{name}"), |server| format!("@{name}@{server}")))
}
