//! Night after night: what grows, what lies, what fails again and again, and what was left for later.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::sandbox::{Ran, Sandbox};
use crate::server::{Reply, Server};

/// A configuration of these sources, each `name url and more keys`.
pub fn configure(sandbox: &Sandbox, servers: &[&Server], crawl: &str, sources: &[(&str, String, &str)]) {
    let opened: Vec<String> = servers.iter().map(|server| format!("{:?}", server.address())).collect();
    let mut text = format!(
        "[vigie]\nlanguage = \"en\"\ntimezone = \"UTC\"\n[crawl]\nallow_address = [{}]\n{crawl}\n[[brand]]\nname = \"Atlas\"\n",
        opened.join(", ")
    );
    for (name, url, keys) in sources {
        text += &format!("[[source]]\nname = \"{name}\"\nurl = \"{url}\"\n{keys}\n");
    }
    sandbox.write("vigie.toml", text);
}

pub fn night(day: u32) -> String {
    format!("2026-11-{day:02}T03:15:00Z")
}

pub fn scan(sandbox: &Sandbox, day: u32, rest: &[&str]) -> Ran {
    let now = night(day);
    let mut args = vec!["scan", "--now", &now, "-v"];
    args.extend(rest);
    sandbox.run(&args)
}

/// What was asked for since `from`, but for what hosts say of themselves.
pub fn asked(server: &Server, from: &mut usize) -> Vec<String> {
    let pages = server.pages();
    let new = pages[*from..].to_vec();
    *from = pages.len();
    new
}

pub fn stored(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.run(&["query", "--format", "jsonl"]).ended(0).json()
}

pub fn source(sandbox: &Sandbox, name: &str) -> Value {
    let all = sandbox.run(&["sources", "--format", "jsonl"]).ended(0).json();
    all.into_iter().find(|source| source["name"] == name).unwrap()
}

pub fn feed(items: impl IntoIterator<Item = String>) -> Reply {
    let items: String = items.into_iter().collect();
    let body = format!("<rss version='2.0'><channel><title>Presse</title>{items}</channel></rss>");
    Reply::ok(body).header("Content-Type", "application/rss+xml")
}

fn item(number: usize) -> String {
    format!(
        "<item><title>Atlas, nouvelle {number}</title><guid isPermaLink='false'>n{number}</guid>\
         <pubDate>Fri, 20 Nov 2026 {:02}:{:02}:00 GMT</pubDate></item>",
        number / 60 % 24,
        number % 60
    )
}

/// A forum of phpBB with one board and two topics, ten posts a page; the first topic has so many posts.
fn forum(posts: Arc<AtomicUsize>) -> Server {
    let page = |body: String| {
        Reply::ok(format!("<html lang=fr><body id=\"phpbb\"><div id=page-body>{body}</div>Powered by phpBB"))
            .header("Content-Type", "text/html; charset=utf-8")
    };
    let post = |topic: usize, n: usize| {
        let id = topic * 1_000 + n;
        format!(
            "<div id=\"p{id}\" class=\"post\"><div class=postbody><p class=author>par <a class=username>membre{n}</a> » \
             <time datetime=\"2026-11-10T10:{n:02}:00+00:00\">mar. 10 nov. 2026</time></p>\
             <div class=content>Atlas, message {n} du sujet {topic}</div></div></div>"
        )
    };
    let row = move |class: &str, link: &str, counts: &str, last: usize| {
        format!(
            "<ul class='topiclist {class}'><li class=row><dl>{link}{counts}<dd class=lastpost>\
             <a href='./viewtopic.php?p={last}#p{last}'>x</a> <time datetime='2026-11-10T12:00:00+00:00'></time></dd></dl></li></ul>"
        )
    };
    Server::start(move |hit| {
        let first = posts.load(Ordering::SeqCst);
        let (path, query) = hit.path.split_once('?').unwrap_or((&hit.path, ""));
        match (path, query) {
            ("/", _) => page(row(
                "forums",
                "<a class=forumtitle href='./viewforum.php?f=1&amp;sid=0123456789abcdef0123456789abcdef'>Opérateurs</a>",
                &format!("<dd class=topics>2</dd><dd class=posts>{}</dd>", first + 1),
                1_000 + first,
            )),
            ("/viewforum.php", "f=1") => {
                let topic = |number: usize, last: usize| {
                    let link =
                        format!("<a class=topictitle href='./viewtopic.php?f=1&amp;t={number}'>Sujet {number}</a>");
                    let counts = format!("<dd class=posts>{}</dd><dd class=views>{}</dd>", last - 1, last * 7);
                    row("topics", &link, &counts, number * 1_000 + last)
                };
                page(topic(1, first) + &topic(2, 1))
            }
            ("/viewtopic.php", query) if query.starts_with("t=") => {
                let topic: usize = query[2..].split('&').next().unwrap().parse().unwrap();
                let start: usize = query.split("start=").nth(1).map_or(0, |start| start.parse().unwrap());
                let last = if topic == 1 { first } else { 1 };
                let shown: String = (start + 1..=last.min(start + 10)).map(|n| post(topic, n)).collect();
                let next = match start + 10 < last {
                    true => format!(
                        "<li class=next><a href='./viewtopic.php?t={topic}&amp;start={}'>→</a></li>",
                        start + 10
                    ),
                    false => String::new(),
                };
                page(format!(
                    "<h2 class=topic-title><a href='./viewtopic.php?t={topic}'>Sujet {topic}</a></h2>{shown}{next}"
                ))
            }
            _ => Reply::status(404),
        }
    })
}

#[test]
fn of_a_forum_that_grows_only_what_can_hold_new_posts_is_asked_for() {
    let posts = Arc::new(AtomicUsize::new(23));
    let server = forum(Arc::clone(&posts));
    let (sandbox, mut from) = (Sandbox::new(), 0);
    configure(&sandbox, &[&server], "", &[("forum", server.url("/"), "")]);
    scan(&sandbox, 12, &[]).ended(0);
    let all = [
        "/",
        "/viewforum.php?f=1",
        "/viewtopic.php?t=1",
        "/viewtopic.php?t=1&start=10",
        "/viewtopic.php?t=1&start=20",
        "/viewtopic.php?t=2",
    ];
    let mut first = asked(&server, &mut from);
    first.sort();
    assert_eq!(first, all);
    assert_eq!(stored(&sandbox).len(), 24);
    scan(&sandbox, 13, &[]).ended(0);
    assert_eq!(asked(&server, &mut from), ["/"], "a quiet night");
    posts.store(24, Ordering::SeqCst);
    scan(&sandbox, 14, &[]).ended(0);
    assert_eq!(asked(&server, &mut from), ["/", "/viewforum.php?f=1", "/viewtopic.php?t=1&start=20"], "one new post");
    assert_eq!(stored(&sandbox).len(), 25);
    posts.store(35, Ordering::SeqCst);
    scan(&sandbox, 15, &[]).ended(0);
    let pages = ["/", "/viewforum.php?f=1", "/viewtopic.php?t=1&start=20", "/viewtopic.php?t=1&start=30"];
    assert_eq!(asked(&server, &mut from), pages, "and a page more");
    assert_eq!(stored(&sandbox).len(), 36);
    assert_eq!(source(&sandbox, "forum")["found"], "forum");
}

#[test]
fn what_a_budget_of_pages_left_is_read_the_next_night() {
    let server = forum(Arc::new(AtomicUsize::new(95)));
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "max_pages = 6", &[("forum", server.url("/"), "")]);
    let ran = scan(&sandbox, 12, &[]).ended(0);
    assert!(ran.err.contains("budget"), "{}", ran.err);
    assert!(source(&sandbox, "forum")["waiting"].as_u64().unwrap() > 0);
    assert!(stored(&sandbox).len() < 60);
    scan(&sandbox, 13, &[]).ended(0);
    scan(&sandbox, 14, &[]).ended(0);
    assert_eq!(stored(&sandbox).len(), 96);
    assert_eq!(source(&sandbox, "forum")["waiting"], 0);
    let pages = server.pages();
    let topics = pages.iter().filter(|path| path.starts_with("/viewtopic"));
    let mut distinct: Vec<_> = topics.clone().collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), topics.count(), "each page of a topic once in three nights: {pages:?}");
}

#[test]
fn a_wider_period_reads_what_a_narrower_one_left_out() {
    let server = forum(Arc::new(AtomicUsize::new(12)));
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("forum", server.url("/"), "")]);
    scan(&sandbox, 12, &["--since", "2026-11-11"]).ended(0);
    assert_eq!(stored(&sandbox).len(), 0);
    assert!(server.pages().iter().all(|path| !path.starts_with("/viewtopic")), "their last posts are older");
    scan(&sandbox, 13, &["--since", "2026-11-01"]).ended(0);
    assert_eq!(stored(&sandbox).len(), 13);
}

#[test]
fn fault_27_a_server_whose_validators_lie_is_read_in_full_after_a_week() {
    let count = Arc::new(AtomicUsize::new(1));
    let items = Arc::clone(&count);
    let server = Server::start(move |hit| match hit.path.as_str() {
        "/feed" if hit.header("if-none-match").is_some() => Reply::status(304).header("ETag", "\"always\""),
        "/feed" => feed((0..items.load(Ordering::SeqCst)).map(item)).header("ETag", "\"always\""),
        _ => Reply::status(404),
    });
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("feed", server.url("/feed"), "")]);
    scan(&sandbox, 1, &[]).ended(0);
    count.store(2, Ordering::SeqCst);
    for (day, known) in [(3, 1), (7, 1), (8, 2)] {
        scan(&sandbox, day, &[]).ended(0);
        assert_eq!(stored(&sandbox).len(), known, "night {day}");
    }
}

#[test]
fn fault_28_a_304_out_of_the_blue_fails_and_one_with_a_body_poisons_nothing() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/blue" => Reply::status(304),
        "/body" if hit.header("if-none-match").is_some() => {
            Reply::raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 40\r\n\r\n<rss><channel><item><title>Atlas poison")
        }
        "/body" => feed([item(1)]).header("ETag", "\"a\""),
        _ => Reply::status(404),
    });
    let sandbox = Sandbox::new();
    let sources = [("blue", server.url("/blue"), ""), ("body", server.url("/body"), "")];
    configure(&sandbox, &[&server], "", &sources);
    for day in [1, 2, 3] {
        scan(&sandbox, day, &[]).ended(0);
        assert_eq!(stored(&sandbox).len(), 1);
    }
    assert_eq!(source(&sandbox, "body")["failures"], 0);
    assert_eq!(source(&sandbox, "blue")["last_incident"]["code"], "status");
}

#[test]
fn a_feed_that_shows_nothing_known_says_that_items_were_missed() {
    let from = Arc::new(AtomicUsize::new(0));
    let begin = Arc::clone(&from);
    let server = Server::start(move |hit| match hit.path.as_str() {
        "/feed" => feed((0..10).map(|n| item(begin.load(Ordering::SeqCst) + n))),
        _ => Reply::status(404),
    });
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("feed", server.url("/feed"), "")]);
    for (day, first, missed) in [(20, 0, false), (21, 5, false), (22, 100, true)] {
        from.store(first, Ordering::SeqCst);
        let ran = scan(&sandbox, day, &[]).ended(0);
        assert_eq!(ran.err.contains("missed"), missed, "night {day}: {}", ran.err);
    }
    let told = source(&sandbox, "feed");
    assert_eq!(told["missed_at"], night(22));
    assert_eq!(told["last_incident"]["code"], "missed");
}

#[test]
fn a_source_that_fails_again_and_again_rests_and_is_never_given_up() {
    let up = Arc::new(AtomicUsize::new(0));
    let works = Arc::clone(&up);
    let server = Server::start(move |hit| match hit.path.as_str() {
        "/feed" if works.load(Ordering::SeqCst) == 1 => feed([item(1)]),
        _ => Reply::status(404),
    });
    let (sandbox, mut from) = (Sandbox::new(), 0);
    configure(&sandbox, &[&server], "", &[("feed", server.url("/feed"), "")]);
    let mut asked_on = Vec::new();
    for day in 1..=28 {
        scan(&sandbox, day, &[]).ended(3);
        if !asked(&server, &mut from).is_empty() {
            asked_on.push(day);
        }
    }
    assert_eq!(asked_on[..3], [1, 2, 3], "three failures are no reason to rest");
    assert!((6..14).contains(&asked_on.len()), "{asked_on:?}");
    assert!(asked_on.windows(2).all(|pair| pair[1] - pair[0] <= 8), "never more than a week: {asked_on:?}");
    assert!(source(&sandbox, "feed")["rests_until"].is_string());
    up.store(1, Ordering::SeqCst);
    let ran = scan(&sandbox, 28, &["--all"]).ended(0);
    assert!(!ran.err.contains("failed: 1"), "{}", ran.err);
    let told = source(&sandbox, "feed");
    assert_eq!((&told["weight"], &told["rests_until"]), (&Value::from(0.0), &Value::Null));
    assert_eq!(stored(&sandbox).len(), 1);
}

#[test]
fn due_asks_only_those_whose_interval_has_passed() {
    let server = Server::table([("/feed", feed([item(1)]))]);
    let (sandbox, mut from) = (Sandbox::new(), 0);
    configure(&sandbox, &[&server], "", &[("feed", server.url("/feed"), "")]);
    let at = |time: &str| {
        let now = format!("2026-11-20T{time}:00Z");
        sandbox.run(&["scan", "--due", "--now", &now]).ended(0);
    };
    at("03:00");
    assert_eq!(asked(&server, &mut from).len(), 1);
    at("03:10");
    assert_eq!(asked(&server, &mut from).len(), 0, "too early");
    at("08:00");
    assert_eq!(asked(&server, &mut from).len(), 1);
}

#[test]
fn what_rests_is_not_due() {
    let server = Server::start(|_| Reply::status(404));
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("gone", server.url("/feed"), "")]);
    let at = |day: u32, args: &[&str]| scan(&sandbox, day, args);
    (20..23).for_each(|day| drop(at(day, &[]).ended(3)));
    assert!(!source(&sandbox, "gone")["rests_until"].is_null());
    sandbox.run(&["scan", "--now", "2026-11-22T05:15:00Z"]).ended(3);
    sandbox.run(&["scan", "--due", "--now", "2026-11-22T06:15:00Z"]).silent();
}

#[test]
fn fault_39_a_clock_that_jumps_starves_nobody() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/later" => Reply::status(503).header("Retry-After", "3600"),
        "/feed" => feed([item(1)]).header("ETag", "\"a\""),
        _ => Reply::status(404),
    });
    let (sandbox, mut from) = (Sandbox::new(), 0);
    let sources = [("later", server.url("/later"), ""), ("feed", server.url("/feed"), "")];
    configure(&sandbox, &[&server], "", &sources);
    for now in ["2026-11-20T03:00:00Z", "2036-11-20T03:00:00Z", "2025-11-20T03:00:00Z", "2026-11-21T03:00:00Z"] {
        sandbox.run(&["scan", "--now", now]).ended(0);
        assert_eq!(asked(&server, &mut from).len(), 2, "{now}");
    }
    assert_eq!(stored(&sandbox).len(), 1);
}

#[test]
fn fault_53_what_a_site_reserves_is_counted_and_not_kept_unless_there_is_leave() {
    let article = |head: &str| {
        let words = "Le réseau de la marque Atlas est tombé en panne ce matin dans toute la région. ".repeat(6);
        Reply::ok(format!(
            "<html><head><title>Panne</title>{head}<meta property=og:type content=article></head><body><article>\
             <h1>Panne d'Atlas</h1><time datetime=2026-11-10T10:00:00Z></time><p>{words}</p></article></body></html>"
        ))
        .header("Content-Type", "text/html")
    };
    let server = Server::table([
        ("/open", article("")),
        ("/noindex", article("<meta name=robots content=noindex>")),
        ("/header", article("").header("X-Robots-Tag", "noindex")),
        ("/noarchive", article("").header("X-Robots-Tag", "noarchive")),
        ("/tdm", article("").header("tdm-reservation", "1")),
        ("/others", article("<meta name=googlebot content=noindex>")),
    ]);
    let paths = ["open", "noindex", "header", "noarchive", "tdm", "others"];
    let all = |keys: &'static str| paths.map(|path| (path, server.url(&format!("/{path}")), keys));
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &all("kind = \"page\""));
    let ran = scan(&sandbox, 20, &[]).ended(0);
    assert_eq!(ran.err.matches("reserved").count(), 4 + 1, "each, and their count: {}", ran.err);
    let documents = |path: &str| source(&sandbox, path)["documents"].as_u64().unwrap();
    assert_eq!(paths.map(documents), [1, 0, 0, 1, 1, 1]);
    let texts = |sandbox: &Sandbox| {
        let mut texts: Vec<String> = stored(sandbox)
            .iter()
            .filter(|mention| mention["hit_sentence"].as_str().unwrap().contains("réseau"))
            .map(|mention| mention["source"].as_str().unwrap().to_owned())
            .collect();
        texts.sort();
        texts.dedup();
        texts
    };
    let before = texts(&sandbox);
    assert!(before.iter().all(|name| name == "open" || name == "others"), "no text of reserved pages: {before:?}");

    let given = Sandbox::new();
    configure(
        &given,
        &[&server],
        "",
        &all("kind = \"page\"\nignore = [\"reservations\"]\nreason = \"accord du 3 mai\""),
    );
    let ran = scan(&given, 20, &[]).ended(0);
    assert!(!ran.err.contains("(noindex)"), "{}", ran.err);
    assert_eq!(source(&given, "noindex")["documents"], 1);
    assert!(given.report("report.json").contains("accord du 3 mai"), "every report says so");
}

#[test]
fn fault_53_what_is_reserved_later_is_emptied() {
    let later = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&later);
    let words = "Le réseau de la marque Atlas est tombé en panne ce matin dans toute la région. ".repeat(6);
    let server = Server::start(move |hit| {
        let later = told.load(Ordering::Relaxed) > 0;
        let page = |meta: &str| {
            let meta = if later { meta } else { "" };
            Reply::ok(format!(
                "<html><head><title>Panne</title>{meta}<meta property=og:type content=article></head><body><article>\
                 <h1>Panne</h1><time datetime=2026-11-10T10:00:00Z></time><p>{words}</p></article></body></html>"
            ))
            .header("Content-Type", "text/html")
        };
        match hit.path.as_str() {
            "/meta" => page("<meta name=robots content=noindex>"),
            "/header" if later => page("").header("X-Robots-Tag", "noindex"),
            "/tdm" if later => page("").header("tdm-reservation", "1"),
            "/header" | "/tdm" | "/open" => page(""),
            _ => Reply::status(404),
        }
    });
    let paths = ["open", "meta", "header", "tdm"];
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &paths.map(|path| (path, server.url(&format!("/{path}")), "kind = \"page\"")));
    let sentences = || {
        let told = |mention: &Value| format!("{} {}", mention["source"], mention["hit_sentence"]);
        stored(&sandbox).iter().map(told).filter(|told| told.contains("réseau")).count()
    };
    scan(&sandbox, 20, &[]).ended(0);
    assert_eq!(sentences(), 4);
    later.store(1, Ordering::Relaxed);
    let ran = scan(&sandbox, 21, &[]).ended(0);
    assert_eq!(ran.err.matches("reserves the page").count(), 3, "{}", ran.err);
    assert_eq!(sentences(), 1);
    scan(&sandbox, 22, &[]).ended(0);
    assert_eq!(sentences(), 1, "nor does it come back");
}

#[test]
fn where_a_feed_may_not_be_kept_its_articles_speak_for_themselves() {
    let body = "Chez Atlas, la box redémarre toute seule et le service client ne répond pas depuis lundi. ".repeat(5);
    let server = Server::start(move |hit| {
        let host = hit.header("host").unwrap();
        match hit.path.as_str() {
            "/feed" => feed([format!(
                "<item><title>Atlas</title><link>http://{host}/a</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>"
            )])
            .header("X-Robots-Tag", "noindex"),
            "/a" => Reply::ok(format!(
                "<html><head><title>Atlas</title><meta property=og:type content=article></head><article><h1>Atlas</h1>\
                 <p>{body}</p></article>"
            ))
            .header("Content-Type", "text/html"),
            _ => Reply::status(404),
        }
    });
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("feed", server.url("/feed"), "")]);
    scan(&sandbox, 21, &[]).ended(0);
    let stored = stored(&sandbox);
    assert_eq!((stored.len(), &stored[0]["url"]), (1, &Value::from(server.url("/a"))));
}

#[test]
fn what_was_under_way_when_two_runs_died_is_read_last_and_that_is_said() {
    use std::process::Stdio;
    use std::time::{Duration, Instant};
    let slow = Arc::new(AtomicUsize::new(1));
    let waits = Arc::clone(&slow);
    let server = Server::start(move |hit| match hit.path.as_str() {
        "/deadly" if waits.load(Ordering::SeqCst) == 1 => Reply::ok("").after(Duration::from_secs(15)),
        "/deadly" => feed([item(1)]),
        "/good" => feed([item(2)]),
        _ => Reply::status(404),
    });
    let sandbox = Sandbox::new();
    let sources = [("deadly", server.url("/deadly"), ""), ("good", server.url("/good"), "")];
    configure(&sandbox, &[&server], "", &sources);
    let now = night(21);
    for _ in 0..2 {
        let before = server.pages().len();
        let args = ["scan", "--now", &now];
        let mut child = sandbox.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let started = Instant::now();
        let asked = || server.pages()[before..].iter().any(|path| path == "/deadly");
        while started.elapsed() < Duration::from_secs(10) && !asked() {
            std::thread::sleep(Duration::from_millis(10));
        }
        // What had come meanwhile is in the store.
        std::thread::sleep(Duration::from_millis(400));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    slow.store(0, Ordering::SeqCst);
    let before = server.pages().len();
    let ran = scan(&sandbox, 21, &[]).ended(0);
    assert!(ran.err.contains("deadly") && ran.err.contains("set_aside"), "{}", ran.err);
    assert_eq!(server.pages()[before..].last().map(String::as_str), Some("/deadly"), "after all others");
    assert_eq!(stored(&sandbox).len(), 2);
    let ran = scan(&sandbox, 22, &[]).ended(0);
    assert!(!ran.err.contains("set_aside"), "it came through: {}", ran.err);
}

/// A forum as above, of which one address answers `refused` once.
fn refusing(inner: Server, path: &'static str, refused: Reply) -> Server {
    let left = AtomicUsize::new(1);
    Server::start(move |hit| match hit.path.as_str() {
        at if at == path && left.swap(0, Ordering::SeqCst) == 1 => refused.clone(),
        _ => inner.answer(hit),
    })
}

#[test]
fn a_thread_that_broke_off_in_its_midst_is_read_on_whatever_broke_it() {
    for (refused, same_night) in [
        (Reply::status(403), false),
        (Reply::status(404), false),
        (Reply::status(429), false),
        (Reply::status(500), true),
    ] {
        let server = refusing(forum(Arc::new(AtomicUsize::new(45))), "/viewtopic.php?t=1&start=10", refused.clone());
        let sandbox = Sandbox::new();
        configure(&sandbox, &[&server], "", &[("forum", server.url("/"), "")]);
        scan(&sandbox, 12, &[]).ended(0);
        assert_eq!(stored(&sandbox).len(), if same_night { 46 } else { 11 }, "{refused:?}");
        scan(&sandbox, 13, &[]).ended(0);
        assert_eq!(stored(&sandbox).len(), 46, "{refused:?}");
        let before = server.pages().len();
        scan(&sandbox, 14, &[]).ended(0);
        assert_eq!(server.pages().len(), before + 1, "and then it is known");
    }
}

#[test]
fn a_narrow_period_between_two_wide_ones_loses_nothing() {
    let posts = Arc::new(AtomicUsize::new(12));
    let server = forum(Arc::clone(&posts));
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("forum", server.url("/"), "")]);
    scan(&sandbox, 12, &[]).ended(0);
    assert_eq!(stored(&sandbox).len(), 13);
    posts.store(44, Ordering::SeqCst);
    // Of the 32 new posts those before 10:30 are left out.
    scan(&sandbox, 13, &["--since", "2026-11-10T10:30:00Z"]).ended(0);
    assert!(stored(&sandbox).len() < 45);
    scan(&sandbox, 14, &[]).ended(0);
    assert_eq!(stored(&sandbox).len(), 45);
}

#[test]
fn sources_of_one_host_whose_time_is_short_take_turns_night_by_night() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" => Reply::ok("User-agent: *\nCrawl-delay: 0.25"),
        path => feed([format!("<item><title>Atlas {path}</title><link>https://f.example{path}</link></item>")]),
    });
    let sandbox = Sandbox::new();
    let names: Vec<String> = (0..12).map(|n| format!("s{n:02}")).collect();
    let sources: Vec<_> = names.iter().map(|name| (name.as_str(), server.url(&format!("/{name}")), "")).collect();
    configure(&sandbox, &[&server], "budget = \"1s\"", &sources);
    for day in 1..=5 {
        let ran = scan(&sandbox, day, &[]).ended(0);
        assert!(ran.err.contains("budget"), "{}", ran.err);
    }
    assert_eq!(stored(&sandbox).len(), 12);
    assert_eq!(source(&sandbox, "s11")["failures"], 0, "our own budget is no failure of theirs");
}

#[test]
fn an_article_behind_a_redirect_is_one_document_and_is_asked_for_once() {
    let body = "Chez Atlas, la box redémarre toute seule et le service client ne répond pas depuis lundi. ".repeat(5);
    let server = Server::start(move |hit| {
        let host = hit.header("host").unwrap();
        let page = |title: &str| {
            Reply::ok(format!(
                "<html><head><title>{title}</title><meta property=og:type content=article></head><article><h1>{title}</h1>\
                 <p>{body}</p></article>"
            ))
            .header("Content-Type", "text/html")
        };
        let item =
            |title: &str, path: &str| format!("<item><title>{title}</title><link>http://{host}{path}</link></item>");
        match hit.path.as_str() {
            "/" => Reply::ok("<html><head><link rel=alternate type='application/rss+xml' href=/feed></head><body><p>x"),
            "/feed" => {
                feed([item("Panne chez Atlas", "/?p=1"), item("Atlas gagne", "/old"), item("Atlas perdu", "/gone")])
            }
            "/?p=1" => Reply::to("/2026/11/panne"),
            "/old" => Reply::to("/new"),
            "/gone" => Reply::to("/"),
            "/2026/11/panne" => page("Panne chez Atlas"),
            "/new" => page("Atlas gagne"),
            _ => Reply::status(404),
        }
    });
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("blog", server.url("/"), "")]);
    for day in [20, 21] {
        scan(&sandbox, day, &[]).ended(0);
        let mut urls: Vec<String> = stored(&sandbox)
            .iter()
            .map(|mention| mention["url"].as_str().unwrap().replace(&server.url(""), ""))
            .collect();
        urls.sort();
        // What is gone is known by its feed alone.
        assert_eq!(urls, ["/2026/11/panne", "/gone", "/new"], "night {day}");
    }
}

#[test]
fn a_host_that_asks_again_and_again_to_come_back_later_is_left_alone() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" | "/.well-known/tdmrep.json" => Reply::status(404),
        "/feed" => {
            let host = hit.header("host").unwrap();
            feed((0..40).map(|n| format!("<item><title>Atlas {n}</title><link>http://{host}/{n}</link></item>")))
        }
        "/" => Reply::ok("<html><head><link rel=alternate type='application/rss+xml' href=/feed></head><body><p>x"),
        _ => Reply::status(429).header("Retry-After", "3600"),
    });
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("blog", server.url("/"), "")]);
    scan(&sandbox, 20, &[]).ended(0);
    assert!(server.pages().len() <= 7, "{:?}", server.pages());
    let told = source(&sandbox, "blog");
    assert_eq!(told["documents"], 40);
    assert!(told["waiting"].as_u64().unwrap() >= 40, "each article, and where older ones may be: {told}");
}

#[test]
fn a_source_that_is_not_due_leaves_its_day_comparable() {
    let server = Server::table([("/feed", feed([item(1)]))]);
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("feed", server.url("/feed"), "")]);
    for time in ["03:00", "03:20"] {
        sandbox.run(&["scan", "--due", "--now", &format!("2026-11-20T{time}:00Z"), "-o", "out/"]).ended(0);
    }
    sandbox.run(&["report", "--since", "2026-11-20", "--now", "2026-11-20T04:00:00Z", "-o", "r/"]).ended(0);
    let days = crate::sandbox::rows(&sandbox.read("r/brands.csv"));
    assert!(days.iter().any(|row| row["day"] == "2026-11-20" && row["comparable"] == "true"), "{days:?}");
}

#[test]
fn a_changed_kind_of_a_source_has_its_effect_at_once() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/feed" => {
            let host = hit.header("host").unwrap();
            let body = feed([format!("<item><title>Atlas</title><link>http://{host}/a</link></item>")]);
            body.header("ETag", "\"a\"")
        }
        "/a" => {
            Reply::ok("<html><title>Atlas</title><article><h1>Atlas</h1><p>Une panne chez Atlas depuis ce matin.</p>")
        }
        _ => Reply::status(404),
    });
    let (sandbox, mut from) = (Sandbox::new(), 0);
    configure(&sandbox, &[&server], "", &[("s", server.url("/feed"), "kind = \"feed\"")]);
    scan(&sandbox, 20, &[]).ended(0);
    assert_eq!(asked(&server, &mut from), ["/feed"]);
    configure(&sandbox, &[&server], "", &[("s", server.url("/feed"), "kind = \"blog\"")]);
    scan(&sandbox, 21, &[]).ended(0);
    assert!(asked(&server, &mut from).contains(&"/a".into()), "a blog is more than its feed");
}

#[test]
fn a_sources_credentials_are_lent_to_its_own_pages() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" | "/.well-known/tdmrep.json" => Reply::status(404),
        _ if hit.header("authorization").is_none() => Reply::status(401),
        "/feed" => {
            let host = hit.header("host").unwrap();
            feed([format!("<item><title>Atlas</title><link>http://{host}/a</link></item>")])
        }
        _ => Reply::ok("<html><title>Atlas</title><article><h1>Atlas</h1><p>Une panne chez Atlas depuis ce matin.</p>"),
    });
    let sandbox = Sandbox::new();
    let url = server.url("/feed").replace("http://", "http://lina:hush@");
    configure(&sandbox, &[&server], "", &[("s", url, "kind = \"blog\"")]);
    let ran = scan(&sandbox, 20, &[]).ended(0);
    let stored = stored(&sandbox);
    assert_eq!((stored.len(), &stored[0]["kind"]), (1, &Value::from("article")), "{}", ran.err);
    assert!(!format!("{}{:?}", ran.err, stored).contains("hush"));
}

#[test]
fn a_secret_in_a_sources_address_is_lent_to_its_further_pages_and_kept_nowhere() {
    let server = Server::start(|hit| {
        let first = hit.path == "/feed?token=hush";
        match hit.path.as_str() {
            "/feed?token=hush" | "/feed?token=hush&paged=2" => {
                let generator = String::from("<generator>https://wordpress.org/?v=6.1</generator>");
                let number = if first { 1 } else { 2 };
                let link = format!("<link>http://{}/a/{number}</link></item>", hit.header("host").unwrap());
                feed([generator, item(number).replace("</item>", &link)])
            }
            _ => Reply::status(404),
        }
    });
    let sandbox = Sandbox::new();
    configure(&sandbox, &[&server], "", &[("s", server.url("/feed?token=hush"), "kind = \"blog\"")]);
    let ran = scan(&sandbox, 20, &["--since", "2020-01-01"]).ended(0);
    assert!(server.pages().contains(&String::from("/feed?token=hush&paged=2")), "{:?}", server.pages());
    assert_eq!(stored(&sandbox).len(), 2);
    assert!(!ran.err.contains("hush"));
    for file in ["vigie.db", "vigie.db-wal", "vigie.db.held"] {
        let bytes = std::fs::read(sandbox.path(file)).unwrap_or_default();
        assert!(!bytes.windows(4).any(|bytes| bytes == b"hush"), "{file}");
    }
}

#[test]
fn a_thread_that_is_a_source_is_gone_on_with_where_it_ended() {
    let posts = Arc::new(AtomicUsize::new(23));
    let server = forum(Arc::clone(&posts));
    let (sandbox, mut from) = (Sandbox::new(), 0);
    configure(&sandbox, &[&server], "", &[("topic", server.url("/viewtopic.php?t=1"), "")]);
    scan(&sandbox, 12, &[]).ended(0);
    assert_eq!(asked(&server, &mut from).len(), 3);
    assert_eq!(stored(&sandbox).len(), 23);
    posts.store(34, Ordering::SeqCst);
    scan(&sandbox, 13, &[]).ended(0);
    assert_eq!(asked(&server, &mut from), ["/viewtopic.php?t=1&start=20", "/viewtopic.php?t=1&start=30"]);
    assert_eq!(stored(&sandbox).len(), 34);
}
