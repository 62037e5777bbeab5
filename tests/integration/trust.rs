//! Where tokens go when a pull request chooses the address: nowhere that the environment does not name.

use crate::harness::Folder;
use crate::server::{Asked, Reply, Server};

const OWN: &str = "ghp_ofTheUserForGitHub";
const ENTERPRISE: &str = "ghp_ofTheUserForEnterprise";
const GITLAB: &str = "glpat-ofTheUserForGitLab";
const TOKENS: [(&str, &str); 3] =
    [("GITHUB_TOKEN", OWN), ("GH_ENTERPRISE_TOKEN", ENTERPRISE), ("GITLAB_TOKEN", GITLAB)];

fn forge() -> Server {
    Server::new(|asked, _| match asked.path.as_str() {
        path if path.contains("Dockerfile") => Reply::text(200, "FROM node:22\n"),
        _ => Reply::text(404, "{\"message\": \"Not Found\"}"),
    })
}

/// What the pull request has written.
fn folder(api: &str) -> Folder {
    Folder::with(&format!(
        "github: {{apiUrl: \"{api}\"}}\nimages:\n- {{name: web, repository: acme/web, source: {{repo: acme/web}}}}\n"
    ))
}

fn token(asked: &Asked) -> Option<String> {
    asked.header("authorization").or(asked.header("private-token")).map(str::to_owned)
}

#[test]
fn an_address_that_only_the_repository_names_gets_no_token() {
    let server = forge();
    let host = server.url.strip_prefix("http://").unwrap();
    let folder = folder(&server.url);
    let github = format!("{{\"repo\": \"acme/web\", \"apiUrl\": \"{}\"}}", server.url);
    let gitlab = github.replacen('{', "{\"provider\": \"gitlab\", ", 1);
    // The command, how it ends, and the variables that would allow it.
    let (allow_github, allow_gitlab) =
        (format!("set GH_HOST={host} and GH_ENTERPRISE_TOKEN"), format!("set GITLAB_HOST={host} and GITLAB_TOKEN"));
    for (arguments, code, allow) in [
        (vec!["discover", "--check"], 3, &allow_github),
        (vec!["discover"], 3, &allow_github),
        (vec!["lint", "--online"], 1, &allow_github),
        (vec!["analyze", "--request", &github], 3, &allow_github),
        (vec!["analyze", "--request", &gitlab], 3, &allow_gitlab),
    ] {
        // What names another host allows nothing here.
        for other in ["http://127.0.0.1:9", "https://api.github.com"] {
            let environment = [("GITHUB_API_URL", other), ("GH_HOST", "ghe.example.com"), ("GITLAB_HOST", "127.0.0.1")];
            let outcome = folder.run_with(&[&TOKENS[..], &environment].concat(), &arguments);
            assert_eq!(outcome.code, code, "{arguments:?}: {}", outcome.shown());
            assert!(outcome.shown().contains(allow.as_str()), "{arguments:?}: {}", outcome.shown());
            assert!(!outcome.shown().contains("ofTheUser"), "{}", outcome.shown());
        }
    }
    assert!(server.asked().is_empty(), "what listens on this machine is not the repository's to ask");
}

#[test]
fn an_address_that_the_environment_names_gets_the_token_that_is_for_it() {
    let server = forge();
    let host = server.url.strip_prefix("http://").unwrap();
    let folder = folder(&server.url);
    let github = format!("{{\"repo\": \"acme/web\", \"apiUrl\": \"{}\"}}", server.url);
    let gitlab = github.replacen('{', "{\"provider\": \"gitlab\", ", 1);
    let (own, enterprise) = (Some(format!("Bearer {OWN}")), Some(format!("Bearer {ENTERPRISE}")));
    let discover = ["discover", "--check"].as_slice();
    let runner = [("GITHUB_API_URL", server.url.as_str())];
    let host = [("GH_HOST", host), ("GITLAB_HOST", host)];
    for (environment, arguments, expected) in [
        // On a runner of GitHub Enterprise the one token is for the one API.
        ([&TOKENS[..1], &runner].concat(), discover, &own),
        ([&TOKENS[..2], &runner].concat(), discover, &enterprise),
        ([&TOKENS[..2], &host].concat(), discover, &enterprise),
        ([&[("GITHUB_ENTERPRISE_TOKEN", ENTERPRISE)], &host[..]].concat(), discover, &enterprise),
        ([&TOKENS[..1], &host].concat(), discover, &None),
        ([&TOKENS[..], &host].concat(), &["analyze", "--request", &github], &enterprise),
        ([&TOKENS[..], &host].concat(), &["analyze", "--request", &gitlab], &Some(GITLAB.to_owned())),
    ] {
        let before = server.asked().len();
        let outcome = folder.run_with(&environment, arguments);
        let asked = server.asked();
        assert_eq!(asked.len(), before + 1, "{environment:?} {arguments:?}: {}", outcome.shown());
        assert_eq!(token(&asked[before]), *expected, "{environment:?} {arguments:?}");
    }
}

/// Over http everybody on the way would read it, so nothing is even asked. No test may leave this machine, and none does.
#[test]
fn nothing_is_asked_without_encryption_outside_of_this_machine() {
    for address in ["http://198.51.100.1", "http://ghe.example.com/api/v3", "http://169.254.169.254"] {
        let host = address.trim_start_matches("http://").split('/').next().unwrap();
        let outcome = folder(address).run_with(&TOKENS, &["discover", "--check"]);
        assert_eq!(outcome.code, 3, "{}", outcome.shown());
        let said = format!("{host} is not asked without encryption; write `https://{host}`");
        assert!(outcome.stderr.contains(&said), "{}", outcome.shown());
    }
}
