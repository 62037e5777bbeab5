//! The part of GitHub's expressions that our action and workflows use. Whatever else stands there ends the test: a runner that
//! guesses would prove nothing.

use serde_json::Value;

/// Replaces every `${{ }}` of a text.
pub(super) fn text(template: &str, contexts: &Value) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${{") {
        let (inner, behind) = after.split_once("}}").unwrap_or_else(|| panic!("`{template}` has no end"));
        out.push_str(before);
        out.push_str(&shown(&value(inner, contexts)));
        rest = behind;
    }
    out + rest
}

/// Whether an `if:` holds, with or without `${{ }}` around it.
pub(super) fn holds(condition: &str, contexts: &Value) -> bool {
    let inner = condition.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(condition);
    is_true(&value(inner, contexts))
}

/// The value of an expression.
fn value(expression: &str, contexts: &Value) -> Value {
    let tokens = tokens(expression);
    let mut parser = Parser { tokens: &tokens, at: 0, contexts };
    let value = parser.or();
    assert_eq!(parser.at, tokens.len(), "`{expression}` holds something that this runner does not know");
    value
}

fn tokens(expression: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = expression.trim_start();
    while !rest.is_empty() {
        let length = if rest.starts_with('\'') {
            let mut end = 1;
            loop {
                end += rest[end..].find('\'').expect("a string has an end") + 1;
                if !rest[end..].starts_with('\'') {
                    break end;
                }
                end += 1;
            }
        } else if ["==", "!=", "&&", "||"].iter().any(|operator| rest.starts_with(operator)) {
            2
        } else if rest.starts_with(['(', ')', ',', '!']) {
            1
        } else {
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            assert!(end > 0, "`{expression}` holds something that this runner does not know");
            end
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

struct Parser<'a> {
    tokens: &'a [String],
    at: usize,
    contexts: &'a Value,
}

impl Parser<'_> {
    fn takes(&mut self, token: &str) -> bool {
        let is_it = self.tokens.get(self.at).is_some_and(|next| next == token);
        self.at += usize::from(is_it);
        is_it
    }

    fn or(&mut self) -> Value {
        let mut left = self.and();
        while self.takes("||") {
            let right = self.and();
            left = if is_true(&left) { left } else { right };
        }
        left
    }

    fn and(&mut self) -> Value {
        let mut left = self.equal();
        while self.takes("&&") {
            let right = self.equal();
            left = if is_true(&left) { right } else { left };
        }
        left
    }

    fn equal(&mut self) -> Value {
        let left = self.one();
        if self.takes("==") {
            return same(&left, &self.one()).into();
        }
        if self.takes("!=") {
            return (!same(&left, &self.one())).into();
        }
        left
    }

    fn one(&mut self) -> Value {
        if self.takes("!") {
            return (!is_true(&self.one())).into();
        }
        if self.takes("(") {
            let value = self.or();
            assert!(self.takes(")"));
            return value;
        }
        let token = self.tokens.get(self.at).expect("something stands there").clone();
        self.at += 1;
        if let Some(text) = token.strip_prefix('\'') {
            return text[..text.len() - 1].replace("''", "'").into();
        }
        if self.takes("(") {
            let mut arguments = Vec::new();
            while !self.takes(")") {
                arguments.push(self.or());
                self.takes(",");
            }
            return self.call(&token, &arguments);
        }
        match token.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            "null" => Value::Null,
            path => lookup(path, self.contexts),
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Value {
        match name {
            "always" => true.into(),
            "success" => self.contexts["job"]["ok"].clone(),
            "failure" => (!is_true(&self.contexts["job"]["ok"])).into(),
            "format" => {
                let mut text = shown(&arguments[0]);
                for (index, argument) in arguments[1..].iter().enumerate() {
                    text = text.replace(&format!("{{{index}}}"), &shown(argument));
                }
                text.into()
            }
            _ => panic!("this runner does not know the function `{name}`"),
        }
    }
}

/// `github.event.pull_request.number`: what the event does not have is null; contexts, inputs and steps have to be there.
fn lookup(path: &str, contexts: &Value) -> Value {
    let mut value = contexts;
    for (depth, part) in path.split('.').enumerate() {
        let must_be_there = depth == 0 || (depth == 1 && matches!(path.split('.').next(), Some("inputs" | "steps")));
        value = match value.get(part) {
            Some(value) => value,
            None if must_be_there => panic!("there is no `{part}` of `{path}`"),
            None => return Value::Null,
        };
    }
    value.clone()
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => true,
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        Value::String(text) if text.is_empty() => 0.0,
        Value::String(text) => text.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

/// Texts are compared without case, and what is not of one type as numbers.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.eq_ignore_ascii_case(right),
        #[expect(clippy::float_cmp, reason = "that is how GitHub compares")]
        _ => number(left) == number(right),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

#[test]
fn expressions_mean_what_they_mean_on_github() {
    let contexts = serde_json::json!({
        "github": {"event_name": "pull_request", "event": {"pull_request": {"number": 7}}, "ref": "refs/pull/7/merge"},
        "inputs": {"checks": "", "image": "web"}, "steps": {"cache": {"outputs": {}}}, "job": {"ok": true},
    });
    for (condition, expected) in [
        ("github.event_name == 'Pull_Request'", true),
        ("steps.cache.outputs.cache-hit != 'true'", true),
        ("inputs.checks != ''", false),
        ("inputs.checks == null", true),
        ("${{ !inputs.checks && (github.event.number || 'x') == 'x' }}", true),
        ("success() && !failure() && always()", true),
    ] {
        assert_eq!(holds(condition, &contexts), expected, "{condition}");
    }
    assert_eq!(
        text("a ${{ format('it''s {0}', inputs.image || 'all') }} ${{ github.event.pull_request.number }}!", &contexts),
        "a it's web 7!"
    );
}
