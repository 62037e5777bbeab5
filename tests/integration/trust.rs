//! Where tokens go when a pull request chooses the address: nowhere that the environment does not name.

use crate::harness::Folder;
use crate::server::{Asked, Reply, Server};

const OWN: &str = "ghp_ofTheUserForGitHub";
const ENTERPRISE: &str = "ghp_ofTheUserForEnterprise";
const GITLAB: &str = "glpat-ofTheUserForGitLab";
const TOKENS: [(&str, &str); 3] =
    [("GITHUB_TOKEN", OWN), ("GH_ENTERPRISE_TOKEN", ENTERPRISE), ("GITLAB_TOKEN", GITLAB)];

const WEB: &str = "- {name: web, repository: acme/web, source: {repo: acme/web}}\n";

fn forge() -> Server {
    Server::new(|asked, _| match asked.path.as_str() {
        path if path.contains("Dockerfile") => Reply::text(200, "FROM node:22\n"),
        _ => Reply::text(404, "{\"message\": \"Not Found\"}"),
    })
}

/// What the pull request has written.
fn folder(api: &str) -> Folder {
    Folder::with(&format!("github: {{apiUrl: \"{api}\"}}\nimages:\n{WEB}"))
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
    let (allow_github, allow_gitlab) = (
        format!("set `GH_HOST={host}` and `GH_ENTERPRISE_TOKEN`"),
        format!("set `GITLAB_HOST={host}` and `GITLAB_TOKEN`"),
    );
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

/// GitHub Enterprise behind an authority of the company, which the system, or `SSL_CERT_FILE` or `SSL_CERT_DIR`, knows.
#[test]
fn the_authorities_of_the_system_are_trusted() {
    let (server, authority) = Server::tls(|_, _| Reply::text(200, "FROM node:22\n"));
    let folder = folder(&server.url);
    folder.write("own/authority.pem", &authority);
    folder.write("none.pem", "");
    let named = [("GITHUB_API_URL", server.url.as_str()), TOKENS[0]];
    let run = |environment: &[(&str, &str)]| {
        let outcome = folder.run_with(&[&named, environment].concat(), &["discover", "--check"]);
        (outcome.code, outcome.shown())
    };
    for trusted in [("SSL_CERT_FILE", "own/authority.pem"), ("SSL_CERT_DIR", "own")] {
        let before = server.asked().len();
        let (code, shown) = run(&[trusted]);
        assert_eq!(code, 1, "{shown}");
        assert_eq!(token(&server.asked()[before]), Some(format!("Bearer {OWN}")));
    }
    let before = server.asked().len();
    for (environment, said) in [
        (&[][..], "no connection: "),
        (&[("SSL_CERT_FILE", "nowhere.pem")], "the certificates in SSL_CERT_FILE cannot be read: "),
        (&[("SSL_CERT_FILE", "none.pem")], "the certificates in SSL_CERT_FILE cannot be read: "),
        (&[("SSL_CERT_DIR", "nowhere")], "the certificates in SSL_CERT_DIR cannot be read: "),
    ] {
        let (code, shown) = run(environment);
        assert!(code == 3 && shown.contains(said), "{environment:?}: {shown}");
    }
    assert_eq!(server.asked().len(), before, "nobody vouches for it");
}

/// Over https a host that only the repository names is asked, without a token, and leads nowhere else: what it sends to may
/// be something that only this machine can read.
#[test]
fn an_unnamed_host_is_asked_without_a_token_and_sends_nowhere() {
    let secret = forge();
    let to = format!("{}/Dockerfile", secret.url);
    let (other, _) = Server::tls(|_, _| Reply::text(200, "FROM node:22\n"));
    let https = format!("{}/Dockerfile", other.url);
    let (server, authority) = Server::tls(move |asked, _| match asked.path.as_str() {
        path if path.contains("/web/") => Reply::text(302, "").with(&format!("Location: {https}")),
        path if path.contains("/api/") => Reply::text(302, "").with(&format!("Location: {to}")),
        path if path.contains("/moved") => Reply::text(302, "").with("Location: /repositories/1/Dockerfile"),
        _ => Reply::text(200, "FROM node:22\n"),
    });
    let folder = folder(&server.url);
    let mut images = folder.read("images.yaml");
    for name in ["api", "moved"] {
        images += &WEB.replace("web", name);
    }
    folder.write("images.yaml", images);
    folder.write("authority.pem", authority);
    let outcome =
        folder.run_with(&[&TOKENS[..], &[("SSL_CERT_FILE", "authority.pem")]].concat(), &["discover", "--check"]);
    assert_eq!(outcome.code, 3, "{}", outcome.shown());
    let host = server.url.strip_prefix("https://").unwrap();
    let warning = format!(
        "warning: no token is sent to {host}, since the environment does not name it; if it is yours, set `GH_HOST={host}` and `GH_ENTERPRISE_TOKEN`\n"
    );
    assert!(outcome.stderr.starts_with(&warning), "{}", outcome.shown());
    assert!(outcome.stderr.contains("to another host, which the environment does not name"), "{}", outcome.shown());
    assert!(outcome.stderr.contains("to an address without encryption"), "{}", outcome.shown());
    assert!(outcome.stdout.contains("moved") && !outcome.stdout.contains("web"), "{}", outcome.shown());
    assert!(server.asked().iter().all(|asked| token(asked).is_none()) && server.asked().len() == 4);
    assert!(other.asked().is_empty() && secret.asked().is_empty());
}

/// Where nothing is encrypted nobody shows a certificate, so none is needed; where that sends to one that would, it is.
#[test]
fn certificates_are_needed_for_https_alone() {
    let plain = Server::new(|_, _| Reply::text(200, "FROM node:22\n").with("Content-Type: text/plain"));
    let moved = Server::new(|_, _| Reply::text(302, "").with("Location: https://127.0.0.1:9/Dockerfile"));
    for (server, code, says) in
        [(&plain, 0, "1 new"), (&moved, 3, "the certificates in SSL_CERT_FILE cannot be read: ")]
    {
        let folder = Folder::with(&format!(
            "github: {{apiUrl: \"{}\"}}\nimages:\n- {{name: web, repository: acme/web, source: {{repo: acme/web}}}}\n",
            server.url
        ));
        let outcome =
            folder.run_with(&[("SSL_CERT_FILE", "nowhere.pem"), ("GITHUB_API_URL", &server.url)], &["discover"]);
        assert_eq!(outcome.code, code, "{}", outcome.shown());
        assert!(outcome.stderr.contains(says), "{}", outcome.shown());
    }
}
