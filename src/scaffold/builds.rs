//! What workflows build: each build with its Dockerfile, and where it pushes to, as far as texts say.

use super::propose::{RepositoryFiles, WorkflowFile};
use super::template::{Captures, Template, is_hole};
use crate::grammar::build::Platform;
use crate::model::Reference;
use crate::source::At;
use crate::workflow::{Bake, BuildArg, BuildTool, ImageBuild, Job};

pub(super) struct BuildPattern<'a> {
    /// The workflow that makes it, by its index.
    pub(super) workflow: usize,
    /// Path of the Dockerfile in the repository.
    pub(super) dockerfile: Template,
    context: Option<Template>,
    target: Option<Template>,
    platforms: Vec<Template>,
    tags: Vec<Template>,
    /// Build arguments, each once.
    pub(super) args: Vec<&'a BuildArg>,
}

/// A build of one Dockerfile.
pub(super) struct MatchedBuild<'a> {
    pub(super) workflow: usize,
    /// Whether nothing but the name of the file says that it is this one.
    pub(super) is_open: bool,
    /// The path as the workflow writes it, if it has holes.
    pub(super) pattern: Option<String>,
    /// A folder of the repository other than its root.
    pub(super) context: Option<String>,
    pub(super) target: Option<String>,
    pub(super) platform: Option<String>,
    pub(super) pushed: Vec<PushTarget>,
    pub(super) args: Vec<&'a BuildArg>,
}

/// What a tag says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PushTarget {
    /// A repository in a registry; the reference has no tag.
    To(Reference),
    /// A name of the machine that builds: it has no slash.
    Local(String),
    /// Something that is known only when it runs, as it is written.
    Computed(String),
}

/// All builds, in the order of the workflows.
pub(super) fn all<'a>(input: &RepositoryFiles<'a>) -> Vec<BuildPattern<'a>> {
    let mut found = Vec::new();
    for (index, file) in input.workflows.iter().enumerate() {
        found.extend(file.workflow.image_builds(&file.bakes).filter_map(|build| {
            let scope = Scope { input, file, job: build.job, bake: build.bake };
            of_build(index, &scope, build)
        }));
    }
    found
}

impl<'a> BuildPattern<'a> {
    /// What it is if its Dockerfile is this one.
    pub(super) fn of(&self, path: &str) -> Option<MatchedBuild<'a>> {
        let captures = self.dockerfile.fits(path)?;
        let known = |template: &Option<Template>| {
            let text = template.as_ref()?.filled(&captures);
            (!text.is_empty() && !text.contains(is_hole)).then_some(text)
        };
        let platform = match self.platforms.as_slice() {
            [one] => Some(one.filled(&captures)),
            _ => None,
        };
        Some(MatchedBuild {
            workflow: self.workflow,
            is_open: self.dockerfile.is_open(),
            pattern: self.dockerfile.whole().is_none().then(|| self.dockerfile.written.clone()),
            context: known(&self.context),
            target: known(&self.target),
            platform: platform.filter(|platform| !platform.contains(is_hole) && Platform::DEFAULT != **platform),
            pushed: self.tags.iter().map(|tag| pushed(tag, &captures)).collect(),
            args: self.args.clone(),
        })
    }
}

fn pushed(tag: &Template, captures: &Captures) -> PushTarget {
    let text = tag.filled(captures);
    let text = text.split('@').next().unwrap_or_default();
    let name = match text.rsplit_once(':') {
        // A colon before the last slash belongs to a port.
        Some((name, tag)) if !tag.contains('/') => name,
        _ => text,
    };
    if name.contains(is_hole) {
        return PushTarget::Computed(tag.written.clone());
    }
    // Registries know lower case alone, and names of repositories on GitHub have both: workflows fold them in many ways.
    let name = name.to_ascii_lowercase();
    match Reference::parse(&name) {
        Ok(_) if !name.contains('/') => PushTarget::Local(name),
        Ok(reference) if reference.refused_by_kargo().is_none() => PushTarget::To(reference),
        _ => PushTarget::Computed(tag.written.clone()),
    }
}

/// What is known where a build stands.
struct Scope<'i, 'a> {
    input: &'i RepositoryFiles<'a>,
    file: &'a WorkflowFile,
    job: &'a Job,
    /// The bake file that the texts are from.
    bake: Option<&'a Bake>,
}

impl Scope<'_, '_> {
    fn template(&self, text: &str) -> Template {
        // What is only known in part comes from bake files with its quotes.
        let bare = self.bake.and_then(|_| text.strip_prefix('"')?.strip_suffix('"'));
        Template::new(bare.unwrap_or(text), &|name| self.known(name))
    }

    fn word(&self, text: Option<&At<String>>) -> Option<Template> {
        text.map(|text| self.template(&text.value))
    }

    fn known(&self, name: &str) -> Option<String> {
        let repo = || self.input.origin.map(|origin| origin.repo.clone());
        match name {
            "github.repository" => repo(),
            "github.repository_owner" => repo()?.split_once('/').map(|(owner, _)| owner.to_owned()),
            "github.event.repository.name" => repo()?.split_once('/').map(|(_, name)| name.to_owned()),
            "github.workspace" => Some(".".to_owned()),
            name => {
                let name = name.strip_prefix("env.")?;
                let mut variables = self.bake.iter().flat_map(|bake| &bake.variables);
                if let Some(variable) = variables.find(|variable| variable.name.value == name) {
                    return variable.default.as_ref().map(|default| default.value.clone());
                }
                let mut all = self.job.env.iter().chain(&self.file.workflow.env);
                all.find(|(key, _)| key.value == name).map(|(_, value)| value.value.clone())
            }
        }
    }

    /// The tags of a build: as written, or the images of the step that makes them. That step is also meant where a build
    /// names no tags and there is one such step alone: it is pushed by digest then, and tagged later.
    fn tags(&self, tags: &[At<String>]) -> Vec<Template> {
        let mut found = Vec::new();
        for tag in tags {
            let output = |name: &str| {
                let inner = tag.value.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
                inner.strip_prefix("steps.")?.strip_suffix(name).map(str::to_owned)
            };
            let step = output(".outputs.tags")
                .and_then(|id| self.job.metadata.iter().find(|step| step.id.as_ref().is_some_and(|at| at.value == id)));
            match step {
                Some(step) => found.extend(self.images(&step.images)),
                None => found.push(self.template(&tag.value)),
            }
        }
        if let ([], [step]) = (tags, self.job.metadata.as_slice()) {
            found.extend(self.images(&step.images));
        }
        found
    }

    fn images(&self, images: &[At<String>]) -> Vec<Template> {
        let name = |text: &str| match text.strip_prefix("name=") {
            Some(name) => Some(name.to_owned()),
            None => (!text.contains('=') || text.contains("${{")).then(|| text.to_owned()),
        };
        images.iter().filter_map(|image| name(&image.value)).map(|name| self.template(&name)).collect()
    }
}

/// A build as templates. `None` if what it builds is not in the repository.
fn of_build<'a>(workflow: usize, scope: &Scope<'_, 'a>, build: ImageBuild<'a>) -> Option<BuildPattern<'a>> {
    // Where bake runs is said by the workflow alone.
    let folder = Scope { bake: None, ..*scope }.word(build.run.directory.as_ref()).unwrap_or_default();
    let context = build.context.map_or(if build.bake.is_some() { "" } else { "." }, |context| &*context.value);
    // The action's own word for the repository.
    let context = match context.strip_prefix("{{defaultContext}}") {
        Some(rest) if build.run.tool == BuildTool::BuildPushAction => rest.strip_prefix(':').unwrap_or(".").to_owned(),
        _ => context.to_owned(),
    };
    let is_elsewhere = |path: &str| path.contains("://") || path == "-";
    // An address, of which only the file might be ours; or stdin.
    let elsewhere = build.bake.is_none() && (is_elsewhere(&context) || context.starts_with("git@"));
    let context = scope.template(&context).under(&folder);
    let file = build.dockerfile.map_or("Dockerfile", |file| &*file.value);
    let base = if build.is_in_context() { &context } else { &folder };
    if build.bake.is_none() && (is_elsewhere(file) || (elsewhere && build.is_in_context())) {
        return None;
    }
    Some(BuildPattern {
        workflow,
        dockerfile: scope.template(file).under(base).path()?,
        context: if elsewhere { None } else { context.path() },
        target: scope.word(build.target),
        platforms: build.platforms.iter().map(|at| scope.template(&at.value)).collect(),
        tags: scope.tags(build.tags),
        args: build.args,
    })
}
