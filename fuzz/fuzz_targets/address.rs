//! An address as anybody may write it: one canonical form, nothing secret shown, no private address let through.
#![no_main]

use std::net::{Ipv4Addr, Ipv6Addr};

use libfuzzer_sys::fuzz_target;
use url::{Host, Url};
use vigie::{crawl::Guard, text::urls};

/// What nobody but the guard's own list may say: written again here, shorter and from the registries.
fn is_private(host: Host<&str>) -> bool {
    let four = |ip: Ipv4Addr| {
        let [a, b, ..] = ip.octets();
        ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast() || a == 0 || a >= 240
            || a == 100 && (64..128).contains(&b)
    };
    match host {
        Host::Domain(name) => name.trim_end_matches('.').rsplit('.').next() == Some("localhost"),
        Host::Ipv4(ip) => four(ip),
        Host::Ipv6(ip) => {
            let inside = |at: usize| Ipv4Addr::new(ip.octets()[at], ip.octets()[at + 1], ip.octets()[at + 2], ip.octets()[at + 3]);
            let global = (ip.segments()[0] & 0xe000) == 0x2000;
            !global || ip.segments()[0] == 0x2002 && four(inside(2)) || ip == Ipv6Addr::LOCALHOST
        }
    }
}

fuzz_target!(|text: &str| {
    urls::shown(text);
    urls::join("https://f.example/a/b?c#d", text);
    if let Some(once) = urls::canonical(text) {
        assert_eq!(urls::canonical(&once), Some(once.clone()));
        let path = once.split(['?', '#']).next().unwrap();
        assert!(!path.contains('\\'), "{once}");
    }
    if let Ok(url) = Url::parse(text) {
        let guard = Guard::new(&["127.0.0.1:8101".into()]).unwrap();
        if guard.door(&url).is_ok() && !guard.is_opened(&url) {
            assert!(matches!(url.scheme(), "http" | "https"));
            assert!(!is_private(url.host().unwrap()), "{url}");
        }
    }
});
