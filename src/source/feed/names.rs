//! What an element of a feed is: its namespace and its name → one of the things that are read, whatever the dialect.

/// A namespace that says something about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// The feed's own, whichever that is.
    Own,
    Atom,
    Dublin,
    Terms,
    Content,
    Itunes,
    Media,
    Slash,
    Threads,
    Comments,
    FeedBurner,
    /// Of searches of Bing News.
    News,
    Html,
    Other,
}

/// The namespace of a name; `None` for those that say nothing to us.
pub fn space(uri: &str) -> Option<Space> {
    let bare = uri.trim().to_ascii_lowercase();
    let bare = bare.trim_start_matches("http://").trim_start_matches("https://").trim_end_matches(['/', '#']);
    Some(match bare {
        "www.w3.org/2005/atom"
        | "purl.org/atom/ns"
        | "example.com/newformat"
        | "example.com/necho"
        | "purl.org/echo"
        | "uri/of/echo/namespace"
        | "purl.org/pie"
        | "purl.org/atom-blog/ns" => Space::Atom,
        "purl.org/rss/1.0"
        | "my.netscape.com/rdf/simple/0.9"
        | "channel.netscape.com/rdf/simple/0.9"
        | "my.netscape.com/publish/formats/rss-0.91.dtd"
        | "blogs.law.harvard.edu/tech/rss"
        | "cyber.law.harvard.edu/rss/rss.html"
        | "purl.org/net/rss1.1" => Space::Own,
        "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" => Space::Dublin,
        "purl.org/dc/terms" => Space::Terms,
        "purl.org/rss/1.0/modules/content" => Space::Content,
        "www.itunes.com/dtds/podcast-1.0.dtd" | "example.com/dtds/podcast-1.0.dtd" => Space::Itunes,
        "search.yahoo.com/mrss" | "video.search.yahoo.com/mrss" => Space::Media,
        "purl.org/rss/1.0/modules/slash" => Space::Slash,
        "purl.org/syndication/thread/1.0" => Space::Threads,
        "wellformedweb.org/commentapi" => Space::Comments,
        "rssnamespace.org/feedburner/ext/1.0" => Space::FeedBurner,
        "www.w3.org/1999/xhtml" => Space::Html,
        _ if bare.starts_with("www.bing.com/news") => Space::News,
        _ if bare.starts_with("backend.userland.com/rss") => Space::Own,
        _ if bare.starts_with("www.itunes.com/dtds/") => Space::Itunes,
        _ => return None,
    })
}

/// The namespace that everyone means by a prefix.
pub fn usual(prefix: &str) -> Space {
    match prefix {
        "rss" => Space::Own,
        "atom" | "a10" => Space::Atom,
        "dc" => Space::Dublin,
        "dcterms" => Space::Terms,
        "content" => Space::Content,
        "itunes" => Space::Itunes,
        "media" => Space::Media,
        "slash" => Space::Slash,
        "thr" => Space::Threads,
        "wfw" => Space::Comments,
        "feedburner" => Space::FeedBurner,
        "xhtml" => Space::Html,
        _ => Space::Other,
    }
}

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// `rss`, `rdf:RDF`.
    Root,
    /// What describes the feed itself: `channel`, Atom's `feed`.
    Channel,
    Item,
    Title,
    /// A title of another vocabulary, for want of an own one.
    OtherTitle,
    /// An address as text or as `href`.
    Link,
    /// The same where the first counts.
    AtomLink,
    /// Of Channel Definition Format: an address and a title.
    Anchor,
    OriginalLink,
    Guid,
    Id,
    Description,
    Summary,
    Content,
    /// The same where it is always markup.
    Encoded,
    /// A description of another vocabulary, for want of an own one.
    OtherDescription,
    /// Text for people that is not read.
    Rights,
    Author,
    Name,
    Creator,
    Editor,
    WebMaster,
    Speaker,
    Contributor,
    Published,
    Updated,
    /// `dc:date`, which says neither.
    Dated,
    Language,
    Category,
    Keywords,
    Comments,
    CommentsFeed,
    CommentsCount,
    Answers,
    Statistics,
    Rating,
    Generator,
    /// Where an Atom entry was taken from.
    Source,
    /// What has no end tag in HTML.
    Void,
    Other,
}

use Element::*;

/// The element of that namespace and local name, in lower case.
pub fn element(space: Space, local: &[u8]) -> Element {
    match space {
        Space::Own => own(local),
        Space::Atom => match local {
            b"title" => OtherTitle,
            b"link" => AtomLink,
            _ => own(local),
        },
        Space::Dublin | Space::Terms => match local {
            b"title" => OtherTitle,
            b"creator" | b"author" => Creator,
            b"contributor" => Contributor,
            b"description" | b"abstract" => OtherDescription,
            b"subject" => Category,
            b"language" => Language,
            b"date" => Dated,
            b"issued" | b"created" | b"datesubmitted" => Published,
            b"modified" => Updated,
            b"rights" => Rights,
            _ => Other,
        },
        Space::Content => {
            if local == b"encoded" {
                Encoded
            } else {
                Other
            }
        }
        Space::Itunes => match local {
            b"title" => OtherTitle,
            b"author" => Speaker,
            b"summary" | b"subtitle" => OtherDescription,
            b"keywords" => Keywords,
            b"category" => Category,
            _ => Other,
        },
        Space::Media => match local {
            b"title" => OtherTitle,
            b"description" => OtherDescription,
            b"category" => Category,
            b"keywords" => Keywords,
            b"statistics" => Statistics,
            b"starrating" => Rating,
            b"rights" | b"copyright" => Rights,
            _ => Other,
        },
        Space::Slash => {
            if local == b"comments" {
                CommentsCount
            } else {
                Other
            }
        }
        Space::Threads => match local {
            b"total" => CommentsCount,
            b"in-reply-to" => Answers,
            _ => Other,
        },
        Space::Comments => {
            if local == b"commentrss" {
                CommentsFeed
            } else {
                Other
            }
        }
        Space::FeedBurner => {
            if local == b"origlink" {
                OriginalLink
            } else {
                Other
            }
        }
        Space::News => {
            if local == b"source" {
                Source
            } else {
                Other
            }
        }
        Space::Html => {
            if local == b"body" {
                Content
            } else {
                Other
            }
        }
        Space::Other => Other,
    }
}

fn own(local: &[u8]) -> Element {
    match local {
        b"item" | b"entry" => Item,
        b"title" => Title,
        b"link" => Link,
        b"guid" => Guid,
        b"id" => Id,
        b"description" | b"abstract" | b"subtitle" | b"tagline" => Description,
        b"summary" => Summary,
        b"content" => Content,
        b"body" | b"fullitem" | b"encoded" => Encoded,
        b"info" => OtherDescription,
        b"rights" | b"copyright" => Rights,
        b"author" => Author,
        b"name" => Name,
        b"creator" => Creator,
        b"managingeditor" => Editor,
        b"webmaster" => WebMaster,
        b"contributor" => Contributor,
        b"pubdate" | b"published" | b"issued" | b"created" => Published,
        b"updated" | b"modified" | b"lastbuilddate" => Updated,
        b"date" => Dated,
        b"language" => Language,
        b"category" => Category,
        b"tags" | b"keywords" => Keywords,
        b"comments" => Comments,
        b"generator" => Generator,
        b"source" => Source,
        b"channel" | b"feed" => Channel,
        b"rss" | b"rdf" => Root,
        b"a" => Anchor,
        b"br" | b"hr" | b"img" => Void,
        _ => Other,
    }
}

impl Element {
    /// Whether it holds text for people, in which markup may stand as it is.
    pub fn holds_text(self) -> bool {
        matches!(
            self,
            Title | OtherTitle | Description | Summary | Content | Encoded | OtherDescription | Rights | Creator
        )
    }

    /// Whether it holds one line and no other element, so that one that begins in it ends it.
    pub fn holds_line(self) -> bool {
        matches!(
            self,
            Link | AtomLink
                | Guid
                | Id
                | Published
                | Updated
                | Dated
                | Language
                | Comments
                | CommentsFeed
                | CommentsCount
                | Generator
        )
    }

    /// Whether it describes what its parent is, so that its parent is not one of [`Element::holds_line`].
    pub fn is_known(self) -> bool {
        !matches!(self, Other | Void | Name | Anchor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_namespaces_are_known_however_they_are_written() {
        for uri in [
            "http://purl.org/dc/elements/1.1/",
            "https://purl.org/dc/elements/1.1",
            " HTTP://PURL.ORG/dc/elements/1.1# ",
        ] {
            assert_eq!(space(uri), Some(Space::Dublin), "{uri}");
        }
        assert_eq!(space("http://www.itunes.com/DTDs/Podcast-1.0.dtd"), Some(Space::Itunes));
        assert_eq!(space("http://purl.org/atom/ns#"), Some(Space::Atom));
        assert_eq!(space("http://backend.userland.com/rss2"), Some(Space::Own));
        assert_eq!(space("urn:x"), None);
    }

    #[test]
    fn an_elements_meaning_goes_by_its_namespace() {
        assert_eq!(element(Space::Own, b"title"), Title);
        assert_eq!(element(Space::Media, b"title"), OtherTitle);
        assert_eq!(element(Space::Other, b"title"), Other);
        assert_eq!((element(Space::Slash, b"comments"), element(Space::Own, b"comments")), (CommentsCount, Comments));
    }
}
