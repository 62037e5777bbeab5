//! What is wrong or will surprise, in images.yaml and in the files that it names.

use super::facts::{self, Reach};
use super::{Problems, Session};
use crate::lint::fix::Files;
use crate::lint::{self, Context};
use crate::source::{FileId, Sources};
use std::path::PathBuf;

/// What `lint` found.
pub struct Linted {
    /// The texts that the problems point at.
    pub sources: Sources,
    /// Every problem. A fix that one has can be made.
    pub problems: Problems,
    /// images.yaml, what it includes and workflows of this checkout, as far as fixes change them: where each is, which text it is,
    /// and all of its new text.
    pub fixed: Vec<(PathBuf, FileId, String)>,
    /// The checkout that they are in.
    pub root: PathBuf,
    /// How many images are listed, be they right or wrong; none are where the list itself cannot be read.
    pub images: usize,
}

impl Session {
    /// Finds the problems of what was read and of the files that it names.
    pub fn lint(mut self) -> anyhow::Result<Linted> {
        // What `synth` would find by itself is known here too; nothing of it is written.
        let (model, mut diagnostics, _) = self.resolve()?;
        let places = self.places(&model)?;
        let (facts, problems) = facts::gather(&mut self, &model, &places, Reach::All)?;
        diagnostics.extend(problems);
        let context = Context { model: &model, sources: &self.sources, facts: &facts };
        diagnostics.extend(lint::all(&context));
        lint::point_at_dockerfiles(&context, &mut diagnostics);
        let mut problems = Problems::of_lint(diagnostics, &self.sources);
        let ids = |files: &[(FileId, PathBuf)]| files.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let (images, workflows) = (ids(&self.images), ids(&facts.own_workflows));
        let files = Files { images: &images, workflows: &workflows };
        let fixed = lint::fix::settle(problems.found_mut(), &self.sources, files);
        let lists = std::iter::once(&self.root).chain(&self.included).filter_map(|file| file.images.get());
        let listed = lists.map(|list| list.value.len()).sum();
        let all = self.images.iter().chain(&facts.own_workflows);
        let path = |id| all.clone().find(|(known, _)| *known == id).map(|(_, path)| path.clone());
        let fixed = fixed.into_iter().filter_map(|(id, text)| Some((path(id)?, id, text))).collect();
        let root = self.workspace().root.clone();
        Ok(Linted { sources: self.sources, problems, fixed, root, images: listed })
    }
}
