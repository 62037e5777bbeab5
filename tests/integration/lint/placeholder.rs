//! A word such as OWNER that stands for what somebody was to write.

use super::{checkout, fires, ignored, run, silent};

const CODE: &str = "IF140";

const NOBODY_HAS_NAMED: &str = r#"
- name: web
  repository: owner/web
  source: {repo: OWNER/NAME, workflow: web.yml}
  baseImages: ["node:22", "ghcr.io/owner/base:1"]
"#;

#[test]
fn placeholders_for_what_nobody_has_named() {
    insta::assert_snapshot!(fires(CODE, NOBODY_HAS_NAMED), @r#"
error[IF140]: `owner/web` stands for an image that nobody has named
 --> images.yaml:2:15
  |
2 |   repository: owner/web
  |               ^^^^^^^^^
  |
  = help: write who has it in place of `owner`, as in `acme/web`

error[IF140]: `OWNER/NAME` stands for a repository that nobody has named
 --> images.yaml:3:18
  |
3 |   source: {repo: OWNER/NAME, workflow: web.yml}
  |                  ^^^^^^^^^^
  |
  = help: write the repository on GitHub that builds it, as in `repo: acme/web`

error[IF140]: `ghcr.io/owner/base:1` stands for an image that nobody has named
 --> images.yaml:4:27
  |
4 |   baseImages: ["node:22", "ghcr.io/owner/base:1"]
  |                           ^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write who has it in place of `owner`, as in `acme/web`

3 errors
for more, run `image-factory explain IF140`
"#);
}

const ACTION: &str = "
-- .github/workflows/image-factory.yml --
on: pull_request
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: OWNER/image-factory@main # ours
";

#[test]
fn action_that_nobody_has_named() {
    insta::assert_snapshot!(fires(CODE, ACTION), @"
error[IF140]: `OWNER/image-factory@main` stands for an action that nobody has named
 --> .github/workflows/image-factory.yml:7:15
  |
7 |       - uses: OWNER/image-factory@main # ours
  |               ^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write who has a copy of image-factory on GitHub, as in `uses: acme/image-factory@main`

1 error
for more, run `image-factory explain IF140`
");
}

#[test]
fn words_like_placeholders_under_free_names() {
    silent(
        "
- name: web
  repository: acme/owner
  source: {repo: acme/web, workflow: web.yml, buildArgs: {OWNER: owner/web, NAME: OWNER/NAME}}
",
    );
}

const NAMED_ACTION: &str = "
-- .github/workflows/image-factory.yml --
on: pull_request
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/image-factory@main # OWNER/image-factory@main
";

#[test]
fn action_that_is_named() {
    silent(NAMED_ACTION);
}

#[test]
fn placeholder_that_is_a_name_ignored() {
    ignored(
        CODE,
        "
- name: web
  repository: owner/web # image-factory: ignore[IF140] our organisation is called so
  source: {repo: acme/web, workflow: web.yml}
",
    );
}

#[test]
fn it_says_what_this_checkout_is_of() {
    let folder = checkout(NOBODY_HAS_NAMED);
    let own = "that of this checkout is `repo: acme/shop`";
    assert!(!run(&folder).stdout.contains(own));
    folder.write(".git/config", "[remote \"origin\"]\n\turl = https://github.com/acme/shop.git\n");
    assert!(run(&folder).stdout.contains(own));
}

/// The manifests are right, and only GitHub would find it.
#[test]
fn synth_leaves_the_action_to_lint() {
    assert_eq!(checkout(NOBODY_HAS_NAMED).run(&["synth"]).code, 2);
    assert_eq!(checkout(ACTION).run(&["synth"]).code, 0);
    // What looks at Dockerfiles needs no name.
    assert_eq!(checkout(ACTION).run(&["discover", "--offline"]).code, 0);
}

#[test]
fn it_is_found_wherever_a_repository_is_named() {
    let folder = checkout(NAMED_ACTION);
    let web = folder.read("images.yaml");
    for images in [
        format!("analysis: {{mode: workflow, factory: {{repo: OWNER/factory}}}}\nimages:\n{web}"),
        format!("baseImages: [{{image: \"owner/base:1\"}}]\nimages:\n{web}"),
        "images: []\ninclude: [teams/*.yaml]\n".to_owned(),
        web.replace("repo: acme/web", "repo: acme/NAME"),
        web.replace("repo: acme/web", "repo: Owner/web"),
    ] {
        folder.write("teams/a.yaml", web.replace("repo: acme/web", "repo: OWNER/NAME"));
        folder.write("images.yaml", &images);
        let synth = folder.run(&["synth"]);
        assert!(synth.code == 2 && synth.stderr.contains("error[IF140]"), "{images}{}", synth.stderr);
        assert!(!folder.path().join("dist").exists());
    }
}
