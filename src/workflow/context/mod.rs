//! The contexts that expressions see, for a run that has not begun
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/contexts>).

mod github;
mod inputs;

pub(crate) use github::{WORKSPACE, github};
pub(crate) use inputs::{action_inputs, call_inputs, dispatch_inputs};

use super::expression::Scope;
use super::value::{Object, Truth, Unknown, Value, Why};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Contexts by name, and how what came before went.
#[derive(Clone, Debug)]
pub(crate) struct Contexts {
    values: BTreeMap<&'static str, Value>,
    success: Truth,
}

impl Contexts {
    /// Those that are the same wherever a run looks, with this `github`.
    pub(crate) fn new(github: Value) -> Self {
        let open_part = |name: &str| Unknown::new(Why::Context(name.to_owned()), None);
        let open = |name: &str| Value::from(Object::default().with_rest(open_part(name)));
        let values = BTreeMap::from([
            ("github", github),
            ("secrets", open("secrets")),
            ("vars", open("vars")),
            ("runner", open("runner")),
            // Nothing fails.
            ("job", Value::from(Object::from_iter([("status", "success")]).with_rest(open_part("job")))),
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

    /// Puts a value into a context that is an object.
    pub(crate) fn put(&mut self, name: &'static str, key: &str, value: Value) {
        match self.values.get_mut(name) {
            Some(Value::Object(object)) => Rc::make_mut(object).insert(key, value),
            _ => self.set(name, Object::from_iter([(key, value)])),
        }
    }

    /// A context, if it is an object.
    pub(crate) fn object_of(&self, name: &str) -> Option<&Object> {
        match self.values.get(name) {
            Some(Value::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// The same, as an object of its own.
    pub(crate) fn object(&self, name: &str) -> Object {
        self.object_of(name).cloned().unwrap_or_default()
    }

    /// What an expression sees at a place.
    #[must_use]
    pub(crate) fn at(&self, place: Place) -> Self {
        let mut contexts = self.clone();
        contexts.values.retain(|name, _| place.sees(name));
        contexts
    }
}

/// Where an expression stands, as far as that decides which contexts it sees: GitHub refuses a workflow with any other
/// (<https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability>).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// `if` of a job.
    JobIf,
    /// `strategy` of a job.
    Strategy,
    /// `with` of a job that calls a workflow.
    JobWith,
    /// `if` of a step.
    StepIf,
}

impl Place {
    fn sees(self, context: &str) -> bool {
        match self {
            Self::JobIf | Self::Strategy => matches!(context, "github" | "needs" | "vars" | "inputs"),
            Self::JobWith => matches!(context, "github" | "needs" | "strategy" | "matrix" | "inputs" | "vars"),
            Self::StepIf => context != "secrets",
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
