//! The one-liner: no configuration, a CSV on stdout, nothing kept on disk.

use std::process::Stdio;

use crate::demo::MENTION_COLUMNS;
use crate::sandbox::{NOW, Ran, Sandbox, root};

const BRANDS: [&str; 6] = ["--brand", "Atlas Télécom", "--alias", "Atlas Telecom", "--alias", "أطلس تيليكوم"];

fn scan(sandbox: &Sandbox, rest: &[&str]) -> Ran {
    let mut args: Vec<&str> = vec!["scan", "--now", NOW];
    args.extend(BRANDS);
    args.extend(rest);
    sandbox.run(&args)
}

fn site() -> String {
    root().join("fixtures/site").display().to_string()
}

#[test]
fn one_line_gives_a_csv_and_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let ran = scan(&sandbox, &[&site()]).ended(0);
    assert_eq!(ran.out.lines().next().unwrap().replace('"', ""), MENTION_COLUMNS);
    let rows = ran.csv();
    assert!(rows.len() > 10);
    assert!(rows.iter().all(|row| row["brand"] == "Atlas Télécom"));
    assert!(rows.iter().any(|row| row["matched"].contains("أطلس")));
    assert_eq!(sandbox.files(), Vec::<String>::new());
}

#[test]
fn formats_hold_the_same_mentions() {
    let sandbox = Sandbox::new();
    let site = site();
    let count = scan(&sandbox, &[&site]).csv().len();
    let jsonl = scan(&sandbox, &[&site, "--format", "jsonl"]).json();
    assert_eq!(jsonl.len(), count);
    assert!(jsonl.iter().all(|m| m["cues"].is_array() && m["url"].is_string() | m["url"].is_null()));
    let json: serde_json::Value = serde_json::from_str(&scan(&sandbox, &[&site, "--format", "json"]).out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), count);
    assert_eq!(scan(&sandbox, &[&site, "--format", "tsv"]).out.lines().count(), count + 1);
    assert!(scan(&sandbox, &[&site, "--format", "table"]).out.contains("Atlas"));
    let out = sandbox.path("out.csv");
    scan(&sandbox, &[&site, "-o", out.to_str().unwrap()]).ended(0);
    assert_eq!(sandbox.read("out.csv").lines().count(), count + 1);
    scan(&sandbox, &[&site, "-o", "folder/"]).ended(0);
    assert_eq!(sandbox.files(), ["folder/brands.csv", "folder/mentions.csv", "folder/report.json", "out.csv"]);
}

#[test]
fn a_period_leaves_out_what_is_dated_outside_and_keeps_what_has_no_date() {
    let sandbox = Sandbox::new();
    let site = site();
    let all = scan(&sandbox, &[&site]).csv();
    let some = scan(&sandbox, &[&site, "--since", "2026-11-10", "--until", "2026-11-14"]).csv();
    // Days of the scratch zone (UTC): both ends included.
    let inside = |published: &str| published.is_empty() || ("2026-11-10".."2026-11-15").contains(&&published[..10]);
    assert_eq!(some.len(), all.iter().filter(|row| inside(&row["published"])).count());
    assert!(some.len() < all.len() && !some.is_empty());
}

#[test]
fn what_cannot_work_is_refused_with_a_hint_before_anything_runs() {
    let sandbox = Sandbox::new();
    for (args, word) in [
        (vec!["no-such-folder"], "no-such-folder"),
        (vec![], "source"),
        (vec!["https://forum.example/feed"], "contact"),
        (vec![".", "--since", "soon"], "soon"),
        (vec!["-c", "vigie.toml", "."], "exclude"),
    ] {
        let ran = scan(&sandbox, &args).ended(2);
        assert!(ran.err.contains(word) && ran.err.contains("hint:"), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, "");
    }
    let ran = sandbox.run(&["scan"]).ended(2);
    assert!(ran.err.contains("vigie.toml") && ran.err.contains("vigie init"), "{}", ran.err);
}

#[test]
fn a_closed_pipe_does_not_kill_a_scan() {
    let sandbox = Sandbox::new();
    let mut args = vec!["scan", "--now", NOW];
    args.extend(BRANDS);
    let site = site();
    args.push(&site);
    let mut child = sandbox.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    Ran::from(child.wait_with_output().unwrap()).ended(0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_output_is_told() {
    let sandbox = Sandbox::new();
    let mut args = vec!["scan", "--now", NOW];
    args.extend(BRANDS);
    let site = site();
    args.push(&site);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = Ran::from(sandbox.command(&args).stdout(full).output().unwrap()).ended(1);
    assert!(ran.err.contains("cannot write"), "{}", ran.err);
}

#[test]
fn broken_files_cost_themselves_an_incident_and_the_others_nothing() {
    let sandbox = Sandbox::new();
    let item = |n: u32| {
        format!(
            "<rss version=\"2.0\"><channel><title>t</title><item><title>Atlas Télécom {n}</title>\
             <link>https://x.example/{n}</link></item></channel></rss>"
        )
    };
    sandbox.write("in/good1.xml", item(1));
    sandbox.write("in/good2.xml", item(2));
    sandbox.write("in/empty.xml", "");
    sandbox
        .write("in/noise.html", (0..5000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect::<Vec<_>>());
    sandbox.write("in/deep.html", "<div>".repeat(100_000));
    sandbox.write("in/deep.xml", format!("<rss version=\"2.0\"><channel><item>{}", "<media:content>".repeat(50_000)));
    sandbox.write("in/huge.xml", vec![b'x'; 16 * 1024 * 1024]);
    sandbox.write("in/ignored.png", [0x89, b'P', b'N', b'G']);
    let ran = scan(&sandbox, &["in"]).ended(0);
    let titles: Vec<_> = ran.csv().into_iter().map(|row| row["title"].clone()).collect();
    assert_eq!(titles.len(), 2, "{titles:?}");
    assert!(ran.err.contains("incidents: "), "{}", ran.err);
    let told = scan(&sandbox, &["in", "-v"]).err;
    for name in ["empty.xml", "noise.html", "deep.html", "deep.xml", "huge.xml"] {
        assert!(told.contains(name), "{name} in {told}");
    }
    assert!(!told.contains("ignored.png") && !told.contains("good1.xml"), "{told}");
    // Every due source failed.
    scan(&sandbox, &["in/empty.xml"]).ended(3);
    scan(&sandbox, &["in/empty.xml", "in/good1.xml"]).ended(0);
    scan(&sandbox, &["in/empty.xml", "in/good1.xml", "--strict"]).ended(3);
}
