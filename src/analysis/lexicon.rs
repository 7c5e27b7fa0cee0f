//! Lexicons: what a language's data file says of words, ready for look-up by folded tokens.

use super::words::Words;
use crate::text::fold::fold;

/// What a word or expression does in a sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// Speaks well or ill; −4..4. Zero: an expression that only looks as if it did.
    Cue(f64),
    /// The same for an expression that holds its own negation ("marche plus"): another around it turns nothing.
    Firm(f64),
    /// Turns what follows: "sans", "never".
    Not,
    /// Turns what stands right before it too: "recommande pas".
    NotBoth,
    /// Strengthens (above 1) or weakens what follows.
    More(f64),
    /// Strengthens what stands right before it too: "جدا".
    MoreBoth(f64),
    /// What comes after it weighs more: "mais".
    But,
    /// Joins or opposes clauses: "et", "alors que".
    And,
    /// Comes before what something is compared with: "que", "than".
    Than,
}

/// How a data file's shorthand for inflected forms is spelt out: stem and flag in, forms out.
pub type Inflect = fn(&str, char) -> Vec<String>;

/// The words of one language.
#[derive(Debug, Default)]
pub struct Lexicon {
    entries: Words<Entry>,
    arabic: bool,
}

#[derive(Debug, Default)]
struct Entry {
    alone: Option<Role>,
    /// Further words of expressions that begin with this one, the longest first.
    longer: Vec<(Vec<Box<str>>, Role)>,
}

/// Words that make an expression hold its own negation, folded.
const DENIALS: [&str; 30] = [
    "ne", "n", "pas", "plus", "jamais", "rien", "aucun", "aucune", "sans", "not", "no", "never", "don", "doesn",
    "didn", "isn", "won", "can", "cannot", "couldn", "لا", "لم", "لن", "غير", "بدون", "دون", "بلا", "عدم", "ولا", "ما",
];

impl Lexicon {
    /// Reads a data file: lines of role, tab, entries separated by commas; `word/flags` asks `inflect` for more forms.
    /// What cannot be read is left out (a test sees to it that nothing is).
    pub fn parse(data: &str, inflect: Inflect, arabic: bool) -> Lexicon {
        let mut lexicon = Lexicon { entries: Words::default(), arabic };
        for line in data.lines() {
            let Some((role, entries)) = line.split_once('\t') else { continue };
            let Some(role) = read_role(role) else { continue };
            for entry in fold(entries).split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
                let (stem, flags) = entry.split_once('/').unwrap_or((entry, ""));
                lexicon.add(stem, role);
                for form in flags.chars().flat_map(|flag| inflect(stem, flag)) {
                    lexicon.add(&form, role);
                }
            }
        }
        for entry in lexicon.entries.values_mut() {
            entry.longer.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        lexicon
    }

    fn add(&mut self, text: &str, role: Role) {
        let mut words = text.split([' ', '-', '\'']).filter(|word| !word.is_empty()).map(Box::from);
        let Some(first) = words.next() else { return };
        let first: Box<str> = first;
        let rest: Vec<Box<str>> = words.collect();
        let denies = std::iter::once(&first).chain(&rest).any(|word| DENIALS.contains(&&**word));
        let role = match role {
            Role::Cue(weight) if weight != 0.0 && denies && !rest.is_empty() => Role::Firm(weight),
            role => role,
        };
        let entry = self.entries.entry(first).or_default();
        if rest.is_empty() {
            entry.alone.get_or_insert(role);
        } else if !entry.longer.iter().any(|(words, _)| *words == rest) {
            entry.longer.push((rest, role));
        }
    }

    /// The role of the expression that begins with the first of `words`, and of how many words it is.
    pub fn role<'a>(&self, words: impl Iterator<Item = &'a str> + Clone) -> Option<(Role, usize)> {
        let first = words.clone().next()?;
        let entry = self.entry(first)?;
        for (rest, role) in &entry.longer {
            let mut next = words.clone().skip(1);
            if rest.iter().all(|word| next.next() == Some(word)) {
                return Some((*role, rest.len() + 1));
            }
        }
        entry.alone.map(|role| (role, 1))
    }

    fn entry(&self, word: &str) -> Option<&Entry> {
        if let Some(entry) = self.entries.get(word) {
            return Some(entry);
        }
        if self.arabic && !word.is_ascii() {
            return self.stripped(word);
        }
        let cut = |keep| unstretched(word, keep).and_then(|word| self.entries.get(word.as_str()));
        cut(1).or_else(|| cut(2))
    }

    /// An Arabic word without the particles and pronouns that are written onto it; at least three letters remain.
    fn stripped(&self, word: &str) -> Option<&Entry> {
        const BEFORE: [&str; 16] =
            ["", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "فال", "كال", "لل", "س", "سي", "ي", "ت"];
        const AFTER: [&str; 16] =
            ["", "ه", "ها", "هم", "نا", "ني", "كم", "ك", "ي", "ين", "ون", "ات", "وا", "ت", "ا", "تهم"];
        let stretched = unstretched(word, 1);
        let word = stretched.as_deref().unwrap_or(word);
        // One byte tells most of them apart, and comparing it is much quicker than comparing strings.
        let (first, last) = (word.as_bytes().get(1), word.as_bytes().last());
        let may_follow = |after: &&str| after.is_empty() || after.as_bytes().last() == last;
        for before in BEFORE.iter().filter(|before| before.is_empty() || before.as_bytes().get(1) == first) {
            let Some(rest) = word.strip_prefix(*before) else { continue };
            for after in AFTER.iter().filter(|after| may_follow(after)) {
                // Arabic letters have two bytes each.
                let Some(stem) = rest.strip_suffix(*after).filter(|stem| stem.len() >= 6) else { continue };
                if let Some(entry) = self.entries.get(stem).filter(|entry| matches!(entry.alone, Some(Role::Cue(_)))) {
                    return Some(entry);
                }
            }
        }
        None
    }
}

/// "nuuuul" as "nul": runs of three and more of a letter cut to `keep`; `None` without such a run.
fn unstretched(word: &str, keep: usize) -> Option<String> {
    // Letters of two bytes repeat at a distance of two.
    let bytes = word.as_bytes();
    let repeats =
        |by: usize| bytes.windows(by * 2 + 1).any(|window| window[0] == window[by] && window[by] == window[by * 2]);
    if !repeats(1) && (word.is_ascii() || !repeats(2)) {
        return None;
    }
    let chars: Vec<char> = word.chars().collect();
    let mut cut = String::with_capacity(word.len());
    for stretch in chars.chunk_by(|left, right| left == right) {
        cut.extend(stretch.iter().take(if stretch.len() >= 3 { keep } else { stretch.len() }));
    }
    (cut.len() < word.len()).then_some(cut)
}

fn read_role(word: &str) -> Option<Role> {
    let factor = |text: &str| text.trim().parse::<f64>().ok().filter(|factor| factor.is_finite());
    Some(match word.split_once(' ').unwrap_or((word, "")) {
        ("not", _) => Role::Not,
        ("not-both", _) => Role::NotBoth,
        ("more", by) => Role::More(factor(by)?),
        ("more-both", by) => Role::MoreBoth(factor(by)?),
        ("but", _) => Role::But,
        ("and", _) => Role::And,
        ("than", _) => Role::Than,
        (weight, "") => Role::Cue(factor(weight)?.clamp(-4.0, 4.0)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::lang;

    fn role(language: &str, text: &str) -> Option<(Role, usize)> {
        let words: Vec<&str> = text.split(' ').collect();
        lang::lexicon(language).unwrap().role(words.iter().copied())
    }

    #[test]
    fn the_longest_expression_wins() {
        assert_eq!(role("fr", "service apres vente nul"), Some((Role::Cue(0.0), 3)));
        assert!(matches!(role("fr", "au top"), Some((Role::Cue(weight), 2)) if weight > 0.0));
    }

    #[test]
    fn inflected_stretched_and_prefixed_forms_are_known() {
        for (language, word) in [
            ("fr", "decues"),
            ("fr", "nulles"),
            ("fr", "nuuuul"),
            ("en", "scammed"),
            ("en", "slower"),
            ("ar", "والسييه"),
            ("ar", "ممتازه"),
        ] {
            assert!(matches!(role(language, word), Some((Role::Cue(_), 1))), "{word}");
        }
    }

    #[test]
    fn data_files_are_readable_and_large_enough() {
        for (language, least) in [("fr", 350), ("en", 350), ("ar", 300)] {
            let data = lang::data(language).unwrap();
            let mut entries = 0;
            for line in data.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
                let (role, list) = line.split_once('\t').unwrap_or_else(|| panic!("no tab: {line}"));
                assert!(read_role(role).is_some(), "{line}");
                for entry in list.split(',').map(str::trim) {
                    let stem = entry.split('/').next().unwrap_or("");
                    assert!(!stem.is_empty() && !fold(stem).contains(','), "{language}: {entry:?}");
                    entries += 1;
                }
            }
            assert!(entries >= least, "{language}: {entries}");
        }
    }
}
