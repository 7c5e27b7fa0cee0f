//! HTML to a tree and to plain text, behind a gate against nesting that no honest page has.

mod lean;
mod nesting;

use std::fmt;

use scraper::{ElementRef, Html, Node};

/// Open elements that a page may have at once; browsers' own figure.
pub const MAX_DEPTH: usize = 512;

/// The page nests deeper than [`MAX_DEPTH`], or so misnested that its tree would be many times its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooDeep;

impl fmt::Display for TooDeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "elements nested deeper than {MAX_DEPTH} levels")
    }
}

/// The tree of a page, without what no reader uses: scripts but JSON-LD, styles, comments, drawings, form lists and long
/// attributes. Takes linear time: the tree builder itself is quadratic in nesting, so the source is measured before.
pub fn parse(html: &str) -> Result<Html, TooDeep> {
    lean::lean(html).map(|lean| Html::parse_document(&lean))
}

/// The text below `node`: blocks and `<br>` on lines of their own, white space collapsed, without the elements that
/// `skip` names and without scripts, styles and templates. Needs no stack, however deep the tree.
pub fn block_text(node: ElementRef<'_>, skip: impl Fn(ElementRef<'_>) -> bool) -> String {
    let mut out = String::new();
    let top = node.id();
    let mut at = *node;
    let mut down = true;
    loop {
        let mut enter = false;
        match at.value() {
            Node::Text(text) if down => push_collapsed(&mut out, text),
            Node::Element(element) => {
                enter = !down || (!is_unshown(element.name()) && !ElementRef::wrap(at).is_some_and(&skip));
                if enter && breaks_line(element.name()) {
                    push_break(&mut out);
                }
            }
            _ => enter = true,
        }
        let child = if down && enter { at.first_child() } else { None };
        if let Some(child) = child {
            at = child;
            continue;
        }
        if down && enter && at.first_child().is_none() || !down || !enter {
            if at.id() == top {
                break;
            }
            if let Some(next) = at.next_sibling() {
                at = next;
                down = true;
            } else if let Some(parent) = at.parent() {
                at = parent;
                down = false;
            } else {
                break;
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Appends `text` with every run of white space as one space, and none at the start of a line.
pub fn push_collapsed(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(is_space) {
        out.push_str(&rest[..at]);
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
