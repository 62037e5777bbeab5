//! More requests to a registry than it answers.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF125",
    fires: &["docker_hub_asked_too_often"],
    silent: &["docker_hub_asked_often"],
    ignored: &["docker_hub_asked_too_often_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("docker_hub_asked_too_often", RULE.code), [["images.yaml: tool-0"]]);
}
