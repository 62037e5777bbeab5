//! A workflow without `concurrency`.

use super::{fires, ignored, silent};

const CODE: &str = "IF106";

pub(super) const WITHOUT_CONCURRENCY: &str = "
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
";

#[test]
fn workflow_without_concurrency() {
    insta::assert_snapshot!(fires(CODE, WITHOUT_CONCURRENCY), @r#"
warning[IF106]: web.yml has no `concurrency`, so two rebuilds can run at once
 --> .github/workflows/web.yml:2:3
  |
2 |   workflow_dispatch:
  |   ^^^^^^^^^^^^^^^^^ dispatched once for each base that moves, and perhaps twice
  |
  = help: add at the top level of the workflow: `concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}`

1 warning
for more, run `image-factory explain IF106`
"#);
}

#[test]
fn workflow_without_concurrency_of_two_images() {
    insta::assert_snapshot!(fires(CODE, "
-- images.yaml --
- name: api
  repository: acme/api
  source: {repo: acme/web, workflow: web.yml}
  inputs: {image: api}
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  inputs: {image: web}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      image: {type: string}
      base_image: {type: string}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
"), @"
warning[IF106]: web.yml has no `concurrency`, so two rebuilds can run at once
 --> .github/workflows/web.yml:2:3
  |
2 |   workflow_dispatch:
  |   ^^^^^^^^^^^^^^^^^ dispatched once for each base that moves, and perhaps twice
  |
  = help: add `concurrency` with a `group` for each image that it builds, as in `group: build-${{ inputs.image }}`: in one group a rebuild of api that waits would be dropped for one of web

1 warning
for more, run `image-factory explain IF106`
");
}

#[test]
fn workflow_with_concurrency_of_a_job() {
    silent(
        "
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
jobs:
  build:
    concurrency: web
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
",
    );
}

#[test]
fn workflow_without_concurrency_ignored() {
    ignored(
        CODE,
        "
-- .github/workflows/web.yml --
on:
  workflow_dispatch: # image-factory: ignore[IF106] the build locks by itself
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      base_image: {type: string}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
",
    );
}
