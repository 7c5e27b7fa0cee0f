//! Saving one document: new, seen again, or revised.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Outcome;
use super::merge::{self, Merged};
use super::row::{self, DOCUMENT_WIDTH, Trace, document_columns};
use super::{Saved, mention};
use crate::model::{Document, Keep, Kind, Scored};

/// Saves a document with its mentions, if it was scored (with `scorer`), and counts in `saved` what that changed.
pub(super) fn save(
    c: &Connection,
    run: i64,
    now: i64,
    scorer: Option<i64>,
    scored: &Scored,
    saved: &mut Saved,
) -> Outcome<()> {
    const FIND: &str = concat!(
        "SELECT ",
        document_columns!(),
        ", d.key, d.observed, d.base, d.dated, d.scored_with, d.run FROM document d WHERE d.id = ?"
    );
    let found = c
        .prepare_cached(FIND)?
        .query_row([&scored.document.id], |row| {
            let trace = Trace {
                observed: row.get(DOCUMENT_WIDTH + 1)?,
                base: row.get(DOCUMENT_WIDTH + 2)?,
                dated: row.get(DOCUMENT_WIDTH + 3)?,
            };
            let since: i64 = row.get(DOCUMENT_WIDTH + 5)?;
            Ok((row::document(row, 0)?, row.get(DOCUMENT_WIDTH)?, trace, row.get(DOCUMENT_WIDTH + 4)?, since))
        })
        .optional()?;
    let scorer = scored.mentions.as_ref().and(scorer);
    let mentions = scored.mentions.as_deref();
    let Some((known, key, trace, scored_with, since)): Option<(Document, i64, _, Option<i64>, i64)> = found else {
        if scored.only_known {
            return Ok(());
        }
        let document = &scored.document;
        let trace = Trace { observed: now, base: None, dated: document.published.map(|_| now) };
        let key = row::write_document(c, run, scorer, document, trace)?;
        if let Some(mentions) = mentions.filter(|mentions| !mentions.is_empty()) {
            mention::replace(c, key, &document.id, run, document.published.map(Timestamp::as_second), mentions)?;
        }
        saved.new_documents += 1;
        saved.new_mentions += mentions.map_or(0, |mentions| mentions.len() as u64);
        return Ok(());
    };
    saved.known += u64::from(since < run);
    if scored.keep != Keep::All {
        return empty(c, run, now, (key, known, trace), scorer, scored);
    }
    let (document, trace) = match merge::merge(&known, trace, row::as_stored(&scored.document, now), now) {
        Merged::Stays => return Ok(()),
        Merged::Dated(document, trace) => {
            row::write_document(c, run, scored_with, &document, trace)?;
            return Ok(mention::date(c, key, document.published.map(Timestamp::as_second))?);
        }
        Merged::Kept(document, trace) => (document, trace),
    };
    if trace.base.is_some() && !merge::same_words(&known, &document) {
        saved.revised += u64::from(keep_revision(c, key, run, now)?);
    }
    let unchanged = known == document;
    let scored_with = if mentions.is_none() && unchanged { scored_with } else { scorer };
    row::write_document(c, run, scored_with, &document, trace)?;
    if trace.base.is_some() {
        // The words of before the run came back within it: nothing was revised.
        c.prepare_cached("DELETE FROM revision WHERE document = ? AND replaced = ? AND text = ? AND title IS ?")?
            .execute(params![key, now, document.text, document.title])?;
    }
    match mentions {
        None if unchanged => {}
        mentions => {
            let published = document.published.map(Timestamp::as_second);
            mention::replace(c, key, &document.id, run, published, mentions.unwrap_or_default())?;
        }
    }
    Ok(())
}

/// Takes out of a known document, and of what it was before, what may not be kept any more. A page speaks for itself whoever
/// reads it, a feed for what it gave.
fn empty(
    c: &Connection,
    run: i64,
    now: i64,
    (key, known, trace): (i64, Document, Trace),
    scorer: Option<i64>,
    scored: &Scored,
) -> Outcome<()> {
    let (seen, keep) = (&scored.document, scored.keep);
    let stands = merge::level(seen).cmp(&merge::level(&known));
    let of_feed = known.kind == Kind::Entry;
    let of_others =
        of_feed && (keep == Keep::Nothing && stands.is_gt() || stands.is_eq() && known.source != seen.source);
    if stands.is_lt() || of_others {
        return Ok(());
    }
    let dated = known.published.is_some();
    let trace = Trace { dated: if dated { trace.dated } else { seen.published.map(|_| now) }, ..trace };
    let mut document = Document { first_seen: known.first_seen, ..row::as_stored(seen, now) };
    if dated {
        document = merge::dated_as(document, &known);
    }
    document.keep_only(keep);
    row::write_document(c, run, scorer, &document, trace)?;
    c.prepare_cached("DELETE FROM revision WHERE document = ?")?.execute([key])?;
    let (published, mentions) = (document.published.map(Timestamp::as_second), scored.mentions.as_deref());
    Ok(mention::replace(c, key, &document.id, run, published, mentions.unwrap_or_default())?)
}

/// Keeps the words of before this run, once, while they are still in the document.
fn keep_revision(c: &Connection, key: i64, run: i64, now: i64) -> Outcome<bool> {
    let kept = c
        .prepare_cached(
            "INSERT OR IGNORE INTO revision (document, replaced, run, title, text)
             SELECT key, ?2, ?3, title, text FROM document WHERE key = ?1",
        )?
        .execute(params![key, now, run])?;
    Ok(kept > 0)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, batch, begun, document, dump, one, source};
    use super::super::{Saved, Totals};
    use crate::model::{Counts, Document, Keep, Kind, Precision};

    fn permutations(n: usize) -> Vec<Vec<usize>> {
        if n == 0 {
            return vec![Vec::new()];
        }
        let shorter = permutations(n - 1);
        shorter.iter().flat_map(|p| (0..=p.len()).map(move |at| [&p[..at], &[n - 1], &p[at..]].concat())).collect()
    }

    #[test]
    fn what_is_kept_does_not_depend_on_the_order_of_arrival() {
        let counted = |views| Counts { views: Some(views), ..Counts::default() };
        let published = |d: Document, second| Document { published: Some(at(second)), ..d };
        let page = |d: Document| Document { kind: Kind::Article, ..d };
        let doc = |source, text| document("x", source, text);
        // On its page a comment says what it answers, in a feed when exactly it was written.
        let answer = |page: i64, text| Document {
            kind: Kind::Comment,
            parent_url: (page == 1).then(|| "https://b.example/".into()),
            published: Some(at(60 * page)),
            published_precision: Some(if page == 1 { Precision::Minute } else { Precision::Second }),
            ..doc("b", text)
        };
        // Each case: what the first run sees, then what the second sees in every order.
        let cases: Vec<(Vec<Document>, Vec<Document>)> = vec![
            (vec![], vec![doc("b", "one"), doc("a", "two"), doc("c", "three"), doc("a", "owt")]),
            (vec![doc("b", "0123456789")], vec![doc("b", "01234"), doc("a", "012345678901234"), doc("c", "01234567")]),
            (vec![doc("b", "0123456789")], vec![doc("b", "01234"), doc("a", "01234567"), doc("c", "0123456789")]),
            (vec![doc("b", "0123456789")], vec![doc("b", "0123456789"), doc("b", "01234"), doc("b", "98765")]),
            (
                vec![published(doc("b", "0123456789"), 5)],
                vec![published(doc("b", "short"), 9), doc("a", "0123456789ab")],
            ),
            (
                vec![doc("b", "same")],
                vec![published(doc("b", "same"), 9), published(doc("b", "same"), 7), doc("b", "same")],
            ),
            (
                vec![doc("b", "same")],
                vec![
                    Document { counts: counted(4), ..doc("b", "same") },
                    Document { counts: counted(9), ..doc("b", "same") },
                    Document { author: Some("z".into()), ..doc("b", "same") },
                    Document { title: Some("z".into()), ..doc("b", "same") },
                ],
            ),
            (vec![], vec![answer(1, "seen on its page"), answer(0, "and in a feed"), answer(0, "and in a feed")]),
            (vec![doc("b", "undated")], vec![answer(0, "and in a feed"), answer(1, "on its page")]),
            (
                vec![page(doc("b", "the whole page"))],
                vec![doc("b", "the whole…"), page(doc("b", "the whole")), doc("a", "the")],
            ),
        ];
        for (first, second) in cases {
            let mut dumps = permutations(second.len()).into_iter().map(|order| {
                let (mut store, run) = begun();
                first.iter().for_each(|document| one(&mut store, run, 0, document.clone()));
                let run = store.begin_run("scan", "digest", at(100)).unwrap();
                order.iter().for_each(|i| one(&mut store, run, 100, second[*i].clone()));
                let once = dump(&store);
                // Killed and run again with the same clock.
                let run = store.begin_run("scan", "digest", at(100)).unwrap();
                order.iter().rev().for_each(|i| one(&mut store, run, 100, second[*i].clone()));
                assert_eq!(once, dump(&store), "{order:?} of {second:?}");
                once
            });
            let expected = dumps.next().unwrap();
            assert!(dumps.all(|dump| dump == expected), "{second:?}");
        }
    }

    #[test]
    fn an_edit_is_a_revision_and_a_repetition_is_none() {
        let (mut store, run) = begun();
        one(&mut store, run, 0, document("x", "s", "Le premier texte"));
        one(&mut store, run, 0, document("x", "s", "Le premier texte, vu deux fois"));
        assert_eq!(store.totals().unwrap().revised, 0);
        store.mark_reported(run).unwrap();
        let run = store.begin_run("scan", "digest", at(9)).unwrap();
        one(&mut store, run, 9, document("x", "s", "Le premier texte, vu deux fois"));
        assert_eq!(store.totals().unwrap().revised, 0);
        let edited = batch(&source("s"), vec![(document("x", "s", "Corrigé"), vec![])]);
        let met = Saved { known: 1, ..Saved::default() };
        assert_eq!(store.save_one(run, at(9), &edited).unwrap(), met, "the longer text of the run stays");
        let run = store.begin_run("scan", "digest", at(20)).unwrap();
        assert_eq!(store.save_one(run, at(20), &edited).unwrap(), Saved { revised: 1, ..met });
        assert_eq!(store.totals().unwrap(), Totals { revised: 1, ..Totals::default() });
        let (text, kept): (String, String) = store
            .connection
            .query_row("SELECT d.text, r.text FROM document d, revision r", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        assert_eq!((text.as_str(), kept.as_str()), ("Corrigé", "Le premier texte, vu deux fois"));
    }

    #[test]
    fn what_may_not_be_kept_is_emptied_and_leaves_no_old_words() {
        let (mut store, run) = begun();
        let page = |id: &str, kind, text: &str| Document { kind, ..document(id, "s", text) };
        one(&mut store, run, 0, page("page", Kind::Article, "Le premier texte"));
        one(&mut store, run, 0, page("feed", Kind::Entry, "Un extrait"));
        let run = store.begin_run("scan", "digest", at(9)).unwrap();
        one(&mut store, run, 9, page("page", Kind::Article, "Corrigé"));
        let run = store.begin_run("scan", "digest", at(20)).unwrap();
        let ids = ["page", "feed", "never seen"];
        let mut reserved = batch(&source("s"), ids.map(|id| (page(id, Kind::Article, ""), vec![])).into());
        reserved.documents.iter_mut().for_each(|scored| (scored.keep, scored.only_known) = (Keep::Nothing, true));
        assert_eq!(store.save_one(run, at(20), &reserved).unwrap(), Saved { known: 2, ..Saved::default() });
        let one = |sql: &str| -> String { store.connection.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(
            one("SELECT group_concat(id || ':' || text) FROM (SELECT * FROM document ORDER BY id)"),
            "feed:Un extrait,page:"
        );
        assert_eq!(one("SELECT CAST(count(*) AS TEXT) FROM revision"), "0");
    }

    #[test]
    fn crawled_without_scores_waits_to_be_scored_and_loses_scores_of_other_words() {
        let (mut store, run) = begun();
        one(&mut store, run, 0, document("x", "s", "avant"));
        assert_eq!(store.unscored_documents("digest").unwrap(), 0);
        let mut crawled = batch(&source("s"), vec![(document("x", "s", "avant"), vec![])]);
        crawled.documents[0].mentions = None;
        let run = store.begin_run("crawl", "", at(9)).unwrap();
        store.save_one(run, at(9), &crawled).unwrap();
        assert_eq!((store.unscored_documents("digest").unwrap(), store.totals().unwrap().new_mentions), (0, 1));
        crawled.documents[0].document.text = "après".into();
        let run = store.begin_run("crawl", "", at(20)).unwrap();
        store.save_one(run, at(20), &crawled).unwrap();
        assert_eq!((store.unscored_documents("digest").unwrap(), store.totals().unwrap().new_mentions), (1, 0));
    }
}
