//! Files of repositories to what is written in them; each is read once.

use super::{Node, Written};
use crate::source::{At, FileId, SourceFile};
use crate::workflow::repository::{Repositories, Repository};
use crate::workflow::value::{Text, Value, parse_number};
use crate::yaml::{self, Purpose, ScalarType, TextMap, scalar_type};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

const PURPOSE: Purpose = Purpose { mebibytes: 16, empty: "", several: "", large: "", deep: "" };

/// Which repository a file is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Folder {
    /// The one that the workflow runs in.
    Own,
    /// One of the others, by its number.
    Other(usize),
}

/// What files are, by repository and path; `None` of those that are not there.
type ByPath<T> = HashMap<(Folder, String), Option<Rc<T>>>;

/// Files that were read.
pub(crate) struct Documents<'a> {
    repositories: Repositories<'a>,
    yaml: RefCell<ByPath<Written>>,
    texts: RefCell<ByPath<Text>>,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(repositories: Repositories<'a>) -> Self {
        Self { repositories, yaml: RefCell::default(), texts: RefCell::default() }
    }

    /// A repository.
    pub(crate) fn repository(&self, folder: Folder) -> Repository<'a> {
        match folder {
            Folder::Other(number) => self.repositories.others.get(number).copied().unwrap_or(self.repositories.own),
            Folder::Own => self.repositories.own,
        }
    }

    /// The repository of a name, if it is here.
    pub(crate) fn named(&self, name: &str) -> Option<Folder> {
        let is = |repository: &Repository<'_>| repository.name.is_some_and(|own| own.eq_ignore_ascii_case(name));
        if is(&self.repositories.own) {
            return Some(Folder::Own);
        }
        self.repositories.others.iter().position(is).map(Folder::Other)
    }

    /// A file of YAML.
    pub(crate) fn yaml(&self, folder: Folder, path: &str) -> Option<Rc<Written>> {
        let key = (folder, path.to_owned());
        if let Some(found) = self.yaml.borrow().get(&key) {
            return found.clone();
        }
        let mut found = None;
        self.repository(folder).files.open(path, &mut |id, file| {
            let root = yaml::parse(file, id, &PURPOSE, &mut Vec::new());
            found = root.map(|root| Rc::new(written(&root, file.text())));
        });
        self.yaml.borrow_mut().insert(key, found.clone());
        found
    }

    /// A file as text, each line at its place.
    pub(crate) fn text(&self, folder: Folder, path: &str) -> Option<Rc<Text>> {
        let key = (folder, path.to_owned());
        if let Some(found) = self.texts.borrow().get(&key) {
            return found.clone();
        }
        let mut found = None;
        self.repository(folder).files.open(path, &mut |id, file| found = Some(Rc::new(whole(id, file))));
        self.texts.borrow_mut().insert(key, found.clone());
        found
    }
}

fn whole(id: FileId, file: &SourceFile) -> Text {
    let span = crate::source::Span::new(id, 0, file.text().len());
    Text::placed(file.text(), Some(span))
}

fn written(node: &yaml::Node<'_>, source: &str) -> Written {
    let span = node.span;
    let node = match &node.value {
        yaml::Value::Scalar { text, plain } => {
            let placed = placed(node, text, source);
            match scalar_type(text, *plain) {
                ScalarType::Null => Node::Plain(Value::Null, placed),
                ScalarType::Bool(is) => Node::Plain(Value::Bool(is), placed),
                ScalarType::Number => Node::Plain(Value::Number(number(text)), placed),
                ScalarType::Text => Node::Text(placed),
            }
        }
        yaml::Value::Sequence(items) => Node::List(Rc::new(items.iter().map(|item| written(item, source)).collect())),
        yaml::Value::Mapping(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let name = match &key.value {
                    yaml::Value::Scalar { text, .. } => text.as_ref().to_owned(),
                    _ => String::new(),
                };
                (At::new(name, key.span), written(value, source))
            });
            Node::Map(Rc::new(entries.collect()))
        }
    };
    Written { span, node }
}

/// The text of a scalar, each part at its place.
fn placed(node: &yaml::Node<'_>, text: &str, source: &str) -> Text {
    let Some(map) = TextMap::of(node, source) else { return Text::from(text) };
    let mut all = Text::default();
    let mut from = 0;
    for range in map.runs() {
        all.push_str(text.get(from..range.start).unwrap_or_default(), Some(map.place(from..from)));
        all.push_str(text.get(range.clone()).unwrap_or_default(), Some(map.place(range.clone())));
        from = range.end;
    }
    // What has escapes has one place.
    let place = if from == 0 { map.span() } else { map.place(from..from) };
    all.push_str(text.get(from..).unwrap_or_default(), Some(place));
    all
}

/// A number of YAML.
fn number(text: &str) -> f64 {
    match text.trim_start_matches(['+', '-']).to_ascii_lowercase().as_str() {
        ".inf" if text.starts_with('-') => f64::NEG_INFINITY,
        ".inf" => f64::INFINITY,
        _ => parse_number(text),
    }
}
