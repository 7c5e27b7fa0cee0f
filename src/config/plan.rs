//! What the program needs: the plan that a file or arguments come to, every default filled in.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
};

use jiff::{Span, tz::TimeZone};

use super::{
    fault::{Faults, Problem, quoted},
    file::{BrandTable, CrawlTable, File},
    listing::Listing,
    places,
};
use crate::{
    crawl,
    model::{Brand, Language, Sources},
    source::network,
    text::fold::fold,
};

/// All that a run needs to know before it starts.
pub struct Plan {
    pub brands: Vec<Brand>,
    pub sources: Sources,
    /// `None`: nothing is kept.
    pub store: Option<PathBuf>,
    /// The folder of the reports.
    pub reports: PathBuf,
    /// What a day is, in every figure.
    pub zone: TimeZone,
    pub language: Language,
    /// How the web is read. Clock and threads are the run's to set.
    pub crawl: crawl::Settings,
    /// How long texts are kept, so that nothing older is asked for; `None`: for ever.
    pub retention: Option<Span>,
    /// What the user should know: keys without effect yet, forms shared by brands.
    pub notes: Vec<String>,
}

impl fmt::Debug for Plan {
    /// Names only: addresses may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("brands", &self.brands.iter().map(|brand| &brand.name).collect::<Vec<_>>())
            .field("sources", &self.sources.iter().map(|source| source.name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Plan {
    /// The plan of nothing: every default, no brand, no source, no store.
    pub(super) fn empty() -> Plan {
        Plan {
            brands: Vec::new(),
            sources: Sources::default(),
            store: None,
            reports: "reports".into(),
            zone: TimeZone::try_system().unwrap_or(TimeZone::UTC),
            language: Language::default(),
            crawl: crawl::Settings::default(),
            retention: Some(Span::new().months(13)),
            notes: Vec::new(),
        }
    }

    /// Whether strangers' sites would be read without a way for them to answer.
    pub(super) fn lacks_contact(&self) -> bool {
        self.crawl.contact.is_none() && self.sources.iter().any(|source| places::needs_contact(&source.place))
    }
}

pub(super) fn plan(file: File, listing: Listing<'_>, folder: &Path, faults: &mut Faults) -> Plan {
    let mut plan = Plan::empty();
    if let Some(zone) = file.vigie.timezone {
        plan.zone = zone;
    }
    plan.language = file.vigie.language.unwrap_or_default();
    plan.store = Some(folder.join(file.vigie.store.as_deref().unwrap_or("vigie.db")));
    plan.reports = folder.join(file.vigie.reports.as_deref().unwrap_or("reports"));
    plan.crawl = settings(file.crawl, file.vigie.contact);
    plan.brands = brands(file.brands, &mut plan.notes, faults);
    plan.sources = listing.finish(&plan.zone, &mut plan.notes);
    plan.retention = file.privacy.retention.unwrap_or(plan.retention);
    plan.notes.extend(file.privacy.set.iter().map(|key| match *key {
        "retention" => {
            String::from("privacy: retention bounds what is asked for; nothing that is stored is deleted yet")
        }
        key => format!("privacy: {key} has no effect yet"),
    }));
    plan
}

fn settings(table: CrawlTable, contact: Option<String>) -> crawl::Settings {
    let default = crawl::Settings::default();
    crawl::Settings {
        contact,
        per_host: table.per_host.and_then(|n| n.try_into().ok()).unwrap_or(default.per_host),
        pace: table.pace.unwrap_or(default.pace),
        paces: network::paces(),
        timeout: table.timeout.unwrap_or(default.timeout),
        max_body: table.max_body.unwrap_or(default.max_body),
        max_pages: table.max_pages.unwrap_or(default.max_pages),
        budget: table.budget.unwrap_or(default.budget),
        allow_address: table.allow_address,
        proxy: table.proxy.map(String::from),
        ..default
    }
}

fn brands(tables: Vec<BrandTable>, notes: &mut Vec<String>, faults: &mut Faults) -> Vec<Brand> {
    let mut names = HashMap::new();
    let mut brands = Vec::with_capacity(tables.len());
    for table in tables {
        let name = table.name.value;
        if let Some(first) = names.insert(fold(&name), name.clone()) {
            let what = format!("a second brand named {}", quoted(&name));
            let hint = format!("the first is {}; a brand's other forms are its aliases", quoted(&first));
            faults.wrong(table.name.at, Problem::new(what).hint(hint));
        }
        for (key, set) in [("query", !table.query.is_empty()), ("official", !table.official.is_empty())] {
            if set {
                notes.push(idle("brand", &name, key));
            }
        }
        if std::iter::once(&name).chain(&table.aliases).chain(&table.exclude).any(|form| too_long(form)) {
            faults.wrong(table.name.at, too_long_problem(&name));
        }
        let mut aliases: Vec<String> = Vec::with_capacity(table.aliases.len());
        for alias in table.aliases {
            if alias != name && !aliases.contains(&alias) {
                aliases.push(alias);
            }
        }
        brands.push(Brand { name, aliases, exclude: table.exclude, context: table.context, group: table.group });
    }
    notes.extend(about(&brands));
    brands
}

/// Characters of a name: more is no name, and looking for it would cost.
const LONGEST_NAME: usize = 200;

pub(super) fn too_long(form: &str) -> bool {
    form.chars().count() > LONGEST_NAME
}

pub(super) fn too_long_problem(name: &str) -> Problem {
    let name: String = name.chars().take(40).collect();
    Problem::new(format!("a form of brand {} is longer than {LONGEST_NAME} characters", quoted(&name)))
        .hint("names and aliases are short; give each form of its own")
}

/// What is remarkable about brands, wherever they come from.
pub(super) fn about(brands: &[Brand]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut owners: HashMap<String, usize> = HashMap::new();
    for (index, brand) in brands.iter().enumerate() {
        if !brand.context.is_empty() {
            notes.push(idle("brand", &brand.name, "context"));
        }
        for form in brand.forms() {
            let owner = *owners.entry(fold(form)).or_insert(index);
            if owner != index {
                let (form, first, second) = (quoted(form), quoted(&brands[owner].name), quoted(&brand.name));
                notes.push(format!("{form} names two brands, {first} and {second}"));
            }
        }
    }
    notes
}

pub(super) fn idle(what: &str, name: &str, key: &str) -> String {
    format!("{what} {}: {key} has no effect yet", quoted(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;
    use crate::model::{Place, SourceKind};

    fn planned(text: &str) -> Plan {
        parse(text, "vigie.toml", Path::new("/base")).unwrap_or_else(|error| panic!("{error}"))
    }

    fn wrong(text: &str) -> String {
        parse(text, "vigie.toml", Path::new("/base")).unwrap_err().message
    }

    #[test]
    fn an_empty_file_is_all_defaults() {
        let plan = planned("");
        assert!(plan.brands.is_empty() && plan.sources.is_empty() && plan.notes.is_empty());
        assert_eq!(plan.crawl.max_pages, crawl::Settings::default().max_pages);
        assert!(plan.crawl.contact.is_none() && plan.crawl.proxy.is_none());
        assert_eq!(plan.store.as_deref(), Some(Path::new("/base/vigie.db")));
        assert_eq!(plan.reports, Path::new("/base/reports"));
    }

    #[test]
    fn paths_count_from_the_files_folder_and_zones_from_vigies() {
        let plan = planned(
            "[vigie]\ntimezone = 'Africa/Casablanca'\nstore = '/var/v.db'\n[[source]]\npath = 'archive/'\n\
             [[source]]\nurl = 'http://localhost/'\ntimezone = 'Europe/Paris'\naudience = 5000\n",
        );
        assert_eq!(plan.store.as_deref(), Some(Path::new("/var/v.db")));
        assert_eq!(plan.sources.get(0).place, Place::Path("/base/archive/".into()));
        assert_eq!((plan.sources.get(0).kind, plan.sources.name(0)), (SourceKind::File, "archive"));
        assert_eq!(plan.sources.get(0).timezone.iana_name(), Some("Africa/Casablanca"));
        assert_eq!(plan.sources.get(1).timezone.iana_name(), Some("Europe/Paris"));
        assert_eq!(plan.sources.get(1).audience, Some(5000));
        assert_eq!([0, 1].map(|at: usize| plan.sources.get(at).timezone_is_said), [false, true]);
    }

    #[test]
    fn a_name_given_twice_is_a_fault_and_a_default_never_takes_one() {
        let source = |url: &str, name: &str| format!("[[source]]\nurl = 'http://localhost/{url}'\nname = '{name}'\n");
        let text = source("", "") + &source("b", "") + &source("c", "localhost");
        let names: Vec<String> = planned(&text).sources.iter().map(|source| source.name).collect();
        assert_eq!(names, ["localhost (2)", "localhost/b", "localhost"]);
        let text = source("a", "Presse") + &source("b", "Presse");
        assert!(wrong(&text).starts_with("vigie.toml:6:8: a second source named \"Presse\""));
        let text = "[[brand]]\nname = 'Étale'\n[[brand]]\nname = 'etale'\n";
        assert!(
            wrong(text).starts_with("vigie.toml:4:8: a second brand named \"etale\"\n  hint: the first is \"Étale\"")
        );
    }

    #[test]
    fn what_a_site_reserves_is_read_only_with_a_reason_and_that_is_said() {
        let source = "[[source]]\nurl = 'http://localhost/'\nignore = ['robots']\n";
        assert!(wrong(source).starts_with("vigie.toml:1:1: ignore needs a reason"));
        let plan = planned(&format!("{source}reason = 'accord écrit du 3 mai'\n"));
        let exempt = plan.sources.get(0).exempt.unwrap();
        assert_eq!(
            (exempt.robots, exempt.reservations, exempt.reason.as_str()),
            (true, false, "accord écrit du 3 mai")
        );
        assert_eq!(plan.notes, ["source \"localhost\": reads what the site reserves: accord écrit du 3 mai"]);
        assert!(planned("[[source]]\nurl = 'http://localhost/'\nreason = 'x'\n").sources.get(0).exempt.is_none());
    }

    #[test]
    fn a_form_of_two_brands_is_a_note_and_repeated_aliases_are_dropped() {
        let text = "[[brand]]\nname = 'Brise'\naliases = ['BRS', 'Brise', 'BRS']\n[[brand]]\nname = 'Bruse'\naliases = ['brs']\n";
        let plan = planned(text);
        assert_eq!(plan.brands[0].aliases, ["BRS"]);
        assert_eq!(plan.notes, ["\"brs\" names two brands, \"Brise\" and \"Bruse\""]);
    }

    #[test]
    fn keys_without_effect_yet_are_noted_only_where_they_were_set() {
        let text = "[[brand]]\nname = 'Brise'\nquery = 'brise AND mer'\ncontext = ['mer']\nofficial = ['@brise']\n\
                    [[source]]\nurl = 'http://localhost/'\nkind = 'forum'\nfull_text = true\n\
                    [privacy]\ntext = 'excerpt'\nauthors = 'drop'\nretention = ''\n";
        let plan = planned(text);
        assert_eq!(
            plan.notes,
            [
                "brand \"Brise\": query has no effect yet",
                "brand \"Brise\": official has no effect yet",
                "brand \"Brise\": context has no effect yet",
                "source \"localhost\": full_text has no effect yet",
                "privacy: text has no effect yet",
                "privacy: authors has no effect yet",
                "privacy: retention bounds what is asked for; nothing that is stored is deleted yet",
            ]
        );
        assert_eq!(plan.sources.get(0).kind, SourceKind::Forum);
        let idle = "[crawl]\nmax_pages = 500\n[[brand]]\nname = 'Brise'\nquery = ''\ncontext = []\n\
                    [privacy]\nretention = '13 months'\nauthors = 'keep'\n";
        assert!(planned(idle).notes.is_empty());
    }
}
