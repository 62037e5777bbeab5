//! A value that an input does not take.

use super::{fires, ignored, silent};

const CODE: &str = "IF104";

pub(super) const CHOICE: &str = r#"
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [minor, major], default: minor}
      triggered_by: {type: string}
      base_image: {type: string}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
"#;

#[test]
fn choice_without_the_value_that_is_sent() {
    insta::assert_snapshot!(fires(CODE, CHOICE), @r#"
error[IF104]: the input `version_bump` of web.yml does not take "patch", which web is sent
 --> .github/workflows/web.yml:4:28
  |
4 |       version_bump: {type: choice, options: [minor, major], default: minor}
  |                            ^^^^^^ it takes one of minor, major
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: add the value to its options, or set `versionBump` to one that is there; `inputs: {version_bump: null}` does not send it

1 error
for more, run `image-factory explain IF104`
"#);
}

#[test]
fn boolean_that_is_sent_a_boolean() {
    silent(
        r#"
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  inputs: {push: "true"}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      push: {type: boolean}
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
fn boolean_that_is_sent_a_word_ignored() {
    ignored(
        CODE,
        r#"
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  inputs: {push: "yes"}
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      push:
        type: boolean # image-factory: ignore[IF104] a string tomorrow
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

/// `validate_options` and `validate_type` of `lib/ci/pipeline_creation/inputs`; what is sent is text, which is read as JSON.
#[test]
fn values_that_an_input_of_gitlab_does_not_take() {
    let file = |inputs: &str| {
        format!(
            "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {{provider: gitlab, repo: acme/web, sendAs: inputs}}\n  inputs: {{triggered_by: null, base_image: null, more: \"12\"}}\n-- .gitlab-ci.yml --\nspec:\n  inputs:\n    {inputs}\n---\nbuild: {{script: [make]}}\n"
        )
    };
    insta::assert_snapshot!(fires(CODE, &file("version_bump: {default: minor, options: [minor, major]}\n    more: {default: 1, type: number}")), @r#"
error[IF104]: the input `version_bump` of .gitlab-ci.yml does not take "patch", which web is sent
 --> .gitlab-ci.yml:3:5
  |
3 |     version_bump: {default: minor, options: [minor, major]}
  |     ^^^^^^^^^^^^ it takes one of minor, major
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: add the value to its options, or set `versionBump` to one that is there; `inputs: {version_bump: null}` does not send it

1 error
for more, run `image-factory explain IF104`
"#);
    fires(CODE, &file("version_bump: {default: minor}\n    more: {default: true, type: boolean}"));
    silent(&file("version_bump: {default: minor, options: [patch]}\n    more: {default: 1, type: number}"));
    silent(&file("version_bump: {default: minor, regex: ^p}\n    more: {default: [], type: array}"));
}

/// Gitea and Forgejo take any text.
#[test]
fn a_choice_of_gitea() {
    silent(
        "\n-- images.yaml --\ngitea: {url: \"https://gitea.example.com\"}\nimages:\n- name: web\n  repository: acme/web\n  source: {provider: gitea, repo: acme/web, workflow: web.yml}\n-- .gitea/workflows/web.yml --\non: {workflow_dispatch: {inputs: {version_bump: {type: choice, options: [a]}}}}\n",
    );
}

/// What is none of `values`, or of another type.
#[test]
fn values_that_a_parameter_of_azure_does_not_take() {
    let azure = |parameter: &str, value: &str| {
        format!(
            "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {{provider: azure-devops, repo: acme/web, pipeline: 42, pipelineFile: azure-pipelines.yml}}\n  inputs: {{version_bump: null, triggered_by: null, base_image: null, more: \"{value}\"}}\n-- azure-pipelines.yml --\nparameters:\n- {{name: more, {parameter}}}\n"
        )
    };
    insta::assert_snapshot!(fires(CODE, &azure("values: [staging, production]", "test")), @r#"
error[IF104]: the input `more` of azure-pipelines.yml does not take "test", which web is sent
 --> azure-pipelines.yml:2:10
  |
2 | - {name: more, values: [staging, production]}
  |          ^^^^ it takes one of staging, production
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: write another value under `inputs: {more: ...}`, or change the type in the workflow

1 error
for more, run `image-factory explain IF104`
"#);
    fires(CODE, &azure("type: boolean", "yes"));
    fires(CODE, &azure("type: number", "many"));
    for (parameter, value) in [
        ("values: [staging, production]", "Staging"),
        ("type: boolean", "True"),
        ("type: number", "1.5"),
        ("type: object", "x"),
        ("default: x", "y"),
    ] {
        silent(&azure(parameter, value));
    }
}
