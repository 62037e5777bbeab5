//! `analyze` as a user runs it.

use crate::harness::{Folder, command};
use crate::server::{Reply, Server};
use std::io::Write;
use std::process::Stdio;

const DOCKERFILE: &str = "# syntax=docker/dockerfile:1\n\
                          ARG NODE=22\n\
                          FROM golang:1.24 AS unused\n\
                          FROM node:${NODE} AS build\n\
                          RUN --mount=type=bind,from=ghcr.io/acme/tools,target=/t true\n\
                          FROM gcr.io/distroless/nodejs22-debian12\n\
                          COPY --from=build /app /app\n\
                          COPY --from=busybox:1 /bin/sh /bin/sh\n";

fn folder() -> Folder {
    let folder = Folder::empty();
    folder.write("Dockerfile", DOCKERFILE);
    folder
}

#[test]
fn a_dockerfile_is_shown_as_a_tree() {
    insta::assert_snapshot!("analyze_tree", folder().run(&["analyze", "Dockerfile"]).shown());
    let build = folder().run(&["analyze", "Dockerfile", "--target", "Build", "--build-arg", "NODE=24"]);
    assert!(
        build.stdout.contains("final    docker.io/library/node:24 (line 4, written node:${NODE})"),
        "{}",
        build.stdout
    );
}

#[test]
fn a_dockerfile_is_shown_as_json() {
    let folder = folder();
    folder.write("Dockerfile", format!("{DOCKERFILE}FROM $BASE\nCOPY --from=build /a /a\n"));
    let outcome = folder.run(&["analyze", "--format", "json", "--expect", "node:22", "Dockerfile"]);
    assert_eq!(outcome.code, 1);
    insta::assert_snapshot!("analyze_json", outcome.stdout);
}

#[test]
fn stdin_is_read_and_the_platform_is_a_value() {
    let mut child = command(Folder::empty().path(), &["analyze", "-", "--platform", "linux/arm64"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"FROM acme/base:$TARGETARCH\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "stdin for linux/arm64\n└─ final    docker.io/acme/base:arm64 (line 1, written acme/base:$TARGETARCH)\n"
    );
}

#[test]
fn what_is_expected_is_compared_as_a_set_of_normal_references() {
    let all =
        ["node:22", "ghcr.io/acme/tools:latest", "gcr.io/distroless/nodejs22-debian12", "docker.io/library/busybox:1"];
    let expect = |references: &[&str]| {
        let mut arguments = vec!["analyze", "Dockerfile"];
        arguments.extend(references.iter().flat_map(|reference| ["--expect", reference]));
        folder().run(&arguments)
    };
    assert_eq!(expect(&all).code, 0, "the frontend does not count, nor does the order");
    assert_eq!(expect(&[all[3], all[2], all[1], all[0], all[0]]).code, 0);
    insta::assert_snapshot!("analyze_difference", expect(&["node:20", all[1], all[2], all[3]]).shown());
    assert_eq!(expect(&all[1..]).code, 1);
    assert_eq!(expect(&["none"]).code, 1);
    for bad in [&["none", "node"][..], &["Node"], &["scratch"]] {
        assert_eq!(expect(bad).code, 2, "{bad:?}");
    }
    let folder = Folder::empty();
    folder.write("Dockerfile", "# syntax=docker/dockerfile:1\nFROM scratch\n");
    assert_eq!(folder.run(&["analyze", "Dockerfile", "--expect", "none"]).code, 0);
    folder.write("Dockerfile", "ARG V\nFROM node:$V\n");
    assert_eq!(folder.run(&["analyze", "Dockerfile", "--expect", "none"]).code, 1, "unresolved is a difference");
}

#[test]
fn what_cannot_be_read_is_a_wrong_call() {
    let folder = folder();
    assert_eq!(folder.run(&["analyze", "nowhere"]).code, 2);
    assert_eq!(folder.run(&["analyze"]).code, 2);
    assert_eq!(folder.run(&["analyze", "Dockerfile", "--build-arg", "X"]).code, 2);
    assert_eq!(folder.run(&["analyze", "Dockerfile", "--platform", "arm"]).code, 2);
    assert_eq!(folder.run(&["analyze", "Dockerfile", "--request", "{}"]).code, 2);
    folder.write("Dockerfile", "FROM a\nCOPPY b c\n");
    let broken = folder.run(&["analyze", "Dockerfile"]);
    assert!(broken.code == 2 && broken.stderr.contains("error[IF061]"), "{}", broken.stderr);
}

#[test]
fn a_request_is_read_from_the_forge() {
    let server = Server::new(|asked, _| {
        if asked.path.contains("gone") { Reply::text(404, "{}") } else { Reply::text(200, "ARG V\nFROM node:$V\n") }
    });
    let folder = Folder::empty();
    let trusted = [("GITHUB_API_URL", server.url.as_str()), ("GITLAB_HOST", &server.url)];
    let ask = |request: &str| {
        let request = request.replace("URL", &server.url);
        folder.run_with(&trusted, &["analyze", "--format", "json", "--request", &request])
    };
    let fine = ask(
        r#"{"repo": "acme/web", "branch": "next", "dockerfile": "a/Dockerfile", "target": null, "buildArgs": {"V": "22"},
            "platform": "linux/arm64", "expect": ["node:22"], "apiUrl": "URL"}"#,
    );
    assert_eq!((fine.code, fine.stderr.as_str()), (0, ""));
    assert_eq!(server.asked()[0].path, "/repos/acme/web/contents/a/Dockerfile?ref=next");
    let gitlab =
        ask(r#"{"provider": "gitlab", "repo": "g/s/web", "buildArgs": {"V": "22"}, "expect": [], "apiUrl": "URL"}"#);
    assert_eq!(gitlab.code, 1);
    assert_eq!(server.asked()[1].path, "/api/v4/projects/g%2Fs%2Fweb/repository/files/Dockerfile/raw?ref=main");
    let gone = ask(r#"{"repo": "acme/gone", "apiUrl": "URL"}"#);
    assert!(gone.code == 3 && gone.stderr.contains("404: there is no such repository"), "{}", gone.stderr);
    for wrong in [
        "",
        "[]",
        "{}",
        r#"{"repo": "acme"}"#,
        r#"{"repo": "a/b", "expects": []}"#,
        r#"{"repo": "a/b", "dockerfile": "../x"}"#,
        r#"{"repo": "a/b", "provider": "bitbucket"}"#,
        r#"{"repo": "a/b", "platform": "x"}"#,
        r#"{"repo": "a/b", "apiUrl": "ftp://x"}"#,
    ] {
        let outcome = ask(wrong);
        assert!(outcome.code == 2 && outcome.stderr.starts_with("error: "), "{wrong}: {}", outcome.stderr);
    }
}
