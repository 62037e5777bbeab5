//! Dockerfiles to the lock.

use super::dockerfiles::{self, wanted};
use super::existing::{Existing, foreign};
use super::{Problems, Session};
use crate::config::state::State;
use crate::diagnostic::{Code, Diagnostic};
use crate::io::forge::Wanted;
use crate::lock::{self, Lock};
use crate::model::resolve::{Input, resolve};
use crate::model::{ManagedImage, Model};
use crate::source::{FileId, SourceFile, Sources, Span};
use std::collections::BTreeSet;
use std::mem;

/// What `discover` found.
pub struct Discovered {
    /// The texts that the problems point at.
    pub sources: Sources,
    /// Every problem, those of Dockerfiles with them.
    pub problems: Problems,
    /// The images whose bases could not be found. They keep what the lock said of them.
    pub failures: Vec<Failure>,
    /// The images that were looked for: the name of each, and `owner/name@branch:path` of its Dockerfile.
    pub looked_for: Vec<(String, String)>,
    /// The lock, unless it holds what can neither be read nor be replaced, which is among the problems.
    pub lock: Option<NewLock>,
}

/// images.lock.yaml, before and after.
pub struct NewLock {
    /// What it said; nothing if all of it is replaced.
    pub before: Lock,
    /// What it is to say.
    pub after: Lock,
    /// `after` as text.
    pub text: String,
    /// Whether the file would change.
    pub is_stale: bool,
    /// The text of the file when it was read; none if there was no file.
    pub read: Option<String>,
    found: Found,
}

/// What a run has found, whatever else the lock says.
struct Found {
    lock: Lock,
    /// Images that were not looked for stay as they are; else they go.
    others_stay: bool,
    /// The images that were looked for and found.
    done: BTreeSet<String>,
    /// Those that could not be read: they stay as they are.
    failed: BTreeSet<String>,
}

impl Found {
    /// Whether nothing of what the lock says has to stay.
    fn needs_none(&self) -> bool {
        !self.others_stay && self.failed.is_empty()
    }

    /// What it comes to on a lock that says this, and whose text is that.
    fn onto(self, before: Lock, read: Option<String>) -> NewLock {
        let mut after = self.lock.clone();
        for (name, entry) in &before.images {
            if self.failed.contains(name) || (self.others_stay && !self.done.contains(name)) {
                after.images.insert(name.clone(), entry.clone());
            }
        }
        let text = after.text();
        // A lock of nothing needs no file.
        let is_stale = read.as_ref() != Some(&text) && !(read.is_none() && after.images.is_empty());
        NewLock { before, after, text, is_stale, read, found: self }
    }
}

impl NewLock {
    /// The same on what another run has written meanwhile; `None` if that cannot be read and part of it has to stay.
    #[must_use]
    pub fn onto(self, now: Option<String>) -> Option<Self> {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("", now.as_deref().unwrap_or_default()));
        let (lock, problems) = lock::read(&sources, id);
        match Existing::of(now.as_deref().unwrap_or_default(), &lock, &problems) {
            Existing::Ours => Some(self.found.onto(lock, now)),
            Existing::Broken if self.found.needs_none() => Some(self.found.onto(Lock::default(), now)),
            Existing::Broken | Existing::Foreign => None,
        }
    }
}

/// An image whose bases could not be found, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub image: String,
    /// `owner/name@branch:path` of its Dockerfile.
    pub dockerfile: String,
    /// As in "its Dockerfile has errors, shown above".
    pub why: String,
}

impl Session {
    /// The images alone, for what finds their bases: what the lock and the state say of those, and what is said because nothing is
    /// known of them, does not count.
    pub fn images(&self) -> (Model, Problems) {
        let input = Input { root: &self.root, included: &self.included, lock: None, state: &State::default() };
        let (model, mut more) = resolve(&input);
        more.retain(|diagnostic| !matches!(diagnostic.code, Code::UnknownBases | Code::UnusedBase));
        let foreign = (self.existing() == Existing::Foreign).then(|| foreign(&self.tree));
        let diagnostics = self.diagnostics.iter().cloned().chain(more).chain(foreign).collect();
        (model, Problems::of(diagnostics, &self.sources))
    }

    /// Reads the Dockerfiles of these images, or of all whose bases images.yaml does not list; of what [`Session::images`] says.
    /// Nothing is written.
    pub fn discover(mut self, (model, known): (&Model, &Problems), names: &[String]) -> anyhow::Result<Discovered> {
        let is_wanted = |image: &&ManagedImage| {
            if names.is_empty() { !image.lists_bases } else { names.iter().any(|name| image.name == *name) }
        };
        let images: Vec<&ManagedImage> = model.images.iter().filter(is_wanted).collect();
        let files: Vec<Wanted> = images.iter().map(|image| wanted(&image.source)).collect();
        let looked_for: Vec<(String, String)> =
            images.iter().zip(&files).map(|(image, file)| (image.name.to_string(), file.to_string())).collect();
        let found = self.places(model)?.find(&files, self.options.online, "discover");
        let (mut lock, mut failures, mut diagnostics) = (Lock::default(), Vec::new(), known.to_vec());
        for ((image, file), found) in images.iter().zip(files).zip(found) {
            let entry = match found {
                Ok((name, text)) => {
                    let (entry, problems) =
                        dockerfiles::entry(&mut self.sources, dockerfiles::named(image), name, text);
                    diagnostics.extend(problems);
                    entry.ok_or_else(|| "its Dockerfile has errors, shown above".to_owned())
                }
                Err(absent) => {
                    diagnostics.extend(absent.problem(image.places.dockerfile));
                    Err(absent.why)
                }
            };
            match entry {
                Ok(entry) => _ = lock.images.insert(image.name.to_string(), entry),
                Err(why) => failures.push(Failure { image: image.name.to_string(), dockerfile: file.to_string(), why }),
            }
        }
        let failed: BTreeSet<String> = failures.iter().map(|failure| failure.image.clone()).collect();
        let done = images.iter().map(|image| image.name.to_string()).filter(|name| !failed.contains(name));
        let found = Found { lock, others_stay: !names.is_empty(), done: done.collect(), failed };
        let before = match self.existing() {
            Existing::Ours => Some(mem::take(&mut self.lock.lock)),
            // Entries that cannot be read cannot stay.
            _ if found.needs_none() => Some(Lock::default()),
            _ => None,
        };
        let lock = if let Some(before) = before {
            let read = self.lock.id.map(|id| self.sources.file(id).text_to_write_back().to_owned());
            Some(found.onto(before, read))
        } else {
            diagnostics.extend(self.lock.diagnostics.iter().cloned());
            diagnostics.extend(self.lock.id.map(cannot_stay));
            None
        };
        let problems = Problems::of(diagnostics, &self.sources);
        Ok(Discovered { sources: self.sources, problems, failures, looked_for, lock })
    }
}

/// What to say of a lock that cannot be read when something in it has to stay.
fn cannot_stay(lock: FileId) -> Diagnostic {
    let message = "what the lock says of images that were not read cannot be kept, since it cannot be read itself";
    Diagnostic::new(Code::InvalidValue, message, Span::new(lock, 0, 0))
        .help("restore the file; or remove it, and run `image-factory discover` for all images")
}
