//! Selecting mentions: those of a report, and those that a filter asks for.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::Store;
use super::fault::Outcome;
use super::mention::{self, mention_columns};
use super::read::reported;
use super::row::{self, DOCUMENT_WIDTH, document_columns};
use crate::error::Result;
use crate::model::{Document, Filter, Kind, Record, Tone};
use crate::text::fold::fold;

/// Newest first, undated last.
macro_rules! order {
    () => {
        " ORDER BY m.published DESC, m.brand, m.id"
    };
}

impl Store {
    /// Mentions first seen since the last report, be it in a new document or a revised one: newest first, undated last, then by brand and id.
    /// Gives how many they are.
    pub fn new_records(&self, f: impl FnMut(Record) -> Result<()>) -> Result<u64> {
        const SQL: &str = concat!("SELECT m.key FROM mention m WHERE m.run > ", reported!(), order!());
        self.read(|c| each(c, SQL, Vec::new(), &Words::default(), f))
    }

    /// Mentions that `filter` lets through, in the same order; gives how many they are.
    pub fn records(&self, filter: &Filter, f: impl FnMut(Record) -> Result<()>) -> Result<u64> {
        self.read(|c| {
            let (sql, values) = narrow(c, filter)?;
            each(c, &sql, values, &Words::of(filter), f)
        })
    }
}

/// What no index helps to find: compared in folded form, document by document.
#[derive(Default)]
struct Words {
    authors: Vec<String>,
    words: Vec<String>,
    limit: Option<u64>,
}

impl Words {
    fn of(filter: &Filter) -> Words {
        Words {
            authors: filter.authors.iter().map(|author| fold(author.trim())).collect(),
            words: filter.text.iter().flat_map(|text| text.split_whitespace()).map(fold).collect(),
            limit: filter.limit,
        }
    }

    fn hold(&self, document: &Document) -> bool {
        let author = || document.author.as_deref().map(|author| fold(author.trim()));
        (self.authors.is_empty() || author().is_some_and(|author| self.authors.contains(&author)))
            && (self.words.is_empty() || {
                let title = fold(document.title.as_deref().unwrap_or_default());
                let text = fold(&document.text);
                self.words.iter().all(|word| title.contains(word) || text.contains(word))
            })
    }
}

/// The query for the keys of mentions that may pass `filter`, in order.
fn narrow(c: &Connection, filter: &Filter) -> Outcome<(String, Vec<Value>)> {
    let mut sql = String::from("SELECT m.key FROM mention m");
    let mut values = Vec::new();
    if !filter.sources.is_empty() || !filter.kinds.is_empty() {
        sql += " CROSS JOIN document d ON d.key = m.document";
    }
    sql += " WHERE 1";
    let mut among = |column: &str, words: Vec<&str>| {
        let marks = vec!["?"; words.len()].join(", ");
        sql += &format!(" AND {column} IN ({marks})");
        values.extend(words.into_iter().map(|word| Value::from(word.to_owned())));
    };
    if !filter.brands.is_empty() {
        let brands = stored_brands(c, &filter.brands)?;
        among("m.brand", brands.iter().map(String::as_str).collect());
    }
    if !filter.sources.is_empty() {
        among("d.source", filter.sources.iter().map(String::as_str).collect());
    }
    if !filter.kinds.is_empty() {
        among("d.kind", filter.kinds.iter().copied().map(Kind::word).collect());
    }
    if !filter.tones.is_empty() {
        among("m.tone", filter.tones.iter().copied().map(Tone::word).collect());
    }
    if !filter.languages.is_empty() {
        // A language holds its narrower forms: `ary` finds `ary-Latn`.
        let one = "m.language = ? COLLATE NOCASE OR substr(m.language, 1, length(?) + 1) COLLATE NOCASE = ? || '-'";
        sql += &format!(" AND ({})", vec![one; filter.languages.len()].join(" OR "));
        values.extend(filter.languages.iter().flat_map(|language| vec![Value::from(language.clone()); 3]));
    }
    for (time, comparison) in [(filter.since, ">="), (filter.until, "<")] {
        if let Some(time) = time {
            sql += &format!(" AND (m.published IS NULL OR m.published {comparison} ?)");
            // Stored times are whole seconds: a bound within a second stands for its end.
            let up = i64::from(time.subsec_nanosecond() > 0);
            values.push(Value::from(time.as_second() + up));
        }
    }
    sql += order!();
    Ok((sql, values))
}

/// The stored spellings of brands that are the same without case and accents.
fn stored_brands(c: &Connection, wanted: &[String]) -> Outcome<Vec<String>> {
    let wanted: Vec<String> = wanted.iter().map(|brand| fold(brand.trim())).collect();
    let mut select = c.prepare_cached("SELECT DISTINCT brand FROM mention INDEXED BY mention_brand")?;
    let stored = select.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(stored.into_iter().filter(|brand| wanted.contains(&fold(brand))).collect())
}

/// Hands over the mentions whose keys `sql` selects; only keys are sorted, so long texts are never moved about.
fn each(
    c: &Connection,
    sql: &str,
    values: Vec<Value>,
    words: &Words,
    mut f: impl FnMut(Record) -> Result<()>,
) -> Outcome<u64> {
    const ONE: &str = concat!(
        "SELECT ",
        document_columns!(),
        ", ",
        mention_columns!(),
        " FROM mention m JOIN document d ON d.key = m.document WHERE m.key = ?"
    );
    let (mut keys, mut one) = (c.prepare(sql)?, c.prepare_cached(ONE)?);
    let mut keys = keys.query(params_from_iter(values))?;
    let mut passed = 0;
    while words.limit.is_none_or(|limit| passed < limit) {
        let Some(row) = keys.next()? else { break };
        let record = one.query_row([row.get::<_, i64>(0)?], |row| {
            let document = row::document(row, 0)?;
            if !words.hold(&document) {
                return Ok(None);
            }
            let (mention_id, mention) = mention::read(row, DOCUMENT_WIDTH)?;
            Ok(Some(Record { mention_id, document, mention }))
        })?;
        if let Some(record) = record {
            f(record)?;
            passed += 1;
        }
    }
    Ok(passed)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, batch, begun, document, mention, source};
    use super::*;
    use crate::error::Error;
    use crate::model::Mention;

    fn stored() -> Store {
        let (mut store, run) = begun();
        let about = |brand: &str, tone, language: &str| Mention { tone, language: language.into(), ..mention(brand) };
        let first = Document {
            published: Some(at(10)),
            author: Some("Zoë ÉTÉ".into()),
            title: Some("Coupure générale".into()),
            ..document("a", "un", "La fibre est en panne")
        };
        let second = Document { published: Some(at(20)), kind: Kind::Post, ..document("b", "deux", "Merci Zéphyr") };
        let third = document("c", "deux", "sans date");
        store
            .save_one(
                run,
                at(0),
                &batch(
                    &source("un"),
                    vec![(
                        first,
                        vec![about("Zéphyr", Tone::Negative, "fr"), about("Alizé", Tone::Neutral, "ary-Latn")],
                    )],
                ),
            )
            .unwrap();
        let both = vec![
            (second, vec![about("Zéphyr", Tone::Positive, "fr")]),
            (third, vec![about("Alizé", Tone::Unscored, "und")]),
        ];
        store.save_one(run, at(0), &batch(&source("deux"), both)).unwrap();
        store
    }

    /// Documents and brands' first letters in the order in which they came.
    fn found(store: &Store, filter: Filter) -> String {
        let mut found = String::new();
        let count = store
            .records(&filter, |r| {
                found += &format!("{}{} ", r.document.id, &r.mention.brand[..1]);
                Ok(())
            })
            .unwrap();
        assert_eq!(count as usize, found.split_whitespace().count());
        found.trim().to_owned()
    }

    #[test]
    fn each_part_of_a_filter_selects_and_order_stays() {
        let store = stored();
        let list = |words: &[&str]| words.iter().map(|word| word.to_string()).collect::<Vec<_>>();
        let none = Filter::default();
        assert_eq!(found(&store, none.clone()), "bZ aA aZ cA");
        assert_eq!(found(&store, Filter { limit: Some(2), ..none.clone() }), "bZ aA");
        assert_eq!(found(&store, Filter { brands: list(&["ZEPHYR"]), ..none.clone() }), "bZ aZ");
        assert_eq!(found(&store, Filter { brands: list(&["alize", "zephyr "]), ..none.clone() }), "bZ aA aZ cA");
        assert_eq!(found(&store, Filter { brands: list(&["inconnue"]), ..none.clone() }), "");
        assert_eq!(found(&store, Filter { sources: list(&["deux"]), ..none.clone() }), "bZ cA");
        assert_eq!(found(&store, Filter { kinds: vec![Kind::Post], ..none.clone() }), "bZ");
        assert_eq!(found(&store, Filter { tones: vec![Tone::Negative, Tone::Unscored], ..none.clone() }), "aZ cA");
        assert_eq!(found(&store, Filter { languages: list(&["ary"]), ..none.clone() }), "aA");
        assert_eq!(found(&store, Filter { languages: list(&["FR", "ar"]), ..none.clone() }), "bZ aZ");
        assert_eq!(found(&store, Filter { authors: list(&["zoe ete"]), ..none.clone() }), "aA aZ");
        assert_eq!(found(&store, Filter { text: Some("PANNE generale".into()), ..none.clone() }), "aA aZ");
        assert_eq!(found(&store, Filter { text: Some("panne merci".into()), ..none.clone() }), "");
        assert_eq!(found(&store, Filter { since: Some(at(11)), ..none.clone() }), "bZ cA");
        assert_eq!(found(&store, Filter { until: Some(at(20)), ..none.clone() }), "aA aZ cA");
        let narrow = Filter { brands: list(&["zéphyr"]), sources: list(&["un"]), since: Some(at(10)), ..none };
        assert_eq!(found(&store, narrow), "aZ");
    }

    #[test]
    fn the_callers_error_stops_the_reading() {
        let store = stored();
        let mut count = 0;
        let stopped = store.new_records(|_| {
            count += 1;
            Err(Error::failed("plein"))
        });
        assert_eq!((stopped.unwrap_err().message.as_str(), count), ("plein", 1));
    }

    #[test]
    fn order_and_brand_are_read_from_indexes() {
        let store = stored();
        for brands in [vec![], vec![String::from("zephyr")]] {
            let (sql, values) = narrow(&store.connection, &Filter { brands, ..Filter::default() }).unwrap();
            let mut explain = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let plan: Vec<String> = explain
                .query_map(params_from_iter(values), |row| row.get(3))
                .unwrap()
                .map(|step| step.unwrap())
                .collect();
            assert!(plan.iter().all(|step| step.contains("USING COVERING INDEX")), "{plan:?}");
        }
    }
}
