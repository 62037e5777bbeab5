//! A value that an input does not take.

use super::{Rule, labels};

pub(super) const RULE: Rule = Rule {
    code: "IF104",
    fires: &["choice_without_the_value_that_is_sent"],
    silent: &["boolean_that_is_sent_a_boolean"],
    ignored: &["boolean_that_is_sent_a_word_ignored"],
};

#[test]
fn it_points_at_what_is_to_be_changed() {
    assert_eq!(
        labels("choice_without_the_value_that_is_sent", RULE.code),
        [[".github/workflows/web.yml: choice", "images.yaml: web"]]
    );
}
