//! By whom a page is: whom it states to programs, else whom it names beside its title.

use super::jsonld::Stated;
use super::outline::{Finds, Outline, What};
use crate::text::dates;

/// The author that the page states, or else that it shows; and which of both it is.
pub fn author(finds: &Finds<'_>, stated: &Stated, site: Option<&str>) -> (Option<String>, bool) {
    let person = |name: &String| site.is_none_or(|site| !same_name(name, site));
    let listed = |names: Vec<String>| {
        let mut kept: Vec<String> = Vec::new();
        for name in names.iter().filter_map(|name| as_name(name)).filter(person) {
            if !kept.iter().any(|known| known.eq_ignore_ascii_case(&name) || known.contains(&name)) {
                kept.push(name);
            }
        }
        kept.truncate(10);
        (!kept.is_empty()).then(|| kept.join(", "))
    };
    const METAS: [&str; 12] = [
        "article:author",
        "author",
        "dc.creator",
        "dcterms.creator",
        "dc:creator",
        "citation_author",
        "parsely-author",
        "sailthru.author",
        "byl",
        "article:author_name",
        "og:article:author",
        "twitter:creator_name",
    ];
    let stated = listed(stated.authors.clone())
        .or_else(|| METAS.iter().find_map(|name| listed(finds.metas(name).collect())))
        .or_else(|| listed(finds.props("author").take(4).collect()))
        .or_else(|| labelled(finds).and_then(|name| listed(vec![name])));
    if stated.is_some() {
        return (stated, true);
    }
    let shown = listed(finds.each(|what| what == What::AuthorLink).take(3).collect())
        .or_else(|| finds.each(|what| what == What::AuthorText).find_map(|text| as_name(&text).filter(person)));
    (shown, false)
}

/// What a card for social networks says under a label that asks for the author.
fn labelled(finds: &Finds<'_>) -> Option<String> {
    const LABELS: [&str; 7] =
        ["written by", "verfasst von", "écrit par", "escrito por", "كُتب بواسطة", "كتب بواسطة", "scritto da"];
    [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")].iter().find_map(|(label, data)| {
        let asks = |label: String| LABELS.contains(&label.to_lowercase().trim_end_matches([':', ' ']));
        finds.metas(label).next().filter(|label| asks(label.clone())).and_then(|_| finds.metas(data).next())
    })
}

/// Whether both are one name, however it is written: a site's name is also that of its address.
fn same_name(a: &str, b: &str) -> bool {
    let letters =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    letters(a) == letters(b)
}

/// A name from a short line beside the main heading that says "by": "Par Salma Bennis, le 5 avril 2017".
pub fn byline(outline: &Outline<'_>, heading: Option<usize>) -> Option<String> {
    const BY: [&str; 22] = [
        "Par ",
        "Propos recueillis par ",
        "Écrit par ",
        "Publié par ",
        "Rédigé par ",
        "Texte : ",
        "Auteur : ",
        "Auteur: ",
        "By ",
        "Written by ",
        "Posted by ",
        "Text by ",
        "Author: ",
        "Von ",
        "Text: ",
        "Text von ",
        "Autor: ",
        "Autorin: ",
        "Por ",
        "Escrito por ",
        "بقلم ",
        "بقلم: ",
    ];
    let at = heading?;
    let near = outline.blocks.get(at.saturating_sub(3)..)?.iter().take(9);
    let line = near.map(|block| outline.text_of(block)).filter(|text| text.chars().count() <= 120);
    line.filter_map(|text| BY.iter().find_map(|by| text.strip_prefix(by))).find_map(|name| {
        let end = [",", " le ", " – ", " - ", " | ", "\n"].iter().filter_map(|end| name.find(end)).min();
        let name = as_name(&name[..end.unwrap_or(name.len())])?;
        // A name is a few words that begin like one.
        let words = name.split_whitespace().count();
        let named = name.chars().next().is_some_and(|first| first.is_uppercase() || !first.is_lowercase());
        Some(name).filter(|_| named && (1..=5).contains(&words))
    })
}

/// A byline as a name: without "by", the day, and what follows a border; `None` for what is no name.
pub fn as_name(text: &str) -> Option<String> {
    const BEFORE: [&str; 27] = [
        "written by",
        "posted by",
        "veröffentlicht von",
        "artikel von",
        "article by",
        "story by",
        "text by",
        "text von",
        "article de",
        "rédigé par",
        "proposé par",
        "published by",
        "eingestellt von",
        "escrito por",
        "author:",
        "authors:",
        "autor:",
        "auteur :",
        "auteur:",
        "écrit par",
        "publié par",
        "geschrieben von",
        "by",
        "par",
        "von",
        "por",
        "بقلم",
    ];
    let mut name = after_day(text.trim());
    for before in BEFORE {
        if let Some(rest) =
            name.get(..before.len()).filter(|head| head.to_lowercase() == before).map(|_| &name[before.len()..])
            && rest.starts_with([' ', ':'])
        {
            name = rest.trim_start_matches([' ', ':']);
        } else if before.ends_with(':')
            && name.to_lowercase().starts_with(before)
            && name.is_char_boundary(before.len())
        {
            name = name[before.len()..].trim_start();
        }
    }
    let name = name.split(['|', '•', '·', '\t', '(']).next().unwrap_or(name);
    let name = before_day(name);
    // Beside a name, an account is only where else to find it.
    let name = match name.find(" @") {
        Some(at) => &name[..at],
        None => name,
    };
    let name = name.trim().trim_end_matches([',', ':', '-', '–', '.', '*', '/']).trim();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    (letters >= 2
        && digits <= 3
        && letters > digits
        && name.chars().count() <= 80
        && name.split_whitespace().count() <= 10
        && !is_address(name)
        && !is_no_name(&name.to_lowercase()))
    .then(|| String::from(name))
}

/// What stands behind a day and a border, or behind "on that day by".
fn after_day(text: &str) -> &str {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return text;
    }
    const BY: [&str; 6] = [" by ", " By ", " von ", " par ", " por ", " Written By "];
    const BORDERS: [&str; 6] = [" - ", " – ", " — ", " | ", " // ", ", "];
    let by = BY.iter().filter_map(|by| text.find(by).map(|at| (at, at + by.len()))).min();
    let by = by.filter(|(at, _)| text[..*at].bytes().any(|byte| byte.is_ascii_digit()));
    let border = || {
        BORDERS.iter().find_map(|border| {
            let at = text.find(border)?;
            dates::parse(&text[..at], None).map(|_| (at, at + border.len()))
        })
    };
    by.or_else(border).map_or(text, |(_, start)| &text[start..])
}

/// What stands before a day.
fn before_day(text: &str) -> &str {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return text;
    }
    let spaces = text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).take(12);
    spaces.into_iter().find(|at| dates::parse(&text[*at..], None).is_some()).map_or(text, |at| &text[..at])
}

fn is_address(name: &str) -> bool {
    const ENDS: [&str; 14] =
        [".com", ".de", ".at", ".ch", ".fr", ".ma", ".org", ".net", ".info", ".eu", ".io", ".uk", ".dz", ".tn"];
    let lower = name.to_ascii_lowercase();
    let is_host = !name.contains(char::is_whitespace) && ENDS.iter().any(|end| lower.ends_with(end));
    is_host
        || name.contains("://")
        || name.contains("[at]")
        || name.contains('@')
        || name.starts_with("www.")
        || name.contains(".com/")
}

/// Words that stand where a name should, in lower case: software's own, labels, credits of pictures, companies.
fn is_no_name(name: &str) -> bool {
    const BEGINS: [&str; 6] = ["foto ", "foto:", "photo ", "photo:", "фото ", "bild:"];
    const ENDS: [&str; 11] = [
        " gmbh",
        " inc",
        " inc.",
        " ltd",
        " llc",
        " sarl",
        " s.a.r.l",
        " commentaire",
        " commentaires",
        " comment",
        " comments",
    ];
    BEGINS.iter().any(|begin| name.starts_with(begin))
        || ENDS.iter().any(|end| name.ends_with(end))
        || matches!(
            name,
            "admin"
                | "administrator"
                | "super user"
                | "unknown"
                | "name"
                | "follow"
                | "anonymous"
                | "author"
                | "autor"
                | "auteur"
                | "null"
                | "undefined"
                | "none"
                | "by"
                | "par"
                | "von"
                | "por"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_become_names() {
        for (byline, name) in [
            ("Par Salma Bennis", Some("Salma Bennis")),
            ("By: Ann Lee | Staff", Some("Ann Lee")),
            ("بقلم سلمى", Some("سلمى")),
            ("Parvati Rao", Some("Parvati Rao")),
            ("By: Ann Lee on 04-08-2021 5:11", Some("Ann Lee")),
            ("Posted on September 21, 2020 by Ann Lee", Some("Ann Lee")),
            ("Mar 6 Written By Ann Lee", Some("Ann Lee")),
            ("Ann Lee, 01.12.2021", Some("Ann Lee")),
            ("25.10.2022 - Ann Lee", Some("Ann Lee")),
            ("Ann Lee @annlee", Some("Ann Lee")),
            ("happyface313", Some("happyface313")),
            ("https://x.example/a", None),
            ("carnet-du-nord.fr", None),
            ("Zitoun Médias GmbH", None),
            ("Foto: Ann Lee", None),
            ("Por", None),
            ("admin", None),
            ("12/03/2024", None),
            ("", None),
        ] {
            assert_eq!(as_name(byline).as_deref(), name, "{byline}");
        }
    }
}
