//! What a code host is, as values: one file a host. Here are repositories, what is asked of a host, what its answers mean,
//! which token may go to it, and the way back from an address to what it names. `factory` makes steps of it, `io` sends it, `diff` reads it back.
//!
//! | file | host |
//! |---|---|
//! | [`github`] | github.com and GitHub Enterprise |
//! | [`gitlab`] | gitlab.com and instances of GitLab |

pub mod github;
pub mod gitlab;
mod host;
mod origin;
mod pipeline;
mod trust;

pub use host::{BROKEN, Check, Header, Host, LATER, Limit, Outcome, READ, Request, TOO_MANY_REQUESTS, UNAUTHORIZED};
pub use origin::Origin;
pub use pipeline::{AnswerNames, ByHost, Dispatched, Dispatches, Pipeline, dispatched};
pub use trust::{Elsewhere, Endpoint, Trust, is_loopback};

use crate::grammar::{Form, Invalid, choice};

choice! {
    /// A kind of code host.
    Provider {
        /// github.com, or GitHub Enterprise.
        GitHub = "github",
        /// gitlab.com, or an instance of GitLab.
        GitLab = "gitlab",
    }
}

impl Form for Provider {}

impl Provider {
    /// All that is known of it.
    pub fn host(self) -> &'static Host {
        match self {
            Self::GitHub => &github::HOST,
            Self::GitLab => &gitlab::HOST,
        }
    }

    /// Whether a text names a repository of this host; the error says what it should be.
    pub fn check_repo(self, text: &str) -> Result<(), Invalid> {
        match self {
            Self::GitHub => text.parse().map(|_: github::Repo| ()),
            Self::GitLab => text.parse().map(|_: gitlab::Project| ()),
        }
    }
}

/// Whether a text can be a part of a repository's name: what both hosts take, and no step to another folder.
fn is_name(part: &str) -> bool {
    !matches!(part, "" | "." | "..")
        && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// The parts of a path, without those that name nothing: `./a//Dockerfile` is a path to docker and none to the APIs.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !matches!(*part, "" | "."))
}
