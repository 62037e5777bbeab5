//! A tree to plain serde structs, with every problem reported at its place.
//!
//! serde stops at the first error. Here a field is a [`Slot`](super::Slot), which turns an error into `Broken` once it has
//! been reported, and a struct's unknown keys are reported and passed over; so one pass reports everything.

mod wrong;

pub(crate) use wrong::{shortened, unknown_word};

use super::meant;
use super::value::{AT, ONE_OR_MORE, SWITCH, WRITTEN};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::words::{is_nearest_alone, nearest};
use crate::yaml::{Node, ScalarType, Value, scalar_type};
use serde::de::value::U32Deserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::cell::RefCell;
use std::fmt;
use wrong::unknown_key;

/// Why a value could not be had. The reader of the structs sees it only inside of a [`Slot`](super::Slot).
#[derive(Debug)]
pub(crate) enum Failure {
    /// A diagnostic says why.
    Reported,
    /// It is a number or a boolean, where a text is needed.
    NoText {
        /// What to write in its place.
        help: String,
        /// Whether it would be right in quotes.
        quotes_mend: bool,
    },
    /// serde's own words; they become a diagnostic at the nearest place.
    Said(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Reported => f.write_str("reported"),
            Failure::NoText { help, .. } => f.write_str(help),
            Failure::Said(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Failure {}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Failure::Said(message.to_string())
    }

    /// As [`Written`](super::Written) has it.
    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Failure::NoText { help: expected.to_string(), quotes_mend: matches!(unexpected, Unexpected::Str(_)) }
    }
}

/// Reads a node as a `T`; `None` if it is not one at all, which has been reported then.
pub(crate) fn decode<'de, T: de::Deserialize<'de>>(node: &Node<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    let sink = RefCell::new(std::mem::take(diagnostics));
    let result = T::deserialize(Reader { node, key: None, list: None, sink: &sink, misspelt: false });
    *diagnostics = sink.into_inner();
    match result {
        Ok(value) => Some(value),
        Err(Failure::Reported) => None,
        Err(failure) => {
            diagnostics.push(Diagnostic::new(Code::InvalidValue, failure.to_string(), node.span));
            None
        }
    }
}

#[derive(Clone, Copy)]
struct Reader<'n> {
    node: &'n Node<'n>,
    /// The key that holds the node, for messages.
    key: Option<&'n str>,
    /// The key of the list that holds the node.
    list: Option<&'n str>,
    sink: &'n RefCell<Vec<Diagnostic>>,
    /// Whether the key was misspelt, which has been reported: there is a value, and it is not looked into.
    misspelt: bool,
}

impl<'n> Reader<'n> {
    fn scalar(&self) -> Option<(&'n str, ScalarType)> {
        match &self.node.value {
            Value::Scalar { text, plain } => Some((text.as_ref(), scalar_type(text, *plain))),
            _ => None,
        }
    }

    fn text(&self) -> Result<&'n str, Failure> {
        match self.scalar() {
            Some((text, ScalarType::Text)) => Ok(text),
            Some((text, ScalarType::Bool(_) | ScalarType::Number)) => {
                Err(self.no_text(&format!("put it in quotes: `\"{text}\"`"), None))
            }
            _ => Err(self.no_scalar()),
        }
    }

    /// True or false; `wanted` says what would be right.
    fn word<'de, V: Visitor<'de>>(self, wanted: &str, visitor: V) -> Result<V::Value, Failure> {
        match self.scalar() {
            Some((_, ScalarType::Bool(value))) => visitor.visit_bool(value),
            Some((text, ScalarType::Text)) => {
                let word = match text.to_ascii_lowercase().as_str() {
                    "yes" | "on" | "y" | "true" => Some("true"),
                    "no" | "off" | "n" | "false" => Some("false"),
                    _ => None,
                };
                Err(self.no_word(wanted, word))
            }
            _ => Err(self.wrong_type(wanted, meant::one(self.node, false, false))),
        }
    }

    /// Takes the fix of a misspelt key away if its value would be wrong with the right one: then the key may mean another.
    fn look_into<'de, S: DeserializeSeed<'de>>(self, seed: S) {
        let problems = RefCell::new(Vec::new());
        let read = seed.deserialize(Reader { sink: &problems, misspelt: false, ..self });
        if (read.is_err() || !problems.borrow().is_empty())
            && let Some(unknown) = self.sink.borrow_mut().last_mut()
        {
            unknown.fix = None;
        }
    }

    /// `of` is the struct, and its keys, that is read; none where every key is right.
    fn map(self, of: Option<Struct>) -> Result<Entries<'n>, Failure> {
        match &self.node.value {
            Value::Mapping(entries) => {
                if let Some(image) = of.and_then(|of| self.bare_image(entries, of)) {
                    return Err(image);
                }
                Ok(Entries { reader: self, all: entries, rest: entries.iter(), of, value: None, meant: Vec::new() })
            }
            _ => Err(self.no_mapping(of)),
        }
    }
}

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.scalar() {
            Some((_, ScalarType::Null)) => visitor.visit_unit(),
            Some((_, ScalarType::Bool(value))) => visitor.visit_bool(value),
            Some((text, _)) => visitor.visit_str(text),
            None if matches!(self.node.value, Value::Sequence(_)) => self.deserialize_seq(visitor),
            None => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.word("true or false", visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.scalar() {
            Some((text, ScalarType::Number)) => match text.parse::<u32>() {
                Ok(number) => visitor.visit_u32(number),
                Err(_) => Err(self.wrong_type("a whole number from 0 to 4294967295", None)),
            },
            Some((text, ScalarType::Text)) => {
                let is_number = text.parse::<u32>().is_ok_and(|number| number.to_string() == text);
                Err(self.no_word("a whole number", is_number.then_some(text)))
            }
            _ => Err(self.wrong_type("a whole number", meant::one(self.node, false, false))),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.scalar() {
            Some((_, ScalarType::Null)) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match &self.node.value {
            Value::Sequence(items) => visitor.visit_seq(Items { reader: self, rest: items.iter() }),
            _ => Err(self.no_list(visitor)),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        if name == AT {
            return visitor.visit_seq(Placed { reader: self, span: self.node.span.to_parts(), next: 0 });
        }
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        if name == ONE_OR_MORE {
            return match &self.node.value {
                Value::Sequence(items) => visitor.visit_seq(Items { reader: self, rest: items.iter() }),
                _ => visitor.visit_newtype_struct(self),
            };
        }
        if name == SWITCH {
            return match &self.node.value {
                Value::Mapping(_) => visitor.visit_newtype_struct(self),
                _ => self.word("true, false or a mapping", visitor),
            };
        }
        match self.scalar() {
            Some((text, ScalarType::Bool(_) | ScalarType::Number)) if name == WRITTEN => {
                let scalar: de::value::StrDeserializer<'_, Failure> = text.into_deserializer();
                visitor.visit_newtype_struct(scalar).map_err(|failure| match failure {
                    Failure::NoText { help, quotes_mend } => {
                        self.no_text(&help, Some(text).filter(|text| quotes_mend && is_word(text)))
                    }
                    other => other,
                })
            }
            _ => visitor.visit_str(self.text()?),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_map(self.map(None)?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_map(self.map(Some((name, fields)))?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple enum identifier
    }
}

/// A struct: its name and its keys.
pub(super) type Struct = (&'static str, &'static [&'static str]);

struct Items<'n> {
    reader: Reader<'n>,
    rest: std::slice::Iter<'n, Node<'n>>,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        match self.rest.next() {
            Some(node) => {
                let reader = Reader { node, key: None, list: self.reader.key, ..self.reader };
                seed.deserialize(reader).map(Some)
            }
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The three numbers of a place, then the value that stands there.
struct Placed<'n> {
    reader: Reader<'n>,
    span: [u32; 3],
    next: usize,
}

impl<'de> de::SeqAccess<'de> for Placed<'_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        let index = self.next;
        self.next += 1;
        if let Some(number) = self.span.get(index) {
            let number: U32Deserializer<Failure> = number.into_deserializer();
            return seed.deserialize(number).map(Some);
        }
        if self.reader.misspelt {
            self.reader.look_into(seed);
            return Err(Failure::Reported);
        }
        match seed.deserialize(self.reader) {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Reported) => Err(Failure::Reported),
            Err(failure) => {
                let message = failure.to_string();
                Err(self.reader.report(Diagnostic::new(Code::InvalidValue, message, self.reader.node.span)))
            }
        }
    }
}

struct Entries<'n> {
    reader: Reader<'n>,
    all: &'n [(Node<'n>, Node<'n>)],
    rest: std::slice::Iter<'n, (Node<'n>, Node<'n>)>,
    of: Option<Struct>,
    value: Option<(&'n str, &'n Node<'n>)>,
    /// Known keys that misspelt ones stand for.
    meant: Vec<&'static str>,
}

impl Entries<'_> {
    /// The known key that an unknown one stands for, unless that key is there itself: then it is not missing as well.
    fn meant(&mut self, text: &str, fields: &'static [&'static str]) -> Option<&'static str> {
        let name = nearest(text, fields.iter().copied())?;
        let is_free = !self.meant.contains(&name) && !self.all.iter().any(|(key, _)| is_named(key, name));
        self.meant.extend(is_free.then_some(name));
        is_free.then_some(name)
    }
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        while let Some((key, value)) = self.rest.next() {
            let here = self.all.len() - self.rest.len() - 1;
            self.reader.misspelt = false;
            let Value::Scalar { text, .. } = &key.value else { continue };
            self.value = Some((text, value));
            let Some((of, fields)) = self.of else {
                // A free key is text, whatever type YAML would give it: `1.10: x` has the key "1.10".
                let text = Value::Scalar { text: text.as_ref().into(), plain: false };
                let node = key.with_value(text);
                return seed.deserialize(Reader { node: &node, key: None, ..self.reader }).map(Some);
            };
            if fields.contains(&text.as_ref()) {
                let name: de::value::StrDeserializer<'_, Failure> = text.as_ref().into_deserializer();
                return seed.deserialize(name).map(Some);
            }
            let meant = self.meant(text, fields);
            let fix = meant.filter(|name| is_nearest_alone(text, name, fields));
            let fix = fix.map(|name| Fix::rename_key(key.span, text.as_ref(), name));
            let elsewhere = || {
                let before =
                    |name: &str| self.all.iter().position(|(key, _)| is_named(key, name)).filter(|at| *at < here);
                meant::elsewhere(of, self.reader.key, text, before)
            };
            self.reader.report(unknown_key(text, key.span, (of, fields), elsewhere).fix(fix));
            if let Some(name) = meant {
                self.reader.misspelt = true;
                let name: de::value::StrDeserializer<'_, Failure> = name.into_deserializer();
                return seed.deserialize(name).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        let Some((key, node)) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        seed.deserialize(Reader { node, key: Some(key), list: None, ..self.reader })
    }
}

fn is_named(key: &Node<'_>, name: &str) -> bool {
    matches!(&key.value, Value::Scalar { text, .. } if *text == name)
}

/// Whether a number or a boolean looks the same to whoever reads it as text: `1_000` or `+1` may be meant otherwise.
fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}
