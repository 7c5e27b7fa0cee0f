//! Addresses of comments and of their further pages, and the article that each is about.

use std::sync::LazyLock;

use scraper::Selector;
use url::{Url, form_urlencoded};

use super::is_numbered;
use crate::model::{Request, Role, Told};
use crate::source::html::{HtmlPage, selector};

/// Further pages of comments that one page leads to.
const MOST: usize = 100;

/// Parameters that count pages of comments.
const PAGES: [&str; 2] = ["cpage", "commentPage"];

/// The same of SPIP, which names the list after them.
const LISTS: [&str; 2] = ["debut_forum", "debut_comment"];

/// Parameters of an address that only say which comment, or which of their pages, is shown.
fn is_of_comments(parameter: &str) -> bool {
    PAGES.contains(&parameter)
        || LISTS.iter().any(|list| parameter.starts_with(list))
        || matches!(parameter, "showComment" | "replytocom" | "unapproved" | "moderation-hash")
}

/// Further pages of the comments on what stands at `article` under `title`.
pub fn pages(page: &HtmlPage, article: Option<&str>, title: Option<&str>) -> Vec<Request> {
    static LINKS: LazyLock<Selector> = LazyLock::new(|| {
        selector(
            "a[href*='comment-page-'], a[href*='cpage='], a[href*='commentPage='], a[href*='debut_forum'], \
             a[href*='debut_comment'], #comments .pager a[href*='page='], .comment-wrapper .pager a[href*='page=']",
        )
    });
    let links = page.tree.select(&LINKS).filter_map(|link| page.join(link.value().attr("href")?));
    let mut urls: Vec<String> = links.filter_map(|url| further(&url)).filter(|url| page.is_of_site(url)).collect();
    urls.sort();
    urls.dedup();
    urls.truncate(MOST);
    let told = Told { about: article.map(String::from), title: title.map(String::from), ..Told::default() };
    // Beside an article stand the newest comments on others.
    let own = article.map(article_of);
    let bare = |url: &str| url.split('?').next().map(String::from);
    let is_own = |url: &str| match &own {
        Some(own) => {
            article_of(url) == *own || (url.contains("?page=") || url.contains("&page=")) && bare(url) == bare(own)
        }
        None => false,
    };
    let told = |url: &str| if is_own(url) { told.clone() } else { Told::default() };
    urls.into_iter().map(|url| Request { told: told(&url), ..Request::new(url, Role::Comments) }).collect()
}

/// The address of a page of comments as it is asked for; `None` of the first, which is the article's own, and of the ways
/// to answer one.
fn further(url: &str) -> Option<String> {
    let bare = url.split('#').next().unwrap_or_default();
    let (path, query) = bare.split_once('?').unwrap_or((bare, ""));
    if is_comment_page(path) {
        return Some(path.into());
    }
    let mut parameters = query.split('&').map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")));
    let counts = |(name, value): (&str, &str)| {
        let is_page = PAGES.contains(&name) || LISTS.iter().any(|list| name.starts_with(list)) || name == "page";
        is_page && !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit() || b == b',')
    };
    let answers = query.contains("replytocom=");
    (!answers && parameters.any(counts)).then(|| bare.into())
}

/// Whether an address is that of a page of comments, by its path.
fn is_comment_page(path: &str) -> bool {
    path.trim_end_matches('/').rsplit('/').next().is_some_and(|last| is_numbered(last, "comment-page-"))
}

/// The article that a page of comments, or a comment, belongs to.
pub fn article_of(url: &str) -> String {
    let bare = url.split('#').next().unwrap_or_default();
    let (path, query) = bare.split_once('?').unwrap_or((bare, ""));
    let path = match is_comment_page(path) {
        true => path.trim_end_matches('/').rsplit_once('/').map_or(path, |(head, _)| &path[..head.len() + 1]),
        false => path,
    };
    let kept = query.split('&').filter(|parameter| !is_of_comments(parameter.split('=').next().unwrap_or_default()));
    let kept = kept.collect::<Vec<_>>().join("&");
    if kept.is_empty() { path.into() } else { format!("{path}?{kept}") }
}

/// Whether an address names a comment by its fragment, as the software of blogs does.
pub fn names_comment(url: &str) -> bool {
    let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
    let pluxml = || {
        let (article, number) = fragment.strip_prefix('c').and_then(|rest| rest.split_once('-')).unwrap_or_default();
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits(article) && digits(number)
    };
    ["comment-", "comment", "c", "forum", "isso-"].iter().any(|prefix| is_numbered(fragment, prefix)) || pluxml()
}

/// `path` with `uri` as a parameter, below the address of an interface.
pub fn below(api: &str, path: &str, parameters: &[(&str, &str)]) -> Option<String> {
    let mut url = Url::parse(api).ok()?.join(path).ok()?;
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    url.set_query(Some(&query));
    Some(url.into())
}
