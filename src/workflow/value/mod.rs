//! Values of workflows before they run: known, known in part, or not known and why.

mod number;
mod object;
mod text;
mod truth;
mod unknown;

#[cfg(test)]
mod tests;

pub use number::{number_text, parse_number};
pub use object::Object;

pub(crate) use text::closing;
pub use text::{Captures, HOLE, MAX_HOLES, MAX_LENGTH, Text};
pub use truth::Truth;
pub use unknown::{Unknown, Why};

use std::rc::Rc;

/// A value of GitHub's expressions
/// (<https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#literals>), or that it is not known.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing; also what is not there.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, of which parts may not be known.
    Text(Text),
    /// A list.
    List(Rc<Vec<Value>>),
    /// Values by name.
    Object(Rc<Object>),
    /// Not known, or one of a finite set.
    Unknown(Unknown),
}

impl Value {
    /// A list.
    pub fn list(items: Vec<Value>) -> Self {
        Self::List(Rc::new(items))
    }

    /// As a text, as GitHub puts it into one. What is not known is a hole.
    pub fn text(&self) -> Text {
        match self {
            Value::Null => Text::default(),
            Value::Bool(is) => Text::from(if *is { "true" } else { "false" }),
            Value::Number(number) => Text::from(number_text(*number)),
            Value::Text(text) => text.clone(),
            Value::List(_) => Text::from("Array"),
            Value::Object(_) => Text::from("Object"),
            Value::Unknown(unknown) => Text::hole(unknown.clone()),
        }
    }

    /// The same, if all of it is known.
    pub fn as_known_text(&self) -> Option<String> {
        self.text().known().map(str::to_owned)
    }

    /// Whether a condition holds that is this: all but null, `false`, 0, NaN and the empty text.
    pub fn truth(&self) -> Truth {
        match self {
            Value::Null => Truth::No,
            Value::Bool(is) => Truth::from(*is),
            Value::Number(number) => Truth::from(*number != 0.0 && !number.is_nan()),
            Value::Text(text) => match text.holes().next() {
                Some(hole) if text.marked().chars().all(|c| c == HOLE) => Truth::Unknown(hole.clone()),
                _ => Truth::from(!text.is_empty()),
            },
            Value::List(_) | Value::Object(_) => Truth::Yes,
            Value::Unknown(unknown) => {
                let mut all = unknown.choices().iter().map(Value::truth);
                let Some(first) = all.next() else { return Truth::Unknown(unknown.clone()) };
                if all.all(|truth| truth == first) { first } else { Truth::Unknown(unknown.clone()) }
            }
        }
    }

    /// A property: of what is no object it is null.
    #[must_use]
    pub fn property(&self, name: &str) -> Value {
        match self {
            Value::Object(object) => object.value(name),
            Value::Unknown(unknown) => Value::Unknown(unknown.part(name)),
            _ => Value::Null,
        }
    }

    /// The first part of it that is not known, if there is one.
    pub fn first_unknown(&self) -> Option<&Unknown> {
        match self {
            Value::Text(text) => text.holes().next(),
            Value::List(items) => items.iter().find_map(Value::first_unknown),
            Value::Object(object) => object.iter().find_map(|(_, value)| value.first_unknown()).or(object.rest()),
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }
}

impl From<Text> for Value {
    /// A text that is nothing but a hole is the value that the hole stands for.
    fn from(text: Text) -> Self {
        match text.hole_at(0) {
            Some(hole) if text.marked().len() == HOLE.len_utf8() => Value::Unknown(hole.clone()),
            _ => Value::Text(text),
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

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Value::Bool(is)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Value::Object(Rc::new(object))
    }
}

impl From<Unknown> for Value {
    fn from(unknown: Unknown) -> Self {
        Value::Unknown(unknown)
    }
}
