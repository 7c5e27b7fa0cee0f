//! What a page is called: the heading that its readers see, where the page names it elsewhere too; else what it states.

use super::jsonld::Stated;
use super::outline::{Finds, What};
use crate::text::plain;

/// Characters of a title that are kept.
const MAX_TITLE: usize = 1_000;
/// Signs between a title and its site.
const BORDERS: [&str; 10] = [" | ", " - ", " – ", " — ", " · ", " » ", " :: ", " • ", " / ", " : "];

/// The title of a page of the site of that name.
pub fn title(finds: &Finds<'_>, stated: &Stated, site: Option<&str>) -> Option<String> {
    let whole = finds.first(What::Title);
    let headings = finds.each(|what| what == What::Heading1).filter(|h| h.chars().count() > 2).take(9);
    let (logos, headings): (Vec<String>, Vec<String>) =
        headings.partition(|heading| is_logo(heading, whole.as_deref(), finds, site));
    let site = site.or(logos.first().map(String::as_str));
    let named = finds.meta(&["og:title"]);
    let sources = [whole.as_deref(), named.as_deref(), stated.headline.as_deref()];
    // A heading that the page repeats to programs is what its readers see as the title.
    let repeated = headings
        .iter()
        .map(|heading| (sources.iter().flatten().map(|source| likeness(heading, source)).max().unwrap_or(0), heading))
        .filter(|(likeness, _)| *likeness > 0)
        .max_by_key(|(likeness, heading)| (*likeness, heading.len()));
    let title = repeated
        .map(|(_, heading)| heading.clone())
        .or_else(|| named.or_else(|| stated.headline.clone()).map(|title| without_site(&title, site, false)))
        .or_else(|| finds.props("headline").next())
        .or_else(|| (headings.len() == 1).then(|| headings[0].clone()))
        .or_else(|| finds.meta(&["citation_title", "dc.title", "dcterms.title", "twitter:title", "title"]))
        .or_else(|| whole.map(|title| without_site(&title, site, true)))
        .or_else(|| headings.into_iter().next())?;
    Some(title.chars().take(MAX_TITLE).collect())
}

/// Whether a heading is the site's name: the page says so, or its title ends in it after what another heading says.
fn is_logo(heading: &str, whole: Option<&str>, finds: &Finds<'_>, site: Option<&str>) -> bool {
    if site.is_some_and(|site| site.eq_ignore_ascii_case(heading)) {
        return true;
    }
    let Some(before) = whole.and_then(|whole| whole.trim_end().strip_suffix(heading)) else { return false };
    let Some(before) = BORDERS.iter().find_map(|border| before.strip_suffix(border)) else { return false };
    let before = before.trim();
    let words = |text: &str| text.split_whitespace().count();
    let others = [What::Heading1, What::Heading2].map(|what| finds.each(move |found| found == what).take(40));
    let repeated = others.into_iter().flatten().any(|other| other == before);
    !before.is_empty() && site.is_none_or(|site| site != before) && (repeated || words(before) > words(heading))
}

/// How far a heading is the same title as `source`, in hundredths; 0 where it is another, or only a word of it.
fn likeness(heading: &str, source: &str) -> usize {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.take(60).map(str::to_lowercase).collect()
    };
    let (own, said) = (words(heading), words(source));
    let shared = own.iter().filter(|word| said.contains(word)).count();
    let least = own.len().min(said.len()).max(1);
    let contained = heading.chars().count() > 8 && source.contains(heading);
    let alike = shared * 2 >= least && (own.len() >= 3 || own.len() * 2 > said.len());
    if contained || alike { 100 * shared / least } else { 0 }
}

/// A title without the site's name at its end or beginning; with `guess`, without a short last part that may be one.
fn without_site(title: &str, site: Option<&str>, guess: bool) -> String {
    let title = plain::cut(title, MAX_TITLE);
    let last = BORDERS.iter().filter_map(|border| title.rfind(border).map(|at| (at, at + border.len()))).max();
    if let Some((end, start)) = last {
        let (head, tail) = (title[..end].trim(), title[start..].trim());
        let is_site =
            site.is_some_and(|site| tail.eq_ignore_ascii_case(site) || tail.contains(site) || site.contains(tail));
        if is_site && !head.is_empty() {
            return without_site(head, site, guess);
        }
        let words = |text: &str| text.split_whitespace().count();
        if guess && words(tail) <= 4 && words(head) > words(tail) {
            return String::from(head);
        }
    }
    let first = BORDERS.iter().filter_map(|border| title.find(border).map(|at| (at, at + border.len()))).min();
    match first {
        Some((end, start)) if site.is_some_and(|site| title[..end].trim().eq_ignore_ascii_case(site)) => {
            String::from(title[start..].trim())
        }
        _ => String::from(title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::article::outline::Find;

    #[test]
    fn sites_leave_titles() {
        assert_eq!(without_site("Une panne | Le Carnet", Some("Le Carnet"), false), "Une panne");
        assert_eq!(without_site("Le Carnet - Une panne", Some("Le Carnet"), false), "Une panne");
        assert_eq!(without_site("Une panne - et après", Some("Le Carnet"), false), "Une panne - et après");
        assert_eq!(without_site("Tout sur la panne de lundi – Carnet", None, true), "Tout sur la panne de lundi");
    }

    fn of(finds: &[(What<'_>, &str)]) -> Option<String> {
        let find = |(what, value): &(What<'_>, &'static str)| -> Find<'static> {
            let what = match what {
                What::Heading1 => What::Heading1,
                What::Heading2 => What::Heading2,
                What::Title => What::Title,
                _ => What::Meta("og:title"),
            };
            Find { what, value: (*value).into(), in_comments: false, beside_link: false }
        };
        let finds: Vec<Find<'_>> = finds
            .iter()
            .map(|(what, value)| find(&(*what, Box::leak(String::from(*value).into_boxed_str()))))
            .collect();
        title(&Finds { all: &finds }, &Stated::default(), None)
    }

    #[test]
    fn the_heading_that_readers_see_is_the_title_where_it_is_the_same_one() {
        use What::{Heading1, Heading2, Meta, Title};
        let og = Meta("og:title");
        for (finds, title) in [
            (
                &[(Heading1, "Six bonnes box pour tout le monde"), (og, "Les bonnes box pour le monde")][..],
                "Six bonnes box pour tout le monde",
            ),
            (&[(Heading1, "Sport"), (og, "Sport : Zitoun gagne à Rabat")], "Sport : Zitoun gagne à Rabat"),
            (&[(Title, "Une tarte | Le four"), (Heading1, "Le four"), (Heading2, "Une tarte")], "Une tarte"),
            (&[(Title, "Le four - Une tarte aux pommes"), (Heading1, "Une tarte aux pommes")], "Une tarte aux pommes"),
            (
                &[(Title, "La tarte aux pommes et à la crème - Le four"), (Heading1, "Le four")],
                "La tarte aux pommes et à la crème",
            ),
        ] {
            assert_eq!(of(finds).as_deref(), Some(title));
        }
    }
}
