//! The entries that edits are about.

use super::plan::Reading;
use super::reshape::is_for;
use crate::diagnostic::Edit;
use crate::yaml::{Node, Piece, Value};
use std::collections::HashMap;

/// The one entry that an edit is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// Its collection and its index in that, in the layout.
    pub(super) entry: (usize, usize),
    /// The place that its collection has in the tree.
    pub(super) collection: (u32, u32),
}

/// By edit: the entry. None where there is no such entry or there are several, as with aliases; where it stands in the text in
/// another way, as with merge keys; and where a scalar does not say what it should.
pub(super) fn targets(old: &Reading<'_>, edits: &[Edit]) -> Vec<Option<Target>> {
    let mut search = Search { wanted: HashMap::new(), edits, found: vec![Hits::None; edits.len()], old };
    for (index, edit) in edits.iter().enumerate() {
        let span = edit.span();
        search.wanted.entry((span.start, span.end)).or_default().push(index);
    }
    if let Some(root) = &old.root {
        search.walk(root, old.layout.root.as_ref());
    }
    search.found.into_iter().map(|hits| if let Hits::One(target) = hits { target } else { None }).collect()
}

/// What a node is in its collection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Item,
    Key,
    Value,
}

#[derive(Clone)]
enum Hits {
    None,
    One(Option<Target>),
    Several,
}

struct Search<'a> {
    wanted: HashMap<(u32, u32), Vec<usize>>,
    edits: &'a [Edit],
    found: Vec<Hits>,
    old: &'a Reading<'a>,
}

impl<'a> Search<'a> {
    /// Walks through the tree and the layout at once. What the tree has of an alias or a merge key has no piece here.
    fn walk(&mut self, node: &Node<'_>, piece: Option<&'a Piece>) {
        let (old, place) = (self.old, (node.span.start, node.span.end));
        let of_piece = piece.and_then(|piece| Some((piece.collection()?, old.layout.collection(piece)?)));
        let entries = of_piece.into_iter().flat_map(|(at, collection)| {
            collection.entries.iter().enumerate().map(move |(index, entry)| ((at, index), entry))
        });
        // Merged keys come last in the tree, wherever the merge key stands.
        let mut entries = entries.filter(|(_, entry)| !entry.is_merge(old.text));
        let mut step = |key: Option<&Node<'_>>, value: &Node<'_>| {
            let entry = entries.next();
            let target = entry.map(|(entry, _)| Target { entry, collection: place });
            if let Some(key) = key {
                self.hit(Role::Key, key, target);
            }
            self.hit(if key.is_some() { Role::Value } else { Role::Item }, value, target);
            self.walk(value, entry.map(|(_, entry)| &entry.value));
        };
        match &node.value {
            Value::Scalar { .. } => {}
            Value::Sequence(items) => items.iter().for_each(|item| step(None, item)),
            Value::Mapping(pairs) => pairs.iter().for_each(|(key, value)| step(Some(key), value)),
        }
    }

    fn hit(&mut self, role: Role, node: &Node<'_>, target: Option<Target>) {
        for index in self.wanted.get(&(node.span.start, node.span.end)).map_or(&[][..], Vec::as_slice) {
            let fits = match (self.edits.get(*index), &node.value) {
                (Some(Edit::RenameKey { from, .. }), Value::Scalar { text, .. }) => role == Role::Key && text == from,
                (Some(Edit::Replace { from, .. }), Value::Scalar { text, .. }) => role != Role::Key && text == from,
                (Some(Edit::Reshape { to, .. }), value) => role != Role::Key && is_for(to, value),
                // A list that stands under its key without indentation may have the place of its only item.
                (Some(Edit::RemoveItem { .. }), _) => role == Role::Item,
                (Some(Edit::RemoveKey(_) | Edit::Set { .. }), _) => role == Role::Value,
                _ => false,
            };
            if let Some(hits) = self.found.get_mut(*index).filter(|_| fits) {
                *hits = if matches!(hits, Hits::None) { Hits::One(target) } else { Hits::Several };
            }
        }
    }
}
