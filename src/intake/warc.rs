//! Web archives (WARC 1.0, 1.1; ISO 28500), record by record, so that memory does not grow with the file.

use std::io::{BufRead, BufReader, Read};

use jiff::Timestamp;

use super::http::{self, Answer, Unread};

/// Bytes of the headers of one record.
const MAX_HEADERS: u64 = 64 * 1024;
/// Bytes of a page, unpacked.
pub const MAX_PAGE: usize = 15 << 20;
/// Bytes of a record that are kept: a page and its HTTP headers.
const MAX_RECORD: u64 = (MAX_PAGE as u64) + 64 * 1024;
/// Bytes that are passed over to find the next record where one is broken.
const MAX_SEARCH: u64 = 64 << 20;

/// A page of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// The record's place in the file, from 1.
    pub number: u64,
    pub url: String,
    /// When it was fetched.
    pub fetched: Option<Timestamp>,
    /// The block of the record, as it stands there.
    block: Vec<u8>,
    /// It holds the answer of a server, not the page alone.
    is_answer: bool,
    content_type: Option<String>,
    /// The record is larger than what is kept of it.
    too_large: bool,
}

/// What a record comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    Page(Answer),
    /// No page to read: an image, an error page, a redirect.
    Passed,
    /// What is wrong with it.
    Bad(String),
}

impl Archived {
    /// Bytes that it takes.
    pub fn size(&self) -> usize {
        self.block.len()
    }

    /// The page in it.
    pub fn read(&self) -> Reading {
        let read = match self.is_answer {
            true => http::answer(&self.block, MAX_PAGE),
            false => Ok(Answer {
                status: 200,
                content_type: self.content_type.clone(),
                body: self.block.clone(),
                ..Answer::default()
            }),
        };
        match read {
            Ok(answer) if !(200..300).contains(&answer.status) || !is_page(answer.content_type.as_deref()) => {
                Reading::Passed
            }
            Ok(_) if self.too_large => Reading::Bad(format!("larger than {MAX_PAGE} bytes")),
            Ok(answer) if answer.body.is_empty() => Reading::Passed,
            Ok(answer) => Reading::Page(answer),
            Err(Unread::TooLarge) => Reading::Bad(format!("larger than {MAX_PAGE} bytes once it is unpacked")),
            Err(Unread::Broken(why)) => Reading::Bad(why.to_owned()),
        }
    }
}

/// Whether a media type may be that of a page or a feed.
fn is_page(content_type: Option<&str>) -> bool {
    let Some(kind) = content_type else { return true };
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let plain = ["", "text/html", "text/xml", "application/xml", "application/feed+json", "text/plain"];
    plain.contains(&kind.as_str()) || kind.ends_with("+xml") && !kind.starts_with("image/")
}

/// The records of an archive that hold pages.
pub struct Records<R: Read> {
    input: BufReader<R>,
    number: u64,
    /// Records that hold no page: requests, metadata, revisits.
    pub passed: u64,
    ended: bool,
}

struct Header {
    kind: String,
    url: Option<String>,
    date: Option<Timestamp>,
    content_type: String,
    length: Option<u64>,
    truncated: bool,
}

impl<R: Read> Records<R> {
    pub fn new(input: R) -> Records<R> {
        Records { input: BufReader::with_capacity(256 * 1024, input), number: 0, passed: 0, ended: false }
    }

    /// Goes to the line that begins the next record; false at the end. Anything else but empty lines is damage.
    fn find(&mut self) -> Result<bool, String> {
        let mut searched = 0;
        let mut damaged = false;
        loop {
            let mut line = Vec::new();
            let length = self.input.by_ref().take(MAX_HEADERS).read_until(b'\n', &mut line).map_err(broken)?;
            if length == 0 {
                return if damaged { Err(String::from("what follows is no record")) } else { Ok(false) };
            }
            if line.starts_with(b"WARC/") && line.len() < 32 {
                return Ok(true);
            }
            damaged |= !line.iter().all(u8::is_ascii_whitespace);
            searched += length as u64;
            if searched > MAX_SEARCH {
                self.ended = true;
                return Err(String::from("what follows is no record"));
            }
        }
    }

    fn header(&mut self) -> Result<Header, String> {
        let mut header = Header {
            kind: String::new(),
            url: None,
            date: None,
            content_type: String::new(),
            length: None,
            truncated: false,
        };
        let mut room = MAX_HEADERS;
        loop {
            let mut line = Vec::new();
            let length = self.input.by_ref().take(room).read_until(b'\n', &mut line).map_err(broken)?;
            room -= length as u64;
            if length == 0 {
                let why = if room == 0 { "its headers have no end" } else { "the file ends in its headers" };
                return Err(why.to_owned());
            }
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end();
            if line.is_empty() {
                return Ok(header);
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "warc-type" => header.kind = value.to_ascii_lowercase(),
                "warc-target-uri" => header.url = Some(value.trim_matches(['<', '>']).to_owned()),
                "warc-date" => header.date = value.parse().ok(),
                "content-type" => header.content_type = value.to_ascii_lowercase(),
                "content-length" => header.length = value.parse().ok(),
                "warc-truncated" => header.truncated = true,
                _ => {}
            }
        }
    }

    /// The next record that may hold a page; `None` at the end.
    fn record(&mut self) -> Result<Option<Archived>, String> {
        loop {
            if !self.find()? {
                return Ok(None);
            }
            self.number += 1;
            let header = self.header()?;
            let length = header.length.ok_or("it does not say how long it is")?;
            let is_answer = header.kind == "response" && !header.content_type.starts_with("text/dns");
            let url = header.url.filter(|url| url.starts_with("http://") || url.starts_with("https://"));
            let Some(url) = url.filter(|_| is_answer || header.kind == "resource") else {
                self.passed += 1;
                self.skip(length)?;
                continue;
            };
            let mut block = Vec::new();
            self.input.by_ref().take(length.min(MAX_RECORD)).read_to_end(&mut block).map_err(broken)?;
            let whole = block.len() as u64 == length.min(MAX_RECORD);
            if !whole {
                self.ended = true;
                return Err(String::from("the file ends in the middle of it"));
            }
            self.skip(length.saturating_sub(MAX_RECORD))?;
            return Ok(Some(Archived {
                number: self.number,
                url,
                fetched: header.date,
                block,
                is_answer,
                content_type: Some(header.content_type).filter(|kind| !kind.is_empty()),
                too_large: length > MAX_RECORD || header.truncated && length > MAX_PAGE as u64,
            }));
        }
    }

    fn skip(&mut self, length: u64) -> Result<(), String> {
        let skipped = std::io::copy(&mut self.input.by_ref().take(length), &mut std::io::sink()).map_err(broken)?;
        if skipped < length {
            self.ended = true;
            return Err(String::from("the file ends in the middle of it"));
        }
        Ok(())
    }
}

fn broken(error: std::io::Error) -> String {
    format!("the file cannot be read further: {error}")
}

impl<R: Read> Iterator for Records<R> {
    /// A record, or the number of one that is broken and why.
    type Item = Result<Archived, (u64, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.record() {
            Ok(None) => None,
            Ok(Some(record)) => Some(Ok(record)),
            Err(why) => {
                self.ended |= why.starts_with("the file");
                self.number = self.number.max(1);
                Some(Err((self.number, why)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, url: &str, content_type: &str, block: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-20T08:00:00Z\r\n\
             Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    }

    fn answer(url: &str, status: u16, kind: &str, body: &str) -> String {
        let block = format!("HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\n\r\n{body}");
        record("response", url, "application/http; msgtype=response", &block)
    }

    #[test]
    fn answers_and_resources_are_pages_and_the_rest_is_passed_over() {
        let text = record("warcinfo", "", "application/warc-fields", "software: ours\r\n")
            + &record("request", "https://a.example/1", "application/http", "GET / HTTP/1.1\r\n\r\n")
            + &answer("https://a.example/1", 200, "text/html; charset=utf-8", "<p>un</p>")
            + &answer("https://a.example/2", 404, "text/html", "<p>nul</p>")
            + &answer("https://a.example/3.png", 200, "image/png", "PNG")
            + &record("resource", "<https://a.example/4>", "text/html", "<p>quatre</p>")
            + &record("response", "dns:a.example", "text/dns", "1.2.3.4");
        let mut records = Records::new(text.as_bytes());
        let found: Vec<Archived> = records.by_ref().map(Result::unwrap).collect();
        assert_eq!(found.iter().map(|record| record.number).collect::<Vec<_>>(), [3, 4, 5, 6]);
        let Reading::Page(page) = found[0].read() else { panic!() };
        assert_eq!(
            (page.body.as_slice(), found[0].fetched.map(|at| at.to_string())),
            (&b"<p>un</p>"[..], Some("2026-11-20T08:00:00Z".into()))
        );
        assert_eq!((found[1].read(), found[2].read()), (Reading::Passed, Reading::Passed));
        assert_eq!(found[3].url, "https://a.example/4");
        assert!(matches!(found[3].read(), Reading::Page(page) if page.body == b"<p>quatre</p>"));
        assert_eq!(records.passed, 3);
    }

    #[test]
    fn a_file_cut_short_or_damaged_keeps_what_was_whole() {
        let whole = answer("https://a.example/1", 200, "text/html", "<p>un</p>");
        let cut = whole.clone() + &whole[..whole.len() - 12];
        let found: Vec<_> = Records::new(cut.as_bytes()).collect();
        assert!(found[0].is_ok() && matches!(&found[1], Err((2, why)) if why.contains("ends")) && found.len() == 2);
        let damaged = whole.clone() + "garbage\r\n\r\n" + &whole;
        assert_eq!(Records::new(damaged.as_bytes()).filter(Result::is_ok).count(), 2);
        let lying = whole.replace("Content-Length: ", "Content-Length: 99999999999999") + &whole;
        let found: Vec<_> = Records::new(lying.as_bytes()).collect();
        assert!(found.len() == 1 && found[0].is_err());
        let none = whole.replace("Content-Length", "X-Length") + &whole;
        assert_eq!(Records::new(none.as_bytes()).filter(Result::is_ok).count(), 1);
        let endless = "WARC/1.0\r\n".to_owned() + &"a: b\r\n".repeat(50_000);
        assert!(Records::new(endless.as_bytes()).next().unwrap().is_err());
    }
}
