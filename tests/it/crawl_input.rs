//! The crawl of pages that hold what no page should, read by the real readers. Numbers are those of the table of faults.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use vigie::{
    model::{Code, Entry, Harvest, Visit},
    source::Pages,
};

use super::{
    harvest::{Known, codes, harvest_with, settings},
    server::{Reply, Server},
};

/// Crawls one page that answers `reply`; what came of it, within ten seconds.
fn read(reply: Reply) -> Harvest {
    let server = Server::table([("/", reply)]);
    let start = Instant::now();
    let mut harvests =
        harvest_with(&settings(&[&server]), &[server.url("/")], Known::default(), Arc::new(Pages), Arc::default());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    harvests.retain(|harvest| harvest.asked == server.url("/"));
    assert_eq!(harvests.len(), 1);
    harvests.remove(0)
}

fn rss(items: &str) -> Reply {
    Reply::ok(feed(items)).header("Content-Type", "application/rss+xml")
}

fn feed(items: &str) -> String {
    format!("<rss version='2.0'><channel><title>f</title><link>https://f.example/</link>{items}</channel></rss>")
}

fn titles(harvest: &Harvest) -> Vec<&str> {
    harvest.entries.iter().map(|entry| entry.title.as_deref().unwrap_or_default()).collect()
}

fn failed(harvest: &Harvest) -> bool {
    matches!(harvest.visit, Visit::Failed(_)) && harvest.entries.is_empty()
}

#[test]
fn fault_12_a_feed_of_300_mb_is_refused() {
    let long = Reply::endless(format!("<item><title>{}</title></item>", "a".repeat(60_000)));
    let harvest = read(long.header("Content-Type", "application/rss+xml"));
    assert_eq!(codes(&harvest), [Code::TooLarge]);
    assert!(failed(&harvest));
}

#[test]
fn fault_13_of_too_many_items_the_newest_are_read_and_that_is_said() {
    let items: String = (0..40_000).map(|n| format!("<item><title>t{n}</title><guid>{n}</guid></item>")).collect();
    let harvest = read(rss(&items));
    assert_eq!((harvest.entries.len(), codes(&harvest)), (2_000, vec![Code::Partial]));
}

#[test]
fn fault_14_no_entity_of_a_document_is_expanded_and_none_is_fetched() {
    let spy = Server::start(|_| Reply::ok("<!ENTITY leaked 'leaked'>"));
    let laughs: String = (1..10).map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10))).collect();
    let outside = spy.url("/evil.dtd");
    for (doctype, entity) in [
        (format!("<!DOCTYPE rss [<!ENTITY l0 'lol'>{laughs}]>"), "&l9;"),
        (format!("<!DOCTYPE rss [<!ENTITY big '{}'>]>", "a".repeat(100_000)), "&big;&big;&big;"),
        ("<!DOCTYPE rss [<!ENTITY file SYSTEM 'file:///etc/passwd'>]>".into(), "&file;"),
        (format!("<!DOCTYPE rss SYSTEM '{outside}' [<!ENTITY % p SYSTEM '{outside}'> %p;]>"), "&leaked;"),
    ] {
        let items = format!("<item><title>Panne {entity} chez Atlas</title></item>");
        let harvest = read(rss("").header("X", "1"));
        assert!(harvest.entries.is_empty());
        let body = format!("<?xml version='1.0'?>{doctype}{}", feed(&items));
        let harvest = read(Reply::ok(body).header("Content-Type", "application/rss+xml"));
        let [title] = titles(&harvest)[..] else { panic!("{harvest:?}") };
        assert!(title.starts_with("Panne") && title.ends_with("chez Atlas") && title.len() < 60, "{title}");
        assert!(!title.contains("root:") && !title.contains("lollol"), "{title}");
    }
    assert!(spy.hits().is_empty());
}

#[test]
fn fault_15_nesting_without_end_costs_its_page_and_nothing_else() {
    for (open, close, levels) in [("<a>", "</a>", 100_000), ("<media:content url='x'>", "</media:content>", 20_000)] {
        let body = feed(&format!("<item><title>Atlas</title>{}{}</item>", open.repeat(levels), close.repeat(levels)));
        let harvest = read(Reply::ok(body).header("Content-Type", "application/rss+xml"));
        assert_eq!(codes(&harvest), [Code::TooDeep], "{open}");
        assert!(failed(&harvest));
    }
}

#[test]
fn fault_16_many_attributes_and_namespaces_cost_little() {
    let attributes: String = (0..60_000).map(|n| format!(" a{n}='1'")).collect();
    let namespaces: String = (0..60_000).map(|n| format!(" xmlns:n{n}='urn:{n}'")).collect();
    for many in [attributes, namespaces] {
        let start = Instant::now();
        let harvest = read(rss(&format!("<item{many}><title>Atlas</title></item>")));
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
        assert!(titles(&harvest) == ["Atlas"] || failed(&harvest), "{harvest:?}");
    }
}

#[test]
fn fault_17_html_without_end_is_cut_or_refused_in_a_feed_too() {
    for piece in ["<div>", "<ul><li>", "<b><a href=x>", "<table><tr><td>", "<font><p>", "<svg><g>"] {
        let deep = piece.repeat(100_000);
        let page =
            Reply::ok(format!("<title>Atlas</title><article><p>Bonjour</p>{deep}")).header("Content-Type", "text/html");
        let harvest = read(page);
        assert!(codes(&harvest).contains(&Code::TooDeep) || failed(&harvest) || harvest.entries.len() == 1, "{piece}");
        let start = Instant::now();
        let item = format!("<item><title>Atlas</title><description><![CDATA[Bonjour {deep}]]></description></item>");
        let harvest = read(rss(&item));
        assert_eq!(titles(&harvest), ["Atlas"], "{piece}: {:?}", harvest.incidents);
        assert!(harvest.entries[0].text.contains("Bonjour"), "{piece}");
        assert!(start.elapsed() < Duration::from_secs(6), "{piece}: {:?}", start.elapsed());
    }
}

#[test]
fn fault_18_texts_and_titles_without_end_are_cut() {
    let long = "Atlas ".repeat(1_000_000);
    let harvest = read(rss(&format!("<item><title>{long}</title><description>{long}</description></item>")));
    let [Entry { title, text, .. }] = &harvest.entries[..] else { panic!("{:?}", harvest.incidents) };
    assert!(title.as_ref().unwrap().chars().count() <= 1_000 && text.len() <= 100_000);
    let page = format!("<html><head><title>{long}</title></head><body class='{long}'><article><p>{long}</p>");
    let harvest = read(Reply::ok(page).header("Content-Type", "text/html"));
    for entry in &harvest.entries {
        assert!(entry.title.as_ref().is_none_or(|title| title.chars().count() <= 1_000) && entry.text.len() <= 100_000);
    }
}

#[test]
fn fault_19_every_coding_of_letters_is_read_whatever_its_label() {
    let xml = |said: &str, text: &str| {
        format!("<?xml version='1.0' encoding='{said}'?>{}", feed(&format!("<item><title>{text}</title></item>")))
    };
    let latin = |text: &str| text.chars().map(|c| c as u32 as u8).collect::<Vec<u8>>();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let brand = "Atlas Télécom";
    for (bytes, header, what) in [
        (latin(&xml("windows-1252", brand)), "application/xml", "said by the document"),
        (latin(&xml("utf-8", brand)), "application/xml; charset=utf-8", "wrongly labelled"),
        (latin(&xml("iso-8859-15", brand)), "text/xml; charset=iso-8859-15", "said by both"),
        ([&[0xff, 0xfe][..], &wide(&xml("utf-16", brand))].concat(), "application/xml", "UTF-16 with its mark"),
        (
            [b"\xef\xbb\xbf".as_slice(), xml("utf-8", brand).as_bytes()].concat(),
            "application/xml",
            "UTF-8 with its mark",
        ),
        ([b"\xff".as_slice(), xml("utf-8", brand).as_bytes()].concat(), "application/xml", "a stray byte before it"),
    ] {
        let harvest = read(Reply::ok(bytes).header("Content-Type", header));
        assert_eq!(titles(&harvest), [brand], "{what}: {:?}", harvest.incidents);
    }
    let broken = [xml("utf-8", "Panne \u{1}").replace('\u{1}', "").as_bytes(), b""].concat();
    let at = broken.windows(5).position(|five| five == b"Panne").unwrap();
    let broken = [&broken[..at], b"Panne \xff\xfe chez ", brand.as_bytes(), &broken[at + 5..]].concat();
    let harvest = read(Reply::ok(broken).header("Content-Type", "application/xml; charset=utf-8"));
    assert!(titles(&harvest)[0].contains(brand), "{harvest:?}");
}

#[test]
fn fault_20_utf_7_is_never_decoded() {
    let body = feed("<item><title>+ADw-script+AD4-alert(1)+ADw-/script+AD4- Atlas</title></item>");
    let harvest = read(Reply::ok(body).header("Content-Type", "application/xml; charset=utf-7"));
    assert!(titles(&harvest).iter().all(|title| title.contains("+ADw-") && !title.contains('<')), "{harvest:?}");
}

#[test]
fn fault_21_malformed_feeds_are_repaired_and_whole_items_kept() {
    let item = |text: &str| format!("<item><title>{text}</title><link>https://f.example/x</link></item>");
    for (bad, expected) in [
        ("R&D caf&eacute; Atlas", "R&D café Atlas"),
        ("Atlas & fils", "Atlas & fils"),
        ("gamer<3 aime Atlas", "gamer<3 aime Atlas"),
        ("Atlas &bogus; &#0; &#xffffff;", "Atlas"),
        ("<b>Atlas</i> gras", "Atlas gras"),
    ] {
        let harvest = read(rss(&item(bad)));
        let [title] = titles(&harvest)[..] else { panic!("{bad}: {harvest:?}") };
        assert!(title.starts_with(expected), "{bad}: {title}");
    }
    let whole = feed(&["un", "deux", "trois", "quatre"].map(|n| format!("<item><title>{n}</title></item>")).concat());
    let cut = &whole[..whole.find("trois").unwrap() + 3];
    let harvest = read(Reply::ok(cut).header("Content-Type", "application/rss+xml"));
    assert_eq!(titles(&harvest)[..2], ["un", "deux"]);
    assert!(codes(&harvest).iter().all(|code| code.is_warning()) && !harvest.incidents.is_empty());
}

#[test]
fn fault_22_control_characters_are_removed() {
    let harvest = read(rss(
        "<item><title>At\u{0}las\u{1b}[31m T\u{8}élé&#x1b;com&#0;</title><description>a\u{7f}b\u{9b}c&#x9b;d</description></item>",
    ));
    let entry = &harvest.entries[0];
    let all = format!("{}{}", entry.title.as_deref().unwrap(), entry.text);
    assert!(all.contains("Atlas"), "{all:?}");
    assert!(!all.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{all:?}");
}

#[test]
fn fault_23_a_login_page_or_nothing_where_a_feed_was_is_an_error_and_changes_no_state() {
    for (body, kind) in [
        ("", "application/rss+xml"),
        ("   \n", "text/html"),
        (
            "<html><head><title>Connexion</title></head><body><form><input type=password></form></body></html>",
            "text/html",
        ),
    ] {
        let harvest = read(Reply::ok(body).header("Content-Type", kind));
        assert_eq!(codes(&harvest), [Code::Unreadable], "{body}");
        assert!(failed(&harvest), "a failure leaves what is known of the page as it was");
    }
}

#[test]
fn fault_24_impossible_dates_are_no_dates() {
    // Days that stand, and those that nobody can have meant; documents take care of what lies ahead.
    for (said, year) in [
        ("Fri, 20 Nov 2026 10:00:00 GMT", Some(2026)),
        ("Mon, 30 Feb 2026 10:00:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("99999-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("-0044-03-15T00:00:00Z", None),
        ("-1", None),
        ("hier peut-être", None),
        ("", None),
    ] {
        let harvest = read(rss(&format!("<item><title>Atlas</title><pubDate>{said}</pubDate></item>")));
        let analysis = vigie::analysis::Analysis::new(&vigie::analysis::Settings {
            brands: Vec::new(),
            now: "2026-11-22T00:00:00Z".parse().unwrap(),
        });
        let entry = harvest.entries.into_iter().next().unwrap_or_else(|| panic!("{said}: the item is kept"));
        let document = analysis.document(&harvest.source, harvest.kind, entry);
        let stands = document.published.map(|at| at.strftime("%Y").to_string().parse().unwrap());
        assert_eq!(stands, year, "{said}: {document:?}");
    }
}

#[test]
fn fault_25_items_are_told_apart_without_or_in_spite_of_their_guids() {
    let ids = |items: &str| {
        let harvest = read(rss(items));
        let analysis = vigie::analysis::Analysis::new(&vigie::analysis::Settings {
            brands: Vec::new(),
            now: "2026-11-22T00:00:00Z".parse().unwrap(),
        });
        // The server has a port of its own each time; the items do not.
        let source = super::harvest::source("s", "https://f.example/feed");
        let documents = harvest.entries.into_iter().map(|entry| analysis.document(&source, harvest.kind, entry).id);
        let mut ids: Vec<String> = documents.collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let one_guid: String = (0..50)
        .map(|n| format!("<item><title>Sujet {n}</title><guid isPermaLink='false'>same</guid></item>"))
        .collect();
    let no_guid: String = (0..3).map(|n| format!("<item><title>Sujet {n}</title></item>")).collect();
    for (items, count) in [(one_guid.as_str(), 50), (&no_guid, 3)] {
        let first = ids(items);
        assert_eq!(first.len(), count);
        assert_eq!(first, ids(items), "the same the next night");
    }
    let item =
        |title: &str, link: &str| format!("<item><title>{title}</title><link>https://f.example/{link}</link></item>");
    assert_eq!(ids(&item("A", "a")), ids(&item("A, corrigé", "a?utm_source=rss#suite")), "an edited item is the same");
}
