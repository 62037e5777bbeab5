//! An image that only unreachable stages use.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF128",
    fires: &["image_of_an_unreachable_stage"],
    silent: &["image_of_an_unreachable_stage_that_is_used_too"],
    ignored: &["image_of_an_unreachable_stage_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("image_of_an_unreachable_stage", RULE.code), [["Dockerfile: golang:1.25"]]);
}
