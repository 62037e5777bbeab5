//! Where the Dockerfile of an image is, and what it says.

use super::Options;
use super::existing::Existing;
use super::files::{Places, read_file};
use super::read::Read;
use crate::diagnostic::{Diagnostic, Severity, any_error};
use crate::discover::{self, Entry};
use crate::dockerfile::{self, Facts, Request};
use crate::io::forge::Wanted;
use crate::model::{ManagedImage, Model, Source};
use crate::source::{FileId, SourceFile, Sources};
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
    source: &Source,
    name: String,
    text: String,
) -> (Option<Entry>, Vec<Diagnostic>) {
    let id = sources.add(SourceFile::new(name, text));
    let (facts, mut diagnostics) = facts(sources, source, id);
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

/// What `synth` has found in this checkout.
pub(crate) struct Added {
    /// The images whose bases are now known, by name.
    pub(crate) images: Vec<String>,
    /// What is to be said of their Dockerfiles; never an error.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The lock with them.
    pub(crate) text: String,
}

/// The model, every problem so far, and what was found in this checkout of images of which nothing was known. With it they are
/// resolved again: what was found is read back from the text of the lock, as the next run will read it.
pub(crate) fn resolve(read: &mut Read, options: Options) -> anyhow::Result<(Model, Vec<Diagnostic>, Option<Added>)> {
    let (model, diagnostics) = read.resolve();
    let added = add_new(read, &model, options)?;
    if added.as_ref().is_none_or(|added| added.images.is_empty()) {
        return Ok((model, diagnostics, added));
    }
    let (model, diagnostics) = read.resolve();
    Ok((model, diagnostics, added))
}

/// Looks in this checkout for the Dockerfiles of images of which nothing is known, and adds what they say to the lock that
/// was read. `None` if there is nothing to look for.
fn add_new(read: &mut Read, model: &Model, options: Options) -> anyhow::Result<Option<Added>> {
    let Existing::Ours(mut lock) = Existing::of(read) else { return Ok(None) };
    let unknown = |image: &&ManagedImage| {
        !image.lists_bases && !lock.images.contains_key(&image.name) && !read.state.images.contains_key(&image.name)
    };
    let unknown: Vec<&ManagedImage> = model.images.iter().filter(unknown).collect();
    if unknown.is_empty() {
        return Ok(None);
    }
    let places = Places::new(&read.workspace, Vec::new(), &model.github.api_url)?;
    let mut added = Added { images: Vec::new(), diagnostics: Vec::new(), text: String::new() };
    for image in unknown {
        let Some(path) = places.place(&image.source.repo, &image.source.dockerfile()) else { continue };
        let Ok((name, text)) = read_file(&path, options) else { continue };
        let (entry, diagnostics) = entry(&mut read.sources, &image.source, name, text);
        // A Dockerfile that cannot be built is no reason to withhold the manifests of the other images.
        added.diagnostics.extend(
            diagnostics
                .into_iter()
                .map(|diagnostic| Diagnostic { severity: diagnostic.severity.min(Severity::Warning), ..diagnostic }),
        );
        if let Some(entry) = entry {
            lock.images.insert(image.name.clone(), entry);
            added.images.push(image.name.clone());
        }
    }
    if added.images.is_empty() && added.diagnostics.is_empty() {
        return Ok(None);
    }
    if !added.images.is_empty() {
        added.text = lock.text();
        read.replace_lock(added.text.clone());
    }
    Ok(Some(added))
}
