//! HTML to a tree and to plain text, behind a gate against nesting that no honest page has.

mod lean;
mod nesting;
mod traits;

use std::fmt;

use html5ever::{driver, tendril::TendrilSink};
use scraper::{Html, HtmlTreeSink, node::Element};

use super::effort::{self, TooLong};

/// Open elements that a page may have at once; browsers' own figure.
pub const MAX_DEPTH: usize = 512;

/// Tags that a page may have; each takes some three hundred bytes of a tree.
pub const MAX_TAGS: usize = 300_000;

/// Bytes that the tree builder is given between two looks at the work done.
const STEP: usize = 64 << 10;

/// Why a page has no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It has more than [`MAX_TAGS`].
    TooMany,
    /// It nests deeper than [`MAX_DEPTH`], or so misnested that its tree would be many times its size.
    TooDeep,
    TooLong,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::TooMany => write!(f, "more than {MAX_TAGS} tags"),
            Refused::TooDeep => write!(f, "elements nested deeper than {MAX_DEPTH} levels"),
            Refused::TooLong => TooLong.fmt(f),
        }
    }
}

impl From<TooLong> for Refused {
    fn from(_: TooLong) -> Refused {
        Refused::TooLong
    }
}

/// What the gate refuses for its nesting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooDeep;

impl From<TooDeep> for Refused {
    fn from(_: TooDeep) -> Refused {
        Refused::TooDeep
    }
}

/// The tree of a page, without what no reader uses: scripts but JSON-LD, styles, comments, drawings, form lists and long
/// attributes. Takes linear time: the tree builder itself is quadratic in nesting, so the source is measured before.
pub fn parse(html: &str) -> Result<Html, Refused> {
    let lean = lean::lean(html)?;
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), Default::default());
    let mut rest = lean.as_str();
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.floor_char_boundary(STEP));
        effort::check()?;
        parser.process(step.into());
        rest = after;
    }
    Ok(parser.finish())
}

/// An attribute of an element, by its lower-case name. `Element::attr` makes a shared name of each that it is asked for,
/// which costs more than to look at the few that there are.
pub fn attr<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attrs().find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// Appends `text` with every run of white space as one space, and none at the start of a line; without soft hyphens, which
/// are no part of a word.
pub fn push_collapsed(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(|c| is_space(c) || c == SOFT_HYPHEN) {
        out.push_str(&rest[..at]);
        if let Some(after) = rest[at..].strip_prefix(SOFT_HYPHEN) {
            rest = after;
            continue;
        }
        if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
        rest = rest[at..].trim_start_matches(is_space);
    }
    out.push_str(rest);
}

/// Ends the line, if there is one to end.
pub fn push_break(out: &mut String) {
    if out.ends_with(' ') {
        out.pop();
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

const SOFT_HYPHEN: char = '\u{ad}';

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{c}' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{85}')
}

/// Whether a browser shows nothing of this element's text.
pub fn is_unshown(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "head"
            | "title"
            | "iframe"
            | "svg"
            | "select"
            | "textarea"
            | "object"
            | "noembed"
            | "noframes"
            | "datalist"
    )
}

/// Whether the element starts and ends a line.
pub fn breaks_line(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "br"
            | "li"
            | "ul"
            | "ol"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "tr"
            | "td"
            | "th"
            | "table"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "aside"
            | "nav"
            | "main"
            | "blockquote"
            | "pre"
            | "dl"
            | "dt"
            | "dd"
            | "figure"
            | "figcaption"
            | "hr"
            | "form"
            | "fieldset"
            | "address"
            | "center"
            | "details"
            | "summary"
            | "tbody"
            | "thead"
            | "tfoot"
            | "caption"
            | "body"
            | "html"
            | "menu"
            | "dir"
            | "listing"
            | "dialog"
            | "search"
            | "hgroup"
            | "legend"
            | "option"
            | "optgroup"
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use scraper::{ElementRef, Node};

    use super::*;

    /// The text below `node`: blocks and `<br>` on lines of their own, white space collapsed by the two pushes, as readers of trees do it.
    fn block_text(node: ElementRef<'_>) -> String {
        let mut out = String::new();
        let top = node.id();
        let mut at = *node;
        'walk: loop {
            let enter = match at.value() {
                Node::Text(text) => {
                    push_collapsed(&mut out, text);
                    false
                }
                Node::Element(element) => {
                    if breaks_line(element.name()) {
                        push_break(&mut out);
                    }
                    !is_unshown(element.name())
                }
                _ => true,
            };
            if enter && let Some(child) = at.first_child() {
                at = child;
                continue;
            }
            loop {
                if at.value().as_element().is_some_and(|element| breaks_line(element.name())) {
                    push_break(&mut out);
                }
                if at.id() == top {
                    break 'walk;
                }
                if let Some(next) = at.next_sibling() {
                    at = next;
                    break;
                }
                match at.parent() {
                    Some(parent) => at = parent,
                    None => break 'walk,
                }
            }
        }
        out.truncate(out.trim_end().len());
        out
    }

    fn text(html: &str) -> String {
        block_text(parse(html).expect("not deep").root_element())
    }

    #[test]
    fn blocks_and_breaks_are_lines() {
        assert_eq!(text("<div>a <b>b</b>c<p>d\n  e</p>f<br>g</div><ul><li>h<li>i</ul>"), "a bc\nd e\nf\ng\nh\ni");
    }

    #[test]
    fn soft_hyphens_are_no_part_of_a_word() {
        assert_eq!(text("<p>Rac&shy;corde&shy;ment &shy;fibre&shy;</p>"), "Raccordement fibre");
    }

    #[test]
    fn leaves_out_what_is_not_shown() {
        let html = "<p>a<script>b</script><style>c</style><!-- d --><svg><title>e</title></svg></p><aside>f</aside>g";
        assert_eq!(text(html), "a\nf\ng");
    }

    /// Pages that end, one way or the other, in a blink.
    fn ends_soon(html: &str) -> Result<Html, Refused> {
        let start = Instant::now();
        let parsed = parse(html);
        assert!(start.elapsed() < Duration::from_secs(8), "{:?} for {}…", start.elapsed(), &html[..40]);
        parsed
    }

    #[test]
    fn deep_nesting_is_refused_before_it_costs_time() {
        for unit in [
            "<div>",
            "<ul><li>",
            "<b><a>",
            "<table><tr><td>",
            "<span>",
            "<font color=a>x<div>",
            "<svg><g>",
            "<p><i><div>",
        ] {
            assert!(ends_soon(&unit.repeat(20_000)).is_err(), "{unit}");
        }
        let many: String = (0..20_000).map(|n| format!("<p><b id={n}>x")).collect();
        assert!(ends_soon(&many).is_err());
    }

    #[test]
    fn honest_pages_with_unclosed_elements_are_read() {
        for unit in
            ["<p>x", "<li>x", "<tr><td>x", "<option>x", "<dt>a<dd>b", "<p><b>x", "<a href=/>x", "<nobr>x", "<h1>x</h2>"]
        {
            let tree = ends_soon(&format!("<ul><table>{}", unit.repeat(2_000)));
            assert!(tree.is_ok(), "{unit}");
        }
        assert!(ends_soon(&"<p>a <font size=2>b <p>c ".repeat(2_000)).is_ok());
        assert!(ends_soon(&"<ul><li><p>a<ul><li>b</ul></ul>".repeat(2_000)).is_ok());
    }

    #[test]
    fn ends_on_any_rubbish() {
        for html in [
            "<",
            "</",
            "<!",
            "<!--",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "<p/",
            "<é>",
            "</é",
            "<?",
            "<svg",
            "<script>",
            "<title>é",
        ] {
            assert!(parse(html).is_ok(), "{html}");
            assert!(parse(&format!("é{html}é")).is_ok(), "{html}");
        }
        assert!(ends_soon(&"<svg>".repeat(400)).is_ok());
        assert!(ends_soon(&format!("<p {}>x", "a b='c' ".repeat(100_000))).is_ok());
        assert!(ends_soon(&"<!--".repeat(200_000)).is_ok());
        assert!(ends_soon(&"<select><style>".repeat(50_000)).is_ok());
    }
}
