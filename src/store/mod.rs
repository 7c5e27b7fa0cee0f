//! The store: one SQLite file that keeps documents, mentions and how sources do. The only SQL of the house.
//!
//! One writer ([`Store::open`] under a [`Lock`]), any number of readers beside it. Each page is saved in one
//! transaction, and what is kept does not depend on the order in which pages arrive (`merge.rs`).
//! docs/schema.md describes the tables.

mod alias;
mod coverage;
mod document;
mod fault;
mod held;
mod host;
mod import;
mod lock;
mod mention;
mod merge;
mod open;
mod page;
mod read;
mod row;
mod schema;
mod select;
mod standing;
mod todo;
mod write;

pub use coverage::{Period, View};
pub use import::Progressed;
pub use lock::Lock;
pub use read::{Reader, Scope, Totals};
pub use standing::Shown;
pub use write::Saved;

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::Result;
use fault::{Fault, Outcome};
use held::Held;

/// An open store. Times are kept to the second; a finer part is cut off.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// The clock of the run that was begun, seconds since 1970.
    now: Option<i64>,
    /// What documents saved with mentions were scored with, as told to `begin_run`.
    scorer: Option<i64>,
    /// Where pages under way are noted; `None` where that is nobody's concern.
    held: Option<Arc<Held>>,
    /// Dropped last, with the files of a scratch store.
    _scratch: Option<tempfile::TempDir>,
}

impl Store {
    /// Runs `f` in one transaction: all of it is kept, or nothing.
    fn transact<T>(&mut self, f: impl FnOnce(&Transaction<'_>) -> Outcome<T>) -> Result<T> {
        let all = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = f(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        all().map_err(|fault: Fault| fault.at(&self.path))
    }

    fn read<T>(&self, f: impl FnOnce(&Connection) -> Outcome<T>) -> Result<T> {
        f(&self.connection).map_err(|fault| fault.at(&self.path))
    }
}

/// What tests of several files build on.
#[cfg(test)]
mod samples {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::Store;
    use super::row::document_columns;
    use crate::model::*;

    pub fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + second).unwrap()
    }

    pub fn source(name: &str) -> Arc<Source> {
        Arc::new(Source {
            name: name.into(),
            kind: SourceKind::Feed,
            place: Place::Url(format!("https://{name}.example/feed")),
            audience: Some(1200),
            ..Source::of_file()
        })
    }

    pub fn document(id: &str, source: &str, text: &str) -> Document {
        Document {
            id: id.into(),
            source: source.into(),
            source_kind: "feed".into(),
            text: text.into(),
            ..Document::default()
        }
    }

    pub fn mention(brand: &str) -> Mention {
        Mention {
            brand: brand.into(),
            alias: brand.into(),
            matched: brand.to_uppercase(),
            start: 3,
            end: 9,
            field: Field::Lead,
            hit_sentence: format!("Le réseau de {brand} est en panne !"),
            probability: None,
            doubtful: None,
            sentiment: Some(-0.4),
            tone: Tone::Negative,
            probabilities: None,
            document_tone: Tone::Neutral,
            reputation_polarity: None,
            language: "fr".into(),
            intent: None,
            topics: Vec::new(),
            reach: Reach::default(),
            prominence: 0.5,
            cues: vec![Cue { text: "en panne".into(), start: 20, end: 28, weight: -2.5 }],
        }
    }

    pub fn batch(source: &Arc<Source>, documents: Vec<(Document, Vec<Mention>)>) -> Batch {
        Batch {
            source: source.clone(),
            kind: source.kind,
            trail: Trail::default(),
            left_out: 0,
            hold: port::Hold::default(),
            asked: format!("https://{}.example/feed", source.name),
            visit: Visit::NotDue,
            documents: documents
                .into_iter()
                .map(|(document, mentions)| Scored {
                    document,
                    mentions: Some(mentions),
                    keep: Keep::All,
                    only_known: false,
                })
                .collect(),
            incidents: Vec::new(),
        }
    }

    impl Store {
        /// Saves one page.
        pub fn save_one(&mut self, run: i64, now: Timestamp, batch: &Batch) -> crate::error::Result<super::Saved> {
            self.save(run, now, None, std::slice::from_ref(batch)).map(|saved| saved[0])
        }
    }

    /// A scratch store with a run begun at `at(0)`.
    pub fn begun() -> (Store, i64) {
        let mut store = Store::scratch().unwrap();
        let run = store.begin_run("scan", "digest", at(0)).unwrap();
        (store, run)
    }

    /// How the first source is doing.
    pub fn health(store: &Store) -> Health {
        let mut all = Vec::new();
        store
            .health(&super::View::default(), |source| {
                all.push(source);
                Ok(())
            })
            .unwrap();
        all.remove(0)
    }

    /// Saves one document, with one mention that tells its words.
    pub fn one(store: &mut Store, run: i64, now: i64, document: Document) {
        let mentions = vec![Mention { hit_sentence: document.text.clone(), ..mention("Zéphyr") }];
        let source = source(&document.source);
        store.save_one(run, at(now), &batch(&source, vec![(document, mentions)])).unwrap();
    }

    /// Everything that is kept of documents, but keys and runs, as text.
    pub fn dump(store: &Store) -> String {
        let tables = [
            concat!(
                "SELECT ",
                document_columns!(),
                ", d.observed, d.base, d.dated, d.scored_with FROM document d ORDER BY id"
            ),
            "SELECT d.id, r.replaced, r.title, r.text FROM revision r JOIN document d ON d.key = r.document ORDER BY 1, 2",
            "SELECT id, brand, published, hit_sentence FROM mention ORDER BY id",
            "SELECT source, url, code, message FROM incident GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            "SELECT source, url, etag, last_modified, body_hash, fetched, retry_at, covers, mark, resume FROM page",
            "SELECT * FROM source",
            "SELECT * FROM failure",
            "SELECT source, url, role, depth, head, mark, told, tries FROM todo ORDER BY 1, 2",
        ];
        let mut all = String::new();
        for sql in tables {
            let mut select = store.connection.prepare(sql).unwrap();
            let width = select.column_count();
            let mut rows = select.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                (0..width).for_each(|i| all += &format!("{:?}|", row.get_ref(i).unwrap()));
                all.push('\n');
            }
        }
        all
    }
}
