//! What language a text is in: marker words first, then trigrams for what they leave open.

use std::sync::LazyLock;

use super::{
    lang::LANGUAGES,
    tokens::{Sort, Token, tokens},
    words::Words,
};
use crate::text::fold::fold;

/// So much of a text is looked at, in bytes of folded text; more does not change the answer, only the time.
const ENOUGH: usize = 600;
const ARABIC: usize = 2;
const DARIJA: usize = 3;
const LATIN_DARIJA: usize = 4;
const COUNT: usize = LANGUAGES.len();

/// Bit n of a word's mask: it marks the n-th language.
static MARKERS: LazyLock<Words<u16>> = LazyLock::new(|| {
    let mut masks = Words::default();
    for (at, language) in LANGUAGES.iter().enumerate() {
        for word in language.markers.split_whitespace() {
            *masks.entry(fold(word).into_boxed_str()).or_insert(0) |= 1 << at;
        }
    }
    masks
});

/// What the marker words of a text say.
struct Counts {
    words: usize,
    points: [f64; COUNT],
    /// Points of words that mark this language alone.
    own: [f64; COUNT],
    arabic: usize,
    latin: usize,
    other: usize,
}

/// The language of `original`, whose folded form is `text`, BCP 47; `hint` is what its page claims. `und` where nothing
/// is sure.
pub fn detect(text: &str, original: &str, hint: Option<&str>) -> &'static str {
    let text = &text[..text.floor_char_boundary(ENOUGH)];
    let original = &original[..original.floor_char_boundary(ENOUGH)];
    let counts = count(text, &tokens(text, 0..text.len()));
    if let Some(tag) = by_markers(&counts, 2.0) {
        return tag;
    }
    let hint = hint.and_then(known);
    let fits = |tag: &str| match tag {
        "ar" | "ary-Arab" => counts.arabic > 0,
        "fr" | "en" | "es" | "de" | "it" | "pt" | "nl" | "ary-Latn" => counts.latin > 0,
        _ => true,
    };
    if let Some(info) = whatlang::detect(original) {
        let tag = tag(info.lang());
        // Short texts in scripts of few languages need no certainty.
        let other_script = counts.other > counts.latin + counts.arabic && counts.words >= 3;
        if (info.is_reliable() && counts.words >= 5) || other_script || hint == Some(tag) {
            return tag;
        }
        if info.script() == whatlang::Script::Arabic {
            return "ar";
        }
    }
    hint.filter(|tag| fits(tag)).or_else(|| by_markers(&counts, 1.0)).unwrap_or("und")
}

/// The language of the sentence that `words` are the tokens of, in a folded document whose language is `around`: its
/// own words decide, else its script, else the document.
pub fn of_sentence(text: &str, words: &[Token], around: &'static str) -> &'static str {
    let counts = count(text, words);
    if let Some(tag) = by_markers(&counts, 2.0) {
        return tag;
    }
    let sentence = || match words {
        [first, .., last] => {
            detect(&text[first.range.start..last.range.end], &text[first.range.start..last.range.end], None)
        }
        [only] => detect(&text[only.range.clone()], &text[only.range.clone()], None),
        [] => "und",
    };
    let letters = counts.arabic + counts.latin + counts.other;
    let around_is_arabic = matches!(around, "ar" | "ary-Arab");
    if counts.arabic * 2 > letters {
        return if around_is_arabic { around } else { sentence() };
    }
    if around_is_arabic && counts.latin * 2 > letters { sentence() } else { around }
}

fn count(text: &str, words: &[Token]) -> Counts {
    let mut counts = Counts { words: 0, points: [0.0; COUNT], own: [0.0; COUNT], arabic: 0, latin: 0, other: 0 };
    for token in words {
        if !matches!(token.sort, Sort::Word(_)) {
            continue;
        }
        let word = &text[token.range.clone()];
        match word.chars().next() {
            Some(c) if c.is_ascii_digit() && word.bytes().all(|byte| byte.is_ascii_digit()) => continue,
            Some('\u{620}'..='\u{6ff}') => counts.arabic += word.len() / 2,
            Some(c) if c.is_ascii_alphanumeric() => counts.latin += word.len(),
            _ => counts.other += word.chars().count(),
        }
        counts.words += 1;
        let mask = MARKERS.get(word).copied().unwrap_or(0);
        let mut left = mask;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            counts.points[at] += 1.0;
            counts.own[at] += f64::from(u8::from(mask.is_power_of_two()));
            left &= left - 1;
        }
        if mask == 0 && is_arabizi(word) {
            counts.points[LATIN_DARIJA] += 1.0;
            counts.own[LATIN_DARIJA] += 0.6;
        } else if mask == 0 && is_negated_darija(word) {
            counts.points[DARIJA] += 1.0;
            counts.own[DARIJA] += 0.6;
        }
    }
    counts
}

/// The language with the most marker words, if it has at least `least` and clearly more than any other.
fn by_markers(counts: &Counts, least: f64) -> Option<&'static str> {
    if counts.arabic > counts.latin && counts.arabic > counts.other {
        // One word that only Darija has outweighs words that all Arabic shares.
        let (ary, msa) = (counts.own[DARIJA], counts.own[ARABIC]);
        if ary >= 1.0 && ary + 0.5 * (counts.points[DARIJA] - ary) >= msa * 0.7 {
            return Some(LANGUAGES[DARIJA].tag);
        }
        return (counts.points[ARABIC] >= least).then_some(LANGUAGES[ARABIC].tag);
    }
    if counts.latin == 0 || counts.other > counts.latin {
        return None;
    }
    let ary = counts.own[LATIN_DARIJA];
    let rival = |at: &usize| !matches!(*at, ARABIC | DARIJA | LATIN_DARIJA);
    let strongest = (0..COUNT).filter(rival).map(|at| counts.own[at]).fold(0.0, f64::max);
    if ary >= 1.6 && counts.points[LATIN_DARIJA] >= 0.8 * strongest {
        return Some(LANGUAGES[LATIN_DARIJA].tag);
    }
    let score = |at: usize| counts.points[at] + 0.5 * counts.own[at];
    let best =
        |but: usize| (0..COUNT).filter(rival).filter(|at| *at != but).max_by(|l, r| score(*l).total_cmp(&score(*r)));
    let first = best(COUNT)?;
    let clear = score(first) >= 1.35 * best(first).map_or(0.0, score) + 0.5;
    let dense = counts.points[first] >= 0.15 * counts.words as f64;
    (counts.points[first] >= least && clear && dense).then_some(LANGUAGES[first].tag)
}

/// Latin letters with figures that stand for Arabic ones: "3lach", "b9a", "7it", "sa7bi", but not "mp3", "4g", "h264".
fn is_arabizi(word: &str) -> bool {
    let bytes = word.as_bytes();
    let figure = bytes.iter().position(|byte| matches!(byte, b'3' | b'7' | b'9'));
    let Some(at) = figure.filter(|_| bytes.len() >= 3 && bytes.is_ascii()) else { return false };
    let others = bytes
        .iter()
        .enumerate()
        .all(|(i, byte)| byte.is_ascii_lowercase() || i == at || matches!(byte, b'3' | b'7' | b'9'));
    let letters = bytes.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    let last = at + 1 == bytes.len();
    others && letters >= 2 && letters * 2 > bytes.len() && (!last || letters >= 3)
}

/// Darija's negation around a verb: "ماخدامش", "مكيجاوبوش".
fn is_negated_darija(word: &str) -> bool {
    word.starts_with('م') && word.ends_with('ش') && word.chars().count() >= 5
}

/// The tag that we use for a claimed language: "fr-FR" is "fr"; `None` for what no tag of ours can be.
pub fn known(claimed: &str) -> Option<&'static str> {
    let lower = claimed.trim().to_ascii_lowercase();
    let primary = lower.split(['-', '_']).next().unwrap_or("");
    match primary {
        "ary" => Some(if lower.contains("latn") { "ary-Latn" } else { "ary-Arab" }),
        _ => TAGS.iter().map(|(_, tag)| *tag).find(|tag| *tag == primary),
    }
}

fn tag(lang: whatlang::Lang) -> &'static str {
    TAGS.iter().find(|(code, _)| *code == lang.code()).map_or(lang.code(), |(_, tag)| tag)
}

/// ISO 639-3, as the trigram model names languages, and the shorter tag that BCP 47 asks for.
const TAGS: [(&str, &str); 45] = [
    ("fra", "fr"),
    ("eng", "en"),
    ("ara", "ar"),
    ("spa", "es"),
    ("deu", "de"),
    ("ita", "it"),
    ("por", "pt"),
    ("nld", "nl"),
    ("rus", "ru"),
    ("ukr", "uk"),
    ("bel", "be"),
    ("bul", "bg"),
    ("mkd", "mk"),
    ("srp", "sr"),
    ("hrv", "hr"),
    ("slv", "sl"),
    ("slk", "sk"),
    ("ces", "cs"),
    ("pol", "pl"),
    ("ron", "ro"),
    ("hun", "hu"),
    ("tur", "tr"),
    ("aze", "az"),
    ("pes", "fa"),
    ("urd", "ur"),
    ("heb", "he"),
    ("ell", "el"),
    ("swe", "sv"),
    ("dan", "da"),
    ("nob", "nb"),
    ("fin", "fi"),
    ("est", "et"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("cat", "ca"),
    ("lat", "la"),
    ("cmn", "zh"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("hin", "hi"),
    ("ben", "bn"),
    ("tha", "th"),
    ("vie", "vi"),
    ("ind", "id"),
    ("afr", "af"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> &'static str {
        detect(&fold(text), text, None)
    }

    #[test]
    fn short_sentences_of_the_three_main_languages_are_known() {
        assert_eq!(of("La box est en panne depuis hier"), "fr");
        assert_eq!(of("The connection is down again"), "en");
        assert_eq!(of("الخدمة سيئة جدا ولم يتم الرد على الشكوى"), "ar");
        assert_eq!(of("J'ai reçu le colis"), "fr");
    }

    #[test]
    fn darija_is_told_from_arabic_and_from_french() {
        for text in ["هاد الشركة خايبة بزاف", "علاش الكونيكسيون ديالكم كتقطع دابا", "واش كاين شي حل"]
        {
            assert_eq!(of(text), "ary-Arab", "{text}");
        }
        for text in
            ["wach kayn chi 7al", "had service khayb bzaf, makaynch li yjawb", "3lach lconnexion dyalkom kat9ta3 bzaf"]
        {
            assert_eq!(of(text), "ary-Latn", "{text}");
        }
        assert_eq!(of("la 4g et le mp3 à la fin du mois"), "fr");
    }

    #[test]
    fn neighbours_are_not_taken_for_french() {
        assert_eq!(of("El servicio de la empresa es muy malo y no responden"), "es");
        assert_eq!(of("Der Kundendienst ist nicht erreichbar und die Leitung ist tot"), "de");
        assert_eq!(of("Il servizio della banca non è molto buono, anche questa volta"), "it");
        assert_eq!(
            of("Служба поддержки не отвечает уже целую неделю, и мы ещё ничего не получили, это очень плохо"),
            "ru"
        );
    }

    #[test]
    fn too_little_is_unknown_unless_the_page_says() {
        assert_eq!(of("Ok"), "und");
        assert_eq!(of(""), "und");
        assert_eq!(detect("super", "super", Some("fr-FR")), "fr");
        assert_eq!(detect("شكرا", "شكرا", Some("fr")), "ar");
    }

    #[test]
    fn a_sentence_follows_its_document_unless_its_words_or_script_say_otherwise() {
        let of = |text: &str, around| of_sentence(text, &tokens(text, 0..text.len()), around);
        assert_eq!(of("atlas telecom super", "fr"), "fr");
        assert_eq!(of("the service is not good", "fr"), "en");
        assert_eq!(of(&fold("الخدمة سيئة جدا"), "fr"), "ar");
    }
}
