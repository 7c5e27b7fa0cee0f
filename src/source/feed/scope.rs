//! What holds from one element of a feed on to all in it: what prefixes mean, what addresses count from.

use url::Url;

use super::finish::{Dialect, absolute};
use super::held;
use super::names::{self, Element, Space};
use super::tokens::{attribute, attributes, split};

/// Bytes of an `xml:base`.
const LONGEST_BASE: usize = 2_048;
/// Prefixes that are looked at; no feed has more than a few.
const MAX_PREFIXES: usize = 64;

pub struct Scope<'a> {
    /// What prefixes were declared to mean. Nobody uses one for two things, so they hold to the end.
    prefixes: Vec<(&'a str, Space)>,
    /// What addresses count from, and how many elements were open where each began to hold.
    bases: Vec<(usize, Url)>,
    /// What the page itself counts from.
    page: Option<Url>,
}

impl<'a> Scope<'a> {
    pub fn new(base: Option<&str>) -> Scope<'a> {
        let page = base.and_then(|base| Url::parse(base).ok());
        Scope { prefixes: Vec::with_capacity(16), bases: Vec::new(), page }
    }

    /// Takes note of what prefixes mean; answers what names without one mean from here on, where that is said.
    pub fn declare(&mut self, tag: &'a str) -> Option<Space> {
        let mut default = None;
        for (name, uri, _) in attributes(tag) {
            match name.strip_prefix("xmlns") {
                Some("") if uri.is_empty() => default = Some(Space::Own),
                Some("") => default = Some(names::space(uri).unwrap_or(Space::Other)),
                Some(prefix) => {
                    let prefix = prefix.strip_prefix(':').unwrap_or(prefix);
                    if let Some(space) = names::space(uri)
                        && self.prefixes.len() < MAX_PREFIXES
                        && !self.prefixes.contains(&(prefix, space))
                    {
                        self.prefixes.push((prefix, space));
                    }
                }
                None => {}
            }
        }
        default
    }

    /// What an element is, by the namespace that its prefix was declared to mean, else by that which everybody means.
    pub fn element(&self, name: &str, default: Space, dialect: Dialect) -> (Space, Element) {
        let (prefix, local) = split(name);
        let mut lower = [0u8; 24];
        let Some(lower) = lower.get_mut(..local.len()) else { return (Space::Other, Element::Other) };
        lower.copy_from_slice(local.as_bytes());
        lower.make_ascii_lowercase();
        let local = &*lower;
        let space = match prefix {
            "" => default,
            _ => {
                let declared = self.prefixes.iter().rev().find(|(known, _)| *known == prefix);
                declared.map_or_else(|| names::usual(prefix), |(_, space)| *space)
            }
        };
        let own = space == Space::Atom && dialect == Dialect::Atom
            || prefix.is_empty() && matches!(local, b"item" | b"entry" | b"channel");
        let space = if own { Space::Own } else { space };
        match names::element(space, local) {
            Element::Link if dialect == Dialect::Atom => (space, Element::AtomLink),
            element => (space, element),
        }
    }

    /// Takes a new base of addresses, if that is what the tag says, for what is in it; `depth` elements are open around it.
    pub fn rebase(&mut self, tag: &str, depth: usize) -> bool {
        let Some(written) = attribute(tag, "xml:base").filter(|base| base.len() <= LONGEST_BASE) else { return false };
        let written = held::decoded(written.trim());
        let url = match self.base() {
            Some(base) => base.join(&written),
            None => Url::parse(&written),
        };
        // What the base of a base of a base grows to is bounded, too.
        let Some(url) = url.ok().filter(|url| url.as_str().len() <= 2 * LONGEST_BASE) else { return false };
        self.bases.push((depth, url));
        true
    }

    /// Forgets the bases of elements that were closed; `depth` are open.
    pub fn leave(&mut self, depth: usize) {
        while self.bases.last().is_some_and(|(since, _)| *since >= depth) {
            self.bases.pop();
        }
    }

    fn base(&self) -> Option<&Url> {
        self.bases.last().map(|(_, base)| base).or(self.page.as_ref())
    }

    /// An address, absolute, if it leads to the web.
    pub fn resolve(&self, url: &str) -> Option<String> {
        absolute(url, self.base())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_mean_what_was_declared_else_what_everybody_means() {
        let mut scope = Scope::new(None);
        let tag =
            " xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:slash=\"urn:x\" xmlns=\"http://www.w3.org/1999/xhtml\"";
        assert_eq!(scope.declare(tag), Some(Space::Html));
        let mean = |name| scope.element(name, Space::Own, Dialect::Rss).1;
        assert_eq!(
            (mean("d:creator"), mean("dc:creator"), mean("x:creator")),
            (Element::Creator, Element::Creator, Element::Other)
        );
        assert_eq!(
            (mean("slash:comments"), mean("TiTLE"), mean(&"x".repeat(99))),
            (Element::CommentsCount, Element::Title, Element::Other)
        );
        assert_eq!(scope.element("atom:id", Space::Own, Dialect::Atom), (Space::Own, Element::Id));
        assert_eq!(scope.element("title", Space::Other, Dialect::Rss).1, Element::Other);
        assert_eq!(scope.element("item", Space::Other, Dialect::Rss).1, Element::Item);
    }

    #[test]
    fn bases_hold_for_what_is_in_them() {
        let mut scope = Scope::new(Some("https://a.example/feed"));
        assert!(scope.rebase(" xml:base='/un/'", 0) && scope.rebase(" xml:base=\"deux/\"", 1));
        assert_eq!(scope.resolve("x").as_deref(), Some("https://a.example/un/deux/x"));
        scope.leave(1);
        assert_eq!(scope.resolve("x").as_deref(), Some("https://a.example/un/x"));
        assert!(!scope.rebase(" xml:base='http://['", 1));
        assert_eq!(scope.resolve("mailto:a@b.example"), None);
    }
}
