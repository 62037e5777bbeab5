//! Fields that follow from something else: what an object says of itself, what is said of a failure, and what a rebuild or a
//! Warehouse is read from, which sentences tell.

use super::secret;
use crate::diff::change::{Change, ChangeKind};
use crate::diff::path::Segment;
use crate::emit::Identity;
use crate::factory::intent::{COLOR, DESCRIPTION, LOCKED_LINES, PART_OF, SHARD_LABEL, SYNC_WAVE, kind, record};
use Of::{Field, Sentence};

/// From what a field follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// From another field of its own object or of the set, or from what the object is called: wherever that is shown, this is an echo.
    Field,
    /// From what is rebuilt or watched: a sentence tells it, and among the fields of the object it is the news.
    Sentence,
}

/// The steps of a Stage.
macro_rules! steps {
    ($($field:literal),*) => { &["spec", "promotionTemplate", "spec", "steps" $(, $field)*] };
}

/// What a Warehouse watches.
macro_rules! image {
    ($field:literal) => {
        &["spec", "subscriptions", "image", $field]
    };
}

/// The kind of the object, or any; the field; whether what is below it follows too; and from what.
const FOLLOWS: [(&str, &[&str], bool, Of); 32] = [
    ("", &["metadata", "name"], false, Field),
    ("", &["metadata", "namespace"], false, Field),
    ("", &["metadata", "annotations", DESCRIPTION], false, Field),
    ("", &["metadata", "annotations", COLOR], false, Field),
    ("", &["metadata", "labels", PART_OF], false, Field),
    ("", &["metadata", "annotations", SYNC_WAVE], false, Sentence),
    ("", &["metadata", "labels", SHARD_LABEL], false, Field),
    (kind::STAGE, &["spec", "shard"], false, Sentence),
    (kind::WAREHOUSE, &["spec", "shard"], false, Sentence),
    (kind::STAGE, steps!("config", "errorExpression"), false, Field),
    (kind::STAGE, steps!("config", "message"), false, Field),
    (kind::STAGE, steps!("config", "outputs"), false, Field),
    (kind::STAGE, steps!("continueOnError"), false, Field),
    (kind::STAGE, steps!("if"), false, Field),
    (kind::STAGE, steps!("retry", "errorThreshold"), false, Field),
    (kind::PROJECT_CONFIG, &["spec", "promotionPolicies"], true, Field),
    (kind::WAREHOUSE, image!("discoveryLimit"), false, Field),
    (kind::STAGE, steps!("config", "successExpression"), false, Sentence),
    (kind::STAGE, steps!("config", "failureExpression"), false, Sentence),
    (kind::STAGE, steps!("config", "url"), false, Sentence),
    (kind::STAGE, steps!("config", "body"), true, Sentence),
    (kind::STAGE, steps!("config", "headers"), true, Sentence),
    (kind::STAGE, steps!("config", "pollInterval"), false, Sentence),
    (kind::STAGE, steps!(), false, Sentence),
    (kind::STAGE, &["spec", "requestedFreight"], true, Sentence),
    (kind::STAGE, &["spec", "verification"], true, Sentence),
    (kind::WAREHOUSE, &["spec", "interval"], false, Sentence),
    (kind::WAREHOUSE, image!("repoURL"), false, Sentence),
    (kind::WAREHOUSE, image!("constraint"), false, Sentence),
    (kind::WAREHOUSE, image!("imageSelectionStrategy"), false, Sentence),
    (kind::WAREHOUSE, image!("allowTagsRegexes"), false, Sentence),
    (kind::WAREHOUSE, image!("ignoreTagsRegexes"), false, Sentence),
];

fn of(identity: &Identity, change: &Change) -> Option<Of> {
    let fields = change.path.0.iter().filter_map(|segment| match segment {
        Segment::Field(name) => Some(&**name),
        Segment::Item(_) | Segment::Index(_) | Segment::Json => None,
    });
    let fields: Vec<&str> = fields.collect();
    let item = change.path.0.iter().find_map(|segment| match segment {
        Segment::Item(name) => Some(name),
        _ => None,
    });
    // A step that tries a dispatch or keeps the record comes and goes with the step that it is for, and says what that one says.
    if identity.kind == kind::STAGE
        && fields.starts_with(steps!())
        && let Some(alias) = item.filter(|alias| record::is_step(alias))
    {
        // Of all steps that come with the rounds, the first is the news.
        let is_news = &**alias == record::PLAN && fields.len() == steps!().len();
        return Some(if is_news { Sentence } else { Field });
    }
    // What expressions of steps have in common, but for what a Dockerfile is compared with.
    if identity.kind == kind::STAGE && fields.starts_with(&["spec", "promotionTemplate", "spec", "vars"]) {
        return Some(if item.is_some_and(|name| &**name == LOCKED_LINES) { Sentence } else { Field });
    }
    if let ChangeKind::Changed(old, new) = &change.what
        && fields.ends_with(&["config", "headers"])
        && secret::of_headers(old) == secret::of_headers(new)
    {
        return Some(Field);
    }
    let found = FOLLOWS.iter().find(|(kind, path, below, _)| {
        (kind.is_empty() || *kind == identity.kind) && if *below { fields.starts_with(path) } else { fields == *path }
    });
    found.map(|(.., of)| *of)
}

/// Whether a change follows from another one, which a sentence or another field tells.
pub(super) fn follows(identity: &Identity, change: &Change) -> bool {
    of(identity, change).is_some()
}

/// Whether a change follows from what is shown beside it.
pub(in crate::diff) fn is_echo(identity: &Identity, change: &Change) -> bool {
    of(identity, change) == Some(Field)
}

/// Whether something is said by the line or the sentence that an object is shown under: what it is called and where it is, or which
/// Stages are automatic.
pub(in crate::diff) fn is_told_above(identity: &Identity, change: &Change) -> bool {
    is_name(change) || identity.kind == kind::PROJECT_CONFIG && change.path.starts_with(&["spec", "promotionPolicies"])
}

/// What an object says of itself.
pub(in crate::diff) fn is_description(change: &Change) -> bool {
    change.path.starts_with(&["metadata", "annotations", DESCRIPTION])
}

/// What an object is called and where it is.
pub(in crate::diff) fn is_name(change: &Change) -> bool {
    ["name", "namespace"].iter().any(|field| change.path.starts_with(&["metadata", field]))
}
