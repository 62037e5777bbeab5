//! The contexts that expressions see, for a run that has not begun
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/contexts>).

mod github;
mod inputs;

pub(crate) use github::{WORKSPACE, github};
pub(crate) use inputs::{action_inputs, call_inputs, dispatch_inputs};

use super::expression::Scope;
use super::value::{Object, Truth, Unknown, Value, Why};
use crate::source::Span;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Contexts by name, and how what came before went.
#[derive(Clone, Debug)]
pub(crate) struct Contexts {
    values: BTreeMap<&'static str, Value>,
    success: Truth,
    /// Where the expression stands, where that decides what it sees.
    place: Option<Place>,
    /// What expressions have named that they do not see; all contexts of a run share it.
    unseen: Rc<RefCell<Vec<Unseen>>>,
}

/// A context that an expression names and does not see.
#[derive(Clone, Debug, PartialEq)]
pub struct Unseen {
    /// The context, as it is written.
    pub context: String,
    /// Where the expression stands, in words: "`env` of a job".
    pub place: &'static str,
    /// The same as a place in a text.
    pub span: Option<Span>,
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
        Self { values, success: Truth::Yes, place: None, unseen: Rc::default() }
    }

    /// What expressions have named so far that they do not see.
    pub(crate) fn unseen(&self) -> Vec<Unseen> {
        self.unseen.borrow().clone()
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
        contexts.place = Some(place);
        contexts
    }
}

/// Where an expression stands, as far as that decides which contexts it sees: GitHub refuses a workflow with any other
/// (<https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability>).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// `env` of a workflow.
    WorkflowEnv,
    /// `concurrency` of a workflow.
    WorkflowConcurrency,
    /// `env` of a job.
    JobEnv,
    /// `concurrency` of a job.
    JobConcurrency,
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
        let is = |more: &[&str]| matches!(context, "github" | "vars" | "inputs") || more.contains(&context);
        match self {
            Self::WorkflowEnv => is(&["secrets"]),
            Self::WorkflowConcurrency => is(&[]),
            Self::JobEnv => is(&["needs", "strategy", "matrix", "secrets"]),
            Self::JobIf | Self::Strategy => is(&["needs"]),
            Self::JobConcurrency | Self::JobWith => is(&["needs", "strategy", "matrix"]),
            Self::StepIf => context != "secrets",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::WorkflowEnv => "`env` of a workflow",
            Self::WorkflowConcurrency => "`concurrency` of a workflow",
            Self::JobEnv => "`env` of a job",
            Self::JobConcurrency => "`concurrency` of a job",
            Self::JobIf => "`if` of a job",
            Self::Strategy => "`strategy`",
            Self::JobWith => "`with` of a job",
            Self::StepIf => "`if` of a step",
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

    fn unseen(&self, name: &str, span: Option<Span>) {
        let Some(place) = self.place else { return };
        let unseen = Unseen { context: name.to_owned(), place: place.words(), span };
        let mut all = self.unseen.borrow_mut();
        if !all.contains(&unseen) {
            all.push(unseen);
        }
    }
}
