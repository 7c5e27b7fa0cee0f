//! Meltwater: the heading of old (UTF-16, tabs) and that of the newer export.

use super::{Dialect, Field};

pub(super) static CLASSIC: Dialect = Dialect {
    word: "meltwater-classic",
    name: "Meltwater, classic export",
    signs: &[&["date", "headline", "url", "hitsentence"], &["date", "headline", "url", "openingtext"]],
    columns: &[
        (Field::Url, &["url"]),
        (Field::Title, &["headline"]),
        (Field::Text, &["fulltext", "content"]),
        (Field::Excerpt, &["openingtext", "hitsentence"]),
        (Field::Author, &["influencer", "author"]),
        (Field::Published, &["date"]),
        (Field::Time, &["time"]),
        (Field::Source, &["source", "sourcename"]),
        (Field::Kind, &["informationtype", "sourcetype", "contenttype", "source"]),
        (Field::Language, &["language"]),
        (Field::Id, &["documentid"]),
        (Field::Views, &["views"]),
        (Field::Tags, &["documenttags", "hashtags"]),
    ],
    month_first: false,
};

pub(super) static NEW: Dialect = Dialect {
    word: "meltwater",
    name: "Meltwater",
    signs: &[
        &["date", "documentid", "url", "hitsentence"],
        &["date", "documentid", "url", "openingtext"],
        &["date", "url", "sourcename", "hitsentence"],
    ],
    columns: &[
        (Field::Url, &["url"]),
        (Field::Title, &["title", "headline"]),
        (Field::Text, &["fulltext", "content"]),
        (Field::Excerpt, &["openingtext", "hitsentence"]),
        (Field::Author, &["authorname", "authorhandle"]),
        (Field::Published, &["date"]),
        (Field::Time, &["time"]),
        (Field::Source, &["sourcename"]),
        (Field::Domain, &["sourcedomain"]),
        (Field::Kind, &["contenttype", "sourcetype", "informationtype"]),
        (Field::Language, &["language"]),
        (Field::Id, &["documentid"]),
        (Field::ParentUrl, &["parenturl"]),
        (Field::Replies, &["replies", "comments"]),
        (Field::Views, &["views"]),
        (Field::Likes, &["likes", "reactions"]),
        (Field::Shares, &["shares", "reposts"]),
        (Field::Tags, &["documenttags", "hashtags"]),
    ],
    month_first: false,
};
