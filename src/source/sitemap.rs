//! Sitemaps: of pages, of other sitemaps, of news (sitemaps.org 0.9, Google News).

use jiff::Timestamp;

use super::feed::{Token, Tokens, split};
use crate::model::{Request, Role, Told};
use crate::text::{dates, effort, markup, plain, urls};

/// Pages of one sitemap that are read; it may name 50,000 (sitemaps.org).
const MOST: usize = 10_000;

/// Words in the name of a sitemap that has no articles.
const OTHERS: [&str; 11] =
    ["image", "video", "categor", "taxonom", "tag", "author", "users", "auteur", "rubrique", "product", "attachment"];

/// Whether a decoded text is a sitemap: its root element says so.
pub fn looks_like(text: &str) -> bool {
    let head = &text[..text.floor_char_boundary(4_096)];
    let root = Tokens::new(head).find_map(|(token, _)| match token {
        Token::Open { name, .. } => Some(split(name).1),
        _ => None,
    });
    matches!(root, Some("urlset" | "sitemapindex"))
}

/// One entry of a sitemap.
#[derive(Default)]
struct Listed {
    url: String,
    changed: Option<Timestamp>,
    /// As written.
    changed_as: Option<String>,
    published: Option<String>,
    title: Option<String>,
    is_news: bool,
}

/// What a sitemap leads to, the newest first: other sitemaps, and pages that may be articles; and whether it names more
/// than it may. What is cut off of the text costs no more than itself.
pub fn read(text: &str, base: Option<&str>) -> (Vec<Request>, bool) {
    let (mut listed, mut open, mut index) = (Vec::new(), None, false);
    let (mut name, mut held) = ("", String::new());
    for (token, _) in Tokens::new(text) {
        if listed.len() > MOST || effort::check().is_err() {
            break;
        }
        match token {
            Token::Open { name: tag, .. } => {
                name = tag;
                held.clear();
                match split(tag).1 {
                    "sitemapindex" => index = true,
                    "url" | "sitemap" => open = Some(Listed::default()),
                    "news" if split(tag).0 == "news" => {
                        if let Some(listed) = &mut open {
                            listed.is_news = true;
                        }
                    }
                    _ => {}
                }
            }
            Token::Text(piece) => held.push_str(&markup::entities(piece)),
            Token::Data(piece) => held.push_str(piece),
            Token::Close { name: tag } => {
                if matches!(split(tag).1, "url" | "sitemap") {
                    listed.extend(open.take());
                } else if tag == name
                    && let Some(listed) = &mut open
                {
                    listed.take(tag, plain::line(&held));
                }
                name = "";
            }
            Token::Aside => {}
        }
    }
    let more = listed.len() > MOST;
    listed.truncate(MOST);
    // Undated ones keep their places among themselves, after those that are known to be new.
    listed.sort_by_key(|listed| std::cmp::Reverse(listed.changed));
    (listed.into_iter().filter_map(|listed| request(listed, index, base)).collect(), more)
}

impl Listed {
    fn take(&mut self, tag: &str, value: String) {
        let instant = |value: &str| dates::parse(value, None)?.instant(&jiff::tz::TimeZone::UTC);
        match split(tag) {
            ("", "loc") => self.url = value,
            ("", "lastmod") => {
                self.changed = self.changed.max(instant(&value));
                self.changed_as = Some(value);
            }
            ("news", "publication_date") => {
                self.changed = self.changed.max(instant(&value));
                self.published = Some(value);
            }
            ("news", "title") => self.title = Some(value).filter(|title| !title.is_empty()),
            _ => {}
        }
    }
}

fn request(listed: Listed, index: bool, base: Option<&str>) -> Option<Request> {
    let url = match base {
        Some(base) => urls::join(base, &listed.url)?,
        None => urls::host(&listed.url).map(|_| listed.url.clone())?,
    };
    let role = match (index, listed.is_news) {
        (true, _) if is_of_others(&url) => return None,
        (true, _) => Role::Sitemap,
        (false, true) => Role::Article,
        (false, false) => Role::Page,
    };
    // A day says that the page changed on it, at its end perhaps.
    let day = listed.changed_as.as_deref().is_some_and(|written| written.len() <= 10);
    let dated =
        listed.changed.map(|at| if day { at.saturating_add(jiff::Span::new().hours(24)).unwrap_or(at) } else { at });
    let told = Told {
        published: listed.published.filter(|written| written.len() <= 40),
        title: listed.title.map(|title| plain::cut(&title, 1_000).into()),
        ..Told::default()
    };
    let mark = listed.changed_as.filter(|written| written.len() <= 40);
    let first = role == Role::Sitemap && is_of_news(&url);
    Some(Request { mark, dated, told, first, ..Request::new(url, role) })
}

/// Whether a sitemap is one of news, by its name: it tells titles and hours of what others only list.
pub fn is_of_news(url: &str) -> bool {
    let name = url.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    name.contains("news") || name.contains("actu")
}

fn is_of_others(url: &str) -> bool {
    let name = url.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    OTHERS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_newest_first_with_what_is_told_of_them() {
        let text = "<?xml version='1.0'?><urlset xmlns:news='n'><url><loc>http://b.example/old?a=1&amp;b=2</loc><lastmod>2025-01-02</lastmod></url>\
            <url><loc> /new </loc><news:news><news:publication><news:name>J</news:name></news:publication>\
            <news:publication_date>2026-11-20T08:00:00+01:00</news:publication_date><news:title><![CDATA[Une & panne]]></news:title></news:news></url>\
            <url><loc>ftp://b.example/x</loc></url><url><loc>http://b.example/undated</loc></url><url><loc>http://b.example/cut";
        assert!(looks_like(text));
        let (found, more) = read(text, Some("http://b.example/sitemap.xml"));
        assert!(!more);
        let urls: Vec<&str> = found.iter().map(|request| request.url.as_str()).collect();
        assert_eq!(urls, ["http://b.example/new", "http://b.example/old?a=1&b=2", "http://b.example/undated"]);
        assert_eq!((found[0].role, found[0].told.title.as_deref()), (Role::Article, Some("Une & panne")));
        assert_eq!(found[0].told.published.as_deref(), Some("2026-11-20T08:00:00+01:00"));
        assert_eq!((found[1].role, found[1].mark.as_deref()), (Role::Page, Some("2025-01-02")));
        assert_eq!(found[1].dated, Some("2025-01-03T00:00:00Z".parse().unwrap()), "at the day's end perhaps");
    }

    #[test]
    fn an_index_leads_to_sitemaps_of_articles() {
        let text = "<sitemapindex><sitemap><loc>http://b.example/posts-1.xml</loc><lastmod>2026-11-20T08:00:00Z</lastmod></sitemap>\
            <sitemap><loc>http://b.example/wp-sitemap-taxonomies-post_tag-1.xml</loc></sitemap>\
            <sitemap><loc>http://b.example/wp-sitemap-users-1.xml</loc></sitemap></sitemapindex>";
        let (found, _) = read(text, None);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].role, found[0].url.as_str()), (Role::Sitemap, "http://b.example/posts-1.xml"));
        assert_eq!(found[0].dated, Some("2026-11-20T08:00:00Z".parse().unwrap()));
    }

    #[test]
    fn anything_else_is_none_and_ends() {
        for text in ["", "<rss/>", "<html><urlset>", "urlset", "<?xml?><!DOCTYPE x [", "<<<<"] {
            assert!(!looks_like(text), "{text}");
            read(text, None);
        }
        let many = "<url><loc>http://b.example/</loc></url>".repeat(MOST + 2);
        assert!(matches!(read(&many, None), (found, true) if found.len() == MOST));
    }
}
