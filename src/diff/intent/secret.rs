//! Which Secret a request takes its token from.

use crate::diff::value::Value;

/// The Secret of headers, as a list of them or as an expression for one.
pub(super) fn of_headers(headers: &Value) -> Option<String> {
    match headers {
        Value::Text(expression) => of_text(expression),
        Value::List(headers) => headers.iter().find_map(|header| of_text(header.text_at(&["value"])?)),
        _ => None,
    }
}

/// The Secret that a text takes a token from, and the key in it, as in `secret("github-credentials")["password"]`.
pub(super) fn of_text(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("secret(\"")?;
    let (name, rest) = rest.split_once("\")[\"")?;
    let (key, _) = rest.split_once("\"]")?;
    Some(format!("key {key} of the Secret {name}"))
}
