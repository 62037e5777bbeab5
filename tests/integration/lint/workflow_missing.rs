//! A workflow that is not where images.yaml says.

use super::{fires, ignored, silent};

const CODE: &str = "IF100";

#[test]
fn workflow_that_is_not_there() {
    insta::assert_snapshot!(fires(CODE, "
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: build.yml}
"), @"
warning[IF100]: acme/web has no .github/workflows/build.yml
 --> images.yaml:3:38
  |
3 |   source: {repo: acme/web, workflow: build.yml}
  |                                      ^^^^^^^^^ not found here: there is no .github/workflows/build.yml
  |
  = help: write the file name of a workflow of that repository
  = help: GitHub answers 404 to a dispatch of a workflow that is not on the default branch

1 warning
for more, run `image-factory explain IF100`
");
}

#[test]
fn workflow_named_with_its_folder() {
    silent(
        "
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: .github/workflows/web.yml}
",
    );
}

#[test]
fn workflow_that_is_not_there_ignored() {
    ignored(
        CODE,
        "
- name: web
  repository: acme/web
  source:
    repo: acme/web
    workflow: build.yml # image-factory: ignore[IF100] comes with the next release
",
    );
}

/// Of the first folder that is there, or else of the host's own.
#[test]
fn a_workflow_of_gitea_that_is_not_there() {
    let gitea = "\n-- images.yaml --\nforgejo: {url: \"https://forgejo.example.com\"}\ngitea: {url: \"https://gitea.example.com\"}\nimages:\n- name: web\n  repository: acme/web\n  source: {provider: gitea, repo: acme/web, workflow: other.yml}\n";
    insta::assert_snapshot!(fires(CODE, gitea), @"
warning[IF100]: acme/web has no workflow other.yml
 --> images.yaml:6:55
  |
6 |   source: {provider: gitea, repo: acme/web, workflow: other.yml}
  |                                                       ^^^^^^^^^ not found here: there is no .github/workflows/other.yml
  |
  = help: write the file name of a workflow of that repository
  = help: Gitea answers 404 to a dispatch of a workflow that is not on the branch

1 warning
for more, run `image-factory explain IF100`
");
    let forgejo = gitea.replace("provider: gitea", "provider: forgejo") + "-- .gitea/workflows/web.yml --\non: push\n";
    insta::assert_snapshot!(fires(CODE, &forgejo).lines().next().unwrap(), @"warning[IF100]: acme/web has no workflow other.yml");
}

/// One that nobody names may be anywhere.
#[test]
fn files_of_pipelines_that_are_not_there() {
    let azure = "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {provider: azure-devops, repo: acme/web, pipeline: 42, pipelineFile: ci/build.yml}\n";
    insta::assert_snapshot!(fires(CODE, azure), @"
warning[IF100]: acme/web has no file ci/build.yml
 --> images.yaml:3:80
  |
3 |   source: {provider: azure-devops, repo: acme/web, pipeline: 42, pipelineFile: ci/build.yml}
  |                                                                                ^^^^^^^^^^^^ not found here: there is no ci/build.yml
  |
  = help: write the path of the file that the pipeline runs
  = help: the settings of the pipeline say which file it runs

1 warning
for more, run `image-factory explain IF100`
");
    silent(&azure.replace(", pipelineFile: ci/build.yml", ""));
    let gitlab = azure.replace("azure-devops", "gitlab").replace(" pipeline: 42,", "");
    insta::assert_snapshot!(fires(CODE, &gitlab).lines().next().unwrap(), @"warning[IF100]: acme/web has no file ci/build.yml");
    silent(&gitlab.replace(", pipelineFile: ci/build.yml", ""));
}
