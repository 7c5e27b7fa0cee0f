//! Invision Community 5: the same addresses as 4 in other markup.

use super::engine::{Facts, Posts, Rows};
use super::invision;

pub const FACTS: Facts = Facts {
    signs: &["ipsEntry", "ipsData__item"],
    mark: "article.ipsEntry, .ipsEntry__post, .ipsData__item[data-rowid], li.ipsData__item",
    boards: Rows {
        row: "li.ipsData__item:has(a[href*='/forum/'])",
        link: ".ipsData__title a[href*='/forum/'], a.ipsLinkPanel[href*='/forum/']",
        counts: ["", ".ipsData__stats [data-number]@data-number | .ipsData__stats .ipsData__stats-number"],
        last: "a[href*='comment=']",
        time: ".ipsData__last time@datetime | time@datetime",
    },
    topics: Rows {
        row: "li.ipsData__item:has(a[href*='/topic/'])",
        link: ".ipsData__title a[href*='/topic/'], a.ipsLinkPanel[href*='/topic/']",
        counts: [
            "[data-stattype=forums_comments] [data-number]@data-number | [data-stattype=forums_comments] | .ipsData__stats li:nth-child(1)",
            "[data-stattype=num_views] [data-number]@data-number | [data-stattype=num_views] | .ipsData__stats li:nth-child(2)",
        ],
        last: "a[href*='comment=']",
        time: ".ipsData__last time@datetime",
    },
    post: Posts {
        block: "article.ipsEntry",
        number: "@id | @data-commentid | [data-commentid]@data-commentid",
        author: ".ipsEntry__username a | .ipsEntry__username | .ipsEntry__header h3",
        date: ".ipsEntry__date time@datetime | .ipsEntry__header time@datetime | time@datetime",
        body: "[data-role=commentContent], .ipsEntry__content .ipsRichText",
        signature: "[data-role=memberSignature], .ipsEntry__signature",
        ..invision::FACTS.post
    },
    heading: "h1",
    next: "link[rel=next], li.ipsPagination__next a[href], a.ipsPagination__next",
    ..invision::FACTS
};
