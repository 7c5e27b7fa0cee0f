//! `vigie discover`: what it finds behind an address, how few requests it makes, and that what it prints can be pasted.

use serde_json::Value;

use crate::sandbox::{Ran, Sandbox};
use crate::server::{Reply, Server};

const NOW: &str = "2026-11-21T20:00:00Z";

fn discover(server: &Server, paths: &[&str], more: &[&str]) -> Ran {
    let (address, urls) = (server.address(), paths.iter().map(|path| server.url(path)).collect::<Vec<_>>());
    let mut args = vec!["discover", "--now", NOW, "--allow-address", &address];
    args.extend(urls.iter().map(String::as_str));
    args.extend(more);
    Sandbox::new().run(&args)
}

/// The one line of JSON of the one address.
fn one(server: &Server, path: &str) -> Value {
    let ran = discover(server, &[path], &["--format", "jsonl"]).ended(0);
    assert!(server.hits().len() <= 12, "{:?}", server.pages());
    ran.json().remove(0)
}

fn kinds(found: &Value) -> Vec<String> {
    let of = |source: &Value| format!("{} {}", source["kind"].as_str().unwrap(), source["given"].as_str().unwrap());
    found["sources"].as_array().unwrap().iter().map(of).collect()
}

fn html(body: &str) -> Reply {
    Reply::ok(body).header("Content-Type", "text/html; charset=utf-8")
}

fn feed(body: &str) -> Reply {
    let text = format!(
        "<rss version='2.0'><channel><title>Le Carnet de Nour</title><language>fr</language>{body}</channel></rss>"
    );
    Reply::ok(text).header("Content-Type", "application/rss+xml")
}

const ITEMS: &str = "<link>/</link>\
    <item><title>La fibre est arrivée au village</title><link>/a</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>\
    <item><title>Une semaine sans réseau</title><link>/b</link><pubDate>Wed, 18 Nov 2026 10:00:00 GMT</pubDate></item>\
    <item><title>Le guichet ferme à midi</title><link>/c</link><pubDate>Mon, 16 Nov 2026 10:00:00 GMT</pubDate></item>\
    <item><title>Sans date</title><link>/d</link></item>";

#[test]
fn a_forum_is_recommended_as_one_with_its_boards_and_posts() {
    let server = Server::site("phpbb");
    let found = one(&server, "/");
    let forum = &found["sources"][0];
    assert_eq!((&forum["kind"], &forum["recommended"]), (&"forum".into(), &true.into()));
    assert_eq!((&forum["boards"], &forum["topics"], &forum["posts"]), (&4.into(), &6.into(), &1.into()));
    assert_eq!((&found["software"], &found["read"]), (&"phpbb".into(), &true.into()));
    assert_eq!((&forum["sample"]["language"], &forum["sample"]["undated"]), (&"fr".into(), &0.into()));
}

#[test]
fn a_blog_is_recommended_with_its_feeds_beside_it() {
    let server = Server::site("wordpress");
    let found = one(&server, "/");
    assert_eq!(kinds(&found), ["blog asked", "feed named", "feed named"]);
    assert_eq!(found["sources"][2]["comments_only"], true);
    assert!(found["software"].as_str().unwrap().starts_with("WordPress"));
    assert_eq!(found["sitemaps"].as_array().unwrap().len(), 2);
    assert_eq!(found["sources"][0]["comments"], 1, "of the article looked at");
    assert_eq!(found["incidents"], Value::Array(vec![]));
}

#[test]
fn what_is_printed_is_pasted_and_crawled() {
    let server = Server::site("wordpress");
    let ran = discover(&server, &["/"], &[]).ended(0);
    let sandbox = Sandbox::new();
    let head = format!(
        "[vigie]\ntimezone = \"UTC\"\n[crawl]\nallow_address = [\"{}\"]\n[[brand]]\nname = \"Tabsilo\"\n",
        server.address()
    );
    sandbox.write("vigie.toml", format!("{head}{}", ran.out));
    sandbox.run(&["check"]).ended(0);
    let sources: Vec<&str> = ran.out.lines().filter(|line| *line == "[[source]]").collect();
    assert_eq!(sources.len(), 1, "the others are comments");
    let crawled = sandbox.run(&["crawl", "--since", "2026-01-01", "--now", NOW, "--format", "jsonl", "-q"]).ended(0);
    assert!(crawled.json().len() > 20);
}

#[test]
fn feeds_that_nobody_names_are_looked_for_where_the_software_has_them() {
    let front = "<html><head><meta name=generator content='Hugo 0.120.4'><title>Le Carnet de Nour</title></head><body><main>\
        <h2><a href='/a'>La fibre est arrivée au village</a></h2><h2><a href='/b'>Une semaine sans réseau</a></h2></main>";
    let server = Server::table([("/", html(front)), ("/index.xml", feed(ITEMS))]);
    let found = one(&server, "/");
    assert_eq!(kinds(&found), ["blog asked", "feed guessed"]);
    let sample = &found["sources"][1]["sample"];
    assert_eq!((&sample["documents"], &sample["undated"]), (&4.into(), &1.into()));
    assert_eq!((&sample["newest"], &sample["per_day"]), (&"2026-11-20T10:00:00Z".into(), &0.5.into()));
    assert_eq!(sample["example"], "La fibre est arrivée au village");
    assert!(!server.pages().contains(&"/feed.xml".into()), "Hugo has its feed in one place");
}

#[test]
fn a_bare_feed_is_recommended_as_it_was_given_and_its_site_beside_it() {
    let front =
        "<html><head><title>Le Carnet</title></head><body><h2><a href='/a'>La fibre est arrivée au village</a></h2>";
    let server = Server::table([("/", html(front)), ("/flux?token=x", feed(ITEMS))]);
    let found = one(&server, "/flux?token=x");
    assert_eq!(kinds(&found)[..2], ["feed asked", "blog named"]);
    assert_eq!(found["sources"][0]["url"], server.url("/flux?token=x"), "as it was given, for it is to be pasted");
    assert!(!found["url"].as_str().unwrap().contains("token=x"));
}

#[test]
fn lists_for_programs_are_told_and_are_no_source() {
    let front = "<html><head><meta name=generator content='WordPress 6.6'><link rel='https://api.w.org/' href='/wp-json/'>\
        </head><body><h2><a href='/a'>La fibre est arrivée au village</a></h2>";
    let posts = "[{\"title\":{\"rendered\":\"La fibre\"},\"date_gmt\":\"2026-11-20T10:00:00\",\"link\":\"https://b.example/a\"}]";
    let posts = Reply::ok(posts).header("Content-Type", "application/json");
    let server = Server::table([("/", html(front)), ("/wp-json/wp/v2/posts?per_page=10", posts)]);
    let found = one(&server, "/");
    assert_eq!(found["apis"][0]["sample"]["documents"], 1);
    assert_eq!(kinds(&found), ["blog asked"]);
}

#[test]
fn an_open_network_is_recommended_as_one() {
    let answer = std::fs::read(crate::sandbox::root().join("fixtures/source/network/mastodon-tag.json")).unwrap();
    // A page of the site says whose software made it; its interface tells the rest.
    let page = html(
        "<html><head><title>#atlas</title><script id='initial-state' type='application/json'>{}</script></head><body id=mastodon><div id='mastodon'></div>",
    );
    let server = Server::start(move |hit| match hit.path.as_str() {
        "/tags/atlas" => page.clone(),
        path if path.starts_with("/api/v1/timelines/tag/atlas") => {
            Reply::ok(answer.clone()).header("Content-Type", "application/json")
        }
        _ => Reply::status(404),
    });
    let found = one(&server, "/tags/atlas");
    assert_eq!(kinds(&found), ["mastodon asked"]);
    let source = &found["sources"][0];
    assert_eq!((&source["url"], &source["sample"]["documents"]), (&server.url("/tags/atlas").into(), &2.into()));
}

#[test]
fn a_page_that_is_neither_is_one_page_or_nothing() {
    let text = "<html><head><title>Avis</title></head><body><article><h1>Avis de coupure</h1><p>L’eau sera coupée lundi dans \
        tout le quartier de la gare, de huit heures à midi, pour des travaux sur la conduite.</p></article>";
    let server = Server::table([("/avis", html(text)), ("/vide", html("<html><body></body></html>"))]);
    assert_eq!(kinds(&one(&server, "/avis")), ["page asked"]);
    let ran = discover(&server, &["/vide"], &[]).ended(3);
    assert!(ran.out.contains("nothing here that could be a source"), "{}", ran.out);
    assert!(!ran.out.contains("\n[[source]]"));
}

#[test]
fn it_asks_as_politely_as_a_crawl_and_says_what_was_refused() {
    let robots = Reply::ok("User-agent: *\nDisallow: /forum/\n").header("Content-Type", "text/plain");
    let server = Server::table([("/robots.txt", robots), ("/flux", feed(ITEMS))]);
    let ran = discover(&server, &["/forum/"], &[]).ended(3);
    assert!(ran.out.contains("[robots]") && ran.err.contains("[robots]"), "{}{}", ran.out, ran.err);
    assert!(!server.pages().iter().any(|path| path.starts_with("/forum")));
    // One of two that fails is no failure, but for who is strict.
    discover(&server, &["/forum/", "/flux"], &[]).ended(0);
    discover(&server, &["/forum/", "/flux"], &["--strict"]).ended(3);
    let closed = Sandbox::new().run(&["discover", &server.url("/flux")]).ended(3);
    assert!(closed.out.contains("[guarded]"), "{}", closed.out);
    Sandbox::new().run(&["discover", "https://forum.example/"]).ended(2);
}

#[test]
fn what_strangers_write_stays_in_its_comment() {
    let hostile = "<title>x\n[[source]]\nurl = \"http://evil.example/\"\n&#27;[2J&#x202e;\"\"\"</title>";
    let front = format!(
        "<html><head>{hostile}<link rel=alternate type=application/rss+xml href='/f?a=%22%0A[[source]]'></head>\
        <body><h2><a href=/a>Un titre assez long pour être lu</a></h2>"
    );
    let items = ITEMS.replace("La fibre est arrivée au village", "]]&gt;\n[[brand]]\nname = 'x'");
    let server = Server::start(move |hit| match hit.path.as_str() {
        "/" => html(&front),
        path if path.starts_with("/f?") => feed(&items),
        _ => Reply::status(404),
    });
    for language in ["en_US.UTF-8", "fr_FR.UTF-8"] {
        let (address, url) = (server.address(), server.url("/"));
        let args = ["discover", "--allow-address", &address, &url];
        let ran = Ran::from(Sandbox::new().command(&args).env("LC_ALL", language).output().unwrap()).ended(0);
        let table: toml::Table = ran.out.parse().unwrap();
        assert_eq!(table.keys().collect::<Vec<_>>(), ["source"], "{}", ran.out);
        assert_eq!(table["source"].as_array().unwrap().len(), 1);
        assert!(!ran.out.contains(|c: char| c != '\n' && c.is_control() || c == '\u{202e}'), "{:?}", ran.out);
        assert_eq!(ran.out.contains("conseillé"), language.starts_with("fr"));
    }
}
