//! One HTTP answer as an archive keeps it: its status, the headers that matter, its body unpacked within a limit.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// Bytes of all headers of one answer.
const MAX_HEADERS: usize = 64 * 1024;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    pub status: u16,
    pub content_type: Option<String>,
    /// The values of `X-Robots-Tag`, in their order.
    pub robots: Vec<String>,
    /// The values of `TDM-Reservation`.
    pub mining: Vec<String>,
    pub body: Vec<u8>,
    /// The body ends before it should; what was had of it is there.
    pub is_cut: bool,
}

/// Why an answer is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// Its body is larger than the limit once it is unpacked.
    TooLarge,
    /// What is wrong with it.
    Broken(&'static str),
}

/// Reads an answer whose body may have `limit` bytes.
pub fn answer(raw: &[u8], limit: usize) -> Result<Answer, Unread> {
    let (head, body) = divide(raw).ok_or(Unread::Broken("its headers have no end"))?;
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let mut answer = Answer { status: status(lines.next().unwrap_or_default())?, ..Answer::default() };
    let (mut chunked, mut coding) = (false, String::new());
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "content-type" => answer.content_type = Some(value.to_owned()),
            "content-encoding" => coding = value.to_ascii_lowercase(),
            "transfer-encoding" => chunked = value.to_ascii_lowercase().contains("chunked"),
            "x-robots-tag" => answer.robots.push(value.to_owned()),
            "tdm-reservation" => answer.mining.push(value.to_owned()),
            _ => {}
        }
    }
    let joined = if chunked { unchunked(body) } else { None };
    let (body, cut) = match &joined {
        Some((body, cut)) => (body.as_slice(), *cut),
        // Some archives keep the header and not the chunks.
        None => (body, false),
    };
    answer.is_cut = cut;
    answer.body = unpacked(body, &coding, limit, &mut answer.is_cut)?;
    Ok(answer)
}

/// What stands before and after the empty line.
fn divide(raw: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = &raw[..raw.len().min(MAX_HEADERS)];
    let crlf = head.windows(4).position(|four| four == b"\r\n\r\n").map(|at| (at, at + 4));
    let lf = head.windows(2).position(|two| two == b"\n\n").map(|at| (at, at + 2));
    let (end, begin) = [crlf, lf].into_iter().flatten().min()?;
    Some((&raw[..end], &raw[begin..]))
}

/// The status of `HTTP/1.1 200 OK`.
fn status(line: &str) -> Result<u16, Unread> {
    let mut parts = line.split_ascii_whitespace();
    let is_http = parts.next().is_some_and(|version| version.starts_with("HTTP/"));
    let status = parts.next().and_then(|status| status.parse().ok());
    status.filter(|_| is_http).ok_or(Unread::Broken("no answer of HTTP"))
}

/// The body of its chunks, and whether it ends before they do; `None` where it is not in chunks.
fn unchunked(mut body: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut joined = Vec::with_capacity(body.len());
    let mut first = true;
    loop {
        let Some(end) = body.iter().take(1024).position(|byte| *byte == b'\n') else {
            return (!first).then_some((joined, true));
        };
        let line = std::str::from_utf8(&body[..end]).ok().map(str::trim);
        let size = line.and_then(|line| line.split(';').next()).map(str::trim).filter(|size| !size.is_empty());
        let Some(size) = size.and_then(|size| usize::from_str_radix(size, 16).ok()) else {
            return (!first).then_some((joined, true));
        };
        first = false;
        body = &body[end + 1..];
        if size == 0 {
            return Some((joined, false));
        }
        if size > body.len() {
            joined.extend_from_slice(body);
            return Some((joined, true));
        }
        joined.extend_from_slice(&body[..size]);
        body = &body[size..];
        body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body);
    }
}

/// The body out of its one coding. Archives often keep it unpacked below the header that says it is packed.
fn unpacked(body: &[u8], coding: &str, limit: usize, cut: &mut bool) -> Result<Vec<u8>, Unread> {
    let mut out = Vec::new();
    let mut read = |from: &mut dyn Read| -> Result<bool, Unread> {
        out.clear();
        let whole = from.take(limit as u64 + 1).read_to_end(&mut out).is_ok();
        if out.len() > limit { Err(Unread::TooLarge) } else { Ok(whole) }
    };
    let whole = match coding.trim() {
        "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => read(&mut MultiGzDecoder::new(body))?,
        "deflate" => {
            let zlib = body.first().is_some_and(|first| first & 0x0f == 8)
                && body.get(..2).is_some_and(|two| (u16::from(two[0]) << 8 | u16::from(two[1])).is_multiple_of(31));
            let whole = if zlib { read(&mut ZlibDecoder::new(body))? } else { read(&mut DeflateDecoder::new(body))? };
            // Neither the one nor the other: it was unpacked already.
            if whole || looks_plain(body).is_none() { whole } else { read(&mut &body[..])? }
        }
        "br" if looks_plain(body).is_none() => read(&mut brotli_decompressor::Decompressor::new(body, 64 * 1024))?,
        _ => read(&mut &body[..])?,
    };
    *cut |= !whole;
    if out.is_empty() && !body.is_empty() {
        return Err(Unread::Broken("its body is packed, and damaged"));
    }
    Ok(out)
}

/// Whether bytes begin as markup or JSON does, so that they are packed no more.
fn looks_plain(body: &[u8]) -> Option<u8> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    body.first().copied().filter(|first| matches!(first, b'<' | b'{' | b'['))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const LIMIT: usize = 1_000;

    fn with(headers: &str, body: &[u8]) -> Result<Answer, Unread> {
        answer(&[format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes(), body].concat(), LIMIT)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn bodies_come_out_of_their_chunks_and_codings() {
        let page = b"<p>page</p>";
        let packed = gzip(page);
        let chunked = [format!("{:x};x\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
        let both = "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\nX-Robots-Tag: noindex\r\n";
        let found = with(both, &chunked).unwrap();
        assert_eq!((found.body.as_slice(), found.is_cut), (&page[..], false));
        assert_eq!(
            (found.content_type.as_deref(), found.robots.as_slice()),
            (Some("text/html"), &["noindex".to_owned()][..])
        );
        // Kept unpacked, below headers that say otherwise.
        for headers in [both, "Content-Encoding: br\r\n", "Content-Encoding: deflate\r\n", ""] {
            assert_eq!(with(headers, page).unwrap().body, page, "{headers}");
        }
    }

    #[test]
    fn what_is_cut_keeps_what_was_whole_and_what_swells_is_refused() {
        let found = with("Transfer-Encoding: chunked\r\n", b"5\r\n<p>ab\r\n5\r\ncd").unwrap();
        assert_eq!((found.body.as_slice(), found.is_cut), (&b"<p>abcd"[..], true));
        let bomb = gzip(&vec![b'a'; 1_000_000]);
        assert_eq!(with("Content-Encoding: gzip\r\n", &bomb), Err(Unread::TooLarge));
        assert_eq!(with("", &vec![b'a'; 2_000]), Err(Unread::TooLarge));
        assert!(with("Content-Encoding: br\r\n", b"\xff\xff\xff\xff").is_err());
        for broken in [&b"no http"[..], b"HTTP/1.1 200 OK\r\nno end", b"GET / HTTP/1.1\r\n\r\n", b""] {
            assert!(matches!(answer(broken, LIMIT), Err(Unread::Broken(_))), "{broken:?}");
        }
    }

    #[test]
    fn any_bytes_are_an_answer_or_none() {
        for seed in 0..2_000u32 {
            let noise: Vec<u8> =
                (0..seed % 90).map(|i| (seed.wrapping_mul(2_654_435_761).rotate_left(i) >> 5) as u8).collect();
            _ = with("Transfer-Encoding: chunked\r\nContent-Encoding: deflate\r\n", &noise);
            _ = with("Content-Encoding: br\r\n", &noise);
            _ = answer(&noise, LIMIT);
        }
    }
}
