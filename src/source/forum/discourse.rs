//! Discourse: /c/x/1?page=2, /t/slug/123?page=2, posts by /t/slug/123/4; its pages as programs see them, and as browsers
//! have made them. Crawled by its JSON.

use url::Url;

use super::address::{At, Paged, Parts, is_number};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "discourse",
    signs: &["Discourse", "crawler-post", "topic-body"],
    mark: ".crawler-post, .topic-body .cooked, .topic-post, tr.topic-list-item, .topic-list, meta[name=generator][content^=Discourse]",
    boards: Rows {
        row: "tr.category-row, tr[data-category-id], .category-box, [itemtype*=ItemList] .category",
        link: "a[href*='/c/']",
        counts: ["", "td.topics .value"],
        last: "",
        time: "",
    },
    topics: Rows {
        row: "tr.topic-list-item",
        link: "a.title[href], a.raw-topic-link[href], a[href*='/t/']",
        counts: ["td.replies, td.posts, .num.posts", "td.views"],
        last: "",
        time: "td.activity .relative-date@data-time | td:last-child time@datetime | td:last-child",
    },
    post: Posts {
        block: ".crawler-post, article[id^=post_], .topic-post article, .topic-body:has(.cooked)",
        number: "@id | [itemprop=position]@content | [itemprop=position] | @data-post-number | .crawler-post-infos [id^=post_]@id",
        fragment: "post_",
        author: "[itemprop=author] [itemprop=name] | [itemprop=author] | .creator [itemprop=name], .creator | .names .username a | .names .username, .names .first a, .names a | [data-user-card]@data-user-card",
        date: "time[itemprop=datePublished]@datetime | meta[itemprop=datePublished]@content | time.post-time@datetime | .post-date .relative-date@data-time | .post-date .relative-date@title \
               | .post-date@title | .relative-date@data-time | time@datetime | .post-time",
        body: ".cooked, .post[itemprop=articleBody], .post[itemprop=text], [itemprop=articleBody], [itemprop=text], .post",
        quote: "aside.quote, blockquote",
        cite: "aside.quote .title",
        code: "pre",
        note: ".lightbox-wrapper .meta, .post-notice, .cooked-selection-barrier, aside.onebox, .embedded-posts",
        answers: "@data-reply-to-post-number",
        likes: "[itemprop=interactionStatistic]:has([content$=LikeAction]) [itemprop=userInteractionCount]@content | .post-likes | .like-count",
        ..Posts::NONE
    },
    heading: "#topic-title h1 | .crawler-topic-title | h1",
    next: "link[rel=next], a[rel=next]",
    topic: |url| topic(url),
    board: |url| {
        let parts = Parts::after(url, &["c"])?;
        let kept = (0..4).take_while(|at| parts.get(*at).is_some_and(|part| part != "l")).count();
        parts.get(0)?;
        parts.page(kept, Paged::Query("page"), false)
    },
    post_address: |page, thread, id| {
        let mut url = thread.unwrap_or(page).clone();
        // The first post is its topic.
        url.set_path(&format!("{}/{id}", thread?.path().trim_end_matches('/')));
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    },
    post_number: |url| {
        let parts = Parts::after(url, &["t"])?;
        let at = (0..2).find(|at| parts.get(*at).is_some_and(is_number))?;
        parts.get(at + 1).filter(|number| is_number(number)).map(String::from)
    },
    ..Facts::NONE
};

/// `/t/slug/123`, `/t/123`, and either with the number of a post.
pub(super) fn topic(url: &Url) -> Option<At> {
    let parts = Parts::after(url, &["t"])?;
    let at = (0..2).find(|at| parts.get(*at).is_some_and(is_number))?;
    parts.page(at + 1, Paged::Query("page"), false)
}
