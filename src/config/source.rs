//! Where an image is built, and how what is published is watched.

use super::hosts::Hook;
use super::images::{Arguments, Text, Texts};
use super::value::{Entries, Slot, Written};
use crate::forge::azure::PipelineId;
use crate::forge::github::WorkflowFile;
use crate::forge::{AnyRepo, Provider};
use crate::grammar::build::{BuildArgument, Platform, Target};
use crate::grammar::fixed::FixedText;
use crate::grammar::git::{Branch, FilePath, RepoPath};
use crate::grammar::kargo::{Regex, SendAs, Strategy};
use crate::reference::{ContextSource, ImageName};
use schemars::JsonSchema;
use serde::Deserialize;

/// Where an image is built.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(extend("required" = ["repo"]))]
pub struct Source {
    /// Who builds it.
    #[schemars(extend("default" = "github"))]
    pub provider: Text<Provider>,
    /// The repository, as `owner/name`; of GitLab with all groups, as `group/subgroup/project`; of Azure DevOps as
    /// `organization/project`, with `/repository` behind that if it is not called like the project.
    pub repo: Text<AnyRepo>,
    /// Branch that is built: the `ref` of the dispatch. By default that of `defaults`.
    pub branch: Text<Branch>,
    /// Path of the Dockerfile in the repository.
    #[schemars(example = &"apps/myapp/Dockerfile")]
    pub dockerfile: Text<FilePath>,
    /// File name of the workflow in `.github/workflows`, `.gitea/workflows` or `.forgejo/workflows`. By default the name of the image
    /// and `.yml`.
    pub workflow: Text<WorkflowFile>,
    /// The stage of the Dockerfile that is shipped; by default the last.
    pub target: Text<Target>,
    /// Path of the build context in the repository.
    pub context: Text<RepoPath>,
    /// Platform that is built.
    #[schemars(extend("default" = "linux/amd64"))]
    pub platform: Text<Platform>,
    /// Values of ARGs that a FROM uses; a list where one run builds with each of them.
    #[schemars(extend("examples" = [{"NODE_VERSION": "22"}, {"NODE_VERSION": ["20", "22"]}]))]
    pub build_args: Slot<Entries<Arguments, Written<BuildArgument>>>,
    /// Named contexts of the build: what a name in FROM or `COPY --from` means that is no image of a registry.
    #[schemars(example = std::collections::BTreeMap::from([("upstream", "docker-image://node:22-slim")]))]
    pub contexts: Slot<Entries<Text<ContextSource>, Written<ImageName>>>,
    /// The number of a pipeline of Azure DevOps: what stands behind `definitionId=` in the address of its page.
    pub pipeline: Text<PipelineId>,
    /// Path of the file in the repository that a pipeline of GitLab or Azure DevOps runs, for `lint`, which looks whether what is
    /// sent fits. GitLab's is `.gitlab-ci.yml` unless it is written; of Azure DevOps none is read.
    #[schemars(example = &"azure-pipelines.yml")]
    pub pipeline_file: Text<FilePath>,
    /// As what a pipeline of GitLab or Azure DevOps is given `inputs`: GitLab's are `variables` unless it says `inputs`, those of
    /// Azure DevOps `parameters` unless it says `variables`.
    pub send_as: Text<SendAs>,
    /// The request that starts a build, with `provider: webhook`.
    pub webhook: Slot<Hook>,
    /// GitLab's, from the Python original; nothing acts on it.
    #[schemars(extend("deprecated" = true, "deprecationMessage" = "nothing acts on it"))]
    pub job: Slot<String>,
}

/// How published tags are watched.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tags {
    /// `SemVer`: the highest version; `Digest`: whatever one tag points at; `Lexical`: the last in the alphabet;
    /// `NewestBuild`: the one built last.
    #[schemars(extend("default" = "SemVer"))]
    pub strategy: Text<Strategy>,
    /// With `SemVer` a range, with `Digest` the tag, which is required then.
    #[schemars(extend("default" = ">=0.0.0"), example = &"^1.2", example = &"latest")]
    pub constraint: Text<FixedText>,
    /// Regexes, one of which a tag must match; not with `Digest`.
    #[schemars(example = ["^v[0-9]+\\."])]
    pub allow: Texts<Regex>,
    /// Regexes, none of which a tag may match; not with `Digest`.
    pub ignore: Texts<Regex>,
}
