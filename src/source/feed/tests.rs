//! Tests of whole feeds: each kind once, the faults that real feeds have, and hostile ones.

use super::{FeedPage, entries, looks_like_feed, read};
use crate::model::Code;
use crate::text::charset;

const BLOG: &str = include_str!("../../../fixtures/source/feed/blog.xml");
const FORUM: &str = include_str!("../../../fixtures/source/feed/forum.atom.xml");
const RDF: &str = include_str!("../../../fixtures/source/feed/depeches.rdf.xml");
const JSON: &str = include_str!("../../../fixtures/source/feed/carnet.json");

fn page(text: &str) -> FeedPage {
    read(text, Some("https://blog.exemple/feed")).expect("a feed")
}

fn rss(items: &str) -> FeedPage {
    page(&format!("<rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>"))
}

fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("none")
}

fn date(value: Option<crate::model::Stamp>) -> String {
    value.map_or(String::from("none"), |stamp| stamp.written())
}

#[test]
fn a_broken_french_blog_is_read() {
    assert!(looks_like_feed(BLOG));
    let page = page(BLOG);
    assert_eq!(text(&page.title), "Chez Zitoun & fils – le blog");
    assert_eq!(text(&page.link), "https://blog.exemple/");
    assert_eq!(text(&page.description), "Le forfait, la fibre & le reste");
    assert_eq!(text(&page.language), "fr-FR");
    assert_eq!(date(page.updated), "2026-11-14T18:00:00+01:00");
    assert_eq!(page.items.len(), 3, "the one that is cut off is left out");
    let item = &page.items[0];
    assert_eq!(text(&item.title), "Déçu par Zitoun, R&D compris");
    assert_eq!(text(&item.url), "https://blog.exemple/decu?utm_source=rss&id=7");
    assert_eq!(text(&item.id), "blog-7");
    assert_eq!(text(&item.author), "Nadia B.");
    assert_eq!(date(item.published), "2026-11-14T17:33:05+01:00");
    assert_eq!(item.tags, ["Télécoms", "Prix"]);
    assert_eq!(text(&item.summary), "Un extrait\nsur deux lignes");
    assert_eq!(item.text, "La fibre a été coupée.\nTrois jours !");
    assert_eq!(item.replies, Some(12));
    assert_eq!(text(&item.comments_url), "https://blog.exemple/decu#commentaires");
    assert_eq!(text(&item.comments_feed), "https://blog.exemple/decu/feed");
    let item = &page.items[1];
    assert_eq!(text(&item.title), "Commentaire de gamer<3");
    assert_eq!(text(&item.url), "https://blog.exemple/relatif");
    assert_eq!(date(item.published), "2026-11-14T09:12:00");
    assert_eq!(item.text, "Premier paragraphe sur deux lignes.\nSecond.");
    assert_eq!((text(&page.items[2].id), text(&page.items[2].url)), ("none", "none"));
    assert_eq!(page.incidents.len(), 1);
    assert_eq!(page.incidents[0].0, Code::Partial);
}

#[test]
fn atom_is_read() {
    let page = read(FORUM, Some("https://forum.exemple/feed")).expect("a feed");
    assert_eq!(text(&page.title), "Forum <Box> & fibre");
    assert_eq!(text(&page.link), "https://forum.exemple/");
    assert_eq!(text(&page.id), "tag:forum.exemple,2026:/");
    assert_eq!(text(&page.author), "La modération");
    let item = &page.items[0];
    assert_eq!(text(&item.title), "Atlas ou Zitoun ?");
    assert_eq!(text(&item.url), "https://forum.exemple/t/12?p=1#p345");
    assert_eq!(text(&item.author), "rachid <3");
    assert_eq!((item.text.as_str(), item.quoted.as_slice()), ("Je change & vite.", &[String::from("Pas moi")][..]));
    assert!(text(&item.html).contains("<p>Je change &amp; vite.</p>"));
    assert_eq!(date(item.published), "2026-11-14T16:00:00Z", "no other date is written");
    assert_eq!(item.tags, ["Box et routeurs"]);
    assert_eq!(item.replies, Some(4));
    let item = &page.items[1];
    assert_eq!(text(&item.title), "رأيي في أطلس");
    assert_eq!(text(&item.url), "https://forum.exemple/t/13");
    assert_eq!(item.text, "الخدمة جيدة & سريعة");
    assert_eq!(text(&item.author), "La modération", "the feed's author is the entry's");
    assert_eq!(
        (date(item.published), date(item.updated)),
        ("2026-11-13T08:00:00Z".into(), "2026-11-14T08:00:00Z".into())
    );
    let entries = entries(&page);
    assert!(entries.iter().all(|entry| entry.permanent));
    assert_eq!((text(&entries[0].language), text(&entries[1].language)), ("fr", "ar"));
}

#[test]
fn rdf_is_read() {
    let page = page(RDF);
    assert_eq!(text(&page.title), "Dépêches");
    assert_eq!((text(&page.items[0].title), text(&page.items[0].url)), ("Sans adresse", "none"));
    let item = &page.items[1];
    assert_eq!((text(&item.id), text(&item.url)), ("urn:depeche:1", "https://depeches.exemple/1"));
    assert_eq!((text(&item.author), &*item.text), ("Agence", "Cent emplois."));
    assert_eq!(date(item.published), "2026-11-14T17:33:00+01:00");
    assert_eq!(item.tags, ["Commerce"]);
}

#[test]
fn json_is_read() {
    assert!(looks_like_feed(JSON));
    let page = page(JSON);
    assert_eq!((text(&page.title), text(&page.link)), ("Carnet d’été", "https://carnet.exemple/"));
    assert_eq!(text(&page.next), "https://carnet.exemple/feed.json?page=2");
    let item = &page.items[0];
    assert_eq!((text(&item.id), text(&item.title), text(&item.author)), ("12", "Zitoun <3", "Nadia"));
    assert_eq!((&*item.text, text(&item.summary)), ("Très bon.\nVraiment.", "Bon"));
    assert_eq!((date(item.published), date(item.updated)), ("2026-11-14T17:33:05+01:00".into(), "2026-11-15".into()));
    assert_eq!(item.tags, ["prix", "box"]);
    let item = &page.items[1];
    assert_eq!((&*item.text, text(&item.author), text(&item.url)), ("Une ligne\nUne autre & <fin>", "Salma", "none"));
    assert_eq!(date(item.published), "2026-11-14");
    assert!(read("{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [", None).is_err());
    assert!(super::read("{\"version\": \"https://jsonfeed.org/version/1\"}", None).expect("a feed").items.is_empty());
}

#[test]
fn a_mislabelled_feed_keeps_its_accents() {
    let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><item><title>Déçu : l’été à Salé</title></item></channel></rss>";
    let bytes = encoding_rs::WINDOWS_1252.encode(text).0;
    let decoded = charset::decode(&bytes, Some("application/rss+xml; charset=utf-8"));
    assert_eq!(page(&decoded).items[0].title.as_deref(), Some("Déçu : l’été à Salé"));
    let wide: Vec<u8> = text.replace("utf-8", "utf-16").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(page(&charset::decode(&wide, None)).items[0].title.as_deref(), Some("Déçu : l’été à Salé"));
}

#[test]
fn identity_is_stable_and_never_made_up() {
    let (first, again) = (page(BLOG), page(BLOG));
    assert_eq!(first, again);
    let same_guid = rss(&"<item><guid>1</guid><title>a</title></item>".repeat(3));
    assert!(same_guid.items.iter().all(|item| item.id.as_deref() == Some("1")));
}

#[test]
fn a_guid_that_is_an_address_is_the_address() {
    let page = rss(
        "<item><guid>https://a.example/1</guid></item><item><guid isPermaLink='false'>https://a.example/2</guid></item>",
    );
    assert_eq!((text(&page.items[0].url), text(&page.items[1].url)), ("https://a.example/1", "none"));
    let page = rss("<item><link>javascript:alert(1)</link></item><item><link>data:text/html,x</link></item>");
    assert!(page.items.iter().all(|item| item.url.is_none()));
}

#[test]
fn empty_media_elements_do_not_cost_the_feed() {
    let page = page(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:media=\"http://search.yahoo.com/mrss/\"><entry><title>t</title><media:group>\
         <media:title/><media:description></media:description><media:community><media:statistics views=\"5\"/></media:community>\
         </media:group></entry><entry><title type=\"x-y\">a &amp; b</title><content type=\"image/png\"/></entry></feed>",
    );
    assert_eq!((page.items.len(), page.items[0].views), (2, Some(5)));
    assert_eq!(text(&page.items[1].title), "a & b");
}

#[test]
fn names_that_make_the_parser_panic_are_read() {
    let page =
        rss("<item><author>« éric@exemple.fr »</author></item><item><author>“eric@exemple.fr” Éric</author></item>\
         <item><dc:creator><![CDATA[Éric — eric@exemple.fr]]></dc:creator></item>");
    let authors: Vec<&str> = page.items.iter().map(|item| text(&item.author)).collect();
    assert_eq!(authors[1..], ["Éric", "Éric"]);
}

#[test]
fn entities_of_a_document_type_are_not_expanded() {
    let lol =
        "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let page = page(&format!("{lol}<rss version=\"2.0\"><channel><item><title>&b; &x;</title></item></channel></rss>"));
    assert_eq!(text(&page.items[0].title), "&b; &x;");
}

#[test]
fn deep_feeds_are_refused_and_deep_html_is_read() {
    let deep = |open: &str, n: usize| format!("<rss version=\"2.0\"><channel><item>{}", open.repeat(n));
    for open in ["<media:content>", "<a>", "<itunes:category text='x'>"] {
        assert_eq!(read(&deep(open, 20_000), None).map_err(|(code, _)| code), Err(Code::TooDeep), "{open}");
    }
    let html = format!("<item><description>{}x</description></item>", "&lt;div&gt;".repeat(30_000));
    assert_eq!(rss(&html).items[0].text, "x");
}

#[test]
fn only_the_newest_items_are_read() {
    let item = |n: usize| {
        format!("<item><guid>{n}</guid><pubDate>{} Nov 2026 10:{:02}:00 GMT</pubDate></item>", 1 + n / 1000, n % 60)
    };
    let items: String = (0..2500).map(item).collect();
    let page = rss(&items);
    assert_eq!(page.items.len(), 2000);
    assert!(page.items.iter().all(|item| item.published.is_some()));
    assert_eq!(text(&page.items[1999].id), "2499", "the newest are at the end and the order is kept");
    assert_eq!(page.incidents.len(), 1);
}

#[test]
fn long_texts_and_titles_are_cut_between_characters() {
    let page = rss(&format!("<item><title>{0}</title><description>{0}</description></item>", "é".repeat(200_000)));
    assert_eq!(page.items[0].title.as_ref().map(|title| title.chars().count()), Some(1000));
    assert_eq!(page.items[0].text.len(), 100_000);
    assert_eq!(page.incidents[0].0, Code::Partial);
}

#[test]
fn controls_never_come_through() {
    let page =
        rss("<item><title>Zi\u{1b}[1m\u{0}toun &#27;&#x202e;</title><description>a\u{8}\u{85}b</description></item>");
    assert_eq!((text(&page.items[0].title), &*page.items[0].text), ("Zi[1mtoun", "ab"));
}

#[test]
fn what_is_no_feed_is_an_error() {
    for text in [
        "",
        " ",
        "<html><head><title>Connexion</title></head><body><form></form></body></html>",
        "{\"a\": 1}",
        "erreur 500",
        "<rss",
        "<!DOCTYPE html><p>x<feed>",
    ] {
        assert!(!looks_like_feed(text) || text.contains("<feed"), "{text}");
        if !text.contains("<feed") {
            assert_eq!(read(text, None).map_err(|(code, _)| code), Err(Code::Unreadable), "{text}");
        }
    }
}

#[test]
fn cut_anywhere_nothing_panics() {
    for text in [BLOG, FORUM, RDF, JSON] {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _ = read(&text[..end], Some("https://a.example/")).map(|page| entries(&page));
        }
    }
}
