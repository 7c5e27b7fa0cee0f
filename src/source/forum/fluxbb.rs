//! FluxBB 1.5 (and PunBB's family): viewforum.php?id=&p=, viewtopic.php?id=&p=, posts by viewtopic.php?pid=; dates in a
//! zone that only its feeds tell.

use url::Url;

use super::{Engine, Post, Row, beside, parameter, script};
use crate::source::html::selector;
use crate::source::words::Apart;

/// The facts.
pub fn engine() -> Engine {
    Engine {
        name: "fluxbb",
        signs: &["id=\"punindex\"", "id=\"punviewforum\"", "id=\"punviewtopic\"", "class=\"pun\""],
        mark: selector("div.pun, #punindex, #punviewforum, #punviewtopic"),
        boards: Row {
            row: selector("#punindex tbody tr, #brdmain div[id^=idx] tbody tr"),
            link: selector("td.tcl h3 a"),
            counts: [selector("td.tc2"), selector("td.tc3")],
            last: selector("td.tcr a[href*='viewtopic.php']"),
            time: selector("td.tcr a[href*='viewtopic.php']"),
        },
        topics: Row {
            row: selector("#punviewforum #vf tbody tr, #punviewforum div.blocktable tbody tr"),
            link: selector("td.tcl .tclcon a[href*='viewtopic.php']"),
            counts: [selector("td.tc2"), selector("td.tc3")],
            last: selector("td.tcr a[href*='viewtopic.php']"),
            time: selector("td.tcr a[href*='viewtopic.php']"),
        },
        post: Post {
            block: selector("div.blockpost[id^=p]"),
            prefix: "p",
            anchor: None,
            author: selector(".postleft dt strong"),
            date: selector("h2 a[href*='viewtopic.php']"),
            body: selector(".postright .postmsg:not(.postsignature)"),
            signature: selector(".postsignature"),
            apart: Apart::new(".quotebox, blockquote", "cite", ".codebox, pre", ".postedit, .attachments"),
        },
        title: selector("ul.crumbs li:last-child strong"),
        next: selector("link[rel=next], .pagelink a[rel=next]"),
        topic_address: |url| page(url, "viewtopic.php"),
        board_address: |url| page(url, "viewforum.php"),
        post_address: |page, id| beside(page, "viewtopic.php", &[("pid", id)], Some(&format!("p{id}"))),
        post_number: |url| parameter(url, "pid").filter(|_| script(url) == "viewtopic.php"),
        place: |url| parameter(url, "p").and_then(|page| page.parse().ok()).unwrap_or(1),
        rewrites: false,
        zone: selector("#brdfooter p"),
        hides_zone: true,
    }
}

/// `id` names a topic or a board, `p` its page.
fn page(url: &Url, wanted: &str) -> Option<Url> {
    let id = parameter(url, "id").filter(|_| script(url) == wanted)?;
    match parameter(url, "p").filter(|page| page != "1") {
        Some(page) => beside(url, wanted, &[("id", &id), ("p", &page)], None),
        None => beside(url, wanted, &[("id", &id)], None),
    }
}
