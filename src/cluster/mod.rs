//! What a cluster says of Kargo's objects: JSON as `kubectl get -o json` prints it, to facts.
//!
//! Names of fields are those of Kargo's CRDs (v1.11.2 `charts/kargo/resources/crds`). A field of another kind than expected is as good as
//! none: what is not told is not known, and nothing here stops for it. Texts are bounded and made visible where they enter.
//!
//! | file | what is in it |
//! |---|---|
//! | this one | the facts |
//! | `read` | objects to facts |
//! | `tree` | a stream of JSON to objects, one at a time, none too large |

mod read;
mod tree;

pub use read::{read, take};
pub use tree::{Unreadable, each};

use crate::diff::ManifestSet;
use crate::diff::intent::Intent;
use crate::grammar::moment::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds that facts are read from, as kubectl takes them.
pub const KINDS: [&str; 5] = [
    "stages.kargo.akuity.io",
    "promotions.kargo.akuity.io",
    "freights.kargo.akuity.io",
    "warehouses.kargo.akuity.io",
    "projectconfigs.kargo.akuity.io",
];

/// Projects by the names of their Namespaces.
pub type Projects = BTreeMap<String, Project>;

/// What is known of one Project.
#[derive(Debug, Default)]
pub struct Project {
    /// What its manifests say.
    manifests: ManifestSet,
    /// Whether one of them is a `ProjectConfig`, which decides which Stages are automatic.
    has_config: bool,
    /// Stages, by name.
    pub stages: BTreeMap<String, Stage>,
    /// Promotions of each Stage, the oldest first.
    pub promotions: BTreeMap<String, Vec<Promotion>>,
    /// Freight of each Warehouse, the newest last.
    pub freight: BTreeMap<String, Vec<Freight>>,
    /// Warehouses, by name.
    pub warehouses: BTreeMap<String, Warehouse>,
}

impl Project {
    /// What its manifests mean.
    pub fn intent(&self) -> Intent {
        Intent::read(&self.manifests, &ManifestSet::new(), false)
    }

    /// The Freight of a Warehouse that Kargo takes for the newest.
    pub fn newest(&self, warehouse: &str) -> Option<&Freight> {
        self.freight.get(warehouse)?.last()
    }

    /// For how many seconds Freight of a Warehouse has rested where it has to before it comes to a Stage, which is named first; none
    /// if it does not rest there, or nothing is known of that.
    pub fn rested(&self, (stage, warehouse): (&str, &str), freight: &Freight, now: Moment) -> Option<u64> {
        freight.rested(self.stages.get(stage)?.rests_in.get(warehouse)?, now)
    }

    /// Promotions of a Stage for a Freight, the oldest first.
    pub fn promoted<'p>(&'p self, stage: &str, freight: &'p str) -> impl DoubleEndedIterator<Item = &'p Promotion> {
        self.promotions.get(stage).into_iter().flatten().filter(move |promotion| promotion.freight == freight)
    }
}

/// The state of a Stage.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// The Warehouses of whose Freight it promotes nothing by itself, since somebody has promoted another, with that Freight.
    pub holds: BTreeMap<String, String>,
    /// Whether Kargo promotes it by itself.
    pub automatic: bool,
    /// The Stages in which the Freight of a Warehouse rests before it comes here, by Warehouse.
    pub rests_in: BTreeMap<String, String>,
}

/// What Kargo says of a Warehouse by its condition `Ready` (Kargo v1.11.2 `warehouses.go`; 1.9 and 1.10 alike).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Watch {
    /// Nothing yet.
    #[default]
    New,
    /// It looks at its registry in this moment, or makes Freight, at each poll: what it said before is not kept. Its words.
    UnderWay(String),
    /// It has found what it watches.
    Found,
    /// It finds nothing, for this reason.
    Nothing(String),
}

/// How far a Promotion is (`status.phase`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Another one of its Stage comes before it, or Kargo has not seen it.
    #[default]
    Pending,
    /// Its steps run.
    Running,
    /// All have.
    Succeeded,
    /// One has failed.
    Failed,
    /// Somebody has ended it.
    Aborted,
}

/// A Promotion of Freight to a Stage.
#[derive(Clone, Debug, Default)]
pub struct Promotion {
    /// Its name.
    pub name: String,
    /// The name of the Freight.
    pub freight: String,
    /// How far it is.
    pub phase: Phase,
    /// What Kargo says of it.
    pub message: String,
    /// When it was made.
    pub made: Option<Moment>,
    /// When it ended.
    pub finished: Option<Moment>,
    /// Who made it, if Kargo did not.
    pub actor: Option<String>,
    /// What its steps did, in their order; those that were not reached are not there.
    pub steps: Vec<Step>,
}

impl Promotion {
    /// A step by its alias.
    pub fn step(&self, alias: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.alias == alias)
    }

    /// The step that runs.
    pub fn current(&self) -> Option<&Step> {
        self.steps.iter().rev().find(|step| step.outcome == Outcome::Running)
    }
}

/// What a step did.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Its alias.
    pub alias: String,
    /// How it ended, if it has.
    pub outcome: Outcome,
    /// What it says.
    pub message: String,
}

/// How a step ended (`status` of `stepExecutionMetadata`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It has not.
    #[default]
    Running,
    /// Well.
    Succeeded,
    /// There was nothing to do for it.
    Skipped,
    /// It failed, was in error or was ended.
    Failed,
}

/// A digest that a Warehouse has found.
#[derive(Clone, Debug, Default)]
pub struct Freight {
    /// Its name.
    pub name: String,
    /// When Kargo found it.
    pub found: Option<Moment>,
    /// Repository, tag and digest.
    pub image: Option<(String, String, String)>,
    /// The Stages that it is in, since when.
    pub is_in: BTreeMap<String, Option<Moment>>,
    /// The Stages that it was in and was found good, and for how long at most it was there before.
    pub was_in: BTreeMap<String, u64>,
    /// The Stages that it may go to without waiting.
    pub approved: BTreeSet<String>,
    /// The images for which a host took a dispatch, and when.
    pub sent: BTreeMap<String, Moment>,
    /// What each Stage that dispatches has written down of it.
    pub orders: BTreeMap<String, Order>,
    /// What was found out of the runs that were started, by image: their addresses.
    pub runs: BTreeMap<String, String>,
}

impl Freight {
    /// For how many seconds it has rested in a Stage, as Kargo counts it; none if that has not found it good. (v1.11.2
    /// `api/v1alpha1/freight_types.go`, `GetLongestSoak`: the longest stay before, or the present one.)
    pub fn rested(&self, stage: &str, now: Moment) -> Option<u64> {
        let before = *self.was_in.get(stage)?;
        let since = self.is_in.get(stage).copied().flatten();
        let present = since.map_or(0, |since| now.since(since));
        Some(before.max(present))
    }
}

/// What a Stage has written down of Freight that it was promoted for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Order {
    /// Since when dispatches count for it.
    pub since: Option<Moment>,
    /// Whether it was there before the Stage was, so that nothing was to be built.
    pub is_baseline: bool,
}

/// The state of a Warehouse.
#[derive(Clone, Debug, Default)]
pub struct Warehouse {
    /// What Kargo says of it.
    pub watch: Watch,
    /// The digest that it saw when it last looked.
    pub sees: Option<String>,
    /// When that was.
    pub looked: Option<Moment>,
}
