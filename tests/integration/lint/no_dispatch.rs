//! A workflow that cannot be dispatched.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF101",
    fires: &["workflow_without_dispatch", "workflow_without_events"],
    silent: &["workflow_with_dispatch_in_a_list"],
    ignored: &["workflow_without_dispatch_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(
        labels("workflow_without_dispatch", RULE.code),
        [[".github/workflows/web.yml: on", "images.yaml: web.yml"]]
    );
    assert_eq!(labels("workflow_without_events", RULE.code), [[".github/workflows/web.yml: ", "images.yaml: web.yml"]]);
}
