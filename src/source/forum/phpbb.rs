//! phpBB 3: viewforum.php?f=, viewtopic.php?t=&start=, posts by viewtopic.php?p=; dates with their zone.

use url::Url;

use super::address::{beside, parameter, script, script_page};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "phpbb",
    signs: &["id=\"phpbb\"", "phpBB"],
    mark: "body#phpbb, div.postbody div.content, ul.topiclist.topics, ul.topiclist.forums",
    boards: Rows {
        row: "ul.topiclist.forums > li.row",
        link: "a.forumtitle",
        counts: ["dd.topics", "dd.posts"],
        last: "dd.lastpost a[href]",
        time: "dd.lastpost time@datetime | dd.lastpost time",
    },
    topics: Rows {
        row: "ul.topiclist.topics > li.row",
        link: "a.topictitle",
        counts: ["dd.posts", "dd.views"],
        last: "dd.lastpost a[href]",
        time: "dd.lastpost time@datetime | dd.lastpost time",
    },
    post: Posts {
        block: "div.post[id^=p], :is([id^=p1], [id^=p2], [id^=p3], [id^=p4], [id^=p5], [id^=p6], [id^=p7], [id^=p8], [id^=p9]):has(.postbody .content)",
        number: "@id",
        fragment: "p",
        author: "p.author .username, p.author .username-coloured, p.author strong | .postbody .username, .postbody .username-coloured | .postprofile .username, .postprofile .username-coloured | .username, .username-coloured",
        date: "p.author time@datetime | p.author time, p.author | .postbody time@datetime | time@datetime | .author, .timepost",
        body: "div.content",
        signature: "div.signature",
        code: "div.codebox, dl.codebox, pre",
        note: ".notice, .attachbox, dl.file, .inline-attachment, .post-buttons",
        ..Posts::NONE
    },
    heading: "h2.topic-title, #page-body > h2",
    next: "li.next a[href], a[rel=next], link[rel=next]",
    topic: |url| script_page(url, "viewtopic.php", "t", "start", 0),
    board: |url| script_page(url, "viewforum.php", "f", "start", 0),
    post_address,
    post_number,
    rewrites: true,
    zone: "#page-footer li, li.rightside, #page-body p, p.right, p.gensmall, .copyright",
    ..Facts::NONE
};

pub(super) fn post_address(page: &Url, _: Option<&Url>, id: &str) -> Option<Url> {
    beside(page, "viewtopic.php", &[("p", id)], Some(&format!("p{id}")))
}

pub(super) fn post_number(url: &Url) -> Option<String> {
    parameter(url, "p").filter(|_| script(url) == "viewtopic.php")
}
