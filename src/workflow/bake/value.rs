//! Values of HCL, of which parts may not be known.

use crate::workflow::value::{Text, Unknown, Why};
use std::collections::BTreeMap;

/// The longest text that is put together, in bytes: variables that double each other would fill the memory.
pub(super) const MAX_LENGTH: usize = 64 << 10;

/// The longest list.
pub(super) const MAX_ITEMS: usize = 4_096;

/// A value; objects are in the order of their keys, as HCL goes over them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(Text),
    List(Vec<Value>),
    Object(BTreeMap<String, Value>),
    Unknown(Unknown),
}

impl Value {
    /// Something that cannot be worked out, by the words for it.
    pub(super) fn wrong(what: impl Into<String>) -> Self {
        Self::Unknown(Unknown::new(Why::NotUnderstood(what.into()), None))
    }

    /// More than is worked out.
    pub(super) fn too_much() -> Self {
        Self::Unknown(Unknown::new(Why::Limit("a longer value".to_owned()), None))
    }

    /// How much it is: 1, and one more for each part of it and for each 64 bytes of text.
    pub(super) fn weight(&self) -> usize {
        1 + match self {
            Value::Text(text) => text.size() / 64,
            Value::List(items) => items.iter().map(Value::weight).sum(),
            Value::Object(object) => object.iter().map(|(name, value)| name.len() / 64 + value.weight()).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => 0,
        }
    }

    /// As a text, if HCL converts it into one; what is not known is a hole.
    pub(super) fn as_text(&self) -> Option<Text> {
        match self {
            Value::Bool(is) => Some(Text::from(if *is { "true" } else { "false" })),
            Value::Number(number) => Some(Text::from(number.to_string())),
            Value::Text(text) => Some(text.clone()),
            Value::Unknown(unknown) => Some(Text::hole(unknown.clone())),
            Value::Null | Value::List(_) | Value::Object(_) => None,
        }
    }

    /// The same, if all of it is known.
    pub(super) fn as_known_text(&self) -> Option<String> {
        self.as_text()?.known().map(str::to_owned)
    }

    /// As a number, if HCL converts it into one.
    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Text(text) => {
                let text = text.known()?;
                let is_decimal = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
                text.parse().ok().filter(|number: &f64| is_decimal && number.is_finite())
            }
            _ => None,
        }
    }

    /// As a boolean, if HCL converts it into one.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(is) => Some(*is),
            Value::Text(text) => match text.known()? {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The first part of it that is not known.
    pub(super) fn unknown(&self) -> Option<&Unknown> {
        match self {
            Value::Text(text) => text.holes().next(),
            Value::List(items) => items.iter().find_map(Value::unknown),
            Value::Object(object) => object.values().find_map(Value::unknown),
            Value::Unknown(unknown) => Some(unknown),
            Value::Null | Value::Bool(_) | Value::Number(_) => None,
        }
    }

    /// A list of texts, as attributes like `tags` take it. One that is not known as a whole is one hole.
    pub(super) fn texts(&self) -> Option<Vec<Text>> {
        match self {
            Value::List(items) => Some(items.iter().filter_map(Value::as_text).collect()),
            Value::Unknown(unknown) => Some(vec![Text::hole(unknown.clone())]),
            _ => None,
        }
    }
}

impl From<Text> for Value {
    /// A text that is nothing but a hole is the value that the hole stands for.
    fn from(text: Text) -> Self {
        match crate::workflow::value::Value::from(text) {
            crate::workflow::value::Value::Unknown(unknown) => Value::Unknown(unknown),
            other => Value::Text(other.text()),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(Text::from(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Text::from(text))
    }
}

impl From<&serde_json::Value> for Value {
    fn from(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(is) => Value::Bool(*is),
            serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or_default()),
            serde_json::Value::String(text) => Value::from(text.as_str()),
            serde_json::Value::Array(items) => Value::List(items.iter().map(Value::from).collect()),
            serde_json::Value::Object(object) => {
                Value::Object(object.iter().map(|(key, value)| (key.clone(), Value::from(value))).collect())
            }
        }
    }
}
