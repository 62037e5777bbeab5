//! Where the Dockerfile of an image is, and what it says.

use super::Global;
use super::load::Read;
use super::lock::Existing;
use crate::diagnostic::{Diagnostic, Severity, any_error};
use crate::discover::origin::Origin;
use crate::discover::{self, Entry};
use crate::dockerfile::{self, Facts, Request};
use crate::io::git;
use crate::io::read::{self, Text};
use crate::io::terminal;
use crate::io::workspace::Workspace;
use crate::model::{ManagedImage, Model, Source};
use crate::source::{FileId, SourceFile, Sources};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The longest Dockerfile that is read, in bytes.
pub(super) const MAX_DOCKERFILE: usize = 1 << 20;

/// A Dockerfile: the name that messages show, and the text. Else why there is none.
pub(super) type Found = Result<(String, String), String>;

/// Where Dockerfiles are looked for.
pub(super) struct Places {
    root: PathBuf,
    origin: Option<Origin>,
    /// Repositories and the folders that they are checked out in.
    checkouts: Vec<(String, PathBuf)>,
}

/// Where one is.
pub(super) enum Place {
    /// In this file.
    File(PathBuf),
    /// In no checkout.
    Elsewhere,
}

impl Places {
    pub(super) fn new(workspace: &Workspace, checkouts: Vec<(String, PathBuf)>) -> anyhow::Result<Self> {
        let origin = git::origin(&workspace.root)?.as_deref().and_then(Origin::parse);
        Ok(Self { root: workspace.root.clone(), origin, checkouts })
    }

    /// The first of: the checkout that was named for the repository; this one, if it is of the repository; this one, if
    /// nobody knows what it is of and the file is there.
    pub(super) fn place(&self, source: &Source, api_url: &str) -> Place {
        let path = source.dockerfile();
        if let Some((_, folder)) = self.checkouts.iter().find(|(repo, _)| repo.eq_ignore_ascii_case(&source.repo)) {
            return Place::File(folder.join(path));
        }
        let here = self.root.join(path);
        match &self.origin {
            Some(origin) if origin.is(&source.repo, api_url) => Place::File(here),
            None if read::exists(&here) => Place::File(here),
            _ => Place::Elsewhere,
        }
    }

    /// What to say of a Dockerfile that is in no checkout when the forge may not be asked.
    pub(super) fn not_here(&self, source: &Source) -> String {
        match &self.origin {
            Some(origin) => format!("not found here: this checkout is of {}/{}", origin.host, origin.repo),
            None => format!("not found here: there is no {}", Workspace::shown(&self.root.join(source.dockerfile()))),
        }
    }
}

/// Reads a file of a checkout.
pub(super) fn read_file(path: &Path, global: &Global) -> Found {
    let shown = Workspace::shown(path);
    if global.verbose {
        terminal::message(&format!("reading {shown}\n"));
    }
    match read::text_if_any(path) {
        Ok(Some(Text::Ok(text))) if text.len() <= MAX_DOCKERFILE => Ok((shown, text)),
        Ok(Some(Text::Ok(_) | Text::TooLarge)) => {
            Err(format!("{shown} is larger than {} MiB: no Dockerfile is", MAX_DOCKERFILE >> 20))
        }
        Ok(Some(Text::NotUtf8 { .. })) => Err(format!("{shown} is not UTF-8 text")),
        Ok(None) => Err(format!("not found here: there is no {shown}")),
        Err(error) => Err(format!("{error:#}")),
    }
}

/// Reads a Dockerfile as an image's source has it built.
pub(super) fn facts(sources: &mut Sources, source: &Source, name: String, text: String) -> (Facts, Vec<Diagnostic>) {
    let id: FileId = sources.add(SourceFile::new(name, text));
    let build_args: BTreeMap<String, String> =
        source.build_args.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let request = Request { target: source.target.as_deref(), build_args: &build_args, platform: source.platform() };
    dockerfile::read(sources.file(id), id, &request)
}

/// The lock's entry of an image, unless its Dockerfile has errors; they are among the problems.
pub(super) fn entry(
    sources: &mut Sources,
    source: &Source,
    name: String,
    text: String,
) -> (Option<Entry>, Vec<Diagnostic>) {
    let (facts, mut diagnostics) = facts(sources, source, name, text);
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
pub(super) struct Added {
    /// The images whose bases are now known, by name.
    pub(super) images: Vec<String>,
    /// What is to be said of their Dockerfiles; never an error.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The lock with them.
    pub(super) text: String,
}

/// Looks in this checkout for the Dockerfiles of images of which nothing is known, and adds what they say to the lock that
/// was read. `None` if there is nothing to look for.
pub(super) fn add_new(read: &mut Read, model: &Model, global: &Global) -> anyhow::Result<Option<Added>> {
    let Existing::Ours(mut lock) = Existing::of(read) else { return Ok(None) };
    let unknown = |image: &&ManagedImage| {
        !image.lists_bases && !lock.images.contains_key(&image.name) && !read.state.images.contains_key(&image.name)
    };
    let unknown: Vec<&ManagedImage> = model.images.iter().filter(unknown).collect();
    if unknown.is_empty() {
        return Ok(None);
    }
    let places = Places::new(&read.workspace, Vec::new())?;
    let mut added = Added { images: Vec::new(), diagnostics: Vec::new(), text: String::new() };
    for image in unknown {
        let Place::File(path) = places.place(&image.source, &model.github.api_url) else { continue };
        let Ok((name, text)) = read_file(&path, global) else { continue };
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
