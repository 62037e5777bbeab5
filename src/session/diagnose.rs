//! What was read to its problems: they are collected, placed and, where a comment says so, ignored.

use super::facts::{self, Reach};
use super::files::Places;
use super::read::Read;
use super::{Options, dockerfiles};
use crate::diagnostic::{Diagnostic, ignore};
use crate::lint::{self, Context};
use crate::source::Sources;
use std::path::PathBuf;

/// What was found.
pub(crate) struct Linted {
    pub(crate) read: Read,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How many images are managed.
    pub(crate) images: usize,
    /// How many problems comments ignore.
    pub(crate) ignored: usize,
}

/// Finds the problems of what was read and of the files that it names.
pub(crate) fn diagnose(
    mut read: Read,
    checkouts: Vec<(String, PathBuf)>,
    online: bool,
    options: Options,
) -> anyhow::Result<Linted> {
    // What `synth` would find by itself is known here too; nothing of it is written.
    let (model, mut diagnostics, _) = dockerfiles::resolve(&mut read, options)?;
    let places = Places::new(&read.workspace, checkouts, &model.github.api_url)?;
    let reach = Reach { dockerfiles: true, online };
    let (facts, problems) = facts::gather(&mut read, &model, &places, reach, options)?;
    diagnostics.extend(problems);
    let context = Context { model: &model, sources: &read.sources, facts: &facts };
    diagnostics.extend(lint::all(&context));
    lint::point_at_dockerfiles(&context, &mut diagnostics);
    let ignore::Outcome { kept, ignored, .. } = without_ignored(diagnostics, &read.sources);
    Ok(Linted { images: model.images.len(), ignored, diagnostics: kept, read })
}

/// Takes away what comments ignore, and says which comments ignore nothing.
fn without_ignored(diagnostics: Vec<Diagnostic>, sources: &Sources) -> ignore::Outcome {
    let mut outcome = ignore::apply(diagnostics, sources, &lint::codes());
    // What a file would have said that nobody could look at is not known.
    let blind = lint::is_blind(&outcome.kept);
    let unused = std::mem::take(&mut outcome.unused);
    let unused = unused.into_iter().filter(|unused| !(blind && unused.code.is_some_and(lint::needs_files)));
    outcome.kept.extend(unused.map(|unused| unused.diagnostic));
    outcome
}
