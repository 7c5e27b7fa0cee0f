//! vBulletin 4: forumdisplay.php?1-x/page2, showthread.php?123-x/page2&p=, or /forums/1-x, /threads/123-x/page2; dates in
//! the order of the forum's country, without zone.

use url::Url;

use super::address::{At, Paged, Parts, first_number, in_fragment, is_number, parameter, script, script_page};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "vbulletin",
    signs: &["vbulletin_html", "vBulletin", "postbitlegacy", "postcontainer", "threadbit"],
    mark: "html#vbulletin_html, li.postbitlegacy, li.postbit, li.postcontainer, ol.threads li.threadbit, li.forumbit_post",
    boards: Rows {
        row: "li.forumbit_post",
        link: ".forumtitle a[href], .forumtitle",
        counts: [
            ".forumstats li:nth-child(1), .forumstats_2 li:nth-child(1)",
            ".forumstats li:nth-child(2), .forumstats_2 li:nth-child(2)",
        ],
        last: ".forumlastpost a[href]",
        time: ".forumlastpost .lastpostdate, .forumlastpost .time",
    },
    topics: Rows {
        row: "li.threadbit",
        link: "a.title[href], .threadtitle a[href]",
        counts: [".threadstats li:nth-child(1)", ".threadstats li:nth-child(2)"],
        last: ".threadlastpost a[href]",
        time: ".threadlastpost dd:last-child",
    },
    post: Posts {
        block: "li[id^=post_].postbitlegacy, li[id^=post_].postbit, li[id^=post_].postcontainer",
        number: "@id",
        fragment: "post",
        author: ".username_container .username, .username_container strong, .userinfo .username, .username",
        date: ".postdate .date | .postdate",
        body: "[id^=post_message_] .postcontent, [id^=post_message_], .postcontent",
        signature: ".signaturecontainer, blockquote.signature, .signature",
        quote: ".bbcode_quote, .quote_container",
        cite: ".bbcode_postedby",
        code: ".bbcode_container pre, pre.bbcode_code, pre",
        note: ".bbcode_description, .postedit, .lastedited, .attachments, .editreason",
        ..Posts::NONE
    },
    heading: ".threadtitle a | .threadtitle | .pagetitle h1",
    next: "link[rel=next], a[rel=next]",
    topic: |url| address(url, "showthread.php", &["threads"], "t"),
    board: |url| address(url, "forumdisplay.php", &["forums", "forumdisplay"], "f"),
    post_address,
    post_number: |url| parameter(url, "p").or_else(|| in_fragment(url, "post")),
    ..Facts::NONE
};

/// `script?123-slug/page2`, `/folder/123-slug/page2`, `script?t=123&page=2`.
fn address(url: &Url, wanted: &str, folders: &[&str], id: &str) -> Option<At> {
    if script(url) != wanted {
        let parts = Parts::after(url, folders)?;
        first_number(parts.get(0)?)?;
        return parts.page(1, Paged::Part("page"), false);
    }
    if let Some(at) = script_page(url, wanted, id, "page", 1) {
        return Some(at);
    }
    let named = url.query()?.split('&').next()?;
    let (name, page) = named.split_once("/page").unwrap_or((named, "1"));
    first_number(name)?;
    let place = page.parse::<u64>().ok().filter(|_| is_number(page)).unwrap_or(1).max(1);
    let with = |query: &str| {
        let mut url = url.clone();
        url.set_query(Some(query));
        url.set_fragment(None);
        url
    };
    let first = with(name);
    Some(At { url: if place > 1 { with(&format!("{name}/page{place}")) } else { first.clone() }, first, place })
}

fn post_address(page: &Url, thread: Option<&Url>, id: &str) -> Option<Url> {
    let mut url = thread.unwrap_or(page).clone();
    let query = url.query().map(|query| format!("{query}&p={id}")).unwrap_or_else(|| format!("p={id}"));
    url.set_query(Some(&query));
    url.set_fragment(Some(&format!("post{id}")));
    Some(url)
}
