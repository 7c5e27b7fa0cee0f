//! `vigie report`, and the last stage of a scan: stored mentions → figures → files or a stream.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use crate::analysis::{Analysis, Settings, scored_languages};
use crate::config::Plan;
use crate::error::{Error, Result};
use crate::figures::{Figures, Scope, Tally};
use crate::model::{Filter, Record};
use crate::report::folder::{of_day, write_file, write_whole};
use crate::report::{Context, Dialect, Format, MentionWriter, Report, ReportWriter, write_brands};
use crate::run::Means;
use crate::run::score::{Which, rescore};
use crate::store::{Lock, Period, Store, View};

/// The first day that a document can be dated.
const EARLIEST: Date = Date::constant(1995, 1, 1);

/// Days that brands.csv of a scan covers, the day of the run included.
const WINDOW_DAYS: i64 = 30;

/// Where a report goes.
pub enum Output<'a> {
    /// mentions.csv, brands.csv and report.json, whole or not at all.
    Folder { folder: PathBuf, dialect: Dialect },
    /// The mentions alone; tables are `width` columns wide.
    Stream { format: Format, dialect: Dialect, width: usize, out: &'a mut dyn Write },
}

/// Which mentions a report shows.
enum Shown {
    /// Those that no report has shown yet.
    New,
    /// Those published in a period, and all that are undated.
    Period,
}

/// Writes what no report has shown yet, with the figures of the last 30 days; gives them back where they were written.
pub fn write_new(plan: &Plan, means: &Means, store: &Store, output: &mut Output<'_>) -> Result<Option<Figures>> {
    write(plan, means, store, &Shown::New, output)
}

/// The report of `means.since..means.until`, or without a period of what no report has shown yet, with what was crawled
/// and not scored scored first. Only a folder counts as a report: what is streamed is new again the next time. False where
/// there is nothing new, and then an earlier folder is left as it is.
pub fn report(plan: &Plan, means: &Means, output: &mut Output<'_>) -> Result<bool> {
    let path = plan.store.as_deref().ok_or_else(|| Error::failed("this plan has no store"))?;
    // A missing store is not made here: there would be nothing to report.
    let stored = Store::open_existing(path)?;
    if means.since.is_some() || means.until.is_some() {
        write(plan, means, &stored, &Shown::Period, output)?;
        return Ok(true);
    }
    drop(stored);
    let _lock = Lock::take(path)?;
    let mut store = Store::open(path)?;
    let analysis = Analysis::new(&Settings { brands: plan.brands.clone(), now: means.now });
    rescore(means, &analysis, &analysis.digest(), &mut store, Which::Unscored)?;
    let totals = store.totals()?;
    let reports = matches!(output, Output::Folder { .. });
    if reports && totals.new_documents + totals.new_mentions == 0 {
        return Ok(false);
    }
    write(plan, means, &store, &Shown::New, output)?;
    if reports {
        store.mark_reported(i64::MAX)?;
    }
    Ok(true)
}

/// The folder of a report: the day of the run, or the period's first and last day.
pub fn folder(plan: &Plan, means: &Means) -> PathBuf {
    let today = day(plan, means.now);
    if means.since.is_none() && means.until.is_none() {
        return of_day(&plan.reports, today);
    }
    let first = means.since.map_or(String::from("start"), |since| day(plan, since).to_string());
    plan.reports.join(format!("{first}_{}", last_day(plan, means).unwrap_or(today)))
}

fn day(plan: &Plan, at: Timestamp) -> Date {
    plan.zone.to_datetime(at).date()
}

/// The last day that a period reaches into; its end is the first instant outside.
fn last_day(plan: &Plan, means: &Means) -> Option<Date> {
    means.until.map(|until| day(plan, until.checked_sub(Span::new().nanoseconds(1)).unwrap_or(until)))
}

fn write(plan: &Plan, means: &Means, store: &Store, shown: &Shown, output: &mut Output<'_>) -> Result<Option<Figures>> {
    let mut context = Context::new(plan.zone.clone(), plan.language, means.now);
    match output {
        Output::Stream { format, dialect, width, out } => {
            context.width = *width;
            let mut writer = MentionWriter::new(*format, *dialect, out, &context).map_err(|error| unwritten(&error))?;
            each(means, store, shown, &mut |record| writer.write(record).map_err(|error| unwritten(&error)))?;
            writer.finish().map_err(|error| unwritten(&error))?;
            Ok(None)
        }
        Output::Folder { folder, dialect } => {
            let figures = figures(plan, means, store, shown)?;
            let period = match shown {
                Shown::New => Period::Unreported,
                Shown::Period => Period::Published(means.since, means.until),
            };
            let view = View { scored: scored_languages(), period };
            let report = Report { since: means.since, until: means.until, brands: &plan.brands, figures: &figures };
            write_whole(folder, |folder| {
                write_file(&folder.join("brands.csv"), |out| write_brands(out, *dialect, &figures))?;
                write_file(&folder.join("mentions.csv"), |out| {
                    let mut writer = MentionWriter::new(Format::Csv, *dialect, out, &context)?;
                    let give = &mut |record: &Record| writer.write(record).map_err(|error| unwritten(&error));
                    each(means, store, shown, give).map_err(io::Error::other)?;
                    writer.finish()
                })?;
                write_file(&folder.join("report.json"), |out| {
                    let mut writer = ReportWriter::new(out, report, &context)?;
                    let give = &mut |record: &Record| writer.write(record).map_err(|error| unwritten(&error));
                    each(means, store, shown, give).map_err(io::Error::other)?;
                    let written = |written: io::Result<()>| written.map_err(|error| unwritten(&error));
                    store.health(&view, |source| written(writer.source(&source))).map_err(io::Error::other)?;
                    store.incidents(|incident| written(writer.incident(&incident))).map_err(io::Error::other)?;
                    writer.finish()
                })
            })?;
            Ok(Some(figures))
        }
    }
}

/// Every mention shown, newest first.
fn each(means: &Means, store: &Store, shown: &Shown, give: &mut dyn FnMut(&Record) -> Result<()>) -> Result<()> {
    match shown {
        Shown::New => store.new_records(|record| give(&record)).map(drop),
        Shown::Period => {
            let filter = Filter { since: means.since, until: means.until, ..Filter::default() };
            store.records(&filter, |record| give(&record)).map(drop)
        }
    }
}

fn figures(plan: &Plan, means: &Means, store: &Store, shown: &Shown) -> Result<Figures> {
    let today = day(plan, means.now);
    let ahead = today.saturating_add(Span::new().days(2));
    let window = today.saturating_sub(Span::new().days(WINDOW_DAYS - 1));
    // A scan's figures are of whole days; a period's of exactly the mentions that its report shows.
    let since = match shown {
        Shown::New => window.to_zoned(plan.zone.clone()).ok().map(|start| start.timestamp()),
        Shown::Period => means.since,
    };
    let covered = Means { since, ..means.clone() };
    let scope = Scope {
        brands: plan.brands.clone(),
        zone: plan.zone.clone(),
        // No dated document lies outside these, and every day in between gets a row.
        first_day: since.map(|since| day(plan, since).max(EARLIEST)),
        last_day: Some(last_day(plan, means).map_or(ahead, |last| last.min(ahead))),
        failed_days: store.failed_days(&plan.zone)?,
    };
    let mut tally = Tally::new(&scope);
    let filter = Filter { since, until: means.until, ..Filter::default() };
    store.records(&filter, |record| {
        // A scan's undated mentions age by when they were first seen; a period has all of them, in a row of their own.
        let seen = match shown {
            Shown::New => record.document.published.or(record.document.first_seen),
            Shown::Period => record.document.published,
        };
        if covered.covers(seen) {
            tally.add(&record);
        }
        Ok(())
    })?;
    let mut figures = tally.finish();
    // Dates may run up to two days ahead; a day that has not begun is shown only where something bears its date.
    figures.days.retain(|row| row.measures.volume > 0 || row.day.is_none_or(|day| day <= today));
    Ok(figures)
}

fn unwritten(error: &std::io::Error) -> Error {
    Error::failed(format!("cannot write the report: {error}"))
        .hint("the store is whole: free some space or choose another place with -o, then `vigie report`")
}

/// Whether `-o` names a folder: one that is there, or a name that ends like one or has no extension.
pub fn is_folder(path: &Path) -> bool {
    if path.as_os_str() == "-" {
        return false;
    }
    match path.metadata() {
        Ok(there) => there.is_dir(),
        Err(_) => path.extension().is_none(),
    }
}
