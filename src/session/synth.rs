//! The manifests of what was read.

use super::facts::{self, Reach};
use super::{LockFile, Problems, Session};
use crate::diagnostic::Diagnostic;
use crate::emit::Documents;
use crate::model::cascade::Follower;
use crate::model::{Base, Model, WatchedBy};
use crate::source::Sources;
use crate::{factory, lint};
use std::mem;

/// What comes of images.yaml.
pub struct Synthesis {
    /// The texts that the problems point at.
    pub sources: Sources,
    /// The manifests; not to be used if a problem stops the run.
    pub documents: Documents,
    /// Every problem.
    pub problems: Problems,
    /// What the summary counts.
    pub counts: Counts,
    /// What was found in this checkout, if anything.
    pub added: Option<Added>,
    /// Triggers that chains of images repeat, and that are left out for that.
    pub followers: Vec<Following>,
}

/// An image that a base does not trigger itself.
#[derive(Debug, serde::Serialize)]
pub struct Following {
    /// The base, as people write it.
    pub base: String,
    /// Name of the image.
    pub image: String,
    /// The images that are rebuilt before it.
    pub through: Vec<String>,
}

impl Following {
    fn all(model: &Model) -> Vec<Self> {
        let name = |image: &usize| model.images[*image].name.to_string();
        let following = |base: &Base, Follower { image, through }: &Follower| Self {
            base: base.reference.familiar(),
            image: name(image),
            through: through.iter().map(name).collect(),
        };
        model.bases.iter().flat_map(|base| base.followers.iter().map(move |of| following(base, of))).collect()
    }
}

/// Images whose bases were found in this checkout.
#[derive(Debug)]
pub struct Added {
    /// Their names.
    pub images: Vec<String>,
    /// The text of the lock with them.
    pub lock: String,
    /// The text of the lock that they were added to; none if there was no file.
    pub read: Option<String>,
}

/// How much of everything there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Images that are rebuilt.
    pub managed: usize,
    /// Base images with a Warehouse of their own.
    pub bases: usize,
    /// Images that are watched alone.
    pub externals: usize,
    /// Projects that they are in.
    pub projects: usize,
    /// Objects.
    pub objects: usize,
}

impl Session {
    /// Makes the manifests; nothing is written.
    pub fn synth(mut self) -> anyhow::Result<Synthesis> {
        let (model, mut diagnostics, found) = self.resolve()?;
        diagnostics.extend(found.diagnostics);
        let LockFile { id, lock, .. } = &self.lock;
        let read = || id.map(|id| self.sources.file(id).text_to_write_back().to_owned());
        let added = (!found.images.is_empty()).then(|| Added { images: found.images, lock: lock.text(), read: read() });
        // What another revision gave is compared with, and not judged.
        if !self.tree.is_past() {
            diagnostics.extend(self.errors_of_rules(&model)?);
        }
        // Of 10,000 images the model, the text and the text of the last run take 40 to 60 MB each: all but the texts goes here,
        // before the last run's text comes.
        let sources = mem::take(&mut self.sources);
        drop(self);
        // Objects are made even of a model with errors, so that theirs show too; nothing of it is written.
        let (documents, more) = documents(&model)?;
        diagnostics.extend(more);
        let counts = Counts::of(&model, documents.count());
        let problems = Problems::of(diagnostics, &sources);
        Ok(Synthesis { sources, documents, problems, counts, added, followers: Following::all(&model) })
    }

    /// What `lint` would call errors, as far as this checkout tells.
    fn errors_of_rules(&mut self, model: &Model) -> anyhow::Result<Vec<Diagnostic>> {
        let places = self.places(model)?;
        let (facts, mut diagnostics) = facts::gather(self, model, &places, Reach::Workflows)?;
        diagnostics.extend(lint::errors(&lint::Context { model, sources: &self.sources, facts: &facts }));
        Ok(diagnostics)
    }
}

/// Makes the objects, each written before the next is made.
fn documents(model: &Model) -> anyhow::Result<(Documents, Vec<Diagnostic>)> {
    let mut documents = Documents::default();
    let mut sizes = Vec::new();
    let mut failure = None;
    let mut diagnostics = factory::each(model, |object| match documents.push(&object) {
        Ok(written) => sizes.extend(factory::size(&object, written)),
        Err(error) => {
            failure = Some(anyhow::Error::new(error).context(format!("cannot write {} as YAML", object.identity())));
        }
    });
    diagnostics.extend(sizes);
    failure.map_or(Ok((documents, diagnostics)), Err)
}

impl Counts {
    fn of(model: &Model, objects: usize) -> Self {
        Self {
            managed: model.images.len(),
            bases: model.bases.iter().filter(|base| matches!(base.watched_by, WatchedBy::Own(_))).count(),
            externals: model.externals.len(),
            projects: model.projects(),
            objects,
        }
    }
}
