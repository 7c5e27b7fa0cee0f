//! Mastodon, and servers that speak its interface (Pleroma, Akkoma, GoToSocial, Pixelfed).

use serde_json::Value;
use url::Url;

use super::{
    Asked, NONE, Network, address,
    fields::{count, date, html, is, list, text, word},
    further, kept_back,
};
use crate::model::{Counts, Entry, Found, Kind, Page, Quote, Request, Role, SourceKind};
use crate::source::html::HtmlPage;
use crate::text::{plain, urls};

pub const NETWORK: Network = Network {
    kind: SourceKind::Mastodon,
    is_host,
    ask,
    forms: "https://SERVER/tags/WORD, https://SERVER/@NAME, or a query of one word: its hashtag",
    takes_token: true,
    read,
    page,
    ..NONE
};

/// Statuses of one answer; the most that servers give.
const MOST: &str = "40";

/// Servers whose names say what they are. Others are known by their pages.
fn is_host(host: &str) -> bool {
    host.starts_with("mastodon.") || host.starts_with("mstdn.")
}

fn ask(asked: &Asked) -> Option<String> {
    let mut url = Url::parse(&open(asked)?).ok()?;
    if let Some(token) = asked.token {
        url.set_username(urls::BEARER).ok()?;
        url.set_password(Some(token)).ok()?;
    }
    Some(url.into())
}

/// What is asked for, and no token.
fn open(asked: &Asked) -> Option<String> {
    let base = asked.origin();
    if let Some(query) = asked.query {
        let tag = query.trim().trim_start_matches('#');
        if asked.token.is_some() && !query.trim().starts_with('#') {
            let pairs = [("q", tag), ("type", "statuses"), ("limit", MOST)];
            return Some(address::build(&base, "/api/v2/search", &pairs));
        }
        // A hashtag is one word.
        return (!tag.is_empty() && !tag.contains(char::is_whitespace)).then(|| of_tag(&base, tag));
    }
    if asked.url.path().starts_with("/api/v") {
        return Some(asked.url.to_string());
    }
    way(asked.url)
}

/// What a page of a server is in its interface.
fn way(url: &Url) -> Option<String> {
    let base = address::origin(url.as_str())?;
    match &address::parts(url)[..] {
        ["tags", tag] | ["web", "tags", tag] | ["tags", tag, ..] if !tag.ends_with(".rss") => {
            Some(format!("{base}/api/v1/timelines/tag/{tag}?limit={MOST}"))
        }
        [name] | [name, "with_replies" | "media"] | ["web", name] if !name.ends_with(".rss") => {
            let name = name.strip_prefix('@').filter(|name| !name.is_empty())?;
            Some(address::build(&base, "/api/v1/accounts/lookup", &[("acct", name)]))
        }
        _ => None,
    }
}

fn of_tag(base: &str, tag: &str) -> String {
    address::build(base, &format!("/api/v1/timelines/tag/{}", address::part(tag)), &[("limit", MOST)])
}

/// A page of a server that was not known to be one: its program says so, in a part of the page that every theme has.
fn page(text: &str, _: &HtmlPage, url: &Url) -> Option<String> {
    let is_one = text.contains("id=\"initial-state\"") && text.contains("id=\"mastodon\"")
        || text.contains("id='initial-state'") && text.contains("id='mastodon'");
    if is_one { way(url) } else { None }
}

fn read(value: &Value, page: &Page) -> Option<Found> {
    if let Some(found) = account(value, page) {
        return Some(found);
    }
    let (statuses, search) = match value {
        Value::Array(all) => (&all[..], false),
        _ if value["statuses"].is_array() && value["accounts"].is_array() => (list(value, "statuses"), true),
        _ => return None,
    };
    let is_one = |status: &Value| status["account"].is_object() && status["content"].is_string();
    let of_interface = page.url.contains("/api/v1/timelines/") || page.url.contains("/api/v1/accounts/");
    if !(statuses.iter().any(is_one) || statuses.is_empty() && (search || of_interface)) {
        return None;
    }
    let base = address::origin(&page.url);
    let (mut found, mut hidden) = (Found::default(), 0);
    for status in statuses.iter().filter(|status| is_one(status)) {
        // A boost is the status that is boosted.
        let shown = if status["reblog"].is_object() { &status["reblog"] } else { status };
        if is(shown, "account.noindex") {
            hidden += 1;
            continue;
        }
        found.entries.push(entry(shown, statuses, base.as_deref()));
    }
    found.incidents.extend(kept_back(hidden, "search engines"));
    if let Some(last) = statuses.last().and_then(|last| word(last, "id")).filter(|_| !search) {
        found.follow.extend(further(address::with(&page.url, "max_id", &last), &found.entries));
    }
    Some(found)
}

/// An account leads to its statuses.
fn account(value: &Value, page: &Page) -> Option<Found> {
    let id = word(value, "id").filter(|_| value["acct"].is_string() && value["statuses_count"].is_number())?;
    let base = address::origin(&page.url)?;
    let statuses = format!("{base}/api/v1/accounts/{}/statuses?limit={MOST}", address::part(&id));
    Some(Found { follow: vec![Request::new(statuses, Role::Listing)], ..Found::default() })
}

fn entry(status: &Value, others: &[Value], base: Option<&str>) -> Entry {
    let content = without_quote_link(text(status, "content").unwrap_or_default());
    let (own, mut quoted) = html(&content);
    let warning = text(status, "spoiler_text").map(plain::line);
    quoted.extend(quote(status));
    let options = list(status, "poll.options").iter().filter_map(|option| text(option, "title"));
    let words: Vec<String> = warning.clone().into_iter().chain([own]).chain(options.map(String::from)).collect();
    let mut tags: Vec<String> = list(status, "tags").iter().filter_map(|tag| word(tag, "name")).collect();
    if is(status, "sensitive") || warning.is_some() {
        tags.push(String::from("sensitive"));
    }
    let url = text(status, "url").or_else(|| text(status, "uri")).filter(|url| urls::host(url).is_some());
    Entry {
        kind: Kind::Status,
        url: url.map(String::from),
        permanent: url.is_some(),
        parent_url: parent(status, others, base),
        guid: text(status, "uri").map(String::from),
        author: author(&status["account"]),
        published: date(status, "created_at"),
        updated: date(status, "edited_at"),
        language: text(status, "language").map(String::from),
        text: words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n"),
        quoted,
        is_reply: !status["in_reply_to_id"].is_null(),
        counts: Counts {
            replies: count(status, "replies_count"),
            shares: count(status, "reblogs_count"),
            likes: count(status, "favourites_count"),
            ..Counts::default()
        },
        tags,
        ..Entry::default()
    }
}

/// The name by which an account is known everywhere: `@name@server`.
fn author(account: &Value) -> Option<String> {
    let name = text(account, "acct")?;
    let server = || urls::host(text(account, "url")?);
    Some(if name.contains('@') {
        format!("@{name}")
    } else {
        server().map_or_else(|| format!("@{name}"), |server| format!("@{name}@{server}"))
    })
}

/// A status that is quoted stands beside the text; in it stands a link for readers who do not know quotations.
fn without_quote_link(content: &str) -> String {
    let Some(at) = content.find("class=\"quote-inline\"") else { return content.into() };
    let start = content[..at].rfind('<').unwrap_or(at);
    let name: String = content[start..].chars().skip(1).take_while(char::is_ascii_alphanumeric).collect();
    let close = format!("</{name}>");
    let end = content[at..].find(&close).map_or(content.len(), |end| at + end + close.len());
    format!("{}{}", &content[..start], &content[end..])
}

fn quote(status: &Value) -> Option<Quote> {
    // Other servers call it so, or give it whole.
    let quoted = [&status["quote"]["quoted_status"], &status["quote"], &status["pleroma"]["quote"]];
    let quoted = quoted.into_iter().find(|quoted| quoted["content"].is_string())?;
    let own = html(text(quoted, "content")?).0;
    Some(Quote { author: author(&quoted["account"]), text: own }).filter(|quote| !quote.text.is_empty())
}

/// The address of what is answered: as that status gives it where it is in the same answer, else where this server
/// shows it, if it tells whose it is.
fn parent(status: &Value, others: &[Value], base: Option<&str>) -> Option<String> {
    let id = word(status, "in_reply_to_id")?;
    let here = others.iter().find(|other| other["id"].as_str() == Some(&id));
    if let Some(url) = here.and_then(|here| text(here, "url")) {
        return Some(url.into());
    }
    let whose = word(status, "in_reply_to_account_id")?;
    let own = || (word(status, "account.id")? == whose).then(|| text(status, "account.acct"))?;
    let named = list(status, "mentions").iter().find(|named| named["id"].as_str() == Some(&whose));
    let name = own().or_else(|| named.and_then(|named| text(named, "acct")))?;
    Some(format!("{}/@{name}/{}", base?, address::part(&id)))
}
