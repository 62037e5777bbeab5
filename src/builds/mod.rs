//! What a dispatch builds, told: values for programs, and a tree of the same for people ([`tree`]).
//!
//! | file | what is in it |
//! |---|---|
//! | this one | a run as it is told |
//! | `told` | parts of builds as they are told: texts, places, answers |
//! | `hit` | whether a run builds an image and pushes it |
//! | `tree` | a run for people: all of it, or one line |

mod hit;
mod told;
pub mod tree;

pub use hit::Image;
pub use told::{Answer, Reason, Text};

use crate::source::Sources;
use crate::workflow::build::{self, Build, ConditionKind, FrameKind, Location, Tool};
use crate::workflow::evaluate::{Evaluation, Refusal};
use crate::workflow::event::{Event, Input};
use crate::workflow::value;
use serde::Serialize;
use told::{Named, Place};

/// A dispatch of a workflow: what it is sent, and what it builds then.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The image of images.yaml that it rebuilds, if it was asked for by that.
    pub image: Option<String>,
    /// The repository of the workflow, as `owner/name`, if that is known.
    pub repo: Option<String>,
    /// The path of the workflow from the root of the repository.
    pub workflow: String,
    /// What it runs on: `refs/heads/main`.
    #[serde(rename = "ref")]
    pub git_ref: String,
    /// The inputs that are sent. A value is null where rebuilds send several.
    pub inputs: Vec<Sent>,
    /// Whether it builds the image from its Dockerfile and pushes it to its repository; null without an image.
    pub hits: Option<Answer>,
    /// Why GitHub refuses it; the builds are those of a run that starts all the same.
    pub refused: Vec<Reason>,
    /// The builds in the order of the text, with those that do not run.
    pub builds: Vec<Told>,
    /// What could not be followed, so that there may be more builds.
    pub gaps: Vec<Reason>,
}

/// An input that is sent.
#[derive(Debug, Serialize)]
pub struct Sent {
    /// Its name.
    pub name: String,
    /// Its value, if all rebuilds send one and the same.
    pub value: Option<String>,
}

/// An image build.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// What makes it: an action, a command, a target of bake.
    pub tool: String,
    /// Where that is written.
    pub at: Option<Place>,
    /// Whether it runs.
    pub runs: Answer,
    /// Whether it is pushed if it runs.
    pub pushed: Answer,
    /// The Dockerfile.
    pub dockerfile: told::Location,
    /// The build context.
    pub context: told::Location,
    /// Named contexts, with what they are.
    pub contexts: Vec<Named>,
    /// The stage; without it the last.
    pub target: Option<Text>,
    /// Build arguments.
    pub build_args: Vec<Named>,
    /// Platforms.
    pub platforms: Vec<Text>,
    /// What it is called.
    pub tags: Vec<Text>,
    /// Outputs, as buildx has them.
    pub outputs: Vec<Text>,
    /// Where it is pushed to.
    pub destinations: Vec<Text>,
    /// What pushes it later as a part of a manifest list, and under which of these names.
    pub merges: Vec<Merge>,
    /// Whether it is a workflow or an action that is not here, and may build something or nothing.
    #[serde(rename = "elsewhere")]
    pub is_elsewhere: bool,
    /// What a workflow or action is given that is not here and may build something.
    pub given: Vec<Named>,
    /// What has to hold for it to run, from the workflow down to the step.
    pub conditions: Vec<Condition>,
    /// What leads to it, from the workflow down to the step.
    pub way: Vec<Frame>,
}

/// A manifest list that is made of builds.
#[derive(Debug, Serialize)]
pub struct Merge {
    /// What makes it: an action, a command.
    pub tool: String,
    /// The job that does.
    pub job: String,
    /// Where that is written.
    pub at: Place,
    /// What it is called.
    pub names: Vec<Text>,
}

/// What has to hold for a build to run.
#[derive(Debug, Serialize)]
pub struct Condition {
    /// What it is a condition of.
    pub of: ConditionKind,
    /// As it is written.
    pub text: String,
    /// Whether it holds.
    pub holds: Answer,
    /// Where it is written.
    pub at: Option<Place>,
}

/// A step on the way to a build.
#[derive(Debug, Serialize)]
pub struct Frame {
    /// What it is.
    pub kind: FrameKind,
    /// Its name: the path of a workflow, the id of a job, what a step uses.
    pub name: String,
    /// Of a job its cell of the matrix.
    pub matrix: Vec<Named>,
    /// Where it is called.
    pub at: Option<Place>,
}

impl Run {
    /// Tells what a dispatch does. `repo` is the repository of the workflow, and `image` what it should build.
    pub fn new(
        (repo, path, event): (Option<&str>, &str, &Event),
        image: Option<&Image<'_>>,
        run: &Evaluation,
        sources: &Sources,
    ) -> Self {
        Self {
            image: image.map(|image| image.name.to_owned()),
            repo: repo.map(str::to_owned),
            workflow: path.to_owned(),
            git_ref: event.git_ref.clone(),
            inputs: event.inputs.iter().map(sent).collect(),
            hits: image.map(|image| hit::hits(run, image, sources)),
            refused: run.refused.iter().map(|refusal| refused(refusal, sources)).collect(),
            builds: run.builds.iter().map(|build| told(build, sources)).collect(),
            gaps: run.gaps.iter().map(|gap| Reason::of(gap, sources)).collect(),
        }
    }

    /// The same of one of which nothing can be told, since its workflow was not read: whether it is known not to be there, and why.
    pub fn not_read(
        (repo, path, event): (Option<&str>, &str, &Event),
        image: Option<&Image<'_>>,
        (is_gone, why): (bool, &str),
    ) -> Self {
        let reason = || Reason { why: why.to_owned(), at: None };
        let none = Self::new((repo, path, event), None, &Evaluation::default(), &Sources::new());
        let answer = if is_gone { Answer::no(reason()) } else { Answer::unknown(reason()) };
        let (refused, gaps) = if is_gone { (vec![reason()], Vec::new()) } else { (Vec::new(), vec![reason()]) };
        Self { image: image.map(|image| image.name.to_owned()), hits: image.map(|_| answer), refused, gaps, ..none }
    }

    /// Whether it is known not to do what it is for: GitHub refuses it, or it does not build the image that it should.
    pub fn misses(&self) -> bool {
        !self.refused.is_empty() || self.hits.as_ref().is_some_and(Answer::is_no)
    }
}

fn sent((name, value): (&String, &Input)) -> Sent {
    let value = match value {
        Input::Is(value) => Some(value.clone()),
        Input::Any => None,
    };
    Sent { name: name.clone(), value }
}

fn refused(refusal: &Refusal, sources: &Sources) -> Reason {
    let (why, span) = match refusal {
        Refusal::NoWorkflow => ("there is no such workflow, or it cannot be read".to_owned(), None),
        Refusal::NoEvent => ("the workflow has no `workflow_dispatch`".to_owned(), None),
        Refusal::Undeclared(name) => (format!("the workflow declares no input `{name}`"), None),
        Refusal::Required(name, span) => (format!("the input `{name}` is required, and not sent"), Some(*span)),
        Refusal::NotAChoice(name, value, span) => {
            (format!("`{value}` is none of the choices of the input `{name}`"), Some(*span))
        }
        Refusal::Unseen(unseen) => (
            format!("GitHub takes it for no workflow: {} does not see `{}`", unseen.place, unseen.context),
            unseen.span,
        ),
    };
    Reason { why, at: span.map(|span| Place::of(span, sources)) }
}

fn told(build: &Build, sources: &Sources) -> Told {
    let text = |text: &value::Text| Text::of(text, sources);
    let all = |texts: &[value::Text]| texts.iter().map(text).collect();
    let location = |location: &Location| told::Location::of(location, sources);
    let (tool, given) = match &build.tool {
        Tool::Action(name) | Tool::Command(name) => (name.clone(), &[][..]),
        Tool::Bake { target, .. } => (format!("target {target} of bake"), &[][..]),
        Tool::Compose { service } => (format!("service {service} of compose"), &[][..]),
        Tool::Elsewhere { uses, with } => (uses.clone(), &with[..]),
    };
    let named = |(name, value): &(String, value::Text)| Named { name: name.clone(), value: text(value) };
    let conditions = build.conditions.iter().map(|condition| Condition {
        of: condition.kind,
        text: condition.text.clone(),
        holds: Answer::of(&condition.holds, sources),
        at: condition.span.map(|span| Place::of(span, sources)),
    });
    let merge = |merge: &build::Merge| Merge {
        tool: merge.tool.clone(),
        job: merge.job.clone(),
        at: Place::of(merge.span, sources),
        names: all(&merge.names),
    };
    let way = build.way.iter().map(|frame| Frame {
        kind: frame.kind,
        name: frame.name.clone(),
        matrix: frame.cell.iter().map(named).collect(),
        at: frame.span.map(|span| Place::of(span, sources)),
    });
    Told {
        tool,
        at: Some(Place::of(build.span, sources)),
        runs: Answer::of(&build.runs(), sources),
        pushed: Answer::of(&build.pushed, sources),
        dockerfile: location(&build.dockerfile),
        context: location(&build.context),
        contexts: build
            .contexts
            .iter()
            .map(|context| Named { name: context.name.to_string(), value: text(&context.source) })
            .collect(),
        target: build.target.as_ref().map(text),
        build_args: build
            .args
            .iter()
            .map(|arg| Named { name: arg.name.to_string(), value: text(&arg.value) })
            .collect(),
        platforms: all(&build.platforms),
        tags: all(&build.tags),
        outputs: all(&build.outputs),
        destinations: all(&build.destinations),
        merges: build.merges.iter().map(merge).collect(),
        is_elsewhere: matches!(build.tool, Tool::Elsewhere { .. }),
        given: given.iter().map(named).collect(),
        conditions: conditions.collect(),
        way: way.collect(),
    }
}
