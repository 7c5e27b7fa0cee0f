//! What was discovered, as pieces of a configuration with what was seen in comments.

use jiff::Timestamp;

use crate::config::written;
use crate::model::Language;
use crate::report::visible;
use crate::run::{Candidate, Discovered, Given, Sample};
use crate::text::plain;

/// Candidates that are shown beside the best; the rest is in JSON.
const OTHERS: usize = 6;

/// One address: the best source to paste, the others as comments.
pub fn toml(found: &Discovered, language: Language) -> String {
    let mut out = String::new();
    let software = found.software.as_deref().map(|software| format!(" · {software}")).unwrap_or_default();
    note(&mut out, &format!("{}{software}", found.url));
    if let Some(title) = &found.title {
        note(&mut out, title);
    }
    for trouble in &found.incidents {
        note(&mut out, &format!("{}: {} [{}]", trouble.url, trouble.message, trouble.code.word()));
    }
    for sitemap in &found.sitemaps {
        let (pages, maps) = (sitemap.pages, sitemap.sitemaps);
        let what = match (pages, language) {
            (0, Language::French) => format!("qui mène à {maps} autres"),
            (0, Language::English) => format!("which leads to {maps} more"),
            _ => format!("{pages} pages"),
        };
        let name = language.pick("plan de site", "sitemap");
        note(&mut out, &format!("{name} {}{}{what}", sitemap.url, colon(language)));
    }
    for api in &found.apis {
        let what = language.pick("liste pour programmes (pas une source)", "list for programs (no source)");
        note(&mut out, &format!("{what} {}{}{}", api.url, colon(language), sample(&api.sample, language)));
    }
    if found.sources.is_empty() {
        let nothing = language.pick("rien ici qui puisse être une source", "nothing here that could be a source");
        note(&mut out, nothing);
        return out;
    }
    for (at, candidate) in found.sources.iter().take(1 + OTHERS).enumerate() {
        if at > 0 {
            out.push('\n');
        }
        about(&mut out, candidate, language);
        let block = written::source(&candidate.url, candidate.kind);
        if candidate.recommended {
            out.push_str(&block);
        } else {
            block.lines().for_each(|line| note(&mut out, line));
        }
    }
    out
}

fn about(out: &mut String, candidate: &Candidate, language: Language) {
    let fr_en = |french, english| language.pick(french, english);
    let turn = if candidate.recommended { fr_en("conseillé", "recommended") } else { fr_en("autre", "other") };
    let what = match (candidate.kind, candidate.comments_only) {
        ("feed", true) => fr_en("flux de commentaires", "feed of comments"),
        ("feed", false) => fr_en("flux", "feed"),
        ("forum", _) => fr_en("forum, tous ses messages", "forum, every post"),
        ("blog", _) => fr_en("blog ou presse, articles et commentaires", "blog or news site, articles and comments"),
        ("page", _) => fr_en("cette page seule", "this page alone"),
        (kind, _) => kind,
    };
    let given = match candidate.given {
        Given::Guessed => fr_en(" (adresse devinée)", " (address guessed)"),
        Given::Asked | Given::Named => "",
    };
    let title = candidate.title.as_deref().map(|title| format!(" « {title} »")).unwrap_or_default();
    note(out, &format!("{turn}{}{what}{given}{title}", colon(language)));
    let counts = [
        (candidate.boards, "rubriques", "boards"),
        (candidate.topics, "sujets listés", "topics listed"),
        (candidate.posts, "messages sur le premier sujet", "posts on the first topic"),
        (candidate.articles, "articles en page d’accueil", "articles on the front page"),
        (candidate.comments, "commentaires sur l’article regardé", "comments on the article looked at"),
    ];
    let counts = counts.iter().filter(|(count, ..)| *count > 0);
    let mut facts: Vec<String> =
        counts.map(|(count, fr, en)| format!("{}{}{count}", fr_en(*fr, *en), colon(language))).collect();
    facts.push(sample(&candidate.sample, language));
    note(out, &facts.join(", "));
    if let Some(example) = &candidate.sample.example {
        note(out, &format!("{}{}{example}", fr_en("exemple", "example"), colon(language)));
    }
}

/// What a page gave, in one line.
fn sample(sample: &Sample, language: Language) -> String {
    let fr_en = |french, english| language.pick(french, english);
    let mut facts = vec![format!("{}{}{}", fr_en("éléments vus", "items seen"), colon(language), sample.documents)];
    let day = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
    if let Some(newest) = sample.newest {
        facts.push(format!("{} {}", fr_en("le plus récent du", "the newest of"), day(newest)));
    }
    if let Some(rate) = sample.per_day {
        facts.push(format!("≈ {} {}", rate, fr_en("par jour", "a day")));
    }
    if let Some(share) = (100 * sample.undated).checked_div(sample.documents) {
        facts.push(format!("{share} % {}", fr_en("sans date", "undated")));
    }
    facts.extend(sample.language.as_deref().map(|tag| format!("{} {tag}", fr_en("langue", "language"))));
    facts.join(", ")
}

fn colon(language: Language) -> &'static str {
    language.pick(" : ", ": ")
}

/// A line of comment: whatever a stranger wrote stays in it.
fn note(out: &mut String, text: &str) {
    let line = plain::line(text);
    out.push_str("# ");
    out.push_str(visible(&line).trim_end());
    out.push('\n');
}
