//! A build argument that changes the base.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF105",
    fires: &[
        "build_argument_that_changes_the_base",
        "build_argument_that_is_computed",
        "build_argument_that_is_not_passed",
        "build_argument_of_a_bake_file",
        "build_argument_of_an_inherited_dockerfile",
    ],
    silent: &[
        "build_argument_of_another_image_of_the_dockerfile",
        "build_argument_that_is_the_default",
        "build_argument_that_bake_is_told",
    ],
    ignored: &[
        "build_argument_that_changes_the_base_ignored",
        "build_argument_of_a_bake_file_ignored",
        "build_argument_in_a_block_ignored",
    ],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(
        labels("build_argument_that_changes_the_base", RULE.code),
        [[".github/workflows/web.yml: NODE=20", "Dockerfile: NODE=22", "images.yaml: web"]]
    );
    assert_eq!(
        labels("build_argument_that_is_computed", RULE.code),
        [[".github/workflows/web.yml: NODE=${{ vars.NODE }}", "Dockerfile: NODE=22", "images.yaml: web"]]
    );
    assert_eq!(
        labels("build_argument_that_is_not_passed", RULE.code),
        [[".github/workflows/web.yml: docker build .", "Dockerfile: NODE=22", "images.yaml: web"]]
    );
    assert_eq!(
        labels("build_argument_of_a_bake_file", RULE.code),
        [["docker-bake.hcl: NODE = \"20\"", "Dockerfile: NODE=22", "images.yaml: web"]]
    );
}
