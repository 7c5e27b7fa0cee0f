//! `vigie scan`: the nightly job, and the one-liner without a configuration.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{Brands, Common, Crawling};
use crate::cli::output::{self, Closed};
use crate::cli::{progress, signals, words};
use crate::config::Plan;
use crate::error::{Error, Exit, Result};
use crate::model::Language;
use crate::report::folder::check;
use crate::report::{Context, Dialect, Format, totals};
use crate::run::{self, Means, Outcome, Output, Scanned};

/// Reads every source, finds and scores mentions, writes mentions.csv, brands.csv and report.json.
///
/// With --brand instead of a configuration nothing is kept on disk, and mentions go to stdout.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie scan -c clients/atlas.toml\n  vigie scan --brand 'Atlas Télécom' --alias 'Atlas Telecom' archive/ > mentions.csv\n  vigie scan --brand Rihla --brand Zitoun --contact https://agency.example/vigie https://blog.example/feed\n  vigie scan --format jsonl | jq 'select(.tone == \"negative\")'\n\nCron: 15 3 * * * vigie scan -c /srv/vigie/vigie.toml"
)]
pub struct Scan {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    crawling: Crawling,
    #[command(flatten)]
    brands: Brands,
    /// Also print the new mentions: csv, tsv, json, jsonl or table
    #[arg(long, value_name = "FORMAT", value_parser = output::format)]
    format: Option<Format>,
    /// CSV for a French Excel: byte order mark, semicolons, decimal commas
    #[arg(long)]
    excel: bool,
    /// Folder of the reports, or file of the mentions; `-` for stdout
    #[arg(short, long, value_name = "FILE|DIR|-")]
    output: Option<PathBuf>,
}

impl Scan {
    pub fn run(self) -> Result<Exit> {
        if self.brands.0.is_empty() { self.planned() } else { self.ad_hoc() }
    }

    /// By the configuration: reports in their folder, and a stream beside them where one is asked for.
    fn planned(self) -> Result<Exit> {
        let plan = self.crawling.beside(&self.common)?;
        if plan.brands.is_empty() {
            let error = Error::usage(format!("{} names no brand", self.common.path().display()));
            return Err(error.hint("add a [[brand]] with `name`; `vigie crawl` keeps documents without one"));
        }
        let to = self.output.as_deref();
        let streamed = self.format.is_some() || to.is_some_and(|to| !run::is_folder(to));
        let means = self.means(&plan, plan.language)?;
        let folder = match to {
            Some(to) if !streamed || run::is_folder(to) => to.to_path_buf(),
            _ => run::folder(&plan, &Means { since: None, until: None, ..means.clone() }),
        };
        check(&folder)?;
        self.note(&plan);
        let dialect = self.dialect();
        let scanned = if streamed {
            let stream = to.filter(|to| !run::is_folder(to)).unwrap_or("-".as_ref());
            let (format, width) = output::chosen(self.format, stream);
            let mut result = None;
            output::write(stream, Closed::IsIgnored, |out| {
                let reports = Output::Folder { folder: folder.clone(), dialect };
                let stream = Output::Stream { format, dialect, width, out };
                result = Some(run::scan(&plan, &means, &mut [reports, stream])?);
                Ok(())
            })?;
            result.unwrap_or_default()
        } else {
            run::scan(&plan, &means, &mut [Output::Folder { folder: folder.clone(), dialect }])?
        };
        drop(means);
        let Scanned { outcome, outdated, figures } = scanned;
        tell(&self.common, plan.language, &outcome, true);
        if !self.common.quiet {
            if outdated > 0 {
                output::say(&words::outdated(plan.language, outdated));
            }
            if std::io::stderr().is_terminal() || self.common.verbose > 0 {
                let width = output::width();
                let context = Context { width, ..Context::new(plan.zone.clone(), plan.language, self.common.now()) };
                let table = figures.map(|figures| totals(&figures, &context)).unwrap_or_default();
                table.lines().for_each(output::say);
                output::say(&words::reports(plan.language, &folder));
            }
        }
        Ok(exit(&outcome, self.common.strict))
    }

    /// Without a configuration: mentions on stdout, nothing kept.
    fn ad_hoc(self) -> Result<Exit> {
        if self.common.config.is_some() {
            return Err(Error::usage("--brand and -c exclude each other")
                .hint("brands stand in the configuration, or on the command line without one"));
        }
        let plan = self.crawling.alone(&self.common, self.brands.0.clone())?;
        let language = plan.language;
        let means = self.means(&plan, language)?;
        let dialect = self.dialect();
        let to = self.output.clone().unwrap_or_else(|| PathBuf::from("-"));
        let outcome = if run::is_folder(&to) {
            check(&to)?;
            run::scan_once(&plan, &means, &mut [Output::Folder { folder: to, dialect }])?
        } else {
            let (format, width) = output::chosen(self.format, &to);
            let mut outcome = Outcome::default();
            output::write(&to, Closed::IsIgnored, |out| {
                outcome = run::scan_once(&plan, &means, &mut [Output::Stream { format, dialect, width, out }])?;
                Ok(())
            })?;
            outcome
        };
        drop(means);
        tell(&self.common, language, &outcome, false);
        Ok(exit(&outcome, self.common.strict))
    }

    fn means(&self, plan: &Plan, language: Language) -> Result<Means> {
        let progress = progress::progress(self.common.quiet, self.common.verbose, language);
        self.common.means_with(&plan.zone, progress, signals::stop()).map(|means| self.crawling.choose(means))
    }

    /// To a person, what has no effect yet; to cron, only what was promised to people and is not kept.
    fn note(&self, plan: &Plan) {
        let person = std::io::stderr().is_terminal() || self.common.verbose > 0;
        let told = |note: &&String| !self.common.quiet && (person || note.starts_with("privacy"));
        plan.notes.iter().filter(told).for_each(|note| output::say(&format!("vigie: {note}")));
    }

    fn dialect(&self) -> Dialect {
        if self.excel { Dialect::Excel } else { Dialect::Csv }
    }
}

/// Says how a run went: all of it to a person, only what went wrong to cron. `kept`: a store has it, too.
pub fn tell(common: &Common, language: Language, outcome: &Outcome, kept: bool) {
    if common.quiet {
        return;
    }
    let told = std::io::stderr().is_terminal() || common.verbose > 0;
    let incidents = words::incidents(language, outcome, kept);
    if told || incidents.is_some() {
        output::say(&words::outcome(language, outcome));
    }
    if let Some(incidents) = incidents {
        output::say(&incidents);
    }
}

/// What the shell is told of a run that came to its end.
pub fn exit(outcome: &Outcome, strict: bool) -> Exit {
    if outcome.all_failed() || (strict && outcome.any_failed()) { Exit::SourcesFailed } else { Exit::Done }
}
