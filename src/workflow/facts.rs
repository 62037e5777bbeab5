//! What is known of a workflow file once it is read.

use crate::source::{At, Span};

/// What a workflow file says of its events and of what it builds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workflow {
    /// `on`; `None` if the key is not there.
    pub triggers: Option<Triggers>,
    /// The event `workflow_dispatch`, if it is among the triggers: without it GitHub refuses to start the workflow by its
    /// API.
    pub dispatch: Option<Dispatch>,
    /// Whether the workflow or one of its jobs has `concurrency`: runs of one group exclude each other.
    pub has_concurrency: bool,
    /// `env` of the whole workflow: names and values, as written.
    pub env: Vec<(At<String>, At<String>)>,
    /// `jobs`, in the order of the text.
    pub jobs: Vec<Job>,
}

/// The events that start a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Triggers {
    /// The key `on` itself.
    pub key: Span,
    /// The names of the events, in the order of the text, from any of the three shapes: one word, a list, a mapping.
    pub events: Vec<At<String>>,
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

/// A job, with what its steps build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its key under `jobs`.
    pub id: At<String>,
    /// `env` of the job: names and values, as written.
    pub env: Vec<(At<String>, At<String>)>,
    /// The steps that make tags for builds, in the order of the text.
    pub metadata: Vec<MetadataStep>,
    /// The reusable workflow that it calls. What that one builds is not read.
    pub uses: Option<At<String>>,
    /// The builds of its steps, in the order of the text.
    pub builds: Vec<Build>,
}

/// A step with docker/metadata-action: the tags of a build are its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataStep {
    /// `id` of the step, by which its outputs are named.
    pub id: Option<At<String>>,
    /// `images`: names without a tag; `name=...` and what else the action reads there is as written.
    pub images: Vec<At<String>>,
}

/// What makes a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BuildTool {
    /// docker/build-push-action, in any version.
    BuildPushAction,
    /// docker/bake-action, in any version.
    BakeAction,
    /// `docker build`, `docker buildx build`, `docker image build`, `podman build`, `buildah build` in a script.
    Cli,
    /// `docker buildx bake` in a script.
    CliBake,
}

impl BuildTool {
    /// Whether bake files say what is built.
    pub fn is_bake(self) -> bool {
        matches!(self, BuildTool::BakeAction | BuildTool::CliBake)
    }
}

/// One build of an image, or one run of bake.
///
/// What is not written is `None` or empty; the defaults are the tool's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// The action or the command that builds.
    pub tool: BuildTool,
    /// The value of `uses`, or the command in the script with all its words.
    pub span: Span,
    /// Path of the Dockerfile: `file`, `-f`, `--file`. Relative to the working directory, not to the context.
    pub dockerfile: Option<At<String>>,
    /// The build context: a path or an address.
    pub context: Option<At<String>>,
    /// `working-directory` of the script, or `workdir` of the bake action: what its paths are relative to.
    pub directory: Option<At<String>>,
    /// The stage that is built.
    pub target: Option<At<String>>,
    /// The platforms, one each.
    pub platforms: Vec<At<String>>,
    /// The build arguments, in the order of the text; for bake those of its `set` lines.
    pub build_args: Vec<BuildArg>,
    /// The tags, as written: `ghcr.io/org/app:1.0`.
    pub tags: Vec<At<String>>,
    /// Bake files. Without any, bake looks for its default names.
    pub bake_files: Vec<At<String>>,
    /// Targets of bake. Without any, bake builds `default`.
    pub bake_targets: Vec<At<String>>,
    /// `source` of the bake action: a remote definition, so that files in the repository do not matter.
    pub bake_source: Option<At<String>>,
}

/// A build argument that a build passes, or takes from its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildArg {
    /// The name of the ARG.
    pub name: At<String>,
    /// The value, without quotes; `None` if only the name is given, so that the value is the environment's.
    pub value: Option<At<String>>,
    /// The whole `NAME=value`.
    pub span: Span,
    /// Whether the value has parts that are only known when it runs: `${{ ... }}`, and in scripts `$NAME`, `` `...` ``.
    pub is_expression: bool,
    /// The targets of bake that it is set for, which may be a pattern: `app`, `*`.
    pub bake_target: Option<At<String>>,
}

impl Workflow {
    /// The builds of all jobs, in the order of the text.
    pub fn builds(&self) -> impl Iterator<Item = (&Job, &Build)> {
        self.jobs.iter().flat_map(|job| job.builds.iter().map(move |build| (job, build)))
    }
}

impl Build {
    /// A build of which nothing else is known yet.
    pub(super) fn new(tool: BuildTool, span: Span) -> Self {
        Self {
            tool,
            span,
            dockerfile: None,
            context: None,
            directory: None,
            target: None,
            platforms: Vec::new(),
            build_args: Vec::new(),
            tags: Vec::new(),
            bake_files: Vec::new(),
            bake_targets: Vec::new(),
            bake_source: None,
        }
    }

    /// The build arguments that count: of those with one name (and one target of bake) the last, as with repeated
    /// `--build-arg`.
    pub fn effective_args(&self) -> Vec<&BuildArg> {
        let key = |arg: &'_ BuildArg| (arg.name.value.clone(), arg.bake_target.as_ref().map(|at| at.value.clone()));
        let mut seen = std::collections::HashSet::new();
        let mut last: Vec<&BuildArg> = self.build_args.iter().rev().filter(|arg| seen.insert(key(arg))).collect();
        last.reverse();
        last
    }
}
