//! Addresses of networks: their parts, and other addresses made of them.

use url::{Url, form_urlencoded};

/// The parts of a path that say something.
pub fn parts(url: &Url) -> Vec<&str> {
    url.path().split('/').filter(|part| !part.is_empty()).collect()
}

/// The value of a query's key, decoded.
pub fn value(url: &Url, key: &str) -> Option<String> {
    let value = url.query_pairs().find(|(name, value)| name == key && !value.trim().is_empty());
    value.map(|(_, value)| value.into_owned())
}

/// `base` with that path and query; values that are empty are left out.
pub fn build(base: &str, path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(key, value);
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{path}{mark}{query}", base.trim_end_matches('/'))
}

/// A part of a path as it stands in one.
pub fn part(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// `url` with another value of a key; all else stays as it is written, for some of it may be masked.
pub fn with(url: &str, key: &str, value: &str) -> String {
    let (rest, query) = url.split_once('?').unwrap_or((url, ""));
    let query = query.split('#').next().unwrap_or_default();
    let is_other = |pair: &&str| !pair.is_empty() && pair.split('=').next() != Some(key);
    let mut pairs: Vec<String> = query.split('&').filter(is_other).map(String::from).collect();
    pairs.push(form_urlencoded::Serializer::new(String::new()).append_pair(key, value).finish());
    format!("{}?{}", rest.split('#').next().unwrap_or_default(), pairs.join("&"))
}

/// Scheme, host and port of an address, with its credentials; nothing of a file's path.
pub fn origin(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok().filter(|url| url.has_host())?;
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    Some(url.as_str().trim_end_matches('/').to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_built_and_changed() {
        assert_eq!(
            build("https://a.example/", "/api", &[("q", "Atlas Télécom"), ("x", "")]),
            "https://a.example/api?q=Atlas+T%C3%A9l%C3%A9com"
        );
        assert_eq!(build("https://a.example", "/api", &[]), "https://a.example/api");
        assert_eq!(with("https://a.example/api?key=***&page=1#x", "page", "2"), "https://a.example/api?key=***&page=2");
        assert_eq!(with("https://a.example/api", "page", "a b"), "https://a.example/api?page=a+b");
        assert_eq!(origin("http://u:p@127.0.0.1:81/a?b#c").as_deref(), Some("http://u:p@127.0.0.1:81"));
        assert_eq!((origin("archive/x.json"), part("télé com/x").as_str()), (None, "t%C3%A9l%C3%A9%20com%2Fx"));
        let url = Url::parse("https://a.example//b/c/?q=+&q=x").unwrap();
        assert_eq!((parts(&url), value(&url, "q").as_deref()), (vec!["b", "c"], Some("x")));
    }
}
