//! docker-bake.hcl: HCL by hcl-edit, which keeps the place of everything and limits how deep it nests.

use super::value::{Formula, FormulaPart, RawBake, RawTarget};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{At, FileId, SourceFile, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Attribute, Block, Body};
use hcl_edit::template::{Element, Template};
use std::ops::Range;

/// The longest file that is read, in bytes: hcl-edit compares each key of an object with all before it.
const MAX_LENGTH: usize = 256 << 10;

/// Reads a file to the values that it is written with.
pub(super) fn read(source: &SourceFile, id: FileId) -> (Option<RawBake>, Vec<Diagnostic>) {
    let text = source.text().trim_start_matches('\u{feff}');
    let file = HclFile { id, text, offset: source.text().len() - text.len() };
    if text.len() > MAX_LENGTH {
        let message = format!("the file is larger than {} KiB", MAX_LENGTH >> 10);
        let problem = Diagnostic::new(Code::TooLarge, message, file.span(Some(0..0)));
        return (None, vec![problem.help("split it: bake takes several files")]);
    }
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => (Some(file.bake(&body)), Vec::new()),
        Err(error) => (None, vec![file.problem(error.location().offset(), error.message())]),
    }
}

struct HclFile<'a> {
    id: FileId,
    text: &'a str,
    /// Bytes of the byte-order mark before the text.
    offset: usize,
}

impl HclFile<'_> {
    fn problem(&self, at: usize, message: &str) -> Diagnostic {
        let at = self.text.floor_char_boundary(at.min(self.text.len()));
        let length = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = self.span(Some(at..at + length));
        if message.contains("nesting depth") {
            return Diagnostic::new(Code::TooDeep, message, span);
        }
        Diagnostic::new(Code::Syntax, format!("this is not HCL: {message}"), span)
            .help("`docker buildx bake --print` reads the file as bake does")
    }

    fn span(&self, range: Option<Range<usize>>) -> Span {
        let range = range.unwrap_or_default();
        Span::new(self.id, range.start + self.offset, range.end + self.offset)
    }

    fn bake(&self, body: &Body) -> RawBake {
        let mut bake = RawBake::default();
        for block in body.blocks() {
            // The last label is the name; bake knows blocks with one only.
            let Some(label) = block.labels.last() else { continue };
            let name = At::new(label.as_str().to_owned(), self.span(label.span()));
            match block.ident.as_str() {
                "target" => bake.targets.push(self.target(name, block)),
                "group" => bake.groups.push((name, self.list_of(block, "targets"))),
                "variable" => {
                    let default = block.body.attributes().find(|attribute| attribute.has_key("default"));
                    bake.variables.push((name, default.and_then(|attribute| self.formula(&attribute.value))));
                }
                _ => {}
            }
        }
        // `NAME = "value"` outside of blocks is a variable too, one that the environment cannot set.
        for attribute in body.attributes() {
            let name = At::new(attribute.key.as_str().to_owned(), self.span(attribute.key.span()));
            bake.variables.push((name, self.formula(&attribute.value)));
        }
        bake
    }

    fn list_of(&self, block: &Block, key: &str) -> Vec<Formula> {
        let found = block.body.attributes().find(|attribute| attribute.has_key(key));
        found.map(|attribute| self.list(&attribute.value)).unwrap_or_default()
    }

    fn target(&self, name: At<String>, block: &Block) -> RawTarget {
        let mut target = RawTarget::new(name);
        for attribute in block.body.attributes() {
            let key = attribute.key.as_str();
            if let Some(slot) = target.text(key) {
                *slot = self.formula(&attribute.value);
            } else if let Some(list) = target.list(key) {
                *list = self.list(&attribute.value);
            } else if key == "args" {
                target.args = self.args(attribute);
            }
        }
        target
    }

    fn list(&self, value: &Expression) -> Vec<Formula> {
        match value {
            Expression::Array(items) => items.iter().filter_map(|item| self.formula(item)).collect(),
            _ => Vec::new(),
        }
    }

    fn args(&self, attribute: &Attribute) -> Vec<(At<String>, Formula, Span)> {
        let Expression::Object(object) = &attribute.value else { return Vec::new() };
        let args = object.iter().filter_map(|(key, value)| {
            let (name, key) = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    (name.as_str(), name.span())
                }
                ObjectKey::Expression(Expression::String(name)) => (name.as_str(), name.span()),
                ObjectKey::Expression(_) => return None,
            };
            let formula = self.formula(value.expr())?;
            let key = self.span(key);
            let span = Span { end: formula.span.end.max(key.end), ..key };
            Some((At::new(name.to_owned(), key), formula, span))
        });
        args.collect()
    }

    /// A value; `None` for null, which is as if the key were not there.
    fn formula(&self, value: &Expression) -> Option<Formula> {
        let parts = match value {
            Expression::Null(_) => return None,
            Expression::Parenthesis(inner) => parts(inner.inner()),
            other => parts(other),
        };
        let range = value.span().unwrap_or_default();
        let raw = self.text.get(range.clone()).unwrap_or_default().to_owned();
        Some(Formula { parts, raw, span: self.span(Some(range)) })
    }
}

/// What a value is made of.
fn parts(value: &Expression) -> Vec<FormulaPart> {
    match value {
        Expression::String(text) => vec![FormulaPart::Text(text.as_str().to_owned())],
        Expression::Bool(value) => vec![FormulaPart::Text(value.value().to_string())],
        Expression::Number(value) => vec![FormulaPart::Text(value.value().to_string())],
        Expression::Variable(name) => vec![FormulaPart::Variable(name.as_str().to_owned())],
        Expression::StringTemplate(template) => template_parts(template),
        Expression::HeredocTemplate(heredoc) => {
            let mut heredoc = heredoc.clone();
            heredoc.dedent();
            template_parts(&heredoc.template)
        }
        _ => vec![FormulaPart::Unknown],
    }
}

fn template_parts(template: &Template) -> Vec<FormulaPart> {
    let part = |element: &Element| match element {
        Element::Literal(text) => FormulaPart::Text(text.as_str().to_owned()),
        Element::Interpolation(inner) => match &inner.expr {
            Expression::Variable(name) => FormulaPart::Variable(name.as_str().to_owned()),
            Expression::String(text) => FormulaPart::Text(text.as_str().to_owned()),
            _ => FormulaPart::Unknown,
        },
        Element::Directive(_) => FormulaPart::Unknown,
    };
    template.iter().map(part).collect()
}
