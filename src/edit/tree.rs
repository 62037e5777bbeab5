//! Whether one tree is another with some changes.

use super::entry::{self, Line};
use super::{reshape, set};
use crate::diagnostic::{Setting, Shape};
use crate::yaml::{Node, ScalarType, Value, scalar_type};
use std::collections::{HashMap, HashSet};

/// What is different in the second tree, by the place in the first.
#[derive(Default)]
pub(super) struct Changes<'a> {
    /// Scalars and the strings in their place.
    pub(super) replaced: HashMap<(u32, u32), &'a String>,
    /// Keys and what stands in their place.
    pub(super) renamed: HashMap<(u32, u32), &'a String>,
    /// Values and those of another shape in their place.
    pub(super) reshaped: HashMap<(u32, u32), &'a Shape>,
    /// Values of mappings, and what these say otherwise.
    pub(super) set: HashMap<(u32, u32), Vec<&'a Setting>>,
    /// Items, marked as such, and values of keys that are gone.
    pub(super) removed: HashSet<(bool, u32, u32)>,
    /// One more item of a list.
    pub(super) added: Option<Added<'a>>,
}

/// One more item of the list under a key of the document; of the document, if that is a list.
#[derive(Clone, Copy)]
pub(super) struct Added<'a> {
    pub(super) list: &'a str,
    pub(super) entry: &'a [Line],
    /// How many items stand before it.
    pub(super) row: usize,
}

/// Whether the second tree is the first with these changes and no other; places do not count. No first tree is an empty list.
pub(super) fn is_changed_to(old: Option<&Node<'_>>, new: &Node<'_>, changes: &Changes<'_>) -> bool {
    match (changes.added, old) {
        (Some(added), _) => is_grown(old, new, added),
        (None, Some(old)) => is_same(old, new, changes),
        (None, None) => false,
    }
}

/// Whether two trees say the same; places do not count.
pub(super) fn is_the_same(old: &Node<'_>, new: &Node<'_>) -> bool {
    is_same(old, new, &Changes::default())
}

fn is_same(old: &Node<'_>, new: &Node<'_>, changes: &Changes<'_>) -> bool {
    let stays = |is_item, node: &Node<'_>| !changes.removed.contains(&(is_item, node.span.start, node.span.end));
    let reshaped = changes.reshaped.get(&(old.span.start, old.span.end));
    if let Some(shape) = reshaped.filter(|shape| reshape::is_for(shape, &old.value)) {
        return reshape::is(shape, new);
    }
    match (&old.value, &new.value) {
        (Value::Scalar { text, plain }, Value::Scalar { text: new_text, plain: new_plain }) => {
            match changes.replaced.get(&(old.span.start, old.span.end)) {
                Some(to) => new_text == *to && scalar_type(new_text, *new_plain) == ScalarType::Text,
                None => text == new_text && plain == new_plain,
            }
        }
        (Value::Sequence(items), Value::Sequence(new_items)) => {
            let mut new_items = new_items.iter();
            items
                .iter()
                .filter(|item| stays(true, item))
                .all(|old| new_items.next().is_some_and(|new| is_same(old, new, changes)))
                && new_items.next().is_none()
        }
        (Value::Mapping(pairs), Value::Mapping(new_pairs)) => {
            let unchanged = Changes::default();
            let same = |(key, value): &(Node<'_>, Node<'_>), (new_key, new_value): &(Node<'_>, Node<'_>)| {
                let is_key = match changes.renamed.get(&(key.span.start, key.span.end)) {
                    Some(to) => matches!(&new_key.value, Value::Scalar { text, .. } if text == *to),
                    None => is_same(key, new_key, &unchanged),
                };
                is_key && is_same(value, new_value, changes)
            };
            let staying = pairs.iter().filter(|(_, value)| stays(false, value));
            let settings = |(_, value): &(Node<'_>, Node<'_>)| changes.set.get(&(value.span.start, value.span.end));
            let settings = if changes.set.is_empty() { None } else { pairs.iter().find_map(settings) };
            set::is(staying, new_pairs, settings.map_or(&[][..], Vec::as_slice), &same)
        }
        _ => false,
    }
}

/// Whether the second tree is the first with one item more in a list.
fn is_grown(old: Option<&Node<'_>>, new: &Node<'_>, added: Added<'_>) -> bool {
    let Some(old) = old else { return has_one_more(&[], new, added) };
    let is_list = |key: &Node<'_>| matches!(&key.value, Value::Scalar { text, .. } if text == added.list);
    let unchanged = Changes::default();
    match (&old.value, &new.value) {
        (Value::Sequence(items), _) => has_one_more(items, new, added),
        (Value::Mapping(pairs), Value::Mapping(new_pairs)) => {
            let more = usize::from(!pairs.iter().any(|(key, _)| is_list(key)));
            let grown = |(key, value): &(Node<'_>, Node<'_>), old: Option<&(Node<'_>, Node<'_>)>| match old {
                None => is_list(key) && has_one_more(&[], value, added),
                Some((old_key, old_value)) if is_list(old_key) => {
                    let items: &[Node<'_>] = if let Value::Sequence(items) = &old_value.value { items } else { &[] };
                    is_same(old_key, key, &unchanged) && has_one_more(items, value, added)
                }
                Some((old_key, old_value)) => {
                    is_same(old_key, key, &unchanged) && is_same(old_value, value, &unchanged)
                }
            };
            new_pairs.len() == pairs.len() + more
                && new_pairs.iter().enumerate().all(|(index, pair)| grown(pair, pairs.get(index)))
        }
        _ => false,
    }
}

fn has_one_more(items: &[Node<'_>], new: &Node<'_>, added: Added<'_>) -> bool {
    let Value::Sequence(new) = &new.value else { return false };
    let Some(item) = new.get(added.row) else { return false };
    let others = new.iter().enumerate().filter(|(row, _)| *row != added.row).map(|(_, other)| other);
    let unchanged = Changes::default();
    new.len() == items.len() + 1
        && items.iter().zip(others).all(|(old, new)| is_same(old, new, &unchanged))
        && entry::is(item, added.entry)
}
