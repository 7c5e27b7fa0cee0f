//! The guard: which addresses may be contacted. Asked for every hop, and again for every address a name resolves to.

use std::{
    collections::HashSet,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::error::{Error, Result};

/// Knows which private addresses are opened; everything else that is private stays closed.
pub struct Guard {
    opened: HashSet<(String, u16)>,
}

/// By which client an address is contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Names must resolve to public addresses.
    Public,
    /// Named by the user: contacted as it is.
    Opened,
}

/// Why an address is not contacted: words that follow "the address".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the address {}", self.0)
    }
}

impl std::error::Error for Refused {}

impl Guard {
    /// Opens exactly these, each `HOST:PORT`.
    pub fn new(opened: &[String]) -> Result<Guard> {
        let parse = |text: &String| {
            let url = Url::parse(&format!("http://{text}/")).ok()?;
            let bare = url.path() == "/" && url.query().is_none() && !text.contains(['@', '*']);
            let port: u16 = text.rsplit_once(':')?.1.parse().ok()?;
            bare.then(|| Some((url.host_str()?.to_owned(), port))).flatten()
        };
        let opened = opened.iter().map(|text| {
            parse(text).ok_or_else(|| {
                Error::usage(format!("allow_address {text:?} is not HOST:PORT")).hint("write it like 127.0.0.1:8101")
            })
        });
        Ok(Guard { opened: opened.collect::<Result<_>>()? })
    }

    /// Whether and how `url` may be contacted. Names are checked again when they are resolved.
    pub fn door(&self, url: &Url) -> std::result::Result<Door, Refused> {
        let refused = |why: String| Err(Refused(why));
        if !matches!(url.scheme(), "http" | "https") {
            return refused(format!("is {}, not http or https", url.scheme()));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return refused("has no host".into());
        };
        if url.host_str().is_some_and(|host| self.opened.contains(&(host.to_owned(), port))) {
            return Ok(Door::Opened);
        }
        let kind = match host {
            Host::Ipv4(ip) => forbidden(ip.into()),
            Host::Ipv6(ip) => forbidden(ip.into()),
            Host::Domain(name) => local(name).then_some("local"),
        };
        match kind {
            Some(kind) => refused(format!("{}:{port} is {kind}", url.host_str().unwrap_or_default())),
            None => Ok(Door::Public),
        }
    }

    /// What the user would have to open to let a source at `url` be read.
    pub fn key(url: &Url) -> Option<String> {
        let http = matches!(url.scheme(), "http" | "https");
        http.then(|| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))).flatten()
    }

    /// Whether `url` names an address that the user opened.
    pub fn is_opened(&self, url: &Url) -> bool {
        self.door(url) == Ok(Door::Opened)
    }
}

/// Names that mean this machine or this network, whatever they resolve to.
fn local(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or_default();
    name == last || matches!(last, "localhost" | "local" | "internal" | "localdomain") || name.ends_with("home.arpa")
}

/// What `ip` is, where it is not a public unicast address.
pub fn forbidden(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => forbidden_v4(ip),
        IpAddr::V6(ip) => forbidden_v6(ip),
    }
}

/// IANA's special-purpose registry, with multicast and what is reserved.
fn forbidden_v4(ip: Ipv4Addr) -> Option<&'static str> {
    Some(match ip.octets() {
        [0, ..] => "unspecified",
        [127, ..] => "loopback",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
        [100, 64..=127, ..] => "shared by a carrier's customers",
        [169, 254, ..] => "link-local",
        [192, 0, 0, _] | [192, 88, 99, _] => "reserved for protocols",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "for documentation",
        [198, 18..=19, ..] => "for benchmarks",
        [224..=239, ..] => "multicast",
        [240..=255, ..] => "reserved",
        _ => return None,
    })
}

/// Only 2000::/3 is public, and not all of it: what carries an IPv4 address inside could carry a private one.
fn forbidden_v6(ip: Ipv6Addr) -> Option<&'static str> {
    Some(match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified",
        [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
        [0, 0, 0, 0, 0, 0xffff, ..] => "an IPv4 address in disguise",
        [0x64, 0xff9b, ..] => "translated to IPv4",
        [0xfc00..=0xfdff, ..] => "private",
        [0xfe80..=0xfebf, ..] => "link-local",
        [0xfec0..=0xfeff, ..] => "site-local",
        [0xff00..=0xffff, ..] => "multicast",
        [0x2001, 0, ..] | [0x2002, ..] => "a tunnel",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => "for documentation",
        [0x2001, 0..=0x1ff, ..] => "reserved for protocols",
        [0x2000..=0x3fff, ..] => return None,
        _ => "reserved",
    })
}

/// Resolves names for the public door: one private address among the answers refuses the whole name, and the
/// connection goes to the very addresses that were checked.
pub struct Screened {
    /// The proxy's own host, which the user named.
    pub proxy: Option<String>,
}

impl Resolve for Screened {
    fn resolve(&self, name: Name) -> Resolving {
        let trusted = self.proxy.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !trusted && let Some((ip, kind)) = found.iter().find_map(|a| Some((a.ip(), forbidden(a.ip())?))) {
                return Err(Refused(format!("{} resolves to {ip}, which is {kind}", name.as_str())).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(guard: &Guard, url: &str) -> Option<Door> {
        guard.door(&Url::parse(url).unwrap()).ok()
    }

    #[test]
    fn fault_09_every_special_range_is_closed() {
        let guard = Guard::new(&[]).unwrap();
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.9",
            "198.18.0.1",
            "198.19.255.255",
            "192.0.0.8",
            "192.88.99.1",
            "0x7f.1",
            "2130706433",
            "0177.0.0.1",
            "127.1",
            "１２７.0.0.1",
            "127.0.0.1.",
            "[::]",
            "[::1]",
            "[::ffff:7f00:1]",
            "[::ffff:8.8.8.8]",
            "[::7f00:1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2001::1]",
            "[2001:db8::1]",
            "[2001:2::1]",
            "[fc00::1]",
            "[fd12::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[3fff::1]",
            "[100::1]",
            "[5f00::1]",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "a.localhost",
            "printer.local",
            "metadata.google.internal",
            "router",
            "box.home.arpa",
        ] {
            assert_eq!(door(&guard, &format!("http://{host}/x")), None, "{host}");
        }
        for host in [
            "8.8.8.8",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "198.20.0.1",
            "[2a00:1450::1]",
            "[2606:4700::1]",
            "blog.example",
            "localhost.blog.example",
            "www.example",
        ] {
            assert_eq!(door(&guard, &format!("https://{host}/x")), Some(Door::Public), "{host}");
        }
    }

    #[test]
    fn fault_08_only_the_web_is_contacted() {
        let guard = Guard::new(&[]).unwrap();
        for url in ["file:///etc/passwd", "gopher://a.example/", "ftp://a.example/", "data:text/plain,x", "unix:/run/x"]
        {
            assert_eq!(door(&guard, url), None, "{url}");
        }
    }

    #[test]
    fn an_opened_address_opens_one_port_of_one_host() {
        let guard = Guard::new(&["127.0.0.1:8101".into(), "LocalHost:80".into(), "[::1]:9000".into()]).unwrap();
        assert_eq!(door(&guard, "http://127.0.0.1:8101/"), Some(Door::Opened));
        assert_eq!(door(&guard, "http://0x7f.1:8101/"), Some(Door::Opened));
        assert_eq!(door(&guard, "http://localhost/"), Some(Door::Opened));
        assert_eq!(door(&guard, "http://[::1]:9000/"), Some(Door::Opened));
        for url in [
            "http://127.0.0.1:9999/",
            "http://127.0.0.1/",
            "http://127.0.0.2:8101/",
            "https://localhost/",
            "http://localhost:8101/",
        ] {
            assert_eq!(door(&guard, url), None, "{url}");
        }
    }

    #[test]
    fn an_opened_address_must_be_host_and_port() {
        for text in [
            "127.0.0.1",
            "",
            ":80",
            "a b:80",
            "127.0.0.1:99999",
            "http://127.0.0.1:80",
            "127.0.0.1:80/x",
            "me@a:80",
            "*:80",
        ] {
            let error = Guard::new(&[text.into()]).err();
            assert_eq!(error.map(|e| e.exit.code()), Some(2), "{text}");
        }
    }

    #[test]
    fn fault_10_a_name_that_resolves_to_a_private_address_is_refused() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let resolve = |proxy: Option<&str>| {
            let screened = Screened { proxy: proxy.map(Into::into) };
            runtime.block_on(screened.resolve("localhost".parse().unwrap())).map(Iterator::count)
        };
        assert!(resolve(None).is_err_and(|error| error.is::<Refused>()));
        assert!(resolve(Some("localhost")).is_ok_and(|count| count > 0), "but the user's own proxy may be private");
    }
}
