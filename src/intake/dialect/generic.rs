//! Tables of no known tool whose columns are called what they are, in English or French; others need `--map`.

use super::{Dialect, Field};

pub(super) static DIALECT: Dialect = Dialect {
    word: "csv",
    name: "a table with plain names",
    signs: &[
        &["text"],
        &["texte"],
        &["contenu"],
        &["content", "url"],
        &["content", "date"],
        &["message", "date"],
        &["comment", "date"],
        &["commentaire"],
        &["avis"],
        &["review", "date"],
        &["body", "date"],
        &["body", "url"],
    ],
    columns: &[
        (Field::Url, &["url", "link", "lien", "permalink", "adresse"]),
        (Field::Title, &["title", "titre", "headline", "subject", "sujet", "objet"]),
        (
            Field::Text,
            &["text", "texte", "contenu", "content", "message", "body", "comment", "commentaire", "avis", "review"],
        ),
        (Field::Author, &["author", "auteur", "auteurice", "username", "user", "utilisateur", "pseudo"]),
        (
            Field::Published,
            &[
                "published",
                "publishedat",
                "date",
                "datedepublication",
                "publicationdate",
                "publiele",
                "createdat",
                "timestamp",
            ],
        ),
        (Field::Time, &["time", "heure"]),
        (Field::Source, &["source", "media", "outlet", "site"]),
        (Field::Domain, &["domain", "domaine", "host"]),
        (Field::Kind, &["kind", "type"]),
        (Field::Language, &["language", "langue", "lang"]),
        (Field::Id, &["id", "guid", "identifiant"]),
        (Field::ThreadUrl, &["threadurl"]),
        (Field::ParentUrl, &["parenturl", "parent"]),
        (Field::Replies, &["replies", "reponses", "comments", "commentaires"]),
        (Field::Views, &["views", "vues"]),
        (Field::Likes, &["likes", "jaime", "mentionsjaime"]),
        (Field::Shares, &["shares", "partages"]),
        (Field::Rating, &["rating", "note", "stars", "etoiles"]),
        (Field::Tags, &["tags", "etiquettes", "hashtags"]),
    ],
    month_first: false,
};
