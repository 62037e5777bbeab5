//! One question and its answer: redirects, attempts and pauses.

use super::address::redirected;
use super::{Failure, Forge};
use crate::forge::Provider;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often a question is asked at most.
const ATTEMPTS: u32 = 4;
/// The longest pause that a forge may ask for and get. GitHub's hourly limit may need an hour, which nobody waits for at a
/// terminal: the run ends and says when to try again.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Redirects that are followed; GitHub needs one for a renamed repository.
const MAX_REDIRECTS: usize = 5;
/// The longest body, in bytes.
const MAX_BODY: u64 = 1 << 20;
/// Characters of a forge's message that are shown.
const MAX_MESSAGE: usize = 200;

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    /// Whether the body is JSON: a description of something, where the raw content of a file was asked for.
    pub(super) is_json: bool,
    pub(super) body: Vec<u8>,
    location: Option<String>,
    /// The pause that the forge asks for, and whether it is for a rate limit.
    pause: Option<Duration>,
    remaining: Option<u64>,
}

impl Answer {
    /// What the forge says of a failure, on one line.
    pub(super) fn message(&self) -> String {
        let value: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let message = ["message", "error", "error_description"].iter().find_map(|key| value.get(key)?.as_str());
        let words: Vec<&str> = message.unwrap_or("").split_whitespace().collect();
        words.join(" ").chars().filter(|c| !c.is_control()).take(MAX_MESSAGE).collect()
    }

    /// A limit on requests: 429, and 403 as GitHub uses it (docs.github.com, "Rate limits for the REST API").
    fn is_rate_limit(&self) -> bool {
        self.status == 429
            || self.status == 403
                && (self.remaining == Some(0)
                    || self.pause.is_some()
                    || self.message().to_ascii_lowercase().contains("rate limit"))
    }
}

impl Forge {
    /// Asks until there is an answer that another attempt would not change; `raw` for the content of a file.
    pub(super) fn get(&self, url: &str, raw: bool) -> Result<Answer, Failure> {
        let mut pause = self.settings.pause;
        let mut attempt = 1;
        loop {
            let (failure, asked) = match self.follow(url, raw) {
                Ok(answer) if answer.is_rate_limit() => (Failure::RateLimited(answer.pause), answer.pause),
                Ok(answer) if answer.status >= 500 => (Failure::Status(answer.status, answer.message()), answer.pause),
                Ok(answer) => return Ok(answer),
                Err(failure @ Failure::Connection(_)) => (failure, None),
                Err(failure) => return Err(failure),
            };
            let wait = asked.unwrap_or(pause);
            if attempt == ATTEMPTS || wait > LONGEST_PAUSE {
                return Err(failure);
            }
            std::thread::sleep(wait);
            pause *= 2;
            attempt += 1;
        }
    }

    /// A message of the forge, which might repeat what was sent.
    fn without_token(&self, message: String) -> String {
        match &self.settings.token {
            Some(token) if message.contains(&token.0) => message.replace(&token.0, "***"),
            _ => message,
        }
    }

    /// Asks once, and goes where the forge sends.
    fn follow(&self, url: &str, raw: bool) -> Result<Answer, Failure> {
        let mut url = url.to_owned();
        for _ in 0..=MAX_REDIRECTS {
            let mut answer = self.once(&url, raw).map_err(|error| self.failure(error))?;
            match &answer.location {
                Some(location) if matches!(answer.status, 301 | 302 | 303 | 307 | 308) => {
                    url = redirected(&url, location).map_err(Failure::Redirect)?;
                }
                _ => {
                    if answer.status != 200 && self.settings.token.is_some() {
                        let text = self.without_token(String::from_utf8_lossy(&answer.body).into_owned());
                        answer.body = text.into_bytes();
                    }
                    return Ok(answer);
                }
            }
        }
        Err(Failure::Redirect("in a circle"))
    }

    fn once(&self, url: &str, raw: bool) -> Result<Answer, ureq::Error> {
        if self.settings.verbose {
            // Where a forge sends to may carry a signature in its query.
            let shown = if self.address.is_own(url) { url } else { url.split('?').next().unwrap_or(url) };
            crate::io::terminal::message(&format!("asking {shown}\n"));
        }
        let mut request = self.agent.get(url);
        if self.settings.provider == Provider::GitHub {
            let accept = if raw { "application/vnd.github.raw+json" } else { "application/vnd.github+json" };
            request = request.header("Accept", accept).header("X-GitHub-Api-Version", "2022-11-28");
        }
        if let Some(token) = self.settings.token.as_ref().filter(|_| self.address.is_own(url)) {
            request = match self.settings.provider {
                Provider::GitHub => request.header("Authorization", format!("Bearer {}", token.0)),
                Provider::GitLab => request.header("PRIVATE-TOKEN", &token.0),
            };
        }
        let mut response = request.call()?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let number = |name: &str| header(name).and_then(|text| text.trim().parse::<u64>().ok());
        let remaining = number("x-ratelimit-remaining").or_else(|| number("ratelimit-remaining"));
        // Seconds; the other form of Retry-After, a date, is not used by these forges, and the usual pause is taken.
        let pause = number("retry-after").map(Duration::from_secs).or_else(|| {
            let reset =
                number("x-ratelimit-reset").or_else(|| number("ratelimit-reset")).filter(|_| remaining == Some(0))?;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Some(Duration::from_secs(reset).saturating_sub(now))
        });
        let is_json = header("content-type").is_some_and(|kind| kind.trim_start().starts_with("application/json"));
        let location = header("location").map(str::to_owned);
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MAX_BODY).read_to_vec()?;
        Ok(Answer { status, is_json, body, location, pause, remaining })
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
