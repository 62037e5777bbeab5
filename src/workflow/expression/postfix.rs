//! `.name`, `[index]` and `.*`.

use super::compare::number;
use super::{Evaluator, Outcome, alternatives};
use crate::workflow::value::Value;
use github_actions_expressions::{Expr, SpannedExpr};

/// What stands behind a dot or between brackets.
enum Key {
    Star,
    Value(Value),
}

impl Evaluator<'_> {
    pub(super) fn postfix(self, parts: &[SpannedExpr<'_>], text: &str) -> Outcome {
        let Some((head, rest)) = parts.split_first() else { return self.wrong(text).into() };
        let mut now = self.value(head);
        for part in rest {
            let key = match &part.inner {
                Expr::Identifier(name) => Key::Value(Value::from(name.as_str())),
                Expr::Star => Key::Star,
                Expr::Index(inner) if matches!(inner.inner, Expr::Star) => Key::Star,
                Expr::Index(inner) => Key::Value(self.value(inner).value),
                _ => return self.wrong(text).into(),
            };
            now = step(&now, &key, text);
        }
        now
    }
}

fn step(from: &Outcome, key: &Key, text: &str) -> Outcome {
    match (&from.value, key) {
        (Value::Unknown(unknown), Key::Star) => Value::Unknown(unknown.part("*")).into(),
        (Value::List(items), key) if from.is_filtered => {
            let found = items.iter().flat_map(|item| filtered(item, key, text)).collect();
            Outcome { value: Value::list(found), is_filtered: true }
        }
        (value, Key::Star) => Outcome { value: Value::list(all(value)), is_filtered: true },
        (value, Key::Value(key)) => at(value, key, text).unwrap_or(Value::Null).into(),
    }
}

/// What a value has under a name or a number, as `value[key]` of an expression; null if nothing.
pub(crate) fn part(value: &Value, key: &Value) -> Value {
    at(value, key, "").unwrap_or(Value::Null)
}

/// All values of a collection.
fn all(value: &Value) -> Vec<Value> {
    match value {
        Value::List(items) => items.to_vec(),
        Value::Object(object) => object.iter().map(|(_, value)| value.clone()).collect(),
        _ => Vec::new(),
    }
}

/// What an item of a filtered list adds.
fn filtered(item: &Value, key: &Key, text: &str) -> Vec<Value> {
    match (item, key) {
        (Value::Unknown(unknown), Key::Star) => vec![Value::Unknown(unknown.part("*"))],
        (item, Key::Star) => all(item),
        (item, Key::Value(key)) => at(item, key, text).into_iter().collect(),
    }
}

/// A part of a collection; `None` if it has none of that name or number.
fn at(value: &Value, key: &Value, text: &str) -> Option<Value> {
    if let Some(choices) = alternatives::of(key) {
        let unknown = key.first_unknown()?;
        let values = choices.iter().map(|key| at(value, key, text).unwrap_or(Value::Null)).collect();
        return Some(alternatives::one_of(unknown, text, values));
    }
    match value {
        Value::Unknown(unknown) => Some(Value::Unknown(match key.as_known_text() {
            Some(name) => unknown.part(&name),
            None => unknown.computed(text),
        })),
        Value::List(_) | Value::Object(_) if key.first_unknown().is_some() => {
            // One of all that there are, or null.
            let unknown = key.first_unknown()?;
            let mut values = all(value);
            values.push(Value::Null);
            Some(alternatives::one_of(unknown, text, values))
        }
        Value::List(items) => {
            let index = number(key).ok().filter(|index| *index >= 0.0 && index.is_finite())?;
            let index = format!("{:.0}", index.floor()).parse::<usize>().ok()?;
            items.get(index).cloned()
        }
        Value::Object(object) => match key {
            Value::List(_) | Value::Object(_) => None,
            key => {
                let name = key.as_known_text()?;
                let found = object.value(&name);
                (object.get(&name).is_some() || object.rest().is_some()).then_some(found)
            }
        },
        _ => None,
    }
}
