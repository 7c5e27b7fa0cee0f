//! Folding for comparison: case, accents, width and Arabic letter forms, with the way back to the original.

use std::ops::Range;

use unicode_normalization::char::decompose_compatible;

/// A folded text that knows where each of its bytes came from.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// Lower case, without accents, marks, invisible characters and tatweel; one sort of space, apostrophe, quote and
    /// hyphen; Arabic letters in one form each. Line feeds stay.
    pub text: String,
    spans: Vec<Span>,
    /// Length of the original in bytes.
    original: usize,
}

/// A stretch of folded text and the stretch of the original that it stands for. Spans ascend in both texts; folded
/// spans touch, original ones may leave gaps where invisible characters were.
#[derive(Debug, Clone, Copy)]
struct Span {
    folded: usize,
    original: usize,
    original_end: usize,
    /// Every character has as many bytes in both texts, so that offsets within go over one to one.
    even: bool,
}

impl Folded {
    /// Folds `text`.
    pub fn new(text: &str) -> Folded {
        let mut folded = Folded { text: String::with_capacity(text.len()), spans: Vec::new(), original: text.len() };
        let mut rest = 0;
        while rest < text.len() {
            let ascii = text.as_bytes()[rest..].iter().take_while(|byte| byte.is_ascii()).count();
            if ascii > 0 {
                folded.even(rest, rest + ascii);
                let from = folded.text.len();
                folded.text.push_str(&text[rest..rest + ascii]);
                ascii_fold(&mut folded.text, from);
                rest += ascii;
            }
            for c in text[rest..].chars() {
                if c.is_ascii() {
                    break;
                }
                folded.push(rest, c);
                rest += c.len_utf8();
            }
        }
        folded
    }

    /// The bytes of the original that `range` of the folded text stands for, marks that were dropped after its last
    /// letter included. Offsets beyond the end mean the end.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.start(range.start);
        if range.end <= range.start {
            return start..start;
        }
        let end = match self.span(range.end - 1) {
            None => self.original,
            Some(span) if span.even => (span.original + range.end - span.folded).min(span.original_end),
            Some(span) => span.original_end,
        };
        start..end.max(start)
    }

    /// The offset in the folded text of what begins at or after byte `original` of the original.
    pub fn folded(&self, original: usize) -> usize {
        let next = self.spans.partition_point(|span| span.original_end <= original);
        match self.spans.get(next) {
            None => self.text.len(),
            Some(span) if span.even && original > span.original => span.folded + original - span.original,
            Some(span) if original <= span.original => span.folded,
            Some(_) => self.spans.get(next + 1).map_or(self.text.len(), |span| span.folded),
        }
    }

    fn start(&self, at: usize) -> usize {
        match self.span(at) {
            None => self.original,
            Some(span) if span.even => span.original + at - span.folded,
            Some(span) => span.original,
        }
    }

    fn span(&self, at: usize) -> Option<&Span> {
        if at >= self.text.len() {
            return None;
        }
        self.spans[..self.spans.partition_point(|span| span.folded <= at)].last()
    }

    /// Notes that the original's `start..end` goes over byte by byte from here on.
    fn even(&mut self, start: usize, end: usize) {
        match self.spans.last_mut() {
            Some(span) if span.even && span.original_end == start => span.original_end = end,
            _ => self.spans.push(Span { folded: self.text.len(), original: start, original_end: end, even: true }),
        }
    }

    fn push(&mut self, at: usize, c: char) {
        let end = at + c.len_utf8();
        // Bare Arabic letters, of which most Arabic text is.
        if matches!(c, '\u{627}'..='\u{63a}' | '\u{641}'..='\u{648}' | '\u{64a}') {
            self.even(at, end);
            return self.text.push(if c == 'ة' { 'ه' } else { c });
        }
        if is_mark(c) {
            return self.drop_mark(at, end);
        }
        if is_invisible(c) {
            return;
        }
        if let Some(plain) = plain(c) {
            if plain.len_utf8() == c.len_utf8() {
                self.even(at, end);
            } else {
                self.spans.push(Span { folded: self.text.len(), original: at, original_end: end, even: false });
            }
            return self.text.push(plain);
        }
        let from = self.text.len();
        let text = &mut self.text;
        decompose(c, |c| text.push(c));
        if text.len() > from {
            self.spans.push(Span { folded: from, original: at, original_end: end, even: false });
        }
    }

    /// A mark belongs to the letter before it, so that a hit that ends with the letter covers the mark.
    fn drop_mark(&mut self, at: usize, end: usize) {
        let Some(letter) = self.text.chars().next_back().map(char::len_utf8) else { return };
        let Some(span) = self.spans.last_mut() else { return };
        if span.original_end != at {
            return;
        }
        if !span.even {
            span.original_end = end;
        } else if span.original_end - span.original == letter {
            (span.even, span.original_end) = (false, end);
        } else {
            span.original_end -= letter;
            let original = span.original_end;
            self.spans.push(Span { folded: self.text.len() - letter, original, original_end: end, even: false });
        }
    }
}

/// `text` folded, where the way back is not needed.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(if c == '\t' || c == '\r' { ' ' } else { apostrophe(c.to_ascii_lowercase()) });
        } else if is_mark(c) || is_invisible(c) {
        } else if let Some(c) = plain(c) {
            folded.push(c);
        } else {
            decompose(c, |c| folded.push(c));
        }
    }
    folded
}

fn ascii_fold(text: &mut String, from: usize) {
    let (_, tail) = text.split_at_mut(from);
    tail.make_ascii_lowercase();
    if tail.bytes().any(|byte| matches!(byte, b'\t' | b'\r' | b'`')) {
        let tail = tail.replace(['\t', '\r'], " ").replace('`', "'");
        text.truncate(from);
        text.push_str(&tail);
    }
}

fn apostrophe(c: char) -> char {
    if c == '`' { '\'' } else { c }
}

/// Compatibility decomposition of one character in lower case, without marks; letters that Unicode does not take
/// apart are spelt out.
fn decompose(c: char, mut push: impl FnMut(char)) {
    match c {
        'œ' | 'Œ' => return "oe".chars().for_each(push),
        'æ' | 'Æ' => return "ae".chars().for_each(push),
        'ß' | 'ẞ' => return "ss".chars().for_each(push),
        'þ' | 'Þ' => return "th".chars().for_each(push),
        // Han and Hangul compare as they are.
        '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => return push(c),
        // "Atlas™" is Atlas with a sign behind it, not "atlastm".
        '™' | '℠' => return push(c),
        _ => {}
    }
    decompose_compatible(c, |part| {
        let part = plain(part).unwrap_or(part);
        if !is_mark(part) && !is_invisible(part) {
            part.to_lowercase().filter(|c| !is_mark(*c)).for_each(&mut push);
        }
    });
}

/// Characters that go over to one other character: the frequent ones, for speed, and those Unicode keeps apart.
fn plain(c: char) -> Option<char> {
    Some(match c {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' | 'À' | 'Â' | 'Ä' | 'Á' | 'Ã' | 'Å' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => 'e',
        'î' | 'ï' | 'í' | 'ì' | 'Î' | 'Ï' | 'Í' | 'Ì' | 'ı' | 'İ' => 'i',
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' | 'ø' | 'Ô' | 'Ö' | 'Ó' | 'Ò' | 'Õ' | 'Ø' => 'o',
        'û' | 'ù' | 'ü' | 'ú' | 'Û' | 'Ù' | 'Ü' | 'Ú' => 'u',
        'ç' | 'Ç' => 'c',
        'ñ' | 'Ñ' => 'n',
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' | 'ð' | 'Ð' => 'd',
        '’' | '‘' | '‛' | 'ʼ' | 'ʹ' | '′' | '´' | '＇' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => '"',
        '‐'..='―' | '−' | '﹣' | '－' => '-',
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' => 'ا',
        'ى' | 'ئ' | 'ی' | 'ې' => 'ي',
        'ة' | 'ۀ' | 'ہ' => 'ه',
        'ؤ' => 'و',
        'ک' | 'گ' | 'ڭ' | 'ݣ' => 'ك',
        'ڤ' | 'ڥ' => 'ف',
        'پ' => 'ب',
        '،' => ',',
        '؛' => ';',
        '؟' => '?',
        '۔' => '.',
        '٪' => '%',
        '٫' => '.',
        '٬' => ',',
        '٠'..='٩' => digit(c, '٠'),
        '۰'..='۹' => digit(c, '۰'),
        // Arabic letters that are their own folded form; emoji and other pictures.
        'ء' | 'ا'..='غ' | 'ف'..='ي' | '\u{1f300}'..='\u{1faff}' => c,
        _ => return None,
    })
}

fn digit(c: char, zero: char) -> char {
    char::from(b'0' + (u32::from(c) - u32::from(zero)) as u8)
}

/// Accents and vowel signs of Latin, Greek, Cyrillic, Hebrew and Arabic, and variation selectors. Signs of Indic and
/// other scripts stay: there they tell words apart.
fn is_mark(c: char) -> bool {
    c >= '\u{300}'
        && matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}'
        | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{8d3}'..='\u{8e1}' | '\u{8e3}'..='\u{8ff}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// Format characters and the Arabic tatweel: nothing that a reader sees as a letter.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{640}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_accents_width_and_ligatures_fold() {
        assert_eq!(fold("Atlas TÉLÉCOM, l’Œuvre ça ﬁne Straße"), "atlas telecom, l'oeuvre ca fine strasse");
        assert_eq!(fold("Ａｔｌａｓ　１２"), "atlas 12");
        assert_eq!(fold("e\u{301}te\u{301} İstanbul"), "ete istanbul");
    }

    #[test]
    fn arabic_forms_fold_to_one() {
        assert_eq!(fold("أَطْلَس تيليـــكوم"), fold("اطلس تيليكوم"));
        assert_eq!(fold("خدمة سيئة جداً ٢٠٢٦"), "خدمه سييه جدا 2026");
        assert_eq!(fold("ﻃﻔﻼً"), "طفلا");
    }

    #[test]
    fn invisible_characters_vanish_and_signs_do_not_become_letters() {
        assert_eq!(fold("At\u{200b}las\u{ad} Té\u{2060}lécom™"), "atlas telecom™");
        assert_eq!(fold("A\u{a0}B – C\tD"), "a b - c d");
    }

    #[test]
    fn the_way_back_covers_marks_but_not_what_lies_around() {
        let text = "\u{200b}Télé\u{301}com\u{200b} œuf";
        let folded = Folded::new(text);
        assert_eq!(folded.text, "telecom oeuf");
        assert_eq!(&text[folded.original(0..7)], "Télé\u{301}com");
        assert_eq!(&text[folded.original(8..12)], "œuf");
        assert_eq!(folded.folded(text.find("com").unwrap()), 4);
        assert_eq!(folded.folded(text.len()), folded.text.len());
    }

    proptest! {
        #[test]
        fn every_range_maps_to_whole_characters(text in "(\\PC|[ -~]|[é-ü]|[ء-ْ]|[\u{300}-\u{305}]|\u{200b}|\n|\t){0,40}") {
            let folded = Folded::new(&text);
            prop_assert_eq!(&folded.text, &fold(&text));
            let cuts: Vec<usize> = folded.text.char_indices().map(|(at, _)| at).chain([folded.text.len()]).collect();
            for (i, &start) in cuts.iter().enumerate() {
                for &end in &cuts[i..] {
                    let range = folded.original(start..end);
                    prop_assert!(text.get(range.clone()).is_some());
                    if start < end {
                        let again = fold(&text[range]);
                        prop_assert!(again.contains(&folded.text[start..end]), "{again:?}");
                    }
                }
            }
            for (at, _) in text.char_indices() {
                prop_assert!(folded.text.is_char_boundary(folded.folded(at)));
            }
        }
    }
}
