//! phpBB 3.0 and 3.1 in its second style, subsilver2, and what was made from it: the same addresses, all in tables.

use super::engine::{Facts, Posts, Rows};
use super::phpbb;

/// They stand before the last post; what stands before them depends on the forum's settings.
const COUNTS: [&str; 2] = ["td:nth-last-child(3) p.topicdetails", "td:nth-last-child(2) p.topicdetails"];

pub const FACTS: Facts = Facts {
    signs: &["phpBB"],
    mark: "#wrapheader, b.postauthor, td a.forumlink, td a.topictitle",
    boards: Rows {
        row: "table.tablebg > tbody > tr",
        link: "a.forumlink",
        counts: COUNTS,
        last: "td:last-child a[href]",
        time: "td:last-child p.topicdetails",
    },
    topics: Rows {
        row: "table.tablebg > tbody > tr",
        link: "a.topictitle",
        counts: COUNTS,
        last: "td:last-child a[href]",
        time: "td:last-child p.topicdetails",
    },
    post: Posts {
        block: "table.tablebg",
        number: "a[name^='p']@name",
        fragment: "p",
        author: "b.postauthor",
        date: "td.gensmall > div",
        body: "div.postbody",
        signature: "span.postbody",
        quote: "div.quotecontent",
        cite: "div.quotetitle",
        code: "div.codecontent",
        note: "div.codetitle, div.attachtitle, div.attachcontent, span.gensmall",
        ..Posts::NONE
    },
    heading: "#pageheader h2, h2 a.titles",
    next: "link[rel=next]",
    zone: "p.datetime, p.gensmall",
    ..phpbb::FACTS
};
