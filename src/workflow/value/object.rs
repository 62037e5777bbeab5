//! Objects of expressions.

use super::{Unknown, Value};
use indexmap::IndexMap;

/// Values by name, in the order in which they came. Names are compared without regard to case, as GitHub's expressions compare
/// them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// By the name in lower case: the name as it was given, and the value.
    entries: IndexMap<String, (String, Value)>,
    /// What any other name is; without it any other name is null.
    rest: Option<Unknown>,
}

impl Object {
    /// Puts a value in, in the place of one of that name.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        let name = name.into();
        self.entries.insert(name.to_ascii_lowercase(), (name, value.into()));
    }

    /// Says that it may have more names, and why those are not known.
    #[must_use]
    pub fn with_rest(mut self, rest: Unknown) -> Self {
        self.rest = Some(rest);
        self
    }

    /// Why its other names are not known, if they are not.
    pub fn rest(&self) -> Option<&Unknown> {
        self.rest.as_ref()
    }

    /// The value of a name that is there for certain.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.get(&name.to_ascii_lowercase()).map(|(_, value)| value)
    }

    /// The value of a name: null, or not known, for one that is not there.
    pub fn value(&self, name: &str) -> Value {
        match (self.get(name), &self.rest) {
            (Some(value), _) => value.clone(),
            (None, Some(rest)) => Value::Unknown(rest.part(name)),
            (None, None) => Value::Null,
        }
    }

    /// The names and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.values().map(|(name, value)| (name.as_str(), value))
    }

    /// How many names are there for certain.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no name is there for certain.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut object = Self::default();
        for (name, value) in entries {
            object.insert(name, value);
        }
        object
    }
}
