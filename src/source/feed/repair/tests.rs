//! Tests of what is repaired, what is kept as it is, and what is refused.

use super::{Refused, repair};
use std::borrow::Cow;

fn mended(text: &str) -> String {
    repair(text).expect("a feed").text.into_owned()
}

#[test]
fn a_sound_feed_is_borrowed() {
    let feed = "<rss version=\"2.0\"><channel><title>R&amp;D</title><item><description><![CDATA[<p>x & y]]></description>\
        <link>http://a.example/?b=1&amp;c=2</link></item></channel></rss>";
    let text = format!("<?xml version=\"1.0\" encoding=\"latin1\"?>\n<!-- <rss> -->{feed}\n junk <b>");
    let repaired = repair(&text).expect("a feed");
    assert!(matches!(repaired.text, Cow::Borrowed(whole) if whole == feed), "{}", repaired.text);
    assert!(!repaired.cut);
}

#[test]
fn entities_and_bare_signs_are_written_out() {
    let text = "<rss version=\"2.0\"><channel><title>R&D &eacute;t&eacute; &nbsp;&amp;&nosuch; 1 < 2 &#146; gamer<3</title></channel></rss>";
    assert!(
        mended(text).contains("<title>R&amp;D été \u{a0}&amp;&amp;nosuch; 1 &lt; 2 ’ gamer&lt;3</title>"),
        "{}",
        mended(text)
    );
}

#[test]
fn naked_markup_becomes_data() {
    let text = "<feed><entry><content type=\"xhtml\"><div>un<br>deux &amp; <b>trois</div></content></entry></feed>";
    assert_eq!(
        mended(text),
        "<feed><entry><content type=\"html\"><![CDATA[<div>un<br>deux &amp; <b>trois</div>]]></content></entry></feed>"
    );
    let text = "<rss version=\"2.0\"><channel><item><description>a<b>]]></b><![CDATA[<i>c</i>]]></description></item></channel></rss>";
    assert!(
        mended(text).contains("<description type=\"html\"><![CDATA[a<b>]]&gt;</b><i>c</i>]]></description>"),
        "{}",
        mended(text)
    );
}

#[test]
fn text_before_the_prolog_is_dropped() {
    let text =
        "<br />\n<b>Warning</b>: mysql & co in <b>/x.php</b><br />\n<?xml version='1.0'?><rss version=\"2.0\"></rss>";
    assert_eq!(mended(text), "<rss version=\"2.0\"></rss>");
}

#[test]
fn a_truncated_feed_keeps_its_whole_items() {
    let whole = "<rss version=\"2.0\"><channel><title>t</title><item><title>un & un</title></item><item><title>deux</title></item>";
    for rest in [
        "<item><title>tro",
        "<item><title>trois</title><link>http",
        "<item><title>x</title><desc",
        "<item",
        "",
        "<item><description><![CDATA[<p",
    ] {
        let text = format!("{whole}{rest}");
        let repaired = repair(&text).expect("a feed");
        assert!(repaired.cut, "{rest}");
        let kept = format!("{}</channel></rss>", whole.replace(" & ", " &amp; "));
        assert_eq!(repaired.text.replace("&lt;item</channel>", "</channel>"), kept, "{rest}");
    }
}

#[test]
fn tags_that_do_not_match_are_matched() {
    let text = "<rss version=\"2.0\"><channel><item><title>a</titel><link>b</link></guid></item><item><author><name>c</author></channel></rss>";
    assert_eq!(
        mended(text),
        "<rss version=\"2.0\"><channel><item><title type=\"html\"><![CDATA[a</titel>]]></title><link>b</link></item>\
         <item><author><name>c</name></author></item></channel></rss>"
    );
}

#[test]
fn channels_and_items_find_their_place() {
    assert_eq!(
        mended("<rss><item><link>a</link></item></rss>"),
        "<rss version=\"2.0\"><channel><item><link>a</link></item></channel></rss>"
    );
    assert_eq!(mended("<channel><item/></channel>x"), "<rss version=\"2.0\"><channel><item/></channel></rss>");
    assert_eq!(mended("<rss version='2.0'/>"), "<rss version='2.0'/>");
}

#[test]
fn prefixes_are_declared_and_declarations_dropped() {
    let text = "<rss version=\"2.0\"><channel><item><?xml version='1.0' encoding='x'?><dc:creator>N</dc:creator></item></channel></rss>";
    assert_eq!(
        mended(text),
        "<rss xmlns:dc=\"http://purl.org/dc/elements/1.1/\" version=\"2.0\"><channel><item><dc:creator>N</dc:creator></item></channel></rss>"
    );
}

#[test]
fn depth_is_refused_before_the_parser_sees_it() {
    let deep = |n: usize| {
        format!("<rss version=\"2.0\"><channel><item>{}</item></channel></rss>", "<media:content>".repeat(n))
    };
    assert_eq!(repair(&deep(100_000)).map(|_| ()), Err(Refused::TooDeep));
    assert!(repair(&deep(200)).is_ok());
    // In comments and data nothing is nested.
    let flat =
        format!("<feed><!-- {0} --><entry><summary><![CDATA[{0}]]></summary></entry></feed>", "<a>".repeat(1000));
    assert!(repair(&flat).is_ok());
}

#[test]
fn what_is_no_feed_is_refused() {
    for text in ["", "{}", "<html><body><p>Connexion</body></html>", "rss", "<rssx>", "\0\0<"] {
        assert_eq!(repair(text).map(|_| ()), Err(Refused::NoFeed), "{text}");
    }
}

#[test]
fn repairing_twice_changes_nothing() {
    let text = "<rss><channel><title>R&D <b>x</title><item><description>a & b <i>c<item><title>d</channel>";
    let once = mended(text);
    assert_eq!(mended(&once), once);
}
