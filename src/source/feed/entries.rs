//! A feed's items as entries: what may be an identity is told from what may not.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::{FeedPage, Item};
use crate::model::{Counts, Entry, Kind, Quote};
use crate::source::comments::{article_of, names_comment};
use crate::text::{markup, urls};

/// Parameters of addresses that lead to whatever is newest in a thread, not to one post.
const MOVING: [&str; 5] = ["action=new", "action=last", "goto=newpost", "goto=lastpost", "view=getnewpost"];

/// The entries of a feed. An address is an entry's own unless an older item of other words has it too, most items have it,
/// it is the feed's, or it leads to whatever is newest.
pub fn entries(page: &FeedPage) -> Vec<Entry> {
    entries_of(page).into_iter().map(|(_, entry)| entry).collect()
}

/// The same, each with the item that it is of.
pub fn entries_of(page: &FeedPage) -> Vec<(&Item, Entry)> {
    let canonical = |url: &str| urls::canonical(url).unwrap_or_else(|| String::from(url));
    let own = page.link.as_deref().map(canonical);
    let addresses: Vec<Option<String>> = page.items.iter().map(|item| item.url.as_deref().map(canonical)).collect();
    let owners = owners(page, &addresses);
    let permanent = |item: &Item, address: &Option<String>| {
        let Some(address) = address else { return false };
        let query = address.split_once('?').map_or("", |(_, query)| query);
        own.as_ref() != Some(address)
            && owners.get(&**address).is_some_and(|owner| has_same_words(owner, item))
            && !query.split(['&', ';', '#']).any(|parameter| MOVING.contains(&parameter))
    };
    let quote = |text: &String| Quote { author: None, text: text.clone() };
    let entry = |(item, address): (&Item, &Option<String>)| {
        about_comments(
            item,
            Entry {
                kind: if is_comment(item) { Kind::Comment } else { Kind::Entry },
                is_reply: is_comment(item) || is_answer(item) || item.answers.is_some(),
                parent_url: item.answers.clone(),
                url: item.url.clone(),
                permanent: permanent(item, address),
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
    page.items.iter().zip(&addresses).filter(shown).map(|of| (of.0, entry(of))).collect()
}

/// The item whose own each address is: the oldest that has it, of equals the last, for feeds begin with the newest. So an
/// item stays what it was when others come to share its address. What most items have is a page about all of them.
fn owners<'a>(page: &'a FeedPage, addresses: &'a [Option<String>]) -> HashMap<&'a str, &'a Item> {
    let age = |item: &Item| item.published.and_then(|stamp| stamp.instant(&TimeZone::UTC));
    let addressed = || page.items.iter().zip(addresses).filter_map(|(item, address)| Some((address.as_deref()?, item)));
    let mut owners: HashMap<&str, &Item> = HashMap::with_capacity(addresses.len());
    for (address, item) in addressed() {
        let owner = owners.entry(address).or_insert(item);
        if age(item) <= age(owner) {
            *owner = item;
        }
    }
    let mut others: HashMap<&str, usize> = HashMap::new();
    for (address, item) in addressed() {
        if !owners.get(address).is_some_and(|owner| has_same_words(owner, item)) {
            *others.entry(address).or_default() += 1;
        }
    }
    owners.retain(|address, _| others.get(address).is_none_or(|others| *others < 2 || 2 * others < page.items.len()));
    owners
}

fn has_same_words(a: &Item, b: &Item) -> bool {
    a.title == b.title && a.text == b.text
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
    let author = entry.author.as_deref().unwrap_or_default();
    let named = |title: &String| {
        let on = ON.iter().find_map(|(on, by)| {
            let rest = title.strip_prefix(on)?;
            Some(
                rest.strip_suffix(&format!("{by}{author}"))
                    .or_else(|| rest.rsplit_once(by).map(|(head, _)| head))
                    .unwrap_or(rest),
            )
        });
        // Dotclear puts who it is after it; what PluXml and Isso write there names nothing.
        let bare = on.or_else(|| title.strip_suffix(&format!(" - {author}"))).unwrap_or(title);
        let names_nothing = bare.strip_prefix(author).is_some_and(|rest| rest.starts_with(" @ "))
            || bare.strip_prefix("Comment #").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
        (!names_nothing).then(|| String::from(bare))
    };
    entry.title = entry.title.as_ref().and_then(named);
    let (first, rest) = entry.text.split_once('\n').unwrap_or((&entry.text, ""));
    if first.ends_with('.') && ANSWERS.iter().any(|answers| first.starts_with(answers)) {
        entry.parent_url = item.html.as_deref().and_then(answered).or(entry.parent_url.take());
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
    item.url.as_deref().is_some_and(names_comment)
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
    use crate::text::dates;

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
        assert_eq!(permanent, [true, false, true, true, true, false, false, false]);
        assert!(entries.iter().all(|entry| entry.language.as_deref() == Some("fr") && entry.kind == Kind::Entry));
    }

    #[test]
    fn an_item_keeps_its_address_when_others_come_to_share_it() {
        let dated = |text: &str, day: u8| Item {
            published: dates::parse(&format!("2026-11-{day:02}"), None),
            ..item("https://a.example/panne", text)
        };
        let other = || item("https://a.example/autre", "autre");
        let own = |items: Vec<Item>| {
            let entries = entries(&FeedPage { items, ..FeedPage::default() });
            let own = entries.into_iter().filter(|entry| entry.permanent && entry.text != "autre");
            own.map(|entry| entry.text).collect::<Vec<_>>()
        };
        assert_eq!(own(vec![dated("un", 10)]), ["un"]);
        assert_eq!(own(vec![dated("deux", 11), dated("un", 10)]), ["un"]);
        assert_eq!(own(vec![dated("un", 10), dated("deux", 11)]), ["un"]);
        let three = || vec![dated("trois", 12), dated("deux", 11), dated("un", 10)];
        assert_eq!(own([three(), vec![other(), other()]].concat()), ["un"]);
        assert_eq!(own(three()), [""; 0], "the page tells of all of them");
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
