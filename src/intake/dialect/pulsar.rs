//! Pulsar: its spreadsheets.

use super::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    word: "pulsar",
    name: "Pulsar",
    signs: &[
        &["id", "search", "source", "content", "date", "url"],
        &["search", "source", "application", "content", "date"],
        &["source", "application", "content", "date", "url"],
    ],
    columns: &[
        (Field::Url, &["url", "link"]),
        (Field::Title, &["title"]),
        (Field::Text, &["content"]),
        (Field::Author, &["username", "author", "userscreenname", "from"]),
        (Field::Published, &["date", "publishedat"]),
        (Field::Time, &["time"]),
        (Field::Domain, &["domain"]),
        (Field::Kind, &["contenttype", "source"]),
        (Field::Language, &["language"]),
        (Field::Id, &["id"]),
        (Field::ParentUrl, &["parent"]),
        (Field::Replies, &["comments", "commentscount", "replies"]),
        (Field::Views, &["views"]),
        (Field::Likes, &["likes", "likescount"]),
        (Field::Shares, &["shares", "sharescount", "retweets"]),
        (Field::Tags, &["tags", "hashtags"]),
    ],
    month_first: false,
};
