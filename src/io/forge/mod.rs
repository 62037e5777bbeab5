//! Files of repositories, from the APIs of GitHub and GitLab.
//!
//! What is asked and what answers mean stands in [`crate::forge`]; here is what is sent and how often.
//!
//! Eight files at once over one pool of connections. What can go away by itself is tried again: 429, 5xx, lost
//! connections, and rate limits that end soon. The token goes to the API's own origin alone, if the environment trusts that
//! ([`crate::forge::Trust`]), and into no message.

mod access;
mod exchange;
mod failure;

pub use access::{Access, Sent};
pub use failure::Failure;

use super::attempts::{each_at_once, lock};
use super::client::client;
use super::progress::Waits;
use crate::forge::{Authorization, Host, Provider, Request};
use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Files that are asked for at once.
const AT_ONCE: usize = 8;

/// A secret. It has no `Debug` and no `Display`, so that it cannot get into a message.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Takes a token; a newline around it is common. `None` if nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// What stands in it that cannot be in a header (RFC 9110, 5.5) and is in no token, if anything does.
    pub fn flaw(&self) -> Option<&'static str> {
        let is_wrong = |c: &char| !c.is_ascii_graphic();
        Some(match self.0.chars().find(is_wrong)? {
            '\n' | '\r' => "a line break",
            ' ' | '\t' => "a blank",
            c if c.is_ascii() => "a control character",
            _ => "a character that is not ASCII",
        })
    }
}

/// How a forge is asked.
#[derive(Clone)]
pub struct Settings {
    /// By which the requests are made.
    pub provider: Provider,
    /// [`Host::address`] or another, without a slash at the end.
    pub url: String,
    /// What authenticates there.
    pub access: Access,
    /// The pause before a request is sent again for the first time; each further one is twice as long.
    pub pause: Duration,
    /// The longest that one request may take.
    pub timeout: Duration,
    /// Whether each request is said on stderr.
    pub verbose: bool,
    /// Where pauses are told.
    pub waits: Waits,
}

impl Settings {
    /// What is usual, with the token of the environment if it may go there.
    pub fn new(provider: Provider, url: &str) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        Self {
            provider,
            access: Access::from_environment(provider, &url),
            url,
            pause: Duration::from_millis(500),
            timeout: Duration::from_secs(30),
            verbose: false,
            waits: Waits::default(),
        }
    }
}

/// A file of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Where the repository is.
    pub provider: Provider,
    /// `owner/name`.
    pub repo: String,
    /// Branch, tag or commit.
    pub branch: String,
    /// Path in the repository.
    pub path: String,
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}:{}", self.repo, self.branch, self.path)
    }
}

/// What a forge says.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// Why not, if it says so.
    pub message: String,
    /// The scopes of the token, separated by commas; of one that has none but permissions, nothing is said.
    pub scopes: Option<String>,
    /// When the token expires, as GitHub writes it: `2026-12-30 12:00:00 UTC`.
    pub expires: Option<String>,
    /// Requests that are left.
    pub left: Option<u64>,
    /// The body, if it is JSON.
    pub body: serde_json::Value,
}

/// A forge that is asked for files.
pub struct Forge {
    agent: ureq::Agent,
    settings: Settings,
    /// Why nothing is asked any more: what it is would fail every request.
    stopped: Mutex<Option<Failure>>,
    /// Whether the forge has ever answered.
    answered: AtomicBool,
    /// Whether repositories that were asked for exist.
    repositories: Mutex<HashMap<String, bool>>,
    /// Why nothing can be asked at all.
    flaw: Option<String>,
    /// Why no certificate can be trusted: nothing is asked then that needs one.
    unreadable: Option<String>,
}

impl Forge {
    /// Makes ready; nothing is asked yet.
    pub fn new(settings: Settings) -> Self {
        let (agent, unreadable) = client(settings.timeout, AT_ONCE);
        let refused = match &settings.access {
            Access::Refused(why) => Some(why.clone()),
            _ => None,
        };
        Self {
            agent,
            flaw: refused,
            unreadable,
            settings,
            stopped: Mutex::default(),
            answered: AtomicBool::default(),
            repositories: Mutex::default(),
        }
    }

    /// All files, in their order; `done` is called after each, from several threads.
    pub fn fetch_all(&self, wanted: &[Wanted], done: &(dyn Fn() + Sync)) -> Vec<Result<String, Failure>> {
        each_at_once(wanted, AT_ONCE, |file| {
            let result = self.fetch(file);
            done();
            result
        })
    }

    /// One file.
    pub fn fetch(&self, file: &Wanted) -> Result<String, Failure> {
        if let Some(why) = &self.flaw {
            return Err(Failure::Refused(why.clone()));
        }
        if let Some(failure) = lock(&self.stopped).clone() {
            return Err(failure);
        }
        let result = self.file(file);
        match &result {
            Ok(_) => self.answered.store(true, Ordering::Relaxed),
            Err(failure) => {
                let silent = matches!(failure, Failure::Timeout(_) | Failure::Connection(_));
                // A forge that has never answered will not for the other nine hundred files either.
                let stops = if silent { !self.answered.load(Ordering::Relaxed) } else { failure.concerns_all() };
                if stops {
                    lock(&self.stopped).get_or_insert_with(|| failure.clone());
                }
                if !silent {
                    self.answered.store(true, Ordering::Relaxed);
                }
            }
        }
        result
    }

    /// Asks something that is no file.
    pub fn ask(&self, request: &Request) -> Result<Said, Failure> {
        if let Some(why) = &self.flaw {
            return Err(Failure::Refused(why.clone()));
        }
        self.is_sendable()?;
        let answer = self.get(request)?;
        let text = |name: &str| Some(answer.header(name)).filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(Said {
            status: answer.status,
            scopes: answer.has("x-oauth-scopes").then(|| answer.header("x-oauth-scopes").to_owned()),
            expires: text("github-authentication-token-expiration"),
            left: text(self.host().limit.remaining).and_then(|left| left.parse().ok()),
            body: serde_json::from_slice(&answer.body).unwrap_or_default(),
            message: answer.message,
        })
    }

    /// Sends what starts something, once, with the token of the environment. The answer is a status, what the host says, and whether it
    /// is JSON.
    pub fn send(
        &self,
        request: &Request,
        headers: &[(&str, &str)],
        authorization: &Authorization<'_>,
    ) -> Result<(u16, String, bool), Failure> {
        self.is_sendable()?;
        match &self.settings.access {
            Access::Token { .. } => {}
            Access::Unset(variable) => return Err(Failure::Refused(format!("{variable} is not set"))),
            Access::Withheld(why) | Access::Refused(why) => return Err(Failure::Refused(why.clone())),
        }
        let answer = self.post(request, headers, authorization)?;
        Ok((answer.status, answer.message.clone(), answer.is_json()))
    }

    /// Asks several at once; the answers are in the order of the questions.
    pub fn ask_all<T: Sync>(
        &self,
        things: &[T],
        request: impl Fn(&T) -> &Request + Sync,
    ) -> Vec<Result<Said, Failure>> {
        each_at_once(things, AT_ONCE, |thing| self.ask(request(thing)))
    }

    /// Where the token comes from, or why there is none.
    pub fn sent(&self) -> Sent {
        self.settings.access.sent()
    }

    /// The error is what the token has that no header may have. The forge would say that nobody is known by it, or that there is no such
    /// repository.
    fn is_sendable(&self) -> Result<(), Failure> {
        match &self.settings.access {
            Access::Token { token, variable } => match token.flaw() {
                Some(flaw) => Err(Failure::Unsendable { variable, flaw }),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    pub(super) fn host(&self) -> &'static Host {
        self.settings.provider.host()
    }

    fn file(&self, file: &Wanted) -> Result<String, Failure> {
        let host = self.host();
        self.is_sendable()?;
        let Some(ask) = host.file else { return Err(Failure::Refused(format!("{} has no files", host.name))) };
        let answer = self.get(&ask(&self.settings.url, &file.repo, &file.branch, &file.path))?;
        match answer.status {
            200 if answer.is_json() => Err(Failure::NotAFile),
            200 => String::from_utf8(answer.body).map_err(|_| Failure::NotText),
            404 if answer.message.to_ascii_lowercase().contains(host.no_branch) => Err(Failure::NoBranch),
            404 if self.repository_exists(&file.repo)? => Err(Failure::NoFile),
            404 => Err(Failure::NoRepository(self.settings.access.sent())),
            401 => Err(Failure::Unauthorized(self.settings.access.sent())),
            403 => Err(Failure::Forbidden(answer.message)),
            status => Err(Failure::Status(status, answer.message)),
        }
    }

    fn repository_exists(&self, repo: &str) -> Result<bool, Failure> {
        if let Some(known) = lock(&self.repositories).get(repo) {
            return Ok(*known);
        }
        let exists = self.get(&(self.host().repository)(&self.settings.url, repo))?.status == 200;
        lock(&self.repositories).insert(repo.to_owned(), exists);
        Ok(exists)
    }
}
