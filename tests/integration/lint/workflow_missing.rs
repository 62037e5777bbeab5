//! A workflow that is not where images.yaml says.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF100",
    fires: &["workflow_that_is_not_there"],
    silent: &["workflow_named_with_its_folder"],
    ignored: &["workflow_that_is_not_there_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("workflow_that_is_not_there", RULE.code), [["images.yaml: build.yml"]]);
}
