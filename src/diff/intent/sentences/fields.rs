//! What changes beside what is rebuilt, when and for what: the fields of manifests that no rebuild and no Warehouse tells of.
//!
//! Every field has a sentence. A few have words of their own; those that follow from something else that has been said are
//! passed over ([`follows`]), and are said by their path where nothing else is.

use super::{Sentence, SentenceKind};
use crate::diff::change::{Change, ChangeKind};
use crate::diff::intent::follows::{follows, is_echo, is_name};
use crate::diff::intent::secret;
use crate::diff::path::Segment;
use crate::diff::value::Value;
use crate::emit::Identity;
use crate::factory::intent::{kind, record};
use crate::model::Duration;
use crate::words::{counted, cut, list};
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a value that a sentence tells.
const VALUE: usize = 60;

/// The sentences about fields of objects that are there before and afterwards. `said` is whether something was said already that
/// others of their fields follow from.
pub(super) fn fields<'a>(
    changed: impl IntoIterator<Item = (&'a Identity, &'a [Change])>,
    said: bool,
    out: &mut Vec<Sentence>,
) {
    let mut told: BTreeMap<(SentenceKind, String), Vec<&Identity>> = BTreeMap::new();
    let mut rest: Vec<(&Identity, &Change)> = Vec::new();
    for (identity, changes) in changed {
        for change in changes.iter().filter(|change| !is_name(change)) {
            if let Some(words) = words(identity, change) {
                told.entry(words).or_default().push(identity);
            } else {
                rest.push((identity, change));
            }
        }
    }
    let is_silent = !said && told.is_empty();
    for (identity, change) in rest {
        if is_silent || !follows(identity, change) {
            told.entry((SentenceKind::Fields, by_path(change))).or_default().push(identity);
        }
    }
    for ((kind, text), identities) in told {
        let text = if kind == SentenceKind::Fields { format!("of {}, {text}", whose(&identities)) } else { text };
        out.push(Sentence::of_images(kind, text, &[]));
    }
}

/// The words for a field that has its own.
fn words(identity: &Identity, change: &Change) -> Option<(SentenceKind, String)> {
    let path = plain(change);
    let texts = match &change.what {
        ChangeKind::Changed(Value::Text(old), Value::Text(new)) => Some((&**old, &**new)),
        _ => None,
    };
    match (identity.kind.as_str(), path.as_str(), texts) {
        (kind::STAGE, "spec.promotionTemplate.spec.steps.config.headers.value", Some((old, new))) => {
            let (old, new) = (secret::of_text(old)?, secret::of_text(new)?);
            let text = format!(
                "requests to the code host carry the token of {new} in place of that of {old}: make it before this is applied"
            );
            (old != new).then_some((SentenceKind::Credentials, text))
        }
        (kind::STAGE, "spec.promotionTemplate.spec.steps.retry.timeout", Some((old, new))) if !waits(change) => {
            let words = |text: &str| text.parse::<Duration>().map_or(text.to_owned(), Duration::in_words);
            let text = format!(
                "a request that is put off or gets no answer is tried for {} in place of {}",
                words(new),
                words(old)
            );
            Some((SentenceKind::Retry, text))
        }
        (kind::NAMESPACE, ..) => {
            let [Segment::Field(_), Segment::Field(what), Segment::Field(name)] = &change.path.0[..] else {
                return None;
            };
            let what = what.trim_end_matches('s');
            let short = |value: &Value| cut(&text(value), VALUE, "...");
            let is = match &change.what {
                ChangeKind::Added(new, _) => format!("is new: {}", short(new)),
                ChangeKind::Removed(_) => "goes".to_owned(),
                ChangeKind::Changed(old, new) => format!("is {} in place of {}", short(new), short(old)),
                ChangeKind::Reordered(..) => return None,
            };
            (!is_echo(identity, change))
                .then(|| (SentenceKind::Namespace, format!("the {what} {name} of the Namespace {is}")))
        }
        _ => None,
    }
}

/// Whether it is about a step that looks at the clock alone: what it waits for is said.
fn waits(change: &Change) -> bool {
    let clocks = [record::WAIT_FOR_WINDOW, record::WAIT_FOR_BASES];
    change.path.0.iter().any(|segment| matches!(segment, Segment::Item(name) if clocks.contains(&&**name)))
}

/// A change in the words of its path.
fn by_path(change: &Change) -> String {
    let path = plain(change);
    let short = |value: &Value| cut(&text(value), VALUE, "...");
    let is_short =
        |value: &Value| !matches!(value, Value::Map(_) | Value::List(_)) && text(value).chars().count() <= VALUE;
    match &change.what {
        ChangeKind::Added(new, _) if is_short(new) => format!("{path} is new: {}", short(new)),
        ChangeKind::Added(..) => format!("{path} is new"),
        ChangeKind::Removed(_) => format!("{path} goes"),
        ChangeKind::Changed(old, new) if is_short(old) && is_short(new) => {
            format!("{path} is {} in place of {}", short(new), short(old))
        }
        ChangeKind::Changed(..) => format!("{path} is otherwise"),
        ChangeKind::Reordered(..) => format!("{path} has another order"),
    }
}

fn text(value: &Value) -> String {
    match value.text() {
        Some("") => "empty".to_owned(),
        Some(text) => text.to_owned(),
        None => value.to_json(),
    }
}

/// "the Stage a", "the Stages a and b", "3 Warehouses and 4 Stages".
fn whose(identities: &[&Identity]) -> String {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    // An object has a field of one path as often as it has items of a list.
    for identity in identities.iter().collect::<BTreeSet<_>>() {
        kinds.entry(&identity.kind).or_default().push(&identity.name);
    }
    match kinds.iter().next() {
        Some((kind, names)) if kinds.len() == 1 => {
            format!("the {kind}{} {}", if names.len() == 1 { "" } else { "s" }, list(names))
        }
        _ => list(&kinds.iter().map(|(kind, names)| counted(names.len(), kind)).collect::<Vec<_>>()),
    }
}

/// A path without what names the items of lists: `spec.steps.config.url`.
fn plain(change: &Change) -> String {
    let fields = change.path.0.iter().filter_map(|segment| match segment {
        Segment::Field(name) => Some(&**name),
        Segment::Item(_) | Segment::Index(_) | Segment::Json => None,
    });
    fields.collect::<Vec<_>>().join(".")
}
