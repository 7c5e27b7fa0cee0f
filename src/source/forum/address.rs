//! Addresses of forums: one form for each page, whatever decorates it.

use url::Url;

/// A page of a topic or of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// In the one form that is asked for.
    pub url: Url,
    /// The first page of the same.
    pub first: Url,
    /// Where among the pages it stands; the first lowest.
    pub place: u64,
}

/// `script?id=ID&page=N`: other parameters are sessions, boards, ways of showing it. `none` is what the first page's number
/// would be.
pub fn script_page(url: &Url, wanted: &str, id: &str, page: &str, none: u64) -> Option<At> {
    let number = parameter(url, id).filter(|_| script(url) == wanted)?;
    let first = beside(url, wanted, &[(id, &number)], None)?;
    let place = parameter(url, page).and_then(|page| page.parse().ok()).unwrap_or(none);
    let own = match place > none {
        true => beside(url, wanted, &[(id, &number), (page, &place.to_string())], None)?,
        false => first.clone(),
    };
    Some(At { url: own, first, place: place.max(none) })
}

/// How an address made of folders names a page.
#[derive(Debug, Clone, Copy)]
pub enum Paged {
    /// `?page=2`
    Query(&'static str),
    /// `/page-2`
    Part(&'static str),
    /// `/page/2`
    Folder(&'static str),
}

/// An address as a path of parts, from the one that says what it is.
pub struct Parts<'a> {
    url: &'a Url,
    before: Vec<&'a str>,
    after: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    /// What comes after the last part that is called one of `folders`.
    pub fn after(url: &'a Url, folders: &[&str]) -> Option<Parts<'a>> {
        let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
        let at = parts.iter().rposition(|part| folders.contains(part))?;
        let (before, after) = parts.split_at(at + 1);
        Some(Parts { url, before: before.to_vec(), after: after.to_vec() })
    }

    /// The part of that number, from 0.
    pub fn get(&self, at: usize) -> Option<&'a str> {
        self.after.get(at).copied()
    }

    /// The page whose address keeps so many parts; its number is looked for where `paged` says.
    pub fn page(&self, kept: usize, paged: Paged, slash: bool) -> Option<At> {
        let kept_parts = self.after.get(..kept)?;
        let rest = self.after.get(kept..).unwrap_or_default();
        let place = match paged {
            Paged::Query(key) => parameter(self.url, key),
            Paged::Part(start) => rest.iter().find_map(|part| part.strip_prefix(start)).map(String::from),
            Paged::Folder(name) => match rest {
                [folder, number, ..] if *folder == name => Some((*number).into()),
                _ => parameter(self.url, name),
            },
        };
        let place = place.and_then(|place| place.parse().ok()).unwrap_or(1).max(1);
        let path = [&self.before[..], kept_parts].concat().join("/");
        let first = self.with_path(&path, slash, None);
        let own = match paged {
            _ if place == 1 => first.clone(),
            Paged::Query(key) => self.with_path(&path, slash, Some(&format!("{key}={place}"))),
            Paged::Part(start) => self.with_path(&format!("{path}/{start}{place}"), false, None),
            Paged::Folder(name) => self.with_path(&format!("{path}/{name}/{place}"), slash, None),
        };
        Some(At { url: own, first, place })
    }

    fn with_path(&self, path: &str, slash: bool, query: Option<&str>) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("/{path}{}", if slash { "/" } else { "" }));
        url.set_query(query);
        url.set_fragment(None);
        url
    }
}

/// An address with only some of its parameters, in their order, and without fragment.
pub fn with_query(url: &Url, keep: impl Fn(&str) -> bool) -> Url {
    let kept: Vec<String> = url
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| keep(pair.split('=').next().unwrap_or_default()))
        .map(String::from)
        .collect();
    let mut kept_url = url.clone();
    kept_url.set_query(if kept.is_empty() { None } else { Some(kept.join("&")) }.as_deref());
    kept_url.set_fragment(None);
    kept_url
}

/// The value of a parameter that is a number.
pub fn parameter(url: &Url, key: &str) -> Option<String> {
    let value = url.query_pairs().find(|(name, _)| name == key)?.1;
    is_number(&value).then(|| value.into_owned())
}

/// Whether a text is a number that a forum could have given.
pub fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The number that a text ends with.
pub fn last_number(text: &str) -> Option<&str> {
    let start = text
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    Some(&text[start..]).filter(|number| is_number(number))
}

/// The number that a text begins with.
pub fn first_number(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some(&text[..end]).filter(|number| is_number(number))
}

/// The number in a fragment after `start`.
pub fn in_fragment(url: &Url, start: &str) -> Option<String> {
    url.fragment()?.strip_prefix(start).filter(|number| is_number(number)).map(String::from)
}

/// The script that an address leads to.
pub fn script(url: &Url) -> &str {
    url.path().rsplit('/').next().unwrap_or_default()
}

/// The same folder's `script`, with these parameters and that fragment.
pub fn beside(url: &Url, script: &str, query: &[(&str, &str)], fragment: Option<&str>) -> Option<Url> {
    let mut url = url.join(script).ok()?;
    let query: Vec<String> = query.iter().map(|(key, value)| format!("{key}={value}")).collect();
    url.set_query(Some(&query.join("&")));
    url.set_fragment(fragment);
    Some(url)
}
