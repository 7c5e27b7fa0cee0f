//! What the store keeps: queries, rescoring, reports of a period, stages on their own.

use std::collections::BTreeSet;

use crate::sandbox::{NOW, Row, Sandbox, rows};

fn scanned() -> Sandbox {
    let sandbox = Sandbox::new();
    let config = sandbox.demo();
    sandbox.run(&["scan", "-c", config, "--now", NOW]).ended(0);
    sandbox
}

#[test]
fn plain_filters_select_what_they_say() {
    let sandbox = scanned();
    let all = sandbox.run(&["query"]).silent().csv();
    assert!(all.len() > 20);
    let count = |args: &[&str]| {
        let mut words = vec!["query"];
        words.extend(args);
        sandbox.run(&words).silent().csv().len()
    };
    let counted = |column: &str, value: &str| all.iter().filter(|row| row[column] == value).count();
    assert_eq!(count(&["--brand", "ATLAS TELECOM"]), counted("brand", "Atlas Télécom"));
    assert_eq!(count(&["--tone", "negative"]), counted("tone", "negative"));
    assert_eq!(
        count(&["--tone", "negative", "--tone", "positive"]),
        counted("tone", "negative") + counted("tone", "positive")
    );
    assert_eq!(count(&["--language", "ar"]), counted("language", "ar"));
    assert_eq!(count(&["--kind", "article"]), counted("kind", "article"));
    let source = &all[0]["source"];
    assert_eq!(count(&["--source", source]), counted("source", source));
    let author = all.iter().map(|row| &row["author"]).find(|author| !author.is_empty()).unwrap();
    assert_eq!(count(&["--author", &author.to_uppercase()]), counted("author", author));
    assert!(count(&["--text", "FIBRE"]) > 0);
    assert_eq!(count(&["--text", "ce texte n'existe nulle part"]), 0);
    assert_eq!(count(&["--limit", "3"]), 3);
    let since = all.iter().filter(|row| row["published"].is_empty() || row["day"].as_str() >= "2026-11-15").count();
    assert_eq!(count(&["--since", "2026-11-15"]), since);
    // Newest first, undated last.
    let published: Vec<_> = all.iter().map(|row| row["published"].clone()).collect();
    assert!(published.windows(2).all(|pair| pair[0] >= pair[1]), "{published:?}");
    sandbox.run(&["query", "--tone", "angry"]).ended(2);
    assert!(sandbox.run(&["query", "--format", "table"]).silent().out.contains("Atlas"));
}

#[test]
fn stages_on_their_own_come_to_what_a_scan_does() {
    let scan = scanned();
    let staged = Sandbox::new();
    staged.demo();
    staged.run(&["crawl", "--now", NOW]).ended(0);
    assert_eq!(staged.run(&["query"]).silent().csv().len(), 0, "crawl scores nothing");
    staged.run(&["score", "--now", NOW]).silent();
    staged.run(&["report", "--now", NOW]).silent();
    for file in ["mentions.csv", "brands.csv"] {
        assert!(staged.report(file) == scan.report(file), "{file}");
    }
    let again = staged.run(&["report", "--now", NOW]).ended(0);
    assert!(again.err.contains("nouveau") || again.err.contains("nothing new"), "{}", again.err);
    assert!(staged.report("mentions.csv") == scan.report("mentions.csv"), "an earlier report is left as it is");
}

#[test]
fn a_changed_brand_is_found_in_all_that_is_stored() {
    let sandbox = scanned();
    let before = sandbox.run(&["query"]).csv();
    assert!(before.iter().all(|row| row["brand"] != "Fibre"));
    let config = sandbox.read("vigie.toml") + "\n[[brand]]\nname = \"Fibre\"\n";
    sandbox.write("vigie.toml", config);
    let hinted = sandbox.run(&["scan", "--now", NOW]).ended(0);
    assert!(hinted.err.contains("vigie score"), "{}", hinted.err);
    sandbox.run(&["score", "--jobs", "2"]).silent();
    let after = sandbox.run(&["query"]).csv();
    assert!(after.iter().filter(|row| row["brand"] == "Fibre").count() > 3);
    let id = |row: &Row| row["mention_id"].clone();
    let others: BTreeSet<_> = after.iter().filter(|row| row["brand"] != "Fibre").map(id).collect();
    assert_eq!(others, before.iter().map(id).collect(), "the other brands' mentions are still there");
}

#[test]
fn a_period_has_a_report_of_its_own_and_leaves_the_nightly_one_alone() {
    let sandbox = scanned();
    let nightly = sandbox.report("mentions.csv");
    sandbox.run(&["report", "--since", "2026-11-10", "--until", "2026-11-14", "--now", NOW, "-o", "period/"]).silent();
    let mentions = rows(&sandbox.read("period/mentions.csv"));
    assert!(!mentions.is_empty());
    let inside = |row: &Row| row["day"].is_empty() || ("2026-11-10".."2026-11-15").contains(&row["day"].as_str());
    assert!(mentions.iter().all(inside), "{mentions:?}");
    let days: BTreeSet<_> =
        rows(&sandbox.read("period/brands.csv")).into_iter().map(|row| row["day"].clone()).collect();
    assert_eq!(days.len(), 6, "five days and the undated");
    assert_eq!(sandbox.report("mentions.csv"), nightly);
    let streamed =
        sandbox.run(&["report", "--since", "2026-11-10", "--until", "2026-11-14", "--format", "csv"]).silent();
    assert_eq!(streamed.out, sandbox.read("period/mentions.csv"));
}

#[test]
fn sources_show_how_they_do() {
    let sandbox = scanned();
    let all = sandbox.run(&["sources"]).silent().csv();
    assert!(all.iter().any(|row| row["last_success"] == NOW && row["documents"] != "0"), "{all:?}");
    assert!(sandbox.run(&["sources", "--format", "table"]).silent().out.contains("Courrier"));
    assert_eq!(sandbox.run(&["sources", "--failing"]).silent().csv().len(), 0);
    let config = sandbox.read("vigie.toml") + "\n[[source]]\nname = \"gone\"\npath = \"no/such/file.xml\"\n";
    sandbox.write("vigie.toml", config);
    sandbox.run(&["scan", "--now", "2026-11-23T03:15:00Z"]).ended(0);
    let failing = sandbox.run(&["sources", "--failing"]).silent().csv();
    assert_eq!(failing.iter().map(|row| row["name"].as_str()).collect::<Vec<_>>(), ["gone"]);
    assert_eq!(failing[0]["failures"], "1");
    assert!(sandbox.run(&["sources", "--kinds"]).silent().out.contains("feed"));
}

#[test]
fn a_stream_beside_a_store_keeps_and_prints() {
    let sandbox = Sandbox::new();
    sandbox.demo();
    let printed = sandbox.run(&["scan", "--now", NOW, "--format", "jsonl"]).ended(0).json();
    assert_eq!(printed.len(), sandbox.run(&["query"]).csv().len());
    let other = Sandbox::new();
    other.demo();
    let documents = other.run(&["crawl", "--now", NOW, "--format", "jsonl"]).ended(0).json();
    assert!(documents.len() > printed.len() / 2);
    let keys = [
        "id",
        "url",
        "thread_url",
        "parent_url",
        "source",
        "source_kind",
        "kind",
        "title",
        "author",
        "published",
        "updated",
        "published_precision",
        "date_suspect",
        "first_seen",
        "language",
        "text",
        "quoted",
        "signature",
        "code",
        "is_reply",
        "replies",
        "views",
        "likes",
        "shares",
        "rating",
        "thread_replies",
        "thread_views",
        "tags",
    ];
    for document in &documents {
        let have: BTreeSet<_> = document.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(have, keys.into_iter().collect());
    }
    assert!(documents.iter().any(|document| document["date_suspect"] == true && document["published"].is_null()));
    assert!(documents.iter().any(|document| document["date_suspect"] == false && document["published"].is_null()));
}

#[test]
fn fault_41_a_foreign_or_damaged_store_is_refused_and_left_as_it_is() {
    let sandbox = Sandbox::new();
    sandbox.demo();
    for bytes in [b"SQLite format 3\0 but no more".to_vec(), b"my diary, page one".to_vec(), vec![7; 100_000]] {
        let path = sandbox.write("vigie.db", &bytes);
        for command in ["scan", "query", "score", "report", "sources"] {
            let ran = sandbox.run(&[command]).ended(1);
            assert!(ran.err.contains("vigie.db") && ran.err.contains("hint:"), "{command}: {}", ran.err);
            assert_eq!(std::fs::read(&path).unwrap(), bytes, "{command}");
        }
    }
    std::fs::remove_file(sandbox.path("vigie.db")).unwrap();
    for command in ["query", "score", "report", "sources"] {
        let ran = sandbox.run(&[command]).ended(1);
        assert!(ran.err.contains("vigie scan"), "{}", ran.err);
        assert!(!sandbox.path("vigie.db").exists(), "{command} makes no store");
    }
}

#[test]
fn what_a_period_left_out_is_read_when_it_is_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.demo();
    sandbox.run(&["scan", "--now", NOW, "--since", "2026-11-15"]).ended(0);
    let some = sandbox.run(&["query"]).silent().csv();
    sandbox.run(&["scan", "--now", NOW]).ended(0);
    assert!(some.len() < sandbox.run(&["query"]).silent().csv().len());
    assert_eq!(sandbox.run(&["query"]).csv().len(), scanned().run(&["query"]).csv().len());
}

#[test]
fn a_brand_that_comes_into_a_known_document_is_new_in_the_next_report() {
    let feed = |text: &str| {
        format!(
            "<rss version='2.0'><channel><title>t</title><item><title>Réseau</title><link>https://r.example/1</link>\
             <description>{text}</description></item></channel></rss>"
        )
    };
    let sandbox = Sandbox::new();
    sandbox.write("vigie.toml", "[[brand]]\nname = \"Kasbah Express\"\n[[source]]\npath = \"feed.xml\"\n");
    sandbox.write("feed.xml", feed("Rien à signaler."));
    sandbox.run(&["scan", "--now", "2026-11-20T03:00:00Z", "-o", "one/"]).silent();
    assert_eq!(rows(&sandbox.read("one/mentions.csv")).len(), 0);
    sandbox.write("feed.xml", feed("Rien à signaler, sauf chez Kasbah Express."));
    sandbox.run(&["scan", "--now", "2026-11-21T03:00:00Z", "-o", "two/"]).silent();
    assert_eq!(rows(&sandbox.read("two/mentions.csv")).len(), 1);
    sandbox.run(&["scan", "--now", "2026-11-22T03:00:00Z", "-o", "three/"]).silent();
    assert_eq!(rows(&sandbox.read("three/mentions.csv")).len(), 0);
}

#[test]
fn what_was_crawled_and_not_scored_is_scored_before_it_is_reported() {
    let scan = scanned();
    let staged = Sandbox::new();
    staged.demo();
    staged.run(&["crawl", "--now", NOW]).ended(0);
    staged.run(&["report", "--now", NOW]).silent();
    assert!(staged.report("mentions.csv") == scan.report("mentions.csv"));
}

#[test]
fn a_printed_report_is_a_look_and_a_folder_is_the_record() {
    let sandbox = Sandbox::new();
    sandbox.demo();
    sandbox.run(&["crawl", "--now", NOW]).ended(0);
    sandbox.run(&["report", "--now", NOW, "-o", "look.jsonl"]).silent();
    assert!(sandbox.read("look.jsonl").starts_with('{'), "the name says the format");
    sandbox.run(&["report", "--now", NOW]).silent();
    assert_eq!(rows(&sandbox.report("mentions.csv")).len(), sandbox.read("look.jsonl").lines().count());
    sandbox.run(&["report", "--now", NOW, "-o", "again/"]).ended(0);
    assert!(!sandbox.path("again").join("mentions.csv").exists(), "nothing is new");
}
