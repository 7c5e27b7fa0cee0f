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
    let html = "<a href='?p=12&cpage=2#comments'>2</a><a href='?p=12&cpage=2&replytocom=3#respond'>x</a><a href='?p=9&cpage=1#comment-4'>Ali</a>";
    let found = pages(&page(html), Some("http://b.example/2026/11/a/?p=12"), Some("Une panne"));
    let about: Vec<_> = found.iter().map(|request| (&*request.url, request.told.title.as_deref())).collect();
    let (own, other) = ("http://b.example/2026/11/a/?p=12&cpage=2", "http://b.example/2026/11/a/?p=9&cpage=1");
    assert_eq!(about, [(own, Some("Une panne")), (other, None)]);
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

/// A comment's name, author, date, words, and what it answers.
type Shown = (String, Option<String>, Option<String>, String, Option<String>);

fn told(html: &str) -> Vec<Shown> {
    let told = |entry: Entry| {
        let parent = entry.parent_url.and_then(|url| Some(url.split_once('#')?.1.to_owned()));
        (entry.guid.unwrap(), entry.author, entry.published.map(|stamp| stamp.written()), entry.text, parent)
    };
    comments(html).into_iter().map(told).collect()
}

fn one(anchor: &str, author: &str, at: &str, text: &str, parent: Option<&str>) -> Shown {
    (anchor.into(), Some(author.into()), Some(at.into()), text.into(), parent.map(Into::into))
}

#[test]
fn pluxml_counts_by_article_and_tells_answers_by_their_level() {
    let block = |id: &str, level: u8, text: &str| {
        format!(
            "<div id={id} class='comment level-{level}'><div id=com-1><small><a class=nbcom href='index.php?article2/a#{id}'>#1</a> \
             <time datetime='2026-08-27 20:41'>jeudi 27 août 2026 - 20:41</time> - Nadia*K a dit : </small><blockquote>\
             <p class='content_com type-normal'>{text}</p></blockquote></div><a href='#form'>Répondre</a></div>"
        )
    };
    let html = block("c0002-1", 0, "Moi aussi.") + &block("c0002-2", 1, "Et moi.");
    let at = "2026-08-27T20:41:00";
    let second = one("c0002-2", "Nadia*K", at, "Et moi.", Some("c0002-1"));
    assert_eq!(told(&html), [one("c0002-1", "Nadia*K", at, "Moi aussi.", None), second]);
    assert_eq!(comments(&html)[0].url.as_deref(), Some("http://b.example/2026/11/a/index.php?article2/a#c0002-1"));
}

#[test]
fn dotclear_has_lists_of_definitions_and_of_items() {
    let old = "<dl><dt id=c30><a href='#c30' class=comment-number>1.</a> Le mercredi 18 novembre 2026, 08:00 par \
               <a href='https://n.example/'>Nadia</a></dt><dd><p>Un.</p><p>Deux.</p></dd>\
               <dt id=c31><a href='#c31' class=comment-number>2.</a> Le mercredi 18 novembre 2026, 09:03 par Ali K.</dt><dd><p>Trois.</p></dd></dl>";
    let second = one("c31", "Ali K.", "2026-11-18T09:03:00", "Trois.", None);
    assert_eq!(told(old), [one("c30", "Nadia", "2026-11-18T08:00:00", "Un.\nDeux.", None), second]);
    let new = "<ul><li id=c7 class=comment><p class=comment-info><a href='#c7' class=comment-number>1</a> De Jean - Luc - 18/11/2026, 08:00</p>\
               <div class=comment-content><p>Un.</p></div></li><li id=c8 class=ping><p class=comment-info><a href='#c8' class=comment-number>2</a>\
               De Ailleurs - 18/11/2026, 09:00</p><div class=comment-content><p>Un lien.</p></div></li></ul>";
    assert_eq!(told(new), [one("c7", "Jean - Luc", "2026-11-18T08:00:00", "Un.", None)]);
}

#[test]
fn blogger_has_threads_and_older_lists_and_its_addresses_tell_the_time() {
    let link = "a.html?showComment=1794985200000#c";
    let block = |id: &str, inner: &str| {
        format!(
            "<li class=comment id=c{id}><div class=comment-block><div class=comment-header><cite class=user><a href=x>Nadia</a></cite>\
             <span class=datetime><a href='{link}{id}'>18 novembre</a></span></div><p class=comment-content>Un {id}.</p></div>{inner}</li>"
        )
    };
    let html = block("7000000000000000030", &format!("<ol>{}</ol>", block("7000000000000000031", "")));
    let at = "2026-11-18T07:00:00Z";
    let first = one("c7000000000000000030", "Nadia", at, "Un 7000000000000000030.", None);
    let second = one("c7000000000000000031", "Nadia", at, "Un 7000000000000000031.", Some("c7000000000000000030"));
    assert_eq!(told(&html), [first, second]);
    let old = format!(
        "<dl><dt class=comment-author id=c7000000000000000032><a href=x>Ali</a> a dit…</dt><dd class=comment-body><p>Deux.</p></dd>\
         <dd class=comment-footer><span class=comment-timestamp><a href='{link}7000000000000000032'>18 novembre</a></span></dd></dl>"
    );
    assert_eq!(told(&old), [one("c7000000000000000032", "Ali", at, "Deux.", None)]);
}

#[test]
fn spip_and_drupal_name_a_comment_beside_it() {
    let message = |id: u8, inner: &str| {
        format!(
            "<li class=forum-fil><div class=forum-message><div class=forum-chapo><strong class=forum-titre><a href='#forum{id}' id=forum{id}>\
             Titre</a></strong><small>18 novembre 2026, 08:0{id}, par <span>Nadia</span></small></div><div class=forum-texte><p>Un {id}.</p>\
             <p class=repondre><a href=x>Répondre</a></p></div></div>{inner}</li>"
        )
    };
    let first = one("forum1", "Nadia", "2026-11-18T08:01:00", "Un 1.", None);
    let second = one("forum2", "Nadia", "2026-11-18T08:02:00", "Un 2.", Some("forum1"));
    let html = format!("<ul>{}</ul>", message(1, &format!("<ul>{}</ul>", message(2, ""))));
    assert_eq!(told(&html), [first, second]);
    let new = "<div class='comment hreview'><a id=comment3></a><a id=forum3></a><p class=comment-meta><small><abbr class=dtreviewed \
               title='2026-11-18T07:00:00Z'>18 novembre</abbr>, par <span class='vcard fn'>Ali</span></small></p><div class=comment-content><p>Un.</p></div></div>";
    assert_eq!(told(new), [one("forum3", "Ali", "2026-11-18T07:00:00Z", "Un.", None)]);
    let drupal = "<a id=comment-4></a><article class='comment js-comment' data-comment-user-id=0><p class=comment__author>Nadia</p>\
                  <p class=comment__time>18/11/2026 - 08:00</p><h3>Sujet</h3><div class=field--name-comment-body><p>Un.</p></div></article>\
                  <div class=indented><a id=comment-5></a><article class='comment js-comment' data-comment-user-id=0><p class=comment__author>Ali</p>\
                  <p class=comment__time>18/11/2026 - 09:00</p><div class=field--name-comment-body><p>Deux.</p></div></article></div>";
    let second = one("comment-5", "Ali", "2026-11-18T09:00:00", "Deux.", Some("comment-4"));
    assert_eq!(told(drupal), [one("comment-4", "Nadia", "2026-11-18T08:00:00", "Un.", None), second]);
}

#[test]
fn isso_is_asked_where_the_page_says_and_its_tree_is_read() {
    let html = "<section id=isso-thread data-isso-id='/posts/a/'></section><script data-isso='//avis.example:8111/' src=x></script>";
    let asked = ask_isso(&page(html), Some("http://b.example/posts/a/"), Some("Une panne")).unwrap();
    assert_eq!(asked.url, "http://avis.example:8111/?uri=%2Fposts%2Fa%2F");
    assert!(ask_isso(&page("<section id=isso-thread></section>"), None, None).is_none());
    let answer = serde_json::json!({"id": null, "total_replies": 3, "hidden_replies": 0, "replies": [
        {"id": 1, "parent": null, "created": 1789955622.9, "text": "<p>Un.</p><blockquote>Eux</blockquote>", "author": "Nadia", "likes": 2,
         "hidden_replies": 1, "replies": [{"id": 2, "parent": 1, "created": 1789955700.0, "text": "<p>Deux.</p>", "author": null}]},
        {"id": 3, "mode": 4, "created": 1, "text": "", "author": null}]});
    let answered = Page { url: asked.url.clone(), request: asked, ..Page::default() };
    let found = read_isso(&answer, &answered, &crate::model::Source::of_file()).unwrap().unwrap();
    let [first, second] = &found.entries[..] else { panic!("{found:?}") };
    assert_eq!(first.url.as_deref(), Some("http://b.example/posts/a/#isso-1"));
    assert_eq!((first.published.unwrap().written().as_str(), first.counts.likes), ("2026-09-21T01:53:42Z", Some(2)));
    assert_eq!((first.text.as_str(), first.quoted.len(), first.title.as_deref()), ("Un.", 1, Some("Une panne")));
    assert_eq!((second.author.as_deref(), &second.parent_url), (None, &first.url));
    let rest = "http://avis.example:8111/?uri=%2Fposts%2Fa%2F&parent=1&after=1789955700.0";
    assert_eq!(found.follow.iter().map(|request| request.url.as_str()).collect::<Vec<_>>(), [rest]);
    assert!(
        read_isso(&serde_json::json!({"replies": []}), &Page::default(), &crate::model::Source::of_file()).is_none()
    );
}

#[test]
fn comments_that_only_scripts_see_are_said_to_be_elsewhere() {
    let html = "<div id=disqus_thread></div><script>s.src='https://carnet-sud.disqus.com/embed.js'</script>";
    let said = Elsewhere::of(&page(html)).unwrap().to_string();
    assert!(said.contains("Disqus") && said.ends_with("https://carnet-sud.disqus.com/"), "{said}");
    assert_eq!(Elsewhere::of(&page("<p>disqus_thread")), None);
}
