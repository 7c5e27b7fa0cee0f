//! What a plan comes to, in a few lines for `vigie check`.

use super::{Plan, units::written};
use crate::model::Place;

/// At most so many names are listed.
const LISTED: usize = 8;

/// One line a fact, then a line `note: …` for each thing the user should know. Looks whether paths are there.
pub fn describe(plan: &Plan) -> Vec<String> {
    let crawl = &plan.crawl;
    let mut lines = vec![
        named(
            "brand",
            plan.brands.iter().map(|brand| match brand.aliases.len() {
                0 => brand.name.clone(),
                n => format!("{} (and {})", brand.name, counted(n, "alias")),
            }),
        ),
        named("source", plan.sources.iter().map(|source| format!("{} ({})", source.name, source.kind.word()))),
        match &plan.store {
            Some(store) => format!("store: {}", store.display()),
            None => "store: none, nothing is kept".into(),
        },
        format!("reports: {}", plan.reports.display()),
        format!("days: {}", plan.zone.iana_name().unwrap_or("a zone without a name")),
        format!(
            "crawl: {} at once to a host, {} between two, at most {} pages a source and {} a host",
            counted(crawl.per_host, "request"),
            written(crawl.pace),
            crawl.max_pages,
            written(crawl.budget),
        ),
    ];
    let empty = [("brand", plan.brands.is_empty()), ("source", plan.sources.is_empty())];
    lines.extend(empty.iter().filter(|(_, empty)| *empty).map(|(what, _)| format!("note: there is no {what}")));
    lines.extend(plan.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(plan.sources.iter().filter_map(|source| match &source.place {
        Place::Path(path) if !path.exists() => {
            Some(format!("note: source {:?}: there is nothing at {}", source.name, path.display()))
        }
        _ => None,
    }));
    lines
}

fn named(what: &str, names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let mut line = counted(count, what);
    let shown: Vec<String> = names.take(LISTED).collect();
    if !shown.is_empty() {
        line = format!("{line}: {}", shown.join(", "));
    }
    if count > LISTED {
        line.push_str(&format!(" and {} more", count - LISTED));
    }
    line
}

fn counted(n: usize, what: &str) -> String {
    let plural = if what.ends_with('s') { "es" } else { "s" };
    format!("{n} {what}{}", if n == 1 { "" } else { plural })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::parse;

    #[test]
    fn a_plan_is_told_in_a_few_lines() {
        let text = "[vigie]\ntimezone = 'UTC'\n[[brand]]\nname = 'Brise'\naliases = ['La Brise', 'BRSE']\nquery = 'x'\n\
                    [[source]]\npath = 'nowhere'\n[[source]]\nurl = 'http://u:hush@localhost:1/?token=hush'\n";
        let plan = parse(text, "vigie.toml", Path::new("/no/such/folder")).unwrap();
        let lines = describe(&plan);
        assert_eq!(
            lines,
            [
                "1 brand: Brise (and 2 aliases)",
                "2 sources: nowhere (file), localhost (auto)",
                "store: /no/such/folder/vigie.db",
                "reports: /no/such/folder/reports",
                "days: UTC",
                "crawl: 2 requests at once to a host, 1s between two, at most 500 pages a source and 10m a host",
                "note: brand \"Brise\": query has no effect yet",
                "note: source \"nowhere\": there is nothing at /no/such/folder/nowhere",
            ]
        );
    }

    #[test]
    fn an_empty_plan_says_so_and_long_lists_are_cut() {
        let lines = describe(&Plan::empty());
        assert!(lines.contains(&"0 brands".into()) && lines.contains(&"note: there is no source".into()));
        assert_eq!(named("brand", (0..10).map(|n| n.to_string())), "10 brands: 0, 1, 2, 3, 4, 5, 6, 7 and 2 more");
    }
}
