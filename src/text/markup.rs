//! Markup to plain text without a tree: linear, tolerant of anything, for the HTML inside feed items.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use super::plain;

/// HTML 4's names of characters and the common ones of HTML 5, each with its code point in hexadecimal.
static NAMES: LazyLock<HashMap<&'static str, char>> = LazyLock::new(|| {
    let pairs = include_str!("entities.txt").split_ascii_whitespace().filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(name, code)| Some((name, char::from_u32(u32::from_str_radix(code, 16).ok()?)?))).collect()
});

/// What windows-1252 puts where Unicode has the controls 0x80–0x9F; 0 where nothing.
const WINDOWS: [u16; 32] = [
    0x20AC, 0, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17D, 0, 0,
    0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0, 0x17E, 0x178,
];

/// A character reference at the beginning of `text` (which starts with `&`): the character and the reference's length.
/// Numbers that windows-1252 pages write (`&#146;`) mean what their authors meant; impossible ones become U+FFFD.
pub fn reference(text: &str) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    if let Some(common) = common(bytes) {
        return Some(common);
    }
    if bytes.get(1) == Some(&b'#') {
        let hexadecimal = matches!(bytes.get(2), Some(b'x' | b'X'));
        let (start, radix) = if hexadecimal { (3, 16) } else { (2, 10) };
        let length = bytes[start..].iter().take_while(|b| (**b as char).is_digit(radix)).count();
        if length == 0 {
            return None;
        }
        let end = start + length;
        let code = u32::from_str_radix(&text[start..end], radix).unwrap_or(u32::MAX);
        let c = match code {
            0x80..=0x9F if WINDOWS[code as usize - 0x80] != 0 => char::from_u32(WINDOWS[code as usize - 0x80].into()),
            0 => None,
            code => char::from_u32(code),
        };
        return Some((c.unwrap_or('\u{FFFD}'), end + usize::from(bytes.get(end) == Some(&b';'))));
    }
    let end = 1 + bytes[1..].iter().take(32).take_while(|b| b.is_ascii_alphanumeric()).count();
    let c = *NAMES.get(&text[1..end])?;
    match bytes.get(end) {
        Some(b';') => Some((c, end + 1)),
        // Of old, Latin-1 names needed no semicolon; in addresses (`&copy=1`) they are no names.
        Some(b'=') => None,
        _ => matches!(c, '&' | '<' | '>' | '"' | '\u{A0}'..='\u{FF}').then_some((c, end)),
    }
}

/// The references that escaped markup is full of.
fn common(bytes: &[u8]) -> Option<(char, usize)> {
    match bytes.get(1)? {
        b'l' if bytes.starts_with(b"&lt;") => Some(('<', 4)),
        b'g' if bytes.starts_with(b"&gt;") => Some(('>', 4)),
        b'a' if bytes.starts_with(b"&amp;") => Some(('&', 5)),
        b'q' if bytes.starts_with(b"&quot;") => Some(('"', 6)),
        b'n' if bytes.starts_with(b"&nbsp;") => Some(('\u{a0}', 6)),
        _ => None,
    }
}

/// `text` with its character references decoded, once.
pub fn entities(text: &str) -> Cow<'_, str> {
    let Some(mut at) = memchr::memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let (mut decoded, mut kept) = (String::new(), 0);
    loop {
        match reference(&text[at..]) {
            Some((c, length)) => {
                decoded.push_str(&text[kept..at]);
                decoded.push(c);
                at += length;
                kept = at;
            }
            None => at += 1,
        }
        match memchr::memchr(b'&', &text.as_bytes()[at..]) {
            Some(next) => at += next,
            None if kept == 0 => return Cow::Borrowed(text),
            None => {
                decoded.push_str(&text[kept..]);
                return Cow::Owned(decoded);
            }
        }
    }
}

/// Finds the ends of tags in one text. Quotes that never close make a scan start over; how often is bounded, so that
/// the whole stays linear.
#[derive(Debug, Default)]
pub struct Tags {
    wasted: usize,
    no_more: bool,
}

impl Tags {
    /// The place of the `>` that ends the tag which begins at `at`; `None` where the `<` there begins no tag.
    pub fn end(&mut self, text: &str, at: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let trust_quotes = self.wasted <= 4 * bytes.len() + 4096;
        let mut i = at + 1;
        while let Some(&b) = bytes.get(i).filter(|_| !self.no_more) {
            match b {
                b'>' => return Some(i),
                b'<' => {
                    self.wasted += i - at;
                    return None;
                }
                b'"' | b'\'' if trust_quotes && bytes[..i].trim_ascii_end().ends_with(b"=") => {
                    match memchr::memchr(b, &bytes[i + 1..]) {
                        Some(length) => i += length + 1,
                        None => break,
                    }
                }
                _ => {}
            }
            i += 1;
        }
        self.wasted += bytes.len() - at;
        self.close(text, at)
    }

    /// The next `>`, whatever stands before it.
    pub fn close(&mut self, text: &str, at: usize) -> Option<usize> {
        let end =
            if self.no_more { None } else { memchr::memchr(b'>', &text.as_bytes()[at..]).map(|length| at + length) };
        self.no_more |= end.is_none();
        end
    }
}

/// What a tag does to plain text.
enum Effect {
    Inline,
    Break,
    Gap,
    /// Its content is no text.
    Drop,
    Preformatted,
}

fn effect(name: &str) -> Effect {
    let mut lower = [0u8; 12];
    let Some(lower) = lower.get_mut(..name.len()) else { return Effect::Inline };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"script" | b"style" | b"template" | b"iframe" | b"noscript" | b"object" | b"applet" | b"head" => Effect::Drop,
        b"p" | b"div" | b"br" | b"li" | b"ul" | b"ol" | b"dl" | b"dt" | b"dd" | b"tr" | b"table" | b"blockquote"
        | b"hr" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"section" | b"article" | b"header" | b"footer"
        | b"aside" | b"figure" | b"figcaption" | b"form" | b"fieldset" | b"nav" | b"main" | b"address" | b"details"
        | b"summary" | b"center" | b"body" | b"caption" | b"option" => Effect::Break,
        b"td" | b"th" => Effect::Gap,
        b"pre" => Effect::Preformatted,
        _ => Effect::Inline,
    }
}

/// Plain text of a piece of HTML: tags, comments, scripts and styles left out, references decoded, white space
/// collapsed, one line per block. Never recurses; linear in the length of `html`.
pub fn text_of(html: &str) -> String {
    let mut lines = Lines { text: String::with_capacity(html.len() / 2), ..Lines::default() };
    let (mut tags, mut at, mut from) = (Tags::default(), 0, 0);
    while at < html.len() {
        // Up to `from` it is known that no markup begins.
        let open = memchr::memchr(b'<', &html.as_bytes()[from..]).map_or(html.len(), |length| from + length);
        lines.run(&entities(&html[at..open]));
        let rest = &html[open..];
        let after = match rest.as_bytes().get(1) {
            Some(b'!') if rest.starts_with("<!--") => {
                Some(rest.find("-->").map_or(html.len(), |length| open + length + 3))
            }
            Some(b'!') if rest.starts_with("<![CDATA[") => {
                // HTML has none, feeds do: what they hold is meant.
                let end = rest.find("]]>").map_or(html.len(), |length| open + length);
                lines.run(&html[open + 9..end]);
                Some((end + 3).min(html.len()))
            }
            Some(b'!' | b'?') => tags.close(html, open).map(|end| end + 1),
            Some(b'/' | b'a'..=b'z' | b'A'..=b'Z') => tags.end(html, open).map(|end| lines.tag(html, open, end)),
            _ => None,
        };
        at = after.unwrap_or(open);
        from = after.unwrap_or(open + 1).min(html.len());
    }
    plain::cleaned(lines.text)
}

/// Plain text of a piece of HTML in two: what stands outside of block quotations, and each outermost quotation.
pub fn own_and_quoted(html: &str) -> (String, Vec<String>) {
    let (mut own, mut quoted) = (String::new(), Vec::new());
    let (mut tags, mut depth, mut from, mut at) = (Tags::default(), 0u32, 0, 0);
    while let Some(open) = html[at..].find('<').map(|length| at + length) {
        let rest = &html[open + 1..];
        let closes = rest.starts_with('/');
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let named = name.get(..10).is_some_and(|name| name.eq_ignore_ascii_case("blockquote"))
            && !name.as_bytes().get(10).is_some_and(u8::is_ascii_alphanumeric);
        at = open + 1;
        if !named {
            continue;
        }
        let Some(end) = tags.end(html, open).map(|end| end + 1) else { continue };
        match (closes, depth) {
            (false, 0) => own.push_str(&html[from..open]),
            (true, 1) => quoted.push(text_of(&html[from..open])),
            _ => {}
        }
        depth = if closes { depth.saturating_sub(1) } else { depth + 1 };
        if (closes && depth == 0) || (!closes && depth == 1) {
            // A paragraph ends where a quotation begins or ends.
            own.push_str("<p>");
            from = end;
        }
        at = end;
    }
    // A quotation that never closes ends with the text.
    match depth {
        0 => own.push_str(&html[from..]),
        _ => quoted.push(text_of(&html[from..])),
    }
    quoted.retain(|quote| !quote.is_empty());
    (text_of(&own), quoted)
}

/// Text as it grows, white space held back until it is known to be needed.
#[derive(Default)]
struct Lines {
    text: String,
    space: bool,
    newline: bool,
    /// How many `pre` are open.
    preformatted: usize,
    /// Something whose content is left out never closed.
    unclosed: bool,
}

impl Lines {
    /// Adds decoded text.
    fn run(&mut self, run: &str) {
        if self.preformatted > 0 {
            for (i, row) in run.split('\n').enumerate() {
                self.newline |= i > 0;
                self.words(row);
            }
        } else {
            self.words(run);
        }
    }

    fn words(&mut self, run: &str) {
        let words = run.trim_start();
        self.space |= words.len() < run.len();
        if words.is_empty() {
            return;
        }
        if self.newline && !self.text.is_empty() {
            self.text.push('\n');
        } else if self.space && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.newline = false;
        self.space = plain::push_words(&mut self.text, words);
    }

    /// Takes the tag that lies from `open` to its `>` at `end`; answers where reading goes on.
    fn tag(&mut self, html: &str, open: usize, end: usize) -> usize {
        let inside = &html[open + 1..end];
        let (closing, inside) = inside.strip_prefix('/').map_or((false, inside), |rest| (true, rest));
        let length = inside.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = &inside[..length];
        match effect(name) {
            Effect::Inline => {}
            Effect::Break => self.newline = true,
            Effect::Gap => self.space = true,
            Effect::Preformatted => {
                self.newline = true;
                self.preformatted = if closing { self.preformatted.saturating_sub(1) } else { self.preformatted + 1 };
            }
            Effect::Drop if closing || inside.ends_with('/') => {}
            // What never closes is text; a script is none even so.
            Effect::Drop if self.unclosed && !is_code(name) => {}
            Effect::Drop => match after_closing(html, end + 1, name) {
                Some(after) => return after,
                None if is_code(name) => return html.len(),
                None => self.unclosed = true,
            },
        }
        end + 1
    }
}

/// Whether an element's content is never text.
fn is_code(name: &str) -> bool {
    name.eq_ignore_ascii_case("script") || name.eq_ignore_ascii_case("style")
}

/// Where the text goes on after `</name>`; `None` where it never closes.
fn after_closing(html: &str, from: usize, name: &str) -> Option<usize> {
    let mut at = from;
    while let Some(length) = html[at..].find("</") {
        at += length + 2;
        let rest = &html.as_bytes()[at..];
        if rest.len() >= name.len() && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return Some(html[at..].find('>').map_or(html.len(), |length| at + length + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_once() {
        assert_eq!(entities("R&amp;D &eacute;t&#233; &#xE9; &amp;lt; l&#146;eau &hellip;"), "R&D été é &lt; l’eau …");
        assert_eq!(entities("AT&T, a && b, &nosuch; &#; &#x; &"), "AT&T, a && b, &nosuch; &#; &#x; &");
        assert_eq!(entities("&nbsp&copy 2026 ?a=1&copy=2&reg"), "\u{a0}© 2026 ?a=1&copy=2®");
        assert_eq!(entities("&#0;&#xD800;&#99999999999999;"), "\u{FFFD}\u{FFFD}\u{FFFD}");
        assert!(matches!(entities("rien"), Cow::Borrowed("rien")));
    }

    #[test]
    fn blocks_become_lines() {
        let html = "<div><p>Un  <b>forfait</b>\n cher.</p><p>Déçu&nbsp;!<br/>Vraiment.</p><ul><li>a<li>b</ul></div>fin";
        assert_eq!(text_of(html), "Un forfait cher.\nDéçu !\nVraiment.\na\nb\nfin");
        assert_eq!(text_of("<table><tr><td>a</td><td>b</td></tr><tr><td>c"), "a b\nc");
        assert_eq!(text_of("<pre>un\n  deux</pre> trois"), "un\ndeux\ntrois");
    }

    #[test]
    fn words_split_by_inline_tags_stay_whole() {
        assert_eq!(text_of("Zi<b>tou</b>n et <i>Atlas</i>, <a href='x>y'>ici</a>."), "Zitoun et Atlas, ici.");
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        let html = "a<script>if (a<b) x('</p>')</SCRIPT >b<style>p{}</style><!-- <p>c --><?php d ?><!DOCTYPE e>f<iframe src=x/>g";
        assert_eq!(text_of(html), "abfg");
        assert_eq!(text_of("a<script>never closed"), "a");
        assert_eq!(text_of("a <iframe src='x'>never closed <object>b"), "a never closed b");
        assert_eq!(text_of("<![CDATA[ un < deux ]]> trois"), "un < deux trois");
    }

    #[test]
    fn a_lone_less_than_is_text() {
        assert_eq!(text_of("gamer<3 dit 1 < 2 et a <b"), "gamer<3 dit 1 < 2 et a <b");
        assert_eq!(text_of("x<y et <b>z</b> <"), "x<y et z <");
        assert_eq!(text_of("<"), "<");
    }

    #[test]
    fn controls_are_left_out() {
        assert_eq!(text_of("Zi&#27;[1mt\0oun&#x202e;"), "Zi[1mtoun");
    }

    #[test]
    fn hostile_markup_takes_linear_time() {
        let start = std::time::Instant::now();
        for piece in [
            "<a b=\"",
            "<a b='\"",
            "<",
            "<!--",
            "<div>",
            "</",
            "<p <p",
            "<script>",
            "<iframe></",
            "<a \"'",
            "&",
            "<a b=\"<a b='",
        ] {
            text_of(&piece.repeat(100_000 / piece.len()));
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[test]
    fn quotations_of_others_are_told_from_the_authors_own_words() {
        let split = |html| own_and_quoted(html);
        let (own, quoted) = split(
            "<p>Avant.</p><blockquote class=x><p>Dit par lui <blockquote>et elle</blockquote></p></BLOCKQUOTE><p>Après.",
        );
        assert_eq!((own.as_str(), quoted), ("Avant.\nAprès.", vec![String::from("Dit par lui\net elle")]));
        assert_eq!(split("rien de cité <b>ici</b>"), (String::from("rien de cité ici"), vec![]));
        assert_eq!(split("</blockquote>a<blockquote>b").0, "a");
        assert_eq!(split("<blockquotes>a</blockquotes>").0, "a");
        let deep = "<blockquote>".repeat(20_000) + "x";
        assert_eq!(split(&deep).1, ["x"]);
    }
}
