//! Where a field stands in the body of a request, as `events[0].target.repository`.

use super::{Form, form};

form! {
    /// Names with dots between them, and indices in brackets.
    BodyPath = body_path, {
        "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*|\\[[0-9]{1,3}\\])*$", "maxLength": 253,
        "patternErrorMessage": "write names with dots between them, as `repository.name` or `events[0].action`",
        "examples": ["repository.name", "events[0].target.repository"]
    }, []
}

impl Form for BodyPath {}

impl BodyPath {
    /// It as an expression of Kargo's language that gives nil where one of its names is missing.
    pub fn expression(&self) -> String {
        format!("request.body?.{}", self.replace('[', "?.[").replace('.', "?.").replace("??.", "?."))
    }
}

fn body_path(text: &str) -> Result<&str, String> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let is_index = |index: &str| {
        let digits = index.strip_suffix(']').unwrap_or_default();
        (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let is_part = |part: &str| {
        let mut pieces = part.split('[');
        pieces.next().is_some_and(is_name) && pieces.all(is_index)
    };
    if text.len() <= 253 && text.split('.').all(is_part) {
        Ok(text)
    } else {
        Err("write names with dots between them, as `repository.name` or `events[0].action`".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_names_and_indices_and_nothing_that_is_evaluated() {
        for (path, expression) in [
            ("name", "request.body?.name"),
            ("repository.full_name", "request.body?.repository?.full_name"),
            ("events[0].target.repository", "request.body?.events?.[0]?.target?.repository"),
            ("a[1][20]", "request.body?.a?.[1]?.[20]"),
        ] {
            assert_eq!(path.parse::<BodyPath>().map(|path| path.expression()), Ok(expression.to_owned()));
        }
        for bad in [
            "", ".", "a.", "a b", "a()", "a[x]", "a[]", "a[0", "a[1234]", "[0]", "1a", "a-b", "a}}b", "${{ a }}",
            "a.\"b\"",
        ] {
            assert!(bad.parse::<BodyPath>().is_err(), "{bad}");
        }
    }
}
