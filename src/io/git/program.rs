//! The program git, run so that nothing in the repository decides what runs.
//!
//! A folder that somebody hands on has a `.git/config` of its own, which may name programs: of a file system monitor, of
//! hooks, of a remote that missing objects are fetched from. And in a hook, variables name an index and a folder that are not
//! for this. What is not switched off here is what no command of ours uses: pagers, editors, filters, diff drivers, aliases.
//!
//! Limits: git reads the user's own configuration. A `.git` may still lead it to a pipe that nobody writes to, where it waits.

use std::ffi::{OsStr, OsString};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
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
    let path = absolute_parts(&std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()));
    let git = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|file| is_program(file));
    let mut command = Command::new(git.ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no git in PATH"))?);
    command.env("PATH", path);
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

/// The parts of a `PATH` that do not depend on the current folder, which is somebody else's: an empty part is that folder.
fn absolute_parts(path: &OsStr) -> OsString {
    let parts: Vec<PathBuf> = std::env::split_paths(path).filter(|part| part.is_absolute()).collect();
    // What was split at the separators has none.
    std::env::join_paths(parts).unwrap_or_default()
}

fn is_program(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    file.with_extension("exe").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_path_is_the_current_folder() {
        for (path, expected) in [
            ("/usr/bin::/bin", "/usr/bin:/bin"),
            (":/bin", "/bin"),
            ("bin:./x:../y:/bin:", "/bin"),
            ("", ""),
            (".", ""),
        ] {
            assert_eq!(absolute_parts(OsStr::new(path)), expected, "{path:?}");
        }
    }
}
