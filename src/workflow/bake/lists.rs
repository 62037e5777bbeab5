//! Functions of lists and objects.

use super::functions::{count, entries, equal, index, position};
use super::value::{MAX_ITEMS, Value};
use std::collections::BTreeMap;

pub(super) const NAMES: &[&str] = &[
    "chunklist",
    "coalescelist",
    "compact",
    "concat",
    "contains",
    "distinct",
    "element",
    "flatten",
    "hasindex",
    "index",
    "indexof",
    "keys",
    "length",
    "lookup",
    "merge",
    "range",
    "reverselist",
    "slice",
    "sort",
    "values",
    "zipmap",
];

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("concat", lists) => {
            let mut all = Vec::new();
            for list in lists {
                let Value::List(items) = list else { return None };
                all.extend(items.iter().cloned());
            }
            bounded(all)
        }
        ("merge", objects) => {
            let mut all = BTreeMap::new();
            for object in objects {
                match object {
                    Value::Object(object) => all.extend(object.clone()),
                    Value::Null => {}
                    _ => return None,
                }
            }
            Some(Value::Object(all))
        }
        ("flatten", [Value::List(items)]) => {
            let mut all = Vec::new();
            flatten(items, &mut all)?;
            bounded(all)
        }
        ("contains", [Value::List(items), value]) => {
            let found: Option<Vec<bool>> = items.iter().map(|item| equal(item, value)).collect();
            Some(Value::Bool(found?.contains(&true)))
        }
        ("length", [value]) => Some(count(entries(value)?.len())),
        ("keys", [Value::Object(object)]) => {
            Some(Value::List(object.keys().map(|key| Value::from(key.as_str())).collect()))
        }
        ("values", [Value::Object(object)]) => Some(Value::List(object.values().cloned().collect())),
        ("lookup", [object @ Value::Object(_), key, rest @ ..]) => {
            key.as_known_text()?;
            index(object, key).or_else(|| rest.first().cloned())
        }
        ("index", [value, key]) => index(value, key),
        ("hasindex", [value @ (Value::List(_) | Value::Object(_)), key]) => {
            key.as_known_text()?;
            Some(Value::Bool(index(value, key).is_some()))
        }
        ("indexof", [Value::List(items), value]) => {
            let found: Option<Vec<bool>> = items.iter().map(|item| equal(item, value)).collect();
            found?.iter().position(|is| *is).map(count)
        }
        ("element", [Value::List(items), at]) => items.get(position(at)?.checked_rem(items.len())?).cloned(),
        ("slice", [Value::List(items), from, to]) => {
            Some(Value::List(items.get(position(from)?..position(to)?)?.to_vec()))
        }
        ("reverselist", [Value::List(items)]) => Some(Value::List(items.iter().rev().cloned().collect())),
        ("distinct", [Value::List(items)]) => {
            let mut all: Vec<Value> = Vec::new();
            for item in items {
                let same: Option<Vec<bool>> = all.iter().map(|known| equal(known, item)).collect();
                if !same?.contains(&true) {
                    all.push(item.clone());
                }
            }
            Some(Value::List(all))
        }
        ("compact", [Value::List(items)]) => {
            let texts: Option<Vec<String>> =
                items.iter().filter(|item| **item != Value::Null).map(Value::as_known_text).collect();
            Some(Value::List(texts?.into_iter().filter(|text| !text.is_empty()).map(Value::from).collect()))
        }
        ("sort", [Value::List(items)]) => {
            let mut texts: Vec<String> = items.iter().map(Value::as_known_text).collect::<Option<_>>()?;
            texts.sort_unstable();
            Some(Value::List(texts.into_iter().map(Value::from).collect()))
        }
        ("coalescelist", [first, rest @ ..]) => match first {
            Value::List(items) if !items.is_empty() => Some(first.clone()),
            Value::List(_) | Value::Null => call(name, rest),
            _ => None,
        },
        ("chunklist", [Value::List(items), size]) => {
            let size = position(size).filter(|size| *size > 0)?;
            Some(Value::List(items.chunks(size).map(|chunk| Value::List(chunk.to_vec())).collect()))
        }
        ("zipmap", [Value::List(keys), Value::List(values)]) if keys.len() == values.len() => {
            let keys: Vec<String> = keys.iter().map(Value::as_known_text).collect::<Option<_>>()?;
            Some(Value::Object(keys.into_iter().zip(values.iter().cloned()).collect()))
        }
        ("range", numbers) => range(&numbers.iter().map(Value::as_number).collect::<Option<Vec<_>>>()?),
        _ => None,
    }
}

fn bounded(items: Vec<Value>) -> Option<Value> {
    (items.len() <= MAX_ITEMS).then_some(Value::List(items))
}

fn flatten(items: &[Value], into: &mut Vec<Value>) -> Option<()> {
    for item in items {
        match item {
            Value::List(inner) => flatten(inner, into)?,
            // It may be a list.
            Value::Unknown(_) => return None,
            other => into.push(other.clone()),
        }
    }
    Some(())
}

/// `range(end)`, `range(start, end)`, `range(start, end, step)`; without a step it goes down where the end is below the start.
fn range(numbers: &[f64]) -> Option<Value> {
    let (start, end, step) = match *numbers {
        [end] => (0.0, end, None),
        [start, end] => (start, end, None),
        [start, end, step] => (start, end, Some(step)),
        _ => return None,
    };
    let step = step.unwrap_or(if end < start { -1.0 } else { 1.0 });
    if step == 0.0 || (end < start) != (step < 0.0) && end.total_cmp(&start).is_ne() {
        return None;
    }
    let (mut all, mut number) = (Vec::new(), start);
    while if step > 0.0 { number < end } else { number > end } {
        all.push(Value::Number(number));
        number += step;
        if all.len() > 1_024 {
            return None;
        }
    }
    Some(Value::List(all))
}
