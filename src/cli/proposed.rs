//! Entries of images.yaml as programs get them: the keys and values, and what is unsure about each.

use crate::edit::entry::{Line, Value};
use crate::grammar::given::Given;
use crate::words::UNSURE;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// An entry, as it stands or would stand in images.yaml.
#[derive(Debug, Serialize)]
pub(super) struct Proposed {
    #[serde(serialize_with = "keys")]
    entry: Vec<Line>,
    unsure: Vec<Unsure>,
}

/// A key whose value is a guess.
#[derive(Debug, Serialize)]
struct Unsure {
    /// As in `source.workflow`.
    key: String,
    why: String,
}

impl Proposed {
    /// The entry; comments that say of a value why it is a guess come out of it.
    pub(super) fn new(entry: &[Line]) -> Self {
        let mut unsure = Vec::new();
        guesses(entry, "", &mut unsure);
        Self { entry: entry.to_vec(), unsure }
    }

    /// With one more guess.
    pub(super) fn unsure(mut self, key: &str, why: &str) -> Self {
        self.unsure.push(Unsure { key: key.to_owned(), why: why.to_owned() });
        self
    }
}

fn guesses(entry: &[Line], above: &str, found: &mut Vec<Unsure>) {
    for line in entry {
        let key = format!("{above}{}", line.key);
        if let Some(why) = line.comment.as_deref().and_then(|comment| comment.strip_prefix(UNSURE)) {
            found.push(Unsure { key: key.clone(), why: why.trim_start().to_owned() });
        }
        if let Value::Lines(lines) = &line.value {
            guesses(lines, &format!("{key}."), found);
        }
    }
}

fn keys<S: Serializer>(entry: &[Line], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(entry.len()))?;
    for line in entry {
        map.serialize_entry(line.key, &OfLine(&line.value))?;
    }
    map.end()
}

struct OfLine<'a>(&'a Value);

impl Serialize for OfLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::False => serializer.serialize_bool(false),
            Value::List(items) => serializer.collect_seq(items),
            Value::Given(pairs) => {
                serializer.collect_map(pairs.iter().map(|(name, values)| (name, Given::new(values.clone()))))
            }
            Value::Map(pairs) => serializer.collect_map(pairs.iter().map(|(name, value)| (name, value))),
            Value::Inputs(pairs) => serializer.collect_map(pairs.iter().map(|(name, value)| (name, value))),
            Value::Lines(lines) => keys(lines, serializer),
        }
    }
}
