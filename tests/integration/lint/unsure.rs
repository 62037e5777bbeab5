//! A guess of `init` that nobody has confirmed.

use super::{checkout, fires, ignored, silent};

const CODE: &str = "IF141";

const GUESSES: &str = "
defaults:
  branch: main # unsure: git does not say which branch is the default; this is the current one
images:
- name: web # unsure: it is a base of api/Dockerfile, and perhaps of nothing else
  repository: acme/web
  source:
    repo: acme/web
    # unsure: moved to a line of its own
    workflow: web.yml
";

#[test]
fn guesses_that_nobody_has_confirmed() {
    insta::assert_snapshot!(fires(CODE, GUESSES), @"
error[IF141]: this is a guess of `init` that nobody has confirmed
 --> images.yaml:2:16
  |
2 |   branch: main # unsure: git does not say which branch is the default; this is the current one
  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: if it is right, write it without the comment: `branch: main`
  = help: if it is not, write what is right, and take the comment away too

error[IF141]: this is a guess of `init` that nobody has confirmed
 --> images.yaml:4:13
  |
4 | - name: web # unsure: it is a base of api/Dockerfile, and perhaps of nothing else
  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: if it is right, write it without the comment: `name: web`
  = help: if it is not, write what is right, and take the comment away too

error[IF141]: this is a guess of `init` that nobody has confirmed
 --> images.yaml:8:5
  |
8 |     # unsure: moved to a line of its own
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: if it is not, write what is right, and take the comment away too

3 errors
for more, run `image-factory explain IF141`
");
}

#[test]
fn guess_in_an_entry_that_is_a_comment() {
    silent(
        r#"
-- images.yaml --
# Entries with `# unsure:` are guesses.
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  inputs: {note: "a # unsure: b", base_image: null, version_bump: null, triggered_by: null}

# Hardly images of their own.
# - name: api # unsure: by its path it is an example
#   repository: owner/api # unsure: nobody knows the owner
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
      note: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
"#,
    );
}

#[test]
fn guess_that_nobody_has_confirmed_ignored() {
    ignored(
        CODE,
        "
- name: web
  # image-factory: ignore[IF141] it is right
  repository: acme/web # unsure: this is a guess from origin
  source: {repo: acme/web, workflow: web.yml}
",
    );
}

#[test]
fn synth_refuses_a_guess_that_is_left_over() {
    let folder = checkout(GUESSES);
    let synth = folder.run(&["synth"]);
    assert_eq!((synth.code, synth.stderr.matches("error[IF141]").count()), (2, 3), "{}", synth.stderr);
    assert!(!folder.path().join("dist").exists());
    assert_eq!(folder.run(&["discover", "--offline"]).code, 0, "what is unsure keeps nobody from looking");
    // A placeholder with a comment is one problem.
    folder.write(
        "images.yaml",
        "- name: web\n  repository: acme/web\n  source: {repo: OWNER/NAME} # unsure: no origin\n",
    );
    let synth = folder.run(&["synth"]);
    assert_eq!((synth.code, synth.stderr.matches("error[").count()), (2, 1), "{}", synth.stderr);
}
