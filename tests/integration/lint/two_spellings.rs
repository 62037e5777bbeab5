//! One base that is written in two ways.

use super::{fires, ignored, silent};

const CODE: &str = "IF122";

#[test]
fn base_in_two_spellings() {
    insta::assert_snapshot!(fires(CODE, r#"
-- no Dockerfile --
-- images.yaml --
- name: api
  repository: acme/api
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["node:22"]
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["docker.io/library/node:22"]
"#), @r#"
note[IF122]: `docker.io/library/node:22` is node:22 in other words
 --> images.yaml:8:16
  |
4 |   baseImages: ["node:22"]
  |                --------- written like this here
...
8 |   baseImages: ["docker.io/library/node:22"]
  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `node:22` in both places; the manifests stay the same

1 note
for more, run `image-factory explain IF122`
1 can be fixed with `--fix`
"#);
}

#[test]
fn bases_that_look_alike() {
    silent(
        r#"
-- no Dockerfile --
-- images.yaml --
- name: api
  repository: acme/api
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["node:22"]
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["docker.io/node/node:22"]
"#,
    );
}

#[test]
fn base_in_two_spellings_ignored() {
    ignored(
        CODE,
        r#"
-- no Dockerfile --
-- images.yaml --
- name: api
  repository: acme/api
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["node:22"]
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  baseImages: ["docker.io/library/node:22"] # image-factory: ignore[IF122] copied from a vendor
"#,
    );
}
