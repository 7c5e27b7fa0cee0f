//! Simple Machines Forum 1: the addresses of 2, all in tables.

use super::engine::{Facts, Posts, Rows};
use super::smf;

pub const FACTS: Facts = Facts {
    signs: &["smf_scripturl", "smf_theme_url", "Simple Machines"],
    mark: "#quickModForm .post, #quickModForm, td[id^=subject_] , .bordercolor .windowbg, table.bordercolor",
    boards: Rows {
        row: "tr:has(> td a[name^=b]), tr:has(> td b a[href*='board='])",
        link: "b a[href*='board=']",
        counts: ["td:nth-child(3)", "td:nth-child(3)"],
        last: "a[href*='.msg']",
        time: "td:nth-child(4)",
    },
    topics: Rows {
        row: "tr:has(span[id^=msg_] a), tr:has(> td[id^=topic] a)",
        link: "span[id^=msg_] a[href], a[href*='topic=']",
        counts: ["td:nth-child(5)", "td:nth-child(6)"],
        last: "a[href*='.msg'], a[href*='#new']",
        time: "td:last-child .smalltext",
    },
    post: Posts {
        block: "td.windowbg:has(> table .post), td.windowbg2:has(> table .post)",
        number: "[id^=subject_]@id | a[href*='#msg']@href",
        author: "td:first-child > b a, td:first-child > b",
        date: "[id^=subject_] ~ .smalltext, td .smalltext:has(b)",
        body: "div.post",
        signature: ".signature",
        quote: "div.quote",
        cite: "div.quoteheader",
        code: "div.code",
        note: "div.codeheader, [id^=modified_], .attachments",
        ..smf::FACTS.post
    },
    heading: "td#top_subject, #top_subject, .nav b:last-child, .nav a:last-child",
    next: "link[rel=next]",
    ..smf::FACTS
};
