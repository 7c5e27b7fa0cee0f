//! Customer reviews of Apple's App Store, by the feed that it gives of each country's newest.

use serde_json::Value;
use url::Url;

use super::{
    Asked, NONE, Network, address,
    fields::{at, count, date, text},
    further,
};
use crate::model::{Counts, Entry, Found, Kind, Page, SourceKind};
use crate::text::plain;

pub const NETWORK: Network = Network {
    kind: SourceKind::AppStore,
    is_host: |host| matches!(host, "apps.apple.com" | "itunes.apple.com"),
    ask,
    forms: "https://apps.apple.com/COUNTRY/app/NAME/idNUMBER",
    read,
    ..NONE
};

/// Pages of fifty reviews that the feed has of a country.
const PAGES: u64 = 10;

fn ask(asked: &Asked) -> Option<String> {
    if asked.query.is_some() {
        return None;
    }
    let parts = address::parts(asked.url);
    let (country, rest) = parts.split_first()?;
    if country.len() != 2 {
        return None;
    }
    let id = match rest {
        ["app", .., id] => id.strip_prefix("id")?,
        ["rss", "customerreviews", ..] => rest.iter().find_map(|part| part.strip_prefix("id="))?,
        _ => return None,
    };
    let is_number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    let base = asked.base("https://itunes.apple.com");
    is_number.then(|| format!("{base}/{country}/rss/customerreviews/page=1/id={id}/sortby=mostrecent/json"))
}

fn read(value: &Value, page: &Page) -> Option<Found> {
    let feed = &value["feed"];
    let (country, id, number) = place(&page.url).or_else(|| place(text(feed, "id.label")?))?;
    let entries: &[Value] = match &feed["entry"] {
        Value::Array(entries) => entries,
        Value::Null if feed.is_object() => &[],
        // One review is no list of reviews.
        one if one.is_object() => std::slice::from_ref(one),
        _ => return None,
    };
    // Older feeds begin with the app itself.
    let is_one = |entry: &&Value| entry["im:rating"].is_object() && entry["author"].is_object();
    let entries: Vec<Entry> = entries.iter().filter(is_one).map(|entry| review(entry, &country, &id)).collect();
    let next = page.url.replace(&format!("/page={number}/"), &format!("/page={}/", number + 1));
    let next = (next != page.url && number < PAGES).then_some(next);
    let follow = next.and_then(|next| further(next, &entries)).into_iter().collect();
    Some(Found { entries, follow, ..Found::default() })
}

/// Country, app and page of a feed's address.
fn place(url: &str) -> Option<(String, String, u64)> {
    let url = Url::parse(url).ok()?;
    let parts = address::parts(&url);
    let of = |key: &str| parts.iter().find_map(|part| part.strip_prefix(key));
    let country = parts.first().filter(|_| parts.contains(&"customerreviews"))?;
    Some((country.to_string(), String::from(of("id=")?), of("page=").and_then(|page| page.parse().ok()).unwrap_or(1)))
}

fn review(entry: &Value, country: &str, app: &str) -> Entry {
    let id = text(entry, "id.label").map(str::trim);
    // A review has no page of its own; it is shown on that of all reviews.
    let url =
        id.map(|id| format!("https://apps.apple.com/{country}/app/id{app}?see-all=reviews#{}", address::part(id)));
    let version = text(entry, "im:version.label").map(|version| format!("version {}", version.trim()));
    let rating = text(entry, "im:rating.label").and_then(|stars| stars.trim().parse::<f64>().ok());
    Entry {
        kind: Kind::Review,
        permanent: url.is_some(),
        url,
        guid: id.map(String::from),
        title: text(entry, "title.label").map(plain::line),
        author: text(entry, "author.name.label").map(plain::line),
        published: date(entry, "updated.label"),
        text: plain::lines(at(entry, "content.label").as_str().unwrap_or_default()),
        counts: Counts {
            rating: rating.filter(|stars| (0.0..=5.0).contains(stars)),
            likes: count(entry, "im:voteSum.label"),
            ..Counts::default()
        },
        tags: version.into_iter().collect(),
        ..Entry::default()
    }
}
