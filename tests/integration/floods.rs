//! Answers without an end: each is cut off early, and said in a line.

use crate::harness::Folder;
use crate::server::{Reply, Server};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What begins the answer, what goes on without an end, and what is said of it.
const FLOODS: [(&str, &str, &str); 9] = [
    ("HTTP/1.1 200 OK\r\n\r\n", "FROM node:22\n", "the file is larger than 1 MiB: no Dockerfile is"),
    (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "5\r\nFROM \r\n",
        "the file is larger than 1 MiB: no Dockerfile is",
    ),
    ("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", " ", "the file is larger than 1 MiB: no Dockerfile is"),
    ("HTTP/1.1 200 OK\r\n", "X-A: b\r\n", "no connection: "),
    ("HTTP/1.1 200 OK\r\nX-A: ", "b", "no connection: "),
    ("HTTP/1.1 200 ", "b", "no connection: "),
    ("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "no connection: "),
    // Whatever is said of a failure, it is that failure.
    ("HTTP/1.1 403 Forbidden\r\n\r\n{\"message\": \"", "x", "  403\n"),
    ("HTTP/1.1 503 Unavailable\r\n\r\n{\"message\": \"", "x", "  503\n"),
];

#[test]
fn answers_without_an_end_are_cut_off() {
    for (first, then, said) in FLOODS {
        let sent = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&sent);
        let server = Server::new(move |_, _| Reply::Endless(first.to_owned(), then.to_owned(), Arc::clone(&count)));
        let folder = Folder::with(&format!(
            "github: {{apiUrl: \"{}\"}}\nimages:\n- {{name: web, repository: acme/web, source: {{repo: acme/web}}}}\n",
            server.url
        ));
        let start = Instant::now();
        let outcome = folder.run_with(&[("GITHUB_API_URL", server.url.as_str())], &["discover"]);
        assert_eq!(outcome.code, 3, "{first:?}: {}", outcome.shown());
        assert!(outcome.stderr.contains(said), "{first:?}: {}", outcome.shown());
        assert!(outcome.shown().len() < 2_000, "{first:?}: {}", outcome.shown());
        // Four attempts at most, and what the system holds of each on its way.
        let sent = sent.load(Ordering::Relaxed);
        assert!(sent < 64 << 20, "{first:?}: {sent} bytes were taken");
        assert!(start.elapsed() < Duration::from_mins(1), "{first:?}: {:?}", start.elapsed());
    }
}
