//! What becomes of a document that is seen again. Pure; the result does not depend on the order of arrival.
//!
//! A document belongs to one owner: a source and a kind (a page's own text is another owner than its feed's excerpt).
//! A page's own text stands above a feed's, a comment that tells what it answers above one that does not. In each run the best observation of it wins: by that, then the longest text,
//! then the smaller owner, then an arbitrary but fixed order. The owner may come back with any text; anybody else must
//! bring a page for a feed's text, or a longer one than was known before the run.
//! A date of publication, once known, stays: feeds that date everything "now" move nothing.

use std::cmp::Ordering;

use super::row::Trace;
use crate::model::{Counts, Document, Kind};

/// What becomes of a document.
#[derive(Debug, PartialEq)]
pub(super) enum Merged {
    /// Nothing changes.
    Stays,
    /// Its words stay, its date is known better now.
    Dated(Document, Trace),
    /// It is kept as it was seen.
    Kept(Document, Trace),
}

/// What becomes of `known` after `seen` at `now`. Both documents are as the store reads them back.
pub(super) fn merge(known: &Document, trace: Trace, mut seen: Document, now: i64) -> Merged {
    let again = trace.observed == now;
    let base = if again { trace.base } else { Some(known.text.len() as i64) };
    let above = level(&seen).cmp(&level(known));
    let longer = base.is_none_or(|base| seen.text.len() as i64 > base);
    let stays = above == Ordering::Less
        || owner(known) != owner(&seen) && above == Ordering::Equal && !longer
        || again && rank(&seen, known) != Ordering::Greater;
    let fixed = trace.dated.is_some_and(|at| at != now);
    // A page may show less of the time than the feed of the same source states, or the other way round.
    let finer = !fixed && seen.source == known.source && is_finer(&seen, known);
    if stays {
        let trace = Trace { dated: Some(now), ..trace };
        return if finer { Merged::Dated(dated_as(known.clone(), &seen), trace) } else { Merged::Stays };
    }
    seen.first_seen = known.first_seen;
    let from_known = fixed || seen.source == known.source && is_finer(known, &seen);
    let seen = if from_known { dated_as(seen, known) } else { seen };
    let dated = if fixed { trace.dated } else { seen.published.map(|_| now) };
    Merged::Kept(seen, Trace { observed: now, base, dated })
}

/// `document` with the date of `other`.
pub(super) fn dated_as(document: Document, other: &Document) -> Document {
    Document {
        published: other.published,
        published_precision: other.published_precision,
        date_suspect: other.date_suspect,
        ..document
    }
}

/// Whether the date of `a` is known, and more finely than that of `b`; of two that are equally fine, the earlier.
fn is_finer(a: &Document, b: &Document) -> bool {
    let key = |d: &Document| (d.published.is_none(), d.date_suspect, d.published_precision, d.published);
    a.published.is_some() && key(a) < key(b)
}

/// Whether the words are the same, so that no revision is kept.
pub(super) fn same_words(a: &Document, b: &Document) -> bool {
    a.text == b.text && a.title == b.title
}

/// How much of a document is known where it was read: in a feed; of a comment, in a feed that does not tell what it
/// answers; on a page, where all of it stands.
pub(super) fn level(document: &Document) -> u8 {
    match document.kind {
        Kind::Entry => 0,
        Kind::Comment if document.parent_url.is_none() => 1,
        _ => 2,
    }
}

fn owner(document: &Document) -> (&str, Kind) {
    (&document.source, document.kind)
}

/// Orders observations of one document in one run; equal only where all that is kept is equal.
fn rank(a: &Document, b: &Document) -> Ordering {
    (level(a).cmp(&level(b)))
        .then_with(|| a.text.len().cmp(&b.text.len()))
        .then_with(|| owner(b).cmp(&owner(a)))
        .then_with(|| a.text.cmp(&b.text))
        .then_with(|| a.title.cmp(&b.title))
        .then_with(|| rank_counts(&a.counts, &b.counts))
        .then_with(|| a.updated.cmp(&b.updated))
        .then_with(|| if a == b { Ordering::Equal } else { rest(a).cmp(&rest(b)) })
}

fn rank_counts(a: &Counts, b: &Counts) -> Ordering {
    let key = |c: &Counts| (c.views, c.replies, c.thread_views, c.thread_replies, c.likes, c.shares);
    // −1 stands below every honest rating.
    key(a).cmp(&key(b)).then_with(|| a.rating.unwrap_or(-1.0).total_cmp(&b.rating.unwrap_or(-1.0)))
}

fn rest(document: &Document) -> String {
    serde_json::to_string(document).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::samples::document;
    use super::*;

    impl Merged {
        fn kept(self) -> (Document, Trace) {
            match self {
                Merged::Kept(document, trace) => (document, trace),
                other => panic!("{other:?}"),
            }
        }
    }

    const OLD: Trace = Trace { observed: 1, base: None, dated: None };

    #[test]
    fn another_source_takes_over_only_with_a_longer_text() {
        let known = document("a", "m", "twelve bytes");
        assert_eq!(merge(&known, OLD, document("a", "b", "same length!"), 2), Merged::Stays);
        assert_eq!(merge(&known, OLD, document("a", "b", "short"), 2), Merged::Stays);
        let (kept, trace) = merge(&known, OLD, document("a", "z", "a text that is longer"), 2).kept();
        assert_eq!((kept.source.as_str(), trace.base), ("z", Some(12)));
    }

    #[test]
    fn in_one_run_equal_lengths_go_to_the_smaller_source_name() {
        let trace = Trace { observed: 2, base: None, dated: None };
        let (b, m) = (document("a", "b", "one length"), document("a", "m", "same lengt"));
        assert_eq!(merge(&m, trace, b.clone(), 2).kept().0, b);
        assert_eq!(merge(&b, trace, m, 2), Merged::Stays);
    }

    #[test]
    fn a_feeds_excerpt_never_shortens_the_page_of_the_same_source() {
        let page = Document { kind: Kind::Article, ..document("a", "m", "the whole text of the page") };
        assert_eq!(merge(&page, OLD, document("a", "m", "the whole…"), 2), Merged::Stays);
        let longer = document("a", "m", "the whole text of the page, and what it quotes");
        assert_eq!(
            merge(&page, OLD, longer.clone(), 2),
            Merged::Stays,
            "what a feed runs together the page tells apart"
        );
        assert_eq!(merge(&longer, OLD, page.clone(), 2).kept().0, page);
    }

    #[test]
    fn the_owner_may_shorten_but_its_first_date_stays() {
        let time = |second| jiff::Timestamp::from_second(second).ok();
        let known = Document { published: time(100), ..document("a", "m", "before the edit") };
        let seen = Document { published: time(900), ..document("a", "m", "after") };
        let (kept, trace) = merge(&known, Trace { dated: Some(1), ..OLD }, seen.clone(), 2).kept();
        assert_eq!((kept.text.as_str(), kept.published, trace.dated), ("after", time(100), Some(1)));
        let (kept, trace) = merge(&Document { published: None, ..known }, OLD, seen, 2).kept();
        assert_eq!((kept.published, trace.dated), (time(900), Some(2)));
    }
}
