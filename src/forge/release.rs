//! Which GitHub is behind an address: the cloud, or a release of GitHub Enterprise Server, and what that release knows.

use super::github::{WEB, web_host};
use crate::grammar::{Form, form};

form! {
    /// A release of GitHub Enterprise Server, or `cloud` for GitHub's own service behind another address.
    Release = release, {
        "type": "string", "pattern": "^(cloud|[1-9][0-9]*\\.[0-9]+)$",
        "patternErrorMessage": "write a release of GitHub Enterprise Server, as `3.19`, or `cloud`", "examples": ["3.19", "cloud"]
    }, [
        /// GitHub's own service.
        CLOUD = "cloud",
    ]
}

impl Form for Release {
    const QUOTES_MEND: bool = true;
}

/// The newest release of GitHub Enterprise Server whose description is known (npm `@octokit/openapi` 23.0.2). Its dispatches, as
/// those of all before it, know no `return_run_details`.
const NEWEST_RELEASE: (u16, u16) = (3, 19);

impl Release {
    /// Whether it may know how to answer a dispatch with its run: the cloud does, and what comes after the last release that is
    /// known not to.
    pub fn tells_of_runs(&self) -> bool {
        self.number().is_none_or(|number| number > NEWEST_RELEASE)
    }

    /// Major and minor; none of the cloud.
    fn number(&self) -> Option<(u16, u16)> {
        let (major, minor) = self.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }

    /// What is behind the address of an API, if that tells: github.com and GHE.com are the cloud.
    pub fn of(api: &str) -> Option<Self> {
        let host = web_host(api);
        (host == WEB || host.ends_with(".ghe.com")).then_some(Self::CLOUD)
    }
}

fn release(text: &str) -> Result<&str, String> {
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u16>().is_ok();
    match text.split_once('.') {
        _ if text == &*Release::CLOUD => Ok(text),
        Some((major, minor)) if is_number(major) && is_number(minor) && !major.starts_with('0') => Ok(text),
        _ => Err("write a release of GitHub Enterprise Server, as `3.19`, or `cloud`".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::github::API;
    use crate::grammar::tests::hold;

    /// npm `@octokit/openapi` 23.0.2: api.github.com has the key, ghes-3.17 to ghes-3.19 have it not.
    #[test]
    fn whether_a_dispatch_can_be_answered_with_its_run_is_known_by_release() {
        hold::<Release>();
        let tells = |text: &str| text.parse::<Release>().map(|release| release.tells_of_runs());
        for (text, expected) in
            [("cloud", true), ("3.9", false), ("3.17", false), ("3.19", false), ("3.20", true), ("4.0", true)]
        {
            assert_eq!(tells(text), Ok(expected), "{text}");
        }
        for bad in ["", "3", "3.x", "3.19.1", "v3.19", "03.1", ".1", "3.", "3.99999", "latest"] {
            assert!(tells(bad).is_err(), "{bad}");
        }
        for (api, cloud) in [
            (&*API, true),
            ("https://api.acme.ghe.com", true),
            ("https://ghe.example.com/api/v3", false),
            ("https://notghe.com/api/v3", false),
            ("http://127.0.0.1:8080", false),
        ] {
            assert_eq!(Release::of(api).is_some(), cloud, "{api}");
        }
    }
}
