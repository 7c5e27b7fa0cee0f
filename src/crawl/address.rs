//! Addresses of pages: which may be asked for at all, in which form, and under which the store knows them.

use url::Url;

use super::fault::Fault;
use crate::{model::Code, text::urls};

/// No longer address is asked for.
const MAX_URL: usize = 2_048;

/// Parts of a path; no honest page lies deeper.
const MAX_SEGMENTS: usize = 20;

/// How often one part of a path, or a few parts, may follow themselves.
const MAX_REPEATS: usize = 2;

/// `url` as an address that may be asked for.
pub fn checked(url: &str) -> Result<Url, Fault> {
    let refused = |why: &str| Err(Fault::new(Code::Guarded, format!("not contacted: {why}")));
    if url.len() > MAX_URL {
        return refused("the address is longer than 2,048 characters");
    }
    match Url::parse(url) {
        _ if urls::host(url).is_none() => refused("this is no http or https address"),
        Ok(url) => Ok(url),
        Err(_) => refused("this is no http or https address"),
    }
}

/// Whether a path is deeper, or repeats itself more often, than any that a person made.
pub fn is_trap(url: &Url) -> bool {
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    if parts.len() > MAX_SEGMENTS {
        return true;
    }
    (1..=3).any(|length| {
        let mut repeats = 0;
        (length..parts.len()).any(|at| {
            repeats = if parts[at] == parts[at - length] { repeats + 1 } else { 0 };
            repeats >= length * MAX_REPEATS
        })
    })
}

/// Gives `url` the user name, password and masked keys of its source's own address, where both are of one scheme, host and
/// port.
pub fn lend_credentials(url: &mut Url, own: &str) {
    let lends = own.contains('@') || url.as_str().contains("=***");
    let Some(from) = lends.then(|| Url::parse(own).ok()).flatten().filter(|from| from.origin() == url.origin()) else {
        return;
    };
    if let Ok(whole) = Url::parse(&urls::with_secrets(url.as_str(), own)) {
        *url = whole;
    }
    if url.username().is_empty() {
        // Refused only by addresses without a host.
        let _ = url.set_username(from.username());
        let _ = url.set_password(from.password());
    }
}

/// An address as it is asked for: without credentials, session ids, tracking parameters and fragment, so that one page
/// has one address whichever way it is come to.
pub fn tidy(url: &mut String) {
    let bare = url.split('#').next().unwrap_or_default();
    let mut clean = urls::clean(bare);
    if clean.contains('@')
        && let Ok(mut parsed) = Url::parse(&clean)
    {
        urls::strip_credentials(&mut parsed);
        clean = parsed.into();
    }
    *url = clean;
}

/// The page that an address is on: its canonical form without fragment.
pub fn page(url: &str) -> Option<String> {
    let mut canonical = urls::canonical(url)?;
    canonical.truncate(canonical.find('#').unwrap_or(canonical.len()));
    Some(canonical)
}

/// The key of a source's own address in the store: without any secret that the configuration put into it.
pub fn own_key(url: &str) -> String {
    urls::shown(&key(url))
}

/// The key of a page in the store: its address without user name and password.
pub fn key(asked: &str) -> String {
    match Url::parse(asked) {
        Ok(mut url) if asked.contains('@') => {
            urls::strip_credentials(&mut url);
            url.into()
        }
        _ => asked.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_asked_for_under_one_address() {
        let mut url =
            String::from("http://me:pw@f.example/t.php?t=1&sid=0123456789abcdef0123456789abcdef&utm_source=x#p3");
        tidy(&mut url);
        assert_eq!(url, "http://f.example/t.php?t=1");
    }

    #[test]
    fn credentials_are_lent_to_the_same_origin_only() {
        let lent = |url: &str| {
            let mut url = Url::parse(url).unwrap();
            lend_credentials(&mut url, "https://me:pw@f.example/feed");
            url.to_string()
        };
        assert_eq!(lent("https://f.example/a"), "https://me:pw@f.example/a");
        for other in
            ["http://f.example/a", "https://f.example:8443/a", "https://www.f.example/a", "https://you@f.example/"]
        {
            assert_eq!(lent(other), other);
        }
    }
}
