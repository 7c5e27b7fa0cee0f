//! Comments that a page does not hold but has a script fetch from elsewhere: where that is, as far as the page says.

use std::fmt;
use std::sync::LazyLock;

use memchr::memmem;
use scraper::Selector;

use crate::source::html::{HtmlPage, selector};
use crate::text::{markup, urls};

/// Bytes of an address or a name in a script.
const LONGEST: usize = 400;

/// Where a page's scripts say that its comments are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Embedded {
    /// The address of Isso's interface, as written.
    pub isso: Option<String>,
    /// The name of a site at Disqus.
    pub disqus: Option<String>,
    /// Another service, by its name.
    pub other: Option<&'static str>,
}

/// A service that keeps comments and shows them to scripts alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub service: &'static str,
    /// Where a person may look.
    pub link: Option<String>,
}

/// Services by what their scripts are called.
const SERVICES: [(&str, &str); 11] = [
    ("giscus.app/client", "Giscus"),
    ("utteranc.es/client", "utterances"),
    ("cdn.commento.io", "Commento"),
    ("cusdis.com/js", "Cusdis"),
    ("hyvor.com/embed", "Hyvor Talk"),
    ("talk.hyvor.com", "Hyvor Talk"),
    ("remark42", "Remark42"),
    ("comments-ui.min.js", "Ghost"),
    ("cdn.coral.coralproject", "Coral"),
    ("cdn.viafoura.net", "Viafoura"),
    ("graphcomment.com/js", "GraphComment"),
];

impl Embedded {
    /// What the scripts of a page say, by its source; the tree does not have them.
    pub fn find(html: &str) -> Embedded {
        let mut found = Embedded::default();
        let mut rest = html;
        while let Some(at) = memmem::find(rest.as_bytes(), b"<script") {
            let script = &rest[at..];
            let end = memmem::find(script.as_bytes(), b"</script").unwrap_or(script.len());
            found.take(&script[..end]);
            rest = &script[end.max(7)..];
        }
        found
    }

    /// What one script says.
    fn take(&mut self, script: &str) {
        let head = &script[..script.find('>').unwrap_or(script.len())];
        let attribute = |name: &str| {
            let at = head.find(&format!("{name}="))? + name.len() + 1;
            let quote = head[at..].chars().next()?;
            let value = match quote {
                '"' | '\'' => head[at + 1..].split(quote).next()?,
                _ => head[at..].split([' ', '\n', '\t']).next()?,
            };
            Some(markup::entities(value).trim().to_owned()).filter(|value| value.len() <= LONGEST)
        };
        if self.isso.is_none() {
            let by_name = || {
                let src = attribute("src")?;
                let (api, file) = src.rsplit_once("js/")?;
                matches!(file, "embed.min.js" | "embed.dev.js")
                    .then(|| api.to_owned())
                    .filter(|_| head.contains("isso"))
            };
            self.isso = attribute("data-isso").or_else(by_name).filter(|api| !api.is_empty());
        }
        if self.disqus.is_none() {
            self.disqus = shortname(script);
        }
        if self.other.is_none() {
            self.other = SERVICES.iter().find(|(mark, _)| head.contains(mark)).map(|(_, name)| *name);
        }
    }
}

/// The name of a site at Disqus in a script: of the address that it loads, or as it is set.
fn shortname(script: &str) -> Option<String> {
    let is_name = |name: &&str| {
        !name.is_empty()
            && name.len() <= 100
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let host = || {
        let head = &script[..memmem::find(script.as_bytes(), b".disqus.com")?];
        head.rsplit(['/', '"', '\'']).next().filter(is_name).filter(|name| !matches!(*name, "www" | "c" | "a"))
    };
    let set = || {
        let rest = &script[memmem::find(script.as_bytes(), b"disqus_shortname")? + 16..];
        let rest = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(['=', ':'])?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next().filter(is_name)
    };
    host().or_else(set).map(String::from)
}

impl Elsewhere {
    /// The service that keeps a page's comments, where no reader of ours gets at them.
    pub fn of(page: &HtmlPage) -> Option<Elsewhere> {
        static THREAD: LazyLock<Selector> =
            LazyLock::new(|| selector("#disqus_thread, .fb-comments, #remark42, #commento"));
        let thread = page.first(&THREAD);
        let embedded = &page.head.embedded;
        let service = match thread.map(|thread| (thread.value().attr("id"), thread)) {
            Some((Some("disqus_thread"), _)) => "Disqus",
            Some((Some("remark42"), _)) => "Remark42",
            Some((Some("commento"), _)) => "Commento",
            Some(_) => "Facebook",
            None => embedded.other?,
        };
        let named = embedded.disqus.as_deref().filter(|_| service == "Disqus");
        let base = page.base.as_deref();
        let link = match (named, base) {
            (Some(name), _) => Some(format!("https://{name}.disqus.com/")),
            (None, Some(base)) if service == "Disqus" => urls::join(base, "#disqus_thread"),
            _ => None,
        };
        Some(Elsewhere { service, link })
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its comments are kept by {}, which shows them to scripts alone", self.service)?;
        self.link.iter().try_for_each(|link| write!(f, ": {link}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_say_where_comments_are() {
        let isso = "<script data-isso=\"//avis.example/isso/\" data-isso-lang='fr' src='//avis.example/isso/js/embed.min.js'></script>";
        assert_eq!(Embedded::find(isso).isso.as_deref(), Some("//avis.example/isso/"));
        let bare = "<script src=https://isso.blog.example/js/embed.min.js></script><script>x</script>";
        assert_eq!(Embedded::find(bare).isso.as_deref(), Some("https://isso.blog.example/"));
        for disqus in [
            "<script>var d=document,s=d.createElement('script');s.src='https://carnet-sud.disqus.com/embed.js';</script>",
            "<script>var disqus_shortname = 'carnet-sud'; (function(){ dsq.src = '//' + disqus_shortname + '.disqus.com/embed.js'; })()</script>",
        ] {
            assert_eq!(Embedded::find(disqus).disqus.as_deref(), Some("carnet-sud"), "{disqus}");
        }
        let other = "<script src='https://giscus.app/client.js' data-repo=x></script>";
        assert_eq!(Embedded::find(other), Embedded { other: Some("Giscus"), ..Embedded::default() });
        for none in [
            "",
            "<script",
            "<script>",
            "<script data-isso=>",
            "<p>data-isso='x' disqus_shortname</p>",
            "<script>disqus_shortname",
        ] {
            assert_eq!(Embedded::find(none), Embedded::default(), "{none}");
        }
    }
}
