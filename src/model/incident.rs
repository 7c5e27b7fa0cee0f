//! An incident: one page, feed or row that went wrong while the run went on.

use serde::{Deserialize, Serialize};

/// What went wrong with one page of one source. Stored, summed up at the end of the run, shown in reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Incident {
    /// The source's name; empty where no source is known.
    pub source: String,
    /// Address or path of the page.
    pub url: String,
    pub code: Code,
    /// One sentence for a person.
    pub message: String,
}

/// The class of an incident; the words are public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The address may not be contacted: private, or not http.
    Guarded,
    /// robots.txt disallows it, or could not be had.
    Robots,
    /// The site reserves the page: `noindex`, `noarchive`, `tdm-reservation`. Its text, or all of it, is left out.
    Reserved,
    /// No connection, TLS failure, reset, broken transfer.
    Unreachable,
    Timeout,
    TooLarge,
    /// A status other than 2xx and 304.
    Status,
    Redirect,
    /// 429 or 503 with a time to come back.
    RetryLater,
    /// Not what was expected: not a feed, a login page, nothing readable.
    Unreadable,
    /// An article's comments are kept by a service that shows them to scripts alone.
    Elsewhere,
    /// A wall stands where the text should: for subscribers, for who consents to cookies, for browsers that run scripts.
    Walled,
    /// Read in part: cut, repaired, or more items than are read.
    Partial,
    /// Deeper nesting than any honest page has.
    TooDeep,
    /// A budget of pages or time was used up.
    Budget,
    /// Nothing on the page was known, though it was read before: what stood between was probably missed.
    Missed,
    /// A page was under way when earlier runs died.
    SetAside,
    /// A reader failed in a way that it should not; the page is skipped.
    Internal,
}

impl Code {
    pub const ALL: [Code; 18] = [
        Code::Guarded,
        Code::Robots,
        Code::Reserved,
        Code::Unreachable,
        Code::Timeout,
        Code::TooLarge,
        Code::Status,
        Code::Redirect,
        Code::RetryLater,
        Code::Unreadable,
        Code::Elsewhere,
        Code::Walled,
        Code::Partial,
        Code::TooDeep,
        Code::Budget,
        Code::Missed,
        Code::SetAside,
        Code::Internal,
    ];

    /// The word used in reports and in the store.
    pub fn word(self) -> &'static str {
        match self {
            Code::Guarded => "guarded",
            Code::Robots => "robots",
            Code::Reserved => "reserved",
            Code::Unreachable => "unreachable",
            Code::Timeout => "timeout",
            Code::TooLarge => "too_large",
            Code::Status => "status",
            Code::Redirect => "redirect",
            Code::RetryLater => "retry_later",
            Code::Unreadable => "unreadable",
            Code::Elsewhere => "elsewhere",
            Code::Walled => "walled",
            Code::Partial => "partial",
            Code::TooDeep => "too_deep",
            Code::Budget => "budget",
            Code::Missed => "missed",
            Code::SetAside => "set_aside",
            Code::Internal => "internal",
        }
    }

    /// The code of that word.
    pub fn from_word(word: &str) -> Option<Code> {
        Code::ALL.into_iter().find(|code| code.word() == word)
    }

    /// Whether the page still gave what it could, so that its source did not fail.
    pub fn is_warning(self) -> bool {
        matches!(self, Code::Partial | Code::Budget | Code::Reserved | Code::Missed | Code::SetAside | Code::Elsewhere)
    }
}
