//! phpBB 3: viewforum.php?f=, viewtopic.php?t=&start=, posts by viewtopic.php?p=; dates with their zone.

use url::Url;

use super::{Engine, Post, Row, beside, parameter, script};
use crate::source::html::selector;
use crate::source::words::Apart;

/// The facts.
pub fn engine() -> Engine {
    Engine {
        name: "phpbb",
        signs: &["id=\"phpbb\"", "phpBB"],
        mark: selector("body#phpbb, div.postbody div.content, ul.topiclist.topics, ul.topiclist.forums"),
        boards: Row {
            row: selector("ul.topiclist.forums > li.row"),
            link: selector("a.forumtitle"),
            counts: [selector("dd.topics"), selector("dd.posts")],
            last: selector("dd.lastpost a[href]"),
            time: selector("dd.lastpost time"),
        },
        topics: Row {
            row: selector("ul.topiclist.topics > li.row"),
            link: selector("a.topictitle"),
            counts: [selector("dd.posts"), selector("dd.views")],
            last: selector("dd.lastpost a[href]"),
            time: selector("dd.lastpost time"),
        },
        post: Post {
            block: selector("div.post[id^=p]"),
            prefix: "p",
            anchor: None,
            author: selector("p.author .username, p.author .username-coloured, p.author strong"),
            date: selector("p.author time, p.author"),
            body: selector("div.content"),
            signature: selector("div.signature"),
            apart: Apart::new(
                "blockquote",
                "cite",
                "div.codebox, dl.codebox, pre",
                ".notice, .attachbox, dl.file, .inline-attachment, .post-buttons",
            ),
        },
        title: selector("h2.topic-title, #page-body > h2"),
        next: selector("li.next a[href], a[rel=next], link[rel=next]"),
        topic_address,
        board_address,
        post_address: |page, id| beside(page, "viewtopic.php", &[("p", id)], Some(&format!("p{id}"))),
        post_number: |url| parameter(url, "p").filter(|_| script(url) == "viewtopic.php"),
        place: |url| parameter(url, "start").and_then(|start| start.parse().ok()).unwrap_or(0),
        rewrites: true,
        zone: selector("#page-footer li, li.rightside, #page-body p, p.right, p.gensmall, .copyright"),
        hides_zone: false,
    }
}

/// `t` alone names a topic, `start` its page; what else stands there are sessions, boards, ways of showing it.
pub(super) fn topic_address(url: &Url) -> Option<Url> {
    let topic = parameter(url, "t").filter(|_| script(url) == "viewtopic.php")?;
    page(url, "viewtopic.php", "t", &topic)
}

pub(super) fn board_address(url: &Url) -> Option<Url> {
    let board = parameter(url, "f").filter(|_| script(url) == "viewforum.php")?;
    page(url, "viewforum.php", "f", &board)
}

fn page(url: &Url, script: &str, key: &str, id: &str) -> Option<Url> {
    match parameter(url, "start").filter(|start| start.bytes().any(|b| b != b'0')) {
        Some(start) => beside(url, script, &[(key, id), ("start", &start)], None),
        None => beside(url, script, &[(key, id)], None),
    }
}
