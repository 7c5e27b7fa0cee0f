//! IP.Board 3, Invision's third: /forum/1-x/, /topic/123-x/page-2, posts by #entry456.

use super::address::{Paged, Parts, first_number, in_fragment};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "invision",
    signs: &["post_block", "ipb_table", "ipbwrapper"],
    mark: ".post_block[id^=post_id_], table.ipb_table, #ipboard_body",
    boards: Rows {
        row: "table.ipb_table tr:has(td.col_c_forum)",
        link: "td.col_c_forum h4 a[href]",
        counts: [".col_c_stats li:nth-child(1)", ".col_c_stats li:nth-child(2)"],
        last: ".col_c_post a[href*='#entry'], .col_c_post a[href*='getlastpost']",
        time: ".col_c_post li:last-child",
    },
    topics: Rows {
        row: "table.ipb_table tr[id^=trow_], tr[itemtype*=Article]",
        link: "a.topic_title[href], h4 a[href]",
        counts: [".col_f_views li:nth-child(1)", ".col_f_views li:nth-child(2)"],
        last: ".col_f_post a[href*='#entry']",
        time: ".col_f_post li:last-child",
    },
    post: Posts {
        block: ".post_block[id^=post_id_]",
        number: "@id",
        fragment: "entry",
        author: ".author [itemprop=name], .post_username .author, .author, .user_details .name",
        date: "abbr.published@title | .posted_info abbr@title | abbr.published | .posted_info",
        body: ".post.entry-content, .entry-content",
        signature: ".signature",
        quote: "blockquote, .quote, div.blockquote",
        cite: ".citation",
        code: "pre",
        note: ".edit, .attach_wrap, .ip",
        likes: ".rep_count, .post_reputation",
        ..Posts::NONE
    },
    heading: "h1.ipsType_pagetitle, h1",
    next: "link[rel=next], .pagination li.next a",
    topic: |url| {
        let parts = Parts::after(url, &["topic"])?;
        first_number(parts.get(0)?)?;
        parts.page(1, Paged::Part("page-"), true)
    },
    board: |url| {
        let parts = Parts::after(url, &["forum"])?;
        first_number(parts.get(0)?)?;
        parts.page(1, Paged::Part("page-"), true)
    },
    post_address: |page, thread, id| {
        let mut url = thread.unwrap_or(page).clone();
        url.set_fragment(Some(&format!("entry{id}")));
        Some(url)
    },
    post_number: |url| in_fragment(url, "entry"),
    ..Facts::NONE
};
