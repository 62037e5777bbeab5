//! Two bases of one image that can be one digest. Which tags of one version are one image, and which are not, is taken from
//! "Supported tags" of node, python, debian, ubuntu, nginx and alpine on Docker Hub.

use super::{answer, checkout, fires, ignored, named, silent};

const CODE: &str = "IF131";

/// A checkout with an image on these two bases, and settings of bases.
fn on(first: &str, second: &str, settings: &str) -> String {
    format!(
        "\n-- no Dockerfile --\n-- images.yaml --\n{settings}images:\n- name: web\n  repository: acme/web\n  source: {{repo: acme/web, workflow: web.yml}}\n  baseImages: [\"{first}\", \"{second}\"]\n"
    )
}

#[test]
fn two_tags_that_are_moved_together() {
    insta::assert_snapshot!(fires(CODE, &on("node:22", "node:22-bookworm", "")), @r#"
warning[IF131]: node:22 and node:22-bookworm of web can be one digest; each new digest is then built twice
 --> images.yaml:5:27
  |
5 |   baseImages: ["node:22", "node:22-bookworm"]
  |                ---------  ^^^^^^^^^^^^^^^^^^ rebuilds at each new digest
  |                |
  |                rebuilds at each new digest
  |
  = help: name the same tag in both places, give the image `trigger: perImage`, by which bases of one policy that move together start one rebuild, or give one of the two `autoRebuild: false` under `baseImages` at the root, if the other one is enough

1 warning
for more, run `image-factory explain IF131`
"#);
}

#[test]
fn one_waits_and_the_other_does_not() {
    let settings = "baseImages:\n- {image: \"node:22-bookworm\", rebuildDelay: 3d}\n";
    insta::assert_snapshot!(fires(CODE, &on("node:22", "node:22-bookworm", settings)), @r#"
warning[IF131]: node:22 and node:22-bookworm of web can be one digest; node:22-bookworm waits (3 days), and node:22 has the same built before
 --> images.yaml:7:27
  |
7 |   baseImages: ["node:22", "node:22-bookworm"]
  |                ---------  ^^^^^^^^^^^^^^^^^^ rebuilds after 3 days without a newer digest
  |                |
  |                rebuilds at each new digest
  |
  = help: name the same tag in both places, give the image `trigger: perImage`, by which bases of one policy that move together start one rebuild, or give one of the two `autoRebuild: false` under `baseImages` at the root, if the other one is enough

1 warning
for more, run `image-factory explain IF131`
"#);
}

#[test]
fn names_tell_which_tags_can_be_one() {
    for (first, second) in [
        ("node:22", "node:22.11"),
        ("node:22-slim", "node:22-bookworm-slim"),
        ("node:22-bookworm", "node:bookworm"),
        ("node:latest", "node:22"),
        ("node:lts", "node:22"),
        ("node", "node:22-bookworm"),
        ("python:3.12-slim", "docker.io/library/python:3.12-slim-bookworm"),
        ("debian:12", "debian:bookworm"),
        ("debian:12-slim", "debian:bookworm-slim"),
        ("ubuntu:24.04", "ubuntu:noble"),
        ("ghcr.io/acme/base:v1", "ghcr.io/acme/base:1.4"),
        ("nginx:stable-alpine", "nginx:1.28-alpine"),
    ] {
        let said = named(&answer(&checkout(&on(first, second, ""))));
        assert!(said.contains(CODE), "{first} {second}: {said:?}");
    }
    for (first, second) in [
        ("node:22", "node:24"),
        ("node:22", "node:22-slim"),
        ("node:22-slim", "node:22-alpine"),
        ("node:22-bookworm", "node:22-trixie"),
        ("python:3.12", "python:3.13"),
        ("python:3.1", "python:3.12"),
        ("debian:12", "debian:trixie"),
        ("ubuntu:22.04", "ubuntu:noble"),
        ("node:22", "docker.io/acme/node:22"),
        ("alpine:3.20", "alpine:edge"),
        ("debian:12", "debian:12-slim"),
        ("golang:1.24-alpine3.20", "golang:1.24-alpine3.21"),
    ] {
        let said = named(&answer(&checkout(&on(first, second, ""))));
        assert!(!said.contains(CODE), "{first} {second}");
    }
}

#[test]
fn bases_that_start_one_rebuild_build_it_once() {
    silent(&on("node:22", "node:22-bookworm", "defaults: {trigger: perImage}\n"));
    // Of two policies each has a Stage.
    let settings = "defaults: {trigger: perImage}\nbaseImages:\n- {image: \"node:22-bookworm\", rebuildDelay: 3d}\n";
    assert!(named(&answer(&checkout(&on("node:22", "node:22-bookworm", settings)))).contains(CODE));
}

#[test]
fn what_somebody_promotes_is_not_built_by_itself() {
    silent(&on("node:22", "node:22-bookworm", "defaults: {autoRebuild: false}\n"));
    silent(&on("node:22", "node:22-bookworm", "baseImages:\n- {image: \"node:22-bookworm\", autoRebuild: false}\n"));
}

#[test]
fn two_tags_that_are_moved_together_ignored() {
    ignored(
        CODE,
        "
-- no Dockerfile --
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  # image-factory: ignore[IF131] the publisher moves them on different days
  baseImages: [\"node:22\", \"node:22-bookworm\"]
",
    );
}
