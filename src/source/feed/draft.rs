//! A feed or an item as it is being read: what each of its elements says, before it is known which are used.

use super::held::{Held, line, value};
use super::names::Element;
use super::person;
use super::tokens::{attribute, attributes, split};
use crate::model::Stamp;
use crate::text::{dates, plain};

/// Labels of one item that are looked at.
const MAX_TAGS: usize = 500;
/// Names of people of one item that are looked at.
const MAX_NAMES: usize = 50;
/// Bytes of an address.
const LONGEST_ADDRESS: usize = 8_192;

/// In which role somebody is named; the first of which there are any is the author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Creator,
    Author,
    Editor,
    Speaker,
    WebMaster,
    Contributor,
    /// The author of the feed that an entry was taken from.
    Source,
}

/// Facts about the feed or about one item.
#[derive(Debug, Default)]
pub struct Draft<'a> {
    pub title: Option<Held<'a>>,
    /// `dc:title`, `media:title` and the like.
    pub other_title: Option<Held<'a>>,
    pub description: Option<Held<'a>>,
    pub summary: Option<Held<'a>>,
    pub content: Option<Held<'a>>,
    /// Whether the content is markup by definition.
    pub encoded: bool,
    /// `media:description`, `itunes:summary` and the like.
    pub other_description: Option<Held<'a>>,
    /// `guid`, `id` or `rdf:about`, as written.
    pub id: Option<String>,
    /// It is said or implied to be an address.
    pub id_is_link: bool,
    /// The address of an own `link` with text, the last that is one.
    pub link: Option<String>,
    /// Addresses of links that say that they are pages, and that do not say of what type or another.
    pub alternate: Option<String>,
    pub other_alternate: Option<String>,
    /// The address before a service that counts readers was put in front.
    pub original: Option<String>,
    pub people: Vec<(Role, String)>,
    pub published: Option<Stamp>,
    /// A date of publication was written that is none.
    pub no_date: bool,
    pub updated: Option<Stamp>,
    pub dated: Option<Stamp>,
    pub language: Option<String>,
    pub tags: Vec<String>,
    pub replies: Option<u64>,
    pub views: Option<u64>,
    pub likes: Option<u64>,
    pub rating: Option<f64>,
    pub comments_url: Option<String>,
    pub comments_feed: Option<String>,
    /// What the item answers.
    pub answers: Option<String>,
    /// Whose article an item is, where a feed gathers those of others.
    pub publisher: Option<String>,
    /// The feed's older items.
    pub next: Option<String>,
    pub generator: Option<String>,
}

/// The first that is there.
fn keep<T>(slot: &mut Option<T>, found: Option<T>) {
    if slot.is_none() {
        *slot = found;
    }
}

/// The first that says something.
fn keep_text<'a>(slot: &mut Option<Held<'a>>, found: Held<'a>) {
    if slot.as_ref().is_none_or(Held::is_blank) {
        *slot = Some(found);
    }
}

fn date(held: &str) -> Option<Stamp> {
    let held = held.trim_ascii();
    if held.bytes().any(|b| matches!(b, b'<' | b'&')) {
        dates::parse(&line(held)?, None)
    } else {
        dates::parse(held, None)
    }
}

/// A count, which some write with spaces.
fn count(text: &str) -> Option<u64> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.split_whitespace().collect::<String>().parse().ok())
}

fn finite(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

impl<'a> Draft<'a> {
    /// Takes what an item's or a channel's own start tag says.
    pub fn begin(&mut self, tag: &str, resolve: impl Fn(&str) -> Option<String>) {
        if tag.is_empty() {
            return;
        }
        keep(&mut self.language, value(tag, "xml:lang").or_else(|| value(tag, "lang")));
        // Of Channel Definition Format.
        keep(&mut self.alternate, value(tag, "href").and_then(|href| resolve(&href)));
        keep(&mut self.updated, value(tag, "lastmod").and_then(|lastmod| date(&lastmod)));
    }

    /// Takes the identifier that an item of RDF bears on its tag.
    pub fn identify(&mut self, tag: &str) {
        let about = attributes(tag).find(|(name, ..)| split(name).1 == "about").and_then(|(name, ..)| value(tag, name));
        (self.id_is_link, self.id) = (about.is_some(), about);
    }

    /// Takes what a start tag in the item or the feed says; `direct` where nothing stands between.
    pub fn attributes(&mut self, element: Element, tag: &str, direct: bool, resolve: impl Fn(&str) -> Option<String>) {
        if direct && tag.contains("xml:lang") {
            keep(&mut self.language, value(tag, "xml:lang"));
        }
        match element {
            Element::Link | Element::AtomLink if direct => self.link(tag, element == Element::Link, resolve),
            Element::Anchor if direct => keep(&mut self.alternate, value(tag, "href").and_then(|href| resolve(&href))),
            Element::Content if direct && tag.contains("src") => {
                keep(&mut self.other_alternate, value(tag, "src").and_then(|src| resolve(&src)));
            }
            Element::Category => {
                let label = value(tag, "label").or_else(|| value(tag, "term")).or_else(|| value(tag, "text"));
                self.label(label.or_else(|| value(tag, "value")));
            }
            Element::Answers => {
                keep(&mut self.answers, value(tag, "href").or_else(|| value(tag, "ref")).and_then(|url| resolve(&url)));
            }
            Element::Statistics => {
                keep(&mut self.views, attribute(tag, "views").and_then(count));
                keep(&mut self.likes, attribute(tag, "likes").and_then(count));
            }
            Element::Rating => keep(&mut self.rating, attribute(tag, "average").and_then(finite)),
            _ => {}
        }
    }

    /// A link with its address in an attribute.
    fn link(&mut self, tag: &str, last_counts: bool, resolve: impl Fn(&str) -> Option<String>) {
        let Some(written) = value(tag, "href").or_else(|| value(tag, "rdf:resource")) else { return };
        let relation = attribute(tag, "rel").unwrap_or("alternate").trim();
        let relation = relation.rsplit('/').next().unwrap_or(relation);
        let address = resolve(&written);
        match relation {
            // Of RSS each stands above those before it, as with links of text.
            "" | "alternate" if last_counts => self.link = address.or(self.link.take()),
            "" | "alternate" => {
                let is_page = attribute(tag, "type").is_none_or(|kind| kind.contains("html") || kind.trim().is_empty());
                keep(if is_page { &mut self.alternate } else { &mut self.other_alternate }, address);
            }
            "next" => keep(&mut self.next, address.or(Some(written))),
            "replies" => {
                let replies = attribute(tag, "thr:count").or_else(|| attribute(tag, "count"));
                keep(&mut self.replies, replies.and_then(count));
                let is_feed = attribute(tag, "type").is_some_and(|kind| kind.contains("atom") || kind.contains("rss"));
                keep(if is_feed { &mut self.comments_feed } else { &mut self.comments_url }, address);
            }
            _ => {}
        }
    }

    fn label(&mut self, label: Option<String>) {
        if self.tags.len() < MAX_TAGS {
            self.tags.extend(label);
        }
    }

    /// Takes a text for people.
    pub fn text(&mut self, element: Element, held: Held<'a>) {
        match element {
            Element::Title => keep_text(&mut self.title, held),
            Element::OtherTitle => keep_text(&mut self.other_title, held),
            Element::Description => keep_text(&mut self.description, held),
            Element::Summary => keep_text(&mut self.summary, held),
            Element::Content if self.content.as_ref().is_none_or(Held::is_blank) => self.content = Some(held),
            // What is full by definition stands above what may be an excerpt.
            Element::Encoded if !self.encoded && !held.is_blank() => {
                (self.content, self.encoded) = (Some(held), true);
            }
            Element::OtherDescription => keep_text(&mut self.other_description, held),
            Element::Creator => self.person(Role::Creator, &held.text),
            _ => {}
        }
    }

    /// Takes what an element that is no text for people holds, as written: `direct` where it is the item's or the
    /// feed's own.
    pub fn element(&mut self, element: Element, held: &str, direct: bool, resolve: impl Fn(&str) -> Option<String>) {
        let address = |held: &str| if held.len() > LONGEST_ADDRESS { None } else { line(held) };
        match element {
            Element::Category | Element::Keywords if held.is_empty() => {}
            Element::Category => self.label(line(held)),
            Element::Keywords => {
                let words = line(held).unwrap_or_default();
                let words = words.split(',').map(plain::line).filter(|word| !word.is_empty());
                words.for_each(|word| self.label(Some(word)));
            }
            _ if !direct => {}
            Element::Link | Element::AtomLink => {
                if let Some(written) = address(held) {
                    self.link = resolve(&written).or(self.link.take());
                }
            }
            Element::Anchor => {
                let text = line(held).unwrap_or_default();
                let held = Held { text: text.into(), kind: super::held::Kind::Unsaid };
                keep_text(&mut self.other_title, held);
            }
            Element::Guid | Element::Id => self.id = address(held).or(self.id.take()),
            Element::OriginalLink => self.original = address(held).and_then(|url| resolve(&url)),
            Element::Language => self.language = line(held).or(self.language.take()),
            Element::Published => {
                self.published = date(held).or(self.published);
                self.no_date |=
                    self.published.is_none() && line(held).is_some_and(|l| l.bytes().any(|b| b.is_ascii_digit()));
            }
            Element::Updated => self.updated = date(held).or(self.updated),
            Element::Dated => self.dated = date(held).or(self.dated),
            Element::Speaker => self.person(Role::Speaker, &line(held).unwrap_or_default()),
            Element::Editor => self.person(Role::Editor, &line(held).unwrap_or_default()),
            Element::WebMaster => self.person(Role::WebMaster, &line(held).unwrap_or_default()),
            Element::CommentsCount => keep(&mut self.replies, line(held).as_deref().and_then(count)),
            // Atom's is a feed in itself.
            Element::Source if !held.contains('<') => keep(&mut self.publisher, line(held)),
            Element::Generator => keep(&mut self.generator, line(held)),
            Element::Comments => {
                let found = address(held).filter(|url| url.contains('/') || url.contains('#'));
                self.comments_url = found.and_then(|url| resolve(&url)).or(self.comments_url.take());
            }
            Element::CommentsFeed => {
                self.comments_feed = address(held).and_then(|url| resolve(&url)).or(self.comments_feed.take());
            }
            _ => {}
        }
    }

    /// Takes note of somebody.
    pub fn person(&mut self, role: Role, written: &str) {
        let name = person::name(plain::cut_bytes(written, 4096));
        let known = self.people.iter().any(|(known, other)| *known == role && *other == name);
        if !name.is_empty() && !known && self.people.len() < MAX_NAMES {
            self.people.push((role, name));
        }
    }

    /// Who wrote it: all who are named in the first role there is.
    pub fn author(&self) -> Option<String> {
        let role = self.people.iter().map(|(role, _)| *role).min()?;
        let mut joined = String::new();
        for (_, name) in self.people.iter().filter(|(of, _)| *of == role).take(20) {
            if !joined.is_empty() {
                joined.push_str(", ");
            }
            joined.push_str(name);
        }
        Some(joined)
    }
}
