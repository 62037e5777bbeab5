//! Values that are one of a finite set: what can be said of each of them can be said of the whole.

use crate::workflow::value::{Unknown, Value};

/// Alternatives of all arguments together beyond which none are tried.
const MAX_TRIED: usize = 64;

/// Alternatives of a text with holes beyond which it stays one.
const MAX_TEXTS: usize = 16;

/// What a value may be; `None` if that is not a finite set, or if the value is known.
pub(super) fn of(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Unknown(unknown) if !unknown.choices().is_empty() => Some(unknown.choices().to_vec()),
        Value::Text(text) if text.known().is_none() => {
            Some(text.possible(MAX_TEXTS)?.into_iter().map(Value::from).collect())
        }
        _ => None,
    }
}

/// What a function gives for arguments that may be one of a finite set each; `text` is its call.
pub(super) fn each(args: &[Value], text: &str, call: &dyn Fn(&[Value]) -> Value) -> Value {
    let mut all: Vec<Vec<Value>> = vec![Vec::new()];
    for arg in args {
        let choices = of(arg).filter(|choices| choices.len() * all.len() <= MAX_TRIED);
        let choices = choices.unwrap_or_else(|| vec![arg.clone()]);
        let longer = |before: Vec<Value>| {
            choices.iter().map(move |choice| {
                let mut longer = before.clone();
                longer.push(choice.clone());
                longer
            })
        };
        all = all.into_iter().flat_map(longer).collect();
    }
    let unknown = args.iter().find_map(Value::first_unknown);
    match (all.as_slice(), unknown) {
        ([_], _) | (_, None) => call(args),
        (all, Some(unknown)) => one_of(unknown, text, all.iter().map(|args| call(args)).collect()),
    }
}

/// A value that is one of these; `text` is what it comes from, and `unknown` why it is not known which.
pub(super) fn one_of(unknown: &Unknown, text: &str, values: Vec<Value>) -> Value {
    if let Some(first) = values.first()
        && values.iter().all(|value| value == first)
    {
        return first.clone();
    }
    let mut choices = Vec::new();
    for value in values {
        match value {
            Value::Unknown(unknown) if !unknown.choices().is_empty() => {
                choices.extend(unknown.choices().iter().cloned());
            }
            value => choices.push(value),
        }
    }
    Value::Unknown(unknown.computed(text).one_of(choices))
}
