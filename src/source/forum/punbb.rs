//! PunBB 1.4: viewforum.php?id=&p=, viewtopic.php?id=&p=, or /forum/1/x/, /topic/2/x/page/3/; posts by viewtopic.php?pid= or
//! /post/4/#p4.

use url::Url;

use super::address::{At, Paged, Parts, beside, is_number, parameter, script, script_page};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "punbb",
    signs: &["brd-main", "brd-page", "brd-wrap"],
    mark: "#brd-wrap, #brd-main, .brd-page",
    boards: Rows {
        row: "#brd-index .main-item, div[id^=forum].main-item",
        link: ".item-subject h3 a[href], .hn a[href]",
        counts: ["li.info-topics strong, li.info-topics", "li.info-posts strong, li.info-posts"],
        last: "li.info-lastpost a[href]",
        time: "li.info-lastpost a | li.info-lastpost strong",
    },
    topics: Rows {
        row: "#brd-viewforum .main-item, div[id^=topic].main-item",
        link: ".item-subject h3 a[href], .hn a[href]",
        counts: ["li.info-replies strong, li.info-replies", "li.info-views strong, li.info-views"],
        last: "li.info-lastpost a[href]",
        time: "li.info-lastpost a | li.info-lastpost strong",
    },
    post: Posts {
        block: "#brd-main div.post[id^=p], div.post[id^=p]",
        number: "@id",
        fragment: "p",
        author: ".post-author .username a | .post-author .username | .post-byline strong, .post-byline a",
        date: ".post-link a.permalink | .post-link | .posthead .post-link",
        body: ".entry-content",
        signature: ".sig-content",
        quote: ".quotebox, blockquote",
        cite: "cite",
        code: ".codebox, pre",
        note: ".lastedit, .sig-content, .sig-demarcation, .attachments",
        ..Posts::NONE
    },
    heading: ".main-head .main-title, h1.main-title a, #brd-main h1, .main-title",
    next: "link[rel=next], .paging a[rel=next], .paging a.next",
    topic: |url| address(url, "viewtopic.php", "topic"),
    board: |url| address(url, "viewforum.php", "forum"),
    post_address: |page, _, id| {
        let fragment = format!("p{id}");
        if page.path().ends_with(".php")
            || page.path().ends_with('/') && Parts::after(page, &["topic", "post", "forum"]).is_none()
        {
            return beside(page, "viewtopic.php", &[("pid", id)], Some(&fragment));
        }
        let root = ["/topic/", "/post/", "/forum/"].iter().find_map(|folder| page.path().find(folder)).unwrap_or(0);
        let mut url = page.join(&format!("{}/post/{id}/", &page.path()[..root])).ok()?;
        url.set_fragment(Some(&fragment));
        Some(url)
    },
    post_number: |url| {
        let folder = || Parts::after(url, &["post"])?.get(0).filter(|id| is_number(id)).map(String::from);
        parameter(url, "pid").filter(|_| script(url) == "viewtopic.php").or_else(folder)
    },
    zone: "#brd-about p",
    hides_zone: true,
    ..Facts::NONE
};

/// `script?id=12&p=2`, or `/folder/12/slug/page/2/`.
fn address(url: &Url, wanted: &str, folder: &str) -> Option<At> {
    if script(url) == wanted {
        return script_page(url, wanted, "id", "p", 1);
    }
    let parts = Parts::after(url, &[folder])?;
    parts.get(0).filter(|id| is_number(id))?;
    let slug = parts.get(1).is_some_and(|part| part != "page");
    parts.page(if slug { 2 } else { 1 }, Paged::Folder("page"), true)
}
