//! Bars on a terminal, silence in a pipe and under cron.

use std::io::IsTerminal;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};

use crate::cli::{output, words};
use crate::model::port::Progress;
use crate::model::{Incident, Language};
use crate::report::visible;

/// One bar a stage: sources read, documents scored.
pub struct Bars {
    all: MultiProgress,
    crawl: ProgressBar,
    score: ProgressBar,
    /// How far a file was read; there once one is.
    file: OnceLock<ProgressBar>,
    language: Language,
    /// Incidents are told as they come.
    verbose: bool,
}

/// Bars where stderr is a terminal and nobody asked for silence; with `-v`, incidents as they come wherever it goes.
pub fn progress(quiet: bool, verbose: u8, language: Language) -> Arc<dyn Progress> {
    let terminal = std::io::stderr().is_terminal();
    if quiet || (!terminal && verbose == 0) {
        return Arc::new(crate::model::port::Silent);
    }
    let all = MultiProgress::new();
    let bar = |style: &str| {
        let bar = all.add(ProgressBar::no_length());
        let style = ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
        // Whole numbers: nobody reads the fourth decimal of a rate.
        bar.set_style(style.with_key("rate", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            _ = write!(out, "{:.0}/s", state.per_sec());
        }));
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    };
    let crawl = bar("{spinner} {prefix:10} {bar:30} {pos}/{len} · {msg} · {elapsed}");
    let score = bar("{spinner} {prefix:10} {human_pos} · {msg} · {rate}");
    crawl.set_prefix(words::sources(language));
    score.set_prefix(words::documents(language));
    Arc::new(Bars { all, crawl, score, file: OnceLock::new(), language, verbose: verbose > 0 })
}

impl Progress for Bars {
    fn crawled(&self, done: u64, total: Option<u64>, pages: u64) {
        if let Some(total) = total {
            self.crawl.set_length(total);
        }
        self.crawl.set_position(done);
        self.crawl.set_message(words::pages(self.language, pages));
    }

    fn scored(&self, documents: u64, total: Option<u64>, mentions: u64) {
        if let Some(total) = total {
            self.score.set_length(total);
        }
        self.score.set_position(documents);
        self.score.set_message(words::mentions(self.language, mentions));
    }

    fn read(&self, bytes: u64, total: Option<u64>, file: &str) {
        let bar = self.file.get_or_init(|| {
            // Sources are no matter here.
            self.crawl.finish_and_clear();
            let bar = self.all.insert(0, ProgressBar::no_length());
            let style = "{spinner} {msg} {bar:30} {binary_bytes}/{binary_total_bytes} · {eta}";
            bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        if let Some(total) = total {
            bar.set_length(total);
        }
        bar.set_position(bytes);
        bar.set_message(visible(file).into_owned());
    }

    fn incident(&self, incident: &Incident) {
        if self.verbose {
            let line = words::incident(incident);
            self.all.suspend(|| output::say(&line));
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.crawl.finish_and_clear();
        self.score.finish_and_clear();
        self.file.get().inspect(|bar| bar.finish_and_clear());
    }
}
