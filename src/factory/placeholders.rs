//! What is sent for placeholders that are known to Kargo alone.

use super::intent::{DIGEST, PLACEHOLDERS, record};
use super::kept::PREVIOUS;
use super::moved::Moved;
use crate::forge::TOKEN;
use crate::grammar::placeholder::{OPEN, Placeholder};
use crate::kargo::expression::{delimited, string};
use crate::kargo::stage::Variable;
use crate::model::Dependent;

/// A body with expressions in place of its placeholders. Kargo makes an object of what is JSON once it is evaluated, and only
/// takes quotes away from what stands in some (Kargo v1.11.2 `pkg/expressions/json_templates.go`).
pub(super) fn evaluated(body: String, token: Option<&str>) -> String {
    if !body.contains(OPEN) {
        return body;
    }
    let put_in = |body: String, (name, expression): &(Placeholder, &str)| body.replace(&name.to_string(), expression);
    let put = PLACEHOLDERS.iter().fold(body.clone(), put_in);
    let put = token.map_or_else(|| put.clone(), |token| put.replace(TOKEN, token));
    // A branch may have braces too.
    if put == body { body } else { format!("\"{put}\"") }
}

/// The variable with the digest of the base, if one of the values that are sent has it.
pub(super) fn digest(moved: &Moved<'_>, dependents: &[&Dependent]) -> Option<Variable> {
    sends(dependents, Placeholder::Digest)
        .then(|| Variable { name: DIGEST.into(), value: delimited(&moved.digest()).into() })
}

/// What stands in a body that is kept in a variable, in place of what is known only where it is sent: variables of a Stage see no
/// output of a step (Kargo v1.11.2 `pkg/promotion/evaluator.go`, `Vars`). No value
/// has braces but for placeholders; closing ones would end an expression.
const LATER: &str = "{{later";

/// A body that is kept in a variable.
pub(super) fn kept(body: &str) -> String {
    body.replace(&Placeholder::Previous.to_string(), LATER)
}

/// The expression for a body that was kept, with what is known now.
pub(super) fn now(kept: String, body: &str) -> String {
    if !body.contains(LATER) {
        return kept;
    }
    format!("replace({kept}, {}, outputs.{}.{PREVIOUS})", string(LATER), record::PLAN)
}

/// Whether a placeholder stands in one of the values that are sent.
pub(super) fn sends(dependents: &[&Dependent], placeholder: Placeholder) -> bool {
    let placeholder = placeholder.to_string();
    dependents.iter().flat_map(|dependent| dependent.inputs.values()).any(|value| value.contains(&placeholder))
}
