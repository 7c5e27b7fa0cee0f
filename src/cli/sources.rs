//! `vigie sources`: how each source has been doing.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::Common;
use crate::cli::output::{self, Closed};
use crate::error::{Error, Exit, Result};
use crate::model::SourceKind;
use crate::report::{Context, Dialect, Format, HealthWriter};
use crate::run;

/// Shows each source's last success, failures in a row, documents and last incident, and what of it was covered.
///
/// Items probably missed, silence, pages refused, undated documents, languages that are not scored. With --since or --until,
/// `period_documents` counts what was published in between.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie sources\n  vigie sources --failing --format csv\n  vigie sources --format jsonl | jq 'select(.missed_high > 0 or .silent)'\n  vigie sources --kinds"
)]
pub struct Sources {
    #[command(flatten)]
    common: Common,
    /// Only sources whose last run failed
    #[arg(long)]
    failing: bool,
    /// List the kinds of sources that a configuration may name
    #[arg(long)]
    kinds: bool,
    /// table, csv, tsv, json or jsonl [default: table on a terminal, csv elsewhere]
    #[arg(long, value_name = "FORMAT", value_parser = output::format)]
    format: Option<Format>,
    /// CSV for a French Excel: byte order mark, semicolons, decimal commas
    #[arg(long)]
    excel: bool,
    /// Where to write; `-` for stdout
    #[arg(short, long, value_name = "FILE|-", default_value = "-")]
    output: PathBuf,
}

impl Sources {
    pub fn run(self) -> Result<Exit> {
        if self.kinds {
            let lines = SourceKind::ALL.map(|(kind, meaning)| format!("{:13} {meaning}\n", kind.word()));
            return output::print(lines.concat().as_bytes());
        }
        let plan = self.common.plan()?;
        let store = plan.store.as_deref().ok_or_else(|| Error::usage("the configuration names no store"))?;
        let (format, width) = output::chosen(self.format, &self.output);
        let dialect = if self.excel { Dialect::Excel } else { Dialect::Csv };
        let means = self.common.means(&plan.zone)?;
        let context = Context { width, ..Context::new(plan.zone.clone(), plan.language, means.now) };
        let mut shown = 0_u64;
        output::write(&self.output, Closed::Ends, |out| {
            let mut writer =
                HealthWriter::new(format, dialect, out, &context).map_err(|error| output::unwritten(&error))?;
            run::sources(store, &means, &mut |source| {
                if self.failing && source.failures == 0 {
                    return Ok(());
                }
                shown += 1;
                writer.write(source).map_err(|error| output::unwritten(&error))
            })?;
            writer.finish().map_err(|error| output::unwritten(&error))
        })?;
        let none = self.failing && shown == 0 && std::io::stderr().is_terminal() && !self.common.quiet;
        if none {
            output::say(crate::cli::words::none_failing(plan.language));
        }
        Ok(Exit::Done)
    }
}
