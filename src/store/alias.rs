//! Documents under two addresses: what a feed calls by one and its page by another, after a redirect or by its own word.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Outcome;
use crate::model::{Batch, Document, Kind, Role, Visit};
use crate::text::fold::fold;
use crate::text::identity;

/// The id under which a document is kept, where that is another.
pub(super) fn resolve(c: &Connection, id: &str) -> Outcome<Option<String>> {
    let mut select = c.prepare_cached("SELECT document FROM alias WHERE id = ?")?;
    Ok(select.query_row([id], |row| row.get(0)).optional()?)
}

/// Notes that what a feed led to stands under another address than the feed gave it, and makes one document of both.
pub(super) fn note(c: &Connection, batch: &Batch) -> Outcome<()> {
    let Some((id, kept)) = moved(batch) else { return Ok(()) };
    if c.prepare_cached("SELECT 1 FROM alias WHERE id = ?")?.exists([&id])? {
        return Ok(());
    }
    c.prepare_cached("INSERT INTO alias (id, document) VALUES (?, ?)")?.execute([&id, kept])?;
    c.prepare_cached("UPDATE OR IGNORE document SET id = ?2 WHERE id = ?1")?.execute([&id, kept])?;
    // Where both were known, the page stays.
    let both =
        c.prepare_cached("SELECT key FROM document WHERE id = ?")?.query_row([&id], |row| row.get(0)).optional()?;
    if let Some(key) = both {
        let key: i64 = key;
        for sql in [
            "DELETE FROM mention WHERE document = ?",
            "DELETE FROM revision WHERE document = ?",
            "DELETE FROM document WHERE key = ?",
        ] {
            c.prepare_cached(sql)?.execute(params![key])?;
        }
    }
    Ok(())
}

/// The id by the address that a feed gave, and the one that its page has.
fn moved(batch: &Batch) -> Option<(String, &str)> {
    let own = batch.trail.own.as_ref().filter(|own| own.request.role == Role::Article)?;
    let mut articles = batch.documents.iter().map(|scored| &scored.document).filter(|d| d.kind == Kind::Article);
    let (Visit::Read(_), Some(article), None) = (&batch.visit, articles.next(), articles.next()) else { return None };
    let id = identity::document("", Some(&batch.asked), None, "", "");
    (id != article.id && same_title(own.request.told.title.as_deref()?, article)).then_some((id, &article.id))
}

/// A wall that stands before every article has a title of its own.
fn same_title(told: &str, article: &Document) -> bool {
    let (told, title) = (fold(told), fold(article.title.as_deref().unwrap_or_default()));
    !told.is_empty() && !title.is_empty() && (told.contains(&title) || title.contains(&told))
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::super::samples::{at, batch, begun, document, mention, source};
    use super::*;
    use crate::model::{Request, Todo, Told, Validators};

    /// What the store holds: id, kind, run of the document, and brands of its mentions.
    fn kept(store: &Store) -> Vec<(String, String, i64, i64)> {
        let sql = "SELECT id, kind, run, (SELECT count(*) FROM mention m WHERE m.document = d.key) FROM document d ORDER BY id";
        let mut select = store.connection.prepare(sql).unwrap();
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    fn article(asked: &str, title: &str) -> Batch {
        let document =
            Document { kind: Kind::Article, title: Some(title.into()), ..document("whole", "s", "tout le texte") };
        let told = Told { title: Some("Panne générale".into()), ..Told::default() };
        let request = Request { told, ..Request::new(asked, Role::Article) };
        let mut page = batch(&source("s"), vec![(document, vec![mention("Zéphyr")])]);
        page.asked = asked.into();
        page.visit = Visit::Read(Validators::default());
        page.trail.own = Some(Todo { request, ..Todo::default() });
        page
    }

    #[test]
    fn a_redirected_article_and_its_feeds_entry_are_one_document_in_any_order() {
        let asked = "https://s.example/?p=1";
        let id = identity::document("", Some(asked), None, "", "");
        let entry = || Document { title: Some("Panne générale".into()), ..document(&id, "s", "tout…") };
        let feed = || batch(&source("s"), vec![(entry(), vec![mention("Zéphyr")])]);
        for order in [[true, false], [false, true]] {
            let (mut store, run) = begun();
            for is_feed in order {
                let page = if is_feed { feed() } else { article(asked, "La panne générale, en direct") };
                store.save_one(run, at(0), &page).unwrap();
            }
            let next = store.begin_run("scan", "digest", at(100)).unwrap();
            let saved = store.save_one(next, at(100), &feed()).unwrap();
            assert_eq!((saved.new_documents, saved.known), (0, 1));
            assert_eq!(kept(&store), [("whole".into(), "article".into(), run, 1)], "{order:?}");
        }
    }

    #[test]
    fn a_wall_before_every_article_swallows_none() {
        let (mut store, run) = begun();
        let asked = "https://s.example/2026/a";
        let id = identity::document("", Some(asked), None, "", "");
        store.save_one(run, at(0), &batch(&source("s"), vec![(document(&id, "s", "un"), vec![])])).unwrap();
        store.save_one(run, at(0), &article(asked, "Vos choix de cookies")).unwrap();
        assert_eq!(kept(&store).len(), 2);
    }
}
