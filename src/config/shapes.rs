//! Which mapping of images.yaml each key belongs to, as its schema has it: for keys that stand in another one.

use super::decode::Struct;
use super::schema::images_schema;
use crate::words::literals;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How deep keys are looked for; the deepest, as `images`, `source`, `buildArgs`, are three levels down.
const DEPTH: usize = 4;

/// Where a key belongs: the keys that lead there, the outermost first.
pub(super) type Home = Vec<Step>;

/// A key that holds a mapping or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) key: String,
    pub(super) is_list: bool,
}

/// What a mapping has, by the name of its struct.
#[derive(Debug, Default)]
struct Shape {
    /// Keys that nobody should write any more.
    old: Vec<String>,
    /// The mappings below, by key.
    below: Vec<(Step, String)>,
    keys: Vec<String>,
}

static SHAPES: LazyLock<HashMap<String, Shape>> = LazyLock::new(shapes);

/// The struct of a file that is a mapping.
const FILE: &str = "File";

/// Where a key belongs below the mapping of a struct, if anywhere; each way once.
pub(super) fn below(of: &str, key: &str) -> Vec<Home> {
    let mut found = Vec::new();
    search(of, key, &mut Vec::new(), &mut found);
    found.sort_by_key(Vec::len);
    found
}

/// Where a key belongs in the whole file; an empty way is the file itself.
pub(super) fn anywhere(key: &str) -> Vec<Home> {
    let is_of_file = SHAPES.get(FILE).is_some_and(|file| file.keys.iter().any(|known| known == key));
    is_of_file.then(Vec::new).into_iter().chain(below(FILE, key)).collect()
}

/// Whether a mapping that holds such a one under a key has another key.
pub(super) fn is_beside(of: &str, under: &str, key: &str) -> bool {
    SHAPES.values().any(|shape| {
        shape.keys.iter().any(|known| known == key)
            && shape.below.iter().any(|(step, below)| step.key == under && below == of)
    })
}

/// The keys of a struct but for those that nobody should write any more.
pub(super) fn known((of, keys): Struct) -> String {
    let is_old = |key: &str| SHAPES.get(of).is_some_and(|shape| shape.old.iter().any(|old| old == key));
    literals(&keys.iter().copied().filter(|key| !is_old(key)).collect::<Vec<_>>())
}

fn search(of: &str, key: &str, way: &mut Home, found: &mut Vec<Home>) {
    let Some(shape) = SHAPES.get(of).filter(|_| way.len() < DEPTH) else { return };
    for (step, below) in &shape.below {
        way.push(step.clone());
        if SHAPES.get(below).is_some_and(|shape| shape.keys.iter().any(|known| known == key)) {
            found.push(way.clone());
        }
        search(below, key, way, found);
        way.pop();
    }
}

fn shapes() -> HashMap<String, Shape> {
    let schema: Value = serde_json::from_str(&images_schema()).unwrap_or_default();
    let structs = schema.get("definitions").and_then(Value::as_object);
    structs.into_iter().flatten().map(|(name, schema)| (name.clone(), shape(schema))).collect()
}

fn shape(schema: &Value) -> Shape {
    let mut shape = Shape::default();
    for (key, value) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        shape.keys.push(key.clone());
        if value.get("deprecated").is_some() {
            shape.old.push(key.clone());
            continue;
        }
        let item = value.get("items");
        if let Some(name) = item.or(Some(value)).and_then(named) {
            shape.below.push((Step { key: key.clone(), is_list: item.is_some() }, name));
        }
    }
    shape
}

/// The struct that a schema refers to: by itself, or beside a description.
fn named(schema: &Value) -> Option<String> {
    let of = |schema: &Value| schema.get("$ref")?.as_str()?.strip_prefix("#/definitions/").map(str::to_owned);
    of(schema).or_else(|| schema.get("allOf")?.as_array()?.iter().find_map(of))
}
