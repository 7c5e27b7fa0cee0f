//! `vigie query`: stored mentions by plain filters.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::Common;
use crate::cli::output::{self, Closed};
use crate::error::{Error, Exit, Result};
use crate::model::{Filter, Kind, Tone};
use crate::report::{Context, Dialect, Format, MentionWriter};
use crate::run;

/// Lists stored mentions, newest first: a table on a terminal, CSV in a pipe.
///
/// Every filter that is given must hold; one that is given twice holds where either does. Case and accents do not
/// matter.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie query --brand 'Atlas Télécom' --tone negative --since 7d\n  vigie query --text remboursement --format csv --excel > plaintes.csv\n  vigie query --source forum.example --author karim --format jsonl | jq .hit_sentence"
)]
pub struct Query {
    #[command(flatten)]
    common: Common,
    /// Brand, by name
    #[arg(long, value_name = "NAME")]
    brand: Vec<String>,
    /// negative, neutral, positive or unscored
    #[arg(long, value_name = "TONE", value_parser = tone)]
    tone: Vec<Tone>,
    /// Source, by name
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// article, entry, post, comment, review or status
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<Kind>,
    /// Language, such as fr, en, ar, ary-Latn, und
    #[arg(long, value_name = "LANG")]
    language: Vec<String>,
    /// Author, by name
    #[arg(long, value_name = "NAME")]
    author: Vec<String>,
    /// Words that the title or the text must hold
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// At most so many, the newest
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
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

fn tone(word: &str) -> std::result::Result<Tone, String> {
    Tone::from_word(word).ok_or_else(|| one_of(Tone::ALL.map(Tone::word).as_slice()))
}

fn kind(word: &str) -> std::result::Result<Kind, String> {
    Kind::from_word(word).ok_or_else(|| one_of(Kind::ALL.map(Kind::word).as_slice()))
}

fn one_of(words: &[&str]) -> String {
    format!("one of {}", words.join(", "))
}

impl Query {
    pub fn run(self) -> Result<Exit> {
        let plan = self.common.plan()?;
        let means = self.common.means(&plan.zone)?;
        let store = plan.store.as_deref().ok_or_else(|| Error::usage("the configuration names no store"))?;
        let filter = Filter {
            brands: self.brand,
            sources: self.source,
            kinds: self.kind,
            languages: self.language,
            tones: self.tone,
            authors: self.author,
            text: self.text,
            since: means.since,
            until: means.until,
            limit: self.limit,
        };
        let (format, width) = output::chosen(self.format, &self.output);
        let dialect = if self.excel { Dialect::Excel } else { Dialect::Csv };
        let context = Context { width, ..Context::new(plan.zone.clone(), plan.language, means.now) };
        output::write(&self.output, Closed::Ends, |out| {
            let mut writer =
                MentionWriter::new(format, dialect, out, &context).map_err(|error| output::unwritten(&error))?;
            run::query(store, &filter, &mut |record| writer.write(record).map_err(|error| output::unwritten(&error)))?;
            writer.finish().map_err(|error| output::unwritten(&error))
        })?;
        Ok(Exit::Done)
    }
}
