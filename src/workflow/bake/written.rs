//! Bake files as they are written: blocks and attributes, in HCL or in JSON.
//!
//! HCL is read by hcl-edit, which keeps the place of everything and limits how deep it nests. JSON is YAML, so that the tree of YAML
//! gives every value its place; texts in it are templates of HCL
//! (<https://github.com/hashicorp/hcl/blob/main/json/spec.md>).

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{At, FileId, SourceFile, Span};
use crate::yaml::{self, Node, Purpose, ScalarType, scalar_type};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::Body;
use hcl_edit::template::Template;
use std::ops::Range;
use std::rc::Rc;

/// The longest file that is read, in bytes: hcl-edit compares each key of an object with all before it.
const MAX_LENGTH: usize = 256 << 10;

const PURPOSE: Purpose = Purpose {
    mebibytes: 16,
    empty: "write an object with the key `target`, or remove the file",
    several: "keep one object in a file",
    large: "write the values out",
    deep: "",
};

/// A bake file.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    pub(super) blocks: Vec<Block>,
    /// `NAME = value` outside of blocks.
    pub(super) attributes: Vec<Attribute>,
}

/// A block: a target, a group, a variable, a function.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: String,
    pub(super) name: At<String>,
    pub(super) attributes: Vec<Attribute>,
}

/// A name and its value.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) name: At<String>,
    pub(super) value: Rc<Expr>,
}

/// A value as it is written.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum ExprKind {
    /// Of HCL; its places count from a byte of the file.
    Hcl(Expression, usize),
    Null,
    Bool(bool),
    Number(f64),
    /// A text of JSON.
    Template(Template),
    List(Vec<Expr>),
    Object(Vec<(At<String>, Expr)>),
    /// A text that is no template.
    Wrong(String),
}

impl Block {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&Rc<Expr>> {
        self.attributes.iter().rev().find(|attribute| attribute.name.value == name).map(|attribute| &attribute.value)
    }
}

impl Expr {
    /// The entries of an object that is written out, with the places of their keys; none if it is anything else.
    pub(super) fn entries(&self) -> Option<Vec<(At<String>, Expr)>> {
        match &self.kind {
            ExprKind::Object(entries) => Some(entries.clone()),
            ExprKind::Hcl(Expression::Object(object), offset) => {
                let entry = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| {
                    let (name, range) = match key {
                        ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                            (name.as_str(), name.span())
                        }
                        ObjectKey::Expression(Expression::String(name)) => (name.as_str(), name.span()),
                        ObjectKey::Expression(_) => return None,
                    };
                    let key = At::new(name.to_owned(), place(self.span.file, *offset, range));
                    Some((key, hcl(value.expr(), self.span.file, *offset)))
                };
                object.iter().map(entry).collect()
            }
            _ => None,
        }
    }

    /// The words of a list of names without quotes, or, in JSON, with them.
    pub(super) fn words(&self) -> Option<Vec<String>> {
        match &self.kind {
            ExprKind::Hcl(Expression::Array(items), _) => items.iter().map(word).collect(),
            ExprKind::List(items) => items.iter().map(Expr::word).collect(),
            _ => None,
        }
    }

    /// One name.
    pub(super) fn word(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Hcl(expression, _) => word(expression),
            ExprKind::Template(template) => template.as_single_element()?.as_literal().map(|text| text.to_string()),
            _ => None,
        }
    }
}

fn word(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Variable(name) => Some(name.as_str().to_owned()),
        _ => None,
    }
}

/// The place of a part of a file.
pub(super) fn place(file: FileId, offset: usize, range: Option<Range<usize>>) -> Span {
    let range = range.unwrap_or_default();
    Span::new(file, range.start + offset, range.end + offset)
}

fn hcl(expression: &Expression, file: FileId, offset: usize) -> Expr {
    Expr { span: place(file, offset, expression.span()), kind: ExprKind::Hcl(expression.clone(), offset) }
}

/// Reads a file: JSON if its name ends in `.json`, else HCL.
pub(super) fn read(source: &SourceFile, id: FileId, name: &str) -> (Option<File>, Vec<Diagnostic>) {
    if name.to_ascii_lowercase().ends_with(".json") { read_json(source, id) } else { read_hcl(source, id) }
}

fn read_hcl(source: &SourceFile, id: FileId) -> (Option<File>, Vec<Diagnostic>) {
    let text = source.text().trim_start_matches('\u{feff}');
    let offset = source.text().len() - text.len();
    if text.len() > MAX_LENGTH {
        let message = format!("the file is larger than {} KiB", MAX_LENGTH >> 10);
        let problem = Diagnostic::new(Code::TooLarge, message, Span::new(id, 0, 0));
        return (None, vec![problem.help("split it: bake takes several files")]);
    }
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => {
            let blocks = body.blocks().filter_map(|block| {
                // The last label is the name; bake knows blocks with one only.
                let label = block.labels.last()?;
                let name = At::new(label.as_str().to_owned(), place(id, offset, label.span()));
                let kind = block.ident.as_str().to_owned();
                Some(Block { kind, name, attributes: attributes(&block.body, id, offset) })
            });
            (Some(File { blocks: blocks.collect(), attributes: attributes(&body, id, offset) }), Vec::new())
        }
        Err(error) => {
            let at = text.floor_char_boundary(error.location().offset().min(text.len()));
            let length = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            let span = place(id, offset, Some(at..at + length));
            let problem = if error.message().contains("nesting depth") {
                Diagnostic::new(Code::TooDeep, error.message(), span)
            } else {
                Diagnostic::new(Code::Syntax, format!("this is not HCL: {}", error.message()), span)
                    .help("`docker buildx bake --print` reads the file as bake does")
            };
            (None, vec![problem])
        }
    }
}

fn attributes(body: &Body, id: FileId, offset: usize) -> Vec<Attribute> {
    let attribute = |attribute: &hcl_edit::structure::Attribute| Attribute {
        name: At::new(attribute.key.as_str().to_owned(), place(id, offset, attribute.key.span())),
        value: Rc::new(hcl(&attribute.value, id, offset)),
    };
    body.attributes().map(attribute).collect()
}

fn read_json(source: &SourceFile, id: FileId) -> (Option<File>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let Some(root) = yaml::parse(source, id, &PURPOSE, &mut diagnostics) else { return (None, diagnostics) };
    let mut file = File::default();
    for (kind, value) in pairs(&root) {
        if matches!(kind.value.as_str(), "target" | "group" | "variable" | "function") {
            // A list holds several objects of blocks, and several blocks of one name.
            for (name, node) in several(value).into_iter().flat_map(pairs) {
                for node in several(node) {
                    let kind = kind.value.clone();
                    file.blocks.push(Block { kind, name: name.clone(), attributes: json_attributes(node) });
                }
            }
        } else {
            file.attributes.push(Attribute { name: kind, value: Rc::new(json(value)) });
        }
    }
    (Some(file), diagnostics)
}

fn several<'n, 'a>(node: &'n Node<'a>) -> Vec<&'n Node<'a>> {
    match &node.value {
        yaml::Value::Sequence(items) => items.iter().collect(),
        _ => vec![node],
    }
}

fn pairs<'n>(node: &'n Node<'_>) -> Vec<(At<String>, &'n Node<'n>)> {
    let yaml::Value::Mapping(entries) = &node.value else { return Vec::new() };
    let pair = |(key, value): &'n (Node<'_>, Node<'_>)| {
        let yaml::Value::Scalar { text, .. } = &key.value else { return None };
        Some((At::new(text.as_ref().to_owned(), key.span), value))
    };
    entries.iter().filter_map(pair).collect()
}

fn json_attributes(node: &Node<'_>) -> Vec<Attribute> {
    pairs(node).into_iter().map(|(name, value)| Attribute { name, value: Rc::new(json(value)) }).collect()
}

fn json(node: &Node<'_>) -> Expr {
    let kind = match &node.value {
        yaml::Value::Sequence(items) => ExprKind::List(items.iter().map(json).collect()),
        yaml::Value::Mapping(_) => {
            ExprKind::Object(pairs(node).into_iter().map(|(key, value)| (key, json(value))).collect())
        }
        yaml::Value::Scalar { text, plain } => match scalar_type(text, *plain) {
            ScalarType::Null => ExprKind::Null,
            ScalarType::Bool(is) => ExprKind::Bool(is),
            ScalarType::Number => ExprKind::Number(text.parse().unwrap_or_default()),
            ScalarType::Text => match hcl_edit::parser::parse_template(text) {
                Ok(template) => ExprKind::Template(template),
                Err(_) => ExprKind::Wrong(text.as_ref().to_owned()),
            },
        },
    };
    Expr { kind, span: node.span }
}
