//! A document opened for reading: title and text folded, cut into sentences, with their languages and what they say.

use std::{cell::OnceCell, ops::Range};

use super::{
    lang, language,
    lexicon::Lexicon,
    sentiment::{self, Sense, Weighed},
    tokens::{Token, tokens},
};
use crate::{
    model::{Document, Kind, Tone},
    text::{fold::Folded, sentences::sentences},
};

/// Title or text.
pub struct Side<'a> {
    pub original: &'a str,
    pub folded: Folded,
    sentences: Vec<Sentence>,
}

struct Sentence {
    /// Bytes of the original.
    original: Range<usize>,
    /// Bytes of the folded text.
    folded: Range<usize>,
    /// Read at most once, whoever asks.
    read: OnceCell<Read>,
}

/// What a sentence says.
pub struct Read {
    /// The language, BCP 47.
    pub tag: &'static str,
    /// `None` where no lexicon knows the language.
    pub sense: Option<Sense>,
}

impl<'a> Side<'a> {
    pub fn new(original: &'a str) -> Side<'a> {
        Side { original, folded: Folded::new(original), sentences: Vec::new() }
    }

    /// Cuts the sentences; before that there are none.
    pub fn cut(&mut self) {
        let folded = |range: &Range<usize>| self.folded.folded(range.start)..self.folded.folded(range.end);
        let cut = |original| Sentence { folded: folded(&original), original, read: OnceCell::new() };
        self.sentences = sentences(self.original).into_iter().map(cut).filter(|cut| !cut.folded.is_empty()).collect();
    }

    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    /// A sentence, in bytes of the folded text.
    pub fn sentence(&self, at: usize) -> Range<usize> {
        self.sentences[at].folded.clone()
    }

    /// The sentence in which byte `at` of the folded text lies, or the last before it.
    pub fn sentence_at(&self, at: usize) -> Option<usize> {
        self.sentences.partition_point(|sentence| sentence.folded.start <= at).checked_sub(1)
    }

    /// A sentence as written, on one line.
    pub fn written(&self, at: usize) -> String {
        self.original[self.sentences[at].original.clone()].split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What a sentence says, and in which language; `around` is the document's.
    pub fn read(&self, at: usize, around: &'static str) -> &Read {
        let sentence = &self.sentences[at];
        sentence.read.get_or_init(|| {
            let tokens = tokens(&self.folded.text, sentence.folded.clone());
            let tag = language::of_sentence(&self.folded.text, &tokens, around);
            let sense = match lang::lexicon(tag) {
                Some(lexicon) => Some(self.sense(sentence, &tokens, lexicon)),
                // Too short to tell: the lexicon that finds more in it.
                None if tag == "und" => ["fr", "en"]
                    .into_iter()
                    .filter_map(lang::lexicon)
                    .map(|lexicon| self.sense(sentence, &tokens, lexicon))
                    .filter(|sense| !sense.cues.is_empty())
                    .max_by(|left, right| strength(left).total_cmp(&strength(right))),
                None => None,
            };
            Read { tag, sense }
        })
    }

    fn sense(&self, sentence: &Sentence, tokens: &[Token], lexicon: &Lexicon) -> Sense {
        let calm = || self.original[sentence.original.clone()].chars().any(char::is_lowercase);
        let shouted = |range: Range<usize>| {
            let mut letters = self.original[self.folded.original(range)].chars().filter(|c| c.is_alphabetic());
            letters.clone().count() > 2 && letters.all(char::is_uppercase) && calm()
        };
        sentiment::read(&self.folded.text, tokens, lexicon, shouted)
    }

    /// The characters before byte `at` of the original.
    pub fn characters(&self, at: usize) -> usize {
        self.original[..at].chars().count()
    }
}

fn strength(sense: &Sense) -> f64 {
    sense.cues.iter().map(|cue| cue.weight).sum::<f64>().abs()
}

/// A document with both its sides.
pub struct Reading<'a> {
    pub title: Side<'a>,
    pub text: Side<'a>,
    /// Of the document; detected here where it does not say.
    pub language: &'static str,
}

impl<'a> Reading<'a> {
    /// Folds `document`; its title is left out where it is that of the thread and not the post's own.
    pub fn new(document: &'a Document) -> Reading<'a> {
        let borrowed = document.is_reply || document.kind == Kind::Comment;
        let title = document.title.as_deref().filter(|_| !borrowed).unwrap_or("");
        Reading { title: Side::new(title), text: Side::new(&document.text), language: "und" }
    }

    /// Finds sentences and language, which only documents that name a brand need.
    pub fn open(&mut self, document: &Document) {
        self.title.cut();
        self.text.cut();
        self.language = language::known(&document.language).unwrap_or_else(|| self.detect(None));
    }

    /// The language of the text; of title and text where the text is short.
    pub fn detect(&self, hint: Option<&str>) -> &'static str {
        let (text, title) = (&self.text, &self.title);
        if text.original.len() >= 80 || title.original.is_empty() {
            return language::detect(&text.folded.text, text.original, hint);
        }
        let together = |title: &str, text: &str| format!("{title}\n{text}");
        let folded = together(&title.folded.text, &text.folded.text);
        language::detect(&folded, &together(title.original, text.original), hint)
    }

    /// The side with title (`true`) or text (`false`).
    pub fn side(&self, title: bool) -> &Side<'a> {
        if title { &self.title } else { &self.text }
    }

    /// All cues of title and text, whomever they are about, and the sum of their weights; `None` where no sentence
    /// could be read.
    pub fn whole(&self) -> Option<(f64, Vec<(bool, Weighed)>)> {
        let mut cues = Vec::new();
        let mut read = false;
        for title in [true, false] {
            let side = self.side(title);
            for at in 0..side.len() {
                if let Some(sense) = &side.read(at, self.language).sense {
                    read = true;
                    cues.extend(sense.weigh(&side.sentence(at), None).into_iter().map(|cue| (title, cue)));
                }
            }
        }
        let scored = read || (self.title.len() + self.text.len() == 0 && lang::lexicon(self.language).is_some());
        scored.then(|| (cues.iter().map(|(_, cue)| cue.weight).sum(), cues))
    }
}

/// The tone of a sum of weights, unscored without one.
pub fn tone(sum: Option<f64>) -> Tone {
    sum.map_or(Tone::Unscored, |sum| sentiment::tone(sentiment::score(sum)))
}
