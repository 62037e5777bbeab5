//! What a key of images.yaml holds: nothing, something broken that has been reported, or a value and its place.

use crate::grammar::Form;
use crate::source::{At, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// The name by which [`Slot`] asks the deserializer for the place of a value: serde has no other way to say it.
pub(crate) const AT: &str = "$image-factory::At";

/// One key's value.
///
/// A value of the wrong type becomes `Broken` and is reported, and the reading goes on: that is how one run shows every
/// problem of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Slot<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// The key is there, its value cannot be used, and a diagnostic says so.
    Broken,
    /// The value. In a box, since most keys are absent: an image has twenty, and a file may have a million things that should
    /// have been images.
    Is(Box<At<T>>),
}

impl<T> Slot<T> {
    /// The value and its place, if there is one.
    pub fn get(&self) -> Option<&At<T>> {
        match self {
            Slot::Is(at) => Some(at),
            Slot::Absent | Slot::Broken => None,
        }
    }

    /// The value and its place, if there is one.
    pub fn into_at(self) -> Option<At<T>> {
        match self {
            Slot::Is(at) => Some(*at),
            Slot::Absent | Slot::Broken => None,
        }
    }

    /// Whether the key is not there at all.
    pub fn is_absent(&self) -> bool {
        matches!(self, Slot::Absent)
    }

    /// The value and its place, or the other slot's.
    #[must_use]
    pub fn or<'s>(&'s self, other: &'s Slot<T>) -> &'s Slot<T> {
        if self.is_absent() { other } else { self }
    }
}

impl<'s, T> Slot<Vec<Slot<T>>> {
    /// The items of a list that can be used, with their places; none if there is no list.
    pub fn items(&'s self) -> impl Iterator<Item = &'s At<T>> {
        self.get().into_iter().flat_map(|list| &list.value).filter_map(Slot::get)
    }
}

impl<T> Slot<Vec<T>> {
    /// The items of a list; none if there is no list.
    pub fn into_items(self) -> impl Iterator<Item = T> {
        self.into_at().into_iter().flat_map(|list| list.value)
    }
}

struct SlotVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SlotVisitor<T> {
    type Value = Slot<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with its place")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Slot<T>, A::Error> {
        let span = read_span(&mut parts)?;
        // The deserializer has reported what is wrong; the rest of the file is still worth reading.
        Ok(match parts.next_element::<T>() {
            Ok(Some(value)) => Slot::Is(Box::new(At::new(value, span))),
            Ok(None) | Err(_) => Slot::Broken,
        })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Slot<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple_struct(AT, 2, SlotVisitor(PhantomData))
    }
}

/// A span crosses serde's data model as three numbers; the deserializer of this room is the only one that speaks it.
fn read_span<'de, A: SeqAccess<'de>>(parts: &mut A) -> Result<Span, A::Error> {
    let mut number = || parts.next_element::<u32>()?.ok_or_else(|| serde::de::Error::custom("a place is missing"));
    Ok(Span::from_parts([number()?, number()?, number()?]))
}

/// The name by which [`Written`] asks the deserializer for a text, or for a number or a boolean as it is written.
pub(crate) const WRITTEN: &str = "$image-factory::Written";

/// A text as it is written. Of which form it should be is known, and not yet looked at.
pub struct Written<T> {
    text: String,
    form: PhantomData<fn() -> T>,
}

impl<T> Deref for Written<T> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl<T> From<String> for Written<T> {
    fn from(text: String) -> Self {
        Self { text, form: PhantomData }
    }
}

impl<T> Clone for Written<T> {
    fn clone(&self) -> Self {
        self.text.clone().into()
    }
}

impl<T> PartialEq for Written<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T> fmt::Debug for Written<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

struct WrittenVisitor<T>(PhantomData<T>);

impl<'de, T: Form> Visitor<'de> for WrittenVisitor<T> {
    type Value = Written<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Written<T>, E> {
        Ok(text.to_owned().into())
    }

    /// A number or a boolean: what the error expects is what to write in its place; it is unexpected as a text if it would be
    /// right in quotes, as far as its form tells.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, scalar: D) -> Result<Written<T>, D::Error> {
        let text = String::deserialize(scalar)?;
        if T::is_plain(&text) {
            return Ok(text.into());
        }
        let is_right = T::QUOTES_MEND && text.parse::<T>().is_ok();
        let unexpected = if is_right { Unexpected::Str(&text) } else { Unexpected::Other("no text") };
        Err(serde::de::Error::invalid_type(unexpected, &T::in_place_of(&text).as_str()))
    }
}

impl<'de, T: Form> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(WRITTEN, WrittenVisitor(PhantomData))
    }
}

/// The name by which [`OneOrMore`] asks the deserializer for a list as such, and for anything else as it is.
pub(crate) const ONE_OR_MORE: &str = "$image-factory::OneOrMore";

/// A value, or a list of such.
#[derive(Clone, Debug, PartialEq)]
pub struct OneOrMore<T>(pub Vec<Slot<T>>);

struct OneOrMoreVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMoreVisitor<T> {
    type Value = OneOrMore<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<OneOrMore<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(OneOrMore(all))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, one: D) -> Result<OneOrMore<T>, D::Error> {
        Slot::deserialize(one).map(|one| OneOrMore(vec![one]))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(ONE_OR_MORE, OneOrMoreVisitor(PhantomData))
    }
}

/// The name by which [`Switch`] asks the deserializer for a mapping as it is, and for anything else as true or false.
pub(crate) const SWITCH: &str = "$image-factory::Switch";

/// `true`, `false`, or `true` with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Switch<T> {
    /// `true` or `false`.
    Word(bool),
    /// A mapping.
    With(T),
}

struct SwitchVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SwitchVisitor<T> {
    type Value = Switch<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false or a mapping")
    }

    fn visit_bool<E>(self, word: bool) -> Result<Switch<T>, E> {
        Ok(Switch::Word(word))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, mapping: D) -> Result<Switch<T>, D::Error> {
        T::deserialize(mapping).map(Switch::With)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Switch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(SWITCH, SwitchVisitor(PhantomData))
    }
}

/// A mapping with free keys, in the order of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries<T, K = String>(pub Vec<(At<K>, T)>);

impl<T, K> Default for Entries<T, K> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

struct KeyVisitor<K>(PhantomData<K>);

impl<'de, K: From<String>> Visitor<'de> for KeyVisitor<K> {
    type Value = At<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key with its place")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<At<K>, A::Error> {
        let span = read_span(&mut parts)?;
        let text = parts.next_element::<String>()?.unwrap_or_default();
        Ok(At::new(text.into(), span))
    }
}

struct Key<K>(At<K>);

impl<'de, K: From<String>> Deserialize<'de> for Key<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple_struct(AT, 2, KeyVisitor(PhantomData)).map(Key)
    }
}

struct EntriesVisitor<T, K>(PhantomData<(T, K)>);

impl<'de, T: Deserialize<'de>, K: From<String>> Visitor<'de> for EntriesVisitor<T, K> {
    type Value = Entries<T, K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<T, K>, A::Error> {
        let mut entries = Vec::new();
        while let Some((Key(key), value)) = map.next_entry()? {
            entries.push((key, value));
        }
        Ok(Entries(entries))
    }
}

impl<'de, T: Deserialize<'de>, K: From<String>> Deserialize<'de> for Entries<T, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

/// Something that is not looked into.
#[derive(Clone, Debug, PartialEq)]
pub struct Anything;

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Anything)
    }
}
