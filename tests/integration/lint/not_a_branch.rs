//! A `ref` that is no branch.

use super::{checkout, fires, ignored, silent};
use crate::harness::Folder;

const CODE: &str = "IF107";

#[test]
fn branch_that_is_a_commit() {
    insta::assert_snapshot!(fires(CODE, "
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml, branch: 8f4c2a1b9d3e7f60512c4a8b9d0e1f2a3b4c5d6e}
"), @"
warning[IF107]: `8f4c2a1b9d3e7f60512c4a8b9d0e1f2a3b4c5d6e` is no branch of acme/web
 --> images.yaml:3:55
  |
3 |   source: {repo: acme/web, workflow: web.yml, branch: 8f4c2a1b9d3e7f60512c4a8b9d0e1f2a3b4c5d6e}
  |                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is a commit; GitHub dispatches on branches and tags
  |
  = help: write the branch that is built, as in `branch: main`

1 warning
for more, run `image-factory explain IF107`
");
}

const WITH_A_SLASH: &str = "
- name: web
  repository: acme/web
  source: {repo: acme/web, workflow: web.yml, branch: release/1.x}
";

#[test]
fn branch_with_a_slash() {
    silent(WITH_A_SLASH);
}

#[test]
fn branch_that_is_a_tag_ignored() {
    ignored(
        CODE,
        "
- name: web
  repository: acme/web
  # image-factory: ignore[IF107] this release is rebuilt as it was
  source: {repo: acme/web, workflow: web.yml, branch: refs/tags/v1.2.0}
",
    );
}

/// A tag of this checkout that no branch has the name of.
#[test]
fn a_tag_of_the_checkout_is_no_branch() {
    let folder = checkout(WITH_A_SLASH);
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
