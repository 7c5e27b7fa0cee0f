//! Mentions: hits of a brand in a document put together with what is said of it.

use super::{
    clauses,
    names::Hit,
    prominence::prominence,
    reach::reach,
    reading::{Reading, tone},
    sentiment::{self, Weighed},
};
use crate::model::{Cue, Document, Field, Mention, Reach, Tone};

/// The lead is the first paragraph, or so many characters of it.
const LEAD: usize = 300;
/// In a text of at most so many bytes that names one brand alone, every sentence is about it …
const SHORT: usize = 1_500;
/// … but those that do not name it count less.
const ELSEWHERE: f64 = 0.5;
/// In longer texts a hit sentence without cues looks so many sentences ahead, and one back.
const AHEAD: usize = 2;

/// The hits of all brands in title and text, ascending.
pub struct Hits {
    pub title: Vec<Hit>,
    pub text: Vec<Hit>,
}

impl Hits {
    fn side(&self, title: bool) -> &[Hit] {
        if title { &self.title } else { &self.text }
    }

    fn names(&self, brand: usize) -> bool {
        self.title.iter().chain(&self.text).any(|hit| hit.brand == brand)
    }
}

/// A brand as mentions name it.
pub struct Named<'a> {
    pub index: usize,
    pub name: &'a str,
    pub form: &'a str,
}

/// What a whole document says: the sum of all weights and the cues, `None` where no sentence could be read.
pub type Whole = Option<(f64, Vec<(bool, Weighed)>)>;

/// A row about `named` with its primary hit, or without one where the document does not name it.
pub fn mention(
    document: &Document,
    audience: Option<u64>,
    reading: &Reading,
    whole: &Whole,
    hits: &Hits,
    named: &Named,
    primary: Option<(bool, &Hit)>,
) -> Mention {
    let mut row = Mention {
        brand: named.name.to_string(),
        alias: named.form.to_string(),
        document_tone: tone(whole.as_ref().map(|(sum, _)| *sum)),
        language: reading.language.to_string(),
        reach: reach(document, audience),
        ..blank()
    };
    let Some((title, hit)) = primary else {
        judge(&mut row, reading, false, whole.clone());
        return row;
    };
    let side = reading.side(title);
    let range = side.folded.original(hit.range.clone());
    row.matched = side.original[range.clone()].to_string();
    row.start = side.characters(range.start);
    row.end = row.start + row.matched.chars().count();
    row.field = if title {
        Field::Headline
    } else if range.start < lead_end(side.original) {
        Field::Lead
    } else {
        Field::Body
    };
    if let Some(at) = side.sentence_at(hit.range.start) {
        row.hit_sentence = side.written(at);
        row.language = side.read(at, reading.language).tag.to_string();
    }
    let count = hits.title.iter().chain(&hits.text).filter(|hit| hit.brand == named.index).count();
    let words = side.original.split_whitespace().take(201).count();
    row.prominence = prominence(row.field, range.start as f64 / side.original.len().max(1) as f64, count, words);
    judge(&mut row, reading, title, opinion(reading, hits, named.index));
    row
}

/// A mention that says nothing yet.
pub fn blank() -> Mention {
    Mention {
        brand: String::new(),
        alias: String::new(),
        matched: String::new(),
        start: 0,
        end: 0,
        field: Field::Body,
        hit_sentence: String::new(),
        probability: None,
        doubtful: None,
        sentiment: None,
        tone: Tone::Unscored,
        probabilities: None,
        document_tone: Tone::Unscored,
        reputation_polarity: None,
        language: String::from("und"),
        intent: None,
        topics: Vec::new(),
        reach: Reach::default(),
        prominence: 0.0,
        cues: Vec::new(),
    }
}

/// Where the lead ends, in bytes.
fn lead_end(text: &str) -> usize {
    let start = text.len() - text.trim_start().len();
    let paragraph = text[start..].find('\n').map_or(text.len(), |at| start + at);
    text[start..].char_indices().nth(LEAD).map_or(paragraph, |(at, _)| paragraph.min(start + at))
}

/// Sets score, tone and cues; of the cues, those of the mention's own field, whose offsets count there.
fn judge(row: &mut Mention, reading: &Reading, title: bool, said: Whole) {
    let Some((sum, mut cues)) = said else { return };
    row.tone = tone(Some(sum));
    row.sentiment = Some(round(sentiment::score(sum)));
    cues.retain(|(side, cue)| *side == title && round(cue.weight) != 0.0);
    cues.sort_by_key(|(_, cue)| (cue.range.start, cue.range.end));
    let side = reading.side(title);
    let (mut byte, mut characters) = (0, 0);
    for (_, cue) in cues {
        let range = side.folded.original(cue.range);
        // Counting on from the cue before keeps long texts linear.
        characters += side.original[byte..range.start.max(byte)].chars().count();
        byte = range.start.max(byte);
        let text = &side.original[byte..range.end.max(byte)];
        let end = characters + text.chars().count();
        row.cues.push(Cue { text: text.to_string(), start: characters, end, weight: round(cue.weight) });
    }
}

/// Four decimals: enough for every use, the same on every machine.
fn round(value: f64) -> f64 {
    let rounded = (value * 1e4).round() / 1e4;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// What the document says of a brand that it names: the cues with their weights and their sum; `None` where no
/// sentence that names it could be read.
fn opinion(reading: &Reading, hits: &Hits, brand: usize) -> Whole {
    let mut cues = Vec::new();
    let (mut scored, mut named) = (false, Vec::new());
    for title in [true, false] {
        let (side, all) = (reading.side(title), hits.side(title));
        let mut rest = all;
        for at in 0..side.len() {
            let range = side.sentence(at);
            let until =
                if at + 1 == side.len() { rest.len() } else { rest.partition_point(|hit| hit.range.start < range.end) };
            let (here, later) = rest.split_at(until);
            rest = later;
            if !here.iter().any(|hit| hit.brand == brand) {
                continue;
            }
            named.push((title, at));
            if let Some(sense) = &side.read(at, reading.language).sense {
                scored = true;
                cues.extend(
                    clauses::about(&side.folded.text, &range, sense, here, brand).into_iter().map(|cue| (title, cue)),
                );
            }
        }
    }
    if !scored {
        return None;
    }
    let alone = hits.title.iter().chain(&hits.text).all(|hit| hit.brand == brand);
    if alone && reading.text.original.len() <= SHORT {
        for (title, at) in
            [true, false].into_iter().flat_map(|title| (0..reading.side(title).len()).map(move |at| (title, at)))
        {
            if !named.contains(&(title, at)) {
                cues.extend(elsewhere(reading, title, at));
            }
        }
    } else if cues.is_empty() {
        cues = nearby(reading, hits, &named);
    }
    Some((cues.iter().map(|(_, cue)| cue.weight).sum(), cues))
}

/// The cues of a sentence that does not name the brand.
fn elsewhere(reading: &Reading, title: bool, at: usize) -> Vec<(bool, Weighed)> {
    let side = reading.side(title);
    let Some(sense) = &side.read(at, reading.language).sense else { return Vec::new() };
    let mut cues = sense.weigh(&side.sentence(at), None);
    cues.iter_mut().for_each(|cue| cue.weight *= ELSEWHERE);
    cues.into_iter().map(|cue| (title, cue)).collect()
}

/// Where the sentences that name the brand say nothing: the first with cues of the two after one of them, else the
/// one before, none of which may name a brand. After a headline comes the text.
fn nearby(reading: &Reading, hits: &Hits, named: &[(bool, usize)]) -> Vec<(bool, Weighed)> {
    let free = |title: bool, at: usize| {
        let range = reading.side(title).sentence(at);
        let hits = hits.side(title);
        let first = hits.partition_point(|hit| hit.range.start < range.start);
        hits.get(first).is_none_or(|hit| hit.range.start >= range.end)
    };
    for &(title, at) in named.iter().take(8) {
        let next = if title { 0 } else { at + 1 };
        let ahead = (next..reading.text.len()).take(AHEAD).take_while(|at| free(false, *at)).map(|at| (false, at));
        let back = at.checked_sub(1).filter(|at| free(title, *at)).map(|at| (title, at));
        for (title, at) in ahead.chain(back) {
            let cues = elsewhere(reading, title, at);
            if !cues.is_empty() {
                return cues;
            }
        }
    }
    Vec::new()
}

/// The first hit that counts for a brand: in the title, else in the text.
pub fn primary(hits: &Hits, brand: usize) -> Option<(bool, &Hit)> {
    let first = |title: bool| hits.side(title).iter().find(|hit| hit.brand == brand).map(|hit| (title, hit));
    if !hits.names(brand) {
        return None;
    }
    first(true).or_else(|| first(false))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analysis::{Analysis, Settings},
        model::{Basis, Brand, Counts, Kind, Quote},
    };

    fn analysis() -> Analysis {
        let brand =
            |name: &str, alias: &str| Brand { name: name.into(), aliases: vec![alias.into()], ..Brand::default() };
        let brands = vec![brand("Atlas Télécom", "أطلس تيليكوم"), brand("Zitoun", "زيتون"), brand("C++", "Yahoo!")];
        Analysis::new(&Settings { brands, now: "2026-11-22T00:00:00Z".parse().unwrap() })
    }

    fn rows(title: &str, text: &str) -> Vec<Mention> {
        let title = (!title.is_empty()).then(|| title.to_string());
        analysis().mentions(&Document { title, text: text.into(), ..Document::default() }, None)
    }

    fn slice(text: &str, start: usize, end: usize) -> String {
        text.chars().skip(start).take(end - start).collect()
    }

    #[test]
    fn a_mention_says_where_and_in_which_sentence() {
        let text = "Bonjour à tous. Chez l’Atlas-Telecom, la box est en panne ! Merci.";
        let row = &rows("", text)[0];
        assert_eq!(
            (row.brand.as_str(), row.alias.as_str(), row.matched.as_str()),
            ("Atlas Télécom", "Atlas Télécom", "Atlas-Telecom")
        );
        assert_eq!(slice(text, row.start, row.end), row.matched);
        assert_eq!(row.hit_sentence, "Chez l’Atlas-Telecom, la box est en panne !");
        assert_eq!((row.field, row.tone, row.language.as_str()), (Field::Lead, Tone::Negative, "fr"));
        assert!(row.cues.iter().all(|cue| slice(text, cue.start, cue.end) == cue.text));
        assert_eq!(row.cues[0].text, "en panne");
    }

    #[test]
    fn a_title_counts_unless_it_is_the_threads() {
        let title = "Atlas Télécom : catastrophe";
        let row = &rows(title, "Rien à ajouter")[0];
        assert_eq!((row.field, row.prominence, row.start, row.tone), (Field::Headline, 1.0, 0, Tone::Negative));
        assert!(row.cues.iter().all(|cue| slice(title, cue.start, cue.end) == cue.text));
        let reply = Document {
            title: Some(title.into()),
            text: "Oui".into(),
            is_reply: true,
            kind: Kind::Post,
            ..Document::default()
        };
        assert!(analysis().mentions(&reply, None).is_empty());
    }

    #[test]
    fn words_of_others_are_never_searched() {
        let document = Document {
            text: "Je suis d'accord".into(),
            quoted: vec![Quote { author: None, text: "Zitoun est nul".into() }],
            signature: Some("Client Atlas Télécom".into()),
            code: Some("Zitoun".into()),
            ..Document::default()
        };
        assert!(analysis().mentions(&document, None).is_empty());
    }

    #[test]
    fn brands_score_apart_and_in_configured_order() {
        let rows = rows("", "Zitoun est génial, Atlas Télécom une catastrophe.");
        let tones: Vec<_> = rows.iter().map(|row| (row.brand.as_str(), row.tone)).collect();
        assert_eq!(tones, [("Atlas Télécom", Tone::Negative), ("Zitoun", Tone::Positive)]);
    }

    #[test]
    fn what_is_said_next_counts_where_the_sentence_of_the_name_says_nothing() {
        let row = &rows("", "J'ai commandé chez Zitoun. Tout est arrivé froid, je suis très déçue.")[0];
        assert_eq!(row.tone, Tone::Negative);
        let filler = "Le comité se réunit mardi prochain dans la salle du premier étage. ".repeat(40);
        let long = format!("{filler}Zitoun ouvre à Rabat. C'est une excellente adresse. {filler}");
        let row = &rows("", &long)[0];
        assert_eq!((row.tone, row.field, row.prominence), (Tone::Positive, Field::Lead.max(Field::Body), 0.2));
    }

    #[test]
    fn darija_is_unscored_and_arabic_scored_in_one_text() {
        let row = &rows("", "هاد أطلس تيليكوم خايبة بزاف وماكاين والو")[0];
        assert_eq!((row.tone, row.sentiment, row.language.as_str()), (Tone::Unscored, None, "ary-Arab"));
        assert!(row.cues.is_empty());
        let row = &rows("", "خدمة أطلس تيليكوم سيئة جدا ولا أحد يرد على الشكايات")[0];
        assert_eq!((row.tone, row.language.as_str()), (Tone::Negative, "ar"));
        assert_eq!(row.matched, "أطلس تيليكوم");
    }

    #[test]
    fn languages_without_lexicon_are_unscored_and_silence_is_neutral() {
        assert_eq!(rows("", "El servicio de Zitoun es muy malo y no responden")[0].tone, Tone::Unscored);
        let row = &rows("", "Zitoun ouvre un bureau dans la ville de Fès en mai")[0];
        assert_eq!((row.tone, row.sentiment), (Tone::Neutral, Some(0.0)));
    }

    #[test]
    fn a_given_target_gets_one_row_named_or_not() {
        let analysis = analysis();
        let document = |text: &str| Document { text: text.into(), ..Document::default() };
        let text = "Nadoria is excellent, but Atlas Telecom keeps failing and the staff is rude.";
        let row = analysis.about(&document(text), "Nadoria", Some(0));
        assert_eq!((row.brand.as_str(), row.matched.as_str(), row.tone), ("Nadoria", "Nadoria", Tone::Positive));
        assert_eq!(analysis.about(&document(text), "atlas telecom", None).tone, Tone::Negative);
        let row = analysis.about(&document("The service is awful"), "Nadoria", None);
        assert_eq!((row.matched.as_str(), row.start, row.end, row.tone), ("", 0, 0, Tone::Negative));
        let row = analysis.about(&document("Their boss is a liar"), "Nadoria", Some(6));
        assert_eq!(row.matched, "boss");
        assert_eq!(analysis.about(&document("short"), "Nadoria", Some(99)).matched, "");
        assert_eq!(analysis.tone(&document("Quel service nul, je suis très déçu")).tone, Tone::Negative);
    }

    #[test]
    fn reach_comes_from_the_document_or_its_source() {
        let counts = Counts { views: Some(12), ..Counts::default() };
        let document = Document { text: "Zitoun".into(), counts, ..Document::default() };
        assert_eq!(analysis().mentions(&document, Some(9000))[0].reach.basis, Basis::Views);
    }

    #[test]
    fn the_digest_changes_with_the_brands() {
        let other = Analysis::new(&Settings { brands: Vec::new(), now: "2026-11-22T00:00:00Z".parse().unwrap() });
        assert_eq!(analysis().digest(), analysis().digest());
        assert_ne!(analysis().digest(), other.digest());
    }

    proptest! {
        #[test]
        fn offsets_slice_the_original_and_nothing_panics(
            title in "(\\PC|[a-z ]|Zitoun){0,12}",
            text in "(\\PC|[ .,!?\n]|Atlas[ -]Télécom|zitoun|أطلس تيليكوم|و|nul|mais|pas|c\\+\\+|\u{301}|\u{200b}|é){0,60}",
            start in 0usize..80,
        ) {
            let analysis = analysis();
            let document = Document { title: Some(title.clone()), text: text.clone(), ..Document::default() };
            let mut rows = analysis.mentions(&document, Some(100));
            rows.push(analysis.about(&document, "nul", Some(start)));
            rows.push(analysis.about(&document, "pas", None));
            rows.push(analysis.tone(&document));
            for row in rows {
                let field = if row.field == Field::Headline { &title } else { &text };
                prop_assert_eq!(&slice(field, row.start, row.end), &row.matched);
                prop_assert!(row.cues.iter().all(|cue| slice(field, cue.start, cue.end) == cue.text));
                prop_assert_eq!(row.sentiment.is_none(), row.tone == Tone::Unscored);
                prop_assert!(row.sentiment.is_none_or(|score| score.abs() <= 1.0));
                prop_assert!((0.0..=1.0).contains(&row.prominence));
            }
        }
    }
}
