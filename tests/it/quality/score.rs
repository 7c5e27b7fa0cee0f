//! The figures of quality: how what was read compares with what a person reads.

use std::collections::{HashMap, HashSet};

use jiff::civil::DateTime;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// Words as they are compared: letters and digits, lower case, compatibility forms folded.
pub fn words(text: &str) -> Vec<String> {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let parts = folded.split(|c: char| !c.is_alphanumeric() && !is_mark(c));
    parts.filter(|word| !word.is_empty()).map(String::from).collect()
}

/// Vowel signs of Arabic belong to their word.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{64b}'..='\u{65f}' | '\u{670}')
}

fn counted<T: std::hash::Hash + Eq>(parts: impl IntoIterator<Item = T>) -> HashMap<T, usize> {
    let mut counts = HashMap::new();
    parts.into_iter().for_each(|part| *counts.entry(part).or_insert(0) += 1);
    counts
}

fn common<T: std::hash::Hash + Eq>(a: &HashMap<T, usize>, b: &HashMap<T, usize>) -> usize {
    a.iter().map(|(part, count)| *count.min(b.get(part).unwrap_or(&0))).sum()
}

/// F1 of the words of two texts as bags; of two empty ones 1.
pub fn word_f1(found: &str, gold: &str) -> f64 {
    let (found, gold) = (words(found), words(gold));
    let all = found.len() + gold.len();
    if all == 0 {
        return 1.0;
    }
    2.0 * common(&counted(found), &counted(gold)) as f64 / all as f64
}

/// Shares of a text's runs of four words: found and right, found and wrong, missed; they sum to 1.
pub fn shingles(found: &str, gold: &str) -> [f64; 3] {
    let of = |text: &str| {
        let words = words(text);
        match words.len() {
            0 => HashMap::new(),
            1..4 => counted([words]),
            _ => counted(words.windows(4).map(<[String]>::to_vec)),
        }
    };
    let (found, gold) = (of(found), of(gold));
    let right = common(&found, &gold) as f64;
    let (found, gold) = (found.values().sum::<usize>() as f64, gold.values().sum::<usize>() as f64);
    let all = found + gold - right;
    if all == 0.0 { [1.0, 0.0, 0.0] } else { [right / all, (found - right) / all, (gold - right) / all] }
}

/// The harmonic mean of what share is right and what share is found.
pub fn f1(right: f64, wrong: f64, missed: f64) -> f64 {
    if right == 0.0 { 0.0 } else { 2.0 * right / (2.0 * right + wrong + missed) }
}

/// Names of one or several people, each alone.
pub fn names(text: &str) -> HashSet<String> {
    let text = text.replace(" et ", ",").replace(" and ", ",").replace('&', ",");
    text.split([',', ';', '|']).map(|name| words(name).join(" ")).filter(|name| !name.is_empty()).collect()
}

/// Whether a date is the one of the gold, as finely as the gold is: `2026-02-04`, `2026-02-04T07:15` (as shown) or with `Z`.
pub fn same_date(found: Option<&str>, gold: &str) -> bool {
    let Some(found) = found else { return false };
    if gold.len() == 10 {
        return found.get(..10) == Some(gold);
    }
    let gold: DateTime = gold.trim_end_matches('Z').parse().unwrap();
    let utc = match found.parse::<jiff::Timestamp>() {
        Ok(at) => at.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
        Err(_) => match found.parse() {
            Ok(civil) => civil,
            Err(_) => return false,
        },
    };
    let minute = |at: DateTime| (at.date(), at.hour(), at.minute());
    minute(utc) == minute(gold)
}

/// Whether words that are somebody else's stand in a text: more than half of their runs of four.
pub fn leaks(others: &str, text: &str) -> bool {
    let (others, text) = (words(others), words(text));
    let runs: Vec<&[String]> = if others.len() < 4 { vec![&others] } else { others.windows(4).collect() };
    let inside = runs.iter().filter(|run| !run.is_empty() && text.windows(run.len()).any(|window| window == **run));
    inside.count() * 2 > runs.len()
}

/// Gold and found, paired: the likest first, none twice. Gives places in both and the likeness, at least `least`.
pub fn pairs(gold: &[String], found: &[String], least: f64) -> Vec<(usize, usize, f64)> {
    let mut all = Vec::new();
    for (g, gold) in gold.iter().enumerate() {
        for (f, found) in found.iter().enumerate() {
            let like = word_f1(found, gold);
            if like >= least {
                all.push((like, g, f));
            }
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut taken, mut used, mut pairs) = (HashSet::new(), HashSet::new(), Vec::new());
    for (like, g, f) in all {
        if !taken.contains(&g) && !used.contains(&f) {
            taken.insert(g);
            used.insert(f);
            pairs.push((g, f, like));
        }
    }
    pairs.sort_unstable_by_key(|(g, ..)| *g);
    pairs
}

/// A text of a JSON object; empty where there is none.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn the_scorer_knows_right_from_wrong() {
    let gold = "La ligne est coupée depuis trois jours et personne ne répond au téléphone.";
    assert_eq!(word_f1(gold, gold), 1.0);
    assert_eq!((word_f1("", ""), word_f1("", gold), word_f1("autre chose", gold)), (1.0, 0.0, 0.0));
    assert_eq!(shingles(gold, gold), [1.0, 0.0, 0.0]);
    let [right, wrong, missed] = shingles(&format!("Tout accepter. {gold} Les plus lus."), gold);
    assert!(right > 0.5 && wrong > 0.2 && missed == 0.0, "{right} {wrong} {missed}");
    let [_, wrong, missed] = shingles("La ligne est coupée depuis", gold);
    assert!(wrong == 0.0 && missed > 0.7);
    assert_eq!(shingles("", gold), [0.0, 0.0, 1.0]);

    assert!(same_date(Some("2026-02-03T07:15:00+01:00"), "2026-02-03T06:15Z"));
    assert!(!same_date(Some("2026-02-03T07:15:00+01:00"), "2026-02-03T07:15Z"));
    assert!(same_date(Some("2026-02-03T07:15:00"), "2026-02-03T07:15"));
    assert!(same_date(Some("2026-02-03"), "2026-02-03") && !same_date(Some("2026-03-02"), "2026-02-03"));
    assert!(!same_date(None, "2026-02-03") && !same_date(Some("hier"), "2026-02-03T07:15"));

    assert!(leaks("depuis trois jours et personne", &format!("Bonjour. {gold}")));
    assert!(!leaks("depuis trois jours et personne", "Depuis hier plus personne ne vient."));
    assert!(leaks("bonne soupe", "une bonne soupe") && !leaks("bonne soupe", "une bonne tarte"));

    assert_eq!(names("Rose Delmas et Yassir Tamim"), names("Yassir Tamim, Rose Delmas"));
    let texts = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
    let (gold, read) = (["un deux trois", "quatre cinq six"], ["quatre cinq six", "un deux", "un deux trois"]);
    let found = pairs(&texts(&gold), &texts(&read), 0.7);
    assert_eq!(found, [(0, 2, 1.0), (1, 0, 1.0)]);
    assert_eq!((f1(1.0, 0.0, 0.0), f1(0.0, 1.0, 1.0)), (1.0, 0.0));
}
