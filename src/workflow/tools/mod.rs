//! What builds images in a step: which action is read by which file, and scripts.
//!
//! A reader takes a [`StepRun`]: it asks for inputs and variables, and gives builds, outputs and variables back.

mod build_push;
pub(crate) mod list;
mod path;

use super::evaluate::StepRun;
use super::value::Text;

/// A reader of an action; it is given the action's name without the version, in lower case.
type Reader = fn(&mut StepRun<'_, '_>, &str);

/// The reader of an action.
pub(crate) fn action(name: &str) -> Option<Reader> {
    Some(match name {
        // The others are forks with the same inputs.
        "docker/build-push-action"
        | "depot/build-push-action"
        | "useblacksmith/build-push-action"
        | "namespacelabs/nscloud-build-push-action"
        | "warpbuilds/build-push-action" => build_push::read,
        _ => return None,
    })
}

/// Reads the script of a step.
pub(crate) fn script(step: &mut StepRun<'_, '_>, script: &Text) {
    _ = script;
    step.open_outputs(None);
}
