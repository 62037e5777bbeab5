//! Manifests as trees: what YAML and JSON have in common, small enough for ten thousand objects.

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

/// A value of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, and a key without a value.
    Null,
    /// `true` or `false`; words as `yes` are texts.
    Bool(bool),
    /// A number, with all of its digits.
    Number(serde_json::Number),
    /// A string, whatever its quotes were.
    Text(Rc<str>),
    /// Values in an order that matters.
    List(Vec<Value>),
    /// A mapping from names to values.
    Map(Map),
}

/// Fields in the order of the text, which does not count when two are compared; no two have one name.
#[derive(Clone, Debug, Default)]
pub struct Map(Vec<(Rc<str>, Value)>);

impl Map {
    /// The value of a field, if it is there.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| &**name == key).map(|(_, value)| value)
    }

    /// A field that may be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|(name, _)| &**name == key).map(|(_, value)| value)
    }

    /// Sets a field: in its place if it is there, else as the last.
    pub fn insert(&mut self, key: Rc<str>, value: Value) {
        match self.get_mut(&key) {
            Some(place) => *place = value,
            None => self.0.push((key, value)),
        }
    }

    /// Takes a field away.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(name, _)| &**name != key);
    }

    /// Keeps the fields that a test likes.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value) -> bool) {
        self.0.retain_mut(|(name, value)| keep(name, value));
    }

    /// All fields, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = (&Rc<str>, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Makes a map of fields; `None` if two have one name.
    pub(super) fn of(fields: Vec<(Rc<str>, Value)>) -> Option<Self> {
        // Most maps have a handful of fields; a set pays off for the few that do not.
        let unique = if fields.len() <= 24 {
            fields
                .iter()
                .enumerate()
                .all(|(index, (name, _))| fields.iter().take(index).all(|(other, _)| other != name))
        } else {
            let mut seen = HashSet::with_capacity(fields.len());
            fields.iter().all(|(name, _)| seen.insert(name))
        };
        unique.then_some(Self(fields))
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|((name, value), (other_name, other_value))| {
                if name == other_name { value == other_value } else { other.get(name) == Some(value) }
            })
    }
}

impl Value {
    /// A field of a map; none of anything else.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// What stands behind several fields.
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text behind several fields, if it is one.
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).and_then(Value::text)
    }

    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Value] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The items of the list behind several fields.
    pub fn items_at(&self, path: &[&str]) -> &[Value] {
        self.at(path).map(Value::items).unwrap_or_default()
    }

    /// The fields of a map; none of anything else.
    pub fn fields(&self) -> impl Iterator<Item = (&Rc<str>, &Value)> {
        let map = if let Self::Map(map) = self { Some(map) } else { None };
        map.into_iter().flat_map(Map::iter)
    }

    /// The JSON that a text holds, if it is a list or an object.
    pub fn embedded(text: &str) -> Option<Value> {
        if !text.starts_with(['{', '[']) {
            return None;
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let value = Seed(&mut Interner::default()).deserialize(&mut reader).ok()?;
        reader.end().ok()?;
        Some(value)
    }

    /// As JSON in one line.
    pub fn to_json(&self) -> String {
        // A tree of texts and numbers: there is nothing that JSON cannot hold.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(map) => {
                let mut fields = serializer.serialize_map(Some(map.len()))?;
                for (name, value) in map.iter() {
                    fields.serialize_entry(&**name, value)?;
                }
                fields.end()
            }
        }
    }
}

/// Texts that were read of late: manifests say the same things thousands of times.
///
/// Each text has one place, by its length and a few of its bytes, and drives out what was there. So looking is as quick for a
/// long text as for a short one, and no input makes it slow; a text that was driven out is only kept twice.
#[derive(Debug, Default)]
pub(super) struct Interner(Vec<Option<Rc<str>>>);

/// Places for texts; a power of two.
const PLACES: usize = 1 << 14;

impl Interner {
    /// A memory for many texts. The default has none, for a text that is looked into once.
    pub(super) fn with_memory() -> Self {
        Self(vec![None; PLACES])
    }

    /// A copy of a text, if possible one that is there already.
    pub(super) fn get(&mut self, text: &str) -> Rc<str> {
        let Some(slot) = self.0.get_mut(place(text.as_bytes())) else { return text.into() };
        match slot {
            Some(known) if **known == *text => Rc::clone(known),
            _ => Rc::clone(slot.insert(text.into())),
        }
    }
}

/// The place of a text: of its length, its ends and its middle.
fn place(text: &[u8]) -> usize {
    let eight = |bytes: &[u8]| bytes.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let at = |from: usize| eight(text.get(from..).unwrap_or_default());
    let (last, middle) = (text.len().saturating_sub(8), text.len() / 2);
    let mut mixed = text.len() as u64;
    for part in [at(0), at(middle), at(last)] {
        mixed = (mixed.rotate_left(23) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    usize::try_from(mixed >> 40).unwrap_or_default() & (PLACES - 1)
}

/// Reads a value from any of serde's formats.
pub(super) struct Seed<'t>(pub(super) &'t mut Interner);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;
    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a manifest")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_some<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
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
        let number = serde_json::Number::from_f64(value).map(Value::Number);
        Ok(number.unwrap_or_else(|| Value::Text(self.0.get(&value.to_string()))))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(self.0.get(text)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Seed(self.0))? {
            list.push(item);
        }
        Ok(Value::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = entries.next_key_seed(Seed(self.0))? {
            let name = match key {
                Value::Text(text) => text,
                Value::List(_) | Value::Map(_) => {
                    return Err(de::Error::custom("a key is neither a text nor a number"));
                }
                scalar => self.0.get(&scalar.to_json()),
            };
            fields.push((name, entries.next_value_seed(Seed(self.0))?));
        }
        Map::of(fields).map(Value::Map).ok_or_else(|| de::Error::custom("a key is written twice in one mapping"))
    }
}
