//! Serves a folder on this machine alone: `cargo run --example serve -- [PORT=8107] [FOLDER=fixtures/site] [SECONDS]`.
//!
//! GET and HEAD with strong validators, so that a second crawl is answered 304. The first line of output tells the
//! address, port 0 takes any free one, and after SECONDS the server stops. It only ever listens on 127.0.0.1.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Connections served at once; one more is answered 503.
const CONNECTIONS: usize = 64;
/// Bytes of a request's head: its first line and all its fields.
const HEAD: u64 = 16 << 10;
/// Silence after which a connection is closed, between requests or within one.
const PATIENCE: Duration = Duration::from_secs(10);
/// Requests on one connection.
const REQUESTS: usize = 1000;

fn main() -> ExitCode {
    match start(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("serve: {error}\nusage: serve [PORT=8107] [FOLDER=fixtures/site] [SECONDS]");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = match arguments.first() {
        Some(port) => port.parse().map_err(|_| format!("{port}: not a port"))?,
        None => 8107,
    };
    let folder = arguments.get(1).map_or("fixtures/site", String::as_str);
    let seconds: Option<u64> = match arguments.get(2) {
        Some(seconds) => Some(seconds.parse().map_err(|_| format!("{seconds}: not a number of seconds"))?),
        None => None,
    };
    let root: Arc<Path> = fs::canonicalize(folder).map_err(|error| format!("{folder}: {error}"))?.into();
    if !root.is_dir() {
        return Err(format!("{folder}: not a folder").into());
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let mut stdout = io::stdout();
    writeln!(stdout, "serving {folder} on http://{}/", listener.local_addr()?)?;
    stdout.flush()?;
    let accepting = thread::spawn(move || accept(&listener, &root));
    match seconds {
        Some(seconds) => thread::sleep(Duration::from_secs(seconds)),
        None => accepting.join().map_err(|_| "stopped by a fault of its own")?,
    }
    Ok(())
}

fn accept(listener: &TcpListener, root: &Arc<Path>) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else {
            // Out of file descriptors, most likely: let some be closed.
            thread::sleep(Duration::from_millis(20));
            continue;
        };
        let place = Place::take(&open);
        if open.load(Ordering::Relaxed) > CONNECTIONS {
            let _ = stream.set_write_timeout(Some(Duration::from_secs(1)));
            let _ = Answer::bare(503).send(&mut stream, false, false);
            continue;
        }
        let root = Arc::clone(root);
        // Where no thread can be had, the connection is dropped and its place is free again.
        let _ = thread::Builder::new().spawn(move || {
            let _place = place;
            let _ = converse(stream, &root);
        });
    }
}

/// One of the connections that are open; given back when dropped, even by a panic.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(open: &Arc<AtomicUsize>) -> Place {
        open.fetch_add(1, Ordering::Relaxed);
        Place(Arc::clone(open))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Answers the requests of one connection until either side wants to close it.
fn converse(stream: TcpStream, root: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    for turn in 1..=REQUESTS {
        let (answer, head_only, stay) = match Request::read(&mut reader)? {
            Heard::End => break,
            Heard::Wrong(status) => (Answer::bare(status), false, false),
            Heard::Whole(request) => {
                let stay = request.stay && turn < REQUESTS;
                (answer(root, &request), request.head_only, stay)
            }
        };
        answer.send(&mut writer, head_only, stay)?;
        if !stay {
            break;
        }
    }
    writer.shutdown(Shutdown::Write)
}

struct Request {
    head_only: bool,
    known_method: bool,
    /// Path as sent, without query.
    path: String,
    if_none_match: Option<String>,
    if_modified_since: Option<String>,
    /// Whether the connection may be used again.
    stay: bool,
}

enum Heard {
    Whole(Request),
    Wrong(u16),
    /// Closed before the next request.
    End,
}

impl Request {
    fn read(reader: &mut impl BufRead) -> io::Result<Heard> {
        let mut head = reader.take(HEAD);
        let mut line = String::new();
        let mut next = |line: &mut String| -> io::Result<Option<()>> {
            line.clear();
            let mut bytes = Vec::new();
            head.read_until(b'\n', &mut bytes)?;
            let whole = bytes.pop() == Some(b'\n');
            line.push_str(String::from_utf8_lossy(&bytes).trim_end_matches('\r'));
            Ok(whole.then_some(()))
        };
        match next(&mut line)? {
            None if line.is_empty() => return Ok(Heard::End),
            None => return Ok(Heard::Wrong(431)),
            Some(()) => {}
        }
        let mut parts = line.split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Ok(Heard::Wrong(400));
        };
        if !version.starts_with("HTTP/1.") {
            return Ok(Heard::Wrong(505));
        }
        if !target.starts_with('/') {
            return Ok(Heard::Wrong(400));
        }
        let mut request = Request {
            head_only: method == "HEAD",
            known_method: matches!(method, "GET" | "HEAD"),
            path: target.split(['?', '#']).next().unwrap_or("/").to_owned(),
            if_none_match: None,
            if_modified_since: None,
            stay: version != "HTTP/1.0",
        };
        loop {
            if next(&mut line)?.is_none() {
                return Ok(Heard::Wrong(431));
            }
            if line.is_empty() {
                return Ok(Heard::Whole(request));
            }
            let Some((name, value)) = line.split_once(':') else { return Ok(Heard::Wrong(400)) };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "if-none-match" => request.if_none_match = Some(value.to_owned()),
                "if-modified-since" => request.if_modified_since = Some(value.to_owned()),
                "connection" if value.eq_ignore_ascii_case("close") => request.stay = false,
                // A body would be read as the next request.
                "content-length" if value != "0" => request.stay = false,
                "transfer-encoding" => request.stay = false,
                _ => {}
            }
        }
    }
}

struct Answer {
    status: u16,
    content_type: Option<&'static str>,
    etag: Option<String>,
    last_modified: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    /// A status with its own words as the body.
    fn bare(status: u16) -> Answer {
        let body = format!("{status} {}\n", reason(status)).into_bytes();
        Answer { status, content_type: Some("text/plain; charset=utf-8"), etag: None, last_modified: None, body }
    }

    fn send(&self, out: &mut impl Write, head_only: bool, stay: bool) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        let mut field = |name: &str, value: &str| head.extend([name, ": ", value, "\r\n"]);
        #[allow(clippy::disallowed_methods)] // A server says what time it is.
        field("Date", &http_date(seconds(SystemTime::now())));
        if let Some(content_type) = self.content_type {
            field("Content-Type", content_type);
        }
        if let Some(etag) = &self.etag {
            field("ETag", etag);
        }
        if let Some(last_modified) = &self.last_modified {
            field("Last-Modified", last_modified);
        }
        if self.status == 405 {
            field("Allow", "GET, HEAD");
        }
        if self.status != 304 {
            field("Content-Length", &self.body.len().to_string());
        }
        field("Connection", if stay { "keep-alive" } else { "close" });
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        if !head_only && self.status != 304 {
            bytes.extend_from_slice(&self.body);
        }
        out.write_all(&bytes)?;
        out.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        304 => "Not Modified",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Internal Server Error",
    }
}

fn answer(root: &Path, request: &Request) -> Answer {
    if !request.known_method {
        return Answer::bare(405);
    }
    let Some(path) = inside(root, &request.path) else { return Answer::bare(404) };
    let Ok(body) = fs::read(&path) else { return Answer::bare(404) };
    let modified = fs::metadata(&path).and_then(|data| data.modified()).ok().map(|at| http_date(seconds(at)));
    let etag = etag(&body);
    // RFC 9110 13.2.2: the tag decides where one was sent, the time only where none was.
    let unchanged = match &request.if_none_match {
        Some(tags) => tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag),
        // The very date that was given out, as nginx has it: a copy of any other age is sent anew.
        None => request.if_modified_since.is_some() && request.if_modified_since == modified,
    };
    Answer {
        status: if unchanged { 304 } else { 200 },
        content_type: (!unchanged).then(|| content_type(&path, &body)),
        etag: Some(etag),
        last_modified: modified,
        body,
    }
}

/// The file that a request's path names, if it is one, below `root` even after its links are followed.
fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    let relative = PathBuf::from(decoded(path.trim_start_matches('/'))?);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let real = fs::canonicalize(root.join(relative)).ok()?;
    (real.starts_with(root) && real.is_file()).then_some(real)
}

/// Percent-decoded; `None` for what no honest path holds: bad escapes, control characters, backslashes, bad UTF-8.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let (high, low) = (char::from(rest.next()?).to_digit(16)?, char::from(rest.next()?).to_digit(16)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok().filter(|path| !path.contains(|c: char| c.is_control() || c == '\\'))
}

/// By extension; a page that declares its own charset is left to speak for itself.
fn content_type(path: &Path, body: &[u8]) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let start = body[..body.len().min(1024)].to_ascii_lowercase();
    let holds = |words: &str| start.windows(words.len()).any(|window| window == words.as_bytes());
    match extension {
        "rss" => "application/rss+xml",
        "atom" => "application/atom+xml",
        "rdf" => "application/rdf+xml",
        "xml" => "application/xml",
        "json" if holds("jsonfeed.org/version") => "application/feed+json",
        "json" => "application/json",
        "html" | "htm" if holds("charset=") => "text/html",
        "html" | "htm" => "text/html; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A strong tag from the content: FNV-1a of 64 bits, and the length.
fn etag(body: &[u8]) -> String {
    let hash = body
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    format!("\"{hash:016x}-{:x}\"", body.len())
}

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Whole seconds since 1970; what lies before counts as 1970.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(seconds: u64) -> String {
    let (days, clock) = (seconds / 86_400, seconds % 86_400);
    // Years are counted from March, so that the leap day comes last; 719,468 days lie between 0000-03-01 and 1970.
    let (era, of_era) = ((days + 719_468) / 146_097, (days + 719_468) % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12;
    let year = era * 400 + year_of_era + u64::from(month < 2);
    let (weekday, month) = (DAYS[(days % 7) as usize], MONTHS[month as usize]);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    format!("{weekday}, {day:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_the_form_of_http() {
        for (seconds, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"),
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
        ] {
            assert_eq!(http_date(seconds), text);
        }
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let root = fs::canonicalize("examples").unwrap();
        assert!(inside(&root, "/serve.rs").is_some());
        for path in [
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/demo/../../Cargo.toml",
            "/..%5cCargo.toml",
            "//etc/passwd",
            "/%00",
            "/demo",
            "/",
        ] {
            assert!(inside(&root, path).is_none(), "{path}");
        }
    }
}
