//! A comment that ignores nothing; no comment can ignore that.

use super::{fires, ignored, silent};

const CODE: &str = "IF130";

#[test]
fn comment_that_ignores_nothing() {
    insta::assert_snapshot!(fires(CODE, "
- name: web # image-factory: ignore[IF120] there is no tag
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
"), @"
warning[IF130]: nothing on line 1 is IF120
 --> images.yaml:1:37
  |
1 | - name: web # image-factory: ignore[IF120] there is no tag
  |                                     ^^^^^
  |
  = help: remove it

1 warning
for more, run `image-factory explain IF130`
1 can be fixed with `--fix`
");
}

#[test]
fn comment_that_ignores_something() {
    silent(
        "
-- Dockerfile --
# image-factory: ignore[IF120] there is no other tag
FROM node
",
    );
}

#[test]
fn comment_that_ignores_nothing_ignored() {
    ignored(
        CODE,
        "
- name: web # image-factory: ignore[IF120, IF130] there is no tag
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
",
    );
}
