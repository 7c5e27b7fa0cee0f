//! Flarum: /t/tag, /d/123-slug?page=2, posts by /d/123-slug/4; what its pages give to programs has no dates. Crawled by its
//! JSON.

use url::Url;

use super::address::{At, Paged, Parts, first_number, is_number};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "flarum",
    signs: &["flarum-content", "flarum-json", "flarum"],
    mark: "#flarum-content, #flarum-json-payload, .PostStream-item, .DiscussionListItem",
    topics: Rows {
        row: "#flarum-content li:has(> a[href*='/d/']), .DiscussionListItem",
        link: "a.DiscussionListItem-main[href], a[href*='/d/']",
        counts: [".DiscussionListItem-count", ""],
        last: "",
        time: "time@datetime",
    },
    post: Posts {
        block: "#flarum-content article, #flarum-content div > div:has(> .Post-body), .PostStream-item article, .PostStream-item .CommentPost",
        number: "@data-number | @id",
        author: ".PostUser-name, .username | h3",
        date: ".PostMeta time@datetime | time@datetime",
        body: ".Post-body",
        code: "pre",
        note: ".PostEdited",
        ..Posts::NONE
    },
    heading: ".DiscussionHero-title, #flarum-content h1, h1",
    next: "link[rel=next], #flarum-content a[href*='page=']:last-of-type",
    topic,
    board: |url| Parts::after(url, &["t"])?.page(1, Paged::Query("page"), false),
    post_address: |page, thread, id| {
        let mut url = thread.unwrap_or(page).clone();
        url.set_path(&format!("{}/{id}", thread?.path().trim_end_matches('/')));
        Some(url)
    },
    post_number: |url| Parts::after(url, &["d"])?.get(1).filter(|number| is_number(number)).map(String::from),
    ..Facts::NONE
};

/// `/d/123-slug`, also with the number of a post.
pub(super) fn topic(url: &Url) -> Option<At> {
    let parts = Parts::after(url, &["d"])?;
    first_number(parts.get(0)?)?;
    parts.page(1, Paged::Query("page"), false)
}
