//! Flags that several subcommands share, and what they mean to a plan.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{ArgAction, ArgMatches, Args, FromArgMatches};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};

use crate::config::{self, AdHoc, DEFAULT_FILE, Plan};
use crate::error::{Error, Result};
use crate::model::port::{Progress, Silent};
use crate::model::{Brand, Language};
use crate::run::{Means, Stop};

/// Flags of every command that crawls, scores or reports.
#[derive(Args)]
pub struct Common {
    /// Configuration file [default: vigie.toml]
    #[arg(short = 'c', long = "config", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Leave out documents dated before: a date, RFC 3339, or how long ago (7d, 24h); undated ones are kept
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Leave out documents dated after: a date (that day included), RFC 3339, or how long ago
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Threads that read and score [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// The clock: what "now" is, for reproducible runs
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<Timestamp>,
    /// Open one private address to a crawl, and no other; may be repeated
    #[arg(long, value_name = "HOST:PORT")]
    pub allow_address: Vec<String>,
    /// Pages of one source in one run of a crawl
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_pages: Option<u64>,
    /// Exit with 3 if any source failed, not only if all did; with 1 if any input line was bad
    #[arg(long)]
    pub strict: bool,
    /// Say more on stderr
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
    /// Say nothing on stderr but errors
    #[arg(short, long)]
    pub quiet: bool,
}

/// Flags of commands that contact sources.
#[derive(Args)]
pub struct Crawling {
    /// Ask only sources whose own interval has passed since they were last read: for an hourly cron
    #[arg(long)]
    pub due: bool,
    /// Ask sources too that rest after failing again and again
    #[arg(long)]
    pub all: bool,
    /// Who answers for this crawl: an address or e-mail in the User-Agent [env: VIGIE_CONTACT]
    #[arg(long, value_name = "URL")]
    pub contact: Option<String>,
    /// Addresses of feeds, blogs, forums or pages, files, or folders of them; instead of the configuration's, whose store is
    /// used all the same
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
}

/// Brands on the command line, each with the aliases and context words that follow it.
#[derive(Default)]
pub struct Brands(pub Vec<Brand>);

const BRAND_FLAGS: [(&str, &str, &str); 3] = [
    ("brand", "NAME", "A brand to watch, without a configuration; may be repeated"),
    ("alias", "NAME", "Another form of the name of the brand before it; may be repeated"),
    ("context", "WORD", "A word of the field of the brand before it; may be repeated"),
];

impl Args for Brands {
    fn augment_args(mut command: clap::Command) -> clap::Command {
        for (name, value, help) in BRAND_FLAGS {
            let arg = clap::Arg::new(name).long(name).value_name(value).help(help).action(ArgAction::Append);
            command = command.arg(if name == "brand" { arg } else { arg.requires("brand") });
        }
        command
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Brands::augment_args(command)
    }
}

impl FromArgMatches for Brands {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Brands, clap::Error> {
        let mut given: Vec<(usize, &str, &String)> = Vec::new();
        for (name, _, _) in BRAND_FLAGS {
            let places = matches.indices_of(name).into_iter().flatten();
            let values = matches.get_many::<String>(name).into_iter().flatten();
            given.extend(places.zip(values).map(|(at, value)| (at, name, value)));
        }
        given.sort_unstable();
        let mut brands: Vec<Brand> = Vec::new();
        for (_, name, value) in given {
            match (name, brands.last_mut()) {
                ("brand", _) => brands.push(Brand { name: value.clone(), ..Brand::default() }),
                ("alias", Some(brand)) => brand.aliases.push(value.clone()),
                ("context", Some(brand)) => brand.context.push(value.clone()),
                _ => {
                    let message =
                        format!("--{name} {value:?} stands before any --brand; it belongs to the one before it\n");
                    return Err(clap::Error::raw(clap::error::ErrorKind::ArgumentConflict, message));
                }
            }
        }
        Ok(Brands(brands))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = Brands::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Common {
    /// The plan of the configuration file.
    pub fn plan(&self) -> Result<Plan> {
        config::load(self.path())
    }

    /// The configuration file: the one named, or the one in this folder.
    pub fn path(&self) -> &Path {
        self.config.as_deref().unwrap_or(Path::new(DEFAULT_FILE))
    }

    fn limit(&self, plan: &mut Plan) {
        if let Some(pages) = self.max_pages {
            plan.crawl.max_pages = pages;
        }
    }

    /// The clock of this run, to the second.
    #[allow(clippy::disallowed_methods)] // The one place where time comes in.
    pub fn now(&self) -> Timestamp {
        let now = self.now.unwrap_or_else(Timestamp::now);
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// Threads to use.
    pub fn jobs(&self) -> usize {
        self.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
    }

    /// What a job is given, with a progress that says nothing.
    pub fn means(&self, zone: &TimeZone) -> Result<Means> {
        self.means_with(zone, Arc::new(Silent), Stop::default())
    }

    /// What a job is given.
    pub fn means_with(&self, zone: &TimeZone, progress: Arc<dyn Progress>, stop: Stop) -> Result<Means> {
        let now = self.now();
        let when = |flag: &str, text: &Option<String>, end: bool| {
            text.as_deref().map(|text| moment(flag, text, now, zone, end)).transpose()
        };
        let (since, until) = (when("--since", &self.since, false)?, when("--until", &self.until, true)?);
        if let (Some(since), Some(until)) = (since, until)
            && since >= until
        {
            return Err(Error::usage("--since is not before --until"));
        }
        Ok(Means { jobs: self.jobs(), now, since, until, due: false, all: false, progress, stop })
    }
}

impl Crawling {
    /// Which sources are asked.
    pub fn choose(&self, means: Means) -> Means {
        Means { due: self.due, all: self.all, ..means }
    }

    /// The plan of the configuration file with these flags beside it.
    pub fn beside(&self, common: &Common) -> Result<Plan> {
        let mut plan = config::load_with(common.path(), &self.given(common, Vec::new()))?;
        common.limit(&mut plan);
        if plan.sources.is_empty() {
            let error = Error::usage(format!("{} names no source", common.path().display()));
            return Err(error.hint("add a [[source]] with `url` or `path`, or name sources on the command line"));
        }
        Ok(plan)
    }

    /// The plan of these flags alone: nothing is kept.
    pub fn alone(&self, common: &Common, brands: Vec<Brand>) -> Result<Plan> {
        if self.sources.is_empty() {
            return Err(Error::usage("no source to read").hint("name files, folders or addresses of feeds and pages"));
        }
        let mut plan = self.given(common, brands).plan()?;
        plan.language = spoken();
        common.limit(&mut plan);
        Ok(plan)
    }

    fn given(&self, common: &Common, brands: Vec<Brand>) -> AdHoc {
        AdHoc {
            brands,
            sources: self.sources.clone(),
            contact: self.contact.clone().or_else(contact),
            allow_address: common.allow_address.clone(),
        }
    }
}

/// The contact that the environment gives.
pub fn contact() -> Option<String> {
    std::env::var("VIGIE_CONTACT").ok().filter(|contact| !contact.trim().is_empty())
}

/// The language of messages where no configuration names one: the environment's, French unless it is English.
pub fn spoken() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    match set {
        Some(value) if value.starts_with("en") || value.starts_with('C') || value == "POSIX" => Language::English,
        _ => Language::French,
    }
}

/// A moment as a user writes it; a bare date is its first moment, or with `end` the first moment of the next day.
fn moment(flag: &str, text: &str, now: Timestamp, zone: &TimeZone, end: bool) -> Result<Timestamp> {
    let wrong = || {
        Error::usage(format!("{flag} {text:?} is not a moment"))
            .hint("a date such as 2026-11-22, RFC 3339, or how long ago: 7d, 24h, 30m")
    };
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if let Ok(day) = text.parse::<civil::Date>() {
        let day = if end { day.tomorrow().map_err(|_| wrong())? } else { day };
        return day.to_zoned(zone.clone()).map(|start| start.timestamp()).map_err(|_| wrong());
    }
    let at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(at);
    let hours = match unit {
        "w" => 7 * 24 * 60,
        "d" | "j" => 24 * 60,
        "h" => 60,
        "m" | "min" => 1,
        _ => return Err(wrong()),
    };
    let minutes: i64 = number.parse::<i64>().ok().and_then(|n| n.checked_mul(hours)).ok_or_else(wrong)?;
    now.checked_sub(SignedDuration::from_mins(minutes)).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates_instants_or_ages() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Africa/Casablanca").unwrap();
        let at = |text, end| moment("--since", text, now, &zone, end).map(|at| at.to_string());
        assert_eq!(at("2026-11-20", false).unwrap(), "2026-11-19T23:00:00Z");
        assert_eq!(at("2026-11-20", true).unwrap(), "2026-11-20T23:00:00Z");
        assert_eq!(at("2026-11-20T08:00:00+01:00", true).unwrap(), "2026-11-20T07:00:00Z");
        assert_eq!(at("7d", false).unwrap(), "2026-11-15T12:00:00Z");
        assert_eq!(at("24h", false).unwrap(), "2026-11-21T12:00:00Z");
        for bad in ["", "soon", "7", "d", "7y", "99999999999999999999d", "9223372036854775807d", "2026-13-01"] {
            assert!(at(bad, false).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_alias_belongs_to_the_brand_before_it() {
        let parse = |words: &[&str]| {
            let command = Brands::augment_args(clap::Command::new("x"));
            command.try_get_matches_from(words).and_then(|matches| Brands::from_arg_matches(&matches))
        };
        let Brands(brands) =
            parse(&["x", "--brand", "A", "--alias", "a", "--brand", "B", "--context", "w", "--alias", "b"]).unwrap();
        assert_eq!((brands[0].name.as_str(), brands[0].aliases.as_slice()), ("A", &["a".to_string()][..]));
        assert_eq!(
            (brands[1].aliases.as_slice(), brands[1].context.as_slice()),
            (&["b".to_string()][..], &["w".to_string()][..])
        );
        assert!(parse(&["x", "--alias", "a", "--brand", "B"]).is_err());
        assert!(parse(&["x", "--alias", "a"]).is_err());
    }
}
