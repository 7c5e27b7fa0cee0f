//! What people read on stderr, in French and English.

use std::path::Path;

use crate::model::{Code, Incident, Language};
use crate::run::{Imported, Outcome};

/// A count with its noun, in the plural where the language has one for it.
fn count(language: Language, n: u64, one: &str, many: &str) -> String {
    let plural = match language {
        Language::French => n > 1,
        Language::English => n != 1,
    };
    format!("{n} {}", if plural { many } else { one })
}

pub fn sources(_: Language) -> &'static str {
    "sources"
}

pub fn documents(_: Language) -> &'static str {
    "documents"
}

pub fn pages(language: Language, n: u64) -> String {
    count(language, n, "page", "pages")
}

pub fn mentions(language: Language, n: u64) -> String {
    count(language, n, "mention", "mentions")
}

/// One incident on one line.
pub fn incident(incident: &Incident) -> String {
    let Incident { source, url, code, message } = incident;
    format!("{source}: {url}: {message} [{}]", code.word())
}

/// How a run went, in one line.
pub fn outcome(language: Language, outcome: &Outcome) -> String {
    let Outcome { sources, pages, new_documents, revised, new_mentions, .. } = outcome;
    let failed = sources.iter().filter(|visits| visits.failed()).count();
    let due = sources.iter().filter(|visits| visits.due()).count() as u64;
    let unchanged: u64 = sources.iter().map(|visits| u64::from(visits.unchanged)).sum();
    match language {
        Language::French => format!(
            "{} dont {failed} en échec · {} dont {unchanged} sans changement · {} · {} · {}",
            count(language, due, "source lue", "sources lues"),
            count(language, *pages, "page", "pages"),
            count(language, *new_documents, "document nouveau", "documents nouveaux"),
            count(language, *revised, "révisé", "révisés"),
            count(language, *new_mentions, "mention nouvelle", "mentions nouvelles"),
        ),
        Language::English => format!(
            "{} read, {failed} failed · {}, {unchanged} unchanged · {} · {revised} revised · {}",
            count(language, due, "source", "sources"),
            count(language, *pages, "page", "pages"),
            count(language, *new_documents, "new document", "new documents"),
            count(language, *new_mentions, "new mention", "new mentions"),
        ),
    }
}

/// The incidents of a run, summed up by code. `kept`: a store has them, too.
pub fn incidents(language: Language, outcome: &Outcome, kept: bool) -> Option<String> {
    if outcome.incidents.is_empty() {
        return None;
    }
    let each = outcome.incidents.iter().map(|(code, n)| format!("{n} × {}", meaning(language, *code)));
    let each = each.collect::<Vec<_>>().join(", ");
    Some(match (language, kept) {
        (Language::French, true) => {
            format!("incidents : {each} (-v dit chacun, `vigie sources` le dernier de chaque source)")
        }
        (Language::French, false) => format!("incidents : {each} (-v dit chacun)"),
        (Language::English, true) => {
            format!("incidents: {each} (-v tells each, `vigie sources` the last of each source)")
        }
        (Language::English, false) => format!("incidents: {each} (-v tells each)"),
    })
}

/// What a code means.
fn meaning(language: Language, code: Code) -> &'static str {
    let (fr, en) = match code {
        Code::Guarded => ("adresse interdite", "address not allowed"),
        Code::Robots => ("refus de robots.txt", "refused by robots.txt"),
        Code::Reserved => ("réservé par le site", "reserved by the site"),
        Code::Unreachable => ("injoignable", "unreachable"),
        Code::Timeout => ("délai dépassé", "timed out"),
        Code::TooLarge => ("trop volumineux", "too large"),
        Code::Status => ("réponse d'erreur", "error status"),
        Code::Redirect => ("redirection impossible", "bad redirect"),
        Code::RetryLater => ("à réessayer plus tard", "asked to come back later"),
        Code::Unreadable => ("illisible", "not readable"),
        Code::Walled => ("derrière un mur", "behind a wall"),
        Code::Partial => ("lu en partie", "read in part"),
        Code::TooDeep => ("imbrication excessive", "nested too deep"),
        Code::Budget => ("budget épuisé", "budget used up"),
        Code::Missed => ("éléments sans doute manqués", "items probably missed"),
        Code::Elsewhere => ("commentaires gardés ailleurs", "comments kept elsewhere"),
        Code::SetAside => ("source mise à part", "source set aside"),
        Code::Internal => ("faute interne", "internal fault"),
    };
    if language == Language::French { fr } else { en }
}

/// How an import went, in one line. `kept`: it went into a store.
pub fn imported(language: Language, imported: &Imported, kept: bool) -> String {
    let Imported { files, known_files, rows, bad, passed, documents, mentions: found, .. } = imported;
    let Imported { new_documents, new_mentions, revised, left_out, reserved, .. } = imported;
    let fr = language == Language::French;
    let mut parts = vec![count(
        language,
        *files,
        if fr { "fichier lu" } else { "file read" },
        if fr { "fichiers lus" } else { "files read" },
    )];
    let mut add = |n: u64, one: (&str, &str), many: (&str, &str)| {
        let (one, many) = if fr { (one.0, many.0) } else { (one.1, many.1) };
        parts.push(count(language, n, one, many));
    };
    if *known_files > 0 {
        add(
            *known_files,
            ("déjà lu (--again le relit)", "read before (--again reads it again)"),
            ("déjà lus (--again les relit)", "read before (--again reads them again)"),
        );
    }
    add(*rows, ("élément", "item"), ("éléments", "items"));
    for (n, one, many) in [
        (*bad, ("illisible", "not readable"), ("illisibles", "not readable")),
        (*passed, ("sans article", "without an article"), ("sans article", "without an article")),
        (
            *reserved,
            ("réservé par son site", "reserved by its site"),
            ("réservés par leur site", "reserved by their sites"),
        ),
        (*left_out, ("hors période", "out of the period"), ("hors période", "out of the period")),
    ] {
        if n > 0 {
            add(n, one, many);
        }
    }
    if kept {
        add(*new_documents, ("document nouveau", "new document"), ("documents nouveaux", "new documents"));
        if *revised > 0 {
            add(*revised, ("révisé", "revised"), ("révisés", "revised"));
        }
        add(*new_mentions, ("mention nouvelle", "new mention"), ("mentions nouvelles", "new mentions"));
    } else {
        add(*documents, ("document", "document"), ("documents", "documents"));
        add(*found, ("mention", "mention"), ("mentions", "mentions"));
    }
    parts.join(" · ")
}

/// Bad rows that were not told one by one.
pub fn more_bad(language: Language, n: u64) -> String {
    match language {
        Language::French => format!("… et {} (-v dit chacune)", count(language, n, "autre", "autres")),
        Language::English => format!("… and {n} more (-v tells each)"),
    }
}

/// Where the reports are.
pub fn reports(language: Language, folder: &Path) -> String {
    let folder = folder.display();
    match language {
        Language::French => format!("rapports : {folder}"),
        Language::English => format!("reports: {folder}"),
    }
}

/// Nothing new to report.
pub fn nothing_new(language: Language) -> &'static str {
    match language {
        Language::French => {
            "rien de nouveau depuis le dernier rapport ; il reste tel quel (--since choisit une période)"
        }
        Language::English => "nothing new since the last report; it stays as it is (--since selects a period)",
    }
}

/// Documents whose scores rest on an earlier configuration or version.
pub fn outdated(language: Language, n: u64) -> String {
    match language {
        Language::French => format!(
            "{} d'avant un changement de marques ou de version : `vigie score` {} à jour",
            count(language, n, "document noté", "documents notés"),
            if n > 1 { "les remet" } else { "le remet" }
        ),
        Language::English => format!(
            "{} scored before brands or version changed: `vigie score` brings {} up to date",
            count(language, n, "document was", "documents were"),
            if n == 1 { "it" } else { "them" }
        ),
    }
}

/// What `vigie score` did.
pub fn rescored(language: Language, n: u64, found: u64) -> String {
    let found = mentions(language, found);
    match language {
        Language::French => format!("{} · {found}", count(language, n, "document noté", "documents notés")),
        Language::English => format!("{} scored · {found}", count(language, n, "document", "documents")),
    }
}

/// Every source does well.
pub fn none_failing(language: Language) -> &'static str {
    match language {
        Language::French => "aucune source en échec",
        Language::English => "no source is failing",
    }
}
