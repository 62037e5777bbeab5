//! images.yaml exactly as written: plain structs, every value with its place, nothing decided yet.
//!
//! The comments on the fields are what an editor shows: they become the descriptions of the JSON Schema. Keys that several
//! mappings have are written in each of them, since a struct that serde flattens into another one lets unknown keys pass.

use super::delivery::Argocd;
use super::hosts::{AzureDevops, Gitea, Github, Gitlab};
use super::notifications::Notification;
use super::projects::Project;
use super::source::{Source, Tags};
use super::timing::{Delay, Schedule, Urgent, WaitForRun};
use super::value::{Anything, Entries, OneOrMore, Slot, Switch, Written};
use super::webhooks::Webhooks;
use crate::forge::AnyRepo;
use crate::forge::github::{Repo, WorkflowFile};
use crate::grammar::duration::{Duration, Interval};
use crate::grammar::fixed::{FixedText, InputName};
use crate::grammar::git::{Branch, Folder};
use crate::grammar::kargo::{AnalysisMode, KargoVersion, OnDrift, OnEnroll, Trigger, VersionBump};
use crate::grammar::kubernetes::{LabelKey, LabelValue, NamespaceName, ObjectName, Shard};
use crate::grammar::pace::Cascade;
use crate::reference::{EdgeKind, ImageName, Registry, RepositoryPath, Tag};
use schemars::JsonSchema;
use serde::Deserialize;

/// A text of a form.
pub type Text<T> = Slot<Written<T>>;
/// A list of them.
pub type Texts<T> = Slot<Vec<Text<T>>>;

/// What images share, and the images. One of `images`, `include`, `projects` and `baseImages` must be there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["images"], "errorMessage": "write images, include, projects or baseImages"}, {"required": ["include"]}, {"required": ["projects"]}, {"required": ["baseImages"]}]))]
pub struct File {
    /// Kargo Project, and the Namespace that everything is in but what `projects` has elsewhere.
    #[schemars(extend("default" = "image-factory-kargo"))]
    pub project: Text<NamespaceName>,
    /// More labels and annotations of the Namespace.
    pub namespace: Slot<Namespace>,
    /// Kargo Projects of their own for some of the images: each has its Namespace, its Secrets and its Warehouses. All other images
    /// are in `project`.
    pub projects: Slot<Vec<Slot<Project>>>,
    /// The Kargo that will run this; what older ones do not know is left out. In quotes, or YAML reads 1.10 as 1.1.
    #[schemars(extend("default" = "1.11"))]
    pub kargo_version: Text<KargoVersion>,
    /// Where GitHub is, and what authenticates there.
    pub github: Slot<Github>,
    /// Where GitLab is, and what authenticates there.
    pub gitlab: Slot<Gitlab>,
    /// Where Gitea is, and what authenticates there.
    pub gitea: Slot<Gitea>,
    /// Where Forgejo is, and what authenticates there.
    pub forgejo: Slot<Gitea>,
    /// Where Azure DevOps is, and what authenticates there.
    pub azure_devops: Slot<AzureDevops>,
    /// How long a dispatch is tried.
    pub retry: Slot<Retry>,
    /// What images and bases have unless they say otherwise.
    pub defaults: Slot<Defaults>,
    /// How Dockerfiles are looked at again after each build.
    pub analysis: Slot<Analysis>,
    /// Who hears how Promotions end.
    pub notifications: Slot<Vec<Slot<Notification>>>,
    /// When rebuilds may begin, unless the base or the image says otherwise.
    pub schedule: Slot<Schedule>,
    /// What skips delays and windows: a Promotion by hand, or a key of the Freight.
    pub urgent: Slot<Urgent>,
    /// Registries that tell Kargo of pushes.
    pub webhooks: Slot<Webhooks>,
    /// The shard of the Kargo controller that looks after the Warehouses and Stages, where it is not the one without a shard.
    pub shard: Text<Shard>,
    /// How many requests a day registries may get from Kargo, by registry; more is an error.
    #[schemars(extend("examples" = [{"docker.io": 200}]))]
    pub registry_budget: Slot<Entries<Slot<u32>, Written<Registry>>>,
    /// What Argo CD is told.
    pub argocd: Slot<Argocd>,
    /// The folder that `synth` writes into, from the root of the checkout.
    #[schemars(extend("default" = "dist"))]
    pub out: Text<Folder>,
    /// Whether `synth` writes a file for each object, and a `kustomization.yaml`.
    #[schemars(extend("default" = false))]
    pub split: Slot<bool>,
    /// Folders of this checkout that other repositories are checked out in, by repository. One that is not there is passed over.
    pub checkouts: Slot<Entries<Text<Folder>, Written<AnyRepo>>>,
    /// Settings of base images, by reference.
    pub base_images: Slot<Vec<Slot<BaseImage>>>,
    /// Globs of more files of the same two shapes in this checkout, relative to this one; `*` stays in one folder, `**` does not.
    /// Included files have only `images` and `baseImages`.
    #[schemars(example = ["teams/*.yaml"])]
    pub include: Slot<Vec<Slot<String>>>,
    /// The images.
    pub images: Slot<Vec<Slot<Image>>>,
    /// Of an included file: which entry of `projects` has it, counted from 0. Whoever includes the file says so.
    #[serde(skip)]
    pub of_project: Option<usize>,
}

/// More labels and annotations of the Namespace, as a Secret sync may select by.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Namespace {
    /// Labels beside those that image-factory sets.
    pub labels: Slot<Entries<Text<LabelValue>, Written<LabelKey>>>,
    /// Annotations beside those that image-factory sets.
    pub annotations: Slot<Entries<Text<FixedText>, Written<LabelKey>>>,
}

/// How long a dispatch is tried that may still succeed.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Retry {
    /// For how long a dispatch is tried that GitHub has put off or that cannot be sent. The default outlasts the hourly limit of
    /// requests.
    #[schemars(extend("default" = "1h10m"))]
    pub timeout: Text<Interval>,
    /// Nothing acts on it any more: `timeout` alone says for how long network errors are tried again.
    #[schemars(extend("maximum" = 4_294_967_295_u32, "deprecated" = true, "deprecationMessage" = "nothing acts on it; write timeout"))]
    pub error_threshold: Slot<u32>,
}

/// How Dockerfiles are looked at again after each build.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Analysis {
    /// `http`: Kargo compares the Dockerfile with the lock; `job`: a Job analyses it; `workflow`: a workflow is dispatched;
    /// `off`: nothing is done.
    #[schemars(extend("default" = "http"))]
    pub mode: Text<AnalysisMode>,
    /// The image of image-factory that `job` runs.
    pub image: Text<ImageName>,
    /// As whom `job` runs it.
    #[schemars(extend("default" = "image-factory"))]
    pub service_account: Text<ObjectName>,
    /// Where this images.yaml is, and the workflow there that runs `discover`.
    pub factory: Slot<Factory>,
    /// What follows when a Dockerfile is no longer what the manifests were made from: the Promotion fails, and `dispatch`
    /// also runs the factory's workflow.
    #[schemars(extend("default" = "fail"))]
    pub on_drift: Text<OnDrift>,
}

/// Where this images.yaml is, and the workflow there that runs `discover`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Factory {
    /// The repository on GitHub.
    pub repo: Text<Repo>,
    /// File name of the workflow.
    #[schemars(extend("default" = "image-factory.yml"))]
    pub workflow: Text<WorkflowFile>,
    /// Branch whose workflow runs.
    #[schemars(extend("default" = "main"))]
    pub branch: Text<Branch>,
}

/// The value of a build argument, or a list of them.
pub(super) type Arguments = Slot<OneOrMore<Written<FixedText>>>;

/// Workflow inputs; `null` takes a built-in one away.
pub type Inputs = Slot<Entries<Slot<Option<Written<FixedText>>>, Written<InputName>>>;

/// What images and bases have unless they say otherwise.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Defaults {
    /// Registry of the images that you build.
    #[schemars(extend("default" = "ghcr.io"))]
    pub registry: Text<Registry>,
    /// Branch that is built: the `ref` of the dispatch.
    #[schemars(extend("default" = "main"))]
    pub branch: Text<Branch>,
    /// How long a base must have had no newer digest before a rebuild, as `7d`. The time starts again with each digest.
    /// 0 is no delay.
    pub rebuild_delay: Text<Duration>,
    /// How long a rebuild waits: in place of `rebuildDelay`, or after the first update where the mode is `fixed`.
    pub delay: Slot<Delay>,
    /// `false`: the Stage is there, and waits until somebody promotes.
    #[schemars(extend("default" = true))]
    pub auto_rebuild: Slot<bool>,
    /// What follows from the digest that a base has when rebuilds for it begin: `baseline` writes it down and starts nothing,
    /// `rebuild` builds on it.
    #[schemars(extend("default" = "baseline"))]
    pub on_enroll: Text<OnEnroll>,
    /// What bases that move start: `perBase`, each a rebuild; `perImage`, one rebuild for all that move together.
    #[schemars(extend("default" = "perBase"))]
    pub trigger: Text<Trigger>,
    /// With `perImage`, how long a rebuild waits for other bases to move too.
    #[schemars(extend("default" = "10m"))]
    pub together: Text<Duration>,
    /// Part of the version that a rebuild raises: the input `version_bump`.
    #[schemars(extend("default" = "patch"))]
    pub version_bump: Text<VersionBump>,
    /// Workflow inputs beside the built-in ones, or in their place; `null` takes one away. GitHub takes 25 in all.
    #[schemars(extend("examples" = [{"reason": "base image", "base_image": null}]))]
    pub inputs: Inputs,
    /// `reduce`: a base does not trigger an image that a chain of images built on the base ends at: that image is rebuilt once,
    /// when the image before it was. `all`: it is rebuilt for both.
    #[schemars(extend("default" = "all"))]
    pub cascade: Text<Cascade>,
    /// Whether a Promotion ends only when the runs that it started have, and fails if one of them does. `timeout` is for how long
    /// it waits for each.
    #[schemars(extend("default" = false, "examples" = [true, {"timeout": "45m"}]))]
    pub wait_for_run: Slot<Switch<WaitForRun>>,
    /// Which uses of a base trigger: FROM of the shipped stage (final), FROM of another (build), COPY --from (copy),
    /// RUN --mount=from (mount), # syntax= (frontend).
    #[schemars(extend("default" = ["final", "build", "copy", "mount"]))]
    pub triggers: Texts<EdgeKind>,
    /// Globs over references that do not trigger; `*` crosses slashes.
    #[schemars(example = ["ghcr.io/myorg/*"])]
    pub ignore_bases: Slot<Vec<Slot<String>>>,
    /// After how many dispatches for one new digest there is a pause.
    #[schemars(range(min = 1), extend("maximum" = 4_294_967_295_u32), example = 10)]
    pub max_parallel: Slot<u32>,
    /// How long that pause is, as `2m`; from 10 seconds up, and 0 is none.
    pub stagger: Text<Duration>,
    /// How often Kargo looks at a base or an external image.
    #[schemars(extend("default" = "24h"))]
    pub base_interval: Text<Interval>,
    /// How often Kargo looks at an image that you build. Under 5m has no effect with Kargo's default settings.
    #[schemars(extend("default" = "5m"))]
    pub image_interval: Text<Interval>,
}

/// Settings of one base image.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(extend("required" = ["image"]))]
pub struct BaseImage {
    /// The reference that the settings are for; a digest in it is ignored.
    pub image: Text<ImageName>,
    /// Name of its Warehouse, and the input `base_image`; by default it is made from the reference.
    #[schemars(example = &"node-22")]
    pub name: Text<ObjectName>,
    /// How often Kargo looks at it.
    #[schemars(extend("default" = "24h"))]
    pub interval: Text<Interval>,
    /// The shard of the Kargo controller that looks after its Warehouse and its Stages.
    pub shard: Text<Shard>,
    /// How long it must have had no newer digest before the rebuilds that it triggers, unless the image says otherwise.
    pub rebuild_delay: Text<Duration>,
    /// How long a rebuild waits: in place of `rebuildDelay`, or after the first update where the mode is `fixed`.
    pub delay: Slot<Delay>,
    /// `false`: the rebuilds that it triggers wait until somebody promotes, unless the image says otherwise.
    pub auto_rebuild: Slot<bool>,
    /// When the rebuilds that it triggers may begin, unless the image says otherwise.
    pub schedule: Slot<Schedule>,
    /// What follows from the digest that it has when rebuilds for it begin, unless the image says otherwise: `baseline` writes
    /// it down and starts nothing, `rebuild` builds on it.
    pub on_enroll: Text<OnEnroll>,
    /// After how many dispatches for one new digest there is a pause.
    #[schemars(range(min = 1), extend("maximum" = 4_294_967_295_u32), example = 10)]
    pub max_parallel: Slot<u32>,
    /// How long that pause is, as `2m`; from 10 seconds up, and 0 is none.
    pub stagger: Text<Duration>,
    /// Part of the version that its rebuilds raise, unless the image says otherwise.
    pub version_bump: Text<VersionBump>,
    /// Workflow inputs of the rebuilds that it triggers; `null` takes one away.
    #[schemars(extend("examples" = [{"reason": "base image", "base_image": null}]))]
    pub inputs: Inputs,
    /// Whether a Promotion ends only when the runs that it triggers have, and fails if one of them does. Unless the
    /// image says otherwise.
    #[schemars(extend("default" = false, "examples" = [true, {"timeout": "45m"}]))]
    pub wait_for_run: Slot<Switch<WaitForRun>>,
}

/// An image: you build it if it has `source`; else it is external and only watched.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(extend("required" = ["name"], "allOf" = [{"anyOf": [{"required": ["repository"], "errorMessage": "write the path in the registry, as in repository: myorg/myapp"}, {"required": ["repoURL"]}, {"required": ["enrollment"], "properties": {"enrollment": {"required": ["repository"], "doNotSuggest": true}}}]}, {"anyOf": [{"required": ["source"], "errorMessage": "write source for an image that you build, or tag or tags for one that is only watched"}, {"required": ["tag"]}, {"required": ["tags"]}, {"required": ["allowTags"]}, {"required": ["enrollment"], "properties": {"enrollment": {"required": ["source"], "doNotSuggest": true}}}]}]))]
pub struct Image {
    /// Name of the image and of its Warehouse; no other image has it.
    #[schemars(example = &"myapp")]
    pub name: Text<ObjectName>,
    /// Registry, perhaps with a port. By default that of `defaults`, and docker.io for external images.
    pub registry: Text<Registry>,
    /// Path in the registry, without a tag.
    pub repository: Text<RepositoryPath>,
    /// External images: the tag that is watched for new digests. Text: a number needs quotes.
    pub tag: Text<Tag>,
    /// How published tags are watched. By default every release is, and no prerelease.
    pub tags: Slot<Tags>,
    /// Where the image is built. Without it the image is external.
    pub source: Slot<Source>,
    /// The images that the Dockerfile is built on, in place of what would be found. All of them trigger.
    #[schemars(example = ["node:22-bookworm-slim"])]
    pub base_images: Texts<ImageName>,
    /// How long a base must have had no newer digest before a rebuild, as `7d`. The time starts again with each digest.
    /// 0 is no delay.
    pub rebuild_delay: Text<Duration>,
    /// How long a rebuild waits: in place of `rebuildDelay`, or after the first update where the mode is `fixed`.
    pub delay: Slot<Delay>,
    /// `false`: the Stage is there, and waits until somebody promotes.
    pub auto_rebuild: Slot<bool>,
    /// When its rebuilds may begin.
    pub schedule: Slot<Schedule>,
    /// What follows from the digest that a base has when rebuilds for it begin: `baseline` writes it down and starts nothing,
    /// `rebuild` builds on it.
    pub on_enroll: Text<OnEnroll>,
    /// What bases that move start: `perBase`, each a rebuild; `perImage`, one rebuild for all that move together.
    pub trigger: Text<Trigger>,
    /// With `perImage`, how long a rebuild waits for other bases to move too.
    pub together: Text<Duration>,
    /// Part of the version that a rebuild raises: the input `version_bump`.
    pub version_bump: Text<VersionBump>,
    /// Workflow inputs beside the built-in ones, or in their place; `null` takes one away. GitHub takes 25 in all.
    #[schemars(extend("examples" = [{"reason": "base image", "base_image": null}]))]
    pub inputs: Inputs,
    /// `reduce`: a base does not trigger an image that a chain of images built on the base ends at: that image is rebuilt once,
    /// when the image before it was. `all`: it is rebuilt for both.
    pub cascade: Text<Cascade>,
    /// Whether a Promotion ends only when the run that it started has, and fails if that does. `timeout` is for how long
    /// it waits.
    #[schemars(extend("default" = false, "examples" = [true, {"timeout": "45m"}]))]
    pub wait_for_run: Slot<Switch<WaitForRun>>,
    /// Which uses of a base trigger: FROM of the shipped stage (final), FROM of another (build), COPY --from (copy),
    /// RUN --mount=from (mount), # syntax= (frontend).
    pub triggers: Texts<EdgeKind>,
    /// Globs over references that do not trigger; `*` crosses slashes.
    #[schemars(example = ["ghcr.io/myorg/*"])]
    pub ignore_bases: Slot<Vec<Slot<String>>>,
    /// The Python original's: registry and repository in one, on external images. Write `registry` and `repository`.
    #[serde(rename = "repoURL")]
    #[schemars(example = &"docker.io/library/postgres", extend("deprecated" = true, "deprecationMessage" = "write registry and repository"))]
    pub repo_url: Slot<String>,
    /// The Python original's: a regex of tags, on external images. Write `tag` or `tags`.
    #[schemars(extend("deprecated" = true, "deprecationMessage" = "write tag or tags"))]
    pub allow_tags: Slot<String>,
    /// The Python original's: how `allowTags` is used, on external images. Write `tags.strategy`.
    #[schemars(extend("deprecated" = true, "deprecationMessage" = "write strategy below tags"))]
    pub image_selection_strategy: Slot<String>,
    /// The Python original's: the same keys one level deeper.
    #[schemars(extend("deprecated" = true, "deprecationMessage" = "write these keys on the image itself"))]
    pub enrollment: Slot<Enrollment>,
    /// The Python original's; nothing acts on it.
    #[schemars(extend("deprecated" = true, "deprecationMessage" = "nothing acts on it"))]
    pub updates: Slot<Anything>,
    /// The Python original's; nothing acts on it.
    #[schemars(extend("deprecated" = true, "deprecationMessage" = "nothing acts on it"))]
    pub local: Slot<Anything>,
}

/// The Python original's: keys of the image one level deeper. The image's own win.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Enrollment {
    /// Registry, perhaps with a port.
    pub registry: Text<Registry>,
    /// Path in the registry, without a tag.
    pub repository: Text<RepositoryPath>,
    /// Where the image is built.
    pub source: Slot<Source>,
    /// How long a base must have had no newer digest before a rebuild, as `7d`. The time starts again with each digest.
    /// 0 is no delay.
    pub rebuild_delay: Text<Duration>,
    /// `false`: the Stage is there, and waits until somebody promotes.
    pub auto_rebuild: Slot<bool>,
}
