//! `vigie report`, and the last stage of a scan: stored mentions → figures → files or a stream.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use crate::config::Plan;
use crate::error::{Error, Result};
use crate::figures::{Figures, Scope, Tally};
use crate::model::{Filter, Record};
use crate::report::folder::{write_file, write_whole};
use crate::report::{Context, Dialect, Format, MentionWriter, Report, ReportWriter, write_brands};
use crate::run::Means;
use crate::store::{Lock, Store};

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
    /// Those of documents that no report has shown yet.
    New,
    /// Those published in a period, and undated ones first seen in it.
    Period,
}

/// Writes what no report has shown yet, with the figures of the last 30 days.
pub fn write_new(plan: &Plan, means: &Means, store: &Store, output: &mut Output<'_>) -> Result<()> {
    write(plan, means, store, &Shown::New, output)
}

/// The report of `means.since..means.until`, or without a period of what no report has shown yet; then false is
/// returned, and nothing written, where there is nothing new.
pub fn report(plan: &Plan, means: &Means, output: &mut Output<'_>) -> Result<bool> {
    let path = plan.store.as_deref().ok_or_else(|| Error::failed("this plan has no store"))?;
    if means.since.is_some() || means.until.is_some() {
        write(plan, means, &Store::open_existing(path)?, &Shown::Period, output)?;
        return Ok(true);
    }
    let _lock = Lock::take(path)?;
    // A missing store is not made here: there would be nothing to report.
    drop(Store::open_existing(path)?);
    let mut store = Store::open(path)?;
    if store.totals()?.new_documents == 0 {
        return Ok(false);
    }
    write(plan, means, &store, &Shown::New, output)?;
    store.mark_reported(i64::MAX)?;
    Ok(true)
}

/// The folder of a report: the day of the run, or the period's first and last day.
pub fn folder(plan: &Plan, means: &Means) -> PathBuf {
    let day = |at: Timestamp| at.to_zoned(plan.zone.clone()).date();
    let last = |until: Timestamp| day(until - Span::new().nanoseconds(1));
    plan.reports.join(match (means.since, means.until) {
        (None, None) => day(means.now).to_string(),
        (since, until) => format!(
            "{}_{}",
            since.map_or(String::from("start"), |since| day(since).to_string()),
            until.map_or(day(means.now), last)
        ),
    })
}

fn write(plan: &Plan, means: &Means, store: &Store, shown: &Shown, output: &mut Output<'_>) -> Result<()> {
    let mut context = Context::new(plan.zone.clone(), plan.language, means.now);
    match output {
        Output::Stream { format, dialect, width, out } => {
            context.width = *width;
            let mut writer = MentionWriter::new(*format, *dialect, out, &context).map_err(|error| unwritten(&error))?;
            each(means, store, shown, &mut |record| writer.write(record).map_err(|error| unwritten(&error)))?;
            writer.finish().map_err(|error| unwritten(&error))
        }
        Output::Folder { folder, dialect } => {
            let figures = figures(plan, means, store, shown)?;
            let (sources, incidents) = (store.health()?, store.incidents()?);
            let report = Report {
                since: means.since,
                until: means.until,
                brands: &plan.brands,
                figures: &figures,
                sources: &sources,
                incidents: &incidents,
            };
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
                    writer.finish()
                })
            })
        }
    }
}

/// Every mention shown, newest first.
fn each(means: &Means, store: &Store, shown: &Shown, give: &mut dyn FnMut(&Record) -> Result<()>) -> Result<()> {
    match shown {
        Shown::New => store.new_records(|record| give(&record)).map(drop),
        Shown::Period => {
            let filter = Filter { since: means.since, until: means.until, ..Filter::default() };
            store.records(&filter, |record| if in_period(means, &record) { give(&record) } else { Ok(()) }).map(drop)
        }
    }
}

/// Undated mentions count where they were first seen.
fn in_period(means: &Means, record: &Record) -> bool {
    means.covers(record.document.published.or(record.document.first_seen))
}

fn figures(plan: &Plan, means: &Means, store: &Store, shown: &Shown) -> Result<Figures> {
    let day = |at: Timestamp| at.to_zoned(plan.zone.clone()).date();
    let today = day(means.now);
    let window: Date = today.saturating_sub(Span::new().days(WINDOW_DAYS - 1));
    let first_day = match shown {
        Shown::New => Some(window),
        Shown::Period => means.since.map(day),
    };
    let last_day = means.until.map_or(today, |until| day(until - Span::new().nanoseconds(1)));
    let scope = Scope {
        brands: plan.brands.clone(),
        zone: plan.zone.clone(),
        first_day,
        last_day: Some(last_day),
        failed_days: store.failed_days(&plan.zone)?,
    };
    let since = match first_day {
        None => None,
        Some(first) => first.to_zoned(plan.zone.clone()).ok().map(|start| start.timestamp()),
    };
    let mut tally = Tally::new(&scope);
    let filter = Filter { since, until: means.until, ..Filter::default() };
    store.records(&filter, |record| {
        let seen = record.document.published.or(record.document.first_seen);
        let covered = |seen| since.is_none_or(|since| seen >= since) && means.until.is_none_or(|until| seen < until);
        if seen.is_none_or(covered) {
            tally.add(&record);
        }
        Ok(())
    })?;
    Ok(tally.finish())
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
