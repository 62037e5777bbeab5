//! A `ref` that is no branch.

use super::{Rule, labels};
use crate::harness::Folder;

pub(super) const RULE: Rule = Rule {
    code: "IF107",
    fires: &["branch_that_is_a_commit"],
    silent: &["branch_with_a_slash"],
    ignored: &["branch_that_is_a_tag_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(
        labels("branch_that_is_a_commit", RULE.code),
        [["images.yaml: 8f4c2a1b9d3e7f60512c4a8b9d0e1f2a3b4c5d6e"]]
    );
}

/// A tag of this checkout that no branch has the name of.
#[test]
fn a_tag_of_the_checkout_is_no_branch() {
    let folder = Folder::of("lint/branch_with_a_slash");
    let report = |folder: &Folder| super::named(&super::run(folder)).contains("IF107");
    folder.write(".git/refs/tags/release/1.x", "8f4c2a1b9d3e7f60512c4a8b9d0e1f2a3b4c5d6e\n");
    assert!(report(&folder));
    folder.write(".git/refs/remotes/origin/release/1.x", "8f4c2a1b9d3e7f60512c4a8b9d0e1f2a3b4c5d6e\n");
    assert!(!report(&folder));
}

/// The branch of `defaults` is one place, however many images it is of.
#[test]
fn a_branch_of_many_images_is_said_once() {
    let image = |name| {
        format!("- {{name: {name}, repository: acme/{name}, source: {{repo: acme/web}}, baseImages: [\"node:22\"]}}\n")
    };
    let images = ["api", "docs", "web"].map(image).concat();
    let images = format!("defaults: {{branch: refs/tags/v1}}\nimages:\n{images}");
    assert_eq!(super::run(&Folder::with(&images)).stdout.matches("[IF107]").count(), 1);
}
