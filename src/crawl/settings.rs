//! What the crawl needs to know: limits, manners, and the few private addresses that it may contact.

use std::time::Duration;

use jiff::Timestamp;

/// Limits and manners of one crawl. [`Default`] gives those of docs/config.md.
#[derive(Clone)]
pub struct Settings {
    /// Where a site's owner can ask; part of the User-Agent.
    pub contact: Option<String>,
    /// Requests at once to one host and port.
    pub per_host: usize,
    /// Between two starts on one host and port; none where `allow_address` opens it.
    pub pace: Duration,
    /// Hosts that publish a slower one of their own: each is asked once at a time.
    pub paces: Vec<(&'static str, Duration)>,
    /// Of a whole request: every redirect and the last byte of the body.
    pub timeout: Duration,
    pub connect_timeout: Duration,
    /// Bytes of a body, decoded.
    pub max_body: u64,
    /// Pages of one source.
    pub max_pages: u64,
    /// Time for one host and port, from its first request.
    pub budget: Duration,
    /// The only private addresses that may be contacted, as `127.0.0.1:8101`, `[::1]:8101` or `localhost:8101`.
    pub allow_address: Vec<String>,
    /// None is taken from the environment. Names are resolved by the proxy then, which must guard them.
    pub proxy: Option<String>,
    /// Documents dated before are not asked for, so neither are pages that hold nothing newer.
    pub since: Option<Timestamp>,
    /// Pages being fetched or read at once.
    pub in_flight: usize,
    /// Pages being read at once.
    pub jobs: usize,
    /// The clock of data, which the caller must set. Deadlines go by the monotonic clock.
    pub now: Timestamp,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            contact: None,
            per_host: 2,
            pace: Duration::from_secs(1),
            paces: Vec::new(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_body: 15 << 20,
            max_pages: 500,
            budget: Duration::from_secs(600),
            allow_address: Vec::new(),
            proxy: None,
            since: None,
            in_flight: 64,
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            now: Timestamp::UNIX_EPOCH,
        }
    }
}
