//! vBulletin 3: forumdisplay.php?f=&page=, showthread.php?t=&page=, posts by showthread.php?p=; all in tables, dates without
//! zone.

use super::address::{beside, in_fragment, parameter, script, script_page};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "vbulletin",
    signs: &["vBulletin", "post_message_", "bigusername", "vbmenu_"],
    mark: "table[id^=post] [id^=post_message_], .tpost [id^=post_message_], table.tborder [id^=post_message_], a.bigusername, [id^=threadbits_forum], #collapseobj_forumhome, td[id^=td_threadtitle]",
    boards: Rows {
        row: "tbody[id^=collapseobj_forumbit] > tr, tbody > tr:has(> td[id^=f])",
        link: "a[href*=forumdisplay]",
        counts: ["td:nth-last-child(2)", "td:nth-last-child(1)"],
        last: "a[href*=showthread]",
        time: "td .smallfont [align=right], td .smallfont[align=right], td div[align=right]",
    },
    topics: Rows {
        row: "tbody[id^=threadbits_forum] > tr, tr:has(> td[id^=td_threadtitle])",
        link: "a[id^=thread_title]",
        counts: ["td:nth-last-child(2)", "td:nth-last-child(1)"],
        last: "a[href*='#post'], a[href*='p=']",
        time: "td[title] .smallfont, td .smallfont[style*=right]",
    },
    post: Posts {
        block: "[id^=edit]:has([id^=post_message_]), table[id^=post]:has([id^=post_message_]), div.tpost:has([id^=post_message_])",
        number: "[id^=post_message_]@id",
        fragment: "post",
        author: "a.bigusername, [id^=postmenu_] a, [id^=postmenu_] | .bigusername",
        date: "td.thead .normal:not([style*=right]) | td.thead:first-child, td.tcat:first-child, .thead .tcell:first-child | td.thead .normal, td.thead | td.tcat",
        body: "[id^=post_message_]",
        signature: "[id^=post_message_] ~ div:has(> .signature), .signature, .sig",
        quote: "div:has(> table td.alt2), .quote, .bbcode_quote",
        cite: "td.alt2 > div:first-child:has(strong), .bbcode_postedby, .quote-author",
        code: "div:has(> pre), pre",
        note: ".smallfont, .editnote",
        ..Posts::NONE
    },
    heading: "td.navbar strong, .navbar strong, h1",
    next: "a[rel=next], link[rel=next]",
    topic: |url| script_page(url, "showthread.php", "t", "page", 1),
    board: |url| script_page(url, "forumdisplay.php", "f", "page", 1),
    post_address: |page, _, id| beside(page, "showthread.php", &[("p", id)], Some(&format!("post{id}"))),
    post_number: |url| {
        let is_thread = matches!(script(url), "showthread.php" | "showpost.php");
        parameter(url, "p").filter(|_| is_thread).or_else(|| in_fragment(url, "post"))
    },
    ..Facts::NONE
};
