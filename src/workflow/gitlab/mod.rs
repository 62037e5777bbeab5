//! GitLab's `.gitlab-ci.yml`: which inputs it declares ("CI/CD inputs"), and when it makes a pipeline (`rules`).

mod condition;
mod rules;

pub use rules::{Known, Refusal, Rules};

use super::facts::{Dispatch, DispatchInput, InputKind, Workflow};
use super::read::{entries, entry, get, items, key_word, word, word_of};
use crate::diagnostic::Diagnostic;
use crate::source::{At, FileId, SourceFile, Span};
use crate::yaml::{self, Node, Purpose};

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
            .map(|(name, spec)| input(name, spec, text))
            .collect(),
    };
    let rules = Rules::of(body, text);
    (Some(Workflow { triggers: None, dispatch: Some(dispatch), rules, has_concurrency: false }), Vec::new())
}

/// One without `default` is required (`BaseInput#required?`). What is sent is text, which GitLab takes for a number or a boolean too.
fn input(name: &Node<'_>, spec: &Node<'_>, text: &str) -> DispatchInput {
    let name = key_word(name);
    let options = get(spec, "options").map(|options| items(options).iter().filter_map(|option| word(option, text)));
    let kind = match (options, word_of(spec, "type", text)) {
        (Some(options), kind) => At::new(InputKind::Choice(options.collect()), kind.map_or(name.span, |at| at.span)),
        (None, None) => At::new(InputKind::String, name.span),
        (None, Some(kind)) => kind.map(|kind| match kind.as_str() {
            "string" => InputKind::String,
            "boolean" => InputKind::Boolean,
            "number" => InputKind::Number,
            _ => InputKind::Other(kind),
        }),
    };
    let default = entry(spec, "default");
    let required = default.is_none().then(|| At::new(true, name.span));
    // A default that is empty, or a list, is one too.
    let default = default.map(|(key, value)| word(value, text).unwrap_or(At::new(String::new(), key.span)));
    DispatchInput { name, kind, required, default }
}
