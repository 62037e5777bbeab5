//! A base with the tag `latest`, or with none.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF120",
    fires: &["base_without_a_tag"],
    silent: &["base_of_our_own_with_latest"],
    ignored: &["base_with_latest_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("base_without_a_tag", RULE.code), [["Dockerfile: node"]]);
}
