//! The `vigie.toml` that `vigie init` writes: every key there is, with its default, in French or English.

use crate::model::Language;

/// The text of the template.
pub fn template(language: Language) -> &'static str {
    match language {
        Language::French => include_str!("template.fr.toml"),
        Language::English => include_str!("template.en.toml"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{
        config::{Plan, file::SHAPES, parse},
        crawl::Settings,
    };

    fn plan(text: &str) -> Plan {
        parse(text, "vigie.toml", Path::new("")).unwrap_or_else(|error| panic!("{error}"))
    }

    /// All of the settings that the file can change.
    fn manners(crawl: &Settings) -> impl PartialEq + std::fmt::Debug {
        let Settings { per_host, pace, timeout, max_body, max_pages, budget, .. } = *crawl;
        let (contact, open, proxy) = (crawl.contact.clone(), crawl.allow_address.clone(), crawl.proxy.clone());
        (per_host, pace, timeout, max_body, max_pages, budget, contact, open, proxy)
    }

    /// The template with every commented key put into force.
    fn in_force(text: &str) -> String {
        let key = |line: &str| SHAPES.iter().any(|s| s.keys.iter().any(|k| line.starts_with(&format!("# {k} = "))));
        text.lines().map(|line| if key(line) { &line[2..] } else { line }).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn templates_are_valid_and_speak_their_language() {
        for language in Language::ALL {
            let plan = plan(template(language));
            assert_eq!(plan.language, language);
            assert_eq!(plan.brands[0].name, "Atlas Télécom");
            assert_eq!(plan.sources.get(0).name, "forum.example");
            assert!(plan.notes.is_empty(), "{:?}", plan.notes);
        }
    }

    #[test]
    fn what_is_commented_out_is_the_default() {
        for language in Language::ALL {
            let (short, full) = (plan(template(language)), plan(&in_force(template(language))));
            assert_eq!(manners(&short.crawl), manners(&full.crawl));
            assert_eq!((short.store, short.reports, short.notes), (full.store, full.reports, full.notes));
            assert_eq!(short.sources.get(0).place, full.sources.get(0).place);
            assert_eq!(short.sources.get(0).kind, full.sources.get(0).kind);
            assert_eq!(full.zone.iana_name(), Some("Africa/Casablanca"));
        }
    }

    #[test]
    fn templates_hold_every_key_and_the_manual_explains_each() {
        let manual = include_str!("../../docs/config.md");
        for shape in SHAPES {
            for key in shape.keys {
                for language in Language::ALL {
                    assert!(template(language).contains(&format!("{key} = ")), "{key}");
                }
                let section = manual.split("\n## ").find(|part| part.starts_with(&format!("`{}`", shape.shown)));
                assert!(section.is_some_and(|part| part.contains(&format!("\n### `{key}`"))), "{key}");
            }
        }
    }
}
