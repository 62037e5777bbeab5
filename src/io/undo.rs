//! What files were before a run changed them, for the case that it cannot change them all.

use super::held::{PREFIX, SUFFIX};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempPath};

/// Files as they were; beside each that was there lies another name of it, or a copy, until this goes.
#[derive(Debug, Default)]
pub(super) struct Undo(Vec<Before>);

#[derive(Debug)]
struct Before {
    path: PathBuf,
    /// None if there was no file.
    kept: Option<TempPath>,
    /// Whether the file is written over, and not replaced, so that what is kept of it is a copy.
    in_place: bool,
}

impl Undo {
    /// Keeps a file, which is about to be replaced, removed or, if so said, written over.
    pub(super) fn keep(&mut self, folder: &Path, path: &Path, in_place: bool) -> io::Result<()> {
        let keep = |kept: &Path| match fs::hard_link(path, kept) {
            Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::AlreadyExists) => copy(path, kept),
            result => result,
        };
        let made = Builder::new()
            .prefix(PREFIX)
            .suffix(SUFFIX)
            .make_in(folder, |kept| if in_place { copy(path, kept) } else { keep(kept) });
        let kept = match made {
            Ok(kept) => Some(kept.into_temp_path()),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        self.0.push(Before { path: path.to_owned(), kept, in_place });
        Ok(())
    }

    /// Has all files as they were, as far as the system lets it: why it does not is what the run has failed for.
    pub(super) fn all(self) {
        for Before { path, kept, in_place } in self.0.into_iter().rev() {
            let _ = match kept {
                Some(kept) if in_place => copy(&kept, &path),
                Some(kept) => kept.persist(&path).map_err(|error| error.error),
                None => fs::remove_file(&path),
            };
        }
    }
}

/// To a file that keeps its other names, if it is there.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(|_| ())
}
