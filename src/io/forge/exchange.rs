//! One question and its answer: redirects, attempts and pauses.

use super::{Access, Failure, Forge};
use crate::forge::{Authorization, Host, Outcome, Request, TOKEN};
use crate::io::address::{redirected, same_origin};
use crate::io::attempts::{Attempt, attempted, seconds};
use crate::source::secret::Mask;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use ureq::RequestBuilder;
use ureq::http::HeaderMap;

/// Redirects that are followed; GitHub needs one for a renamed repository.
const MAX_REDIRECTS: usize = 5;
/// The longest body, in bytes.
const MAX_BODY: u64 = 1 << 20;
/// Characters of a forge's message that are shown.
const MAX_MESSAGE: usize = 200;

pub(super) struct Answer {
    host: &'static Host,
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// What the forge says of a failure, on one line and without the token.
    pub(super) message: String,
}

impl Answer {
    /// Whether the body is JSON: a description of something, where the raw content of a file was asked for.
    pub(super) fn is_json(&self) -> bool {
        self.header("content-type").trim_start().starts_with("application/json")
    }

    /// Whether there is such a header, be it empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// The text of a header, or an empty one.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").trim()
    }

    fn outcome(&self) -> Outcome {
        self.host.limit.outcome(&[200], self.status, |name| self.header(name), &self.message)
    }

    /// The pause that the forge asks for. It is in seconds; the other form of Retry-After, a date, is not used by these
    /// forges, and the usual pause is taken.
    fn pause(&self) -> Option<Duration> {
        let limit = &self.host.limit;
        let seconds = |name| seconds(self.header(name));
        seconds(limit.retry_after).or_else(|| {
            let reset = seconds(limit.reset).filter(|_| self.header(limit.remaining) == "0")?;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Some(reset.saturating_sub(Duration::from_secs(now.as_secs())))
        })
    }
}

impl Forge {
    /// Asks until there is an answer that another attempt would not change.
    pub(super) fn get(&self, request: &Request) -> Result<Answer, Failure> {
        attempted(self.settings.pause, &self.settings.waits, || {
            let (failure, asked) = match self.follow(request) {
                Ok(answer) => match answer.outcome() {
                    Outcome::Limited => (Failure::RateLimited(answer.pause()), answer.pause()),
                    Outcome::Later => (Failure::Status(answer.status, answer.message.clone()), answer.pause()),
                    Outcome::Done | Outcome::Never => return Ok(Attempt::Done(answer)),
                },
                Err(failure @ Failure::Connection(_)) => (failure, None),
                Err(failure) => return Err(failure),
            };
            let host = self.settings.provider.host().name;
            let what = match failure {
                Failure::RateLimited(_) => format!("{host}'s rate limit"),
                _ => format!("{host}, which failed: {failure}"),
            };
            Ok(Attempt::Again { failure, asked, what })
        })
    }

    /// A message of the forge, which might repeat what was sent.
    fn without_token(&self, message: String) -> String {
        match self.settings.access.token() {
            Some(token) => Mask::new([token.0.as_str()]).masked(&message).into_owned(),
            None => message,
        }
    }

    /// What the forge says in the body of a failure, on one line. The token is looked for in what JSON's escapes stand for, and
    /// before the end is cut off: half of one is no longer known for it.
    fn said(&self, body: &[u8]) -> String {
        let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let message = self.host().message_keys.iter().find_map(|key| value.get(*key)?.as_str());
        let words: Vec<&str> = message.unwrap_or("").split_whitespace().collect();
        let line: String = words.join(" ").chars().filter(|c| !c.is_control()).collect();
        self.without_token(line).chars().take(MAX_MESSAGE).collect()
    }

    /// Asks once, and goes where the forge sends.
    fn follow(&self, request: &Request) -> Result<Answer, Failure> {
        let mut url = request.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            self.can_be_trusted(&url)?;
            let answer = self.once(&url, request.headers).map_err(|error| self.failure(error))?;
            match answer.header("location") {
                location if !location.is_empty() && matches!(answer.status, 301 | 302 | 303 | 307 | 308) => {
                    url = redirected(&url, location).map_err(Failure::Redirect)?;
                    let is_trusted = matches!(self.settings.access, Access::Token { .. } | Access::Unset(_));
                    if !is_trusted && !same_origin(&url, &self.settings.url) {
                        return Err(Failure::Redirect("to another host, which the environment does not name"));
                    }
                }
                _ => return Ok(answer),
            }
        }
        Err(Failure::Redirect("in a circle"))
    }

    /// Sends something once, and follows nothing: it may have been taken.
    pub(super) fn post(
        &self,
        request: &Request,
        headers: &[(&str, &str)],
        authorization: &Authorization<'_>,
    ) -> Result<Answer, Failure> {
        self.can_be_trusted(&request.url)?;
        if self.settings.verbose {
            crate::io::terminal::message(&format!("asking {} {}\n", request.method, request.url));
        }
        let token = self.settings.access.token().map_or("", |token| token.0.as_str());
        let body = request.body.as_deref().unwrap_or_default();
        let body = if *authorization == Authorization::Body { body.replace(TOKEN, token) } else { body.to_owned() };
        let asked = authorized(with(self.agent.post(&request.url), headers), authorization, token);
        let mut response = asked.send(body.as_bytes()).map_err(|error| self.failure(error))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = response.body_mut().with_config().limit(MAX_BODY).read_to_vec().unwrap_or_default();
        let message = self.said(&body);
        Ok(Answer { host: self.host(), status, headers, body, message })
    }

    fn once(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer, ureq::Error> {
        let is_own = same_origin(url, &self.settings.url);
        if self.settings.verbose {
            // Where a forge sends to may carry a signature in its query.
            let shown = if is_own { url } else { url.split('?').next().unwrap_or(url) };
            crate::io::terminal::message(&format!("asking {shown}\n"));
        }
        let host = self.host();
        let mut request = with(self.agent.get(url), headers);
        if let Some(token) = self.settings.access.token().filter(|_| is_own) {
            request = authorized(request, &host.authorization, &token.0);
        }
        let mut response = request.call()?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = match response.body_mut().with_config().limit(MAX_BODY).read_to_vec() {
            // Whatever is said of a failure, it is that failure.
            Err(ureq::Error::BodyExceedsLimit(_)) if status != 200 => Vec::new(),
            body => body?,
        };
        let message = if status == 200 { String::new() } else { self.said(&body) };
        Ok(Answer { host, status, headers, body, message })
    }

    /// The error is why no certificate can be trusted, where one is needed.
    fn can_be_trusted(&self, url: &str) -> Result<(), Failure> {
        match self.unreadable.as_ref().filter(|_| url.starts_with("https://")) {
            Some(why) => Err(Failure::Refused(why.clone())),
            None => Ok(()),
        }
    }

    fn failure(&self, error: ureq::Error) -> Failure {
        match error {
            ureq::Error::Timeout(_) => Failure::Timeout(self.settings.timeout),
            ureq::Error::Io(error) if error.kind() == ErrorKind::TimedOut => Failure::Timeout(self.settings.timeout),
            ureq::Error::BodyExceedsLimit(_) => Failure::TooLarge,
            ureq::Error::HostNotFound => Failure::Connection("the host is not known".to_owned()),
            ureq::Error::Io(error) => Failure::Connection(error.to_string()),
            error => Failure::Connection(self.without_token(error.to_string())),
        }
    }
}

fn with<B>(request: RequestBuilder<B>, headers: &[(&str, &str)]) -> RequestBuilder<B> {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

/// A request with the header that has the token, if it stands in one.
fn authorized<B>(request: RequestBuilder<B>, authorization: &Authorization<'_>, token: &str) -> RequestBuilder<B> {
    match authorization {
        Authorization::Header { name, scheme } => request.header(*name, format!("{scheme}{token}")),
        Authorization::Basic { user } => {
            let pair = BASE64_STANDARD.encode(format!("{user}:{token}"));
            request.header("Authorization", format!("Basic {pair}"))
        }
        Authorization::Body => request,
    }
}
