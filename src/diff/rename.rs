//! Objects that have another name and are otherwise what they were.

use super::set::{ManifestSet, Object};
use super::value::Value;
use crate::factory::intent::kind;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Pairs of objects of one kind, the first gone and the second new, that are one object under two names.
///
/// A Warehouse is known by what it watches, a Stage by what it watches and its steps, and a Namespace, Project,
/// `ProjectConfig`, `ServiceAccount` or `AnalysisTemplate` by being the only one of its kind that went and came. Where two of a
/// side are alike, nobody can say which became which, and neither is a rename.
pub(super) fn renames(
    old: &ManifestSet,
    new: &ManifestSet,
    gone: &[Rc<Object>],
    came: &[Rc<Object>],
) -> Vec<(Rc<Object>, Rc<Object>)> {
    let (watched_then, watched_now) = (subscriptions(old), subscriptions(new));
    let mut pairs = Vec::new();
    let mut taken: BTreeSet<*const Object> = BTreeSet::new();
    // What is the same to the last step goes before what is nearly so.
    for exact in [true, false] {
        let then = by_mark(gone, &watched_then, exact, &taken);
        let now = by_mark(came, &watched_now, exact, &taken);
        for (mark, before) in &then {
            if let ([before], Some([after])) = (&before[..], now.get(mark).map(Vec::as_slice)) {
                taken.extend([Rc::as_ptr(before), Rc::as_ptr(after)]);
                pairs.push((Rc::clone(before), Rc::clone(after)));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.identity.cmp(&b.0.identity));
    pairs
}

/// What Warehouses watch, as JSON, by namespace and name.
fn subscriptions(set: &ManifestSet) -> BTreeMap<(Option<&str>, &str), String> {
    let warehouses = set.objects().filter(|object| object.identity.kind == kind::WAREHOUSE);
    warehouses
        .map(|Object { identity, value, .. }| {
            let watched = value.at(&["spec", "subscriptions"]).map(Value::to_json).unwrap_or_default();
            ((identity.namespace.as_deref(), identity.name.as_str()), watched)
        })
        .collect()
}

type Marked<'a> = BTreeMap<String, Vec<&'a Rc<Object>>>;

fn by_mark<'a>(
    objects: &'a [Rc<Object>],
    subscriptions: &BTreeMap<(Option<&str>, &str), String>,
    exact: bool,
    taken: &BTreeSet<*const Object>,
) -> Marked<'a> {
    let mut marked = Marked::new();
    for object in objects.iter().filter(|object| !taken.contains(&Rc::as_ptr(object))) {
        if let Some(mark) = mark(object, subscriptions, exact) {
            marked.entry(format!("{} {mark}", object.identity.kind)).or_default().push(object);
        }
    }
    marked
}

/// What an object is known by under any name.
fn mark(object: &Object, subscriptions: &BTreeMap<(Option<&str>, &str), String>, exact: bool) -> Option<String> {
    let spec = object.value.get("spec").unwrap_or(&Value::Null);
    match object.identity.kind.as_str() {
        kind::WAREHOUSE => spec.get("subscriptions").map(Value::to_json),
        kind::STAGE => {
            let origin = spec.items_at(&["requestedFreight"]).first()?.text_at(&["origin", "name"])?;
            let watched = subscriptions.get(&(object.identity.namespace.as_deref(), origin));
            let watched = watched.map_or(origin, String::as_str);
            let steps = spec.items_at(&["promotionTemplate", "spec", "steps"]);
            if steps.is_empty() {
                return None;
            }
            // The body of a dispatch names the base, which a renamed base changes.
            let step = |step: &Value| {
                let alias = step.text_at(&["as"]).unwrap_or_default();
                let url = step.text_at(&["config", "url"]).unwrap_or_default();
                if exact { format!("{alias} {url}") } else { url.to_owned() }
            };
            Some(format!("{watched} {}", steps.iter().map(step).collect::<Vec<_>>().join("\n")))
        }
        kind::NAMESPACE | kind::PROJECT | kind::PROJECT_CONFIG | kind::SERVICE_ACCOUNT | kind::ANALYSIS_TEMPLATE => {
            Some(String::new())
        }
        _ => None,
    }
}
