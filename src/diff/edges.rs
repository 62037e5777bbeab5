//! The rebuilds that change, as a graph from bases to images.

use super::intent::Differences;
use super::intent::Rebuild;

/// A rebuild that changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The base, as people write it.
    pub base: String,
    /// Name of the image.
    pub image: String,
    /// What becomes of it.
    pub fate: Fate,
    /// A few words on when it is rebuilt, or what differs.
    pub label: String,
}

/// What becomes of a rebuild.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is otherwise than before.
    Changed,
}

impl Fate {
    /// What it is called in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

pub(super) fn edges(differences: &Differences<'_>) -> Vec<Edge> {
    let edge =
        |rebuild: &Rebuild, fate, label| Edge { base: rebuild.base.clone(), image: rebuild.image.clone(), fate, label };
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
    let mut edges: Vec<Edge> = added.chain(removed).chain(changed).collect();
    edges.sort();
    edges
}
