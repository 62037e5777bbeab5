//! A forge on loopback: answers what a test says, and remembers what it was asked.

use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// As `GET`.
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    headers: Vec<String>,
    /// What is sent with it.
    pub(crate) body: String,
}

impl Asked {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value)
        });
        found.map(str::trim)
    }
}

/// What to answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A whole answer: status, more header lines, body.
    Whole(u16, String, Vec<u8>),
    /// An answer that promises more bytes than come before the connection ends.
    Cut,
    /// Nothing for this long, and then the end.
    Silence(Duration),
    /// Raw bytes, and then others again and again until nobody takes them; how many were taken.
    Endless(String, String, Arc<AtomicUsize>),
}

impl Reply {
    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::Whole(status, String::new(), body.as_bytes().to_vec())
    }

    pub(crate) fn with(self, header: &str) -> Self {
        match self {
            Self::Whole(status, headers, body) => Self::Whole(status, format!("{headers}{header}\r\n"), body),
            other => other,
        }
    }
}

/// The server; it ends with the process.
pub(crate) struct Server {
    /// `http://127.0.0.1:port`, or with https.
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<Mutex<usize>>,
}

impl Server {
    /// Answers each request by what the function says; its second argument counts the requests, from 0.
    pub(crate) fn new(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start("http", answer, |stream, log, answer| _ = serve(stream, log, answer))
    }

    /// The same by https, and the certificate of the authority that vouches for it, as PEM.
    pub(crate) fn tls(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> (Self, String) {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.der().clone()], key);
        let config = Arc::new(config.unwrap());
        let server = Self::start("https", answer, move |stream, log, answer| {
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            _ = serve(StreamOwned::new(tls, stream), log, answer);
        });
        (server, authority.pem())
    }

    fn start(
        scheme: &str,
        answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static,
        serve: impl Fn(TcpStream, &Mutex<Vec<Asked>>, &dyn Fn(&Asked, usize) -> Reply) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (asked, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let server = Self { url, asked: Arc::clone(&asked), connections: Arc::clone(&connections) };
        let (answer, serve) = (Arc::new(answer), Arc::new(serve));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                *connections.lock().unwrap() += 1;
                stream.set_nodelay(true).unwrap();
                let (asked, answer, serve) = (Arc::clone(&asked), Arc::clone(&answer), Arc::clone(&serve));
                std::thread::spawn(move || serve(stream, &asked, &*answer));
            }
        });
        server
    }

    /// All that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

/// Answers the requests of one connection until it ends.
fn serve(stream: impl Read + Write, log: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked, usize) -> Reply) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let mut words = lines.first()?.split(' ').map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let mut asked = Asked { method, path, headers: lines.split_off(1), body: String::new() };
        let length = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        asked.body = String::from_utf8(body).ok()?;
        let count = {
            let mut log = log.lock().unwrap();
            log.push(asked.clone());
            log.len() - 1
        };
        let stream = reader.get_mut();
        match answer(&asked, count) {
            Reply::Whole(status, headers, body) => {
                let mut out =
                    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n", body.len()).into_bytes();
                if asked.method != "HEAD" {
                    out.extend(body);
                }
                stream.write_all(&out).ok()?;
            }
            Reply::Cut => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nFROM node:22\n").ok()?;
                return None;
            }
            Reply::Silence(time) => {
                std::thread::sleep(time);
                return None;
            }
            Reply::Endless(first, then, taken) => {
                stream.write_all(first.as_bytes()).ok()?;
                let many = then.repeat(100_000 / then.len());
                loop {
                    stream.write_all(many.as_bytes()).ok()?;
                    taken.fetch_add(many.len(), Ordering::Relaxed);
                }
            }
        }
    }
}
