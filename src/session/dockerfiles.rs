//! Where the Dockerfile of an image is, and what it says.

use super::Options;
use super::existing::Existing;
use super::files::{Places, read_file};
use super::read::Read;
use crate::diagnostic::{Diagnostic, Severity, any_error};
use crate::discover;
use crate::dockerfile::{self, Facts, Request};
use crate::io::forge::Wanted;
use crate::lock::{Entry, Placed};
use crate::model::resolve::Listed;
use crate::model::{ManagedImage, Model, Source};
use crate::source::{At, FileId, SourceFile, Sources};
use std::collections::BTreeMap;

/// Where the Dockerfile of an image is.
pub(crate) fn wanted(source: &Source) -> Wanted {
    Wanted { repo: source.repo.clone(), branch: source.branch.clone(), path: source.dockerfile() }
}

/// Reads a Dockerfile as an image's source has it built.
pub(crate) fn facts(sources: &Sources, source: &Source, id: FileId) -> (Facts, Vec<Diagnostic>) {
    let build_args: BTreeMap<String, String> =
        source.build_args.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let request = Request { target: source.target.as_deref(), build_args: &build_args, platform: source.platform() };
    dockerfile::read(sources.file(id), id, &request)
}

/// The lock's entry of an image, unless its Dockerfile has errors; they are among the problems.
pub(crate) fn entry(
    sources: &mut Sources,
    image: &ManagedImage,
    name: String,
    text: String,
) -> (Option<Placed<Entry>>, Vec<Diagnostic>) {
    let id = sources.add(SourceFile::new(name, text));
    let (facts, mut diagnostics) = facts(sources, &image.source, id);
    if any_error(&diagnostics) {
        return (None, diagnostics);
    }
    match discover::entry(named(image), &facts) {
        Ok(entry) => (Some(entry), diagnostics),
        Err(problems) => {
            diagnostics.extend(problems);
            (None, diagnostics)
        }
    }
}

/// The source of an image, where images.yaml names its Dockerfile.
pub(crate) fn named(image: &ManagedImage) -> At<&Source> {
    At::new(&image.source, image.places.dockerfile)
}

/// What was found in this checkout, and is now in the lock that was read.
#[derive(Default)]
pub(crate) struct Added {
    /// The images whose bases are now known, by name.
    pub(crate) images: Vec<String>,
    /// What is to be said of their Dockerfiles; never an error.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The model, every problem so far, and what was found in this checkout of images of which nothing was known.
pub(crate) fn resolve(read: &mut Read, options: Options) -> anyhow::Result<(Model, Vec<Diagnostic>, Added)> {
    let may_add = Existing::of(read) == Existing::Ours;
    let listed = Listed::new(&read.root, &read.included);
    let lock = &mut read.lock.lock;
    let is_unknown = |image: &&ManagedImage| {
        !image.lists_bases && !lock.images.contains_key(&image.name) && !read.state.images.contains_key(&image.name)
    };
    let unknown: Vec<&ManagedImage> = listed.managed().filter(|_| may_add).filter(is_unknown).collect();
    let mut added = Added::default();
    if !unknown.is_empty() {
        let places = Places::new(&read.workspace, Vec::new(), &listed.github().api_url)?;
        for image in unknown {
            let Some(path) = places.place(&image.source.repo, &image.source.dockerfile()) else { continue };
            let Ok((name, text)) = read_file(&path, options) else { continue };
            let (entry, problems) = entry(&mut read.sources, image, name, text);
            added.diagnostics.extend(problems.into_iter().map(at_most_a_warning));
            if let Some(entry) = entry {
                added.images.push(image.name.clone());
                lock.images.insert(image.name.clone(), entry);
            }
        }
    }
    let (model, problems) = listed.model(Some(lock), &read.state);
    Ok((model, read.problems(problems), added))
}

/// A Dockerfile that cannot be built is no reason to withhold the manifests of the other images.
fn at_most_a_warning(diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic { severity: diagnostic.severity.min(Severity::Warning), ..diagnostic }
}
