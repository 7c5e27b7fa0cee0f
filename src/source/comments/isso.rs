//! Isso: comments that stand on a server of their own, asked for by the path of the page that they are about.

use std::sync::LazyLock;

use jiff::Timestamp;
use scraper::{Html, Selector};
use serde_json::Value;
use url::Url;

use super::{Apart, MOST, address};
use crate::model::{Counts, Entry, Found, Kind, Page, Request, Role, Source, Stamp, Told};
use crate::source::Problem;
use crate::source::html::{HtmlPage, selector};
use crate::text::{dom, plain, urls};

/// What may be hidden in one answer and is asked for.
const MOST_HIDDEN: usize = 50;

/// The request for the comments on a page, where its script says that Isso keeps them.
pub fn request(page: &HtmlPage, article: Option<&str>, title: Option<&str>) -> Option<Request> {
    static THREAD: LazyLock<Selector> = LazyLock::new(|| selector("#isso-thread"));
    let thread = page.first(&THREAD)?;
    let base = page.base.as_deref()?;
    let mut api = urls::join(base, page.head.embedded.isso.as_deref()?)?;
    if !api.ends_with('/') {
        api.push('/');
    }
    // The script goes by the address of the page, unless the page says otherwise.
    let said = thread.value().attr("data-isso-id").filter(|uri| !uri.is_empty());
    let uri = said.map(String::from).or_else(|| Some(Url::parse(base).ok()?.path().to_owned()))?;
    let told = Told {
        about: article.map(String::from).or_else(|| Some(base.to_owned())),
        title: title.map(String::from),
        ..Told::default()
    };
    let url = address::below(&api, "", &[("uri", &uri)])?;
    // A page on which nobody has commented is not known there.
    Some(Request { told, guess: true, ..Request::new(url, Role::Comments) })
}

/// Reads an answer; `None` where it is none of Isso's.
pub fn read(value: &Value, page: &Page, _: &Source) -> Option<Result<Found, Problem>> {
    let is_answer = value.get("total_replies").is_some() && value.get("hidden_replies").is_some();
    let replies = value.get("replies").and_then(Value::as_array).filter(|_| is_answer)?;
    let mut reading = Reading { page, found: Found::default() };
    let above = value.get("id").and_then(Value::as_i64);
    reading.take(value, replies, above);
    Some(Ok(reading.found))
}

struct Reading<'a> {
    page: &'a Page,
    found: Found,
}

impl Reading<'_> {
    fn article(&self) -> Option<&str> {
        self.page.request.told.about.as_deref()
    }

    /// Takes what answers the comment `above`, or the article.
    fn take(&mut self, answered: &Value, replies: &[Value], above: Option<i64>) {
        for reply in replies {
            if self.found.entries.len() >= MOST {
                return;
            }
            let id = reply.get("id").and_then(Value::as_i64);
            self.found.entries.extend(id.and_then(|id| self.comment(reply, id, above)));
            if let Some(answers) = reply.get("replies").and_then(Value::as_array) {
                self.take(reply, answers, id.or(above));
            }
        }
        let hidden = answered.get("hidden_replies").and_then(Value::as_u64).unwrap_or_default();
        if hidden > 0 && self.found.follow.len() < MOST_HIDDEN {
            self.found.follow.extend(self.rest(above, replies.last()));
        }
    }

    /// The request for what an answer leaves out.
    fn rest(&self, above: Option<i64>, last: Option<&Value>) -> Option<Request> {
        let own = Url::parse(&self.page.url).ok()?;
        let (_, uri) = own.query_pairs().find(|(key, _)| key == "uri")?;
        let (above, after) =
            (above.map(|id| id.to_string()), last.and_then(|last| last.get("created")).map(Value::to_string));
        let mut parameters = vec![("uri", &*uri)];
        parameters.extend(above.as_deref().map(|id| ("parent", id)));
        parameters.extend(after.as_deref().map(|at| ("after", at)));
        let url = address::below(own.as_str(), own.path(), &parameters)?;
        let told = self.page.request.told.clone();
        (url != self.page.url).then(|| Request { told, ..Request::new(url, Role::Comments) })
    }

    fn comment(&self, reply: &Value, id: i64, above: Option<i64>) -> Option<Entry> {
        static APART: LazyLock<Apart> = LazyLock::new(|| Apart::new("blockquote", "cite", "pre", ".isso-none"));
        let place = |id: i64| {
            let mut url = Url::parse(self.article()?).ok()?;
            url.set_fragment(Some(&format!("isso-{id}")));
            Some(String::from(url))
        };
        let at = |key: &str| {
            let seconds = reply.get(key)?.as_f64().filter(|seconds| seconds.abs() < 1e11)?;
            Some(Stamp::from(Timestamp::from_second(seconds.floor() as i64).ok()?))
        };
        let html = reply.get("text").and_then(Value::as_str).filter(|html| !html.trim().is_empty())?;
        let tree: Html = dom::parse(html).ok()?;
        let words = APART.read(tree.root_element());
        let author = reply.get("author").and_then(Value::as_str).map(plain::line).filter(|name| !name.is_empty());
        let url = place(id);
        Some(Entry {
            kind: Kind::Comment,
            permanent: url.is_some(),
            url,
            thread_url: self.article().map(String::from),
            parent_url: above.and_then(place).or_else(|| self.article().map(String::from)),
            guid: Some(format!("isso-{id}")),
            title: self.page.request.told.title.clone(),
            author,
            published: at("created"),
            updated: at("modified"),
            text: words.text,
            quoted: words.quoted,
            code: words.code,
            is_reply: true,
            counts: Counts {
                likes: reply.get("likes").and_then(Value::as_u64).filter(|likes| *likes > 0),
                ..Counts::default()
            },
            ..Entry::default()
        })
    }
}
