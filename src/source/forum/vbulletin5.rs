//! vBulletin 5 and 6: /forum/board/123-title/page2, posts by ?p=456#post456.

use url::Url;

use super::address::{At, Paged, Parts, first_number, in_fragment, parameter};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "vbulletin",
    signs: &["b-post", "js-post__content", "vBulletin 5", "vBulletin 6", "b-content-entry"],
    mark: "li.b-post[data-node-id], .js-post__content-text, tr.topic-item, tr.forum-item, .b-post__content",
    boards: Rows {
        row: "tr.forum-item",
        link: "a.forum-title[href]",
        counts: ["td.topics-count", "td.posts-count"],
        last: "a.go-to-last-post[href]",
        time: "td.forum-lastpost .post-date, .lastpost-date",
    },
    topics: Rows {
        row: "tr.topic-item",
        link: "a.topic-title[href]",
        counts: [".posts-count", ".views-count"],
        last: "a.go-to-last-post[href]",
        time: ".lastpost-date, .post-date",
    },
    post: Posts {
        block: "li.b-post[data-node-id], div.b-post[data-node-id]",
        number: "@data-node-id",
        fragment: "post",
        author: ".author [itemprop=name], .b-userinfo__details .author, .author a, .author",
        date: "time[itemprop=dateCreated]@datetime | .b-post__timestamp time@datetime | time@datetime | .b-post__timestamp",
        body: ".js-post__content-text",
        signature: ".b-post__signature, .signature",
        quote: ".bbcode_quote, .b-quote",
        cite: ".bbcode_postedby, .b-quote__author",
        code: ".bbcode_code, pre",
        note: ".b-post__edit, .b-post__attachments, .b-expander",
        likes: ".js-post__vote-count, .votecount",
        ..Posts::NONE
    },
    heading: "h1.main-title, h1.b-page-title, h1",
    next: "a.js-pagenav-next-button, a.js-pagenav-next, a.right-arrow, link[rel=next]",
    topic: address,
    board,
    post_address: |page, thread, id| {
        let mut url = thread.unwrap_or(page).clone();
        url.set_query(Some(&format!("p={id}")));
        url.set_fragment(Some(&format!("post{id}")));
        Some(url)
    },
    post_number: |url| parameter(url, "p").or_else(|| in_fragment(url, "post")),
    ..Facts::NONE
};

/// The last part, or the one before its page, is `123-title`.
fn address(url: &Url) -> Option<At> {
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let own = parts.iter().rposition(|part| first_number(part).is_some_and(|id| part[id.len()..].starts_with('-')))?;
    let folder = own.checked_sub(1).and_then(|at| parts.get(at))?;
    Parts::after(url, &[folder])?.page(1, Paged::Part("page"), false)
}

/// Any other path: boards are called by their names.
fn board(url: &Url) -> Option<At> {
    if address(url).is_some() {
        return None;
    }
    let folder = url.path_segments()?.next()?;
    let parts = Parts::after(url, &[folder])?;
    let kept = (0..8).take_while(|at| parts.get(*at).is_some_and(|part| !part.starts_with("page"))).count();
    parts.page(kept, Paged::Part("page"), false)
}
