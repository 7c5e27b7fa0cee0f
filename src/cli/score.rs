//! `vigie score`: stored documents scored anew, or JSON lines filtered.

use std::io::{BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::tz::TimeZone;

use crate::analysis::{Analysis, Settings};
use crate::cli::args::{Brands, Common};
use crate::cli::output::{self, Closed};
use crate::cli::{progress, signals, words};
use crate::config::{self, AdHoc};
use crate::error::{Error, Exit, Result};
use crate::run::{self, Filtered};

/// Scores every stored document anew, in parallel, after brands or version changed.
///
/// With `-`, reads documents as JSON lines ({"id", "text"} is enough; `brand` and `start` name a target) and prints
/// one JSON line a mention, in input order.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie score\n  jq -c '{id, text}' posts.jsonl | vigie score - --brand 'Atlas Télécom'\n  echo '{\"id\": 1, \"text\": \"Service nul, à fuir.\"}' | vigie score -"
)]
pub struct Score {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    brands: Brands,
    /// `-` to filter stdin
    #[arg(value_name = "-", value_parser = ["-"])]
    stdin: Option<String>,
    /// The only format of the filter
    #[arg(long, value_name = "FORMAT", value_parser = ["jsonl"], default_value = "jsonl")]
    format: String,
    /// Where the filter writes; `-` for stdout
    #[arg(short, long, value_name = "FILE|-", default_value = "-")]
    output: PathBuf,
}

impl Score {
    pub fn run(self) -> Result<Exit> {
        if self.stdin.is_some() {
            return self.filter();
        }
        if !self.brands.0.is_empty() {
            return Err(
                Error::usage("--brand needs `vigie score -`").hint("stored documents are scored by the configuration")
            );
        }
        let plan = self.common.plan()?;
        let bars = progress::progress(self.common.quiet, self.common.verbose, plan.language);
        let means = self.common.means_with(&plan.zone, Arc::clone(&bars), signals::stop())?;
        let (documents, mentions) = run::score_store(&plan, &means)?;
        drop((means, bars));
        if !self.common.quiet && (std::io::stderr().is_terminal() || self.common.verbose > 0) {
            output::say(&words::rescored(plan.language, documents, mentions));
        }
        Ok(Exit::Done)
    }

    fn filter(self) -> Result<Exit> {
        let given = !self.brands.0.is_empty();
        if given && self.common.config.is_some() {
            return Err(Error::usage("--brand and -c exclude each other")
                .hint("brands stand in the configuration, or on the command line without one"));
        }
        let configured = !given && (self.common.config.is_some() || Path::new(config::DEFAULT_FILE).exists());
        let brands = if configured {
            self.common.plan()?.brands
        } else {
            AdHoc { brands: self.brands.0.clone(), ..AdHoc::default() }.plan()?.brands
        };
        let branded = !brands.is_empty();
        let means = self.common.means(&TimeZone::UTC)?;
        let analysis = Analysis::new(&Settings { brands, now: means.now });
        let mut count = Filtered::default();
        output::write(&self.output, Closed::Ends, |out| {
            let input = BufReader::with_capacity(256 * 1024, std::io::stdin());
            count = run::filter(&analysis, branded, means.jobs, input, out, &mut |number, why| {
                output::say(&format!("vigie: line {number}: {why}"));
            })?;
            Ok(())
        })?;
        let none = count.read == 0 && count.bad > 0;
        Ok(if none || (self.common.strict && count.bad > 0) { Exit::Failed } else { Exit::Done })
    }
}
