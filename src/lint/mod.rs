//! Rules over what is known of a run: the model, Dockerfiles, workflows and the lock.
//!
//! One rule, one file, one code, which is all there: what it is called, why it matters, what it needs. A rule is a pure function; what it needs from files is in [`Facts`], and where nobody
//! could look it says nothing: `not_looked_at` says that once for all.

mod another_image;
mod build_argument;
mod cancelled;
mod concurrency;
mod delay;
mod examples;
pub mod fix;
mod gone_entry;
mod input_dropped;
mod input_refused;
mod input_required;
mod input_undeclared;
mod moving_tag;
mod no_dispatch;
mod no_pipeline;
mod not_a_branch;
mod not_looked_at;
mod old_kargo;
mod old_lock;
mod old_schema;
mod one_digest;
mod only_if_changed;
mod other_build;
mod outcome;
mod placeholder;
mod proposal;
mod pushes_nothing;
mod registry_requests;
mod shortened_name;
mod target;
mod token;
mod too_many_inputs;
mod two_spellings;
mod unreachable_image;
mod unsure;
mod unwatched_tags;
mod workflow_missing;

use crate::diagnostic::{Code, Codes, Diagnostic, Severity};
use crate::dockerfile;
use crate::lock::Entry;
use crate::model::{Dependent, ManagedImage, Model, Reference};
use crate::source::{FileId, Sources, Span};
use crate::words::some_of;
use crate::workflow::Workflow;
use crate::workflow::evaluate::Evaluation;
pub use input_undeclared::declaration;
pub use old_schema::schema_named;
pub use placeholder::is_placeholder;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

/// What became of looking for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked<T> {
    /// It was read: which text, and what it says.
    Found(FileId, T),
    /// It was read and makes no sense; a diagnostic says so.
    Broken(FileId),
    /// There is no such file where it should be. The text says where somebody looked, as in "not found here: there is no
    /// .github/workflows/web.yml".
    Missing(String),
    /// The repository has no such branch.
    NoBranch,
    /// Nobody could look, and why: "this checkout is of github.com/acme/factory".
    Unknown(String),
    /// Nobody looked, since nothing asks for what it says.
    Unasked,
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

/// What is known of an image beside the model.
#[derive(Clone, Debug)]
pub struct ImageFacts {
    /// Its Dockerfile; not asked for if images.yaml lists its bases.
    pub dockerfile: Looked<dockerfile::Facts>,
    /// The entry that `discover` would write now, if its Dockerfile was read here and has no errors.
    pub now: Option<Entry>,
    /// Its entry of the lock.
    pub locked: Option<Entry>,
    /// Its workflow, which other images may share.
    pub workflow: Rc<Looked<Workflow>>,
    /// What a rebuild of it builds, if its workflow was read.
    pub run: Rc<Evaluation>,
    /// Whether its branch is a tag of this checkout and no branch.
    pub branch_is_tag: bool,
}

/// What is known beside the model.
#[derive(Clone, Debug)]
pub struct Facts {
    /// images.yaml and the files that it includes.
    pub files: Vec<FileId>,
    /// One for each of [`Model::images`], in that order.
    pub images: Vec<ImageFacts>,
    /// Which of the workflows of images are files of this very checkout, and where they are.
    pub own_workflows: Vec<(FileId, PathBuf)>,
    /// The workflow of this checkout that runs this tool, if somebody looked for it.
    pub factory: Option<FileId>,
    /// Where images.yaml and what it includes name a schema that another version of this tool has made, and which file it is.
    pub old_schemas: Vec<(Span, String)>,
    /// The repository on GitHub that this checkout is of, if that is known.
    pub own_repo: Option<String>,
    /// Whether the code host was asked for what is in no checkout.
    pub online: bool,
}

/// What a rule sees.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What images.yaml means: images, bases and who is built on them.
    pub model: &'a Model,
    /// Every text that spans point into.
    pub sources: &'a Sources,
    /// What was found in files.
    pub facts: &'a Facts,
}

impl<'a> Context<'a> {
    /// Each image with what is known of it.
    fn images(&self) -> impl Iterator<Item = (&'a ManagedImage, &'a ImageFacts)> + use<'a> {
        self.model.images.iter().zip(&self.facts.images)
    }
}

/// Where images are named in Dockerfiles.
struct Edges {
    /// By image that is built, and by reference without digest.
    by_user: HashMap<(usize, Reference), Span>,
    /// By reference as it is; `None` where several places name it.
    whole: HashMap<Reference, Option<Span>>,
}

impl Edges {
    fn of(context: &Context<'_>) -> Self {
        let mut edges = Self { by_user: HashMap::new(), whole: HashMap::new() };
        for (index, image) in context.facts.images.iter().enumerate() {
            let Some((_, facts)) = image.dockerfile.found() else { continue };
            for edge in facts.edges.iter().filter(|edge| edge.span.start < edge.span.end) {
                if let Ok(reference) = &edge.reference {
                    edges.by_user.entry((index, reference.by_tag())).or_insert(edge.span);
                    let whole = edges.whole.entry(reference.clone()).or_insert(Some(edge.span));
                    *whole = whole.filter(|span| *span == edge.span);
                }
            }
        }
        edges
    }

    /// Where a base is named: in the Dockerfile if it was read, else in images.yaml or the lock.
    fn place(&self, dependent: &Dependent, base: &Reference, model: &Model) -> Span {
        let place = self.by_user.get(&(dependent.image, base.clone())).copied();
        place.unwrap_or_else(|| dependent.place(&model.images))
    }

    /// The one place that names an image, if there is one.
    fn only_place(&self, reference: &str) -> Option<Span> {
        let reference = Reference::parse(reference.trim_matches(['"', '\''])).ok()?;
        self.whole.get(&reference).copied().flatten()
    }
}

/// A rule: one file has all of it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What it finds: number, title, how much it matters and why.
    pub code: Code,
    /// What it looks at.
    pub needs: Needs,
    /// Looks, and reports what it finds.
    check: fn(&Context<'_>, &mut Vec<Diagnostic>),
}

/// What a rule looks at beside images.yaml and its lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The model and the lock are enough.
    Nothing,
    /// Dockerfiles or workflows, which may be where nobody can look.
    Files,
}

/// Every rule, in the order in which they are run.
pub const RULES: &[Rule] = &[
    workflow_missing::RULE,
    no_dispatch::RULE,
    input_undeclared::RULE,
    input_required::RULE,
    input_refused::RULE,
    too_many_inputs::RULE,
    input_dropped::RULE,
    no_pipeline::RULE,
    pushes_nothing::RULE,
    another_image::RULE,
    other_build::RULE,
    build_argument::RULE,
    only_if_changed::RULE,
    unwatched_tags::RULE,
    concurrency::RULE,
    cancelled::RULE,
    not_a_branch::RULE,
    not_looked_at::RULE,
    moving_tag::RULE,
    delay::RULE,
    two_spellings::RULE,
    shortened_name::RULE,
    token::RULE,
    registry_requests::RULE,
    gone_entry::RULE,
    old_lock::RULE,
    unreachable_image::RULE,
    old_kargo::RULE,
    one_digest::RULE,
    placeholder::RULE,
    unsure::RULE,
    proposal::RULE,
    old_schema::RULE,
];

/// Every code: those of the rules and those of the table.
pub fn codes() -> Codes {
    Codes::with(RULES.iter().map(|rule| rule.code))
}

/// Runs all rules; the problems come by rule, not by place.
pub fn all(context: &Context<'_>) -> Vec<Diagnostic> {
    run(context, |_| true)
}

/// Runs the rules whose findings are errors: those for which no manifests are written. A workflow that is not there is told
/// too, since it has been looked for, and so are proposals whose guesses go into manifests and what those lack for an older
/// Kargo.
pub fn errors(context: &Context<'_>) -> Vec<Diagnostic> {
    let told = [workflow_missing::RULE.code, proposal::RULE.code, old_kargo::RULE.code];
    run(context, |rule| rule.code.severity() == Severity::Error || told.contains(&rule.code))
}

/// Moves what is said of a base in the lock to the Dockerfile that names it, where that was read: people write the one, and
/// a program the other.
pub fn point_at_dockerfiles(context: &Context<'_>, diagnostics: &mut [Diagnostic]) {
    let in_lock = |diagnostic: &&mut Diagnostic| {
        let about_bases = matches!(diagnostic.code, Code::PinnedDigest | Code::FixedVersion);
        about_bases && diagnostic.labels.first().is_some_and(|label| !context.facts.files.contains(&label.span.file))
    };
    let mut moved = diagnostics.iter_mut().filter(in_lock).peekable();
    if moved.peek().is_none() {
        return;
    }
    let edges = Edges::of(context);
    let model = context.model;
    let users = model.bases.iter().flat_map(|base| base.dependents.iter().map(move |user| (base, user)));
    let users: HashMap<Span, _> =
        users.flat_map(|(base, user)| user.spans.iter().map(move |span| (*span, (base, user)))).collect();
    for label in moved.filter_map(|diagnostic| diagnostic.labels.first_mut()) {
        if let Some((base, user)) = users.get(&label.span) {
            label.span = edges.place(user, &base.reference, model);
        } else if let Some(place) = edges.only_place(context.sources.text(label.span)) {
            // Nothing is rebuilt for it, so nobody is its user.
            label.span = place;
        }
    }
}

fn run(context: &Context<'_>, wanted: impl Fn(&Rule) -> bool) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for rule in RULES.iter().filter(|rule| wanted(rule)) {
        (rule.check)(context, &mut diagnostics);
    }
    diagnostics
}

/// Whether a problem of this kind can only be found in files beside images.yaml and its lock.
pub fn needs_files(code: Code) -> bool {
    // Of what is wrong in Dockerfiles themselves the rest are errors, which no comment ignores.
    code == Code::UnresolvedArg || RULES.iter().any(|rule| rule.code == code && rule.needs == Needs::Files)
}

/// Whether some file could not be looked at, as a problem among these says.
pub fn is_blind(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.code == not_looked_at::RULE.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_there_once() {
        let mut codes: Vec<Code> = codes().all().to_vec();
        codes.dedup();
        assert_eq!(codes, self::codes().all());
        assert!(RULES.iter().all(|rule| rule.code.number() >= 100), "what is below can never be ignored");
    }
}
