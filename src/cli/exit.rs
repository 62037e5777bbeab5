//! How a run ends: one table of exit codes for all commands, of which their help is made.

use std::process::ExitCode;

/// How a run ended; the same table for all commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Fine.
    Ok = 0,
    /// The answer is "no": something differs.
    No = 1,
    /// The input or the call is wrong.
    Input = 2,
    /// The machine is wrong: files, network.
    Machine = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// What each code means, whatever the command.
const OF_ALL: [(Exit, &str); 4] = [
    (Exit::Ok, "fine"),
    (Exit::No, "the answer is no: something differs, or was found"),
    (Exit::Input, "the input or the call is wrong"),
    (Exit::Machine, "the machine is: a file that cannot be read or written, a network that does not answer"),
];

/// What is to be said of one command in place of that. One of which nothing is said for 1 never ends with it.
const OF_EACH: [(&str, Exit, &str); 36] = [
    ("init", Exit::No, "there is nothing to propose, or the answer to its question is no"),
    (
        "init",
        Exit::Input,
        "images.yaml is there already, or nobody can be asked and --yes is missing; or the call is wrong",
    ),
    ("add", Exit::Input, "images.yaml has errors, or would have one; or the call is wrong"),
    ("synth", Exit::No, "something would change, with --check"),
    ("synth", Exit::Input, "images.yaml or what it names has errors; or the call is wrong"),
    ("discover", Exit::No, "something would change, with --check"),
    ("discover", Exit::Input, "images.yaml has errors; or the call is wrong"),
    (
        "discover",
        Exit::Machine,
        "some Dockerfile could not be read, or has errors: the others were; or the machine is wrong",
    ),
    ("analyze", Exit::No, "it is not built on what --expect says"),
    ("analyze", Exit::Input, "there is no such Dockerfile, or it has errors; or the call is wrong"),
    ("lint", Exit::No, "there are errors or warnings, be it that images.yaml cannot be understood"),
    ("lint", Exit::Input, "there is no images.yaml; or the call is wrong"),
    ("builds", Exit::No, "an image is not built and pushed by its dispatch, or GitHub refuses a dispatch"),
    ("builds", Exit::Input, "images.yaml or a workflow has errors, or there is no such one; or the call is wrong"),
    ("graph", Exit::Input, "images.yaml has errors, or no such base or image; or the call is wrong"),
    ("stale", Exit::No, "an image is stale, or with --wait not fresh"),
    ("stale", Exit::Input, "images.yaml has errors, or no such image; or the call is wrong"),
    ("stale", Exit::Machine, "a registry does not answer, and nothing is known to be stale; or the machine is wrong"),
    ("doctor", Exit::No, "something is wrong that rebuilds need"),
    ("doctor", Exit::Input, "images.yaml has errors; or the call is wrong"),
    ("status", Exit::No, "something went wrong in the cluster"),
    ("status", Exit::Input, "images.yaml has errors, or nothing of it is in the cluster; or the call is wrong"),
    ("status", Exit::Machine, "kubectl is not there, or the cluster does not answer; or the machine is wrong"),
    ("trigger", Exit::No, "something was not started, or the answer to its question is no"),
    (
        "trigger",
        Exit::Input,
        "images.yaml has errors, or no such base or image; or nobody can be asked and --yes is missing; or the call is wrong",
    ),
    (
        "trigger",
        Exit::Machine,
        "kubectl is not there, or the cluster or a registry does not answer; or the machine is wrong",
    ),
    ("impact", Exit::Input, "images.yaml has errors, or no such base; or the call is wrong"),
    ("why", Exit::No, "nothing rebuilds it, or not that base"),
    ("why", Exit::Input, "images.yaml has errors, or no such image or base; or the call is wrong"),
    ("diff", Exit::No, "something differs"),
    ("diff", Exit::Input, "there are no manifests on one of the sides; or the call is wrong"),
    ("explain", Exit::Input, "there is no such code or policy; or the call is wrong"),
    ("schema", Exit::Input, "the call is wrong"),
    ("workflow", Exit::Input, "images.yaml has errors, or no such image; or the call is wrong"),
    ("completions", Exit::Input, "the call is wrong"),
    ("man", Exit::Input, "there is no such command; or the call is wrong"),
];

/// The codes that a command may end with and what each means; of all commands without a name.
pub(super) fn codes(command: Option<&str>) -> Vec<(u8, &'static str)> {
    let own = |exit| OF_EACH.iter().find(|(name, of, _)| Some(*name) == command && *of == exit);
    let meaning = |(exit, of_all)| match own(exit) {
        Some((.., meaning)) => Some((exit as u8, *meaning)),
        None if exit == Exit::No && command.is_some() => None,
        None => Some((exit as u8, of_all)),
    };
    OF_ALL.into_iter().filter_map(meaning).collect()
}
