//! A build argument that changes the base.

use super::{fires, ignored, silent};

const CODE: &str = "IF105";

#[test]
fn build_argument_that_changes_the_base() {
    insta::assert_snapshot!(fires(CODE, r#"
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          build-args: NODE=20
          push: true
"#), @r#"
warning[IF105]: web.yml builds web with `NODE=20`; its bases were found with `NODE=22`
  --> .github/workflows/web.yml:14:23
   |
14 |           build-args: NODE=20
   |                       ^^^^^^^
   |
  ::: Dockerfile:1:5
   |
 1 | ARG NODE=22
   |     ------- FROM uses this
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- the image
   |
   = help: write `buildArgs: {NODE: "20"}` under `source` of web, then run `image-factory discover`

1 warning
for more, run `image-factory explain IF105`
"#);
}

#[test]
fn build_argument_that_is_computed() {
    insta::assert_snapshot!(fires(CODE, r#"
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          build-args: NODE=${{ vars.NODE }}
          push: true
"#), @"
warning[IF105]: web.yml computes NODE as it runs, so web may be built on another base than the one that was found with `NODE=22`
  --> .github/workflows/web.yml:14:23
   |
14 |           build-args: NODE=${{ vars.NODE }}
   |                       ^^^^^^^^^^^^^^^^^^^^^
   |
  ::: Dockerfile:1:5
   |
 1 | ARG NODE=22
   |     ------- FROM uses this
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- the image
   |
   = help: pass a fixed value and write it under `source.buildArgs` of web, or list its `baseImages`

1 warning
for more, run `image-factory explain IF105`
");
}

#[test]
fn build_argument_that_is_not_passed() {
    insta::assert_snapshot!(fires(CODE, r#"
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml, buildArgs: {NODE: "20"}}
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
"#), @"
warning[IF105]: web.yml does not pass NODE, which images.yaml says is `20`
  --> .github/workflows/web.yml:12:14
   |
12 |       - run: docker buildx build --push -t ${{ vars.IMAGE }} .
   |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
  ::: Dockerfile:1:5
   |
 1 | ARG NODE=22
   |     ------- FROM uses this
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- the image
   |
   = help: pass `NODE=20` as a build argument, or take it from `source.buildArgs` of web

1 warning
for more, run `image-factory explain IF105`
");
}

#[test]
fn build_argument_of_a_bake_file() {
    insta::assert_snapshot!(fires(CODE, r#"
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx bake --push
-- docker-bake.hcl --
target "default" {
  args = {
    NODE = "20"
  }
}
"#), @r#"
warning[IF105]: web.yml builds web with `NODE=20`; its bases were found with `NODE=22`
 --> docker-bake.hcl:3:5
  |
3 |     NODE = "20"
  |     ^^^^^^^^^^^
  |
 ::: Dockerfile:1:5
  |
1 | ARG NODE=22
  |     ------- FROM uses this
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- the image
  |
  = help: write `buildArgs: {NODE: "20"}` under `source` of web, then run `image-factory discover`

1 warning
for more, run `image-factory explain IF105`
"#);
}

#[test]
fn build_argument_of_an_inherited_dockerfile() {
    insta::assert_snapshot!(fires(CODE, r#"
-- no Dockerfile --
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml, dockerfile: web.Dockerfile}
-- api.Dockerfile --
FROM node:22
-- web.Dockerfile --
ARG NODE=22
FROM node:${NODE}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx bake --push
-- docker-bake.hcl --
group "default" {
  targets = ["web", "api"]
}

target "common" {
  dockerfile = "web.Dockerfile"
}

target "web" {
  inherits = ["common"]
  args = {
    NODE = "20"
  }
}

target "api" {
  dockerfile = "api.Dockerfile"
}
"#), @r#"
warning[IF105]: web.yml builds web with `NODE=20`; its bases were found with `NODE=22`
  --> docker-bake.hcl:12:5
   |
12 |     NODE = "20"
   |     ^^^^^^^^^^^
   |
  ::: web.Dockerfile:1:5
   |
 1 | ARG NODE=22
   |     ------- FROM uses this
   |
  ::: images.yaml:1:9
   |
 1 | - name: web
   |         --- the image
   |
   = help: write `buildArgs: {NODE: "20"}` under `source` of web, then run `image-factory discover`

1 warning
for more, run `image-factory explain IF105`
"#);
}

#[test]
fn build_argument_of_another_image_of_the_dockerfile() {
    silent(
        r#"
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
- name: web-20
  repository: acme/web-20
  source: {repo: acme/web, workflow: web.yml, buildArgs: {NODE: "20"}}
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ghcr.io/acme/web:1.0.0 .
      - run: docker buildx build --push -t ghcr.io/acme/web-20:1.0.0 --build-arg NODE=20 .
"#,
    );
}

#[test]
fn build_argument_that_is_the_default() {
    silent(
        r#"
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml, buildArgs: {NODE: "22"}}
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
"#,
    );
}

#[test]
fn build_argument_that_bake_is_told() {
    silent(
        r#"
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/bake-action@v6
        with:
          targets: web
          push: true
          set: web.args.NODE=22
-- docker-bake.hcl --
target "web" {
  args = {
    NODE = "20"
  }
}

target "worker" {
  dockerfile = "worker.Dockerfile"
}
"#,
    );
}

#[test]
fn build_argument_that_changes_the_base_ignored() {
    ignored(
        CODE,
        r#"
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          build-args: NODE=20 # image-factory: ignore[IF105] an experiment
          push: true
"#,
    );
}

#[test]
fn build_argument_of_a_bake_file_ignored() {
    ignored(
        CODE,
        r#"
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx bake --push
-- docker-bake.hcl --
target "default" {
  args = {
    NODE = "20" # image-factory: ignore[IF105] an experiment
  }
}
"#,
    );
}

#[test]
fn build_argument_in_a_block_ignored() {
    ignored(
        CODE,
        r#"
-- Dockerfile --
ARG NODE=22
FROM node:${NODE}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          build-args: | # image-factory: ignore[IF105] an experiment
            DEBUG=1
            NODE=20
          push: true
"#,
    );
}
