//! The crawl against a local server: what is asked, how often, in which order, and what comes out.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use vigie::{
    crawl::{Settings, crawl},
    model::{Code, Failure, Validators, Visit, Weight, port::Recalled},
};

use super::{
    harvest::{Known, Lines, codes, harvest, harvest_with, settings, source},
    server::{Reply, Server},
};

#[test]
fn every_page_gives_one_harvest_and_is_fetched_once() {
    let server = Server::start(|hit| {
        let host = hit.header("host").unwrap();
        match hit.path.as_str() {
            "/robots.txt" => Reply::status(404),
            "/" => Reply::ok(format!("http://{host}/a\nhttp://{host}/b?utm_source=x\nhttp://{host}/\njavascript:1")),
            "/a" => Reply::ok(format!("http://{host}/b#c2\nhttp://{host}/c")),
            _ => Reply::ok("text").header("Content-Type", "text/html").header("Date", "Fri, 01 May 2026 09:00:00 GMT"),
        }
    });
    let adapter = Arc::new(Lines::default());
    let (urls, read) = ([server.url("/")], Arc::clone(&adapter));
    let harvests = harvest_with(&settings(&[&server]), &urls, Known::default(), adapter, Arc::default());
    let mut asked: Vec<_> = harvests.iter().map(|harvest| harvest.asked.clone()).collect();
    asked.sort();
    assert_eq!(asked, ["/", "/a", "/b", "/c"].map(|path| server.url(path)));
    assert!(harvests.iter().all(|harvest| matches!(harvest.visit, Visit::Read(_)) && harvest.entries.len() == 1));
    assert_eq!(server.hits().len(), 6, "robots.txt and tdmrep.json once, each page once");
    let hits = server.hits();
    assert!(
        hits.iter().all(|hit| hit.method == "GET" && hit.header("cookie").is_none() && hit.header("referer").is_none())
    );
    let agent = format!("vigie/{} (+https://agency.example/vigie)", env!("CARGO_PKG_VERSION"));
    assert!(hits.iter().all(|hit| hit.header("user-agent") == Some(&agent)));
    let pages = read.read.lock().unwrap();
    let page = pages.iter().find(|page| page.request.url.ends_with("/c")).unwrap();
    assert_eq!(page.content_type.as_deref(), Some("text/html"));
    assert_eq!(page.dated, Some("2026-05-01T09:00:00Z".parse().unwrap()));
}

#[test]
fn what_has_not_changed_is_not_read_again() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/etag" if hit.header("if-none-match") == Some("\"v1\"") => Reply::status(304),
        "/date" if hit.header("if-modified-since") == Some("yesterday") => Reply::status(304),
        "/etag" | "/date" | "/robots.txt" => Reply::status(404),
        "/gone304" => Reply::status(304),
        _ => Reply::ok("the same words").header("ETag", "\"v2\""),
    });
    let urls: Vec<_> = ["/etag", "/date", "/same", "/gone304"].map(|path| server.url(path)).into();
    let hash = vigie::text::hash::hex(b"the same words");
    let validators = |etag: Option<&str>, date: Option<&str>| Validators {
        etag: etag.map(Into::into),
        last_modified: date.map(Into::into),
        body_hash: Some(hash.clone()),
    };
    let sent = [validators(Some("\"v1\""), None), validators(None, Some("yesterday")), validators(None, None)];
    let known = urls
        .iter()
        .zip(&sent)
        .map(|(url, sent)| (url.clone(), Recalled { validators: sent.clone(), ..Recalled::default() }));
    let adapter = Arc::new(Lines::default());
    let read = Arc::clone(&adapter);
    let known = Known(known.collect());
    let harvests = harvest_with(&settings(&[&server]), &urls, known, adapter, Arc::default());
    let visit = |path: &str| &harvests.iter().find(|harvest| harvest.asked == server.url(path)).unwrap().visit;
    assert_eq!(visit("/etag"), &Visit::Unchanged(sent[0].clone()));
    assert_eq!(visit("/date"), &Visit::Unchanged(sent[1].clone()));
    assert_eq!(visit("/same"), &Visit::Unchanged(validators(Some("\"v2\""), None)), "same body, newer validators");
    assert_eq!(visit("/gone304"), &Visit::failed(Weight::Hard), "304 out of the blue");
    assert!(read.read.lock().unwrap().is_empty());
}

#[test]
fn fault_29_come_back_later_is_heard_and_remembered() {
    let server = Server::table([
        ("/busy", Reply::status(503).header("Retry-After", "99999999999")),
        ("/often", Reply::status(429).header("Retry-After", "60")),
        ("/early", Reply::ok("text")),
        ("/wrong", Reply::ok("text")),
    ]);
    let urls: Vec<_> = ["/busy", "/often", "/early", "/wrong"].map(|path| server.url(path)).into();
    let recalled = |at: &str| Recalled { retry_at: Some(at.parse().unwrap()), ..Recalled::default() };
    let known = HashMap::from([
        (server.url("/early"), recalled("2026-05-01T00:10:00Z")),
        (server.url("/wrong"), recalled("2036-05-01T00:00:00Z")),
    ]);
    let start = Instant::now();
    let lines = Arc::new(Lines::default());
    let harvests = harvest_with(&settings(&[&server]), &urls, Known(known), lines, Arc::default());
    assert!(start.elapsed() < Duration::from_secs(3), "nothing sleeps");
    let visit = |path: &str| harvests.iter().find(|harvest| harvest.asked == server.url(path)).unwrap().visit.clone();
    let later = |at: &str| Visit::Failed(Failure { weight: Weight::Temporary, retry_at: Some(at.parse().unwrap()) });
    assert_eq!(visit("/busy"), later("2026-05-02T00:00:00Z"));
    assert_eq!(visit("/often"), later("2026-05-01T00:01:00Z"));
    assert_eq!(visit("/early"), Visit::Later);
    assert!(matches!(visit("/wrong"), Visit::Read(_)), "fault 39: a time that no server can have set");
    assert!(!server.pages().contains(&"/early".to_owned()));
}

#[test]
fn fault_29_a_host_where_nothing_is_due_is_not_asked_for_anything() {
    let server = Server::table([("/", Reply::ok("text"))]);
    let recalled = Recalled { retry_at: Some("2026-05-01T12:00:00Z".parse().unwrap()), ..Recalled::default() };
    let known = Known(HashMap::from([(server.url("/"), recalled)]));
    let (urls, lines) = ([server.url("/")], Arc::new(Lines::default()));
    let harvests = harvest_with(&settings(&[&server]), &urls, known, lines, Arc::default());
    assert_eq!(harvests[0].visit, Visit::Later);
    assert!(server.hits().is_empty(), "not even robots.txt");
}

#[test]
fn fault_30_server_errors_and_resets_are_tried_three_times_without_holding_others_up() {
    let tries = AtomicUsize::new(0);
    let server = Server::start(move |hit| match hit.path.as_str() {
        "/third" if tries.fetch_add(1, Ordering::Relaxed) < 2 => Reply::status(500),
        "/never" => Reply::reset(),
        "/robots.txt" => Reply::status(404),
        _ => Reply::ok("text"),
    });
    let urls: Vec<_> = ["/third", "/never", "/fine", "/fine2"].map(|path| server.url(path)).into();
    let start = Instant::now();
    let harvests = harvest(&Settings { per_host: 1, in_flight: 1, ..settings(&[&server]) }, &urls);
    assert!(start.elapsed() >= Duration::from_secs(5) && start.elapsed() < Duration::from_secs(12));
    let mut first: Vec<_> = harvests[..2].iter().map(|harvest| harvest.source.name.as_str()).collect();
    first.sort();
    assert_eq!(first, ["s2", "s3"]);
    let count = |path: &str| server.pages().iter().filter(|page| *page == path).count();
    assert_eq!((count("/third"), count("/never"), count("/fine")), (3, 3, 1));
    for harvest in harvests {
        let failed = harvest.asked.ends_with("/never");
        assert_eq!(codes(&harvest), if failed { vec![Code::Unreachable] } else { vec![] });
    }
}

#[test]
fn fault_32_robots_txt_is_obeyed() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" => {
            Reply::ok("User-agent: *\nDisallow: /\n\nUser-agent: vigie\nDisallow: /private\nAllow: /private/open")
        }
        "/moved" => Reply::to("/private/a"),
        _ => Reply::ok("text"),
    });
    let urls: Vec<_> = ["/a", "/private/b", "/private/open", "/moved"].map(|path| server.url(path)).into();
    let harvests = harvest(&settings(&[&server]), &urls);
    assert_eq!(harvests.len(), 4);
    for harvest in &harvests {
        let open = harvest.asked.ends_with("/a") || harvest.asked.ends_with("/open");
        assert_eq!(codes(harvest), if open { vec![] } else { vec![Code::Robots] }, "{}", harvest.asked);
    }
    let mut pages = server.pages();
    pages.sort();
    assert_eq!(pages, ["/a", "/moved", "/private/open"], "neither asked for nor followed into");
}

#[test]
fn fault_32_without_robots_txt_a_broken_server_is_left_alone() {
    let broken = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" => Reply::status(500),
        _ => Reply::ok("text"),
    });
    let slow = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" => Reply::drip(vec![b'#'; 1_000], Duration::from_millis(50)),
        _ => Reply::ok("text"),
    });
    let patient =
        Server::table([("/robots.txt", Reply::ok("User-agent: *\nCrawl-delay: 61")), ("/a", Reply::ok("text"))]);
    let settings = Settings { timeout: Duration::from_millis(500), ..settings(&[&broken, &slow, &patient]) };
    let harvests = harvest(&settings, &[broken.url("/a"), broken.url("/b"), slow.url("/a"), patient.url("/a")]);
    assert_eq!(harvests.len(), 4);
    for harvest in &harvests {
        assert_eq!(codes(harvest), [Code::Robots], "{harvest:?}");
        assert!(harvest.incidents[0].message.contains("robots.txt"));
    }
    assert!(broken.pages().is_empty() && slow.pages().is_empty() && patient.pages().is_empty());
    assert_eq!(broken.hits().len(), 3, "it gets the same three tries as a page");
}

#[test]
fn fault_32_a_crawl_delay_is_waited_for() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" => Reply::ok("User-agent: *\nCrawl-delay: 0.4"),
        _ => Reply::ok("text"),
    });
    harvest(&settings(&[&server]), &["/a", "/b", "/c"].map(|path| server.url(path)));
    let hits = server.hits();
    assert_eq!(hits.len(), 5);
    assert!(hits.windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_millis(380)), "{hits:?}");
}

#[test]
fn fault_33_a_slow_host_delays_no_other_and_gets_two_requests_at_most() {
    let busy = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let peak = Arc::clone(&most);
    let slow = Server::start(move |hit| {
        if hit.path == "/robots.txt" {
            return Reply::status(404);
        }
        most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(300));
        busy.fetch_sub(1, Ordering::SeqCst);
        Reply::ok("slow")
    });
    let quick = Server::start(|_| Reply::ok("quick"));
    let mut urls: Vec<_> = (0..8).map(|number| slow.url(&format!("/{number}"))).collect();
    urls.extend((0..20).map(|number| quick.url(&format!("/{number}"))));
    let harvests = harvest(&Settings { in_flight: 3, ..settings(&[&slow, &quick]) }, &urls);
    assert_eq!(harvests.len(), 28);
    let last_quick = harvests.iter().rposition(|harvest| harvest.entries[0].text == "quick").unwrap();
    let slow_before = harvests[..last_quick].iter().filter(|harvest| harvest.entries[0].text == "slow").count();
    assert!(slow_before <= 2, "{slow_before} slow pages came before the last quick one");
    assert_eq!(peak.load(Ordering::SeqCst), 2);
}

#[test]
fn fault_26_pages_and_time_are_bounded() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" => Reply::status(404),
        path => {
            let host = hit.header("host").unwrap();
            Reply::ok((0..9).map(|number| format!("http://{host}{path}{number}\n")).collect::<String>())
        }
    });
    let harvests = harvest(&Settings { max_pages: 20, ..settings(&[&server]) }, &[server.url("/")]);
    assert_eq!(harvests.len(), 20);
    assert_eq!(harvests.iter().flat_map(codes).collect::<Vec<_>>(), [Code::Budget]);
    let harvests = harvest(&Settings { max_pages: 10_000, ..settings(&[&server]) }, &[server.url("/")]);
    assert_eq!(harvests.len(), 1 + 9 + 81 + 729, "three links deep and no deeper");
    let slow = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" => Reply::status(404),
        _ => Reply::ok("text").after(Duration::from_millis(150)),
    });
    let urls: Vec<_> = (0..40).map(|number| slow.url(&format!("/{number}"))).collect();
    let harvests = harvest(&Settings { budget: Duration::from_millis(400), ..settings(&[&slow]) }, &urls);
    assert_eq!(harvests.len(), 40);
    let left = harvests.iter().filter(|harvest| codes(harvest) == [Code::Budget]).count();
    assert!((20..40).contains(&left), "{left} were left out");
}

#[test]
fn fault_44_a_stop_is_heard_within_a_second() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" | "/.well-known/tdmrep.json" => Reply::status(404),
        "/quick" => Reply::ok("text"),
        _ => Reply::endless(" ").after(Duration::from_secs(5)),
    });
    let stop = Arc::new(AtomicUsize::new(0));
    let urls = [server.url("/quick"), server.url("/slow"), server.url("/slow2")];
    let handle = Arc::clone(&stop);
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(700));
        handle.store(15, Ordering::Relaxed);
        Instant::now()
    });
    let lines = Arc::new(Lines::default());
    let harvests = harvest_with(&settings(&[&server]), &urls, Known::default(), lines, stop);
    let stopped = stopper.join().unwrap();
    assert!(stopped.elapsed() < Duration::from_secs(1));
    assert_eq!(harvests.len(), 1, "what was under way is dropped");
}

#[test]
fn a_taker_that_leaves_ends_the_crawl() {
    let server = Server::start(|_| Reply::ok("text"));
    let (out, harvests) = tokio::sync::mpsc::channel(1);
    drop(harvests);
    let sources = (0..10).map(|number| source("s", &server.url(&format!("/{number}")))).collect();
    let (adapter, known) = (Arc::new(Lines::default()), Arc::new(Known::default()));
    crawl(&settings(&[&server]), sources, adapter, known, Arc::default(), out).unwrap();
    assert!(server.hits().len() < 10);
}

#[test]
fn failing_readers_are_told() {
    let server = Server::table([("/a", Reply::ok("text")), ("/b", Reply::ok("panic")), ("/c", Reply::ok(""))]);
    // The lock of this adapter is poisoned by its own panic, so the failing page comes last.
    let urls: Vec<_> = ["/a", "/c", "/d", "/b"].map(|path| server.url(path)).into();
    let settings = Settings { in_flight: 1, ..settings(&[&server]) };
    let harvests = harvest(&settings, &urls);
    let of = |path: &str| harvests.iter().find(|harvest| harvest.asked == server.url(path)).unwrap();
    let told = ["/a", "/c", "/d", "/b"].map(|path| codes(of(path)));
    assert_eq!(told, [vec![], vec![Code::Unreadable], vec![Code::Status], vec![Code::Internal]]);
    assert_eq!(of("/c").visit, Visit::failed(Weight::Hard), "fault 23: nothing is remembered of an empty page");
}

#[test]
fn credentials_of_a_source_are_sent_and_never_kept() {
    let server = Server::table([("/a", Reply::ok("text"))]);
    let url = server.url("/a").replace("http://", "http://lina:hush@");
    let harvests = harvest(&settings(&[&server]), &[url]);
    assert!(!format!("{:?}{:?}{:?}", harvests[0].asked, harvests[0].visit, harvests[0].incidents).contains("hush"));
    let sent = server.hits().into_iter().find(|hit| hit.path == "/a").unwrap();
    assert_eq!(sent.header("authorization"), Some("Basic bGluYTpodXNo"));
}

#[test]
fn fault_53_a_hosts_file_of_reservations_is_asked_for_once_and_heeded() {
    let server = Server::table([
        ("/robots.txt", Reply::ok("User-agent: *\nDisallow: /shut")),
        (
            "/.well-known/tdmrep.json",
            Reply::ok(r#"[{"location": "/", "tdm-reservation": 1}, {"location": "/open", "tdm-reservation": 0}]"#),
        ),
        ("/a", Reply::ok("text")),
        ("/open", Reply::ok("text")),
        ("/said", Reply::ok("text").header("tdm-reservation", "0")),
        ("/gone", Reply::status(404)),
    ]);
    let adapter = Arc::new(Lines::default());
    let urls: Vec<_> = ["/a", "/open", "/said", "/gone"].map(|path| server.url(path)).into();
    let read = Arc::clone(&adapter);
    harvest_with(&settings(&[&server]), &urls, Known::default(), adapter, Arc::default());
    let pages = read.read.lock().unwrap();
    let reserved = |path: &str| pages.iter().find(|page| page.url == server.url(path)).unwrap().reserved.mining;
    assert_eq!(["/a", "/open", "/said"].map(reserved), [true, false, false]);
    assert_eq!(server.hits().iter().filter(|hit| hit.path.starts_with("/.well-known")).count(), 1);
    let nothing =
        Server::table([("/robots.txt", Reply::ok("User-agent: *\nDisallow: /.well-known/")), ("/a", Reply::ok("x"))]);
    harvest(&settings(&[&nothing]), &[nothing.url("/a"), nothing.url("/gone")]);
    assert_eq!(nothing.hits().len(), 3, "robots.txt is heeded for it too");
    let gone = Server::start(|_| Reply::status(404));
    harvest(&settings(&[&gone]), &[gone.url("/a")]);
    assert_eq!(gone.hits().len(), 2, "where there is nothing to read, nothing needs to be known");
}
