//! GitLab's `.gitlab-ci.yml`: which inputs it declares ("CI/CD inputs"), and when it makes a pipeline (`rules`).

mod condition;
mod rules;

pub use rules::{Known, Refusal, Rules};

use super::facts::{Dispatch, Workflow};
use super::read::{declared, entries, entry, key_word};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile, Span};
use crate::yaml::{self, Purpose};

const PURPOSE: Purpose = Purpose {
    mebibytes: 16,
    empty: "write jobs, or remove the file",
    several: "GitLab reads a header with `spec` and one document behind it",
    large: "write the values out",
    deep: "",
};

/// Reads the file. Each input is one of a dispatch, which every pipeline is.
///
/// `None` only with a diagnostic that says why there is nothing to read on from. GitLab's own tags, as `!reference`, and keys that are
/// there twice are no problem of ours.
pub fn read(source: &SourceFile, id: FileId) -> (Option<Workflow>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let Some(documents) = yaml::parse_up_to(2, source, id, &PURPOSE, &mut diagnostics) else {
        return (None, diagnostics);
    };
    let text = source.text();
    let (header, body) = match &documents[..] {
        [header, body] => (Some(header), body),
        [body, ..] => (None, body),
        [] => return (None, diagnostics),
    };
    let spec = header.and_then(|header| entry(header, "spec"));
    let inputs = spec.and_then(|(_, spec)| entry(spec, "inputs"));
    let dispatch = Dispatch {
        span: spec.map_or(Span::new(id, 0, 0), |(key, _)| key.span),
        inputs_span: inputs.map(|(key, _)| key.span),
        inputs: inputs
            .into_iter()
            .flat_map(|(_, inputs)| entries(inputs))
            // `BaseInput#required?`. What is sent is text, which GitLab takes for a number or a boolean too.
            .map(|(name, spec)| declared(key_word(name), spec, "options", text))
            .collect(),
    };
    let rules = Rules::of(body, text);
    (Some(Workflow { triggers: None, dispatch: Some(dispatch), rules, has_concurrency: false }), Vec::new())
}
