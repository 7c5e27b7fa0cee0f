//! Tests of what dialects and vocabularies say in their own ways, one small feed each.

use super::{FeedPage, Item, entries, read};

fn page(text: &str) -> FeedPage {
    read(text, Some("https://blog.exemple/flux/feed")).expect("a feed")
}

fn rss(inside: &str) -> FeedPage {
    page(&format!("<rss><channel>{inside}</channel></rss>"))
}

/// The first item of an RSS feed.
fn item(inside: &str) -> Item {
    rss(&format!("<item>{inside}</item>")).items.swap_remove(0)
}

fn atom(inside: &str) -> FeedPage {
    page(&format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{inside}</feed>"))
}

/// The first entry of an Atom feed.
fn entry(inside: &str) -> Item {
    atom(&format!("<entry>{inside}</entry>")).items.swap_remove(0)
}

fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("none")
}

#[test]
fn channel_definitions_are_read() {
    let page = page(
        "<?xml version=\"1.0\"?><!DOCTYPE CHANNEL SYSTEM \"x.dtd\"><CHANNEL HREF=\"http://a.example/\" LASTMOD=\"2026-11-14T17:33\">\
         <TITLE>Canal</TITLE><ABSTRACT>Le canal</ABSTRACT><LOGO HREF=\"x.gif\"/>\
         <ITEM HREF=\"http://a.example/1\" LASTMOD=\"2026-11-13T08:00-05:00\"><TITLE>Un</TITLE><ABSTRACT>Le premier</ABSTRACT></ITEM>\
         <CHANNEL><TITLE>Sous-canal</TITLE><ITEM><A HREF=\"deux\">Deux</A></ITEM></CHANNEL></CHANNEL>",
    );
    assert_eq!((text(&page.title), text(&page.description)), ("Canal", "Le canal"));
    assert_eq!(text(&page.link), "http://a.example/");
    assert_eq!(page.updated.map(|stamp| stamp.written()).as_deref(), Some("2026-11-14T17:33:00"));
    let one = &page.items[0];
    assert_eq!((text(&one.title), text(&one.url), &*one.text), ("Un", "http://a.example/1", "Le premier"));
    assert_eq!(one.updated.map(|stamp| stamp.written()).as_deref(), Some("2026-11-13T08:00:00-05:00"));
    assert_eq!((text(&page.items[1].title), text(&page.items[1].url)), ("Deux", "https://blog.exemple/flux/deux"));
}

#[test]
fn atoms_texts_are_what_they_say() {
    for (written, meant) in [
        ("<content type=\"text\">a &lt; b</content>", "a < b"),
        ("<content type=\"html\">&lt;p&gt;un&lt;/p&gt;&lt;p&gt;deux</content>", "un\ndeux"),
        (
            "<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">un<br/>d&amp;eux</div></content>",
            "un\nd&eux",
        ),
        (
            "<content type=\"xhtml\"><x:div xmlns:x=\"http://www.w3.org/1999/xhtml\">un <x:b>deux</x:b></x:div></content>",
            "un deux",
        ),
        ("<content type=\"text/html\" mode=\"escaped\">un &lt;b&gt;deux&lt;/b&gt;</content>", "un deux"),
        ("<content type=\"application/xhtml+xml\" mode=\"xml\"><b>un</b> deux</content>", "un deux"),
        ("<content type=\"text/html\" mode=\"base64\">PGI+dW48L2I+IGRldXg=</content>", "un deux"),
        ("<content type=\"application/octet-stream\">dW4gZGV1eA==</content>", "un deux"),
        ("<content type=\"image/png\">iVBORw0KGgoAAAANSUhEUg==</content><summary>s</summary>", "s"),
        ("<summary>s</summary><content src=\"/c\" type=\"video/mp4\"/>", "s"),
        ("<summary type=\"html\"><![CDATA[<p>un</p>]]> <![CDATA[<p>deux</p>]]></summary>", "un\ndeux"),
    ] {
        assert_eq!(entry(written).text, meant, "{written}");
    }
    assert_eq!(text(&entry("<content src=\"/c\"/>").url), "https://blog.exemple/c");
    assert_eq!(text(&entry("<content type=\"html\">\n &lt;p&gt;a&lt;/p&gt;\n</content>").html), "<p>a</p>");
}

#[test]
fn addresses_count_from_the_base_that_holds() {
    let page = page(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"http://a.example/un/\"><link href=\"accueil\"/>\
         <link rel=\"next\" href=\"?page=2\"/>\
         <entry xml:base=\"deux/\"><link href=\"x\"/></entry><entry><link xml:base=\"/trois/\" href=\"x\"/></entry>\
         <entry><link href=\"x\"/></entry><entry><link rel=\"http://www.iana.org/assignments/relation/alternate\" href=\"/y\"/></entry></feed>",
    );
    let urls: Vec<&str> = page.items.iter().map(|item| text(&item.url)).collect();
    assert_eq!(
        urls,
        ["http://a.example/un/deux/x", "http://a.example/trois/x", "http://a.example/un/x", "http://a.example/y"]
    );
    assert_eq!((text(&page.link), text(&page.next)), ("http://a.example/un/accueil", "http://a.example/un/?page=2"));
}

#[test]
fn pages_stand_above_other_links() {
    let links = "<link type=\"application/json\" href=\"/json\"/><link rel=\"self\" href=\"/self\"/><link rel=\"edit\" href=\"/e\"/>\
         <link rel=\"alternate\" type=\"text/html\" href=\"/page\"/><link rel=\"alternate\" href=\"/autre\"/>";
    assert_eq!(text(&entry(links).url), "https://blog.exemple/page");
    let links = "<link>http://a.example/1</link><atom:link rel=\"self\" href=\"/self\"/><atom:link rel=\"alternate\" href=\"/autre\"/>";
    assert_eq!(text(&item(links).url), "http://a.example/1");
    assert_eq!(text(&item("<atom:link href=\"/autre\"/>").url), "https://blog.exemple/autre");
    assert_eq!(
        text(&item("<link>http://a.example/1</link><link href=\"http://a.example/2\"/>").url),
        "http://a.example/2"
    );
    let counted =
        "<link>http://compteur.example/~r/1</link><feedburner:origLink>http://a.example/1</feedburner:origLink>";
    assert_eq!(text(&item(counted).url), "http://a.example/1");
}

#[test]
fn who_wrote_it_is_who_is_named_first_in_rank() {
    for (written, meant) in [
        ("<author>a@b.example (Nadia B.)</author>", "Nadia B."),
        ("<author>a@b.example</author><dc:creator>Salma</dc:creator>", "Salma"),
        ("<author>Nadia</author><dc:creator><![CDATA[Salma]]></dc:creator>", "Salma"),
        ("<itunes:author>Radio</itunes:author><author>Nadia</author>", "Nadia"),
        ("<itunes:author>Radio</itunes:author>", "Radio"),
        ("<author><name>Nadia</name><email>a@b.example</email></author>", "Nadia"),
        ("<atom:author><atom:name>Nadia</atom:name></atom:author>", "Nadia"),
        ("<dc:contributor>Rachid</dc:contributor>", "Rachid"),
        ("<author><email>a@b.example</email><uri>http://a.example/</uri></author>", "none"),
        ("<creator xmlns=\"http://purl.org/dc/elements/1.1/\">Salma</creator>", "Salma"),
    ] {
        assert_eq!(text(&item(written).author), meant, "{written}");
    }
    let page = atom(
        "<author><name>Nadia</name></author><entry><author><name>Un</name></author><author><name>Deux</name></author></entry>\
         <entry><source><id>x</id><title>t</title><author><name>Rachid</name></author></source></entry><entry/>",
    );
    let authors: Vec<&str> = page.items.iter().map(|item| text(&item.author)).collect();
    assert_eq!(authors, ["Un, Deux", "Rachid", "Nadia"]);
    assert_eq!((text(&page.items[1].id), text(&page.items[1].title)), ("none", "none"), "those are the source's");
    for (written, meant) in [
        ("<managingEditor>a@b.example (Nadia)</managingEditor><webMaster>w@b.example (W)</webMaster>", "Nadia"),
        ("<webMaster>w@b.example (W)</webMaster>", "W"),
        ("<itunes:owner><itunes:name>O</itunes:name></itunes:owner><itunes:author>Radio</itunes:author>", "Radio"),
    ] {
        assert_eq!(text(&rss(written).author), meant, "{written}");
    }
}

#[test]
fn tags_come_from_every_vocabulary_in_their_order() {
    let written = "<tags>un, deux</tags><category domain=\"x\">trois</category><dc:subject>quatre</dc:subject>\
         <media:group><media:category>cinq</media:category></media:group><itunes:category text=\"six\"><itunes:category text=\"sept\"/></itunes:category>\
         <itunes:keywords>huit,un</itunes:keywords><category><![CDATA[R&D]]></category><category/>";
    assert_eq!(item(written).tags, ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "R&D"]);
    assert_eq!(entry("<category term=\"a\" label=\"Un\"/><category term=\"b\"/>").tags, ["Un", "b"]);
}

#[test]
fn titles_and_descriptions_of_other_vocabularies_stand_in() {
    let both =
        "<media:title>m</media:title><title>t</title><dc:description>d</dc:description><description>e</description>";
    assert_eq!((text(&item(both).title), text(&item(both).summary)), ("t", "e"));
    let alone = "<media:group><media:title>m</media:title><media:description>d</media:description></media:group>";
    assert_eq!((text(&item(alone).title), &*item(alone).text), ("m", "d"));
    assert_eq!(item("<title/><description/><itunes:summary>s</itunes:summary>").text, "s");
    let two = item("<summary>s</summary><description>d</description>");
    assert_eq!((text(&two.summary), &*two.text), ("s", "d"));
    let full = item("<description>d</description><content:encoded><![CDATA[<p>c</p>]]></content:encoded>");
    assert_eq!((text(&full.summary), &*full.text, text(&full.html)), ("d", "c", "<p>c</p>"));
    assert_eq!(item("<image><title>i</title></image>").title, None);
    let page = rss(
        "<image><title>i</title><link>http://i.example/</link></image><textInput><title>x</title></textInput><title>t</title>",
    );
    assert_eq!((text(&page.title), text(&page.link)), ("t", "none"));
    assert_eq!(item("<body xmlns=\"http://www.w3.org/1999/xhtml\"><p>un</p></body>").text, "un");
    assert_eq!(item("<x:title xmlns:x=\"urn:x\">non</x:title><title xmlns=\"urn:x\">non</title>").title, None);
}

#[test]
fn comments_are_counted_and_led_to() {
    let written = item(
        "<comments>https://a.example/1#c</comments><slash:comments>12</slash:comments><wfw:commentRss>/1/feed</wfw:commentRss>",
    );
    assert_eq!((written.replies, text(&written.comments_url)), (Some(12), "https://a.example/1#c"));
    assert_eq!(text(&written.comments_feed), "https://blog.exemple/1/feed");
    assert_eq!(entry("<t:total xmlns:t=\"http://purl.org/syndication/thread/1.0\">3</t:total>").replies, Some(3));
    let answer = atom("<entry><id>x</id><thr:in-reply-to ref=\"tag:1\" href=\"http://a.example/1\"/></entry>");
    assert_eq!(text(&answer.items[0].answers), "http://a.example/1");
    let entries = entries(&answer);
    assert_eq!((entries[0].is_reply, text(&entries[0].parent_url)), (true, "http://a.example/1"));
}

#[test]
fn languages_are_inherited_and_overridden() {
    let page = page(
        "<feed xml:lang=\"fr_FR\"><entry xml:lang=\"ar\"><title>t</title></entry><entry><title xml:lang=\"es\">t</title></entry>\
         <entry><dc:language>en</dc:language></entry><entry/></feed>",
    );
    let languages: Vec<_> = entries(&page).into_iter().filter_map(|entry| entry.language).collect();
    assert_eq!(languages, ["ar", "es", "en", "fr-FR"]);
    assert_eq!(text(&rss("<dc:language>ar</dc:language>").language), "ar");
}

#[test]
fn names_in_any_case_and_with_any_prefix_are_read() {
    let page = page(
        "<RSS><Channel><TiTlE>T</TiTlE><ITEM><Link>http://a.example/1</LINK><PUBDATE>14 Nov 2026</PubDate></Item></Channel></RSS>",
    );
    assert_eq!((text(&page.title), text(&page.items[0].url)), ("T", "http://a.example/1"));
    assert!(page.items[0].published.is_some());
    let page = super::read(
        "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:title>T</a:title><a:entry><a:id>1</a:id><a:summary>s</a:summary></a:entry></a:feed>",
        None,
    )
    .expect("a feed");
    assert_eq!((text(&page.title), text(&page.items[0].id), &*page.items[0].text), ("T", "1", "s"));
}

#[test]
fn rdf_stands_side_by_side() {
    let page = page(
        "<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://my.netscape.com/rdf/simple/0.9/\">\
         <channel><title>C</title><link>http://a.example/</link><items><r:Seq><r:li resource=\"x\"/></r:Seq></items></channel>\
         <image><title>I</title><link>http://i.example/</link></image>\
         <item r:about=\"http://a.example/1\"><title>Un</title></item></r:RDF>",
    );
    assert_eq!((text(&page.title), text(&page.link)), ("C", "http://a.example/"));
    assert_eq!((text(&page.items[0].title), text(&page.items[0].url)), ("Un", "http://a.example/1"));
}

#[test]
fn what_was_not_closed_ends_where_the_next_begins() {
    let one = item("<title>Un<link>http://a.example/1<guid>x<description>Deux<pubDate>14 Nov 2026</item><item>");
    assert_eq!((text(&one.title), text(&one.url), text(&one.id)), ("Un", "http://a.example/1", "x"));
    assert_eq!((&*one.text, one.published.is_some()), ("Deux", true));
    let page = rss("<item><title>a</title><item><title>b</title></channel>");
    assert_eq!(page.items.iter().map(|item| text(&item.title)).collect::<Vec<_>>(), ["a", "b"]);
    let page = page_of("<rss><item><title>a</title></item></rss>");
    assert_eq!(page.items.len(), 1, "no channel");
}

fn page_of(text: &str) -> FeedPage {
    page(text)
}

#[test]
fn what_is_escaped_twice_is_markup() {
    assert_eq!(
        item("<description>&amp;lt;p&amp;gt;Un&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;deux</description>").text,
        "Un\ndeux"
    );
    assert_eq!(
        item("<description>La balise &amp;lt;b&amp;gt; et &amp;lt;/b&amp;gt;</description>").text,
        "La balise <b> et </b>"
    );
    assert_eq!(text(&item("<title>R&amp;amp;D &amp;#8211; un</title>").title), "R&D – un");
    assert_eq!(item("<description><![CDATA[<![CDATA[ un ]]> ]]></description>").text, "un");
    assert_eq!(item("<description>&lt;![CDATA[&lt;p&gt;un&lt;/p&gt;]]&gt;</description>").text, "un");
}
