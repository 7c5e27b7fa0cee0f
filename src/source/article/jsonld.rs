//! What a page says of itself in JSON-LD.

use serde_json::Value;

use super::outline::MAX_VALUE;
use crate::text::{markup, plain};

/// Longest script that is read, and how many of them.
const MAX_BYTES: usize = 2 << 20;
/// Objects looked at in one page.
const MAX_NODES: usize = 5_000;

/// The fields of the page's article, each empty where it is not stated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stated {
    pub headline: Option<String>,
    pub authors: Vec<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub site: Option<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub url: Option<String>,
    pub tags: Vec<String>,
    pub body: Option<String>,
    /// The page is said to be an article, and no list or thing for sale.
    pub is_article: bool,
    /// Whether anybody may read all of it.
    pub free: Option<bool>,
    /// How many words it has.
    pub words: Option<u64>,
}

/// Reads all scripts of a page; what is no JSON is passed over.
pub fn read<'a>(scripts: impl Iterator<Item = &'a str>) -> Stated {
    let values: Vec<Value> = scripts.filter(|script| script.len() <= MAX_BYTES).take(32).filter_map(parse).collect();
    let mut nodes: Vec<&Value> = Vec::new();
    for value in &values {
        flatten(value, &mut nodes);
    }
    // The first of the best; pages around it fill in what it does not say.
    let first =
        nodes.iter().map(|node| (rank(node), *node)).rev().max_by_key(|(rank, _)| *rank).filter(|(rank, _)| *rank > 0);
    let mut best = first.map(|(rank, node)| state(node, rank, &nodes)).unwrap_or_default();
    for node in nodes.iter().filter(|node| rank(node) == 1).take(8) {
        let page = state(node, 1, &nodes);
        best.published = best.published.or(page.published);
        best.modified = best.modified.or(page.modified);
        best.language = best.language.or(page.language);
        best.free = best.free.or(page.free);
    }
    best.site = best.site.or_else(|| nodes.iter().find(|n| is_type(n, &["WebSite"])).and_then(|n| text(&n["name"])));
    best
}

/// JSON, or what is left of it after the damage that sites do to it: comments around it, raw line ends in strings.
fn parse(script: &str) -> Option<Value> {
    let script =
        script.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
    let script =
        script.trim_end_matches("//]]>").trim_end_matches("]]>").trim_end_matches("-->").trim().trim_end_matches(';');
    serde_json::from_str(script).ok().or_else(|| {
        let flat: String = script.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&flat).ok()
    })
}

/// The objects of a value that may be the article: members of arrays and graphs, and main entities.
fn flatten<'a>(value: &'a Value, out: &mut Vec<&'a Value>) {
    if out.len() >= MAX_NODES {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| flatten(item, out)),
        Value::Object(fields) => {
            out.push(value);
            for key in ["@graph", "mainEntity", "mainEntityOfPage", "hasPart"] {
                if let Some(inner) = fields.get(key)
                    && !inner.is_string()
                {
                    flatten(inner, out);
                }
            }
        }
        _ => {}
    }
}

fn types(node: &Value) -> impl Iterator<Item = &str> {
    let kind = &node["@type"];
    let one = kind.as_str().into_iter();
    one.chain(kind.as_array().into_iter().flatten().filter_map(Value::as_str))
        .map(|t| t.rsplit(['/', ':']).next().unwrap_or(t))
}

fn is_type(node: &Value, names: &[&str]) -> bool {
    types(node).any(|kind| names.contains(&kind))
}

/// How near an object's type is to an article: 0 not at all, 1 a page, 2 a work, 3 an article.
fn rank(node: &Value) -> u8 {
    types(node)
        .map(|kind| match kind {
            "Report" | "Review" | "Recipe" | "CreativeWork" | "Question" | "HowTo" => 2,
            "BlogPosting" | "LiveBlogPosting" | "SocialMediaPosting" | "DiscussionForumPosting" => 3,
            kind if kind.ends_with("Article") => 3,
            "WebPage" | "ItemPage" | "AboutPage" | "FAQPage" | "Product" => 1,
            _ => 0,
        })
        .max()
        .unwrap_or(0)
}

fn state(node: &Value, rank: u8, all: &[&Value]) -> Stated {
    let tags = match &node["keywords"] {
        Value::String(words) => words.split([',', ';']).map(plain::line).filter(|word| !word.is_empty()).collect(),
        Value::Array(words) => words.iter().filter_map(text).collect(),
        _ => Vec::new(),
    };
    Stated {
        is_article: rank == 3,
        free: truth(&node["isAccessibleForFree"]),
        words: node["wordCount"].as_u64().or_else(|| node["wordCount"].as_str()?.trim().parse().ok()),
        headline: text(&node["headline"]).or_else(|| if rank > 1 { text(&node["name"]) } else { None }),
        authors: names(&node["author"], all, 0),
        published: text(&node["datePublished"]).or_else(|| text(&node["dateCreated"])),
        modified: text(&node["dateModified"]),
        site: names(&node["publisher"], all, 0).into_iter().next(),
        description: text(&node["description"]),
        language: text(&node["inLanguage"]).or_else(|| text(&node["inLanguage"]["alternateName"])),
        url: text(&node["url"])
            .or_else(|| text(&node["mainEntityOfPage"]))
            .or_else(|| text(&node["mainEntityOfPage"]["@id"])),
        tags,
        body: node["articleBody"].as_str().map(|body| plain::clean(&markup::text_of(body))),
    }
}

/// A truth value, written as one or in words.
fn truth(value: &Value) -> Option<bool> {
    let word = || value.as_str().map(|word| word.rsplit('/').next().unwrap_or(word).to_ascii_lowercase());
    value.as_bool().or_else(|| match word()?.as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })
}

/// A string, or the first of an array, on one line.
fn text(value: &Value) -> Option<String> {
    let found = match value {
        Value::String(found) => found.as_str(),
        Value::Array(items) => items.iter().find_map(Value::as_str)?,
        _ => return None,
    };
    let found = &found[..found.floor_char_boundary(MAX_VALUE)];
    let line = plain::line(&markup::entities(found));
    (!line.is_empty()).then_some(line)
}

/// The names of persons or organisations, given as strings, objects, references, or arrays of these.
fn names(value: &Value, all: &[&Value], depth: u8) -> Vec<String> {
    match value {
        Value::String(_) => text(value).into_iter().collect(),
        Value::Array(items) if depth < 3 => {
            items.iter().take(20).flat_map(|item| names(item, all, depth + 1)).collect()
        }
        Value::Object(fields) => {
            if let Some(name) = text(&value["name"]) {
                return vec![name];
            }
            if let (Value::Array(_), true) = (&value["name"], depth < 3) {
                return names(&value["name"], all, depth + 1);
            }
            let id = fields.get("@id").and_then(Value::as_str);
            let target = id.and_then(|id| all.iter().find(|node| node["@id"] == id && node["name"].is_string()));
            target.and_then(|node| text(&node["name"])).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_of_a_graph_is_read_with_its_references() {
        let script = r##"{"@graph": [{"@type": "WebPage", "name": "no", "datePublished": "2026-01-01"},
            {"@type": ["Thing", "BlogPosting"], "headline": "L&#8217;essai", "author": {"@id": "#a"}, "keywords": "un, deux"},
            {"@type": "Person", "@id": "#a", "name": "Rania  Tazi"}, {"@type": "WebSite", "name": "Un carnet"}]}"##;
        let stated = read([script].into_iter());
        assert_eq!(stated.headline.as_deref(), Some("L’essai"));
        assert_eq!(stated.authors, ["Rania Tazi"]);
        assert_eq!(stated.published.as_deref(), Some("2026-01-01"));
        assert_eq!(stated.tags, ["un", "deux"]);
        assert_eq!(stated.site.as_deref(), Some("Un carnet"));
    }

    #[test]
    fn damage_is_repaired_or_passed_over() {
        let good = "<!-- {\"@type\": \"Article\", \"headline\": \"a\nb\"}; -->";
        assert_eq!(read(["{", "", "[[[", good].into_iter()).headline.as_deref(), Some("a b"));
        assert_eq!(read([&"[".repeat(100_000)[..]].into_iter()), Stated::default());
        assert_eq!(
            read([r#"{"@type": "Article", "author": [[[[["x"]]]]], "headline": {"a": 1}}"#].into_iter()).headline,
            None
        );
    }
}
