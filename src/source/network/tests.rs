//! What is asked for, and what is read of answers in the shapes that their networks document.

use super::*;
use crate::model::{Kind, Place, port::Adapter};
use crate::source::Pages;

/// The address that is asked in place of `url` and `query`, or the hint why none is.
fn asked(kind: &str, url: &str, query: &str, token: &str) -> String {
    let kind = SourceKind::from_word(kind).unwrap();
    fn some(text: &str) -> Option<&str> {
        Some(text).filter(|text| !text.is_empty())
    }
    match entrance(kind, some(url), some(query), some(token)) {
        Ok(Some(entrance)) => format!("{} {}", entrance.kind.word(), entrance.url),
        Ok(None) => String::from("-"),
        Err(refused) => refused.what,
    }
}

#[test]
fn addresses_that_people_use_become_those_of_interfaces() {
    for (url, expected) in [
        (
            "https://mastodon.example/tags/AtlasTelecom",
            "mastodon https://mastodon.example/api/v1/timelines/tag/AtlasTelecom?limit=40",
        ),
        (
            "https://mastodon.example/@atlas@loin.example",
            "mastodon https://mastodon.example/api/v1/accounts/lookup?acct=atlas%40loin.example",
        ),
        ("https://mastodon.example/about", "-"),
        ("https://mastodon.example/@atlas.rss", "-"),
        (
            "https://bsky.app/profile/lina.example",
            "bluesky https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=lina.example&limit=100",
        ),
        (
            "https://bsky.app/profile/lina.example/post/3kaa",
            "bluesky https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread?uri=at%3A%2F%2Flina.example%2Fapp.bsky.feed.post%2F3kaa&depth=100",
        ),
        (
            "https://bsky.app/search?q=atlas",
            "bluesky https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=atlas&sort=latest&limit=100",
        ),
        ("https://old.reddit.com/r/maroc", "reddit https://www.reddit.com/r/maroc/new/.rss?limit=100"),
        (
            "https://www.reddit.com/r/maroc/comments/1aa111/atlas/",
            "reddit https://www.reddit.com/r/maroc/comments/1aa111/.rss?sort=new&limit=100",
        ),
        (
            "https://www.reddit.com/search/?q=atlas",
            "reddit https://www.reddit.com/search.rss?q=atlas&sort=new&limit=100",
        ),
        ("https://www.reddit.com/user/lina", "reddit https://www.reddit.com/user/lina/.rss?limit=100"),
        (
            "https://www.youtube.com/channel/UCx/videos",
            "youtube https://www.youtube.com/feeds/videos.xml?channel_id=UCx",
        ),
        ("https://www.youtube.com/@atlas/videos", "youtube https://www.youtube.com/@atlas"),
        ("https://www.youtube.com/watch?v=1", "-"),
        (
            "https://hn.algolia.com/?dateRange=all&q=atlas",
            "hackernews https://hn.algolia.com/api/v1/search_by_date?query=atlas&tags=%28story%2Ccomment%29&advancedSyntax=true&hitsPerPage=100",
        ),
        ("https://news.ycombinator.com/item?id=40", "hackernews https://hn.algolia.com/api/v1/items/40"),
        (
            "https://lemmy.example/c/internet@loin.example",
            "lemmy https://lemmy.example/api/v3/post/list?community_name=internet%40loin.example&type_=All&sort=New&limit=50",
        ),
        ("https://lemmy.example/post/12", "lemmy https://lemmy.example/api/v3/post?id=12"),
        (
            "https://stackoverflow.com/search?q=atlas",
            "stackexchange https://api.stackexchange.com/2.3/search/advanced?q=atlas&site=stackoverflow.com&order=desc&sort=creation&filter=withbody&pagesize=100",
        ),
        (
            "https://fr.meta.stackexchange.com/questions/tagged/isp",
            "stackexchange https://api.stackexchange.com/2.3/questions?tagged=isp&site=fr.meta.stackexchange.com&order=desc&sort=creation&filter=withbody&pagesize=100",
        ),
        (
            "https://news.google.com/search?q=atlas&hl=fr&gl=MA&ceid=MA%3Afr",
            "googlenews https://news.google.com/rss/search?q=atlas&hl=fr&gl=MA&ceid=MA%3Afr",
        ),
        (
            "https://www.bing.com/news/search?q=atlas",
            "bingnews https://www.bing.com/news/search?q=atlas&format=rss&qft=sortbydate%3D%221%22",
        ),
        ("https://www.bing.com/search?q=atlas", "-"),
        (
            "https://apps.apple.com/fr/app/mon-atlas/id123456789",
            "appstore https://itunes.apple.com/fr/rss/customerreviews/page=1/id=123456789/sortby=mostrecent/json",
        ),
        ("https://blog.example/tags/atlas", "-"),
        ("https://www.google.com/alerts/feeds/1/2", "-"),
    ] {
        assert_eq!(asked("auto", url, "", ""), expected, "{url}");
    }
}

#[test]
fn kinds_and_words_ask_any_host_and_refuse_what_they_do_not_know() {
    for (kind, url, query, token, expected) in [
        (
            "mastodon",
            "http://127.0.0.1:81/",
            "#Atlas",
            "",
            "mastodon http://127.0.0.1:81/api/v1/timelines/tag/Atlas?limit=40",
        ),
        ("mastodon", "", "Atlas", "", "kind \"mastodon\" needs a url"),
        ("mastodon", "https://toot.example/", "Atlas Télécom", "", "kind \"mastodon\" knows nothing of that form"),
        (
            "mastodon",
            "https://toot.example/",
            "Atlas",
            "hush",
            "mastodon https://oauth2-bearer:hush@toot.example/api/v2/search?q=Atlas&type=statuses&limit=40",
        ),
        (
            "hackernews",
            "",
            "Atlas Télécom",
            "",
            "hackernews https://hn.algolia.com/api/v1/search_by_date?query=Atlas+T%C3%A9l%C3%A9com&tags=%28story%2Ccomment%29&advancedSyntax=true&hitsPerPage=100",
        ),
        ("hackernews", "http://127.0.0.1:81/item?id=40", "", "", "hackernews http://127.0.0.1:81/api/v1/items/40"),
        ("hackernews", "", "x", "hush", "kind \"hackernews\" has no use for a token"),
        ("hackernews", "https://news.ycombinator.com/newest", "", "", "kind \"hackernews\" knows nothing of that form"),
        (
            "lemmy",
            "https://loin.example",
            "atlas",
            "",
            "lemmy https://loin.example/api/v3/search?q=atlas&type_=All&sort=New&limit=50",
        ),
        (
            "discourse",
            "https://forum.example/",
            "atlas",
            "",
            "discourse https://forum.example/search.json?q=atlas+order%3Alatest",
        ),
        ("youtube", "", "atlas", "", "kind \"youtube\" knows nothing of that form"),
        (
            "youtube",
            "https://youtu.be/vid00000001?si=x",
            "",
            "hush",
            "youtube https://www.googleapis.com/youtube/v3/commentThreads?part=snippet%2Creplies&videoId=vid00000001&order=time&textFormat=plainText&maxResults=100&key=hush",
        ),
        ("googlenews", "", "atlas", "", "googlenews https://news.google.com/rss/search?q=atlas"),
        (
            "reddit",
            "https://www.reddit.com/r/maroc",
            "atlas",
            "",
            "reddit https://www.reddit.com/r/maroc/search.rss?q=atlas&restrict_sr=on&sort=new&limit=100",
        ),
        ("feed", "https://blog.example/feed", "atlas", "", "only networks are asked by query and token"),
        (
            "appstore",
            "https://apps.apple.com/fr/app/x/id1",
            "atlas",
            "",
            "kind \"appstore\" knows nothing of that form",
        ),
    ] {
        assert_eq!(asked(kind, url, query, token), expected, "{kind} {url} {query}");
    }
}

/// What is read of a fixture that `url` answers with.
fn read_as(kind: SourceKind, file: &str, url: &str) -> Found {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/source/network").join(file);
    let body = std::fs::read(path).unwrap();
    let source = Source { kind, place: Place::Url(url.into()), ..Source::of_file() };
    Pages.read(&source, &Page { url: url.into(), body, ..Page::default() })
}

/// Each entry in one line: kind, address, author, date, title, text, quoted, counts, tags, parent, thread.
fn told(found: &Found) -> Vec<String> {
    let line = |entry: &Entry| {
        assert!(entry.permanent, "{entry:?}");
        let mut parts = vec![entry.kind.word().to_string(), entry.url.clone().unwrap_or_default()];
        let quoted = entry.quoted.iter().map(|quote| quote.text.clone()).collect::<Vec<_>>().join("¦");
        let counts = entry.counts;
        let number = |name: &str, count: Option<u64>| count.map(|count| format!("{name}{count}"));
        let counts = [
            number("r", counts.replies),
            number("l", counts.likes),
            number("s", counts.shares),
            number("v", counts.views),
            counts.rating.map(|rating| format!("*{rating}")),
        ];
        for (mark, part) in [
            ("by ", entry.author.clone()),
            ("at ", entry.published.map(|stamp| stamp.written())),
            ("up ", entry.updated.map(|stamp| stamp.written())),
            ("T: ", entry.title.clone()),
            ("= ", Some(entry.text.replace('\n', "/"))),
            ("> ", Some(quoted)),
            ("n ", Some(counts.into_iter().flatten().collect::<Vec<_>>().join(" "))),
            ("# ", Some(entry.tags.join(","))),
            ("re ", entry.parent_url.clone()),
            ("in ", entry.thread_url.clone()),
            ("", entry.is_reply.then(|| "reply".to_string())),
            ("", entry.language.clone()),
        ] {
            parts.extend(part.filter(|part| !part.is_empty()).map(|part| format!("{mark}{part}")));
        }
        parts.join(" | ")
    };
    found.entries.iter().map(line).collect()
}

fn follows(found: &Found) -> Vec<&str> {
    found.follow.iter().map(|request| &*request.url).collect()
}

#[test]
fn mastodon_statuses_boosts_and_quotes() {
    let url = "https://toot.example/api/v1/timelines/tag/atlastelecom?limit=40";
    let found = read_as(SourceKind::Auto, "mastodon-tag.json", url);
    assert_eq!(found.kind, Some(SourceKind::Mastodon));
    assert_eq!(
        told(&found),
        [
            "status | https://toot.example/@salma/1150002 | by @salma@toot.example | at 2026-11-20T09:30:00Z | up 2026-11-20T09:40:00Z | = @karim la fibre #AtlasTelecom est revenue/à Rabat & Salé | n r2 l5 s1 | # AtlasTelecom | re https://toot.example/@rachid/1150001 | reply | fr",
            "status | https://loin.example/@karim/44 | by @karim@loin.example | at 2026-11-19T20:00:00Z | = Coup de gueule/Trois jours sans réseau, Atlas Télécom ne répond plus. | > Qui d’autre est coupé ? | n r9 l30 s12 | # sensitive | fr",
        ]
    );
    assert_eq!(found.entries[1].quoted[0].author.as_deref(), Some("@nora@loin.example"));
    assert_eq!(follows(&found), [format!("{url}&max_id=1149000")]);
    assert_eq!(found.follow[0].step, Step::NextWhileNew);
    assert_eq!(found.follow[0].dated, Some("2026-11-19T20:00:00Z".parse().unwrap()));
    assert_eq!(found.incidents.iter().map(|incident| incident.code).collect::<Vec<_>>(), [Code::Reserved]);
    let account = read_as(
        SourceKind::Mastodon,
        "mastodon-account.json",
        "https://toot.example/api/v1/accounts/lookup?acct=atlas",
    );
    assert_eq!(follows(&account), ["https://toot.example/api/v1/accounts/109/statuses?limit=40"]);
}

#[test]
fn bluesky_posts_threads_and_reposts() {
    let url = "https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=atlas";
    let found = read_as(SourceKind::Auto, "bluesky-search.json", url);
    assert_eq!(
        told(&found),
        [
            "status | https://bsky.app/profile/did:plc:aaaa1111/post/3kaa | by @lina.example | at 2026-11-20T10:00:00Z | = Atlas Télécom encore en panne #fibre/deux heures | > Panne nationale ce matin | n r3 l8 s3 | # fibre,graphic-media | re https://bsky.app/profile/did:plc:bbbb2222/post/3k01 | in https://bsky.app/profile/did:plc:bbbb2222/post/3k00 | reply | fr",
            "status | https://bsky.app/profile/did:plc:dddd4444/post/3kbb | at 2026-11-19T08:00:00Z | = un message daté de demain | n r0 l0 s0",
        ]
    );
    assert_eq!((follows(&found).len(), found.incidents[0].code), (0, Code::Reserved), "further pages need a login");
    let url = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=lina.example&limit=100";
    let found = read_as(SourceKind::Bluesky, "bluesky-author.json", url);
    let authors: Vec<_> = found.entries.iter().filter_map(|entry| entry.author.as_deref()).collect();
    assert_eq!(authors, ["@lina.example", "@omar.example"]);
    assert_eq!(follows(&found), [format!("{url}&cursor=2026-11-19T08%3A00%3A00Z")]);
    let found = read_as(
        SourceKind::Auto,
        "bluesky-thread.json",
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread",
    );
    let words: Vec<_> = found.entries.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(words, ["Plus de réseau", "Quel opérateur ?", "Atlas", "Merci"]);
}

#[test]
fn reddit_feeds() {
    let found = read_as(SourceKind::Reddit, "reddit.xml", "https://www.reddit.com/r/maroc/new/.rss?limit=100");
    let thread = "https://www.reddit.com/r/maroc/comments/1aa111/atlas_en_panne/";
    assert_eq!(
        told(&found),
        [
            &*format!(
                "post | {thread} | by u/lina_r | at 2026-11-20T11:00:00Z | up 2026-11-20T11:00:00Z | T: Atlas en panne ? | = Depuis hier, plus rien. | > tout va bien | # r/maroc"
            ),
            "post | https://www.reddit.com/r/maroc/comments/1aa110/la_fibre/ | by u/omar_k | at 2026-11-20T10:00:00Z | up 2026-11-20T10:00:00Z | T: La fibre, enfin | # r/maroc",
            &*format!(
                "comment | {thread}mm222/ | by u/nora | at 2026-11-20T11:30:00Z | up 2026-11-20T11:30:00Z | T: Atlas en panne ? | = Chez moi aussi. | # r/maroc | in {thread} | reply"
            ),
        ]
    );
    assert!(found.follow.is_empty(), "the feed shows less than one of its pages");
}

#[test]
fn youtube_feeds_searches_and_comments() {
    let watch = "https://www.youtube.com/watch?v=vid00000001";
    let found =
        read_as(SourceKind::Youtube, "youtube.xml", "https://www.youtube.com/feeds/videos.xml?channel_id=UCchaine");
    assert_eq!(
        told(&found),
        [
            "status | https://www.youtube.com/watch?v=vid00000002 | by Essais d’ici | at 2026-11-20T09:00:00Z | up 2026-11-20T12:00:00Z | T: Atlas Télécom, la fibre à l’essai | = Nous avons mesuré pendant une semaine. Débits dans la vidéo. | n v1500"
        ]
    );
    assert!(found.follow.is_empty(), "videos are no articles");
    let url = "https://www.googleapis.com/youtube/v3/commentThreads?videoId=vid00000001&key=***";
    let found = read_as(SourceKind::Auto, "youtube-comments.json", url);
    assert_eq!(
        told(&found),
        [
            format!(
                "comment | {watch}&lc=Ugx1 | by @lina | at 2026-11-20T10:00:00Z | = Débit en baisse | n r1 l4 | re {watch} | in {watch} | reply"
            ),
            format!(
                "comment | {watch}&lc=Ugx1.9a | by @omar | at 2026-11-20T11:00:00Z | up 2026-11-20T11:30:00Z | = Pareil | n l0 | re {watch}&lc=Ugx1 | in {watch} | reply"
            ),
        ]
    );
    assert_eq!(follows(&found), [format!("{url}&pageToken=QURT")]);
    let found =
        read_as(SourceKind::Auto, "youtube-search.json", "https://www.googleapis.com/youtube/v3/search?q=atlas");
    assert_eq!(found.entries[0].title.as_deref(), Some("Atlas Télécom & la fibre"));
}

#[test]
fn hacker_news_searches_and_threads() {
    let item = "https://news.ycombinator.com/item?id=4000000";
    let url = "https://hn.algolia.com/api/v1/search_by_date?query=atlas";
    let found = read_as(SourceKind::Auto, "hackernews-search.json", url);
    assert_eq!(
        told(&found),
        [
            format!(
                "comment | {item}2 | by wires | at 2026-11-20T10:00:00Z | T: Moroccan fibre & prices | = The peering of Atlas Télécom is bad./> it works for me/Not here. | re {item}1 | in {item}0 | reply"
            ),
            format!("post | {item}0 | by dunes | at 2026-11-20T08:00:00Z | T: Moroccan fibre & prices | n r12 l57"),
        ]
    );
    assert_eq!(follows(&found), [format!("{url}&page=1")]);
    let found = read_as(SourceKind::Auto, "hackernews-item.json", "https://hn.algolia.com/api/v1/items/40000000");
    let parents: Vec<_> = found.entries.iter().map(|entry| (entry.kind, entry.parent_url.clone())).collect();
    let (first, second) = (Some(format!("{item}0")), Some(format!("{item}1")));
    assert_eq!(parents, [(Kind::Post, None), (Kind::Comment, first), (Kind::Comment, second)]);
}

#[test]
fn lemmy_posts_and_comments() {
    let url = "https://lemmy.example/api/v3/search?q=atlas&type_=All&sort=New&limit=50";
    let found = read_as(SourceKind::Auto, "lemmy-search.json", url);
    assert_eq!(
        told(&found),
        [
            "post | https://lemmy.example/post/12 | by @lina@lemmy.example | at 2026-11-20T10:00:00Z | up 2026-11-20T10:05:00Z | T: Box Atlas | = Elle **redémarre** seule. | n r9 l22 | # internet,nsfw",
            "comment | https://loin.example/comment/77 | by @omar@loin.example | at 2026-11-20T11:00:00Z | T: Box Atlas | = La mienne aussi. | > la box chauffe | n r2 l5 | # internet | re https://lemmy.example/comment/340 | in https://lemmy.example/post/12 | reply",
        ]
    );
    assert_eq!((found.entries[0].code.as_deref(), found.follow.len()), (Some("erreur 7"), 0));
    let found = read_as(SourceKind::Lemmy, "lemmy-post.json", "https://lemmy.example/api/v3/post?id=12");
    assert_eq!(found.entries[0].published.map(|stamp| stamp.written()).as_deref(), Some("2026-11-20T10:00:00Z"));
    assert_eq!(follows(&found), ["https://lemmy.example/api/v3/comment/list?post_id=12&sort=New&type_=All&limit=50"]);
}

#[test]
fn stack_exchange_questions_and_answers() {
    let url = "https://api.stackexchange.com/2.3/search/advanced?q=atlas&site=stackoverflow.com&key=***";
    let found = read_as(SourceKind::Auto, "stackexchange-search.json", url);
    assert_eq!(
        told(&found)[0],
        "post | https://stackoverflow.com/questions/77000001/bgp-of-atlas | by Aïcha | at 2026-11-20T08:00:00Z | up 2026-11-20T09:00:00Z | T: BGP of \"Atlas Télécom\" | = My route flaps. | > it is up | n r1 l3 v120 | # routing,isp"
    );
    assert_eq!(found.entries[1].counts.likes, None, "a sum below none is no count");
    assert_eq!(
        follows(&found),
        [
            "https://api.stackexchange.com/2.3/questions/77000001/answers?site=stackoverflow.com&order=desc&sort=creation&filter=withbody&pagesize=100&key=***",
            "https://api.stackexchange.com/2.3/search/advanced?q=atlas&site=stackoverflow.com&key=***&page=2",
        ]
    );
    let found = read_as(
        SourceKind::StackExchange,
        "stackexchange-answers.json",
        "https://api.stackexchange.com/2.3/questions/77000001/answers?site=stackoverflow",
    );
    assert_eq!(
        told(&found),
        [
            "comment | https://stackoverflow.com/a/77000009 | by Omar | at 2026-11-20T10:20:00Z | = Call them. | n l6 | re https://stackoverflow.com/questions/77000001 | in https://stackoverflow.com/questions/77000001 | reply"
        ]
    );
    assert_eq!(found.incidents[0].code, Code::Partial, "it asks to wait");
}

#[test]
fn discourse_searches_lead_to_posts() {
    let url = "https://forum.example/search.json?q=atlas+order%3Alatest";
    let found = read_as(SourceKind::Discourse, "discourse-search.json", url);
    assert_eq!(
        follows(&found),
        ["https://forum.example/posts/501.json", "https://forum.example/posts/500.json", &format!("{url}&page=2")]
    );
    let found = read_as(SourceKind::Discourse, "discourse-post.json", "https://forum.example/posts/501.json");
    let topic = "https://forum.example/t/box-qui-chauffe/40";
    assert_eq!(
        told(&found),
        [format!(
            "post | {topic}/3 | by lina | at 2026-11-20T10:00:00Z | up 2026-11-20T10:09:00Z | = La box Atlas chauffe. | > elle est tiède | n r1 l4 v30 | re {topic}/1 | in {topic} | reply"
        )]
    );
}

#[test]
fn app_store_reviews() {
    let url = "https://itunes.apple.com/fr/rss/customerreviews/page=1/id=123456789/sortby=mostrecent/json";
    let found = read_as(SourceKind::Auto, "appstore-reviews.json", url);
    assert_eq!(
        told(&found)[0],
        "review | https://apps.apple.com/fr/app/id123456789?see-all=reviews#13000000002 | by Salma R. | at 2026-11-19T05:11:29-07:00 | T: Se ferme seule | = Depuis la mise à jour,/l’appli Atlas se ferme. | n l7 *2 | # version 5.2.1"
    );
    assert_eq!(follows(&found), [url.replace("page=1", "page=2")]);
}

#[test]
fn gathered_news_leads_to_its_publishers() {
    let found = read_as(SourceKind::GoogleNews, "googlenews.xml", "https://news.google.com/rss/search?q=atlas");
    assert_eq!(
        told(&found),
        [
            "entry | https://news.google.com/rss/articles/CBMiAUFVX3lxTE5vcGFxdWU?oc=5 | by Le Quotidien d’Anfa | at 2026-11-20T08:00:00Z | T: Atlas Télécom baisse ses prix | fr",
            "entry | https://presse.example/bilan?1 | by Presse | at 2026-11-19T08:00:00Z | T: La fibre - le bilan | fr",
        ]
    );
    let found = read_as(SourceKind::BingNews, "bingnews.xml", "https://www.bing.com/news/search?q=atlas&format=rss");
    assert_eq!(
        told(&found),
        [
            "entry | https://presse.example/recrute?a=1 | by Presse | at 2026-11-20T07:00:00Z | T: Atlas Télécom recrute | = L’opérateur cherche deux cents personnes ..."
        ]
    );
    let found = read_as(SourceKind::Auto, "googlealerts.xml", "https://www.google.com/alerts/feeds/1/2");
    assert_eq!(
        told(&found),
        [
            "entry | https://presse.example/panne | at 2026-11-20T08:30:00Z | up 2026-11-20T08:30:00Z | T: Panne chez Atlas Télécom | = La panne de Atlas dure ..."
        ]
    );
}

#[test]
fn what_a_bridge_could_not_read_is_no_document() {
    let found = read_as(SourceKind::Auto, "bridge.xml", "https://pont.example/?action=display");
    assert_eq!((found.entries.len(), found.incidents.len(), found.incidents[0].code), (0, 1, Code::Unreadable));
    assert!(found.incidents[0].message.contains("Bridge returned error 403!"));
}

#[test]
fn click_counters_without_a_target_stay_as_they_are() {
    for url in [
        "https://www.google.com/url?sa=t",
        "https://www.google.com/url?url=javascript:1",
        "https://www.google.com/search?q=https://a.example",
        "https://news.google.com/rss/articles/CBM!",
        "https://presse.example/url?url=https://a.example",
        "not an address",
    ] {
        assert_eq!(target(url), None, "{url}");
    }
}

#[test]
fn pages_of_servers_lead_to_their_interface() {
    let seed = |kind: SourceKind, url: &str, body: &str| {
        let source = Source { kind, place: Place::Url(url.into()), ..Source::of_file() };
        let page =
            Page { url: url.into(), body: body.into(), content_type: Some("text/html".into()), ..Page::default() };
        Pages.read(&source, &page)
    };
    let shell = "<html><head><script id=\"initial-state\" type=\"application/json\">{}</script></head><body><div class=\"app-holder\" id=\"mastodon\"></div></body></html>";
    let found = seed(SourceKind::Auto, "https://toot.example/tags/atlas", shell);
    assert_eq!(
        (found.kind, follows(&found)),
        (Some(SourceKind::Mastodon), vec!["https://toot.example/api/v1/timelines/tag/atlas?limit=40"])
    );
    let shell = "<html><body><div id=\"root\"></div><script>window.isoData = {\"site\":\"lemmy\"}</script><p>x</p></body></html>";
    assert_eq!(
        follows(&seed(SourceKind::Auto, "https://loin.example/post/12", shell)),
        ["https://loin.example/api/v3/post?id=12"]
    );
    let channel = "<html><head><link rel=\"alternate\" type=\"application/rss+xml\" title=\"RSS\" href=\"https://www.youtube.com/feeds/videos.xml?channel_id=UCx\"></head><body></body></html>";
    assert_eq!(
        follows(&seed(SourceKind::Youtube, "https://www.youtube.com/@atlas", channel)),
        ["https://www.youtube.com/feeds/videos.xml?channel_id=UCx"]
    );
    let wall = seed(
        SourceKind::Bluesky,
        "https://public.api.bsky.app/xrpc/x",
        "<html><title>403</title><p>Forbidden</p></html>",
    );
    assert_eq!((wall.entries.len(), wall.incidents[0].code), (0, Code::Unreadable));
}

#[test]
fn answers_of_any_shape_are_read_without_harm() {
    let fields = ["posts", "feed", "hits", "items", "entry", "statuses", "account", "thread", "comments", "post_view"];
    for kind in NETWORKS.map(|network| network.kind) {
        for inner in ["null", "[]", "{}", "[1]", "[null]", "[{}]", "\"x\"", "{\"post\": 1}", "[{\"id\": []}]"] {
            for field in fields {
                let body = format!(
                    "{{\"{field}\": {inner}, \"has_more\": true, \"nbPages\": 2, \"feed\": {{\"entry\": {inner}}}}}"
                );
                for body in [body, String::from(inner)] {
                    let source = Source { kind, ..Source::of_file() };
                    let page = Page {
                        url: "https://a.example/api/v1/accounts/x".into(),
                        body: body.into(),
                        ..Page::default()
                    };
                    Pages.read(&source, &page);
                }
            }
        }
    }
}
