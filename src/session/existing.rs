//! Whether images.lock.yaml is one that discovery may add to.

use super::{Session, Tree};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::lock::{GENERATED, Lock, is_ours};

/// The lock as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// None, or one that `discover` wrote.
    Ours,
    /// One that `discover` wrote, and that can no longer be read; the problems are those of [`super::LockFile`].
    Broken,
    /// One that somebody else wrote.
    Foreign,
}

impl Existing {
    /// Of a text, and of what was read from it.
    pub(super) fn of(text: &str, lock: &Lock, problems: &[Diagnostic]) -> Self {
        if text.trim().is_empty() {
            Self::Ours
        } else if !is_ours(text) {
            Self::Foreign
        } else if any_error(problems) || !lock.is_whole() {
            Self::Broken
        } else {
            Self::Ours
        }
    }
}

impl Session {
    pub(super) fn existing(&self) -> Existing {
        let file = &self.lock;
        Existing::of(file.id.map_or("", |id| self.sources.file(id).text()), &file.lock, &file.diagnostics)
    }
}

/// What to say of a lock that is not ours to change.
pub(super) fn foreign(tree: &Tree) -> Diagnostic {
    Diagnostic::global(
        Code::ForeignFile,
        format!("{} was not made by image-factory discover", tree.shown(&tree.workspace().lock())),
    )
    .help(format!("move it away; or write `{GENERATED}` as its first line to let `discover` replace what is in it"))
}
