//! A Kargo that does not know what is asked of it.

use super::{fires, ignored, silent};

const CODE: &str = "IF129";

#[test]
fn kargo_that_is_too_old() {
    insta::assert_snapshot!(fires(CODE, r#"
kargoVersion: "1.9"
images:
  - name: web
    repository: acme/web
    source: {repo: acme/web, workflow: web.yml}
"#), @r#"
note[IF129]: this Kargo lacks what the manifests would use
 --> images.yaml:1:15
  |
1 | kargoVersion: "1.9"
  |               ^^^^^ what it does not know is left out
  |
  = help: with it, a failed dispatch does not say why; when to try again after GitHub has put off a dispatch is Kargo's own choice; nothing checks for a missing token first; a Dockerfile that has drifted fails its Stage without naming the lines
  = help: upgrade to Kargo 1.11, then remove this key

1 note
for more, run `image-factory explain IF129`
"#);
}

#[test]
fn kargo_that_is_old_without_dependents() {
    silent(
        r#"
-- no .github/workflows/web.yml --
-- no Dockerfile --
-- images.yaml --
kargoVersion: "1.9"
images: []
"#,
    );
}

#[test]
fn kargo_that_is_too_old_ignored() {
    ignored(
        CODE,
        r#"
kargoVersion: "1.9" # image-factory: ignore[IF129] upgraded in spring
images:
  - name: web
    repository: acme/web
    source: {repo: acme/web, workflow: web.yml}
"#,
    );
}
