//! phpBB 2: the addresses of 3, all in tables; posts by viewtopic.php?p=456#456.

use super::address::beside;
use super::engine::{Facts, Posts, Rows};
use super::phpbb;

pub const FACTS: Facts = Facts {
    signs: &["phpBB", "forumline", "postbody"],
    mark: "table.forumline, span.postbody, a.forumlink, a.topictitle",
    boards: Rows {
        row: "table.forumline tr:has(a.forumlink)",
        link: "a.forumlink[href]",
        counts: ["td:nth-last-child(3)", "td:nth-last-child(2)"],
        last: "td:last-child a[href*='viewtopic.php']",
        time: "td:last-child .gensmall",
    },
    topics: Rows {
        row: "table.forumline tr:has(a.topictitle)",
        link: "a.topictitle[href]",
        counts: ["td:nth-last-child(4)", "td:nth-last-child(2)"],
        last: "td:last-child a[href*='viewtopic.php']",
        time: "td:last-child .postdetails, td:last-child .gensmall",
    },
    post: Posts {
        block: "tr:has(> td span.postbody), tr:has(> td > table span.postbody)",
        number: "td:first-child a[name]@name | a[href*='#']@href",
        fragment: "",
        author: "span.name b, span.name, .postername",
        date: "td span.postdetails",
        body: "td:has(span.postbody), span.postbody",
        signature: "span.gensmall.signature",
        quote: "td.quote, blockquote",
        cite: "",
        code: "td.code, pre",
        note: "span.postdetails, span.gensmall, span.genmed, .mainmenu, a[href*='posting.php'], .maintitle",
        ..Posts::NONE
    },
    heading: "a.maintitle, .maintitle",
    next: "link[rel=next]",
    post_address: |page, _, id| beside(page, "viewtopic.php", &[("p", id)], Some(id)),
    zone: "span.gensmall, td.gensmall",
    ..phpbb::FACTS
};
