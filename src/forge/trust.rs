//! Which token of the environment may go to which address.
//!
//! The address of an API stands in images.yaml, which is written by whoever opens a pull request; the environment is the
//! user's. So a token goes to the host's own service, and to what the environment names beside it:
//!
//! | address | token |
//! |---|---|
//! | `https://api.github.com` | `GITHUB_TOKEN` |
//! | that of `GITHUB_API_URL`, which the runner of GitHub Actions sets | `GH_ENTERPRISE_TOKEN`, `GITHUB_ENTERPRISE_TOKEN`, `GITHUB_TOKEN` |
//! | on the host in `GH_HOST` | `GH_ENTERPRISE_TOKEN`, `GITHUB_ENTERPRISE_TOKEN` |
//! | `https://gitlab.com` | `GITLAB_TOKEN` |
//! | on the host in `GITLAB_HOST` | `GITLAB_TOKEN` |
//!
//! The variables of hosts and their tokens are those of `gh` (`gh help environment`) and `glab`. Over plain http a token goes
//! to this machine alone, and nothing is asked of a host that the environment does not name: neither is anybody on the way,
//! nor what answers on loopback or on the address of a cloud's metadata, the repository's to choose.

use super::{Host, Provider};
use std::fmt;
use std::net::IpAddr;

/// What may be sent to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The token that is in the first of these variables that is set.
    Full(Vec<&'static str>),
    /// Requests, and no token: why, and what would change it.
    WithoutToken(String),
    /// Nothing: why, and what would change it.
    Nothing(String),
}

impl Trust {
    /// What may be sent to an address. `variable` says what a variable of the environment holds, if it is set.
    pub fn of(provider: Provider, address: &str, variable: impl Fn(&str) -> Option<String>) -> Self {
        let host = provider.host();
        let Some(asked) = Endpoint::parse(address) else {
            return Self::Nothing(format!("`{address}` is no address of http"));
        };
        if Endpoint::parse(&host.address).as_ref() == Some(&asked) {
            return Self::Full(vec![host.variable]);
        }
        let Elsewhere { tokens, host: name, address } = host.elsewhere;
        let value = |name: &str| variable(name).filter(|value| !value.is_empty());
        let by_address = address.and_then(value).is_some_and(|url| Endpoint::parse(&url).as_ref() == Some(&asked));
        let by_host = value(name).is_some_and(|value| asked.is_on(&value));
        match (by_address || by_host, asked.https, asked.is_loopback()) {
            (true, true, _) | (true, false, true) => {
                let own = Some(host.variable).filter(|own| by_address && !tokens.contains(own));
                Self::Full(tokens.iter().copied().chain(own).collect())
            }
            (true, false, false) => {
                Self::WithoutToken(format!("no token is sent to {asked} without encryption; write `https://{asked}`"))
            }
            (false, true, _) => Self::WithoutToken(format!("no token is sent to {asked}, {}", unnamed(host, &asked))),
            (false, false, true) => Self::Nothing(format!("{asked} is not asked, {}", unnamed(host, &asked))),
            (false, false, false) => {
                Self::Nothing(format!("{asked} is not asked without encryption; write `https://{asked}`"))
            }
        }
    }
}

fn unnamed(host: &Host, asked: &Endpoint) -> String {
    let Elsewhere { tokens, host: name, .. } = host.elsewhere;
    let token = tokens.first().copied().unwrap_or(host.variable);
    format!("since the environment does not name it; if it is yours, set `{name}={asked}` and `{token}`")
}

/// The variables for addresses that are not a host's own service.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere {
    /// Those that have the token, the first that is set.
    pub tokens: &'static [&'static str],
    /// The one that names a host, perhaps with a port, or an address of it.
    pub host: &'static str,
    /// The one in which the host's own CI says the address of its API.
    pub address: Option<&'static str>,
}

impl Elsewhere {
    /// The variable that says where the host is: its own CI's, else the one that people set.
    pub fn name(&self) -> &'static str {
        self.address.unwrap_or(self.host)
    }
}

/// Scheme, host and port of an address: only where all three are the same may the token of one go to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    https: bool,
    /// In lower case.
    host: String,
    port: u16,
}

impl Endpoint {
    /// Those of an address; `None` if it has none, or a user.
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Self::of_authority(https, rest.split(['/', '?', '#']).next()?)
    }

    fn of_authority(https: bool, authority: &str) -> Option<Self> {
        // The colons of an address of IPv6 stand in brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
            _ => (authority, if https { 443 } else { 80 }),
        };
        let is_host = !host.is_empty() && !host.contains(['@', '\\']) && host.bytes().all(|b| b.is_ascii_graphic());
        is_host.then(|| Self { https, host: host.to_ascii_lowercase(), port })
    }

    /// Whether it is on the host that a variable names: `HOST`, `HOST:PORT` or an address. An API may be on `api.HOST`.
    fn is_on(&self, named: &str) -> bool {
        let named = if named.contains("://") { Self::parse(named) } else { Self::of_authority(self.https, named) };
        named.is_some_and(|named| {
            let is_host = self.host == named.host || self.host.strip_prefix("api.") == Some(&named.host);
            is_host && (self.https, self.port) == (named.https, named.port)
        })
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

/// Whether a host, without its port, is this machine.
pub fn is_loopback(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

/// `HOST`, or `HOST:PORT` where it is not the usual one.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        let usual = if self.https { 443 } else { 80 };
        if self.port == usual { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(provider: Provider, address: &str, set: &[(&str, &str)]) -> Trust {
        Trust::of(provider, address, |name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    /// Provider, address, what the environment holds, and the variables that are asked for the token.
    type Case<'a> = (Provider, &'a str, &'a [(&'a str, &'a str)], &'a [&'static str]);

    /// Everything that a token may go to, and the variables that are asked for it.
    #[test]
    fn a_token_goes_where_the_environment_says() {
        use Provider::{GitHub, GitLab};
        let enterprise = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
        let runner = [enterprise[0], enterprise[1], "GITHUB_TOKEN"];
        let cases: [Case<'_>; 14] = [
            (GitHub, "https://api.github.com", &[], &["GITHUB_TOKEN"]),
            (GitHub, "https://API.github.com:443", &[("GH_HOST", "h")], &["GITHUB_TOKEN"]),
            (GitHub, "https://h/api/v3", &[("GITHUB_API_URL", "https://h/api/v3")], &runner),
            (GitHub, "https://h/api/v3", &[("GITHUB_API_URL", "https://H:443"), ("GH_HOST", "i")], &runner),
            (GitHub, "https://h/api/v3", &[("GH_HOST", "h")], &enterprise),
            (GitHub, "https://api.h.ghe.com", &[("GH_HOST", "H.ghe.com")], &enterprise),
            (GitHub, "https://h:8443/api/v3", &[("GH_HOST", "h:8443")], &enterprise),
            (GitHub, "https://h/api/v3", &[("GH_HOST", "https://h/")], &enterprise),
            (GitHub, "http://127.0.0.1:9000", &[("GITHUB_API_URL", "http://127.0.0.1:9000")], &runner),
            (GitHub, "http://[::1]:9000", &[("GH_HOST", "[::1]:9000")], &enterprise),
            (GitHub, "http://localhost", &[("GH_HOST", "localhost")], &enterprise),
            (GitLab, "https://gitlab.com", &[], &["GITLAB_TOKEN"]),
            (GitLab, "https://h", &[("GITLAB_HOST", "h")], &["GITLAB_TOKEN"]),
            (GitLab, "https://h", &[("GITLAB_HOST", "https://h")], &["GITLAB_TOKEN"]),
        ];
        for (provider, address, set, expected) in cases {
            assert_eq!(trust(provider, address, set), Trust::Full(expected.to_vec()), "{address} {set:?}");
        }
    }

    /// Everything else, and what would change it.
    #[test]
    fn what_is_refused_names_the_variable_that_would_allow_it() {
        use Provider::{GitHub, GitLab};
        let all = [("GITHUB_API_URL", "https://h/api/v3"), ("GH_HOST", "h"), ("GITLAB_HOST", "h")];
        // Address, whether it is asked at all, what is said of it.
        for (provider, address, asked, part) in [
            (GitHub, "https://evil.example/api", true, "set `GH_HOST=evil.example` and `GH_ENTERPRISE_TOKEN`"),
            (GitHub, "https://h:444", true, "set `GH_HOST=h:444` and"),
            (GitHub, "https://h.evil", true, "set `GH_HOST=h.evil` and"),
            (GitHub, "https://sub.h", true, "set `GH_HOST=sub.h` and"),
            (GitHub, "https://api.github.com.evil", true, "set `GH_HOST=api.github.com.evil` and"),
            (GitHub, "https://api.github.com:444", true, "set `GH_HOST=api.github.com:444` and"),
            (GitHub, "https://gitlab.com", true, "set `GH_HOST=gitlab.com` and"),
            (GitHub, "http://api.github.com", false, "write `https://api.github.com`"),
            (GitHub, "http://169.254.169.254", false, "write `https://169.254.169.254`"),
            (GitHub, "http://127.0.0.1:18080", false, "set `GH_HOST=127.0.0.1:18080` and `GH_ENTERPRISE_TOKEN`"),
            (GitHub, "http://localhost.evil", false, "write `https://localhost.evil`"),
            (GitHub, "https://h@evil", false, "no address"),
            (GitHub, "ftp://h", false, "no address"),
            (GitLab, "https://i", true, "set `GITLAB_HOST=i` and `GITLAB_TOKEN`"),
            (GitLab, "https://api.github.com", true, "set `GITLAB_HOST=api.github.com` and"),
        ] {
            let (is_asked, why) = match trust(provider, address, &all) {
                Trust::WithoutToken(why) => (true, why),
                Trust::Nothing(why) => (false, why),
                Trust::Full(tokens) => panic!("{address}: {tokens:?}"),
            };
            assert!(is_asked == asked && why.contains(part), "{address}: {is_asked} {why}");
        }
        // The user has named it, and yet everybody on the way would read the token.
        let plain = trust(GitHub, "http://h", &[("GH_HOST", "h")]);
        assert_eq!(
            plain,
            Trust::WithoutToken("no token is sent to h without encryption; write `https://h`".to_owned())
        );
        assert!(matches!(trust(GitHub, "https://h", &[("GH_HOST", "")]), Trust::WithoutToken(_)), "set to nothing");
        assert!(matches!(trust(GitHub, "https://h", &[("GH_HOST", "http://h")]), Trust::WithoutToken(_)), "by http");
    }
}
