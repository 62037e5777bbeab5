//! Kargo's expression language (expr-lang) and its delimiters, for texts that are put together.
//!
//! Kargo evaluates `${{ }}` in any value of a step or variable; the first `}}` closes it, nothing escapes it, and a value
//! that then looks like a number, a boolean or JSON becomes one (Kargo v1.11.2 `pkg/expressions/json_templates.go`).

use crate::words::append;
use serde::Serialize;

/// An expression in its delimiters. The expression must not hold `}}`.
pub fn delimited(expression: &str) -> String {
    debug_assert!(!expression.contains("}}"), "the first }} would end it: {expression}");
    format!("${{{{ {expression} }}}}")
}

/// A text as a string of the language, in double quotes: YAML then needs no doubled single ones around it.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c.is_control()) {
        out.push_str(&rest[..at]);
        let mut chars = rest[at..].chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c) => {
                // Control characters are below U+00A0.
                append!(out, "\\u{:04x}", u32::from(c));
            }
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
    out
}

/// A value as JSON, which is one of the language too, and stays a text where no delimiter stands around it. Values of ours always
/// are JSON.
pub fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A key of a Secret in the Project's namespace, without the line feed that many have at their end; empty if the Secret or
/// the key is missing. Brackets, because a name with a hyphen would be a subtraction.
pub fn secret(name: &str, key: &str) -> String {
    format!("trim(secret({})[{}])", string(name), string(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_string() {
        assert_eq!(string("it's \"a\" \\ b\n"), r#""it's \"a\" \\ b\n""#);
        assert_eq!(string("\u{0}\u{85}"), r#""\u0000\u0085""#);
        assert_eq!(
            delimited(&secret("github-credentials", "api-token")),
            r#"${{ trim(secret("github-credentials")["api-token"]) }}"#
        );
    }
}
