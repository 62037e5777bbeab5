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

/// `services/actions/workflows.go` of Forgejo: `InputRequiredErr` is a 400. Gitea does not look.
#[test]
fn a_workflow_of_forgejo_that_requires_an_input() {
    let forgejo = "\n-- images.yaml --\nforgejo: {url: \"https://forgejo.example.com\"}\ngitea: {url: \"https://gitea.example.com\"}\nimages:\n- name: web\n  repository: acme/web\n  source: {provider: forgejo, repo: acme/web, workflow: web.yml}\n-- .gitea/workflows/web.yml --\non: {workflow_dispatch: {inputs: {channel: {required: true}}}}\n";
    insta::assert_snapshot!(fires(CODE, forgejo), @"
error[IF103]: web.yml requires the input `channel`, which web is not sent
 --> .gitea/workflows/web.yml:1:35
  |
1 | on: {workflow_dispatch: {inputs: {channel: {required: true}}}}
  |                                   ^^^^^^^             ---- without it Forgejo refuses the dispatch (400)
  |
 ::: images.yaml:4:9
  |
4 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: send it: write `inputs: {channel: ...}` on the image; or give it a `default` in the workflow

1 error
for more, run `image-factory explain IF103`
");
    silent(&forgejo.replace("provider: forgejo", "provider: gitea"));
    silent(&forgejo.replace("required: true", "required: true, default: a"));
}

/// `BaseInput#required?` of `lib/ci/pipeline_creation/inputs/base_input.rb`: one without default, also where variables are sent.
#[test]
fn an_input_of_gitlab_without_default() {
    let gitlab = "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {provider: gitlab, repo: acme/web}\n-- .gitlab-ci.yml --\nspec:\n  inputs:\n    base_image:\n    other: {default: []}\n---\nbuild: {script: [make]}\n";
    insta::assert_snapshot!(fires(CODE, gitlab), @"
error[IF103]: .gitlab-ci.yml requires the input `base_image`, which web is not sent
 --> .gitlab-ci.yml:3:5
  |
3 |     base_image:
  |     ^^^^^^^^^^
  |     |
  |     without it GitLab refuses the dispatch (400)
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: give it a `default`: rebuilds send variables; or have them send inputs, by `sendAs: inputs`

1 error
for more, run `image-factory explain IF103`
");
    silent(&gitlab.replace("base_image:\n", "base_image: {default: \"\"}\n"));
}

/// "A value for the 'environment' parameter must be provided."
#[test]
fn a_parameter_of_azure_without_default() {
    let azure = "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {provider: azure-devops, repo: acme/web, pipeline: 42, pipelineFile: azure-pipelines.yml, sendAs: variables}\n-- azure-pipelines.yml --\nparameters:\n- name: environment\n  type: string\n  values: [staging, production]\n- {name: steps, type: stepList, default: []}\n";
    insta::assert_snapshot!(fires(CODE, azure), @"
error[IF103]: azure-pipelines.yml requires the input `environment`, which web is not sent
 --> azure-pipelines.yml:2:9
  |
2 | - name: environment
  |         ^^^^^^^^^^^
  |         |
  |         without it Azure DevOps refuses the dispatch (400)
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: give it a `default`: rebuilds send variables; or have them send parameters, by `sendAs: parameters`

1 error
for more, run `image-factory explain IF103`
");
    silent(&azure.replace("  values: [staging", "  default: staging\n  values: [staging"));
}
