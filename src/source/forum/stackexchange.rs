//! Stack Exchange: /questions/123/slug, answers by /a/456; dates in UTC.

use super::address::{Paged, Parts, is_number};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "stackexchange",
    signs: &["js-post-body", "s-post-summary", "stackexchange", "sstatic.net"],
    mark: "#question[data-questionid], .question .js-post-body, .answer .js-post-body, .s-post-summary, .question-summary",
    topics: Rows {
        row: ".s-post-summary, .question-summary",
        link: ".s-post-summary--content-title a[href], h3 a.question-hyperlink[href], h3 a[href]",
        counts: [
            ".s-post-summary--stats-item.has-answers .s-post-summary--stats-item-number, .status strong",
            ".s-post-summary--stats-item[title*=view]@title | .views@title",
        ],
        last: "",
        time: "time .relativetime@title | .relativetime@title",
    },
    post: Posts {
        block: ".question[data-questionid], .answer[data-answerid], #question, div.answer",
        number: "@data-answerid | @data-questionid | @id",
        author: ".post-signature.owner .user-details [itemprop=name] | .post-signature.owner .user-details a | .post-signature:last-of-type .user-details a \
                 | [itemprop=author] [itemprop=name] | .user-details:last-of-type a, .user-details",
        date: "time[itemprop=dateCreated]@datetime | .post-signature.owner .relativetime@title | .post-signature:last-of-type .relativetime@title | .user-action-time .relativetime@title",
        body: ".js-post-body, .post-text, .s-prose",
        code: "pre",
        note: ".js-post-notice, .snippet-code-html",
        likes: ".js-vote-count@data-value | .js-vote-count | .vote-count-post",
        ..Posts::NONE
    },
    heading: "#question-header h1, h1 a.question-hyperlink, h1[itemprop=name], h1",
    replies: "#answers-header [data-answercount]@data-answercount | #answers-header h2",
    views: "[title^=Viewed]@title",
    next: "link[rel=next], a[rel=next]",
    topic: |url| {
        let parts = Parts::after(url, &["questions"])?;
        parts.get(0).filter(|id| is_number(id))?;
        let slug = parts.get(1).is_some_and(|part| !is_number(part));
        parts.page(if slug { 2 } else { 1 }, Paged::Query("page"), false)
    },
    board: |url| {
        Parts::after(url, &["questions"])?
            .get(0)
            .is_none()
            .then(|| Parts::after(url, &["questions"])?.page(0, Paged::Query("page"), false))
            .flatten()
    },
    post_address: |page, thread, id| {
        let thread = thread?;
        if Parts::after(thread, &["questions"])?.get(0) == Some(id) {
            return Some(thread.clone());
        }
        page.join(&format!("/a/{id}")).ok()
    },
    post_number: |url| {
        let parts = Parts::after(url, &["a", "q"])?;
        parts.get(0).filter(|id| is_number(id)).map(String::from)
    },
    ..Facts::NONE
};
