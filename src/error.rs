//! The one error: a run that cannot go on, what to do about it, and the exit code it ends with.

use std::fmt;

/// Why a run stopped. An incident of one page, feed or row is not an error: see [`crate::model::Incident`].
#[derive(Debug)]
pub struct Error {
    /// What happened, where: one sentence without a final full stop. May span lines when several faults are told at once.
    pub message: String,
    /// What the user can do about it.
    pub hint: Option<String>,
    /// How the process ends.
    pub exit: Exit,
}

/// Exit codes of the process: a public contract, listed in README.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all was done.
    Done,
    /// 1: the run failed.
    Failed,
    /// 2: wrong usage or configuration; nothing was run.
    Usage,
    /// 3: done, but every due source failed (any, under `--strict`).
    SourcesFailed,
    /// 75: another run holds the lock.
    Locked,
    /// 128 + the signal's number: stopped by SIGINT (130) or SIGTERM (143).
    Signal(u8),
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::SourcesFailed => 3,
            Exit::Locked => 75,
            Exit::Signal(number) => 128 + number,
        }
    }
}

/// What fallible functions of this library return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A run that failed: exit code 1.
    pub fn failed(message: impl Into<String>) -> Error {
        Error { message: message.into(), hint: None, exit: Exit::Failed }
    }

    /// Wrong usage or configuration: exit code 2.
    pub fn usage(message: impl Into<String>) -> Error {
        Error { message: message.into(), hint: None, exit: Exit::Usage }
    }

    /// The same error with advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
