//! What was meant by a value of another shape, as far as the value tells: how to write it.

use crate::yaml::{Node, ScalarType, Value, scalar_type};

/// In place of a list or a mapping that holds nothing but the text that is needed: `[web]`, or `node: 22` without quotes.
pub(super) fn text(node: &Node<'_>) -> Option<String> {
    match &node.value {
        Value::Sequence(items) => {
            let [item] = &items[..] else { return None };
            Some(format!("write {} alone, without a list around it", scalar(item)?))
        }
        Value::Mapping(entries) => {
            let [(key, value)] = &entries[..] else { return None };
            let (key, value) = (scalar(key)?, scalar(value)?);
            Some(match key {
                "image" | "name" | "tag" => format!("write \"{value}\" alone, without the key `{key}`"),
                _ => format!("a colon and a blank make a key; write \"{key}:{value}\""),
            })
        }
        Value::Scalar { .. } => None,
    }
}

/// In place of a list: a single text, or nothing yet.
pub(super) fn list(node: &Node<'_>) -> Option<String> {
    let Value::Scalar { text, plain } = &node.value else { return None };
    match scalar_type(text, *plain) {
        ScalarType::Null => Some("write its items below it, each behind `- `; or remove the key".to_owned()),
        ScalarType::Text => Some(format!("write [\"{text}\"], or each item on a line of its own behind `- `")),
        _ => None,
    }
}

/// In place of a mapping: nothing, since what belongs to it stands beside it.
pub(super) fn mapping(node: &Node<'_>) -> Option<String> {
    let Value::Scalar { text, plain } = &node.value else { return None };
    let is_empty = matches!(scalar_type(text, *plain), ScalarType::Null);
    is_empty.then(|| "indent what belongs to it by two blanks more than the key, or remove the key".to_owned())
}

fn scalar<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::Scalar { text, .. } if !text.is_empty() => Some(text),
        _ => None,
    }
}
