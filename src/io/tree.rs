//! Where the texts of a run come from: the disk, a revision of git, or memory.
//!
//! What is not in the tree is not there: a run over a revision or over texts in memory sees no file of the disk. Memory is no git
//! work tree, so it has no origin, no branch and no tags.

use super::checkout::{self, Unfit};
use super::git::{self, Branch};
use super::listing::{self, Listing};
use super::read::{self, FileText};
use super::revision::Revision;
use super::workspace::{Workspace, normal};
use crate::source::visible_line;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The root of texts in memory, which nobody is shown: a pattern can lead out of it, as it can on a disk.
const ROOT: &str = "/checkout";

/// The files of a checkout, and where images.yaml is among them.
pub struct Tree {
    workspace: Workspace,
    files: Files,
    /// Texts in place of those that files have, by path.
    instead: BTreeMap<PathBuf, Vec<u8>>,
    /// Whether images.yaml came by stdin.
    is_stdin: bool,
}

enum Files {
    /// As they are.
    Disk,
    /// As they were, by their paths in the work tree.
    Revision(Box<Revision>),
    /// Bytes by their paths below [`ROOT`].
    Memory(BTreeMap<PathBuf, Vec<u8>>),
}

impl Tree {
    /// The files as they are on the disk.
    pub fn disk(workspace: Workspace) -> Self {
        Self { workspace, files: Files::Disk, instead: BTreeMap::new(), is_stdin: false }
    }

    /// The same with what came by stdin in place of images.yaml, which need not be there.
    pub fn stdin(workspace: Workspace, images: Vec<u8>) -> Self {
        let instead = BTreeMap::from([(workspace.images.clone(), images)]);
        Self { workspace, files: Files::Disk, instead, is_stdin: true }
    }

    /// The files as they were in a revision of the work tree.
    pub fn revision(workspace: Workspace, revision: Revision) -> Self {
        Self { workspace, files: Files::Revision(Box::new(revision)), instead: BTreeMap::new(), is_stdin: false }
    }

    /// Files by their paths from the root of a checkout, as in `apps/web/Dockerfile`. images.yaml is in the folder
    /// `image-factory` or at the root, as on a disk.
    pub fn memory<P: AsRef<Path>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let root = Path::new(ROOT);
        let files: BTreeMap<PathBuf, Vec<u8>> =
            files.into_iter().map(|(path, bytes)| (root.join(path), bytes.into())).collect();
        let [first, second] = Workspace::CANDIDATES.map(|path| root.join(path));
        let images = if files.contains_key(&first) { first } else { second };
        let workspace = Workspace { images, root: root.to_owned() };
        Self { workspace, files: Files::Memory(files), instead: BTreeMap::new(), is_stdin: false }
    }

    /// The same files, with these texts in some of them; `instead` is by the paths that the files are read at.
    #[must_use]
    pub fn with(mut self, instead: BTreeMap<PathBuf, String>) -> Self {
        self.instead.extend(instead.into_iter().map(|(path, text)| (path, text.into_bytes())));
        self
    }

    /// Where things are in it.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Whether it is of another time than the files around it.
    pub fn is_past(&self) -> bool {
        matches!(self.files, Files::Revision(_))
    }

    /// Whether a folder is the root of the checkout, as text has it.
    pub fn is_root(&self, folder: &Path) -> bool {
        match &self.files {
            Files::Memory(_) => in_memory(folder) == self.workspace.root,
            _ => checkout::is_same(folder, &self.workspace.root),
        }
    }

    /// Reads a file of the checkout; `None` if there is none.
    pub fn text_if_any(&self, path: &Path) -> anyhow::Result<Option<FileText>> {
        self.text_in(&self.workspace.root, path)
    }

    /// Reads a file of the checkout at a folder, which may be another than this one.
    pub fn text_in(&self, root: &Path, path: &Path) -> anyhow::Result<Option<FileText>> {
        if let Some(text) = self.instead.get(path) {
            return Ok(Some(read::text_of_bytes(text.clone())));
        }
        match &self.files {
            Files::Disk => read::text_if_any(root, path),
            Files::Revision(revision) => revision.text_if_any(path),
            Files::Memory(files) => {
                let text = files.get(&in_memory(path)).map(|bytes| read::text_of_bytes(bytes.clone()));
                Ok(text.or_else(|| self.exists(path).then_some(FileText::Unfit(Unfit::Folder))))
            }
        }
    }

    /// Whether there is a file or a folder of that name.
    pub fn exists(&self, path: &Path) -> bool {
        match &self.files {
            Files::Disk => read::exists(path),
            Files::Revision(revision) => is_among(&normal(path), revision.files()),
            Files::Memory(files) => is_among(&in_memory(path), files.keys()),
        }
    }

    /// The files that a glob of `include` matches, sorted; images.yaml itself is never one. The error is why the glob is
    /// none.
    pub fn included(&self, pattern: &str) -> anyhow::Result<Result<Vec<PathBuf>, String>> {
        match &self.files {
            Files::Disk => self.workspace.included(pattern),
            Files::Revision(revision) => Ok(self.workspace.included_of(pattern, revision.files())),
            Files::Memory(files) => Ok(self.workspace.included_of(pattern, files.keys().cloned())),
        }
    }

    /// All files of the checkout that git does not ignore.
    pub fn listing(&self) -> anyhow::Result<Listing> {
        self.listing_of(&self.workspace.root)
    }

    /// The same of the checkout at a folder, which may be another than this one.
    pub fn listing_of(&self, root: &Path) -> anyhow::Result<Listing> {
        let below = |path: &Path| Some(path.strip_prefix(root).ok()?.to_str()?.to_owned());
        let all = |paths: Vec<String>| Listing { paths, by_git: true };
        match &self.files {
            Files::Disk => listing::files(root),
            Files::Revision(revision) => Ok(all(revision.files().filter_map(|path| below(&path)).collect())),
            Files::Memory(files) => Ok(all(files.keys().filter_map(|path| below(path)).collect())),
        }
    }

    /// The address of the remote `origin` of this checkout.
    pub fn origin(&self) -> anyhow::Result<Option<String>> {
        if self.is_memory() { Ok(None) } else { git::origin(&self.workspace.root) }
    }

    /// The branch of this checkout.
    pub fn branch(&self) -> anyhow::Result<Option<Branch>> {
        if self.is_memory() { Ok(None) } else { git::branch(&self.workspace.root) }
    }

    /// Whether this checkout knows a branch of this name, its own or origin's.
    pub fn is_branch(&self, name: &str) -> anyhow::Result<bool> {
        if self.is_memory() { Ok(false) } else { git::is_branch(&self.workspace.root, name) }
    }

    /// Whether the checkout in a folder, which may be another than this one, knows a tag of this name and no branch.
    pub fn is_tag(&self, folder: &Path, name: &str) -> anyhow::Result<bool> {
        if self.is_memory() { Ok(false) } else { git::is_tag(folder, name) }
    }

    /// A path as people see it: of a revision with its name before it, as `main:images.yaml`.
    pub fn shown(&self, path: &Path) -> String {
        match &self.files {
            Files::Disk if self.is_stdin && *path == self.workspace.images => "stdin".to_owned(),
            Files::Disk => Workspace::shown(path),
            Files::Revision(revision) => format!("{}:{}", revision.name(), Workspace::shown(path)),
            Files::Memory(_) => visible_line(&path.strip_prefix(ROOT).unwrap_or(path).to_string_lossy()),
        }
    }

    fn is_memory(&self) -> bool {
        matches!(self.files, Files::Memory(_))
    }
}

/// A path among texts in memory, where relative ones begin at the root.
fn in_memory(path: &Path) -> PathBuf {
    normal(&Path::new(ROOT).join(path))
}

/// Whether one of the files is this one, or is in this folder.
fn is_among(path: &Path, files: impl Iterator<Item = impl AsRef<Path>>) -> bool {
    files.into_iter().any(|file| file.as_ref().starts_with(path))
}
