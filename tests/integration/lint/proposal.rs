//! A file that `init` has written and nobody has gone over.

use super::{checkout, fires, ignored, silent};

const CODE: &str = "IF143";

const PROPOSAL: &str = "
-- images.yaml --
# proposal: a line with `# unsure:` is a guess
defaults:
  branch: main # unsure: git does not say which branch is the default; this is the current one
images:
- name: web
  repository: acme/web # unsure: no workflow here pushes it; this is a guess from origin
  source: {repo: acme/web, workflow: web.yml}
";

#[test]
fn proposal_with_guesses() {
    insta::assert_snapshot!(fires(CODE, PROPOSAL), @"
warning[IF143]: this is still a proposal, with 2 guesses of `init`
 --> images.yaml:1:1
  |
1 | # proposal: a line with `# unsure:` is a guess
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: look at `branch: main` in line 3, `repository: acme/web` in line 6; take the comment of each away that is right
  = help: take this comment away when you have gone over the file

1 warning
for more, run `image-factory explain IF143`
");
}

const WORKFLOW: &str = "
-- .github/workflows/image-factory.yml --
# proposal: OWNER stands for who has a copy of image-factory
on: pull_request
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: OWNER/image-factory@main # ours
";

#[test]
fn workflow_that_is_a_proposal() {
    insta::assert_snapshot!(fires(CODE, WORKFLOW), @"
warning[IF143]: this is still a proposal
 --> .github/workflows/image-factory.yml:1:1
  |
1 | # proposal: OWNER stands for who has a copy of image-factory
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write who it is in place of `OWNER`, for `OWNER/image-factory@main` in line 8
  = help: take this comment away when you have gone over the file

1 warning
for more, run `image-factory explain IF143`
");
}

#[test]
fn text_that_only_names_proposals() {
    silent(
        "
-- images.yaml --
# about `# proposal:`
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  inputs: {note: 'a # proposal: b', base_image: null, version_bump: null, triggered_by: null}
-- .github/workflows/web.yml --
# proposal: not ours
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
      note: {type: string}
concurrency: {group: '${{ github.workflow }}-${{ github.ref }}'}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
",
    );
}

#[test]
fn proposal_ignored() {
    ignored(
        CODE,
        "
# image-factory: ignore[IF143] it stays one
# proposal: a line with `# unsure:` is a guess
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
",
    );
}

/// The manifests are made, so that a proposal can be tried; what is left over once it is none is refused.
#[test]
fn synth_goes_on_as_long_as_the_comment_is_there() {
    let folder = checkout(PROPOSAL);
    let synth = folder.run(&["synth"]);
    assert_eq!((synth.code, synth.stderr.matches("warning[IF143]").count()), (0, 1), "{}", synth.stderr);
    assert!(folder.path().join("dist").exists());
    let text = folder.read("images.yaml");
    let (_, accepted) = text.split_once("is a guess\n").unwrap();
    folder.write("images.yaml", accepted);
    let synth = folder.run(&["synth"]);
    assert_eq!((synth.code, synth.stderr.matches("error[IF141]").count()), (2, 2), "{}", synth.stderr);
}
