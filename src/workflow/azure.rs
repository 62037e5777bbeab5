//! Pipelines of Azure DevOps: which parameters they declare (learn.microsoft.com: "pipeline.parameters.parameter definition").

use super::facts::{Dispatch, DispatchInput, InputKind, Workflow};
use super::gitlab::Rules;
use super::read::{declared, entries, entry, items, key_word, word, word_of};
use crate::diagnostic::Diagnostic;
use crate::source::{At, FileId, SourceFile, Span};
use crate::yaml::{self, Node, Purpose};

const PURPOSE: Purpose = Purpose {
    mebibytes: 16,
    empty: "write the steps of the pipeline, or remove the file",
    several: "keep one pipeline in a file: Azure DevOps reads one document",
    large: "write the values out",
    deep: "",
};

/// Reads the file. Each parameter is an input of a dispatch, which every run is. Those of a template that it extends are none of a run.
///
/// `None` only with a diagnostic that says why there is nothing to read on from.
pub fn read(source: &SourceFile, id: FileId) -> (Option<Workflow>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let Some(root) = yaml::parse(source, id, &PURPOSE, &mut diagnostics) else { return (None, diagnostics) };
    let text = source.text();
    let parameters = entry(&root, "parameters");
    let inputs = parameters.map(|(_, parameters)| parameters_of(parameters, text)).unwrap_or_default();
    let dispatch = Dispatch {
        span: parameters.map_or(Span::new(id, 0, 0), |(key, _)| key.span),
        inputs_span: parameters.map(|(key, _)| key.span),
        inputs,
    };
    let workflow =
        Workflow { triggers: None, dispatch: Some(dispatch), rules: Rules::default(), has_concurrency: false };
    (Some(workflow), diagnostics)
}

/// A list of parameters; or, as templates had them first, a mapping of defaults.
fn parameters_of(parameters: &Node<'_>, text: &str) -> Vec<DispatchInput> {
    let of_list = items(parameters).iter().filter_map(|item| {
        let name = word_of(item, "name", text)?;
        Some(declared(name, item, "values", text))
    });
    let of_mapping = entries(parameters).map(|(name, default)| {
        let name = key_word(name);
        let default = word(default, text).unwrap_or(At::new(String::new(), name.span));
        let kind = At::new(InputKind::String, name.span);
        DispatchInput { name, kind, required: None, default: Some(default) }
    });
    of_list.chain(of_mapping).collect()
}
