//! What two values differ in, field by field.
//!
//! Items of a list go by what names them (a step by its alias, a variable or a header by its name, a policy by its Stage),
//! so that a new step is one change and not a change of all steps below. A text that holds JSON is compared as JSON.

use super::path::{Path, Segment};
use super::server::is_default;
use super::value::{Map, Value};
use std::collections::HashMap;
use std::rc::Rc;

/// A difference between two objects: a value, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// From the object to the value.
    pub path: Path,
    /// What became of the value there.
    pub what: ChangeKind,
}

/// A difference of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum ChangeKind {
    /// It is new; an item of a list stands at this position afterwards, and a field has none.
    Added(Value, Option<usize>),
    /// It was this, and is gone.
    Removed(Value),
    /// It has another value.
    Changed(Value, Value),
    /// The items that stay in a list stand in another order: their names before and after.
    Reordered(Vec<Rc<str>>, Vec<Rc<str>>),
}

impl ChangeKind {
    /// The value before; a new order as a list of names.
    pub fn before(&self) -> Option<Value> {
        match self {
            Self::Added(..) => None,
            Self::Removed(old) | Self::Changed(old, _) => Some(old.clone()),
            Self::Reordered(old, _) => Some(names(old)),
        }
    }

    /// The value afterwards; a new order as a list of names.
    pub fn after(&self) -> Option<Value> {
        match self {
            Self::Removed(_) => None,
            Self::Added(new, _) | Self::Changed(_, new) => Some(new.clone()),
            Self::Reordered(_, new) => Some(names(new)),
        }
    }
}

fn names(names: &[Rc<str>]) -> Value {
    Value::List(names.iter().cloned().map(Value::Text).collect())
}

/// What two objects of a kind differ in; nothing if what they differ in is no more than a server's defaults.
pub fn changes(kind: &str, old: &Value, new: &Value) -> Vec<Change> {
    let mut differ = Differ { kind, changes: Vec::new() };
    if old != new {
        differ.values(&Path::default(), old, new, false);
    }
    // Descriptions follow from the rest.
    differ.changes.sort_by_key(|change| change.path.starts_with(&["metadata", "annotations"]));
    differ.changes
}

struct Differ<'a> {
    kind: &'a str,
    changes: Vec<Change>,
}

impl Differ<'_> {
    fn push(&mut self, path: Path, what: ChangeKind) {
        self.changes.push(Change { path, what });
    }

    /// `json` is whether the values stand in a text, where no server fills anything in.
    fn values(&mut self, path: &Path, old: &Value, new: &Value, json: bool) {
        match (old, new) {
            _ if old == new => {}
            (Value::Map(old), Value::Map(new)) => self.maps(path, old, new, json),
            (Value::List(before), Value::List(after)) => self.lists(path, before, after, json),
            (Value::Text(before), Value::Text(after)) if !json => {
                match (Value::embedded(before), Value::embedded(after)) {
                    (Some(before), Some(after)) if same_shape(&before, &after) => {
                        self.values(&path.with(Segment::Json), &before, &after, true);
                    }
                    _ => self.push(path.clone(), ChangeKind::Changed(old.clone(), new.clone())),
                }
            }
            _ => self.push(path.clone(), ChangeKind::Changed(old.clone(), new.clone())),
        }
    }

    fn maps(&mut self, path: &Path, old: &Map, new: &Map, json: bool) {
        for (name, before) in old.iter() {
            let here = || path.with(Segment::Field(Rc::clone(name)));
            match new.get(name) {
                Some(after) if before == after => {}
                Some(after) => self.values(&here(), before, after, json),
                None if !json && is_default(self.kind, name, before) => {}
                None => self.push(here(), ChangeKind::Removed(before.clone())),
            }
        }
        for (name, after) in new.iter() {
            if old.get(name).is_none() && (json || !is_default(self.kind, name, after)) {
                self.push(path.with(Segment::Field(Rc::clone(name))), ChangeKind::Added(after.clone(), None));
            }
        }
    }

    fn lists(&mut self, path: &Path, old: &[Value], new: &[Value], json: bool) {
        if let ([before], [after]) = (old, new)
            && let (Some(before_name), Some(after_name)) = (name_of(before), name_of(after))
            && before_name != after_name
            && is_one_of_a_kind(before)
        {
            return self.values(&path.with(Segment::Index(0)), before, after, json);
        }
        if let (Some(before), Some(after)) = (named(old), named(new)) {
            return self.named_lists(path, &before, &after, json);
        }
        let maps = |list: &[Value]| list.iter().all(|item| matches!(item, Value::Map(_)));
        if old.len() == new.len() && maps(old) && maps(new) {
            for (index, (before, after)) in old.iter().zip(new).enumerate() {
                self.values(&path.with(Segment::Index(index)), before, after, json);
            }
            return;
        }
        self.push(path.clone(), ChangeKind::Changed(Value::List(old.to_vec()), Value::List(new.to_vec())));
    }

    fn named_lists(&mut self, path: &Path, old: &[Named<'_>], new: &[Named<'_>], json: bool) {
        let before: HashMap<&str, &Value> = old.iter().map(|(name, item)| (&**name, *item)).collect();
        let after: HashMap<&str, &Value> = new.iter().map(|(name, item)| (&**name, *item)).collect();
        let here = |name: &Rc<str>| path.with(Segment::Item(Rc::clone(name)));
        for (name, item) in old {
            match after.get(&**name) {
                Some(other) if item == other => {}
                Some(other) => self.values(&here(name), item, other, json),
                None => self.push(here(name), ChangeKind::Removed((*item).clone())),
            }
        }
        let stay = |list: &[Named<'_>], other: &HashMap<&str, &Value>| -> Vec<Rc<str>> {
            let stay = list.iter().filter(|(name, _)| other.contains_key(&**name));
            stay.map(|(name, _)| Rc::clone(name)).collect()
        };
        let (order, new_order) = (stay(old, &after), stay(new, &before));
        if order != new_order {
            self.push(path.clone(), ChangeKind::Reordered(order, new_order));
        }
        for (index, (name, item)) in new.iter().enumerate() {
            if !before.contains_key(&**name) {
                self.push(here(name), ChangeKind::Added((*item).clone(), Some(index)));
            }
        }
    }
}

fn same_shape(one: &Value, other: &Value) -> bool {
    matches!((one, other), (Value::Map(_), Value::Map(_)) | (Value::List(_), Value::List(_)))
}

type Named<'a> = (Rc<str>, &'a Value);

/// The items with what names them; `None` unless each has a name of its own.
fn named(list: &[Value]) -> Option<Vec<Named<'_>>> {
    let named: Vec<Named<'_>> = list.iter().map(|item| Some((name_of(item)?, item))).collect::<Option<_>>()?;
    let mut sorted: Vec<&str> = named.iter().map(|(name, _)| &**name).collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1]).then_some(named)
}

/// What names an item of a list, by the fields that Kargo's lists have for it.
pub fn name_of(item: &Value) -> Option<Rc<str>> {
    const NAMES: [&[&str]; 8] = [
        &["as"],
        &["name"],
        &["stageSelector", "name"],
        &["stage"],
        &["origin", "name"],
        &["image", "repoURL"],
        &["git", "repoURL"],
        &["chart", "repoURL"],
    ];
    let Value::Map(_) = item else { return None };
    let text = NAMES.iter().find_map(|path| match item.at(path) {
        Some(Value::Text(text)) => Some(Rc::clone(text)),
        _ => None,
    });
    // A policy that selects by labels.
    text.or_else(|| item.at(&["stageSelector", "matchLabels"]).map(|labels| labels.to_json().into()))
}

/// Whether lists have one such item as a rule, so that another name is a change of it.
fn is_one_of_a_kind(item: &Value) -> bool {
    ["origin", "image", "git", "chart"].iter().any(|field| item.get(field).is_some())
}
