//! The settings of a plan: how to crawl, what to keep of people, which language to speak; with their defaults.

use std::time::Duration;

use jiff::Span;

/// How the web is read. No `Debug`: the proxy may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct CrawlSettings {
    /// In the User-Agent; set wherever a source is neither a file nor on loopback.
    pub contact: Option<String>,
    /// Requests at once to one host and port: 1 to 16.
    pub per_host: usize,
    /// Between the starts of two requests to one host and port: up to an hour.
    pub pace: Duration,
    /// Of a whole request: 1 s to 10 min.
    pub timeout: Duration,
    /// Decoded bytes of one body: 64 KiB to 1 GiB.
    pub max_body: u64,
    /// Pages a source and run: 1 to a million.
    pub max_pages: u64,
    /// Time a host and run: 1 s to 24 h.
    pub budget: Duration,
    /// `host:port`: the only private addresses that may be contacted.
    pub allow_address: Vec<String>,
    pub proxy: Option<String>,
}

impl Default for CrawlSettings {
    fn default() -> CrawlSettings {
        CrawlSettings {
            contact: None,
            per_host: 2,
            pace: Duration::from_secs(1),
            timeout: Duration::from_secs(30),
            max_body: 15 << 20,
            max_pages: 500,
            budget: Duration::from_secs(600),
            allow_address: Vec::new(),
            proxy: None,
        }
    }
}

/// What is kept of people's words and names.
#[derive(Debug, Clone)]
pub struct Privacy {
    pub text: Kept,
    pub authors: Authors,
    /// How long; `None`: for ever.
    pub retention: Option<Span>,
}

impl Default for Privacy {
    fn default() -> Privacy {
        Privacy { text: Kept::Full, authors: Authors::Keep, retention: Some(Span::new().months(13)) }
    }
}

/// How much of a text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Full,
    Excerpt,
}

impl Kept {
    pub const ALL: [(&'static str, Kept); 2] = [("full", Kept::Full), ("excerpt", Kept::Excerpt)];
}

/// What becomes of authors' names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authors {
    Keep,
    Pseudonym,
    Drop,
}

impl Authors {
    pub const ALL: [(&'static str, Authors); 3] =
        [("keep", Authors::Keep), ("pseudonym", Authors::Pseudonym), ("drop", Authors::Drop)];
}
