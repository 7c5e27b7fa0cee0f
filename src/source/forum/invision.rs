//! Invision Community 4: /forum/1-x/, /topic/123-x/page/2/, posts by ?do=findComment&comment=456; dates in UTC.

use url::Url;

use super::address::{At, Paged, Parts, first_number, in_fragment, parameter};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "invision",
    signs: &["ipsComment", "ipsApp", "cForumRow", "ipsDataItem", "cPost"],
    mark: "article.ipsComment, article.cPost, .ipsComment[data-commentid], li.cForumRow, li.ipsDataItem[data-rowid]",
    boards: Rows {
        row: "li.cForumRow, div.cForumGrid",
        link: ".ipsDataItem_title a[href], .cForumGrid__title a[href], h4 a[href]",
        counts: ["", ".ipsDataItem_stats dt, .ipsDataItem_stats .ipsDataItem_stats_number, .cForumGrid__count"],
        last: "a[href*='comment=']",
        time: ".ipsDataItem_lastPoster time@datetime | time@datetime",
    },
    topics: Rows {
        row: "li.ipsDataItem[data-rowid]",
        link: ".ipsDataItem_title a[href]:not([href*='#']):not(.ipsTag), a[data-ipshover][href*='/topic/'], .ipsDataItem_title a[href]",
        counts: [
            ".ipsDataItem_stats li[data-statType='forums_comments'] .ipsDataItem_stats_number | .ipsDataItem_stats li:nth-child(1) .ipsDataItem_stats_number",
            ".ipsDataItem_stats li[data-statType='num_views'] .ipsDataItem_stats_number | .ipsDataItem_stats li:nth-child(2) .ipsDataItem_stats_number",
        ],
        last: "a[href*='comment=']",
        time: ".ipsDataItem_lastPoster time@datetime",
    },
    post: Posts {
        block: "article.ipsComment, article.cPost, div.ipsComment[data-commentid]",
        number: "@id | [data-commentid]@data-commentid",
        fragment: "comment-",
        author: ".cAuthorPane_author a | .cAuthorPane_author | .ipsComment_author strong a, .ipsComment_author a[title] | .ipsComment_author strong",
        date: ".ipsComment_meta time@datetime | [data-quotedata] time@datetime | time@datetime | .ipsComment_meta time@title",
        body: "[data-role=commentContent]",
        signature: "[data-role=memberSignature]",
        quote: "blockquote",
        cite: ".ipsQuote_citation, cite",
        code: "pre",
        note: ".ipsType_light.ipsType_small, .ipsEdited, [data-excludequote], .ipsSpoiler_header",
        likes: ".ipsReact_reactCount, [data-role=reactCount]",
        ..Posts::NONE
    },
    heading: "h1.ipsType_pageTitle .ipsContained > span, .ipsType_pageTitle .ipsType_break > span | h1.ipsType_pageTitle | h1",
    next: "link[rel=next], li.ipsPagination_next a[href]",
    topic: |url| address(url, &["topic"]),
    board: |url| address(url, &["forum"]),
    post_address,
    post_number: |url| {
        parameter(url, "comment").or_else(|| in_fragment(url, "comment-")).or_else(|| in_fragment(url, "findComment-"))
    },
    ..Facts::NONE
};

pub(super) fn address(url: &Url, folders: &[&str]) -> Option<At> {
    let plain = plain(url);
    let parts = Parts::after(&plain, folders)?;
    first_number(parts.get(0)?)?;
    let at = parts.page(1, Paged::Folder("page"), true)?;
    (plain == *url || !url.path().ends_with("index.php")).then_some(at)
}

/// `index.php?/topic/1-x/` as a path; sites without friendly addresses have it so.
fn plain(url: &Url) -> Url {
    let mut plain = url.clone();
    if let Some(path) = url.query().and_then(|query| query.strip_prefix('/')) {
        plain.set_path(path.split('&').next().unwrap_or_default());
        plain.set_query(None);
    }
    plain
}

pub(super) fn post_address(page: &Url, thread: Option<&Url>, id: &str) -> Option<Url> {
    let mut url = thread.unwrap_or(page).clone();
    url.set_query(Some(&format!("do=findComment&comment={id}")));
    url.set_fragment(Some(&format!("comment-{id}")));
    Some(url)
}
