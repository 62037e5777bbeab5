//! What a code host is, as values: one file a host. Here are repositories, what is asked of a host, what its answers mean,
//! and the way back from an address to what it names. `factory` makes steps of it, `io` sends it, `diff` reads it back.
//!
//! | file | host |
//! |---|---|
//! | [`github`] | github.com and GitHub Enterprise |
//! | [`gitlab`] | gitlab.com and instances of GitLab |

pub mod github;
pub mod gitlab;
mod host;
mod origin;

pub use host::{BROKEN, Check, Host, LATER, Limit, Outcome, Request, UNAUTHORIZED};
pub use origin::Origin;

use std::fmt;

/// A kind of code host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    /// github.com, or GitHub Enterprise.
    GitHub,
    /// gitlab.com, or an instance of GitLab.
    GitLab,
}

impl Provider {
    /// All that is known of it.
    pub fn host(self) -> &'static Host {
        match self {
            Self::GitHub => &github::HOST,
            Self::GitLab => &gitlab::HOST,
        }
    }

    /// Reads the name of a repository of this host; the error says what it should be.
    pub fn repo(self, text: &str) -> Result<Repo, String> {
        match self {
            Self::GitHub => text.parse().map(Repo::GitHub),
            Self::GitLab => text.parse().map(Repo::GitLab),
        }
    }
}

/// A repository of any host.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Repo {
    /// Of GitHub: `owner/name`.
    GitHub(github::Repo),
    /// Of GitLab: a project below a group and perhaps further groups.
    GitLab(gitlab::Project),
}

impl Repo {
    /// The kind of host that it is on.
    pub fn provider(&self) -> Provider {
        match self {
            Self::GitHub(_) => Provider::GitHub,
            Self::GitLab(_) => Provider::GitLab,
        }
    }

    /// As it is written, without a host.
    pub fn as_str(&self) -> &str {
        match self {
            Self::GitHub(repo) => repo.as_str(),
            Self::GitLab(project) => project.as_str(),
        }
    }
}

impl fmt::Display for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<github::Repo> for Repo {
    fn from(repo: github::Repo) -> Self {
        Self::GitHub(repo)
    }
}

impl From<gitlab::Project> for Repo {
    fn from(project: gitlab::Project) -> Self {
        Self::GitLab(project)
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
