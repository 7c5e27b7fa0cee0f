//! Software of sites: how it is known, and where it usually has its feeds.

use crate::model::{Request, Role};
use crate::text::{plain, urls};

/// A software by its word, bytes that its pages have although they do not name it, and where its feeds stand, counted from
/// the front page.
struct Software {
    word: &'static str,
    marks: &'static [&'static str],
    feeds: &'static [&'static str],
}

const KNOWN: &[Software] = &[
    Software { word: "wordpress", marks: &["/wp-content/", "/wp-includes/"], feeds: &["feed/", "comments/feed/"] },
    Software { word: "hugo", marks: &[], feeds: &["index.xml"] },
    Software { word: "jekyll", marks: &[], feeds: &["feed.xml", "atom.xml"] },
    Software { word: "ghost", marks: &["/ghost/api/"], feeds: &["rss/"] },
    Software { word: "dotclear", marks: &["/dotclear/"], feeds: &["feed/atom", "feed/atom/comments"] },
    Software { word: "pluxml", marks: &[], feeds: &["feed.php?rss", "feed.php?rss/commentaires"] },
    Software { word: "spip", marks: &["spip.php?"], feeds: &["spip.php?page=backend"] },
    Software { word: "drupal", marks: &["drupal-settings-json", "/sites/default/files/"], feeds: &["rss.xml"] },
    Software { word: "joomla", marks: &["/media/jui/"], feeds: &["?format=feed&type=rss"] },
    Software { word: "typo3", marks: &["/typo3temp/"], feeds: &["rss.xml", "feed.xml"] },
    Software { word: "blogger", marks: &[], feeds: &["feeds/posts/default", "feeds/comments/default"] },
    Software { word: "tumblr", marks: &["assets.tumblr.com"], feeds: &["rss"] },
    Software { word: "serendipity", marks: &["serendipity_"], feeds: &["index.php?/feeds/index.rss2"] },
    Software { word: "mediawiki", marks: &[], feeds: &["index.php?title=Special:RecentChanges&feed=atom"] },
    Software { word: "squarespace", marks: &["static1.squarespace.com"], feeds: &["blog?format=rss"] },
    Software { word: "wix", marks: &["static.parastorage.com"], feeds: &["blog-feed.xml"] },
    Software { word: "webflow", marks: &[], feeds: &["blog/rss.xml"] },
    Software { word: "eleventy", marks: &[], feeds: &["feed.xml", "feed/feed.xml"] },
    Software { word: "gatsby", marks: &["___gatsby"], feeds: &["rss.xml"] },
    Software { word: "pelican", marks: &[], feeds: &["feeds/all.atom.xml"] },
    Software { word: "discourse", marks: &["data-discourse-setup"], feeds: &["latest.rss", "posts.rss"] },
    Software { word: "flarum", marks: &["flarum-loading", "flarum-content"], feeds: &["atom"] },
    Software { word: "nodebb", marks: &["nodebb-", "/assets/client.css"], feeds: &["recent.rss"] },
    Software { word: "xenforo", marks: &["data-xf-init"], feeds: &["forums/-/index.rss"] },
    Software { word: "vbulletin", marks: &["vbulletin_"], feeds: &["external.php?type=RSS2"] },
    Software { word: "mybb", marks: &["MyBB."], feeds: &["syndication.php"] },
    Software { word: "smf", marks: &["smf_theme_url"], feeds: &["index.php?action=.xml;type=rss2"] },
    Software { word: "phpbb", marks: &[], feeds: &["feed.php", "app.php/feed"] },
    Software { word: "punbb", marks: &[], feeds: &["extern.php?action=feed&type=rss"] },
    Software { word: "vanilla", marks: &[], feeds: &["discussions/feed.rss"] },
    Software { word: "invision", marks: &["ipsApp"], feeds: &["discover/all.xml/"] },
];

/// Where feeds stand of software that nobody knows.
const USUAL: &[&str] = &["feed", "rss.xml", "feed.xml", "index.xml", "atom.xml"];

/// The software of a page: as it names itself, else by the marks that it leaves.
pub fn of(generator: &str, html: &str) -> Option<String> {
    let named = plain::line(generator);
    if !named.is_empty() {
        return Some(plain::cut(&named, 80).into());
    }
    let marked = KNOWN.iter().find(|software| software.marks.iter().any(|mark| html.contains(mark)));
    marked.map(|software| software.word.into())
}

fn known(named: Option<&str>) -> Option<&'static Software> {
    let named = named?.to_ascii_lowercase();
    KNOWN.iter().find(|software| named.contains(software.word))
}

/// Where the feeds of a site may stand that names none.
pub fn guesses(software: Option<&str>, front: &str) -> Vec<Request> {
    let feeds = known(software).map_or(USUAL, |software| software.feeds);
    let urls = feeds.iter().filter_map(|feed| urls::join(front, feed));
    urls.map(|url| Request { guess: true, ..Request::new(url, Role::Feed) }).collect()
}

/// Lists that the software gives to programs.
pub fn apis(software: Option<&str>, html: &str, front: &str) -> Option<Request> {
    let path = match known(software)?.word {
        // The page names it; where it does not, the site has shut it.
        "wordpress" if html.contains("https://api.w.org/") => "wp-json/wp/v2/posts?per_page=10",
        "discourse" => "latest.json",
        "flarum" => "api/discussions",
        "nodebb" => "api/recent",
        _ => return None,
    };
    let url = urls::join(front, path)?;
    Some(Request { guess: true, ..Request::new(url, Role::Page) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_is_known_by_its_name_or_its_marks() {
        assert_eq!(of("WordPress 6.1\n", ""), Some("WordPress 6.1".into()));
        assert_eq!(of("", "<link href=/wp-content/themes/x.css>"), Some("wordpress".into()));
        assert_eq!(of(" ", "<p>rien"), None);
    }

    #[test]
    fn feeds_are_looked_for_where_the_software_has_them() {
        let urls = |software, front| guesses(software, front).into_iter().map(|r| r.url).collect::<Vec<_>>();
        assert_eq!(urls(Some("Hugo 0.120"), "https://b.example/blog/"), ["https://b.example/blog/index.xml"]);
        assert_eq!(urls(None, "https://b.example/").len(), USUAL.len());
        assert!(guesses(None, "https://b.example/").iter().all(|request| request.guess));
        let api = |html| apis(Some("WordPress 6"), html, "https://b.example/").map(|request| request.url);
        assert_eq!(
            api("<link rel='https://api.w.org/' href='x'>").unwrap(),
            "https://b.example/wp-json/wp/v2/posts?per_page=10"
        );
        assert_eq!(api(""), None);
    }
}
