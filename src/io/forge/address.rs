//! Addresses of a forge's API.

use super::Wanted;
use crate::forge::Provider;
use crate::source::percent_encoded;

/// Where a forge is.
pub(super) struct Address {
    provider: Provider,
    /// Without a slash at the end.
    url: String,
}

impl Address {
    pub(super) fn new(provider: Provider, url: &str) -> Self {
        Self { provider, url: url.trim_end_matches('/').to_owned() }
    }

    /// The raw content of a file.
    pub(super) fn file(&self, file: &Wanted) -> String {
        let Wanted { repo, branch, path } = file;
        // `./a//Dockerfile` is a path to docker and none to the APIs.
        let path: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let path = path.join("/");
        match self.provider {
            Provider::GitHub => {
                format!("{}/repos/{}/contents/{}?ref={}", self.url, parts(repo), parts(&path), percent_encoded(branch))
            }
            Provider::GitLab => format!(
                "{}/api/v4/projects/{}/repository/files/{}/raw?ref={}",
                self.url,
                percent_encoded(repo),
                percent_encoded(&path),
                percent_encoded(branch)
            ),
        }
    }

    /// The repository itself.
    pub(super) fn repository(&self, repo: &str) -> String {
        match self.provider {
            Provider::GitHub => format!("{}/repos/{}", self.url, parts(repo)),
            Provider::GitLab => format!("{}/api/v4/projects/{}", self.url, percent_encoded(repo)),
        }
    }

    /// Whether an address is of the API's own scheme, host and port: only there may the token go.
    pub(super) fn is_own(&self, url: &str) -> bool {
        origin(url).eq_ignore_ascii_case(origin(&self.url))
    }
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    &url[..end]
}

/// The address that a redirect names, from the one that was asked (RFC 9110, 10.2.2): whole, or a path of the same
/// origin. The error is why it is not followed.
pub(super) fn redirected(from: &str, location: &str) -> Result<String, &'static str> {
    let encrypted = from.starts_with("https://");
    let to = match location {
        _ if location.starts_with("https://") || location.starts_with("http://") => location.to_owned(),
        _ if location.starts_with("//") => format!("{}{location}", if encrypted { "https:" } else { "http:" }),
        _ if location.starts_with('/') => format!("{}{location}", origin(from)),
        _ => return Err("the address cannot be used"),
    };
    if encrypted && !to.starts_with("https://") {
        return Err("to an address without encryption");
    }
    Ok(to)
}

/// Percent-encodes all but the slashes.
fn parts(path: &str) -> String {
    path.split('/').map(percent_encoded).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_branches_and_projects_are_encoded() {
        let file = Wanted {
            repo: "acme/web".to_owned(),
            branch: "release/1 +x&y".to_owned(),
            path: "./a b//ü#?.Dockerfile".to_owned(),
        };
        assert_eq!(
            Address::new(Provider::GitHub, "https://h/api/v3/").file(&file),
            "https://h/api/v3/repos/acme/web/contents/a%20b/%C3%BC%23%3F.Dockerfile?ref=release%2F1%20%2Bx%26y"
        );
        assert_eq!(
            Address::new(Provider::GitLab, "https://h").file(&file),
            "https://h/api/v4/projects/acme%2Fweb/repository/files/a%20b%2F%C3%BC%23%3F.Dockerfile/raw?ref=release%2F1%20%2Bx%26y"
        );
    }

    #[test]
    fn a_token_stays_with_its_origin() {
        let address = Address::new(Provider::GitHub, "https://h.example/api/v3");
        for own in ["https://h.example/x", "https://H.example", "https://h.example?x"] {
            assert!(address.is_own(own), "{own}");
        }
        for other in [
            "http://h.example/x",
            "https://h.example.evil/x",
            "https://h.example:444/x",
            "https://h.example@evil/x",
            "https://evil/https://h.example/",
        ] {
            assert!(!address.is_own(other), "{other}");
        }
    }

    #[test]
    fn redirects_are_whole_addresses_or_paths_and_never_lose_encryption() {
        let from = "https://h:1/a?b";
        assert_eq!(redirected(from, "/c").as_deref(), Ok("https://h:1/c"));
        assert_eq!(redirected(from, "//i/c").as_deref(), Ok("https://i/c"));
        assert_eq!(redirected(from, "https://i/c").as_deref(), Ok("https://i/c"));
        for bad in ["http://i/c", "c", "", "file:///etc/passwd"] {
            assert!(redirected(from, bad).is_err(), "{bad}");
        }
    }
}
