//! Programs of this machine, looked for where nobody but its user puts them.

use std::ffi::{OsStr, OsString};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program of `PATH`, which finds others there too. The error is that there is none.
pub(super) fn find(name: &str) -> std::io::Result<Command> {
    let path = absolute_parts(&std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()));
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_program(file));
    let missing = || Error::new(ErrorKind::NotFound, format!("there is no {name} in PATH"));
    let mut command = Command::new(found.ok_or_else(missing)?);
    command.env("PATH", path);
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
