//! Where the files of a run come from: the disk, or a revision of git.

use super::read::{self, FileText};
use super::revision::Revision;
use super::workspace::Workspace;
use std::path::{Path, PathBuf};

/// A tree of files.
pub enum Tree {
    /// The files as they are.
    Disk,
    /// The files as they were in a revision, by their paths in the work tree.
    Revision(Box<Revision>),
}

impl Tree {
    /// Reads a file; `None` if there is none.
    pub fn text_if_any(&mut self, path: &Path) -> anyhow::Result<Option<FileText>> {
        match self {
            Self::Disk => read::text_if_any(path),
            Self::Revision(revision) => revision.text_if_any(path),
        }
    }

    /// The files that a glob of `include` matches, sorted; images.yaml itself is never one. The error is why the glob is
    /// none.
    pub fn included(&self, workspace: &Workspace, pattern: &str) -> anyhow::Result<Result<Vec<PathBuf>, String>> {
        match self {
            Self::Disk => workspace.included(pattern),
            Self::Revision(revision) => Ok(workspace.included_of(pattern, revision.files())),
        }
    }

    /// A path as people see it: with the revision before it, as `main:images.yaml`.
    pub fn shown(&self, path: &Path) -> String {
        let shown = Workspace::shown(path);
        match self {
            Self::Disk => shown,
            Self::Revision(revision) => format!("{}:{shown}", revision.name()),
        }
    }
}
