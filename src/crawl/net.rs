//! One request over the wire: no redirects, no cookies, TLS always verified, decoded bytes counted, one deadline.

use std::{error::Error as StdError, io, sync::Arc, time::Duration};

use reqwest::{
    Certificate, Client, ClientBuilder, Proxy, Response,
    header::{self, HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, error::Elapsed},
};
use url::Url;

use super::{
    fault::Fault,
    guard::{Door, Guard, Refused, Screened},
    settings::Settings,
};
use crate::{
    error::{Error, Result},
    model::{Code, Validators},
    text::urls,
};

/// Bytes of all response headers, and how many there may be.
const MAX_HEAD: usize = 64 << 10;
const MAX_FIELDS: usize = 100;

/// No server takes longer to begin its answer.
const FIRST_BYTE: Duration = Duration::from_secs(15);

/// Connections wait so long for the next page of their host. Longer than the usual pace, and short enough that a crawl
/// of very many hosts does not run out of sockets.
const IDLE: Duration = Duration::from_secs(3);

/// Bodies beyond that size are large, and so many large ones are held at once: what is under way stays bounded however
/// many hosts send as much as they may.
const LARGE: usize = 1 << 20;
const LARGE_AT_ONCE: usize = 3;

const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, \
    text/html, application/xhtml+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";

/// The two clients: one that refuses private addresses, one for what the user opened.
pub struct Net {
    pub guard: Guard,
    public: Client,
    opened: Client,
    large: Arc<Semaphore>,
}

/// How many decoded bytes are read, and what more of them means.
#[derive(Debug, Clone, Copy)]
pub enum Cap {
    /// The page is too large.
    Refuse(u64),
    /// The rest is left unread.
    Cut(u64),
}

/// One answer of one hop. The body is read of successes only.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Of a large body, until it was read.
    pub permit: Option<OwnedSemaphorePermit>,
}

impl Answer {
    /// A header as text; bytes that are no UTF-8 are replaced.
    pub fn header(&self, name: HeaderName) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned()).filter(|value| !value.is_empty())
    }
}

impl Net {
    /// Clients as `settings` want them.
    pub fn new(settings: &Settings) -> Result<Net> {
        // TLS needs one provider for the process; where another part has chosen one, that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Guard::new(&settings.allow_address)?;
        let failed = |error: reqwest::Error| Error::failed(format!("the HTTP client cannot start: {}", cause(&error)));
        let mut proxy_host = None;
        let mut public = client(settings);
        if let Some(address) = settings.proxy.as_deref().filter(|proxy| !proxy.is_empty()) {
            let url = Url::parse(address).ok().filter(Url::has_host).ok_or(());
            let proxy = url.and_then(|url| {
                proxy_host = url.host_str().map(str::to_owned);
                Proxy::all(url).map_err(drop)
            });
            let wrong = || Error::usage(format!("proxy {:?} is not an address", urls::shown(address)));
            public = public.proxy(proxy.map_err(|()| wrong().hint("write it like http://proxy.example:3128"))?);
        }
        let public = public.dns_resolver(Screened { proxy: proxy_host }).build().map_err(failed)?;
        // Roots are loaded once for nothing where no address is opened.
        let opened = if settings.allow_address.is_empty() {
            public.clone()
        } else {
            client(settings).build().map_err(failed)?
        };
        Ok(Net { guard, public, opened, large: Arc::new(Semaphore::new(LARGE_AT_ONCE)) })
    }

    /// Asks once for `url`, with what is needed to hear "not modified". `limit` holds to the last byte.
    pub async fn get(
        &self,
        url: &Url,
        known: &Validators,
        cap: Cap,
        limit: Duration,
    ) -> std::result::Result<Answer, Fault> {
        let client = match self.guard.door(url).map_err(Fault::guarded)? {
            Door::Public => &self.public,
            Door::Opened => &self.opened,
        };
        let mut url = url.clone();
        let token = url.password().filter(|_| url.username() == urls::BEARER).map(String::from);
        if token.is_some() {
            urls::strip_credentials(&mut url);
        }
        let mut request = client.get(url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        for (name, value) in [(header::IF_NONE_MATCH, &known.etag), (header::IF_MODIFIED_SINCE, &known.last_modified)] {
            if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
                request = request.header(name, value);
            }
        }
        let deadline = Instant::now() + limit;
        let first = limit.min(FIRST_BYTE);
        let late = |_| Fault::new(Code::Timeout, format!("no answer within {} s", first.as_secs_f32()));
        let response = tokio::time::timeout(first, request.send()).await.map_err(late)?;
        let late = || Fault::new(Code::Timeout, format!("no complete answer within {} s", limit.as_secs_f32()));
        read(response.map_err(|e| explain(&e))?, cap, &self.large, deadline).await.unwrap_or_else(|_| Err(late()))
    }
}

/// What both clients have in common.
fn client(settings: &Settings) -> ClientBuilder {
    let contact = settings.contact.as_deref().filter(|contact| !contact.is_empty());
    let contact = contact.map(|contact| format!(" (+{contact})")).unwrap_or_default();
    let agent = format!("vigie/{}{contact}", env!("CARGO_PKG_VERSION"));
    // A contact that no header can hold is the configuration's fault, and not worth a run without a name.
    let agent = HeaderValue::from_str(&agent).unwrap_or(HeaderValue::from_static("vigie"));
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(|root| Certificate::from_der(root).ok());
    let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(ACCEPT))]);
    Client::builder()
        .user_agent(agent)
        .default_headers(headers)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .retry(reqwest::retry::never())
        .connect_timeout(settings.connect_timeout)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(settings.per_host.max(1))
        .http1_max_headers(MAX_FIELDS)
        .http2_max_header_list_size(MAX_HEAD as u32)
        .tls_certs_merge(roots)
}

/// Reads an answer up to `cap`, until `deadline`; time that it waits for others is not counted.
async fn read(
    mut response: Response,
    cap: Cap,
    large: &Arc<Semaphore>,
    mut deadline: Instant,
) -> std::result::Result<std::result::Result<Answer, Fault>, Elapsed> {
    let head: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if head > MAX_HEAD || response.headers().len() > MAX_FIELDS {
        return Ok(Err(Fault::new(Code::TooLarge, "the answer has more headers than any honest one")));
    }
    if response.headers().contains_key(header::CONTENT_LENGTH)
        && response.headers().contains_key(header::TRANSFER_ENCODING)
    {
        return Ok(Err(Fault::new(Code::Unreachable, "the answer is broken: it has two lengths")));
    }
    let status = response.status();
    let length = response.content_length();
    let headers = std::mem::take(response.headers_mut());
    let mut answer = Answer { status: status.as_u16(), headers, ..Answer::default() };
    if !status.is_success() {
        return Ok(Ok(answer));
    }
    let (Cap::Refuse(max) | Cap::Cut(max)) = cap;
    let refuses = matches!(cap, Cap::Refuse(_));
    let too_large = || Ok(Err(Fault::new(Code::TooLarge, format!("the page is larger than {max} bytes"))));
    if refuses && length.is_some_and(|length| length > max) {
        return too_large();
    }
    loop {
        let chunk = match tokio::time::timeout_at(deadline, response.chunk()).await? {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(Ok(answer)),
            Err(error) => return Ok(Err(explain(&error))),
        };
        let room = usize::try_from(max).unwrap_or(usize::MAX).saturating_sub(answer.body.len());
        if chunk.len() > room {
            if refuses {
                return too_large();
            }
            answer.body.extend_from_slice(&chunk[..room]);
            return Ok(Ok(answer));
        }
        if answer.body.len() + chunk.len() > LARGE && answer.permit.is_none() {
            let since = Instant::now();
            answer.permit = Arc::clone(large).acquire_owned().await.ok();
            deadline += since.elapsed();
        }
        answer.body.extend_from_slice(&chunk);
    }
}

/// A failure of the wire, in words; and whether another try may help.
fn explain(error: &reqwest::Error) -> Fault {
    let mut broken = None;
    for cause in chain(error) {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return Fault::guarded(refused.clone());
        }
        if let Some(rustls::Error::InvalidMessage(_)) = cause.downcast_ref() {
            return Fault::new(Code::Unreachable, "what answers does not speak https; try http://");
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return Fault::new(Code::Unreachable, format!("no trusted connection: {}", inert(&tls.to_string())));
        }
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            broken = Some(io.kind());
        }
    }
    if error.is_timeout() {
        return Fault::new(Code::Unreachable, "no connection in time");
    }
    let last = cause(error);
    if last.contains("too large") {
        return Fault::new(Code::TooLarge, "the answer has more headers than any honest one");
    }
    let unreachable = |message: &str| Fault::new(Code::Unreachable, message);
    if error.is_dns() {
        return unreachable("the host's name is not known");
    }
    match broken {
        Some(io::ErrorKind::ConnectionRefused) => unreachable("the connection was refused"),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe) => {
            unreachable("the connection was cut").transient()
        }
        _ if last.contains("before message completed") && !error.is_decode() => {
            unreachable("the connection was closed without an answer").transient()
        }
        _ if error.is_connect() => Fault::new(Code::Unreachable, format!("no connection: {}", inert(&last))),
        _ => Fault::new(Code::Unreachable, format!("the answer is broken: {}", inert(&last))),
    }
}

/// An error and all that it rests on, looking into I/O errors too.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner as &(dyn StdError + 'static)),
        None => error.source(),
    })
}

/// The innermost cause, in its own words.
fn cause(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    urls::push_inert(&mut out, text.trim_end_matches('.'));
    out
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn fault_09_a_name_that_resolves_to_a_private_address_sees_no_connection() {
        let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        silent.set_nonblocking(true).unwrap();
        let url = format!("http://localhost:{}/", silent.local_addr().unwrap().port());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let fault = runtime.block_on(async {
            let net = Net::new(&Settings::default()).unwrap();
            // Past the first check, as a name that only the resolver knows to be private would be.
            net.public.get(url).send().await.map_err(|error| explain(&error)).unwrap_err()
        });
        assert_eq!(fault.code, Code::Guarded, "{fault:?}");
        assert!(fault.message.contains("localhost resolves to"), "{fault:?}");
        assert!(silent.accept().is_err(), "zero connections");
    }

    #[test]
    fn a_wrong_proxy_is_a_fault_of_the_configuration() {
        for proxy in ["no proxy", "mailto:me@proxy.example", "http://"] {
            let settings = Settings { proxy: Some(proxy.into()), ..Settings::default() };
            assert_eq!(Net::new(&settings).err().map(|error| error.exit.code()), Some(2), "{proxy}");
        }
    }
}
