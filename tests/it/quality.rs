//! How well feeds, articles, threads and whole sites are read, on our own gold: floors that no change may fall below.
//!
//! The pages of fixtures/quality were written before they were read, by a person who says what stands in them. A floor is
//! a little under what was reached when it was set. Who changes a corpus changes its digest here, and looks at its floors.

mod score;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::sandbox::{Sandbox, root};
use crate::server::Server;
use score::{f1, leaks, names, pairs, same_date, shingles, text, word_f1, words};

/// A corpus, what its files were when the floors were set, and the floors: figure, lowest value.
struct Corpus {
    name: &'static str,
    digest: &'static str,
    floors: &'static [(&'static str, f64)],
}

const FEEDS: Corpus = Corpus {
    name: "feeds",
    digest: "b4be72306db9e3795b6f3a66b462dd6279f7692c686091b45d8d1a23d7bcebae",
    floors: &[("fields", 0.974)],
};

const ARTICLES: Corpus = Corpus {
    name: "articles",
    digest: "d5b31395bcf3f41a5cab05c7d1d6ac05202761ff7bfacfd19053e29e4f662e15",
    floors: &[
        ("f1", 0.982),
        ("precision", 0.968),
        ("recall", 0.996),
        ("title", 0.996),
        ("author", 0.746),
        ("date", 0.871),
        ("comments", 0.996),
    ],
};

const THREADS: Corpus = Corpus {
    name: "threads",
    digest: "5dfd3cd40bd03d2e1883595690902136d84d308dece88073a4afd7126c43c7ef",
    floors: &[
        ("posts", 0.892),
        ("precision", 0.996),
        ("recall", 0.808),
        ("author", 0.996),
        ("date", 0.842),
        ("apart", 0.996),
    ],
};

const SITES: Corpus = Corpus {
    name: "sites",
    digest: "2c58d581095b605564ae24a1aff4cfb900705af4fcbc13ae096c3d28ada7086f",
    floors: &[
        ("recall", 0.996),
        ("precision", 0.996),
        ("author", 0.996),
        ("date", 0.996),
        ("text", 0.996),
        ("apart", 0.996),
        ("thrift", 0.73),
    ],
};

/// The sites of fixtures/web that count. One that is added changes the digest.
const CRAWLED: [&str; 4] = ["phpbb", "fluxbb", "wordpress", "plain"];

/// The likeness from which a post was found.
const FOUND: f64 = 0.7;

type Figures = BTreeMap<&'static str, f64>;

impl Corpus {
    /// Every file of the corpus.
    fn files(&self) -> Vec<PathBuf> {
        let quality = root().join("fixtures/quality");
        let mut open = match self.name {
            "sites" => CRAWLED.map(|site| root().join("fixtures/web").join(site)).into(),
            name => vec![quality.join(name), quality.join(format!("{name}.gold.jsonl"))],
        };
        let mut files = Vec::new();
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(path.read_dir().unwrap().flatten().map(|entry| entry.path()));
            } else {
                files.push(path);
            }
        }
        files.sort();
        files
    }

    /// SHA-256 of the names and contents of its files.
    fn hashed(&self) -> String {
        let mut hash = Sha256::new();
        for file in self.files() {
            let name = file.strip_prefix(root()).unwrap().display().to_string();
            let bytes = std::fs::read(&file).unwrap();
            hash.update(format!("{name}\n{}\n", bytes.len()));
            hash.update(bytes);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What is wrong: another corpus than the floors are of, and every figure below its floor.
    fn breaches(&self, digest: &str, figures: &Figures) -> Vec<String> {
        let mut breaches = Vec::new();
        if digest != self.digest {
            breaches.push(format!(
                "{}: the corpus is another than its floors were set on; look at {figures:.3?}, set the floors, then the digest {digest}",
                self.name
            ));
        }
        for (figure, floor) in self.floors {
            let reached = figures.get(figure).copied().unwrap_or(f64::NAN);
            if reached.is_nan() || reached < *floor {
                breaches.push(format!("{}: {figure} is {reached:.4}, below {floor}", self.name));
            }
        }
        breaches
    }

    #[track_caller]
    fn check(&self, figures: &Figures) {
        println!("{}: {figures:.4?}", self.name);
        let breaches = self.breaches(&self.hashed(), figures);
        assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
    }
}

fn json_lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The gold of a corpus, each line with what is read of its file.
fn read(corpus: &str) -> Vec<(Value, Value)> {
    let folder = root().join("fixtures/quality").join(corpus);
    let gold = json_lines(&folder.with_extension("gold.jsonl"));
    let files: Vec<String> = gold.iter().map(|gold| folder.join(text(gold, "file")).display().to_string()).collect();
    let mut args = vec!["extract"];
    args.extend(files.iter().map(String::as_str));
    let read = Sandbox::new().run(&args).ended(0).json();
    assert_eq!(gold.len(), read.len());
    gold.into_iter().zip(read).collect()
}

/// Says what is not right, for who runs it with `--nocapture`.
fn missed(file: &str, what: &str, gold: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug) {
    println!("  {file}: {what}: {gold:?}, not {found:?}");
}

/// Shares of right answers by name.
#[derive(Default)]
struct Shares(BTreeMap<&'static str, (usize, usize)>);

impl Shares {
    fn add(&mut self, figure: &'static str, right: bool) -> bool {
        let (of, all) = self.0.entry(figure).or_default();
        *of += usize::from(right);
        *all += 1;
        right
    }

    fn figures(self) -> Figures {
        self.0.into_iter().map(|(figure, (of, all))| (figure, of as f64 / all.max(1) as f64)).collect()
    }
}

/// Whether a value of a feed or an item is the one of the gold.
fn same_value(key: &str, gold: &Value, found: &Value) -> bool {
    let plain = |value: &Value| match value {
        Value::String(text) => words(text).join(" "),
        other => other.to_string(),
    };
    match (key, gold) {
        (_, Value::Null) => found.is_null(),
        ("published" | "updated", Value::String(date)) => same_date(found.as_str(), date),
        ("url" | "link" | "id" | "comments_url", _) => gold == found,
        (_, Value::Array(_)) => gold == found,
        (_, Value::Number(number)) => found.as_f64() == number.as_f64(),
        _ => plain(gold) == plain(found),
    }
}

#[test]
fn feeds_are_read_field_by_field() {
    let mut shares = Shares::default();
    for (gold, found) in read("feeds") {
        let file = text(&gold, "file");
        let items = found["items"].as_array().cloned().unwrap_or_default();
        if !shares.add("fields", gold["count"] == items.len()) {
            missed(file, "count", &gold["count"], &items.len());
        }
        let whole = gold.as_object().unwrap().iter().map(|(key, value)| (key, value, &found[key.as_str()]));
        let of_items = gold["items"].as_array().into_iter().flatten().enumerate().flat_map(|(at, item)| {
            let found = items.get(at).unwrap_or(&Value::Null);
            item.as_object().unwrap().iter().map(move |(key, value)| (key, value, &found[key.as_str()]))
        });
        for (key, gold, found) in whole.chain(of_items) {
            if matches!(key.as_str(), "file" | "count" | "items") {
                continue;
            }
            if !shares.add("fields", same_value(key, gold, found)) {
                missed(file, key, gold, found);
            }
        }
    }
    FEEDS.check(&shares.figures());
}

#[test]
fn articles_are_read_whole_and_alone() {
    let (mut sum, mut shares) = ([0.0; 3], Shares::default());
    for (gold, found) in read("articles") {
        let file = text(&gold, "file");
        let parts = shingles(text(&found, "text"), text(&gold, "text"));
        if parts[0] < 0.95 {
            missed(file, "text", &parts, &text(&found, "text"));
        }
        (0..3).for_each(|at| sum[at] += parts[at]);
        let (title, author) = (words(text(&found, "title")), names(text(&found, "author")));
        if !shares.add("title", title == words(text(&gold, "title"))) {
            missed(file, "title", &gold["title"], &found["title"]);
        }
        if !shares.add("author", author == names(text(&gold, "author"))) {
            missed(file, "author", &gold["author"], &found["author"]);
        }
        if !shares.add("date", same_date(found["published"].as_str(), text(&gold, "published"))) {
            missed(file, "date", &gold["published"], &found["published"]);
        }
        let items = found["items"].as_array().cloned().unwrap_or_default();
        for comment in gold["comments"].as_array().into_iter().flatten() {
            let is_it = |item: &Value| {
                word_f1(text(item, "text"), text(comment, "text")) >= FOUND && item["author"] == comment["author"]
            };
            if !shares.add("comments", items.iter().any(is_it)) {
                missed(file, "comment", comment, &items.len());
            }
        }
    }
    let [right, wrong, lost] = sum;
    let mut figures = shares.figures();
    figures.insert("precision", right / (right + wrong));
    figures.insert("recall", right / (right + lost));
    figures.insert("f1", f1(right, wrong, lost));
    ARTICLES.check(&figures);
}

#[test]
fn threads_are_read_post_by_post() {
    let (mut all, mut have, mut hit, mut shares) = (0, 0, 0, Shares::default());
    for (gold, found) in read("threads") {
        let file = text(&gold, "file");
        let posts = gold["posts"].as_array().unwrap();
        let items = found["items"].as_array().cloned().unwrap_or_default();
        let of = |values: &[Value]| values.iter().map(|value| text(value, "text").to_owned()).collect::<Vec<_>>();
        let (wanted, read) = (of(posts), of(&items));
        let paired = pairs(&wanted, &read, FOUND);
        (all, have, hit) = (all + posts.len(), have + items.len(), hit + paired.len());
        if paired.len() < posts.len().max(items.len()) {
            missed(file, "posts", &posts.len(), &(items.len(), paired.len(), read));
        }
        for (at, item, _) in paired {
            let (post, item) = (&posts[at], &items[item]);
            if !shares.add("author", post["author"] == item["author"]) {
                missed(file, "author", &post["author"], &item["author"]);
            }
            if !text(post, "published").is_empty() {
                let date = post["published"].as_str().unwrap();
                let fits = same_date(item["published"].as_str(), date);
                if !shares.add("date", fits) {
                    missed(file, "date", &date, &item["published"]);
                }
            }
            for others in ["quoted", "signature"].iter().map(|key| text(post, key)).filter(|words| !words.is_empty()) {
                if !shares.add("apart", !leaks(others, text(item, "text"))) {
                    missed(file, "apart", &others, &item["text"]);
                }
            }
        }
    }
    let mut figures = shares.figures();
    let (wrong, lost) = ((have - hit) as f64, (all - hit) as f64);
    figures.insert("posts", f1(hit as f64, wrong, lost));
    figures.insert("precision", hit as f64 / have.max(1) as f64);
    figures.insert("recall", hit as f64 / all as f64);
    THREADS.check(&figures);
}

#[test]
fn sites_are_crawled_whole_and_thriftily() {
    let (mut all, mut have, mut hit, mut like_sum, mut shares) = (0, 0, 0, 0.0, Shares::default());
    let (mut requests, mut pages) = (0, 0);
    for site in CRAWLED {
        let server = Server::site(site);
        let url = server.url("/");
        let (address, now) = (server.address(), "2026-11-21T20:00:00Z");
        let args = [
            "crawl",
            "--allow-address",
            &address,
            "--since",
            "2026-01-01",
            "--now",
            now,
            "--format",
            "jsonl",
            "-q",
            &url,
        ];
        let found = Sandbox::new().run(&args).ended(0).json();
        let gold = std::fs::read_to_string(root().join("fixtures/web").join(site).join("gold.jsonl")).unwrap();
        let gold = gold.replace("http://SITE", &server.url(""));
        let gold: Vec<Value> = gold.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        requests += server.hits().len();
        let mut of_gold: Vec<&str> =
            gold.iter().map(|line| text(line, if line["kind"] == "post" { "thread_url" } else { "url" })).collect();
        of_gold.sort_unstable();
        of_gold.dedup();
        pages += of_gold.len();
        // A post is its words, who wrote them, and when: short answers are alike.
        let told =
            |value: &Value| format!("{} {} {}", text(value, "text"), text(value, "author"), text(value, "published"));
        let (wanted, read): (Vec<_>, Vec<_>) = (gold.iter().map(told).collect(), found.iter().map(told).collect());
        let paired = pairs(&wanted, &read, 0.5);
        (all, have, hit) = (all + gold.len(), have + found.len(), hit + paired.len());
        for (g, f, _) in paired {
            let (gold, found) = (&gold[g], &found[f]);
            like_sum += word_f1(text(found, "text"), text(gold, "text"));
            shares.add("author", gold["author"] == found["author"]);
            shares.add("date", gold["published"] == found["published"]);
            let quotes = gold["quoted"].as_array().into_iter().flatten().map(|quote| text(quote, "text"));
            for others in quotes.chain([text(gold, "signature")]).filter(|words| !words.is_empty()) {
                let own = leaks(others, text(gold, "text"));
                shares.add("apart", own || !leaks(others, text(found, "text")));
            }
        }
    }
    let mut figures = shares.figures();
    figures.insert("recall", hit as f64 / all as f64);
    // A document found twice is one too many.
    figures.insert("precision", hit as f64 / have.max(1) as f64);
    figures.insert("text", like_sum / hit.max(1) as f64);
    figures.insert("thrift", pages as f64 / requests.max(1) as f64);
    SITES.check(&figures);
}

#[test]
fn a_floor_that_is_broken_and_a_corpus_that_changed_are_told() {
    let corpus = Corpus { name: "planted", digest: "abc", floors: &[("f1", 0.9), ("date", 0.8)] };
    let figures = |f1: f64, date: f64| Figures::from([("f1", f1), ("date", date)]);
    assert_eq!(corpus.breaches("abc", &figures(0.9, 0.81)), Vec::<String>::new());
    assert_eq!(corpus.breaches("abc", &figures(0.8999, 0.81)), ["planted: f1 is 0.8999, below 0.9"]);
    let told = corpus.breaches("abd", &figures(0.95, 0.7));
    assert!(told[0].contains("the digest abd") && told[1].contains("date"), "{told:?}");
    assert_eq!(corpus.breaches("abc", &Figures::new()).len(), 2, "a figure that is not there is below any floor");
}
