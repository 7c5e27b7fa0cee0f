//! Sentiment: which words of a stretch of text speak well or ill, what negation, intensifiers and concession make of
//! them, and the score of their sum. docs/metrics.md works an example through.

use std::ops::Range;

use super::{
    lexicon::{Lexicon, Role},
    tokens::{Sort, Token},
};
use crate::model::Tone;

/// What is left of a good word's weight under negation ("pas bon") and of a bad one's ("pas mauvais").
const NOT_GOOD: f64 = -0.7;
const NOT_BAD: f64 = -0.4;
/// A forward negation reaches so many words, or to the next break.
const REACH: usize = 4;
/// Before and after the turn of a concession.
const CONCEDED: f64 = 0.5;
const STRESSED: f64 = 1.5;
/// Each of up to three exclamation marks adds so much.
const EXCLAIMED: f64 = 0.08;
/// A word in capitals among words that are not.
const SHOUTED: f64 = 1.25;
/// As in VADER (Hutto & Gilbert 2014): s / sqrt(s² + 15).
const NORMALISER: f64 = 15.0;
/// Scores at least so far from zero have a tone.
pub const THRESHOLD: f64 = 0.05;

/// A word that weighs, in bytes of the folded text, its modifiers included in `range`.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    pub range: Range<usize>,
    pub weight: f64,
}

/// What a sentence says and where it turns.
#[derive(Debug, Clone, Default)]
pub struct Sense {
    /// Before concession.
    pub cues: Vec<Weighed>,
    /// Where clauses may end: punctuation and conjunctions.
    pub joints: Vec<Range<usize>>,
    /// Where a concession turns: "mais".
    pub turns: Vec<usize>,
    /// Where a comparison names its measure: "que", "than".
    pub than: Vec<usize>,
    /// Where something is denied: "pas".
    pub nots: Vec<usize>,
}

/// The score of weights that sum to `sum`: −1..1.
pub fn score(sum: f64) -> f64 {
    sum / (sum * sum + NORMALISER).sqrt()
}

/// The tone of a score.
pub fn tone(score: f64) -> Tone {
    match score {
        s if s >= THRESHOLD => Tone::Positive,
        s if s <= -THRESHOLD => Tone::Negative,
        _ => Tone::Neutral,
    }
}

/// Reads the sentence that `tokens` of folded `text` make up. `shouted` tells whether a stretch of it is written in
/// capitals that stand out.
pub fn read(text: &str, tokens: &[Token], lexicon: &Lexicon, shouted: impl Fn(Range<usize>) -> bool) -> Sense {
    let mut sense = Sense::default();
    let mut state = Modifiers::default();
    let exclamations = tokens.iter().filter(|token| token.sort == Sort::Exclamation).count().min(3);
    let emphasis = 1.0 + EXCLAIMED * exclamations as f64;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.sort {
            Sort::Exclamation => {}
            Sort::Break => {
                sense.joints.push(token.range.clone());
                state = Modifiers::default();
            }
            Sort::Picture(weight) => sense.cues.push(Weighed { range: token.range.clone(), weight: f64::from(weight) }),
            Sort::Word(_) => {
                let words = tokens[at - 1..].iter().take_while(|token| matches!(token.sort, Sort::Word(_)));
                let found = lexicon.role(words.map(|token| &text[token.range.clone()]));
                let Some((role, length)) = found.or_else(|| contracted_not(text, tokens, at - 1)) else {
                    state.step();
                    continue;
                };
                at += length - 1;
                let range = token.range.start..tokens[at - 1].range.end;
                match role {
                    // An expression that says nothing shields its words.
                    Role::Cue(0.0) => state.step(),
                    Role::Cue(weight) | Role::Firm(weight) => {
                        let firm = matches!(role, Role::Firm(_));
                        let loud = if shouted(range.clone()) { SHOUTED } else { 1.0 };
                        sense.cues.push(state.apply(range, weight, loud * emphasis, firm));
                    }
                    Role::But | Role::And => {
                        sense.joints.push(range.clone());
                        if role == Role::But {
                            sense.turns.push(range.start);
                        }
                        state.clause();
                    }
                    Role::Than => {
                        sense.than.push(range.start);
                        state.step();
                    }
                    Role::Not | Role::NotBoth => {
                        sense.nots.push(range.start);
                        state.modify(role, range, &mut sense.cues);
                    }
                    role => state.modify(role, range, &mut sense.cues),
                }
            }
        }
    }
    sense
}

/// "didn't", "isn’t": a word in n, an apostrophe, t.
fn contracted_not(text: &str, tokens: &[Token], at: usize) -> Option<(Role, usize)> {
    let token = &tokens[at];
    let before = at.checked_sub(1).map(|at| &tokens[at])?;
    let contracted =
        token.sort == Sort::Word(true) && &text[token.range.clone()] == "t" && text[..before.range.end].ends_with('n');
    contracted.then_some((Role::Not, 1))
}

/// What the words so far do to the next cue.
#[derive(Default)]
struct Modifiers {
    /// Where a negation stands and how many words it still reaches.
    not: Option<(Range<usize>, usize)>,
    /// An intensifier, its factor, and how many words it still reaches.
    more: Option<(Range<usize>, f64, usize)>,
    /// The last cue of the clause is so many words behind and not yet turned.
    last: Option<usize>,
}

impl Modifiers {
    fn step(&mut self) {
        self.not = self.not.take().and_then(|(range, left)| Some((range, left.checked_sub(1)?)));
        self.more = self.more.take().and_then(|(range, by, left)| Some((range, by, left.checked_sub(1)?)));
        self.last = self.last.map(|words| words + 1);
    }

    /// A conjunction: negation may reach over "et", an intensifier may not.
    fn clause(&mut self) {
        self.step();
        (self.more, self.last) = (None, None);
    }

    fn apply(&mut self, range: Range<usize>, weight: f64, loud: f64, firm: bool) -> Weighed {
        let mut cue = Weighed { range, weight: weight * loud };
        if let Some((range, by, _)) = self.more.take() {
            cue.weight *= by;
            cue.range.start = range.start;
        }
        let mut turned = firm;
        if let Some((range, _)) = self.not.as_ref().filter(|_| !firm) {
            turn(&mut cue);
            cue.range.start = cue.range.start.min(range.start);
            turned = true;
        }
        self.step();
        self.last = (!turned).then_some(0);
        cue
    }

    fn modify(&mut self, role: Role, range: Range<usize>, cues: &mut [Weighed]) {
        let near = self.last.filter(|words| *words <= 1);
        let before = match role {
            Role::NotBoth | Role::MoreBoth(_) => near.and_then(|_| cues.last_mut()),
            _ => None,
        };
        match (role, before) {
            (Role::NotBoth, Some(cue)) => {
                turn(cue);
                cue.range.end = range.end;
                self.last = None;
                self.step();
            }
            (Role::MoreBoth(by), Some(cue)) => {
                cue.weight *= by;
                cue.range.end = range.end;
                self.last = None;
                self.step();
            }
            (Role::Not | Role::NotBoth, _) => {
                self.step();
                // "ne … pas": the cue between was turned by "ne"; words after "pas" stay within its reach.
                let start = self.not.take().map_or(range.start, |(earlier, _)| earlier.start);
                self.not = Some((start..range.end, REACH - 1));
            }
            (Role::More(by) | Role::MoreBoth(by), _) => {
                self.step();
                let earlier = self.more.take().map_or(1.0, |(_, by, _)| by);
                self.more = Some((range, (by * earlier).min(2.0), 1));
            }
            _ => self.step(),
        }
    }
}

fn turn(cue: &mut Weighed) {
    cue.weight *= if cue.weight > 0.0 { NOT_GOOD } else { NOT_BAD };
}

impl Sense {
    /// The cues within `within` (folded bytes) after concession, as seen from a brand named at `focus`: what follows
    /// the last turn weighs more and what precedes it less, unless the brand is named before the turn.
    pub fn weigh(&self, within: &Range<usize>, focus: Option<usize>) -> Vec<Weighed> {
        let inside = |at: usize| within.start <= at && at < within.end;
        let mut cues: Vec<Weighed> = self.cues.iter().filter(|cue| inside(cue.range.start)).cloned().collect();
        let turn = self.turns.iter().rfind(|at| inside(**at) && cues.first().is_some_and(|cue| cue.range.start < **at));
        if let Some(&turn) = turn.filter(|turn| focus.is_none_or(|focus| focus > **turn)) {
            for cue in &mut cues {
                cue.weight *= if cue.range.start < turn { CONCEDED } else { STRESSED };
            }
        }
        cues
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{lang::lexicon, tokens::tokens},
        text::fold::fold,
    };

    fn sum(language: &str, text: &str) -> f64 {
        let text = fold(text);
        let sense = read(&text, &tokens(&text, 0..text.len()), lexicon(language).unwrap(), |_| false);
        sense.weigh(&(0..text.len()), None).iter().map(|cue| cue.weight).sum()
    }

    #[test]
    fn french_says_good_and_ill() {
        for text in [
            "Service nul, une arnaque",
            "je ne recommande pas",
            "je recommande pas du tout",
            "toujours injoignables !!",
            "à fuir",
            "la box ne marche plus",
            "ça marche pas",
            "je n'ai jamais été remboursé",
            "sans aucune qualité",
            "pas terrible",
            "trop cher",
        ] {
            assert!(sum("fr", text) < 0.0, "{text}");
        }
        for text in [
            "Bravo, service au top",
            "pas mal du tout",
            "aucun problème",
            "livraison rapide et soignée",
            "je suis très satisfaite",
            "pas déçu",
            "je recommande",
            "nickel 👍",
            "sans souci",
        ] {
            assert!(sum("fr", text) > 0.0, "{text}");
        }
        assert_eq!(sum("fr", "le service après-vente prend en charge le colis"), 0.0);
    }

    #[test]
    fn english_says_good_and_ill() {
        for text in [
            "it doesn't work",
            "not happy at all",
            "never again",
            "I wasn't impressed",
            "a total scam",
            "slowest network",
            "do not recommend",
        ] {
            assert!(sum("en", text) < 0.0, "{text}");
        }
        for text in ["works great", "very helpful", "no problems so far", "I love it :)", "easily the best"] {
            assert!(sum("en", text) > 0.0, "{text}");
        }
    }

    #[test]
    fn arabic_says_good_and_ill() {
        for text in ["خدمة سيئة جدا", "لا أنصح بها", "الشركة لم تحترم العقد", "والأسوأ هو الانقطاع", "نصابين"]
        {
            assert!(sum("ar", text) < 0.0, "{text}");
        }
        for text in ["خدمة ممتازة", "شكرا لكم", "أنصح بها", "التوصيل سريع ورائع", "بدون مشاكل"]
        {
            assert!(sum("ar", text) > 0.0, "{text}");
        }
    }

    #[test]
    fn intensifiers_emphasis_and_concession_change_weights() {
        assert!(sum("fr", "très lent") < sum("fr", "lent"));
        assert!(sum("fr", "un peu lent") > sum("fr", "lent"));
        assert!(sum("fr", "lent !!!") < sum("fr", "lent"));
        assert!(sum("ar", "سيئة جدا") < sum("ar", "سيئة"));
        assert!(sum("fr", "cher mais rapide") > 0.0 && sum("fr", "rapide mais cher") < 0.0);
    }

    #[test]
    fn a_cue_covers_its_modifiers() {
        let text = fold("je ne recommande vraiment pas ce service");
        let sense = read(&text, &tokens(&text, 0..text.len()), lexicon("fr").unwrap(), |_| false);
        assert_eq!(&text[sense.cues[0].range.clone()], "ne recommande");
    }

    #[test]
    fn scores_stay_within_bounds() {
        assert_eq!(tone(score(0.0)), Tone::Neutral);
        assert!(score(1e9) <= 1.0 && score(-1e9) >= -1.0);
        assert!((score(3.0) - 0.612).abs() < 0.001);
    }
}
