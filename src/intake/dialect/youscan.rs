//! YouScan: its spreadsheets and the objects of its API.

use super::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    word: "youscan",
    name: "YouScan",
    signs: &[
        &["published", "url", "text", "sourcetype"],
        &["published", "url", "fulltext", "posttype"],
        &["published", "url", "text", "posttype"],
        &["date", "url", "text", "posttype", "placeofpublication"],
        &["date", "url", "text", "posttype", "resourcetype"],
        &["date", "url", "textsnippet", "posttype"],
    ],
    columns: &[
        (Field::Url, &["url", "link"]),
        (Field::Title, &["title"]),
        (Field::Text, &["fulltext", "text"]),
        (Field::Excerpt, &["textsnippet"]),
        (Field::Author, &["authorname", "author", "authornickname"]),
        (Field::Published, &["published", "date"]),
        (Field::Time, &["time"]),
        (Field::Source, &["source", "placeofpublication", "publicationplacename"]),
        (Field::Kind, &["posttype", "sourcetype", "resourcetype"]),
        (Field::Language, &["language"]),
        (Field::Id, &["id", "postid"]),
        (Field::ParentUrl, &["parentposturl"]),
        (Field::Replies, &["engagementcomments", "comments"]),
        (Field::Views, &["engagementviews", "views"]),
        (Field::Likes, &["engagementlikes", "likes"]),
        (Field::Shares, &["engagementreposts", "reposts"]),
        (Field::Rating, &["rating"]),
        (Field::Tags, &["tags", "customtags"]),
    ],
    month_first: false,
};
