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
  = help: with it, a failed dispatch does not say why; one that was refused is sent twice; one that was put off is sent again after five minutes in place of one; nothing checks for a missing token first; a failed Promotion tells of one image, not of all; a Dockerfile that has drifted fails its Stage without naming the lines
  = help: upgrade to Kargo 1.11, then remove this key

1 note
for more, run `image-factory explain IF129`
"#);
}

/// `synth` says it too, however the manifests are written, and a comment ends it.
#[test]
fn synth_says_what_the_manifests_lack() {
    let of = |comment: &str| {
        super::checkout(&format!(
            "\n-- images.yaml --\nkargoVersion: \"1.10\"{comment}\nimages:\n- {{name: web, repository: acme/web, source: {{repo: acme/web, workflow: web.yml}}}}\n"
        ))
        .run(&["synth", "--stdout"])
    };
    let said = of("");
    assert!(said.code == 0 && said.stderr.contains("note[IF129]"), "{}", said.shown());
    assert!(said.stderr.contains("after five minutes") && !said.stderr.contains("token"), "{}", said.shown());
    assert!(!said.stderr.contains("retry.timeout"), "{}", said.shown());
    let short = of("\nretry: {timeout: 2m}");
    assert!(short.stderr.contains("`retry.timeout` leaves that no more than two tries"), "{}", short.shown());
    let ignored = of(" # image-factory: ignore[IF129] upgraded in spring");
    assert!(ignored.code == 0 && !ignored.stderr.contains("IF129"), "{}", ignored.shown());
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
