//! Whether a page is worth asking for, by what leads to it and what the store knows of it.

use jiff::{SignedDuration, Timestamp};

use crate::model::{Request, Role, Step, port::Recalled};

/// For so long a page that was not had again and again may be left alone.
const LONGEST_REST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether a request is worth making, by what the store knows of its page.
pub fn is_news(request: &Request, recalled: Option<&Recalled>, now: Timestamp) -> bool {
    let Some(recalled) = recalled else { return true };
    // A time further off than any that is stored comes from a clock that was wrong.
    let soon = |at: &Timestamp| *at > now && at.duration_since(now) <= LONGEST_REST;
    let untold = !recalled.read || request.role == Role::Board;
    if untold && request.step == Step::Link && recalled.retry_at.filter(soon).is_some() {
        return false;
    }
    match (&request.mark, request.step) {
        // Whoever leads to the next page has judged that already.
        (_, Step::Next | Step::NextWhileNew) => true,
        (Some(mark), Step::Link) => match &recalled.mark {
            Some(known) if matches!(request.role, Role::Topic | Role::Board) => is_newer(mark, known),
            known => known.as_ref() != Some(mark),
        },
        (None, Step::Link) => !recalled.read || request.role.changes(),
    }
}

/// Whether a list goes on with what may be new too, by what of it is new, in its order. Lists begin with the newest, but
/// some things are pinned to their top, and some to the foot of the page.
pub fn goes_on(news: impl Iterator<Item = bool>) -> bool {
    let (mut all, mut new, mut last) = (0_usize, 0, false);
    for is_new in news {
        all += 1;
        new += usize::from(is_new);
        last = is_new;
    }
    new > 0 && (last || 2 * new >= all)
}

/// Whether the mark of a thread tells of more than the known one. Marks that begin with a number grow with it: the same
/// thread may be listed in two places, one of which is not kept up to date.
fn is_newer(mark: &str, known: &str) -> bool {
    match (number(mark), number(known)) {
        (Some(new), Some(old)) if new != old => new > old,
        _ => mark != known,
    }
}

/// The number that a mark begins with: of a thread, that of its last post.
pub fn number(mark: &str) -> Option<u64> {
    mark.split(' ').next().and_then(|number| number.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_where_its_end_or_half_of_it_is_new() {
        let goes_on = |news: &[bool]| super::goes_on(news.iter().copied());
        assert!(!goes_on(&[]) && !goes_on(&[false, false]));
        assert!(goes_on(&[false, false, true]), "pinned to the top");
        assert!(!goes_on(&[true, false, false]), "known from here on");
        assert!(goes_on(&[true, true, false]), "a known one at the foot");
    }

    #[test]
    fn a_page_is_asked_again_only_where_it_may_hold_something_new() {
        let request = |role, mark: Option<&str>| Request {
            mark: mark.map(Into::into),
            ..Request::new("http://a.example/", role)
        };
        assert!(is_newer("7 2", "5 9") && is_newer("7 3", "7 2") && !is_newer("5 9", "7 2") && is_newer("b", "a"));
        let read = Recalled { read: true, mark: Some("p5".into()), ..Recalled::default() };
        for (request, news) in [
            (request(Role::Topic, Some("p5")), false),
            (request(Role::Topic, Some("p6")), true),
            (request(Role::Board, Some("p5")), false),
            (request(Role::Topic, None), false),
            (request(Role::Article, None), false),
            (request(Role::Article, Some("p4")), true),
            (request(Role::Feed, None), true),
            (request(Role::Board, None), true),
            (Request { step: Step::Next, ..request(Role::Topic, None) }, true),
        ] {
            assert_eq!(is_news(&request, Some(&read), Timestamp::UNIX_EPOCH), news, "{request:?}");
            assert!(is_news(&request, None, Timestamp::UNIX_EPOCH));
        }
        let failed = Recalled::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(is_news(&request(Role::Article, None), Some(&failed), at(0)), "it was never read");
        let gone = Recalled { retry_at: Some(at(9)), ..Recalled::default() };
        assert_eq!([8, 9].map(|now| is_news(&request(Role::Article, Some("b")), Some(&gone), at(now))), [false, true]);
    }
}
