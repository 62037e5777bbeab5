//! GitLab: its REST API, version 4 (docs.gitlab.com): "Repository files API", "Projects API", "REST API authentication".
//!
//! | answer | meaning | outcome |
//! |---|---|---|
//! | 200 | the file | done |
//! | 408, 429, 5xx | not now | sent again |
//! | 401, 403, 404 and everything else | never like this | failed, with GitLab's message |

use super::{Elsewhere, Host, Limit, Request, parts};
use crate::grammar::address::ApiUrl;
use crate::grammar::form;
use crate::grammar::kubernetes::{ObjectName, SecretKey};
use crate::source::percent_encoded;

/// What is known of it.
pub static HOST: Host = Host {
    name: "GitLab",
    address: ApiUrl::constant("https://gitlab.com"),
    variable: "GITLAB_TOKEN",
    elsewhere: Elsewhere { tokens: &["GITLAB_TOKEN"], host: "GITLAB_HOST", address: None },
    credential: (ObjectName::constant("gitlab-credentials"), SecretKey::constant("token")),
    authorization: ("PRIVATE-TOKEN", ""),
    // "User and IP rate limits": 429 alone.
    limit: Limit {
        status: None,
        retry_after: "Retry-After",
        remaining: "RateLimit-Remaining",
        reset: "RateLimit-Reset",
        words: "retry later",
    },
    message_keys: &["message", "error", "error_description"],
    // `404 Commit Not Found`, beside `404 File Not Found` and `404 Project Not Found`.
    no_branch: "commit",
    read_headers: &[],
    read_checks: &[(
        &[403, 404],
        "the project, the branch and the file exist, and that the token may read them: scope read_api, role Reporter",
    )],
    file,
    repository,
};

/// The content of a file: "Get a raw file from a repository".
pub fn file(instance: &str, project: &str, branch: &str, path: &str) -> Request {
    let path = percent_encoded(&parts(path).collect::<Vec<_>>().join("/"));
    let Request { url: project, .. } = repository(instance, project);
    get(format!("{project}/repository/files/{path}/raw?ref={}", percent_encoded(branch)))
}

/// Whether a project is there: "Retrieve a project".
pub fn repository(instance: &str, project: &str) -> Request {
    get(format!("{instance}/api/v4/projects/{}", percent_encoded(project)))
}

fn get(url: String) -> Request {
    Request { method: "GET", url, headers: &[], body: None }
}

form! {
    /// A project with its path: two names or more, as `group/subgroup/project`, since groups have groups.
    Project = project, {"type": "string"}, []
}

fn project(text: &str) -> Result<&str, String> {
    let is_one = text.contains('/') && text.split('/').all(super::is_name);
    if is_one { Ok(text) } else { Err("write `group/name`".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_two_names_or_more() {
        for good in ["group/web", "group/sub/web", "a.b/c_d/e-f/g"] {
            assert_eq!(good.parse().map(|project: Project| project.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "web", "/web", "group/", "group//web", "group/..", "group/web?x", "group/%2f", "group/a b"] {
            assert_eq!(bad.parse::<Project>(), Err("write `group/name`".into()), "{bad}");
        }
    }

    /// "User and IP rate limits", "REST API": status codes.
    #[test]
    fn answers_mean_what_the_documentation_says() {
        use crate::forge::Outcome::{Done, Later, Limited, Never};
        for (status, outcome) in [
            (200, Done),
            (429, Limited),
            (408, Later),
            (500, Later),
            (503, Later),
            (401, Never),
            (403, Never),
            (404, Never),
        ] {
            assert_eq!(HOST.limit.outcome(&[200], status, |_| "0", "Retry later"), outcome, "{status}");
        }
    }

    #[test]
    fn a_file_is_asked_for_with_project_path_and_branch_encoded() {
        let request = file("https://h", "group/sub/web", "a/b c", "./x//\u{fc}#?.Dockerfile");
        assert_eq!(
            request.url,
            "https://h/api/v4/projects/group%2Fsub%2Fweb/repository/files/x%2F%C3%BC%23%3F.Dockerfile/raw?ref=a%2Fb%20c"
        );
        assert_eq!((request.method, request.headers), ("GET", &[][..]));
    }
}
