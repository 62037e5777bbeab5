//! A credential in images.yaml.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF124",
    fires: &["token_of_github"],
    silent: &["token_that_is_too_short"],
    ignored: &["token_of_github_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("token_of_github", RULE.code), [["images.yaml: ghp_0000********************************"]]);
}
