//! What Stages rebuild, for whoever asks what a base's move starts: from the plan of which the Stages are made.

use super::moved::Moved;
use super::rebuild::each_trigger;
use crate::model::{Duration, Model, Pace, Policy};
use std::collections::HashMap;

/// A Stage that rebuilds.
#[derive(Clone, Debug)]
pub struct Rebuild {
    /// Its Project.
    pub project: String,
    /// Its name.
    pub stage: String,
    /// When it is promoted, and what it waits for then.
    pub policy: Policy,
    /// For how long a rebuild waits for other bases to move too, if it does.
    pub together: Option<Duration>,
    /// How quickly its rebuilds go out, if not all at once.
    pub pace: Option<Pace>,
    /// Whether bases that move together start one rebuild.
    pub is_joint: bool,
    /// Its bases and the images that are rebuilt for them.
    pub uses: Vec<Use>,
}

/// A base and an image that is rebuilt for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Index into [`Model::bases`].
    pub base: usize,
    /// Index into [`Model::images`].
    pub image: usize,
    /// Whether the base is named with a digest, so that a rebuild builds on what it was before.
    pub pinned: bool,
}

/// All Stages that rebuild, by Project and name.
pub fn rebuilds(model: &Model) -> Vec<Rebuild> {
    let images: HashMap<&str, usize> =
        model.images.iter().enumerate().map(|(index, image)| (image.name.as_str(), index)).collect();
    let bases: HashMap<_, usize> =
        model.bases.iter().enumerate().map(|(index, base)| (&base.reference, index)).collect();
    let mut all = Vec::new();
    for part in model.by_project() {
        each_trigger(&part, |name, policy, moved, dependents| {
            let of = |position: usize| match moved {
                Moved::Always(base) => Some(*base),
                Moved::OneOf(bases) => bases.get(position).copied(),
            };
            let uses = dependents.iter().enumerate().filter_map(|(position, dependent)| {
                let base = *bases.get(&of(position)?.reference)?;
                let image = *images.get(part.images[dependent.image].name.as_str())?;
                Some(Use { base, image, pinned: dependent.pinned })
            });
            all.push(Rebuild {
                project: part.project.name.to_string(),
                stage: name.to_string(),
                policy: policy.clone(),
                together: moved.together(&part, policy, dependents),
                pace: moved.pace(dependents).map(|(pace, _)| pace),
                is_joint: matches!(moved, Moved::OneOf(_)),
                uses: uses.collect(),
            });
        });
    }
    all
}
