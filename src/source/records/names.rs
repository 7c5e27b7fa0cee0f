//! What the words in an element's class, id, `rel` and microdata say of its part in a record.

use std::collections::HashSet;
use std::sync::LazyLock;

/// What an element is likely to be, by its own attributes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Said(u16);

impl Said {
    /// A post, an answer.
    pub const POST: Said = Said(1);
    /// A reader's comment.
    pub const COMMENT: Said = Said(1 << 1);
    pub const REVIEW: Said = Said(1 << 2);
    pub const AUTHOR: Said = Said(1 << 3);
    pub const DATE: Said = Said(1 << 4);
    /// The words of a record.
    pub const BODY: Said = Said(1 << 5);
    pub const SIGNATURE: Said = Said(1 << 6);
    pub const QUOTE: Said = Said(1 << 7);
    /// Buttons, votes, links to share.
    pub const TOOL: Said = Said(1 << 8);
    /// A note of a later change.
    pub const EDIT: Said = Said(1 << 9);
    /// What is told of an author beside the name.
    pub const PROFILE: Said = Said(1 << 10);
    /// Navigation, promotion, lists of other pages.
    pub const ELSEWHERE: Said = Said(1 << 11);
    pub const RATING: Said = Said(1 << 12);
    /// Stated by microdata, not only named so.
    pub const STATED: Said = Said(1 << 13);

    /// Whether it says any of these.
    pub fn has(self, other: Said) -> bool {
        self.0 & other.0 != 0
    }

    /// Both.
    #[must_use]
    pub fn with(self, other: Said) -> Said {
        Said(self.0 | other.0)
    }

    fn without(self, other: Said) -> Said {
        Said(self.0 & !other.0)
    }
}

/// What a class or id attribute says: names split by white space, words by punctuation and capitals.
pub fn of_names(names: &str) -> Said {
    // Hooks of scripts say what can be done there, not what is there.
    let names = names.split_ascii_whitespace().filter(|name| !name.starts_with("js-")).take(12);
    names.fold(Said::default(), |all, name| all.with(of_name(name)))
}

fn of_name(name: &str) -> Said {
    let mut said = Said::default();
    let (mut was_lower, mut start) = (false, 0);
    let bytes = &name.as_bytes()[..name.len().min(80)];
    let mut word = |from: usize, to: usize| {
        if let Some(word) = bytes.get(from..to).filter(|word| !word.is_empty()) {
            said = said.with(of_word(word));
        }
    };
    for (at, byte) in bytes.iter().enumerate() {
        let capital = byte.is_ascii_uppercase() && was_lower;
        was_lower = byte.is_ascii_lowercase();
        if capital || !byte.is_ascii_alphabetic() {
            word(start, at);
            start = if capital { at } else { at + 1 };
        }
    }
    word(start, bytes.len());
    // "comment-author", "post-date": a part of a record is no record.
    let part = Said::AUTHOR
        .with(Said::DATE)
        .with(Said::BODY)
        .with(Said::SIGNATURE)
        .with(Said::TOOL)
        .with(Said::EDIT)
        .with(Said::PROFILE);
    if said.has(part) {
        said = said.without(Said::POST.with(Said::COMMENT).with(Said::REVIEW));
    }
    // "author-avatar", "user-info", "reply-author" …
    if said.has(Said::PROFILE) && said.has(Said::AUTHOR) {
        said = said.without(Said::AUTHOR);
    }
    if said.has(Said::TOOL.with(Said::EDIT).with(Said::SIGNATURE)) {
        said = said.without(Said::BODY.with(Said::AUTHOR).with(Said::DATE));
    }
    said
}

fn of_word(word: &[u8]) -> Said {
    let mut lower = [0u8; 16];
    let Some(lower) = lower.get_mut(..word.len()) else { return Said::default() };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    match &*lower {
        b"post" | b"posts" | b"message" | b"msg" | b"postbit" | b"answer" | b"question" | b"reponse" | b"beitrag"
        | b"antwort" | b"mensaje" | b"respuesta" | b"topic" | b"thread" | b"discussion" | b"reply" | b"replies" => {
            Said::POST
        }
        b"comment" | b"comments" | b"commentlist" | b"commentaire" | b"commentaires" | b"kommentar" | b"kommentare"
        | b"comentario" | b"comentarios" | b"reaction" | b"reactie" | b"commento" => Said::COMMENT,
        b"review" | b"reviews" | b"avis" | b"bewertung" | b"opinion" | b"testimonial" | b"rezension" => Said::REVIEW,
        b"author" | b"authors" | b"username" | b"nickname" | b"nick" | b"poster" | b"auteur" | b"autor" | b"pseudo"
        | b"benutzer" | b"benutzername" | b"usuario" | b"user" | b"member" | b"byline" | b"creator" | b"fn"
        | b"commenter" | b"reviewer" | b"verfasser" | b"name" | b"postuser" | b"bigusername" | b"utilisateur" => {
            Said::AUTHOR
        }
        b"date" | b"time" | b"datum" | b"fecha" | b"posted" | b"published" | b"timestamp" | b"datetime" | b"when"
        | b"postdate" | b"ago" | b"zeit" | b"uhrzeit" | b"heure" | b"created" => Said::DATE,
        b"body" | b"content" | b"contents" | b"text" | b"texte" | b"inhalt" | b"contenu" | b"contenido" | b"texto"
        | b"postbody" | b"postcontent" | b"posttext" | b"msgbody" | b"msgtext" | b"story" | b"copy" | b"corps"
        | b"postmsg" | b"commenttext" | b"commentbody" | b"markdown" | b"description" => Said::BODY,
        b"signature" | b"sig" | b"signatur" | b"firma" | b"postsignature" | b"usersig" | b"sigblock" => Said::SIGNATURE,
        b"quote" | b"quoted" | b"zitat" | b"cita" | b"citation" | b"blockquote" | b"quotebox" | b"bbquote" => {
            Said::QUOTE
        }
        b"button" | b"buttons" | b"btn" | b"action" | b"actions" | b"toolbar" | b"tools" | b"controls" | b"footer"
        | b"report" | b"like" | b"likes" | b"vote" | b"votes" | b"voting" | b"share" | b"permalink" | b"menu"
        | b"links" | b"respond" | b"form" | b"karma" | b"reactions" | b"thanks" | b"upvote" | b"downvote"
        | b"replybar" | b"postbuttons" | b"attachments" | b"attachment" | b"attach" | b"tags" => Said::TOOL,
        b"edited" | b"lastedit" | b"lastedited" | b"editnote" | b"modified" | b"edit" | b"editor" | b"updated" => {
            Said::EDIT
        }
        b"profile" | b"avatar" | b"rank" | b"userinfo" | b"usertitle" | b"stats" | b"joined" | b"location"
        | b"badge" | b"badges" | b"postprofile" | b"details" | b"info" | b"extra" | b"userdetails" | b"gravatar"
        | b"title" | b"level" | b"role" | b"biography" | b"bio" | b"photo" | b"meta" | b"metas" | b"metadata"
        | b"head" | b"header" | b"count" | b"counter" | b"heading" => Said::PROFILE,
        b"nav" | b"navbar" | b"navigation" | b"sidebar" | b"related" | b"recommended" | b"similar" | b"popular"
        | b"trending" | b"breadcrumb" | b"breadcrumbs" | b"pagination" | b"teaser" | b"teasers" | b"widget"
        | b"recent" | b"latest" | b"newsletter" | b"promo" | b"ad" | b"ads" | b"suggested" | b"carousel" => {
            Said::ELSEWHERE
        }
        b"rating" | b"stars" | b"score" | b"note" => Said::RATING,
        _ => Said::default(),
    }
}

/// What a microdata property says.
pub fn of_property(names: &str) -> Said {
    names.split_ascii_whitespace().fold(Said::default(), |all, name| {
        all.with(match name.rsplit(['/', ':']).next().unwrap_or(name) {
            "author" | "creator" => Said::AUTHOR,
            "name" => Said::AUTHOR,
            "datePublished" | "dateCreated" | "commentTime" | "uploadDate" => Said::DATE.with(Said::STATED),
            "dateModified" => Said::EDIT,
            "text" | "articleBody" | "reviewBody" | "commentText" | "description" => Said::BODY.with(Said::STATED),
            "ratingValue" => Said::RATING.with(Said::STATED),
            "comment" | "suggestedAnswer" | "acceptedAnswer" | "review" | "reviews" => Said::COMMENT,
            _ => Said::default(),
        })
    })
}

/// What a microdata type says.
pub fn of_type(names: &str) -> Said {
    names.split_ascii_whitespace().fold(Said::default(), |all, name| {
        all.with(match name.rsplit(['/', ':', '#']).next().unwrap_or(name) {
            "DiscussionForumPosting" | "Answer" | "Question" | "SocialMediaPosting" => Said::POST.with(Said::STATED),
            "Comment" | "UserComments" => Said::COMMENT.with(Said::STATED),
            "Review" | "UserReview" => Said::REVIEW.with(Said::STATED),
            "Person" => Said::AUTHOR,
            _ => Said::default(),
        })
    })
}

/// Whether an address looks like that of somebody's page.
pub fn leads_to_person(href: &str) -> bool {
    const WORDS: [&str; 34] = [
        "user",
        "users",
        "member",
        "members",
        "profile",
        "profiles",
        "profil",
        "u",
        "author",
        "authors",
        "people",
        "person",
        "usuario",
        "benutzer",
        "mitglied",
        "mitglieder",
        "membre",
        "membres",
        "account",
        "memberlist",
        "viewprofile",
        "userid",
        "uid",
        "user_id",
        "username",
        "utilisateur",
        "auteur",
        "autor",
        "perfil",
        "memberid",
        "usuarios",
        "nick",
        "userinfo",
        "user_profile",
    ];
    let path = href.split_once("://").map_or(href, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let mut words = path.split(['/', '?', '=', '&', '.', '-', ';', ',']).take(12);
    words.any(|word| word.len() <= 12 && WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
        || path.contains("/@")
        || path.starts_with(['~', '@'])
        || path.contains("/~")
}

/// Whether a short text is a button or a rank, not a name.
pub fn is_button(text: &str) -> bool {
    const WORDS: &str = "|reply|quote|report|like|share|edit|delete|permalink|link|top|up|antworten|zitieren|melden|teilen|\
        répondre|citer|signaler|partager|modifier|responder|citar|reportar|compartir|follow|login|log in|sign in|register|\
        anmelden|registrieren|profile|profil|website|pm|private message|message|email|e-mail|find|search|next|previous|\
        member|members|moderator|administrator|admin|guest|gast|invité|offline|online|new member|junior member|\
        senior member|registered user|registered|post|posts|beiträge|messages|mensajes|like this|thanks|danke|merci|more|\
        show|hide|view|close|nach oben|zum zitieren|gefällt mir|j'aime|me gusta|save|bookmark|author|op|original poster|\
        vote|upvote|downvote|flag|mitglied|membre|miembro|رد|اقتباس|إبلاغ|link to comment|share on other sites|insights|\
        view profile|visit website|homepage|twitter|facebook|says|sagt|dit|dice|wrote|schrieb|a écrit|location|title|\
        comment|comments|kommentar|kommentare|commentaires|reviews|top contributor|verified|new|translate|parent|context|\
        all|unread|subscribe|abonnieren|joined|am|um|von|by|par|direktlink|quick reply|multiquote|";
    let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split('|').collect());
    text.is_empty() || text.len() < 40 && KNOWN.contains(text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_record_is_no_record() {
        assert!(of_names("comment odd").has(Said::COMMENT) && of_names("postbit old").has(Said::POST));
        let author = of_names("comment-author vcard");
        assert!(author.has(Said::AUTHOR) && !author.has(Said::COMMENT));
        assert!(of_names("postBody").has(Said::BODY) && !of_names("author-avatar").has(Said::AUTHOR));
        assert_eq!(of_names("poste navy É 😀"), Said::default());
    }

    #[test]
    fn people_have_pages_and_buttons_do_not() {
        for href in ["/user/62#top", "./memberlist.php?mode=viewprofile&u=6", "https://a.example/@nadia", "/u/nadia"] {
            assert!(leads_to_person(href), "{href}");
        }
        assert!(!leads_to_person("/forum/viewtopic.php?t=3") && !leads_to_person("https://user.example/x"));
        assert!(is_button(" Répondre ») ") && is_button("»") && !is_button("Nadia"));
    }
}
