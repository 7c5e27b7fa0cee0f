//! Tests of the readers of comments, by the markup of each engine.

use jiff::tz::TimeZone;

use super::*;
use crate::model::Page;

fn page(html: &str) -> HtmlPage {
    let page = Page { url: "http://b.example/2026/11/a/".into(), ..Page::default() };
    HtmlPage::new(html, &page, &TimeZone::UTC).unwrap()
}

fn comments(html: &str) -> Vec<Entry> {
    read(&page(html), Some("http://b.example/2026/11/a/"), Some("Une panne"))
}

const LIST: &str = "<ol class=comment-list><li id=comment-4 class='comment even'><article class=comment-body>\
    <footer class=comment-meta><div class='comment-author vcard'><b class=fn>Nadia K.</b> <span class=says>dit :</span></div>\
    <div class=comment-metadata><a href='http://b.example/2026/11/a/comment-page-2/#comment-4'><time datetime='2026-11-20T10:05:00+01:00'>20 nov.</time></a></div></footer>\
    <div class=comment-content><p>Moi aussi.</p><blockquote><p>La box ne marche plus</p></blockquote><pre>ping a</pre></div>\
    <div class=reply><a href='?replytocom=4#respond'>Répondre</a></div></article>\
    <ol class=children><li id=comment-7 class=comment><article class=comment-body><div class='comment-author vcard'><b class=fn>Ali</b></div>\
    <div class=comment-content><p>Même chose</p></div></article></li></ol></li>\
    <li id=comment-9 class='pingback'><div class=comment-body>Ping : <a href=x>Ailleurs</a></div></li></ol>";

#[test]
fn each_comment_has_its_author_date_address_and_words() {
    let found = comments(LIST);
    assert_eq!(found.len(), 2, "a pingback says nothing: {found:?}");
    let first = &found[0];
    assert_eq!(
        (first.kind, first.author.as_deref(), first.text.as_str()),
        (Kind::Comment, Some("Nadia K."), "Moi aussi.")
    );
    assert_eq!(first.url.as_deref(), Some("http://b.example/2026/11/a/comment-page-2/#comment-4"));
    assert_eq!(first.published.unwrap().written(), "2026-11-20T10:05:00+01:00");
    assert_eq!((first.quoted[0].text.as_str(), first.code.as_deref()), ("La box ne marche plus", Some("ping a")));
    assert_eq!(first.parent_url.as_deref(), Some("http://b.example/2026/11/a/"));
    let second = &found[1];
    assert_eq!((second.author.as_deref(), second.text.as_str(), second.published), (Some("Ali"), "Même chose", None));
    assert_eq!(second.url.as_deref(), Some("http://b.example/2026/11/a/#comment-7"));
    assert_eq!(second.parent_url, first.url, "one address for the comment and for who answers it");
    assert_eq!((second.title.as_deref(), second.is_reply), (Some("Une panne"), true));
}

#[test]
fn paragraphs_of_old_themes_are_put_together() {
    let found = comments(
        "<li id=comment-1><div class=comment-body><div class=comment-author>Eva</div><p>Un.</p><p>Deux.</p></div></li>",
    );
    assert_eq!((found[0].text.as_str(), found[0].author.as_deref()), ("Un.\nDeux.", Some("Eva")));
}

#[test]
fn further_pages_are_led_to_once() {
    let html = "<a href='comment-page-1/#comments'>Avant</a><a href='/2026/11/a/comment-page-1/?replytocom=3#respond'>x</a>\
                <a href='/comment-page-x/'>y</a>";
    let urls: Vec<String> = pages(&page(html), None, None).into_iter().map(|request| request.url).collect();
    assert_eq!(urls, ["http://b.example/2026/11/a/comment-page-1/"]);
    assert_eq!(article_of("http://b.example/a/comment-page-2/#comment-5"), "http://b.example/a/");
    assert_eq!(article_of("http://b.example/a/?p=1&cpage=2#comment-5"), "http://b.example/a/?p=1");
    assert_eq!(
        article_of("http://b.example/index.php?article4/panne#c0004-2"),
        "http://b.example/index.php?article4/panne"
    );
    assert_eq!(article_of("http://b.example/a.html?showComment=1#c5"), "http://b.example/a.html");
}

#[test]
fn deep_answers_cost_little() {
    let open: String = (0..250).map(|n| format!("<li id=comment-{n}><div class=comment-content>x</div><ol>")).collect();
    let start = std::time::Instant::now();
    assert_eq!(comments(&open).len(), 250);
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
