//! YAML of workflows and actions as it is written: expressions are texts that nobody has worked out yet.

mod read;

pub(crate) use read::{Documents, Folder};

use super::expression::{Scope, template};
use super::value::{Object, Text, Unknown, Value, Why};
use crate::source::{At, Span};
use std::rc::Rc;

/// A node and its place.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) span: Span,
    pub(crate) node: Node,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// A scalar that YAML reads as null, a boolean or a number, and its text.
    Plain(Value, Text),
    /// A text, perhaps with expressions.
    Text(Text),
    List(Rc<Vec<Written>>),
    Map(Rc<Vec<(At<String>, Written)>>),
}

impl Written {
    /// The value of a key.
    pub(crate) fn get(&self, name: &str) -> Option<&Written> {
        self.entries().iter().find(|(key, _)| key.value == name).map(|(_, value)| value)
    }

    /// The value of a key whose name has no case, as inputs have none.
    pub(crate) fn input(&self, name: &str) -> Option<&Written> {
        self.entries().iter().find(|(key, _)| key.value.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The value behind several keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Written> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// Keys and values; none of what is no mapping.
    pub(crate) fn entries(&self) -> &[(At<String>, Written)] {
        match &self.node {
            Node::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Items; none of what is no list.
    pub(crate) fn items(&self) -> &[Written] {
        match &self.node {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar as it is written; `None` of anything else, null included.
    pub(crate) fn text(&self) -> Option<&Text> {
        match &self.node {
            Node::Text(text) => Some(text),
            Node::Plain(value, text) => (!matches!(value, Value::Null)).then_some(text),
            _ => None,
        }
    }

    /// The same as a word.
    pub(crate) fn word(&self) -> Option<&str> {
        self.text()?.known()
    }

    /// The words of a list, or one that is written without a list.
    pub(crate) fn words(&self) -> Vec<At<String>> {
        let nodes = if self.items().is_empty() { std::slice::from_ref(self) } else { self.items() };
        nodes.iter().filter_map(|node| Some(At::new(node.word()?.to_owned(), node.span))).collect()
    }

    /// The value, with all expressions in it worked out.
    pub(crate) fn value(&self, scope: &dyn Scope) -> Value {
        match &self.node {
            Node::Plain(value, _) => value.clone(),
            Node::Text(text) => template(text, scope),
            Node::List(items) => Value::list(items.iter().map(|item| item.value(scope)).collect()),
            Node::Map(entries) => {
                let mut object = Object::default();
                for (key, value) in entries.iter() {
                    object.insert(key.value.as_str(), value.value(scope));
                }
                Value::from(object)
            }
        }
    }

    /// The value of a scalar as a text, at the place where it is written.
    pub(crate) fn text_value(&self, scope: &dyn Scope) -> Text {
        match &self.node {
            Node::Text(text) => match template(text, scope) {
                Value::Text(text) => text,
                Value::Unknown(unknown) => Text::hole(Unknown::or_at(unknown, Some(self.span))),
                value => value.text().at(Some(self.span)),
            },
            Node::Plain(value, _) => value.text().at(Some(self.span)),
            Node::List(_) | Node::Map(_) => {
                let why = Why::NotUnderstood("a list or a mapping where a text belongs".to_owned());
                Text::hole(Unknown::new(why, Some(self.span)))
            }
        }
    }
}
