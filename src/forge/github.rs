//! GitHub: repositories.

use std::fmt;
use std::str::FromStr;

/// Its name, as people write it.
pub const NAME: &str = "GitHub";
/// The address of GitHub's own API.
pub const API: &str = "https://api.github.com";
/// The variable of the environment that has the token.
pub const TOKEN_VARIABLE: &str = "GITHUB_TOKEN";
/// The folder of a repository that workflows are in.
pub const WORKFLOWS: &str = ".github/workflows";

/// The host of GitHub's own pages and of git there.
const HOST: &str = "github.com";
/// The longest name of a repository; those of owners are shorter.
const MAX_NAME: usize = 100;

/// `owner/name` of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Repo(String);

impl Repo {
    /// `owner/name`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The user or organization.
    pub fn owner(&self) -> &str {
        self.0.split_once('/').map_or("", |(owner, _)| owner)
    }

    /// The repository in the address of one at github.com, with or without a scheme and a user.
    pub fn in_address(text: &str) -> Option<Self> {
        path_in_address(text)?.parse().ok()
    }
}

impl FromStr for Repo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(rest) = path_in_address(text) {
            return Err(format!("it is an address; write `{rest}`"));
        }
        let Some((owner, name)) = text.split_once('/') else { return Err("write `owner/name`".into()) };
        if !(is_owner(owner) && super::is_name(name)) {
            return Err("write `owner/name`: letters, digits, `-`, `_` and, in the name, `.`".into());
        }
        if owner.len().max(name.len()) > MAX_NAME {
            return Err(format!("GitHub's names have at most {MAX_NAME} characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_owner(text: &str) -> bool {
    super::is_name(text) && !text.contains('.') && !text.starts_with('-')
}

/// What stands behind the host in an address at github.com.
fn path_in_address(text: &str) -> Option<&str> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.find(HOST).filter(|at| *at == 0 || rest[..*at].ends_with(['@', '.']))?;
    let path = rest[host..].strip_prefix(HOST)?.strip_prefix([':', '/'])?;
    Some(path.trim_matches('/').trim_end_matches(".git"))
}

/// The host of the pages and of git behind an API: `github.com` for `https://api.github.com`, `ghe.example.com` for
/// `https://ghe.example.com/api/v3`.
pub(super) fn web_host(api_url: &str) -> String {
    let rest = api_url.split_once("://").map_or(api_url, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or(rest).to_ascii_lowercase();
    host.strip_prefix("api.").map(str::to_owned).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_owner_and_name() {
        for good in ["craigedmunds/argocd-eda", "github/github.com", "acme/api.github.com"] {
            assert_eq!(good.parse().map(|repo: Repo| repo.to_string()), Ok(good.to_owned()));
        }
        for address in [
            "https://github.com/a/b.git",
            "git@github.com:a/b",
            "github.com/a/b/",
            "https://www.github.com/a/b",
            "ssh://git@github.com/a/b.git",
        ] {
            assert_eq!(address.parse::<Repo>(), Err("it is an address; write `a/b`".to_owned()), "{address}");
            assert_eq!(Repo::in_address(address), "a/b".parse().ok(), "{address}");
        }
        for bad in ["", "a", "a/", "/b", "a/b/c", "a/..", "a/b?x", "a/b#c", "a b/c", "a/%2f", "../a", "a.b/c", "-a/b"] {
            assert!(bad.parse::<Repo>().is_err_and(|why| why.starts_with("write `owner/name`")), "{bad}");
        }
        assert_eq!(
            format!("a/{}", "b".repeat(101)).parse::<Repo>(),
            Err("GitHub's names have at most 100 characters".to_owned())
        );
    }
}
