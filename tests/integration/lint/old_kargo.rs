//! A Kargo that does not know what is asked of it.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF129",
    fires: &["kargo_that_is_too_old"],
    silent: &["kargo_that_is_old_without_dependents"],
    ignored: &["kargo_that_is_too_old_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("kargo_that_is_too_old", RULE.code), [["images.yaml: \"1.9\""]]);
}
