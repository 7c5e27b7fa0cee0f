//! `vigie check`: everything that is wrong with a configuration, at once.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::contact;
use crate::cli::output;
use crate::config::{self, AdHoc};
use crate::error::{Exit, Result};
use crate::report::visible;

/// Says everything that is wrong with a configuration, with line and hint, and what of it has no effect yet.
///
/// Nothing is fetched, written or contacted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie check\n  vigie check -c clients/atlas.toml && vigie scan -c clients/atlas.toml"
)]
pub struct Check {
    /// Configuration file [default: vigie.toml]
    #[arg(short = 'c', long = "config", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Say nothing where all is well
    #[arg(short, long)]
    quiet: bool,
}

impl Check {
    pub fn run(self) -> Result<Exit> {
        let path = self.config.as_deref().unwrap_or(Path::new(config::DEFAULT_FILE));
        let plan = config::load_with(path, &AdHoc { contact: contact(), ..AdHoc::default() })?;
        if self.quiet {
            return Ok(Exit::Done);
        }
        let out: String = config::describe(&plan).iter().map(|line| format!("{}\n", visible(line))).collect();
        output::print(out.as_bytes())
    }
}
