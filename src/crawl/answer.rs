//! What an answer means: read it, nothing new, look elsewhere, come back later, or why not.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use reqwest::header;
use url::Url;

use super::{fault::Fault, net::Answer, robots};
use crate::{
    model::{Code, Reserved, Validators, Weight},
    text::{dates, urls},
};

/// Longer waits than this are not believed.
pub const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// How long to wait where the server asks to, in words that are not understood.
pub const USUAL_WAIT: Duration = Duration::from_secs(3_600);

/// Validators that are longer are not sent back.
const MAX_VALIDATOR: usize = 1_024;

/// What to do with an answer.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    Read,
    Unchanged,
    Redirect(Url),
    Failed(Fault),
}

/// Judges the answer to a request for `url`; `conditional` if validators were sent with it.
pub fn judge(answer: &Answer, url: &Url, conditional: bool, now: Timestamp) -> Verdict {
    let status = answer.status;
    Verdict::Failed(match status {
        200..=299 => match answer.header(header::CONTENT_ENCODING) {
            Some(coding) if !coding.eq_ignore_ascii_case("identity") => {
                let coding = urls::shown(&coding);
                Fault::new(Code::Unreadable, format!("the page is packed in a way that is not understood ({coding})"))
            }
            _ => return Verdict::Read,
        },
        304 if conditional => return Verdict::Unchanged,
        304 => Fault::new(Code::Status, "the server answered 304, though nothing was known of the page"),
        301 | 302 | 303 | 307 | 308 => match redirect(answer, url) {
            Ok(url) => return Verdict::Redirect(url),
            Err(fault) => fault,
        },
        429 | 503 if answer.headers.contains_key(header::RETRY_AFTER) => Fault {
            retry_at: Some(now.checked_add(wait(answer, now)).unwrap_or(Timestamp::MAX)),
            ..Fault::new(Code::RetryLater, format!("the server answered {status} and asks to come back later"))
        },
        _ => {
            let fault = Fault::new(Code::Status, format!("the server answered {}", status_words(status)));
            match status {
                500.. => fault.transient(),
                // Busy, or asked too often.
                408 | 425 | 429 => fault.weighing(Weight::Temporary),
                // Walls come and go.
                401 | 403 => fault.weighing(Weight::Soft),
                _ => fault,
            }
        }
    })
}

/// The validators to remember of an answer whose body has that hash.
pub fn validators(answer: &Answer, body_hash: String) -> Validators {
    let short = |name| answer.header(name).filter(|value| value.len() <= MAX_VALIDATOR);
    Validators { etag: short(header::ETAG), last_modified: short(header::LAST_MODIFIED), body_hash: Some(body_hash) }
}

/// What the headers of an answer reserve; `mining`: what the host's file says of it.
pub fn reserved(headers: &header::HeaderMap, mining: bool) -> Reserved {
    let values = |name| headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    reserved_by(values("x-robots-tag"), values("tdm-reservation"), mining)
}

/// What the values of `X-Robots-Tag` reserve, for everyone or for us, and those of `tdm-reservation` (TDMRep, 2024), which
/// stands above what the host's file says, `mining`.
pub fn reserved_by(
    robots: impl IntoIterator<Item = impl AsRef<str>>,
    reservations: impl IntoIterator<Item = impl AsRef<str>>,
    mining: bool,
) -> Reserved {
    let mut all = Reserved::default();
    for value in robots {
        let value = value.as_ref().to_ascii_lowercase();
        // `agent: noindex, nofollow` is for that agent alone, until another is named; some directives have a colon too.
        let mut ours = true;
        for part in value.split([',', ';']) {
            let directives = match part.split_once(':') {
                Some((name, _)) if has_value(name.trim()) => continue,
                Some((name, rest)) => {
                    ours = matches!(name.trim(), robots::AGENT | "*");
                    rest
                }
                None => part,
            };
            if ours {
                directives.split_ascii_whitespace().for_each(|word| all = all.or(Reserved::of_directive(word)));
            }
        }
    }
    let mut said = reservations.into_iter().peekable();
    all.mining = if said.peek().is_some() { said.any(|value| value.as_ref().trim() == "1") } else { mining };
    all
}

/// Whether a directive of that name is written with a value.
fn has_value(name: &str) -> bool {
    matches!(name, "unavailable_after" | "max-snippet" | "max-image-preview" | "max-video-preview")
}

/// An HTTP date, in any of its three forms.
pub fn http_date(text: &str) -> Option<Timestamp> {
    let strict = jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp());
    strict.or_else(|| dates::parse(text, None)?.instant(&TimeZone::UTC))
}

/// Where a redirect leads. Credentials go along to the same scheme, host and port only.
fn redirect(answer: &Answer, url: &Url) -> Result<Url, Fault> {
    let Some(location) = answer.header(header::LOCATION) else {
        return Err(Fault::new(Code::Redirect, format!("the server answered {} without saying where", answer.status)));
    };
    let next = urls::join(url.as_str(), &location).and_then(|next| Url::parse(&next).ok());
    let Some(mut next) = next else {
        let mut shown = urls::shown(&location);
        shown.truncate(shown.floor_char_boundary(200));
        return Err(Fault::new(Code::Guarded, format!("the page redirects to {shown}, which is no web address")));
    };
    if next.origin() == url.origin() {
        // Refused only by addresses without a host.
        let _ = next.set_username(url.username());
        let _ = next.set_password(url.password());
    }
    Ok(next)
}

/// How long a `Retry-After` asks to wait, within reason.
fn wait(answer: &Answer, now: Timestamp) -> Duration {
    let text = answer.header(header::RETRY_AFTER).unwrap_or_default();
    let until = |at: Timestamp| Duration::from_secs(at.as_second().saturating_sub(now.as_second()).max(0) as u64);
    let wait = match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true if text.is_empty() => USUAL_WAIT,
        true => Duration::from_secs(text.parse().unwrap_or(u64::MAX)),
        false => http_date(&text).map_or(USUAL_WAIT, until),
    };
    wait.min(LONGEST_WAIT)
}

/// `404 Not Found`, or the bare number where it has no name.
fn status_words(status: u16) -> String {
    let reason = reqwest::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)]) -> Answer {
        let field = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        };
        Answer { status, headers: headers.iter().map(field).collect::<HeaderMap>(), body: Vec::new(), permit: None }
    }

    fn verdict(status: u16, headers: &[(&'static str, &str)]) -> Verdict {
        let url = Url::parse("https://me:pw@blog.example/a/feed").unwrap();
        judge(&answer(status, headers), &url, true, "2026-05-01T00:00:00Z".parse().unwrap())
    }

    fn code(verdict: Verdict) -> Option<Code> {
        match verdict {
            Verdict::Failed(fault) => Some(fault.code),
            _ => None,
        }
    }

    #[test]
    fn fault_29_retry_after_of_any_shape_stays_within_a_day() {
        for (text, expected) in [
            ("120", "2026-05-01T00:02:00Z"),
            ("0", "2026-05-01T00:00:00Z"),
            ("99999999999999999999999999", "2026-05-02T00:00:00Z"),
            ("-5", "2026-05-01T01:00:00Z"),
            ("soon", "2026-05-01T01:00:00Z"),
            ("Fri, 01 May 2026 01:00:00 GMT", "2026-05-01T01:00:00Z"),
            ("Wed, 01 Jan 2020 00:00:00 GMT", "2026-05-01T00:00:00Z"),
            ("Thu, 30 Dec 9999 12:00:00 GMT", "2026-05-02T00:00:00Z"),
        ] {
            let Verdict::Failed(fault) = verdict(503, &[("retry-after", text)]) else { panic!("{text}") };
            assert_eq!((fault.code, fault.transient), (Code::RetryLater, false), "{text}");
            assert_eq!(fault.retry_at, Some(expected.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn only_server_errors_are_worth_another_try() {
        for (status, transient) in
            [(500, true), (502, true), (503, true), (404, false), (403, false), (410, false), (429, false)]
        {
            let Verdict::Failed(fault) = verdict(status, &[]) else { panic!("{status}") };
            assert_eq!((fault.code, fault.transient, fault.retry_at), (Code::Status, transient, None), "{status}");
        }
    }

    #[test]
    fn what_may_pass_is_no_hard_failure() {
        for (status, weight) in [
            (404, Weight::Hard),
            (410, Weight::Hard),
            (403, Weight::Soft),
            (500, Weight::Soft),
            (429, Weight::Temporary),
        ] {
            let Verdict::Failed(fault) = verdict(status, &[]) else { panic!("{status}") };
            assert_eq!(fault.failure().weight, weight, "{status}");
        }
    }

    #[test]
    fn fault_28_not_modified_counts_only_where_it_was_asked_for() {
        assert_eq!(verdict(304, &[]), Verdict::Unchanged);
        let url = Url::parse("https://blog.example/").unwrap();
        assert_eq!(code(judge(&answer(304, &[]), &url, false, Timestamp::UNIX_EPOCH)), Some(Code::Status));
    }

    #[test]
    fn fault_52_credentials_stay_with_their_origin() {
        let next = |location: &str| match verdict(302, &[("location", location)]) {
            Verdict::Redirect(url) => url.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(next("/b"), "https://me:pw@blog.example/b");
        assert_eq!(next("https://blog.example/b"), "https://me:pw@blog.example/b");
        assert_eq!(next("https://you:x@blog.example/b"), "https://me:pw@blog.example/b");
        for other in
            ["http://blog.example/", "https://blog.example:8443/", "https://www.blog.example/", "//other.example/"]
        {
            assert!(!next(other).contains("pw"), "{other}");
        }
        assert!(!next("https://you:x@other.example/").contains('@'));
    }

    #[test]
    fn fault_08_redirects_out_of_the_web_are_not_followed() {
        for location in [
            "file:///etc/passwd",
            "data:text/html,x",
            "gopher://a.example",
            "\\\\a.example",
            "http://[",
            "javascript:1",
        ] {
            assert_eq!(code(verdict(301, &[("location", location)])), Some(Code::Guarded), "{location}");
        }
        assert_eq!(code(verdict(301, &[])), Some(Code::Redirect));
        assert_eq!(code(verdict(300, &[("location", "/b")])), Some(Code::Status));
    }

    #[test]
    fn fault_02_chained_codings_are_refused() {
        assert_eq!(code(verdict(200, &[("content-encoding", "gzip, gzip")])), Some(Code::Unreadable));
        assert_eq!(code(verdict(200, &[("content-encoding", "Identity")])), None);
    }

    #[test]
    fn fault_53_headers_reserve_for_everyone_or_for_us() {
        let of = |fields: &[(&'static str, &str)]| reserved(&answer(200, fields).headers, false);
        let all = Reserved { index: true, follow: true, archive: true, mining: true };
        assert_eq!(of(&[("x-robots-tag", "noindex, nofollow, noarchive"), ("tdm-reservation", " 1 ")]), all);
        assert_eq!(of(&[("x-robots-tag", "None")]), Reserved { index: true, follow: true, ..Reserved::default() });
        assert!(of(&[("x-robots-tag", "vigie: noindex")]).index);
        let merged = of(&[("x-robots-tag", "googlebot: nofollow, vigie: noindex noarchive")]);
        assert_eq!(merged, Reserved { index: true, archive: true, ..Reserved::default() });
        assert!(of(&[("x-robots-tag", "unavailable_after: 25 Jun 2010 15:00:00 PST, noarchive")]).archive);
        for open in ["googlebot: noindex", "all", "", "index, follow", "max-snippet: 20"] {
            assert_eq!(of(&[("x-robots-tag", open), ("tdm-reservation", "0")]), Reserved::default(), "{open}");
        }
        let with_file = |fields: &[(&'static str, &str)]| reserved(&answer(200, fields).headers, true).mining;
        assert!(with_file(&[]) && !with_file(&[("tdm-reservation", "0")]), "the header stands above the file");
    }

    #[test]
    fn overlong_validators_are_forgotten() {
        let long = "x".repeat(5_000);
        let kept = validators(&answer(200, &[("etag", &long), ("last-modified", "yesterday")]), "h".into());
        assert_eq!((kept.etag, kept.last_modified.as_deref()), (None, Some("yesterday")));
    }
}
