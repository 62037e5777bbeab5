//! What a base's move starts, and why an image is rebuilt: over the Stages that the factory plans, and nothing else.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | the Stages by base and image, and which image moves which base |
//! | `waves` | from bases that move to the images that are rebuilt, wave by wave |
//! | [`moves`] | that as an answer |
//! | `idle` | who is built on a base and is not rebuilt for it, and why |
//! | [`why`] | the paths from bases to one image |
//! | `show` | both answers for people and as Markdown |

mod idle;
pub mod moves;
mod show;
mod waves;
pub mod why;

pub use idle::{Not, Reason, is_unreachable_of};

use crate::factory::planned::{Rebuild, rebuilds};
use crate::grammar::moment::Moment;
use crate::model::cascade::Publishers;
use crate::model::{Base, Model, Reference};
use serde::Serialize;

/// The Stages of a model, to be asked.
pub struct Plan<'m> {
    model: &'m Model,
    rebuilds: Vec<Rebuild>,
    /// Of each base the image whose release moves it.
    publishers: Vec<Option<usize>>,
    /// Of each image the bases that its release moves.
    published: Vec<Vec<usize>>,
    /// Of each base its uses.
    of_base: Vec<Vec<Edge>>,
    /// Of each image its uses of bases, by Stage.
    of_image: Vec<Vec<Edge>>,
}

/// A use of a base by a Stage.
#[derive(Clone, Copy, Debug)]
struct Edge {
    /// Index into the Stages.
    rebuild: usize,
    base: usize,
    image: usize,
    pinned: bool,
}

impl<'m> Plan<'m> {
    /// Asks the factory for the Stages of a model.
    pub fn new(model: &'m Model) -> Self {
        let rebuilds = rebuilds(model);
        let of = Publishers::of(&model.images);
        let moved_by = |base: &Base| Some(of.publisher(&base.reference).filter(|it| it.moves)?.image);
        let publishers: Vec<Option<usize>> = model.bases.iter().map(moved_by).collect();
        let mut published = vec![Vec::new(); model.images.len()];
        for (base, image) in publishers.iter().enumerate() {
            if let Some(image) = image {
                published[*image].push(base);
            }
        }
        let mut of_base = vec![Vec::new(); model.bases.len()];
        let mut of_image = vec![Vec::new(); model.images.len()];
        for (number, rebuild) in rebuilds.iter().enumerate() {
            for one in &rebuild.uses {
                let edge = Edge { rebuild: number, base: one.base, image: one.image, pinned: one.pinned };
                of_base[one.base].push(edge);
                of_image[one.image].push(edge);
            }
        }
        Self { model, rebuilds, publishers, published, of_base, of_image }
    }

    /// The bases that a release of an image moves, by index.
    pub fn published(&self, image: usize) -> &[usize] {
        &self.published[image]
    }

    fn is_automatic(&self, edge: &Edge) -> bool {
        self.rebuilds[edge.rebuild].policy.is_automatic()
    }

    /// Those uses that start something by themselves.
    fn automatic<'e>(&self, edges: &'e [Edge]) -> impl Iterator<Item = &'e Edge> {
        edges.iter().filter(|edge| self.is_automatic(edge))
    }

    fn base(&self, base: usize) -> &'m Reference {
        &self.model.bases[base].reference
    }

    fn name(&self, image: usize) -> &'m str {
        &self.model.images[image].name
    }

    /// What is said of the Stage of a use; `moved` is when its base moves.
    fn stage(&self, edge: &Edge, moved: Option<Moment>) -> Stage {
        let Rebuild { project, stage, policy, together, pace, .. } = &self.rebuilds[edge.rebuild];
        let quiet = policy.delay().map(|delay| ("quiet", delay));
        let delay = quiet.or(policy.fixed_delay().map(|delay| ("fixed", delay)));
        Stage {
            base: self.base(edge.base).familiar(),
            stage: stage.clone(),
            project: project.clone(),
            automatic: policy.is_automatic(),
            policy: policy.words().when,
            delay: delay.map(|(mode, delay)| Delay { mode, seconds: delay.as_seconds() }),
            schedule: policy.schedule().map(ToString::to_string),
            together_seconds: together.map(crate::model::Duration::as_seconds),
            pace: pace.map(|pace| pace.to_string()),
            pinned: edge.pinned,
            begins: moved
                .and_then(|moved| policy.begins_together(moved, together.unwrap_or(crate::model::Duration::ZERO))),
        }
    }
}

/// A Stage that rebuilds an image for a base.
#[derive(Clone, Debug, Serialize)]
pub struct Stage {
    /// The base, as people write it.
    pub base: String,
    /// Its name.
    pub stage: String,
    /// Its Project.
    pub project: String,
    /// Whether nobody has to promote it.
    pub automatic: bool,
    /// When it rebuilds, in words.
    pub policy: String,
    /// How long it waits after the base has moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
    /// When rebuilds may begin, if that is not always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// For how many seconds it waits for other bases of the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub together_seconds: Option<u64>,
    /// How quickly its rebuilds go out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<String>,
    /// Whether the base is pinned to a digest, so that a rebuild builds on what it was before.
    pub pinned: bool,
    /// When the rebuild begins, if the base moves at a time that was given and not again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begins: Option<Moment>,
}

/// How long a Stage waits.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Delay {
    /// `quiet` or `fixed`.
    pub mode: &'static str,
    /// How long.
    pub seconds: u64,
}
