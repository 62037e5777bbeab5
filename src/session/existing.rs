//! Whether images.lock.yaml is one that discovery may add to.

use super::read::Read;
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::io::workspace::Workspace;
use crate::lock::GENERATED;

/// The lock as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// None, or one that `discover` wrote.
    Ours,
    /// One that `discover` wrote, and that can no longer be read; the problems are those of [`Read::lock`].
    Broken,
    /// One that somebody else wrote.
    Foreign,
}

impl Existing {
    pub(crate) fn of(read: &Read) -> Self {
        let file = &read.lock;
        let text = file.id.map_or("", |id| read.sources.file(id).text());
        if text.trim().is_empty() {
            Self::Ours
        } else if !text.starts_with(GENERATED) {
            Self::Foreign
        } else if any_error(&file.diagnostics) || !file.lock.is_whole() {
            Self::Broken
        } else {
            Self::Ours
        }
    }
}

/// What to say of a lock that is not ours to change.
pub(crate) fn foreign(workspace: &Workspace) -> Diagnostic {
    Diagnostic::global(
        Code::ForeignFile,
        format!("{} was not made by image-factory discover", Workspace::shown(&workspace.lock())),
    )
    .help(format!("move it away; or write `{GENERATED}` as its first line to let `discover` replace what is in it"))
}
