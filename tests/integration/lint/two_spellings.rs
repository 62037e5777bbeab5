//! One base that is written in two ways.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF122",
    fires: &["base_in_two_spellings"],
    silent: &["bases_that_look_alike"],
    ignored: &["base_in_two_spellings_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(
        labels("base_in_two_spellings", RULE.code),
        [["images.yaml: \"docker.io/library/node:22\"", "images.yaml: \"node:22\""]]
    );
}
