//! Functions of expressions.

use super::compare::{begins, equal, has};
use super::json::{parse_json, to_json};
use crate::workflow::value::{HOLE, MAX_LENGTH, Text, Truth, Unknown, Value, Why};
use github_actions_expressions::call::Function;

/// What a function gives. The error is why GitHub refuses the call.
pub(super) fn call(function: Function, args: &[Value], text: &str) -> Result<Value, String> {
    match (function, args) {
        (Function::Contains, [search, item]) => Ok(contains(search, item).value(text)),
        (Function::StartsWith, [search, item]) => Ok(ends(search, item, false).value(text)),
        (Function::EndsWith, [search, item]) => Ok(ends(search, item, true).value(text)),
        (Function::Format, [format, args @ ..]) => formatted(format, args),
        (Function::Join, [items, separator @ ..]) => joined(items, separator.first(), text),
        (Function::ToJSON, [value]) => match value.first_unknown() {
            Some(unknown) => Ok(Value::Unknown(unknown.computed(text))),
            None => Ok(Value::from(to_json(value))),
        },
        (Function::FromJSON, [value]) => match value {
            Value::Unknown(unknown) => Ok(Value::Unknown(unknown.computed(text))),
            value => parse_json(&value.text()),
        },
        _ => Err("is not a function that is known here".to_owned()),
    }
}

fn is_primitive(value: &Value) -> bool {
    !matches!(value, Value::List(_) | Value::Object(_))
}

fn contains(search: &Value, item: &Value) -> Truth {
    match search {
        Value::Unknown(unknown) => Truth::Unknown(unknown.clone()),
        Value::List(items) => items.iter().fold(Truth::No, |found, it| found.or(equal(item, it))),
        Value::Object(_) => Truth::No,
        _ if is_primitive(item) => has(&search.text(), &item.text()),
        _ => Truth::No,
    }
}

fn ends(search: &Value, item: &Value, from_end: bool) -> Truth {
    if is_primitive(search) && is_primitive(item) { begins(&search.text(), &item.text(), from_end) } else { Truth::No }
}

fn joined(items: &Value, separator: Option<&Value>, text: &str) -> Result<Value, String> {
    let separator = separator.filter(|separator| is_primitive(separator)).map_or_else(|| Text::from(","), Value::text);
    match items {
        Value::Unknown(unknown) => Ok(Value::Unknown(unknown.computed(text))),
        Value::Object(_) => Ok(Value::from("")),
        Value::List(items) => {
            let mut joined = Text::default();
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    joined.push(&separator);
                }
                joined.push(&item.text());
                limited(&joined)?;
            }
            Ok(Value::from(joined))
        }
        primitive => Ok(Value::from(primitive.text())),
    }
}

/// An error for a text that is too long.
fn limited(text: &Text) -> Result<(), String> {
    if text.size() > MAX_LENGTH { Err(format!("comes to more than {MAX_LENGTH} bytes")) } else { Ok(()) }
}

/// `format('{0}', a)`: braces are doubled to be text; what follows the number up to the brace is passed over, as GitHub passes it over.
fn formatted(format: &Value, args: &[Value]) -> Result<Value, String> {
    let format = format.text();
    let wrong = || "is not a format".to_owned();
    if format.marked().contains(HOLE) {
        return Ok(match format.holes().next() {
            Some(hole) => Value::Unknown(hole.computed(&format!("format({format})"))),
            None => Value::Unknown(Unknown::new(Why::NotUnderstood(wrong()), None)),
        });
    }
    let mut out = Text::default();
    let mut rest = format.marked();
    while let Some(at) = rest.find(['{', '}']) {
        let (literal, brace) = rest.split_at(at);
        out.push_str(literal, None);
        if let Some(after) = ["{{", "}}"].iter().find_map(|double| brace.strip_prefix(double)) {
            out.push_str(brace.get(..1).unwrap_or_default(), None);
            rest = after;
            continue;
        }
        let (inner, after) = brace.strip_prefix('{').and_then(|inner| inner.split_once('}')).ok_or_else(wrong)?;
        let digits = inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = inner.get(..digits).and_then(|digits| digits.parse::<usize>().ok()).ok_or_else(wrong)?;
        let arg = args.get(number).ok_or_else(|| "has fewer arguments than its format names".to_owned())?;
        out.push(&arg.text());
        limited(&out)?;
        rest = after;
    }
    out.push_str(rest, None);
    Ok(Value::from(out))
}
