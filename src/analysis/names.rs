//! Finds the brands' names in folded text: one pass for all forms of all brands, then each candidate is checked.

use std::{collections::HashMap, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::bounds;
use crate::{
    model::Brand,
    text::fold::{Folded, fold},
};

/// All forms of all brands, compiled.
#[derive(Debug)]
pub struct Names {
    /// Finds the first word of every form; the rest is compared by hand, so that "Atlas Télécom", "Atlas-Télécom" and
    /// "AtlasTélécom" are one form.
    words: Option<AhoCorasick>,
    /// For each first word, the forms that begin with it.
    forms: Vec<Vec<Form>>,
}

#[derive(Debug)]
struct Form {
    brand: usize,
    /// `None`: an expression in which no hit counts.
    alias: Option<usize>,
    /// Folded words after the first.
    rest: Vec<String>,
    /// An Arabic form whose article was merged with the preposition "li": للبنك for البنك.
    merged: bool,
}

/// One place where a brand is named, in bytes of the folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub brand: usize,
    /// Which form: 0 is the name, then the aliases in order.
    pub form: usize,
    pub range: Range<usize>,
}

impl Names {
    /// Compiles the names of `brands`.
    pub fn new(brands: &[Brand]) -> Names {
        let mut words: Vec<String> = Vec::new();
        let mut index: HashMap<String, usize> = HashMap::new();
        let mut forms: Vec<Vec<Form>> = Vec::new();
        let mut add = |text: &str, brand: usize, alias: Option<usize>, merged: bool| {
            let mut parts = text.split(is_joint).filter(|part| !part.is_empty()).map(String::from);
            let Some(first) = parts.next() else { return };
            let at = *index.entry(first.clone()).or_insert_with(|| {
                words.push(first);
                forms.push(Vec::new());
                words.len() - 1
            });
            forms[at].push(Form { brand, alias, rest: parts.collect(), merged });
        };
        for (brand, names) in brands.iter().enumerate() {
            let aliases = names.forms().enumerate().map(|(at, form)| (form, Some(at)));
            for (form, alias) in aliases.chain(names.exclude.iter().map(|form| (form.as_str(), None))) {
                let form = fold(form);
                add(&form, brand, alias, false);
                if let Some(rest) = form.strip_prefix("ال").filter(|rest| rest.chars().count() > 1) {
                    add(&format!("لل{rest}"), brand, alias, true);
                }
            }
        }
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind((words.len() < 500).then_some(AhoCorasickKind::DFA))
            .build(&words)
            .ok()
            .filter(|_| !words.is_empty());
        Names { words, forms }
    }

    /// Every place of `text` that names a brand, ascending, without overlaps within one brand.
    pub fn find(&self, text: &Folded) -> Vec<Hit> {
        let Some(words) = &self.words else { return Vec::new() };
        let (mut hits, mut excluded): (Vec<Hit>, Vec<(usize, Range<usize>)>) = Default::default();
        let folded = text.text.as_str();
        for word in words.find_overlapping_iter(folded) {
            let mut prefix = None;
            for form in &self.forms[word.pattern().as_usize()] {
                // What stands before is looked at once for all forms that begin with the word.
                if !*prefix.get_or_insert_with(|| bounds::may_begin(folded, word.start(), form.merged)) {
                    break;
                }
                let Some(end) = form.rest.iter().try_fold(word.end(), |at, part| next_part(folded, at, part)) else {
                    continue;
                };
                let range = word.start()..end;
                if !bounds::may_end(folded, end) {
                    continue;
                }
                match form.alias {
                    None => excluded.push((form.brand, range)),
                    Some(_) if bounds::in_address(folded, &range) => {}
                    Some(alias) => hits.push(Hit { brand: form.brand, form: alias, range }),
                }
            }
        }
        excluded.sort_by_key(|(brand, range)| (*brand, range.start));
        hits.retain(|hit| {
            // Only the few that begin last before the hit can reach over it.
            let until =
                excluded.partition_point(|(brand, range)| (*brand, range.start) <= (hit.brand, hit.range.start));
            let near = excluded[..until].iter().rev().take(16);
            !near.into_iter().any(|(brand, range)| *brand == hit.brand && hit.range.end <= range.end)
        });
        hits.sort_by_key(|hit| (hit.brand, hit.range.start, usize::MAX - hit.range.end, hit.form));
        hits.dedup_by(|next, kept| next.brand == kept.brand && next.range.start < kept.range.end);
        hits.sort_by_key(|hit| (hit.range.start, hit.brand));
        hits
    }
}

/// What may stand between the words of a name, or nothing.
fn is_joint(c: char) -> bool {
    matches!(c, ' ' | '-' | '_')
}

/// The end of `part` where it follows at `at`, after blanks, one line feed, one hyphen or nothing.
fn next_part(text: &str, at: usize, part: &str) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    let (mut skip, mut hyphens, mut feeds) = (0, 0, 0);
    while let Some(byte) = rest.get(skip).filter(|_| skip < 8) {
        match byte {
            b' ' => {}
            b'-' | b'_' => hyphens += 1,
            b'\n' => feeds += 1,
            _ => break,
        }
        skip += 1;
    }
    let fits = hyphens <= 1 && feeds <= 1 && rest[skip..].starts_with(part.as_bytes());
    fits.then(|| at + skip + part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(name: &str, aliases: &[&str], exclude: &[&str]) -> Brand {
        let strings = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        Brand { name: name.into(), aliases: strings(aliases), exclude: strings(exclude), ..Brand::default() }
    }

    fn found(brands: &[Brand], text: &str) -> Vec<String> {
        let folded = Folded::new(text);
        Names::new(brands).find(&folded).into_iter().map(|hit| text[folded.original(hit.range)].to_string()).collect()
    }

    #[test]
    fn a_name_is_found_in_all_its_presentations() {
        let atlas = [brand("Atlas Télécom", &[], &[])];
        for text in [
            "chez Atlas Télécom.",
            "ATLAS TELECOM",
            "l’Atlas-Telecom",
            "@AtlasTelecom",
            "#atlastélécom!",
            "atlas_telecom",
            "Atlas\u{a0}Télécom's",
            "d'Atlas  Te\u{301}le\u{301}com",
            "At\u{200b}las Télécom™",
            "Ａｔｌａｓ Télécom",
            "Atlas\nTélécom",
            "(Atlas Télécom)",
            "\"Atlas Télécom\"",
            "Atlas Télécom, Atlas",
            "ديالAtlas Télécom",
        ] {
            assert_eq!(found(&atlas, text).len(), 1, "{text}");
        }
    }

    #[test]
    fn parts_of_words_are_no_hits() {
        let atlas = [brand("Atlas Télécom", &["Box"], &[])];
        for text in
            ["toolbox", "boxes", "Box2", "AtlasTelecoms", "Atlas, Télécom", "Atlas\n\nTélécom", "sandbox-é", "boxeur"]
        {
            assert!(found(&atlas, text).is_empty(), "{text}");
        }
        assert_eq!(found(&atlas, "la box-TV, box's"), ["box", "box"]);
    }

    #[test]
    fn names_with_signs_are_found_whole() {
        let brands = [brand("C++", &[], &[]), brand("Yahoo!", &[], &[]), brand("H&M", &[], &[])];
        assert_eq!(found(&brands, "le C++, chez Yahoo! ou H&M."), ["C++", "Yahoo!", "H&M"]);
        assert!(found(&brands, "Oc++ et yahoos").is_empty());
    }

    #[test]
    fn arabic_names_take_prefixes() {
        let brands = [brand("أطلس تيليكوم", &[], &[]), brand("البنك الأخضر", &[], &[])];
        assert_eq!(found(&brands, "لأطلس تيليكوم وبأطلس تيليكوم"), ["أطلس تيليكوم", "أطلس تيليكوم"]);
        assert_eq!(found(&brands, "أَطْلَس تيليـكوم، للبنك الاخضر والبنك الأخضر").len(), 3);
        assert!(found(&brands, "قأطلس تيليكوم أطلس تيليكومية").is_empty());
    }

    #[test]
    fn hits_within_an_exclusion_or_an_address_do_not_count() {
        let brands = [brand("Zitoun", &[], &["huile zitoun", "Zitoun Al Hamra"])];
        assert_eq!(found(&brands, "huile Zitoun et Zitoun-al-Hamra mais Zitoun"), ["Zitoun"]);
        for text in [
            "https://zitoun.example/zitoun",
            "www.zitoun.example",
            "contact@zitoun.example",
            "zitoun@atlas.example",
            "voir zitoun.example/menu",
            "(http://a.example/?q=zitoun)",
            "mailto:zitoun",
        ] {
            assert!(found(&brands, text).is_empty(), "{text}");
        }
        assert_eq!(found(&brands, "Zitoun. Merci @zitoun et zitoun/atlas").len(), 3);
    }

    #[test]
    fn the_longest_form_of_a_brand_counts_once_and_brands_may_nest() {
        let brands = [brand("Orange", &["Orange Bleue"], &[]), brand("Bleue", &[], &[])];
        assert_eq!(found(&brands, "Orange Bleue"), ["Orange Bleue", "Bleue"]);
        assert!(found(&[brand("", &["  "], &["-"])], "rien").is_empty());
    }
}
