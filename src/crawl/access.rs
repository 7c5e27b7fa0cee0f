//! Whether a host may be read at all: its robots.txt, fetched through the same guarded and capped wire as pages.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use url::Url;

use super::{
    answer::{self, Verdict},
    fault::Fault,
    net::{Answer, Cap, Net},
    robots::{MAX_BYTES, Rules},
};
use crate::{
    model::{Code, Validators},
    text::urls,
};

/// A host's own file may move so often (RFC 9309, 2.3.1.2).
const MAX_HOPS: usize = 5;

/// Longer crawl-delays are not waited for: the host is left out.
const MAX_DELAY: Duration = Duration::from_secs(60);

/// What a host's robots.txt comes to.
#[derive(Debug)]
pub enum Access {
    Open(Rules),
    /// Nothing is read from the host.
    Closed(Fault),
}

/// Fetches and reads the robots.txt of `origin`; an error is worth another try, and closes the host after the last.
pub async fn ask(net: &Net, origin: &str, limit: Duration, now: Timestamp) -> Result<Access, Fault> {
    let Ok(url) = Url::parse(&format!("{origin}/robots.txt")) else {
        return Ok(Access::Closed(Fault::new(Code::Guarded, "the address has no host")));
    };
    let Settled { answer, verdict } = match settle(net, url, Cap::Cut(MAX_BYTES), limit, now, |_| true).await {
        Ok(settled) => settled,
        // A host that cannot be reached has no robots.txt to speak of.
        Err(fault) if fault.code == Code::Guarded || fault.code == Code::Unreachable => return refuse(fault),
        Err(fault) => return Ok(Access::Closed(closed(fault))),
    };
    match verdict {
        Verdict::Read => {
            let mut body = answer.body;
            if body.len() as u64 >= MAX_BYTES {
                // Half a line says something else than the whole.
                body.truncate(body.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(0));
            }
            Ok(open(Rules::parse(&body)))
        }
        Verdict::Failed(fault) if fault.code == Code::Guarded => Ok(Access::Closed(fault)),
        Verdict::Failed(fault) if answer.status >= 500 || answer.status == 429 => refuse(closed(fault)),
        Verdict::Failed(fault) if fault.code == Code::Unreadable => Ok(Access::Closed(closed(fault))),
        // RFC 9309, 2.3.1.2 and 2.3.1.3: a file that is not there, or always elsewhere, forbids nothing.
        _ => Ok(Access::Open(Rules::default())),
    }
}

/// An answer that is no redirect any more, unless there were too many, and what it means.
pub struct Settled {
    pub answer: Answer,
    pub verdict: Verdict,
}

/// Fetches a host's own file at `url`, wherever it has moved, as long as `may` says yes.
pub async fn settle(
    net: &Net,
    mut url: Url,
    cap: Cap,
    limit: Duration,
    now: Timestamp,
    may: impl Fn(&Url) -> bool,
) -> Result<Settled, Fault> {
    let start = Instant::now();
    let mut hops = 0;
    loop {
        let left = limit.saturating_sub(start.elapsed());
        let answer = net.get(&url, &Validators::default(), cap, left).await?;
        match answer::judge(&answer, &url, false, now) {
            Verdict::Redirect(next) if hops < MAX_HOPS && may(&next) => {
                url = next;
                // What a file server elsewhere says about its own paths must not be asked with our credentials.
                urls::strip_credentials(&mut url);
                hops += 1;
            }
            verdict => return Ok(Settled { answer, verdict }),
        }
    }
}

/// Nothing is read from a host whose file could not be had.
fn closed(fault: Fault) -> Fault {
    let message = format!("robots.txt could not be had, so nothing is read from this host: {}", fault.message);
    Fault { code: Code::Robots, message, ..fault }
}

fn refuse(fault: Fault) -> Result<Access, Fault> {
    if fault.transient { Err(fault) } else { Ok(Access::Closed(fault)) }
}

/// The host is open, unless its file asks for more patience than there is.
fn open(rules: Rules) -> Access {
    match rules.delay {
        Some(delay) if delay > MAX_DELAY => {
            let message =
                format!("robots.txt asks for {} s between requests, more than is waited for", delay.as_secs());
            Access::Closed(Fault::new(Code::Robots, message))
        }
        _ => Access::Open(rules),
    }
}
