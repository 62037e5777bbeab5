//! An input that Gitea and Forgejo drop.

use super::{fires, ignored, silent};

const CODE: &str = "IF161";

/// An image that Gitea builds, with an input of its own.
const IMAGES: &str = r#"
-- images.yaml --
gitea: {url: "https://gitea.example.com"}
forgejo: {url: "https://forgejo.example.com"}
images:
- name: web
  repository: acme/web
  source: {provider: gitea, repo: acme/web, workflow: web.yml}
  inputs: {channel: stable}
"#;

/// `services/actions/workflow.go` of Gitea: what is sent and not declared is not looked at.
#[test]
fn an_input_of_ones_own_that_the_workflow_does_not_declare() {
    let files = format!(
        "{IMAGES}-- .gitea/workflows/web.yml --\non:\n  workflow_dispatch:\n    inputs:\n      Channel: {{type: string}}\n"
    );
    insta::assert_snapshot!(fires(CODE, &files), @"
warning[IF161]: web.yml does not declare the input `channel`, which web is sent, so it is not there when the workflow runs
 --> .gitea/workflows/web.yml:3:5
  |
3 |     inputs:
  |     ^^^^^^ Gitea drops other inputs than these
  |
 ::: images.yaml:4:9
  |
4 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: declare it under `inputs`: `channel: {type: string}`
  = help: or remove it from `inputs` of images.yaml

1 warning
for more, run `image-factory explain IF161`
");
    let forgejo = files.replace("provider: gitea", "provider: forgejo").replace(".gitea/", ".forgejo/");
    insta::assert_snapshot!(fires(CODE, &forgejo).lines().next().unwrap(), @"warning[IF161]: web.yml does not declare the input `channel`, which web is sent, so it is not there when the workflow runs");
}

/// Forgejo starts a workflow without `workflow_dispatch`.
#[test]
fn a_workflow_of_forgejo_without_dispatch() {
    let files = format!("{IMAGES}-- .forgejo/workflows/web.yml --\non: push\n");
    insta::assert_snapshot!(fires(CODE, &files.replace("provider: gitea", "provider: forgejo")), @"
warning[IF161]: web.yml does not declare the input `channel`, which web is sent, so it is not there when the workflow runs
 --> .forgejo/workflows/web.yml:1:1
  |
1 | on: push
  | ^^ Forgejo drops other inputs than these
  |
 ::: images.yaml:4:9
  |
4 | - name: web
  |         --- rebuilds of this image run that workflow
  |
  = help: declare it under `inputs`: `channel: {type: string}`
  = help: or remove it from `inputs` of images.yaml

1 warning
for more, run `image-factory explain IF161`
");
}

#[test]
fn what_every_rebuild_sends_and_what_is_declared() {
    for declared in ["channel:", "channel: {type: choice, options: [a]}", "channel: {required: true}"] {
        silent(
            &format!(
                "{IMAGES}-- .gitea/workflows/web.yml --\non: {{workflow_dispatch: {{inputs: {{\n  {declared} }}}}}}\n"
            )
            .replace("channel: }", "channel: {} }"),
        );
    }
    silent(&format!(
        "{}-- .gitea/workflows/web.yml --\non: workflow_dispatch\n",
        IMAGES.replace("  inputs: {channel: stable}\n", "")
    ));
}

/// The first folder that is there has all workflows: Gitea's `listWorkflowsInDirs`, Forgejo's `ListWorkflows`.
#[test]
fn a_workflow_in_githubs_folder() {
    let declared = "on: {workflow_dispatch: {inputs: {channel: {}}}}\n";
    silent(&format!("{IMAGES}-- .github/workflows/web.yml --\n{declared}"));
    fires(
        CODE,
        &format!(
            "{IMAGES}-- .github/workflows/web.yml --\n{declared}-- .gitea/workflows/web.yml --\non: workflow_dispatch\n"
        ),
    );
    let forgejo = IMAGES.replace("provider: gitea", "provider: forgejo");
    fires(
        CODE,
        &format!(
            "{forgejo}-- .github/workflows/web.yml --\n{declared}-- .gitea/workflows/web.yml --\non: workflow_dispatch\n"
        ),
    );
}

#[test]
fn ignored_in_the_workflow() {
    ignored(
        CODE,
        &format!(
            "{IMAGES}-- .gitea/workflows/web.yml --\non:\n  workflow_dispatch: {{}} # image-factory: ignore[IF161] tried\n"
        ),
    );
}
