//! A page of an article: its main text without what surrounds it, and what the page says of itself.

mod afterword;
mod body;
mod hints;
mod jsonld;
mod metadata;
mod outline;
mod title;
mod walk;
mod wall;
mod when;
mod who;

use super::Problem;
use super::html::HtmlPage;
use crate::model::{Code, Counts, Entry, Kind, Quote, Stamp, Told};
use crate::text::{dates, plain};

/// Bytes of text that an entry keeps.
const MAX_TEXT: usize = 100_000;

/// Characters below which a page's text is none, and those that its description has at least to stand for it.
const BARE: usize = 40;

/// An article as its page gives it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArticlePage {
    /// The page's canonical address, absolute.
    pub url: Option<String>,
    pub title: Option<String>,
    /// Names, separated by `, `.
    pub author: Option<String>,
    /// Whether the page states it, and does not only show a name.
    pub author_stated: bool,
    pub site: Option<String>,
    pub description: Option<String>,
    /// BCP 47, as the page claims.
    pub language: Option<String>,
    pub published: Option<Stamp>,
    pub updated: Option<Stamp>,
    pub tags: Vec<String>,
    /// Paragraphs on lines of their own; readers' comments are not in it.
    pub text: String,
    /// The same without block quotations and code, which stand apart.
    pub own: String,
    pub quoted: Vec<String>,
    pub code: Option<String>,
    /// Why only a part of the article could be read.
    pub cut: Option<&'static str>,
}

/// What a page says of itself, and none of its text. `own` is its address.
pub fn about(html: &HtmlPage, own: Option<&str>) -> ArticlePage {
    let meta = metadata::metadata(&walk::outline(&html.tree), own, html.clock.as_ref());
    ArticlePage {
        url: meta.url,
        title: meta.title,
        author: meta.author,
        author_stated: meta.author_stated,
        site: meta.site,
        description: meta.description,
        language: meta.language,
        published: meta.published,
        updated: meta.updated,
        tags: meta.tags,
        ..ArticlePage::default()
    }
}

/// Reads a page. `own` is its address.
pub fn read(html: &HtmlPage, own: Option<&str>) -> Result<ArticlePage, Problem> {
    let outline = walk::outline(&html.tree);
    let mut meta = metadata::metadata(&outline, own, html.clock.as_ref());
    let mut main = body::main_text(&outline, meta.title.as_deref(), meta.likeness);
    if let Some(body) = meta.stated.body.take().filter(|body| main.text.len() < 200 && body.len() > 2 * main.text.len())
    {
        main = body::MainText::plain(body);
    }
    let clean = |text: &str| plain::clean(without_byline(text, meta.author.as_deref()));
    let mut text = clean(&main.text);
    let stated = meta.description.as_deref().map(str::trim).filter(|stated| stated.chars().count() >= BARE);
    // Only of what says that it is an article: elsewhere the words are the site's, the same on all its pages.
    let described = stated.filter(|_| html.head.says_article && text.trim().chars().count() < BARE).map(plain::clean);
    if let Some(described) = &described {
        text.clone_from(described);
    }
    if let Some(refused) = wall::refusal(meta.title.as_deref(), text.trim(), html.needs_script) {
        return Err(refused);
    }
    if text.trim().is_empty() {
        return Err((Code::Unreadable, String::from("nothing readable on the page")));
    }
    Ok(ArticlePage {
        cut: match &described {
            Some(_) => Some("a script would have to write the text: only what the page says of itself was read"),
            None => wall::cut(&outline, &meta.stated, &text, main.end),
        },
        url: meta.url,
        title: meta.title,
        site: meta.site,
        description: meta.description,
        language: meta.language,
        published: meta.published,
        updated: meta.updated,
        tags: meta.tags,
        own: if described.is_some() { text.clone() } else { clean(&main.own) },
        quoted: main.quoted.iter().map(|quote| plain::clean(quote)).collect(),
        code: main.code.map(|code| plain::clean(&code)),
        author: meta.author,
        author_stated: meta.author_stated,
        text,
    })
}

/// Characters of a line that names the author and no more.
const BYLINE: usize = 120;

/// The text without a first line that only says by whom and when: it is no lead, and the page has said both.
fn without_byline<'a>(text: &'a str, author: Option<&str>) -> &'a str {
    let Some((first, rest)) = text.split_once('\n') else { return text };
    let line = first.trim_end();
    let names = |name: &str| name.chars().count() > 3 && line.contains(name);
    let by_author = author.is_some_and(|author| author.split(", ").any(names));
    let is_sentence = line.ends_with(['.', '!', '?', '…', '»', '”', ':', '؟']);
    if by_author && !is_sentence && line.chars().count() <= BYLINE { rest } else { text }
}

/// The entry of an article; `None` where there is nothing to say. `fallback_url` is the address that the page came from,
/// `told` what the page that led to it says of it, which fills in what the page itself leaves open.
pub fn entry(page: &ArticlePage, fallback_url: Option<&str>, told: &Told) -> Option<Entry> {
    let url = page.url.clone().or_else(|| fallback_url.map(String::from));
    // Who led to the page knows what it is called, and often by whom; the page's own words may be its site's.
    let whole = |title: &&String| !title.is_empty() && !title.ends_with('…') && !title.ends_with("...");
    let title = told.title.as_ref().filter(whole).or(page.title.as_ref()).or(told.title.as_ref());
    let title = title.filter(|title| !title.is_empty()).cloned();
    let person = |name: &&String| !name.contains('@');
    let author = page.author.as_ref().filter(|_| page.author_stated).or(told.author.as_ref().filter(person));
    let stated = told.published.as_deref().and_then(|written| dates::parse(written, None));
    // A feed's date is exact, a page's may be a day, or in a zone that it does not name.
    let exact = |stamp: &Stamp| stamp.offset.is_some();
    let published = stated.filter(|stated| exact(stated) && !page.published.as_ref().is_some_and(exact));
    (title.is_some() || !page.text.is_empty()).then(|| Entry {
        kind: Kind::Article,
        permanent: url.is_some(),
        url,
        title,
        author: author.or(page.author.as_ref()).or(told.author.as_ref()).cloned(),
        published: published.or(page.published).or(stated),
        updated: page.updated,
        language: page.language.clone(),
        text: String::from(&page.own[..page.own.floor_char_boundary(MAX_TEXT)]),
        quoted: page.quoted.iter().map(|text| Quote { author: None, text: text.clone() }).collect(),
        code: page.code.clone(),
        counts: Counts { replies: told.replies, views: told.views, ..Counts::default() },
        tags: page.tags.clone(),
        ..Entry::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Page;

    #[test]
    fn a_first_line_that_only_names_author_and_day_is_not_the_lead() {
        let author = Some("Octave Le Bihan");
        assert_eq!(without_byline("Par Octave Le Bihan · mardi 3 novembre 2026\nLe siège.", author), "Le siège.");
        for kept in ["Octave Le Bihan ouvre une école.\nElle est belle.", "Le siège\nIl est là.", "Octave Le Bihan"]
        {
            assert_eq!(without_byline(kept, author), kept);
        }
        assert_eq!(without_byline("Par X\nTexte", None), "Par X\nTexte");
    }

    #[test]
    fn an_article_that_a_script_would_write_is_known_by_what_its_page_says_of_it() {
        let page = |more: &str| {
            format!(
                "<head>{more}<meta name=description content='La fibre est coupée depuis lundi, et personne ne répond au 30 10.'></head><body><section id=main></section>"
            )
        };
        let found = read(&page("<meta property=article:published_time content=2026-11-20T10:00:00Z>"), None).unwrap();
        assert_eq!(found.text, "La fibre est coupée depuis lundi, et personne ne répond au 30 10.");
        assert_eq!((found.own.as_str(), found.cut.is_some()), (found.text.as_str(), true));
        assert!(read(&page(""), None).is_err(), "a site's own words are no article");
    }

    fn read(html: &str, own: Option<&str>) -> Result<ArticlePage, Problem> {
        let page = Page { url: own.unwrap_or_default().into(), ..Page::default() };
        super::read(&HtmlPage::new(html, &page, &jiff::tz::TimeZone::UTC)?, own)
    }

    const PRESS: &str = include_str!("../../../fixtures/source/page/press.html");
    const PLAIN: &str = include_str!("../../../fixtures/source/page/plain.html");

    fn press() -> ArticlePage {
        read(PRESS, Some("https://a.example/x")).expect("readable")
    }

    #[test]
    fn the_text_is_the_article_alone() {
        assert_eq!(
            press().text,
            "L'opérateur Atlas Télécom a présenté samedi un plan de raccordement de quarante mille foyers, une première dans la \
             région.\n« Nous serons prêts avant l'été », assure sa directrice, qui chiffre l'effort à deux cents millions de \
             dirhams.\nLes travaux commencent lundi.\nDes abonnés prudents\nOn nous l'a déjà promis il y a trois ans, et nous \
             attendons toujours le technicien.\nPremier quartier raccordé : Lazaret.\nDernier quartier : Al Qods.\nLe régulateur, \
             lui, attend le calendrier détaillé avant de se prononcer sur les subventions demandées."
        );
    }

    #[test]
    fn the_particulars_come_from_the_best_place() {
        let page = press();
        assert_eq!(page.url.as_deref(), Some("https://a.example/2026/03/atlas-fibre"));
        assert_eq!(page.title.as_deref(), Some("Atlas Télécom promet la fibre à Oujda"));
        assert_eq!(page.author.as_deref(), Some("Salma Bennis, Karim Ould"));
        assert_eq!(page.site.as_deref(), Some("Le Quotidien du Détroit"));
        assert_eq!(page.language.as_deref(), Some("fr-MA"));
        assert_eq!(page.tags, ["fibre", "Oujda"]);
        assert_eq!(page.published.map(|stamp| stamp.written()).as_deref(), Some("2026-03-14T09:05:00+01:00"));
        assert_eq!(page.updated.map(|stamp| stamp.written()).as_deref(), Some("2026-03-14T11:40:00+01:00"));
    }

    #[test]
    fn a_page_of_the_old_days_is_read() {
        let page = read(PLAIN, None).expect("readable");
        assert_eq!(page.title.as_deref(), Some("Deux jours à Chefchaouen en voiture"));
        assert!(page.text.contains("Rihla Cars") && page.text.contains("remboursés"), "{}", page.text);
        assert!(!page.text.contains("Photos"), "{}", page.text);
        assert_eq!(page.url, None);
    }

    #[test]
    fn a_front_page_or_a_list_is_nobodys_canonical_address() {
        for (canonical, own, kept) in [
            ("/", "/x", false),
            ("/news/", "/a/0/", false),
            ("/actualites/sport/", "/node/12/x/", false),
            ("/index.php", "/afrique/a-1", false),
            ("/fr", "/afrique/a-1", false),
            ("/panne-rabat", "/sport/panne-rabat-12", true),
            ("/12345", "/sport/panne-a-rabat", true),
            ("/atlas-en-panne-a-rabat", "/node/12", true),
            ("/2026/x/", "/2026/x/amp/", true),
            ("/?p=7", "/a/7", true),
        ] {
            let canonical = format!("https://a.example{canonical}");
            let html = PRESS.replace("/2026/03/atlas-fibre", &canonical);
            let url = read(&html, Some(&format!("https://a.example{own}"))).expect("readable").url;
            assert_eq!(url, kept.then_some(canonical), "{own}");
        }
    }

    #[test]
    fn nothing_readable_is_said() {
        for html in ["", "<html><body><nav><a href=/>x</a></nav></body></html>", "<script>var a = 'text'</script>"] {
            assert_eq!(read(html, None).map_err(|(code, _)| code), Err(Code::Unreadable), "{html}");
        }
        assert_eq!(read(&"<div>".repeat(10_000), None).map_err(|(code, _)| code), Err(Code::TooDeep));
    }

    #[test]
    fn a_lead_above_the_article_belongs_to_it_and_a_box_for_addresses_does_not() {
        let text = "<p>La commune attend la fibre depuis trois ans, et le maire ne compte plus les courriers restés sans réponse.</p>";
        let html = format!(
            "<h1>La fibre se fait attendre</h1><p class=chapo>À Oujda, quarante mille foyers devaient être raccordés avant l'été.</p>\
             <div class=article-body>{}<div><p>Votre lettre du soir</p><p>Recevez chaque soir à 18 h l'essentiel de la journée.</p>\
             <form><input type=email></form></div>{text}</div>",
            text.repeat(3).replace("trois ans", "deux ans")
        );
        let page = read(&html, None).expect("readable");
        assert!(page.text.starts_with("À Oujda, quarante mille foyers"), "{}", page.text);
        assert!(!page.text.contains("lettre du soir") && !page.text.contains("Recevez"), "{}", page.text);
    }

    #[test]
    fn a_list_of_things_is_read_whole_and_an_article_is_not() {
        let cards: String =
            (1..30).map(|n| format!("<li><a href=/p/{n}>Forfait numéro {n}</a> <b>{n},90 DH</b></li>")).collect();
        let list = format!(
            "<nav><a href=/>Accueil</a></nav><main><h1>Nos forfaits</h1><p>Choisissez le vôtre.</p><ul>{cards}</ul></main>"
        );
        let page = read(&list, None).expect("readable");
        assert!(page.text.contains("Forfait numéro 29") && !page.text.contains("Accueil"), "{}", page.text);
        let stated = format!("<meta property=og:type content=article>{list}");
        assert!(!read(&stated, None).is_ok_and(|page| page.text.contains("Forfait numéro 29")));
    }

    #[test]
    fn an_entry_keeps_within_bounds() {
        let text = "é".repeat(80_000);
        let page = ArticlePage { own: text.clone(), text, ..ArticlePage::default() };
        let entry = entry(&page, Some("https://a.example/x"), &Told::default()).expect("has text");
        assert_eq!((entry.text.len(), entry.permanent), (100_000, true));
        assert_eq!(super::entry(&ArticlePage::default(), None, &Told::default()), None);
    }

    #[test]
    fn hostile_particulars_cost_little() {
        let site = "<meta property=og:site_name content=S>";
        let words = "Une phrase assez longue pour être lue. ".repeat(100_000);
        for html in [
            format!("{site}<title>a{}</title><p>{words}", " | S".repeat(500_000)),
            format!("{}{words}", "<h1><div class='author date'>".repeat(200)),
            "<p class=author>Par Nadia<time datetime=x>5</time></p>".repeat(20_000),
            format!(
                "<script type='application/ld+json'>[{}0]</script><p>{words}",
                r#"{"@type":"WebPage","author":{"@id":1}},"#.repeat(20_000)
            ),
        ] {
            let start = std::time::Instant::now();
            let title = read(&html, None).ok().and_then(|page| page.title);
            assert!(title.is_none_or(|title| title.chars().count() <= 1_000));
            assert!(start.elapsed().as_secs() < 8, "{:?}", start.elapsed());
        }
    }

    #[test]
    fn controls_do_not_reach_the_text() {
        let page = read("<title>a\u{1b}[31m</title><p>Une phrase\u{7} assez longue,\u{202e} pour être lue.</p>", None);
        let page = page.expect("readable");
        assert!(!page.text.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{:?}", page.text);
        assert!(!page.title.is_some_and(|title| title.contains('\u{1b}')));
    }

    #[test]
    fn what_is_quoted_and_code_stand_apart_in_the_entry_and_not_in_the_text() {
        let own = "Le réseau est tombé lundi, et nous avons attendu toute la journée une réponse du service client.";
        let html = format!(
            "<article><p>{own}</p><blockquote><p>Nous regrettons la gêne occasionnée.</p><p>L'équipe</p></blockquote>\
             <p>Merci de votre patience, vraiment, elle nous honore tous beaucoup.</p><pre>ping box.local\nrien</pre></article>"
        );
        let page = read(&html, None).expect("readable");
        assert!(page.text.contains("gêne occasionnée") && page.text.contains("ping"), "{}", page.text);
        let entry = entry(&page, None, &Told::default()).unwrap();
        assert_eq!(entry.text, format!("{own}\nMerci de votre patience, vraiment, elle nous honore tous beaucoup."));
        assert_eq!(entry.quoted[0].text, "Nous regrettons la gêne occasionnée.\nL'équipe");
        assert_eq!(entry.code.as_deref(), Some("ping box.local rien"));
        let all_quoted =
            read(&format!("<blockquote><p>{own}</p><p>{own} Encore.</p></blockquote>"), None).expect("readable");
        assert_eq!((all_quoted.own.as_str(), all_quoted.quoted.len()), (all_quoted.text.as_str(), 0));
    }

    #[test]
    fn what_a_feed_tells_fills_in_what_the_page_leaves_open() {
        let told = Told {
            published: Some("2026-11-20T08:15:00+01:00".into()),
            title: Some("Le titre du flux".into()),
            author: Some("Rania".into()),
            replies: Some(4),
            ..Told::default()
        };
        let page = read("<p>20 novembre 2026</p><p>Une phrase assez longue pour être lue comme un texte.</p>", None);
        let entry = entry(&page.expect("readable"), Some("https://a.example/x"), &told).unwrap();
        assert_eq!((entry.title.as_deref(), entry.author.as_deref()), (Some("Le titre du flux"), Some("Rania")));
        assert_eq!(entry.published.unwrap().written(), "2026-11-20T08:15:00+01:00");
        assert_eq!(entry.counts.replies, Some(4));
        let own = super::entry(&press(), None, &told).unwrap();
        assert_eq!(own.published.unwrap().written(), "2026-03-14T09:05:00+01:00", "the page's own, where it is exact");
    }
}
