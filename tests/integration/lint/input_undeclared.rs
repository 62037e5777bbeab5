//! An input that is sent and not declared.

use super::{Rule, fixture, labels, run};

pub(super) const RULE: Rule = Rule {
    code: "IF102",
    fires: &["inputs_that_are_not_declared"],
    silent: &["inputs_declared_in_other_case"],
    ignored: &["inputs_that_are_not_declared_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(
        labels("inputs_that_are_not_declared", RULE.code),
        [[".github/workflows/web.yml: inputs", "images.yaml: web"]]
    );
}

/// What is wrong with a workflow is said once, however many images it builds.
#[test]
fn a_workflow_of_many_images_has_one_problem() {
    let image =
        |name| format!("- {{name: {name}, repository: acme/{name}, source: {{repo: acme/web, workflow: web.yml}}}}\n");
    let images = ["api", "docs", "web"].map(image).concat();
    for (name, subject) in [
        ("workflow_without_dispatch", "so api, docs, web are never rebuilt"),
        ("inputs_that_are_not_declared", "which api, docs, web are sent"),
        ("required_input_that_is_not_sent", "which api, docs, web are not sent"),
        ("choice_without_the_value_that_is_sent", "which api, docs, web are sent"),
        ("workflow_without_concurrency", "so two rebuilds can run at once"),
    ] {
        let folder = fixture(name);
        folder.write("images.yaml", &images);
        let report = run(&folder).stdout;
        assert!(report.contains(subject), "{report}");
        assert_eq!(report.matches("[IF").count(), 1, "{report}");
    }
}
