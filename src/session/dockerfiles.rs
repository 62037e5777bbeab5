//! Where the Dockerfile of an image is, and what it says.

use super::existing::Existing;
use super::files::{Places, readable};
use super::{LockFile, Session};
use crate::diagnostic::{Code, Diagnostic, Label, Severity, any_error};
use crate::discover;
use crate::dockerfile::{self, Facts, Request};
use crate::io::forge::Wanted;
use crate::lock::{Entry, Placed};
use crate::model::resolve::{Listed, ListedImage};
use crate::model::{ManagedImage, Model, Source, texts};
use crate::source::{At, FileId, SourceFile, Sources, Span};
use crate::words::nearest;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter;
use std::rc::Rc;

/// Where the Dockerfile of an image is.
pub(super) fn wanted(source: &Source) -> Wanted {
    in_repo(source, source.dockerfile().into())
}

/// Where a file of the repository of an image is.
pub(super) fn in_repo(source: &Source, path: String) -> Wanted {
    let pipeline = &source.pipeline;
    let (provider, repo) = (pipeline.provider(), pipeline.repo().to_owned());
    Wanted { provider, repo, branch: source.branch.to_string(), path }
}

/// Reads a Dockerfile as an image's source has it built, in each way that build arguments make.
pub(super) fn facts(sources: &Sources, source: &Source, id: FileId) -> (Facts, Vec<Diagnostic>) {
    let (ways, contexts) = (source.ways(), texts(&source.contexts));
    let platform = source.platform();
    let target = source.target.as_deref();
    let request = |build_args| Request { target, build_args, contexts: &contexts, platform: &platform };
    dockerfile::read_each(sources.file(id), id, ways.iter().map(request)).unwrap_or_default()
}

/// The lock's entry of an image, unless its Dockerfile has errors; they are among the problems.
pub(super) fn entry(
    sources: &mut Sources,
    source: At<&Source>,
    name: String,
    text: String,
) -> (Option<Placed<Entry>>, Vec<Diagnostic>) {
    let id = sources.add(SourceFile::new(name, text));
    let (facts, mut diagnostics) = facts(sources, source.value, id);
    if any_error(&diagnostics) {
        return (None, diagnostics);
    }
    match discover::entry(source, &facts) {
        Ok(entry) => (Some(entry), diagnostics),
        Err(problems) => {
            diagnostics.extend(problems);
            (None, diagnostics)
        }
    }
}

/// The source of an image, where images.yaml names its Dockerfile.
pub(super) fn named(image: &ManagedImage) -> At<&Source> {
    At::new(&image.source, image.places.dockerfile)
}

/// What was found in this checkout, and is now in the lock that was read.
#[derive(Default)]
pub(super) struct Found {
    /// The images whose bases are now known, by name.
    pub(super) images: Vec<String>,
    /// What is to be said of their Dockerfiles. An error is one that is no file.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Session {
    /// The model, every problem so far, and what was found in this checkout of images of which nothing was known.
    pub(super) fn resolve(&mut self) -> anyhow::Result<(Model, Vec<Diagnostic>, Found)> {
        // The lock of another revision is what was committed then.
        let may_add = !self.options.locked && !self.tree.is_past() && self.existing() == Existing::Ours;
        let Self { tree, sources, lock: LockFile { lock, .. }, state, .. } = self;
        let listed = Listed::new(&self.root, &self.included);
        let is_unknown = |image: &ListedImage<'_>| {
            !image.lists_bases && !lock.images.contains_key(&**image.name) && !state.images.contains_key(&**image.name)
        };
        let unknown: Vec<ListedImage<'_>> = listed.managed().filter(|_| may_add).filter(is_unknown).collect();
        let mut found = Found::default();
        let mut missing: HashMap<Span, Label> = HashMap::new();
        if !unknown.is_empty() {
            let places = Places::new(Rc::clone(tree), &self.options, listed.checkouts(), listed.hosts())?;
            for image in unknown {
                let (name, text) = match readable(places.read_or_why(&wanted(image.source.value)))? {
                    Ok(read) => read,
                    Err(absent) => {
                        found.diagnostics.extend(absent.problem(image.source.span));
                        missing.insert(image.span, Label { span: image.source.span, text: absent.why });
                        continue;
                    }
                };
                let (entry, problems) = entry(sources, image.source, name, text);
                found.diagnostics.extend(problems.into_iter().map(at_most_a_warning));
                if let Some(entry) = entry {
                    found.images.push(image.name.to_string());
                    lock.images.insert(image.name.to_string(), entry);
                }
            }
        }
        let (model, mut problems) = listed.model(Some(lock), state);
        for problem in problems.iter_mut().filter(|problem| problem.code == Code::UnknownBases) {
            // That a file is not there says more than that nothing is known of it.
            for label in &mut problem.labels {
                *label = missing.remove(&label.span).unwrap_or_else(|| label.clone());
            }
        }
        if any_error(&self.lock.diagnostics) {
            problems.retain(|problem| problem.code != Code::UnknownBases);
        } else {
            self.without_echoes(&mut problems);
        }
        let of_texts = self.diagnostics.iter().chain(&self.lock.diagnostics).cloned();
        Ok((model, of_texts.chain(problems).collect(), found))
    }

    /// Takes away that nothing is known of an image where a mistake is why, which is said: in its `source`, or in the key that would
    /// list its bases.
    fn without_echoes(&self, problems: &mut Vec<Diagnostic>) {
        let mistakes = self.diagnostics.iter().filter(|problem| problem.is_error());
        let mistakes: BTreeSet<Span> = mistakes.filter_map(|problem| Some(problem.labels.first()?.span)).collect();
        let files = iter::once(&self.root).chain(&self.included);
        let images =
            files.flat_map(|file| file.images.items()).map(|image| ((image.span.file, image.span.start), image));
        let images: BTreeMap<_, _> = images.filter(|_| !mistakes.is_empty()).collect();
        let is_echo = |problem: &Diagnostic| {
            let image = problem.labels.first().and_then(|Label { span, .. }| {
                images.range(..=(span.file, span.start)).next_back().map(|(_, image)| *image)
            });
            image.is_some_and(|At { value, span }| {
                let source = value.source.get().map(|source| source.span);
                let is_of_bases = |at: &Span| nearest(self.sources.text(*at), iter::once("baseImages")).is_some();
                let mut of_image = mistakes.range(Span { end: span.start, ..*span }..Span { start: span.end, ..*span });
                of_image.any(|at| {
                    source.is_some_and(|source| source.start <= at.start && at.end <= source.end) || is_of_bases(at)
                })
            })
        };
        problems.retain(|problem| problem.code != Code::UnknownBases || !is_echo(problem));
    }
}

/// A Dockerfile that cannot be built is no reason to withhold the manifests of the other images.
fn at_most_a_warning(diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic { severity: diagnostic.severity.min(Severity::Warning), ..diagnostic }
}
