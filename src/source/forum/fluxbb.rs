//! FluxBB 1.5 (and PunBB's family): viewforum.php?id=&p=, viewtopic.php?id=&p=, posts by viewtopic.php?pid=; dates in a
//! zone that only its feeds tell.

use super::address::{beside, parameter, script, script_page};
use super::engine::{Facts, Posts, Rows};

pub const FACTS: Facts = Facts {
    name: "fluxbb",
    signs: &["id=\"punindex\"", "id=\"punviewforum\"", "id=\"punviewtopic\"", "class=\"pun\""],
    mark: "div.pun, #punindex, #punviewforum, #punviewtopic",
    boards: Rows {
        row: "#punindex tbody tr, #brdmain div[id^=idx] tbody tr",
        link: "td.tcl h3 a",
        counts: ["td.tc2", "td.tc3"],
        last: "td.tcr a[href*='viewtopic.php']",
        time: "td.tcr a[href*='viewtopic.php']",
    },
    topics: Rows {
        row: "#punviewforum #vf tbody tr, #punviewforum div.blocktable tbody tr",
        link: "td.tcl .tclcon a[href*='viewtopic.php']",
        counts: ["td.tc2", "td.tc3"],
        last: "td.tcr a[href*='viewtopic.php']",
        time: "td.tcr a[href*='viewtopic.php']",
    },
    post: Posts {
        block: "div.blockpost[id^=p]",
        number: "@id",
        fragment: "p",
        author: ".postleft dt strong",
        date: "h2 a[href*='viewtopic.php']",
        body: ".postright .postmsg:not(.postsignature)",
        signature: ".postsignature",
        quote: ".quotebox, blockquote",
        code: ".codebox, pre",
        note: ".postedit, .attachments",
        ..Posts::NONE
    },
    heading: "ul.crumbs li:last-child strong",
    next: "link[rel=next], .pagelink a[rel=next]",
    topic: |url| script_page(url, "viewtopic.php", "id", "p", 1),
    board: |url| script_page(url, "viewforum.php", "id", "p", 1),
    post_address: |page, _, id| beside(page, "viewtopic.php", &[("pid", id)], Some(&format!("p{id}"))),
    post_number: |url| parameter(url, "pid").filter(|_| script(url) == "viewtopic.php"),
    zone: "#brdfooter p",
    hides_zone: true,
    ..Facts::NONE
};
