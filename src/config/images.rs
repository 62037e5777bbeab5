//! images.yaml exactly as written: plain structs, every value with its place, nothing decided yet.
//!
//! The comments on the fields are what an editor shows: they become the descriptions of the JSON Schema. Keys that several
//! mappings have are written in each of them, since a struct that serde flattens into another one lets unknown keys pass.

use super::schema::text;
use super::value::{Anything, Entries, Slot};
use schemars::JsonSchema;
use serde::Deserialize;

/// A list of texts.
pub type Texts = Slot<Vec<Slot<String>>>;

/// What images share, and the images. One of `images`, `include` and `baseImages` must be there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["images"]}, {"required": ["include"]}, {"required": ["baseImages"]}]))]
pub struct File {
    /// Kargo Project, and the Namespace that everything is in.
    #[schemars(with = "text::Label", extend("default" = "image-factory-kargo"))]
    pub project: Slot<String>,
    /// More labels and annotations of the Namespace.
    pub namespace: Slot<Namespace>,
    /// The Kargo that will run this; what older ones do not know is left out. In quotes, or YAML reads 1.10 as 1.1.
    #[schemars(with = "text::KargoVersion", extend("default" = "1.11"))]
    pub kargo_version: Slot<String>,
    /// Where GitHub is, and what authenticates there.
    pub github: Slot<Github>,
    /// Where GitLab is, and what authenticates there. Checked, not used yet.
    pub gitlab: Slot<Gitlab>,
    /// How long a dispatch is tried.
    pub retry: Slot<Retry>,
    /// What images and bases have unless they say otherwise.
    pub defaults: Slot<Defaults>,
    /// How Dockerfiles are looked at again after each build.
    pub analysis: Slot<Analysis>,
    /// Reserved; not supported yet.
    #[schemars(with = "text::Reserved")]
    pub notifications: Slot<Anything>,
    /// Reserved; not supported yet.
    #[schemars(with = "text::Reserved")]
    pub schedule: Slot<Anything>,
    /// Reserved; not supported yet.
    #[schemars(with = "text::Reserved")]
    pub webhooks: Slot<Anything>,
    /// Settings of base images, by reference.
    pub base_images: Slot<Vec<Slot<BaseImage>>>,
    /// Globs of more files of the same two shapes in this checkout, relative to this one; `*` stays in one folder, `**` does not.
    /// Included files have only `images` and `baseImages`.
    #[schemars(example = ["teams/*.yaml"])]
    pub include: Texts,
    /// The images.
    pub images: Slot<Vec<Slot<Image>>>,
}

/// More labels and annotations of the Namespace, as a Secret sync may select by.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Namespace {
    /// Labels beside those that image-factory sets.
    #[schemars(with = "text::Labels")]
    pub labels: Slot<Entries<Slot<String>>>,
    /// Annotations beside those that image-factory sets.
    #[schemars(with = "text::Annotations")]
    pub annotations: Slot<Entries<Slot<String>>>,
}

/// Where GitHub is, and what authenticates there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Github {
    /// Address of the REST API; of GitHub Enterprise, `https://HOST/api/v3`.
    #[schemars(with = "text::Address", extend("default" = "https://api.github.com"))]
    pub api_url: Slot<String>,
    /// The Secret with the token. The token itself never stands in this file.
    pub credentials: Slot<Credentials>,
}

/// Where GitLab is, and what authenticates there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Gitlab {
    /// Address of the instance.
    #[schemars(with = "text::Address", extend("default" = "https://gitlab.com"))]
    pub url: Slot<String>,
    /// The Secret with the token. The token itself never stands in this file.
    pub credentials: Slot<Credentials>,
}

/// A Secret in the Namespace of the Project, and the key in it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// Name of the Secret.
    #[schemars(with = "text::Name")]
    pub secret: Slot<String>,
    /// Key of its data.
    #[schemars(with = "text::SecretKey")]
    pub key: Slot<String>,
}

/// How long a dispatch is tried that may still succeed.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Retry {
    /// For how long a dispatch is tried that GitHub has put off. The default outlasts the hourly limit of requests.
    #[schemars(with = "text::Interval", extend("default" = "1h10m"))]
    pub timeout: Slot<String>,
    /// How many network errors fail a dispatch.
    #[schemars(extend("default" = 3, "maximum" = 4_294_967_295_u32))]
    pub error_threshold: Slot<u32>,
}

/// How Dockerfiles are looked at again after each build.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Analysis {
    /// `http`: Kargo compares the Dockerfile with the lock; `job`: a Job analyses it; `workflow`: a workflow is dispatched;
    /// `off`: nothing is done.
    #[schemars(with = "text::AnalysisMode", extend("default" = "http"))]
    pub mode: Slot<String>,
    /// The image of image-factory that `job` runs.
    #[schemars(with = "text::Reference")]
    pub image: Slot<String>,
    /// As whom `job` runs it.
    #[schemars(with = "text::Name", extend("default" = "image-factory"))]
    pub service_account: Slot<String>,
    /// Where this images.yaml is, and the workflow there that runs `discover`.
    pub factory: Slot<Factory>,
    /// What follows when a Dockerfile is no longer what the manifests were made from: the Promotion fails, and `dispatch`
    /// also runs the factory's workflow.
    #[schemars(with = "text::OnDrift", extend("default" = "fail"))]
    pub on_drift: Slot<String>,
}

/// Where this images.yaml is, and the workflow there that runs `discover`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Factory {
    /// The repository on GitHub.
    #[schemars(with = "text::Repo")]
    pub repo: Slot<String>,
    /// File name of the workflow.
    #[schemars(with = "text::Workflow", extend("default" = "image-factory.yml"))]
    pub workflow: Slot<String>,
    /// Branch whose workflow runs.
    #[schemars(with = "text::Branch", extend("default" = "main"))]
    pub branch: Slot<String>,
}

/// Workflow inputs; `null` takes a built-in one away.
pub type Inputs = Slot<Entries<Slot<Option<String>>>>;

/// What images and bases have unless they say otherwise.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Defaults {
    /// Registry of the images that you build.
    #[schemars(with = "text::Registry", extend("default" = "ghcr.io"))]
    pub registry: Slot<String>,
    /// Branch that is built: the `ref` of the dispatch.
    #[schemars(with = "text::Branch", extend("default" = "main"))]
    pub branch: Slot<String>,
    /// How long a base must have had no newer digest before a rebuild, as `7d`. The time starts again with each digest.
    /// 0 is no delay.
    #[schemars(with = "text::Delay")]
    pub rebuild_delay: Slot<String>,
    /// `false`: the Stage is there, and waits until somebody promotes.
    #[schemars(extend("default" = true))]
    pub auto_rebuild: Slot<bool>,
    /// Part of the version that a rebuild raises: the input `version_bump`.
    #[schemars(with = "text::VersionBump", extend("default" = "patch"))]
    pub version_bump: Slot<String>,
    /// Workflow inputs beside the built-in ones, or in their place; `null` takes one away. GitHub takes 25 in all.
    #[schemars(with = "text::Inputs")]
    pub inputs: Inputs,
    /// Which uses of a base trigger: FROM of the shipped stage (final), FROM of another (build), COPY --from (copy),
    /// RUN --mount=from (mount), # syntax= (frontend).
    #[schemars(with = "Vec<text::Trigger>", extend("default" = ["final", "build", "copy", "mount"]))]
    pub triggers: Texts,
    /// Globs over references that do not trigger; `*` crosses slashes.
    #[schemars(example = ["ghcr.io/myorg/*"])]
    pub ignore_bases: Texts,
    /// How often Kargo looks at a base or an external image.
    #[schemars(with = "text::Interval", extend("default" = "24h"))]
    pub base_interval: Slot<String>,
    /// How often Kargo looks at an image that you build. Under 5m has no effect with Kargo's default settings.
    #[schemars(with = "text::Interval", extend("default" = "5m"))]
    pub image_interval: Slot<String>,
}

/// Settings of one base image.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(extend("required" = ["image"]))]
pub struct BaseImage {
    /// The reference that the settings are for; a digest in it is ignored.
    #[schemars(with = "text::Reference")]
    pub image: Slot<String>,
    /// Name of its Warehouse, and the input `base_image`; by default it is made from the reference.
    #[schemars(with = "text::Name", example = &"node-22")]
    pub name: Slot<String>,
    /// How often Kargo looks at it.
    #[schemars(with = "text::Interval", extend("default" = "24h"))]
    pub interval: Slot<String>,
    /// How long it must have had no newer digest before the rebuilds that it triggers, unless the image says otherwise.
    #[schemars(with = "text::Delay")]
    pub rebuild_delay: Slot<String>,
    /// `false`: the rebuilds that it triggers wait until somebody promotes, unless the image says otherwise.
    pub auto_rebuild: Slot<bool>,
    /// Part of the version that its rebuilds raise, unless the image says otherwise.
    #[schemars(with = "text::VersionBump")]
    pub version_bump: Slot<String>,
    /// Workflow inputs of the rebuilds that it triggers; `null` takes one away.
    #[schemars(with = "text::Inputs")]
    pub inputs: Inputs,
}

/// An image: you build it if it has `source`; else it is external and only watched.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(extend("required" = ["name"], "allOf" = [{"anyOf": [{"required": ["repository"]}, {"required": ["repoURL"]}, {"required": ["enrollment"], "properties": {"enrollment": {"required": ["repository"]}}}]}, {"anyOf": [{"required": ["source"]}, {"required": ["tag"]}, {"required": ["tags"]}, {"required": ["allowTags"]}, {"required": ["enrollment"], "properties": {"enrollment": {"required": ["source"]}}}]}]))]
pub struct Image {
    /// Name of the image and of its Warehouse; no other image has it.
    #[schemars(with = "text::Name", example = &"myapp")]
    pub name: Slot<String>,
    /// Registry, perhaps with a port. By default that of `defaults`, and docker.io for external images.
    #[schemars(with = "text::Registry")]
    pub registry: Slot<String>,
    /// Path in the registry, without a tag.
    #[schemars(with = "text::Repository")]
    pub repository: Slot<String>,
    /// External images: the tag that is watched for new digests. Text: a number needs quotes.
    #[schemars(with = "text::Tag")]
    pub tag: Slot<String>,
    /// How published tags are watched. By default every release is, and no prerelease.
    pub tags: Slot<Tags>,
    /// Where the image is built. Without it the image is external.
    pub source: Slot<Source>,
    /// The images that the Dockerfile is built on, in place of what would be found. All of them trigger.
    #[schemars(with = "Vec<text::Reference>", example = ["node:22-bookworm-slim"])]
    pub base_images: Texts,
    /// How long a base must have had no newer digest before a rebuild, as `7d`. The time starts again with each digest.
    /// 0 is no delay.
    #[schemars(with = "text::Delay")]
    pub rebuild_delay: Slot<String>,
    /// `false`: the Stage is there, and waits until somebody promotes.
    pub auto_rebuild: Slot<bool>,
    /// Part of the version that a rebuild raises: the input `version_bump`.
    #[schemars(with = "text::VersionBump")]
    pub version_bump: Slot<String>,
    /// Workflow inputs beside the built-in ones, or in their place; `null` takes one away. GitHub takes 25 in all.
    #[schemars(with = "text::Inputs")]
    pub inputs: Inputs,
    /// Which uses of a base trigger: FROM of the shipped stage (final), FROM of another (build), COPY --from (copy),
    /// RUN --mount=from (mount), # syntax= (frontend).
    #[schemars(with = "Vec<text::Trigger>")]
    pub triggers: Texts,
    /// Globs over references that do not trigger; `*` crosses slashes.
    #[schemars(example = ["ghcr.io/myorg/*"])]
    pub ignore_bases: Texts,
    /// The Python original's: registry and repository in one, on external images. Write `registry` and `repository`.
    #[serde(rename = "repoURL")]
    #[schemars(with = "text::RepositoryReference")]
    pub repo_url: Slot<String>,
    /// The Python original's: a regex of tags, on external images. Write `tag` or `tags`.
    pub allow_tags: Slot<String>,
    /// The Python original's: how `allowTags` is used, on external images. Write `tags.strategy`.
    pub image_selection_strategy: Slot<String>,
    /// The Python original's: the same keys one level deeper.
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
    #[schemars(with = "text::Registry")]
    pub registry: Slot<String>,
    /// Path in the registry, without a tag.
    #[schemars(with = "text::Repository")]
    pub repository: Slot<String>,
    /// Where the image is built.
    pub source: Slot<Source>,
    /// How long a base must have had no newer digest before a rebuild, as `7d`. The time starts again with each digest.
    /// 0 is no delay.
    #[schemars(with = "text::Delay")]
    pub rebuild_delay: Slot<String>,
    /// `false`: the Stage is there, and waits until somebody promotes.
    pub auto_rebuild: Slot<bool>,
}

/// Where an image is built.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(extend("required" = ["repo"]))]
pub struct Source {
    /// Who runs the workflow; only GitHub for now.
    #[schemars(with = "text::Provider", extend("default" = "github"))]
    pub provider: Slot<String>,
    /// The repository, as `owner/name`.
    #[schemars(with = "text::Repo")]
    pub repo: Slot<String>,
    /// Branch that is built: the `ref` of the dispatch. By default that of `defaults`.
    #[schemars(with = "text::Branch")]
    pub branch: Slot<String>,
    /// Path of the Dockerfile in the repository.
    #[schemars(with = "text::Path", example = &"apps/myapp/Dockerfile")]
    pub dockerfile: Slot<String>,
    /// File name of the workflow in `.github/workflows`. By default the name of the image and `.yml`.
    #[schemars(with = "text::Workflow")]
    pub workflow: Slot<String>,
    /// The stage of the Dockerfile that is shipped; by default the last.
    pub target: Slot<String>,
    /// Path of the build context in the repository.
    #[schemars(with = "text::Path")]
    pub context: Slot<String>,
    /// Platform that is built.
    #[schemars(with = "text::Platform", extend("default" = "linux/amd64"))]
    pub platform: Slot<String>,
    /// Values of ARGs that a FROM uses.
    #[schemars(example = std::collections::BTreeMap::from([("NODE_VERSION", "22")]))]
    pub build_args: Slot<Entries<Slot<String>>>,
    /// GitLab's, from the Python original; nothing acts on it.
    #[schemars(extend("deprecated" = true, "deprecationMessage" = "nothing acts on it; write workflow for a workflow on GitHub"))]
    pub pipeline: Slot<String>,
    /// GitLab's, from the Python original; nothing acts on it.
    #[schemars(extend("deprecated" = true, "deprecationMessage" = "nothing acts on it; write workflow for a workflow on GitHub"))]
    pub job: Slot<String>,
}

/// How published tags are watched.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tags {
    /// `SemVer`: the highest version; `Digest`: whatever one tag points at; `Lexical`: the last in the alphabet;
    /// `NewestBuild`: the one built last.
    #[schemars(with = "text::Strategy", extend("default" = "SemVer"))]
    pub strategy: Slot<String>,
    /// With `SemVer` a range, with `Digest` the tag, which is required then.
    #[schemars(extend("default" = ">=0.0.0"), example = &"^1.2", example = &"latest")]
    pub constraint: Slot<String>,
    /// Regexes, one of which a tag must match; not with `Digest`.
    #[schemars(example = ["^v[0-9]+\\."])]
    pub allow: Texts,
    /// Regexes, none of which a tag may match; not with `Digest`.
    pub ignore: Texts,
}
