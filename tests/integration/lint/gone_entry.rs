//! An entry of the lock that no image uses.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF126",
    fires: &["lock_of_an_image_that_is_gone", "lock_of_an_image_that_lists_its_bases"],
    silent: &["lock_of_every_image"],
    ignored: &["lock_of_an_image_that_is_gone_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("lock_of_an_image_that_is_gone", RULE.code), [["images.lock.yaml: api"]]);
    assert_eq!(
        labels("lock_of_an_image_that_lists_its_bases", RULE.code),
        [["images.lock.yaml: web", "images.yaml: web"]]
    );
}
