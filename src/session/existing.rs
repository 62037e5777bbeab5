//! Whether images.lock.yaml is one that discovery may add to.

use super::{Session, Tree};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::lock::{GENERATED, is_ours};

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

impl Session {
    pub(super) fn existing(&self) -> Existing {
        let file = &self.lock;
        let text = file.id.map_or("", |id| self.sources.file(id).text());
        if text.trim().is_empty() {
            Existing::Ours
        } else if !is_ours(text) {
            Existing::Foreign
        } else if any_error(&file.diagnostics) || !file.lock.is_whole() {
            Existing::Broken
        } else {
            Existing::Ours
        }
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
