//! One question to a registry and its answer: where it is asked, tokens, redirects and attempts.

use super::{Failure, Registries};
use crate::forge::{Endpoint, UNAUTHORIZED};
use crate::io::address::{redirected, same_origin};
use crate::io::attempts::{Attempt, attempted, lock, seconds};
use crate::reference::Reference;
use crate::registry::challenge::Challenge;
use crate::registry::document::ACCEPT;
use std::io::ErrorKind;
use std::net::IpAddr;
use ureq::http::HeaderMap;

/// Where Docker Hub's registry is.
const DOCKER_HUB: &str = "registry-1.docker.io";
/// Redirects that are followed: blobs often are where files are kept.
const MAX_REDIRECTS: usize = 5;

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A manifest without its body.
    Head,
    /// A manifest or an index.
    Manifest,
    /// A configuration or a statement.
    Blob,
    /// A page of tags.
    Tags,
}

impl Kind {
    /// The most bytes that such a thing has (distribution-spec: 4 MiB for manifests).
    fn limit(self) -> u64 {
        match self {
            Self::Head => 0,
            Self::Manifest | Self::Tags => 4 << 20,
            Self::Blob => 32 << 20,
        }
    }
}

pub(super) struct Answer {
    status: u16,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The text of a header, or an empty one.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").trim()
    }
}

impl Registries {
    /// Asks a repository for something of it, until there is an answer that another attempt would not change.
    pub(super) fn ask(&self, reference: &Reference, kind: Kind, what: &str) -> Result<Answer, Failure> {
        let registry = reference.registry();
        if let Some(failure) = lock(&self.stopped).get(registry) {
            return Err(failure.clone());
        }
        let answer = self.address(registry).and_then(|address| self.patiently((reference, &address), kind, what));
        if let Err(failure) = &answer
            && failure.concerns_all()
        {
            lock(&self.stopped).entry(registry.to_owned()).or_insert_with(|| failure.clone());
        }
        answer
    }

    /// Where a registry is asked; the error is why it is not.
    fn address(&self, registry: &str) -> Result<String, Failure> {
        let host = self.settings.mirrors.get(registry).map_or(registry, String::as_str);
        let is_named = |host: &str| self.settings.plain_http.contains(host);
        let host = if host == "docker.io" { DOCKER_HUB } else { host };
        let address = format!("{}://{host}", if is_named(host) { "http" } else { "https" });
        let is_of_the_user = self.settings.mirrors.contains_key(registry) || is_named(host);
        let is_near = Endpoint::parse(&address).is_none_or(|endpoint| endpoint.is_loopback()) || is_private(host);
        if is_near && !is_of_the_user && self.credential(registry).is_none() {
            return Err(Failure::Refused(format!(
                "{registry} is not asked, since images.yaml alone names it; if it is yours, say `--plain-http {registry}`"
            )));
        }
        Ok(address)
    }

    fn patiently(&self, place: (&Reference, &str), kind: Kind, what: &str) -> Result<Answer, Failure> {
        attempted(self.settings.pause, &self.settings.waits, || {
            let answer = match self.authorized(place, kind, what) {
                Ok(answer) => answer,
                Err(failure @ Failure::Connection(_)) => {
                    let what = format!("{}, which failed: {failure}", place.0.registry());
                    return Ok(Attempt::Again { failure, asked: None, what });
                }
                Err(failure) => return Err(failure),
            };
            let asked = seconds(answer.header("retry-after"));
            let registry = place.0.registry();
            match answer.status {
                200 => Ok(Attempt::Done(answer)),
                404 => Err(Failure::NotFound),
                401 | 403 => {
                    let known = self.credential(registry).is_some();
                    Err(Failure::Unauthorized { registry: registry.to_owned(), known })
                }
                429 => {
                    let what = format!("{registry}'s rate limit");
                    Ok(Attempt::Again { failure: Failure::RateLimited(asked), asked, what })
                }
                status if status >= 500 || status == 408 => {
                    let what = format!("{registry}, which answered {status}");
                    Ok(Attempt::Again { failure: Failure::Status(status), asked, what })
                }
                status => Err(Failure::Status(status)),
            }
        })
    }

    /// Asks with what the repository was last read with, and once more with what the registry asks for.
    fn authorized(&self, (reference, address): (&Reference, &str), kind: Kind, what: &str) -> Result<Answer, Failure> {
        let url = format!("{address}/v2/{}/{what}", reference.repository());
        let place = reference.name();
        let known = lock(&self.authorizations).get(&place).cloned();
        let answer = self.follow(&url, kind, known.as_deref())?;
        if answer.status != UNAUTHORIZED {
            return Ok(answer);
        }
        let mut challenges = answer.headers.get_all("www-authenticate").iter().filter_map(|value| value.to_str().ok());
        let Some(challenge) = challenges.find_map(Challenge::parse) else { return Ok(answer) };
        let of = (reference.registry(), reference.repository(), address);
        let Some(header) = self.authorization(of, &challenge)? else { return Ok(answer) };
        lock(&self.authorizations).insert(place, header.clone());
        self.follow(&url, kind, Some(&header))
    }

    /// Asks once, and goes where the registry sends; what authenticates stays with the registry.
    fn follow(&self, first: &str, kind: Kind, authorization: Option<&str>) -> Result<Answer, Failure> {
        let mut url = first.to_owned();
        for _ in 0..=MAX_REDIRECTS {
            if let Some(why) = self.unreadable.as_ref().filter(|_| url.starts_with("https://")) {
                return Err(Failure::Refused(why.clone()));
            }
            let answer = self.once(&url, kind, authorization.filter(|_| same_origin(&url, first)))?;
            let location = answer.header("location");
            if location.is_empty() || !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                return Ok(answer);
            }
            let next = redirected(&url, location).map_err(Failure::Redirect)?;
            let leads_in = Endpoint::parse(&next).is_none_or(|to| to.is_loopback()) || is_private(host_of(&next));
            if leads_in && !same_origin(&next, first) {
                return Err(Failure::Redirect("to this machine or its network"));
            }
            url = next;
        }
        Err(Failure::Redirect("in a circle"))
    }

    fn once(&self, url: &str, kind: Kind, authorization: Option<&str>) -> Result<Answer, Failure> {
        if self.settings.verbose {
            // Where a registry sends to may carry a signature in its query.
            let shown = url.split('?').next().unwrap_or(url);
            crate::io::terminal::message(&format!("asking {shown}\n"));
        }
        let request = if kind == Kind::Head { self.agent.head(url) } else { self.agent.get(url) };
        let request = match kind {
            Kind::Head | Kind::Manifest => request.header("Accept", ACCEPT),
            Kind::Blob | Kind::Tags => request,
        };
        let request = match authorization {
            Some(authorization) => request.header("Authorization", authorization),
            None => request,
        };
        let mut response = request.call().map_err(|error| self.failure(error))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = match status {
            200 if kind != Kind::Head => response
                .body_mut()
                .with_config()
                .limit(kind.limit())
                .read_to_vec()
                .map_err(|error| self.failure(error))?,
            _ => Vec::new(),
        };
        Ok(Answer { status, headers, body })
    }

    pub(super) fn failure(&self, error: ureq::Error) -> Failure {
        match error {
            ureq::Error::Timeout(_) => Failure::Timeout(self.settings.timeout),
            ureq::Error::Io(error) if error.kind() == ErrorKind::TimedOut => Failure::Timeout(self.settings.timeout),
            ureq::Error::BodyExceedsLimit(_) => Failure::TooLarge,
            ureq::Error::HostNotFound => Failure::Connection("the host is not known".to_owned()),
            ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => Failure::Closed,
            ureq::Error::Io(error) => Failure::Connection(error.kind().to_string()),
            _ => Failure::Connection("the answer is not one of http".to_owned()),
        }
    }
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// Whether a host is an address of a network that is not everybody's, as that of a cloud's metadata.
fn is_private(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .map_or_else(|| host.rsplit_once(':').map_or(host, |(host, _)| host), |(address, _)| address);
    match bare.parse() {
        Ok(IpAddr::V4(address)) => {
            address.is_private() || address.is_link_local() || address.is_loopback() || address.is_unspecified()
        }
        Ok(IpAddr::V6(address)) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_network_of_somebodys_own_are_private() {
        for private in
            ["10.0.0.1", "169.254.169.254", "192.168.1.1:5000", "[fe80::1]", "[fd00::1]:5000", "0.0.0.0", "127.0.0.1"]
        {
            assert!(is_private(private), "{private}");
        }
        for public in ["ghcr.io", "8.8.8.8", "registry-1.docker.io:443", "[2001:4860::1]:443", "10.example.com"] {
            assert!(!is_private(public), "{public}");
        }
    }
}
