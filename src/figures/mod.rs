//! What reports say, computed once: volumes, net sentiment with its interval, reach and share of voice, by brand and day.
//!
//! Pure: no clock, no files. Formulas with sources and worked examples: docs/figures.md.

mod interval;
mod tally;

pub use interval::{Balance, balance};
pub use tally::{Scope, Tally};

use jiff::civil::Date;

/// Every figure of a report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// By brand as configured, then by day; a brand's undated row comes after its days.
    pub days: Vec<BrandDay>,
    /// One per brand as configured, over everything that `days` counts, the undated rows included.
    pub totals: Vec<BrandTotal>,
}

/// One brand on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct BrandDay {
    pub brand: String,
    /// `None`: the mentions without a date; that row is there only if it counts some.
    pub day: Option<Date>,
    pub measures: Measures,
    /// False on days with failed sources, whose figures are too low by an unknown amount, and on the undated row.
    pub comparable: bool,
}

/// One brand over the whole period.
#[derive(Debug, Clone, PartialEq)]
pub struct BrandTotal {
    pub brand: String,
    /// The universe of its share of voice; empty where none is configured.
    pub group: String,
    pub measures: Measures,
    /// False as soon as one day of the period is not comparable.
    pub comparable: bool,
    /// How many of the mentions have no date.
    pub undated: u64,
}

/// What is measured of a brand, be it on a day or over a period.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// Mentions, each copy of a text counted.
    pub volume: u64,
    /// Mentions, copies of one text counted once; not filled yet.
    pub volume_net: Option<u64>,
    pub positive: u64,
    pub neutral: u64,
    pub negative: u64,
    /// Mentions in languages that no model knows; outside the denominator of `net_sentiment`.
    pub unscored: u64,
    /// Mentions that may well mean something else; not filled yet.
    pub doubtful: Option<u64>,
    /// (positive − negative) / (positive + neutral + negative) × 100: −100..100, `None` when nothing is scored.
    pub net_sentiment: Option<f64>,
    /// Bounds of its 95 % interval, −100..100.
    pub net_sentiment_low: Option<f64>,
    pub net_sentiment_high: Option<f64>,
    /// People reached: the sum of the estimates that have a basis; `None` when none has.
    pub reach: Option<f64>,
    /// Percent of the volume of the brand's group in the same row's time, 0..100; `None` when that is 0.
    pub share_of_voice: Option<f64>,
}
