//! The command line: the only place that prints, exits or knows colours. One file a subcommand.

mod args;
mod check;
mod crawl;
mod discover;
mod extract;
mod generate;
mod import;
mod init;
mod output;
mod progress;
mod query;
mod report;
mod scan;
mod score;
mod signals;
mod sources;
mod words;

use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::{CommandFactory, Parser, Subcommand};

use crate::error::{Error, Exit};
use crate::report::visible;

/// The lookout: finds what feeds, blogs and forums say of your brands, scores it, and writes reports you can check.
///
/// Everything stays on your disk. Data goes to stdout, all else to stderr.
#[derive(Parser)]
#[command(name = "vigie", version, propagate_version = true, max_term_width = 110, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  vigie init                                   write a commented vigie.toml
  vigie discover https://forum.example/        find the sources behind an address, ready to paste
  vigie check                                  say everything that is wrong with it
  vigie scan                                   the nightly job: read all sources, score, write reports
  vigie scan --brand 'Atlas Télécom' --alias 'Atlas Telecom' archive/ > mentions.csv
  vigie import export.csv archive.warc.gz     read what other tools collected
  vigie query --brand 'Atlas Télécom' --tone negative --since 7d
  vigie sources --failing

Exit codes: 0 done · 1 failed · 2 usage or configuration · 3 done, but every due source failed (any, under
--strict) · 75 another run is at work · 130, 143 stopped by a signal";

#[derive(Subcommand)]
enum Command {
    /// Write a commented vigie.toml
    Init(init::Init),
    /// Say everything that is wrong with a configuration, and what of it has no effect yet
    Check(check::Check),
    /// Read every source, find and score mentions, write the reports
    Scan(scan::Scan),
    /// Read every source and keep its documents, without scoring them
    Crawl(crawl::Crawl),
    /// Look at addresses and print ready [[source]] entries for them
    Discover(discover::Discover),
    /// Read exports of other tools, tables, JSON lines and web archives
    Import(import::Import),
    /// Score every stored document anew, or filter JSON lines (`vigie score -`)
    Score(score::Score),
    /// Write the reports of what was not yet reported, or of any period
    Report(report::Report),
    /// List stored mentions: a table on a terminal, CSV in a pipe
    Query(query::Query),
    /// Show how each source has been doing
    Sources(sources::Sources),
    /// Print what saved feeds and pages hold, one JSON line a file
    Extract(extract::Extract),
    /// Print the man page, shell completions or the report's JSON Schema
    Generate(generate::Generate),
}

/// The whole program: parses the command line, runs one command, says what went wrong.
pub fn main() -> ExitCode {
    faults_are_noted();
    let exit = match Cli::try_parse() {
        Ok(cli) => caught(|| run(cli.command)).unwrap_or_else(|error| complain(&error)),
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            // A closed pipe under --help is no error.
            _ = error.print();
            exit
        }
    };
    ExitCode::from(exit.code())
}

fn run(command: Command) -> Result<Exit, Error> {
    match command {
        Command::Init(init) => init.run(),
        Command::Check(check) => check.run(),
        Command::Scan(scan) => scan.run(),
        Command::Crawl(crawl) => crawl.run(),
        Command::Discover(discover) => discover.run(),
        Command::Import(import) => import.run(),
        Command::Score(score) => score.run(),
        Command::Report(report) => report.run(),
        Command::Query(query) => query.run(),
        Command::Sources(sources) => sources.run(),
        Command::Extract(extract) => extract.run(),
        Command::Generate(generate) => generate.run(),
    }
}

/// Where the last fault of our own was. Some are met by the run, at the cost of one page; the rest end it.
static FAULT: Mutex<String> = Mutex::new(String::new());

fn faults_are_noted() {
    std::panic::set_hook(Box::new(|info| {
        *FAULT.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string().replace('\n', " ");
    }));
}

/// A panic as an error: no backtrace reaches the user, and the exit code is one of the contract's.
fn caught(run: impl FnOnce() -> Result<Exit, Error>) -> Result<Exit, Error> {
    std::panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let fault = FAULT.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Err(Error::failed(format!("a fault of vigie's own: {fault}"))
            .hint("what was read is kept; please report it, with the command and its input"))
    })
}

/// The message, then its hint, on stderr.
fn complain(error: &Error) -> Exit {
    let mut stderr = std::io::stderr().lock();
    for (number, line) in error.message.lines().enumerate() {
        _ = writeln!(stderr, "{}{}", if number == 0 { "vigie: " } else { "" }, visible(line));
    }
    if let Some(hint) = &error.hint {
        _ = writeln!(stderr, "  hint: {}", visible(hint));
    }
    error.exit
}

/// The command line as clap knows it: for the man page and completions.
fn command() -> clap::Command {
    Cli::command()
}
