//! Where sources are: addresses and paths as users give them, checked, named, and shown without their secrets.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Component, Path},
};

use url::{Host, Url};

use super::{
    fault::{Problem, quoted},
    read::Read,
};
use crate::{model::Place, text::urls};

/// Longer addresses are refused.
const LONGEST: usize = 2048;

/// An `http` or `https` address; its fragment is dropped.
pub(super) fn address(said: &str) -> Read<Url> {
    const EXAMPLE: &str = "write it whole, with its scheme: \"https://forum.example/\"";
    if said.len() > LONGEST {
        return Err(Problem::new(format!("is longer than {LONGEST} bytes")));
    }
    // Browsers read a backslash as a slash, other readers do not: which host is meant is anyone's guess.
    if said.contains('\\') {
        return Err(Problem::new("must not hold a backslash").hint(EXAMPLE));
    }
    let mut url = match Url::parse(said) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            return Err(Problem::new("is not an address").hint(format!("{EXAMPLE}; for files, use path")));
        }
        Err(error) => return Err(Problem::new(format!("is not an address: {error}")).hint(EXAMPLE)),
    };
    match url.scheme() {
        "http" | "https" => {}
        // `forum.example:8080` has the form of a scheme.
        scheme if scheme.contains('.') || scheme == "localhost" => {
            return Err(Problem::new("is not an address").hint(EXAMPLE));
        }
        "file" => return Err(Problem::new("must be http or https, not file").hint("for files, use path")),
        scheme => return Err(Problem::new(format!("must be http or https, not {}", quoted(scheme))).hint(EXAMPLE)),
    }
    url.set_fragment(None);
    Ok(url)
}

/// How to reach whoever crawls: goes into the User-Agent, so it must be plain ASCII.
pub(super) fn contact(said: &str) -> Read<String> {
    let plain = said.len() <= 200 && said.bytes().all(|b| matches!(b, b' '..=b'~'));
    let problem =
        || Problem::new("must be plain ASCII, of at most 200 characters").hint("a web page or an e-mail address");
    plain.then(|| said.trim().to_owned()).filter(|said| !said.is_empty()).ok_or_else(problem)
}

/// `host:port`, the host in lower case: `127.0.0.1:8101`, `[::1]:80`, `intranet.example:8080`.
pub(super) fn host_port(said: &str) -> Read<String> {
    let problem = || {
        Problem::new(format!("must be host:port, not {}", quoted(said)))
            .hint("write \"127.0.0.1:8101\" or \"[::1]:80\"")
    };
    let (host, port) = said.rsplit_once(':').ok_or_else(problem)?;
    let host = Host::parse(host).map_err(|_| problem())?;
    match port.parse::<u16>() {
        Ok(1..) if port.bytes().all(|b| b.is_ascii_digit()) => Ok(format!("{host}:{port}")),
        _ => Err(problem()),
    }
}

/// Whether reading that place meets strangers, who must be able to answer: anything but files and loopback.
pub(super) fn needs_contact(place: &Place) -> bool {
    let Place::Url(url) = place else { return false };
    match Url::parse(url).as_ref().map(Url::host) {
        Ok(Some(Host::Domain(domain))) => domain != "localhost",
        Ok(Some(Host::Ipv4(address))) => !address.is_loopback(),
        Ok(Some(Host::Ipv6(address))) => !address.is_loopback(),
        _ => true,
    }
}

/// What the user gave as a source, quoted, without its secrets even where it is no proper address.
pub(super) fn shown_argument(said: &str) -> String {
    match Url::parse(said) {
        Ok(url) if url.has_host() => quoted(&urls::shown(url.as_str())),
        _ => quoted(said.rsplit('@').next().and_then(|rest| rest.split('?').next()).unwrap_or_default()),
    }
}

/// The names of sources, each once.
#[derive(Default)]
pub(super) struct Names {
    /// Hashes: tens of thousands of names take little room.
    taken: HashSet<u64>,
}

impl Names {
    /// Takes a name that the user chose; false if it is taken.
    pub fn claim(&mut self, name: &str) -> bool {
        self.take(name)
    }

    /// A name for a source that has none: the host or the last component of the path; where that is taken, more of
    /// the address or path; then a number. The order of the sources decides, so those added at the end rename none.
    pub fn find(&mut self, place: &Place) -> String {
        let candidates = match place {
            Place::Url(url) => of_url(url),
            Place::Path(path) => of_path(path),
        };
        let full = candidates.last().cloned().unwrap_or_default();
        let numbered = (2..).map(|n: u64| format!("{full} ({n})"));
        // The numbers never end, so a free name is found.
        candidates.into_iter().chain(numbered).find(|name| self.take(name)).unwrap_or(full)
    }

    fn take(&mut self, name: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        self.taken.insert(hasher.finish())
    }
}

fn of_url(url: &str) -> Vec<String> {
    let Ok(url) = Url::parse(url) else { return vec!["source".into()] };
    let host = url.host_str().unwrap_or("source").to_owned();
    let mut names = vec![host];
    let mut longer = |part: String| {
        let name = format!("{}{part}", names[names.len() - 1]);
        if !part.is_empty() {
            names.push(name);
        }
    };
    longer(url.port().map(|port| format!(":{port}")).unwrap_or_default());
    longer(url.path().trim_end_matches('/').to_owned());
    let shown = urls::shown(url.as_str());
    longer(shown.find('?').map(|at| shown[at..].to_owned()).unwrap_or_default());
    names
}

fn of_path(path: &Path) -> Vec<String> {
    let parts: Vec<_> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(part) => Some(part.to_string_lossy().replace(char::is_control, "\u{fffd}")),
            _ => None,
        })
        .collect();
    match parts.len() {
        0 => vec!["files".into()],
        n => (0..n).rev().map(|from| parts[from..].join("/")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn arguments_are_quoted_without_their_secrets() {
        assert_eq!(
            shown_argument("https://:hush@a.example/?q=a+b&API_Key=hush"),
            "\"https://***@a.example/?q=a+b&API_Key=***\""
        );
        assert_eq!(shown_argument("https://me:hush@a.example:99999/?key=hush"), "\"a.example:99999/\"");
        assert_eq!(shown_argument("me:hush@a.example"), "\"a.example\"");
    }

    #[test]
    fn addresses_lose_their_fragment_and_long_ones_are_refused() {
        assert_eq!(address("HTTP://Forum.Example/a#p3").unwrap().as_str(), "http://forum.example/a");
        assert_eq!(address("https://télé.example/").unwrap().as_str(), "https://xn--tl-bjab.example/");
        assert!(address(&format!("https://a.example/{}", "a".repeat(LONGEST))).is_err());
        assert!(address("file:///etc/passwd").unwrap_err().hint.unwrap().contains("path"));
        assert!(address("javascript:alert(1)").is_err() && address("https://").is_err() && address("").is_err());
    }

    #[test]
    fn hosts_with_ports_come_in_one_form() {
        for (said, kept) in [
            ("127.0.0.1:8101", "127.0.0.1:8101"),
            ("[::1]:80", "[::1]:80"),
            ("Intranet.Example:1", "intranet.example:1"),
        ] {
            assert_eq!(host_port(said).unwrap(), kept);
        }
        for said in ["", ":", "a", "a:", ":80", "a:0", "a:65536", "a:+80", "::1:80", "http://a:80", "a b:80", "a:8 0"] {
            assert!(host_port(said).is_err(), "{said}");
        }
    }

    #[test]
    fn names_are_unique_and_those_added_later_rename_none() {
        let mut names = Names::default();
        assert!(names.claim("b.example") && !names.claim("b.example"));
        let mut name = |url: &str| names.find(&Place::Url(url.into()));
        assert_eq!(name("https://a.example/"), "a.example");
        assert_eq!(name("https://b.example/"), "b.example (2)");
        assert_eq!(name("https://a.example:8443/"), "a.example:8443");
        assert_eq!(name("https://a.example/sport/"), "a.example/sport");
        assert_eq!(name("https://u:hush@a.example/sport?token=hush"), "a.example/sport?token=***");
        assert_eq!(name("https://a.example/sport/"), "a.example/sport (2)");
        let mut path = |path: &str| names.find(&Place::Path(PathBuf::from(path)));
        assert_eq!(path("archive/"), "archive");
        assert_eq!(path("/data/2025/archive"), "2025/archive");
        assert_eq!(path("../archive"), "archive (2)");
        assert_eq!([path("."), path("/")], ["files", "files (2)"]);
        assert_eq!(path("a\u{1b}[2J"), "a\u{fffd}[2J");
    }
}
