//! A feed's items as entries: what may be an identity is told from what may not.

use std::collections::HashMap;

use super::{FeedPage, Item};
use crate::model::{Counts, Entry, Kind, Quote};
use crate::text::urls;

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
    let entry = |(item, address): (&Item, &Option<String>)| Entry {
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
    };
    page.items.iter().zip(&addresses).map(entry).collect()
}

/// Whether an item is a reader's comment, as the feeds of blogs give them: its title is made of the article's.
fn is_comment(item: &Item) -> bool {
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
}
