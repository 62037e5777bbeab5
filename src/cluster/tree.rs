//! A stream of JSON to objects: one at a time, so that a list of any length takes the memory of its largest object.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;
use std::io::Read;

/// Values in one object at most. etcd holds no object over 1.5 MiB, which has fewer.
const MAX_VALUES: usize = 1 << 20;

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong with it.
    pub why: String,
    /// The line of it that is meant; 0 if there is no text at all.
    pub line: usize,
}

/// Reads what kubectl prints: lists of objects or single objects, one behind the other. Each object is handed over before the next is
/// read.
pub fn each(text: impl Read, mut take: impl FnMut(Value)) -> Result<(), Unreadable> {
    let mut json = serde_json::Deserializer::from_reader(text);
    let mut is_empty = true;
    while json.end().is_err() {
        is_empty = false;
        Document(&mut take).deserialize(&mut json).map_err(|error| {
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or(&why).to_owned();
            Unreadable { why, line: error.line() }
        })?;
    }
    if is_empty { Err(Unreadable { why: "it is empty".to_owned(), line: 0 }) } else { Ok(()) }
}

/// A list or an object.
struct Document<'t>(&'t mut dyn FnMut(Value));

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of Kubernetes, as `kubectl get -o json` prints it")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut left = MAX_VALUES;
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            if key == "items" {
                fields.next_value_seed(Items(self.0))?;
            } else {
                object.insert(key, fields.next_value_seed(Tree(&mut left))?);
            }
        }
        (self.0)(Value::Object(object));
        Ok(())
    }
}

/// The objects of a list.
struct Items<'t>(&'t mut dyn FnMut(Value));

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects, as `kubectl get -o json` prints it")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        loop {
            let mut left = MAX_VALUES;
            match items.next_element_seed(Tree(&mut left))? {
                Some(object) => (self.0)(object),
                None => return Ok(()),
            }
        }
    }
}

/// A value, with how many more there may be.
struct Tree<'l>(&'l mut usize);

impl Tree<'_> {
    fn count<E: Error>(&mut self) -> Result<(), E> {
        *self.0 = self.0.checked_sub(1).ok_or_else(|| E::custom("an object is too large"))?;
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Tree(self.0))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            // Half of all that kubectl prints, and nobody asks for it.
            if key == "managedFields" {
                fields.next_value::<IgnoredAny>()?;
            } else {
                object.insert(key, fields.next_value_seed(Tree(self.0))?);
            }
        }
        Ok(Value::Object(object))
    }
}
