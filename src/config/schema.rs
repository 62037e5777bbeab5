//! The JSON Schema of images.yaml, made from the structs that read it.
//!
//! The schema and the parser agree in this sense: whatever the schema refuses, the parser refuses too, and what is wrong by
//! itself (a type, an unknown key, a word of a few, the form of a text) both refuse. The schema is for editors, which know
//! nothing but the file; so it cannot say
//!
//! - what several values decide together: names and repositories that are taken, bases in a circle, `tag` beside `tags` or
//!   `source`, the `constraint` that the strategy `Digest` needs, the number of inputs once all layers are put together;
//! - what is computed: that a duration is a second at least, a regex or a glob is one, a range of versions is one, an
//!   `include` matches files, a repository repeats its registry;
//! - what is YAML's and not JSON's: keys written twice, tags, several documents, `1.0` and `0x1` for whole numbers;
//! - which file it is: an included file has only `images` and `baseImages`.
//!
//! It is stricter in two places, on values that the parser passes over: references that `ignoreBases` names are not looked
//! at, and neither are keys of `enrollment` that the image itself repeats.

use super::images::{File, Image};
use super::value::{Anything, Entries, OneOrMore, Slot, Switch, Written};
use crate::grammar::schema;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// The schema as indented JSON, with a line break at its end.
///
/// Draft 7 is what the YAML language servers of the editors know whole.
pub fn images_schema() -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Root>();
    // A schema is a map of texts, which always has a JSON form.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Whether a text is a schema of images.yaml that another version of this tool has made, however it is laid out.
pub fn is_other_schema(text: &str) -> bool {
    let parsed: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let title = |schema: &serde_json::Value| schema.get("title")?.as_str().map(|title| title == TITLE);
    parsed.is_some_and(|schema| {
        title(&schema) == Some(true) && serde_json::from_str(&images_schema()).ok().as_ref() != Some(&schema)
    })
}

/// Either shape of the file.
enum Root {}

/// What the schema is known by.
const TITLE: &str = "images.yaml";

impl JsonSchema for Root {
    fn schema_name() -> Cow<'static, str> {
        TITLE.into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let images = generator.subschema_for::<Vec<Image>>();
        let mapping = generator.subschema_for::<File>();
        json_schema!({
            "description": "The images that image-factory rebuilds when their base images change: a list of images, or a mapping with what they share.",
            "oneOf": [images, mapping],
        })
    }
}

/// A slot's place is no part of the text: it is written as what it holds.
impl<T: JsonSchema> JsonSchema for Slot<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for Written<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMore<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMore_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "uniqueItems": true}]})
    }
}

impl<T: JsonSchema> JsonSchema for Switch<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Switch_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let with = generator.subschema_for::<T>();
        json_schema!({"anyOf": [{"type": "boolean"}, with]})
    }
}

impl<T: JsonSchema, K: JsonSchema> JsonSchema for Entries<T, K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Entries_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = json_schema!({"type": "object"});
        let keys = generator.subschema_for::<K>();
        // Every key is a text.
        let said = keys.as_object().into_iter().flatten().filter(|(word, _)| *word != "type");
        let said: serde_json::Map<_, _> = said.map(|(word, value)| (word.clone(), value.clone())).collect();
        if !said.is_empty() {
            schema.insert("propertyNames".to_owned(), said.into());
        }
        schema.insert("additionalProperties".to_owned(), generator.subschema_for::<T>().into());
        schema
    }
}

/// What a later version will know; the parser refuses the key. No value is right, and `not` alone leaves
/// editors without a word for it.
pub(super) enum Reserved {}

schema!(Reserved, {
    "type": "null", "not": {"type": "null"}, "errorMessage": "not supported yet", "deprecated": true, "doNotSuggest": true
});

impl JsonSchema for Anything {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Anything".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }
}
