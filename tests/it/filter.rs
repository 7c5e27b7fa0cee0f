//! `vigie score -`, `vigie extract`, and what needs no store.

use std::io::Write;
use std::process::Stdio;

use crate::sandbox::{Ran, Sandbox, root};

const ROW: [&str; 24] = [
    "id",
    "url",
    "author",
    "published",
    "brand",
    "alias",
    "matched",
    "start",
    "end",
    "field",
    "hit_sentence",
    "probability",
    "doubtful",
    "sentiment",
    "tone",
    "probabilities",
    "document_tone",
    "reputation_polarity",
    "language",
    "intent",
    "topics",
    "reach",
    "prominence",
    "cues",
];

#[test]
fn a_line_without_brands_gives_the_tone_of_the_document() {
    let ran = Sandbox::new().feed(&["score", "-"], "{\"id\": 7, \"text\": \"Service nul, vraiment déçu.\"}\n").silent();
    let row = &ran.json()[0];
    assert_eq!(row["id"], 7);
    assert_eq!((&row["tone"], &row["document_tone"]), (&"negative".into(), &"negative".into()));
    assert!(row["brand"].is_null() && row["matched"].is_null());
    assert!(row["sentiment"].as_f64().unwrap() < 0.0);
    assert!(!row["cues"].as_array().unwrap().is_empty());
}

#[test]
fn every_field_of_the_contract_is_in_every_row() {
    let input = "{\"id\":\"a\",\"url\":\"https://x.example/1\",\"author\":\"Lina\",\"published\":\"2026-11-01\",\
                 \"text\":\"Atlas Télécom est nul. Tamri Mobile est excellent.\",\"views\":120}\n";
    let args = ["score", "-", "--brand", "Atlas Télécom", "--alias", "Atlas Telecom", "--brand", "Tamri Mobile"];
    let ran = Sandbox::new().feed(&args, input).silent();
    let rows = ran.json();
    assert_eq!(rows.len(), 2, "{}", ran.out);
    for row in &rows {
        let keys: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        let mut sorted = ROW.to_vec();
        sorted.sort_unstable();
        assert_eq!(keys, sorted);
        assert_eq!((&row["id"], &row["published"]), (&"a".into(), &"2026-11-01".into()));
        assert_eq!((&row["reach"]["estimate"], &row["reach"]["basis"]), (&120.0.into(), &"views".into()));
    }
    // Of two brands in one text each has its own tone.
    assert_eq!((&rows[0]["brand"], &rows[0]["tone"]), (&"Atlas Télécom".into(), &"negative".into()));
    assert_eq!((&rows[1]["brand"], &rows[1]["tone"]), (&"Tamri Mobile".into(), &"positive".into()));
    assert_eq!((&rows[1]["start"], &rows[1]["end"]), (&23.into(), &35.into()));
    let order = ran.out.lines().next().unwrap();
    let places: Vec<_> = ROW.iter().map(|key| order.find(&format!("\"{key}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{order}");
}

#[test]
fn a_target_of_the_line_is_scored_in_the_text_or_not() {
    let text = "La livraison de Kasbah Express est arrivée en retard, c'est inadmissible.";
    let start = text.chars().count() - text.split("Kasbah").nth(1).unwrap().chars().count() - 6;
    let line = |brand: &str, extra: &str| format!("{{\"id\":1,\"text\":\"{text}\",\"brand\":\"{brand}\"{extra}}}\n");
    let input = line("Kasbah Express", &format!(",\"start\":{start}")) + &line("Rihla", "");
    let rows = Sandbox::new().feed(&["score", "-"], &input).silent().json();
    assert_eq!((&rows[0]["brand"], &rows[0]["tone"]), (&"Kasbah Express".into(), &"negative".into()));
    assert_eq!(rows[0]["start"], start);
    assert_eq!(rows[1]["brand"], "Rihla");
    assert_eq!(rows.len(), 2);
}

#[test]
fn bad_lines_are_told_by_number_and_the_rest_goes_on_in_order() {
    let mut input = String::from("not json\n\n{\"id\":1}\n[1]\n");
    (0..500).for_each(|n| input += &format!("{{\"id\":{n},\"text\":\"texte numéro {n}\"}}\n"));
    let ran = Sandbox::new().feed(&["score", "-", "--jobs", "4"], &input).ended(0);
    let ids: Vec<_> = ran.json().iter().map(|row| row["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, (0..500).collect::<Vec<_>>());
    for number in ["line 1:", "line 3:", "line 4:"] {
        assert!(ran.err.contains(number), "{}", ran.err);
    }
    assert_eq!(ran.err.lines().count(), 3);
    Sandbox::new().feed(&["score", "-", "--strict"], &input).ended(1);
    Sandbox::new().feed(&["score", "-"], "{\n").ended(1);
    Sandbox::new().feed(&["score", "-"], "").silent();
}

#[test]
fn one_line_is_answered_before_the_next_is_written() {
    use std::io::{BufRead, BufReader};
    let sandbox = Sandbox::new();
    let mut child = sandbox.command(&["score", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for n in 0..3 {
        writeln!(stdin, "{{\"id\":{n},\"text\":\"bravo\"}}").unwrap();
        assert!(answers.next().unwrap().unwrap().starts_with(&format!("{{\"id\":{n},")));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_is_no_error() {
    let sandbox = Sandbox::new();
    let input: String = (0..20_000).map(|n| format!("{{\"id\":{n},\"text\":\"service nul numéro {n}\"}}\n")).collect();
    let path = sandbox.write("in.jsonl", input);
    let mut child = sandbox
        .command(&["score", "-"])
        .stdin(std::fs::File::open(path).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    Ran::from(child.wait_with_output().unwrap()).silent();
}

#[test]
fn extract_gives_one_line_a_file_in_the_order_of_the_arguments() {
    let sandbox = Sandbox::new();
    let page = sandbox.write(
        "page.html",
        "<html lang=fr><head><title>La fibre arrive</title></head><body><article><h1>La fibre arrive</h1>\
         <p>Atlas Télécom raccorde la ville haute à la fibre dès lundi, annonce la mairie dans un communiqué assez long.</p>\
         <p>Les habitants pourront choisir leur offre pendant tout le mois de décembre, selon le calendrier publié.</p>\
         </article></body></html>",
    );
    let feed = sandbox.write(
        "feed.xml",
        "<rss version=\"2.0\"><channel><title>Presse</title><link>https://p.example/</link><item><title>Un</title>\
         <link>https://p.example/1</link><pubDate>Sun, 01 Nov 2026 10:00:00 +0100</pubDate><description>Texte</description>\
         </item></channel></rss>",
    );
    let (page, feed) = (page.to_str().unwrap(), feed.to_str().unwrap());
    let ran = sandbox.run(&["extract", feed, page, "missing.html"]).ended(0);
    let lines = ran.json();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[0]["file"], &lines[0]["page_kind"]), (&feed.into(), &"feed".into()));
    assert_eq!(lines[0]["items"][0]["published"], "2026-11-01T10:00:00+01:00");
    assert!(lines[0]["text"].is_null());
    assert_eq!((&lines[1]["file"], &lines[1]["page_kind"]), (&page.into(), &"article".into()));
    assert_eq!((&lines[1]["title"], &lines[1]["language"]), (&"La fibre arrive".into(), &"fr".into()));
    assert!(lines[1]["text"].as_str().unwrap().contains("ville haute"));
    assert_eq!(lines[2]["incidents"][0]["code"], "unreadable");
    sandbox.run(&["extract", "--strict", feed, "missing.html"]).ended(1);
    sandbox.run(&["extract", "missing.html"]).ended(1);
}

#[test]
fn help_man_page_completions_and_schema_are_there() {
    let sandbox = Sandbox::new();
    assert!(sandbox.run(&["--help"]).silent().out.contains("Examples:"));
    for command in ["init", "check", "scan", "crawl", "score", "report", "query", "sources", "extract"] {
        let help = sandbox.run(&[command, "--help"]).silent().out;
        assert!(help.contains("Examples:"), "{command}");
        assert!(sandbox.run(&["generate", "man"]).out.contains(&format!("VIGIE {}", command.to_uppercase())));
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(sandbox.run(&["generate", "completions", shell]).silent().out.contains("vigie"), "{shell}");
    }
    let schema: serde_json::Value = serde_json::from_str(&sandbox.run(&["generate", "schema"]).silent().out).unwrap();
    let shipped = std::fs::read_to_string(root().join("docs/schema/report.v1.json")).unwrap();
    assert_eq!(schema, serde_json::from_str::<serde_json::Value>(&shipped).unwrap());
    sandbox.run(&["frobnicate"]).ended(2);
    // What every crawling or reporting command knows.
    for command in ["scan", "crawl", "score", "report", "query", "sources"] {
        let help = sandbox.run(&[command, "--help"]).out;
        for flag in [
            "-c, --config",
            "--allow-address",
            "--since",
            "--until",
            "--max-pages",
            "--jobs",
            "--format",
            "-o, --output",
            "--now",
            "--strict",
            "-v, --verbose",
            "-q, --quiet",
        ] {
            assert!(help.contains(flag), "{command} {flag}");
        }
    }
}
