//! Tests of the reader of forums on pages of each engine's shape.

use super::lists::number;
use super::*;
use crate::model::Place;

fn source() -> Source {
    Source {
        name: "f".into(),
        kind: SourceKind::Auto,
        place: Place::Url("http://f.example/".into()),
        ..Source::of_file()
    }
}

fn found(url: &str, body: &str) -> Found {
    let page = Page { url: url.into(), dated: "2026-11-22T11:00:00Z".parse().ok(), ..Page::default() };
    let html = HtmlPage::new(body, &page, &TimeZone::UTC).unwrap();
    let engine = recognise(body, &html).expect("an engine");
    read(engine, &html, &page, &source())
}

#[test]
fn addresses_have_one_form_whatever_decorates_them() {
    let of =
        |address: fn(&Url) -> Option<At>, url: &str| address(&Url::parse(url).unwrap()).map(|at| String::from(at.url));
    let (phpbb, fluxbb) = (&phpbb::FACTS, &fluxbb::FACTS);
    for (url, expected) in [
        (
            "http://f.example/viewtopic.php?f=2&t=5&sid=0123456789abcdef0123456789abcdef#p9",
            Some("http://f.example/viewtopic.php?t=5"),
        ),
        (
            "http://f.example/b/viewtopic.php?t=5&start=20&view=print",
            Some("http://f.example/b/viewtopic.php?t=5&start=20"),
        ),
        ("http://f.example/viewtopic.php?t=5&start=0", Some("http://f.example/viewtopic.php?t=5")),
        ("http://f.example/viewtopic.php?p=9", None),
        ("http://f.example/posting.php?mode=reply&t=5", None),
        ("http://f.example/viewtopic.php?t=5%27", None),
    ] {
        assert_eq!(of(phpbb.topic, url).as_deref(), expected, "{url}");
    }
    assert_eq!(
        of(phpbb.board, "http://f.example/viewforum.php?start=25&f=3&x=1").as_deref(),
        Some("http://f.example/viewforum.php?f=3&start=25")
    );
    assert_eq!(
        of(fluxbb.topic, "http://f.example/viewtopic.php?id=7&p=2&x=1#p3").as_deref(),
        Some("http://f.example/viewtopic.php?id=7&p=2")
    );
    assert_eq!(
        of(fluxbb.topic, "http://f.example/viewtopic.php?id=7&action=new").as_deref(),
        Some("http://f.example/viewtopic.php?id=7")
    );
    assert_eq!(of(fluxbb.topic, "http://f.example/viewtopic.php?pid=7"), None);
}

#[test]
fn counts_are_read_as_people_write_them() {
    for (text, count) in
        [("1 234 Réponses", Some(1234)), ("12,345", Some(12_345)), ("Vues : 7", Some(7)), ("-", None), ("", None)]
    {
        assert_eq!(number(text), count, "{text}");
    }
}

#[test]
fn a_page_that_shows_nothing_is_said_to_be_closed() {
    let body = "<body id=\"phpbb\" class=\"section-viewforum\"><form id=login><input name=username></form></body>";
    let found = found("http://f.example/viewforum.php?f=9", body);
    assert!(found.entries.is_empty() && found.follow.is_empty());
    assert_eq!(found.incidents.iter().map(|incident| incident.code).collect::<Vec<_>>(), [Code::Unreadable]);
}

/// A post of phpBB.
fn post(number: u32, author: &str, words: &str) -> String {
    format!(
        "<div id=p{number} class=post><p class=author>par <strong>{author}</strong> » mar. 10 nov. 2026 10:00</p>\
         <div class=content>{words}</div></div>"
    )
}

#[test]
fn posts_without_words_are_posts_of_their_topic() {
    const PICTURE: &str = "<img src=a.jpg alt=Photo>";
    let page = |posts: &[String]| {
        let next = "<li class=next><a href='viewtopic.php?t=1&start=6'>2</a></li>";
        found("http://f.example/viewtopic.php?t=1", &format!("<body id=\"phpbb\">{}{next}", posts.concat()))
    };
    let pictures = page(&[post(4, "Eva", PICTURE), post(5, "Ali", PICTURE)]);
    assert_eq!((pictures.entries.len(), pictures.incidents), (0, vec![]));
    let next: Vec<_> = pictures.follow.iter().map(|next| (next.url.as_str(), next.role, next.step)).collect();
    assert_eq!(next, [("http://f.example/viewtopic.php?t=1&start=6", Role::Topic, Step::Next)]);
    let answered = page(&[post(4, "Eva", PICTURE), post(5, "Ali", "Joli.")]);
    assert_eq!(answered.entries.iter().map(|entry| entry.is_reply).collect::<Vec<_>>(), [true]);
}

#[test]
fn a_list_tells_of_the_last_post_whatever_its_address_looks_like() {
    let marks = |body: String| {
        let follow = found("http://f.example/", &body).follow;
        follow.into_iter().map(|request| (request.url, request.mark)).collect::<Vec<_>>()
    };
    let prosilver = |last: &str| {
        let cell = format!(
            "<dd class=lastpost><a href=member9.html>Eva</a>{last}<time datetime=2026-11-10T12:00:00Z></time></dd>"
        );
        marks(format!(
            "<body id=\"phpbb\"><ul class='topiclist forums'><li class=row><a class=forumtitle href=fibre-f1/>B</a>\
             <dd class=topics>1</dd><dd class=posts>8</dd>{cell}</li></ul><ul class='topiclist topics'><li class=row>\
             <a class=topictitle href=volets-t5.html>V</a><dd class=posts>7</dd><dd class=views>99</dd>{cell}</li></ul>"
        ))
    };
    let listed = |board: &str, topic: &str| {
        let of = |url: &str, mark: &str| (String::from(url), Some(String::from(mark)));
        vec![of("http://f.example/fibre-f1/", board), of("http://f.example/volets-t5.html", topic)]
    };
    for (last, board, topic) in [
        ("<a href='viewtopic.php?p=52#p52'>x</a>", "52 8", "52 7"),
        ("<a href='volets-t5.html#p52'>x</a>", "52 8", "52 7"),
        ("<a href='post52.html'>x</a>", "2026-11-10T12:00:00Z 8", "2026-11-10T12:00:00Z 7"),
    ] {
        assert_eq!(prosilver(last), listed(board, topic), "{last}");
    }
    let cell = "<td><p class=topicdetails>10 nov. 2026 12:00</p><p class=topicdetails><a href=member9.html>Eva</a>\
         <a href='volets-t5.html#p52'>x</a></p></td></tr></table>";
    let count = |n: u8| format!("<td><p class=topicdetails>{n}</p></td>");
    let subsilver = format!(
        "<div id=wrapheader>phpBB</div><table class=tablebg><tr><td><td><a class=forumlink href=fibre-f1/>B</a>{}{}{cell}\
         <table class=tablebg><tr><td><td><a class=topictitle href=volets-t5.html>V</a><td>{}{}{cell}",
        count(1),
        count(8),
        count(7),
        count(99)
    );
    assert_eq!(marks(subsilver), listed("52 8", "52 7"));
}

#[test]
fn a_member_called_like_a_zone_states_none() {
    for (author, words) in [("Nadia", "Bonjour."), ("SUTCLIFFE", "Bonjour."), ("Eva", "<p class=gensmall>UTC-5</p>")] {
        let posts = post(1, author, words);
        let footer = "<div id=page-footer><ul><li class=rightside>Heures au format UTC + 1 heure</li></ul></div>";
        let body = format!("<body id=\"phpbb\"><div id=page-body>{posts}</div>{footer}");
        let found = found("http://f.example/viewtopic.php?t=1", &body);
        assert_eq!(found.entries[0].published.unwrap().written(), "2026-11-10T10:00:00+01:00", "{author}");
    }
}

#[test]
fn posts_within_posts_are_one_post() {
    let body = format!(
        "<body id=\"phpbb\"><div id=p1 class=post><p class=author><strong><a class=username>Eva</a></strong></p>\
         <div class=content>Un<div id=p2 class=post><div class=content>Deux</div></div></div></div>{}",
        "<div class=post id=p7>".repeat(300)
    );
    let found = found("http://f.example/viewtopic.php?t=1", &body);
    assert_eq!(found.entries.len(), 1);
    assert_eq!(
        (found.entries[0].url.as_deref(), found.entries[0].author.as_deref()),
        (Some("http://f.example/viewtopic.php?p=1#p1"), Some("Eva"))
    );
}

#[test]
fn tables_hold_the_same_posts() {
    let body = "<div id=wrapheader>phpBB</div><div id=pageheader><h2><a class=titles href='viewtopic.php?t=4'>Volets</a></h2></div>\
        <p class=datetime>Heures au format UTC + 1 heure</p>\
        <table class=tablebg><tr><td><a name=p7></a><b class=postauthor>Nora</b></td>\
        <td class=gensmall><div><b>Sujet :</b> Volets</div><div><b>Publié :</b> Mar Oct 06, 2026 11:11 am&nbsp;</div></td></tr>\
        <tr><td><div class=postbody><div class=quotetitle>Karim a écrit :</div><div class=quotecontent>\
        <div class=quotetitle>Lila a écrit :</div><div class=quotecontent>Ils grincent ?</div>Non.</div>Les miens, si.</div>\
        <span class=postbody><br>_________________<br>Nora du 93</span>\
        <br><span class=gensmall>Dernière modification par Nora.</span></td></tr></table>";
    let found = found("http://f.example/viewtopic.php?t=4", body);
    let post = &found.entries[0];
    assert_eq!((post.author.as_deref(), post.title.as_deref()), (Some("Nora"), Some("Volets")));
    assert_eq!((post.text.as_str(), post.signature.as_deref()), ("Les miens, si.", Some("Nora du 93")));
    assert_eq!(post.url.as_deref(), Some("http://f.example/viewtopic.php?p=7#p7"));
    let quote = &post.quoted[0];
    assert_eq!((post.quoted.len(), quote.author.as_deref()), (1, Some("Karim")));
    assert!(quote.text.contains("Ils grincent ?") && quote.text.contains("Non."), "{}", quote.text);
    let instant = post.published.as_ref().and_then(|stamp| stamp.instant(&TimeZone::UTC));
    assert_eq!(instant.map(|at| at.to_string()).as_deref(), Some("2026-10-06T10:11:00Z"));
}

#[test]
fn every_fact_is_one_that_can_be_looked_for() {
    for facts in FACTS {
        Engine::new(facts);
        assert!(!facts.name.is_empty() && !facts.signs.is_empty() && !facts.post.block.is_empty(), "{}", facts.name);
    }
}
