//! A base with the tag `latest`, or with none.

use super::{fires, ignored, silent};

const CODE: &str = "IF120";

#[test]
fn base_without_a_tag() {
    insta::assert_snapshot!(fires(CODE, "
-- Dockerfile --
FROM node
"), @"
warning[IF120]: web is built on node:latest, which can become any version
 --> Dockerfile:1:6
  |
1 | FROM node
  |      ^^^^ each release is a rebuild, a new major version too
  |
  = help: write a tag of node that moves only as far as you want, such as that of a major or a minor version

1 warning
for more, run `image-factory explain IF120`
");
}

#[test]
fn base_of_our_own_with_latest() {
    silent(
        "
-- images.yaml --
- name: base
  repository: acme/base
  source: {repo: acme/web, workflow: web.yml, dockerfile: base.Dockerfile}
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
-- Dockerfile --
FROM ghcr.io/acme/base:latest
-- base.Dockerfile --
FROM node:22
",
    );
}

#[test]
fn base_with_latest_ignored() {
    ignored(
        CODE,
        "
-- Dockerfile --
# image-factory: ignore[IF120] there are no other tags
FROM gcr.io/distroless/static
",
    );
}
