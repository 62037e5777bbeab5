//! An input that is required and not sent.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF103",
    fires: &["required_input_that_is_not_sent"],
    silent: &["required_input_with_a_default"],
    ignored: &["required_input_that_is_not_sent_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(
        labels("required_input_that_is_not_sent", RULE.code),
        [[".github/workflows/web.yml: reason", ".github/workflows/web.yml: true", "images.yaml: web"]]
    );
}
