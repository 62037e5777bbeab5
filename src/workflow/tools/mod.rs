//! What builds images in a step: which action is read by which file, and scripts.
//!
//! A reader takes a [`StepRun`]: it asks for inputs and variables, and gives builds, outputs and variables back.

mod bake;
mod build_push;
mod buildah;
mod compose;
mod docker;
mod kaniko;
pub(crate) mod list;
mod manifest;
mod metadata;
mod options;
mod path;

pub(crate) use kaniko::image;

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
        "aevea/action-kaniko" => kaniko::aevea,
        "int128/kaniko-action" => kaniko::int128,
        "int128/docker-manifest-create-action" => manifest::int128,
        "redhat-actions/buildah-build" => buildah::build,
        "redhat-actions/push-to-registry" => buildah::push,
        _ => return None,
    })
}

/// Parts of the names of actions and commands that push images, or may: what they do is not read here.
const PUSHERS: &[&str] = &[
    "bazel",
    "build",
    "container",
    "copy",
    "crane",
    "dagger",
    "deploy",
    "docker",
    "earthly",
    "gradle",
    "image",
    "jib",
    "just",
    "kaniko",
    "make",
    "mvn",
    "npm",
    "oras",
    "publish",
    "push",
    "python",
    "regctl",
    "registry",
    "release",
    "skopeo",
    "task",
    "upload",
    "yarn",
];

/// Parts of the names of actions that only prepare something.
const PREPARERS: &[&str] = &["cache", "install", "lint", "login", "scan", "setup", "space"];

/// Commands of `docker` and its like that push, or may, and are not read here.
const DOCKER_PUSHERS: &[&str] = &["compose", "imagetools", "manifest", "push", "stack"];

/// Commands of those that only tell something, or change what is on the machine.
const DOCKER_READERS: &[&str] = &["annotate", "config", "exists", "inspect", "ls", "ps", "pull", "remove", "rm"];

/// Whether an action that is not read here may push an image, by its name.
pub(crate) fn action_may_push(name: &str) -> bool {
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    has(PUSHERS) && !has(PREPARERS)
}

/// Whether a command that is not read here may push an image, by its words: a file of the repository always.
pub(crate) fn command_may_push(args: &[Text]) -> bool {
    let mut words = args.iter().map(Text::marked);
    let Some(program) = words.next() else { return false };
    if command(program.rsplit('/').next().unwrap_or_default()).is_some() {
        let mut words = words.take(4).skip_while(|word| !DOCKER_PUSHERS.contains(word));
        return words.next().is_some() && !words.next().is_some_and(|word| DOCKER_READERS.contains(&word));
    }
    let named = |word: &str| PUSHERS.iter().any(|part| word.contains(part));
    program.contains('/') || named(program) || words.next().is_some_and(named)
}

/// What works out a command of a script; it is given all of the command's words. `None` if it does nothing that matters here.
type Command = fn(&mut Shell<'_, '_, '_>, &[Text]) -> Option<Done>;

/// What works out a program of a script.
pub(crate) fn command(program: &str) -> Option<Command> {
    Some(match program {
        "docker" | "docker-buildx" | "podman" | "buildah" | "nerdctl" => docker::run,
        "executor" | "kaniko" => kaniko::run,
        "make" | "gmake" => crate::workflow::make::run,
        "docker-compose" | "podman-compose" => |shell, args| compose::run(shell, args.get(1..)?),
        _ => return None,
    })
}
