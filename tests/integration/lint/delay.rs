//! A delay that the base hardly ever outlasts.

use super::{fires, ignored, silent};

const CODE: &str = "IF121";

#[test]
fn delay_of_45_days() {
    insta::assert_snapshot!(fires(CODE, "
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  rebuildDelay: 45d
"), @"
warning[IF121]: web waits until node:22 has been quiet for 45d, which may never be
 --> images.yaml:4:17
  |
4 |   rebuildDelay: 45d
  |                 ^^^ Docker's official images move at least once a month
  |
 ::: Dockerfile:1:6
  |
1 | FROM node:22
  |      ------- each new digest of this starts the time again
  |
  = help: write a delay that is well below 30d, or one that begins with the first update: `delay: {mode: fixed, for: 45d}`

1 warning
for more, run `image-factory explain IF121`
");
}

#[test]
fn delay_of_a_nightly_tag_by_default() {
    insta::assert_snapshot!(fires(CODE, "
-- images.yaml --
defaults: {rebuildDelay: 2d}
images:
  - name: api
    repository: acme/api
    source: {repo: acme/web, workflow: web.yml}
  - name: web
    repository: acme/web
    source: {repo: acme/web, workflow: web.yml}
-- Dockerfile --
FROM rustlang/rust:nightly
"), @"
warning[IF121]: api waits until rustlang/rust:nightly has been quiet for 2d, which may never be
 --> images.yaml:1:26
  |
1 | defaults: {rebuildDelay: 2d}
  |                          ^^ a tag of this name usually moves each day
  |
 ::: Dockerfile:1:6
  |
1 | FROM rustlang/rust:nightly
  |      --------------------- each new digest of this starts the time again
  |
  = help: write a delay that is well below 1d, or one that begins with the first update: `delay: {mode: fixed, for: 2d}`
  = help: it is the delay of web for rustlang/rust:nightly too

1 warning
for more, run `image-factory explain IF121`
");
}

#[test]
fn delay_of_45_days_of_an_image_without_cadence() {
    silent(
        "
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  rebuildDelay: 45d
-- Dockerfile --
FROM quay.io/keycloak/keycloak:26.0
",
    );
}

#[test]
fn delay_of_45_days_ignored() {
    ignored(
        CODE,
        "
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  rebuildDelay: 45d # image-factory: ignore[IF121] built by hand anyway
",
    );
}

/// An image that is built here moves at least as often as what it is built on.
#[test]
fn delay_of_an_image_on_one_that_is_built_here() {
    let chain = |middle: &str, last: &str| {
        format!(
            "
-- images.yaml --
- name: tools
  repository: acme/tools
  tags: {{strategy: Digest, constraint: latest}}
  source: {{repo: acme/web, workflow: web.yml}}
{middle}- name: web
  repository: acme/web
  source: {{repo: acme/web, workflow: web.yml, dockerfile: web.Dockerfile}}
  rebuildDelay: {last}
-- web.Dockerfile --
FROM ghcr.io/acme/tools:latest
"
        )
    };
    insta::assert_snapshot!(fires(CODE, &chain("", "45d")), @"
warning[IF121]: web waits until ghcr.io/acme/tools:latest has been quiet for 45d, which may never be
 --> images.yaml:8:17
  |
8 |   rebuildDelay: 45d
  |                 ^^^ tools is rebuilt when node:22 moves: Docker's official images move at least once a month
  |
 ::: web.Dockerfile:1:6
  |
1 | FROM ghcr.io/acme/tools:latest
  |      ------------------------- each new digest of this starts the time again
  |
  = help: write a delay that is well below 30d, or one that begins with the first update: `delay: {mode: fixed, for: 45d}`

1 warning
for more, run `image-factory explain IF121`
");
    silent(&chain("", "20d"));
    // With its own delay it moves less often; by hand nobody knows when, and one that starves is told of itself.
    silent(&chain("  rebuildDelay: 20d\n", "45d"));
    fires(CODE, &chain("  rebuildDelay: 20d\n", "55d"));
    silent(&chain("  autoRebuild: false\n", "45d"));
    let itself = fires(CODE, &chain("  rebuildDelay: 40d\n", "90d"));
    assert!(itself.contains("tools waits until node:22") && !itself.contains("web waits"), "{itself}");
}
