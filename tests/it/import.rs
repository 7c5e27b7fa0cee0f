//! `vigie import`: each dialect against what a person reads in its file, the store, damage, archives, lists of feeds.

use std::io::Write;

use crate::sandbox::{NOW, Ran, Sandbox, root};

const LATER: &str = "2026-11-24T00:00:00Z";

fn fixture(name: &str) -> String {
    root().join("fixtures/intake").join(name).display().to_string()
}

fn import(args: &[&str]) -> Ran {
    Sandbox::new().run(&[&["import", "--now", LATER], args].concat())
}

/// Every document of a file has the fields that its gold says, and there are no others.
#[track_caller]
fn as_gold(name: &str, args: &[&str]) {
    let gold = std::fs::read_to_string(fixture(&format!("{name}.gold.jsonl"))).unwrap();
    let gold: Vec<serde_json::Value> = gold.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let documents = import(&[args, &[&fixture(name)]].concat()).ended(0).json();
    assert_eq!(documents.len(), gold.len(), "{name}");
    for (document, gold) in documents.iter().zip(&gold) {
        for (field, value) in gold.as_object().unwrap() {
            assert_eq!(&document[field], value, "{name}: {field} of {document}");
        }
    }
}

#[test]
fn exports_of_every_tool_are_what_a_person_reads_in_them() {
    for name in [
        "meltwater-classic.csv",
        "meltwater.csv",
        "talkwalker.csv",
        "talkwalker.json",
        "brandwatch.csv",
        "brandwatch.json",
        "youscan.jsonl",
        "mention.csv",
    ] {
        as_gold(name, &[]);
    }
}

#[test]
fn any_table_is_read_by_a_map_and_the_whole_column_says_where_the_month_is() {
    as_gold(
        "avis.csv",
        &[
            "--map",
            "text=Avis,rating=Note,published=Date de dépôt,author=Client",
            "--kind",
            "review",
            "--source",
            "boutique",
        ],
    );
}

#[test]
fn what_is_not_known_is_refused_with_its_columns_before_anything_is_read() {
    let sandbox = Sandbox::new();
    sandbox.write("a.csv", "Foo,Bar\n1,2\n");
    sandbox.write("b.csv", "Foo;Bar baz\n1;2\n");
    let ran = sandbox.run(&["import", "a.csv", "b.csv"]).ended(2);
    assert!(ran.err.contains("a.csv has the heading of no tool") && ran.err.contains("Foo, Bar baz"), "{}", ran.err);
    for (args, told) in [
        (&["import", "nowhere.csv"][..], "cannot be read"),
        (&["import", "--map", "text=Baz", "a.csv"], "--map"),
        (&["import", "--map", "texte=Bar", "a.csv"], "is no field"),
        (&["import", "--dialect", "meltwater", "a.csv"], "no heading of Meltwater"),
        (&["import", "--brand", "A", "-c", "vigie.toml", "a.csv"], "exclude"),
    ] {
        let ran = sandbox.run(args).ended(2);
        assert!(ran.err.contains(told), "{args:?}: {}", ran.err);
    }
}

#[test]
fn bad_rows_are_told_by_number_and_the_rest_is_kept() {
    let sandbox = Sandbox::new();
    sandbox.write("x.csv", "text,url\nun,https://a.example/1\n,\n,https://a.example/2\ntrois,a,b\n\"ouvert,x\nfin,y\n");
    let ran = sandbox.run(&["import", "x.csv"]).ended(0);
    let texts: Vec<_> = ran.json().iter().map(|document| document["text"].clone()).collect();
    assert_eq!(texts, ["un", "\"ouvert", "fin"]);
    assert!(ran.err.contains("x.csv:row 4: neither a text nor a title"), "{}", ran.err);
    assert!(ran.err.contains("x.csv:row 5: 3 cells below a heading of 2"), "{}", ran.err);
    sandbox.run(&["import", "--strict", "x.csv"]).ended(1);
    sandbox.write("none.csv", "text,url\n,https://a.example/2\n");
    sandbox.run(&["import", "none.csv"]).ended(1);
}

/// A store for two brands.
fn stored() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "vigie.toml",
        "[vigie]\ntimezone = \"UTC\"\nlanguage = \"en\"\n[[brand]]\nname = \"Atlas Télécom\"\n[[brand]]\nname = \"Zitoun\"\n\
         [[source]]\nurl = \"https://forum.example/\"\naudience = 90000\n",
    );
    sandbox
}

#[test]
fn what_is_imported_is_scored_stored_and_reported_as_all_else_and_once() {
    let sandbox = stored();
    let files = [fixture("meltwater-classic.csv"), fixture("brandwatch.csv")];
    let args = [&["import", "--now", LATER, "-v"][..], &files.each_ref().map(String::as_str)].concat();
    let first = sandbox.run(&args).ended(0);
    assert!(first.err.contains("6 new documents") && first.err.contains("6 new mentions"), "{}", first.err);
    let rows = sandbox.run(&["query"]).silent().csv();
    assert_eq!(rows.len(), 6);
    assert!(rows.iter().all(|row| row["source_kind"] == "import"));
    let forum = rows.iter().find(|row| row["source"] == "forum.example").unwrap();
    assert_eq!(forum["reach_basis"], "audience", "a configured source of that name says what its audience is");
    let again = sandbox.run(&args).ended(0);
    assert!(again.err.contains("2 read before"), "{}", again.err);
    let forced = sandbox.run(&[&args[..], &["--again"]].concat()).ended(0);
    assert!(forced.err.contains("0 new documents"), "{}", forced.err);
    sandbox.run(&["report", "--now", LATER]).silent();
    assert_eq!(crate::sandbox::rows(&sandbox.report("mentions.csv")).len(), 6);
    let sources = sandbox.run(&["sources"]).silent().csv();
    assert!(sources.iter().any(|row| row["name"] == "brandwatch.csv" && row["kind"] == "import"));
}

#[test]
fn without_a_store_mentions_of_the_brands_stream_out() {
    let ran = import(&["--brand", "Atlas Télécom", "--format", "csv", &fixture("brandwatch.csv")]).ended(0);
    let rows = ran.csv();
    assert_eq!(rows.len(), 3);
    assert_eq!((rows[0]["author"].as_str(), rows[0]["brand"].as_str()), ("lina", "Atlas Télécom"));
    import(&["--format", "csv", &fixture("brandwatch.csv")]).ended(2);
}

#[test]
fn documents_of_ours_come_back_as_they_were() {
    let sandbox = Sandbox::new();
    let site = root().join("fixtures/site").display().to_string();
    let crawled = sandbox.run(&["crawl", "--format", "jsonl", "--now", NOW, &site]).ended(0);
    let back = sandbox.feed(&["import", "--now", NOW, "-"], &crawled.out).ended(0);
    let (crawled, back) = (crawled.json(), back.json());
    assert!(crawled.len() > 20);
    assert_eq!(crawled.len(), back.len());
    for (mut one, mut other) in crawled.into_iter().zip(back) {
        for document in [&mut one, &mut other] {
            // Files are no source of an import, and the language is found again from the same words.
            document["language"].take();
        }
        assert_eq!(one, other);
    }
}

#[test]
fn an_import_that_is_stopped_goes_on_where_it_was() {
    let sandbox = stored();
    let mut text = String::from("id,text,url,date\n");
    for n in 0..6_000 {
        text += &format!("{n},Atlas Télécom numéro {n},https://a.example/{n},2026-11-20\n");
    }
    sandbox.write("long.csv", &text);
    let mut child = sandbox.command(&["import", "--now", LATER, "long.csv"]).spawn().unwrap();
    let begun = || -> rusqlite::Result<bool> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let store = rusqlite::Connection::open_with_flags(sandbox.path("vigie.db"), flags)?;
        store.query_row("SELECT 1 FROM page WHERE url LIKE 'import:%' AND mark > 0", [], |_| Ok(true))
    };
    while child.try_wait().unwrap().is_none() && !begun().unwrap_or(false) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let ran = sandbox.run(&["import", "--now", LATER, "-v", "long.csv"]).ended(0);
    assert!(ran.err.contains("items") && !ran.err.contains("6000 items"), "{}", ran.err);
    assert_eq!(sandbox.run(&["query"]).silent().csv().len(), 6_000);
}

fn record(kind: &str, url: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-20T08:00:00Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn answer(url: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{headers}\r\n");
    record("response", url, &[head.as_bytes(), body].concat())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn article(title: &str, date: &str) -> Vec<u8> {
    let text =
        "Atlas Télécom a encore coupé le réseau de tout un quartier, disent des abonnés qui attendent depuis hier. ";
    format!(
        "<html lang=fr><head><title>{title}</title><meta property=og:type content=article></head><body><article>\
         <h1>{title}</h1><p class=date>{date}</p><p>{}</p><p>{}</p></article></body></html>",
        text.repeat(3),
        text.repeat(2)
    )
    .into_bytes()
}

#[test]
fn archives_are_read_page_by_page_packed_or_not_and_as_far_as_they_are_whole() {
    let topic = std::fs::read(root().join("fixtures/web/fluxbb/pages/topic-2.html")).unwrap();
    let chunked = |body: &[u8]| [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat();
    let one = article("Le réseau tombe à Fès", "il y a 2 heures");
    let packed = chunked(&gzip(&article("Le réseau tombe à Oujda", "20 novembre 2026")));
    let records = [
        record("warcinfo", "https://a.example/", b"software: ours\r\n"),
        answer("https://journal.example/2026/11/fes", "", &one),
        answer(
            "https://journal.example/2026/11/oujda",
            "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
            &packed,
        ),
        answer("https://journal.example/2026/11/cache", "X-Robots-Tag: noindex\r\n", &article("Caché", "hier")),
        answer("https://forum.example/viewtopic.php?id=2", "", &topic),
        record("response", "https://a.example/x.png", b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG"),
        answer("https://journal.example/2026/11/fin", "", &article("La fin", "hier")),
    ];
    let sandbox = Sandbox::new();
    sandbox.write("a.warc", records.concat());
    sandbox.write("a.warc.gz", records.iter().flat_map(|record| gzip(record)).collect::<Vec<_>>());
    let plain = sandbox.run(&["import", "--now", LATER, "a.warc"]).ended(0);
    let documents = plain.json();
    let fes = documents.iter().find(|document| document["url"] == "https://journal.example/2026/11/fes").unwrap();
    assert_eq!((&fes["kind"], &fes["source"]), (&"article".into(), &"journal.example".into()));
    assert_eq!(fes["published"], "2026-11-20T06:00:00Z", "two hours before it was fetched");
    assert!(documents.iter().any(|document| document["title"] == "Le réseau tombe à Oujda"));
    let posts: Vec<_> = documents.iter().filter(|document| document["kind"] == "post").collect();
    assert!(posts.len() > 1 && posts.iter().all(|post| post["source"] == "forum.example"), "a topic is its posts");
    assert!(!plain.out.contains("Caché"), "what a site reserves is not kept");
    assert!(plain.out.contains("La fin"));
    let zipped = sandbox.run(&["import", "--now", LATER, "a.warc.gz"]).ended(0);
    assert_eq!(plain.out, zipped.out);
    for (name, jobs) in [("a.warc", "1"), ("a.warc.gz", "4")] {
        let whole = std::fs::read(sandbox.path(name)).unwrap();
        sandbox.write("cut", &whole[..whole.len() - 200]);
        let cut = sandbox.run(&["import", "--now", LATER, "--jobs", jobs, "cut"]).ended(0);
        assert!(cut.err.contains("cut:row 7: the file"), "{name}: {}", cut.err);
        assert_eq!(cut.json().len(), documents.len() - 1, "{name}");
    }
}

#[test]
fn a_dry_run_says_what_a_file_is_taken_for_and_keeps_nothing() {
    let sandbox = stored();
    let ran = sandbox.run(&["import", "--dry-run", &fixture("meltwater-classic.csv")]).silent();
    for told in [
        "UTF-16LE, tab",
        "Meltwater, classic export",
        "excerpt = Hit Sentence",
        "not read:",
        "Sentiment",
        "panne-atlas",
    ] {
        assert!(ran.out.contains(told), "{told}: {}", ran.out);
    }
    assert!(!sandbox.path("vigie.db").exists());
}
