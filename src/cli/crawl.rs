//! `vigie crawl`: documents only; scoring and reports are later commands.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::cli::args::{Common, Crawling};
use crate::cli::output::{self, Closed};
use crate::cli::scan::{exit, tell};
use crate::cli::{progress, signals};
use crate::error::{Exit, Result};
use crate::run::{self, Outcome};

/// Reads every source and keeps its documents; `vigie score` and `vigie report` go on from there.
///
/// With sources and no configuration, documents are printed and nothing is kept.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie crawl -c vigie.toml && vigie score && vigie report\n  vigie crawl --format jsonl --contact https://agency.example/vigie --since 30d https://forum.example/ > posts.jsonl\n  vigie crawl --due -q    # hourly, beside a nightly scan"
)]
pub struct Crawl {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    crawling: Crawling,
    /// Print the documents, one JSON object a line
    #[arg(long, value_name = "FORMAT", value_parser = ["jsonl"])]
    format: Option<String>,
    /// Where to print them; `-` for stdout
    #[arg(short, long, value_name = "FILE|-")]
    output: Option<PathBuf>,
}

impl Crawl {
    pub fn run(self) -> Result<Exit> {
        let ad_hoc = !self.crawling.sources.is_empty() && !self.common.path().exists();
        let plan =
            if ad_hoc { self.crawling.alone(&self.common, Vec::new())? } else { self.crawling.beside(&self.common)? };
        let bars = progress::progress(self.common.quiet, self.common.verbose, plan.language);
        let means = self.common.means_with(&plan.zone, Arc::clone(&bars), signals::stop())?;
        let means = self.crawling.choose(means);
        let mut outcome = Outcome::default();
        if ad_hoc || self.format.is_some() || self.output.is_some() {
            let to = self.output.as_deref().unwrap_or("-".as_ref());
            output::write(to, Closed::IsIgnored, |out| {
                outcome = run::crawl(&plan, &means, &mut |document| output::json_line(out, document))?;
                Ok(())
            })?;
        } else {
            outcome = run::crawl(&plan, &means, &mut |_| Ok(()))?;
        }
        drop((means, bars));
        tell(&self.common, plan.language, &outcome, !ad_hoc);
        Ok(exit(&outcome, self.common.strict))
    }
}
