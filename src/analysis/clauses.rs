//! Which part of a sentence speaks of which brand, where a sentence names several.

use std::ops::Range;

use super::{
    names::Hit,
    sentiment::{Sense, Weighed},
};

/// A comparison ("better than Zitoun") says so much of the opposite about its measure.
const MEASURE: f64 = -0.5;
/// "than" and the brand may be so many bytes apart.
const NEXT_TO: usize = 12;

/// A stretch of a sentence between joints.
#[derive(Debug, Clone)]
struct Clause {
    range: Range<usize>,
    /// The brands that it names or goes on about.
    brands: Vec<usize>,
}

/// The cues of the sentence `range` that are about `brand`, named at `hits` (all hits of all brands in the sentence,
/// ascending).
pub fn about(text: &str, range: &Range<usize>, sense: &Sense, hits: &[Hit], brand: usize) -> Vec<Weighed> {
    let focus = hits.iter().find(|hit| hit.brand == brand).map(|hit| hit.range.start);
    if hits.iter().all(|hit| hit.brand == brand) {
        return sense.weigh(range, focus);
    }
    let mut cues = Vec::new();
    for clause in clauses(text, range, sense, hits) {
        if !clause.brands.contains(&brand) {
            continue;
        }
        let inside = |hit: &&Hit| clause.range.start <= hit.range.start && hit.range.start < clause.range.end;
        let mut own = sense
            .weigh(&clause.range, hits.iter().filter(inside).find(|hit| hit.brand == brand).map(|hit| hit.range.start));
        if let Some(than) = measure(sense, hits.iter().filter(inside), brand) {
            own.iter_mut().filter(|cue| cue.range.start < than).for_each(|cue| cue.weight *= MEASURE);
        }
        cues.append(&mut own);
    }
    cues
}

/// Where "than" stands, if `brand` is what another brand, named before, is compared with.
fn measure<'a>(sense: &Sense, hits: impl Iterator<Item = &'a Hit>, brand: usize) -> Option<usize> {
    let mut other = None;
    for hit in hits {
        if hit.brand != brand {
            other.get_or_insert(hit.range.end);
        } else {
            let near = |than: &&usize| {
                **than < hit.range.start
                    && hit.range.start - **than <= NEXT_TO
                    && other.is_some_and(|end| end <= **than)
            };
            return sense.than.iter().rfind(near).copied();
        }
    }
    None
}

fn clauses(text: &str, range: &Range<usize>, sense: &Sense, hits: &[Hit]) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut start = range.start;
    let outside_names =
        |joint: &&Range<usize>| !hits.iter().any(|hit| hit.range.start < joint.end && joint.start < hit.range.end);
    for joint in sense.joints.iter().filter(outside_names).chain([&(range.end..range.end)]) {
        let piece = start..joint.start.max(start);
        let mut brands: Vec<usize> = hits
            .iter()
            .filter(|hit| piece.start <= hit.range.start && hit.range.end <= piece.end)
            .map(|hit| hit.brand)
            .collect();
        brands.dedup();
        clauses.push(Clause { range: piece, brands });
        start = joint.end;
    }
    join_lists(text, sense, hits, &mut clauses);
    // What names nobody goes on about whom the clause before named, or leads to whom the next one names.
    let first = clauses.iter().find(|clause| !clause.brands.is_empty()).map(|clause| clause.brands.clone());
    let mut topic = first.unwrap_or_default();
    for clause in &mut clauses {
        if clause.brands.is_empty() {
            clause.brands.clone_from(&topic);
        } else {
            topic.clone_from(&clause.brands);
        }
    }
    clauses
}

/// "A, B et C sont nuls" and "j'aime A et B": names in a list share what is said.
fn join_lists(text: &str, sense: &Sense, hits: &[Hit], clauses: &mut [Clause]) {
    let bare = |clause: &Clause| {
        let named =
            hits.iter().filter(|hit| clause.range.start <= hit.range.start && hit.range.end <= clause.range.end);
        let names: usize = named.map(|hit| text[hit.range.clone()].split_whitespace().count()).sum();
        let says = |at: usize| clause.range.contains(&at);
        !clause.brands.is_empty()
            && text[clause.range.clone()].split_whitespace().count() <= names + 1
            && !sense.cues.iter().any(|cue| says(cue.range.start))
            && !sense.nots.iter().any(|at| says(*at))
    };
    for at in (0..clauses.len().saturating_sub(1)).rev() {
        if bare(&clauses[at]) && !clauses[at + 1].brands.is_empty() {
            let (left, right) = clauses.split_at_mut(at + 1);
            share(&mut left[at], &mut right[0]);
        }
    }
    for at in 1..clauses.len() {
        let ends_with_name = hits.iter().any(|hit| {
            text[clauses[at - 1].range.clone()].trim_end().len() + clauses[at - 1].range.start == hit.range.end
        });
        if ends_with_name && bare(&clauses[at]) {
            let (left, right) = clauses.split_at_mut(at);
            share(&mut right[0], &mut left[at - 1]);
        }
    }
}

/// The brands of `from` are spoken of in `to` as well; `from` itself says nothing.
fn share(from: &mut Clause, to: &mut Clause) {
    for brand in &from.brands {
        if !to.brands.contains(brand) {
            to.brands.push(*brand);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analysis::{lang::lexicon, names::Names, sentiment, tokens::tokens},
        model::Brand,
        text::fold::Folded,
    };

    fn sums(language: &str, text: &str) -> (f64, f64) {
        let brand = |name: &str| Brand { name: name.into(), ..Brand::default() };
        let folded = Folded::new(text);
        let hits = Names::new(&[brand("Atlas"), brand("Zitoun")]).find(&folded);
        let range = 0..folded.text.len();
        let sense =
            sentiment::read(&folded.text, &tokens(&folded.text, range.clone()), lexicon(language).unwrap(), |_| false);
        let sum = |brand| super::about(&folded.text, &range, &sense, &hits, brand).iter().map(|cue| cue.weight).sum();
        (sum(0), sum(1))
    }

    #[test]
    fn two_brands_in_one_sentence_score_apart() {
        for (language, text) in [
            ("fr", "Atlas est génial, Zitoun une catastrophe"),
            ("fr", "Atlas est génial mais Zitoun est une catastrophe"),
            ("fr", "Chez Atlas le service est rapide alors que chez Zitoun c'est toujours en panne"),
            ("en", "Atlas is great while Zitoun keeps failing"),
            ("en", "Atlas: excellent; Zitoun: terrible, avoid"),
            ("en", "Atlas is better than Zitoun"),
            ("fr", "Je préfère Atlas à Zitoun"),
            ("ar", "Atlas ممتازة لكن Zitoun سيئة"),
        ] {
            let (atlas, zitoun) = sums(language, text);
            assert!(atlas > 0.0 && zitoun < 0.0, "{text}: {atlas} {zitoun}");
        }
    }

    #[test]
    fn names_in_a_list_share_what_is_said() {
        for text in ["Atlas et Zitoun sont nuls", "Atlas, Zitoun : tous nuls", "je déteste Atlas et Zitoun"] {
            let (atlas, zitoun) = sums("fr", text);
            assert!(atlas < 0.0 && zitoun < 0.0, "{text}: {atlas} {zitoun}");
        }
        assert_eq!(sums("fr", "Atlas est nul, pas Zitoun").1, 0.0);
    }

    #[test]
    fn the_clause_of_the_brand_is_not_outweighed_by_the_turn_after_it() {
        assert!(sums("fr", "Le site est joli mais Atlas est lent").0 < 0.0);
        assert!(sums("fr", "Atlas est excellent mais le site est lent").0 > 0.0);
    }
}
