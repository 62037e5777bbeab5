//! What a workflow file says of what starts it.

use super::gitlab;
use crate::source::{At, Span};

/// What a workflow file says of its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workflow {
    /// `on`; `None` if the key is not there.
    pub triggers: Option<Triggers>,
    /// The event `workflow_dispatch`, if it is among the triggers: without it GitHub refuses to start the workflow by its
    /// API.
    pub dispatch: Option<Dispatch>,
    /// Under which conditions GitLab makes a pipeline of it; nothing where the file is another host's.
    pub rules: gitlab::Rules,
    /// Whether the workflow or one of its jobs has `concurrency`: runs of one group exclude each other.
    pub has_concurrency: bool,
}

/// The events that start a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Triggers {
    /// The key `on` itself.
    pub key: Span,
    /// The names of the events, in the order of the text, from any of the three shapes: one word, a list, a mapping.
    pub events: Vec<At<String>>,
    /// The branches that filters of events name in full: `branches` without patterns and without those left out.
    pub branches: Vec<At<String>>,
}

/// The event `workflow_dispatch`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatch {
    /// The word `workflow_dispatch`.
    pub span: Span,
    /// The key `inputs`, if it is there: where another input would be added.
    pub inputs_span: Option<Span>,
    /// The inputs, in the order of the text. GitHub takes no others.
    pub inputs: Vec<DispatchInput>,
}

/// An input of `workflow_dispatch`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DispatchInput {
    /// The name. GitHub compares names of inputs without regard to case.
    pub name: At<String>,
    /// The type; where none is written it is [`InputKind::String`] and the place is the name's.
    pub kind: At<InputKind>,
    /// `required`; a value that is not a boolean is left out. Without it an input is optional.
    pub required: Option<At<bool>>,
    /// `default`, as text. A required input that has one need not be given.
    pub default: Option<At<String>>,
}

/// The type of an input:
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputsinput_idtype>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// `string`, also where none is written.
    String,
    /// `choice`, with its `options`: any other value is refused.
    Choice(Vec<At<String>>),
    /// `boolean`: `true` or `false`.
    Boolean,
    /// `number`.
    Number,
    /// `environment`: the name of an environment of the repository.
    Environment,
    /// A word that is none of these.
    Other(String),
}
