//! Simple Machines Forum 2: index.php?board=1.20, index.php?topic=12.15, posts by ?topic=12.msg34#msg34; dates in words.

use url::Url;

use super::address::{At, first_number, in_fragment, is_number};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "smf",
    signs: &["smf_scripturl", "smf_theme_url", "Simple Machines", "forumposts"],
    mark: "#forumposts .post_wrapper, #forumposts, #messageindex, #boardindex_table, #main_content_section .board_icon, [id^=msg_] , .up_contain [id^=board_], .windowbg [id^=msg_]",
    boards: Rows {
        row: "tr[id^=board_], div.up_contain[id^=board_]",
        link: "a.subject[href], a.mobile_subject[href], .info a[href*='board='], .info a[href*='board,']",
        counts: [".stats, .board_stats", ".stats p, .board_stats p"],
        last: ".lastpost a[href*='msg']",
        time: ".lastpost p, .lastpost",
    },
    topics: Rows {
        row: "#messageindex tbody tr, #topic_container > div",
        link: "[id^=msg_] a[href], .message_index_title a[href], td.subject a[href]",
        counts: ["td.stats, .board_stats p:first-child, .board_stats", "td.stats br + *, .board_stats p:nth-child(2)"],
        last: ".lastpost a[href*='msg']",
        time: ".lastpost p, .lastpost",
    },
    post: Posts {
        block: "#forumposts .post_wrapper, div[id^=msg].windowbg",
        number: "[id^=msg_]@id | [id^=subject_]@id | @id",
        fragment: "msg",
        author: ".poster h4 a[href*=profile] | .poster h4 a:last-of-type, .poster h4",
        date: ".keyinfo .postinfo a.smalltext[title]@title | .keyinfo .postinfo a.smalltext, .keyinfo .postinfo .smalltext | .keyinfo .smalltext",
        body: ".post .inner, .post [id^=msg_], .inner",
        signature: ".signature",
        quote: "blockquote",
        cite: ".quoteheader, cite",
        code: ".bbc_code, code",
        note: ".quotefooter, .codeheader, .modified, .attachments, .smalltext.modified",
        likes: ".smflikebutton .like_count",
        ..Posts::NONE
    },
    heading: "#display_head h2 span, .display_title, #forumposts h3 span[id=top_subject], .navigate_section li.last a span, h2.display_title, h1 + h2",
    next: "link[rel=next], .pagelinks a.nav_page:has(.next_page), .pagelinks a.nav_page[rel=next]",
    topic: |url| address(url, "topic"),
    board: |url| address(url, "board"),
    post_address,
    post_number: |url| {
        in_fragment(url, "msg").or_else(|| {
            value(url, "topic")?.split_once(".msg").map(|(_, id)| String::from(id)).filter(|id| is_number(id))
        })
    },
    zone: "",
    ..Facts::NONE
};

/// `topic=12.15`, also as `topic,12.15.html`.
fn value(url: &Url, key: &str) -> Option<String> {
    let pairs = url.query().into_iter().flat_map(|query| query.split(['&', ';']));
    let queried = pairs.filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key);
    let named = || {
        let rest = url.path().rsplit('/').next()?.strip_prefix(key)?.strip_prefix(',')?;
        Some(rest.trim_end_matches(".html"))
    };
    queried.map(|(_, value)| String::from(value)).or_else(|| named().map(String::from))
}

pub(super) fn address(url: &Url, key: &str) -> Option<At> {
    let value = value(url, key)?;
    let id = first_number(&value)?;
    let offset: u64 = value.split_once('.').and_then(|(_, offset)| offset.parse().ok()).unwrap_or(0);
    let with = |offset: u64| -> Option<Url> {
        let mut url = url.clone();
        url.set_fragment(None);
        if url.query().is_some_and(|query| query.contains(key)) {
            url.set_query(Some(&format!("{key}={id}.{offset}")));
        } else {
            url = url.join(&format!("{key},{id}.{offset}.html")).ok()?;
        }
        Some(url)
    };
    Some(At { url: with(offset)?, first: with(0)?, place: offset })
}

pub(super) fn post_address(_: &Url, thread: Option<&Url>, id: &str) -> Option<Url> {
    let mut url = thread?.clone();
    match url.query() {
        Some(query) => {
            let topic = query.split('.').next()?;
            url.set_query(Some(&format!("{topic}.msg{id}")));
        }
        None => {
            let topic = url.path().rsplit('/').next()?.split('.').next()?.to_owned();
            url = url.join(&format!("{topic}.msg{id}.html")).ok()?;
        }
    }
    url.set_fragment(Some(&format!("msg{id}")));
    Some(url)
}
