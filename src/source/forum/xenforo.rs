//! XenForo 2: /forums/x.1/page-2, /threads/x.123/page-2 (or index.php?threads/…), posts by /threads/x.123/post-456; dates in
//! every form at once.

use url::Url;

use super::address::{At, Paged, Parts, is_number, last_number};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "xenforo",
    signs: &["id=\"XF\"", "id='XF'", "js-post", "data-template=\"forum_", "data-template=\"thread_"],
    mark: "html#XF, .js-post[data-content^='post-'], article.message--post, article.message[data-content^='post-'], .structItem--thread, .node--forum",
    boards: Rows {
        row: ".node--forum, .node--category .subNodeLink--forum, .node-subNodeFlatList li",
        link: ".node-title a[href], a.subNodeLink--forum[href]",
        counts: [
            ".node-statsMeta dl:nth-of-type(1) dd, .node-stats dl:nth-of-type(1) dd",
            ".node-statsMeta dl:nth-of-type(2) dd, .node-stats dl:nth-of-type(2) dd",
        ],
        last: ".node-extra a[href*='/post-'], .node-extra a[href*='/posts/']",
        time: ".node-extra time@datetime | .node-extra time@data-time | .node-extra time@data-timestamp",
    },
    topics: Rows {
        row: ".structItem--thread",
        link: ".structItem-title a[href]",
        counts: [
            ".structItem-cell--meta dl:nth-of-type(1) dd, .structItem-cell--meta .pairs:first-child dd",
            ".structItem-cell--meta .structItem-minor dd, .structItem-cell--meta dl:nth-of-type(2) dd",
        ],
        last: ".structItem-cell--latest a[href*='/post-']",
        time: ".structItem-cell--latest time@datetime | .structItem-cell--latest time@data-time",
    },
    post: Posts {
        block: "article.message--post, article.message[data-content^='post-'], .js-post[data-content^='post-']",
        number: "@data-content | @id",
        fragment: "post-",
        author: "@data-author | .message-name .username | .message-name | [itemprop=author] [itemprop=name]@content | [itemprop=author] [itemprop=name]",
        date: "meta[itemprop=datePublished]@content | .message-attribution-main time@datetime | .message-attribution time@datetime | time.u-dt@datetime | time@data-time \
               | time@data-timestamp | .message-attribution time@title | .message-attribution time | .message-date time | header a[href*='post-']",
        body: ".message-body .bbWrapper, .bbWrapper",
        signature: ".message-signature",
        quote: "blockquote.bbCodeBlock--quote, .bbCodeBlock--quote, blockquote.bbCodeQuote",
        cite: ".bbCodeBlock-title",
        code: ".bbCodeBlock--code, pre",
        note: ".message-lastEdit, .js-unfurl, .bbCodeBlock-expandLink, .bbCodeSpoiler-button, .message-attachments",
        likes: ".reactionsBar-link@data-count",
        ..Posts::NONE
    },
    heading: "h1.p-title-value | .p-title h1 | h1",
    next: "a.pageNav-jump--next, link[rel=next]",
    topic: |url| address(url, &["threads", "t"]),
    board: |url| address(url, &["forums", "f", "categories"]),
    post_address,
    post_number,
    ..Facts::NONE
};

/// `/threads/slug.123/page-2`, or the same as a query: `index.php?threads/slug.123/page-2`.
pub(super) fn address(url: &Url, folders: &[&str]) -> Option<At> {
    let plain = plain(url);
    let parts = Parts::after(&plain, folders)?;
    let id = parts.get(0)?;
    is_number(id.rsplit('.').next().unwrap_or_default()).then_some(())?;
    let at = parts.page(1, Paged::Part("page-"), true)?;
    // Boards are asked for in the order that they are shown in.
    if plain == *url || url.query().is_none() {
        return Some(at);
    }
    Some(At { url: as_query(url, &at.url)?, first: as_query(url, &at.first)?, place: at.place })
}

/// An address whose query is a path, as a path.
fn plain(url: &Url) -> Url {
    let path = url.query().map(|query| query.split('&').next().unwrap_or_default()).filter(|path| path.contains('/'));
    let Some(path) = path else { return url.clone() };
    let mut plain = url.clone();
    plain.set_path(&format!("/{path}"));
    plain.set_query(None);
    plain
}

/// The reverse: the path of `of` as the query of `url`.
fn as_query(url: &Url, of: &Url) -> Option<Url> {
    if !url.query().is_some_and(|query| query.contains('/')) {
        return Some(of.clone());
    }
    let mut with = url.clone();
    with.set_query(of.path().strip_prefix('/'));
    with.set_fragment(None);
    Some(with)
}

fn post_address(page: &Url, thread: Option<&Url>, id: &str) -> Option<Url> {
    let Some(thread) = thread else { return page.join(&format!("/posts/{id}/")).ok() };
    let mut url = thread.clone();
    match thread.query() {
        Some(query) => url.set_query(Some(&format!("{}/post-{id}", query.trim_end_matches('/')))),
        None => url.set_path(&format!("{}/post-{id}", thread.path().trim_end_matches('/'))),
    }
    Some(url)
}

/// `…/post-456`, `…#post-456`, `/posts/456/`, `/goto/post?id=456`.
pub(super) fn post_number(url: &Url) -> Option<String> {
    let named = url.fragment().filter(|fragment| fragment.starts_with("post-")).and_then(last_number);
    let plain = plain(url);
    let parts: Vec<&str> = plain.path_segments()?.collect();
    let part = parts.iter().find_map(|part| part.strip_prefix("post-"));
    let after = || parts.iter().skip_while(|part| **part != "posts").nth(1).copied();
    let goto = || url.query_pairs().find(|(key, _)| key == "id").filter(|_| url.path().ends_with("/goto/post"));
    let number = named.or(part).or_else(after).map(String::from).or_else(|| goto().map(|(_, id)| id.into_owned()));
    number.filter(|number| is_number(number))
}
