//! How each tool names the columns of its exports: one file a tool, one line in [`DIALECTS`].

mod brandwatch;
mod generic;
mod meltwater;
mod mention;
mod pulsar;
mod talkwalker;
mod youscan;

use std::collections::HashSet;

/// What a column holds for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Url,
    Title,
    /// The whole text.
    Text,
    /// Pieces of the text, where the whole is not given; several are put together.
    Excerpt,
    Author,
    Published,
    /// The time of day, where the date has none.
    Time,
    Updated,
    /// The name of the outlet.
    Source,
    /// Its host or address, where it has no name.
    Domain,
    /// What the outlet is, and what the text is there: a forum, a comment.
    Kind,
    Language,
    Id,
    ThreadUrl,
    ParentUrl,
    Replies,
    Views,
    Likes,
    Shares,
    Rating,
    Tags,
}

impl Field {
    /// Every field with its word in `--map`.
    pub const ALL: [(Field, &'static str); 21] = [
        (Field::Url, "url"),
        (Field::Title, "title"),
        (Field::Text, "text"),
        (Field::Excerpt, "excerpt"),
        (Field::Author, "author"),
        (Field::Published, "published"),
        (Field::Time, "time"),
        (Field::Updated, "updated"),
        (Field::Source, "source"),
        (Field::Domain, "domain"),
        (Field::Kind, "kind"),
        (Field::Language, "language"),
        (Field::Id, "id"),
        (Field::ThreadUrl, "thread_url"),
        (Field::ParentUrl, "parent_url"),
        (Field::Replies, "replies"),
        (Field::Views, "views"),
        (Field::Likes, "likes"),
        (Field::Shares, "shares"),
        (Field::Rating, "rating"),
        (Field::Tags, "tags"),
    ];

    /// The word used in `--map`.
    pub fn word(self) -> &'static str {
        Field::ALL.iter().find(|(field, _)| *field == self).map_or("", |(_, word)| word)
    }

    /// The field of that word.
    pub fn from_word(word: &str) -> Option<Field> {
        Field::ALL.iter().find(|(_, known)| *known == word).map(|(field, _)| *field)
    }
}

/// The exports of one tool.
#[derive(Debug)]
pub struct Dialect {
    /// The word of `--dialect`.
    pub word: &'static str,
    /// What a person calls it.
    pub name: &'static str,
    /// Columns that only its headings have together, each set by itself, in the form of [`key`].
    pub signs: &'static [&'static [&'static str]],
    /// The columns of each field, the best first, in the form of [`key`].
    pub columns: &'static [(Field, &'static [&'static str])],
    /// Where nothing tells, the month comes first in its dates.
    pub month_first: bool,
}

/// Every dialect; the first whose signs are there is taken.
pub static DIALECTS: &[&Dialect] = &[
    &meltwater::NEW,
    &meltwater::CLASSIC,
    &talkwalker::DIALECT,
    &brandwatch::DIALECT,
    &youscan::DIALECT,
    &mention::DIALECT,
    &pulsar::DIALECT,
    &generic::DIALECT,
];

impl Dialect {
    /// The dialect of that word.
    pub fn from_word(word: &str) -> Option<&'static Dialect> {
        DIALECTS.iter().copied().find(|dialect| dialect.word == word)
    }

    /// The dialect whose heading has these columns, each in the form of [`key`].
    pub fn of(heading: &HashSet<String>) -> Option<&'static Dialect> {
        let has = |sign: &&[&str]| sign.iter().all(|column| heading.contains(*column));
        DIALECTS.iter().copied().find(|dialect| dialect.signs.iter().any(has))
    }

    /// How many of its columns a heading has.
    pub fn fits(&self, heading: &HashSet<String>) -> usize {
        self.columns.iter().flat_map(|(_, names)| *names).filter(|name| heading.contains(**name)).count()
    }
}

/// The name of a column in the form in which it is compared: letters and digits, in lower case; `Hit Sentence`,
/// `hit_sentence` and `hitSentence` are one.
pub fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_dialect_is_in_the_form_in_which_names_are_compared() {
        for dialect in DIALECTS {
            let signs = dialect.signs.iter().flat_map(|sign| sign.iter());
            let columns = dialect.columns.iter().flat_map(|(_, names)| names.iter());
            for name in signs.chain(columns) {
                assert_eq!(key(name), **name, "{}", dialect.word);
            }
            assert!(std::ptr::eq(Dialect::from_word(dialect.word).unwrap(), *dialect));
        }
    }

    #[test]
    fn every_field_has_a_word_that_leads_back() {
        for (field, word) in Field::ALL {
            assert_eq!((field.word(), Field::from_word(word)), (word, Some(field)));
        }
    }

    #[test]
    fn the_signs_of_each_dialect_are_its_own() {
        for dialect in DIALECTS {
            for sign in dialect.signs {
                let heading = sign.iter().map(|name| (*name).to_owned()).collect();
                assert_eq!(Dialect::of(&heading).map(|found| found.word), Some(dialect.word), "{sign:?}");
            }
        }
        assert!(Dialect::of(&["date", "count", "ratio"].map(String::from).into()).is_none());
    }
}
