//! What arguments say: a plan without a file, or changes to the plan of one.

use std::path::Path;

use super::{
    entrance::Given,
    fault::{Problem, quoted},
    places::{self, Names},
    plan::{Plan, about, too_long, too_long_problem},
};
use crate::{
    error::{Error, Result},
    model::{Brand, Place, Source, SourceKind, Sources},
    text::fold::fold,
};

/// Brands, sources and permissions given as arguments.
#[derive(Debug, Clone, Default)]
pub struct AdHoc {
    /// Beside a file, any replace all of its brands.
    pub brands: Vec<Brand>,
    /// Addresses and paths; beside a file, any replace all of its sources.
    pub sources: Vec<String>,
    /// Beside a file, instead of its contact.
    pub contact: Option<String>,
    /// `host:port`; beside a file, added to its own.
    pub allow_address: Vec<String>,
}

impl AdHoc {
    /// The plan without a file: defaults for the rest, no store. The error holds every argument that is wrong.
    pub fn plan(&self) -> Result<Plan> {
        let mut plan = Plan::empty();
        self.change(&mut plan)?;
        contact_given(&plan)?;
        Ok(plan)
    }

    /// Changes `plan` to what the arguments say; the error holds every argument that is wrong.
    pub(super) fn change(&self, plan: &mut Plan) -> Result<()> {
        let mut wrong = Vec::new();
        if !self.brands.is_empty() {
            check_brands(&self.brands, &mut wrong);
            plan.notes.retain(|note| !note.starts_with("brand "));
            plan.notes.extend(about(&self.brands));
            plan.brands.clone_from(&self.brands);
        }
        if !self.sources.is_empty() {
            plan.notes.retain(|note| !note.starts_with("source "));
            plan.sources = sources(&self.sources, plan, &mut wrong);
        }
        if let Some(contact) = &self.contact {
            match places::contact(contact) {
                Ok(contact) => plan.crawl.contact = Some(contact),
                Err(problem) => wrong.push(named("--contact", problem)),
            }
        }
        for address in &self.allow_address {
            match places::host_port(address) {
                Ok(address) if plan.crawl.allow_address.contains(&address) => {}
                Ok(address) => plan.crawl.allow_address.push(address),
                Err(problem) => wrong.push(named("--allow-address", problem)),
            }
        }
        told(wrong)
    }
}

fn contact_given(plan: &Plan) -> Result<()> {
    if !plan.lacks_contact() {
        return Ok(());
    }
    Err(Error::usage("a contact is required to read anything but files and loopback addresses")
        .hint("give --contact with a web page or an e-mail address; it goes into the User-Agent"))
}

fn named(what: &str, problem: Problem) -> Problem {
    Problem { what: format!("{what} {}", problem.what), hint: problem.hint }
}

fn check_brands(brands: &[Brand], wrong: &mut Vec<Problem>) {
    for (index, brand) in brands.iter().enumerate() {
        let name = quoted(&brand.name);
        if brand.name.trim().is_empty() {
            wrong.push(Problem::new("--brand must not be empty"));
        } else if brand.forms().any(too_long) {
            wrong.push(too_long_problem(&brand.name));
        } else if brand.aliases.iter().any(|alias| alias.trim().is_empty()) {
            wrong.push(Problem::new(format!("an alias of {name} is empty")));
        } else if brands[..index].iter().any(|other| fold(&other.name) == fold(&brand.name)) {
            let problem = Problem::new(format!("brand {name} is given twice"));
            wrong.push(problem.hint("give --brand once, and its --alias forms after it"));
        }
    }
}

fn sources(arguments: &[String], plan: &Plan, wrong: &mut Vec<Problem>) -> Sources {
    let mut names = Names::default();
    let mut sources = Sources::default();
    sources.set_zone(plan.zone.clone());
    for argument in arguments {
        let (place, kind, named) = match place(argument) {
            Ok(found) => found,
            Err(problem) => {
                wrong.push(named(&format!("source {}", places::shown_argument(argument)), problem));
                continue;
            }
        };
        let name = names.find(&named);
        sources.push(Source { name, kind, place, ..Source::of_file() });
    }
    sources
}

/// An address has a scheme; all else is a path, which must be there. The place that is asked, and the one that names it.
fn place(argument: &str) -> std::result::Result<(Place, SourceKind, Place), Problem> {
    let path = Path::new(argument);
    if argument.contains("://") && !path.exists() {
        let url = String::from(places::address(argument)?);
        let named = url.clone();
        let planned = Given::plain(url).plan().map_err(|refused| Problem::new(refused.what).hint(refused.hint))?;
        return Ok((Place::Url(planned.url), planned.kind, Place::Url(planned.named.unwrap_or(named))));
    }
    match path.try_exists() {
        Ok(true) => Ok((Place::Path(path.to_owned()), SourceKind::File, Place::Path(path.to_owned()))),
        Ok(false) => Err(Problem::new("is neither an http or https address nor an existing path")
            .hint("write addresses whole: https://forum.example/")),
        Err(error) => Err(Problem::new(format!("cannot be read: {error}"))),
    }
}

/// All that is wrong as one error: a single hint beside it, several below their lines.
fn told(mut wrong: Vec<Problem>) -> Result<()> {
    match wrong.len() {
        0 => Ok(()),
        1 => {
            let Problem { what, hint } = wrong.remove(0);
            Err(Error { hint, ..Error::usage(what) })
        }
        _ => {
            let lines = wrong.into_iter().map(|Problem { what, hint }| match hint {
                Some(hint) => format!("{what}\n  hint: {hint}"),
                None => what,
            });
            Err(Error::usage(lines.collect::<Vec<_>>().join("\n")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    fn given(sources: &[&str]) -> AdHoc {
        AdHoc { sources: sources.iter().map(|s| s.to_string()).collect(), ..AdHoc::default() }
    }

    fn brand(name: &str, aliases: &[&str]) -> Brand {
        Brand { name: name.into(), aliases: aliases.iter().map(|a| a.to_string()).collect(), ..Brand::default() }
    }

    #[test]
    fn arguments_alone_make_a_plan_that_keeps_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let mut given = given(&["http://127.0.0.1:8101/feed", path]);
        given.brands = vec![brand("Brise", &["La Brise"])];
        given.allow_address = vec!["127.0.0.1:8101".into(), "127.0.0.1:8101".into()];
        let plan = given.plan().unwrap();
        assert!(plan.store.is_none());
        assert_eq!(plan.sources.get(0).kind, SourceKind::Auto);
        assert_eq!(plan.sources.get(0).name, "127.0.0.1");
        assert_eq!(plan.sources.get(1).kind, SourceKind::File);
        assert_eq!(plan.sources.get(1).place, Place::Path(path.into()));
        assert_eq!(plan.crawl.allow_address, ["127.0.0.1:8101"]);
    }

    #[test]
    fn every_wrong_argument_is_told_at_once() {
        let mut given = given(&["forum.example", "ftp://a.example/", "https://u:hush@b.example\\x"]);
        given.brands = vec![brand(" ", &[]), brand("Brise", &[""]), brand("Étale", &[]), brand("etale", &[])];
        given.contact = Some("a\nb".into());
        given.allow_address = vec!["nowhere".into()];
        let error = given.plan().unwrap_err();
        assert_eq!(error.exit.code(), 2);
        for part in [
            "--brand must not be empty",
            "an alias of \"Brise\" is empty",
            "brand \"etale\" is given twice",
            "source \"forum.example\" is neither",
            "source \"ftp://a.example/\" must be http or https, not \"ftp\"",
            "must not hold a backslash",
            "--contact must be plain ASCII",
            "--allow-address must be host:port, not \"nowhere\"",
        ] {
            assert!(error.message.contains(part), "{part}: {}", error.message);
        }
        assert!(!error.message.contains("hush"), "{}", error.message);
    }

    #[test]
    fn strangers_need_a_contact_and_one_fault_has_its_hint_beside_it() {
        let mut given = given(&["https://forum.example/"]);
        let error = given.plan().unwrap_err();
        assert!(error.hint.unwrap().contains("--contact"));
        given.contact = Some("veille@agence.example".into());
        assert_eq!(given.plan().unwrap().crawl.contact.as_deref(), Some("veille@agence.example"));
        assert!(self::given(&["no-such-file"]).plan().unwrap_err().hint.is_some());
    }

    #[test]
    fn sources_as_arguments_replace_those_of_the_file_and_nothing_else() {
        let text = "[vigie]\ntimezone = 'Africa/Casablanca'\n[[brand]]\nname = 'Brise'\nquery = 'x'\n\
                    [[source]]\npath = 'archive'\nfull_text = true\n";
        let mut plan = parse(text, "vigie.toml", Path::new("/base")).unwrap();
        assert_eq!(plan.notes.len(), 2);
        given(&["http://localhost:1/"]).change(&mut plan).unwrap();
        assert_eq!(plan.sources.len(), 1);
        assert_eq!(plan.sources.get(0).timezone.iana_name(), Some("Africa/Casablanca"));
        assert_eq!(plan.notes, ["brand \"Brise\": query has no effect yet"]);
        assert_eq!((plan.brands.len(), plan.store.is_some()), (1, true));
        given(&["https://forum.example/"]).change(&mut plan).unwrap();
        assert!(plan.lacks_contact());
    }
}
