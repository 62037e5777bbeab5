//! images.lock.yaml between its two forms: as it is written, and as values that discovery makes anew.

use super::read::Read;
use crate::config::{self, Slot};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::discover::lock::GENERATED;
use crate::discover::{Base, Dockerfile, Entry, Lock};
use crate::io::workspace::Workspace;
use crate::model::EdgeKind;

/// The lock as it is.
pub(crate) enum Existing {
    /// None, or one that `discover` wrote.
    Ours(Lock),
    /// One that `discover` wrote, and that can no longer be read; the problems are those of [`Read::lock`].
    Broken,
    /// One that somebody else wrote.
    Foreign,
}

impl Existing {
    pub(crate) fn of(read: &Read) -> Self {
        let Some(file) = &read.lock else { return Self::Ours(Lock::default()) };
        let text = read.sources.file(file.id).text();
        if !text.trim().is_empty() && !text.starts_with(GENERATED) {
            return Self::Foreign;
        }
        if text.trim().is_empty() {
            return Self::Ours(Lock::default());
        }
        if any_error(&file.diagnostics) {
            return Self::Broken;
        }
        values(&file.lock).map_or(Self::Broken, Self::Ours)
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

/// The values of a lock; `None` if something in it is none.
pub(crate) fn values(lock: &config::Lock) -> Option<Lock> {
    let images = lock.images.get().into_iter().flat_map(|at| &at.value.0);
    let images = images.map(|(name, slot)| Some((name.value.clone(), entry(&slot.get()?.value)?)));
    Some(Lock { images: images.collect::<Option<_>>()? })
}

fn entry(locked: &config::LockedImage) -> Option<Entry> {
    let base = |slot: &Slot<config::LockedBase>| {
        let base = &slot.get()?.value;
        let word = &base.kind.get()?.value;
        Some(Base {
            image: base.image.get()?.value.clone(),
            written: text(&base.written),
            kind: EdgeKind::ALL.into_iter().find(|kind| kind.name() == word)?,
            line: base.line.get().map(|at| at.value),
        })
    };
    let bases = locked.bases.get().into_iter().flat_map(|at| &at.value);
    Some(Entry {
        dockerfile: locked.dockerfile.get().map(|at| dockerfile(&at.value)),
        bases: bases.map(base).collect::<Option<_>>()?,
        lines: locked.lines.items().map(|at| at.value.clone()).collect(),
    })
}

fn dockerfile(locked: &config::LockedDockerfile) -> Dockerfile {
    let args = locked.build_args.get().into_iter().flat_map(|at| &at.value.0);
    Dockerfile {
        repo: text(&locked.repo).unwrap_or_default(),
        branch: text(&locked.branch).unwrap_or_default(),
        path: text(&locked.path).unwrap_or_default(),
        target: text(&locked.target),
        build_args: args.filter_map(|(name, value)| Some((name.value.clone(), text(value)?))).collect(),
        platform: text(&locked.platform),
    }
}

fn text(slot: &Slot<String>) -> Option<String> {
    slot.get().map(|at| at.value.clone())
}
