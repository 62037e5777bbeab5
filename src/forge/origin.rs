//! Which repository a checkout is of.

use super::github::web_host;

/// A repository on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The host, in lower case, without user and port.
    pub host: String,
    /// `owner/name`, as written.
    pub repo: String,
    /// Whether the host was written as ssh has it, where it may be a nickname from ~/.ssh/config.
    ssh: bool,
}

impl Origin {
    /// Reads the address of a remote as git takes it (gitprotocol, "GIT URLS" in git-fetch): `https://host/owner/name.git`,
    /// `ssh://git@host:22/owner/name`, `git@host:owner/name.git`. A path of this machine is no repository of a forge.
    pub fn parse(url: &str) -> Option<Self> {
        let url = url.trim();
        let (ssh, authority, path) = if let Some((scheme, rest)) = url.split_once("://") {
            let (authority, path) = rest.split_once('/')?;
            match scheme.to_ascii_lowercase().as_str() {
                "https" | "http" | "git" => (false, authority, path),
                "ssh" | "git+ssh" | "ssh+git" => (true, authority, path),
                _ => return None,
            }
        } else {
            // `host:path`, unless a slash comes first: then it is a path with a colon in it.
            let (authority, path) = url.split_once(':')?;
            if authority.contains('/') || path.starts_with('\\') {
                return None;
            }
            (true, authority, path)
        };
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = host.split_once(':').map_or(host, |(host, _)| host).to_ascii_lowercase();
        let repo = path.trim_matches('/');
        let repo = repo.strip_suffix(".git").unwrap_or(repo);
        let good =
            !host.is_empty() && repo.contains('/') && !repo.split('/').any(|part| matches!(part, "" | "." | ".."));
        good.then(|| Self { host, repo: repo.to_owned(), ssh })
    }

    /// Whether this is a repository of the forge behind an API. Hosts, owners and names are compared in any case, as
    /// GitHub and DNS do. A nickname of ssh, which has no dot, is taken for any host.
    pub fn is(&self, repo: &str, api_url: &str) -> bool {
        let web = web_host(api_url);
        let nickname = self.ssh && !self.host.contains('.');
        let same_host =
            self.host == web || self.host.strip_prefix("ssh.").or(self.host.strip_prefix("www.")) == Some(&web);
        (same_host || nickname) && self.repo.eq_ignore_ascii_case(repo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_is_the_same_repository() {
        for url in [
            "https://github.com/Acme/Web.git",
            "https://github.com/acme/web",
            "https://github.com/acme/web/",
            "https://user:secret@GitHub.com/acme/web.git",
            "http://www.github.com/acme/web",
            "git://github.com/acme/web.git",
            "ssh://git@github.com/acme/web.git",
            "ssh://git@ssh.github.com:443/acme/web.git",
            "git@github.com:acme/web.git",
            "git@github.com:/acme/web",
            "github.com:acme/web",
            "git@work:acme/web.git",
        ] {
            let origin = Origin::parse(url).unwrap_or_else(|| panic!("{url}"));
            assert!(origin.is("acme/web", "https://api.github.com"), "{url}: {origin:?}");
        }
    }

    #[test]
    fn other_repositories_and_paths_are_not() {
        for url in [
            "https://gitlab.com/acme/web.git",
            "https://github.com/acme/other",
            "git@github.com:acme/web/sub.git",
            "https://notgithub.com/acme/web",
            "https://intranet/acme/web",
        ] {
            let origin = Origin::parse(url).unwrap_or_else(|| panic!("{url}"));
            assert!(!origin.is("acme/web", "https://api.github.com"), "{url}");
        }
        for url in
            ["/srv/git/web.git", "../web", "file:///srv/acme/web", "", "c:\\git\\web", "https://github.com", "x:y"]
        {
            assert_eq!(Origin::parse(url), None, "{url}");
        }
    }

    #[test]
    fn an_enterprise_server_has_its_api_below_its_pages() {
        let origin = Origin::parse("git@ghe.example.com:acme/web.git").unwrap();
        assert!(origin.is("acme/web", "https://ghe.example.com/api/v3"));
        assert!(!origin.is("acme/web", "https://api.github.com"));
    }
}
