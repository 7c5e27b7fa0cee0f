//! Sources in JSON: how each has been doing, what was covered of it, and the sums over all.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    super::row::{Cell, number},
    quiet, seconds,
};
use crate::model::{Coverage, Health};

#[derive(Serialize)]
pub(super) struct Source<'a> {
    name: &'a str,
    kind: &'a str,
    place: &'a str,
    last_attempt: Option<Timestamp>,
    last_success: Option<Timestamp>,
    failures: u64,
    documents: u64,
    undated: u64,
    mentions: u64,
    last_incident: Option<LastIncident<'a>>,
    found: Option<&'a str>,
    rests_until: Option<Timestamp>,
    waiting: u64,
    offset_minutes: Option<i64>,
    exempt: Option<&'a str>,
    missed_at: Option<Timestamp>,
    missed_low: Option<u64>,
    missed_high: Option<u64>,
    silent: Option<bool>,
    newest: Option<Timestamp>,
    usual_gap: Option<u64>,
    feed_window: Option<u64>,
    new_documents: u64,
    period_documents: Option<u64>,
    undated_share: Cell<'a>,
    unsupported: u64,
    unsupported_share: Cell<'a>,
    refused: u64,
    reserved: u64,
}

/// `coverage` of report.json: sums over all sources.
#[derive(Default, Serialize)]
pub(super) struct Covered {
    sources: u64,
    /// Never had at all; failing when last asked; probably missed items once; silent.
    never_read: u64,
    failing: u64,
    missed: u64,
    silent: u64,
    documents: u64,
    new_documents: u64,
    undated: u64,
    unsupported: u64,
    refused: u64,
    reserved: u64,
    waiting: u64,
}

impl Covered {
    pub fn add(&mut self, source: &Health) {
        let Coverage { new_documents, unsupported, refused, reserved, silent, .. } = source.coverage;
        self.sources += 1;
        self.never_read += u64::from(source.last_success.is_none());
        self.failing += u64::from(source.failures > 0);
        self.missed += u64::from(source.missed_at.is_some());
        self.silent += u64::from(silent == Some(true));
        self.documents += source.documents;
        self.new_documents += new_documents;
        self.undated += source.undated;
        self.unsupported += unsupported;
        self.refused += refused;
        self.reserved += reserved;
        self.waiting += source.waiting;
    }
}

/// What only `vigie sources` tells: it depends on when earlier runs were, not only on what they found.
#[derive(Serialize)]
struct Standing<'a> {
    #[serde(flatten)]
    source: Source<'a>,
    weight: f64,
    interval: Option<u64>,
    known_share: Option<f64>,
    deaths: u64,
}

#[derive(Serialize)]
struct LastIncident<'a> {
    code: &'a str,
    message: &'a str,
}

impl Source<'_> {
    pub fn of(health: &Health) -> Source<'_> {
        let Health {
            name,
            kind,
            place,
            last_attempt,
            last_success,
            failures,
            documents,
            undated,
            mentions,
            last_incident,
            found,
            weight: _,
            rests_until,
            interval: _,
            known_share: _,
            missed_at,
            waiting,
            offset_minutes,
            deaths: _,
            exempt,
            coverage,
        } = health;
        let Coverage {
            new_documents,
            period_documents,
            unsupported,
            refused,
            reserved,
            newest,
            usual_gap,
            silent,
            feed_window,
            missed_low,
            missed_high,
        } = *coverage;
        Source {
            name,
            kind,
            place,
            last_attempt: last_attempt.map(seconds),
            last_success: last_success.map(seconds),
            failures: *failures,
            documents: *documents,
            undated: *undated,
            mentions: *mentions,
            last_incident: last_incident.as_ref().map(|(code, message)| LastIncident { code, message }),
            found: found.as_deref(),
            rests_until: rests_until.map(seconds),
            waiting: *waiting,
            offset_minutes: *offset_minutes,
            exempt: exempt.as_deref(),
            missed_at: missed_at.map(seconds),
            missed_low,
            missed_high,
            silent,
            newest,
            usual_gap,
            feed_window,
            new_documents,
            period_documents,
            undated_share: number(health.undated_share(), 3),
            unsupported,
            unsupported_share: number(health.unsupported_share(), 3),
            refused,
            reserved,
        }
    }
}

/// A source with all that is known of its standing.
pub fn health_json(source: &Health, out: &mut impl Write) -> io::Result<()> {
    let Health { weight, interval, known_share, deaths, .. } = *source;
    quiet(out, &Standing { source: Source::of(source), weight, interval, known_share, deaths })
}
