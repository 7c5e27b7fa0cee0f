//! Character data of a feed: references and signs that XML does not know, written so that it does.

use std::{borrow::Cow, ops::Range};

use crate::text::markup;

/// `text` as character data.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// Character data with references that XML knows only; `None` where it is so already.
pub fn mend_text(piece: &str) -> Option<String> {
    let mut mended = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(length) = piece[at..].find(['&', '<']) {
        at += length;
        let rest = &piece[at..];
        let (with, length) = if rest.starts_with('<') {
            (Cow::Borrowed("&lt;"), 1)
        } else if ["&lt;", "&gt;", "&amp;", "&quot;", "&apos;"].iter().any(|known| rest.starts_with(known)) {
            at += 1;
            continue;
        } else {
            match markup::reference(rest).filter(|(_, length)| rest[..*length].ends_with(';')) {
                Some((c @ ('&' | '<' | '>' | '"' | '\''), length)) => (Cow::Owned(format!("&#{};", c as u32)), length),
                Some((c, length)) => (Cow::Owned(c.to_string()), length),
                None => (Cow::Borrowed("&amp;"), 1),
            }
        };
        mended.push_str(&piece[kept..at]);
        mended.push_str(&with);
        at += length;
        kept = at;
    }
    (kept > 0).then(|| mended + &piece[kept..])
}

/// The source's `place` with `fixes` in it.
pub fn fixed(text: &str, place: Range<usize>, fixes: &[(Range<usize>, String)], into: &mut String) {
    let mut from = place.start;
    for (range, with) in fixes {
        into.push_str(&text[from..range.start]);
        into.push_str(with);
        from = range.end;
    }
    into.push_str(&text[from..place.end]);
}
