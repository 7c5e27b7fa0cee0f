//! README's main job on the small web of fixtures/site, held against what a person finds there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::sandbox::{NOW, Row, Sandbox, root, rows};

/// Share of the tones that the lexicon must get as a person reads them; measured, see benches/runs.
const TONE_FLOOR: f64 = 0.90;

pub const MENTION_COLUMNS: &str = "mention_id,brand,published,published_precision,first_seen,day,source,source_kind,kind,url,thread_url,title,author,language,sentiment,tone,reputation_polarity,intent,topics,reach,reach_low,reach_high,reach_basis,prominence,hit_sentence,matched,doubtful,cluster,replies,views,likes,rating";
const BRAND_COLUMNS: &str = "brand,day,volume,volume_net,positive,neutral,negative,unscored,doubtful,net_sentiment,net_sentiment_low,net_sentiment_high,reach,share_of_voice,comparable";

fn gold() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("fixtures/gold/site.tsv")).unwrap();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).flexible(true).from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// What tells a mention: brand, and the address or, where there is none, the date.
fn key(brand: &str, url: &str, published: &str) -> (String, String) {
    (brand.to_string(), if url.starts_with("http") { url } else { published }.to_string())
}

fn scanned() -> (Sandbox, Value) {
    let sandbox = Sandbox::new();
    let config = sandbox.demo();
    let ran = sandbox.run(&["scan", "-c", config, "--now", NOW]).ended(0);
    assert_eq!(ran.out, "", "reports go to their folder");
    let report = serde_json::from_str(&sandbox.report("report.json")).unwrap();
    (sandbox, report)
}

#[test]
fn the_demo_finds_what_a_person_finds() {
    let (sandbox, report) = scanned();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let found: BTreeMap<_, &Value> = report["mentions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (key(&text(&m["brand"]), &text(&m["url"]), &text(&m["published"])), m))
        .collect();
    let gold = gold();
    let expected: BTreeSet<_> = gold.iter().map(|row| key(&row["brand"], &row["url"], &row["published"])).collect();
    let have: BTreeSet<_> = found.keys().cloned().collect();
    let missed: Vec<_> = expected.difference(&have).collect();
    let wrong: Vec<_> = have.difference(&expected).collect();
    assert!(missed.is_empty() && wrong.is_empty(), "missed {missed:#?}\nwrong {wrong:#?}");

    let mut tones = (0, 0);
    let mut apart = Vec::new();
    for row in &gold {
        let m = found[&key(&row["brand"], &row["url"], &row["published"])];
        for field in ["author", "published", "field"] {
            assert_eq!(text(&m[field]), row[field], "{field} of {row:?}");
        }
        assert_eq!(text(&m["day"]), row["day"], "{row:?}");
        tones.1 += 1;
        if text(&m["tone"]) == row["tone"] {
            tones.0 += 1;
        } else {
            apart.push(format!(
                "{} is {} [{}]: {}",
                row["tone"],
                text(&m["tone"]),
                row["language"],
                text(&m["hit_sentence"])
            ));
        }
    }
    let share = f64::from(tones.0) / f64::from(tones.1);
    println!("tones as a person reads them: {}/{} = {share:.3}", tones.0, tones.1);
    assert!(share >= TONE_FLOOR, "{share:.3}\n{}", apart.join("\n"));

    // The same rows in mentions.csv, under the columns of the contract.
    let csv = sandbox.report("mentions.csv");
    assert_eq!(csv.lines().next().unwrap().replace('"', ""), MENTION_COLUMNS);
    let ids: BTreeSet<_> = rows(&csv).iter().map(|row| row["mention_id"].clone()).collect();
    let in_json: BTreeSet<_> = found.values().map(|m| text(&m["mention_id"])).collect();
    assert_eq!(ids, in_json);
    assert!(ids.iter().all(|id| id.len() == 24));
}

#[test]
fn figures_add_up_to_the_mentions() {
    let (sandbox, report) = scanned();
    let csv = sandbox.report("brands.csv");
    assert_eq!(csv.lines().next().unwrap().replace('"', ""), BRAND_COLUMNS);
    let days = rows(&csv);
    let mentions = rows(&sandbox.report("mentions.csv"));
    let number = |row: &Row, column: &str| row[column].parse::<u64>().unwrap_or(0);
    for brand in ["Atlas Télécom", "Tamri Mobile", "Banque Argana"] {
        let of_brand: Vec<_> = days.iter().filter(|row| row["brand"] == brand).collect();
        let dated = of_brand.iter().filter(|row| !row["day"].is_empty());
        assert_eq!(dated.count(), 30, "each of the last 30 days has a row");
        for row in &of_brand {
            let same = mentions.iter().filter(|m| m["brand"] == brand && m["day"] == row["day"]);
            let same: Vec<_> = same.collect();
            assert_eq!(number(row, "volume"), same.len() as u64, "{row:?}");
            for tone in ["positive", "neutral", "negative", "unscored"] {
                assert_eq!(number(row, tone), same.iter().filter(|m| m["tone"] == tone).count() as u64, "{row:?}");
            }
            let scored = number(row, "positive") + number(row, "neutral") + number(row, "negative");
            if scored == 0 {
                assert_eq!(row["net_sentiment"], "");
            } else {
                let net = (number(row, "positive") as f64 - number(row, "negative") as f64) / scored as f64 * 100.0;
                assert!((row["net_sentiment"].parse::<f64>().unwrap() - net).abs() < 0.051, "{row:?}");
                let bound = |column: &str| row[column].parse::<f64>().unwrap();
                assert!(bound("net_sentiment_low") <= bound("net_sentiment_high"));
            }
        }
    }
    // Share of voice is of the brand's group on that day.
    for row in days.iter().filter(|row| !row["share_of_voice"].is_empty() && row["brand"] != "Banque Argana") {
        let group = ["Atlas Télécom", "Tamri Mobile"];
        let of_day = days.iter().filter(|other| other["day"] == row["day"] && group.contains(&other["brand"].as_str()));
        let total: u64 = of_day.map(|other| number(other, "volume")).sum();
        let share = number(row, "volume") as f64 / total as f64 * 100.0;
        assert!((row["share_of_voice"].parse::<f64>().unwrap() - share).abs() < 0.051, "{row:?}");
    }
    assert_eq!(report["timezone"], "Africa/Casablanca");
}

#[test]
fn the_report_keeps_to_its_schema() {
    let (_, report) = scanned();
    let schema = std::fs::read_to_string(root().join("docs/schema/report.v1.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let problems: Vec<_> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn nothing_in_a_spreadsheet_executes_or_moves_a_terminal() {
    let (sandbox, _) = scanned();
    for file in ["mentions.csv", "brands.csv", "report.json"] {
        let text = sandbox.report(file);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{file}");
        assert!(!text.contains(['\u{202e}', '\u{2066}']), "{file}");
    }
    let csv = sandbox.report("mentions.csv");
    let cells: Vec<String> = rows(&csv).into_iter().flat_map(|row| row.into_values().collect::<Vec<_>>()).collect();
    assert!(cells.iter().any(|cell| cell.starts_with("'=")), "the fixture with a formula in its title is there");
    assert!(
        !cells
            .iter()
            .any(|cell| cell.starts_with(['=', '+', '@']) || (cell.starts_with('-') && cell.parse::<f64>().is_err()))
    );
}

#[test]
fn one_thread_and_eight_give_the_same_bytes() {
    let files = ["mentions.csv", "brands.csv", "report.json"];
    let run = |jobs: &str| {
        let sandbox = Sandbox::new();
        let config = sandbox.demo();
        sandbox.run(&["scan", "-c", config, "--now", NOW, "--jobs", jobs]).ended(0);
        files.map(|file| sandbox.report(file).replace(&sandbox.path("").display().to_string(), ""))
    };
    let one = run("1");
    for _ in 0..3 {
        let eight = run("8");
        for (file, (a, b)) in files.iter().zip(one.iter().zip(&eight)) {
            assert!(a == b, "{file} differs between one thread and eight");
        }
    }
}

#[test]
fn a_second_scan_adds_nothing_and_the_excel_dialect_opens_in_french() {
    let (sandbox, first) = scanned();
    let documents = |report: &Value| {
        report["sources"].as_array().unwrap().iter().map(|s| s["documents"].as_u64().unwrap()).sum::<u64>()
    };
    sandbox.run(&["scan", "--now", NOW, "--excel"]).ended(0);
    let csv = sandbox.report("mentions.csv");
    assert!(
        csv.starts_with("\u{feff}\"mention_id\";\"brand\"") || csv.starts_with("\u{feff}mention_id;brand"),
        "{csv}"
    );
    assert_eq!(csv.lines().count(), 1, "no mention is first seen twice");
    let second = serde_json::from_str(&sandbox.report("report.json")).unwrap();
    assert_eq!(documents(&first), documents(&second));
    assert_eq!(first["totals"], second["totals"], "the last 30 days are the same");
    assert!(sandbox.report("brands.csv").lines().any(|line| line.contains(',') && !line.contains("','")));
}
