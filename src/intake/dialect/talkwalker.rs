//! Talkwalker: paths of its JSON, as columns or as objects.

use super::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    word: "talkwalker",
    name: "Talkwalker",
    signs: &[
        &["url", "published", "contentsnippet"],
        &["url", "published", "content", "rooturl"],
        &["url", "published", "content", "domainurl"],
        &["url", "published", "content", "searchindexed"],
    ],
    columns: &[
        (Field::Url, &["url"]),
        (Field::Title, &["title", "titlesnippet"]),
        (Field::Text, &["content"]),
        (Field::Excerpt, &["contentsnippet"]),
        (Field::Author, &["extraauthorattributesname", "extraauthorattributesshortname", "author"]),
        (Field::Published, &["published"]),
        (Field::Source, &["extrasourceattributesname"]),
        (Field::Domain, &["domainurl", "hosturl", "rooturl"]),
        (Field::Kind, &["posttype", "sourcetype"]),
        (Field::Language, &["lang"]),
        (Field::Id, &["externalid", "id"]),
        (Field::ParentUrl, &["parenturl"]),
        (Field::Replies, &["articleextendedattributesnumcomments", "articleextendedattributestwitterreplies"]),
        (
            Field::Views,
            &[
                "articleextendedattributesyoutubeviews",
                "articleextendedattributestiktokviews",
                "articleextendedattributestwitterviews",
                "articleextendedattributesinstagramviews",
            ],
        ),
        (
            Field::Likes,
            &[
                "articleextendedattributestwitterlikes",
                "articleextendedattributesfacebooklikes",
                "articleextendedattributesinstagramlikes",
                "articleextendedattributesyoutubelikes",
                "articleextendedattributestiktoklikes",
                "articleextendedattributeslinkedinlikes",
            ],
        ),
        (
            Field::Shares,
            &[
                "articleextendedattributestwitterretweets",
                "articleextendedattributesfacebookshares",
                "articleextendedattributestwittershares",
                "articleextendedattributestiktokshares",
                "articleextendedattributeslinkedinshares",
            ],
        ),
        (Field::Rating, &["articleextendedattributesrating"]),
    ],
    month_first: false,
};
