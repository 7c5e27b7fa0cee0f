//! `vigie extract`: what saved feeds and pages hold.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use crate::cli::output::{self, Closed};
use crate::error::{Exit, Result};
use crate::run;

/// Prints one JSON line a file: title, author, dates, text, items of feeds.
#[derive(Args)]
#[command(after_help = "Examples:\n  vigie extract page.html | jq .text\n  vigie extract archive/*.xml > items.jsonl")]
pub struct Extract {
    /// Saved feeds and pages
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// When they were fetched: what relative dates ("hier") count from
    #[arg(long, value_name = "RFC3339")]
    fetched_at: Option<Timestamp>,
    /// The only format there is
    #[arg(long, value_name = "FORMAT", value_parser = ["jsonl"], default_value = "jsonl")]
    format: String,
    /// Where to write; `-` for stdout
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Threads that read [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Exit with 1 if any file could not be read, not only if none could
    #[arg(long)]
    strict: bool,
}

impl Extract {
    pub fn run(self) -> Result<Exit> {
        let jobs = self.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
        let asked = self.files.len() as u64;
        let mut failed = 0;
        output::write(&self.output, Closed::Ends, |out| {
            failed = run::extract(self.files, self.fetched_at, jobs, out)?;
            Ok(())
        })?;
        Ok(if failed == asked || (self.strict && failed > 0) { Exit::Failed } else { Exit::Done })
    }
}
