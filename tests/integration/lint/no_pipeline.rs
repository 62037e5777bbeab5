//! A `.gitlab-ci.yml` of which no pipeline is made.

use super::{fires, ignored, silent};

const CODE: &str = "IF162";

fn gitlab(source: &str, file: &str) -> String {
    format!(
        "\n-- images.yaml --\n- name: web\n  repository: acme/web\n  source: {{provider: gitlab, repo: acme/web{source}}}\n-- .gitlab-ci.yml --\n{file}"
    )
}

const PUSHES: &str = "workflow:\n  rules:\n  - if: $CI_PIPELINE_SOURCE == \"push\"\nbuild: {script: [make]}\n";

#[test]
fn workflow_rules_that_refuse_the_source() {
    insta::assert_snapshot!(fires(CODE, &gitlab("", PUSHES)), @r#"
error[IF162]: .gitlab-ci.yml makes no pipeline of the source `api`, so web is never rebuilt
 --> .gitlab-ci.yml:2:3
  |
2 |   rules:
  |   ^^^^^ this does not let it through
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image ask for one
  |
  = help: add a rule to `workflow: rules`: `- if: $CI_PIPELINE_SOURCE == "api"`

1 error
for more, run `image-factory explain IF162`
"#);
    let trigger = gitlab("", PUSHES).replace("- name", "gitlab: {auth: trigger}\nimages:\n- name");
    insta::assert_snapshot!(fires(CODE, &trigger).lines().next().unwrap(), @"error[IF162]: .gitlab-ci.yml makes no pipeline of the source `trigger`, so web is never rebuilt");
    for rule in [
        "- if: $CI_PIPELINE_SOURCE == \"api\"\n    when: never\n  - when: always",
        "- {if: '$CI_PIPELINE_SOURCE =~ /^(push|web)$/'}\n  - {if: $CI_MERGE_REQUEST_IID}",
        "- if: $CI_COMMIT_TAG",
        "- if: $CI_COMMIT_BRANCH == \"dev\" && $SOME",
        "- {if: $SOME, when: never}\n  - {if: '$CI_PIPELINE_SOURCE != \"api\"'}",
        "- {if: '$base_image == \"none\"'}",
    ] {
        fires(CODE, &gitlab("", &format!("workflow:\n  rules:\n  {rule}\nbuild: {{script: [make]}}\n")));
    }
}

#[test]
fn jobs_none_of_which_is_in_it() {
    let jobs = "stages: [build]\n.push: {rules: [{if: $CI_PIPELINE_SOURCE == \"push\"}]}\nbuild: {extends: .push, script: [make]}\ncheck: {only: [merge_requests], script: [make]}\n";
    insta::assert_snapshot!(fires(CODE, &gitlab("", jobs)), @r#"
error[IF162]: .gitlab-ci.yml makes no pipeline of the source `api`, so web is never rebuilt
 --> .gitlab-ci.yml:3:1
  |
3 | build: {extends: .push, script: [make]}
  | ^^^^^ neither this job nor another is in it
  |
 ::: images.yaml:1:9
  |
1 | - name: web
  |         --- rebuilds of this image ask for one
  |
  = help: add a rule to the job that builds the image: `- if: $CI_PIPELINE_SOURCE == "api"`

1 error
for more, run `image-factory explain IF162`
"#);
    silent(&gitlab("", &jobs.replace("only: [merge_requests]", "only: [branches]")));
    silent(&gitlab("", &jobs.replace("only: [merge_requests], ", "")));
    silent(&gitlab("", &jobs.replace("only: [merge_requests]", "rules: [{when: manual}]")));
    silent(&gitlab("", &format!("include: other.yml\n{jobs}")));
    silent(&gitlab("", &jobs.replace("extends: .push", "extends: .other")));
}

/// What may hold is no problem.
#[test]
fn rules_that_let_it_through_or_that_nobody_knows() {
    for rule in [
        "- if: $CI_PIPELINE_SOURCE == \"push\" || $CI_PIPELINE_SOURCE == \"api\"",
        "- if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH",
        "- if: $CI_COMMIT_BRANCH == \"main\"",
        "- if: $CI_COMMIT_REF_NAME =~ /^ma/",
        "- if: $DEPLOY",
        "- {if: $CI_PIPELINE_SOURCE == \"web\", when: never}\n  - when: always",
        "- {changes: [a]}",
        "- {if: $DEPLOY, when: never}\n  - when: always",
        "- {exists: [a], when: never}\n  - {}",
        "- !reference [.rules, web]",
        "- if: $CI_PIPELINE_SOURCE == ",
        "- if: $triggered_by == \"kargo-base-image-update\"",
    ] {
        silent(&gitlab("", &format!("workflow:\n  rules:\n  {rule}\nbuild: {{script: [make]}}\n")));
    }
    // A tag by its full name.
    let tags = "workflow: {rules: [{if: $CI_COMMIT_TAG}]}\nbuild: {script: [make]}\n";
    fires("IF107", &gitlab(", branch: refs/tags/v1", tags));
    fires(CODE, &gitlab(", branch: dev", tags));
    // A file of another name, or none.
    silent("\n-- images.yaml --\n- {name: web, repository: acme/web, source: {provider: gitlab, repo: acme/web}}\n");
}

#[test]
fn ignored_in_the_file() {
    ignored(
        CODE,
        &gitlab(
            "",
            &PUSHES.replace(
                "\n  - if: $CI_PIPELINE_SOURCE == \"push\"",
                " # image-factory: ignore[IF162] pushes start it\n  - if: $CI_PIPELINE_SOURCE == \"push\"",
            ),
        ),
    );
}
