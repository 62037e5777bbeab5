//! The program git, run so that nothing in the repository decides what runs.
//!
//! A folder that somebody hands on has a `.git/config` of its own, which may name programs: of a file system monitor, of
//! hooks, of a remote that missing objects are fetched from. And in a hook, variables name an index and a folder that are not
//! for this. What is not switched off here is what no command of ours uses: pagers, editors, filters, diff drivers, aliases.
//!
//! Limits: git reads the user's own configuration. A `.git` may still lead it to a pipe that nobody writes to, where it waits.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Settings that stand above those of the repository.
const SETTINGS: [&str; 3] = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never"];

/// Variables, in place of all that begin with `GIT_`.
const VARIABLES: [(&str, &str); 7] = [
    // No transport is one of an empty list, whatever `protocol.<name>.allow` says; so nothing is fetched by a git that does
    // not know the next variable (before 2.45).
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_NO_LAZY_FETCH", "1"),
    // A commit is what it is, and so is its parent.
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_GRAFT_FILE", "/dev/null"),
    // Looking changes nothing.
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    // The words that are looked for in what git says are English.
    ("LC_ALL", "C"),
];

/// Runs git in a folder to its end.
pub(crate) fn run(root: &Path, arguments: &[impl AsRef<OsStr>]) -> std::io::Result<Output> {
    command(root)?.args(arguments).output()
}

/// git in a folder, with nothing on its input. The error is that there is none.
pub(crate) fn command(root: &Path) -> std::io::Result<Command> {
    let mut command = super::super::program::find("git")?;
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"GIT_") {
            command.env_remove(name);
        }
    }
    command.envs(VARIABLES);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command.arg("-C").arg(root).stdin(Stdio::null());
    Ok(command)
}
