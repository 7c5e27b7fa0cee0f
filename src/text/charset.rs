//! Bytes to text: byte order mark, then the HTTP charset, then what the bytes declare, then detection.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far into a page a declaration of its encoding is looked for (the HTML standard's figure).
const HEAD: usize = 1024;

/// Decodes a page; borrows where the bytes are UTF-8 already. Never fails: what cannot be decoded becomes U+FFFD.
/// UTF-7 is never decoded. A label that the bytes contradict is not believed.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    typographic(decode_labelled(bytes, content_type))
}

/// The encoding of a text that nobody labelled, by its mark, its NULs or its letters; `head` is how it begins, and may end
/// amid a character.
pub fn guessed(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    if let Some(encoding) = sixteen_bits(head) {
        return encoding;
    }
    match std::str::from_utf8(head) {
        Ok(_) => UTF_8,
        Err(error) if error.error_len().is_none() => UTF_8,
        Err(_) => {
            let (mut sound, mut broken) = (0usize, 0usize);
            for chunk in head.utf8_chunks() {
                sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
                broken += usize::from(!chunk.invalid().is_empty());
            }
            if sound > 0 && sound >= broken { UTF_8 } else { guess(head) }
        }
    }
}

/// Text in which an earlier conversion took windows-1252 for Latin-1 has controls where quotes, dashes and the euro were.
fn typographic(text: Cow<'_, str>) -> Cow<'_, str> {
    let lost = |c: char| matches!(c, '\u{80}' | '\u{85}' | '\u{8C}' | '\u{91}'..='\u{97}' | '\u{9C}');
    let bytes = text.as_bytes();
    if !memchr::memchr_iter(0xC2, bytes).any(|at| bytes.get(at + 1).is_some_and(|b| *b < 0xA0)) || !text.contains(lost)
    {
        return text;
    }
    let restored =
        |c: char| if lost(c) { WINDOWS_1252.decode_without_bom_handling(&[c as u8]).0.into_owned() } else { c.into() };
    Cow::Owned(text.chars().map(restored).collect())
}

fn decode_labelled<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return read_as(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = sixteen_bits(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let label = content_type.and_then(charset_parameter).or_else(|| declared(&bytes[..bytes.len().min(HEAD)]));
    match label.and_then(Encoding::for_label_no_replacement) {
        // A page whose declaration could be read as ASCII is not UTF-16, whatever it says.
        Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE => read_as(encoding, bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => read_broken(bytes),
        },
    }
}

/// The `charset` parameter of a `Content-Type`.
fn charset_parameter(content_type: &str) -> Option<&[u8]> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value.as_bytes())
    })
}

/// The encoding that an XML declaration or an HTML `meta` names.
fn declared(head: &[u8]) -> Option<&[u8]> {
    let xml = find(head, b"<?xml").and_then(|at| {
        let end = find(&head[at..], b"?>").map_or(head.len(), |length| at + length);
        label_after(&head[at..end], b"encoding")
    });
    xml.or_else(|| find(head, b"<meta").and_then(|at| label_after(&head[at..], b"charset")))
}

/// The value of the first `name = value` in `bytes`.
fn label_after<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let rest = bytes[find(bytes, name)? + name.len()..].trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|b| b"\"'; \t\r\n>?/".contains(b)).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// Where `needle` (lower case) begins, whatever the case in `hay`.
fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

/// UTF-16 without a mark: in markup every other byte is NUL.
fn sixteen_bits(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512)];
    let (mut even, mut odd) = (0, 0);
    for pair in head.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let pairs = head.len() / 2;
    match (even * 10 >= pairs * 4, odd * 10 >= pairs * 4) {
        _ if pairs < 4 => None,
        (true, false) if odd * 20 <= pairs => Some(UTF_16BE),
        (false, true) if even * 20 <= pairs => Some(UTF_16LE),
        _ => None,
    }
}

/// Reads bytes that are labelled `encoding`, unless they cannot be that.
fn read_as<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Cow<'a, str> {
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => read_broken(bytes),
        };
    }
    // Two valid UTF-8 sequences do not happen by chance in a one-byte encoding: a server's default label is wrong.
    if encoding.is_single_byte()
        && let Ok(text) = std::str::from_utf8(bytes)
        && text.chars().filter(|c| !c.is_ascii()).take(2).count() == 2
    {
        return Cow::Borrowed(text);
    }
    encoding.decode_without_bom_handling(bytes).0
}

/// Reads bytes that claim or seem to be UTF-8 and are not: a few broken places in UTF-8, or another encoding.
fn read_broken(bytes: &[u8]) -> Cow<'_, str> {
    let (mut sound, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // No other encoding makes sound sequences but by a rare accident.
    if sound > 0 && sound >= broken {
        Cow::Owned(mend(bytes))
    } else {
        guess(bytes).decode_without_bom_handling(bytes).0
    }
}

/// UTF-8 with pieces of windows-1252 in it, as feeds glued together from several sources are.
fn mend(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        match chunk.invalid() {
            [] => {}
            // A byte that western Europe writes, and not a stump of a longer sequence.
            [
                byte
                @ (0x80 | 0x85 | 0x91..=0x97 | 0xA0 | 0xAB | 0xBB | 0xC0 | 0xC7..=0xCA | 0xE0 | 0xE2 | 0xE7..=0xEB),
            ]
            | [byte @ (0xEE | 0xEF | 0xF1 | 0xF4 | 0xF9 | 0xFB)] => {
                text.push_str(&WINDOWS_1252.decode_without_bom_handling(&[*byte]).0);
            }
            _ => text.push('\u{FFFD}'),
        }
    }
    text
}

/// The likeliest encoding of bytes that are not UTF-8.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // A megabyte tells enough.
    detector.feed(&bytes[..bytes.len().min(1 << 20)], true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latin(text: &str) -> Vec<u8> {
        WINDOWS_1252.encode(text).0.into_owned()
    }

    #[test]
    fn utf8_is_borrowed() {
        assert!(matches!(decode("Zitoun déçoit".as_bytes(), None), Cow::Borrowed("Zitoun déçoit")));
        assert!(matches!(decode(b"", Some("text/html; charset=utf-8")), Cow::Borrowed("")));
    }

    #[test]
    fn a_mark_outranks_every_label() {
        assert_eq!(decode(b"\xEF\xBB\xBFcaf\xC3\xA9", Some("text/xml; charset=iso-8859-1")), "café");
        let wide: Vec<u8> = "\u{FEFF}<rss>é</rss>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide, Some("text/xml; charset=utf-8")), "<rss>é</rss>");
    }

    #[test]
    fn utf16_without_mark_is_seen_by_its_nuls() {
        for big in [false, true] {
            let wide: Vec<u8> = "<?xml version='1.0' encoding='utf-16'?><rss>\u{623}\u{637}\u{644}\u{633}</rss>"
                .encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect();
            assert!(decode(&wide, None).ends_with("<rss>أطلس</rss>"), "big endian: {big}");
        }
    }

    #[test]
    fn http_outranks_the_declaration() {
        let body = b"<?xml version=\"1.0\" encoding=\"windows-1252\"?><t>\xE3\xD1\xCD\xC8\xC7</t>";
        assert!(decode(body, Some("text/xml; charset=\"windows-1256\"")).ends_with("<t>مرحبا</t>"));
    }

    #[test]
    fn declarations_are_read_in_xml_and_in_meta() {
        let xml = [b"<?xml version='1.0' encoding='ISO-8859-15'?><t>".as_slice(), b"10 \xA4</t>"].concat();
        assert!(decode(&xml, None).ends_with("10 €</t>"));
        let html = latin("<html><META http-equiv=content-type content='text/html; charset=latin1'><p>garçon à");
        assert!(decode(&html, None).ends_with("<p>garçon à"));
    }

    #[test]
    fn french_mislabelled_as_utf8_keeps_its_accents() {
        let body = latin("<?xml version=\"1.0\" encoding=\"utf-8\"?><t>L’été a été gâché : « déçu », prix 10 €</t>");
        assert!(
            decode(&body, Some("text/xml; charset=utf-8")).ends_with("L’été a été gâché : « déçu », prix 10 €</t>")
        );
        assert_eq!(decode(&latin("le café"), None), "le café");
    }

    #[test]
    fn utf8_mislabelled_as_latin_keeps_its_accents() {
        assert_eq!(decode("déçu à Salé".as_bytes(), Some("text/html; charset=ISO-8859-1")), "déçu à Salé");
    }

    #[test]
    fn a_few_broken_bytes_do_not_spoil_the_rest() {
        assert_eq!(
            decode(b"\xC3\xA9t\xC3\xA9 caf\xE9 \xC3\xA0 \xFF fin", Some("a/b; charset=utf-8")),
            "été café à \u{FFFD} fin"
        );
        assert_eq!(
            decode("déçu à Salé".as_bytes().split_last().map_or(&[][..], |(_, cut)| cut), None),
            "déçu à Sal\u{FFFD}"
        );
    }

    #[test]
    fn quotes_that_became_controls_are_quotes_again() {
        assert_eq!(decode("l\u{92}été à 10 \u{80} \u{9b}1m".as_bytes(), None), "l’été à 10 € \u{9b}1m");
    }

    #[test]
    fn utf7_is_never_decoded() {
        let body = b"<meta charset=utf-7>+ADw-script+AD4-";
        assert!(decode(body, Some("text/html; charset=utf-7")).contains("+ADw-script"));
    }

    #[test]
    fn any_bytes_give_text() {
        for seed in 0..2000u32 {
            let bytes: Vec<u8> =
                (0..seed % 64).map(|i| (seed.wrapping_mul(2_654_435_761).rotate_left(i) >> 7) as u8).collect();
            decode(&bytes, None);
            decode(&bytes, Some("; charset=;charset=utf-16"));
        }
    }
}
