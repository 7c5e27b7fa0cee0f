//! `vigie discover`: sources to paste into a configuration.

mod shown;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::cli::args::{Common, contact, spoken};
use crate::cli::output::{self, Closed};
use crate::cli::{progress, signals};
use crate::config::{self, AdHoc, Plan};
use crate::error::{Error, Exit, Result};
use crate::model::{Place, SourceKind};
use crate::run;

/// Looks at addresses, and prints ready [[source]] entries: the best of each, the others commented out.
///
/// Feeds (named by the page, or where its software has them), sitemaps, forums, blogs, each with what it gives. About ten
/// requests an address, as polite as a crawl; nothing is kept.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie discover https://forum.example/ https://blog.example/ --contact https://agency.example/vigie >> vigie.toml\n  vigie discover https://blog.example/ --format jsonl | jq '.sources[] | {url, kind}'"
)]
pub struct Discover {
    #[command(flatten)]
    common: Common,
    /// Addresses of sites, pages or feeds
    #[arg(value_name = "URL", required = true)]
    urls: Vec<String>,
    /// Who answers for these requests: an address or e-mail in the User-Agent [env: VIGIE_CONTACT]
    #[arg(long, value_name = "URL")]
    contact: Option<String>,
    /// toml, json or jsonl
    #[arg(long, value_name = "FORMAT", value_parser = ["toml", "json", "jsonl"], default_value = "toml")]
    format: String,
    /// Where to write; `-` for stdout
    #[arg(short, long, value_name = "FILE|-", default_value = "-")]
    output: PathBuf,
}

impl Discover {
    pub fn run(self) -> Result<Exit> {
        let plan = self.plan()?;
        let bars = progress::progress(self.common.quiet, self.common.verbose, plan.language);
        let means = self.common.means_with(&plan.zone, Arc::clone(&bars), signals::stop())?;
        let found = run::discover(&plan, &self.urls, &means)?;
        drop((means, bars));
        output::write(&self.output, Closed::Ends, |out| match self.format.as_str() {
            "json" => {
                let text = serde_json::to_string_pretty(&found)
                    .map_err(|error| Error::failed(format!("cannot write JSON: {error}")))?;
                writeln!(out, "{text}").map_err(|error| output::unwritten(&error))
            }
            "jsonl" => found.iter().try_for_each(|found| output::json_line(out, found)),
            _ => {
                let text: Vec<String> = found.iter().map(|found| shown::toml(found, plan.language)).collect();
                out.write_all(text.join("\n").as_bytes()).map_err(|error| output::unwritten(&error))
            }
        })?;
        for trouble in found.iter().filter(|found| found.failed()).flat_map(|found| &found.incidents) {
            if !self.common.quiet {
                output::say(&format!("vigie: {}: {} [{}]", trouble.url, trouble.message, trouble.code.word()));
            }
        }
        let failed = found.iter().filter(|found| found.failed()).count();
        let all = failed == found.len() || self.common.strict && failed > 0;
        Ok(if all { Exit::SourcesFailed } else { Exit::Done })
    }

    /// The manners of the configuration, where there is one; its sources are left alone.
    fn plan(&self) -> Result<Plan> {
        let given = AdHoc {
            sources: self.urls.clone(),
            contact: self.contact.clone().or_else(contact),
            allow_address: self.common.allow_address.clone(),
            ..AdHoc::default()
        };
        let mut plan = if self.common.config.is_some() || self.common.path().exists() {
            config::load_with(self.common.path(), &given)?
        } else {
            Plan { language: spoken(), ..given.plan()? }
        };
        if let Some(pages) = self.common.max_pages {
            plan.crawl.max_pages = pages;
        }
        let file = plan.sources.iter().find(|source| matches!(source.place, Place::Path(_)));
        match file {
            Some(file) if file.kind == SourceKind::File => {
                Err(Error::usage(format!("{:?} is a file", file.name)).hint("`vigie extract` says what files hold"))
            }
            _ => Ok(plan),
        }
    }
}
