//! Posts and comments of software that nobody named: the repeated records of a page, each with its author, its date and
//! its words. It knows no engine; it goes by what records have in common.

mod groups;
mod learn;
mod names;
mod read;
mod survey;
mod when;

use std::collections::HashSet;

use url::Url;

use super::article::ArticlePage;
use super::html::HtmlPage;
use crate::model::{Counts, Entry, Kind};
use crate::text::effort;
use groups::Group;
use names::Said;
use survey::Survey;

/// Records of one page that are read.
const MOST: usize = 2_000;
/// Groups that are tried, the best first.
const TRIED: usize = 8;
/// Bytes of a main text below which it is none.
const NO_TEXT: usize = 200;

/// Bytes of a line that may stand in a text and in what is beside it by chance.
const SHORT_LINE: usize = 20;

/// What was found on a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mined {
    /// Whether the records are the page, and not comments of an article on it.
    pub is_thread: bool,
    /// In their order.
    pub entries: Vec<Entry>,
}

/// Looks for records on a page. `article` is its main text, as far as it has one, `own` its address.
pub fn read(html: &HtmlPage, article: Option<&ArticlePage>, own: Option<&str>) -> Option<Mined> {
    let survey = Survey::new(&html.tree, html.clock.as_ref());
    let groups = groups::groups(&survey);
    let judge = |group: &'_ Group| judged(&survey, group, html, article);
    let (group, is_thread) =
        groups.iter().take(TRIED).find_map(|group| judge(group).map(|is_thread| (group, is_thread)))?;
    let parts = learn::learn(&survey, &group.records);
    let kind = match group.looks.said {
        said if said.has(Said::REVIEW) && !said.has(Said::POST) => Kind::Review,
        _ if is_thread => Kind::Post,
        _ => Kind::Comment,
    };
    let about = own.or(html.base.as_deref());
    let title = article.and_then(|article| article.title.clone());
    let mut mined = Mined { is_thread, entries: Vec::new() };
    for record in group.records.iter().take(MOST) {
        if effort::check().is_err() {
            break;
        }
        let taken = read::read(&survey, record, &parts);
        if taken.text.is_empty() && taken.quoted.is_empty() && taken.code.is_none() {
            continue;
        }
        let (id, link) = read::place(&survey, record);
        let place = |id: &str| {
            let mut url = Url::parse(about?).ok()?;
            url.set_fragment(Some(id));
            Some(String::from(url))
        };
        let url = link.and_then(|href| html.join(href)).or_else(|| place(id?));
        mined.entries.push(Entry {
            kind,
            permanent: url.is_some(),
            url,
            thread_url: about.map(String::from),
            guid: id.map(String::from),
            title: title.clone(),
            author: taken.author.filter(|name| !name.is_empty()),
            published: taken.published,
            text: taken.text,
            quoted: taken.quoted,
            code: taken.code,
            signature: taken.signature,
            is_reply: !is_thread || !mined.entries.is_empty(),
            counts: Counts { rating: taken.rating, ..Counts::default() },
            ..Entry::default()
        });
    }
    (mined.entries.len() > usize::from(is_thread)).then_some(mined)
}

/// A main text without the lines that are in the entries beside it.
pub fn without(text: &str, entries: &[Entry]) -> String {
    let lines: HashSet<&str> = entries.iter().flat_map(|entry| entry.text.lines()).map(str::trim).collect();
    let kept = text.lines().filter(|line| line.len() < SHORT_LINE || !lines.contains(line.trim()));
    kept.collect::<Vec<_>>().join("\n")
}

/// Gives posts that an engine's facts found what they left open of author and date, where the records are the same.
pub fn complete(html: &HtmlPage, posts: &mut [Entry]) {
    let lacks = |post: &Entry| post.author.is_none() || post.published.is_none();
    if posts.iter().filter(|post| lacks(post)).count() * 2 < posts.len() {
        return;
    }
    let Some(mined) = read(html, None, None).filter(|mined| mined.entries.len() == posts.len()) else { return };
    for (post, record) in posts.iter_mut().zip(mined.entries) {
        let begins = |text: &str| text.split_whitespace().take(4).map(String::from).collect::<Vec<_>>();
        if begins(&post.text) == begins(&record.text) {
            post.author = post.author.take().or(record.author);
            post.published = post.published.or(record.published);
        }
    }
}

/// What a group of records is on its page: `Some(true)` a thread, `Some(false)` comments, `None` nothing that people wrote
/// one after another.
fn judged(survey: &Survey<'_>, group: &Group, html: &HtmlPage, article: Option<&ArticlePage>) -> Option<bool> {
    let (looks, count) = (&group.looks, group.records.len());
    let (own, said) = (looks.own, looks.said);
    let usual = own / count.max(1);
    if looks.leads > 0.5 || looks.linked > 0.6 || looks.alike < 0.5 {
        return None;
    }
    let called = looks.called >= 0.5;
    if count == 1 && (!called || article.is_none()) {
        return None;
    }
    let comments = called && said.has(Said::COMMENT.with(Said::REVIEW)) && !said.has(Said::POST);
    let (inside, outside) = article.map_or((0, 0), |article| shares(survey, group, article));
    let enough = match count {
        0 | 1 => false,
        2 => looks.alike > 0.9 && (looks.stated || looks.numbered > 0.9),
        _ => looks.alike >= 0.6 && (called || looks.stated || looks.people > 1 || count > 3 && looks.linking >= 0.9),
    };
    let sure = called || looks.stated;
    let talk = looks.paired >= if sure { 0.6 } else { 0.8 } || looks.stated && looks.dated >= 0.6;
    // A page that says it is an article has no posts, unless these are stated for programs, or all it has.
    let several = count > 3
        && looks.titled < 0.5
        && looks.paired >= 0.9
        && looks.linking >= 0.9
        && looks.times > 0.6
        && looks.alike >= 0.6
        && looks.people > 1
        && inside > 4 * outside;
    let may_be = !html.head.says_article || looks.stated && said.has(Said::POST) || several;
    let elsewhere = said.has(Said::ELSEWHERE);
    let reviews = called && said.has(Said::REVIEW) && !said.has(Said::POST);
    let is_page = if reviews || comments && outside >= NO_TEXT {
        false
    } else {
        inside > outside || outside < NO_TEXT || called && outside * 4 < own
    };
    if enough && talk && may_be && is_page && usual >= 12 {
        return Some(true);
    }
    let told = looks.paired >= 0.6 || called && (looks.dated >= 0.6 || looks.named >= 0.6);
    let apart = outside > 2 * inside
        && (called && said.has(Said::COMMENT.with(Said::REVIEW))
            || looks.paired >= 0.6 && !said.has(Said::ELSEWHERE) && usual >= 30 && looks.linked < 0.3);
    (told && !elsewhere && (apart || reviews && looks.stated && count > 1 && !html.head.says_article) && usual >= 8)
        .then_some(false)
}

/// Bytes of the main text that stand in the records, and of those that do not.
fn shares(survey: &Survey<'_>, group: &Group, article: &ArticlePage) -> (usize, usize) {
    let mut lines: HashSet<&str> = HashSet::new();
    for record in &group.records {
        let (from, to) = record.text(survey);
        lines.extend(survey.piece(from, to).lines().map(str::trim));
    }
    let (mut inside, mut outside) = (0, 0);
    for line in article.text.lines().map(str::trim) {
        let share = if lines.contains(line) { &mut inside } else { &mut outside };
        *share += line.len();
    }
    (inside, outside)
}

#[cfg(test)]
mod tests;
