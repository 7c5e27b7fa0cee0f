//! Records of invented pages, each in the manner of software that nobody named.

use jiff::tz::TimeZone;

use super::*;
use crate::model::Page;
use crate::source::article;

fn mined(body: &str) -> Option<Mined> {
    let page = Page { url: "https://f.example/sujet/7".into(), ..Page::default() };
    let html = HtmlPage::new(body, &page, &TimeZone::UTC).expect("a page");
    let about = article::read(&html, Some(&page.url)).ok();
    read(&html, about.as_ref(), Some(&page.url))
}

fn told(mined: &Mined) -> Vec<(Option<&str>, Option<String>, &str)> {
    let entry = |entry: &'_ Entry| (entry.published.map(|stamp| stamp.written()), ());
    mined.entries.iter().map(|e| (e.author.as_deref(), entry(e).0, &e.text[..])).collect()
}

const TEXTS: [&str; 4] = [
    "La box redémarre toutes les nuits depuis la mise à jour, quelqu'un a une idée ?",
    "Même chose ici.",
    "Il faut rétablir les réglages d'usine, puis laisser la lumière verte revenir avant de rebrancher.",
    "Merci, cela marche enfin.",
];
const NAMES: [&str; 4] = ["Nadia", "ali_85", "Mme Benali", "Nadia"];

/// An element a post, named in words of no engine.
fn divs(class: &str) -> String {
    let one = |at: usize| {
        let (name, text) = (NAMES[at], TEXTS[at]);
        format!(
            "<div class='{class}' id='x{at}7'><div class=qui><a href='/profil/{at}'>{name}</a><br>Inscrit le 3 mai 2019</div>\
             <div class=quand>Le {} mars 2026 à 10:1{at}</div><div class=quoi>{text}</div><a href='#x{at}7'>Répondre</a>\
             <div class=signature>Vive la fibre</div></div>",
            at + 3
        )
    };
    (0..4).map(one).collect()
}

#[test]
fn posts_of_any_layout_are_read_with_author_and_date() {
    let rows: String = (0..4)
        .map(|at| {
            format!(
                "<tr><td><b><a href='membre.cgi?user={at}'>{}</a></b></td><td>1{at}.03.2026, 10:1{at}</td></tr><tr><td>{}</td></tr>\
                 <tr><td><a href='rep.cgi?{at}'>Antworten</a></td></tr>",
                NAMES[at], TEXTS[at]
            )
        })
        .collect();
    for (page, day) in
        [(format!("<h1>Box</h1>{}", divs("bloc")), 3), (format!("<h1>Box</h1><table>{rows}</table>"), 10)]
    {
        let mined = mined(&page).expect("a thread");
        assert!(mined.is_thread);
        for (at, (author, published, text)) in told(&mined).into_iter().enumerate() {
            let date = format!("2026-03-{:02}T10:1{at}:00", day + at);
            assert_eq!((author, published.as_deref(), text), (Some(NAMES[at]), Some(&date[..]), TEXTS[at]));
        }
        assert_eq!(mined.entries.iter().map(|entry| entry.is_reply).collect::<Vec<_>>(), [false, true, true, true]);
    }
    let posts = mined(&divs("bloc")).unwrap().entries;
    assert_eq!(posts[1].url.as_deref(), Some("https://f.example/sujet/7#x17"));
    assert_eq!(posts[1].signature.as_deref(), Some("Vive la fibre"));
}

#[test]
fn comments_stand_beside_their_article_and_answers_within_what_they_answer() {
    let text = "<p>Le réseau est tombé lundi matin dans tout le quartier, et les abonnés ont attendu la nuit pour être rétablis.</p>";
    let article =
        format!("<title>Une panne</title><article>{}</article>", String::from(text) + &text.replace("lundi", "mardi"));
    let comment = |at: usize, inner: &str| {
        format!(
            "<li class='kommentar' id='k{at}1'><div><span class=autor>{}</span> <time datetime='2026-03-0{}T10:00:00Z'>hier</time>\
             <p>{}</p></div><ul>{inner}</ul></li>",
            NAMES[at],
            at + 1,
            TEXTS[at]
        )
    };
    let page = format!("{article}<ul>{}{}</ul>", comment(0, &comment(1, "")), comment(2, ""));
    let found = mined(&page).expect("comments");
    assert!(!found.is_thread && found.entries.iter().all(|entry| entry.kind == Kind::Comment));
    assert_eq!(
        told(&found).iter().map(|(author, _, text)| (*author, *text)).collect::<Vec<_>>(),
        [(Some(NAMES[0]), TEXTS[0]), (Some(NAMES[1]), TEXTS[1]), (Some(NAMES[2]), TEXTS[2])]
    );
    let alone = mined(&format!("{article}<ul>{}</ul>", comment(2, ""))).expect("one comment");
    assert_eq!(told(&alone), [(Some(NAMES[2]), Some("2026-03-03T10:00:00Z".into()), TEXTS[2])]);
}

#[test]
fn lists_of_other_pages_and_articles_are_no_talk() {
    let teaser = |at: usize| {
        format!(
            "<div class=post><h3><a href='/2026/{at}/un-titre-assez-long'>Un titre assez long, le numéro {at}</a></h3>\
             <span class=author>{}</span> <time datetime='2026-03-0{}'>mars</time><p>{}</p></div>",
            NAMES[at],
            at + 1,
            TEXTS[at]
        )
    };
    assert_eq!(mined(&(0..4).map(teaser).collect::<String>()), None);
    let says = "<meta property='article:published_time' content='2026-03-01'>";
    let parts: String = (0..3)
        .map(|at| format!("<div class=post><b>Nadia</b> <i>{} mars 2026</i><p>{}</p></div>", at + 1, TEXTS[at]))
        .collect();
    assert_eq!(mined(&format!("{says}{parts}")), None);
    assert_eq!(mined("<p>Une phrase.</p>"), None);
}

#[test]
fn reviews_have_their_stars() {
    let review = |at: usize| {
        format!(
            "<div itemscope itemtype='https://schema.org/Review'><span itemprop=author>{}</span>\
             <meta itemprop=datePublished content='2026-03-0{}'><span itemprop=ratingValue>{at},5</span>\
             <p itemprop=reviewBody>{}</p></div>",
            NAMES[at],
            at + 1,
            TEXTS[at]
        )
    };
    let page = (0..4).map(review).collect::<String>();
    let found = mined(&format!("<h1>Box fibre</h1>{page}")).expect("reviews");
    assert!(found.entries.iter().all(|entry| entry.kind == Kind::Review));
    assert_eq!(found.entries[2].counts.rating, Some(2.5));
    assert_eq!(found.entries[2].published.map(|stamp| stamp.written()).as_deref(), Some("2026-03-03"));
}

#[test]
fn what_an_engine_left_open_is_filled_in() {
    let page = Page { url: "https://f.example/sujet/7".into(), ..Page::default() };
    let html = HtmlPage::new(&divs("bloc"), &page, &TimeZone::UTC).expect("a page");
    let mut posts: Vec<Entry> = TEXTS.iter().map(|text| Entry { text: (*text).into(), ..Entry::default() }).collect();
    complete(&html, &mut posts);
    assert_eq!(posts.iter().filter_map(|post| post.author.as_deref()).collect::<Vec<_>>(), NAMES);
    assert!(posts.iter().all(|post| post.published.is_some()));
    assert_eq!(without(&format!("Avant.\n{}", TEXTS[0]), &posts), "Avant.");
}

#[test]
fn hostile_pages_end() {
    for unit in [
        "<div class=post id=p1><b>a</b><i>1 mars 2026</i>x</div>",
        "<p>1 mars 2026 1 mars 2026 <a href=/u/a>b</a>",
        "<li class=comment><time datetime=2026-01-01>x</time>",
        "<td title='2026-01-01'>y",
    ] {
        let start = std::time::Instant::now();
        mined(&unit.repeat(10_000));
        assert!(start.elapsed().as_secs() < 20, "{:?} for {unit}", start.elapsed());
        mined(&unit.repeat(100));
    }
}
