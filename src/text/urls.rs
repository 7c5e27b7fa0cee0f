//! Addresses: one canonical form for identity, links made absolute, and a form that is safe to show.

use std::fmt::Write;

use url::{Url, form_urlencoded};

/// The canonical form of an `http` or `https` address: what identity is made of; `None` for anything else.
///
/// Dropped: userinfo, default ports, session ids, tracking and presentation parameters, empty queries, fragments that name
/// no post, text directives. Kept: scheme, order of what remains of the query, and fragments that name posts.
/// Percent-encoding is normal afterwards: upper-case digits, nothing encoded that need not be.
pub fn canonical(url: &str) -> Option<String> {
    let url = web(url)?;
    let host = url.host_str()?;
    let mut out = String::with_capacity(url.as_str().len());
    out.push_str(url.scheme());
    out.push_str("://");
    let bare = host.strip_suffix('.').filter(|bare| !bare.is_empty() && !bare.ends_with('.'));
    out.push_str(bare.unwrap_or(host));
    if let Some(port) = url.port() {
        let _ = write!(out, ":{port}");
    }
    let fragment = url.fragment().map(|fragment| {
        let mut normal = String::new();
        push_normal(&mut normal, fragment);
        normal
    });
    let fragment = fragment.as_deref().and_then(place);
    let is_comment = fragment.is_some_and(numbers_a_comment);
    push_path(&mut out, if is_comment { whole(url.path()) } else { url.path() });
    let is_post = fragment.is_some_and(|fragment| numbers_a_post(url.path(), fragment));
    let mut mark = '?';
    for pair in url.query().into_iter().flat_map(|query| query.split('&')) {
        let is_page = is_comment && plain(pair.split('=').next().unwrap_or_default()) == "cpage";
        if !pair.is_empty() && !is_noise(pair) && !is_post && !is_page {
            out.push(mark);
            push_normal(&mut out, pair);
            mark = '&';
        }
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    Some(out)
}

/// Whether a fragment names a comment: WordPress shows one on the article's own address and on a page of comments, which
/// is `comment-page-2/` or `cpage=2`.
fn numbers_a_comment(fragment: &str) -> bool {
    fragment.strip_prefix("comment-").is_some_and(is_number)
}

/// A path without its page of comments.
fn whole(path: &str) -> &str {
    let page = path.rfind("/comment-page-");
    let page = page.filter(|at| is_number(path[*at..].trim_start_matches("/comment-page-").trim_end_matches('/')));
    page.map_or(path, |at| &path[..at + 1])
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether path and fragment name a post of a forum alone: phpBB and FluxBB show one post on its own address and on the
/// pages of its topic.
fn numbers_a_post(path: &str, fragment: &str) -> bool {
    path.ends_with("/viewtopic.php") && fragment.strip_prefix('p').is_some_and(is_number)
}

/// `url` as it was found, but for session ids, tracking and presentation parameters, and fragments that name no post.
pub fn clean(url: &str) -> String {
    let (rest, fragment) = url.split_once('#').map_or((url, None), |(rest, fragment)| (rest, place(fragment)));
    let (path, query) = rest.split_once('?').map_or((rest, ""), |(path, query)| (path, query));
    let mut out = String::with_capacity(url.len());
    for (number, piece) in path.split(';').enumerate() {
        match piece.find('/').filter(|_| number > 0) {
            _ if number == 0 => out.push_str(piece),
            Some(slash) if is_noise(&piece[..slash]) => out.push_str(&piece[slash..]),
            None if is_noise(piece) => {}
            _ => {
                out.push(';');
                out.push_str(piece);
            }
        }
    }
    let mut mark = '?';
    for pair in query.split('&').filter(|pair| !pair.is_empty() && !is_noise(pair)) {
        out.push(mark);
        out.push_str(pair);
        mark = '&';
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

/// A fragment that may name a post: one with a number, or a route of a page that is a program. Others (`#respond`,
/// `#top`) are places of one and the same page.
fn place(fragment: &str) -> Option<&str> {
    let fragment = fragment.split(":~:").next().unwrap_or_default();
    let names = fragment.starts_with(['!', '/']) || fragment.bytes().any(|b| b.is_ascii_digit());
    (names && !(fragment.contains('=') && is_noise(fragment))).then_some(fragment)
}

/// Bytes of an address that is made absolute; every link of a page is, so that long ones would cost.
const LONGEST: usize = 4_096;

/// `reference` as an absolute address, relative to `base`; `None` for other schemes than `http` and `https`, for addresses
/// with backslashes, which programs read differently, and for overlong ones. Credentials never come along.
pub fn join(base: &str, reference: &str) -> Option<String> {
    let reference = reference.trim();
    if base.len() > LONGEST || reference.len() > LONGEST || has_backslash(reference) {
        return None;
    }
    let mut url = Url::parse(base).ok()?.join(reference).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return None;
    }
    strip_credentials(&mut url);
    Some(url.into())
}

/// The host of an `http` or `https` address, with its port where that is not the default.
pub fn host(url: &str) -> Option<String> {
    let url = web(url)?;
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// `url` as it may be shown and stored: credentials and the values of keys that sound secret masked with `***`, control
/// and direction characters escaped. Takes any text, an address or not.
pub fn shown(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut rest = url;
    let authority = url.find("//").or_else(|| url.find("\\\\")).map_or(0, |at| at + 2);
    let ends = authority + url[authority..].find(['/', '\\', '?', '#']).unwrap_or(url.len() - authority);
    if let Some(at) = url[authority..ends].rfind('@')
        && (authority > 0 || url[..at].contains(':'))
    {
        push_inert(&mut out, &url[..authority]);
        out.push_str("***");
        rest = &url[authority + at..];
    }
    let query = rest.find(['?', '#']).unwrap_or(rest.len());
    push_inert(&mut out, &rest[..query]);
    // Whether what follows may still be part of a secret: only `&` and `#` are sure to end one.
    let mut hidden = false;
    for piece in rest[query..].split_inclusive(['?', '#', '&', ';']) {
        let (pair, mark) = match piece.char_indices().next_back() {
            Some((at, mark @ ('?' | '#' | '&' | ';'))) => (&piece[..at], Some(mark)),
            _ => (piece, None),
        };
        if !hidden {
            match pair.split_once('=') {
                Some((key, _)) if is_secret(key) => {
                    push_inert(&mut out, key);
                    out.push_str("=***");
                    hidden = true;
                }
                _ => push_inert(&mut out, pair),
            }
        }
        hidden &= matches!(mark, Some('?' | ';'));
        if !hidden {
            out.extend(mark);
        }
    }
    out
}

/// `url` without user name and password, and with the values masked that stand in `own`, the address of its source, under
/// keys that sound secret.
pub fn without_secrets(url: &str, own: &str) -> String {
    let mut url = String::from(url);
    if url.contains('@')
        && let Ok(mut parsed) = Url::parse(&url)
        && !(parsed.username().is_empty() && parsed.password().is_none())
    {
        strip_credentials(&mut parsed);
        url = parsed.into();
    }
    for (_, value) in secrets(own) {
        url = url.replace(&format!("={value}"), "=***");
    }
    url
}

/// `url` with the secrets of `own` where [`without_secrets`] masked them.
pub fn with_secrets(url: &str, own: &str) -> String {
    let mut url = String::from(url);
    for (key, value) in secrets(own) {
        for before in ['?', '&'] {
            url = url.replace(&format!("{before}{key}=***"), &format!("{before}{key}={value}"));
        }
    }
    url
}

/// Keys that sound secret in the query of an address, with their values.
fn secrets(own: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = own.split_once('?').map_or("", |(_, query)| query).split('#').next().unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, value)| !value.is_empty() && is_secret(key))
}

/// `text` on one line, with control and direction characters written out instead of obeyed.
pub fn push_inert(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            c if c.is_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// `text` with percent-encoding in its normal form: upper-case digits, unreserved characters plain, a lone `%` encoded,
/// so that normalising twice changes nothing.
pub fn push_normal(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let digits = rest.as_bytes().get(at + 1..at + 3);
        let byte = digits.and_then(|d| Some(digit(d[0])? << 4 | digit(d[1])?));
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(char::from(byte)),
            Some(byte) => {
                let _ = write!(out, "%{byte:02X}");
            }
            None => out.push_str("%25"),
        }
        rest = &rest[at + if byte.is_some() { 3 } else { 1 }..];
    }
    out.push_str(rest);
}

/// The user of an address whose password is a token that is sent as such (RFC 6750).
pub const BEARER: &str = "oauth2-bearer";

/// Takes user name and password out of `url`.
pub fn strip_credentials(url: &mut Url) {
    // Both refuse only addresses without a host, which hold no credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

/// An address of the web without backslashes.
fn web(url: &str) -> Option<Url> {
    if has_backslash(url) {
        return None;
    }
    Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Whether there is a backslash where programs disagree about its meaning.
fn has_backslash(url: &str) -> bool {
    url.split(['?', '#']).next().is_some_and(|place| place.contains('\\'))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// The path without `;jsessionid=…`.
fn push_path(out: &mut String, path: &str) {
    const SESSION: &[u8] = b"jsessionid=";
    for piece in path.split_inclusive('/') {
        let (piece, slash) = piece.strip_suffix('/').map_or((piece, ""), |piece| (piece, "/"));
        for (number, parameter) in piece.split(';').enumerate() {
            let is_session = parameter.as_bytes().get(..SESSION.len()).is_some_and(|p| p.eq_ignore_ascii_case(SESSION));
            if number == 0 || !is_session {
                out.push_str(if number == 0 { "" } else { ";" });
                push_normal(out, parameter);
            }
        }
        out.push_str(slash);
    }
}

/// Whether a `key=value` says nothing about which document is meant.
fn is_noise(pair: &str) -> bool {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    let key = plain(key);
    match key.as_str() {
        "phpsessid" | "jsessionid" => true,
        // vBulletin's session; elsewhere `s` is a search, and a short number in `sid` is a story.
        "s" => value.len() == 32 && value.bytes().all(|b| b.is_ascii_hexdigit()),
        "sid" => !(value.contains(['/', '.']) || value.len() <= 10 && value.bytes().all(|b| b.is_ascii_digit())),
        "fbclid" | "gclid" | "dclid" | "gbraid" | "wbraid" | "yclid" | "msclkid" | "twclid" | "ttclid" | "mc_cid"
        | "mc_eid" | "igshid" | "xtor" | "ref_src" | "cmpid" | "spm" | "_ga" | "_gl" => true,
        "replytocom" | "print" | "highlight" | "hilit" => true,
        "view" => value.eq_ignore_ascii_case("print"),
        _ => key.starts_with("utm_") || key.starts_with("at_"),
    }
}

/// Whether a parameter with that key holds a secret. Words that say so anywhere are looked for anywhere, short ones only
/// between signs, digits and changes of case: `x-api-key`, `userPass`, but not `monkey` or `passage`.
fn is_secret(key: &str) -> bool {
    const ANYWHERE: [&str; 7] = ["token", "secret", "passw", "passphrase", "signature", "apikey", "credential"];
    const WHOLE: [&str; 9] = ["key", "sig", "pass", "pwd", "auth", "jwt", "authkey", "accesskey", "rsskey"];
    let Some((name, _)) = form_urlencoded::parse(key.as_bytes()).next() else { return false };
    let mut words = String::with_capacity(name.len() + 4);
    let mut low = false;
    for c in name.chars() {
        if low && c.is_ascii_uppercase() {
            words.push('_');
        }
        low = c.is_ascii_lowercase();
        words.push(c.to_ascii_lowercase());
    }
    ANYWHERE.iter().any(|word| words.contains(word))
        || words.split(|c: char| !c.is_alphabetic()).any(|word| WHOLE.contains(&word))
}

/// A parameter's key in plain lower case.
fn plain(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    push_normal(&mut out, key);
    out.make_ascii_lowercase();
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cleaned_address_is_as_it_was_found_but_for_noise() {
        for (found, cleaned) in [
            ("https://f.example/t.php?t=5&sid=0123456789abcdef0123456789abcdef#p10", "https://f.example/t.php?t=5#p10"),
            ("https://f.example/a;jsessionid=AB12/b?x=1", "https://f.example/a/b?x=1"),
            ("https://f.example/a;v=1?utm_source=x&fbclid=1", "https://f.example/a;v=1"),
            ("https://b.example/%d8%b1/?replytocom=4#respond", "https://b.example/%d8%b1/"),
            ("https://b.example/#comment-5", "https://b.example/#comment-5"),
            ("https://b.example/#!/post", "https://b.example/#!/post"),
            ("?", ""),
        ] {
            assert_eq!(clean(found), cleaned);
        }
        for fragment in ["#respond", "#top", "#:~:text=a"] {
            assert_eq!(canonical(&format!("https://b.example/x{fragment}")).unwrap(), "https://b.example/x");
        }
    }

    fn same(a: &str, b: &str) {
        assert_eq!(canonical(a), canonical(b), "{a} and {b}");
        assert!(canonical(a).is_some(), "{a}");
    }

    #[test]
    fn host_port_dots_and_encoding_have_one_form() {
        let url = canonical("HTTP://user:pw@WWW.Blog.Example.:80/a/../%7ebob/caf%c3%a9/./x%2fy");
        assert_eq!(url.as_deref(), Some("http://www.blog.example/~bob/caf%C3%A9/x%2Fy"));
        same("https://blog.example:443", "https://blog.example/");
        same("https://blog.example/café", "https://blog.example/caf%C3%A9");
        assert_eq!(
            canonical("http://blog.example:8080/index.php").as_deref(),
            Some("http://blog.example:8080/index.php")
        );
        assert_ne!(canonical("http://blog.example/"), canonical("https://blog.example/"), "the scheme is kept");
        assert_eq!(canonical("http://0x7f.1/").as_deref(), Some("http://127.0.0.1/"));
    }

    #[test]
    fn sessions_tracking_and_presentation_are_dropped_and_the_rest_keeps_its_order() {
        let plain = "https://forum.example/t.php?t=7&p=9&lang=fr";
        for noise in [
            "sid=0123456789abcdef0123456789abcdef",
            "PHPSESSID=abc",
            "s=0123456789ABCDEF0123456789abcdef",
            "utm_source=rss&utm_medium=feed",
            "UTM_Campaign=x",
            "fbclid=1&gclid=2&xtor=RSS-1&at_medium=y&spm=z",
            "%75tm_source=hidden",
            "replytocom=3",
            "print=1",
            "view=print",
            "highlight=box",
            "&",
        ] {
            same(plain, &format!("https://forum.example/t.php?t=7&{noise}&p=9&lang=fr"));
        }
        same("https://shop.example/a", "https://shop.example/a?utm_id=1");
        same("https://shop.example/a", "https://shop.example/a?");
        same("https://shop.example/a/b?x=1", "https://shop.example/a;jsessionid=1F2E;JSESSIONID=3/b;jsessionid=9?x=1");
        assert_ne!(canonical("https://b.example/?p=1"), canonical("https://b.example/?p=2"));
        assert_ne!(canonical("https://b.example/?s=orange"), canonical("https://b.example/"), "a search is no session");
        assert_ne!(canonical("https://b.example/n.php?sid=12"), canonical("https://b.example/n.php?sid=13"), "a story");
        assert_ne!(canonical("https://b.example/?view=list"), canonical("https://b.example/"));
    }

    #[test]
    fn the_fragment_that_names_a_post_is_kept() {
        assert_ne!(canonical("https://f.example/t/1#post-2"), canonical("https://f.example/t/1#post-3"));
        same("https://f.example/t/1#", "https://f.example/t/1");
        same("https://f.example/t/1#:~:text=box", "https://f.example/t/1");
        same("https://f.example/t/1#p2:~:text=box", "https://f.example/t/1#p2");
        same("https://f.example/a#xtor=RSS-320", "https://f.example/a");
    }

    #[test]
    fn one_post_has_one_form_whatever_page_shows_it() {
        same("http://f.example/viewtopic.php?p=9#p9", "http://f.example/viewtopic.php?f=2&t=5&start=10#p9");
        same("http://f.example/b/viewtopic.php?pid=9#p9", "http://f.example/b/viewtopic.php?id=5&p=2#p9");
        assert_ne!(
            canonical("http://f.example/viewtopic.php?p=9#p9"),
            canonical("http://f.example/viewtopic.php?p=9#p8")
        );
        assert_ne!(canonical("http://f.example/viewtopic.php?t=1"), canonical("http://f.example/viewtopic.php?t=2"));
        same("http://b.example/a/#comment-5", "http://b.example/a/comment-page-2/#comment-5");
        same("http://b.example/?p=1#comment-5", "http://b.example/?p=1&cpage=2#comment-5");
        assert_ne!(canonical("http://b.example/?p=1"), canonical("http://b.example/?p=1&cpage=2"));
        assert_ne!(canonical("http://b.example/a/"), canonical("http://b.example/a/comment-page-2/"));
        assert_ne!(
            canonical("http://b.example/a/#comment-5"),
            canonical("http://b.example/b/comment-page-2/#comment-5")
        );
    }

    #[test]
    fn what_is_not_of_the_web_has_no_form() {
        for url in [
            "",
            "blog.example",
            "ftp://a.example/",
            "javascript:alert(1)",
            "http://",
            "http:\\\\a.example\\b",
            "https://a.example\\@b.example/",
            "mailto:a@b.example",
            "data:text/html,x",
            "http://[::1",
            "file:///etc/passwd",
        ] {
            assert_eq!(canonical(url), None, "{url}");
            assert_eq!(host(url), None, "{url}");
        }
    }

    #[test]
    fn links_are_joined_without_credentials_and_other_schemes() {
        let base = "https://me:pw@blog.example/2026/a.html";
        assert_eq!(join(base, " b.html#c1\n").as_deref(), Some("https://blog.example/2026/b.html#c1"));
        assert_eq!(join(base, "//cdn.example/x").as_deref(), Some("https://cdn.example/x"));
        assert_eq!(join(base, "http://you:pw@other.example/").as_deref(), Some("http://other.example/"));
        for reference in [
            "javascript:1",
            "file:///etc/passwd",
            "data:,x",
            "\\\\evil.example",
            "/a\\..\\b",
            "http://[",
            "ftp://x.example/",
        ] {
            assert_eq!(join(base, reference), None, "{reference}");
        }
        assert_eq!(join("no base", "/a"), None);
    }

    #[test]
    fn hosts_are_named_with_unusual_ports_only() {
        assert_eq!(host("https://Blog.Example:443/x").as_deref(), Some("blog.example"));
        assert_eq!(host("http://127.0.0.1:8101/x").as_deref(), Some("127.0.0.1:8101"));
    }

    #[test]
    fn secrets_and_escapes_are_never_shown() {
        assert_eq!(shown("https://me:pw@a.example/x?b=1"), "https://***@a.example/x?b=1");
        assert_eq!(shown("https://a@b:p@ss@a.example/"), "https://***@a.example/");
        assert_eq!(
            shown("https://a.example/f?user=1&TOKEN=t&api_key=k&x=2&%73ig=s#access_token=z"),
            "https://a.example/f?user=1&TOKEN=***&api_key=***&x=2&%73ig=***#access_token=***"
        );
        assert_eq!(shown("https://a.example/?token=a;b=c?d&e=f;key=g#h"), "https://a.example/?token=***&e=f;key=***#h");
        assert_eq!(shown("me:pw@a.example/feed"), "***@a.example/feed");
        assert_eq!(shown("http:\\\\me:pw@a.example"), "http:\\\\***@a.example");
        assert_eq!(shown("a\u{1b}[31m\u{202e}b\n\u{9b}"), "a\\x1b[31m\\u{202e}b\\x0a\\x9b");
        assert_eq!(shown("/chemin/été@maison.xml"), "/chemin/été@maison.xml");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn what_the_configuration_hides_stands_in_no_address() {
        let own = "https://me:pw@a.example/feed?token=hush&n=1";
        for (url, safe) in [
            ("https://a.example/x?token=hush&b=2#c", "https://a.example/x?token=***&b=2#c"),
            ("https://you:hush@b.example/x", "https://b.example/x"),
            ("https://a.example/x?key=42&n=1", "https://a.example/x?key=42&n=1"),
            ("https://a.example/@me", "https://a.example/@me"),
        ] {
            assert_eq!(without_secrets(url, own), safe);
        }
        let own = "https://a.example/feed?token=s3&x=1";
        let next = "https://a.example/feed?token=s3&x=1&paged=2";
        assert_eq!(with_secrets(&without_secrets(next, own), own), next);
        assert_eq!(with_secrets("https://a.example/?mytoken=***&x=***", own), "https://a.example/?mytoken=***&x=***");
    }

    #[test]
    fn keys_that_sound_secret_are_known_by_their_words() {
        let secret = "token key Key2 sig pass pwd secret auth jwt feed_token auth_token rsstoken private_token x-api-key apikey \
                      apiKey access_token accessToken AWSAccessKeyId userPass X-Amz-Signature signature passwd password \
                      client_secret %6Bey %20key +key user[key] user%5Bpass%5D";
        for key in secret.split(' ') {
            assert_eq!(shown(&format!("?{key}=hush&a=b")), format!("?{key}=***&a=b"));
        }
        let open = "monkey keyword keywords passage compass design signal author page q clé clef tok lookey";
        for key in open.split(' ').chain([""]) {
            assert_eq!(shown(&format!("?{key}=open")), format!("?{key}=open"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn canonical_is_stable_and_nothing_panics(text in "(https?://)?[a-z.]{0,8}[\\PC]{0,40}", more in "[%0-9a-f/?#&=;.\\\\@:]{0,30}") {
            let url = format!("{text}{more}");
            shown(&url);
            join("http://a.example/b", &url);
            if let Some(once) = canonical(&url) {
                prop_assert_eq!(canonical(&once), Some(once.clone()));
            }
        }
    }
}
