//! Documents to columns and back.

use jiff::Timestamp;
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, Row, params};
use serde::{Serialize, de::DeserializeOwned};

use crate::model::{Counts, Document, Kind, Precision};

/// The columns that [`document`] reads, of a table called `d`.
macro_rules! document_columns {
    () => {
        "d.id, d.url, d.thread_url, d.parent_url, d.source, d.source_kind, d.kind, d.title, d.author, d.published, \
         d.updated, d.published_precision, d.date_suspect, d.first_seen, d.language, d.is_reply, d.replies, d.views, \
         d.likes, d.shares, d.rating, d.thread_replies, d.thread_views, d.tags, d.signature, d.quoted, d.code, d.text"
    };
}
/// How many they are.
pub(super) const DOCUMENT_WIDTH: usize = 28;

pub(super) use document_columns;

/// What functions on single rows give back.
pub(super) type Sql<T> = rusqlite::Result<T>;

/// What only the store knows of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trace {
    /// Time of the run that gave the fields, seconds.
    pub observed: i64,
    /// Bytes of the text before that run; `None` where the document was new.
    pub base: Option<i64>,
    /// Time of the run that gave `published`.
    pub dated: Option<i64>,
}

/// Reads a document whose columns begin at `from`.
pub(super) fn document(row: &Row<'_>, from: usize) -> Sql<Document> {
    let count = |i: usize| row.get::<_, Option<i64>>(from + i).map(|n| n.map(|n| n.max(0) as u64));
    Ok(Document {
        id: row.get(from)?,
        url: row.get(from + 1)?,
        thread_url: row.get(from + 2)?,
        parent_url: row.get(from + 3)?,
        source: row.get(from + 4)?,
        source_kind: row.get(from + 5)?,
        kind: word(row, from + 6, Kind::from_word)?,
        title: row.get(from + 7)?,
        author: row.get(from + 8)?,
        published: time(row, from + 9)?,
        updated: time(row, from + 10)?,
        published_precision: match row.get_ref(from + 11)?.as_str_or_null()? {
            None => None,
            Some(_) => Some(word(row, from + 11, Precision::from_word)?),
        },
        date_suspect: row.get(from + 12)?,
        first_seen: time(row, from + 13)?,
        language: row.get(from + 14)?,
        is_reply: row.get(from + 15)?,
        counts: Counts {
            replies: count(16)?,
            views: count(17)?,
            likes: count(18)?,
            shares: count(19)?,
            rating: row.get(from + 20)?,
            thread_replies: count(21)?,
            thread_views: count(22)?,
        },
        tags: json(row, from + 23)?,
        signature: row.get(from + 24)?,
        quoted: json(row, from + 25)?,
        code: row.get(from + 26)?,
        text: row.get(from + 27)?,
    })
}

/// The document as it will be read back: times to the second, counts that fit, no NaN.
pub(super) fn as_stored(document: &Document, now: i64) -> Document {
    let cut = |time: Option<Timestamp>| time.and_then(|time| Timestamp::from_second(time.as_second()).ok());
    let fit = |count: Option<u64>| count.map(|count| count.min(i64::MAX as u64));
    let c = document.counts;
    Document {
        published: cut(document.published),
        updated: cut(document.updated),
        first_seen: cut(document.first_seen).or_else(|| Timestamp::from_second(now).ok()),
        counts: Counts {
            replies: fit(c.replies),
            views: fit(c.views),
            likes: fit(c.likes),
            shares: fit(c.shares),
            rating: c.rating.filter(|rating| !rating.is_nan()),
            thread_replies: fit(c.thread_replies),
            thread_views: fit(c.thread_views),
        },
        ..document.clone()
    }
}

/// Inserts a document, or replaces all of it but `run` and `first_seen`; gives its key.
pub(super) fn write_document(c: &Connection, run: i64, scorer: Option<i64>, d: &Document, trace: Trace) -> Sql<i64> {
    const SQL: &str = "INSERT INTO document (id, run, scored_with, observed, base, dated, url, thread_url, parent_url,
            source, source_kind, kind, title, author, published, updated, published_precision, date_suspect, first_seen,
            language, is_reply, replies, views, likes, shares, rating, thread_replies, thread_views, tags, signature,
            quoted, code, text)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET scored_with = excluded.scored_with, observed = excluded.observed,
            base = excluded.base, dated = excluded.dated, url = excluded.url, thread_url = excluded.thread_url,
            parent_url = excluded.parent_url, source = excluded.source, source_kind = excluded.source_kind,
            kind = excluded.kind, title = excluded.title, author = excluded.author, published = excluded.published,
            updated = excluded.updated, published_precision = excluded.published_precision,
            date_suspect = excluded.date_suspect, language = excluded.language, is_reply = excluded.is_reply,
            replies = excluded.replies, views = excluded.views, likes = excluded.likes, shares = excluded.shares,
            rating = excluded.rating, thread_replies = excluded.thread_replies, thread_views = excluded.thread_views,
            tags = excluded.tags, signature = excluded.signature, quoted = excluded.quoted, code = excluded.code,
            text = excluded.text
        RETURNING key";
    let count = |count: Option<u64>| count.map(whole);
    let time = |time: Option<Timestamp>| time.map(Timestamp::as_second);
    let values = params![
        d.id,
        run,
        scorer,
        trace.observed,
        trace.base,
        trace.dated,
        d.url,
        d.thread_url,
        d.parent_url,
        d.source,
        d.source_kind,
        d.kind.word(),
        d.title,
        d.author,
        time(d.published),
        time(d.updated),
        d.published_precision.map(Precision::word),
        d.date_suspect,
        time(d.first_seen).unwrap_or(trace.observed),
        d.language,
        d.is_reply,
        count(d.counts.replies),
        count(d.counts.views),
        count(d.counts.likes),
        count(d.counts.shares),
        d.counts.rating,
        count(d.counts.thread_replies),
        count(d.counts.thread_views),
        list(&d.tags)?,
        d.signature,
        list(&d.quoted)?,
        d.code,
        d.text,
    ];
    c.prepare_cached(SQL)?.query_row(values, |row| row.get(0))
}

/// A time of `column`, seconds since 1970.
pub(super) fn time(row: &Row<'_>, column: usize) -> Sql<Option<Timestamp>> {
    let second: Option<i64> = row.get(column)?;
    second.map(|s| Timestamp::from_second(s).map_err(|_| FromSqlError::OutOfRange(s).into())).transpose()
}

/// A count as SQLite holds it.
pub(super) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A word of `column` that stands for a value.
pub(super) fn word<T>(row: &Row<'_>, column: usize, from_word: impl Fn(&str) -> Option<T>) -> Sql<T> {
    let found = row.get_ref(column)?.as_str()?;
    from_word(found).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("unknown word {found:?}").into())
    })
}

/// A value of `column` that is kept as JSON; null is the default one.
pub(super) fn json<T: DeserializeOwned + Default>(row: &Row<'_>, column: usize) -> Sql<T> {
    match row.get_ref(column)?.as_str_or_null()? {
        None => Ok(T::default()),
        Some(text) => serde_json::from_str(text)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))),
    }
}

fn list<T: Serialize>(values: &[T]) -> Sql<Option<String>> {
    (!values.is_empty()).then(|| to_json(values)).transpose()
}

pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> Sql<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, batch, begun, document, mention, source};
    use crate::model::*;

    fn full(id: &str) -> (Document, Mention) {
        let some = |text: &str| Some(text.to_owned());
        let document = Document {
            url: some("https://a.example/1#p2"),
            thread_url: some("https://a.example/1"),
            parent_url: some("https://a.example/1#p1"),
            source_kind: "forum".into(),
            kind: Kind::Comment,
            title: some("Titre « entre guillemets »"),
            author: some("Zoë d'Été"),
            published: Some(at(-90)),
            updated: Some(at(-30)),
            published_precision: Some(Precision::Minute),
            date_suspect: true,
            first_seen: Some(at(-5)),
            language: "ary-Latn".into(),
            quoted: vec![Quote { author: some("b"), text: "cité\nsur deux lignes".into() }, Quote::default()],
            signature: some("-- \nz"),
            code: some("SELECT 1; -- '"),
            is_reply: true,
            counts: Counts {
                replies: Some(0),
                views: Some(1 << 40),
                likes: Some(3),
                shares: Some(4),
                rating: Some(4.5),
                thread_replies: Some(6),
                thread_views: Some(7),
            },
            tags: vec!["réseau".into(), String::new()],
            ..document(id, "forum", "نص قصير 🙂 avec\tune tabulation")
        };
        let mention = Mention {
            probability: Some(0.75),
            doubtful: Some(false),
            probabilities: Some(Probabilities { negative: 0.5, neutral: 0.25, positive: 0.25 }),
            reputation_polarity: Some(-1.0),
            intent: some("complaint"),
            topics: vec!["réseau".into()],
            reach: Reach { low: Some(1.5), estimate: Some(2.5), high: Some(1e9), basis: Basis::ThreadViews },
            field: Field::Headline,
            prominence: 0.1 + 0.2,
            ..mention("Zéphyr")
        };
        (document, mention)
    }

    #[test]
    fn every_field_comes_back_equal() {
        let (mut store, run) = begun();
        let (document, mention) = full("a");
        let saved = batch(&source("forum"), vec![(document.clone(), vec![mention.clone()])]);
        store.save_one(run, at(0), &saved).unwrap();
        let mut records = Vec::new();
        store
            .new_records(|record| {
                records.push(record);
                Ok(())
            })
            .unwrap();
        let mention_id = crate::text::identity::mention("a", "Zéphyr");
        assert_eq!(records, [Record { mention_id, document: document.clone(), mention }]);
        let mut documents = Vec::new();
        store
            .documents_since(run, |document| {
                documents.push(document);
                Ok(())
            })
            .unwrap();
        assert_eq!(documents, [document]);
    }

    #[test]
    fn hostile_numbers_are_kept_within_what_can_be_held() {
        let (mut store, run) = begun();
        let (mut document, mut mention) = full("a");
        document.counts.views = Some(u64::MAX);
        document.counts.rating = Some(f64::NAN);
        mention.prominence = f64::NAN;
        mention.end = usize::MAX;
        let saved = batch(&source("forum"), vec![(document, vec![mention])]);
        for _ in 0..2 {
            store.save_one(run, at(0), &saved).unwrap();
        }
        let kept = store.new_records(|record| {
            assert_eq!(record.document.counts.views, Some(i64::MAX as u64));
            assert_eq!((record.document.counts.rating, record.mention.prominence), (None, 0.0));
            Ok(())
        });
        assert_eq!(kept.unwrap(), 1);
    }
}
