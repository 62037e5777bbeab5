//! What a run of a workflow builds.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | the question and the answer |
//! | `run` | what a run collects, and how much work it may be |
//! | `called` | a workflow that an event starts or a job calls: its inputs, its jobs in order, its outputs |
//! | `job` | a job: what it needs, its condition, its matrix |
//! | `steps` | the steps of a job or a composite action, one after the other |
//! | `step` | what the tools see of a step: inputs, variables, files; builds go back through it |
//! | `uses` | checkouts, actions of repositories that are here, and which tool reads which action |
//! | `workspace` | which repository is checked out where |

mod called;
mod job;
mod run;
mod step;
mod steps;
mod uses;
mod workspace;

pub use super::context::Unseen;
pub(crate) use super::context::WORKSPACE;
pub(crate) use step::StepRun;
pub(crate) use workspace::{join, normal};

use super::build::Build;
use super::context::{dispatch_inputs, github};
use super::event::Event;
use super::repository::Repositories;
use super::value::{Text, Unknown, Value};
use super::written::{Documents, Folder, Written};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// What a run does, as far as that can be told before it.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// The builds, in the order of the text; also those that do not run, with the condition that keeps them from it.
    pub builds: Vec<Build>,
    /// Why GitHub refuses to start it. The builds are those of a run that is started all the same.
    pub refused: Vec<Refusal>,
    /// What could not be followed, so that there may be more builds.
    pub gaps: Vec<Unknown>,
    /// Paths from the root of this repository of files that were to be read, where they are known only in part.
    pub sought: Vec<Text>,
    /// Steps that run and may push what others built, in ways that are not read here.
    pub unread: Vec<Span>,
    /// Problems of files that say what is built and cannot be read.
    pub problems: Vec<Diagnostic>,
}

/// Why GitHub refuses to start a workflow.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// There is no such workflow, or it cannot be read.
    NoWorkflow,
    /// The workflow does not have the event.
    NoEvent,
    /// An input is sent that it does not declare.
    Undeclared(String),
    /// An input is required and not sent, and has no default: its name, and where it is declared.
    Required(String, Span),
    /// An input is sent a value that is none of its choices: its name, the value, and where it is declared.
    NotAChoice(String, String, Span),
    /// An expression names a context that is not there at its place, which GitHub takes for no workflow at all.
    Unseen(Unseen),
}

/// Works out what a run of a workflow builds. `path` is the workflow's from the root of its repository, as in
/// `.github/workflows/ship.yml`.
///
/// It ends in a time that is bounded by the size of the files, whatever is in them: what would be more, such as a matrix of more than
/// 256 jobs, is among the gaps. What is not understood is not known; nothing is guessed.
pub fn evaluate(repositories: &Repositories<'_>, event: &Event, path: &str) -> Evaluation {
    Evaluator::new(*repositories).evaluate(event, path)
}

/// Works out several runs, and reads each file once.
pub struct Evaluator<'a> {
    documents: Documents<'a>,
}

impl<'a> Evaluator<'a> {
    /// Nothing is read yet.
    pub fn new(repositories: Repositories<'a>) -> Self {
        Self { documents: Documents::new(repositories) }
    }

    /// The same as [`evaluate`].
    pub fn evaluate(&self, event: &Event, path: &str) -> Evaluation {
        let repository = self.documents.repository(Folder::Own);
        let Some(root) = self.documents.yaml(Folder::Own, path) else {
            return Evaluation { refused: vec![Refusal::NoWorkflow], ..Evaluation::default() };
        };
        let mut refused = Vec::new();
        if !has_event(&root, &event.name) {
            refused.push(Refusal::NoEvent);
        }
        let inputs = dispatch_inputs(event, root.at(&["on", &event.name, "inputs"]));
        refused.extend(inputs.refused);
        let github = github(event, &repository, path, Value::from(inputs.texts));
        let run = run::Run::new(&self.documents);
        let unseen = run.start(&root, path, github, Value::from(inputs.typed));
        refused.extend(unseen.into_iter().map(Refusal::Unseen));
        run.finish(refused)
    }
}

/// Whether a workflow has an event, in any of the three shapes of `on`.
fn has_event(root: &Written, name: &str) -> bool {
    let Some(on) = root.get("on") else { return false };
    on.get(name).is_some() || on.words().iter().any(|word| word.value == name)
}
