//! A lock that was made before the Dockerfile became what it is.

use super::{Rule, labels};
use crate::harness::Folder;

pub(super) const RULE: Rule = Rule {
    code: "IF127",
    fires: &["lock_older_than_its_dockerfile"],
    silent: &["lock_older_than_a_comment_of_its_dockerfile"],
    ignored: &["lock_older_than_its_dockerfile_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("lock_older_than_its_dockerfile", RULE.code), [["images.yaml: web", "Dockerfile: node:24"]]);
}

/// Another Dockerfile is another problem, of which IF047 speaks.
#[test]
fn a_lock_of_another_dockerfile_is_not_an_old_one() {
    let folder = Folder::of("lint/lock_older_than_its_dockerfile");
    folder.write("images.lock.yaml", folder.read("images.lock.yaml").replace("branch: main", "branch: next"));
    assert_eq!(super::named(&super::run(&folder)), ["IF047".to_owned()].into());
}
