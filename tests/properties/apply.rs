//! The way back from changes to the new value: what was reported is all that there was.

use image_factory::diff::{Change, ChangeKind, Segment, Value, name_of};
use std::rc::Rc;

/// The old value with the changes made. A change whose path is not there is passed over, which cannot be with changes that
/// were found between this value and another.
pub(crate) fn apply(old: &Value, changes: &[Change]) -> Value {
    let mut value = old.clone();
    // ChangeKind goes makes room before what stays is put in order; what comes knows its position in the finished list.
    for pass in 0..3 {
        for change in changes.iter().filter(|change| turn(&change.what) == pass) {
            set(&mut value, &change.path.0, &change.what);
        }
    }
    value
}

fn turn(what: &ChangeKind) -> usize {
    match what {
        ChangeKind::Removed(_) | ChangeKind::Changed(..) => 0,
        ChangeKind::Reordered(..) => 1,
        ChangeKind::Added(..) => 2,
    }
}

fn set(value: &mut Value, path: &[Segment], what: &ChangeKind) {
    let Some((first, rest)) = path.split_first() else {
        match what {
            ChangeKind::Changed(_, new) | ChangeKind::Added(new, _) => *value = new.clone(),
            ChangeKind::Reordered(_, order) => reorder(value, order),
            ChangeKind::Removed(_) => {}
        }
        return;
    };
    match (first, value) {
        (Segment::Field(name), Value::Map(map)) => match (rest, what) {
            ([], ChangeKind::Removed(_)) => map.remove(name),
            ([], ChangeKind::Added(new, _)) => map.insert(Rc::clone(name), new.clone()),
            _ => {
                if let Some(field) = map.get_mut(name) {
                    set(field, rest, what);
                }
            }
        },
        (Segment::Item(name), Value::List(items)) => {
            let at = items.iter().position(|item| name_of(item).as_deref() == Some(name));
            match (rest, what, at) {
                ([], ChangeKind::Removed(_), Some(at)) => drop(items.remove(at)),
                ([], ChangeKind::Added(new, index), _) => {
                    items.insert(index.unwrap_or(items.len()).min(items.len()), new.clone());
                }
                (_, _, Some(at)) => {
                    if let Some(item) = items.get_mut(at) {
                        set(item, rest, what);
                    }
                }
                _ => {}
            }
        }
        (Segment::Index(index), Value::List(items)) => {
            if let Some(item) = items.get_mut(*index) {
                set(item, rest, what);
            }
        }
        (Segment::Json, Value::Text(text)) => {
            if let Some(mut inner) = Value::embedded(text) {
                set(&mut inner, rest, what);
                *text = inner.to_json().into();
            }
        }
        _ => {}
    }
}

/// Puts items into an order of names; all that are there are named.
fn reorder(value: &mut Value, order: &[Rc<str>]) {
    let Value::List(items) = value else { return };
    let place = |item: &Value| order.iter().position(|name| name_of(item).as_ref() == Some(name));
    items.sort_by_cached_key(place);
}
