//! Vanilla: /categories/x/p2, /discussion/123/slug/p2, comments by /discussion/comment/456; dates with their zone.

use url::Url;

use super::address::{Paged, Parts, in_fragment, is_number};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "vanilla",
    signs: &["ItemDiscussion", "ItemComment", "DataList Discussions", "CategoryList", "gdn."],
    mark: ".ItemDiscussion, .ItemComment, .DataList.Discussions .Item, .CategoryList .Item, .DataTable.DiscussionsTable",
    boards: Rows {
        row: ".CategoryList .Item, .CategoryTable tr.Item",
        link: "a.ItemLink[href], .CategoryName a[href], .ItemContent a.Title[href], h3 a[href]",
        counts: [
            ".DiscussionCount .Number@title | .DiscussionCount .Number | .DiscussionCount",
            ".CommentCount .Number@title | .CommentCount .Number | .CommentCount",
        ],
        last: "a[href*='/discussion/comment/']",
        time: ".LastPost time@datetime | .LastDiscussionTitle time@datetime | .CommentDate time@datetime | time@datetime",
    },
    topics: Rows {
        row: ".DataList.Discussions .Item, .DiscussionsTable tr.Item",
        link: "a.Title[href], .Title a[href], .DiscussionName a[href]",
        counts: [
            ".CommentCount .Number@title | .CommentCount .Number | .CountComments .Number | .CommentCount",
            ".ViewCount .Number@title | .ViewCount .Number | .CountViews .Number | .ViewCount",
        ],
        last: "a[href*='/discussion/comment/']",
        time: ".LastCommentDate time@datetime | .LastUser time@datetime | time@datetime",
    },
    post: Posts {
        block: ".ItemDiscussion, .ItemComment, .Item[id^=Comment_]",
        number: "@id",
        fragment: "Comment_",
        author: ".Author .Username, .DiscussionMeta .Username, .CommentMeta .Username, a.Username | .Author a[title]@title | .Author a",
        date: ".DateCreated time@datetime | .Permalink time@datetime | time@datetime | .DateCreated",
        body: ".Message",
        signature: ".UserSignature, .Signature, .Reactions ~ .Signature",
        quote: "blockquote, .QuoteText, .js-quoteEmbed",
        cite: ".QuoteAuthor, .QuoteAuthorLink",
        code: "pre",
        note: ".DateUpdated, .Attachments, .embedExternal-attribution",
        likes: ".ReactButton-Like .Count, .ReactButton-LOL .Count, .Column-Score",
        ..Posts::NONE
    },
    heading: ".PageTitle h1, h1",
    next: "a.Next[href], link[rel=next]",
    topic: |url| {
        let parts = Parts::after(url, &["discussion"])?;
        parts.get(0).filter(|id| is_number(id))?;
        let slug = parts.get(1).is_some_and(|part| !is_page(part));
        parts.page(if slug { 2 } else { 1 }, Paged::Part("p"), false)
    },
    board: |url| {
        let parts = Parts::after(url, &["categories"])?;
        parts.get(0)?;
        let kept = (0..4).take_while(|at| parts.get(*at).is_some_and(|part| !is_page(part))).count();
        parts.page(kept, Paged::Part("p"), false)
    },
    post_address,
    post_number: |url| {
        in_fragment(url, "Comment_")
            .or_else(|| Parts::after(url, &["comment"])?.get(0).filter(|id| is_number(id)).map(String::from))
    },
    ..Facts::NONE
};

fn is_page(part: &str) -> bool {
    part.strip_prefix('p').is_some_and(is_number)
}

/// The opening post stands under the address of its discussion.
fn post_address(page: &Url, thread: Option<&Url>, id: &str) -> Option<Url> {
    if let Some(thread) = thread
        && Parts::after(thread, &["discussion"]).and_then(|parts| parts.get(0)) == Some(id)
    {
        return Some(thread.clone());
    }
    let root = page.path().split("/discussion/").next().unwrap_or_default();
    page.join(&format!("{root}/discussion/comment/{id}#Comment_{id}")).ok()
}
