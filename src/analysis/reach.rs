//! Reach: how many people saw a document, as an estimate with bounds and the figure that it rests on.

use crate::model::{Basis, Document, Kind, Reach};

/// Of a hundred who read, some ten ever react and one writes (participation inequality, Nielsen 2006).
const READERS_A_REPLY: f64 = 10.0;
const MOST_READERS_A_REPLY: f64 = 100.0;
/// One visitor in so many of a site's day opens one given thread (Notified's published ratio for forums).
const VISITORS_A_THREAD: f64 = 1_000.0;
const DAYS_A_MONTH: f64 = 30.0;

/// The reach of `document`; `audience`: people a month of its source, where known. The first basis that is there is
/// used: views, thread views (of a first post), replies, audience.
pub fn reach(document: &Document, audience: Option<u64>) -> Reach {
    let counts = &document.counts;
    let opens_thread = !document.is_reply && document.kind != Kind::Comment;
    if let Some(views) = counts.views {
        return bounds(views as f64, views as f64, views as f64, Basis::Views);
    }
    let replies = counts.replies.or(counts.thread_replies.filter(|_| opens_thread)).filter(|replies| *replies > 0);
    if let Some(views) = counts.thread_views.filter(|_| opens_thread) {
        let (views, wrote) = (views as f64, replies.unwrap_or(0) as f64);
        // Who came back counts again each time: at least those who wrote, or one view in a hundred, were different people.
        let low = wrote.max(views / MOST_READERS_A_REPLY).max(1.0).min(views);
        return bounds(low, views, views, Basis::ThreadViews);
    }
    if let Some(replies) = replies {
        let wrote = replies as f64;
        return bounds(wrote, wrote * READERS_A_REPLY, wrote * MOST_READERS_A_REPLY, Basis::Replies);
    }
    match audience.filter(|people| *people > 0) {
        None => Reach::default(),
        Some(people) => {
            let high = (people as f64 / DAYS_A_MONTH).max(1.0);
            let low = (high / VISITORS_A_THREAD).max(1.0);
            bounds(low, (low * high).sqrt(), high, Basis::Audience)
        }
    }
}

/// Whole people.
fn bounds(low: f64, estimate: f64, high: f64, basis: Basis) -> Reach {
    Reach { low: Some(low.round()), estimate: Some(estimate.round()), high: Some(high.round()), basis }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Counts;

    fn of(counts: Counts, is_reply: bool, audience: Option<u64>) -> (Option<f64>, Option<f64>, Option<f64>, Basis) {
        let reach = reach(&Document { counts, is_reply, kind: Kind::Post, ..Document::default() }, audience);
        (reach.low, reach.estimate, reach.high, reach.basis)
    }

    #[test]
    fn views_of_the_document_are_taken_as_they_are() {
        let counts = Counts { views: Some(1200), replies: Some(7), ..Counts::default() };
        assert_eq!(of(counts, false, Some(90_000)), (Some(1200.0), Some(1200.0), Some(1200.0), Basis::Views));
        assert_eq!(of(Counts { views: Some(0), ..Counts::default() }, false, None).1, Some(0.0));
    }

    #[test]
    fn views_of_a_thread_belong_to_its_first_post_alone() {
        let counts = Counts { thread_views: Some(5000), thread_replies: Some(80), ..Counts::default() };
        assert_eq!(of(counts, false, None), (Some(80.0), Some(5000.0), Some(5000.0), Basis::ThreadViews));
        assert_eq!(of(counts, true, None), (None, None, None, Basis::None));
        assert_eq!(of(counts, true, Some(300_000)).3, Basis::Audience);
    }

    #[test]
    fn replies_are_the_tip_of_the_readers() {
        let counts = Counts { replies: Some(4), ..Counts::default() };
        assert_eq!(of(counts, true, None), (Some(4.0), Some(40.0), Some(400.0), Basis::Replies));
        assert_eq!(of(Counts { replies: Some(0), ..Counts::default() }, true, None).3, Basis::None);
    }

    #[test]
    fn an_audience_gives_an_interval_and_never_a_whole_month() {
        let none = Counts::default();
        assert_eq!(of(none, false, Some(3_000_000)), (Some(100.0), Some(3162.0), Some(100_000.0), Basis::Audience));
        assert_eq!(of(none, false, Some(60)), (Some(1.0), Some(1.0), Some(2.0), Basis::Audience));
        assert_eq!(of(none, false, Some(0)).3, Basis::None);
    }
}
