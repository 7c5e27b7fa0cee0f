//! Which sources what was seen makes, and which of them is the best.

use serde::Serialize;
use url::Url;

use super::{Sample, Seen, brief};
use crate::model::{Role, SourceKind};
use crate::source::discover::Shows;
use crate::text::urls;

/// How the address of a candidate is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Given {
    /// It is the one asked for.
    Asked,
    /// A page names it.
    Named,
    /// It stands where such software has it.
    Guessed,
}

/// Something that could be a source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// The one to take where only one is taken.
    pub recommended: bool,
    pub url: String,
    /// As `kind` in a configuration.
    pub kind: &'static str,
    pub given: Given,
    pub title: Option<String>,
    /// The language that it claims.
    pub language: Option<String>,
    /// A feed of comments alone.
    pub comments_only: bool,
    /// Boards and topics that a forum's page lists; posts on the first topic.
    pub boards: usize,
    pub topics: usize,
    pub posts: usize,
    /// Comments on the article that was looked at.
    pub comments: usize,
    /// Articles that a front page leads to.
    pub articles: usize,
    pub sample: Sample,
}

/// What of the address `own` could be a source, the best first.
pub(super) fn candidates(own: &str, seen: &[&Seen]) -> Vec<Candidate> {
    let Some(seed) = seen.iter().find(|seen| seen.role == Role::Seed) else { return Vec::new() };
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |candidate: Candidate| {
        if !found.iter().any(|known| known.url == candidate.url && known.kind == candidate.kind) {
            found.push(candidate);
        }
    };
    let of_network = |seen: &&Seen| match seen.sight.shows {
        Shows::Network(kind) => Some((kind, seen.sample.documents)),
        _ => None,
    };
    // The answer that tells most stands for what was asked.
    let network = seen.iter().filter_map(|seen| Some((of_network(seen)?, *seen))).max_by_key(|((_, count), _)| *count);
    if let Some(((kind, _), answer)) = network {
        add(Candidate { url: own.into(), given: Given::Asked, ..Candidate::of(answer, kind) });
    }
    let feeds: Vec<&&Seen> = seen.iter().filter(|seen| matches!(seen.sight.shows, Shows::Feed { .. })).collect();
    if let Shows::Feed { .. } = seed.sight.shows {
        // Who gives a feed wants that feed.
        add(Candidate { url: own.into(), ..of_feed(seed) });
    }
    for page in [Role::Seed, Role::Listing].iter().filter_map(|role| seen.iter().find(|seen| seen.role == *role)) {
        let url = if page.role == Role::Seed { own } else { &page.sight.url };
        match page.sight.shows {
            Shows::Forum { boards, topics } => add(of_forum(url, page, boards, topics, seen)),
            Shows::Front { articles } => {
                let has_feed = feeds.iter().any(|feed| feed.role == Role::Feed);
                if articles > 0 || has_feed {
                    add(of_blog(url, page, articles, seen));
                }
            }
            _ => {}
        }
    }
    let page = (seed.sight.shows == Shows::Page).then(|| {
        let posts = seed.posts;
        Candidate { url: own.into(), posts, ..Candidate::of(seed, SourceKind::Page) }
    });
    let has_words = page.filter(|page| page.sample.documents > 0);
    let mut rest: Vec<Candidate> = feeds.iter().map(|feed| of_feed(feed)).collect();
    // Comments alone come last, and among equals the one that a page names.
    rest.sort_by_key(|feed| (feed.comments_only, feed.given, feed.sample.documents == 0));
    rest.into_iter().for_each(&mut add);
    has_words.into_iter().for_each(add);
    if let Some(best) = found.first_mut() {
        best.recommended = true;
    }
    found
}

impl Candidate {
    fn of(seen: &Seen, kind: SourceKind) -> Candidate {
        let given = match (seen.role, seen.guess) {
            (Role::Seed, _) => Given::Asked,
            (_, true) => Given::Guessed,
            _ => Given::Named,
        };
        Candidate {
            recommended: false,
            url: urls::shown(&seen.sight.url),
            kind: kind.word(),
            given,
            title: seen.sight.title.as_deref().map(brief).filter(|title| !title.is_empty()),
            language: seen.sight.language.as_deref().map(brief),
            comments_only: false,
            boards: 0,
            topics: 0,
            posts: 0,
            comments: seen.comments,
            articles: 0,
            sample: seen.sample.clone(),
        }
    }
}

fn of_feed(seen: &Seen) -> Candidate {
    let comments_only = seen.sight.shows == Shows::Feed { comments: true };
    let comments = 0;
    // Where it answers elsewhere on its own site it has moved; elsewhere it is delivered by somebody who may change.
    let host = |url: &str| Url::parse(url).ok().and_then(|url| url.host_str().map(String::from));
    let stays = host(&seen.asked) == host(&seen.sight.url);
    let url = urls::shown(if stays { &seen.sight.url } else { &seen.asked });
    Candidate { url, comments_only, comments, ..Candidate::of(seen, SourceKind::Feed) }
}

/// A forum: what its own page lists, and the first topic that was come to.
fn of_forum(url: &str, page: &Seen, boards: usize, topics: usize, seen: &[&Seen]) -> Candidate {
    let lists = seen.iter().filter(|seen| seen.role == Role::Board).map(|seen| match seen.sight.shows {
        Shows::Forum { topics, .. } => topics,
        _ => 0,
    });
    let topics = if topics > 0 { topics } else { lists.max().unwrap_or(0) };
    let topic = seen.iter().find(|seen| seen.role == Role::Topic && seen.posts > 0);
    let topic = if page.posts > 0 { Some(page) } else { topic.copied() };
    let sample = topic.map(|topic| topic.sample.clone()).unwrap_or_default();
    let posts = topic.map_or(0, |topic| topic.posts);
    Candidate { url: url.into(), boards, topics, posts, sample, ..Candidate::of(page, SourceKind::Forum) }
}

/// A blog: its articles as its feed tells them, else the one that was looked at.
fn of_blog(url: &str, page: &Seen, articles: usize, seen: &[&Seen]) -> Candidate {
    let article = seen.iter().find(|seen| matches!(seen.role, Role::Page | Role::Article) && seen.sample.documents > 0);
    let is_feed = |seen: &&&Seen| seen.sight.shows == Shows::Feed { comments: false } && seen.sample.documents > 0;
    let feed = seen.iter().find(is_feed);
    let sample = feed.or(article).map(|seen| seen.sample.clone()).unwrap_or_default();
    let comments = article.map_or(0, |article| article.comments);
    let given = if page.role == Role::Seed { Given::Asked } else { Given::Named };
    Candidate { url: url.into(), articles, comments, sample, given, ..Candidate::of(page, SourceKind::Blog) }
}
