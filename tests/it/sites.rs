//! Whole sites, crawled by the real binary: exactly what a person finds on them, each page asked for once, and gone on
//! with after any number of kills.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sandbox::{Sandbox, root};
use crate::server::Server;

const NOW: &str = "2026-11-21T20:00:00Z";

/// The sites of fixtures/web.
const SITES: [&str; 4] = ["phpbb", "fluxbb", "wordpress", "plain"];

/// A configuration of one source, the site's own address.
fn configured(server: &Server) -> Sandbox {
    configured_at(server, "/")
}

/// The same of the page at `path`.
fn configured_at(server: &Server, path: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "vigie.toml",
        format!(
            "[vigie]\nlanguage = \"en\"\ntimezone = \"UTC\"\n[crawl]\nallow_address = [\"{}\"]\n\
             [[brand]]\nname = \"Roulenbi\"\n[[source]]\nname = \"site\"\nurl = \"{}\"\n",
            server.address(),
            server.url(path)
        ),
    );
    sandbox
}

fn crawl(sandbox: &Sandbox) -> Vec<Value> {
    let ran = sandbox.run(&["crawl", "--since", "2026-01-01", "--now", NOW, "--format", "jsonl", "-q"]).ended(0);
    ran.json()
}

fn lines(file: &str, server: &Server) -> Vec<Value> {
    let text = std::fs::read_to_string(root().join("fixtures/web").join(file)).unwrap();
    let text = text.replace("http://SITE", &server.url(""));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The name that a gold line and a document share.
fn key(value: &Value) -> String {
    let url = text(value, "url");
    // One comment, on its article's own address or on a page of comments.
    match (url.find("comment-page-"), url.find('#')) {
        (Some(at), Some(fragment)) => format!("{}{}", &url[..at], &url[fragment..]),
        _ => url.into(),
    }
}

#[test]
fn every_site_gives_exactly_what_a_person_finds_there() {
    for site in SITES {
        let server = Server::site(site);
        let documents = crawl(&configured(&server));
        let found: BTreeMap<String, &Value> = documents.iter().map(|document| (key(document), document)).collect();
        assert_eq!(found.len(), documents.len(), "{site}: nothing twice");
        let gold = lines(&format!("{site}/gold.jsonl"), &server);
        let wanted: BTreeSet<String> = gold.iter().map(key).collect();
        let have: BTreeSet<String> = found.keys().cloned().collect();
        assert_eq!(wanted.difference(&have).collect::<Vec<_>>(), Vec::<&String>::new(), "{site}: missed");
        assert_eq!(have.difference(&wanted).collect::<Vec<_>>(), Vec::<&String>::new(), "{site}: too much");
        for gold in &gold {
            let document = found[&key(gold)];
            for field in ["kind", "author", "published", "title", "text", "signature", "is_reply"] {
                // A reserved page keeps its particulars and no text.
                if field == "author" && gold["reserved"] == true && document[field].is_null() {
                    continue;
                }
                assert_eq!(document[field], gold[field], "{site}: {field} of {}", text(gold, "url"));
            }
            let quoted = |value: &Value| -> Vec<String> {
                let quotes = value["quoted"].as_array().into_iter().flatten();
                quotes.map(|quote| format!("{}: {}", text(quote, "author"), text(quote, "text"))).collect()
            };
            let words = |value: &Value| quoted(value).concat().split_whitespace().collect::<Vec<_>>().join(" ");
            if gold["kind"] == "post" {
                assert_eq!(words(document), words(gold), "{site}: quotes of {}", text(gold, "url"));
                assert_eq!(document["thread_url"], gold["thread_url"], "{site}: thread of {}", text(gold, "url"));
                assert_eq!(document["parent_url"], gold["parent_url"], "{site}: parent of {}", text(gold, "url"));
                assert_eq!(document["code"], gold["code"], "{site}: code of {}", text(gold, "url"));
            }
            assert_eq!(quoted(document).len(), quoted(gold).len(), "{site}: quotes of {}", text(gold, "url"));
            assert_eq!(document["source_kind"], if gold["kind"] == "post" { "forum" } else { "blog" });
        }
    }
}

#[test]
fn a_topic_that_stands_alone_is_read_as_in_its_forum() {
    for (site, path) in [("phpbb", "/viewtopic.php?t=2"), ("fluxbb", "/viewtopic.php?id=2")] {
        let server = Server::site(site);
        let told = |value: &Value| -> Vec<Value> {
            ["url", "thread_url", "author", "published", "text", "is_reply"].map(|field| value[field].clone()).into()
        };
        let sorted = |mut all: Vec<Vec<Value>>| {
            all.sort_by_key(|fields| fields[0].to_string());
            all
        };
        let gold = lines(&format!("{site}/gold.jsonl"), &server);
        let gold = gold.iter().filter(|post| post["thread_url"] == server.url(path)).map(told).collect();
        let sandbox = configured_at(&server, path);
        assert_eq!(sorted(crawl(&sandbox).iter().map(told).collect()), sorted(gold), "{site}");
        assert_eq!(crawl(&sandbox), Vec::<Value>::new(), "{site}");
    }
}

#[test]
fn every_page_is_asked_for_once_and_none_that_is_of_no_use() {
    for site in SITES {
        let server = Server::site(site);
        let sandbox = configured(&server);
        crawl(&sandbox);
        let asked: Vec<String> = server.hits().into_iter().map(|hit| hit.path).collect();
        let distinct: BTreeSet<&String> = asked.iter().collect();
        assert_eq!(distinct.len(), asked.len(), "{site}: {asked:?}");
        let bad = lines(&format!("{site}/forbidden.jsonl"), &server);
        let bad: BTreeSet<&str> =
            bad.iter().filter(|line| line["fetch"] != "allowed").map(|line| text(line, "url")).collect();
        let hit: Vec<&String> = asked.iter().filter(|path| bad.contains(server.url(path).as_str())).collect();
        assert_eq!(hit, Vec::<&String>::new(), "{site}");
        let gold = lines(&format!("{site}/gold.jsonl"), &server);
        let pages: BTreeSet<&str> =
            gold.iter().map(|line| text(line, if line["kind"] == "post" { "thread_url" } else { "url" })).collect();
        assert!(asked.len() < 5 * pages.len() / 2 + 6, "{site}: {} requests for {} pages", asked.len(), pages.len());

        let before = asked.len();
        assert_eq!(crawl(&sandbox), Vec::<Value>::new(), "{site}: a second crawl adds nothing");
        let again: Vec<String> = server.hits().into_iter().skip(before).map(|hit| hit.path).collect();
        // Of a site this small, the doors alone (front page, feeds, sitemap) are more than what a larger one asks for again.
        let least = before * 15 / 100;
        assert!(again.len() <= least.max(4), "{site}: {again:?} after {before}");
    }
}

/// Every field of every stored document, and what still waits.
fn stored(sandbox: &Sandbox) -> BTreeSet<String> {
    let ran = sandbox.run(&["query", "--format", "jsonl", "--brand", "Roulenbi"]);
    let mut all: BTreeSet<String> = ran.out.lines().map(String::from).collect();
    let sources = sandbox.run(&["sources", "--format", "jsonl"]).ended(0).json();
    let told = ["documents", "undated", "waiting", "failures", "offset_minutes"];
    all.extend(told.map(|field| format!("{field}: {}", sources[0][field])));
    all
}

#[test]
fn fault_36_killed_at_any_moment_a_crawl_goes_on_to_the_same_end() {
    for (site, kills) in [("phpbb", 14), ("fluxbb", 6), ("wordpress", 10)] {
        let server = Server::site(site);
        let args = ["scan", "--since", "2026-01-01", "--now", NOW, "-q"];
        let calm = configured(&server);
        let started = Instant::now();
        calm.run(&args).ended(0);
        let mut span = started.elapsed();
        let wanted = stored(&calm);
        let mut state = 0x9E37_79B9_7F4A_7C15u64 ^ u64::from(std::process::id());
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let (mut killed, mut rounds) = (0, 0);
        while killed < kills && rounds < 4 * kills {
            rounds += 1;
            let sandbox = configured(&server);
            for _ in 0..1 + random() % 5 {
                let mut child = sandbox.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                std::thread::sleep(span.mul_f64((random() % 1000) as f64 / 1000.0));
                let late = child.try_wait().unwrap().is_some();
                _ = child.kill();
                child.wait().unwrap();
                if late {
                    span = span.mul_f64(0.8).max(Duration::from_millis(40));
                    break;
                }
                killed += 1;
            }
            sandbox.run(&args).ended(0);
            assert_eq!(stored(&sandbox), wanted, "{site}, round {rounds}");
        }
        println!("{site}: killed {killed} times in {rounds} rounds, a whole crawl takes {span:?}");
        assert!(killed >= kills, "{site}: only {killed} kills came in time");
    }
}
