//! A name of an object that was cut.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF123",
    fires: &["base_whose_stage_is_shortened"],
    silent: &["base_whose_stage_just_fits"],
    ignored: &["base_whose_stage_is_shortened_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(
        labels("base_whose_stage_is_shortened", RULE.code),
        [["Dockerfile: ghcr.io/acme/images-of-the-platform-team/python-with-numpy:3.13"]]
    );
}
