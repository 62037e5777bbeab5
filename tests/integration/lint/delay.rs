//! A delay that the base hardly ever outlasts.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF121",
    fires: &["delay_of_45_days", "delay_of_a_nightly_tag_by_default"],
    silent: &["delay_of_45_days_of_an_image_without_cadence"],
    ignored: &["delay_of_45_days_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("delay_of_45_days", RULE.code), [["images.yaml: 45d", "Dockerfile: node:22"]]);
    assert_eq!(
        labels("delay_of_a_nightly_tag_by_default", RULE.code),
        [["images.yaml: 2d", "Dockerfile: rustlang/rust:nightly"]]
    );
}
