//! Two sets of manifests: what changes, first in sentences, then by object and field, never by line.
//!
//! ```text
//! texts -> ManifestSet (objects without what a server adds) -> compare -> Report -> human, markdown, json
//! ```

mod change;
mod edges;
pub mod intent;
mod path;
mod read;
mod rename;
pub mod render;
mod server;
mod set;
mod value;
mod warnings;

pub use change::{Change, ChangeKind, changes, name_of};
pub use edges::{Fate, RebuildEdge};
pub use path::{Path, Segment};
pub use set::{ManifestSet, Object, ObjectKey};
pub use value::{Map, Value};
pub use warnings::Warning;

use crate::emit::Identity;
use crate::factory::intent::kind;
use intent::{Differences, Intent, Sentence};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What changes from one set to another.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What is compared with, for people: `dist of HEAD`; empty if nobody says so.
    pub from: String,
    /// What is compared.
    pub to: String,
    /// What it means, in sentences.
    pub intent: Vec<Sentence>,
    /// What a reviewer has to know before it is applied.
    pub warnings: Vec<Warning>,
    /// The rebuilds that come, go or change, as a graph.
    pub edges: Vec<RebuildEdge>,
    /// Objects under another name.
    pub renamed: Vec<Renamed>,
    /// Objects that are new, in the order in which they are to be applied.
    pub added: Vec<Rc<Object>>,
    /// Objects that are gone, those that depend on others first.
    pub removed: Vec<Rc<Object>>,
    /// Objects of one name that differ, in the order in which they are to be applied.
    pub changed: Vec<Changed>,
    /// Objects that are not ours and in one of the sets alone, and so are not compared: what Kargo and people made beside
    /// ours in a cluster.
    pub left_out: usize,
    /// Objects of other Projects than those that are compared, by Project: what other images.yaml made in the same cluster.
    pub of_others: BTreeMap<String, usize>,
    /// Whether several Projects are compared, so that a name alone says too little.
    pub qualified: bool,
}

/// An object that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// The object, as both sets name it.
    pub identity: Identity,
    /// What differs; never empty.
    pub changes: Vec<Change>,
}

/// An object under another name.
#[derive(Clone, Debug, Serialize)]
pub struct Renamed {
    /// What it was called.
    pub from: Identity,
    /// What it is called.
    pub to: Identity,
    /// What differs, its name included.
    pub changes: Vec<Change>,
}

impl Report {
    /// Whether the sets are equal, but for what a server adds and for objects of others.
    pub fn is_empty(&self) -> bool {
        self.renamed.is_empty() && self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// What stays in the cluster under a name that is no longer made, in the order in which it is to be removed.
    pub fn orphans(&self) -> Vec<Identity> {
        let mut orphans: Vec<Identity> = self.removed.iter().map(|object| object.identity.clone()).collect();
        orphans.extend(self.renamed.iter().map(|renamed| renamed.from.clone()));
        orphans.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.cmp(b)));
        orphans
    }
}

/// Compares two sets: what has to change in `old` to make it `new`.
pub fn compare(old: &ManifestSet, new: &ManifestSet) -> Report {
    let mut report = Report::default();
    let mut gone = Vec::new();
    for (key, object) in &old.objects {
        match new.objects.get(key) {
            Some(other) if object.is_same_text(other) => {}
            Some(other) => {
                let changes = change::changes(&key.kind, &object.value, &other.value);
                if !changes.is_empty() {
                    report.changed.push(Changed { identity: other.identity.clone(), changes });
                }
            }
            None if object.is_ours() => gone.push(Rc::clone(object)),
            None => report.left_out += 1,
        }
    }
    let (came, foreign): (Vec<Rc<Object>>, Vec<Rc<Object>>) = new
        .objects
        .iter()
        .filter(|(key, _)| !old.objects.contains_key(key))
        .map(|(_, object)| Rc::clone(object))
        .partition(|object| object.is_ours());
    report.left_out += foreign.len();
    let renames = rename::renames(old, new, &gone, &came);
    let taken: BTreeSet<*const Object> = renames.iter().flat_map(|(a, b)| [Rc::as_ptr(a), Rc::as_ptr(b)]).collect();
    report.removed = gone.into_iter().filter(|object| !taken.contains(&Rc::as_ptr(object))).collect();
    report.added = came.into_iter().filter(|object| !taken.contains(&Rc::as_ptr(object))).collect();
    for (before, now) in renames {
        let changes = change::changes(&now.identity.kind, &before.value, &now.value);
        report.renamed.push(Renamed { from: before.identity.clone(), to: now.identity.clone(), changes });
    }
    report.added.sort_by(|a, b| by_rank(&a.identity, &b.identity));
    report.removed.sort_by(|a, b| rank(&b.identity).cmp(&rank(&a.identity)).then_with(|| a.identity.cmp(&b.identity)));
    report.changed.sort_by(|a, b| by_rank(&a.identity, &b.identity));
    report.renamed.sort_by(|a, b| by_rank(&a.to, &b.to));
    if !report.is_empty() {
        let qualified = [old, new].into_iter().any(has_several_namespaces);
        let (then, now) = (Intent::read(old, new, qualified), Intent::read(new, old, qualified));
        report.qualified = qualified;
        let differences = Differences::between(&then, &now);
        let kept = report.changed.iter().map(|changed| (&changed.identity, changed.changes.as_slice()));
        let moved = report.renamed.iter().map(|renamed| (&renamed.to, renamed.changes.as_slice()));
        report.intent = intent::sentences(&then, &now, &differences, kept.chain(moved));
        report.edges = edges::edges(&differences);
        report.warnings = warnings::warnings(&report, &differences);
    }
    report
}

fn by_rank(a: &Identity, b: &Identity) -> std::cmp::Ordering {
    rank(a).cmp(&rank(b)).then_with(|| a.cmp(b))
}

/// The order in which kinds are applied.
fn rank(identity: &Identity) -> usize {
    const ORDER: [&str; 7] = [
        kind::NAMESPACE,
        kind::PROJECT,
        kind::PROJECT_CONFIG,
        kind::SERVICE_ACCOUNT,
        kind::ANALYSIS_TEMPLATE,
        kind::WAREHOUSE,
        kind::STAGE,
    ];
    ORDER.iter().position(|kind| *kind == identity.kind).unwrap_or(ORDER.len())
}

fn has_several_namespaces(set: &ManifestSet) -> bool {
    let stages = set.objects().filter(|object| object.identity.kind == kind::STAGE && object.is_ours());
    let mut namespaces = stages.map(|object| &object.identity.namespace);
    namespaces.next().is_some_and(|first| namespaces.any(|other| other != first))
}
