//! Entry to document: cleaning, identity, dates in UTC, language.

use jiff::Timestamp;

use super::reading::Reading;
use crate::{
    model::{Document, Entry, Place, Quote, Source, SourceKind, Stamp},
    text::{identity, plain, urls},
};

/// Longer texts are cut, in bytes; no honest post is longer.
const TEXT: usize = 100_000;
/// Longer titles and names are cut, in bytes.
const LINE: usize = 1_000;
/// Quotations and tags of a document; no honest one has more.
const QUOTES: usize = 500;
const TAGS: usize = 200;
/// A longer address is none.
const ADDRESS: usize = 2_048;
/// 1995-01-01T00:00:00Z; nothing on the web is older.
const EARLIEST: i64 = 788_918_400;
/// Clocks of servers and time zones may be off by so many seconds.
const AHEAD: i64 = 48 * 3_600;

/// The document that `entry` of `source`, which turned out to be of that `kind`, is, seen at `now`.
pub fn document(source: &Source, kind: SourceKind, entry: Entry, now: Timestamp) -> Document {
    let title = entry.title.as_deref().and_then(line);
    let text = block(&entry.text);
    let own = if let Place::Url(own) = &source.place { own.as_str() } else { "" };
    let address = |url: Option<String>| {
        let url = url.filter(|url| url.len() <= ADDRESS)?;
        Some(urls::clean(&urls::without_secrets(&url, own)))
    };
    let permalink = entry.url.as_deref().filter(|url| entry.permanent && url.len() <= ADDRESS);
    let id = identity::document(&source.name, permalink, entry.guid.as_deref(), title.as_deref().unwrap_or(""), &text);
    let keep = entry.keep;
    let published = entry.published.map(|stamp| (instant(source, &stamp, now), stamp.precision));
    let mut document = Document {
        id,
        url: address(entry.url),
        thread_url: address(entry.thread_url),
        parent_url: address(entry.parent_url),
        source: source.name.clone(),
        source_kind: kind.word().to_string(),
        kind: entry.kind,
        title,
        author: entry.author.as_deref().and_then(line),
        published: published.and_then(|(at, _)| at),
        updated: entry.updated.and_then(|stamp| instant(source, &stamp, now)),
        published_precision: published.and_then(|(at, precision)| at.map(|_| precision)),
        date_suspect: published.map_or(entry.date_suspect, |(at, _)| at.is_none()),
        first_seen: Some(now),
        language: String::new(),
        text,
        quoted: quotes(entry.quoted),
        signature: entry.signature.as_deref().map(block).filter(|text| !text.is_empty()),
        code: entry.code.as_deref().map(block).filter(|text| !text.is_empty()),
        is_reply: entry.is_reply,
        counts: entry.counts,
        tags: entry.tags.iter().take(TAGS).filter_map(|tag| line(tag)).collect(),
    };
    document.keep_only(keep);
    document.language = Reading::new(&document).detect(entry.language.as_deref()).to_string();
    document
}

/// The instant of a date, if it can be true.
fn instant(source: &Source, stamp: &Stamp, now: Timestamp) -> Option<Timestamp> {
    let at = stamp.instant(&source.timezone)?;
    (EARLIEST..=now.as_second() + AHEAD).contains(&at.as_second()).then_some(at)
}

/// Quotations in their order, as far as a text of bounded length goes.
fn quotes(quotes: Vec<Quote>) -> Vec<Quote> {
    let mut room = TEXT;
    let quotes = quotes
        .into_iter()
        .map(|quote| Quote { author: quote.author.as_deref().and_then(line), text: block(&quote.text) });
    let kept = quotes.filter(|quote| !quote.text.is_empty()).take(QUOTES).take_while(|quote| {
        let fits = quote.text.len() <= room;
        room = room.saturating_sub(quote.text.len());
        fits
    });
    kept.collect()
}

/// Cleaned text, cut to a bounded length.
fn block(text: &str) -> String {
    plain::cut_bytes(plain::clean(text).trim(), TEXT).trim_end().to_string()
}

/// One clean line, `None` where nothing is left of it.
fn line(text: &str) -> Option<String> {
    let line = plain::line(text);
    let line = plain::cut_bytes(&line, LINE).trim_end();
    (!line.is_empty()).then(|| line.to_string())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use jiff::{civil, tz::TimeZone};

    use super::*;
    use crate::model::Precision;

    fn of(entry: Entry) -> Document {
        let source = Source {
            name: "forum".into(),
            kind: SourceKind::Forum,
            place: Place::Path(PathBuf::from("x")),
            audience: None,
            timezone: TimeZone::get("Europe/Paris").unwrap(),
            ..Source::of_file()
        };
        document(&source, source.kind, entry, "2026-11-22T12:00:00Z".parse().unwrap())
    }

    fn dated(civil: civil::DateTime) -> Document {
        of(Entry { published: Some(Stamp { civil, offset: None, precision: Precision::Minute }), ..Entry::default() })
    }

    #[test]
    fn local_dates_become_utc_and_keep_their_precision() {
        let document = dated(civil::date(2026, 7, 1).at(10, 30, 0, 0));
        assert_eq!(document.published, Some("2026-07-01T08:30:00Z".parse().unwrap()));
        assert_eq!((document.published_precision, document.date_suspect), (Some(Precision::Minute), false));
    }

    #[test]
    fn impossible_dates_are_null_and_said_to_be_suspect() {
        for civil in
            [civil::date(1994, 12, 31), civil::date(2026, 11, 25), civil::date(9999, 12, 31), civil::date(1, 1, 1)]
        {
            let document = dated(civil.at(0, 0, 0, 0));
            assert_eq!(
                (document.published, document.published_precision, document.date_suspect),
                (None, None, true),
                "{civil}"
            );
        }
        assert!(!of(Entry::default()).date_suspect);
        assert!(dated(civil::date(2026, 11, 24).at(0, 0, 0, 0)).published.is_some());
    }

    #[test]
    fn titles_and_authors_are_one_clean_line() {
        let document = of(Entry {
            title: Some("  Box\n en\tpanne ".into()),
            author: Some(" \n ".into()),
            text: "\n La box est en panne depuis hier.\nRien ne va. \n".into(),
            ..Entry::default()
        });
        assert_eq!(document.title.as_deref(), Some("Box en panne"));
        assert_eq!(document.author, None);
        assert_eq!(document.text, "La box est en panne depuis hier.\nRien ne va.");
        assert_eq!(document.language, "fr");
        assert_eq!(document.id.len(), 24);
    }

    #[test]
    fn endless_addresses_quotations_and_tags_are_left_out() {
        let quote = |length| Quote { author: None, text: "q".repeat(length) };
        let document = of(Entry {
            url: Some(format!("https://a.example/{}", "a".repeat(3_000))),
            thread_url: Some("https://me:pw@a.example/t".into()),
            permanent: true,
            text: "oui".into(),
            quoted: vec![quote(60_000), quote(60_000), quote(1)],
            tags: vec!["t".into(); 1_000],
            ..Entry::default()
        });
        assert_eq!((document.url, document.thread_url.as_deref()), (None, Some("https://a.example/t")));
        assert_eq!((document.quoted.len(), document.tags.len()), (1, 200));
        assert_eq!(of(Entry { quoted: vec![quote(1); 9_000], ..Entry::default() }).quoted.len(), 500);
    }

    #[test]
    fn endless_texts_are_cut_between_characters() {
        let document = of(Entry { text: "é".repeat(200_000), title: Some("ç".repeat(5000)), ..Entry::default() });
        assert_eq!((document.text.len(), document.title.unwrap().len()), (100_000, 1_000));
    }
}
