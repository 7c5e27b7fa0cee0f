//! A small web server on loopback that records what it is asked and answers as a test says, well or badly.

use std::{
    collections::HashMap,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// No connection lives longer, whatever its test does.
const LIFE: Duration = Duration::from_secs(20);

/// One request as it came in.
#[derive(Debug, Clone)]
pub struct Hit {
    pub at: Instant,
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Hit {
    /// A header of the request, its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What to answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
    shape: Shape,
}

#[derive(Debug, Clone, Copy)]
enum Shape {
    /// An honest answer with its length.
    Whole,
    /// The body's bytes are all that is sent: no head but the test's own.
    Raw,
    /// One byte each time, for ever or until the body is sent.
    Drip(Duration),
    /// The body again and again, without length.
    Endless,
    /// A reset before any answer.
    Reset,
}

impl Reply {
    /// 200 with that body.
    pub fn ok(body: impl Into<Vec<u8>>) -> Reply {
        Reply { status: 200, headers: Vec::new(), body: body.into(), delay: Duration::ZERO, shape: Shape::Whole }
    }

    /// That status, and a short body.
    pub fn status(status: u16) -> Reply {
        Reply { status, ..Reply::ok("no") }
    }

    /// A redirect with 302.
    pub fn to(location: &str) -> Reply {
        Reply::status(302).header("Location", location)
    }

    /// Exactly these bytes, then the end.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply { shape: Shape::Raw, ..Reply::ok(bytes) }
    }

    /// An honest head, then one byte of the body each time.
    pub fn drip(body: impl Into<Vec<u8>>, each: Duration) -> Reply {
        Reply { shape: Shape::Drip(each), ..Reply::ok(body) }
    }

    /// An honest head, then `piece` for ever.
    pub fn endless(piece: impl Into<Vec<u8>>) -> Reply {
        Reply { shape: Shape::Endless, ..Reply::ok(piece) }
    }

    /// A reset instead of an answer.
    pub fn reset() -> Reply {
        Reply { shape: Shape::Reset, ..Reply::ok("") }
    }

    /// One more header.
    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// After that time.
    pub fn after(mut self, delay: Duration) -> Reply {
        self.delay = delay;
        self
    }
}

/// A server that lives as long as this value.
pub struct Server {
    address: SocketAddr,
    answer: Arc<dyn Fn(&Hit) -> Reply + Send + Sync>,
    hits: Arc<Mutex<Vec<Hit>>>,
    stop: Arc<AtomicBool>,
    door: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers every request by `answer`, on a port of its own.
    pub fn start(answer: impl Fn(&Hit) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a port");
        let address = listener.local_addr().expect("a bound port has an address");
        let (hits, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let answer: Arc<dyn Fn(&Hit) -> Reply + Send + Sync> = Arc::new(answer);
        let (seen, over) = (Arc::clone(&hits), Arc::clone(&stop));
        let answers = Arc::clone(&answer);
        let door = thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let (answer, seen, over) = (Arc::clone(&answers), Arc::clone(&seen), Arc::clone(&over));
                // A client that goes away early is what some tests are about.
                thread::spawn(move || stream.and_then(|stream| serve(stream, &*answer, &seen, &over)));
            }
        });
        Server { address, answer, hits, stop, door: Some(door) }
    }

    /// Answers by path; robots.txt and what is not in the table is not found.
    pub fn table(rows: impl IntoIterator<Item = (&'static str, Reply)>) -> Server {
        let rows: Vec<_> = rows.into_iter().collect();
        Server::start(move |hit| {
            rows.iter()
                .find(|(path, _)| *path == hit.path)
                .map_or_else(|| Reply::status(404), |(_, reply)| reply.clone())
        })
    }

    /// Serves one of fixtures/web as its engine answers.
    pub fn site(name: &str) -> Server {
        let folder = super::sandbox::root().join("fixtures/web").join(name);
        let table = std::fs::read_to_string(folder.join("site.tsv")).expect("a site of fixtures/web");
        let mut pages = HashMap::new();
        for line in table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let cells: Vec<&str> = line.split('\t').collect();
            let body = std::fs::read(folder.join(cells[3])).unwrap_or_else(|error| panic!("{}: {error}", cells[3]));
            pages.insert(cells[0].to_owned(), (cells[1..].iter().map(|c| c.to_string()).collect::<Vec<_>>(), body));
        }
        Server::start(move |hit| {
            let Some((cells, body)) = pages.get(&without_session(&hit.path)) else { return Reply::status(404) };
            let host = hit.header("host").unwrap_or_default();
            let session = format!("{:032x}", SESSIONS.fetch_add(1, Ordering::Relaxed));
            let fill = |text: &str| text.replace("SITE", host).replace(SESSION, &session);
            let filled = match std::str::from_utf8(body) {
                Ok(text) => fill(text).into_bytes(),
                Err(_) => body.clone(),
            };
            let mut reply = Reply { status: cells[0].parse().expect("a status"), ..Reply::ok(filled) };
            reply = reply.header("Content-Type", &cells[1]);
            for field in cells.get(3).into_iter().flat_map(|fields| fields.split(" | ")) {
                if let Some((name, value)) = field.split_once(": ") {
                    reply = reply.header(name, &fill(value));
                }
            }
            reply
        })
    }

    /// What it answers to a request, without one on the wire.
    pub fn answer(&self, hit: &Hit) -> Reply {
        (self.answer)(hit)
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The address of `path` here.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request so far, in the order in which they came.
    pub fn hits(&self) -> Vec<Hit> {
        self.hits.lock().expect("no test panics with the lock").clone()
    }

    /// The paths of every request so far but those for what the host itself says.
    pub fn pages(&self) -> Vec<String> {
        let own = ["/robots.txt", "/.well-known/tdmrep.json"];
        self.hits().into_iter().map(|hit| hit.path).filter(|path| !own.contains(&path.as_str())).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        if let Some(door) = self.door.take() {
            let _ = door.join();
        }
    }
}

/// What fixtures hold where an engine writes a session's number, new in every answer.
const SESSION: &str = "SIDSIDSIDSIDSIDSIDSIDSIDSIDSIDSI";
static SESSIONS: AtomicU64 = AtomicU64::new(1 << 40);

/// A path without its session.
fn without_session(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.into() };
    let kept: Vec<&str> = query.split('&').filter(|pair| !(pair.starts_with("sid=") && pair.len() == 36)).collect();
    if kept.is_empty() { path.into() } else { format!("{path}?{}", kept.join("&")) }
}

/// Takes one request, records it, answers it, and closes.
fn serve(
    mut stream: TcpStream,
    answer: &dyn Fn(&Hit) -> Reply,
    hits: &Mutex<Vec<Hit>>,
    over: &AtomicBool,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(LIFE))?;
    stream.set_write_timeout(Some(LIFE))?;
    let (start, mut head, mut byte) = (Instant::now(), Vec::new(), [0]);
    // The last line feed stays unread: closing a socket with bytes unread resets it, which one shape wants.
    while !head.ends_with(b"\r\n\r") {
        if head.len() > 64 << 10 || stream.read(&mut byte)? == 0 {
            return Ok(());
        }
        head.push(byte[0]);
        if !head[0].is_ascii_uppercase() {
            // No HTTP: a TLS greeting, most likely.
            return stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        }
    }
    let text = String::from_utf8_lossy(&head);
    let mut lines = text.lines();
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let hit = Hit { at: start, method, path, headers };
    hits.lock().expect("no test panics with the lock").push(hit.clone());
    let reply = answer(&hit);
    thread::sleep(reply.delay);
    if matches!(reply.shape, Shape::Reset) {
        return Ok(());
    }
    stream.read_exact(&mut byte)?;
    let mut out = format!("HTTP/1.1 {} Answer\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    match reply.shape {
        Shape::Raw => stream.write_all(&reply.body)?,
        Shape::Whole => {
            out.push_str(&format!("Content-Length: {}\r\n\r\n", reply.body.len()));
            stream.write_all(&[out.as_bytes(), &reply.body].concat())?;
        }
        Shape::Drip(each) => {
            stream.write_all(format!("{out}\r\n").as_bytes())?;
            for byte in &reply.body {
                if over.load(Ordering::Relaxed) || start.elapsed() > LIFE {
                    break;
                }
                stream.write_all(&[*byte])?;
                thread::sleep(each);
            }
        }
        Shape::Endless => {
            stream.write_all(format!("{out}\r\n").as_bytes())?;
            while !over.load(Ordering::Relaxed) && start.elapsed() < LIFE {
                stream.write_all(&reply.body)?;
            }
        }
        Shape::Reset => {}
    }
    stream.flush()
}
