//! What tools call a kind of text or outlet, as a kind of document; and languages by their names.

use crate::model::Kind;

/// The kind that those words name, from the most telling on: what the text is, then where it stands.
pub fn kind(words: &str) -> Option<Kind> {
    const KINDS: [(Kind, &[&str]); 5] = [
        (Kind::Comment, &["comment", "comments", "commentaire", "commentaires", "reply", "replies", "reponse"]),
        (Kind::Review, &["review", "reviews", "avis", "appreview", "rating"]),
        (
            Kind::Post,
            &["forum", "forums", "messageboard", "board", "reddit", "qa", "post-forum", "discussion", "thread"],
        ),
        (
            Kind::Status,
            &[
                "twitter",
                "x",
                "facebook",
                "instagram",
                "linkedin",
                "tiktok",
                "youtube",
                "video",
                "videos",
                "social",
                "socialmedia",
                "messenger",
                "telegram",
                "whatsapp",
                "weibo",
                "vk",
                "bluesky",
                "threads",
                "mastodon",
                "pinterest",
                "microblog",
                "microblogs",
                "tweet",
                "retweet",
                "status",
                "image",
                "photo",
                "snapchat",
                "twitch",
                "tumblr",
            ],
        ),
        (
            Kind::Article,
            &[
                "news",
                "onlinenews",
                "press",
                "presse",
                "print",
                "magazine",
                "newspaper",
                "blog",
                "blogs",
                "web",
                "website",
                "article",
                "articles",
                "online",
                "editorial",
                "broadcast",
                "tv",
                "radio",
                "podcast",
                "podcasts",
                "newsletter",
                "agency",
                "entry",
            ],
        ),
    ];
    let lower = words.to_lowercase().replace(['é', 'è'], "e").replace("message board", "messageboard");
    let found = |kind: &(Kind, &[&str])| {
        lower.split(|c: char| !(c.is_alphanumeric() || c == '-')).any(|word| kind.1.contains(&word))
    };
    KINDS.iter().find(|kind| found(kind)).map(|(kind, _)| *kind)
}

/// The BCP 47 tag of a language as tools write it: `French`, `fre`, `fr-FR`, `Français`. What is not known is as it was.
pub fn language(name: &str) -> String {
    const NAMES: [(&str, &[&str]); 9] = [
        ("fr", &["french", "francais", "français", "fra", "fre"]),
        ("en", &["english", "anglais", "eng"]),
        ("ar", &["arabic", "arabe", "ara", "العربية"]),
        ("es", &["spanish", "espagnol", "español", "spa"]),
        ("de", &["german", "allemand", "deutsch", "deu", "ger"]),
        ("it", &["italian", "italien", "italiano", "ita"]),
        ("pt", &["portuguese", "portugais", "português", "por"]),
        ("nl", &["dutch", "néerlandais", "nederlands", "nld", "dut"]),
        ("ary", &["moroccan arabic", "darija", "ary"]),
    ];
    let lower = name.trim().to_lowercase();
    let known = NAMES.iter().find(|(_, names)| names.contains(&lower.as_str()));
    known.map_or_else(|| lower.clone(), |(tag, _)| (*tag).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_call_things_is_known() {
        for (words, expected) in [
            ("ONLINENEWS", Some(Kind::Article)),
            ("ONLINENEWS_MAGAZINE", Some(Kind::Article)),
            ("SOCIALMEDIA_TWITTER", Some(Kind::Status)),
            ("MESSAGEBOARD", Some(Kind::Post)),
            ("Comment social facebook", Some(Kind::Comment)),
            ("post social", Some(Kind::Status)),
            ("post forum", Some(Kind::Post)),
            ("post reviews", Some(Kind::Review)),
            ("X", Some(Kind::Status)),
            ("extra", None),
            ("", None),
        ] {
            assert_eq!(kind(&words.replace('_', " ")), expected, "{words}");
        }
        for (name, tag) in [("French", "fr"), ("fra", "fr"), ("fr", "fr"), ("AR", "ar"), ("Klingon", "klingon")] {
            assert_eq!(language(name), tag);
        }
    }
}
