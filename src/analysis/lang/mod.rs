//! The languages that are told apart by their own words, and those of them that have a lexicon. A new language is one
//! file, with a data file where it can be scored, and one line in [`LANGUAGES`].

use std::sync::LazyLock;

use super::lexicon::{Inflect, Lexicon};

mod ar;
mod ary;
mod en;
mod fr;
mod neighbours;

/// A language that is recognised by marker words.
pub struct Language {
    /// BCP 47.
    pub tag: &'static str,
    /// Frequent words that seldom mean anything elsewhere, separated by blanks.
    pub markers: &'static str,
    /// Data file and inflection, where texts in this language can be scored.
    pub lexicon: Option<(&'static str, Inflect)>,
}

/// Every language with markers.
pub static LANGUAGES: [&Language; 10] = [
    &fr::FRENCH,
    &en::ENGLISH,
    &ar::ARABIC,
    &ary::DARIJA,
    &ary::LATIN_DARIJA,
    &neighbours::SPANISH,
    &neighbours::GERMAN,
    &neighbours::ITALIAN,
    &neighbours::PORTUGUESE,
    &neighbours::DUTCH,
];

/// Read once for the whole program.
static LEXICONS: LazyLock<Vec<(&'static str, Lexicon)>> = LazyLock::new(|| {
    let scored = LANGUAGES.iter().filter_map(|language| language.lexicon.map(|lexicon| (language.tag, lexicon)));
    scored.map(|(tag, (data, inflect))| (tag, Lexicon::parse(data, inflect, tag == "ar"))).collect()
});

/// The languages whose texts can be scored.
pub fn scored() -> Vec<&'static str> {
    LANGUAGES.iter().filter(|language| language.lexicon.is_some()).map(|language| language.tag).collect()
}

/// The lexicon of a language, if it has one.
pub fn lexicon(tag: &str) -> Option<&'static Lexicon> {
    LEXICONS.iter().find(|(language, _)| *language == tag).map(|(_, lexicon)| lexicon)
}

/// The data file of a language, if it has one.
pub fn data(tag: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|language| language.tag == tag)?.lexicon.map(|(data, _)| data)
}
