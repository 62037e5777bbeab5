//! What workflows build: each build with its Dockerfile, and where it pushes to, as far as texts say.

use super::propose::{Input, WorkflowFile};
use super::words::{Captures, Template, is_hole};
use crate::lint::bake_files;
use crate::model::Reference;
use crate::source::At;
use crate::workflow::{Bake, BakeTarget, Build, BuildArg, Job, Tool};
use indexmap::IndexMap;

/// A build.
pub(super) struct Built<'a> {
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
pub(super) struct Made<'a> {
    pub(super) workflow: usize,
    /// Whether nothing but the name of the file says that it is this one.
    pub(super) is_open: bool,
    /// The path as the workflow writes it, if it has holes.
    pub(super) pattern: Option<String>,
    /// A folder of the repository other than its root.
    pub(super) context: Option<String>,
    pub(super) target: Option<String>,
    pub(super) platform: Option<String>,
    pub(super) pushed: Vec<Pushed>,
    pub(super) args: Vec<&'a BuildArg>,
}

/// What a tag says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// A repository in a registry; the reference has no tag.
    To(Reference),
    /// A name of the machine that builds: it has no slash.
    Local(String),
    /// Something that is known only when it runs, as it is written.
    Computed(String),
}

/// All builds, in the order of the workflows.
pub(super) fn all<'a>(input: &Input<'a>) -> Vec<Built<'a>> {
    let mut found = Vec::new();
    for (index, file) in input.workflows.iter().enumerate() {
        for (job, build) in file.workflow.builds() {
            let scope = Scope { input, file, job, bake: None };
            if build.tool.is_bake() {
                baked(index, &scope, build, &mut found);
            } else {
                found.extend(plain(index, &scope, build));
            }
        }
    }
    found
}

impl<'a> Built<'a> {
    /// What it is if its Dockerfile is this one.
    pub(super) fn of(&self, path: &str) -> Option<Made<'a>> {
        let captures = self.dockerfile.fits(path)?;
        let known = |template: &Option<Template>| {
            let text = template.as_ref()?.filled(&captures);
            (!text.is_empty() && !text.contains(is_hole)).then_some(text)
        };
        let platform = match self.platforms.as_slice() {
            [one] => Some(one.filled(&captures)),
            _ => None,
        };
        Some(Made {
            workflow: self.workflow,
            is_open: self.dockerfile.is_open(),
            pattern: self.dockerfile.whole().is_none().then(|| self.dockerfile.written.clone()),
            context: known(&self.context),
            target: known(&self.target),
            platform: platform.filter(|platform| !platform.contains(is_hole) && platform != crate::model::PLATFORM),
            pushed: self.tags.iter().map(|tag| pushed(tag, &captures)).collect(),
            args: self.args.clone(),
        })
    }
}

fn pushed(tag: &Template, captures: &Captures) -> Pushed {
    let text = tag.filled(captures);
    let text = text.split('@').next().unwrap_or_default();
    let name = match text.rsplit_once(':') {
        // A colon before the last slash belongs to a port.
        Some((name, tag)) if !tag.contains('/') => name,
        _ => text,
    };
    if name.contains(is_hole) {
        return Pushed::Computed(tag.written.clone());
    }
    // Registries know lower case alone, and names of repositories on GitHub have both: workflows fold them in many ways.
    let name = name.to_ascii_lowercase();
    match Reference::parse(&name) {
        Ok(_) if !name.contains('/') => Pushed::Local(name),
        Ok(reference) if reference.refused_by_kargo().is_none() => Pushed::To(reference),
        _ => Pushed::Computed(tag.written.clone()),
    }
}

/// What is known where a build stands.
struct Scope<'i, 'a> {
    input: &'i Input<'a>,
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

/// A build by the action or a command. `None` if what it builds is not in the repository.
fn plain<'a>(workflow: usize, scope: &Scope<'_, 'a>, build: &'a Build) -> Option<Built<'a>> {
    let folder = scope.word(build.directory.as_ref()).unwrap_or_default();
    let context = build.context.as_ref().map_or(".", |context| &*context.value);
    // The action's own word for the repository.
    let context = match context.strip_prefix("{{defaultContext}}") {
        Some(rest) if build.tool == Tool::BuildPushAction => rest.strip_prefix(':').unwrap_or(".").to_owned(),
        _ => context.to_owned(),
    };
    // An address, of which only the file might be ours; or stdin.
    let elsewhere = context.contains("://") || context.starts_with("git@") || context == "-";
    let context = scope.template(&context);
    let dockerfile = match &build.dockerfile {
        Some(path) if path.value.contains("://") || path.value == "-" => return None,
        Some(path) => scope.template(&path.value).under(&folder),
        None if elsewhere => return None,
        None => scope.template("Dockerfile").under(&context.under(&folder)),
    };
    Some(Built {
        workflow,
        dockerfile: dockerfile.path()?,
        context: if elsewhere { None } else { context.under(&folder).path() },
        target: scope.word(build.target.as_ref()),
        platforms: build.platforms.iter().map(|at| scope.template(&at.value)).collect(),
        tags: scope.tags(&build.tags),
        args: build.effective_args(),
    })
}

/// The builds of one run of bake: its targets, with what `set` puts over their arguments.
fn baked<'a>(workflow: usize, scope: &Scope<'_, 'a>, build: &'a Build, found: &mut Vec<Built<'a>>) {
    let names: Vec<&str> = build.bake_targets.iter().map(|name| name.value.as_str()).collect();
    let folder = scope.word(build.directory.as_ref()).unwrap_or_default();
    let paths = bake_files(build);
    for (_, bake) in scope.file.bakes.iter().filter(|(path, _)| paths.contains(path)) {
        let scope = Scope { bake: Some(bake), ..*scope };
        for target in bake.selected(&names) {
            let name = target.name.value.as_str();
            let of_parents = |part: fn(&BakeTarget) -> Option<&At<String>>| {
                let own = part(target);
                own.or_else(|| {
                    let parents = target.inherits.iter().rev();
                    let mut parents =
                        parents.filter_map(|name| bake.targets.iter().find(|t| t.name.value == name.value));
                    parents.find_map(part)
                })
            };
            let context = scope.word(of_parents(|target| target.context.as_ref())).unwrap_or_default();
            let file = of_parents(|target| target.dockerfile.as_ref()).map_or("Dockerfile", |file| &*file.value);
            let here = context.under(&folder);
            let Some(dockerfile) = scope.template(file).under(&here).path() else { continue };
            let mut args: IndexMap<&str, &BuildArg> = IndexMap::new();
            let set = build.effective_args().into_iter().filter(|arg| {
                arg.bake_target.as_ref().is_none_or(|pattern| {
                    globset::Glob::new(&pattern.value).is_ok_and(|glob| glob.compile_matcher().is_match(name))
                })
            });
            for arg in bake.effective_args(name).into_iter().chain(set) {
                args.insert(&arg.name.value, arg);
            }
            found.push(Built {
                workflow,
                dockerfile,
                context: here.path(),
                target: scope.word(of_parents(|target| target.target.as_ref())),
                platforms: target.platforms.iter().map(|at| scope.template(&at.value)).collect(),
                tags: scope.tags(&target.tags),
                args: args.into_values().collect(),
            });
        }
    }
}
