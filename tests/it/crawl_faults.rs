//! The crawl against servers that lie, break off, never end, or point where nobody should go. Numbers are those of the
//! table of faults.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use vigie::{
    crawl::Settings,
    model::{Code, Harvest},
};

use super::{
    harvest::{code, codes, harvest, settings},
    server::{Reply, Server},
};

/// One page that answers `reply`, crawled with at most one second a request.
fn one(reply: Reply) -> Vec<Harvest> {
    let server = Server::table([("/", reply)]);
    harvest(&Settings { timeout: Duration::from_secs(1), ..settings(&[&server]) }, &[server.url("/")])
}

/// Deflate of 20 MiB and more: one literal, then copies of 258 bytes from one byte before, in fixed codes.
fn deflated() -> Vec<u8> {
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    let mut put = |value: u32, width: u32| {
        bits |= value << count;
        count += width;
        while count >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            count -= 8;
        }
    };
    put(0b011, 3);
    put(0b0000_1100, 8);
    for _ in 0..82_000 {
        put(0b1010_0011, 8);
        put(0, 5);
    }
    put(0, 8);
    out
}

#[test]
fn fault_01_bombs_of_every_coding_stop_at_the_limit() {
    let gzip = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &deflated()].concat();
    let zlib = [&[0x78, 0x9c][..], &deflated()].concat();
    // A frame of blocks that repeat one byte 128 KiB times.
    let zstd = [&[0x28, 0xb5, 0x2f, 0xfd, 0, 0x38][..], &[0x02, 0, 0x10, b' '].repeat(200)].concat();
    let brotli: Vec<u8> = vec![
        0xcf, 0xff, 0xff, 0x7f, 0x00, 0x24, 0x00, 0xe2, 0xb1, 0x40, 0x72, 0xef, 0xff, 0xeb, 0xff, 0xff, 0x01, 0x48,
        0x00, 0xc4, 0x61, 0x01, 0xe8, 0xde, 0x3f, 0x00,
    ];
    for (coding, bytes) in [("gzip", gzip), ("deflate", zlib), ("zstd", zstd), ("br", brotli)] {
        let server = Server::table([("/", Reply::ok(bytes).header("Content-Encoding", coding))]);
        assert_eq!(code(&harvest(&settings(&[&server]), &[server.url("/")])), Code::TooLarge, "{coding}");
    }
}

#[test]
fn codings_are_undone_and_broken_ones_noticed() {
    // "deflate" in stored form, by hand, with its checksum.
    let mut zlib = vec![0x78, 0x01, 0x01, 3, 0, 0xfc, 0xff];
    zlib.extend(b"abc\x02\x4d\x01\x27");
    let harvests = one(Reply::ok(zlib.clone()).header("Content-Encoding", "deflate"));
    assert_eq!(harvests[0].entries[0].text, "abc");
    zlib.truncate(8);
    assert_eq!(code(&one(Reply::ok(zlib).header("Content-Encoding", "deflate"))), Code::Unreachable);
    assert_eq!(code(&one(Reply::ok("no gzip at all").header("Content-Encoding", "gzip"))), Code::Unreachable);
    for coding in ["br", "zstd", "gzip"] {
        assert_eq!(code(&one(Reply::ok("").header("Content-Encoding", coding))), Code::Unreadable, "{coding}");
    }
}

#[test]
fn fault_02_chained_codings_are_refused() {
    assert_eq!(code(&one(Reply::ok("x").header("Content-Encoding", "gzip, gzip"))), Code::Unreadable);
}

#[test]
fn fault_03_an_endless_or_huge_body_is_cut_off() {
    let server = Server::table([("/", Reply::endless(vec![b' '; 64 << 10]))]);
    let harvests = harvest(&Settings { max_body: 1 << 20, ..settings(&[&server]) }, &[server.url("/")]);
    assert_eq!(code(&harvests), Code::TooLarge);
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n";
    assert_eq!(code(&one(Reply::raw(head))), Code::TooLarge, "fault 12: said in advance");
}

#[test]
fn fault_04_drips_and_silence_end_at_the_deadline() {
    let head = b"HTTP/1.1 200 OK\r\nX-Slow: 1\r\n".to_vec();
    for reply in [
        Reply::drip(vec![b'a'; 1_000], Duration::from_millis(50)),
        Reply::ok("late").after(Duration::from_secs(3)),
        Reply::raw(head).after(Duration::from_secs(3)),
    ] {
        let start = Instant::now();
        assert_eq!(code(&one(reply)), Code::Timeout);
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
}

#[test]
fn fault_04_the_deadline_holds_over_all_redirects() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/robots.txt" => Reply::status(404),
        _ => Reply::to(&format!("{}x", hit.path)).after(Duration::from_millis(300)),
    });
    let start = Instant::now();
    let harvests = harvest(&Settings { timeout: Duration::from_secs(1), ..settings(&[&server]) }, &[server.url("/")]);
    assert_eq!(code(&harvests), Code::Timeout);
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn fault_05_huge_heads_are_refused_and_cookies_ignored() {
    assert_eq!(code(&one(Reply::ok("x").header("X-Big", &"a".repeat(100 << 10)))), Code::TooLarge);
    assert_eq!(code(&one(Reply::ok("x").header("X-Big", &"a".repeat(1 << 20)))), Code::TooLarge);
    let many = (0..150).fold(Reply::ok("x"), |reply, number| reply.header(&format!("X-{number}"), "1"));
    assert_eq!(code(&one(many)), Code::TooLarge);
    let server = Server::table([("/", Reply::to("/b").header("Set-Cookie", "a=1; Path=/")), ("/b", Reply::ok("text"))]);
    harvest(&settings(&[&server]), &[server.url("/")]);
    assert!(server.hits().iter().all(|hit| hit.header("cookie").is_none()));
}

#[test]
fn fault_06_what_is_not_whole_is_not_read() {
    for raw in [
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "\u{0}\u{1}garbage\r\n\r\n",
    ] {
        let harvests = one(Reply::raw(raw));
        assert_eq!(code(&harvests), Code::Unreachable, "{raw:?}");
        assert!(harvests[0].entries.is_empty());
    }
}

#[test]
fn fault_07_a_redirect_loop_ends_after_ten() {
    let server = Server::table([("/", Reply::to("/b")), ("/b", Reply::to("/"))]);
    assert_eq!(code(&harvest(&settings(&[&server]), &[server.url("/")])), Code::Redirect);
    assert_eq!(server.pages().len(), 11);
    let good = Server::start(|hit| match hit.path.len() {
        11 => Reply::ok("arrived"),
        _ if hit.path.starts_with("/robots") => Reply::status(404),
        _ => Reply::to(&format!("{}x", hit.path)),
    });
    let harvests = harvest(&settings(&[&good]), &[good.url("/")]);
    assert_eq!(harvests[0].entries[0].text, "arrived", "ten are followed");
}

#[test]
fn fault_08_redirects_out_of_the_web_read_nothing() {
    for location in ["file:///etc/passwd", "data:text/plain,x", "gopher://127.0.0.1/", "\\\\127.0.0.1\\x"] {
        assert_eq!(code(&one(Reply::to(location))), Code::Guarded, "{location}");
    }
}

#[test]
fn fault_09_private_addresses_see_no_connection() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    silent.set_nonblocking(true).unwrap();
    let port = silent.local_addr().unwrap().port();
    let mut urls: Vec<_> =
        ["127.0.0.1", "localhost", "2130706433", "127.1", "0.0.0.0", "[::ffff:127.0.0.1]", "a.localhost"]
            .map(|host| format!("http://{host}:{port}/"))
            .into();
    urls.extend(["http://169.254.169.254/latest/", "http://[64:ff9b::7f00:1]/", "http://10.0.0.1/"].map(String::from));
    let server = Server::start({
        let urls = urls.clone();
        move |hit| match hit.path.trim_start_matches('/').parse::<usize>() {
            Ok(number) => Reply::to(&urls[number]),
            Err(_) => Reply::status(404),
        }
    });
    let moved = Server::table([("/robots.txt", Reply::to(&format!("http://127.0.0.1:{port}/robots.txt")))]);
    urls.extend((0..urls.len()).map(|number| server.url(&format!("/{number}"))).collect::<Vec<_>>());
    urls.push(moved.url("/page"));
    let start = Instant::now();
    let harvests = harvest(&settings(&[&server, &moved]), &urls);
    assert!(start.elapsed() < Duration::from_secs(5), "refused, not waited for");
    assert_eq!(harvests.len(), urls.len());
    for harvest in &harvests {
        assert_eq!(codes(harvest), [Code::Guarded], "{harvest:?}");
    }
    assert!(moved.pages().is_empty());
    assert!(silent.accept().is_err(), "zero connections");
}

#[test]
fn fault_11_odd_addresses_are_refused_before_any_request() {
    let server = Server::start(|_| Reply::ok("text"));
    let long = server.url(&format!("/{}", "a".repeat(2_100)));
    let urls =
        [long, format!("http:\\\\{}/", server.address()), "ftp://a.example/".into(), "no address".into(), "".into()];
    let harvests = harvest(&settings(&[&server]), &urls);
    assert_eq!(harvests.len(), 5);
    assert!(harvests.iter().all(|harvest| codes(harvest) == [Code::Guarded]));
    assert!(server.hits().is_empty());
}

#[test]
fn fault_31_plain_http_behind_https_is_no_connection() {
    let server = Server::start(|_| Reply::ok("text"));
    let url = server.url("/").replace("http:", "https:");
    assert_eq!(code(&harvest(&settings(&[&server]), &[url])), Code::Unreachable);
}

#[test]
fn fault_52_credentials_are_masked_and_not_forwarded() {
    let other = Server::start(|_| Reply::ok("text"));
    let target = other.url("/");
    let server = Server::start(move |hit| match hit.path.as_str() {
        "/robots.txt" => Reply::status(404),
        "/here" => Reply::to("/there"),
        "/there" => Reply::to(&target),
        _ => Reply::status(404),
    });
    let with = |path: &str| server.url(path).replace("http://", "http://me:geheim@");
    let harvests = harvest(&settings(&[&server, &other]), &[with("/here"), with("/missing?token=geheim")]);
    let auth =
        |path: &str| server.hits().iter().find(|hit| hit.path == path).unwrap().header("authorization").is_some();
    assert!(auth("/here") && auth("/there"), "the same host and port");
    assert!(other.hits().iter().all(|hit| hit.header("authorization").is_none()));
    let failed = harvests.iter().find(|harvest| !harvest.incidents.is_empty()).unwrap();
    assert!(!format!("{:?}", failed.incidents).contains("geheim"));
    assert!(failed.incidents[0].url.contains("token=***"));
}

#[test]
fn a_name_may_be_opened_and_a_proxy_used() {
    let server = Server::start(|hit| Reply::ok(hit.path.clone()));
    let named = server.address().replace("127.0.0.1", "localhost");
    let opened = Settings { allow_address: vec![named.clone()], ..settings(&[]) };
    assert_eq!(harvest(&opened, &[format!("http://{named}/x")])[0].entries[0].text, "/x");
    let proxied = Settings { proxy: Some(server.url("")), pace: Duration::ZERO, ..settings(&[]) };
    let harvests = harvest(&proxied, &["http://blog.example/y".into(), "http://10.0.0.1/".into()]);
    let of = |end: &str| harvests.iter().find(|harvest| harvest.asked.ends_with(end)).unwrap();
    assert_eq!(of("/y").entries[0].text, "http://blog.example/y");
    assert_eq!(codes(of("10.0.0.1/")), [Code::Guarded], "a proxy opens nothing");
}

#[test]
fn a_host_that_is_not_there_is_unreachable() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let settings = Settings { allow_address: vec![address.clone()], ..settings(&[]) };
    assert_eq!(code(&harvest(&settings, &[format!("http://{address}/")])), Code::Unreachable);
}

#[test]
fn a_source_leads_to_no_other_site() {
    let other =
        Server::start(|_| Reply::ok("<html><title>Atlas</title><article><p>Une panne chez Atlas.</p></article>"));
    let elsewhere = other.url("");
    let server = Server::start(move |hit| {
        let rss = |body: String| Reply::ok(body).header("Content-Type", "application/rss+xml");
        let html = |body: String| Reply::ok(body).header("Content-Type", "text/html");
        match hit.path.as_str() {
            "/blog/" => html(format!(
                "<html><head><link rel=alternate type='application/rss+xml' href=/feed><base href='{elsewhere}/'></head>\
                 <body class=home><h2><a href='{elsewhere}/x'>Un titre</a></h2>"
            )),
            "/feed" => rss(format!(
                "<rss version='2.0'><channel><title>f</title><link>{elsewhere}</link>\
                 <item><title>Atlas</title><link>{elsewhere}/article</link></item></channel></rss>"
            )),
            "/forum" => html(format!(
                "<body id=phpbb><ul class='topiclist topics'><li class=row><a class=topictitle \
                 href='{elsewhere}/viewtopic.php?t=1'>a</a></li></ul><li class=next><a href='{elsewhere}/viewforum.php?f=2'>"
            )),
            "/article" => html(format!(
                "<html><title>Atlas</title><article><p>Une panne chez Atlas.</p></article>\
                 <a href='{elsewhere}/article/comment-page-2/'>suite</a>"
            )),
            _ => Reply::status(404),
        }
    });
    let urls = ["/blog/", "/forum", "/article"].map(|path| server.url(path));
    let adapter = std::sync::Arc::new(vigie::source::Pages);
    super::harvest::harvest_with(&settings(&[&server, &other]), &urls, Default::default(), adapter, Default::default());
    assert_eq!(other.pages(), Vec::<String>::new());
}

#[test]
fn strangers_are_not_asked_for_anything_without_a_contact() {
    let server = Server::table([("/", Reply::to("http://stranger.example/"))]);
    let settings = Settings { contact: None, ..settings(&[&server]) };
    let harvests = harvest(&settings, &[server.url("/")]);
    assert_eq!(code(&harvests), Code::Guarded);
    assert!(harvests[0].incidents[0].message.contains("contact"), "{harvests:?}");
}
