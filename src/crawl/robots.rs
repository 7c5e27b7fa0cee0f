//! The rules of a robots.txt (RFC 9309) for this crawler: the longest pattern that matches decides, in linear time.

use std::time::Duration;

use url::Url;

use crate::text::charset;

use super::pattern::{self, LONGEST, Pattern};

/// Whom a robots.txt addresses when it means this program.
pub const AGENT: &str = "vigie";

/// So much of a robots.txt is read.
pub const MAX_BYTES: u64 = 500 << 10;

/// Sitemaps that are kept of one file.
const MAX_SITEMAPS: usize = 20;

/// What a robots.txt says to this crawler.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    rules: Vec<Rule>,
    /// The crawl-delay it asks for.
    pub delay: Option<Duration>,
    /// The sitemaps that it names, as written; for everyone, whichever group they stand in.
    pub sitemaps: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    allow: bool,
    pattern: Pattern,
}

/// Whom the lines being read address.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Us,
    Everyone,
    Others,
}

impl Rules {
    /// Reads a robots.txt, whatever its bytes are. Groups that name us hold; without one, those for everyone.
    pub fn parse(bytes: &[u8]) -> Rules {
        let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        let text = if wide { charset::decode(bytes, None) } else { String::from_utf8_lossy(bytes) };
        let (mut ours, mut everyones, mut named) = (Rules::default(), Rules::default(), false);
        let (mut group, mut in_agents, mut sitemaps) = (Group::Others, false, Vec::new());
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if matches!(key.as_str(), "user-agent" | "useragent" | "user agent") {
                if !in_agents {
                    group = Group::Others;
                }
                in_agents = true;
                match agent(value) {
                    Group::Us => (group, named) = (Group::Us, true),
                    Group::Everyone if group == Group::Others => group = Group::Everyone,
                    _ => {}
                }
                continue;
            }
            let rules = match group {
                Group::Us => Some(&mut ours),
                Group::Everyone => Some(&mut everyones),
                Group::Others => None,
            };
            match key.as_str() {
                "allow" | "disallow" | "dissallow" | "disalow" => {
                    in_agents = false;
                    rules.into_iter().for_each(|rules| rules.push(key == "allow", value));
                }
                "crawl-delay" | "crawldelay" => {
                    in_agents = false;
                    rules.into_iter().for_each(|rules| rules.slow(value));
                }
                "sitemap" if value.len() <= LONGEST && sitemaps.len() < MAX_SITEMAPS => {
                    sitemaps.push(String::from(value));
                }
                _ => {}
            }
        }
        Rules { sitemaps, ..if named { ours } else { everyones } }
    }

    /// Whether `url` may be fetched.
    pub fn allow(&self, url: &Url) -> bool {
        if url.path() == "/robots.txt" {
            return true;
        }
        let path = pattern::path(url);
        let decides = self.rules.iter().filter(|rule| rule.pattern.matches(&path));
        decides.max_by_key(|rule| (rule.pattern.len(), rule.allow)).is_none_or(|rule| rule.allow)
    }

    fn push(&mut self, allow: bool, pattern: &str) {
        // An empty pattern matches nothing: that is how a file allows everything.
        self.rules.extend(Pattern::new(pattern).map(|pattern| Rule { allow, pattern }));
    }

    fn slow(&mut self, value: &str) {
        // A delay beyond what a Duration holds is the longest there is; what is no number is no delay.
        if let Some(seconds) = value.parse::<f64>().ok().filter(|seconds| *seconds >= 0.0) {
            let delay = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
            self.delay = self.delay.max(Some(delay));
        }
    }
}

/// Whom a user-agent line names: its product token counts, without version.
fn agent(value: &str) -> Group {
    let token = value.split(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_')).next().unwrap_or_default();
    match value {
        _ if token.eq_ignore_ascii_case(AGENT) => Group::Us,
        _ if value.starts_with('*') => Group::Everyone,
        _ => Group::Others,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn allows(robots: &str, path: &str) -> bool {
        let url = Url::parse("https://blog.example").unwrap().join(path).unwrap();
        Rules::parse(robots.as_bytes()).allow(&url)
    }

    #[test]
    fn the_longest_match_decides_and_a_tie_allows() {
        let robots =
            "User-agent: *\nDisallow: /p\nAllow: /p/open\nDisallow: /p/open/not\nAllow: /same\nDisallow: /same";
        assert!(allows(robots, "/"));
        assert!(!allows(robots, "/p/x") && !allows(robots, "/press"));
        assert!(allows(robots, "/p/open/x") && !allows(robots, "/p/open/not"));
        assert!(allows(robots, "/same"));
        assert!(allows("User-agent: *\nDisallow: /", "/robots.txt"));
        assert!(allows("User-agent: *\nDisallow:", "/x") && allows("", "/x") && allows("Disallow: /", "/x"));
    }

    #[test]
    fn stars_and_ends_match_as_in_rfc_9309() {
        for (pattern, yes, no) in [
            ("/*.gif$", "/a/b.gif", "/a/b.gif?x"),
            ("/a*b*c", "/a1b2c3", "/a1c2b"),
            ("/x/*/print", "/x/1/2/print/3", "/x/print"),
            ("*", "/anything", "\u{0}"),
            ("/fin$", "/fin", "/final"),
            ("*?sid=", "/t?sid=1", "/t?id=1"),
            ("/a**b$", "/a-b", "/a-b-"),
            ("/ab*b$", "/ab-b", "/ab"),
            ("/caf%c3%A9", "/café", "/cafe"),
            ("/été", "/%C3%A9t%c3%A9/2", "/ete"),
            ("/%7Ebob", "/~bob", "/%257Ebob"),
            ("private/", "/private/x", "/x/private/"),
            ("/{x}", "/%7Bx%7D", "/x"),
            ("/a?q='b'", "/a?q='b'", "/a?q=b"),
            ("/%7bx|\"`^", "/{x|\"`^", "/x"),
        ] {
            let robots = format!("User-agent: *\nDisallow: {pattern}");
            assert!(!allows(&robots, yes), "{pattern} matches {yes}");
            assert!(no == "\u{0}" || allows(&robots, no), "{pattern} does not match {no}");
        }
    }

    #[test]
    fn a_group_that_names_us_holds_alone() {
        let robots =
            "\u{feff}USER-AGENT: *\r\nDisallow: /\r\n\r\nUser-agent: Vigie/2.0 # us\r\nSitemap: /s\r\nDisallow: /b";
        assert!(allows(robots, "/a") && !allows(robots, "/b"));
        let wide: Vec<u8> = "\u{feff}User-agent: *\nDisallow: /".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(!Rules::parse(&wide).allow(&Url::parse("https://blog.example/a").unwrap()));
        assert!(allows("User-agent: vigiebot\nDisallow: /", "/a"), "another crawler");
        let shared =
            "User-agent: x\nUser-agent: *\nDisallow: /a\nUser-agent: y\nDisallow: /b\nUser-agent: *\nDisallow: /c";
        assert!(!allows(shared, "/a") && allows(shared, "/b") && !allows(shared, "/c"), "groups of one agent add up");
        let later = "User-agent: *\nDisallow: /a\nUser-agent: vigie\nUser-agent: *\nDisallow: /b";
        assert!(allows(later, "/a") && !allows(later, "/b"));
    }

    #[test]
    fn sitemaps_are_for_everyone() {
        let rules =
            Rules::parse(b"Sitemap: https://a.example/s.xml\nUser-agent: x\nDisallow: /\nsitemap:/relative.xml # here");
        assert_eq!(rules.sitemaps, ["https://a.example/s.xml", "/relative.xml"]);
        let many = Rules::parse("Sitemap: /s.xml\n".repeat(1_000).as_bytes());
        assert_eq!(many.sitemaps.len(), MAX_SITEMAPS);
    }

    #[test]
    fn delays_of_any_shape_do_no_harm() {
        let delay = |value: &str| Rules::parse(format!("User-agent: *\nCrawl-delay: {value}").as_bytes()).delay;
        assert_eq!(delay("2.5"), Some(Duration::from_millis(2_500)));
        assert_eq!(delay("1e300"), Some(Duration::MAX));
        assert_eq!(delay("inf"), Some(Duration::MAX));
        for value in ["", "-1", "nan", "soon", "0x10"] {
            assert_eq!(delay(value), None, "{value}");
        }
    }

    #[test]
    fn hostile_files_are_read_in_linear_time() {
        let start = Instant::now();
        let mut robots = b"User-agent: *\n".to_vec();
        for _ in 0..240 {
            robots.extend(b"Disallow: /");
            robots.extend(b"*a".repeat(1_000));
            robots.extend(b"b$\n");
        }
        let url = Url::parse(&format!("https://blog.example/{}", "a".repeat(2_000))).unwrap();
        assert!(Rules::parse(&robots).allow(&url));
        Rules::parse(&[0xff, 0, b':', b'\n', b'*', 0xc3].repeat(50_000));
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
