//! What a code host is, as values: one file a host. Here are repositories, what is asked of a host, what its answers mean,
//! which token may go to it, and the way back from an address to what it names. `factory` makes steps of it, `io` sends it, `diff` reads it back.
//!
//! | file | host |
//! |---|---|
//! | [`github`] | github.com and GitHub Enterprise |
//! | [`gitlab`] | gitlab.com and instances of GitLab |
//! | [`gitea`] | instances of Gitea, and of Forgejo, which has its API |
//! | [`azure`] | Azure DevOps, and its Server |
//! | [`webhook`] | whatever takes a request of one's own |

pub mod azure;
pub mod gitea;
pub mod github;
pub mod gitlab;
mod host;
mod origin;
mod pipeline;
mod release;
pub mod runs;
mod trust;
pub mod webhook;

pub use host::{
    AskForFile, Authorization, BROKEN, Check, Credential, Header, Host, LATER, Limit, NOWHERE, Outcome, READ, Request,
    Service, TOKEN, TOO_MANY_REQUESTS, UNAUTHORIZED,
};
pub use origin::Origin;
pub use pipeline::{
    AnswerNames, Declarations, DeclaredAs, Dispatched, Dispatches, Limits, Most, Pipeline, Run, dispatched,
};
pub use release::Release;
pub use trust::{Elsewhere, Endpoint, Trust, is_loopback};

use crate::grammar::{Form, Invalid, choice, form};
use crate::source::percent_encoded;

choice! {
    /// A kind of code host.
    Provider {
        /// github.com, or GitHub Enterprise.
        GitHub = "github",
        /// gitlab.com, or an instance of GitLab.
        GitLab = "gitlab",
        /// An instance of Gitea.
        Gitea = "gitea",
        /// An instance of Forgejo.
        Forgejo = "forgejo",
        /// dev.azure.com, or an Azure DevOps Server.
        AzureDevOps = "azure-devops",
        /// A request of one's own.
        Webhook = "webhook",
    }
}

impl Form for Provider {}

impl Provider {
    /// All that is known of it.
    pub fn host(self) -> &'static Host {
        match self {
            Self::GitHub => &github::HOST,
            Self::GitLab => &gitlab::HOST,
            Self::Gitea => &gitea::HOST,
            Self::Forgejo => &gitea::FORGEJO,
            Self::AzureDevOps => &azure::HOST,
            Self::Webhook => &webhook::HOST,
        }
    }

    /// Those that have files.
    pub fn with_files() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|provider| provider.host().file.is_some())
    }

    /// Whether a text names a repository of this host; the error says what it should be.
    pub fn check_repo(self, text: &str) -> Result<(), Invalid> {
        match self {
            Self::GitHub | Self::Gitea | Self::Forgejo => text.parse().map(|_: github::Repo| ()),
            Self::GitLab | Self::Webhook => text.parse().map(|_: gitlab::Project| ()),
            Self::AzureDevOps => text.parse().map(|_: azure::Repo| ()),
        }
    }
}

form! {
    /// A repository of any host: two names or more.
    AnyRepo = any_repo, {
        "type": "string", "pattern": "^(?!.*//)(?!(.*/)?\\.{1,2}(/|$))[A-Za-z0-9_][^:?#%@\\\\\\x00-\\x1f\\x7f]*/[^:?#%@\\\\\\x00-\\x1f\\x7f]*[^:?#%@/\\\\\\x00-\\x20\\x7f]$",
        "patternErrorMessage": "write `owner/name`, not an address", "examples": ["myorg/myrepo"]
    }, []
}

impl Form for AnyRepo {
    fn meant(text: &str) -> Option<String> {
        github::Repo::meant(text)
    }
}

fn any_repo(text: &str) -> Result<&str, String> {
    let is_one = Provider::ALL.iter().any(|provider| provider.check_repo(text).is_ok());
    if is_one { Ok(text) } else { Err("write `owner/name`".into()) }
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

/// Percent-encodes all but the slashes between the parts.
fn encoded<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.map(percent_encoded).collect::<Vec<_>>().join("/")
}

/// A branch or a tag by its name alone.
pub(crate) fn short_reference(branch: &str) -> &str {
    branch.strip_prefix("refs/heads/").or(branch.strip_prefix("refs/tags/")).unwrap_or(branch)
}

/// A branch as a full reference; one that is one already stays.
fn full_reference(branch: &str) -> String {
    if branch.starts_with("refs/") { branch.to_owned() } else { format!("refs/heads/{branch}") }
}
