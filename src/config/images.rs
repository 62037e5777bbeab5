//! images.yaml exactly as written: plain structs, every value with its place, nothing decided yet.

use super::value::{Anything, Entries, Slot};
use serde::Deserialize;

/// A list of texts.
pub type Texts = Slot<Vec<Slot<String>>>;

/// The mapping shape; the bare list is a [`File`] that has only `images`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct File {
    /// Kargo Project and namespace.
    pub project: Slot<String>,
    /// More labels and annotations of the Namespace.
    pub namespace: Slot<Namespace>,
    /// "1.9", "1.10" or "1.11".
    pub kargo_version: Slot<String>,
    /// Where GitHub is and what authenticates there.
    pub github: Slot<Github>,
    /// Where GitLab is and what authenticates there.
    pub gitlab: Slot<Gitlab>,
    /// How long a dispatch is tried.
    pub retry: Slot<Retry>,
    /// What images and bases have unless they say otherwise.
    pub defaults: Slot<Defaults>,
    /// How Dockerfiles are looked at again.
    pub analysis: Slot<Analysis>,
    /// A later issue's.
    pub notifications: Slot<Anything>,
    /// A later issue's.
    pub schedule: Slot<Anything>,
    /// A later issue's.
    pub webhooks: Slot<Anything>,
    /// Settings for bases, by reference.
    pub base_images: Slot<Vec<Slot<BaseImage>>>,
    /// Globs of more files, relative to this one.
    pub include: Texts,
    /// The images.
    pub images: Slot<Vec<Slot<Image>>>,
}

/// `namespace`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Namespace {
    /// Labels beside ours.
    pub labels: Slot<Entries<Slot<String>>>,
    /// Annotations beside ours.
    pub annotations: Slot<Entries<Slot<String>>>,
}

/// `github`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Github {
    /// Address of the REST API, without a slash at the end.
    pub api_url: Slot<String>,
    /// Secret with the token.
    pub credentials: Slot<Credentials>,
}

/// `gitlab`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gitlab {
    /// Address of the instance.
    pub url: Slot<String>,
    /// Secret with the token.
    pub credentials: Slot<Credentials>,
}

/// A Secret and the key in it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// Name of the Secret in the Project's namespace.
    pub secret: Slot<String>,
    /// Key of its data.
    pub key: Slot<String>,
}

/// `retry`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Retry {
    /// For how long a dispatch that can still succeed is sent again.
    pub timeout: Slot<String>,
    /// How many network errors fail it.
    pub error_threshold: Slot<u32>,
}

/// `analysis`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Analysis {
    /// `http`, `job`, `workflow` or `off`.
    pub mode: Slot<String>,
    /// The image of this tool that `job` runs.
    pub image: Slot<String>,
    /// As whom `job` runs it.
    pub service_account: Slot<String>,
    /// Where this images.yaml is, and the workflow there that runs `discover`.
    pub factory: Slot<Factory>,
    /// `fail` or `dispatch`.
    pub on_drift: Slot<String>,
}

/// `analysis.factory`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Factory {
    /// `owner/name`.
    pub repo: Slot<String>,
    /// File name of the workflow.
    pub workflow: Slot<String>,
    /// Branch whose workflow runs.
    pub branch: Slot<String>,
}

/// Workflow inputs; `null` takes a built-in one away.
pub type Inputs = Slot<Entries<Slot<Option<String>>>>;

/// `defaults`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Defaults {
    /// Registry of managed images.
    pub registry: Slot<String>,
    /// Branch that is built.
    pub branch: Slot<String>,
    /// How long a base must be quiet before a rebuild.
    pub rebuild_delay: Slot<String>,
    /// Whether a rebuild needs nobody's word.
    pub auto_rebuild: Slot<bool>,
    /// Part of the version that a rebuild raises.
    pub version_bump: Slot<String>,
    /// Workflow inputs.
    pub inputs: Inputs,
    /// Kinds of edges that trigger.
    pub triggers: Texts,
    /// Globs over references that do not.
    pub ignore_bases: Texts,
    /// How often a base is looked at.
    pub base_interval: Slot<String>,
    /// How often a managed image is looked at.
    pub image_interval: Slot<String>,
}

/// An item of the root's `baseImages`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct BaseImage {
    /// The reference that the settings are for.
    pub image: Slot<String>,
    /// Name of its Warehouse, in place of the derived one.
    pub name: Slot<String>,
    /// How often it is looked at.
    pub interval: Slot<String>,
    /// Delay of dependents that say none.
    pub rebuild_delay: Slot<String>,
    /// Whether dependents that do not say are rebuilt automatically.
    pub auto_rebuild: Slot<bool>,
    /// Version part that its rebuilds raise.
    pub version_bump: Slot<String>,
    /// Inputs of its rebuilds.
    pub inputs: Inputs,
}

/// An image: managed if it has `source`, else external.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Image {
    /// Name of the image, of its Warehouse and in its steps.
    pub name: Slot<String>,
    /// Registry without a scheme.
    pub registry: Slot<String>,
    /// Path in the registry.
    pub repository: Slot<String>,
    /// Tag of an external image, watched by digest.
    pub tag: Slot<String>,
    /// How its tags are watched.
    pub tags: Slot<Tags>,
    /// Where it is built.
    pub source: Slot<Source>,
    /// Its bases, in place of what discovery finds.
    pub base_images: Texts,
    /// How long a base must be quiet before a rebuild.
    pub rebuild_delay: Slot<String>,
    /// Whether a rebuild needs nobody's word.
    pub auto_rebuild: Slot<bool>,
    /// Part of the version that a rebuild raises.
    pub version_bump: Slot<String>,
    /// Workflow inputs.
    pub inputs: Inputs,
    /// Kinds of edges that trigger.
    pub triggers: Texts,
    /// Globs over references that do not.
    pub ignore_bases: Texts,
    /// The Python original's: registry and repository in one.
    #[serde(rename = "repoURL")]
    pub repo_url: Slot<String>,
    /// The Python original's: a regex of tags.
    pub allow_tags: Slot<String>,
    /// The Python original's: how `allowTags` is used.
    pub image_selection_strategy: Slot<String>,
    /// The Python original's: the same keys one level deeper.
    pub enrollment: Slot<Enrollment>,
    /// The Python original's; nothing acts on it.
    pub updates: Slot<Anything>,
    /// The Python original's; nothing acts on it.
    pub local: Slot<Anything>,
}

/// `enrollment` of the Python original.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Enrollment {
    /// As in [`Image`].
    pub registry: Slot<String>,
    /// As in [`Image`].
    pub repository: Slot<String>,
    /// As in [`Image`].
    pub source: Slot<Source>,
    /// As in [`Image`].
    pub rebuild_delay: Slot<String>,
    /// As in [`Image`].
    pub auto_rebuild: Slot<bool>,
}

/// `source`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Source {
    /// `github` or `gitlab`.
    pub provider: Slot<String>,
    /// `owner/name`.
    pub repo: Slot<String>,
    /// Branch that is built.
    pub branch: Slot<String>,
    /// Path of the Dockerfile in the repository.
    pub dockerfile: Slot<String>,
    /// File name of the workflow.
    pub workflow: Slot<String>,
    /// Build stage that is shipped.
    pub target: Slot<String>,
    /// Build context in the repository.
    pub context: Slot<String>,
    /// Platform that is built, as `linux/amd64`.
    pub platform: Slot<String>,
    /// Values for ARGs in FROM.
    pub build_args: Slot<Entries<Slot<String>>>,
    /// GitLab's pipeline file, from the Python original.
    pub pipeline: Slot<String>,
    /// GitLab's job, from the Python original.
    pub job: Slot<String>,
}

/// `tags`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tags {
    /// `SemVer`, `Digest`, `Lexical` or `NewestBuild`.
    pub strategy: Slot<String>,
    /// A range of versions for `SemVer`, a tag for `Digest`.
    pub constraint: Slot<String>,
    /// Regexes, one of which a tag must match.
    pub allow: Texts,
    /// Regexes, none of which a tag may match.
    pub ignore: Texts,
}
