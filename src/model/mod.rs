//! What images.yaml means: validated values and the graph of base and managed images.
//!
//! A value of this room cannot be invalid: each part is of a type that is made by reading it ([`crate::grammar`]). [`resolve`] is
//! the only way to make a [`Model`], and the only place that knows how images.yaml is written.

pub mod cascade;
pub mod graph;
mod idle;
pub mod inputs;
pub mod name;
mod notifications;
pub mod policy;
mod projects;
pub mod resolve;
pub mod tags;
mod watch;

pub use crate::grammar::duration::{Duration, Interval};
pub use crate::grammar::kargo::{KargoVersion, OnEnroll};
pub use crate::grammar::pace::{Cascade, Pace};
pub use crate::grammar::release;
pub use crate::reference::{EdgeKind, Reference};
pub use idle::{Idle, IdleFor};
pub use notifications::{Address, Channel, Notification};
pub use policy::Policy;
pub use tags::TagRule;
pub use watch::Watch;

use crate::forge::AnyRepo;
use crate::forge::{Pipeline, Provider, Service, gitlab};
use crate::grammar::build::{BuildArgument, Platform, Target};
use crate::grammar::fixed::{FixedText, InputName, Unevaluated};
use crate::grammar::git::{Branch, FilePath, Folder, RepoPath};
use crate::grammar::given::{self, Given};
use crate::grammar::kargo::Receiver;
use crate::grammar::kubernetes::{LabelKey, LabelValue, NamespaceName, ObjectName, Shard};
use crate::grammar::request::BodyPath;
use crate::reference::{ContextSource, ImageName, Registry, RepoUrl};
use crate::source::{At, Span};
use indexmap::IndexMap;
use name::BaseName;
use std::collections::BTreeMap;
use std::fmt::Display;

/// Everything that the manifests are made from.
#[derive(Clone, Debug)]
pub struct Model {
    /// The Kargo Project of all images that are in no other, and its namespace.
    pub project: Project,
    /// Projects of their own for some of the images; see [`Model::by_project`].
    pub other_projects: Vec<Project>,
    /// The Kargo release that the manifests are for.
    pub kargo: KargoVersion,
    /// Where that is written, if it is.
    pub kargo_span: Option<Span>,
    /// Where code hosts are.
    pub hosts: Hosts,
    /// How long they are tried.
    pub retry: Retry,
    /// Registries that tell Kargo of pushes, each with the Secret that it shares with Kargo.
    pub webhooks: Vec<(Receiver, ObjectName)>,
    /// What else may tell it, if there is something: the receiver `generic`.
    pub generic_webhook: Option<GenericWebhook>,
    /// The shard of the controller that looks after what says no other.
    pub shard: Option<Shard>,
    /// Whether objects carry the waves in which Argo CD applies them.
    pub sync_waves: bool,
    /// The key of a Freight's metadata by which it skips delays and windows, as a Promotion by hand does; none if nothing does.
    pub urgent: Option<LabelKey>,
    /// Who hears how Promotions end.
    pub notifications: Vec<Notification>,
    /// How the Dockerfiles of managed images are looked at again.
    pub analysis: Analysis,
    /// Folders of this checkout that other repositories are checked out in.
    pub checkouts: IndexMap<AnyRepo, Folder>,
    /// The policy of a dependent of which nothing is said; its Stages have the bare names.
    pub default_policy: Policy,
    /// Managed images, by name.
    pub images: Vec<ManagedImage>,
    /// External images, by name.
    pub externals: Vec<ExternalImage>,
    /// Bases that somebody depends on, by name.
    pub bases: Vec<Base>,
    /// Of a model of one Project of several: images of other Projects that its [followers](Base::followers) name, as
    /// `project/image`. Their indices are behind those of `images`.
    pub elsewhere: Vec<String>,
    /// Entries of the lock that no image uses: it is gone, or its bases are listed.
    pub unused_entries: Vec<At<String>>,
    /// Bases that images are built on and are not rebuilt for. A model of one Project of several has none.
    pub idle: Vec<Idle>,
}

/// A Kargo Project and what its namespace carries beside our own labels and annotations.
#[derive(Clone, Debug)]
pub struct Project {
    /// Name of both.
    pub name: NamespaceName,
    /// More labels of the Namespace.
    pub labels: IndexMap<LabelKey, LabelValue>,
    /// More annotations of the Namespace.
    pub annotations: IndexMap<LabelKey, FixedText>,
}

/// Something that posts JSON which names a repository.
#[derive(Clone, Debug)]
pub struct GenericWebhook {
    /// The Secret of which Kargo makes the address.
    pub secret: ObjectName,
    /// What stands before the path, if the body does not have it.
    pub registry: Option<Registry>,
    /// Where the path stands in the body.
    pub repository: BodyPath,
    /// What the body must say.
    pub when: IndexMap<BodyPath, FixedText>,
}

/// The service of each kind of code host.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// GitHub's REST API.
    pub github: Service,
    /// The instance of GitLab.
    pub gitlab: Service,
    /// By what its pipelines are started.
    pub gitlab_auth: gitlab::Auth,
    /// The instance of Gitea.
    pub gitea: Service,
    /// The instance of Forgejo.
    pub forgejo: Service,
    /// Azure DevOps.
    pub azure_devops: Service,
}

impl Hosts {
    /// The service of one kind; none of webhooks, each of which has its own.
    pub fn service(&self, provider: Provider) -> Option<&Service> {
        match provider {
            Provider::GitHub => Some(&self.github),
            Provider::GitLab => Some(&self.gitlab),
            Provider::Gitea => Some(&self.gitea),
            Provider::Forgejo => Some(&self.forgejo),
            Provider::AzureDevOps => Some(&self.azure_devops),
            Provider::Webhook => None,
        }
    }

    /// The service that starts a pipeline.
    pub fn of<'s>(&'s self, pipeline: &'s Pipeline) -> &'s Service {
        match pipeline {
            Pipeline::GitHub(_) => &self.github,
            Pipeline::GitLab(_) => &self.gitlab,
            Pipeline::Gitea(_) => &self.gitea,
            Pipeline::Forgejo(_) => &self.forgejo,
            Pipeline::AzureDevOps(_) => &self.azure_devops,
            Pipeline::Webhook(hook) => &hook.service,
        }
    }
}

/// How long a dispatch is tried.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// From the first attempt to the last.
    pub timeout: Interval,
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
        image: ImageName,
        /// As whom it runs.
        service_account: ObjectName,
    },
    /// A workflow that runs this tool.
    Workflow(Factory),
}

/// The workflow that runs `discover` and `synth` where images.yaml is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factory {
    /// It takes the input `image`.
    pub pipeline: Pipeline,
    /// Branch whose workflow runs.
    pub branch: Branch,
}

/// What is known of a managed image's Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// Path in the repository.
    pub path: FilePath,
    /// The lines that decided the bases; none if nobody knows them.
    pub lines: Vec<String>,
    /// The bases that were found in it, all but frontends, sorted; `None` if nobody has looked.
    pub bases: Option<Vec<Unevaluated>>,
}

/// An image that we build.
#[derive(Clone, Debug)]
pub struct ManagedImage {
    /// Its name, unique over all images, and its Warehouse's.
    pub name: ObjectName,
    /// Where the name stands.
    pub span: Span,
    /// Which of [`Model::other_projects`] it is in, if it is in one.
    pub project: Option<usize>,
    /// Where the rest stands.
    pub places: Places,
    /// Where it is published.
    pub repo_url: RepoUrl,
    /// Which of its tags are watched.
    pub tags: TagRule,
    /// How often.
    pub interval: Interval,
    /// Where it is built.
    pub source: Source,
    /// Whether other images are built on it.
    pub is_base: bool,
    /// Whether images.yaml lists its bases, so that its Dockerfile decides none.
    pub lists_bases: bool,
    /// What it is built from, if that is known.
    pub dockerfile: Option<Dockerfile>,
    /// What bases of it that move start.
    pub rebuilds: Rebuilds,
}

/// What bases of an image that move start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rebuilds {
    /// Each a rebuild.
    PerBase,
    /// One rebuild for all that move together.
    PerImage {
        /// How long it waits for others to move too, from the first.
        together: Duration,
    },
}

impl Rebuilds {
    /// For how long a rebuild by so many bases under one policy waits for the others, from its Promotion on; nothing if it does not.
    pub fn waits(self, bases: usize, policy: &Policy) -> Option<Duration> {
        let Self::PerImage { together } = self else { return None };
        Some(together).filter(|together| bases > 1 && policy.is_automatic() && !together.is_zero())
    }
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

/// Where an image is built, and by what.
#[derive(Clone, Debug)]
pub struct Source {
    /// What builds it, and the repository.
    pub pipeline: Pipeline,
    /// Branch that is built.
    pub branch: Branch,
    /// Path of the Dockerfile in the repository, if it was given; see [`Source::dockerfile`].
    pub dockerfile: Option<FilePath>,
    /// Folder in the repository that is the build context, if it was given.
    pub context: Option<RepoPath>,
    /// Build stage that is shipped, else the last.
    pub target: Option<Target>,
    /// What is built for, if it was given; see [`Source::platform`].
    pub platform: Option<Platform>,
    /// Values for ARGs in FROM. They make no more than [`MAX_WAYS`](crate::grammar::given::MAX_WAYS) ways to build it.
    pub build_args: IndexMap<BuildArgument, Given<FixedText>>,
    /// Named contexts, by the names that FROM and `COPY --from` have.
    pub contexts: IndexMap<ImageName, ContextSource>,
}

/// Names and values of build arguments or contexts, as the reader of Dockerfiles takes them.
pub fn texts(entries: &IndexMap<impl Display, impl Display>) -> BTreeMap<String, String> {
    entries.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

impl Source {
    /// Path of the Dockerfile in the repository: as given, else `Dockerfile` in the context, as `docker build` has it.
    pub fn dockerfile(&self) -> FilePath {
        match (&self.dockerfile, &self.context) {
            (Some(path), _) => path.clone(),
            (None, None) => FilePath::DOCKERFILE,
            (None, Some(folder)) => folder.join(&FilePath::DOCKERFILE),
        }
    }

    /// The ways in which build arguments have it built: one at least.
    pub fn ways(&self) -> Vec<BTreeMap<String, String>> {
        given::ways(&self.build_args).unwrap_or_default()
    }

    /// What is built for: as given, else [`Platform::DEFAULT`].
    pub fn platform(&self) -> Platform {
        self.platform.clone().unwrap_or(Platform::DEFAULT)
    }
}

/// An image that we only watch.
#[derive(Clone, Debug)]
pub struct ExternalImage {
    /// Its name, unique over all images, and its Warehouse's.
    pub name: ObjectName,
    /// Where the name stands.
    pub span: Span,
    /// Which of [`Model::other_projects`] it is in, if it is in one.
    pub project: Option<usize>,
    /// Where it is.
    pub repo_url: RepoUrl,
    /// Which of its tags are watched.
    pub tags: TagRule,
    /// How often.
    pub interval: Interval,
}

/// A base that at least one managed image is rebuilt for.
#[derive(Clone, Debug)]
pub struct Base {
    /// Name in Stages and in the `base_image` input; its Warehouse's name.
    pub name: BaseName,
    /// What is watched: always with a tag, never with a digest.
    pub reference: Reference,
    /// Who watches it.
    pub watched_by: WatchedBy,
    /// The shard of the controller that looks after its Warehouse and Stages.
    pub shard: Option<Shard>,
    /// Who is rebuilt, by name of the image.
    pub dependents: Vec<Dependent>,
    /// How quickly its rebuilds go out, if not all at once.
    pub pace: Option<Pace>,
    /// Who is built on it and is rebuilt by a chain of these alone, by name of the image.
    pub followers: Vec<cascade::Follower>,
}

/// Whose Warehouse watches a base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchedBy {
    /// One of its own, at this interval.
    Own(Interval),
    /// That of the managed or external image of the same name, which watches the very tag. A Stage takes Freight of its own
    /// Project alone, so that in others than the image's it has one of its own.
    ImageOfThatName {
        /// Which of [`Model::other_projects`] that image is in, if it is in one.
        project: Option<usize>,
        /// How often those of other Projects look.
        interval: Interval,
    },
}

/// A managed image that is rebuilt when a base moves.
#[derive(Clone, Debug)]
pub struct Dependent {
    /// Index into [`Model::images`].
    pub image: usize,
    /// When it is rebuilt.
    pub policy: Policy,
    /// What becomes of this trigger where a chain repeats it.
    pub cascade: Cascade,
    /// Whether the base is named with a digest, so that a rebuild builds on what it was before.
    pub pinned: bool,
    /// Whether it is rebuilt for the digest that the base has when this begins.
    pub on_enroll: OnEnroll,
    /// Inputs of the workflow, in the order in which they are sent.
    pub inputs: IndexMap<InputName, FixedText>,
    /// Where the base is named, in images.yaml or its lock; never empty.
    pub spans: Box<[Span]>,
    /// Where the delay of the policy is written.
    pub delay: Option<Span>,
    /// For how long a Promotion waits for the run of its rebuild, if it does.
    pub waits: Option<Interval>,
}

impl Dependent {
    /// Where the base is first named.
    pub fn place(&self, images: &[ManagedImage]) -> Span {
        self.spans.first().copied().unwrap_or(images[self.image].span)
    }
}
