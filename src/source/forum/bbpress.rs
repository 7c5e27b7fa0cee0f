//! bbPress on WordPress: /forums/forum/x/, /forums/topic/x/page/2/, posts by #post-456; dates in words.

use url::Url;

use super::address::{At, Paged, Parts, in_fragment};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "bbpress",
    signs: &["bbpress", "bbp-"],
    mark: ".bbp-reply-content, .bbp-topic-content, ul.bbp-topics, ul.bbp-forums, li.bbp-body, #bbpress-forums",
    boards: Rows {
        row: "ul.bbp-forums ul.forum, li.bbp-body ul.forum, li.bbp-forum, .bbp-forums-list li",
        link: "a.bbp-forum-title[href], a.bbp-forum-link[href]",
        counts: [".bbp-forum-topic-count", ".bbp-forum-reply-count"],
        last: ".bbp-forum-freshness a[href]",
        time: ".bbp-forum-freshness a[title]@title | .bbp-forum-freshness a",
    },
    topics: Rows {
        row: "ul.bbp-topics ul.topic, li.bbp-body ul.topic",
        link: "a.bbp-topic-permalink[href]",
        counts: [".bbp-topic-reply-count", ""],
        last: ".bbp-topic-freshness a[href]",
        time: ".bbp-topic-freshness a[title]@title | .bbp-topic-freshness a",
    },
    counts_first: false,
    post: Posts {
        block: ".bbp-body > div.type-reply, .bbp-body > div.type-topic, div.reply.type-reply, div.topic.type-topic, \
                .bbp-lead-topic .type-topic, div[class*=post-]:has(> .bbp-reply-content), div[class*=post-]:has(> .bbp-topic-content)",
        number: "@id | .bbp-reply-permalink@href | @class",
        fragment: "post-",
        author: ".bbp-author-name | .bbp-reply-author a[title]@title | .bbp-reply-author .bbp-author-link, .bbp-topic-author .bbp-author-link, .bbp-reply-author a, .bbp-topic-author a",
        date: ".bbp-reply-post-date@datetime | .bbp-reply-post-date, .bbp-topic-post-date",
        body: ".bbp-reply-content, .bbp-topic-content",
        signature: ".bbp-signature, .bbp-user-signature",
        quote: "blockquote, .bbp-the-content-quote",
        cite: "cite",
        code: "pre",
        note: ".bbp-reply-revision-log, .bbp-topic-revision-log, .bbp-attachments, .bbp-meta, .d4p-bbp-quote-title",
        ..Posts::NONE
    },
    heading: "h1.entry-title, h1.page-title, .bbp-breadcrumb-current, h1",
    next: "a.next.page-numbers, link[rel=next]",
    topic: |url| folder(url, &["topic", "topics"], 1),
    board: |url| folder(url, &["forum"], 4),
    post_address: |page, thread, id| {
        let mut url = thread.unwrap_or(page).clone();
        url.set_fragment(Some(&format!("post-{id}")));
        Some(url)
    },
    post_number: |url| in_fragment(url, "post-"),
    zone: "",
    ..Facts::NONE
};

/// `/topic/slug/page/2/`; boards within boards are folders within folders.
fn folder(url: &Url, folders: &[&str], most: usize) -> Option<At> {
    let parts = Parts::after(url, folders)?;
    let kept = (0..most).take_while(|at| parts.get(*at).is_some_and(|part| part != "page")).count();
    parts.get(0)?;
    parts.page(kept, Paged::Folder("page"), true)
}
