//! docker-bake.json. JSON is YAML, so that the tree of YAML gives every value its place.

use super::value::{Formula, FormulaPart, RawBake, RawTarget};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::source::{At, FileId, SourceFile};
use crate::yaml::{self, Node, Purpose, ScalarType, Value, scalar_type};

const PURPOSE: Purpose = Purpose {
    mebibytes: 16,
    empty: "write an object with the key `target`, or remove the file",
    several: "keep one object in a file",
    large: "write the values out",
    deep: "",
};

/// Reads a file to the values that it is written with.
pub(super) fn read(source: &SourceFile, id: FileId) -> (Option<RawBake>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let root = yaml::parse(source, id, &PURPOSE, &mut diagnostics);
    (root.map(|root| bake(&root, source.text())), diagnostics)
}

fn entries<'n, 'a>(node: &'n Node<'a>) -> &'n [(Node<'a>, Node<'a>)] {
    match &node.value {
        Value::Mapping(entries) => entries.as_slice(),
        _ => &[],
    }
}

fn key(node: &Node<'_>) -> At<String> {
    let text = match &node.value {
        Value::Scalar { text, .. } => text.as_ref().to_owned(),
        _ => String::new(),
    };
    At::new(text, node.span)
}

fn bake(root: &Node<'_>, source: &str) -> RawBake {
    let mut bake = RawBake::default();
    for (kind, blocks) in entries(root) {
        let kind = key(kind).value;
        for (name, node) in entries(blocks) {
            let name = key(name);
            match kind.as_str() {
                "target" => bake.targets.push(target(name, node, source)),
                "group" => bake
                    .groups
                    .push((name, value_of(node, "targets").map(|list| self::list(list, source)).unwrap_or_default())),
                "variable" => {
                    bake.variables.push((name, value_of(node, "default").and_then(|value| formula(value, source))));
                }
                _ => {}
            }
        }
    }
    bake
}

fn value_of<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<&'n Node<'a>> {
    entries(node).iter().find(|(found, _)| key(found).value == name).map(|(_, value)| value)
}

fn target(name: At<String>, node: &Node<'_>, source: &str) -> RawTarget {
    let mut target = RawTarget::new(name);
    for (name, value) in entries(node) {
        let name = key(name).value;
        if let Some(slot) = target.text(&name) {
            *slot = formula(value, source);
        } else if let Some(slot) = target.list(&name) {
            *slot = list(value, source);
        } else if name == "args" {
            target.args.extend(entries(value).iter().filter_map(|(name, value)| {
                let (name, formula) = (key(name), formula(value, source)?);
                let span = Span { end: formula.span.end.max(name.span.end), ..name.span };
                Some((name, formula, span))
            }));
        }
    }
    target
}

fn list(node: &Node<'_>, source: &str) -> Vec<Formula> {
    match &node.value {
        Value::Sequence(items) => items.iter().filter_map(|item| formula(item, source)).collect(),
        _ => Vec::new(),
    }
}

/// A value; `None` for null, objects and lists. Texts are templates of HCL (HCL JSON syntax, "Expression Mapping").
fn formula(node: &Node<'_>, source: &str) -> Option<Formula> {
    let Value::Scalar { text, plain } = &node.value else { return None };
    if scalar_type(text, *plain) == ScalarType::Null {
        return None;
    }
    let range = node.span.start as usize..node.span.end as usize;
    let raw = source.get(range).unwrap_or_default().to_owned();
    Some(Formula { parts: parts(text), raw, span: node.span })
}

/// Takes a template apart. What is not the name of a variable is not known.
fn parts(text: &str) -> Vec<FormulaPart> {
    let mut found = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '%']) {
        let (before, after) = rest.split_at(at);
        plain += before;
        let sign = after.get(..1).unwrap_or_default();
        let doubled = ["$${", "%%{"].into_iter().any(|escape| after.starts_with(escape));
        if doubled {
            plain.push_str(sign);
            plain.push('{');
            rest = after.get(3..).unwrap_or_default();
        } else if after.starts_with("${") && after.contains('}') {
            let end = after.find('}').unwrap_or(after.len());
            let name = after.get(2..end).unwrap_or_default().trim();
            let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            found.push(FormulaPart::Text(std::mem::take(&mut plain)));
            found.push(if is_name { FormulaPart::Variable(name.to_owned()) } else { FormulaPart::Unknown });
            rest = after.get(end + 1..).unwrap_or_default();
        } else if after.starts_with("${") || after.starts_with("%{") {
            return vec![FormulaPart::Unknown];
        } else {
            plain.push_str(sign);
            rest = after.get(1..).unwrap_or_default();
        }
    }
    plain += rest;
    found.push(FormulaPart::Text(plain));
    found
}
