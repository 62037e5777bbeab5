//! A tree of YAML to the facts of a workflow.

use super::facts::{Dispatch, DispatchInput, InputKind, Triggers, Workflow};
use super::gitlab;
use crate::diagnostic::Diagnostic;
use crate::source::{At, FileId, SourceFile, Span};
use crate::yaml::{self, Node, Purpose, ScalarType, TextMap, Value, scalar_type};

/// A workflow file. Hundreds of jobs come to less than one of the MiB.
const PURPOSE: Purpose = Purpose {
    mebibytes: 16,
    empty: "write a workflow with the keys `on` and `jobs`, or remove the file",
    several: "keep one workflow in a file: GitHub reads one document",
    large: "write the values out",
    deep: "",
};

/// Reads a workflow file.
///
/// `None` only with a diagnostic that says why there is nothing to read on from. The diagnostics are those of reading YAML:
/// what a workflow should say is for the rules to judge, and what is not understood of it is left out. Keys are compared
/// with regard to case, as GitHub compares them.
pub fn read(source: &SourceFile, id: FileId) -> (Option<Workflow>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let root = yaml::parse(source, id, &PURPOSE, &mut diagnostics);
    (root.map(|root| workflow(&root, source.text())), diagnostics)
}

/// The keys and values of a mapping; none of anything else.
pub(super) fn entries<'n, 'a>(node: &'n Node<'a>) -> impl Iterator<Item = (&'n Node<'a>, &'n Node<'a>)> {
    let entries = match &node.value {
        Value::Mapping(entries) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|(key, value)| (key, value))
}

/// A key of a mapping, and its value.
pub(super) fn entry<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<(&'n Node<'a>, &'n Node<'a>)> {
    entries(node).find(|(key, _)| matches!(&key.value, Value::Scalar { text, .. } if text == name))
}

/// The value of a key of a mapping.
pub(super) fn get<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<&'n Node<'a>> {
    entry(node, name).map(|(_, value)| value)
}

pub(super) fn items<'n, 'a>(node: &'n Node<'a>) -> &'n [Node<'a>] {
    match &node.value {
        Value::Sequence(items) => items.as_slice(),
        _ => &[],
    }
}

/// What a scalar says, and the place of the whole of it; `None` for anything else, null included.
pub(super) fn word(node: &Node<'_>, source: &str) -> Option<At<String>> {
    let Value::Scalar { text, plain } = &node.value else { return None };
    if scalar_type(text, *plain) == ScalarType::Null {
        return None;
    }
    Some(At::new(text.as_ref().to_owned(), TextMap::of(node, source)?.span()))
}

pub(super) fn word_of(node: &Node<'_>, name: &str, source: &str) -> Option<At<String>> {
    word(get(node, name)?, source)
}

/// An input of a host whose pipelines declare a type, a default and, below `values`, what is taken. One without a default is required; one
/// that is empty, or a list, is one too.
pub(super) fn declared(name: At<String>, spec: &Node<'_>, values: &str, text: &str) -> DispatchInput {
    let values = get(spec, values).filter(|values| matches!(values.value, Value::Sequence(_)));
    let options = values.map(|values| items(values).iter().filter_map(|value| word(value, text)).collect());
    let kind = match (options, word_of(spec, "type", text)) {
        (Some(options), kind) => At::new(InputKind::Choice(options), kind.map_or(name.span, |at| at.span)),
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
    let default = default.map(|(key, value)| word(value, text).unwrap_or(At::new(String::new(), key.span)));
    DispatchInput { name, kind, required, default }
}

/// A key as text. A key without text is one too: `"": x`.
pub(super) fn key_word(key: &Node<'_>) -> At<String> {
    let text = match &key.value {
        Value::Scalar { text, .. } => text.as_ref().to_owned(),
        _ => String::new(),
    };
    At::new(text, key.span)
}

fn workflow(root: &Node<'_>, source: &str) -> Workflow {
    let (triggers, dispatch) = triggers(root, source);
    let jobs = || get(root, "jobs").into_iter().flat_map(entries);
    let has_concurrency = |node| get(node, "concurrency").is_some();
    Workflow {
        triggers,
        dispatch,
        rules: gitlab::Rules::default(),
        has_concurrency: has_concurrency(root) || jobs().any(|(_, job)| has_concurrency(job)),
    }
}

/// `on`, in one of its three shapes: a word, a list of words, a mapping by word.
fn triggers(root: &Node<'_>, source: &str) -> (Option<Triggers>, Option<Dispatch>) {
    let Some((key, node)) = entry(root, "on") else { return (None, None) };
    let (mut events, mut branches) = (Vec::new(), Vec::new());
    let mut settings = None;
    match &node.value {
        Value::Scalar { .. } => events.extend(word(node, source)),
        Value::Sequence(items) => events.extend(items.iter().filter_map(|item| word(item, source))),
        Value::Mapping(_) => {
            events.extend(entries(node).map(|(key, _)| key_word(key)));
            branches.extend(entries(node).filter_map(|(_, event)| get(event, "branches")).flat_map(|names| {
                let items = if matches!(names.value, Value::Scalar { .. }) {
                    std::slice::from_ref(names)
                } else {
                    items(names)
                };
                items.iter().filter_map(|name| word(name, source)).filter(|name| !name.value.contains(PATTERN))
            }));
            settings = get(node, DISPATCH);
        }
    }
    let dispatch =
        events.iter().find(|event| event.value == DISPATCH).map(|event| dispatch(event.span, settings, source));
    (Some(Triggers { key: key.span, events, branches }), dispatch)
}

const DISPATCH: &str = "workflow_dispatch";

/// Characters that make a filter a pattern
/// (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet>).
const PATTERN: [char; 7] = ['*', '?', '+', '[', ']', '!', '$'];

fn dispatch(span: Span, settings: Option<&Node<'_>>, source: &str) -> Dispatch {
    let found = settings.and_then(|node| entry(node, "inputs"));
    let inputs = found.into_iter().flat_map(|(_, node)| entries(node)).map(|(name, node)| input(name, node, source));
    Dispatch { span, inputs_span: found.map(|(key, _)| key.span), inputs: inputs.collect() }
}

fn input(name: &Node<'_>, node: &Node<'_>, source: &str) -> DispatchInput {
    let name = key_word(name);
    let kind = match word_of(node, "type", source) {
        None => At::new(InputKind::String, name.span),
        Some(word) => word.map(|word| match word.as_str() {
            "string" => InputKind::String,
            "boolean" => InputKind::Boolean,
            "number" => InputKind::Number,
            "environment" => InputKind::Environment,
            "choice" => InputKind::Choice(
                get(node, "options")
                    .into_iter()
                    .flat_map(items)
                    .filter_map(|option| self::word(option, source))
                    .collect(),
            ),
            _ => InputKind::Other(word),
        }),
    };
    let required = get(node, "required").and_then(|node| {
        let Value::Scalar { text, plain } = &node.value else { return None };
        match scalar_type(text, *plain) {
            ScalarType::Bool(required) => Some(At::new(required, node.span)),
            _ => None,
        }
    });
    DispatchInput { name, kind, required, default: word_of(node, "default", source) }
}
