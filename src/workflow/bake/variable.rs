//! Variables: what the environment says over their defaults (bake/hclparser/hclparser.go, `resolveValue`).

use super::evaluate::Environment;
use super::value::Value;
use super::written::{Expr, ExprKind};
use crate::workflow::value::Text;
use std::collections::BTreeMap;

/// The type that a variable is declared with, as far as it decides how a text of the environment is read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Number,
    Bool,
    /// Items between commas, of a type.
    List(Element),
    /// `key:value` between commas.
    Map(Element),
    /// Anything else: an environment says it in JSON, or not at all.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Element {
    Text,
    Number,
    Bool,
}

/// The value of a variable. `environment` is none for an attribute, which nothing sets.
pub(super) fn value(
    name: &str,
    declared: Option<&std::rc::Rc<Expr>>,
    default: Option<&Value>,
    environment: Option<&Environment<'_>>,
) -> Value {
    let kind = declared.map(|written| kind(written));
    let set = environment.and_then(|environment| environment(name));
    let json = environment.filter(|_| set.is_none() || kind.is_some());
    let json = json.and_then(|environment| environment(&format!("{name}_JSON")));
    let without = || match (default, kind) {
        (None, None) => Value::from(""),
        (None, Some(_)) => Value::Null,
        (Some(value), Some(kind)) => converted(value.clone(), kind),
        (Some(value), None) => value.clone(),
    };
    let Some(text) = json.clone().or(set) else { return without() };
    let wrong = || Value::wrong(format!("the value of {name} in the environment"));
    let hole = text.holes().next().cloned();
    if let (Some(_), Some(_)) = (&json, kind) {
        let read = text.known().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
        return read.map_or_else(|| hole.map_or_else(wrong, Value::Unknown), |read| Value::from(&read));
    }
    // Without a declared type that of the default counts.
    let kind = kind.unwrap_or(match default {
        None | Some(Value::Null | Value::Text(_) | Value::Unknown(_)) => Kind::Text,
        Some(Value::Number(_)) => Kind::Number,
        Some(Value::Bool(_)) => Kind::Bool,
        Some(Value::List(_) | Value::Object(_)) => Kind::Other,
    });
    if kind != Kind::Text
        && let Some(hole) = hole
    {
        return Value::Unknown(hole);
    }
    read(&text, kind).unwrap_or_else(wrong)
}

fn read(text: &Text, kind: Kind) -> Option<Value> {
    let element = |text: &str, of: Element| match of {
        Element::Text => Some(Value::from(text)),
        Element::Number => primitive(text, Kind::Number),
        Element::Bool => primitive(text, Kind::Bool),
    };
    match kind {
        Kind::Text => Some(Value::from(text.clone())),
        Kind::Number | Kind::Bool => primitive(text.known()?, kind),
        Kind::List(of) => {
            fields(text.known()?)?.iter().map(|field| element(field, of)).collect::<Option<_>>().map(Value::List)
        }
        Kind::Map(of) => {
            let pair = |field: &String| {
                let (key, value) = field.split_once(':')?;
                Some((key.to_owned(), element(value, of)?))
            };
            fields(text.known()?)?.iter().map(pair).collect::<Option<BTreeMap<_, _>>>().map(Value::Object)
        }
        Kind::Other => None,
    }
}

/// A line of CSV; quotes in it are not worked out.
fn fields(text: &str) -> Option<Vec<String>> {
    (!text.contains('"')).then(|| text.split(',').map(str::to_owned).collect())
}

fn primitive(text: &str, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Number => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Number),
        // As Go's `strconv.ParseBool` has it.
        Kind::Bool => match text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => Some(Value::from(text)),
    }
}

fn converted(value: Value, kind: Kind) -> Value {
    match kind {
        Kind::Text => value.as_text().map_or(value, Value::from),
        Kind::Number => value.as_number().map_or(value, Value::Number),
        Kind::Bool => value.as_bool().map_or(value, Value::Bool),
        _ => value,
    }
}

fn kind(written: &Expr) -> Kind {
    let text = match &written.kind {
        ExprKind::Hcl(expression, _) => expression.to_string(),
        _ => written.word().unwrap_or_default(),
    };
    let text: String = text.split_whitespace().collect();
    let element = |of: &str| match of {
        "string" => Some(Element::Text),
        "number" => Some(Element::Number),
        "bool" => Some(Element::Bool),
        _ => None,
    };
    let inner = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')').and_then(element);
    match text.as_str() {
        "string" => Kind::Text,
        "number" => Kind::Number,
        "bool" => Kind::Bool,
        _ => match (inner("list").or_else(|| inner("set")), inner("map")) {
            (Some(of), _) => Kind::List(of),
            (_, Some(of)) => Kind::Map(of),
            _ => Kind::Other,
        },
    }
}
