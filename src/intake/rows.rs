//! A row of another tool made an entry of ours: which cell is which field, and what of it is believed.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::dates::{self, Order, Orders};
use super::dialect::{Dialect, Field, key};
use super::kinds;
use crate::model::{Counts, Entry, Kind, Source, SourceKind};
use crate::text::{markup, urls};

/// A row that became an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As a spreadsheet counts rows, from 1, headings included; of JSON lines, the line.
    pub number: u64,
    /// The outlet, where the row names one.
    pub source: Option<String>,
    pub source_kind: SourceKind,
    /// The id of the document, where the row is a document of ours.
    pub id: Option<String>,
    pub entry: Entry,
}

/// Which columns hold which field, the best first, each in the form of [`key`].
#[derive(Debug, Clone)]
pub struct Columns {
    /// Begins the identifiers of rows, so that those of two tools are never one.
    word: &'static str,
    fields: Vec<(Field, Vec<String>)>,
    /// What a row is that does not say.
    pub kind: Option<Kind>,
    pub order: Order,
}

impl Columns {
    /// The columns of a dialect, or none, with those that the user named instead of its own.
    pub fn new(dialect: Option<&Dialect>, map: &[(Field, String)], kind: Option<Kind>) -> Columns {
        let mut fields: Vec<(Field, Vec<String>)> = Vec::new();
        for (field, name) in map {
            match fields.iter_mut().find(|(known, _)| known == field) {
                Some((_, names)) => names.push(key(name)),
                None => fields.push((*field, vec![key(name)])),
            }
        }
        let text_is_named = map.iter().any(|(field, _)| matches!(field, Field::Text | Field::Excerpt));
        for (field, names) in dialect.map_or(&[][..], |dialect| dialect.columns) {
            let named = map.iter().any(|(known, _)| known == field);
            if !(named || text_is_named && matches!(field, Field::Text | Field::Excerpt)) {
                fields.push((*field, names.iter().map(|name| (*name).to_owned()).collect()));
            }
        }
        let order =
            if dialect.is_some_and(|dialect| dialect.month_first) { Order::MonthFirst } else { Order::DayFirst };
        Columns { word: dialect.map_or("map", |dialect| dialect.word), fields, kind, order }
    }

    /// The names in `heading` that are read, with their field, in the order of fields.
    pub fn read_of<'a>(&'a self, heading: &'a [String]) -> impl Iterator<Item = (Field, &'a str)> {
        let at: HashMap<String, &str> = heading.iter().rev().map(|name| (key(name), name.as_str())).collect();
        self.fields.iter().flat_map(move |(field, names)| {
            names.iter().filter_map(|name| Some((*field, *at.get(name)?))).collect::<Vec<_>>()
        })
    }

    /// The names of columns that the user asked for and the heading has not.
    pub fn missing(&self, map: &[(Field, String)], heading: &HashSet<String>) -> Vec<String> {
        map.iter().filter(|(_, name)| !heading.contains(&key(name))).map(|(_, name)| name.clone()).collect()
    }

    /// Looks at the dates of a row.
    pub fn look(&self, orders: &mut Orders, get: &dyn Fn(&str) -> Option<String>) {
        if let Some(date) = self.first(Field::Published, get) {
            orders.add(&date);
        }
    }

    fn names(&self, field: Field) -> impl Iterator<Item = &String> {
        self.fields.iter().filter(move |(known, _)| *known == field).flat_map(|(_, names)| names)
    }

    /// The cells of a field that say something, the best first.
    fn all<'a>(&'a self, field: Field, get: &'a dyn Fn(&str) -> Option<String>) -> impl Iterator<Item = String> + 'a {
        self.names(field).filter_map(|name| get(name)).filter(|cell| says_something(cell))
    }

    fn first(&self, field: Field, get: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        self.all(field, get).next()
    }

    /// A number, of several columns the first above 0, for most are of other networks.
    fn count(&self, field: Field, get: &dyn Fn(&str) -> Option<String>) -> Option<u64> {
        let numbers: Vec<u64> = self.all(field, get).filter_map(|cell| whole(&cell)).collect();
        numbers.iter().copied().find(|number| *number > 0).or(numbers.first().copied())
    }

    /// The entry that a row is; `get` gives the cell of a column by its [`key`].
    pub fn row(&self, number: u64, get: &dyn Fn(&str) -> Option<String>) -> Result<Row, String> {
        let url = self.first(Field::Url, get).and_then(|url| address(&url));
        let joined = |field| self.all(field, get).collect::<Vec<_>>().join(" ");
        let words = joined(Field::Kind).replace('_', " ");
        let title = self.first(Field::Title, get).map(|title| unmarked(&title));
        let whole_text = self.first(Field::Text, get).map(|text| unmarked(&text));
        let (text, is_excerpt) = match whole_text {
            Some(text) => (text, false),
            None => (pieces(self.all(Field::Excerpt, get).map(|piece| unmarked(&piece))), true),
        };
        if text.is_empty() && title.is_none() {
            return Err(String::from("neither a text nor a title"));
        }
        let thread_url = self.first(Field::ThreadUrl, get).and_then(|url| address(&url));
        let parent_url = self.first(Field::ParentUrl, get).and_then(|url| address(&url));
        let parent_url = parent_url.filter(|parent| Some(parent) != url.as_ref());
        let kind = kinds::kind(&words).or(self.kind).unwrap_or(match &title {
            Some(_) => Kind::Article,
            None => Kind::Post,
        });
        // A piece of an article is what a feed gives of it: the page itself, once it is read, stands above.
        let kind = if kind == Kind::Article && is_excerpt { Kind::Entry } else { kind };
        let date = self.first(Field::Published, get).filter(|date| dates::is_meant(date));
        let time = self.first(Field::Time, get);
        let published = date.as_deref().and_then(|date| dates::parse(date, time.as_deref(), self.order));
        let updated = self.first(Field::Updated, get).and_then(|date| dates::parse(&date, None, self.order));
        let title = title.filter(|title| !(matches!(kind, Kind::Status | Kind::Comment) && begins(&text, title)));
        let source = self.first(Field::Source, get);
        let host = || url.as_deref().and_then(urls::host);
        let source = source.or_else(|| self.first(Field::Domain, get).map(|domain| bare_host(&domain))).or_else(host);
        let is_reply = kind == Kind::Comment || parent_url.is_some();
        let entry = Entry {
            kind,
            permanent: url.as_deref().is_some_and(|url| is_own(url, kind, thread_url.as_deref())),
            guid: self.first(Field::Id, get).map(|id| format!("{}:{id}", self.word)),
            url,
            thread_url,
            parent_url,
            title,
            author: self.first(Field::Author, get),
            published,
            updated,
            date_suspect: date.is_some() && published.is_none(),
            language: self.first(Field::Language, get).map(|language| kinds::language(&language)),
            text,
            is_reply,
            counts: Counts {
                replies: self.count(Field::Replies, get),
                views: self.count(Field::Views, get),
                likes: self.count(Field::Likes, get),
                shares: self.count(Field::Shares, get),
                rating: self.first(Field::Rating, get).and_then(|rating| decimal(&rating)),
                ..Counts::default()
            },
            tags: tags(self.all(Field::Tags, get)),
            ..Entry::default()
        };
        Ok(Row { number, source, source_kind: SourceKind::Import, id: None, entry })
    }
}

/// The source that the rows of a file are read for.
pub fn source_of(name: &str, path: &std::path::Path, zone: jiff::tz::TimeZone, zone_is_said: bool) -> Source {
    Source {
        name: name.to_owned(),
        kind: SourceKind::Import,
        place: crate::model::Place::Path(path.to_owned()),
        timezone: zone,
        timezone_is_said: zone_is_said,
        ..Source::of_file()
    }
}

fn says_something(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && !["null", "none", "nan", "n/a", "undefined", "-"].contains(&cell.to_ascii_lowercase().as_str())
}

/// An address of the web, written with its scheme or, as some tools do, without.
fn address(cell: &str) -> Option<String> {
    let cell = cell.trim();
    let whole = if cell.contains("://") { cell.to_owned() } else { format!("https://{cell}") };
    let web = Url::parse(&whole).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = web.host_str()?;
    (host.contains('.') && !cell.contains(char::is_whitespace)).then_some(whole)
}

/// A host, of an address or by itself.
fn bare_host(domain: &str) -> String {
    let domain = domain.trim();
    let host = address(domain).and_then(|url| urls::host(&url)).unwrap_or_else(|| domain.to_owned());
    host.strip_prefix("www.").map_or(host.clone(), String::from)
}

/// Whether an address names one row alone: comments, reviews and posts stand together on one page, unless the address says
/// where on it.
fn is_own(url: &str, kind: Kind, thread: Option<&str>) -> bool {
    let points = url.split_once('#').is_some_and(|(_, fragment)| !fragment.is_empty());
    points || matches!(kind, Kind::Article | Kind::Entry | Kind::Status) && thread != Some(url)
}

/// Text in which a tool left markup, such as the marks around a hit, without it.
fn unmarked(text: &str) -> String {
    let text = text.trim();
    let tags = ["<b>", "<em>", "<p>", "<br", "<strong>", "<mark>", "<span", "<a ", "<div", "</"];
    if tags.iter().any(|tag| text.contains(tag)) { markup::text_of(text) } else { markup::entities(text).into_owned() }
}

/// Pieces of a text put together, none of which is within another.
fn pieces(pieces: impl Iterator<Item = String>) -> String {
    let bare = |text: &str| text.trim_matches(['.', '…', ' ', '\n']).to_lowercase();
    let mut kept: Vec<String> = Vec::new();
    for piece in pieces {
        let own = bare(&piece);
        if own.is_empty() || kept.iter().any(|other| bare(other).contains(&own)) {
            continue;
        }
        kept.retain(|other| !own.contains(&bare(other)));
        kept.push(piece);
    }
    kept.join("\n")
}

/// Whether a title only repeats how the text begins.
fn begins(text: &str, title: &str) -> bool {
    let title = title.trim_end_matches(['…', '.', ' ']);
    !title.is_empty() && text.trim_start().starts_with(title)
}

/// A whole number, with its thousands apart or not.
fn whole(cell: &str) -> Option<u64> {
    let cell = cell.trim().trim_end_matches(".0").trim_end_matches(",0");
    let digits: String =
        cell.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | ',' | '.' | '\'')).collect();
    (digits.len() <= 15).then(|| digits.parse().ok()).flatten()
}

/// A number with decimals: `4.5`, `4,5`, `4/5`.
fn decimal(cell: &str) -> Option<f64> {
    let cell = cell.split(['/', ' ']).next()?.replace(',', ".");
    cell.parse::<f64>().ok().filter(|number| number.is_finite() && (0.0..=1000.0).contains(number))
}

fn tags(cells: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut tags = Vec::new();
    for cell in cells {
        for tag in cell.split([',', ';', '|']).map(str::trim).filter(|tag| !tag.is_empty()) {
            if seen.insert(tag.to_lowercase()) {
                tags.push(tag.to_owned());
            }
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(dialect: &str, cells: &[(&str, &str)]) -> Result<Row, String> {
        let columns = Columns::new(Dialect::from_word(dialect), &[], None);
        let cells: HashMap<String, String> = cells.iter().map(|(k, v)| (key(k), (*v).to_owned())).collect();
        columns.row(7, &|name| cells.get(name).cloned())
    }

    #[test]
    fn pieces_of_an_article_are_an_entry_that_its_page_stands_above() {
        let found = row(
            "meltwater-classic",
            &[
                ("Date", "22-Nov-2026 08:14PM"),
                ("Headline", "Panne chez Atlas &amp; Cie"),
                ("URL", "www.journal.example/panne"),
                ("Opening Text", "Le réseau est tombé. Depuis hier…"),
                ("Hit Sentence", "... Atlas Télécom n'a pas répondu ..."),
                ("Language", "French"),
                ("Sentiment", "Negative"),
                ("Reach", "1200000"),
            ],
        )
        .unwrap();
        let entry = found.entry;
        assert_eq!((entry.kind, entry.permanent), (Kind::Entry, true));
        assert_eq!(entry.url.as_deref(), Some("https://www.journal.example/panne"));
        assert_eq!(entry.title.as_deref(), Some("Panne chez Atlas & Cie"));
        assert_eq!(entry.text, "Le réseau est tombé. Depuis hier…\n... Atlas Télécom n'a pas répondu ...");
        assert_eq!(entry.published.unwrap().written(), "2026-11-22T20:14:00");
        assert_eq!(entry.language.as_deref(), Some("fr"));
        assert_eq!(entry.counts, Counts::default(), "reach of theirs is no view of ours");
        assert_eq!(found.source.as_deref(), Some("www.journal.example"));
    }

    #[test]
    fn reviews_that_share_an_address_stay_apart() {
        let of = |text: &str, url: &str| {
            let cells = [("text", text), ("url", url), ("type", "avis"), ("note", "4,5/5"), ("id", "9")];
            row("csv", &cells).unwrap().entry
        };
        let review = of("Parfait.", "https://avis.example/box");
        assert_eq!((review.kind, review.permanent, review.counts.rating), (Kind::Review, false, Some(4.5)));
        assert_eq!(review.guid.as_deref(), Some("csv:9"));
        assert!(of("Parfait.", "https://avis.example/box#r3").permanent);
    }

    #[test]
    fn what_is_not_there_stays_unknown() {
        let entry = row("csv", &[("text", "Un texte"), ("date", "n/a"), ("author", "-"), ("likes", "")]).unwrap().entry;
        assert_eq!((entry.published, entry.date_suspect, entry.author, entry.counts.likes), (None, false, None, None));
        assert!(row("csv", &[("text", "x"), ("date", "31/02/2026")]).unwrap().entry.date_suspect);
        assert!(row("csv", &[("url", "https://a.example/")]).is_err());
        assert_eq!(address("not an address"), None);
        assert_eq!(address("javascript://x.y/"), None);
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (cell, number) in
            [("1,234", Some(1234)), ("1 234", Some(1234)), ("12.0", Some(12)), ("0", Some(0)), ("-3", None)]
        {
            assert_eq!(whole(cell), number, "{cell}");
        }
    }
}
