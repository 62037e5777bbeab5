//! Rules over what is known of a run: the model, Dockerfiles, workflows and the lock.
//!
//! One rule, one file, one code. A rule is a pure function; what it needs from files is in [`Facts`], and where nobody
//! could look it says nothing: `not_looked_at` says that once for all.

mod build_argument;
mod concurrency;
mod delay;
mod gone_entry;
mod input_refused;
mod input_required;
mod input_undeclared;
mod moving_tag;
mod no_dispatch;
mod not_a_branch;
mod not_looked_at;
mod old_kargo;
mod old_lock;
mod registry_requests;
mod shortened_name;
mod target;
mod token;
mod two_spellings;
mod unreachable_image;
mod workflow_missing;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::discover::Entry;
use crate::dockerfile;
use crate::model::{Dependent, Model, Reference};
use crate::source::{FileId, Sources, Span};
use crate::workflow::{Bake, Build, Workflow};

/// What became of looking for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked<T> {
    /// It was read.
    Found(FileId, T),
    /// It was read and makes no sense; a diagnostic says so.
    Broken(FileId),
    /// There is no such file where it should be. The text says where that is.
    Missing(String),
    /// The repository has no such branch.
    NoBranch,
    /// Nobody could look, and why: "this checkout is of github.com/acme/factory".
    Unknown(String),
}

impl<T> Looked<T> {
    /// The file and what it says.
    pub fn found(&self) -> Option<(FileId, &T)> {
        match self {
            Self::Found(id, value) => Some((*id, value)),
            _ => None,
        }
    }
}

/// A workflow and the bake files that its builds read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkflowFacts {
    /// The workflow.
    pub workflow: Workflow,
    /// Bake files of its repository by path, as [`bake_files`] names them; what is not there is left out.
    pub bakes: Vec<(String, Bake)>,
}

/// Where bake looks unless it is told (<https://docs.docker.com/build/bake/reference/#file-lookup>); Compose files, which it
/// reads too, are not read here.
const BAKE_FILES: [&str; 2] = ["docker-bake.hcl", "docker-bake.json"];

/// The bake files that a build may read, as paths in the repository. None if they are not those of the repository.
pub fn bake_files(build: &Build) -> Vec<String> {
    if !build.tool.is_bake() || build.bake_source.is_some() {
        return Vec::new();
    }
    let named: Vec<&str> = build.bake_files.iter().map(|file| file.value.as_str()).collect();
    let files = if named.is_empty() { &BAKE_FILES[..] } else { &named };
    let folder = build.directory.as_ref().map_or("", |folder| folder.value.as_str());
    let path = |name: &&str| {
        let parts: Vec<&str> =
            folder.split('/').chain(name.split('/')).filter(|part| !matches!(*part, "" | ".")).collect();
        // What leaves the repository is not read.
        (!parts.contains(&"..") && !name.starts_with('/')).then(|| parts.join("/"))
    };
    files.iter().filter_map(path).collect()
}

/// What is known beside the model. Lists by image have [`Model::images`]' order and length.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// images.yaml and the files that it includes.
    pub images: Vec<FileId>,
    /// By image: its Dockerfile.
    pub dockerfiles: Vec<Looked<dockerfile::Facts>>,
    /// By image: the entry that `discover` would write now, if its Dockerfile was read here and has no errors.
    pub now: Vec<Option<Entry>>,
    /// By image: the entry of the lock.
    pub locked: Vec<Option<Entry>>,
    /// Workflows, each once.
    pub workflows: Vec<Looked<WorkflowFacts>>,
    /// By image: its workflow, as an index into `workflows`.
    pub workflow_of: Vec<usize>,
    /// By image: whether the branch is a tag of this checkout and no branch.
    pub branch_is_tag: Vec<bool>,
}

impl Facts {
    /// The workflow of an image, by the image's index.
    pub fn workflow(&self, image: usize) -> Option<&Looked<WorkflowFacts>> {
        self.workflows.get(*self.workflow_of.get(image)?)
    }
}

/// What a rule sees.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The model.
    pub model: &'a Model,
    /// The texts.
    pub sources: &'a Sources,
    /// What was found in files.
    pub facts: &'a Facts,
}

impl Context<'_> {
    /// Where a base is named: in the Dockerfile if it was read, else in images.yaml or the lock.
    fn edge(&self, dependent: &Dependent, base: &Reference) -> Span {
        let facts = self.facts.dockerfiles.get(dependent.image).and_then(Looked::found);
        let edges = facts.map_or(&[][..], |(_, facts)| &facts.edges);
        let edge = edges.iter().find(|edge| {
            Reference::parse(&edge.image).is_ok_and(|reference| reference.by_tag() == *base) && !edge.written.is_empty()
        });
        edge.map_or_else(|| dependent.place(&self.model.images), |edge| edge.span)
    }
}

/// A rule.
type Rule = fn(&Context<'_>, &mut Vec<Diagnostic>);

/// Every rule and the code of what it finds.
const RULES: &[(Code, Rule)] = &[
    (Code::WorkflowMissing, workflow_missing::check),
    (Code::NoDispatch, no_dispatch::check),
    (Code::InputUndeclared, input_undeclared::check),
    (Code::InputRequired, input_required::check),
    (Code::InputRefused, input_refused::check),
    (Code::BuildArgument, build_argument::check),
    (Code::NoConcurrency, concurrency::check),
    (Code::NotABranch, not_a_branch::check),
    (Code::NotLookedAt, not_looked_at::check),
    (Code::MovingTag, moving_tag::check),
    (Code::LongDelay, delay::check),
    (Code::TwoSpellings, two_spellings::check),
    (Code::ShortenedName, shortened_name::check),
    (Code::Token, token::check),
    (Code::RegistryRequests, registry_requests::check),
    (Code::GoneEntry, gone_entry::check),
    (Code::OldLock, old_lock::check),
    (Code::UnreachableImage, unreachable_image::check),
    (Code::OldKargo, old_kargo::check),
];

/// Runs all rules.
pub fn all(context: &Context<'_>) -> Vec<Diagnostic> {
    run(context, |_| true)
}

/// Runs the rules whose findings are errors: those for which no manifests are written.
pub fn errors(context: &Context<'_>) -> Vec<Diagnostic> {
    run(context, |code| code.severity() == Severity::Error)
}

/// Moves what is said of a base in the lock to the Dockerfile that names it, where that was read: people write the one, and
/// a program the other.
pub fn point_at_dockerfiles(context: &Context<'_>, diagnostics: &mut [Diagnostic]) {
    let about_bases = |code| matches!(code, Code::PinnedDigest | Code::FixedVersion);
    for diagnostic in diagnostics.iter_mut().filter(|diagnostic| about_bases(diagnostic.code)) {
        let Some(label) = diagnostic.labels.first_mut() else { continue };
        let users = context.model.bases.iter().flat_map(|base| base.dependents.iter().map(move |user| (base, user)));
        let mut of_this = users.filter(|(_, user)| user.spans.contains(&label.span));
        if !context.facts.images.contains(&label.span.file)
            && let Some((base, user)) = of_this.next()
        {
            label.span = context.edge(user, &base.reference);
        }
    }
}

fn run(context: &Context<'_>, wanted: impl Fn(Code) -> bool) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (_, check) in RULES.iter().filter(|(code, _)| wanted(*code)) {
        check(context, &mut diagnostics);
    }
    diagnostics
}

/// Whether a problem of this kind can only be found in files beside images.yaml and its lock.
pub fn needs_files(code: Code) -> bool {
    matches!(
        code,
        Code::WorkflowMissing
            | Code::NoDispatch
            | Code::InputUndeclared
            | Code::InputRequired
            | Code::InputRefused
            | Code::BuildArgument
            | Code::NoConcurrency
            | Code::NotABranch
            | Code::OldLock
            | Code::UnreachableImage
            | Code::UnresolvedArg
    )
}

/// Some names, and how many more there are: "web, api and 7 more".
fn some_of(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN { format!("{shown} and {} more", names.len() - SHOWN) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_a_rule_is_there_once() {
        let mut codes: Vec<Code> = RULES.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RULES.len());
    }
}
