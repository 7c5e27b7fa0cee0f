//! When an article was published and changed: what the page states, else what it shows.

use jiff::Zoned;

use super::jsonld::Stated;
use super::outline::{Finds, Outline, What};
use crate::model::Stamp;
use crate::text::dates;

/// When the page says that it was published.
pub fn published(outline: &Outline<'_>, stated: &Stated, base: Option<&str>, clock: Option<&Zoned>) -> Option<Stamp> {
    let finds = &Finds { all: &outline.finds };
    const METAS: [&str; 22] = [
        "article:published_time",
        "og:article:published_time",
        "og:published_time",
        "article:published",
        "parsely-pub-date",
        "sailthru.date",
        "citation_publication_date",
        "citation_date",
        "dc.date.issued",
        "dcterms.issued",
        "dcterms.created",
        "dc.date.created",
        "dc.date",
        "dc:date",
        "dcterms.date",
        "pubdate",
        "publishdate",
        "publish-date",
        "publication_date",
        "article.published",
        "date",
        "datepublished",
    ];
    let read = |text: String| dates::parse(&text, clock);
    stated
        .published
        .clone()
        .and_then(read)
        .or_else(|| METAS.iter().find_map(|name| finds.metas(name).find_map(read)))
        .or_else(|| finds.props("datePublished").find_map(read))
        .or_else(|| finds.props("dateCreated").find_map(read))
        .or_else(|| finds.own(|what| matches!(what, What::Time { updated: false, marked: true })).find_map(read))
        .or_else(|| finds.own(|what| matches!(what, What::Time { updated: false, .. })).find_map(read))
        .or_else(|| {
            finds.own(|what| matches!(what, What::DateText { updated: false })).take(12).find_map(|t| within(&t, clock))
        })
        .or_else(|| address_date(finds, base).and_then(read))
        .or_else(|| below_heading(outline, clock))
}

/// The first date in a short text: all of it, or what begins at its first number or the word before.
fn within(text: &str, clock: Option<&Zoned>) -> Option<Stamp> {
    if text.len() > 160 {
        return None;
    }
    text.split(['|', '•', '·']).find_map(|part| {
        let part = part.trim();
        let number = part.find(|c: char| c.is_ascii_digit())?;
        let word = part[..number].trim_end().rfind(char::is_whitespace).unwrap_or(0);
        dates::parse(part, clock)
            .or_else(|| dates::parse(part[word..].trim(), clock))
            .or_else(|| dates::parse(&part[number..], clock))
    })
}

/// A date that stands below the main heading, before the text is under way.
fn below_heading(outline: &Outline<'_>, clock: Option<&Zoned>) -> Option<Stamp> {
    let after = outline.blocks.get(outline.heading?..)?.iter().skip(1).take(12);
    let short =
        after.map(|block| outline.text_of(block)).take_while(|text| text.len() < 400).filter(|text| text.len() <= 100);
    short.filter_map(|text| within(text, clock)).next()
}

/// When the page says that it was changed last.
pub fn updated(finds: &Finds<'_>, stated: &Stated, clock: Option<&Zoned>) -> Option<Stamp> {
    const METAS: [&str; 7] = [
        "article:modified_time",
        "og:article:modified_time",
        "og:updated_time",
        "article:modified",
        "dcterms.modified",
        "dc.date.modified",
        "last-modified",
    ];
    let read = |text: String| dates::parse(&text, clock);
    stated
        .modified
        .clone()
        .and_then(read)
        .or_else(|| METAS.iter().find_map(|name| finds.metas(name).find_map(read)))
        .or_else(|| finds.props("dateModified").find_map(read))
        .or_else(|| finds.each(|what| matches!(what, What::Time { updated: true, .. })).find_map(read))
}

/// The day that the address names, as in `/2024/05/17/`.
fn address_date(finds: &Finds<'_>, base: Option<&str>) -> Option<String> {
    let address = finds.first(What::Canonical).or_else(|| base.map(String::from))?;
    let parts: Vec<&str> = address.split(['/', '-', '?', '#']).collect();
    let number = |text: &str, length: usize, range: std::ops::RangeInclusive<u16>| {
        (text.len() <= length && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u16>().ok())
            .flatten()
            .filter(|n| range.contains(n))
    };
    parts.windows(3).find_map(|three| {
        let year = number(three[0], 4, 1995..=2100)?;
        let month = number(three[1], 2, 1..=12)?;
        let day = number(three[2], 2, 1..=31)?;
        Some(format!("{year}-{month:02}-{day:02}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_found_in_a_short_line() {
        for (line, day) in [
            ("Publié le 5 avril 2017 | Économie", Some("2017-04-05")),
            ("Par Salma Bennis, 2017-04-05", Some("2017-04-05")),
            ("Page 3", None),
            ("", None),
        ] {
            assert_eq!(within(line, None).map(|stamp| stamp.civil.date().to_string()).as_deref(), day, "{line}");
        }
    }

    #[test]
    fn an_address_may_name_the_day() {
        let finds = Finds { all: &[] };
        assert_eq!(address_date(&finds, Some("https://a.example/2024/05/7/panne")).as_deref(), Some("2024-05-07"));
        assert_eq!(address_date(&finds, Some("https://a.example/2024/15/7/99999")), None);
    }
}
