//! Mention: its CSV and the objects of its API.

use super::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    word: "mention",
    name: "Mention",
    signs: &[
        &["title", "description", "sourcename", "sourcetype"],
        &["title", "description", "originalurl", "sourcename"],
        &["title", "description", "sourcename", "publishedat"],
    ],
    columns: &[
        (Field::Url, &["originalurl", "url", "link"]),
        (Field::Title, &["title"]),
        (Field::Text, &["fulltext"]),
        (Field::Excerpt, &["description", "descriptionmedium", "descriptionshort"]),
        (Field::Author, &["authorname", "author"]),
        (Field::Published, &["publishedat", "date", "published"]),
        (Field::Source, &["sourcename"]),
        (Field::Domain, &["sourceurl"]),
        (Field::Kind, &["sourcetype"]),
        (Field::Language, &["language", "languagecode"]),
        (Field::Id, &["id"]),
        (Field::Tags, &["tags"]),
    ],
    month_first: false,
};
