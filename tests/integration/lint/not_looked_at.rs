//! Files that nobody could look at.

use super::{Rule, labels};
use image_factory::diagnostic::Code;

pub(super) const RULE: Rule = Rule {
    code: Code::NotLookedAt,
    fires: &["files_of_another_repository"],
    silent: &["files_that_are_all_here"],
    ignored: &["files_of_another_repository_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("files_of_another_repository", RULE.code), [["images.yaml: acme/api"]]);
}
