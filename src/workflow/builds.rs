//! The image builds of a workflow: a run of bake is as many as it has targets, with what bake files say of each.

use super::bake::{Bake, BakeTarget};
use super::facts::{Build, BuildArg, Job, Workflow};
use crate::source::{At, Span};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::path::Path;

/// Where bake looks unless it is told (<https://docs.docker.com/build/bake/reference/#file-lookup>); Compose files, which it
/// reads too, are not read here.
const BAKE_FILES: [&str; 2] = ["docker-bake.hcl", "docker-bake.json"];

/// One image build: all texts are as written.
#[derive(Clone, Debug)]
pub struct ImageBuild<'a> {
    /// The job that makes it.
    pub job: &'a Job,
    /// The step or the command that makes it, perhaps among others.
    pub run: &'a Build,
    /// The bake file that says what it builds; it is one of bake's targets then.
    pub bake: Option<&'a Bake>,
    /// The build context; without it the folder in which the build runs.
    pub context: Option<&'a At<String>>,
    /// The Dockerfile: see [`ImageBuild::is_in_context`] for what it is relative to. Without it `Dockerfile` in the context.
    pub dockerfile: Option<&'a At<String>>,
    /// The stage that is built.
    pub target: Option<&'a At<String>>,
    /// The platforms, one each.
    pub platforms: &'a [At<String>],
    /// The tags, as written: `ghcr.io/org/app:1.0`.
    pub tags: &'a [At<String>],
    /// The build arguments that it gets, each once.
    pub args: Vec<&'a BuildArg>,
    /// What a person looks at: the command, or the name of the target.
    pub span: Span,
}

impl Workflow {
    /// The image builds of all jobs, in the order of the text. `bakes` are bake files of the repository by path, as
    /// [`bake_files`] names them.
    pub fn image_builds<'a>(&'a self, bakes: &'a [(String, Bake)]) -> impl Iterator<Item = ImageBuild<'a>> {
        self.builds()
            .flat_map(|(job, run)| if run.tool.is_bake() { baked(job, run, bakes) } else { vec![plain(job, run)] })
    }
}

impl ImageBuild<'_> {
    /// Whether the Dockerfile is relative to the context and not to where the build runs: always with bake.
    pub fn is_in_context(&self) -> bool {
        self.bake.is_some() || self.dockerfile.is_none()
    }

    /// The path of its Dockerfile in the repository, where no part of it is only known when it runs.
    pub fn dockerfile_path(&self) -> String {
        let text = |slot: Option<&At<String>>, default: &str| slot.map_or(default, |text| &text.value).to_owned();
        let folder = text(self.run.directory.as_ref(), "");
        let file = text(self.dockerfile, "Dockerfile");
        if self.is_in_context() {
            format!("{folder}/{}/{file}", text(self.context, "."))
        } else {
            format!("{folder}/{file}")
        }
    }
}

/// The bake files that the builds of a workflow may read, as paths in the repository.
pub fn bake_files(workflow: &Workflow) -> BTreeSet<String> {
    workflow.builds().flat_map(|(_, build)| bake_files_of(build)).collect()
}

/// Those of one build, in the order in which bake reads them. None if they are not those of the repository.
fn bake_files_of(build: &Build) -> Vec<String> {
    if !build.tool.is_bake() || build.bake_source.is_some() {
        return Vec::new();
    }
    let mut names: Vec<&str> = build.bake_files.iter().map(|file| file.value.as_str()).collect();
    if names.is_empty() {
        names.extend(BAKE_FILES);
    }
    let is_compose =
        |name: &str| Path::new(name).extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    names.retain(|name| !is_compose(name));
    let folder = build.directory.as_ref().map_or("", |folder| folder.value.as_str());
    let path = |name: &&str| {
        let parts: Vec<&str> =
            folder.split('/').chain(name.split('/')).filter(|part| !matches!(*part, "" | ".")).collect();
        // What leaves the repository is not read.
        (!parts.contains(&"..") && !name.starts_with('/')).then(|| parts.join("/"))
    };
    names.iter().filter_map(path).collect()
}

fn plain<'a>(job: &'a Job, run: &'a Build) -> ImageBuild<'a> {
    ImageBuild {
        job,
        run,
        bake: None,
        context: run.context.as_ref(),
        dockerfile: run.dockerfile.as_ref(),
        target: run.target.as_ref(),
        platforms: &run.platforms,
        tags: &run.tags,
        args: run.effective_args(),
        span: run.span,
    }
}

fn baked<'a>(job: &'a Job, run: &'a Build, bakes: &'a [(String, Bake)]) -> Vec<ImageBuild<'a>> {
    let names: Vec<&str> = run.bake_targets.iter().map(|name| name.value.as_str()).collect();
    let paths = bake_files_of(run);
    let mut builds = Vec::new();
    for (_, bake) in bakes.iter().filter(|(path, _)| paths.contains(path)) {
        builds.extend(bake.selected(&names).into_iter().map(|target| ImageBuild {
            job,
            run,
            bake: Some(bake),
            context: bake.inherited_part(target, |target| target.context.as_ref()),
            dockerfile: bake.inherited_part(target, |target| target.dockerfile.as_ref()),
            target: bake.inherited_part(target, |target| target.target.as_ref()),
            platforms: &target.platforms,
            tags: &target.tags,
            args: args_of(run, bake, target),
            span: target.name.span,
        }));
    }
    builds
}

/// The arguments of a target of bake, with what `set` puts over them.
fn args_of<'a>(run: &'a Build, bake: &'a Bake, target: &'a BakeTarget) -> Vec<&'a BuildArg> {
    let name = target.name.value.as_str();
    let set = run.effective_args().into_iter().filter(|arg| {
        arg.bake_target.as_ref().is_none_or(|pattern| {
            globset::Glob::new(&pattern.value).is_ok_and(|glob| glob.compile_matcher().is_match(name))
        })
    });
    let all = bake.effective_args(name).into_iter().chain(set);
    all.map(|arg| (arg.name.value.as_str(), arg)).collect::<IndexMap<_, _>>().into_values().collect()
}
