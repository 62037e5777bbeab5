//! What every code host has, and what each says of itself in its own file.

use super::Elsewhere;
use crate::grammar::address::ApiUrl;
use crate::grammar::kubernetes::{ObjectName, SecretKey};

/// A code host.
#[derive(Debug)]
pub struct Host {
    /// Its name, as people write it.
    pub name: &'static str,
    /// The address of its own service, where nothing else is written: GitHub's API, GitLab's instance; [`NOWHERE`] if it has none.
    pub address: ApiUrl,
    /// The variable of the environment that has the token for its own service.
    pub variable: &'static str,
    /// The variables for other addresses.
    pub elsewhere: Elsewhere,
    /// The Secret that has the token, and the key of its data, where nothing else is written.
    pub credential: (ObjectName, SecretKey),
    /// Where the token stands in a request that reads a file.
    pub authorization: Authorization<'static>,
    /// When a limit on requests is reached.
    pub limit: Limit,
    /// Keys of a JSON body that say why something was refused, the first that is there.
    pub message_keys: &'static [&'static str],
    /// What its message holds, in any case, if a 404 is for a branch that is not there.
    pub no_branch: &'static str,
    /// Headers of a request that reads a file.
    pub read_headers: &'static [Header<'static>],
    /// What to look at when a file was refused.
    pub read_checks: &'static [Check],
    /// Asks for a file as it is: address, repository, branch, path. None of a host that has no files.
    pub file: Option<AskForFile>,
    /// Asks whether a repository is there: address, repository.
    pub repository: fn(&str, &str) -> Request,
}

/// The address of a host that is only where somebody runs it: a name that never leads anywhere (RFC 6761, 6.4).
pub const NOWHERE: ApiUrl = ApiUrl::constant("https://host.invalid");

impl Host {
    /// Whether it is only where somebody runs it, so that its address has to be written.
    pub fn is_only_elsewhere(&self) -> bool {
        self.address == NOWHERE
    }
}

/// A Secret of the Project's namespace and the key in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Credential {
    /// Name of the Secret.
    pub secret: ObjectName,
    /// Key of its data.
    pub key: SecretKey,
}

/// A code host, as it is reached.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    /// Its address, as `https://api.github.com`.
    pub api_url: ApiUrl,
    /// The token; none if it asks for none.
    pub credential: Option<Credential>,
}

/// Where the token of a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Authorization<'a> {
    /// In a header, behind a word.
    Header {
        /// Its name.
        name: &'a str,
        /// What stands before the token, with the blank behind it.
        scheme: &'a str,
    },
    /// As the password of HTTP's scheme Basic (RFC 7617), for a user who may have no name.
    Basic {
        /// The user.
        user: &'a str,
    },
    /// In the body, where [`TOKEN`] stands.
    Body,
}

/// What stands in a body in place of the token. No branch and no input has it: git allows no blank there, and placeholders are others.
pub const TOKEN: &str = "{{ token }}";

/// Asks for a file: address, repository, branch, path.
pub type AskForFile = fn(&str, &str, &str, &str) -> Request;

/// A request, without the token that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// As `GET`.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Those that go with it.
    pub headers: &'static [Header<'static>],
    /// JSON, if something is sent.
    pub body: Option<String>,
}

impl Request {
    /// Asks for what is at an address.
    pub(super) fn get(url: String, headers: &'static [Header<'static>]) -> Self {
        Self { method: "GET", url, headers, body: None }
    }

    /// Asks for a file that every robot may have (RFC 9309): it starts nothing and needs no token.
    pub(super) fn for_robots(address: &str) -> Self {
        Self::get(format!("{address}/robots.txt"), &[])
    }

    /// Sends JSON to an address, with the headers of all dispatches of its host.
    pub(super) fn post(url: String, body: &impl serde::Serialize) -> Self {
        // Texts are always JSON.
        Self { method: "POST", url, headers: &[], body: serde_json::to_string(body).ok() }
    }
}

/// How a host says that there were too many requests.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// A status that it uses beside 429, if a header or its message says that it is for a limit.
    pub status: Option<u16>,
    /// The header with the seconds to wait for.
    pub retry_after: &'static str,
    /// The header with the number of requests that are left.
    pub remaining: &'static str,
    /// The header with the time at which there are more again, in seconds since 1970.
    pub reset: &'static str,
    /// What its message then holds, in lower case.
    pub words: &'static str,
}

/// What an answer means for the one who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done, or here it is.
    Done,
    /// Not now: 408, 5xx.
    Later,
    /// Not now: too many requests.
    Limited,
    /// Never like this: everything else, so that no unforeseen answer is asked for again.
    Never,
}

/// Name and value.
pub type Header<'a> = (&'a str, &'a str);

/// What to look at after an answer with one of these statuses.
pub type Check = (&'static [u16], &'static str);

/// The status of a file that is there.
pub const READ: u16 = 200;
/// Statuses that mean "not now" wherever they come from, beside those from [`BROKEN`] on (RFC 9110, 15.5.9; RFC 6585, 4).
pub const LATER: [u16; 2] = [408, TOO_MANY_REQUESTS];
/// The first status of a server that could not do what it should (RFC 9110, 15.6).
pub const BROKEN: u16 = 500;
/// The status of a token that is not known (RFC 9110, 15.5.2).
pub const UNAUTHORIZED: u16 = 401;
/// The status of too many requests (RFC 6585, 4).
pub const TOO_MANY_REQUESTS: u16 = 429;

impl Limit {
    /// What most hosts have, and what stands before those that limit nothing.
    pub const USUAL: Self = Self {
        status: None,
        retry_after: "Retry-After",
        remaining: "X-RateLimit-Remaining",
        reset: "X-RateLimit-Reset",
        words: "rate limit",
    };

    /// What an answer means: its status, its headers (empty if missing) and its message; `done` is what success looks like.
    pub fn outcome<'h>(&self, done: &[u16], status: u16, header: impl Fn(&str) -> &'h str, message: &str) -> Outcome {
        let limited = || {
            !header(self.retry_after).is_empty()
                || header(self.remaining) == "0"
                || message.to_ascii_lowercase().contains(self.words)
        };
        match status {
            _ if done.contains(&status) => Outcome::Done,
            TOO_MANY_REQUESTS => Outcome::Limited,
            _ if self.status == Some(status) && limited() => Outcome::Limited,
            _ if status >= BROKEN || LATER.contains(&status) => Outcome::Later,
            _ => Outcome::Never,
        }
    }
}
