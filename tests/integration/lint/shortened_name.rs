//! A name of an object that was cut.

use super::{fires, ignored, silent};

const CODE: &str = "IF123";

#[test]
fn base_whose_stage_is_shortened() {
    insta::assert_snapshot!(fires(CODE, "
-- Dockerfile --
FROM ghcr.io/acme/images-of-the-platform-team/python-with-numpy:3.13
"), @r#"
note[IF123]: the Stage of ghcr.io/acme/images-of-the-platform-team/python-with-numpy:3.13 is called rebuild-trigger-ghcr.io-acme-images-of-the-platform-te-35cf0eea
 --> Dockerfile:1:6
  |
1 | FROM ghcr.io/acme/images-of-the-platform-team/python-with-numpy:3.13
  |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a name has at most 63 characters; this one is cut and ends in a hash
  |
  = help: a name of its own reads better: `baseImages: [{image: "ghcr.io/acme/images-of-the-platform-team/python-with-numpy:3.13", name: ...}]`; it makes a new Warehouse, and so one rebuild

1 note
for more, run `image-factory explain IF123`
"#);
}

#[test]
fn base_whose_stage_just_fits() {
    silent(
        "
-- Dockerfile --
FROM ghcr.io/acme/images-of-the-platform/python:3.13
",
    );
}

#[test]
fn base_whose_stage_is_shortened_ignored() {
    ignored(
        CODE,
        "
-- no Dockerfile --
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  baseImages:
    # image-factory: ignore[IF123] nobody reads it
    - ghcr.io/acme/images-of-the-platform-team/python-with-numpy:3.13
",
    );
}
