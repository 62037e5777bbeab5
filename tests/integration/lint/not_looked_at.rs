//! Files that nobody could look at.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF108",
    fires: &["files_of_another_repository"],
    silent: &["files_that_are_all_here"],
    ignored: &["files_of_another_repository_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("files_of_another_repository", RULE.code), [["images.yaml: acme/api"]]);
}
