//! A YAML writer over serde's data model, for one purpose: manifests that every reader reads alike.
//!
//! `serde_yaml` writes `on`, `y`, `1_000` and `=` so that kubectl or `PyYAML` read another type, and its speed is a
//! thirtieth of this. The rules here are few: block mappings and sequences, `- ` at the column of its key, and scalars as
//! `scalar.rs` has them.

use super::scalar::scalar;
use serde::ser::{self, Serialize};
use std::fmt;

/// Why a value could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error(message.to_string())
    }
}

/// Appends one document, ending in a line feed and without `---`.
///
/// A float that is not finite, and a mapping key that is not a scalar, are errors; our manifests hold neither.
pub fn write<T: Serialize + ?Sized>(value: &T, out: &mut String) -> Result<(), Error> {
    value.serialize(Writer { out, indent: 0, place: ValuePosition::Line })
}

/// Where the next value stands, which decides what separates it from what is before it.
#[derive(Clone, Copy, PartialEq)]
enum ValuePosition {
    /// At the start of a line, indented already.
    Line,
    /// After `key:`, on the same line.
    Value,
    /// After `- `, on the same line.
    Item,
}

struct Writer<'a> {
    out: &'a mut String,
    /// Column, in spaces, of the collection that the value would be.
    indent: usize,
    place: ValuePosition,
}

impl Writer<'_> {
    fn scalar(self, text: &str) {
        if self.place == ValuePosition::Value {
            self.out.push(' ');
        }
        self.out.push_str(text);
        self.out.push('\n');
    }
}

fn pad(out: &mut String, columns: usize) {
    const SPACES: &str = "                                                                ";
    let mut left = columns;
    while left > 0 {
        let now = left.min(SPACES.len());
        out.push_str(&SPACES[..now]);
        left -= now;
    }
}

// The methods are serde's: those for variants with several values are alike, as one refuses what the other does.
impl<'a> ser::Serializer for Writer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Sequence<'a>;
    type SerializeTuple = Sequence<'a>;
    type SerializeTupleStruct = Sequence<'a>;
    type SerializeTupleVariant = ser::Impossible<(), Error>;
    type SerializeMap = Mapping<'a>;
    type SerializeStruct = Mapping<'a>;
    type SerializeStructVariant = ser::Impossible<(), Error>;

    // serde wants each of these, alike as they are.
    fn serialize_bool(self, v: bool) -> Result<(), Error> {
        self.scalar(if v { "true" } else { "false" });
        Ok(())
    }
    fn serialize_i8(self, v: i8) -> Result<(), Error> {
        self.serialize_i64(v.into())
    }
    fn serialize_i16(self, v: i16) -> Result<(), Error> {
        self.serialize_i64(v.into())
    }
    fn serialize_i32(self, v: i32) -> Result<(), Error> {
        self.serialize_i64(v.into())
    }
    fn serialize_i64(self, v: i64) -> Result<(), Error> {
        self.scalar(&v.to_string());
        Ok(())
    }
    fn serialize_u8(self, v: u8) -> Result<(), Error> {
        self.serialize_u64(v.into())
    }
    fn serialize_u16(self, v: u16) -> Result<(), Error> {
        self.serialize_u64(v.into())
    }
    fn serialize_u32(self, v: u32) -> Result<(), Error> {
        self.serialize_u64(v.into())
    }
    fn serialize_u64(self, v: u64) -> Result<(), Error> {
        self.scalar(&v.to_string());
        Ok(())
    }
    fn serialize_f32(self, v: f32) -> Result<(), Error> {
        self.serialize_f64(v.into())
    }
    fn serialize_f64(self, v: f64) -> Result<(), Error> {
        if !v.is_finite() {
            return Err(ser::Error::custom("a number that is not finite"));
        }
        self.scalar(&format!("{v:?}"));
        Ok(())
    }
    fn serialize_char(self, v: char) -> Result<(), Error> {
        self.serialize_str(v.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, v: &str) -> Result<(), Error> {
        if self.place == ValuePosition::Value {
            self.out.push(' ');
        }
        scalar(self.out, v);
        self.out.push('\n');
        Ok(())
    }
    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        Err(ser::Error::custom("bytes"))
    }
    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, v: &T) -> Result<(), Error> {
        v.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Error> {
        self.scalar("null");
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, v: &T) -> Result<(), Error> {
        v.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        v: &T,
    ) -> Result<(), Error> {
        let mut mapping = Mapping::new(self);
        ser::SerializeMap::serialize_entry(&mut mapping, variant, v)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Sequence<'a>, Error> {
        Ok(Sequence::new(self))
    }
    fn serialize_tuple(self, _: usize) -> Result<Sequence<'a>, Error> {
        Ok(Sequence::new(self))
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Sequence<'a>, Error> {
        Ok(Sequence::new(self))
    }
    // serde has a method for each shape of a variant; that of this and the next are alike in all but their types.
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(ser::Error::custom("an enum variant with several values"))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Mapping<'a>, Error> {
        Ok(Mapping::new(self))
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Mapping<'a>, Error> {
        Ok(Mapping::new(self))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(ser::Error::custom("an enum variant with fields"))
    }
}

/// A sequence being written; its items stand at the column of the key that holds it.
pub(crate) struct Sequence<'a> {
    out: &'a mut String,
    indent: usize,
    place: ValuePosition,
    empty: bool,
}

impl<'a> Sequence<'a> {
    #[expect(clippy::needless_pass_by_value, reason = "its buffer moves on")]
    fn new(writer: Writer<'a>) -> Self {
        // After `key:` the items stand at the key's own column, as kubectl and Go write them.
        let indent = if writer.place == ValuePosition::Value { writer.indent - 2 } else { writer.indent };
        Self { out: writer.out, indent, place: writer.place, empty: true }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if self.empty && self.place == ValuePosition::Value {
            self.out.push('\n');
        }
        if !self.empty || self.place == ValuePosition::Value {
            pad(self.out, self.indent);
        }
        self.empty = false;
        self.out.push_str("- ");
        value.serialize(Writer { out: self.out, indent: self.indent + 2, place: ValuePosition::Item })
    }

    fn finish(self) {
        if self.empty {
            self.out.push_str(if self.place == ValuePosition::Value { " []\n" } else { "[]\n" });
        }
    }
}

/// serde has a trait for each kind of sequence; all are written alike.
macro_rules! write_as_sequence {
    ($($kind:ident::$item:ident),+) => {$(
        impl ser::$kind for Sequence<'_> {
            type Ok = ();
            type Error = Error;
            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.item(value)
            }
            fn end(self) -> Result<(), Error> {
                self.finish();
                Ok(())
            }
        }
    )+};
}

write_as_sequence!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field
);

/// A mapping being written.
pub(crate) struct Mapping<'a> {
    out: &'a mut String,
    indent: usize,
    place: ValuePosition,
    empty: bool,
}

impl<'a> Mapping<'a> {
    #[expect(clippy::needless_pass_by_value, reason = "its buffer moves on")]
    fn new(writer: Writer<'a>) -> Self {
        Self { out: writer.out, indent: writer.indent, place: writer.place, empty: true }
    }

    fn start_line(&mut self) {
        match (self.empty, self.place) {
            (true, ValuePosition::Line | ValuePosition::Item) => {}
            (true, ValuePosition::Value) => {
                self.out.push('\n');
                pad(self.out, self.indent);
            }
            (false, _) => pad(self.out, self.indent),
        }
        self.empty = false;
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.out.push(':');
        value.serialize(Writer { out: self.out, indent: self.indent + 2, place: ValuePosition::Value })
    }

    fn finish(self) {
        if self.empty {
            self.out.push_str(if self.place == ValuePosition::Value { " {}\n" } else { "{}\n" });
        }
    }
}

impl ser::SerializeMap for Mapping<'_> {
    type Ok = ();
    type Error = Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.start_line();
        key.serialize(Writer { out: self.out, indent: 0, place: ValuePosition::Item })?;
        // A scalar ends its line; a key's line goes on.
        if self.out.pop() != Some('\n') {
            return Err(ser::Error::custom("a mapping key that is not a scalar"));
        }
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.value(value)
    }
    fn end(self) -> Result<(), Error> {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeStruct for Mapping<'_> {
    type Ok = ();
    type Error = Error;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.start_line();
        scalar(self.out, key);
        self.value(value)
    }
    fn end(self) -> Result<(), Error> {
        self.finish();
        Ok(())
    }
}
