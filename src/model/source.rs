//! A source that is read: where it is, what it is, what is known of it.

use std::path::PathBuf;

use jiff::tz::TimeZone;

/// What kind of thing a source is; the word is written to `source_kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKind {
    /// Whatever the address turns out to hold: a feed or a page.
    Auto,
    Feed,
    Blog,
    Forum,
    Page,
    File,
    Mastodon,
    Bluesky,
    Reddit,
    Youtube,
    HackerNews,
    Lemmy,
    StackExchange,
    Discourse,
    GoogleNews,
    BingNews,
    AppStore,
    /// What another tool collected; never configured.
    Import,
}

impl SourceKind {
    /// Every kind that a configuration may name, with what it means.
    pub const ALL: [(SourceKind, &'static str); 17] = [
        (SourceKind::Auto, "whatever the address turns out to hold: a feed, a blog or news site, a forum, a page"),
        (SourceKind::Feed, "an RSS, Atom, RDF or JSON feed over HTTP, and nothing it leads to"),
        (SourceKind::Blog, "a blog or news site: its articles by feed, sitemap or front page, and their comments"),
        (SourceKind::Forum, "a forum, or one board or topic of it: every post (phpBB 3, FluxBB)"),
        (SourceKind::Page, "one page: an article with its comments, or a topic"),
        (SourceKind::File, "saved feeds and pages: a file, or a folder and all below it"),
        (SourceKind::Mastodon, "a hashtag or an account of a Mastodon server, and of what speaks like one"),
        (SourceKind::Bluesky, "an account, a thread or a search of Bluesky"),
        (SourceKind::Reddit, "a subreddit, a search, a user or a thread of Reddit, by its feeds"),
        (
            SourceKind::Youtube,
            "the videos of a channel or playlist; with a token, a search, or the comments of a video",
        ),
        (SourceKind::HackerNews, "a search of Hacker News, or one of its threads"),
        (SourceKind::Lemmy, "a community, a user, a post or a search of a Lemmy server"),
        (SourceKind::StackExchange, "a search or a tag of a site of Stack Exchange: questions and answers"),
        (SourceKind::Discourse, "a search of a Discourse forum: the posts that it finds"),
        (SourceKind::GoogleNews, "a search of Google News: headlines, their publishers and links"),
        (SourceKind::BingNews, "a search of Bing News: headlines, teasers, their publishers and links"),
        (SourceKind::AppStore, "the customer reviews of an app in a country's App Store"),
    ];

    /// The word used in configurations and columns.
    pub fn word(self) -> &'static str {
        match self {
            SourceKind::Auto => "auto",
            SourceKind::Feed => "feed",
            SourceKind::Blog => "blog",
            SourceKind::Forum => "forum",
            SourceKind::Page => "page",
            SourceKind::File => "file",
            SourceKind::Mastodon => "mastodon",
            SourceKind::Bluesky => "bluesky",
            SourceKind::Reddit => "reddit",
            SourceKind::Youtube => "youtube",
            SourceKind::HackerNews => "hackernews",
            SourceKind::Lemmy => "lemmy",
            SourceKind::StackExchange => "stackexchange",
            SourceKind::Discourse => "discourse",
            SourceKind::GoogleNews => "googlenews",
            SourceKind::BingNews => "bingnews",
            SourceKind::AppStore => "appstore",
            SourceKind::Import => "import",
        }
    }

    /// Whether it is an open network, which is read by its public interface.
    pub fn is_network(self) -> bool {
        use SourceKind::{Auto, Blog, Feed, File, Forum, Page};
        !matches!(self, Auto | Feed | Blog | Forum | Page | File)
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<SourceKind> {
        SourceKind::ALL.into_iter().map(|(kind, _)| kind).find(|kind| kind.word() == word)
    }
}

/// Where a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An `http` or `https` address.
    Url(String),
    /// A file, or a folder and all below it.
    Path(PathBuf),
}

/// A source as planned.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its place among all of a plan.
    pub number: u32,
    /// Its name in every report; unique in a plan.
    pub name: String,
    pub kind: SourceKind,
    pub place: Place,
    /// People a month, where the user knows it.
    pub audience: Option<u64>,
    /// The zone of dates that are shown without one.
    pub timezone: TimeZone,
    /// Whether the user named that zone, so that none is learned.
    pub timezone_is_said: bool,
    /// What of the site's reservations is not heeded, and why.
    pub exempt: Option<Box<Exemption>>,
}

/// What a user has leave to read although the site reserves it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exemption {
    /// robots.txt is not heeded.
    pub robots: bool,
    /// `X-Robots-Tag`, meta robots and TDM reservations are not heeded.
    pub reservations: bool,
    /// Who gave leave; shown in every report.
    pub reason: String,
}

impl Source {
    /// A source of which nothing is known, for files that stand alone.
    pub fn of_file() -> Source {
        Source {
            number: 0,
            name: String::new(),
            kind: SourceKind::File,
            place: Place::Path(PathBuf::new()),
            audience: None,
            timezone: TimeZone::UTC,
            timezone_is_said: false,
            exempt: None,
        }
    }
}
