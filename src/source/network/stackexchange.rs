//! Stack Exchange: questions that a search or a tag finds, and their answers.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::{
    Asked, NONE, Network, address,
    fields::{self, count, html, is, list, seconds, word},
    further,
};
use crate::model::{Code, Counts, Entry, Found, Incident, Kind, Page, Request, Role, SourceKind};

pub const NETWORK: Network = Network {
    kind: SourceKind::StackExchange,
    is_host,
    home: Some("https://stackoverflow.com/"),
    ask,
    forms: "https://SITE/search?q=WORDS or https://SITE/questions/tagged/NAME of a site of Stack Exchange, or a query",
    takes_token: true,
    pace: Some(("api.stackexchange.com", Duration::from_secs(2))),
    read,
    ..NONE
};

const HOME: &str = "https://api.stackexchange.com";

/// Questions of one answer; the most that are given.
const MOST: &str = "100";

/// Sites with names of their own; all others are below one.
const SITES: [&str; 7] = [
    "stackoverflow.com",
    "superuser.com",
    "serverfault.com",
    "askubuntu.com",
    "mathoverflow.net",
    "stackapps.com",
    "api.stackexchange.com",
];

fn is_host(host: &str) -> bool {
    let below = |site: &str| host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    below("stackexchange.com") || SITES.into_iter().any(below)
}

fn ask(asked: &Asked) -> Option<String> {
    if asked.query.is_none() && asked.url.path().starts_with("/2.") {
        return Some(asked.url.to_string());
    }
    let host = asked.url.host_str().unwrap_or_default();
    let site = if asked.known { host.strip_prefix("www.").unwrap_or(host) } else { "stackoverflow.com" };
    let key = asked.token.unwrap_or_default();
    let common = [
        ("site", site),
        ("order", "desc"),
        ("sort", "creation"),
        ("filter", "withbody"),
        ("pagesize", MOST),
        ("key", key),
    ];
    let base = asked.base(HOME);
    let parts = address::parts(asked.url);
    if let Some(words) = asked.words("q").filter(|_| asked.query.is_some() || parts.first() == Some(&"search")) {
        return Some(address::build(&base, "/2.3/search/advanced", &[&[("q", &*words)], &common[..]].concat()));
    }
    match &parts[..] {
        ["questions", "tagged", tag] | ["tags", tag, ..] => {
            Some(address::build(&base, "/2.3/questions", &[&[("tagged", *tag)], &common[..]].concat()))
        }
        _ => None,
    }
}

fn read(value: &Value, page: &Page) -> Option<Found> {
    let items = value["items"].as_array().filter(|_| value["has_more"].is_boolean())?;
    let is_one = |item: &&Value| item["question_id"].is_u64() && item["owner"].is_object();
    let base = address::origin(&page.url);
    let url = Url::parse(&page.url).ok();
    let site = url.as_ref().and_then(|url| address::value(url, "site"));
    let mut found = Found::default();
    let mut answered = Vec::new();
    for item in items.iter().filter(is_one) {
        if item["answer_id"].is_u64() {
            found.entries.push(answer(item, site.as_deref()));
            continue;
        }
        found.entries.push(question(item));
        answered.extend(word(item, "question_id").filter(|_| count(item, "answer_count").unwrap_or_default() > 0));
    }
    if let Some(wait) = count(value, "backoff") {
        let message = format!("the server asks to wait {wait} s: what follows was not read");
        found.incidents.push(Incident { source: String::new(), url: String::new(), code: Code::Partial, message });
        return Some(found);
    }
    let of_search = url.as_ref().is_some_and(|url| !url.path().ends_with("/answers"));
    if let Some(base) = base.filter(|_| !answered.is_empty() && of_search) {
        let key = url.as_ref().and_then(|url| address::value(url, "key")).unwrap_or_default();
        let path = format!("/2.3/questions/{}/answers", answered.join(";"));
        let pairs = [
            ("site", site.as_deref().unwrap_or("stackoverflow.com")),
            ("order", "desc"),
            ("sort", "creation"),
            ("filter", "withbody"),
            ("pagesize", MOST),
            ("key", &key),
        ];
        found.follow.push(Request::new(address::build(&base, &path, &pairs), Role::Listing));
    }
    if is(value, "has_more") {
        let at = url.as_ref().and_then(|url| address::value(url, "page")?.parse::<u64>().ok()).unwrap_or(1);
        let next = address::with(&page.url, "page", &at.saturating_add(1).to_string());
        found.follow.extend(further(next, &found.entries));
    }
    Some(found)
}

fn question(item: &Value) -> Entry {
    let link = word(item, "link");
    let (text, quoted) = html(fields::text(item, "body").unwrap_or_default());
    Entry {
        kind: Kind::Post,
        permanent: link.is_some(),
        url: link,
        guid: word(item, "question_id"),
        title: fields::text(item, "title").and_then(fields::line),
        author: author(item),
        published: seconds(item, "creation_date"),
        updated: seconds(item, "last_edit_date"),
        text,
        quoted,
        counts: Counts { replies: count(item, "answer_count"), views: count(item, "view_count"), ..counts(item) },
        tags: list(item, "tags").iter().filter_map(Value::as_str).map(String::from).collect(),
        ..Entry::default()
    }
}

fn answer(item: &Value, site: Option<&str>) -> Entry {
    let site = match site.unwrap_or("stackoverflow.com") {
        site if site.contains('.') => String::from(site),
        site => SITES
            .into_iter()
            .find(|full| full.split('.').next() == Some(site))
            .map_or_else(|| format!("{site}.stackexchange.com"), String::from),
    };
    let shown = |kind: &str, id: Option<String>| id.map(|id| format!("https://{site}/{kind}/{id}"));
    let url = shown("a", word(item, "answer_id"));
    let question = shown("questions", word(item, "question_id"));
    let (text, quoted) = html(fields::text(item, "body").unwrap_or_default());
    Entry {
        kind: Kind::Comment,
        permanent: url.is_some(),
        url,
        thread_url: question.clone(),
        parent_url: question,
        guid: word(item, "answer_id"),
        author: author(item),
        published: seconds(item, "creation_date"),
        updated: seconds(item, "last_edit_date"),
        text,
        quoted,
        is_reply: true,
        counts: counts(item),
        ..Entry::default()
    }
}

fn author(item: &Value) -> Option<String> {
    fields::text(item, "owner.display_name").and_then(fields::line)
}

/// Votes for and against are told as one sum, which is no number of likes where it is below none.
fn counts(item: &Value) -> Counts {
    Counts { likes: count(item, "score"), ..Counts::default() }
}
