//! What is dispatched: an image's workflow with the inputs that it is sent.

use super::{Context, ImageFacts, Looked};
use crate::diagnostic::{Edit, Setting};
use crate::dockerfile;
use crate::forge::{Declarations, Provider};
use crate::grammar::build::{BuildArgument, Target as BuildTarget};
use crate::grammar::fixed::FixedText;
use crate::grammar::git::{FilePath, RepoPath};
use crate::grammar::has_expression;
use crate::model::ManagedImage;
use crate::reference::{ContextSource, ImageName};
use crate::source::FileId;
use crate::workflow::Workflow;
use crate::workflow::evaluate::Evaluation;
use indexmap::{IndexMap, IndexSet};
use std::hash::Hash;
use std::str::FromStr;

/// What rebuilds send, with each value.
pub(super) type Sent<'a> = IndexMap<&'a str, IndexSet<&'a str>>;

/// An image whose workflow was read and will be run.
pub(super) struct Target<'a> {
    pub(super) image: &'a ManagedImage,
    pub(super) file: FileId,
    pub(super) workflow: &'a Workflow,
    /// Whether its branch is known to be a tag.
    pub(super) branch_is_tag: bool,
    /// What its rebuild builds.
    pub(super) run: &'a Evaluation,
    pub(super) dockerfile: &'a Looked<dockerfile::Facts>,
    /// Every input that some rebuild sends, with each value that it is sent with; none if it sends variables.
    pub(super) inputs: Sent<'a>,
    /// The same of variables.
    pub(super) variables: Sent<'a>,
}

impl Target<'_> {
    /// What has its `source` say all of this; nothing where a text is none that the key takes, or where it is not known which mapping
    /// that would be.
    pub(super) fn set(&self, settings: impl IntoIterator<Item = Setting>) -> Option<Vec<Edit>> {
        let beside = self.image.places.repo;
        if beside == self.image.span {
            return None;
        }
        let is_right = |Setting { key, name, to }: &Setting| {
            let name = name.as_deref();
            to.iter().all(|to| match *key {
                "dockerfile" => is_of::<FilePath>(to),
                "context" => is_of::<RepoPath>(to),
                "target" => is_of::<BuildTarget>(to),
                "buildArgs" => name.is_some_and(is_of::<BuildArgument>) && is_of::<FixedText>(to),
                _ => name.is_some_and(is_of::<ImageName>) && is_of::<ContextSource>(to),
            })
        };
        settings.into_iter().map(|setting| is_right(&setting).then_some(Edit::Set { beside, setting })).collect()
    }
}

/// Whether a text has a form, and no expression in it that Kargo would evaluate.
fn is_of<T: FromStr>(text: &str) -> bool {
    !has_expression(text) && text.parse::<T>().is_ok()
}

/// Those whose run is worked out, by image: GitHub's.
pub(super) fn targets<'a>(context: &Context<'a>) -> Vec<Target<'a>> {
    let mut targets = of_all_hosts(context);
    targets.retain(|target| target.image.source.pipeline.workflow_path().is_some());
    targets
}

fn of_all_hosts<'a>(context: &Context<'a>) -> Vec<Target<'a>> {
    if !context.facts.images.iter().any(|image| image.workflow.found().is_some()) {
        return Vec::new();
    }
    let mut inputs: Vec<Option<Sent<'_>>> = vec![None; context.model.images.len()];
    for dependent in context.model.bases.iter().flat_map(|base| &base.dependents) {
        let sent = inputs[dependent.image].get_or_insert_default();
        for (name, value) in &dependent.inputs {
            sent.entry(name).or_default().insert(value);
        }
    }
    let target = |((image, known), inputs): ((&'a ManagedImage, &'a ImageFacts), Option<Sent<'a>>)| {
        let (file, workflow) = known.workflow.found()?;
        let (inputs, variables) = match inputs? {
            sent if image.source.pipeline.sends_inputs() => (sent, Sent::new()),
            sent => (Sent::new(), sent),
        };
        let (run, dockerfile) = (&known.run, &known.dockerfile);
        let branch_is_tag = known.branch_is_tag;
        Some(Target { image, file, workflow, branch_is_tag, run, dockerfile, inputs, variables })
    };
    context.images().zip(inputs).filter_map(target).collect()
}

/// Those of [`targets`], by workflow: what is wrong with a workflow is said once, however many images it builds.
pub(super) fn by_workflow<'a>(context: &Context<'a>) -> IndexMap<FileId, Vec<Target<'a>>> {
    let mut files: IndexMap<FileId, Vec<Target<'a>>> = IndexMap::new();
    for target in targets(context) {
        files.entry(target.file).or_default().push(target);
    }
    files
}

/// The images that a host has one file for.
pub(super) struct Dispatched<'a> {
    /// What the host makes of what the file declares.
    pub(super) host: &'static Declarations,
    /// What it is called.
    pub(super) name: &'static str,
    /// The first of them.
    pub(super) first: &'a ManagedImage,
    pub(super) workflow: &'a Workflow,
    pub(super) targets: Vec<Target<'a>>,
}

impl Dispatched<'_> {
    /// Whether the file declares an input of this name.
    pub(super) fn declares(&self, name: &str) -> bool {
        let mut inputs = self.workflow.dispatch.iter().flat_map(|dispatch| &dispatch.inputs);
        inputs.any(|input| self.host.is_same(&input.name.value, name))
    }
}

/// All of them, of every host whose files are read, by host and file.
pub(super) fn by_host<'a>(context: &Context<'a>) -> Vec<Dispatched<'a>> {
    let mut files: IndexMap<(FileId, Provider), Dispatched<'a>> = IndexMap::new();
    for target in of_all_hosts(context) {
        let pipeline = &target.image.source.pipeline;
        let Some(host) = pipeline.declarations() else { continue };
        let dispatched = files.entry((target.file, pipeline.provider())).or_insert_with(|| Dispatched {
            host,
            name: pipeline.host().name,
            first: target.image,
            workflow: target.workflow,
            targets: Vec::new(),
        });
        dispatched.targets.push(target);
    }
    files.into_values().collect()
}

/// What keeps rebuilds from their ends, and the images of which that is so: one cause is one problem. `cause` finds it, with what tells
/// it from others.
pub(super) fn by_cause<'t, 'a, K: Eq + Hash, C>(
    targets: &'t [Target<'a>],
    cause: impl Fn(&'t Target<'a>) -> Option<(K, C)>,
) -> Vec<(C, Vec<&'t Target<'a>>)> {
    let mut causes: IndexMap<K, (C, Vec<&Target<'_>>)> = IndexMap::new();
    for target in targets {
        if let Some((key, cause)) = cause(target) {
            causes.entry(key).or_insert((cause, Vec::new())).1.push(target);
        }
    }
    causes.into_values().collect()
}

/// The images of some targets as the subject of a sentence: "web is", "web, api and 7 more are".
pub(super) fn images_are(targets: &[&Target<'_>]) -> String {
    let names: Vec<&str> = targets.iter().map(|target| target.image.name.as_str()).collect();
    format!("{} {}", super::some_of(&names), if names.len() == 1 { "is" } else { "are" })
}
