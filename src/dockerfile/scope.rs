//! The values that FROM sees: the platform arguments and every ARG before the first FROM.

use super::platform::Platform;
use std::collections::HashMap;

/// A value and what it lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct VariableValue {
    /// The text; names without value are empty in it.
    pub(super) text: String,
    /// The names without value that went into it.
    pub(super) missing: Vec<String>,
}

/// Names and their values. A name that is absent has no value; an empty value is one.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    values: HashMap<String, VariableValue>,
    size: usize,
}

/// The most that all values together may hold, in bytes.
const MAX_SIZE: usize = 16 << 20;

impl Scope {
    /// The arguments that exist without an ARG. `stage` is the target's name, empty when it has none.
    ///
    /// The machine that builds is not known: BUILDPLATFORM and its parts are those of the target, as `BuildKit` takes
    /// them when nobody says otherwise.
    pub(super) fn predefined(platform: &Platform, stage: &str) -> Self {
        let mut scope = Self::default();
        for (name, text) in platform.arguments("BUILD").into_iter().chain(platform.arguments("TARGET")) {
            scope.set(name, VariableValue { text, missing: Vec::new() });
        }
        let stage = if stage.is_empty() { "default" } else { stage };
        scope.set("TARGETSTAGE".to_owned(), VariableValue { text: stage.to_owned(), missing: Vec::new() });
        scope
    }

    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&VariableValue> {
        self.values.get(name)
    }

    /// Gives a name a value; false when all values together have become too long.
    pub(super) fn set(&mut self, name: String, value: VariableValue) -> bool {
        self.size += value.text.len();
        if self.size > MAX_SIZE {
            return false;
        }
        self.values.insert(name, value);
        true
    }
}
