//! When an article was published and changed: what the page states, else what it shows.

use jiff::Zoned;

use super::jsonld::Stated;
use super::outline::{Finds, Outline, What};
use crate::model::Stamp;
use crate::text::dates;

/// When the page says that it was published; `heading` is the block of its title.
pub fn published(
    outline: &Outline<'_>,
    heading: Option<usize>,
    stated: &Stated,
    base: Option<&str>,
    clock: Option<&Zoned>,
) -> Option<Stamp> {
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
    let shown = |finds: Finds<'_>| {
        finds.own(|what| matches!(what, What::DateText { updated: false })).take(12).find_map(|t| within(&t, clock))
    };
    stated
        .published
        .clone()
        .and_then(read)
        .or_else(|| METAS.iter().find_map(|name| finds.metas(name).find_map(read)))
        .or_else(|| finds.each(|what| matches!(what, What::Meta(name) if names_publication(name))).find_map(read))
        .or_else(|| finds.props("datePublished").find_map(read))
        .or_else(|| finds.props("dateCreated").find_map(read))
        .or_else(|| finds.own(|what| matches!(what, What::Time { updated: false, marked: true })).find_map(read))
        .or_else(|| finds.own(|what| matches!(what, What::Time { updated: false, .. })).find_map(read))
        .or_else(|| shown(*finds))
        .or_else(|| address_date(finds, base).and_then(read))
        .or_else(|| beside_heading(outline, heading, clock))
        .or_else(|| labelled(outline, clock))
}

/// Whether a `<meta>` of that name says when the page was published, in the words of whatever made it.
fn names_publication(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    has(&["publi", "pubdate"]) && has(&["date", "time"]) && !has(&["modif", "updat", "expir", "unpubl"])
}

/// The first date in a short text: all of it, or what begins at its first number or the word before.
fn within(text: &str, clock: Option<&Zoned>) -> Option<Stamp> {
    if text.len() > 160 {
        return None;
    }
    text.split(['|', '•', '·']).chain(text.split(" // ").take(1)).find_map(|part| {
        let part = part.trim();
        let number = part.find(|c: char| c.is_ascii_digit())?;
        let word = part[..number].trim_end().rfind(char::is_whitespace).unwrap_or(0);
        dates::parse(part, clock)
            .or_else(|| dates::parse(part[word..].trim(), clock))
            .or_else(|| leading(&part[word..], clock))
            .or_else(|| leading(&part[number..], clock))
    })
}

/// The date that a text begins with, and goes on after.
fn leading(text: &str, clock: Option<&Zoned>) -> Option<Stamp> {
    let text = text.trim();
    let ends = text.char_indices().filter(|(_, c)| c.is_whitespace() || *c == ',').map(|(at, _)| at).take(8);
    let ends: Vec<usize> = ends.chain([text.len()]).collect();
    ends.into_iter().rev().find_map(|end| dates::parse(text[..end].trim_end_matches([',', '.', ' ', '-', '–']), clock))
}

/// A date that stands beside the main heading, before the text is under way.
fn beside_heading(outline: &Outline<'_>, heading: Option<usize>, clock: Option<&Zoned>) -> Option<Stamp> {
    let heading = heading?;
    let (before, after) = outline.blocks.split_at_checked(heading)?;
    let texts = |block| outline.text_of(block);
    let short = after.iter().skip(1).take(12).map(texts).take_while(|text| text.len() < 400);
    let below = short.filter(|text| text.len() <= 100).filter_map(|text| within(text, clock)).next();
    let above = || before.iter().rev().take(3).map(texts).filter(|text| text.len() <= 60);
    below.or_else(|| above().filter_map(|text| within(text, clock)).next())
}

/// A date behind words that say what it is, anywhere outside of readers' comments: "Publié le 5 avril 2017".
fn labelled(outline: &Outline<'_>, clock: Option<&Zoned>) -> Option<Stamp> {
    const LABELS: [&str; 26] = [
        "publié le",
        "publié :",
        "mis en ligne le",
        "posté le",
        "paru le",
        "date de publication",
        "date :",
        "published",
        "posted",
        "publication date",
        "date:",
        "veröffentlicht",
        "erschienen",
        "erstellt am",
        "erstellt:",
        "stand:",
        "stand :",
        "datum:",
        "publicado",
        "fecha:",
        "data:",
        "pubblicato",
        "نشر",
        "تاريخ النشر",
        "التاريخ",
        "تم النشر",
    ];
    let own = outline.blocks.iter().filter(|block| !outline.areas[block.holder].in_comments && block.linked == 0);
    own.map(|block| outline.text_of(block)).filter(|text| text.len() <= 160).find_map(|text| {
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let lower = text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let begins = LABELS.iter().find_map(|label| lower.strip_prefix(label))?;
        let number = begins.find(|c: char| c.is_ascii_digit())?;
        (number <= 40).then(|| within(begins, clock)).flatten()
    })
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

/// The day that the address names, as in `/2024/05/17/`, `/17-05-2024` or `20240517_x`.
fn address_date(finds: &Finds<'_>, base: Option<&str>) -> Option<String> {
    let address = finds.first(What::Canonical).or_else(|| base.map(String::from))?;
    let parts: Vec<&str> = address.split(['/', '-', '_', '?', '#', '.']).collect();
    let number = |text: &str, length: usize, range: std::ops::RangeInclusive<u16>| {
        (text.len() <= length && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u16>().ok())
            .flatten()
            .filter(|n| range.contains(n))
    };
    let day = |year: &str, month: &str, day: &str| {
        let year = number(year, 4, 1995..=2100)?;
        let month = number(month, 2, 1..=12)?;
        let day = number(day, 2, 1..=31)?;
        Some(format!("{year}-{month:02}-{day:02}"))
    };
    let apart = parts.windows(3).find_map(|three| day(three[0], three[1], three[2]));
    let turned = || parts.windows(3).find_map(|three| day(three[2], three[1], three[0]));
    let joined = || {
        let whole = parts.iter().filter(|part| part.len() == 8 && part.bytes().all(|b| b.is_ascii_digit()));
        whole.into_iter().find_map(|part| day(&part[..4], &part[4..6], &part[6..]))
    };
    apart.or_else(turned).or_else(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_found_in_a_short_line() {
        for (line, day) in [
            ("Publié le 5 avril 2017 | Économie", Some("2017-04-05")),
            ("Par Salma Bennis, 2017-04-05", Some("2017-04-05")),
            ("Freitag, 5. April 2017", Some("2017-04-05")),
            ("5. Apr 2017 // Salma Bennis", Some("2017-04-05")),
            ("veröffentlicht am 05.04.2017 um 9:30 Uhr von Salma Bennis", Some("2017-04-05")),
            ("By Salma Bennis on 5-apr-2017 5:11:10", Some("2017-04-05")),
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
        for address in ["avis/17-05-2024", "2024/05/20240517_panne.html", "panne-2024-05-17"] {
            let address = format!("https://a.example/{address}");
            assert_eq!(address_date(&finds, Some(&address)).as_deref(), Some("2024-05-17"), "{address}");
        }
    }
}
