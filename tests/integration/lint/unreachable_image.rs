//! An image that only unreachable stages use.

use super::{fires, ignored, silent};

const CODE: &str = "IF128";

#[test]
fn image_of_an_unreachable_stage() {
    insta::assert_snapshot!(fires(CODE, "
-- Dockerfile --
FROM golang:1.25 AS docs
FROM node:22
"), @"
note[IF128]: web is not rebuilt for golang:1.25
 --> Dockerfile:1:6
  |
1 | FROM golang:1.25 AS docs
  |      ^^^^^^^^^^^ the last stage does not need the stage that uses this
  |
  = help: if another stage is shipped, name it as `source.target`

1 note
for more, run `image-factory explain IF128`
");
}

#[test]
fn image_of_an_unreachable_stage_that_is_used_too() {
    silent(
        "
-- Dockerfile --
FROM node:22 AS docs
FROM node:22
",
    );
}

#[test]
fn image_of_an_unreachable_stage_ignored() {
    ignored(
        CODE,
        "
-- Dockerfile --
# image-factory: ignore[IF128] built by hand
FROM golang:1.25 AS docs
FROM node:22
",
    );
}
