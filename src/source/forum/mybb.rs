//! MyBB 1.8: forumdisplay.php?fid=&page=, showthread.php?tid=&page=, posts by showthread.php?tid=&pid=, or forum-1.html,
//! thread-2-page-3.html; dates in the board's zone, which its pages say.

use url::Url;

use super::address::{At, beside, first_number, in_fragment, is_number, parameter, script, script_page};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "mybb",
    signs: &["my_post_key", "MyBB", "mybb"],
    mark: "[id^=post_].post .post_body, .post_body[id^=pid_], td[id^=tid_], tr.inline_row, td.trow1 a[href*=forumdisplay], td.trow1 a[href*='forum-'], #posts .post",
    boards: Rows {
        row: "tr:has(> td a[href*='forumdisplay.php']), tr:has(> td strong a[href*='forum-'])",
        link: "strong a[href*='forumdisplay.php'], strong a[href*='forum-']",
        counts: ["td:nth-child(3)", "td:nth-child(4)"],
        last: "a[href*='pid='], a[href*='lastpost']",
        time: ".lastpost span[title]@title | td:last-child span[title]@title | td:last-child .smalltext, td:last-child",
    },
    topics: Rows {
        row: "tr.inline_row, tr:has(span[id^=tid_])",
        link: "span[id^=tid_] a[href], .subject_new a[href], .subject_old a[href]",
        counts: ["td a[href*=whoPosted], td a[onclick*=whoPosted] | td:nth-child(4)", "td:nth-child(5)"],
        last: "a[href*='pid=']",
        time: ".lastpost span[title]@title | .lastpost",
    },
    post: Posts {
        block: "div.post[id^=post_], table[id^=post_]",
        number: "@id",
        fragment: "pid",
        author: ".author_information strong a, .author_information strong | .post_author .largetext, .post_author strong | strong .largetext",
        date: ".post_date > span[title]:first-child@title | .post_date | span.smalltext",
        body: ".post_body[id^=pid_], [id^=pid_], .post_body",
        signature: ".signature",
        quote: "blockquote",
        cite: "cite",
        code: ".codeblock",
        note: ".post_edit, .edited_post, fieldset, .attachment, .post_meta, .spoiler_header",
        ..Posts::NONE
    },
    heading: "table:has(#posts) td.thead > div > strong | table:has(#posts) td.thead strong | .thead strong | h1",
    next: "a.pagination_next, link[rel=next]",
    topic: |url| address(url, "showthread.php", "tid", "thread"),
    board: |url| address(url, "forumdisplay.php", "fid", "forum"),
    post_address: |page, thread, id| {
        let thread = thread?;
        let fragment = format!("pid{id}");
        if let Some(topic) = parameter(thread, "tid") {
            return beside(page, "showthread.php", &[("tid", &topic), ("pid", id)], Some(&fragment));
        }
        let mut url = page.join(&format!("{}-post-{id}.html", script(thread).trim_end_matches(".html"))).ok()?;
        url.set_fragment(Some(&fragment));
        Some(url)
    },
    post_number: |url| parameter(url, "pid").or_else(|| in_fragment(url, "pid")),
    zone: "#current_time, #footer .copyright ~ *, #footer",
    ..Facts::NONE
};

/// `script?id=12&page=2`, or `name-12-page-2.html`.
fn address(url: &Url, wanted: &str, id: &str, name: &str) -> Option<At> {
    if script(url) == wanted {
        return script_page(url, wanted, id, "page", 1);
    }
    let rest = script(url).strip_suffix(".html")?.strip_prefix(name)?.strip_prefix('-')?;
    let number = first_number(rest)?;
    let place = rest.split_once("-page-").map(|(_, page)| page).filter(|page| is_number(page));
    let place: u64 = place.and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let with = |file: String| {
        let mut url = url.join(&file).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    let first = with(format!("{name}-{number}.html"))?;
    let own = if place > 1 { with(format!("{name}-{number}-page-{place}.html"))? } else { first.clone() };
    Some(At { url: own, first, place })
}
