//! NodeBB 1 to 4: /category/C/slug?page=, /topic/T/slug?page=, posts by /post/P; dates in UTC.

use url::Url;

use super::address::{At, Paged, Parts, is_number};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "nodebb",
    signs: &[
        "component=\"post\"",
        "component=\"category\"",
        "component=\"categories/category\"",
        "component=\"category/topic\"",
    ],
    mark: "[component='post'][data-pid], [component='categories/category'], [component='category/topic'], [component='category']",
    boards: Rows {
        row: "[component='categories/category']",
        link: ".title a[href], h2 a[href]",
        counts: [
            ".stats > :nth-child(1) [title]@title | .stats > :nth-child(1)",
            ".stats > :nth-child(2) [title]@title | .stats > :nth-child(2)",
        ],
        last: "a[href*='/post/']",
        time: ".lastpost .timeago[title]@title | .timeago[title]@title",
    },
    topics: Rows {
        row: "[component='category/topic']",
        link: "[component='topic/header'] a[href], .title a[href]",
        counts: [
            ".stats-postcount [title]@title | [component='topic/post-count']",
            ".stats-viewcount [title]@title | [component='topic/view-count']",
        ],
        last: "a[href*='/post/']",
        time: ".lastpost .timeago[title]@title | .timeago[title]@title",
    },
    counts_first: true,
    post: Posts {
        // What was deleted is a notice.
        block: "[component='post'][data-pid]:not(.deleted)",
        number: "@data-pid",
        author: "@data-username | [itemprop=author] [itemprop=name]@content",
        // The post that is answered stands above it, with its own date.
        date: "meta[itemprop=datePublished]@content | @data-timestamp",
        body: "[component='post/content']",
        signature: "[component='post/signature']",
        cite: "p:has(a[href*='/post/'])",
        answers: "[component='post/parent']@data-parent-pid",
        likes: "[component='post/vote-count']@data-votes",
        ..Posts::NONE
    },
    heading: "[component='topic/title'] | h1",
    topic: |url| address(url, "topic"),
    board: |url| address(url, "category"),
    post_address: |page, _, id| page.join(&format!("{}post/{id}", root(page)?)).ok(),
    post_number: |url| Parts::after(url, &["post"])?.get(0).filter(|id| is_number(id)).map(String::from),
    ..Facts::NONE
};

/// `/topic/T/slug/POST?page=`; `lang` is the language of whoever asked.
fn address(url: &Url, folder: &str) -> Option<At> {
    let parts = Parts::after(url, &[folder])?;
    parts.get(0).filter(|id| is_number(id))?;
    let slug = parts.get(1).is_some_and(|slug| !is_number(slug));
    parts.page(if slug { 2 } else { 1 }, Paged::Query("page"), false)
}

/// The folder that the forum stands in.
fn root(url: &Url) -> Option<String> {
    let path = url.path();
    let end = ["/topic/", "/category/", "/post/"].iter().find_map(|folder| path.find(folder)).unwrap_or(0);
    path.get(..=end).filter(|root| root.starts_with('/')).map(String::from)
}
