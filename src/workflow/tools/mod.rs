//! What builds images in a step: which action is read by which file, and scripts.
//!
//! A reader takes a [`StepRun`]: it asks for inputs and variables, and gives builds, outputs and variables back.

mod bake;
mod build_push;
mod buildah;
mod docker;
pub(crate) mod list;
mod metadata;
mod path;

use super::evaluate::StepRun;
use super::script::{Done, Shell};
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
        "docker/bake-action" | "depot/bake-action" => bake::read,
        "docker/metadata-action" => metadata::read,
        "redhat-actions/buildah-build" => buildah::build,
        "redhat-actions/push-to-registry" => buildah::push,
        _ => return None,
    })
}

/// What works out a command of a script; it is given all of the command's words. `None` if it does nothing that matters here.
type Command = fn(&mut Shell<'_, '_, '_>, &[Text]) -> Option<Done>;

/// What works out a program of a script.
pub(crate) fn command(program: &str) -> Option<Command> {
    Some(match program {
        "docker" | "docker-buildx" | "podman" | "buildah" | "nerdctl" => docker::run,
        _ => return None,
    })
}
