//! Runs that are killed, stopped or overlap: nothing lost, nothing twice.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::sandbox::{NOW, Ran, Sandbox, root};

/// The demo's files and copies of them under other hosts, so that a scan lasts long enough to be killed in its midst.
fn large(copies: u32) -> (Sandbox, &'static str) {
    let sandbox = Sandbox::new();
    let config = sandbox.demo();
    let mut text = sandbox.read(config);
    let mut open = vec![root().join("fixtures/site")];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir().unwrap().flatten() {
            if entry.path().is_dir() { open.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    for copy in 0..copies {
        for (n, file) in files.iter().enumerate() {
            let body = std::fs::read(file).unwrap();
            let mut out = Vec::new();
            for piece in body.split_inclusive(|b| *b == b'/') {
                out.extend_from_slice(piece);
                if out.ends_with(b"https://") {
                    out.extend_from_slice(format!("copy{copy}.").as_bytes());
                }
            }
            let name = file.file_name().unwrap().to_str().unwrap();
            sandbox.write(&format!("copies/{copy}/{n}-{name}"), out);
        }
        text += &format!("\n[[source]]\nname = \"copy {copy}\"\npath = \"copies/{copy}\"\n");
    }
    sandbox.write(config, text);
    (sandbox, config)
}

/// The store's content: every table row by row, without row numbers and the log of runs.
fn content(sandbox: &Sandbox) -> String {
    let report = |args: &[&str]| {
        let mut all = vec!["query", "--format", "jsonl"];
        all.extend(args);
        sandbox.run(&all).silent().out
    };
    report(&[])
}

fn reports(sandbox: &Sandbox) -> Vec<String> {
    ["mentions.csv", "brands.csv", "report.json"]
        .map(|file| sandbox.report(file).replace(&sandbox.path("").display().to_string(), ""))
        .to_vec()
}

#[test]
fn fault_36_killed_at_twenty_random_moments_a_scan_ends_with_the_same_content() {
    let (calm, config) = large(6);
    let started = Instant::now();
    calm.run(&["scan", "-c", config, "--now", NOW]).ended(0);
    let whole = started.elapsed();
    let (wanted, wanted_reports) = (content(&calm), reports(&calm));
    assert!(wanted.lines().count() > 100);

    let mut state = 0x2545_F491_4F6C_DD1Du64 ^ std::process::id() as u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    // Machines are slow once and quick the next time: a kill that came too late makes the next ones come earlier.
    let (mut killed, mut rounds, mut span) = (0, 0, whole);
    while killed < 20 && rounds < 40 {
        rounds += 1;
        let (sandbox, config) = large(6);
        // Several kills of one store, until a run was quicker than its killer.
        for _ in 0..4 {
            let mut child = sandbox
                .command(&["scan", "-c", config, "--now", NOW])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(span.mul_f64((random() % 1000) as f64 / 1000.0));
            let late = child.try_wait().unwrap().is_some();
            _ = child.kill();
            child.wait().unwrap();
            if late {
                span = span.mul_f64(0.8).max(Duration::from_millis(40));
                break;
            }
            span = span.mul_f64(1.1).min(whole);
            killed += 1;
        }
        let before = sandbox.path("reports").read_dir().map_or(0, |days| days.flatten().count());
        sandbox.run(&["scan", "-c", config, "--now", NOW]).ended(0);
        assert!(content(&sandbox) == wanted, "round {rounds}: the store's content differs");
        // Unless a killed run had come as far as its report, the last report is the undisturbed one.
        if before == 0 {
            for (file, (a, b)) in wanted_reports.iter().zip(reports(&sandbox)).enumerate() {
                assert!(*a == b, "round {rounds}: report {file} differs");
            }
        }
    }
    println!("killed in the midst: {killed} in {rounds} rounds, a whole scan takes {whole:?}");
    assert!(killed >= 20, "only {killed} kills came in time");
}

#[test]
fn fault_38_a_second_run_at_the_same_time_is_turned_away_at_once() {
    let (sandbox, config) = large(0);
    let lock = std::fs::File::create(sandbox.path("vigie.db.lock")).unwrap();
    lock.lock().unwrap();
    let started = Instant::now();
    let ran = sandbox.run(&["scan", "-c", config, "--now", NOW]).ended(75);
    assert!(started.elapsed() < Duration::from_secs(1));
    assert!(ran.err.contains("vigie.db.lock"), "{}", ran.err);
    drop(lock);
    sandbox.run(&["scan", "-c", config, "--now", NOW]).ended(0);
}

#[test]
fn fault_44_a_signal_stops_a_scan_in_order_and_the_next_goes_on() {
    let (sandbox, config) = large(12);
    for (signal, code) in [("-TERM", 143), ("-INT", 130)] {
        let child = sandbox
            .command(&["scan", "-c", config, "--now", NOW, "--jobs", "1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(60));
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        let asked = Instant::now();
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert!(asked.elapsed() < Duration::from_secs(5));
        let ran = ran.ended(code);
        assert!(ran.err.contains("signal") && ran.err.contains("hint:"), "{}", ran.err);
        assert!(!sandbox.path("reports").join("2026-11-22").join("mentions.csv").exists());
    }
    sandbox.run(&["scan", "-c", config, "--now", NOW]).ended(0);
    let (calm, config) = large(12);
    calm.run(&["scan", "-c", config, "--now", NOW]).ended(0);
    assert!(content(&sandbox) == content(&calm));
    assert!(reports(&sandbox) == reports(&calm));
}
