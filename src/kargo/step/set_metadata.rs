//! `set-metadata`: writes down values on Freight or a Stage, at once and before the next step begins (since Kargo 1.8).
//!
//! `freightMetadata()` and `stageMetadata()` read them past Kargo's cache (Kargo v1.11.2
//! `pkg/promotion/runner/builtin/metadata_setter.go`, `pkg/expressions/function/functions.go`).

use super::{Config, Step};
use crate::kargo::expression::delimited;
use serde::{Serialize, Serializer};
use std::rc::Rc;

/// `config` (Kargo v1.11.2 schemas/set-metadata-config.json).
#[derive(Debug, Serialize)]
pub struct SetMetadata {
    /// In their order.
    pub updates: Vec<Update>,
}

/// Values of one object; those that it has under other keys stay.
#[derive(Debug, Serialize)]
pub struct Update {
    /// `Freight` or `Stage`.
    pub kind: &'static str,
    /// Of the object, in the Project's namespace.
    pub name: Rc<str>,
    /// A map that is not empty, or an expression for one.
    pub values: Value,
}

/// Something that is written down.
#[derive(Debug)]
pub enum Value {
    /// A text, or an expression for anything.
    Text(Rc<str>),
    /// Values by name; Kargo evaluates no expression in a name.
    Map(Vec<(String, Value)>),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Map(values) => serializer.collect_map(values.iter().map(|(name, value)| (name, value))),
        }
    }
}

impl Update {
    /// Of Freight. The expression for its name has to give a text: a name of digits and one `e` would be a number.
    pub fn freight(name: &Rc<str>, values: Value) -> Self {
        Self { kind: "Freight", name: Rc::clone(name), values }
    }

    /// Of the Stage that it is promoted to.
    pub fn stage(values: Value) -> Self {
        Self { kind: "Stage", name: delimited("ctx.stage").into(), values }
    }
}

/// The step.
pub fn step(alias: impl Into<String>, updates: Vec<Update>) -> Step {
    Step::new("set-metadata", alias, Config::SetMetadata(SetMetadata { updates }))
}
