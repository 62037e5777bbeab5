//! Files that a repository of others has not: it is asked once what their folder has, and the report says what was meant.

use crate::harness::{Folder, command};
use crate::server::{Asked, Reply, Server};
use image_factory::forge::Provider;
use image_factory::io::forge::{Access, Failure, Forge, Settings, Token, Wanted};
use std::time::Duration;

const TOKEN: &str = "ghp_neverInAnyOutput";

/// An answer of GitHub to "Get repository content" of a folder.
fn listed(entries: &[(&str, &str)]) -> Reply {
    let entry = |(kind, path): &(&str, &str)| serde_json::json!({"type": kind, "size": 0, "name": path.rsplit('/').next(), "path": path, "sha": "x", "url": "https://h/x"});
    let body = entries.iter().map(entry).collect::<serde_json::Value>().to_string();
    Reply::text(200, &body).with("Content-Type: application/json; charset=utf-8")
}

/// GitHub with one repository, which has two workflows and a Dockerfile.
fn github(asked: &Asked) -> Reply {
    let is_list = asked.header("accept") == Some("application/vnd.github+json");
    match (asked.path.as_str(), is_list) {
        ("/repos/acme/web", _) => Reply::text(200, "{}"),
        ("/repos/acme/web/contents/.github/workflows?ref=main", true) => listed(&[
            ("file", ".github/workflows/build.yml"),
            ("file", ".github/workflows/release.yaml"),
            ("dir", ".github/workflows/biuld.yml"),
        ]),
        ("/repos/acme/web/contents/apps/web?ref=main", true) => {
            listed(&[("file", "apps/web/Dockerfile.prod"), ("file", "apps/web/Dokerfile.txt"), ("dir", "apps/web/src")])
        }
        _ => Reply::text(404, "{\"message\": \"Not Found\"}"),
    }
}

fn run(folder: &Folder, api: &str, arguments: &[&str]) -> String {
    let mut command = command(folder.path(), arguments);
    let output = command.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", api).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains(TOKEN), "the token is shown: {text}");
    text
}

fn images(api: &str, entries: &str) -> Folder {
    Folder::with(&format!("github: {{apiUrl: {api}}}\nimages:\n{entries}"))
}

fn lists(server: &Server) -> Vec<String> {
    let all = server.asked().into_iter();
    let lists = all.filter(|asked| {
        asked.path.contains("/contents") && asked.header("accept") == Some("application/vnd.github+json")
    });
    let mut paths: Vec<String> = lists
        .map(|asked| {
            assert_eq!(
                asked.header("authorization"),
                Some(format!("Bearer {TOKEN}").as_str()),
                "the token of the files"
            );
            asked.path
        })
        .collect();
    paths.sort();
    paths
}

#[test]
fn a_workflow_and_a_dockerfile_that_were_meant_are_named() {
    let server = Server::new(|asked, _| github(asked));
    let source = |rest: &str| format!("source: {{repo: acme/web, {rest}}}, baseImages: [node:22]}}\n");
    let folder = images(
        &server.url,
        &[
            format!("- {{name: a, repository: o/a, {}", source("workflow: biuld.yml")),
            format!("- {{name: b, repository: o/b, {}", source("workflow: relese.yaml")),
            format!("- {{name: c, repository: o/c, {}", source("workflow: nothing-like-it.yml")),
        ]
        .concat(),
    );
    let text = run(&folder, &server.url, &["lint", "--online"]);
    for said in ["did you mean `.github/workflows/build.yml`?", "did you mean `.github/workflows/release.yaml`?"] {
        assert_eq!(text.matches(said).count(), 1, "{said}: {text}");
    }
    assert_eq!(text.matches("did you mean").count(), 2, "{text}");
    // The Dockerfile, which none of them has either, is in the root.
    let asked = ["/repos/acme/web/contents/.github/workflows?ref=main", "/repos/acme/web/contents?ref=main"];
    assert_eq!(lists(&server), asked, "once for all of them");
}

#[test]
fn discover_names_the_dockerfile_that_was_meant() {
    let server = Server::new(|asked, _| github(asked));
    let folder = images(
        &server.url,
        "- {name: a, repository: o/a, source: {repo: acme/web, dockerfile: apps/web/Dockerfile.prd}}\n\
         - {name: b, repository: o/b, source: {repo: acme/web, dockerfile: none/Dockerfile}}\n\
         - {name: c, repository: o/c, source: {repo: acme/web, dockerfile: Dockerfile}}\n\
         - {name: d, repository: o/d, source: {repo: acme/none}}\n",
    );
    let text = run(&folder, &server.url, &["discover"]);
    assert!(text.contains("no such file in it on this branch; did you mean `apps/web/Dockerfile.prod`?"), "{text}");
    assert_eq!(text.matches("did you mean").count(), 1, "{text}");
    let asked = lists(&server);
    let roots = ["apps/web?", "none?", "?"].map(|path| {
        let slash = if path == "?" { "" } else { "/" };
        format!("/repos/acme/web/contents{slash}{path}ref=main")
    });
    assert_eq!(asked, [roots[0].clone(), roots[1].clone(), roots[2].clone()], "none of a repository that is not there");
    let offline = images(&server.url, "- {name: a, repository: o/a, source: {repo: acme/web}}\n");
    let before = server.asked().len();
    run(&offline, &server.url, &["discover", "--offline"]);
    assert_eq!(server.asked().len(), before);
}

/// Names of a repository of others are as hostile as files of it.
#[test]
fn names_that_a_server_gives_are_bounded_and_visible() {
    let server = Server::new(|asked, _| match asked.path.as_str() {
        "/repos/acme/web" => Reply::text(200, "{}"),
        path if path.contains("/contents?") => {
            let names: Vec<String> = (0..5_000).map(|number| format!("Dockerfile.\u{1b}[31m{number:04}")).collect();
            listed(&names.iter().map(|name| ("file", name.as_str())).collect::<Vec<_>>())
        }
        _ => Reply::text(404, "{}"),
    });
    let folder =
        images(&server.url, "- {name: a, repository: o/a, source: {repo: acme/web, dockerfile: Dockerfile.0001}}\n");
    let text = run(&folder, &server.url, &["discover"]);
    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(text.contains("no such file in it on this branch"), "{text}");
}

fn forge(provider: Provider, server: &Server) -> Forge {
    Forge::new(Settings {
        access: Access::Token { token: Token::new(TOKEN).unwrap(), variable: provider.host().variable },
        pause: Duration::from_millis(1),
        timeout: Duration::from_secs(5),
        ..Settings::new(provider, &server.url)
    })
}

fn folder(path: &str) -> Wanted {
    Wanted { provider: Provider::GitHub, repo: "group/web".into(), branch: "main".into(), path: path.into() }
}

#[test]
fn gitlab_lists_a_folder_as_a_tree() {
    let server = Server::new(|_, _| {
        Reply::text(200, r#"[{"id": "1", "name": "a", "type": "tree", "path": "x/a"}, {"id": "2", "name": "Dockerfile", "type": "blob", "path": "x/Dockerfile"}]"#)
            .with("Content-Type: application/json")
    });
    assert_eq!(forge(Provider::GitLab, &server).list(&folder("x")), Ok(vec!["x/Dockerfile".to_owned()]));
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/api/v4/projects/group%2Fweb/repository/tree?path=x&ref=main&per_page=100");
    assert_eq!(asked.header("private-token"), Some(TOKEN));
}

/// Limits, tokens that are refused and broken answers are as with files: what concerns all is found out once.
#[test]
fn a_list_that_is_refused_is_told_apart_and_asked_for_no_more() {
    for (reply, failure, requests) in [
        (Reply::text(401, ""), "401: the token in GITHUB_TOKEN is not valid, or has expired", 1),
        (Reply::text(403, "{}").with("Retry-After: 3600"), "rate limit: it ends in 1 h; try again then", 1),
        (Reply::text(429, ""), "rate limit: try again later", 4),
        (Reply::text(403, "{\"message\": \"SAML\"}"), "403: SAML", 2),
        (Reply::text(500, ""), "500", 8),
        (
            Reply::Whole(200, String::new(), vec![b'['; (1 << 20) + 1]),
            "the file is larger than 1 MiB: no Dockerfile is",
            2,
        ),
    ] {
        let server = Server::new(move |_, _| reply.clone());
        let forge = forge(Provider::GitHub, &server);
        let said = |result: Result<Vec<String>, Failure>| result.unwrap_err().to_string();
        assert_eq!([said(forge.list(&folder("a"))), said(forge.list(&folder("b")))], [failure, failure]);
        assert_eq!(server.asked().len(), requests, "{failure}");
    }
    let server = Server::new(|_, _| Reply::text(200, "{\"type\": \"file\"}"));
    assert_eq!(forge(Provider::GitHub, &server).list(&folder("a")), Ok(Vec::new()), "a file is no folder");
}

/// A folder that cannot be listed changes nothing in what is said of the file.
#[test]
fn without_a_list_the_file_is_missing_as_before() {
    for reply in [Reply::text(404, "{}"), Reply::text(500, ""), Reply::text(200, "<html>"), Reply::Cut] {
        let server = Server::new(move |asked, _| match asked.path.as_str() {
            "/repos/acme/web" => Reply::text(200, "{}"),
            path if path.contains("/contents?") => reply.clone(),
            _ => Reply::text(404, "{}"),
        });
        let folder =
            images(&server.url, "- {name: a, repository: o/a, source: {repo: acme/web, dockerfile: Dockerfile.x}}\n");
        let text = run(&folder, &server.url, &["discover"]);
        assert!(text.contains("404: the repository is there, and no such file in it on this branch\n"), "{text}");
    }
}
