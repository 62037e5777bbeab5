//! What the environment puts into the texts of a Compose file (<https://docs.docker.com/reference/compose-file/interpolation/>).

use crate::workflow::bake::Environment;
use crate::workflow::value::{MAX_LENGTH, Text, Unknown, Why, closing};

/// Defaults within defaults.
const MAX_DEPTH: usize = 16;

/// A text with the values of variables in it; one that is not set is empty.
pub(super) fn interpolated(text: &Text, environment: &Environment<'_>) -> Text {
    within(text, environment, 0)
}

fn within(text: &Text, environment: &Environment<'_>, depth: usize) -> Text {
    let marked = text.marked();
    if !marked.contains('$') {
        return text.clone();
    }
    let mut all = Text::default();
    let mut at = 0;
    while let Some(sign) = marked.get(at..).and_then(|rest| rest.find('$')).map(|found| at + found) {
        all.push(&text.cut(at..sign));
        let rest = marked.get(sign + 1..).unwrap_or_default();
        let name = |text: &str| text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        at = if rest.starts_with('$') {
            all.push_str("$", text.span());
            sign + 2
        } else if rest.starts_with('{') {
            let Some(end) = closing(rest, '{', '}') else { break };
            let inner = text.cut(sign + 2..sign + 1 + end);
            let length = name(inner.marked());
            let (variable, how) = inner.marked().split_at(length);
            if depth >= MAX_DEPTH || all.size() > MAX_LENGTH {
                all.push_hole(Unknown::new(Why::NotUnderstood(inner.to_string()), text.span()));
            } else {
                let rest = inner.cut(length..inner.marked().len());
                all.push(&value(variable, how, &rest, environment, depth, text));
            }
            sign + 2 + end
        } else {
            let length = name(rest);
            let is_name = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            if is_name {
                let variable = rest.get(..length).unwrap_or_default();
                all.push(&environment(variable).unwrap_or_default().at(text.span()));
                sign + 1 + length
            } else {
                all.push_str("$", text.span());
                sign + 1
            }
        };
    }
    all.push(&text.cut(at..marked.len()));
    all
}

/// `${NAME}`, `${NAME:-default}`, `${NAME-default}`, and the same with `+` for another value and `?` for an error.
fn value(name: &str, how: &str, rest: &Text, environment: &Environment<'_>, depth: usize, whole: &Text) -> Text {
    let set = environment(name);
    let place = whole.span();
    let length = rest.marked().len();
    let (counts_empty, sign, from) = match how.as_bytes() {
        [] => return set.unwrap_or_default().at(place),
        [b':', sign, ..] => (false, *sign, 2),
        [sign, ..] => (true, *sign, 1),
    };
    let other = || within(&rest.cut(from..length), environment, depth + 1);
    // Whether one that is not known is empty is not known either; that it has a value is why it is there.
    let is_set = set.as_ref().is_some_and(|text| counts_empty || !text.is_empty());
    match sign {
        b'-' if is_set => set.unwrap_or_default().at(place),
        b'-' => other(),
        b'+' if is_set => other(),
        b'+' => Text::default(),
        b'?' => set.unwrap_or_default().at(place),
        _ => Text::hole(Unknown::new(Why::NotUnderstood(format!("${{{name}{how}}}")), place)),
    }
}
