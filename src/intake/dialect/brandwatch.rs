//! Brandwatch: the export of its interface, below several lines that say what was exported, and the objects of its API.

use super::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    word: "brandwatch",
    name: "Brandwatch",
    signs: &[
        &["date", "url", "snippet", "pagetype"],
        &["date", "url", "snippet", "queryname"],
        &["date", "url", "snippet", "queryid"],
        &["date", "url", "fulltext", "queryname"],
        &["date", "url", "fulltext", "pagetype"],
    ],
    columns: &[
        (Field::Url, &["url", "originalurl"]),
        (Field::Title, &["title"]),
        (Field::Text, &["fulltext"]),
        (Field::Excerpt, &["snippet"]),
        (Field::Author, &["author", "fullname"]),
        (Field::Published, &["date"]),
        (Field::Domain, &["domain"]),
        (Field::Kind, &["subtype", "contentsource", "contentsourcename", "pagetypename", "pagetype"]),
        (Field::Language, &["language"]),
        (Field::Id, &["resourceid", "guid", "mentionid", "id"]),
        (Field::ThreadUrl, &["threadurl"]),
        (Field::ParentUrl, &["replyto", "replytourl"]),
        (
            Field::Replies,
            &[
                "twitterreplycount",
                "xreplies",
                "facebookcomments",
                "instagramcommentcount",
                "redditcomments",
                "replycount",
            ],
        ),
        (Field::Views, &["youtubeviews", "viewcount", "xviews"]),
        (
            Field::Likes,
            &["twitterlikecount", "xlikes", "facebooklikes", "instagramlikecount", "redditscore", "likes", "likecount"],
        ),
        (Field::Shares, &["twitterretweets", "xreposts", "facebookshares", "sharecount", "shares"]),
        (Field::Rating, &["rating", "starrating"]),
        (Field::Tags, &["tags", "hashtags"]),
    ],
    month_first: false,
};
