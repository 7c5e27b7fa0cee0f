//! A feed's items as entries: what may be an identity is told from what may not.

use std::collections::HashMap;

use super::{FeedPage, Item};
use crate::model::{Counts, Entry, Kind, Quote};
use crate::source::comments::article_of;
use crate::text::{markup, urls};

/// Parameters of addresses that lead to whatever is newest in a thread, not to one post.
const MOVING: [&str; 5] = ["action=new", "action=last", "goto=newpost", "goto=lastpost", "view=getnewpost"];

/// The entries of a feed. An address is an entry's own unless another item of other words has it too, it is the feed's, or
/// it leads to whatever is newest.
pub fn entries(page: &FeedPage) -> Vec<Entry> {
    let canonical = |url: &str| urls::canonical(url).unwrap_or_else(|| String::from(url));
    let own = page.link.as_deref().map(canonical);
    let addresses: Vec<Option<String>> = page.items.iter().map(|item| item.url.as_deref().map(canonical)).collect();
    let mut owners: HashMap<&str, (&Item, bool)> = HashMap::with_capacity(addresses.len());
    for (item, address) in page.items.iter().zip(&addresses) {
        if let Some(address) = address {
            let (first, shared) = owners.entry(address).or_insert((item, false));
            *shared |= first.title != item.title || first.text != item.text;
        }
    }
    let permanent = |address: &Option<String>| {
        let Some(address) = address else { return false };
        let query = address.split_once('?').map_or("", |(_, query)| query);
        own.as_ref() != Some(address)
            && !owners.get(&**address).is_some_and(|(_, shared)| *shared)
            && !query.split(['&', ';', '#']).any(|parameter| MOVING.contains(&parameter))
    };
    let quote = |text: &String| Quote { author: None, text: text.clone() };
    let entry = |(item, address): (&Item, &Option<String>)| {
        about_comments(
            item,
            Entry {
                kind: if is_comment(item) { Kind::Comment } else { Kind::Entry },
                is_reply: is_comment(item) || is_answer(item),
                url: item.url.clone(),
                permanent: permanent(address),
                guid: item.id.clone(),
                title: item.title.clone(),
                author: item.author.clone(),
                published: item.published,
                updated: item.updated,
                date_suspect: item.date_suspect,
                language: item.language.clone().or_else(|| page.language.clone()),
                text: item.text.clone(),
                quoted: item.quoted.iter().map(quote).collect(),
                counts: Counts {
                    replies: item.replies,
                    views: item.views,
                    likes: item.likes,
                    rating: item.rating,
                    ..Counts::default()
                },
                tags: item.tags.clone(),
                ..Entry::default()
            },
        )
    };
    let shown =
        |(item, _): &(&Item, &Option<String>)| !item.html.as_deref().is_some_and(|html| html.contains(PASSWORD));
    page.items.iter().zip(&addresses).filter(shown).map(entry).collect()
}

/// What an item holds instead of its text where only those who know a word may read it.
const PASSWORD: &str = "post-password-form";

/// A comment's entry without what blogs write around it: its title is that of what it is about, and its first line may
/// say whom it answers.
fn about_comments(item: &Item, mut entry: Entry) -> Entry {
    const ON: [(&str, &str); 5] = [
        ("Commentaires sur ", " par "),
        ("Commentaire sur ", " par "),
        ("Comment on ", " by "),
        ("Comments on ", " by "),
        ("تعليق على ", " بواسطة "),
    ];
    const ANSWERS: [&str; 3] = ["En réponse à ", "In reply to ", "ردا على "];
    if entry.kind != Kind::Comment {
        return entry;
    }
    if let Some(title) = &entry.title {
        let named = ON.iter().find_map(|(on, by)| {
            let rest = title.strip_prefix(on)?;
            let author = format!("{by}{}", entry.author.as_deref().unwrap_or_default());
            Some(rest.strip_suffix(&author).or_else(|| rest.rsplit_once(by).map(|(head, _)| head)).unwrap_or(rest))
        });
        entry.title = named.map(String::from).or(entry.title.take());
    }
    let (first, rest) = entry.text.split_once('\n').unwrap_or((&entry.text, ""));
    if first.ends_with('.') && ANSWERS.iter().any(|answers| first.starts_with(answers)) {
        entry.parent_url = item.html.as_deref().and_then(answered);
        entry.text = String::from(rest);
    }
    entry.thread_url = item.url.as_deref().map(article_of);
    entry
}

/// The comment that the first link of a text leads to.
fn answered(html: &str) -> Option<String> {
    let at = html.find("href=")? + 5;
    let quote = html[at..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let url = html[at + 1..].split(quote).next()?;
    (url.contains("#comment-") && url.starts_with("http")).then(|| markup::entities(url).into_owned())
}

/// Whether an item is a reader's comment, as the feeds of blogs give them: its title is made of the article's.
pub fn is_comment(item: &Item) -> bool {
    let fragment = item.url.as_deref().and_then(|url| url.split_once('#')).map_or("", |(_, fragment)| fragment);
    let number = fragment.strip_prefix("comment-").or_else(|| fragment.strip_prefix("comment")).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

/// Whether an item answers in a thread, as the feeds of forums title them: "Re: ", with or without a space before.
fn is_answer(item: &Item) -> bool {
    let title = item.title.as_deref().unwrap_or_default();
    let rest = title.get(..2).filter(|start| start.eq_ignore_ascii_case("re")).map(|_| title[2..].trim_start());
    rest.is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(url: &str, text: &str) -> Item {
        Item { url: Some(String::from(url)), text: String::from(text), ..Item::default() }
    }

    #[test]
    fn an_address_is_permanent_only_where_it_is_one_items_own() {
        let page = FeedPage {
            link: Some(String::from("https://a.example/")),
            language: Some(String::from("fr")),
            items: vec![
                item("https://a.example/1", "un"),
                item("https://a.example/2", "deux"),
                item("https://a.example/2", "deux, mais autre"),
                item("https://a.example/3", "trois"),
                item("https://a.example/3", "trois"),
                item("https://a.example/", "accueil"),
                item("https://a.example/viewtopic.php?id=7&action=new", "sept"),
                Item::default(),
            ],
            ..FeedPage::default()
        };
        let entries = entries(&page);
        let permanent: Vec<bool> = entries.iter().map(|entry| entry.permanent).collect();
        assert_eq!(permanent, [true, false, false, true, true, false, false, false]);
        assert!(entries.iter().all(|entry| entry.language.as_deref() == Some("fr") && entry.kind == Kind::Entry));
    }

    #[test]
    fn comments_and_answers_are_told_from_what_they_are_about() {
        let told = |url: &str, title: &str| {
            let item = Item { title: Some(String::from(title)), ..item(url, "texte") };
            let entry = entries(&FeedPage { items: vec![item], ..FeedPage::default() }).remove(0);
            (entry.kind, entry.is_reply)
        };
        assert_eq!(told("https://b.example/a/#comment-15", "Commentaires sur A"), (Kind::Comment, true));
        assert_eq!(told("https://b.example/a/#comments", "A"), (Kind::Entry, false));
        assert_eq!(told("https://f.example/t/1#p2", "Re : Atlas ou Zitoun"), (Kind::Entry, true));
        assert_eq!(told("https://f.example/t/1#p1", "Réseau : en panne"), (Kind::Entry, false));
        assert_eq!(told("https://f.example/t/1#p1", "R"), (Kind::Entry, false));
    }

    #[test]
    fn a_comment_is_titled_after_its_article_and_says_whom_it_answers_beside_its_words() {
        let item = Item {
            title: Some("Commentaires sur Une panne, par malchance par gamer<3".into()),
            author: Some("gamer<3".into()),
            html: Some(
                "<p>En réponse à <a href=\"https://b.example/a/#comment-4\">Nadia</a>.</p><p>Pas chez moi.</p>".into(),
            ),
            ..item("https://b.example/a/#comment-15", "En réponse à Nadia.\nPas chez moi.")
        };
        let entry = entries(&FeedPage { items: vec![item], ..FeedPage::default() }).remove(0);
        assert_eq!(entry.title.as_deref(), Some("Une panne, par malchance"));
        assert_eq!(
            (entry.text.as_str(), entry.parent_url.as_deref()),
            ("Pas chez moi.", Some("https://b.example/a/#comment-4"))
        );
        assert_eq!(entry.thread_url.as_deref(), Some("https://b.example/a/"));
    }

    #[test]
    fn what_a_word_protects_is_no_entry() {
        let html = Some("<form class=\"post-password-form\"></form>".into());
        let item = Item { html, ..item("https://b.example/p/", "Cet article est protégé.") };
        assert!(entries(&FeedPage { items: vec![item], ..FeedPage::default() }).is_empty());
    }
}
