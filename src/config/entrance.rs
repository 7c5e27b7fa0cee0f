//! What is asked of a network in place of the address or words that a user wrote.

use super::{
    fault::{Faults, Problem},
    read::Said,
};
use crate::{
    model::SourceKind,
    source::network::{self, Refused},
};

/// What a user wrote of a source that is no path.
pub(super) struct Given {
    pub url: Option<String>,
    pub kind: Option<Said<SourceKind>>,
    pub query: Option<Said<String>>,
    pub token: Option<Said<String>>,
}

/// What comes of it.
pub(super) struct Planned {
    pub url: String,
    pub kind: SourceKind,
    /// What the source is named after, where that is not the address that is asked.
    pub named: Option<String>,
    /// What the user should know.
    pub note: Option<String>,
}

impl Given {
    /// An address and its kind, as they are.
    pub fn plain(url: String) -> Given {
        Given { url: Some(url), kind: None, query: None, token: None }
    }

    /// What to ask; `None` where that is a fault, which is told.
    pub fn planned(self, at: usize, faults: &mut Faults) -> Option<Planned> {
        let at = self.kind.as_ref().map_or(at, |said| said.at);
        match self.plan() {
            Ok(planned) => Some(planned),
            Err(refused) => {
                faults.wrong(at, Problem::new(refused.what).hint(refused.hint));
                None
            }
        }
    }

    /// What to ask.
    pub fn plan(self) -> Result<Planned, Refused> {
        let kind = self.kind.map_or(SourceKind::Auto, |said| said.value);
        let (token, unset) = match self.token.as_ref().map(|said| said.value.as_str()) {
            Some(said) => match said.strip_prefix("env:") {
                Some(name) => (std::env::var(name).ok().filter(|token| !token.is_empty()), Some(name)),
                None => (Some(said.to_owned()), None),
            },
            None => (None, None),
        };
        let unset = unset.filter(|_| token.is_none());
        let query = self.query.as_ref().map(|said| said.value.as_str());
        let entrance = |token| network::entrance(kind, self.url.as_deref(), query, token);
        // Where the variable is not set, what is asked is checked as if it were.
        let entrance = entrance(token.as_deref()).or_else(|refused| match unset {
            Some(name) => entrance(Some(name)),
            None => Err(refused),
        })?;
        let note = |note: Option<&str>| match unset {
            Some(name) => Some(format!("its token is not set: no variable {name} in the environment")),
            None => note.map(String::from),
        };
        match entrance {
            Some(entrance) => {
                let named = self.url.unwrap_or_else(|| entrance.url.split('?').next().unwrap_or_default().into());
                Ok(Planned { url: entrance.url, kind: entrance.kind, named: Some(named), note: note(entrance.note) })
            }
            None => Ok(Planned { url: self.url.unwrap_or_default(), kind, named: None, note: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::{Plan, describe, parse};
    use crate::model::{Place, SourceKind};

    fn plan(source: &str) -> Plan {
        parse(&format!("[[source]]\n{source}\n"), "v", Path::new("")).unwrap()
    }

    fn url(plan: &Plan) -> String {
        match plan.sources.get(0).place {
            Place::Url(url) => url,
            Place::Path(path) => path.display().to_string(),
        }
    }

    #[test]
    fn a_network_is_asked_by_its_interface_and_called_by_the_address_that_was_given() {
        let found = plan("url = 'https://mastodon.example/tags/atlas'");
        assert_eq!(url(&found), "https://mastodon.example/api/v1/timelines/tag/atlas?limit=40");
        assert_eq!((found.sources.get(0).kind, found.sources.name(0)), (SourceKind::Mastodon, "mastodon.example"));
        let found = plan("kind = 'hackernews'\nquery = 'Atlas Télécom'");
        assert_eq!((found.sources.get(0).kind, found.sources.name(0)), (SourceKind::HackerNews, "hn.algolia.com"));
        let found = plan("url = 'https://mastodon.example/tags/atlas'\nkind = 'page'");
        assert_eq!(url(&found), "https://mastodon.example/tags/atlas", "a kind that is said is not looked for");
    }

    #[test]
    fn tokens_are_sent_and_never_shown() {
        let found = plan("url = 'https://www.youtube.com/watch?v=1'\nkind = 'youtube'\ntoken = 'hush'");
        assert!(url(&found).ends_with("key=hush"));
        let shown = format!("{found:?} {}", describe(&found).join(" "));
        assert!(!shown.contains("hush"), "{shown}");
        let found = plan("url = 'https://toot.example/@atlas'\nkind = 'mastodon'\ntoken = 'hush'");
        assert!(url(&found).starts_with("https://oauth2-bearer:hush@toot.example/api/"));
        assert!(!found.sources.name(0).contains("hush"));
        // A variable that is set nowhere.
        let found = plan("query = 'atlas'\nkind = 'stackexchange'\ntoken = 'env:VIGIE_NO_SUCH_VARIABLE'");
        assert!(!url(&found).contains("key="), "{}", url(&found));
        assert!(found.notes[0].contains("no variable VIGIE_NO_SUCH_VARIABLE"), "{:?}", found.notes);
    }

    #[test]
    fn what_no_network_knows_is_told_with_what_there_is() {
        for (source, told) in [
            ("kind = 'mastodon'\nquery = 'atlas'", "v:2:8: kind \"mastodon\" needs a url\n  hint: every server"),
            (
                "url = 'https://a.example/x'\nkind = 'lemmy'",
                "v:3:8: kind \"lemmy\" knows nothing of that form\n  hint: https://SERVER/c/NAME",
            ),
            (
                "query = 'atlas'",
                "v:1:1: only networks are asked by query and token\n  hint: a query or token needs a kind",
            ),
            ("path = 'x'\nquery = 'atlas'", "v:1:1: query and token are for networks, not for path"),
            ("kind = 'mastodn'\nurl = 'https://a.example/'", "did you mean \"mastodon\"?"),
        ] {
            let error = parse(&format!("[[source]]\n{source}\n"), "v", Path::new("")).unwrap_err();
            assert!(error.message.contains(told), "{}", error.message);
        }
        assert_eq!(plan("url = 'https://www.reddit.com/r/maroc'").notes.len(), 1, "its robots.txt is known");
        let exempt = "url = 'https://www.reddit.com/r/maroc'\nignore = ['robots']\nreason = 'accord'";
        assert!(plan(exempt).notes.iter().all(|note| !note.contains("disallows")));
    }
}
