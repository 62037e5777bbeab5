//! What a base's move starts, as an answer.

use super::waves::Turns;
use super::{Not, Plan, Stage, show};
use crate::grammar::moment::Moment;
use crate::model::Reference;
use crate::style::Look;
use serde::Serialize;
use std::collections::HashSet;

/// A base of which somebody asks: its reference with its tag, and its index if somebody is rebuilt for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The reference.
    pub reference: Reference,
    /// Index into the bases of the model.
    pub base: Option<usize>,
}

/// What bases that move together start.
#[derive(Debug, Serialize)]
pub struct Impact {
    /// The bases, as people write them.
    pub moved: Vec<String>,
    /// When they move, if that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Moment>,
    /// How many waves there are; none if they never end.
    pub waves: Option<usize>,
    /// How many runs are started; none if they never end.
    pub runs: Option<u64>,
    /// The images that are rebuilt, by wave and name.
    pub images: Vec<Rebuilt>,
    /// Who is built on what moves and is not rebuilt for it, by image.
    pub not: Vec<Not>,
    /// Images of which it is not known what they are built on.
    pub unknown: Vec<String>,
}

/// An image that is rebuilt.
#[derive(Debug, Serialize)]
pub struct Rebuilt {
    /// Its name.
    pub name: String,
    /// The first wave in which it is rebuilt, from 1.
    pub wave: usize,
    /// The last; none if that never ends.
    pub last_wave: Option<usize>,
    /// How many runs it gets in all waves; none if that never ends.
    pub runs: Option<u64>,
    /// The kind of host that builds it.
    pub provider: &'static str,
    /// The repository.
    pub repo: String,
    /// The workflow, pipeline or address.
    pub workflow: String,
    /// The branch.
    pub branch: String,
    /// The Stages that rebuild it, by base.
    pub stages: Vec<Stage>,
}

impl Plan<'_> {
    /// What starts if bases move together; at a time, if that is said.
    pub fn impact(&self, moved: &[Moved], at: Option<Moment>) -> Impact {
        let roots: Vec<usize> = moved.iter().filter_map(|moved| moved.base).collect();
        let waves = self.waves(&roots);
        let is_rebuilt = |image: usize| waves.images[image].is_some();
        let mut images: Vec<Rebuilt> = (0..self.model.images.len())
            .filter_map(|image| Some(self.rebuilt(image, waves.images[image]?, (&roots, at), &waves.moves)))
            .collect();
        images.sort_by_key(|image| image.wave);
        let references: HashSet<Reference> = moved.iter().map(|moved| moved.reference.clone()).collect();
        let mut not = self.held(|base| waves.moves[base], is_rebuilt);
        not.extend(self.unreachable(&references));
        let reached = (0..self.model.bases.len()).filter(|base| waves.moves[*base]).map(|base| self.base(base).clone());
        not.extend(self.without_stage(&references.into_iter().chain(reached).collect(), is_rebuilt));
        not.sort();
        not.dedup();
        let all = || images.iter().map(|image| Some((image.last_wave?, image.runs?)));
        Impact {
            moved: moved.iter().map(|moved| moved.reference.familiar()).collect(),
            at,
            waves: all().try_fold(0, |most, turn| Some(turn?.0.max(most))),
            runs: all().try_fold(0_u64, |runs, turn| Some(runs.saturating_add(turn?.1))),
            images,
            not,
            unknown: self.unknown(),
        }
    }

    fn rebuilt(&self, image: usize, turns: Turns, (roots, at): (&[usize], Option<Moment>), moves: &[bool]) -> Rebuilt {
        let source = &self.model.images[image].source;
        let uses = self.of_image[image].iter().filter(|edge| moves[edge.base] && self.is_automatic(edge));
        let mut stages: Vec<Stage> =
            uses.map(|edge| self.stage(edge, at.filter(|_| roots.contains(&edge.base)))).collect();
        stages.sort_by(|a, b| a.base.cmp(&b.base));
        Rebuilt {
            name: self.name(image).to_owned(),
            wave: turns.first,
            last_wave: turns.all.map(|(last, _)| last),
            runs: turns.all.map(|(_, runs)| runs),
            provider: source.pipeline.provider().word(),
            repo: source.pipeline.repo().to_owned(),
            workflow: source.pipeline.name().to_owned(),
            branch: source.branch.to_string(),
            stages,
        }
    }
}

impl Impact {
    /// It for people.
    pub fn human(&self, look: Look) -> String {
        show::impact(self, look)
    }

    /// It for a pull request or an issue.
    pub fn markdown(&self) -> String {
        show::impact_in_markdown(self)
    }
}
