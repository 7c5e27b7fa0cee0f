//! Sites that move under the crawl: lists that shift, posts that go, doors that are shut for a night. Nothing is lost.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use super::nights::{configure, feed, scan, source, stored};
use crate::sandbox::Sandbox;
use crate::server::{Hit, Reply, Server};

/// A forum of phpBB with one board, the newest topics first, and ten posts a page.
#[derive(Default)]
struct Forum {
    /// Numbers of posts by topic.
    topics: Vec<(u64, Vec<u64>)>,
    per_board: usize,
    /// What is answered instead of pages whose address has that in it.
    shut: Option<(&'static str, Reply)>,
}

type Shared = Arc<Mutex<Forum>>;

fn page(body: String) -> Reply {
    Reply::ok(format!("<html lang=fr><body id=\"phpbb\"><div id=page-body>{body}</div>Powered by phpBB"))
        .header("Content-Type", "text/html; charset=utf-8")
}

fn row(class: &str, link: &str, counts: [usize; 2], last: u64) -> String {
    let [first, second] = counts;
    let kinds = if class == "forums" { ["topics", "posts"] } else { ["posts", "views"] };
    format!(
        "<ul class='topiclist {class}'><li class=row><dl>{link}<dd class={}>{first}</dd><dd class={}>{second}</dd>\
         <dd class=lastpost><a href='./viewtopic.php?p={last}#p{last}'>x</a>\
         <time datetime='2026-11-10T12:00:00+00:00'></time></dd></dl></li></ul>",
        kinds[0], kinds[1]
    )
}

fn post(id: u64) -> String {
    format!(
        "<div id='p{id}' class=post><div class=postbody><p class=author><a class=username>m</a> » \
         <time datetime='2026-11-10T10:00:00+00:00'>x</time></p><div class=content>Atlas, message {id}</div></div></div>"
    )
}

impl Forum {
    fn answer(&self, hit: &Hit) -> Reply {
        if let Some((part, reply)) = &self.shut
            && hit.path.contains(part)
        {
            return reply.clone();
        }
        let (path, query) = hit.path.split_once('?').unwrap_or((&hit.path, ""));
        let asked = |key: &str| {
            let said = query.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
            said.and_then(|said| said.parse::<usize>().ok())
        };
        let start = asked("start").unwrap_or(0);
        match path {
            "/" => {
                let posts = self.topics.iter().map(|(_, posts)| posts.len()).sum();
                let last = self.topics.iter().flat_map(|(_, posts)| posts).max().copied().unwrap_or(0);
                let link = "<a class=forumtitle href='./viewforum.php?f=1'>Opérateurs</a>";
                page(row("forums", link, [self.topics.len(), posts], last))
            }
            "/viewforum.php" => {
                let shown = self.topics.iter().skip(start).take(self.per_board);
                let rows: String = shown
                    .map(|(topic, posts)| {
                        let link =
                            format!("<a class=topictitle href='./viewtopic.php?f=1&amp;t={topic}'>Sujet {topic}</a>");
                        row("topics", &link, [posts.len() - 1, 9], posts.last().copied().unwrap_or(0))
                    })
                    .collect();
                page(rows + &next(start + self.per_board, self.topics.len(), "viewforum.php?f=1"))
            }
            "/viewtopic.php" => {
                let topic = asked("t").unwrap_or(0) as u64;
                let Some((_, posts)) = self.topics.iter().find(|(number, _)| *number == topic) else {
                    return Reply::status(404);
                };
                if start > 0 && start >= posts.len() {
                    return Reply::status(404);
                }
                let shown: String = posts.iter().skip(start).take(10).map(|id| post(*id)).collect();
                let title = format!("<h2 class=topic-title><a href='./viewtopic.php?t={topic}'>Sujet {topic}</a></h2>");
                page(title + &shown + &next(start + 10, posts.len(), &format!("viewtopic.php?t={topic}")))
            }
            _ => Reply::status(404),
        }
    }
}

fn next(start: usize, of: usize, list: &str) -> String {
    if start >= of {
        return String::new();
    }
    format!("<li class=next><a href='./{list}&amp;start={start}'>→</a></li>")
}

fn forum(topics: Vec<(u64, Vec<u64>)>, per_board: usize) -> (Shared, Server) {
    let forum = Arc::new(Mutex::new(Forum { topics, per_board, shut: None }));
    let shared = Arc::clone(&forum);
    (forum, Server::start(move |hit| shared.lock().unwrap().answer(hit)))
}

/// The posts that the forum has and the store has not.
fn missing(sandbox: &Sandbox, forum: &Shared) -> BTreeSet<u64> {
    let told: BTreeSet<String> =
        stored(sandbox).iter().map(|mention| mention["hit_sentence"].as_str().unwrap().to_owned()).collect();
    let forum = forum.lock().unwrap();
    let all = forum.topics.iter().flat_map(|(_, posts)| posts.iter().copied());
    all.filter(|id| !told.contains(&format!("Atlas, message {id}"))).collect()
}

fn watched(server: &Server, crawl: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    configure(&sandbox, &[server], crawl, &[("forum", server.url("/"), "")]);
    sandbox
}

#[test]
fn a_list_that_shifts_while_it_waits_is_read_to_its_end() {
    let (forum, server) = forum((0..30).rev().map(|n| (n + 1, vec![n + 1])).collect(), 5);
    let sandbox = watched(&server, "max_pages = 14");
    for day in 1..9 {
        scan(&sandbox, day, &[]).ended(0);
        if day < 4 {
            // More than a page of new topics, so that the page that waits shows known ones only.
            let mut forum = forum.lock().unwrap();
            let newest = forum.topics.len() as u64;
            (newest..newest + 6).for_each(|n| forum.topics.insert(0, (n + 1, vec![n + 1])));
        }
        if day == 2 {
            assert!(!missing(&sandbox, &forum).contains(&36), "the newest does not wait for the oldest");
        }
    }
    assert_eq!(missing(&sandbox, &forum), BTreeSet::new());
    let before = server.pages().len();
    scan(&sandbox, 10, &[]).ended(0);
    assert!(server.pages().len() - before <= 2, "it is known to its end");
}

#[test]
fn every_thread_of_a_host_is_gone_on_with_at_its_own_end() {
    let (forum, server) = forum(vec![(1, (1..=12).collect()), (2, (101..=115).collect())], 5);
    let sandbox = Sandbox::new();
    let topics = [1, 2].map(|topic| server.url(&format!("/viewtopic.php?t={topic}")));
    configure(&sandbox, &[&server], "", &[("un", topics[0].clone(), ""), ("deux", topics[1].clone(), "")]);
    for day in 1..5 {
        scan(&sandbox, day, &[]).ended(0);
        assert_eq!(missing(&sandbox, &forum), BTreeSet::new(), "night {day}");
        let mut forum = forum.lock().unwrap();
        forum.topics[0].1.extend([20 + u64::from(day) * 2, 21 + u64::from(day) * 2]);
        forum.topics[1].1.push(200 + u64::from(day));
    }
}

#[test]
fn a_thread_whose_posts_were_removed_is_read_from_its_beginning() {
    let (forum, server) = forum(vec![(1, (1..=25).collect())], 5);
    let sandbox = watched(&server, "");
    scan(&sandbox, 1, &[]).ended(0);
    {
        let posts = &mut forum.lock().unwrap().topics[0].1;
        posts.retain(|id| !(3..=10).contains(id));
        posts.extend(101..=106);
    }
    scan(&sandbox, 2, &[]).ended(0);
    assert_eq!(missing(&sandbox, &forum), BTreeSet::new());
    // Its last page is gone, and there is a new post.
    {
        let posts = &mut forum.lock().unwrap().topics[0].1;
        posts.truncate(4);
        posts.push(107);
    }
    (3..6).for_each(|day| drop(scan(&sandbox, day, &[])));
    assert_eq!(missing(&sandbox, &forum), BTreeSet::new());
}

#[test]
fn what_is_shut_for_a_night_is_read_the_next() {
    let repair = || {
        Reply::ok("<html><title>Maintenance</title><body><h1>Maintenance</h1><p>De retour demain.</p></body></html>")
    };
    let shut = [
        ("viewtopic", Reply::to("/maintenance")),
        ("viewtopic", Reply::to("/")),
        ("viewtopic", repair().header("Content-Type", "text/html")),
        ("viewforum", repair().header("Content-Type", "text/html")),
        ("viewforum", Reply::status(403)),
    ];
    for (part, reply) in shut {
        let (forum, server) =
            forum((1..=3).map(|topic| (topic, (topic * 100..topic * 100 + 12).collect())).collect(), 5);
        forum.lock().unwrap().shut = Some((part, reply.clone()));
        let sandbox = watched(&server, "");
        scan(&sandbox, 1, &[]);
        assert_eq!(stored(&sandbox).len(), 0);
        forum.lock().unwrap().shut = None;
        scan(&sandbox, 2, &[]).ended(0);
        assert_eq!(missing(&sandbox, &forum), BTreeSet::new(), "{part} {reply:?}");
        assert_eq!(source(&sandbox, "forum")["documents"], 36, "and nothing of what stood there meanwhile");
    }
}

#[test]
fn a_forum_that_is_shut_has_failed() {
    let (forum, server) = forum(vec![(1, vec![1])], 5);
    let sandbox = watched(&server, "");
    let repair = Reply::ok("<html><title>Maintenance</title><body><p>De retour demain.</p></body></html>");
    forum.lock().unwrap().shut = Some(("viewforum", Reply::status(403)));
    scan(&sandbox, 1, &[]).ended(3);
    forum.lock().unwrap().shut = None;
    scan(&sandbox, 2, &[]).ended(0);
    forum.lock().unwrap().shut = Some(("/", repair.header("Content-Type", "text/html")));
    let ran = scan(&sandbox, 3, &[]).ended(3);
    assert!(ran.err.contains("not a page of the forum"), "{}", ran.err);
    assert_eq!(source(&sandbox, "forum")["documents"], 1);
}

#[test]
fn a_feed_that_was_gone_for_a_night_is_asked_again_and_a_gone_article_is_let_be() {
    let night = Arc::new(Mutex::new(1));
    let tonight = Arc::clone(&night);
    let server = Server::start(move |hit| {
        let night = *tonight.lock().unwrap();
        let item = |n: u32| {
            let host = hit.header("host").unwrap();
            format!(
                "<item><title>Atlas {n}</title><link>http://{host}/a/{n}</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>"
            )
        };
        match hit.path.as_str() {
            "/" => Reply::ok(
                "<html><head><link rel=alternate type='application/rss+xml' href='/feed'></head><body class=home>Atlas",
            )
            .header("Content-Type", "text/html"),
            "/feed" if night != 2 => feed((0..night).map(item)),
            _ => Reply::status(404),
        }
    });
    let sandbox = watched(&server, "");
    let mut gone = 0;
    for day in 1..10 {
        *night.lock().unwrap() = day;
        let before = server.pages().len();
        scan(&sandbox, day, &[]).ended(if day == 2 { 3 } else { 0 });
        let asked = server.pages()[before..].to_vec();
        assert!(asked.contains(&String::from("/feed")), "night {day}: {asked:?}");
        gone += asked.iter().filter(|path| *path == "/a/0").count();
    }
    assert_eq!(source(&sandbox, "forum")["documents"], 9);
    assert_eq!(gone, 4, "then it is let be for a week");
}

#[test]
fn what_retention_left_out_is_found_by_a_wider_period() {
    let (forum, server) = forum(vec![(1, vec![1]), (2, vec![2])], 5);
    let sandbox = watched(&server, "\n[privacy]\nretention = '5 days'");
    scan(&sandbox, 20, &[]).ended(0);
    assert_eq!(missing(&sandbox, &forum).len(), 2);
    scan(&sandbox, 21, &["--since", "2026-01-01"]).ended(0);
    assert_eq!(missing(&sandbox, &forum), BTreeSet::new());
}

#[test]
fn a_source_at_another_address_leaves_what_waited_at_the_old() {
    let (_, old) = forum((0..9).map(|n| (n + 1, vec![n + 1])).collect(), 5);
    let new = Server::table([(
        "/feed",
        feed([String::from("<item><title>Atlas</title><guid isPermaLink='false'>n</guid></item>")]),
    )]);
    let sandbox = watched(&old, "max_pages = 4");
    scan(&sandbox, 1, &[]).ended(0);
    assert!(source(&sandbox, "forum")["waiting"].as_u64().unwrap() > 0);
    let before = old.hits().len();
    configure(&sandbox, &[&old, &new], "", &[("forum", new.url("/feed"), "kind = \"feed\"")]);
    scan(&sandbox, 2, &[]).ended(0);
    assert_eq!(old.hits().len(), before);
}

#[test]
fn a_last_page_that_answers_otherwise_costs_no_later_post() {
    let home = || Reply::ok("<html><title>Accueil</title><body><p>Bienvenue.</p></body></html>");
    for reply in [
        Reply::to("/viewtopic.php?t=1"),
        Reply::to("/nowhere"),
        Reply::status(403),
        home().header("Content-Type", "text/html"),
    ] {
        let (forum, server) = forum(vec![(1, (1..=12).collect())], 5);
        let sandbox = watched(&server, "");
        scan(&sandbox, 1, &[]).ended(0);
        forum.lock().unwrap().shut = Some(("start=10", reply.clone()));
        for day in 2..5 {
            let posts = &mut forum.lock().unwrap().topics[0].1;
            posts.retain(|id| *id <= 4 || *id > 20);
            posts.push(20 + day);
        }
        (2..4).for_each(|day| drop(scan(&sandbox, day, &[]).ended(0)));
        assert_eq!(missing(&sandbox, &forum), BTreeSet::new(), "{reply:?}");
    }
}

#[test]
fn a_board_that_stays_shut_is_asked_ever_more_seldom() {
    let (forum, server) = forum(vec![(1, vec![1])], 5);
    forum.lock().unwrap().shut = Some(("viewforum", Reply::status(403)));
    let sandbox = watched(&server, "");
    (1..10).for_each(|day| drop(scan(&sandbox, day, &[])));
    assert_eq!(server.pages().iter().filter(|path| path.contains("viewforum")).count(), 6);
    forum.lock().unwrap().shut = None;
    // The list above it has not changed.
    scan(&sandbox, 12, &[]).ended(0);
    assert_eq!(missing(&sandbox, &forum), BTreeSet::new());
}

#[test]
fn a_blog_that_leads_to_a_forum_stays_a_blog() {
    let (forum, topic) = forum(vec![(7, vec![1])], 5);
    drop(topic);
    let night = Arc::new(Mutex::new(0));
    let tonight = Arc::clone(&night);
    let server = Server::start(move |hit| {
        let host = hit.header("host").unwrap();
        let item = |n: u32, path: &str| {
            format!(
                "<item><title>Atlas {n}</title><link>http://{host}{path}</link>\
                 <pubDate>Fri, 20 Nov 2026 10:00:{n:02} GMT</pubDate></item>"
            )
        };
        match hit.path.as_str() {
            "/" => Reply::ok(
                "<html><head><link rel=alternate type='application/rss+xml' href='/feed'></head><body class=home>Atlas",
            )
            .header("Content-Type", "text/html"),
            "/feed" => {
                let night = *tonight.lock().unwrap();
                feed((1..=night).map(|n| item(n, &format!("/a/{n}"))).chain([item(0, "/viewtopic.php?t=7")]))
            }
            _ => forum.lock().unwrap().answer(hit),
        }
    });
    let sandbox = watched(&server, "");
    for day in 1..5 {
        *night.lock().unwrap() = day;
        scan(&sandbox, day, &[]).ended(0);
        assert_eq!(source(&sandbox, "forum")["found"], "blog", "night {day}");
    }
    assert!(stored(&sandbox).len() >= 4);
}
