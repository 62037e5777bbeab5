//! An input that is sent and not declared.

use super::{Rule, labels};
use image_factory::diagnostic::Code;

pub(super) const RULE: Rule = Rule {
    code: Code::InputUndeclared,
    fires: &["inputs_that_are_not_declared"],
    silent: &["inputs_declared_in_other_case"],
    ignored: &["inputs_that_are_not_declared_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(
        labels("inputs_that_are_not_declared", RULE.code),
        [[".github/workflows/web.yml: inputs", "images.yaml: web"]]
    );
}
