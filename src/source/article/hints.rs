//! What the words in an element's class, id and role say of its text.

/// What an element is likely to hold, from its own attributes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hint(u16);

impl Hint {
    pub const NONE: Hint = Hint(0);
    /// The text of an article, said outright.
    pub const BODY: Hint = Hint(1);
    /// An article or something of it.
    pub const GOOD: Hint = Hint(1 << 1);
    /// Navigation, promotion, page furniture.
    pub const BAD: Hint = Hint(1 << 2);
    /// Furniture where it is short: dates, bylines, "more".
    pub const WEAK: Hint = Hint(1 << 3);
    /// What readers wrote.
    pub const COMMENTS: Hint = Hint(1 << 4);
    /// Not shown.
    pub const HIDDEN: Hint = Hint(1 << 5);
    pub const AUTHOR: Hint = Hint(1 << 6);
    pub const DATE: Hint = Hint(1 << 7);
    /// With `DATE`: of the last change.
    pub const UPDATED: Hint = Hint(1 << 8);
    pub const TAGS: Hint = Hint(1 << 9);
    /// With `DATE`: of the publication, whatever else is said. Pages that never changed say both.
    pub const PUBLISHED: Hint = Hint(1 << 10);

    /// A place to leave one's address.
    pub const SIGNUP: Hint = Hint(1 << 11);

    /// Whether it is a date of the last change, and of that alone.
    pub fn is_update(self) -> bool {
        self.has(Hint::UPDATED) && !self.has(Hint::PUBLISHED)
    }

    pub fn has(self, other: Hint) -> bool {
        self.0 & other.0 != 0
    }

    pub fn add(&mut self, other: Hint) {
        self.0 |= other.0;
    }

    pub fn remove(&mut self, other: Hint) {
        self.0 &= !other.0;
    }
}

/// The hint of a class or id attribute: names split by white space, words by punctuation and capitals.
pub fn of_names(names: &str) -> Hint {
    let mut all = Hint::NONE;
    for name in names.split_ascii_whitespace().take(24) {
        // Blog engines write what an article is about into its classes: words of the author, not of the layout.
        if !name.starts_with("category-") && !name.starts_with("tag-") {
            all.add(of_name(name));
        }
    }
    all
}

fn of_name(name: &str) -> Hint {
    let mut hint = match name {
        "hidden" | "hide" | "invisible" | "visually-hidden" | "visuallyhidden" | "sr-only" | "screen-reader-text"
        | "element-invisible" | "u-hidden" | "is-hidden" => Hint::HIDDEN,
        _ => Hint::NONE,
    };
    let (mut subject, mut substance, mut open, mut today) = (false, false, false, false);
    let mut each = |word: &[u8]| {
        let found = of_word(word);
        hint.add(found);
        subject |= is_subject(word);
        substance |= is_substance(word);
        // The day on which the page is shown.
        today |= matches!(word, b"current" | b"today" | b"now" | b"clock" | b"weather");
        open |= matches!(
            word,
            b"open"
                | b"enabled"
                | b"closed"
                | b"count"
                | b"link"
                | b"number"
                | b"has"
                | b"no"
                | b"with"
                | b"embed"
                | b"tweet"
        );
    };
    let mut word = [0u8; 20];
    let mut length = 0;
    let mut was_lower = false;
    // Names that a program made up hold short words behind digits by chance.
    let mut by_chance = false;
    let is_word = |length: usize, by_chance: bool| length > if by_chance { 3 } else { 0 };
    for &byte in name.as_bytes().iter().take(80) {
        let capital = byte.is_ascii_uppercase() && was_lower;
        if !byte.is_ascii_alphabetic() || capital {
            if is_word(length, by_chance) {
                each(&word[..length.min(word.len())]);
            }
            length = 0;
            by_chance = byte.is_ascii_digit();
        }
        was_lower = byte.is_ascii_lowercase();
        if byte.is_ascii_alphabetic() {
            if let Some(place) = word.get_mut(length) {
                *place = byte.to_ascii_lowercase();
            }
            length += 1;
        }
    }
    if is_word(length, by_chance) {
        each(&word[..length.min(word.len())]);
    }
    if open {
        hint.remove(Hint::COMMENTS);
        hint.remove(Hint::BAD);
    }
    if today {
        hint.remove(Hint::DATE);
    }
    if subject && substance && !hint.has(Hint::BAD) && !hint.has(Hint::COMMENTS) && !hint.has(Hint::WEAK) {
        hint.add(Hint::BODY);
    }
    hint
}

/// Words that name a text as a whole.
fn is_subject(word: &[u8]) -> bool {
    matches!(
        word,
        b"article"
            | b"entry"
            | b"post"
            | b"story"
            | b"news"
            | b"blog"
            | b"single"
            | b"artikel"
            | b"beitrag"
            | b"noticia"
            | b"articulo"
            | b"nota"
            | b"actu"
    )
}

/// Words that name what is in it.
fn is_substance(word: &[u8]) -> bool {
    matches!(
        word,
        b"content"
            | b"body"
            | b"text"
            | b"inhalt"
            | b"contenido"
            | b"contenu"
            | b"corps"
            | b"cuerpo"
            | b"texte"
            | b"texto"
            | b"copy"
    )
}

fn of_word(word: &[u8]) -> Hint {
    match word {
        b"articlebody" | b"articlecontent" | b"articletext" | b"entrycontent" | b"postcontent" | b"postbody"
        | b"storybody" | b"storytext" | b"storycontent" | b"bodytext" | b"bodycopy" | b"articlecopy" | b"newsbody"
        | b"blogcontent" => Hint::BODY,
        b"article" | b"entry" | b"post" | b"story" | b"hentry" | b"prose" | b"content" | b"main" | b"body"
        | b"text" | b"richtext" | b"wysiwyg" | b"blog" => Hint::GOOD,
        b"nav" | b"navbar" | b"navigation" | b"menu" | b"submenu" | b"breadcrumb" | b"breadcrumbs" | b"footer"
        | b"foot" | b"sidebar" | b"related" | b"recommend" | b"recommended" | b"recommendation"
        | b"recommendations" | b"recirc" | b"share" | b"sharing" | b"sharebar" | b"sharethis" | b"sharedaddy"
        | b"addthis" | b"addtoany" | b"social" | b"newsletter" | b"subscribe" | b"subscription" | b"signup"
        | b"cookie" | b"cookies" | b"consent" | b"gdpr" | b"promo" | b"promos" | b"promotion" | b"promoted"
        | b"sponsor" | b"sponsored" | b"advert" | b"advertisement" | b"advertising" | b"ad" | b"ads" | b"adsense"
        | b"popup" | b"modal" | b"outbrain" | b"taboola" | b"login" | b"signin" | b"copyright" | b"pagination"
        | b"pager" | b"paginator" | b"trending" | b"popular" | b"mostread" | b"mostpopular" | b"toolbar" | b"skip"
        | b"masthead" | b"similar" | b"upsell" | b"paywall" | b"donate" | b"donation" | b"disclaimer"
        | b"offcanvas" | b"flyout" | b"dropdown" | b"jetpack" | b"readnext" | b"seealso" | b"infobox" | b"navbox"
        | b"noprint" | b"editsection" | b"metadata" => Hint::BAD,
        b"comment" | b"comments" | b"commentlist" | b"commentarea" | b"disqus" | b"respond" | b"replies"
        | b"reactions" | b"trackback" | b"trackbacks" | b"pingback" | b"kommentar" | b"kommentare" | b"commentaire"
        | b"commentaires" | b"comentario" | b"comentarios" | b"livefyre" | b"webmentions" => Hint::COMMENTS,
        b"date" | b"timestamp" | b"dateline" | b"posted" | b"datum" | b"fecha" | b"datetime" | b"time" => {
            let mut hint = Hint::DATE;
            hint.add(Hint::WEAK);
            hint
        }
        b"published" | b"pubdate" => {
            let mut hint = Hint::DATE;
            hint.add(Hint::PUBLISHED);
            hint.add(Hint::WEAK);
            hint
        }
        b"updated" | b"modified" => {
            let mut hint = Hint::DATE;
            hint.add(Hint::UPDATED);
            hint.add(Hint::WEAK);
            hint
        }
        b"author" | b"authors" | b"byline" | b"autor" | b"auteur" | b"writer" | b"verfasser" | b"vcard" => {
            let mut hint = Hint::AUTHOR;
            hint.add(Hint::WEAK);
            hint
        }
        b"tags" | b"taglist" | b"tagcloud" | b"keywords" | b"topics" | b"categories" | b"cat" => {
            let mut hint = Hint::TAGS;
            hint.add(Hint::WEAK);
            hint
        }
        b"meta" | b"tag" | b"category" | b"banner" | b"widget" | b"widgets" | b"credit" | b"credits" | b"caption"
        | b"more" | b"teaser" | b"teasers" | b"print" | b"rating" | b"ratings" | b"links" | b"aside" | b"bio"
        | b"profile" | b"about" | b"contact" | b"search" | b"form" | b"header" | b"tools" | b"utility" | b"buttons"
        | b"button" | b"gallery" | b"slideshow" | b"carousel" | b"slider" | b"player" | b"video" | b"notice"
        | b"alert" | b"callout" | b"rail" | b"module" | b"tooltip" | b"follow" | b"correction" | b"overlay"
        | b"toc" | b"references" | b"reflist" | b"reference" | b"next" | b"prev" | b"previous" | b"latest"
        | b"topic" | b"feedback" | b"poll" | b"quiz" | b"bottom" | b"kicker" | b"figcaption" | b"legend" | b"image"
        | b"photo" | b"figure" => Hint::WEAK,
        _ => Hint::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_a_name_promises() {
        assert!(of_names("wrap entry-content").has(Hint::BODY));
        assert!(of_names("articleBody").has(Hint::BODY));
        assert!(of_names("StoryBodyText").has(Hint::BODY));
        assert!(of_names("post-comments").has(Hint::COMMENTS));
        assert!(of_names("site-nav").has(Hint::BAD));
        assert!(of_names("post-date published").has(Hint::DATE) && !of_names("current-date").has(Hint::DATE));
        assert!(of_names("entry-date updated").is_update() && !of_names("entry-date published updated").is_update());
        assert_eq!(of_names("navy shareholder"), Hint::NONE);
        assert_eq!(of_names("jXK9ad-SmKAyb D2nav"), Hint::NONE);
    }

    #[test]
    fn takes_a_state_for_no_place() {
        assert!(!of_names("single comments-open has-sidebar").has(Hint::COMMENTS));
        assert!(!of_names("has-sidebar").has(Hint::BAD));
        assert!(!of_names("comment-body-text").has(Hint::BODY));
        assert_eq!(of_names("category-comments tag-menu"), Hint::NONE);
    }

    #[test]
    fn reads_any_name_without_panic() {
        of_names("ÉÀ-ñ 😀 \u{0}");
        of_names(&"x".repeat(100_000));
    }
}
