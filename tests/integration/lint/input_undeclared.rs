//! An input that is sent and not declared.

use super::{checkout, concurrency, fires, ignored, input_refused, input_required, no_dispatch, run, silent};

const CODE: &str = "IF102";

const NOT_DECLARED: &str = r#"
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
concurrency: {group: "${{ github.workflow }}-${{ github.ref }}"}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
"#;

#[test]
fn inputs_that_are_not_declared() {
    insta::assert_snapshot!(fires(CODE, NOT_DECLARED), @"
error[IF102]: web.yml does not declare the inputs `triggered_by`, `base_image`, which web is sent
 --> .github/workflows/web.yml:3:5
  |
3 |     inputs:
  |     ^^^^^^ GitHub refuses a dispatch with other inputs than these (422)
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: declare them under `inputs`: `triggered_by: {type: string}, base_image: {type: string}`
  = help: or do not send them: write `inputs: {triggered_by: null, base_image: null}` on the image

1 error
for more, run `image-factory explain IF102`
1 can be fixed with `--fix`
");
}

#[test]
fn inputs_declared_in_other_case() {
    silent(
        r#"
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs:
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
      triggered_by: {type: string}
      Base_Image: {type: string}
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
fn inputs_that_are_not_declared_ignored() {
    ignored(
        CODE,
        r#"
-- .github/workflows/web.yml --
on:
  workflow_dispatch:
    inputs: # image-factory: ignore[IF102] merged tomorrow
      version_bump: {type: choice, options: [patch, minor, major], default: patch}
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

/// What is wrong with a workflow is said once, however many images it builds.
#[test]
fn a_workflow_of_many_images_has_one_problem() {
    let image =
        |name| format!("- {{name: {name}, repository: acme/{name}, source: {{repo: acme/web, workflow: web.yml}}}}\n");
    let images = ["api", "docs", "web"].map(image).concat();
    for (differs, subject) in [
        (no_dispatch::WITHOUT_DISPATCH, "so api, docs, web are never rebuilt"),
        (NOT_DECLARED, "which api, docs, web are sent"),
        (input_required::REQUIRED, "which api, docs, web are not sent"),
        (input_refused::CHOICE, "which api, docs, web are sent"),
        (concurrency::WITHOUT_CONCURRENCY, "so two rebuilds can run at once"),
    ] {
        let folder = checkout(differs);
        folder.write("images.yaml", &images);
        let report = run(&folder).stdout;
        assert!(report.contains(subject), "{report}");
        assert_eq!(report.matches("[IF").count(), 1, "{report}");
    }
}

/// `unknown input arguments` of `lib/gitlab/ci/config/interpolation/inputs.rb`; without a header no input is known.
#[test]
fn inputs_that_gitlabs_file_does_not_declare() {
    let images = "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {provider: gitlab, repo: acme/web, sendAs: inputs}\n-- .gitlab-ci.yml --\n";
    let all = "version_bump: {default: patch, options: [patch, minor]}\n    triggered_by: {default: a}\n    base_image: {default: a}\n";
    insta::assert_snapshot!(fires(CODE, &format!("{images}spec:\n  inputs:\n    version_bump: {{default: patch}}\n---\nbuild: {{script: [make]}}\n")), @r#"
error[IF102]: .gitlab-ci.yml does not declare the inputs `triggered_by`, `base_image`, which web is sent
 --> .gitlab-ci.yml:2:3
  |
2 |   inputs:
  |   ^^^^^^ GitLab refuses a dispatch with other inputs than these (400)
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: declare them under `inputs`: `triggered_by: {default: ""}, base_image: {default: ""}`
  = help: or do not send them: write `inputs: {triggered_by: null, base_image: null}` on the image

1 error
for more, run `image-factory explain IF102`
"#);
    insta::assert_snapshot!(fires(CODE, &format!("{images}build: {{script: [make]}}\n")).lines().next().unwrap(), @"error[IF102]: .gitlab-ci.yml does not declare the inputs `version_bump`, `triggered_by`, `base_image`, which web is sent");
    silent(&format!("{images}spec:\n  inputs:\n    {all}---\nbuild: {{script: [make]}}\n"));
    // GitLab compares names as they are.
    fires(
        CODE,
        &format!(
            "{images}spec:\n  inputs:\n    {}---\nbuild: {{script: [make]}}\n",
            all.replace("base_image", "Base_Image")
        ),
    );
    // Variables need no declaration.
    silent(&format!("{}build: {{script: [make]}}\n", images.replace(", sendAs: inputs", "")));
}

/// Azure DevOps: "Unexpected parameter". The case of names does not count. Without `pipelineFile` nobody knows which file it is.
#[test]
fn parameters_that_a_pipeline_of_azure_does_not_declare() {
    let images = "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {provider: azure-devops, repo: acme/web, pipeline: 42, pipelineFile: ci/build.yml}\n-- ci/build.yml --\n";
    let all = "parameters:\n- name: Version_Bump\n  values: [patch, minor]\n- {name: triggered_by, type: string, default: a}\n- {name: base_image, default: a}\n";
    insta::assert_snapshot!(fires(CODE, &format!("{images}parameters:\n- name: version_bump\n  default: patch\nsteps: []\n")), @r#"
error[IF102]: ci/build.yml does not declare the inputs `triggered_by`, `base_image`, which web is sent
 --> ci/build.yml:1:1
  |
1 | parameters:
  | ^^^^^^^^^^ Azure DevOps refuses a dispatch with other inputs than these (400)
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: declare them under `parameters`: `{name: triggered_by, type: string, default: ""}, {name: base_image, type: string, default: ""}`
  = help: or do not send them: write `inputs: {triggered_by: null, base_image: null}` on the image

1 error
for more, run `image-factory explain IF102`
"#);
    let none = fires(CODE, &format!("{images}steps: []\n"));
    insta::assert_snapshot!(none.lines().next().unwrap(), @"error[IF102]: ci/build.yml does not declare the inputs `version_bump`, `triggered_by`, `base_image`, which web is sent");
    // As templates had them first.
    fires(CODE, &format!("{images}parameters: {{version_bump: patch, base_image: ''}}\n"));
    silent(&format!("{images}{all}"));
    silent(&format!("{images}parameters: {{version_bump: patch, base_image: '', triggered_by: a}}\n"));
    for unknown in [images.replace(", pipelineFile: ci/build.yml", ""), images.replace("42,", "42, sendAs: variables,")]
    {
        silent(&format!("{unknown}steps: []\n"));
    }
}

/// Repositories of other hosts have more names, or blanks in them.
#[test]
fn checkouts_of_repositories_with_any_name() {
    for (provider, repo) in [
        ("{provider: gitlab, sendAs: inputs, ", "group/sub/api"),
        ("{provider: azure-devops, pipeline: 42, pipelineFile: .gitlab-ci.yml, ", "acme/My Project/api"),
    ] {
        let images = format!(
            "\n-- images.yaml --\ncheckouts: {{{repo}: others/api}}\nimages:\n- name: api\n  repository: acme/api\n  source: {provider}repo: {repo}}}\n  baseImages: [\"node:22\"]\n-- others/api/.gitlab-ci.yml --\nbuild: {{script: [make]}}\n"
        );
        let shown = fires(CODE, &images);
        assert!(shown.contains("--> others/api/.gitlab-ci.yml:1:1"), "{shown}");
    }
}
