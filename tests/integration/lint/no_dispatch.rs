//! A workflow that cannot be dispatched.

use super::{fires, ignored, silent};

const CODE: &str = "IF101";

pub(super) const WITHOUT_DISPATCH: &str = "
-- .github/workflows/web.yml --
on:
  push: {branches: [main]}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
";

#[test]
fn workflow_without_dispatch() {
    insta::assert_snapshot!(fires(CODE, WITHOUT_DISPATCH), @"
error[IF101]: web.yml cannot be dispatched, so web is never rebuilt
 --> .github/workflows/web.yml:1:1
  |
1 | on:
  | ^^ `workflow_dispatch` is not among these events
  |
 ::: images.yaml:3:38
  |
3 |   source: {repo: acme/web, workflow: web.yml}
  |                                      ------- this workflow would be run
  |
  = help: add under `on`, on the branch main and on the default branch if that is another one: `workflow_dispatch: {inputs: {version_bump: {type: choice, options: [patch, minor, major], default: patch}, triggered_by: {type: string}, base_image: {type: string}}}`

1 error
for more, run `image-factory explain IF101`
1 can be fixed with `--fix`
");
}

#[test]
fn workflow_without_events() {
    insta::assert_snapshot!(fires(CODE, "
-- .github/workflows/web.yml --
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
"), @"
error[IF101]: web.yml cannot be dispatched, so web is never rebuilt
 --> .github/workflows/web.yml:1:1
  |
1 | jobs:
  | ^ there is no `on`, so nothing starts it
  |
 ::: images.yaml:3:38
  |
3 |   source: {repo: acme/web, workflow: web.yml}
  |                                      ------- this workflow would be run
  |
  = help: add under `on`, on the branch main and on the default branch if that is another one: `workflow_dispatch: {inputs: {version_bump: {type: choice, options: [patch, minor, major], default: patch}, triggered_by: {type: string}, base_image: {type: string}}}`

1 error
for more, run `image-factory explain IF101`
");
}

#[test]
fn workflow_with_dispatch_in_a_list() {
    silent(
        "
-- images.yaml --
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml}
  inputs: {version_bump: null, triggered_by: null, base_image: null}
-- .github/workflows/web.yml --
on: [push, workflow_dispatch]
concurrency: web
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
",
    );
}

#[test]
fn workflow_without_dispatch_ignored() {
    ignored(
        CODE,
        "
-- .github/workflows/web.yml --
# image-factory: ignore[IF101] dispatched by another tool as repository_dispatch
on:
  repository_dispatch:
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker buildx build --push -t ${{ vars.IMAGE }} .
",
    );
}

/// Gitea 1.27: "has no `workflow_dispatch` event trigger" is a 422. Forgejo starts it.
#[test]
fn a_workflow_of_gitea_without_dispatch() {
    let gitea = "\n-- images.yaml --\nforgejo: {url: \"https://forgejo.example.com\"}\ngitea: {url: \"https://gitea.example.com\"}\nimages:\n- name: web\n  repository: acme/web\n  source: {provider: gitea, repo: acme/web, workflow: web.yml}\n-- .gitea/workflows/web.yml --\non: push\n";
    insta::assert_snapshot!(fires(CODE, gitea), @"
error[IF101]: web.yml cannot be dispatched, so web is never rebuilt
 --> .gitea/workflows/web.yml:1:1
  |
1 | on: push
  | ^^ `workflow_dispatch` is not among these events
  |
 ::: images.yaml:6:55
  |
6 |   source: {provider: gitea, repo: acme/web, workflow: web.yml}
  |                                                       ------- this workflow would be run
  |
  = help: add under `on`, on the branch main: `workflow_dispatch: {inputs: {version_bump: {type: choice, options: [patch, minor, major], default: patch}, triggered_by: {type: string}, base_image: {type: string}}}`

1 error
for more, run `image-factory explain IF101`
1 can be fixed with `--fix`
");
    silent(&gitea.replace("provider: gitea", "provider: forgejo"));
}
