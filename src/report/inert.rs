//! Text of strangers made harmless for where it is shown: terminals, and spreadsheets that run what looks like a formula.

use std::borrow::Cow;

/// Characters that act instead of being shown: C0 and C1 controls, line and paragraph separators, and the
/// bidirectional embeddings, overrides and isolates that can show a text in another order than it has.
pub fn is_active(c: char) -> bool {
    matches!(c, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` on one line, for files: what ends a line or jumps a tab becomes a space, other active characters are left out.
pub fn flat(text: &str) -> Cow<'_, str> {
    replaced(text, |c, out| {
        if is_break(c) {
            out.push(' ');
        }
    })
}

/// `text` on one line, for terminals: breaks become spaces, controls are shown as `\x1b`, bidirectional ones are left out.
pub fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, |c, out| match c {
        c if is_break(c) => out.push(' '),
        '\0'..='\u{9f}' => out.push_str(&format!("\\x{:02x}", c as u32)),
        _ => {}
    })
}

/// Whether a spreadsheet may take a cell that begins with `c` for a formula; full-width and small forms included.
pub fn opens_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@')
        || matches!(c, '＝' | '＋' | '－' | '＠' | '\u{fe62}' | '\u{fe63}' | '\u{fe66}' | '\u{fe6b}')
}

/// Whether a spreadsheet may skip `c` at the start of a cell, or a reader not see it.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || is_active(c)
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{feff}'
        )
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}')
}

fn is_break(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// `text` with each active character replaced by what `replace` writes; borrowed where there is none.
fn replaced(text: &str, mut replace: impl FnMut(char, &mut String)) -> Cow<'_, str> {
    let Some(first) = text.find(is_active) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        if is_active(c) { replace(c, &mut out) } else { out.push(c) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn honest_text_is_not_touched() {
        for text in ["Très déçu du réseau…", "خدمة ممتازة", "l’été — «\u{a0}bien\u{a0}»", "👩‍👩‍👧 ok"]
        {
            assert!(matches!(flat(text), Cow::Borrowed(same) if same == text));
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn escapes_are_shown_and_do_nothing() {
        assert_eq!(visible("a\x1b[2J\u{9b}31m\x07b"), "a\\x1b[2J\\x9b31m\\x07b");
        assert_eq!(visible("exe\u{202e}gpj.\u{2066}x\r\ny"), "exegpj.x  y");
        assert_eq!(flat("a\x1b[2J\nb\u{2029}c\u{85}d\0"), "a[2J b c d");
    }

    proptest! {
        #[test]
        fn nothing_active_is_left(text in "\\PC*|[\\x00-\\x{a0}\\x{2020}-\\x{2070}]*") {
            prop_assert!(!flat(&text).contains(is_active));
            prop_assert!(!visible(&text).contains(is_active));
        }
    }
}
