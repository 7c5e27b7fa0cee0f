//! Twice the input takes no more than two and a half times the work, in every parser, for honest and for hostile shapes.
//!
//! CPU time of the thread is measured, not the clock on the wall, and the best of several runs counts: what else the machine
//! does is no part of it.
#![cfg(any(target_os = "linux", target_os = "macos"))]

use std::time::Duration;

use vigie::{
    crawl::Rules,
    model::{Page, Place, Request, Role, Source, SourceKind, port::Adapter},
    source::Pages,
    text::{charset, dates, markup, urls},
};

/// The least that is worth measuring.
const LEAST: Duration = Duration::from_millis(8);
const MOST_RATIO: f64 = 2.5;

fn clock() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// The best of several goes, each of which does the work so many times.
fn best(goes: usize, times: usize, work: &dyn Fn(&[u8]), input: &[u8]) -> Duration {
    let once = |_| {
        let start = clock();
        (0..times).for_each(|_| work(input));
        clock() - start
    };
    (0..goes).map(once).min().unwrap()
}

/// Holds n against 2n and 4n, from the first n on that takes long enough; what is quick even then is done again and again,
/// for longer inputs would measure the machine's caches.
fn scales(name: &str, make: impl Fn(usize) -> String, work: impl Fn(&[u8])) {
    let mut n = 64;
    while best(1, 1, &work, make(n).as_bytes()) < LEAST && n < 1 << 18 {
        n *= 2;
    }
    let mut repeats = 1;
    while best(1, repeats, &work, make(n).as_bytes()) < LEAST {
        repeats *= 2;
    }
    let inputs = [1, 2, 4].map(|times| make(n * times));
    let mut ratios = [0.0; 2];
    for _ in 0..4 {
        let times = [0, 1, 2].map(|at: usize| best(4, repeats, &work, inputs[at].as_bytes()).as_secs_f64());
        ratios = [times[1] / times[0], times[2] / times[1]];
        if ratios.iter().all(|ratio| *ratio <= MOST_RATIO) {
            return;
        }
    }
    panic!("{name}: {n}, {} and {} times take {ratios:.2?} times as long", 2 * n, 4 * n);
}

fn read(role: Role, kind: &str) -> impl Fn(&[u8]) {
    let url = "https://f.example/2026/11/viewtopic.php?t=1";
    let source = Source { kind: SourceKind::Auto, place: Place::Url(url.into()), ..Source::of_file() };
    let content_type = Some(kind.to_owned());
    move |bytes| {
        let page = Page {
            request: Request::new(url, role),
            url: url.into(),
            content_type: content_type.clone(),
            body: bytes.into(),
            ..Page::default()
        };
        Pages.read(&source, &page);
    }
}

#[test]
fn feeds_and_sitemaps_scale() {
    let feed = |items: String| format!("<rss version='2.0'><channel><title>f</title>{items}</channel></rss>");
    let xml = || read(Role::Feed, "application/xml");
    let item = "<item><title>Atlas &amp; fils</title><link>https://f.example/a</link><description>&lt;p&gt;Bonjour&lt;/p&gt;</description></item>";
    scales("items", |n| feed(item.repeat(n.min(1_000_000))), xml());
    scales("attributes", |n| feed(format!("<item{}/>", " a='1'".repeat(n))), xml());
    scales(
        "namespaces",
        |n| feed(format!("<item{}/>", (0..n).map(|n| format!(" xmlns:a{n}='u'")).collect::<String>())),
        xml(),
    );
    scales("undefined entities", |n| feed(format!("<item><title>{}</title></item>", "&eacute;&x;&".repeat(n))), xml());
    scales("open elements", |n| feed("<item><title>a".repeat(n)), xml());
    scales("sections", |n| feed(format!("<item><title>{}</title></item>", "<![CDATA[a]]>".repeat(n))), xml());
    scales(
        "markup in an item",
        |n| feed(format!("<item><description><![CDATA[{}]]></description></item>", "<p>a <b>b".repeat(n))),
        xml(),
    );
    let nested = |n: usize| format!("{}{}", "<media:category>".repeat(200), "texte ".repeat(100 * n));
    scales("categories around a text", |n| feed(format!("<item>{}</item>", nested(n))), xml());
    scales(
        "enclosures",
        |n| feed(format!("<item>{}</item>", "<enclosure url='https://f.example/a'/>".repeat(n))),
        xml(),
    );
    scales("angles", |n| feed("<".repeat(n)), xml());
    scales(
        "a declaration of types",
        |n| format!("<!DOCTYPE rss [{}]>{}", "<!ENTITY a 'b'>".repeat(n), feed(String::new())),
        xml(),
    );
    scales(
        "json",
        |n| {
            format!(
                "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{}{{}}]}}",
                "{\"id\":\"1\",\"title\":\"a\"},".repeat(n)
            )
        },
        read(Role::Feed, "application/feed+json"),
    );
    scales(
        "a sitemap",
        |n| {
            format!(
                "<urlset>{}</urlset>",
                "<url><loc>https://f.example/a</loc><lastmod>2026-11-20</lastmod></url>".repeat(n)
            )
        },
        read(Role::Sitemap, "application/xml"),
    );
}

#[test]
fn pages_scale() {
    let article = || read(Role::Article, "text/html");
    let page =
        |body: String| format!("<html><head><title>Atlas</title></head><body><article>{body}</article></body></html>");
    scales("paragraphs", |n| page("<p>Une phrase assez longue pour être lue, et une autre.</p>".repeat(n)), article());
    scales("open formatting", |n| page("<b><i><a href=x>".repeat(n)), article());
    scales("misnested", |n| page("<p><b></p></b>".repeat(n)), article());
    scales("tables", |n| page("<table><tr><td>a".repeat(n)), article());
    scales("nested lists", |n| page("<ul><li>a".repeat(n)), article());
    scales("foreign content", |n| page("<svg><g><p>".repeat(n)), article());
    scales("attributes", |n| page(format!("<p {}>a</p>", "a=1 ".repeat(n))), article());
    scales(
        "different attributes",
        |n| page(format!("<p {}>a</p>", (0..n).map(|n| format!("a{n}=1 ")).collect::<String>())),
        article(),
    );
    scales("comments", |n| page("<!-- a -->".repeat(n)), article());
    scales("open comments", |n| page("<!--".repeat(n)), article());
    scales("scripts", |n| page("<script>a</script>".repeat(n)), article());
    scales("open scripts", |n| page("<script>".repeat(n)), article());
    let noscript = |n| format!("{}<p>a<p>b<p>c{}</noscript>", "<noscript>".repeat(n), "x".repeat(3_000));
    scales("texts for those without scripts", |n| page(noscript(n)), article());
    scales("tags without an angle", |n| page(format!("<template>{}", "<template ".repeat(n))), article());
    scales("drawings without an angle", |n| page(format!("<svg>{}>", "<svg ".repeat(n))), article());
    let times = |n: usize| "<time datetime=x>".repeat(400) + &"texte ".repeat(100 * n);
    scales("times around a text", |n| page(format!("<li id='comment-1'>{}", times(n))), article());
    scales("entities", |n| page("&amp;&eacute;&x".repeat(n)), article());
    scales("quotations", |n| page("<blockquote>a</blockquote>b".repeat(n)), article());
    scales("images", |n| page("<img alt=a src=b>".repeat(n)), article());
    scales("metas", |n| "<meta name=author content='A B'>".repeat(n), article());
    scales(
        "json-ld",
        |n| format!("<script type='application/ld+json'>[{}1]</script>", "{\"@type\":\"NewsArticle\"},".repeat(n)),
        article(),
    );
    let links =
        |n| (0..n).map(|n| format!("<h2><a href='/2026/11/une-page-{n}'>Un titre {n}</a></h2>")).collect::<String>();
    scales("links of a list", |n| page(links(n)), read(Role::Listing, "text/html"));
    scales("a front page", |n| page(links(n)), read(Role::Seed, "text/html"));
    let comment = |n| {
        format!(
            "<li id='comment-{n}' class=comment><cite class=fn>A</cite><div class=comment-content><p>Oui</p></div></li>"
        )
    };
    scales("comments of readers", |n| page((0..n).map(comment).collect()), article());
    let nested = |n: usize| (0..n).map(|n| format!("<li id='comment-{n}'><p>a</p><ul>")).collect::<String>();
    scales("answers to answers", |n| page(nested(n.min(120)).repeat(1 + n / 120)), article());
}

#[test]
fn forums_scale() {
    let page = |body: String| format!("<html><body id='phpbb'>{body}Powered by phpBB</body></html>");
    let topic = || read(Role::Topic, "text/html");
    let post = |n| {
        format!(
            "<div id='p{n}' class=post><p class=author>par <a class=username>A</a> » mar. 10 nov. 2026 10:0{}</p>\
             <div class=content><blockquote><cite>B a écrit</cite>oui</blockquote>Non <img class=smilies alt=':)'></div></div>",
            n % 10
        )
    };
    scales("posts", |n| page((1..=n).map(post).collect()), topic());
    scales(
        "quotations in a post",
        |n| {
            page(format!(
                "<div id=p1 class=post><div class=content>{}</div></div>",
                "<blockquote>a</blockquote>b".repeat(n)
            ))
        },
        topic(),
    );
    scales("posts in posts", |n| page("<div id=p1 class=post><div class=content>a</div>".repeat(n)), topic());
    let row = |n| {
        format!(
            "<ul class='topiclist topics'><li class=row><a class=topictitle href='viewtopic.php?t={n}'>a</a></li></ul>"
        )
    };
    scales("topics", |n| page((0..n).map(row).collect()), read(Role::Board, "text/html"));
    scales(
        "pages of a topic",
        |n| {
            page(format!(
                "<div id=p1 class=post><div class=content>a</div></div>{}",
                (0..n).map(|n| format!("<a href='viewtopic.php?t=1&start={n}'>")).collect::<String>()
            ))
        },
        topic(),
    );
}

#[test]
fn the_rest_scales() {
    let url = url::Url::parse(&format!("https://f.example/{}", "a".repeat(2_000))).unwrap();
    scales(
        "rules of robots.txt",
        |n| format!("User-agent: *\n{}", "Disallow: /*a*b\n".repeat(n)),
        |bytes| _ = Rules::parse(bytes).allow(&url),
    );
    scales("agents of robots.txt", |n| "User-agent: x\n".repeat(n), |bytes| _ = Rules::parse(bytes).allow(&url));
    let text = |work: fn(&str)| move |bytes: &[u8]| work(std::str::from_utf8(bytes).unwrap());
    scales(
        "parameters",
        |n| format!("https://f.example/?{}", "a=b&utm_source=x&".repeat(n)),
        text(|url| _ = urls::canonical(url)),
    );
    scales("percent", |n| format!("https://f.example/{}", "%41%".repeat(n)), text(|url| _ = urls::canonical(url)));
    scales("what is shown", |n| "https://a:b@c.example/?token=x&".repeat(n), text(|url| _ = urls::shown(url)));
    scales("a date", |n| "12 ".repeat(n), text(|date| _ = dates::parse(date, None)));
    scales("characters", |n| "é\u{fffd}".repeat(n), |bytes| _ = charset::decode(bytes, None));
    scales(
        "broken characters",
        |n| "é".repeat(n),
        |bytes| {
            let broken: Vec<u8> = bytes.chunks(7).flat_map(|seven| [seven, b"\xff"].concat()).collect();
            charset::decode(&broken, Some("text/html; charset=utf-8"));
        },
    );
    scales("entities", |n| "&amp;&eacute;&#x41;&".repeat(n), text(|text| _ = markup::entities(text)));
}
