//! Open networks by their public interfaces: what is asked for in place of the addresses that people use, and who reads
//! what comes back.

mod address;
mod appstore;
mod bluesky;
mod discourse;
mod fields;
mod hackernews;
mod lemmy;
mod mastodon;
mod press;
mod reddit;
mod stackexchange;
mod youtube;

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use url::Url;

use super::Problem;
use super::feed::{FeedPage, Item};
use super::html::HtmlPage;
use crate::model::{Code, Entry, Found, Incident, Page, Request, Role, Source, SourceKind, Step};
use crate::text::effort;

/// One network, all in one place. To add one: a file beside this, a line in `NETWORKS`, a variant of [`SourceKind`].
pub struct Network {
    pub kind: SourceKind,
    /// Whether a host is known to be its, so that addresses there need no `kind`.
    is_host: fn(&str) -> bool,
    /// Where words are looked for when no address is given; `None` where every server is on its own.
    home: Option<&'static str>,
    /// The address to ask; `None` where the network has nothing of that form.
    ask: fn(&Asked) -> Option<String>,
    /// What may be asked of it, for those who asked for something else.
    forms: &'static str,
    /// Whether a token of yours opens more of it.
    takes_token: bool,
    /// A host that publishes how seldom it may be asked.
    pace: Option<(&'static str, Duration)>,
    /// What a user should know before it is asked: of that address.
    note: fn(&Url) -> Option<&'static str>,
    /// Reads its answers in JSON, `None` where it is none of its.
    read: fn(&Value, &Page) -> Option<Found>,
    /// Reads an item of its feeds.
    item: fn(&Item, Entry) -> Entry,
    /// What a page of its site leads to in its interface; text, tree, and whether it is known to be its.
    page: fn(&str, &HtmlPage, &Url) -> Option<String>,
}

const NETWORKS: [&Network; 11] = [
    &mastodon::NETWORK,
    &bluesky::NETWORK,
    &reddit::NETWORK,
    &youtube::NETWORK,
    &hackernews::NETWORK,
    &lemmy::NETWORK,
    &stackexchange::NETWORK,
    &discourse::NETWORK,
    &press::GOOGLE,
    &press::BING,
    &appstore::NETWORK,
];

/// What most networks have nothing of.
const NONE: Network = Network {
    kind: SourceKind::Auto,
    is_host: |_| false,
    home: None,
    ask: |_| None,
    forms: "",
    takes_token: false,
    pace: None,
    note: |_| None,
    read: |_, _| None,
    item: |_, entry| entry,
    page: |_, _, _| None,
};

/// What a user asks of a network.
struct Asked<'a> {
    /// The address that was given, else the network's home.
    url: &'a Url,
    /// Its host is known to be the network's.
    known: bool,
    query: Option<&'a str>,
    token: Option<&'a str>,
}

impl Asked<'_> {
    /// Where the interface is: at `home`, or where another host was given, there.
    fn base(&self, home: &str) -> String {
        if self.known { String::from(home) } else { self.origin() }
    }

    /// Scheme, host and port of the address.
    fn origin(&self) -> String {
        address::origin(self.url.as_str()).unwrap_or_default()
    }

    /// The words to look for: those that were given, else those of an address that was taken from a browser.
    fn words(&self, key: &str) -> Option<String> {
        self.query.map(String::from).or_else(|| address::value(self.url, key))
    }
}

/// What to ask in place of what a user wrote.
#[derive(Debug, PartialEq, Eq)]
pub struct Entrance {
    pub kind: SourceKind,
    pub url: String,
    /// What the user should know of it.
    pub note: Option<&'static str>,
}

/// Why what a user wrote cannot be asked.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    pub what: String,
    pub hint: String,
}

/// What to ask in place of an address, words or both; `None` where they are of no network. With a `kind` that is one's,
/// any address is taken to be of it; without, only those on hosts that are known.
pub fn entrance(
    kind: SourceKind,
    url: Option<&str>,
    query: Option<&str>,
    token: Option<&str>,
) -> Result<Option<Entrance>, Refused> {
    let refused = |what: &str, hint: &str| Err(Refused { what: what.into(), hint: hint.into() });
    let parsed = url.and_then(|url| Url::parse(url).ok());
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
    let network = match kind {
        SourceKind::Auto => NETWORKS.iter().find(|network| (network.is_host)(host)),
        kind => NETWORKS.iter().find(|network| network.kind == kind),
    };
    let Some(network) = network else {
        return match (query, token) {
            (None, None) => Ok(None),
            _ => {
                let hint = "a query or token needs a kind that takes one: `vigie sources --kinds` lists them";
                refused("only networks are asked by query and token", hint)
            }
        };
    };
    let home = || network.home.and_then(|home| Url::parse(home).ok());
    let Some(url) = parsed.clone().or_else(home) else {
        let hint = format!("every server of it is on its own: url = \"https://…\" beside the query; {}", network.forms);
        return refused(&format!("kind \"{}\" needs a url", network.kind.word()), &hint);
    };
    if token.is_some() && !network.takes_token {
        return refused(&format!("kind \"{}\" has no use for a token", network.kind.word()), "leave token out");
    }
    let known = parsed.is_none() || (network.is_host)(host);
    let asked = Asked { url: &url, known, query, token };
    let note = (network.note)(&url);
    match (network.ask)(&asked) {
        Some(url) => Ok(Some(Entrance { kind: network.kind, url, note })),
        // Anything else there is read for what it is.
        None if kind == SourceKind::Auto && query.is_none() && token.is_none() => Ok(None),
        None => refused(&format!("kind \"{}\" knows nothing of that form", network.kind.word()), network.forms),
    }
}

/// Hosts that publish how seldom they may be asked.
pub fn paces() -> Vec<(&'static str, Duration)> {
    NETWORKS.iter().filter_map(|network| network.pace).collect()
}

/// Reads an answer in JSON.
pub fn read(value: &Value, page: &Page, source: &Source) -> Option<Result<Found, Problem>> {
    let of = |network: &&&Network| !source.kind.is_network() || network.kind == source.kind;
    let (kind, mut found) =
        NETWORKS.iter().filter(of).find_map(|network| Some((network.kind, (network.read)(value, page)?)))?;
    found.kind = Some(if source.kind == SourceKind::File { source.kind } else { kind });
    if source.kind == SourceKind::File {
        found.follow.clear();
    }
    for incident in &mut found.incidents {
        incident.url.clone_from(&page.url);
    }
    Some(Ok(found))
}

/// The entries of a feed that a network gives, or of one that was made of it.
pub fn of_feed(source: &Source, page: &Page, feed: &FeedPage) -> Found {
    let network = NETWORKS.iter().find(|network| network.kind == source.kind);
    let mut found = Found { kind: Some(source.kind), ..Found::default() };
    for (item, entry) in super::feed::entries_of(feed) {
        if effort::check().is_err() {
            break;
        }
        let entry = network.map_or_else(|| entry.clone(), |network| (network.item)(item, entry.clone()));
        found.entries.push(entry);
    }
    if source.kind == SourceKind::Reddit {
        found.follow.extend(reddit::next(feed, page).and_then(|next| further(next, &found.entries)));
    }
    found
}

/// What a page of a network's site leads to in its interface: that is read, and the page is not.
pub fn of_page(source: &Source, page: &Page, text: &str, html: &HtmlPage) -> Option<Found> {
    if page.request.role != Role::Seed || !(source.kind.is_network() || source.kind == SourceKind::Auto) {
        return None;
    }
    let url = Url::parse(&page.url).ok()?;
    let of = |network: &&&Network| source.kind == SourceKind::Auto || network.kind == source.kind;
    let to = |network: &&Network| Some((network.kind, (network.page)(text, html, &url)?));
    let (kind, next) = NETWORKS.iter().filter(of).find_map(to)?;
    let follow = vec![Request::new(next, Role::Listing)];
    Some(Found { kind: Some(kind), follow, ..Found::default() })
}

/// Whether an item of a feed tells that whoever makes the feed could not.
pub use press::is_failure;

/// The address behind one that only counts clicks.
pub use press::target;

/// The next page of a list that shows the newest first: of use while this one shows something new, and not where all that
/// it can hold is older than what is asked for.
fn further(url: String, entries: &[Entry]) -> Option<Request> {
    let oldest = entries.iter().filter_map(|entry| entry.published?.instant(&TimeZone::UTC)).min();
    next(url, oldest).filter(|_| !entries.is_empty())
}

fn next(url: String, oldest: Option<Timestamp>) -> Option<Request> {
    Some(Request { step: Step::NextWhileNew, dated: oldest, ..Request::new(url, Role::Listing) })
}

/// What a network's own users keep from programs.
fn kept_back(count: usize, how: &str) -> Option<Incident> {
    (count > 0).then(|| Incident {
        source: String::new(),
        url: String::new(),
        code: Code::Reserved,
        message: format!("{count} left out: their authors keep them from {how}"),
    })
}

#[cfg(test)]
mod tests;
