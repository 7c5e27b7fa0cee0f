//! What the user wrote: `vigie.toml` read key by key, each value checked by itself, with its place in the file.

use std::{ops::RangeInclusive, time::Duration};

use jiff::{Span, tz::TimeZone};
use toml::de::{DeTable, DeValue};
use url::Url;

use super::{
    fault::{Faults, Problem, quoted, suggestion},
    places,
    read::{Said, Section, Shape, choice, duration, filled, flag, size, span, text, unless_empty, whole, zone},
};
use crate::model::{Exemption, Language, SourceKind};

/// Every section and key that there is, in the order of the documentation.
pub(super) const SHAPES: [Shape; 5] = [
    Shape { shown: "[vigie]", name: "vigie", keys: &["contact", "timezone", "language", "store", "reports"] },
    Shape {
        shown: "[crawl]",
        name: "crawl",
        keys: &["per_host", "pace", "timeout", "max_body", "max_pages", "budget", "allow_address", "proxy"],
    },
    Shape {
        shown: "[[brand]]",
        name: "brand",
        keys: &["name", "aliases", "exclude", "context", "query", "official", "group"],
    },
    Shape {
        shown: "[[source]]",
        name: "source",
        keys: &[
            "url",
            "path",
            "kind",
            "query",
            "token",
            "name",
            "audience",
            "timezone",
            "full_text",
            "ignore",
            "reason",
        ],
    },
    Shape { shown: "[privacy]", name: "privacy", keys: &["text", "authors", "retention"] },
];

const PER_HOST: RangeInclusive<u64> = 1..=16;
const PACE: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(3600);
const TIMEOUT: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(600);
const MAX_BODY: RangeInclusive<u64> = 64 << 10..=1 << 30;
const MAX_PAGES: RangeInclusive<u64> = 1..=1_000_000;
const BUDGET: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(24 * 3600);
/// More readers than there are people.
const AUDIENCE: RangeInclusive<u64> = 0..=10_000_000_000;

/// At most so many places of broken TOML are told: most follow from the first.
const BROKEN: usize = 20;

/// A configuration as written. What is absent, or was a fault, is `None` or empty.
#[derive(Default)]
pub struct File {
    pub vigie: VigieTable,
    pub crawl: CrawlTable,
    pub brands: Vec<BrandTable>,
    pub sources: Vec<SourceTable>,
    pub privacy: PrivacyTable,
}

/// `[vigie]`
#[derive(Default)]
pub struct VigieTable {
    /// Where the header stands; 0 without one.
    pub at: usize,
    pub contact: Option<String>,
    /// A contact was written that is a fault.
    pub contact_wrong: bool,
    pub timezone: Option<TimeZone>,
    pub language: Option<Language>,
    pub store: Option<String>,
    pub reports: Option<String>,
}

/// `[crawl]`
#[derive(Default)]
pub struct CrawlTable {
    pub per_host: Option<u64>,
    pub pace: Option<Duration>,
    pub timeout: Option<Duration>,
    pub max_body: Option<u64>,
    pub max_pages: Option<u64>,
    pub budget: Option<Duration>,
    pub allow_address: Vec<String>,
    pub proxy: Option<Url>,
}

/// `[[brand]]`
pub struct BrandTable {
    pub name: Said<String>,
    pub aliases: Vec<String>,
    pub exclude: Vec<String>,
    pub context: Vec<String>,
    pub query: String,
    pub official: Vec<String>,
    pub group: String,
}

/// `[[source]]`
pub struct SourceTable {
    pub url: Option<String>,
    pub path: Option<String>,
    pub kind: Option<Said<SourceKind>>,
    /// Words to look for in a network.
    pub query: Option<Said<String>>,
    /// What opens more of a network: as written, or `env:NAME`.
    pub token: Option<Said<String>>,
    /// Where its header stands.
    pub at: usize,
    pub name: Option<Said<String>>,
    pub audience: Option<u64>,
    pub timezone: Option<TimeZone>,
    pub full_text: bool,
    pub exempt: Option<Box<Exemption>>,
}

/// `[privacy]`, most of which is checked and has no effect yet.
#[derive(Default)]
pub struct PrivacyTable {
    /// The keys that ask for something else than the default.
    pub set: Vec<&'static str>,
    /// `Some(None)`: for ever.
    pub retention: Option<Option<Span>>,
}

impl File {
    /// The file in `text`; whatever is wrong goes to `faults`, and the rest is read on.
    pub(super) fn read(text: &str, faults: &mut Faults) -> File {
        let (root, broken) = DeTable::parse_recoverable(text);
        for error in broken.iter().take(BROKEN) {
            let span = error.span().unwrap_or(text.len()..text.len());
            let what = match error.message() {
                "duplicate key" => format!("duplicate key {}", quoted(text.get(span.clone()).unwrap_or_default())),
                what => what.strip_suffix(", expected literal string").unwrap_or(what).to_owned(),
            };
            faults.syntax(span.start, what);
        }
        let mut file = File::default();
        for (key, value) in root.get_ref().iter() {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            let Some(shape) = SHAPES.iter().find(|shape| shape.name == name) else {
                faults.wrong(at, stray(name, value.get_ref()));
                continue;
            };
            let tables: Vec<_> = match (shape.repeated(), value.get_ref()) {
                (false, _) => vec![value],
                (true, DeValue::Array(tables)) => tables.iter().collect(),
                (true, _) => {
                    let problem = Problem::new(format!("{name} is a list: there may be several"));
                    faults.wrong(at, problem.hint(format!("write {} above each", shape.shown)));
                    continue;
                }
            };
            for table in tables {
                let Some(section) = Section::open(shape, &SHAPES, table, faults) else { continue };
                match name {
                    "vigie" => file.vigie = VigieTable::read(&section, faults),
                    "crawl" => file.crawl = CrawlTable::read(&section, faults),
                    "brand" => file.brands.extend(BrandTable::read(&section, faults)),
                    "source" => file.sources.extend(SourceTable::read(&section, faults)),
                    _ => file.privacy = PrivacyTable::read(&section, faults),
                }
            }
        }
        file
    }
}

/// A key or section at the top of the file that does not belong there.
fn stray(name: &str, value: &DeValue) -> Problem {
    let home = SHAPES.iter().find(|shape| shape.keys.contains(&name));
    let table = value.is_table() || value.as_array().is_some_and(|list| list.iter().all(|v| v.get_ref().is_table()));
    match home {
        Some(home) if !table => Problem::new(format!("{} stands outside of any section", quoted(name)))
            .hint(format!("it belongs to {}", home.shown)),
        _ => {
            let names: Vec<&str> = SHAPES.iter().map(|shape| shape.name).collect();
            let what = if table { "section" } else { "key" };
            Problem::new(format!("unknown {what} {}", quoted(name))).hint(suggestion(name, &names))
        }
    }
}

impl VigieTable {
    fn read(section: &Section, faults: &mut Faults) -> VigieTable {
        let contact = section.value(faults, "contact", unless_empty(places::contact));
        VigieTable {
            at: section.at,
            contact_wrong: contact.is_none() && section.has("contact"),
            contact: contact.flatten(),
            timezone: section.value(faults, "timezone", unless_empty(zone)).flatten(),
            language: section.value(
                faults,
                "language",
                choice(&Language::ALL.map(|language| (language.word(), language))),
            ),
            store: section.value(faults, "store", filled),
            reports: section.value(faults, "reports", filled),
        }
    }
}

impl CrawlTable {
    fn read(section: &Section, faults: &mut Faults) -> CrawlTable {
        CrawlTable {
            per_host: section.value(faults, "per_host", whole(PER_HOST)),
            pace: section.value(faults, "pace", duration(PACE)),
            timeout: section.value(faults, "timeout", duration(TIMEOUT)),
            max_body: section.value(faults, "max_body", size(MAX_BODY)),
            max_pages: section.value(faults, "max_pages", whole(MAX_PAGES)),
            budget: section.value(faults, "budget", duration(BUDGET)),
            allow_address: section.list(faults, "allow_address", |value| places::host_port(&filled(value)?)),
            proxy: section.value(faults, "proxy", unless_empty(places::address)).flatten(),
        }
    }
}

impl BrandTable {
    fn read(section: &Section, faults: &mut Faults) -> Option<BrandTable> {
        let name = section.said(faults, "name", filled);
        if !section.has("name") {
            faults.missing(section.at, Problem::new("a [[brand]] needs a name").hint("name = \"Atlas Télécom\""));
        }
        let aliases = section.list(faults, "aliases", filled);
        let exclude = section.list(faults, "exclude", filled);
        let context = section.list(faults, "context", filled);
        let query = section.value(faults, "query", text).unwrap_or_default();
        let official = section.list(faults, "official", filled);
        let group = section.value(faults, "group", text).unwrap_or_default();
        Some(BrandTable { name: name?, aliases, exclude, context, query, official, group })
    }
}

impl SourceTable {
    fn read(section: &Section, faults: &mut Faults) -> Option<SourceTable> {
        let kinds = SourceKind::ALL.map(|(kind, _)| (kind.word(), kind));
        let table = SourceTable {
            url: section.value(faults, "url", |value| Ok(places::address(&filled(value)?)?.into())),
            path: section.value(faults, "path", filled),
            kind: section.said(faults, "kind", choice(&kinds)),
            query: section.said(faults, "query", text).filter(|said| !said.value.trim().is_empty()),
            token: section.said(faults, "token", text).filter(|said| !said.value.trim().is_empty()),
            at: section.at,
            name: section.said(faults, "name", text).filter(|said| !said.value.is_empty()),
            audience: section.value(faults, "audience", whole(AUDIENCE)).filter(|people| *people > 0),
            timezone: section.value(faults, "timezone", unless_empty(zone)).flatten(),
            full_text: section.value(faults, "full_text", flag).unwrap_or_default(),
            exempt: exemption(section, faults),
        };
        match (section.has("url"), section.has("path")) {
            (true, true) => faults.wrong(section.at, Problem::new("a [[source]] has url or path, not both")),
            (false, false) if table.query.is_some() => {}
            (false, true) if table.query.is_some() || table.token.is_some() => {
                faults.wrong(section.at, Problem::new("query and token are for networks, not for path"));
            }
            (false, false) => faults.missing(
                section.at,
                Problem::new("a [[source]] needs url or path")
                    .hint("url = \"https://forum.example/\", or path = \"archive/\""),
            ),
            _ => {}
        }
        if let (Some(kind), true) = (&table.kind, section.has("url"))
            && kind.value == SourceKind::File
        {
            faults.wrong(kind.at, Problem::new("kind \"file\" is for path, not for url"));
        }
        if let (Some(kind), true) = (&table.kind, section.has("path"))
            && !matches!(kind.value, SourceKind::File | SourceKind::Auto)
        {
            let what = format!("kind \"{}\" is for url, not for path", kind.value.word());
            faults.wrong(kind.at, Problem::new(what).hint("leave kind out, or write kind = \"file\""));
        }
        let asks = table.query.is_some() && table.path.is_none() && !section.has("url");
        (table.url.is_some() != table.path.is_some() || asks).then_some(table)
    }
}

/// What a source is read in spite of, with the reason that has to be given for it.
fn exemption(section: &Section, faults: &mut Faults) -> Option<Box<Exemption>> {
    let words = [("robots", Reserve::Robots), ("reservations", Reserve::Reservations)];
    let ignored = section.list(faults, "ignore", choice(&words));
    let said = section.value(faults, "reason", text);
    let wrong = said.is_none() && section.has("reason");
    let reason = said.unwrap_or_default();
    if ignored.is_empty() {
        return None;
    }
    if reason.trim().is_empty() && !wrong {
        let problem = Problem::new("ignore needs a reason: who gave leave to read what the site reserves");
        faults.missing(section.at, problem.hint("reason = \"written agreement of 3 May 2026\"; every report shows it"));
    }
    let has = |what| ignored.contains(&what);
    Some(Box::new(Exemption { robots: has(Reserve::Robots), reservations: has(Reserve::Reservations), reason }))
}

/// What a site may reserve.
#[derive(Clone, Copy, PartialEq)]
enum Reserve {
    Robots,
    Reservations,
}

impl PrivacyTable {
    fn read(section: &Section, faults: &mut Faults) -> PrivacyTable {
        // What each word stands for: whether it is something else than the default.
        let text = section.value(faults, "text", choice(&[("full", false), ("excerpt", true)]));
        let authors = section.value(faults, "authors", choice(&[("keep", false), ("pseudonym", true), ("drop", true)]));
        let usual = Some(Span::new().months(13).fieldwise());
        let retention = section.value(faults, "retention", unless_empty(span));
        let other = retention.map(|span| span.map(Span::fieldwise) != usual);
        let set = [("text", text), ("authors", authors), ("retention", other)];
        let set = set.into_iter().filter(|(_, other)| *other == Some(true)).map(|(key, _)| key).collect();
        PrivacyTable { set, retention }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one fault of `text`, as `line:column what | hint`.
    fn fault(text: &str) -> String {
        let mut faults = Faults::of(text);
        File::read(text, &mut faults);
        let list = faults.into_list();
        assert_eq!(list.len(), 1, "{text}: {list:?}");
        format!("{}:{} {} | {}", list[0].line, list[0].column, list[0].what, list[0].hint.as_deref().unwrap_or("-"))
    }

    #[test]
    fn sections_and_keys_in_the_wrong_place_are_sent_home() {
        for (text, told) in [
            ("contact = 'x'", "1:1 \"contact\" stands outside of any section | it belongs to [vigie]"),
            ("[vigie]\npace = '1s'", "2:1 unknown key \"pace\" in [vigie] | \"pace\" belongs to [crawl]"),
            ("[brands]", "1:2 unknown section \"brands\" | did you mean \"brand\"?"),
            ("[[sources]]", "1:3 unknown section \"sources\" | did you mean \"source\"?"),
            ("zzz = 1", "1:1 unknown key \"zzz\" | known here: vigie, crawl, brand, source, privacy"),
            ("[brand]\nname = 'a'", "1:2 brand is a list: there may be several | write [[brand]] above each"),
            ("vigie = 3", "1:9 vigie must be a table, not a whole number | write a line [vigie] and its keys below"),
            ("[[crawl]]", "1:1 crawl must be a table, not a list | write a line [crawl] and its keys below"),
            (
                "brand = [1]",
                "1:10 brand must be a table, not a whole number | write a line [[brand]] and its keys below",
            ),
            ("[privacy]\nzzz = 1", "2:1 unknown key \"zzz\" in [privacy] | known here: text, authors, retention"),
        ] {
            assert_eq!(fault(text), told);
        }
    }

    #[test]
    fn values_of_the_wrong_kind_say_what_to_write() {
        for (text, told) in [
            ("[crawl]\ntimeout = 30", "2:11 timeout must be a duration, not \"30\" | write a number and its unit"),
            ("[crawl]\npace = 1.5", "2:8 pace must be a duration, not a number with a fraction | write a number"),
            ("[crawl]\nmax_body = 'big'", "2:12 max_body must be a size, not \"big\" | write \"64 KiB\""),
            ("[crawl]\nmax_pages = 1.0", "2:13 max_pages must be a whole number, not a number with a fraction | -"),
            (
                "[crawl]\nallow_address = '::1:80'",
                "2:17 allow_address must be a list of strings, not a string | write [",
            ),
            ("[crawl]\nallow_address = ['a']", "2:18 a member of allow_address must be host:port, not \"a\" | write"),
            (
                "[vigie]\ntimezone = 'Europe/Pariss'",
                "2:12 timezone is no known time zone: \"Europe/Pariss\" | did you mean \"Europe/Paris\"?",
            ),
            (
                "[vigie]\ntimezone = 'heure de chez nous'",
                "2:12 timezone is no known time zone: \"heure de chez nous\" | write a name",
            ),
            ("[vigie]\nstore = ''", "2:9 store must not be empty | -"),
            ("[vigie]\nreports = \"a\\nb\"", "2:11 reports must be one line without control characters | -"),
            ("[vigie]\ntimezone = 2026-11-01", "2:12 timezone must be a string, not a date | -"),
            (
                "[privacy]\nretention = 'un an'",
                "2:13 retention must be a span from a day to a hundred years, not \"un an\"",
            ),
            (
                "[privacy]\nauthors = 'keeep'",
                "2:11 authors cannot be \"keeep\" | did you mean \"keep\"? one of: keep, pseudonym, drop",
            ),
            ("[[source]]\npath = 'a'\nfull_text = 'no'", "3:13 full_text must be true or false, not a string | -"),
            ("[[source]]\npath = 'a'\naudience = -1", "3:12 audience is out of bounds: \"-1\" | from 0 to 10000000000"),
            ("[[brand]]\nname = ' '", "2:8 name must not be empty | -"),
            (
                "[[brand]]\nname = 'a'\naliases = 'b'",
                "3:11 aliases must be a list of strings, not a string | write [\"b\"]",
            ),
        ] {
            assert!(fault(text).starts_with(told), "{}", fault(text));
        }
    }

    #[test]
    fn every_number_has_hard_bounds() {
        for (key, low, high, hint) in [
            ("per_host", "0", "17", "from 1 to 16"),
            ("pace", "'3601s'", "'2h'", "from 0 to 1h"),
            ("timeout", "'999ms'", "'601s'", "from 1s to 10m"),
            ("max_body", "65535", "'1025 MiB'", "from 64 KiB to 1 GiB"),
            ("max_pages", "0", "1_000_001", "from 1 to 1000000"),
            ("budget", "'0'", "'25h'", "from 1s to 24h"),
        ] {
            for value in [low, high] {
                let told = fault(&format!("[crawl]\n{key} = {value}"));
                assert!(told.contains("is out of bounds") && told.ends_with(hint), "{told}");
            }
        }
        let text = "[crawl]\nper_host = 0x10\npace = 0\nmax_body = '1 GiB'\nbudget = '24h'\nmax_pages = 1_000_000";
        let mut faults = Faults::of(text);
        let crawl = File::read(text, &mut faults).crawl;
        assert!(faults.into_list().is_empty());
        assert_eq!((crawl.per_host, crawl.pace, crawl.max_body), (Some(16), Some(Duration::ZERO), Some(1 << 30)));
    }

    #[test]
    fn a_source_is_one_place_of_a_fitting_kind() {
        for (keys, told) in [
            ("", "1:1 a [[source]] needs url or path | "),
            ("url = 'http://a.example/'\npath = 'b'", "1:1 a [[source]] has url or path, not both | -"),
            ("url = 'http://a.example/'\nkind = 'file'", "3:8 kind \"file\" is for path, not for url | -"),
            ("path = 'b'\nkind = 'feed'", "3:8 kind \"feed\" is for url, not for path | leave kind out"),
            ("url = 'gopher://a.example/'", "2:7 url must be http or https, not \"gopher\""),
            ("url = 'a.example/feed'", "2:7 url is not an address | write it whole"),
            ("url = 'a.example:80/feed'", "2:7 url is not an address | write it whole"),
            ("url = 'http://[::1'", "2:7 url is not an address: "),
            ("url = 'http:\\\\a.example'", "2:7 url must not hold a backslash"),
            ("path = ''", "2:8 path must not be empty | -"),
        ] {
            let text = format!("[[source]]\n{keys}");
            assert!(fault(&text).starts_with(told), "{}", fault(&text));
        }
    }
}
