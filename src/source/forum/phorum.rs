//! Phorum 5: list.php?F,page=2, read.php?F,T,page=2, posts by read.php?F,T,M#msg-M; dates in words.

use url::Url;

use super::address::{At, in_fragment, is_number, script};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "phorum",
    signs: &["phorum"],
    mark: "#phorum, .message .message-body, table.list a[href*='read.php?'], div.PhorumReadBodyText, .PhorumStdBlock",
    boards: Rows {
        row: "#phorum table.list tr:has(a[href*='list.php?']), tr:has(h3 a[href*='list.php?'])",
        link: "h3 a[href*='list.php?'], a[href*='list.php?']",
        counts: ["td:nth-last-child(3)", "td:nth-last-child(2)"],
        last: "a[href*='read.php?']",
        time: "td:last-child",
    },
    topics: Rows {
        row: "#phorum table.list tr:has(a[href*='read.php?'])",
        link: "h4 a[href*='read.php?'], a[href*='read.php?']",
        counts: ["td:nth-last-child(2)", ""],
        last: "td:last-child a[href*='read.php?']",
        time: "td:last-child",
    },
    post: Posts {
        block: "div.message, div.PhorumReadMessageBlock",
        number: "small a[href*='#msg-']@href | a[href*='#msg-']@href | a[name^=msg-]@name",
        fragment: "msg-",
        author: ".message-author a | .message-author | .PhorumReadBodyHead a",
        date: ".message-date | small | .PhorumReadBodyHead:nth-child(2)",
        body: ".message-body, .PhorumReadBodyText",
        signature: ".message-signature",
        quote: "blockquote",
        cite: "blockquote > div > small:first-child, small",
        code: "pre",
        note: ".message-options, .attachments, .message-moderation, .PhorumReadNavBlock",
        ..Posts::NONE
    },
    heading: "#phorum h1, h1",
    next: "link[rel=next], .paging a[rel=next], .paging img[alt='>'] , .paging a:last-child",
    topic: |url| {
        let [board, topic, ..] = &numbers(url, "read.php")?[..] else { return None };
        paged(url, &format!("{board},{topic}"))
    },
    board: |url| {
        let [board, ..] = &numbers(url, "list.php")?[..] else { return None };
        paged(url, board)
    },
    post_address: |page, thread, id| {
        let mut url = thread.unwrap_or(page).clone();
        url.set_query(Some(&format!("{},{id}", thread?.query()?)));
        url.set_fragment(Some(&format!("msg-{id}")));
        Some(url)
    },
    post_number: |url| in_fragment(url, "msg-"),
    ..Facts::NONE
};

/// The numbers that an address asks `wanted` for.
fn numbers<'a>(url: &'a Url, wanted: &str) -> Option<Vec<&'a str>> {
    let query = url.query().filter(|_| script(url) == wanted)?;
    Some(query.split(',').take_while(|part| is_number(part)).collect())
}

fn paged(url: &Url, own: &str) -> Option<At> {
    let page = url.query()?.split(',').find_map(|part| part.strip_prefix("page="));
    let place: u64 = page.and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let with = |query: &str| {
        let mut url = url.clone();
        url.set_query(Some(query));
        url.set_fragment(None);
        url
    };
    let first = with(own);
    Some(At { url: if place > 1 { with(&format!("{own},page={place}")) } else { first.clone() }, first, place })
}
