//! What images.yaml means: validated values and the graph of base and managed images.
//!
//! A value of this room cannot be invalid; [`resolve`] is the only way to make a [`Model`], and the only place that
//! knows how images.yaml is written.

pub mod check;
pub mod duration;
pub mod graph;
pub mod inputs;
pub mod name;
pub mod policy;
pub mod resolve;
pub mod tags;

pub use duration::Duration;
pub use policy::Policy;
pub use tags::TagRule;

use crate::reference;
pub use crate::reference::{EdgeKind, Reference};
use crate::source::{At, Span};
use indexmap::IndexMap;

/// Everything that the manifests are made from.
#[derive(Clone, Debug)]
pub struct Model {
    /// The Kargo Project and its namespace.
    pub project: Project,
    /// The Kargo release that the manifests are for.
    pub kargo: KargoVersion,
    /// Where that is written, if it is.
    pub kargo_span: Option<Span>,
    /// Where dispatches go.
    pub github: Github,
    /// How long they are tried.
    pub retry: Retry,
    /// How the Dockerfiles of managed images are looked at again.
    pub analysis: Analysis,
    /// The policy of a dependent of which nothing is said; its Stages have the bare names.
    pub default_policy: Policy,
    /// Managed images, by name.
    pub images: Vec<ManagedImage>,
    /// External images, by name.
    pub externals: Vec<ExternalImage>,
    /// Bases that somebody depends on, by name.
    pub bases: Vec<Base>,
    /// Entries of the lock that no image uses: it is gone, or its bases are listed.
    pub unused_entries: Vec<At<String>>,
}

/// A Kargo Project and what its namespace carries beside our own labels and annotations.
#[derive(Clone, Debug)]
pub struct Project {
    /// Name of both.
    pub name: String,
    /// More labels of the Namespace.
    pub labels: IndexMap<String, String>,
    /// More annotations of the Namespace.
    pub annotations: IndexMap<String, String>,
}

/// A supported minor release of Kargo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KargoVersion {
    /// 1.9: no `fail` step.
    V1_9,
    /// 1.10: no `errorExpression` and `pollInterval` in http steps.
    V1_10,
    /// 1.11.
    V1_11,
}

/// A Secret of the Project's namespace and the key in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Name of the Secret.
    pub secret: String,
    /// Key of its data.
    pub key: String,
}

/// GitHub's REST API.
#[derive(Clone, Debug)]
pub struct Github {
    /// Address without a slash at the end, as `https://api.github.com`.
    pub api_url: String,
    /// The token.
    pub credential: Credential,
}

/// How long a dispatch is tried.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// From the first attempt to the last.
    pub timeout: Duration,
    /// Network errors that fail it; 0 is Kargo's default of 1.
    pub error_threshold: u32,
}

/// What looks at the Dockerfile of a managed image each time that the image was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Analysis {
    /// Nothing.
    Off,
    /// A step that compares the lines that decide edges with those of the lock.
    Http {
        /// Who is asked to bring the lock up to date when they differ; nobody unless asked for.
        on_drift: Option<Factory>,
    },
    /// This tool, in a Job.
    Job {
        /// Its image.
        image: String,
        /// As whom it runs.
        service_account: String,
    },
    /// A workflow that runs this tool.
    Workflow(Factory),
}

/// The workflow that runs `discover` and `synth` where images.yaml is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factory {
    /// `owner/name`.
    pub repo: String,
    /// File name of the workflow; it takes the input `image`.
    pub workflow: String,
    /// Branch whose workflow runs.
    pub branch: String,
}

/// What is known of a managed image's Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// Path in the repository.
    pub path: String,
    /// The lines that decided the bases; none if nobody knows them.
    pub lines: Vec<String>,
    /// The bases that were found in it, all but frontends, sorted; `None` if nobody has looked.
    pub bases: Option<Vec<String>>,
}

/// An image that we build.
#[derive(Clone, Debug)]
pub struct ManagedImage {
    /// Its name, unique over all images, and its Warehouse's.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Where the rest stands.
    pub places: Places,
    /// Registry and repository, as Kargo's `repoURL`.
    pub repo_url: String,
    /// Which of its tags are watched.
    pub tags: TagRule,
    /// How often.
    pub interval: Duration,
    /// Where it is built.
    pub source: Source,
    /// Whether images.yaml lists its bases, so that its Dockerfile decides none.
    pub lists_bases: bool,
    /// What it is built from, if that is known.
    pub dockerfile: Option<Dockerfile>,
}

/// Where the values of an image stand; where nothing is written, the image's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// `source.repo`.
    pub repo: Span,
    /// `source.branch`, or that of `defaults`.
    pub branch: Span,
    /// `source.workflow`.
    pub workflow: Span,
    /// `source.dockerfile`.
    pub dockerfile: Span,
}

/// A GitHub repository and the workflow in it that builds an image.
#[derive(Clone, Debug)]
pub struct Source {
    /// `owner/name`.
    pub repo: String,
    /// Branch that is built.
    pub branch: String,
    /// Path of the Dockerfile in the repository, if it was given; see [`Source::dockerfile`].
    pub dockerfile: Option<String>,
    /// Folder in the repository that is the build context, if it was given.
    pub context: Option<String>,
    /// File name of the workflow.
    pub workflow: String,
    /// Build stage that is shipped, else the last.
    pub target: Option<String>,
    /// What is built for, if it was given; see [`Source::platform`].
    pub platform: Option<String>,
    /// Values for ARGs in FROM.
    pub build_args: IndexMap<String, String>,
}

/// The platform that is built for unless something else is given.
pub const PLATFORM: &str = "linux/amd64";

impl Source {
    /// Path of the Dockerfile in the repository: as given, else `Dockerfile` in the context, as `docker build` has it.
    pub fn dockerfile(&self) -> String {
        let folder = self.context.as_deref().map(|context| context.trim_start_matches("./").trim_end_matches('/'));
        match (&self.dockerfile, folder) {
            (Some(path), _) => path.clone(),
            (None, Some("" | ".") | None) => "Dockerfile".to_owned(),
            (None, Some(folder)) => format!("{folder}/Dockerfile"),
        }
    }

    /// What is built for, as `linux/amd64`.
    pub fn platform(&self) -> &str {
        self.platform.as_deref().unwrap_or(PLATFORM)
    }
}

/// An image that we only watch.
#[derive(Clone, Debug)]
pub struct ExternalImage {
    /// Its name, unique over all images, and its Warehouse's.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Registry and repository, as Kargo's `repoURL`.
    pub repo_url: String,
    /// Which of its tags are watched.
    pub tags: TagRule,
    /// How often.
    pub interval: Duration,
}

/// A base that at least one managed image is rebuilt for.
#[derive(Clone, Debug)]
pub struct Base {
    /// Name in Stages and in the `base_image` input; its Warehouse's name.
    pub name: String,
    /// What is watched: always with a tag, never with a digest.
    pub reference: Reference,
    /// Who watches it.
    pub watched_by: WatchedBy,
    /// Who is rebuilt, by name of the image.
    pub dependents: Vec<Dependent>,
}

/// Whose Warehouse watches a base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchedBy {
    /// One of its own, at this interval.
    Own(Duration),
    /// That of the managed or external image of the same name, which watches the very tag.
    ImageOfThatName,
}

/// A managed image that is rebuilt when a base moves.
#[derive(Clone, Debug)]
pub struct Dependent {
    /// Index into [`Model::images`].
    pub image: usize,
    /// When it is rebuilt.
    pub policy: Policy,
    /// Inputs of the workflow, in the order in which they are sent.
    pub inputs: IndexMap<String, String>,
    /// Where the base is named, in images.yaml or its lock; never empty.
    pub spans: Box<[Span]>,
    /// Where the delay of the policy is written.
    pub delay: Option<Span>,
}

impl Dependent {
    /// Where the base is first named.
    pub fn place(&self, images: &[ManagedImage]) -> Span {
        self.spans.first().copied().unwrap_or(images[self.image].span)
    }
}
