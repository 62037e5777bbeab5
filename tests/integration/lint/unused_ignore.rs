//! A comment that ignores nothing; no comment can ignore that.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF130",
    fires: &["comment_that_ignores_nothing"],
    silent: &["comment_that_ignores_something"],
    ignored: &["comment_that_ignores_nothing_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(labels("comment_that_ignores_nothing", RULE.code), [["images.yaml: IF120"]]);
    assert_eq!(
        labels("comment_that_ignores_nothing_ignored", RULE.code),
        [["images.yaml: IF120"], ["images.yaml: IF130"]]
    );
}
