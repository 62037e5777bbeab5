//! Where edits are in the tree, and whether one tree is another with some changes.

use crate::diagnostic::Edit;
use crate::source::Span;
use crate::yaml::{Node, ScalarType, Value, scalar_type};
use std::collections::{HashMap, HashSet};

/// One step from a node to a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// What an edit is about.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// From the root to the value.
    pub(super) route: Vec<Step>,
}

/// By edit: the one node that it is about. None where there is no such node or there are several, as with aliases, and where
/// a scalar does not say what it should.
pub(super) fn targets(root: &Node<'_>, edits: &[Edit]) -> Vec<Option<Target>> {
    let mut search = Search { wanted: HashMap::new(), edits, found: vec![Hits::None; edits.len()], route: Vec::new() };
    for (index, edit) in edits.iter().enumerate() {
        let span = edit.span();
        search.wanted.entry((span.start, span.end)).or_default().push(index);
    }
    search.walk(root);
    let target = |hits| if let Hits::One(target) = hits { Some(target) } else { None };
    search.found.into_iter().map(target).collect()
}

#[derive(Clone)]
enum Hits {
    None,
    One(Target),
    Several,
}

struct Search<'a> {
    wanted: HashMap<(u32, u32), Vec<usize>>,
    edits: &'a [Edit],
    found: Vec<Hits>,
    route: Vec<Step>,
}

impl Search<'_> {
    fn walk(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Scalar { .. } => {}
            Value::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.step(Step::Index(index), item);
                }
            }
            Value::Mapping(entries) => {
                for (key, value) in entries.iter() {
                    if let Value::Scalar { text, .. } = &key.value {
                        self.step(Step::Key(text.to_string()), value);
                    }
                }
            }
        }
    }

    fn step(&mut self, step: Step, node: &Node<'_>) {
        self.route.push(step);
        for index in self.wanted.get(&(node.span.start, node.span.end)).map_or(&[][..], Vec::as_slice) {
            let is_item = matches!(self.route.last(), Some(Step::Index(_)));
            let fits = match (self.edits.get(*index), &node.value) {
                (Some(Edit::Replace { from, .. }), Value::Scalar { text, .. }) => text == from,
                // A list that stands under its key without indentation may have the place of its only item.
                (Some(Edit::RemoveItem(_)), _) => is_item,
                (Some(Edit::RemoveKey(_)), _) => !is_item,
                _ => false,
            };
            if let Some(hits) = self.found.get_mut(*index)
                && fits
            {
                let target = Target { route: self.route.clone() };
                *hits = if matches!(hits, Hits::None) { Hits::One(target) } else { Hits::Several };
            }
        }
        self.walk(node);
        self.route.pop();
    }
}

/// An entry as it stands in the text.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Where its key begins, or the list item after its dash.
    pub(super) start: usize,
    pub(super) value: Span,
    /// Whether it is an item of a list, and not a key with its value.
    pub(super) is_item: bool,
    /// Whether it is an item of a list in block style.
    pub(super) has_dash: bool,
}

/// The entry at the end of a route.
pub(super) fn entry(root: &Node<'_>, route: &[Step], text: &str) -> Option<Entry> {
    let (step, rest) = route.split_first()?;
    let (start, node) = match (&root.value, step) {
        (Value::Sequence(items), Step::Index(index)) => {
            let item = items.get(*index)?;
            (item.span.start, item)
        }
        (Value::Mapping(entries), Step::Key(name)) => {
            let is_it = |key: &Node<'_>| matches!(&key.value, Value::Scalar { text, .. } if text == name);
            let (key, value) = entries.iter().find(|(key, _)| is_it(key))?;
            (key.span.start, value)
        }
        _ => return None,
    };
    if !rest.is_empty() {
        return entry(node, rest, text);
    }
    let is_item = matches!(step, Step::Index(_));
    // A block list may begin where its first item does.
    let first = if let Value::Sequence(items) = &root.value { items.first() } else { None };
    let in_brackets = first.is_some_and(|first| root.span.start < first.span.start)
        && text.get(root.span.start as usize..)?.starts_with('[');
    Some(Entry { start: start as usize, value: node.span, is_item, has_dash: is_item && !in_brackets })
}

/// What is different in the second tree, by the place in the first.
#[derive(Default)]
pub(super) struct Changes<'a> {
    /// Scalars and the strings in their place.
    pub(super) replaced: HashMap<(u32, u32), &'a String>,
    /// Items, marked as such, and values of keys that are gone.
    pub(super) removed: HashSet<(bool, u32, u32)>,
}

/// Whether the second tree is the first with these changes and no other; places do not count.
pub(super) fn is_changed_to(old: &Node<'_>, new: &Node<'_>, changes: &Changes<'_>) -> bool {
    let stays = |is_item, node: &Node<'_>| !changes.removed.contains(&(is_item, node.span.start, node.span.end));
    match (&old.value, &new.value) {
        (Value::Scalar { text, plain }, Value::Scalar { text: new_text, plain: new_plain }) => {
            match changes.replaced.get(&(old.span.start, old.span.end)) {
                Some(to) => new_text == *to && scalar_type(new_text, *new_plain) == ScalarType::Text,
                None => text == new_text && plain == new_plain,
            }
        }
        (Value::Sequence(items), Value::Sequence(new_items)) => {
            let left: Vec<_> = items.iter().filter(|item| stays(true, item)).collect();
            left.len() == new_items.len()
                && left.iter().zip(new_items.iter()).all(|(old, new)| is_changed_to(old, new, changes))
        }
        (Value::Mapping(entries), Value::Mapping(new_entries)) => {
            let left: Vec<_> = entries.iter().filter(|(_, value)| stays(false, value)).collect();
            let unchanged = Changes::default();
            left.len() == new_entries.len()
                && left.iter().zip(new_entries.iter()).all(|((key, value), (new_key, new_value))| {
                    is_changed_to(key, new_key, &unchanged) && is_changed_to(value, new_value, changes)
                })
        }
        _ => false,
    }
}
