//! The rules of the house, read off the source: who may import whom, where vendor crates live, first lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every room below `src`, with the rooms it may import beside itself.
const ROOMS: [(&str, &[&str]); 14] = [
    ("error", &[]),
    ("model", &[]),
    ("text", &["error", "model"]),
    ("query", &["error", "model"]),
    ("source", &["error", "model", "text", "query"]),
    ("intake", &["error", "model", "text", "query"]),
    ("crawl", &["error", "model", "text", "query"]),
    ("analysis", &["error", "model", "text", "query"]),
    ("store", &["error", "model", "text", "query"]),
    ("figures", &["error", "model", "text", "query"]),
    ("report", &["error", "model", "text", "query", "figures"]),
    ("config", &["error", "model", "text", "query", "source", "crawl", "analysis", "store", "figures", "report"]),
    (
        "run",
        &[
            "error", "model", "text", "query", "source", "intake", "crawl", "analysis", "store", "figures", "report",
            "config",
        ],
    ),
    (
        "cli",
        &[
            "error", "model", "text", "query", "source", "intake", "crawl", "analysis", "store", "figures", "report",
            "config", "run",
        ],
    ),
];

/// Vendor crates that have few homes.
const HOMES: [(&str, &[&str]); 13] = [
    ("reqwest", &["crawl"]),
    ("rustls", &["crawl"]),
    ("tokio", &["crawl", "run"]),
    ("rayon", &["run"]),
    ("rusqlite", &["store"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("signal_hook", &["cli"]),
    ("scraper", &["text", "source"]),
    ("feed_rs", &["source"]),
    ("brotli_decompressor", &["intake"]),
];

/// Only `cli` prints or exits.
const LOUD: [&str; 6] = ["println!", "eprintln!", "print!", "eprint!", "dbg!", "process::exit"];

struct File {
    path: PathBuf,
    room: String,
    text: String,
}

fn files_below(root: &Path) -> Vec<File> {
    let mut open = vec![root.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let inner = path.strip_prefix(root).unwrap();
                let first = inner.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
                let room = first.trim_end_matches(".rs").to_string();
                let text = std::fs::read_to_string(&path).unwrap();
                files.push(File { path: inner.to_path_buf(), room, text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The code of a file: no comments, and no inline test module, wherever in the file it stands.
fn code(text: &str) -> String {
    let mut kept = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let is_tests = |next: &&str| next.starts_with("mod ") && next.ends_with('{');
        if line == "#[cfg(test)]" && lines.peek().is_some_and(is_tests) {
            // The sources are formatted: a module at the margin ends with a brace at the margin.
            lines.by_ref().find(|line| *line == "}");
        } else {
            kept.push(line.split("//").next().unwrap_or_default());
        }
    }
    kept.join("\n")
}

/// The rooms that a file of modules `depth` deep names by climbing to the root with `super::`.
fn climbs(code: &str, depth: usize) -> BTreeSet<String> {
    let root = "super::".repeat(depth);
    let chains = code.match_indices(root.as_str()).filter(|(at, _)| !code[..*at].ends_with("super::"));
    let named = chains.map(|(at, _)| &code[at + root.len()..]);
    named.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

/// How many modules deep a file is: `store.rs` and `store/mod.rs` are 1, `store/read.rs` is 2.
fn depth(path: &Path) -> usize {
    path.components().count() - usize::from(path.file_name().is_some_and(|name| name == "mod.rs"))
}

/// The rooms that a file names after `crate::`, also inside a braced list.
fn imports(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut word = String::new();
            let mut fresh = true;
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if c.is_alphanumeric() || c == '_' {
                    word.push(c);
                    continue;
                }
                if depth <= 1 && fresh && !word.is_empty() {
                    rooms.insert(std::mem::take(&mut word));
                }
                word.clear();
                fresh = c == ',' && depth == 1 || (fresh && c.is_whitespace());
                if depth == 0 {
                    break;
                }
            }
        } else {
            rooms.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms
}

/// Every breach of the rules below `root`, one line each.
fn breaches(root: &Path) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    let files = files_below(root);
    let mut found = Vec::new();
    for file in &files {
        let at = file.path.display();
        if !file.text.starts_with("//!") {
            found.push(format!("{at}: its first line does not say what it is for"));
        }
        if matches!(file.room.as_str(), "lib" | "main") {
            continue;
        }
        let Some(may) = allowed.get(file.room.as_str()) else {
            found.push(format!("{at}: no rule for the room {}", file.room));
            continue;
        };
        let code = code(&file.text);
        for import in imports(&code).into_iter().chain(climbs(&code, depth(&file.path))) {
            if allowed.contains_key(import.as_str()) && import != file.room && !may.contains(&import.as_str()) {
                found.push(format!("{at}: {} may not import {import}", file.room));
            }
        }
        for (vendor, homes) in HOMES {
            if !homes.contains(&file.room.as_str()) && code.contains(&format!("{vendor}::")) {
                found.push(format!("{at}: {vendor} does not live in {}", file.room));
            }
        }
        for word in LOUD {
            if file.room != "cli" && code.contains(word) {
                found.push(format!("{at}: only cli may use {word}"));
            }
        }
    }
    found.extend(undeclared(&files));
    found
}

/// Files that no module declares.
fn undeclared(files: &[File]) -> Vec<String> {
    let mut declared = BTreeSet::from([PathBuf::from("lib.rs"), PathBuf::from("main.rs")]);
    for file in files {
        let name = file.path.file_stem().unwrap_or_default();
        let parent = file.path.parent().unwrap_or(Path::new(""));
        let folder =
            if name == "mod" || name == "lib" || name == "main" { parent.to_path_buf() } else { parent.join(name) };
        for line in file.text.lines() {
            let line = line.trim();
            let line = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub ")).unwrap_or(line);
            if let Some(module) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
                declared.insert(folder.join(format!("{module}.rs")));
                declared.insert(folder.join(module).join("mod.rs"));
            }
        }
    }
    let lost = files.iter().filter(|file| !declared.contains(&file.path));
    lost.map(|file| format!("{}: no module declares it", file.path.display())).collect()
}

#[test]
fn the_house_keeps_its_rules() {
    let found = breaches(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn planted_breaches_are_found() {
    let house = tempfile::tempdir().unwrap();
    let plant = |path: &str, text: &str| {
        let path = house.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    plant("lib.rs", "//! The house.\nmod model;\nmod analysis;\nmod store;\nmod cli;\n");
    plant("model.rs", "//! Nouns.\n");
    plant("analysis/mod.rs", "//! Pure.\nmod climber;\nmod late;\nuse crate::store::Store;\n");
    plant(
        "store.rs",
        "//! Rows.\nuse crate::{model::Page, cli};\nfn f() { println!(\"x\"); rayon::join(|| (), || ()); }\n",
    );
    plant("cli.rs", "use clap::Parser;\nuse crate::{model, store::{Store, crate_free}};\n");
    plant("analysis/lost.rs", "//! Nobody declares this one.\n");
    plant(
        "analysis/late.rs",
        "//! After its tests.\n#[cfg(test)]\nmod tests {\n    use crate::cli;\n}\n\nuse crate::run::Means;\n",
    );
    plant("analysis/climber.rs", "//! By the back stairs.\nuse super::super::store::Store;\nuse super::late;\n");
    let found = breaches(house.path());
    for planted in [
        "analysis/mod.rs: analysis may not import store",
        "store.rs: store may not import cli",
        "store.rs: rayon does not live in store",
        "store.rs: only cli may use println!",
        "cli.rs: its first line does not say what it is for",
        "analysis/lost.rs: no module declares it",
        "analysis/late.rs: analysis may not import run",
        "analysis/climber.rs: analysis may not import store",
    ] {
        assert!(found.iter().any(|breach| breach == planted), "{planted} not in {found:#?}");
    }
    assert_eq!(found.len(), 8, "{found:#?}");
}

#[test]
fn every_source_kind_has_a_fixture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/source");
    for kind in ["feed", "page", "network"] {
        assert!(root.join(kind).read_dir().is_ok_and(|mut files| files.next().is_some()), "fixtures/source/{kind}");
    }
}

#[test]
fn every_fault_that_is_promised_has_its_test_and_every_test_its_promise() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let promised: BTreeSet<String> = std::fs::read_to_string(root.join("docs/faults.md"))
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(' '))
        .filter(|(number, _)| number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit()))
        .map(|(number, _)| number.to_owned())
        .collect();
    let tested: BTreeSet<String> = [root.join("src"), root.join("tests")]
        .iter()
        .flat_map(|folder| files_below(folder))
        .flat_map(|file| file.text.split("fn fault_").skip(1).map(|rest| rest[..2].to_owned()).collect::<Vec<_>>())
        .filter(|number| number.bytes().all(|b| b.is_ascii_digit()))
        .collect();
    assert!(promised.len() > 40);
    assert_eq!(promised, tested);
}
