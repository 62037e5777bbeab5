//! JSON to values and back.

use crate::workflow::value::{HOLE, Object, Text, Value, number_text};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt::{self, Write};

/// Reads JSON in which texts may have holes. The error says what is wrong.
pub(crate) fn parse_json(text: &Text) -> Result<Value, String> {
    let Raw(value) = serde_json::from_str(text.marked()).map_err(|error| format!("is not JSON: {error}"))?;
    if text.known().is_some() {
        return Ok(value);
    }
    if text.marked().contains(MARK) {
        return Err("has characters that are none".to_owned());
    }
    // Objects keep their order and lists theirs, so the holes come in the order of the text.
    let mut holes = text.holes();
    let filled = fill(value, &mut || holes.next().map(|hole| Text::hole(hole.clone())));
    filled.filter(|_| holes.next().is_none()).ok_or_else(|| "has a key that is not known".to_owned())
}

fn fill(value: Value, next: &mut dyn FnMut() -> Option<Text>) -> Option<Value> {
    Some(match value {
        Value::Text(text) => {
            let mut filled = Text::default();
            for (number, literal) in text.marked().split(MARK).enumerate() {
                if number > 0 {
                    filled.push(&next()?);
                }
                filled.push_str(literal, None);
            }
            Value::from(filled)
        }
        Value::List(items) => Value::list(items.iter().map(|item| fill(item.clone(), next)).collect::<Option<_>>()?),
        Value::Object(object) => {
            let mut filled = Object::default();
            for (name, value) in object.iter() {
                if name.contains(HOLE) {
                    return None;
                }
                filled.insert(name, fill(value.clone(), next)?);
            }
            Value::from(filled)
        }
        value => value,
    })
}

/// What a hole has become when JSON is read: no text has the character of a hole as its own.
const MARK: char = '\u{fffd}';

/// A value as JSON has it.
struct Raw(Value);

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw(Value::Null))
    }

    fn visit_bool<E>(self, is: bool) -> Result<Raw, E> {
        Ok(Raw(Value::Bool(is)))
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of expressions are these")]
    fn visit_i64<E>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw(Value::Number(number as f64)))
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of expressions are these")]
    fn visit_u64<E>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw(Value::Number(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Raw, E> {
        Ok(Raw(Value::Number(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw(Value::from(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(Raw(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw(Value::list(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut object = Object::default();
        while let Some((name, Raw(value))) = entries.next_entry::<String, Raw>()? {
            object.insert(name, value);
        }
        Ok(Raw(Value::from(object)))
    }
}

/// A text as JSON has it, in quotes.
pub(crate) fn quoted(text: &Text) -> Text {
    let mut all = Text::from("\"");
    let mut holes = text.holes();
    for (number, literal) in text.marked().split(HOLE).enumerate() {
        if number > 0 {
            holes.next().into_iter().for_each(|hole| all.push_hole(hole.clone()));
        }
        let escaped = serde_json::Value::from(literal).to_string();
        all.push_str(escaped.get(1..escaped.len() - 1).unwrap_or_default(), text.span());
    }
    all.push_str("\"", None);
    all
}

/// A known value as JSON, indented by two spaces.
pub(super) fn to_json(value: &Value) -> String {
    let mut out = String::new();
    write_json(value, 0, &mut out);
    out
}

fn write_json(value: &Value, depth: usize, out: &mut String) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    match value {
        Value::Null | Value::Unknown(_) => out.push_str("null"),
        Value::Bool(is) => out.push_str(if *is { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number_text(*number)),
        Value::Text(text) => _ = write!(out, "{}", serde_json::Value::from(text.marked())),
        Value::List(items) if items.is_empty() => out.push_str("[]"),
        Value::Object(object) if object.is_empty() => out.push_str("{}"),
        Value::List(items) => {
            for (number, item) in items.iter().enumerate() {
                out.push(if number == 0 { '[' } else { ',' });
                line(out, depth + 1);
                write_json(item, depth + 1, out);
            }
            line(out, depth);
            out.push(']');
        }
        Value::Object(object) => {
            for (number, (name, value)) in object.iter().enumerate() {
                out.push(if number == 0 { '{' } else { ',' });
                line(out, depth + 1);
                _ = write!(out, "{}: ", serde_json::Value::from(name));
                write_json(value, depth + 1, out);
            }
            line(out, depth);
            out.push('}');
        }
    }
}
