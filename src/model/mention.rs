//! A mention: one brand in one document, with its scores and what they rest on.

use serde::{Deserialize, Serialize};

/// One brand in one document. Offsets count characters (Unicode scalar values) of the document's text, or of its
/// title where `field` is [`Field::Headline`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// The brand's name.
    pub brand: String,
    /// The form that was found, as configured.
    pub alias: String,
    /// The words as the author wrote them.
    pub matched: String,
    pub start: usize,
    pub end: usize,
    pub field: Field,
    /// The sentence around the first hit.
    pub hit_sentence: String,
    /// How sure it is that the words mean the brand, 0..1; not filled yet.
    pub probability: Option<f64>,
    /// Whether the words may well mean something else; not filled yet.
    pub doubtful: Option<bool>,
    /// −1..1 about this brand; `None` exactly when `tone` is unscored.
    pub sentiment: Option<f64>,
    pub tone: Tone,
    /// Of the tones; not filled by the lexicon.
    pub probabilities: Option<Probabilities>,
    /// The tone of the whole document, whomever it is about.
    pub document_tone: Tone,
    /// −1..1 from facts that help or harm a reputation; not filled yet.
    pub reputation_polarity: Option<f64>,
    /// Language of the hit sentence, BCP 47, `und` where unknown.
    pub language: String,
    /// complaint, question, praise…; not filled yet.
    pub intent: Option<String>,
    /// Themes; not filled yet.
    pub topics: Vec<String>,
    pub reach: Reach,
    /// How much the brand stands out in the document, 0..1 (docs/metrics.md).
    pub prominence: f64,
    /// The words that weighed in `sentiment`.
    pub cues: Vec<Cue>,
}

/// Where in a document a brand is named first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The title.
    Headline,
    /// The first paragraph.
    Lead,
    /// Anywhere after it.
    Body,
}

/// The class of a sentiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    Negative,
    Neutral,
    Positive,
    /// No model knows the language.
    #[default]
    Unscored,
}

impl Tone {
    pub const ALL: [Tone; 4] = [Tone::Negative, Tone::Neutral, Tone::Positive, Tone::Unscored];

    /// The word used in columns and filters.
    pub fn word(self) -> &'static str {
        match self {
            Tone::Negative => "negative",
            Tone::Neutral => "neutral",
            Tone::Positive => "positive",
            Tone::Unscored => "unscored",
        }
    }

    /// The tone of that word.
    pub fn from_word(word: &str) -> Option<Tone> {
        Tone::ALL.into_iter().find(|tone| tone.word() == word)
    }
}

/// Probabilities of the three tones; they sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Probabilities {
    pub negative: f64,
    pub neutral: f64,
    pub positive: f64,
}

/// A word that weighed in a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cue {
    /// As the author wrote it, with the negation or intensifier that changed it.
    pub text: String,
    /// Characters of the field that the mention is in.
    pub start: usize,
    pub end: usize,
    /// Its share in the sum, after negation and intensifiers; lexicon units (−4..4).
    pub weight: f64,
}

/// People who saw this mention: an estimate with its bounds, all `None` without a basis.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Reach {
    pub low: Option<f64>,
    pub estimate: Option<f64>,
    pub high: Option<f64>,
    pub basis: Basis,
}

/// What a reach rests on (formulas: docs/metrics.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Views that the page shows for this very document.
    Views,
    /// Views that the page shows for the whole thread.
    ThreadViews,
    /// Replies that the page shows.
    Replies,
    /// The source's monthly audience, as configured.
    Audience,
    /// Nothing to go by.
    #[default]
    None,
}

impl Basis {
    /// The word used in columns.
    pub fn word(self) -> &'static str {
        match self {
            Basis::Views => "views",
            Basis::ThreadViews => "thread_views",
            Basis::Replies => "replies",
            Basis::Audience => "audience",
            Basis::None => "none",
        }
    }
}
