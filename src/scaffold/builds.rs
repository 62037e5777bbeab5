//! What workflows build: each build with its Dockerfile, and where it pushes to, as far as texts say.

use super::propose::RepositoryFiles;
use crate::forge::is_loopback;
use crate::grammar::build::Platform;
use crate::model::Reference;
use crate::workflow::build::{Build, Location, NamedContext};
use crate::workflow::value::{Captures, HOLE, Text};

pub(super) struct BuildPattern<'a> {
    /// The workflow that makes it, by its index.
    pub(super) workflow: usize,
    /// Path of the Dockerfile in the repository.
    pub(super) dockerfile: &'a Text,
    build: &'a Build,
}

/// A build of one Dockerfile.
pub(super) struct MatchedBuild {
    pub(super) workflow: usize,
    /// Whether nothing but the name of the file says that it is this one.
    pub(super) is_open: bool,
    /// The path as the workflow writes it, if it has holes.
    pub(super) pattern: Option<String>,
    /// A folder of the repository other than its root.
    pub(super) context: Option<String>,
    pub(super) target: Option<String>,
    pub(super) platform: Option<String>,
    /// Where it is pushed to; or else what it is called.
    pub(super) pushed: Vec<PushTarget>,
    /// Build arguments with their values, as far as they are known.
    pub(super) args: Vec<(String, Option<String>)>,
    /// Named contexts: an image, a folder of the repository or what is neither, as far as it is known.
    pub(super) contexts: Vec<(String, Option<String>)>,
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

/// All builds of files that may be here, in the order of the workflows.
pub(super) fn all<'a>(input: &RepositoryFiles<'a>) -> Vec<BuildPattern<'a>> {
    let mut found = Vec::new();
    for (workflow, file) in input.workflows.iter().enumerate() {
        for build in file.runs.iter().flat_map(|run| &run.builds) {
            if let Location::Here(dockerfile) = &build.dockerfile {
                found.push(BuildPattern { workflow, dockerfile, build });
            }
        }
    }
    found
}

impl BuildPattern<'_> {
    /// What it is if its Dockerfile is this one.
    pub(super) fn of(&self, path: &str) -> Option<MatchedBuild> {
        let captures = self.dockerfile.fits_path(path)?;
        let build = self.build;
        let known = |text: &Text| text.filled(&captures).known().filter(|text| !text.is_empty()).map(str::to_owned);
        let context = match &build.context {
            Location::Here(context) => known(context),
            _ => None,
        };
        let platform = match build.platforms.as_slice() {
            [one] => known(one),
            _ => None,
        };
        let called = if build.destinations.is_empty() { &build.tags } else { &build.destinations };
        let arg = |name: &Text, value: &Text| {
            Some((name.known()?.to_owned(), value.filled(&captures).known().map(str::to_owned)))
        };
        let named = |context: &NamedContext| {
            let source = match &context.location {
                Some(Location::Here(folder)) if folder.is_empty() => Some(".".to_owned()),
                Some(Location::Here(folder)) => folder.filled(&captures).known().map(str::to_owned),
                _ => context.source.filled(&captures).known().map(str::to_owned),
            };
            Some((context.name.known()?.to_owned(), source))
        };
        Some(MatchedBuild {
            workflow: self.workflow,
            is_open: self.dockerfile.marked().starts_with(HOLE),
            pattern: self.dockerfile.known().is_none().then(|| self.dockerfile.to_string()),
            context,
            target: build.target.as_ref().and_then(known),
            platform: platform.filter(|platform| Platform::DEFAULT != **platform),
            pushed: called.iter().map(|tag| pushed(tag, &captures)).collect(),
            args: build.args.iter().filter_map(|set| arg(&set.name, &set.value)).collect(),
            contexts: build.contexts.iter().filter_map(named).collect(),
        })
    }
}

fn pushed(tag: &Text, captures: &Captures) -> PushTarget {
    let filled = tag.filled(captures);
    let text = filled.marked().split('@').next().unwrap_or_default();
    let name = match text.rsplit_once(':') {
        // A colon before the last slash belongs to a port.
        Some((name, tag)) if !tag.contains('/') => name,
        _ => text,
    };
    if name.contains(HOLE) {
        return PushTarget::Computed(tag.to_string());
    }
    // Registries know lower case alone, and names of repositories on GitHub have both: workflows fold them in many ways.
    let name = name.to_ascii_lowercase();
    match Reference::parse(&name) {
        Ok(_) if !name.contains('/') => PushTarget::Local(name),
        // Nobody but the machine that builds sees what is pushed there.
        Ok(reference) if is_of_this_machine(reference.registry()) => {
            PushTarget::Local(reference.repository().rsplit('/').next().unwrap_or_default().to_owned())
        }
        Ok(reference) if reference.refused_by_kargo().is_none() => PushTarget::To(reference),
        _ => PushTarget::Computed(tag.to_string()),
    }
}

/// Whether a registry is one that a run starts for itself.
fn is_of_this_machine(registry: &str) -> bool {
    is_loopback(registry.rsplit_once(':').map_or(registry, |(host, _)| host))
}
