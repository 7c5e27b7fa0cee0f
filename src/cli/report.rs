//! `vigie report`: the reports of what is new, or of any period.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::Common;
use crate::cli::output::{self, Closed};
use crate::cli::words;
use crate::error::{Exit, Result};
use crate::report::folder::check;
use crate::report::{Dialect, Format};
use crate::run::{self, Output};

/// Writes mentions.csv, brands.csv and report.json from the store, without fetching anything.
///
/// Without a period: what no report has shown yet; a folder counts as a report, a printed list does not. With --since or
/// --until: what was published then.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie report --since 2026-10-01 --until 2026-10-31\n  vigie report --since 7d --format csv --excel > semaine.csv\n  vigie report --since 30d -o rapport/"
)]
pub struct Report {
    #[command(flatten)]
    common: Common,
    /// Print the mentions instead: csv, tsv, json, jsonl or table
    #[arg(long, value_name = "FORMAT", value_parser = output::format)]
    format: Option<Format>,
    /// CSV for a French Excel: byte order mark, semicolons, decimal commas
    #[arg(long)]
    excel: bool,
    /// Folder of the reports, or file of the mentions; `-` for stdout
    #[arg(short, long, value_name = "FILE|DIR|-")]
    output: Option<PathBuf>,
}

impl Report {
    pub fn run(self) -> Result<Exit> {
        let plan = self.common.plan()?;
        let means = self.common.means(&plan.zone)?;
        let dialect = if self.excel { Dialect::Excel } else { Dialect::Csv };
        let streamed = self.format.is_some() || self.output.as_deref().is_some_and(|to| !run::is_folder(to));
        let mut wrote = false;
        if streamed {
            let to = self.output.as_deref().unwrap_or("-".as_ref());
            let (format, width) = output::chosen(self.format, to);
            output::write(to, Closed::IsIgnored, |out| {
                wrote = run::report(&plan, &means, &mut Output::Stream { format, dialect, width, out })?;
                Ok(())
            })?;
        } else {
            let folder = self.output.unwrap_or_else(|| run::folder(&plan, &means));
            check(&folder)?;
            wrote = run::report(&plan, &means, &mut Output::Folder { folder, dialect })?;
        }
        if !wrote && !self.common.quiet {
            output::say(words::nothing_new(plan.language));
        }
        Ok(Exit::Done)
    }
}
