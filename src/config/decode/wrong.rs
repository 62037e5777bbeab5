//! What to say of a value that is not what its key needs, and which one it can only have meant.

use super::{Failure, Items, Reader, Struct};
use crate::config::{meant, shapes};
use crate::diagnostic::{Code, Diagnostic, Fix, Shape};
use crate::reference::Reference;
use crate::source::{Span, is_hidden, visible};
use crate::words::{is_nearest_alone, literals, nearest};
use crate::yaml::{Node, ScalarType, Value, scalar_type};
use serde::de::Visitor;
use std::cell::RefCell;

impl Reader<'_> {
    pub(super) fn report(&self, diagnostic: Diagnostic) -> Failure {
        self.sink.borrow_mut().push(diagnostic);
        Failure::Reported
    }

    pub(super) fn wrong_type(&self, wanted: &str, help: Option<String>) -> Failure {
        self.report(self.wrong(wanted, help))
    }

    pub(super) fn wrong(&self, wanted: &str, help: Option<String>) -> Diagnostic {
        let found = self.node.describe();
        let message = match self.key {
            Some(key) if found == "empty" => format!("`{key}` is empty; it needs {wanted}"),
            Some(key) => format!("`{key}` is {found}; it needs {wanted}"),
            None => format!("this is {found}; {wanted} is needed here"),
        };
        let diagnostic = Diagnostic::new(Code::WrongType, message, self.node.span);
        match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    /// Reports what is no scalar in place of a text: perhaps there are brackets around it, or a key before it.
    pub(super) fn no_scalar(&self) -> Failure {
        let meant = match &self.node.value {
            Value::Sequence(items) if items.len() == 1 => items.first().and_then(text_of).map(Shape::OnlyItem),
            Value::Mapping(pairs) if self.list == Some("baseImages") && pairs.len() == 1 => {
                pairs.first().and_then(|(key, value)| image_of(key, value)).map(Shape::OnlyPair)
            }
            _ => None,
        };
        let help = meant::one(self.node, true, self.list.is_some())
            .or_else(|| meant.as_ref().map(|shape| format!("write `{}`", shortened(shape.text()))));
        self.report(self.wrong("text", help).fix(meant.map(|shape| Fix::reshape(self.node.span, shape))))
    }

    /// Reports what is no number or boolean, and which one it can only have meant.
    pub(super) fn no_word(&self, wanted: &str, meant: Option<&str>) -> Failure {
        let fix = meant.map(|word| Fix::reshape(self.node.span, Shape::Word(word.to_owned())));
        self.report(self.wrong(wanted, meant.map(|word| format!("write `{word}`"))).fix(fix))
    }

    /// Reports what is no mapping.
    pub(super) fn no_mapping(&self, of: Option<Struct>) -> Failure {
        let is_item = self.key.is_none();
        let help = meant::mapping(self.node, self.key.or(self.list), is_item, of);
        self.wrong_type("a mapping", help)
    }

    /// Reports an image, as `node: 22`, in place of settings of one.
    pub(super) fn bare_image(&self, entries: &[(Node<'_>, Node<'_>)], (_, fields): Struct) -> Option<Failure> {
        let [(key, value)] = entries else { return None };
        let word = text_of(key).filter(|key| self.list == Some("baseImages") && !fields.contains(&key.as_str()))?;
        let image = image_of(key, value)?;
        let message = format!("unknown key `{}`", visible(&shortened(&word)));
        let help = format!("a colon and a blank make a key; write `image: \"{image}\"`");
        Some(self.report(Diagnostic::new(Code::UnknownKey, message, key.span).help(help)))
    }

    /// Reports what is no list. A text that would be right in brackets was meant so.
    pub(super) fn no_list<'de, V: Visitor<'de>>(self, visitor: V) -> Failure {
        let problems = RefCell::new(Vec::new());
        let reader = Reader { sink: &problems, ..self };
        let read = visitor.visit_seq(Items { reader, rest: std::slice::from_ref(self.node).iter() });
        let is_item = read.is_ok() && problems.borrow().is_empty();
        let is_mapping = matches!(self.node.value, Value::Mapping(_));
        let is_other_type = problems.borrow().iter().any(|problem| {
            problem.code == Code::WrongType && problem.labels.first().is_some_and(|label| label.span == self.node.span)
        });
        let help = meant::items(self.node, self.key, is_mapping != is_other_type, is_item);
        let fix = match self.scalar() {
            Some((text, ScalarType::Text)) if is_item => {
                Some(Fix::reshape(self.node.span, Shape::List(text.to_owned())))
            }
            _ => None,
        };
        self.report(self.wrong("a list", help).fix(fix))
    }

    /// Reports a number or a boolean in place of a text, and which text it can only have meant.
    pub(super) fn no_text(&self, help: &str, meant: Option<&str>) -> Failure {
        let fix = meant.map(|text| Fix::replace(self.node.span, text, text));
        self.report(self.wrong("text", Some(help.to_owned())).fix(fix))
    }
}

fn text_of(node: &Node<'_>) -> Option<String> {
    match &node.value {
        Value::Scalar { text, plain } if scalar_type(text, *plain) == ScalarType::Text => Some(text.to_string()),
        _ => None,
    }
}

/// The image that a mapping with one key can only mean, as `image: node:22` and `node: 22`.
fn image_of(key: &Node<'_>, value: &Node<'_>) -> Option<String> {
    let (key, Value::Scalar { text, .. }) = (text_of(key)?, &value.value) else { return None };
    let image = match key.as_str() {
        "image" => text_of(value)?,
        "name" | "tag" | "repository" | "registry" | "digest" => return None,
        _ if text.is_empty() => return None,
        _ => format!("{key}:{text}"),
    };
    Reference::parse(&image).is_ok().then_some(image)
}

/// What to say of a key that a struct does not have; `elsewhere` is where it belongs, if that is known.
pub(super) fn unknown_key(
    key: &str,
    span: Span,
    (of, known): Struct,
    elsewhere: impl FnOnce() -> Option<String>,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownKey, format!("unknown key `{}`", visible(&shortened(key))), span);
    let is_odd = |c: &char| !c.is_ascii() && (c.is_whitespace() || is_hidden(*c));
    if let Some(odd) = key.chars().find(is_odd) {
        let right: String = key.chars().filter(|c| !is_odd(c)).collect();
        if known.contains(&right.as_str()) {
            let help =
                format!("it holds U+{:04X}, which looks like a blank or like nothing; write `{right}`", u32::from(odd));
            return diagnostic.help(help);
        }
    }
    if let Some(name) = nearest(key, known.iter().copied()) {
        return diagnostic.help(format!("did you mean `{name}`?"));
    }
    diagnostic.help(elsewhere().unwrap_or_else(|| format!("the keys known here are {}", shapes::known((of, known)))))
}

/// What to say of a word that is none of a few; `what` names it.
pub(crate) fn unknown_word(what: &str, text: &str, span: Span, words: &[&str]) -> Diagnostic {
    let message = format!("{what} `{}` is not known", shortened(text));
    let diagnostic = Diagnostic::new(Code::InvalidValue, message, span);
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic());
    match nearest(text, words.iter().copied()) {
        Some(name) if is_word => {
            let fix = is_nearest_alone(text, name, words).then(|| Fix::replace(span, text, name));
            diagnostic.help(format!("did you mean `{name}`?")).fix(fix)
        }
        _ => diagnostic.help(format!("write one of {}", literals(words))),
    }
}

/// The beginning of a text, for messages that quote it.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
