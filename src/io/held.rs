//! Folders that this run writes into: no other run does so at the same time, and what one that was killed has left is swept.
//!
//! A folder is held by the system's advisory lock on the folder itself (`flock`), which leaves no file behind and goes with its
//! process, however that ends. Every run of this tool holds a folder as long as it has temporary files in it. So those that
//! lie there for whoever holds it belong to nobody who still runs, whatever their age. Where a folder cannot be locked (a
//! system where it is no file, some network file systems), nobody waits and nothing is swept.

use super::terminal::message;
use super::workspace::Workspace;
use anyhow::Context;
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// What the name of a temporary file begins and ends with; between them are six letters or digits.
pub(super) const PREFIX: &str = ".image-factory-";
pub(super) const SUFFIX: &str = ".tmp";
const RANDOM: usize = 6;

/// Folders that are held until this goes.
#[derive(Debug)]
#[must_use]
pub struct Held {
    _locks: Vec<File>,
}

impl Held {
    /// Makes the folders if they are not there, waits until nobody else holds them, and sweeps them.
    pub fn new(folders: impl IntoIterator<Item = PathBuf>) -> anyhow::Result<Self> {
        // In one order, or two runs could wait for each other; each once, or one could wait for itself.
        let mut real = BTreeSet::new();
        for folder in folders.into_iter().collect::<BTreeSet<_>>() {
            let made = fs::create_dir_all(&folder).and_then(|()| fs::canonicalize(&folder));
            real.insert(made.with_context(|| format!("cannot make the folder {}", folder.display()))?);
        }
        let mut locks = Vec::new();
        for folder in real {
            let Ok(lock) = File::open(&folder) else { continue };
            if lock.try_lock().is_ok() || wait(&lock, &folder).is_ok() {
                sweep_held(&folder);
                locks.push(lock);
            }
        }
        Ok(Self { _locks: locks })
    }
}

/// Waits until nobody else holds a folder.
fn wait(lock: &File, folder: &Path) -> io::Result<()> {
    if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
        message(&format!("waiting for another run that writes into {}\n", Workspace::shown(folder)));
    }
    lock.lock()
}

/// Removes temporary files of ours. One that cannot be removed is no reason to fail: the next run tries again.
fn sweep_held(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        // Not through links: `file_type` says what stands here.
        if entry.file_name().to_str().is_some_and(is_temporary) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether a file name is one that this tool gives to temporary files.
fn is_temporary(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(SUFFIX));
    random.is_some_and(|random| random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_files_of_others_are_not_ours() {
        assert!(is_temporary(".image-factory-a1B2c3.tmp"));
        for name in [
            ".image-factory-a1B2c.tmp",
            ".image-factory-a1B2c34.tmp",
            ".image-factory-a1B-c3.tmp",
            ".image-factory-notes.tmp",
            ".image-factory-a1B2c3.yaml",
            "image-factory-a1B2c3.tmp",
            ".tmpa1B2c3",
        ] {
            assert!(!is_temporary(name), "{name}");
        }
    }
}
