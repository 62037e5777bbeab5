//! A workflow without `concurrency`.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF106",
    fires: &["workflow_without_concurrency", "workflow_without_concurrency_of_two_images"],
    silent: &["workflow_with_concurrency_of_a_job"],
    ignored: &["workflow_without_concurrency_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("workflow_without_concurrency", RULE.code), [[".github/workflows/web.yml: workflow_dispatch"]]);
    assert_eq!(
        labels("workflow_without_concurrency_of_two_images", RULE.code),
        [[".github/workflows/web.yml: workflow_dispatch"]]
    );
}
