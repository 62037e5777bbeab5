//! The contexts that expressions see, for a run that has not begun
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/contexts>).

mod github;
mod inputs;

pub(crate) use github::{WORKSPACE, github};
pub(crate) use inputs::{action_inputs, call_inputs, dispatch_inputs};

use super::expression::Scope;
use super::value::{Object, Truth, Unknown, Value, Why};
use std::collections::BTreeMap;

/// Contexts by name, and how what came before went.
#[derive(Clone, Debug)]
pub(crate) struct Contexts {
    values: BTreeMap<&'static str, Value>,
    success: Truth,
}

impl Contexts {
    /// Those that are the same wherever a run looks, with this `github`.
    pub(crate) fn new(github: Value) -> Self {
        let open =
            |name: &str| Value::from(Object::default().with_rest(Unknown::new(Why::Context(name.to_owned()), None)));
        let values = BTreeMap::from([
            ("github", github),
            ("secrets", open("secrets")),
            ("vars", open("vars")),
            ("runner", open("runner")),
            ("job", open("job")),
            ("strategy", open("strategy")),
            ("env", Value::from(Object::default())),
            ("inputs", Value::from(Object::default())),
            // Without a matrix it is null, and so is what is asked of it.
            ("matrix", Value::Null),
            ("needs", Value::from(Object::default())),
            ("steps", Value::from(Object::default())),
        ]);
        Self { values, success: Truth::Yes }
    }

    /// The same with another value for one.
    #[must_use]
    pub(crate) fn with(&self, name: &'static str, value: impl Into<Value>) -> Self {
        let mut contexts = self.clone();
        contexts.set(name, value);
        contexts
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.values.insert(name, value.into());
    }

    pub(crate) fn set_success(&mut self, success: Truth) {
        self.success = success;
    }

    /// A context as an object.
    pub(crate) fn object(&self, name: &str) -> Object {
        match self.values.get(name) {
            Some(Value::Object(object)) => Object::clone(object),
            _ => Object::default(),
        }
    }
}

impl Scope for Contexts {
    fn context(&self, name: &str) -> Option<Value> {
        self.values.get(name).cloned()
    }

    fn success(&self) -> Truth {
        self.success.clone()
    }
}
