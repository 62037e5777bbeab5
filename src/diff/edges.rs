//! The rebuilds that change, as a graph from bases to images.

use super::intent::{Differences, Rebuild};
use serde::Serialize;

/// A rebuild that changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RebuildEdge {
    /// The base, as people write it.
    pub base: String,
    /// Name of the image.
    pub image: String,
    /// What becomes of it.
    #[serde(rename = "change")]
    pub fate: Fate,
    /// A few words on when it is rebuilt, or what differs.
    #[serde(rename = "text")]
    pub label: String,
}

/// What becomes of a rebuild.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It is otherwise than before.
    Changed,
}

pub(super) fn edges(differences: &Differences<'_>) -> Vec<RebuildEdge> {
    let edge = |rebuild: &Rebuild, fate, label| RebuildEdge {
        base: rebuild.base.clone(),
        image: rebuild.image.clone(),
        fate,
        label,
    };
    let (from, to): (Vec<&Rebuild>, Vec<&Rebuild>) = differences.moved.iter().copied().unzip();
    let added =
        differences.gained.iter().chain(&to).map(|rebuild| edge(rebuild, Fate::Added, rebuild.policy.words().delay));
    let removed = differences.lost.iter().chain(&from).map(|rebuild| edge(rebuild, Fate::Removed, String::new()));
    let changed = differences.kept.iter().map(|(before, now)| {
        let label = if before.policy == now.policy {
            "another workflow or input".to_owned()
        } else {
            format!("{}, was {}", now.policy.words().delay, before.policy.words().delay)
        };
        edge(now, Fate::Changed, label)
    });
    let mut edges: Vec<RebuildEdge> = added.chain(removed).chain(changed).collect();
    edges.sort();
    edges
}
