//! Pauses between the dispatches of a Stage: after so many of them, if any of those went out.
//!
//! Kargo v1.11.2 has no step that only waits (`pkg/promotion/runner/builtin`). What comes nearest is a request that is repeated
//! until the time is over: it begins the pause and ends it, counts against no limit and has no token. The time is counted from the
//! begin that Kargo keeps of a step, so that a restart neither ends a pause nor begins it anew.

use super::intent::{Purpose, record};
use super::requests::{HostSteps, Waiting};
use crate::kargo::expression::{delimited, json, string};
use crate::kargo::step::Step;
use crate::model::{Dependent, Duration, Model, Pace};

/// A request more than Kargo's longest interval between two looks at a Promotion.
const PATIENCE: Duration = Duration::minutes(11);

/// The dependents in the order in which they go out if there are pauses: those that others are built on first.
pub(super) fn in_order<'d>(model: &Model, dependents: &[&'d Dependent]) -> Vec<&'d Dependent> {
    let mut ordered = dependents.to_vec();
    ordered.sort_by_key(|dependent| {
        let image = &model.images[dependent.image];
        (!image.is_base, &image.name)
    });
    ordered
}

/// The pause after a group of images, in one of the two rounds. One that fails holds nothing up.
pub(super) fn step(host: &HostSteps<'_>, round: Purpose, number: usize, images: &[&str], pace: Pace) -> Step {
    let alias = record::wait_for_turn(round, number);
    let images = json(images);
    let sent = format!("any({images}, status({} + #) == \"Succeeded\")", string(round.prefix()));
    let began = delimited(&format!("stepMetas[{}].StartedAt.Unix()", string(&alias)));
    let pause = pace.pause();
    let waiting = Waiting {
        until: format!("now().Unix() >= {began} + {}", pause.as_seconds()).into(),
        longest: pause.plus(PATIENCE),
        interval: pause,
        looks: None,
    };
    host.wait_until(alias, delimited(&sent).into(), waiting).continues()
}
