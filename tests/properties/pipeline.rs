//! The library as `synth` runs it, without files: texts in, objects and YAML out.

use image_factory::config;
use image_factory::config::state::State;
use image_factory::constructs::ApiObject;
use image_factory::diagnostic::{Code, Diagnostic, render};
use image_factory::lock::{self, Lock};
use image_factory::model::Model;
use image_factory::model::resolve::{Input, resolve};
use image_factory::source::{SourceFile, Sources};
use image_factory::{emit, factory};

/// What is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    /// images.yaml.
    pub(crate) root: String,
    /// The files that it includes.
    pub(crate) included: Vec<String>,
    /// images.lock.yaml.
    pub(crate) lock: Option<String>,
}

/// What came of it.
pub(crate) struct Outcome {
    sources: Sources,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) objects: Vec<ApiObject>,
    pub(crate) model: Model,
}

/// Runs everything up to the objects.
pub(crate) fn run(texts: &Texts) -> Outcome {
    let mut sources = Sources::new();
    let mut diagnostics = Vec::new();
    let mut read = |name: &str, text: &str, sources: &mut Sources| {
        let id = sources.add(SourceFile::new(name, text));
        let (file, problems) = config::read_images(sources, id);
        diagnostics.extend(problems);
        file
    };
    let root = read("images.yaml", &texts.root, &mut sources);
    let included: Vec<config::File> =
        texts.included.iter().map(|text| read("included.yaml", text, &mut sources)).collect();
    let lock: Option<Lock> = texts.lock.as_ref().map(|text| {
        let id = sources.add(SourceFile::new("images.lock.yaml", text.as_str()));
        let (lock, problems) = lock::read(&sources, id);
        diagnostics.extend(problems);
        lock
    });
    let state = State::default();
    let (model, problems) = resolve(&Input { root: &root, included: &included, lock: lock.as_ref(), state: &state });
    diagnostics.extend(problems);
    let mut objects = Vec::new();
    diagnostics.extend(factory::each(&model, |object| objects.push(object)));
    Outcome { sources, diagnostics, objects, model }
}

impl Outcome {
    /// The manifests, if nothing stops them.
    pub(crate) fn manifest(&self) -> Result<String, String> {
        let errors: Vec<Diagnostic> = self.diagnostics.iter().filter(|problem| problem.is_error()).cloned().collect();
        if !errors.is_empty() {
            return Err(render::human(&errors, &self.sources, false, 120));
        }
        let mut documents = emit::Documents::default();
        for object in &self.objects {
            documents.push(object).map_err(|error| error.to_string())?;
        }
        Ok(documents.into_text())
    }

    /// The problems as a terminal shows them.
    pub(crate) fn shown(&self) -> String {
        render::human(&self.diagnostics, &self.sources, false, 120)
    }

    /// What a message must have to be of use: a place in a text that was read, unless it is about what all of them add up
    /// to. The first that has none.
    pub(crate) fn without_place(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().filter(|problem| problem.is_error() && problem.code != Code::ObjectTooLarge).find(
            |problem| {
                let fits = |span: image_factory::source::Span| {
                    let text = self.sources.file(span.file).text();
                    // One byte past the end is where an end is missing.
                    (span.start as usize) <= text.len() && self.sources.line_col(span).line >= 1
                };
                problem.labels.is_empty() || !problem.labels.iter().all(|label| fits(label.span))
            },
        )
    }
}
