//! The demo's web over HTTP: the same mentions, and a second scan that costs its servers nothing.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::sandbox::{NOW, Sandbox, root, rows};

/// examples/serve.rs on a port of its own; gone at the end of the test.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(folder: &str) -> Served {
        let built = PathBuf::from(env!("CARGO_BIN_EXE_vigie")).parent().unwrap().join("examples/serve");
        let mut child = Command::new(built)
            .args(["0", &root().join(folder).display().to_string(), "120"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().trim().trim_end_matches('/').to_string();
        Served { child, address }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

#[test]
fn a_scan_over_http_gives_the_same_mentions_and_a_second_is_answered_304() {
    let by_file = Sandbox::new();
    let config = by_file.demo();
    by_file.run(&["scan", "-c", config, "--now", NOW]).ended(0);

    let served = Served::start("fixtures/site");
    let by_http = Sandbox::new();
    let config = std::fs::read_to_string(root().join("examples/demo/served.toml")).unwrap();
    let config = config.replace("127.0.0.1:8107", &served.address).replace("\"out-served/", "\"");
    by_http.write("vigie.toml", config);
    by_http.run(&["scan", "--now", NOW]).ended(0);

    // All but where it was read, and the order of first sight, is the same.
    let told = |sandbox: &Sandbox| -> BTreeSet<_> {
        let mut rows = rows(&sandbox.report("mentions.csv"));
        rows.iter_mut().for_each(|row| _ = row.remove("source_kind"));
        rows.into_iter().collect()
    };
    let (file, http) = (told(&by_file), told(&by_http));
    assert!(!file.is_empty());
    assert_eq!(file.difference(&http).collect::<Vec<_>>(), Vec::<&_>::new());
    assert_eq!(http.difference(&file).collect::<Vec<_>>(), Vec::<&_>::new());

    let before = by_http.run(&["query", "--format", "jsonl"]).out;
    let ran = by_http.run(&["scan", "--now", "2026-11-23T03:15:00Z", "-v"]).ended(0);
    let told = ["16 pages dont 16 sans changement", "0 document nouveau"];
    assert!(told.iter().all(|told| ran.err.contains(told)), "{}", ran.err);
    assert_eq!(by_http.run(&["query", "--format", "jsonl"]).out, before);
}
