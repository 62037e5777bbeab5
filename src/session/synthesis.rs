//! From what was read to manifests.

use super::Options;
use super::dockerfiles::{self, Added};
use super::facts::{self, Reach};
use super::files::Places;
use super::read::Read;
use crate::diagnostic::Diagnostic;
use crate::emit::Documents;
use crate::model::{Model, WatchedBy};
use crate::{factory, lint};

/// What comes of images.yaml.
pub(crate) struct Synthesis {
    /// The manifests; not to be used if an error is among the problems.
    pub(crate) documents: Documents,
    /// Every problem.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What the summary counts.
    pub(crate) counts: Counts,
    /// The images whose bases were found in this checkout, and the lock with them.
    pub(crate) added: Option<(Vec<String>, String)>,
}

/// Makes the manifests. `discovers`: looks in this checkout for the Dockerfiles of images of which nothing is known; `is_disk`:
/// what was read is what is on the disk, where the workflows are too.
pub(crate) fn synthesise(
    read: &mut Read,
    discovers: bool,
    is_disk: bool,
    options: Options,
) -> anyhow::Result<Synthesis> {
    let (model, mut diagnostics, found) = if discovers {
        dockerfiles::resolve(read, options)?
    } else {
        let (model, diagnostics) = read.resolve();
        (model, diagnostics, Added::default())
    };
    diagnostics.extend(found.diagnostics);
    let added = (!found.images.is_empty()).then(|| (found.images, read.lock.lock.text()));
    if is_disk {
        diagnostics.extend(errors_of_rules(read, &model, options)?);
    }
    // Objects are made even of a model with errors, so that theirs show too; nothing of it is written.
    let (documents, more) = documents(&model)?;
    diagnostics.extend(more);
    // Of 10,000 images the model, the text and the text of the last run take 40 to 60 MB each: the model goes here, before the
    // last run's text comes.
    let counts = Counts::of(&model, documents.count());
    Ok(Synthesis { documents, diagnostics, counts, added })
}

/// What `lint` would call errors, as far as this checkout tells.
fn errors_of_rules(read: &mut Read, model: &Model, options: Options) -> anyhow::Result<Vec<Diagnostic>> {
    let places = Places::new(&read.workspace, Vec::new(), &model.github.api_url)?;
    let reach = Reach { dockerfiles: false, online: false };
    let (facts, mut diagnostics) = facts::gather(read, model, &places, reach, options)?;
    diagnostics.extend(lint::errors(&lint::Context { model, sources: &read.sources, facts: &facts }));
    Ok(diagnostics)
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

/// What the last line counts.
pub(crate) struct Counts {
    pub(crate) managed: usize,
    pub(crate) bases: usize,
    pub(crate) externals: usize,
    pub(crate) objects: usize,
}

impl Counts {
    fn of(model: &Model, objects: usize) -> Self {
        Self {
            managed: model.images.len(),
            bases: model.bases.iter().filter(|base| matches!(base.watched_by, WatchedBy::Own(_))).count(),
            externals: model.externals.len(),
            objects,
        }
    }
}
