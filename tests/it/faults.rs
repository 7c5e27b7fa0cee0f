//! A web that stalls, lies and breaks: each source costs itself an incident, the others nothing.

use std::time::{Duration, Instant};

use crate::sandbox::{NOW, Sandbox};
use crate::server::{Reply, Server};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Presse</title><link>https://p.example/</link><item>\
    <title>Atlas Télécom raccorde la vallée</title><link>https://p.example/1</link>\
    <pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate></item></channel></rss>";

/// A configuration of one source a path, named after it.
fn configure(sandbox: &Sandbox, server: &Server, paths: &[&str]) {
    let mut text = format!(
        "[vigie]\nlanguage = \"en\"\ntimezone = \"UTC\"\n[crawl]\ntimeout = \"1s\"\nmax_body = \"256 KiB\"\nallow_address = [\"{}\"]\n\
         [[brand]]\nname = \"Atlas Télécom\"\n",
        server.address()
    );
    for path in paths {
        text += &format!("[[source]]\nname = \"{}\"\nkind = \"feed\"\nurl = \"{}\"\n", &path[1..], server.url(path));
    }
    sandbox.write("vigie.toml", text);
}

#[test]
fn a_bad_source_costs_itself_an_incident_and_the_others_nothing() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let inside = format!("http://{}/secret", silent.local_addr().unwrap());
    let server = Server::table([
        ("/good", Reply::ok(FEED).header("Content-Type", "application/rss+xml")),
        ("/error", Reply::status(404)),
        ("/login", Reply::ok("<html><head><title>Connexion</title></head><body><form></form></body></html>")),
        ("/empty", Reply::ok("")),
        ("/slow", Reply::drip(FEED, Duration::from_millis(200))),
        ("/endless", Reply::endless(vec![b' '; 65_536])),
        ("/loop", Reply::to("/loop")),
        ("/inside", Reply::to(&inside)),
        ("/file", Reply::to("file:///etc/passwd")),
        ("/later", Reply::status(429).header("Retry-After", "99999999999")),
    ]);
    let sandbox = Sandbox::new();
    let paths = ["/good", "/error", "/login", "/empty", "/slow", "/endless", "/loop", "/inside", "/file", "/later"];
    configure(&sandbox, &server, &paths);
    let started = Instant::now();
    let ran = sandbox.run(&["scan", "--now", NOW]).ended(0);
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert!(ran.err.contains("9 failed") && ran.err.contains("incidents:"), "{}", ran.err);
    assert_eq!(sandbox.run(&["query"]).silent().csv().len(), 1);
    silent.set_nonblocking(true).unwrap();
    assert!(silent.accept().is_err(), "no private address is contacted");

    let failing = sandbox.run(&["sources", "--failing"]).silent().csv();
    let code = |name: &str| failing.iter().find(|row| row["name"] == name).map(|row| row["incident"].clone());
    for (name, expected) in [
        ("error", "status"),
        ("login", "unreadable"),
        ("empty", "unreadable"),
        ("slow", "timeout"),
        ("endless", "too_large"),
        ("loop", "redirect"),
        ("inside", "guarded"),
        ("later", "retry_later"),
    ] {
        assert_eq!(code(name).as_deref(), Some(expected), "{name}");
    }
    assert_eq!(code("good"), None);
    assert_eq!(failing.len(), 9);
    // Failed sources make the day of the run not comparable.
    let day = sandbox.report("brands.csv");
    assert!(day.lines().any(|line| line.contains("2026-11-22") && line.ends_with("false")), "{day}");
    assert!(day.lines().any(|line| line.contains("2026-11-20") && line.ends_with("true")), "{day}");

    // Who said "later" is not asked again before, and is then no source that was due.
    let asked = server.pages().iter().filter(|path| *path == "/later").count();
    sandbox.run(&["scan", "--now", "2026-11-22T04:15:00Z"]).ended(0);
    assert_eq!(server.pages().iter().filter(|path| *path == "/later").count(), asked);

    sandbox.run(&["scan", "--now", NOW, "--strict"]).ended(3);
    configure(&sandbox, &server, &["/error", "/loop"]);
    sandbox.run(&["scan", "--now", NOW]).ended(3);
}

#[test]
fn the_feed_of_a_host_that_says_no_is_not_asked_for() {
    let server = Server::table([("/robots.txt", Reply::ok("User-agent: *\nDisallow: /")), ("/good", Reply::ok(FEED))]);
    let sandbox = Sandbox::new();
    configure(&sandbox, &server, &["/good"]);
    let ran = sandbox.run(&["scan", "--now", NOW, "-v"]).ended(3);
    assert!(ran.err.contains("robots"), "{}", ran.err);
    assert_eq!(server.pages(), Vec::<String>::new());
}
