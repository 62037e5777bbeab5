//! What changes beside what is rebuilt, when and for what: the fields of manifests that no rebuild and no Warehouse tells of.
//!
//! Every field has a sentence. A few have words of their own; those that follow from something else that has been said are
//! passed over ([`follows`]), and are said by their path where nothing else is.

use super::{Sentence, SentenceKind};
use crate::diff::change::{Change, ChangeKind};
use crate::diff::path::Segment;
use crate::diff::value::Value;
use crate::emit::Identity;
use crate::factory::intent::{COLOR, DESCRIPTION, PART_OF, kind};
use crate::model::Duration;
use crate::words::{counted, cut, list};
use std::collections::BTreeMap;

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
            if is_fail_step(change) && said {
                continue;
            }
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

/// Whether a change follows from another one, which a sentence or another field tells: what an object says of itself, what is
/// said of a failure, which Stages are automatic, and everything that a rebuild or a Warehouse is read from.
fn follows(identity: &Identity, change: &Change) -> bool {
    const TOLD: [(&str, &str); 20] = [
        (kind::STAGE, "spec.promotionTemplate.spec.steps.config.errorExpression"),
        (kind::STAGE, "spec.promotionTemplate.spec.steps.config.successExpression"),
        (kind::STAGE, "spec.promotionTemplate.spec.steps.config.failureExpression"),
        (kind::STAGE, "spec.promotionTemplate.spec.steps.config.message"),
        (kind::STAGE, "spec.promotionTemplate.spec.steps.config.url"),
        (kind::STAGE, "spec.promotionTemplate.spec.steps.config.body"),
        (kind::STAGE, "spec.promotionTemplate.spec.steps.config.headers"),
        (kind::STAGE, "spec.promotionTemplate.spec.steps.if"),
        (kind::STAGE, "spec.promotionTemplate.spec.steps"),
        (kind::STAGE, "spec.promotionTemplate.spec.vars"),
        (kind::STAGE, "spec.requestedFreight"),
        (kind::STAGE, "spec.verification"),
        (kind::PROJECT_CONFIG, "spec.promotionPolicies"),
        (kind::WAREHOUSE, "spec.interval"),
        (kind::WAREHOUSE, "spec.subscriptions.image.repoURL"),
        (kind::WAREHOUSE, "spec.subscriptions.image.constraint"),
        (kind::WAREHOUSE, "spec.subscriptions.image.discoveryLimit"),
        (kind::WAREHOUSE, "spec.subscriptions.image.imageSelectionStrategy"),
        (kind::WAREHOUSE, "spec.subscriptions.image.allowTagsRegexes"),
        (kind::WAREHOUSE, "spec.subscriptions.image.ignoreTagsRegexes"),
    ];
    // Below these everything follows; of the others only they themselves do.
    const WHOLE: [&str; 6] = ["body", "headers", "vars", "requestedFreight", "verification", "promotionPolicies"];
    if is_description(change) || is_mark(change) {
        return true;
    }
    let path = plain(change);
    TOLD.iter().any(|(of, told)| {
        *of == identity.kind
            && (path == *told
                || WHOLE.iter().any(|end| told.ends_with(end))
                    && path.strip_prefix(told).is_some_and(|rest| rest.starts_with('.')))
    })
}

/// What an object says of itself.
pub(in crate::diff) fn is_description(change: &Change) -> bool {
    change.path.starts_with(&["metadata", "annotations", DESCRIPTION])
}

/// The colour, which is that of how a Stage is promoted, and the label with the name of the Project.
fn is_mark(change: &Change) -> bool {
    change.path.starts_with(&["metadata", "annotations", COLOR])
        || change.path.starts_with(&["metadata", "labels", PART_OF])
}

fn is_name(change: &Change) -> bool {
    change.path.starts_with(&["metadata", "name"]) || change.path.starts_with(&["metadata", "namespace"])
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
            let (old, new) = (secret(old)?, secret(new)?);
            let text = format!(
                "requests to the code host carry the token of {new} in place of that of {old}: make it before this is applied"
            );
            (old != new).then_some((SentenceKind::Credentials, text))
        }
        (kind::STAGE, "spec.promotionTemplate.spec.steps.retry.timeout", Some((old, new))) => {
            let words = |text: &str| text.parse::<Duration>().map_or(text.to_owned(), Duration::in_words);
            let text = format!("a request that is put off is tried for {} in place of {}", words(new), words(old));
            Some((SentenceKind::Retry, text))
        }
        (kind::STAGE, "spec.promotionTemplate.spec.steps.retry.errorThreshold", _) => {
            let number = |value: Option<Value>| value.map_or("1".to_owned(), |value| value.to_json());
            let (old, new) = (number(change.what.before()), number(change.what.after()));
            Some((SentenceKind::Retry, format!("a request fails at network error {new} in place of {old}")))
        }
        (kind::STAGE, "spec.promotionTemplate.spec.steps.config.pollInterval", None) => kargo(change, "1.11"),
        (kind::STAGE, "spec.promotionTemplate.spec.steps", None) if is_fail_step(change) => kargo(change, "1.10"),
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
            (!is_description(change) && !is_mark(change))
                .then(|| (SentenceKind::Namespace, format!("the {what} {name} of the Namespace {is}")))
        }
        _ => None,
    }
}

/// What only a Kargo from some version on knows, and what older ones do without.
fn kargo(change: &Change, version: &str) -> Option<(SentenceKind, String)> {
    let words = match change.what {
        ChangeKind::Added(..) => format!("the steps are written for Kargo {version} or newer"),
        ChangeKind::Removed(_) => format!("the steps are written for a Kargo before {version}"),
        _ => return None,
    };
    Some((SentenceKind::Kargo, words))
}

/// Whether a step comes or goes that tells of a failure. Kargo knows it from some version on; it comes and goes with other things
/// too, so that where anything else is said, nobody can tell of which.
fn is_fail_step(change: &Change) -> bool {
    let step = change.what.before().or(change.what.after());
    step.is_some_and(|step| step.text_at(&["uses"]) == Some("fail"))
}

/// The Secret that a header takes its token from, and the key in it, as in `secret("github-credentials")["password"]`.
fn secret(header: &str) -> Option<String> {
    let (_, rest) = header.split_once("secret(\"")?;
    let (name, rest) = rest.split_once("\")[\"")?;
    let (key, _) = rest.split_once("\"]")?;
    Some(format!("key {key} of the Secret {name}"))
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
    for identity in identities {
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
