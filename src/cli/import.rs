//! `vigie import`: what other tools collected, and what was collected before.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::tz::TimeZone;

use crate::cli::args::{Brands, Common, spoken};
use crate::cli::output::{self, Closed};
use crate::cli::{progress, signals, words};
use crate::config::{self, AdHoc, Plan};
use crate::error::{Error, Exit, Result};
use crate::intake::Options;
use crate::intake::dialect::{DIALECTS, Dialect, Field};
use crate::model::{Kind, Record, Scored};
use crate::report::{Context, Dialect as Csv, Format, MentionWriter};
use crate::run::{self, Asked, Bad, Imported, Means};
use crate::text::identity;

/// Bad rows that are told one by one, without -v.
const TOLD: u64 = 50;
/// Rows that --dry-run shows of a file.
const SHOWN: usize = 3;

/// Reads files that come in whole into the store: exports of Meltwater, Talkwalker, Brandwatch, YouScan, Mention and Pulsar
/// (CSV, TSV), any table, JSON lines, web archives (WARC). Spreadsheets (XLSX) and lists of feeds (OPML) are not read yet.
///
/// A file says by itself what it is. What a row is worth (its tone, its reach) is ours to say; what the other tool said of it is
/// left out. Without a configuration nothing is kept, and mentions (with --brand) or documents go to stdout.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie import meltwater.csv talkwalker.csv && vigie report\n  vigie import --dry-run avis.csv\n  vigie import --map 'text=Avis,published=Date de dépôt,rating=Note' --kind review --source boutique avis.csv\n  vigie import --brand 'Atlas Télécom' CC-NEWS-20261120.warc.gz > mentions.csv\n  vigie crawl --format jsonl https://forum.example/ | vigie import -c vigie.toml -"
)]
pub struct Import {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    brands: Brands,
    /// Files to read; `-` for stdin
    #[arg(value_name = "FILE|-", required = true)]
    files: Vec<PathBuf>,
    /// The tool that wrote the files, where they do not say by themselves
    #[arg(long, value_name = "NAME", value_parser = dialect)]
    dialect: Option<&'static Dialect>,
    /// Which column is which: 'text=Contenu,url=Lien,published=Date'; may be repeated
    #[arg(long, value_name = "FIELD=COLUMN,…", value_parser = map)]
    map: Vec<Map>,
    /// What rows are that do not say: article, entry, post, comment, review or status
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<Kind>,
    /// The zone of dates without one [default: the configuration's]
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    timezone: Option<TimeZone>,
    /// The name of the source of all rows [default: what the row says, else the host of its address, else the file's name]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Say what the files are taken for and how their first rows are read; keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Read files again that were read before
    #[arg(long)]
    again: bool,
    /// Also print what the files hold: mentions as csv, tsv, json, jsonl or table; without any brand documents, as jsonl
    #[arg(long, value_name = "FORMAT", value_parser = output::format)]
    format: Option<Format>,
    /// CSV for a French Excel: byte order mark, semicolons, decimal commas
    #[arg(long)]
    excel: bool,
    /// Where to print it; `-` for stdout
    #[arg(short, long, value_name = "FILE|-")]
    output: Option<PathBuf>,
}

/// Pairs of one `--map`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Map(Vec<(Field, String)>);

fn dialect(word: &str) -> std::result::Result<&'static Dialect, String> {
    let words = || DIALECTS.iter().map(|dialect| dialect.word).collect::<Vec<_>>().join(", ");
    Dialect::from_word(word).ok_or_else(|| format!("one of {}", words()))
}

fn kind(word: &str) -> std::result::Result<Kind, String> {
    Kind::from_word(word).ok_or_else(|| format!("one of {}", Kind::ALL.map(Kind::word).join(", ")))
}

fn zone(name: &str) -> std::result::Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| String::from("not a zone of the IANA database, such as Africa/Casablanca"))
}

/// `text=Contenu,url=Lien`: a comma may stand in the name of a column, unless a field and `=` follow it.
fn map(text: &str) -> std::result::Result<Map, String> {
    let words = || Field::ALL.map(|(_, word)| word).join(", ");
    let mut pairs: Vec<(Field, String)> = Vec::new();
    for piece in text.split(',') {
        let pair = piece.split_once('=').map(|(word, column)| (word.trim(), column.trim()));
        match (pair, pairs.last_mut()) {
            (Some((word, column)), last) => match (Field::from_word(word), last) {
                (Some(_), _) if column.is_empty() => return Err(format!("{word} is no column")),
                (Some(field), _) => pairs.push((field, column.to_owned())),
                (None, Some((_, before))) => *before = format!("{before},{piece}"),
                (None, None) => return Err(format!("{word:?} is no field; fields: {}", words())),
            },
            (None, Some((_, before))) => *before = format!("{before},{piece}"),
            (None, None) => return Err(format!("FIELD=COLUMN, with a field of {}", words())),
        }
    }
    Ok(Map(pairs))
}

impl Import {
    pub fn run(self) -> Result<Exit> {
        let given = !self.brands.0.is_empty();
        if given && self.common.config.is_some() {
            return Err(Error::usage("--brand and -c exclude each other")
                .hint("brands stand in the configuration, or on the command line without one"));
        }
        let ad_hoc = given || (self.common.config.is_none() && !self.common.path().exists());
        let plan = match ad_hoc {
            true => {
                let plan = AdHoc { brands: self.brands.0.clone(), ..AdHoc::default() }.plan()?;
                Plan { language: spoken(), ..plan }
            }
            false => config::load(self.common.path())?,
        };
        let asked = Asked {
            files: self.files.clone(),
            options: Options {
                dialect: self.dialect,
                map: self.map.iter().flat_map(|Map(pairs)| pairs.clone()).collect(),
                kind: self.kind,
            },
            source: self.source.clone(),
            zone: self.timezone.clone(),
            again: self.again,
        };
        if self.dry_run {
            return self.dry(&plan, &asked);
        }
        let bars = progress::progress(self.common.quiet, self.common.verbose, plan.language);
        let means = self.common.means_with(&plan.zone, Arc::clone(&bars), signals::stop())?;
        let imported = if ad_hoc || self.format.is_some() || self.output.is_some() {
            self.print(&plan, &means, &asked)?
        } else {
            run::import(&plan, &means, &asked, &mut self.tell_bad(), &mut |_| Ok(()))?
        };
        drop((means, bars));
        if !self.common.quiet {
            let Imported { bad, .. } = imported;
            if bad > TOLD && self.common.verbose == 0 {
                output::say(&words::more_bad(plan.language, bad - TOLD));
            }
            if std::io::stderr().is_terminal() || self.common.verbose > 0 || bad > 0 {
                output::say(&words::imported(plan.language, &imported, !ad_hoc));
            }
        }
        let none = imported.rows == 0 && imported.bad > 0;
        Ok(if none || (self.common.strict && imported.bad > 0) { Exit::Failed } else { Exit::Done })
    }

    fn tell_bad(&self) -> impl FnMut(&Bad) + use<> {
        let (quiet, all) = (self.common.quiet, self.common.verbose > 0);
        let mut told = 0;
        move |bad| {
            told += 1;
            if !quiet && (all || told <= TOLD) {
                output::say(&format!("{}:row {}: {}", bad.file, bad.number, bad.why));
            }
        }
    }

    /// Mentions where there are brands, else documents, as they come.
    fn print(&self, plan: &Plan, means: &Means, asked: &Asked) -> Result<Imported> {
        let to = self.output.as_deref().unwrap_or(Path::new("-"));
        let mut imported = Imported::default();
        if plan.brands.is_empty() {
            if self.format.is_some_and(|format| format != Format::Jsonl) {
                return Err(Error::usage("without a brand there are documents alone, and they are printed as jsonl")
                    .hint("name a brand with --brand, or leave --format out"));
            }
            output::write(to, Closed::IsIgnored, |out| {
                imported = run::import(plan, means, asked, &mut self.tell_bad(), &mut |scored| {
                    output::json_line(out, &scored.document)
                })?;
                Ok(())
            })?;
            return Ok(imported);
        }
        let (format, width) = output::chosen(self.format, to);
        let dialect = if self.excel { Csv::Excel } else { Csv::Csv };
        let context = Context { width, ..Context::new(plan.zone.clone(), plan.language, means.now) };
        output::write(to, Closed::IsIgnored, |out| {
            let mut writer =
                MentionWriter::new(format, dialect, out, &context).map_err(|error| output::unwritten(&error))?;
            imported = run::import(plan, means, asked, &mut self.tell_bad(), &mut |scored| {
                records(scored).try_for_each(|record| writer.write(&record)).map_err(|error| output::unwritten(&error))
            })?;
            writer.finish().map_err(|error| output::unwritten(&error))
        })?;
        Ok(imported)
    }

    /// What the files are taken for.
    fn dry(&self, plan: &Plan, asked: &Asked) -> Result<Exit> {
        let means = self.common.means(&plan.zone)?;
        let mut exit = Exit::Done;
        let mut lines = Vec::new();
        for path in &asked.files {
            let preview = match run::preview(plan, &means, asked, path, SHOWN) {
                Ok(preview) => preview,
                Err(error) => {
                    let hint = error.hint.map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
                    output::say(&format!("vigie: {}", error.message));
                    hint.lines().filter(|line| !line.is_empty()).for_each(output::say);
                    exit = Exit::Usage;
                    continue;
                }
            };
            lines.push(format!("{}: {}", path.display(), preview.told.form));
            lines.extend(preview.told.tool.map(|tool| format!("  {tool}")));
            lines.extend(preview.told.read.iter().map(|(field, column)| format!("  {field} = {column}")));
            if !preview.told.unread.is_empty() {
                lines.push(format!("  not read: {}", preview.told.unread.join(", ")));
            }
            if let Some((month_first, sure)) = preview.told.month_first {
                let order = if month_first { "month before day" } else { "day before month" };
                lines.push(format!(
                    "  dates: {order}{}",
                    if sure { "" } else { " (a guess: no date of the file tells)" }
                ));
            }
            for Scored { document, .. } in &preview.documents {
                let mut value = serde_json::to_value(document).unwrap_or_default();
                if let Some(object) = value.as_object_mut() {
                    object.retain(|_, value| {
                        !(value.is_null() || value == false || value.as_array().is_some_and(Vec::is_empty))
                    });
                    if let Some(text) = object.get("text").and_then(|text| text.as_str()) {
                        let short: String = text.chars().take(200).collect();
                        object.insert("text".into(), short.into());
                    }
                }
                lines.push(format!("  {value}"));
            }
            lines.extend(preview.bad.iter().map(|bad| format!("  row {}: {}", bad.number, bad.why)));
        }
        let text: String = lines.iter().map(|line| format!("{}\n", crate::report::visible(line))).collect();
        output::print(text.as_bytes())?;
        Ok(exit)
    }
}

/// A document's mentions, each with it.
fn records(scored: &Scored) -> impl Iterator<Item = Record> {
    scored.mentions.iter().flatten().map(|mention| Record {
        mention_id: identity::mention(&scored.document.id, &mention.brand),
        document: scored.document.clone(),
        mention: mention.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_pairs_and_columns_may_hold_commas() {
        let pairs = |text| map(text).map(|Map(pairs)| pairs);
        let expected = vec![(Field::Text, "Avis, en clair".to_owned()), (Field::Url, "a=b".to_owned())];
        assert_eq!(pairs("text=Avis, en clair,url=a=b"), Ok(expected));
        for wrong in ["", "Contenu", "texte=Contenu", "text="] {
            assert!(pairs(wrong).is_err(), "{wrong}");
        }
    }
}
