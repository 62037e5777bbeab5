//! An input that is required and not sent.

use super::{fires, ignored, silent};

const CODE: &str = "IF103";

pub(super) const REQUIRED: &str = r#"
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      reason: {type: string, required: true}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
"#;

#[test]
fn required_input_that_is_not_sent() {
    insta::assert_snapshot!(fires(CODE, REQUIRED), @"
error[IF103]: web.yml requires the input `reason`, which web is not sent
 --> .github/workflows/web.yml:6:7
  |
6 |       reason: {type: string, required: true}
  |       ^^^^^^                           ---- without it GitHub refuses the dispatch (422)
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: send it: write `inputs: {reason: ...}` on the image; or give it a `default` in the workflow

1 error
for more, run `image-factory explain IF103`
");
}

#[test]
fn required_input_with_a_default() {
    silent(
        r#"
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      reason: {type: string, required: true, default: new base}
      base_image: {type: string}
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
fn required_input_that_is_not_sent_ignored() {
    ignored(
        CODE,
        r#"
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      # image-factory: ignore[IF103] has a default on the default branch
      reason: {type: string, required: true}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
"#,
    );
}
