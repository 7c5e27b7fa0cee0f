//! XenForo 1: /forums/x.1/page-2, /threads/x.123/page-2, posts by /posts/456/; dates as words, exact in a title or epoch.

use super::engine::{Facts, Posts, Rows};
use super::xenforo;

pub const FACTS: Facts = Facts {
    name: "xenforo",
    signs: &["id=\"XenForo\"", "id='XenForo'", "class=\"messageList\"", "discussionListItem"],
    mark: "html#XenForo, ol.messageList li.message[data-author], li.discussionListItem",
    boards: Rows {
        row: "li.node.forum, ol.subForumList li",
        link: ".nodeTitle a[href]",
        counts: [".nodeStats dl:nth-of-type(1) dd", ".nodeStats dl:nth-of-type(2) dd"],
        last: ".nodeLastPost a[href]",
        time: ".nodeLastPost .DateTime@data-time | .nodeLastPost .DateTime@title | .nodeLastPost .DateTime",
    },
    topics: Rows {
        row: "li.discussionListItem",
        link: "h3.title a[href]:not(.prefixLink)",
        counts: [".stats .major dd", ".stats .minor dd"],
        last: ".lastPost a[href]",
        time: ".lastPost .DateTime@data-time | .lastPost .DateTime@title | .lastPost .DateTime",
    },
    post: Posts {
        block: "li.message[id^='post-']",
        number: "@id",
        fragment: "post-",
        author: "@data-author | .userText .username | .messageUserBlock .username",
        date: ".datePermalink .DateTime@data-time | .messageMeta .DateTime@data-time | .datePermalink .DateTime@title \
               | .messageMeta .DateTime@title | .datePermalink .DateTime | .DateTime@title | .DateTime \
               | .messageDetails .DateTime@title | .userText small",
        body: "blockquote.messageText, .messageText",
        signature: ".signature blockquote, .signature",
        quote: ".bbCodeQuote, blockquote.quoteContainer",
        cite: ".attribution",
        code: ".bbCodeCode, pre, .bbCodePHP, .bbCodeHtml",
        note: ".messageTextEndMarker, .quoteExpand, .editDate, .bbCodeSpoilerButton, .attachedFiles",
        ..Posts::NONE
    },
    heading: ".titleBar h1, h1",
    next: "link[rel=next], .PageNav nav a.text:last-child",
    ..xenforo::FACTS
};
