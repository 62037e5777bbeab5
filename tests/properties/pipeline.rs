//! `synth` over texts: what a user's run says and makes of them.

use image_factory::constructs::ApiObject;
use image_factory::diagnostic::{Code, Diagnostic, render};
use image_factory::factory;
use image_factory::model::Model;
use image_factory::session::{Options, Problems, Session, Synthesis, Tree};
use image_factory::source::{Sources, Span};

/// What is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    /// images.yaml.
    pub(crate) root: String,
    /// more.yaml, which it may include.
    pub(crate) included: Option<String>,
    /// images.lock.yaml.
    pub(crate) lock: Option<String>,
}

/// What came of it.
pub(crate) struct Outcome {
    texts: Texts,
    sources: Sources,
    pub(crate) problems: Problems,
    manifest: String,
}

impl Texts {
    fn session(&self) -> Session {
        let files = [
            ("images.yaml", Some(&self.root)),
            ("more.yaml", self.included.as_ref()),
            ("images.lock.yaml", self.lock.as_ref()),
        ];
        let files = files.into_iter().filter_map(|(path, text)| Some((path, text?.clone())));
        Session::read(Tree::memory(files), Options::default()).unwrap()
    }
}

pub(crate) fn run(texts: &Texts) -> Outcome {
    let Synthesis { sources, problems, documents, .. } = texts.session().synth().unwrap();
    Outcome { texts: texts.clone(), sources, problems, manifest: documents.into_text() }
}

impl Outcome {
    /// The manifests, if nothing stops them.
    pub(crate) fn manifest(&self) -> Result<String, String> {
        if self.problems.stop() { Err(self.shown()) } else { Ok(self.manifest.clone()) }
    }

    /// The texts that places are in.
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// What the manifests are made of.
    pub(crate) fn model(&self) -> Model {
        self.texts.session().model().unwrap().0
    }

    /// The objects that the manifests are the text of.
    pub(crate) fn objects(&self) -> Vec<ApiObject> {
        let mut objects = Vec::new();
        factory::each(&self.model(), |object| objects.push(object));
        objects
    }

    /// The problems as a terminal shows them.
    pub(crate) fn shown(&self) -> String {
        render::human(&self.problems, &self.sources, render::Page::FILE)
    }

    /// What a message must have to be of use: a place in a text that was read, unless it is about what all of them add up
    /// to. The first that has none.
    pub(crate) fn without_place(&self) -> Option<&Diagnostic> {
        let fits = |span: Span| {
            let text = self.sources.file(span.file).text();
            // One byte past the end is where an end is missing.
            (span.start as usize) <= text.len() && self.sources.line_col(span).line >= 1
        };
        let has_place =
            |problem: &Diagnostic| !problem.labels.is_empty() && problem.labels.iter().all(|label| fits(label.span));
        let mut errors = self.problems.iter().filter(|problem| problem.is_error());
        errors.find(|problem| problem.code != Code::ObjectTooLarge && !has_place(problem))
    }
}
