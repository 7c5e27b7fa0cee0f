//! A page (bytes) on its way from the wire or the disk to entries, and the requests that lead from page to page.

use std::sync::Arc;

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde::{Deserialize, Serialize};

use super::{Entry, Incident, Source, SourceKind, port::Hold};

/// What a page is expected to hold; the word is kept in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Role {
    /// The address of a source as configured: whatever it turns out to hold.
    #[default]
    Seed,
    /// A feed of a site: of its articles, or of their comments.
    Feed,
    Sitemap,
    /// A page that leads to articles: a front page, or a further page of its list.
    Listing,
    /// An article, for a feed says so.
    Article,
    /// A page of a site that may be an article.
    Page,
    /// Comments of an article that stand apart from it: on a further page, or where another server keeps them.
    Comments,
    /// A board of a forum: its topics.
    Board,
    /// A topic of a forum: its posts.
    Topic,
    /// A feed that is asked for its times alone, which say what zone the site's own dates are in.
    Times,
}

impl Role {
    pub const ALL: [Role; 10] = [
        Role::Seed,
        Role::Feed,
        Role::Sitemap,
        Role::Listing,
        Role::Article,
        Role::Page,
        Role::Comments,
        Role::Board,
        Role::Topic,
        Role::Times,
    ];

    /// The word used in the store.
    pub fn word(self) -> &'static str {
        match self {
            Role::Seed => "seed",
            Role::Feed => "feed",
            Role::Sitemap => "sitemap",
            Role::Listing => "listing",
            Role::Article => "article",
            Role::Page => "page",
            Role::Comments => "comments",
            Role::Board => "board",
            Role::Topic => "topic",
            Role::Times => "times",
        }
    }

    /// The role of that word.
    pub fn from_word(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether pages of the kind are what a site has to tell, and not the way there.
    pub fn tells_news(self) -> bool {
        matches!(self, Role::Article | Role::Page | Role::Board | Role::Topic)
    }

    /// Whether a page that was read is worth asking for again although nobody says that it changed.
    pub fn changes(self) -> bool {
        !matches!(self, Role::Article | Role::Page | Role::Topic)
    }
}

/// How a request continues the page that leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Step {
    /// A page of its own.
    #[default]
    Link,
    /// The next page of the same thread.
    Next,
    /// The next page of the same list, newest first: of use only where this page led to something new.
    NextWhileNew,
}

/// What the page that leads to a page says of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Replies and views of the whole thread or article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// Bytes of text that a feed gives of it, where that is all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// As [`Stamp::written`](super::Stamp::written) gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Of [`Role::Comments`]: the address of what they are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Of a feed: the next page of the list that the page beside it shows, where older articles are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Of a feed: those of the same site's categories, which reach farther back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<String>,
    /// Of [`Role::Times`]: times as the page that leads here shows them, without zone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<DateTime>,
}

/// What to fetch next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// Absolute `http` or `https` address.
    pub url: String,
    pub role: Role,
    pub step: Step,
    /// What the page that leads here says of its state: its last post, its number of comments. A page that was read
    /// under the same mark is not asked for again.
    pub mark: Option<String>,
    /// The newest date of what the page holds, where the page that leads here gives one.
    pub dated: Option<Timestamp>,
    pub told: Told,
    /// Nobody named the page: that it is not there is no incident.
    pub guess: bool,
    /// It is read before anything else that its page leads to, for it tells of the rest.
    pub first: bool,
}

impl Request {
    /// A request for `url` that says nothing else.
    pub fn new(url: impl Into<String>, role: Role) -> Request {
        Request { url: url.into(), role, ..Request::default() }
    }
}

/// A request that waits for its turn, in this run or a later one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Todo {
    pub request: Request,
    /// Links from the source's own address.
    pub depth: u8,
    /// The first page of the chain that the page continues, where it continues one.
    pub head: Option<String>,
}

/// What a cache needs to ask "has it changed?".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// SHA-256 of the decoded body, hexadecimal.
    pub body_hash: Option<String>,
}

/// What a site reserves on a page, by header or by its markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reserved {
    /// `noindex`, `none`: nothing of the page is kept.
    pub index: bool,
    /// `nofollow`, `none`: nothing that it leads to is asked for on its account.
    pub follow: bool,
    /// `noarchive`: no copy of its text is kept.
    pub archive: bool,
    /// `tdm-reservation: 1`: no copy of its text is kept.
    pub mining: bool,
}

impl Reserved {
    /// What one word of a robots directive reserves, in lower case.
    pub fn of_directive(word: &str) -> Reserved {
        match word.trim() {
            "noindex" => Reserved { index: true, ..Reserved::default() },
            "nofollow" => Reserved { follow: true, ..Reserved::default() },
            "noarchive" => Reserved { archive: true, ..Reserved::default() },
            "none" => Reserved { index: true, follow: true, ..Reserved::default() },
            _ => Reserved::default(),
        }
    }

    /// A letter for each; nothing where nothing is reserved.
    pub fn marks(self) -> String {
        let marks = [(self.index, 'i'), (self.follow, 'f'), (self.archive, 'a'), (self.mining, 'm')];
        marks.into_iter().filter_map(|(reserved, mark)| reserved.then_some(mark)).collect()
    }

    /// What either reserves.
    pub fn or(self, other: Reserved) -> Reserved {
        Reserved {
            index: self.index || other.index,
            follow: self.follow || other.follow,
            archive: self.archive || other.archive,
            mining: self.mining || other.mining,
        }
    }
}

/// A part of a host, and whether it reserves the mining of what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// A pattern of paths, as robots.txt writes them.
    pub path: String,
    pub reserved: bool,
}

/// What a host was found to reserve in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostTold {
    /// Scheme, host and port.
    pub origin: String,
    pub locations: Vec<Location>,
}

/// One answer, decoded from its transfer and content codings.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What was asked for; of a file, its path.
    pub request: Request,
    /// The address that answered, after redirects; relative links count from it.
    pub url: String,
    pub content_type: Option<String>,
    /// The `Date` header, for relative dates; `None` for files.
    pub dated: Option<Timestamp>,
    /// What the headers reserve.
    pub reserved: Reserved,
    /// The offset of dates that the site shows without one, where it was learned.
    pub offset: Option<Offset>,
    /// What its source was found to be before.
    pub expected: Option<SourceKind>,
    /// Sitemaps that the host's robots.txt names.
    pub sitemaps: Vec<String>,
    /// Bytes that a body may have that is packed once more; 0: as many as there is a use for.
    pub max_body: u64,
    pub body: Vec<u8>,
}

/// What an adapter made of a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// What the source turned out to be, where that was left open.
    pub kind: Option<SourceKind>,
    pub entries: Vec<Entry>,
    /// Pages to fetch next.
    pub follow: Vec<Request>,
    /// The offset of the site's dates, where this page tells it.
    pub offset: Option<Offset>,
    /// `source` is left empty by adapters: the caller knows it.
    pub incidents: Vec<Incident>,
}

/// How one request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visit {
    /// Read; what to send next time.
    Read(Validators),
    /// Answered 304, or the same body as last time.
    Unchanged(Validators),
    /// Not read; the incident says why.
    Failed(Failure),
    /// Not asked for in this run: the server said to come back later, or the time for its host is used up.
    Later,
    /// Not asked for, because its source is not due yet.
    NotDue,
    /// Not asked for, because its source failed again and again and rests for a while.
    AtRest,
}

impl Visit {
    /// A failure of that weight, without a time to come back.
    pub fn failed(weight: Weight) -> Visit {
        Visit::Failed(Failure { weight, retry_at: None })
    }
}

/// How a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    pub weight: Weight,
    /// Not before, where the server said so.
    pub retry_at: Option<Timestamp>,
}

/// How much a failure says of its page; the order is that of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Busy, late, or left out by our own limits: counts a quarter.
    Temporary,
    /// Not reached, or broken on the server's side: counts half.
    Soft,
    /// Gone, refused, or not what it should be: counts whole.
    Hard,
}

/// What the frontier has to remember of a page, in the same transaction as what was found on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trail {
    pub role: Role,
    /// The request that led here, which waits in the store until the page was had; `None` of a source's own address.
    pub own: Option<Todo>,
    /// The first page of the thread that the page belongs to.
    pub head: Option<String>,
    /// Whether that thread was never read to its end before, so that this run reads all of it.
    pub afresh: bool,
    /// Whether what this page continues, or is, was read to its end.
    pub ended: bool,
    /// How many links it has, and how many of them are news.
    pub links: u32,
    pub new: u32,
    /// Pages that it leads to.
    pub todo: Vec<Todo>,
    /// Whether pages were left out because they hold nothing of the period asked for.
    pub left_out: bool,
    /// What was learned of the site's dates.
    pub offset: Option<Offset>,
    /// What was learned of hosts since the page before; not only of this page's.
    pub hosts: Vec<HostTold>,
}

/// One page's whole outcome: what goes into the store in one transaction.
#[derive(Debug)]
pub struct Harvest {
    pub source: Arc<Source>,
    /// What the source turned out to be.
    pub kind: SourceKind,
    /// The address asked for, or the file's path: the key of the page in the store.
    pub asked: String,
    pub visit: Visit,
    pub trail: Trail,
    pub entries: Vec<Entry>,
    pub incidents: Vec<Incident>,
    /// Let go once the page is in the store.
    pub hold: Hold,
}
