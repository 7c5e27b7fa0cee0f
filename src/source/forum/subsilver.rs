//! phpBB 3.0 and 3.1 in its second style, subsilver2, and what was made from it: the same addresses, all in tables.

use scraper::Selector;

use super::{Engine, Post, Row, beside, parameter, phpbb, script};
use crate::source::html::selector;
use crate::source::words::Apart;

/// The facts.
pub fn engine() -> Engine {
    Engine {
        name: "phpbb",
        signs: &["phpBB"],
        mark: selector("#wrapheader, b.postauthor, td a.forumlink, td a.topictitle"),
        boards: Row {
            row: selector("table.tablebg > tbody > tr"),
            link: selector("a.forumlink"),
            counts: counts(),
            last: selector("td:last-child a[href]"),
            time: selector("td:last-child p.topicdetails"),
        },
        topics: Row {
            row: selector("table.tablebg > tbody > tr"),
            link: selector("a.topictitle"),
            counts: counts(),
            last: selector("td:last-child a[href]"),
            time: selector("td:last-child p.topicdetails"),
        },
        post: Post {
            block: selector("table.tablebg"),
            prefix: "p",
            anchor: Some(selector("a[name^='p']")),
            author: selector("b.postauthor"),
            date: selector("td.gensmall > div"),
            body: selector("div.postbody"),
            signature: selector("span.postbody"),
            apart: Apart::new(
                "div.quotecontent",
                "div.quotetitle",
                "div.codecontent",
                "div.codetitle, div.attachtitle, div.attachcontent, span.gensmall",
            ),
        },
        title: selector("#pageheader h2, h2 a.titles"),
        next: selector("link[rel=next]"),
        topic_address: phpbb::topic_address,
        board_address: phpbb::board_address,
        post_address: |page, id| beside(page, "viewtopic.php", &[("p", id)], Some(&format!("p{id}"))),
        post_number: |url| parameter(url, "p").filter(|_| script(url) == "viewtopic.php"),
        place: |url| parameter(url, "start").and_then(|start| start.parse().ok()).unwrap_or(0),
        rewrites: true,
        zone: selector("p.datetime, p.gensmall"),
        hides_zone: false,
    }
}

/// They stand before the last post; what stands before them depends on the forum's settings.
fn counts() -> [Selector; 2] {
    [selector("td:nth-last-child(3) p.topicdetails"), selector("td:nth-last-child(2) p.topicdetails")]
}
