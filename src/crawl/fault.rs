//! Why a page was not read, on its way to becoming an incident.

use jiff::Timestamp;

use super::guard::Refused;
use crate::{
    model::{Code, Failure, Incident, Source, Weight},
    text::urls,
};

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: Code,
    /// One sentence without a full stop.
    pub message: String,
    /// Whether trying again soon may help.
    pub transient: bool,
    /// What it says of the page.
    pub weight: Weight,
    /// Not before, where the server said so.
    pub retry_at: Option<Timestamp>,
}

impl Fault {
    pub fn new(code: Code, message: impl Into<String>) -> Fault {
        let weight = match code {
            Code::Timeout | Code::RetryLater | Code::Budget | Code::Internal => Weight::Temporary,
            Code::Unreachable => Weight::Soft,
            _ => Weight::Hard,
        };
        Fault { code, message: message.into(), transient: false, weight, retry_at: None }
    }

    /// The guard refused.
    pub fn guarded(refused: Refused) -> Fault {
        Fault::new(Code::Guarded, format!("not contacted: {refused}"))
    }

    /// The same fault, weighing a half at most.
    pub fn soften(mut self) -> Fault {
        self.weight = self.weight.min(Weight::Soft);
        self
    }

    /// The same fault, worth another try.
    pub fn transient(mut self) -> Fault {
        self.transient = true;
        self.soften()
    }

    /// The same fault, of that weight.
    pub fn weighing(mut self, weight: Weight) -> Fault {
        self.weight = weight;
        self
    }

    /// What the failure counts.
    pub fn failure(&self) -> Failure {
        Failure { weight: self.weight, retry_at: self.retry_at }
    }

    /// The incident of that fault, at `url` of `source`.
    pub fn incident(&self, source: &Source, url: &str) -> Incident {
        let (source, message) = (source.name.clone(), self.message.clone());
        Incident { source, url: urls::shown(url), code: self.code, message }
    }
}
