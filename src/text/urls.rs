//! Addresses: one canonical form for identity, and a form that is safe to show.

/// The canonical form of an `http` or `https` address: what identity is made of; `None` for anything else.
pub fn canonical(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}
