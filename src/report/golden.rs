//! A small report that every format is tested with, and the files in fixtures/report that it must give, byte for byte.
//!
//! After a change that is meant, `VIGIE_BLESS=1 cargo test golden` writes the files anew.

use std::collections::BTreeSet;

use jiff::{civil::date, tz::TimeZone};

use super::*;
use crate::{
    figures::{Figures, Scope, Tally},
    model::{
        Basis, Brand, Code, Counts, Coverage, Cue, Document, Field, Health, Incident, Kind, Mention, Precision, Reach,
        Record, Tone,
    },
};

pub fn context() -> Context {
    let zone = TimeZone::get("Africa/Casablanca").unwrap();
    let now = "2026-11-22T06:00:00.25Z".parse().unwrap();
    Context { version: "0.0.0-test", ..Context::new(zone, Language::French, now) }
}

fn brands() -> Vec<Brand> {
    let brand = |name: &str, aliases: &[&str], group: &str| Brand {
        name: name.into(),
        aliases: aliases.iter().map(|alias| alias.to_string()).collect(),
        group: group.into(),
        ..Brand::default()
    };
    vec![brand("Zéphyr", &["Zephyr", "زفير"], "eau"), brand("Argane & Fils", &[], "eau"), brand("Solo", &[], "")]
}

/// A dated complaint, a hostile undated post that nothing could score, praise with a reach.
pub fn records() -> Vec<Record> {
    let seen = "2026-11-22T05:59:58.123456Z".parse().ok();
    let mention = |brand: &str, sentence: &str| Mention {
        brand: brand.into(),
        alias: brand.into(),
        matched: brand.to_uppercase(),
        start: 3,
        end: 9,
        field: Field::Lead,
        hit_sentence: sentence.into(),
        probability: None,
        doubtful: None,
        sentiment: None,
        tone: Tone::Unscored,
        probabilities: None,
        document_tone: Tone::Unscored,
        reputation_polarity: None,
        language: "und".into(),
        intent: None,
        topics: Vec::new(),
        reach: Reach::default(),
        prominence: 0.5,
        cues: Vec::new(),
    };
    let complaint = Record {
        mention_id: "0a1b2c3d4e5f60718293a4b5".into(),
        document: Document {
            id: "5f60718293a4b50a1b2c3d4e".into(),
            url: Some("https://forum.example/t/12#p34".into()),
            thread_url: Some("https://forum.example/t/12".into()),
            source: "forum.example".into(),
            source_kind: "forum".into(),
            kind: Kind::Post,
            title: Some("Fuites, encore".into()),
            author: Some("naïma".into()),
            published: "2026-11-20T23:30:00Z".parse().ok(),
            published_precision: Some(Precision::Minute),
            first_seen: seen,
            language: "fr".into(),
            is_reply: true,
            counts: Counts { replies: Some(4), rating: Some(1.5), ..Counts::default() },
            ..Document::default()
        },
        mention: Mention {
            sentiment: Some(-0.612_345),
            tone: Tone::Negative,
            document_tone: Tone::Negative,
            language: "fr".into(),
            topics: vec!["réseau".into(), "prix".into()],
            cues: vec![Cue { text: "pas fiable".into(), start: 14, end: 24, weight: -1.850_000_1 }],
            reach: Reach { low: Some(4.04), estimate: Some(9.96), high: Some(80.4), basis: Basis::Replies },
            ..mention("Zéphyr", "Le ZÉPHYR est pas fiable, \"hélas\" ; je change.")
        },
    };
    let hostile = Record {
        mention_id: "1b2c3d4e5f60718293a4b50a".into(),
        document: Document {
            id: "60718293a4b50a1b2c3d4e5f".into(),
            source: "dossier".into(),
            source_kind: "file".into(),
            title: Some("=HYPERLINK(\"http://x.example\")".into()),
            author: Some("@rabat".into()),
            date_suspect: true,
            first_seen: seen,
            ..Document::default()
        },
        mention: mention("Zéphyr", "زفير\t\u{1b}[31m\u{202e}bien;+212\r\n=1"),
    };
    let praise = Record {
        mention_id: "2c3d4e5f60718293a4b50a1b".into(),
        document: Document {
            id: "718293a4b50a1b2c3d4e5f60".into(),
            url: Some("https://blog.example/avis".into()),
            source: "Blog d’eau".into(),
            source_kind: "blog".into(),
            kind: Kind::Article,
            title: Some("Nos avis".into()),
            published: "2026-11-21T12:00:00Z".parse().ok(),
            published_precision: Some(Precision::Second),
            first_seen: seen,
            language: "fr".into(),
            counts: Counts { views: Some(1520), likes: Some(3), ..Counts::default() },
            ..Document::default()
        },
        mention: Mention {
            sentiment: Some(0.8),
            tone: Tone::Positive,
            document_tone: Tone::Neutral,
            language: "fr".into(),
            prominence: 0.876,
            reach: Reach { low: Some(1520.0), estimate: Some(1520.0), high: Some(1520.0), basis: Basis::Views },
            ..mention("Argane & Fils", "Argane & Fils, excellent.")
        },
    };
    vec![complaint, hostile, praise]
}

pub fn figures() -> Figures {
    let mut tally = Tally::new(&Scope {
        brands: brands(),
        zone: context().zone,
        first_day: Some(date(2026, 11, 20)),
        last_day: Some(date(2026, 11, 22)),
        failed_days: BTreeSet::from([date(2026, 11, 22)]),
    });
    records().iter().for_each(|record| tally.add(record));
    tally.finish()
}

pub fn sources() -> Vec<Health> {
    let new = Health {
        name: "Blog d’eau".into(),
        kind: "blog".into(),
        found: None,
        place: "https://blog.example/feed".into(),
        last_attempt: None,
        last_success: None,
        failures: 0,
        weight: 0.0,
        rests_until: None,
        interval: None,
        known_share: None,
        missed_at: None,
        waiting: 0,
        offset_minutes: None,
        deaths: 0,
        exempt: None,
        documents: 0,
        undated: 0,
        mentions: 0,
        last_incident: None,
        coverage: Coverage::default(),
    };
    let at = "2026-11-22T05:59:57.9Z".parse().ok();
    let failing = Health {
        name: "forum.example".into(),
        kind: "forum".into(),
        place: "https://forum.example/feed".into(),
        last_attempt: at,
        failures: 3,
        weight: 3.0,
        rests_until: "2026-11-22T18:30:00Z".parse().ok(),
        last_incident: Some(("timeout".into(), "no answer \u{1b}[31mwithin 30 s".into())),
        ..new.clone()
    };
    let good = Health {
        name: "dossier".into(),
        last_attempt: at,
        last_success: at,
        found: Some("forum".into()),
        interval: Some(5400),
        waiting: 12,
        offset_minutes: Some(-60),
        exempt: Some("robots: accord écrit".into()),
        documents: 7,
        undated: 2,
        mentions: 3,
        missed_at: at,
        coverage: Coverage {
            new_documents: 4,
            period_documents: Some(3),
            unsupported: 1,
            refused: 2,
            reserved: 1,
            newest: "2026-11-21T08:00:00Z".parse().ok(),
            usual_gap: Some(7200),
            silent: Some(false),
            feed_window: Some(86_400),
            missed_low: Some(2),
            missed_high: Some(9),
        },
        ..new.clone()
    };
    vec![new, failing, good]
}

fn report_json() -> Vec<u8> {
    let incidents = [Incident {
        source: "forum.example".into(),
        url: "https://forum.example/feed".into(),
        code: Code::Timeout,
        message: "no answer within 30 s".into(),
    }];
    let (context, brands, figures, sources) = (context(), brands(), figures(), sources());
    let since = "2026-11-19T23:00:00Z".parse().ok();
    let report = Report { since, until: None, brands: &brands, figures: &figures };
    let mut out = Vec::new();
    let mut writer = ReportWriter::new(&mut out, report, &context).unwrap();
    records().iter().for_each(|record| writer.write(record).unwrap());
    sources.iter().for_each(|source| writer.source(source).unwrap());
    incidents.iter().for_each(|incident| writer.incident(incident).unwrap());
    writer.finish().unwrap();
    out
}

fn mentions(format: Format, dialect: Dialect) -> Vec<u8> {
    let (mut out, context) = (Vec::new(), context());
    let mut writer = MentionWriter::new(format, dialect, &mut out, &context).unwrap();
    records().iter().for_each(|record| writer.write(record).unwrap());
    writer.finish().unwrap();
    out
}

fn assert_golden(file: &str, made: &[u8]) {
    let path = format!("{}/fixtures/report/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("VIGIE_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let golden = std::fs::read(&path).unwrap_or_default();
    assert!(golden == made, "{file} is not what is written now:\n{}", String::from_utf8_lossy(made));
}

#[test]
fn golden_files_are_written_byte_for_byte() {
    assert_golden("mentions.csv", &mentions(Format::Csv, Dialect::Csv));
    assert_golden("mentions.excel.csv", &mentions(Format::Csv, Dialect::Excel));
    assert_golden("mentions.tsv", &mentions(Format::Tsv, Dialect::Csv));
    assert_golden("mentions.jsonl", &mentions(Format::Jsonl, Dialect::Csv));
    assert_golden("mentions.txt", &mentions(Format::Table, Dialect::Csv));
    assert_golden("report.json", &report_json());
    let mut brands = Vec::new();
    write_brands(&mut brands, Dialect::Csv, &figures()).unwrap();
    assert_golden("brands.csv", &brands);
}

#[test]
fn golden_report_holds_to_its_schema() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../docs/schema/report.v1.json")).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report_json()).unwrap();
    let faults: Vec<_> = validator.iter_errors(&report).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");

    // The schema requires every key that is written, so that none is dropped without notice.
    for (list, definition) in
        [("mentions", "mention"), ("days", "day"), ("totals", "total"), ("brands", "brand"), ("sources", "source")]
    {
        let keys: BTreeSet<_> = report[list][0].as_object().unwrap().keys().map(String::as_str).collect();
        let required = schema["$defs"][definition]["required"].as_array().unwrap();
        assert_eq!(keys, required.iter().filter_map(|key| key.as_str()).collect(), "{list}");
    }
    let keys: BTreeSet<_> = report["coverage"].as_object().unwrap().keys().map(String::as_str).collect();
    let required = schema["$defs"]["coverage"]["required"].as_array().unwrap();
    assert_eq!(keys, required.iter().filter_map(|key| key.as_str()).collect());
    let mut broken = report.clone();
    broken["mentions"][0]["tone"] = "good".into();
    assert!(!validator.is_valid(&broken));
}

#[test]
fn golden_array_and_lines_are_the_same_objects() {
    let array: Vec<serde_json::Value> = serde_json::from_slice(&mentions(Format::Json, Dialect::Csv)).unwrap();
    let lines = String::from_utf8(mentions(Format::Jsonl, Dialect::Csv)).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(array, lines);
    let report: serde_json::Value = serde_json::from_slice(&report_json()).unwrap();
    assert_eq!(report["mentions"].as_array(), Some(&array));
}
