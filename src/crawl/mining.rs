//! What a host reserves of text and data mining for parts of itself: its `tdmrep.json` (TDM Reservation Protocol, W3C
//! community group report of 10 May 2024), fetched once its pages turn out to have something to read.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{
    access::{self, Settled},
    answer::Verdict,
    fault::Fault,
    net::{Cap, Net},
    pattern::{self, Pattern},
};
use crate::model::Location;

/// Where the file stands.
const PATH: &str = "/.well-known/tdmrep.json";

/// So much of it is read, and no more of its rules.
const MAX_BYTES: u64 = 512 << 10;
const MAX_RULES: usize = 2_000;

/// What was read waits for the file no longer than that.
pub const LIMIT: Duration = Duration::from_secs(10);

/// What is known of a host's file.
#[derive(Default)]
pub enum Mining {
    #[default]
    Unknown,
    Asked,
    Known(Rules),
}

/// The rules of a file, the most specific of which decides.
#[derive(Debug, Default)]
pub struct Rules(Vec<(Pattern, bool)>);

impl Rules {
    /// Rules of locations.
    pub fn of(locations: &[Location]) -> Rules {
        let rule = |location: &Location| Some((Pattern::new(&location.path)?, location.reserved));
        Rules(locations.iter().filter_map(rule).collect())
    }

    /// Whether mining of what stands at `url` is reserved. Where two rules are equally specific, it is.
    pub fn reserve(&self, url: &Url) -> bool {
        let path = pattern::path(url);
        let decides = self.0.iter().filter(|(pattern, _)| pattern.matches(&path));
        decides.max_by_key(|(pattern, reserved)| (pattern.len(), *reserved)).is_some_and(|(_, reserved)| *reserved)
    }
}

/// The address of the file of `origin`.
pub fn address(origin: &str) -> Option<Url> {
    Url::parse(&format!("{origin}{PATH}")).ok()
}

/// Fetches and reads the file at `url`, which other hosts do not speak for: none that can be read reserves nothing. An error may pass.
pub async fn ask(net: &Net, url: Url, limit: Duration, now: Timestamp) -> Result<Vec<Location>, Fault> {
    let origin = url.origin();
    let same = |next: &Url| next.origin() == origin;
    let Settled { answer, verdict } = access::settle(net, url, Cap::Refuse(MAX_BYTES), limit, now, same).await?;
    match verdict {
        Verdict::Read => Ok(parse(&answer.body)),
        Verdict::Failed(fault) if fault.transient || fault.retry_at.is_some() => Err(fault),
        _ => Ok(Vec::new()),
    }
}

/// The locations of a file; what is no rule is passed over.
fn parse(bytes: &[u8]) -> Vec<Location> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let rules = match serde_json::from_slice(bytes) {
        Ok(Value::Array(rules)) => rules,
        Ok(rule @ Value::Object(_)) => vec![rule],
        _ => Vec::new(),
    };
    let location = |rule: Value| {
        let reserved = match rule.get("tdm-reservation")? {
            Value::Number(number) => number.as_f64()? == 1.0,
            Value::String(text) => text.trim() == "1",
            Value::Bool(yes) => *yes,
            _ => return None,
        };
        Some(Location { path: rule.get("location")?.as_str()?.to_owned(), reserved })
    };
    rules.into_iter().filter_map(location).take(MAX_RULES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserves(json: &str, path: &str) -> bool {
        let url = Url::parse("https://press.example").unwrap().join(path).unwrap();
        Rules::of(&parse(json.as_bytes())).reserve(&url)
    }

    #[test]
    fn fault_53_the_most_specific_location_of_the_file_decides() {
        let json = r#"[{"location": "/open/*", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1},
            {"location": "/*.pdf$", "tdm-reservation": "1", "tdm-policy": "https://press.example/policy.json"},
            {"location": "/both", "tdm-reservation": 1}, {"location": "/both", "tdm-reservation": 0}]"#;
        for (path, reserved) in
            [("/", true), ("/2026/a", true), ("/open/a", false), ("/open/a.pdf", true), ("/both", true)]
        {
            assert_eq!(reserves(json, path), reserved, "{path}");
        }
        assert!(reserves(r#"{"location": "/", "tdm-reservation": 1}"#, "/x"), "a rule without a list");
    }

    #[test]
    fn whatever_is_no_rule_reserves_nothing() {
        let deep = "[".repeat(100_000);
        for json in [
            "",
            "<html>",
            "[]",
            "[1, null, {}]",
            "null",
            &deep,
            r#"[{"location": "/"}]"#,
            r#"[{"tdm-reservation": 1}]"#,
            r#"[{"location": 3, "tdm-reservation": 1}]"#,
            r#"[{"location": "", "tdm-reservation": 1}]"#,
        ] {
            assert!(!reserves(json, "/"), "{}", &json[..json.len().min(40)]);
        }
    }
}
