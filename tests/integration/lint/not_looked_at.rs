//! Files that nobody could look at.

use super::{fires, ignored, silent};

const CODE: &str = "IF108";

#[test]
fn files_of_another_repository() {
    insta::assert_snapshot!(fires(CODE, r#"
-- no Dockerfile --
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/api, workflow: api.yml}
  baseImages: ["node:22"]
"#), @"
note[IF108]: 1 file was not looked at: acme/api:.github/workflows/api.yml
 --> images.yaml:3:18
  |
3 |   source: {repo: acme/api, workflow: api.yml}
  |                  ^^^^^^^^ not found here: there is no .github/workflows/api.yml
  |
  = help: run `image-factory lint --online` to ask GitHub, or `--checkout acme/api=DIR` for a checkout of that repository

1 note
for more, run `image-factory explain IF108`
");
}

#[test]
fn files_that_are_all_here() {
    silent(
        "
",
    );
}

#[test]
fn files_of_another_repository_ignored() {
    ignored(
        CODE,
        r#"
-- no Dockerfile --
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/api, workflow: api.yml} # image-factory: ignore[IF108] nobody here may read it
  baseImages: ["node:22"]
"#,
    );
}
