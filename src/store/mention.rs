//! Mentions to columns and back.

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::row::{Sql, json, to_json, whole, word};
use crate::model::{Basis, Cue, Field, Mention, Probabilities, Reach, Tone};
use crate::text::identity;

/// The columns that [`read`] reads, of a table called `m`.
macro_rules! mention_columns {
    () => {
        "m.id, m.brand, m.alias, m.matched, m.start_char, m.end_char, m.field, m.hit_sentence, m.probability, \
         m.doubtful, m.sentiment, m.tone, m.document_tone, m.reputation_polarity, m.language, m.intent, m.reach_low, \
         m.reach, m.reach_high, m.reach_basis, m.prominence, m.evidence"
    };
}
pub(super) use mention_columns;

/// What a score rests on and no filter asks for; kept as JSON, in columns' words.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Evidence {
    #[serde(skip_serializing_if = "Option::is_none")]
    probabilities: Option<Probabilities>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    topics: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cues: Vec<Cue>,
}

/// Reads a mention, and its id, whose columns begin at `from`.
pub(super) fn read(row: &Row<'_>, from: usize) -> Sql<(String, Mention)> {
    let place = |i: usize| row.get::<_, i64>(from + i).map(|n| n.max(0) as usize);
    let evidence: Evidence = json(row, from + 21)?;
    let mention = Mention {
        brand: row.get(from + 1)?,
        alias: row.get(from + 2)?,
        matched: row.get(from + 3)?,
        start: place(4)?,
        end: place(5)?,
        field: word(row, from + 6, field_from_word)?,
        hit_sentence: row.get(from + 7)?,
        probability: row.get(from + 8)?,
        doubtful: row.get(from + 9)?,
        sentiment: row.get(from + 10)?,
        tone: word(row, from + 11, Tone::from_word)?,
        probabilities: evidence.probabilities,
        document_tone: word(row, from + 12, Tone::from_word)?,
        reputation_polarity: row.get(from + 13)?,
        language: row.get(from + 14)?,
        intent: row.get(from + 15)?,
        topics: evidence.topics,
        reach: Reach {
            low: row.get(from + 16)?,
            estimate: row.get(from + 17)?,
            high: row.get(from + 18)?,
            basis: word(row, from + 19, basis_from_word)?,
        },
        prominence: row.get(from + 20)?,
        cues: evidence.cues,
    };
    Ok((row.get(from)?, mention))
}

/// Dates the mentions of a document as the document is now.
pub(super) fn date(c: &Connection, key: i64, published: Option<i64>) -> Sql<()> {
    c.prepare_cached("UPDATE mention SET published = ? WHERE document = ?")?.execute(params![published, key]).map(drop)
}

/// Replaces the mentions of a document by these. A brand that was found in it before keeps the run that found it first;
/// of others that is `run`.
pub(super) fn replace(
    c: &Connection,
    key: i64,
    id: &str,
    run: i64,
    published: Option<i64>,
    mentions: &[Mention],
) -> Sql<()> {
    const SQL: &str = "INSERT OR REPLACE INTO mention (id, document, run, published, brand, alias, matched, start_char,
            end_char, field, hit_sentence, probability, doubtful, sentiment, tone, document_tone, reputation_polarity,
            language, intent, reach_low, reach, reach_high, reach_basis, prominence, evidence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let known: Vec<(String, i64)> = c
        .prepare_cached("SELECT brand, run FROM mention WHERE document = ?")?
        .query_map([key], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Sql<_>>()?;
    if !known.is_empty() {
        c.prepare_cached("DELETE FROM mention WHERE document = ?")?.execute([key])?;
    }
    for m in mentions {
        let evidence = (m.probabilities.is_some() || !m.topics.is_empty() || !m.cues.is_empty())
            .then(|| {
                let (topics, cues) = (m.topics.clone(), m.cues.clone());
                to_json(&Evidence { probabilities: m.probabilities, topics, cues })
            })
            .transpose()?;
        c.prepare_cached(SQL)?.execute(params![
            identity::mention(id, &m.brand),
            key,
            known.iter().find(|(brand, _)| *brand == m.brand).map_or(run, |(_, run)| *run),
            published,
            m.brand,
            m.alias,
            m.matched,
            whole(m.start as u64),
            whole(m.end as u64),
            field_word(m.field),
            m.hit_sentence,
            m.probability,
            m.doubtful,
            m.sentiment,
            m.tone.word(),
            m.document_tone.word(),
            m.reputation_polarity,
            m.language,
            m.intent,
            m.reach.low,
            m.reach.estimate,
            m.reach.high,
            m.reach.basis.word(),
            if m.prominence.is_nan() { 0.0 } else { m.prominence },
            evidence,
        ])?;
    }
    Ok(())
}

fn field_word(field: Field) -> &'static str {
    match field {
        Field::Headline => "headline",
        Field::Lead => "lead",
        Field::Body => "body",
    }
}

fn field_from_word(word: &str) -> Option<Field> {
    [Field::Headline, Field::Lead, Field::Body].into_iter().find(|field| field_word(*field) == word)
}

fn basis_from_word(word: &str) -> Option<Basis> {
    [Basis::Views, Basis::ThreadViews, Basis::Replies, Basis::Audience, Basis::None]
        .into_iter()
        .find(|basis| basis.word() == word)
}
