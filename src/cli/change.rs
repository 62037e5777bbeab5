//! What `synth` does to the folder of the output: what stands in the way, what is written, what goes.

use super::report::{File, FileState, unified};
use crate::constructs::Identity;
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::{self, FilePlan};
use crate::io::checkout::Unfit;
use crate::io::read::exists;
use crate::io::workspace::Workspace;
use crate::io::write::{self, Existing, State, Writer};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What stands where files of ours would, and was not made by us: `force` replaces files alone.
pub(super) fn in_the_way(plan: &FilePlan, existing: &[Existing], folder: &str, force: bool) -> Vec<Diagnostic> {
    let planned: BTreeSet<&str> = plan.files.iter().map(|file| file.name.as_str()).collect();
    let problem = |file: &Existing| {
        let path = format!("{folder}/{}", file.name);
        match file.state {
            State::Unfit(unfit) => Some(unfit_output(&path, unfit)),
            State::Foreign if !force => Some(
                Diagnostic::global(Code::ForeignFile, format!("{path} was not made by image-factory"))
                    .help("move it away, write elsewhere with `--out DIR`, or replace it with `--force`"),
            ),
            _ => None,
        }
    };
    existing.iter().filter(|file| planned.contains(file.name.as_str())).filter_map(problem).collect()
}

pub(super) fn unfit_output(path: &str, unfit: Unfit) -> Diagnostic {
    Diagnostic::global(Code::NotAFile, format!("{path} {unfit}")).help(
        "remove it, or write elsewhere with `--out DIR`; nothing is written outside of the checkout through a link",
    )
}

/// What a run does to the folder of the output.
pub(super) struct Change {
    /// Files that are new or differ.
    write: FilePlan,
    /// Files of ours that are no longer made.
    pub(super) remove: Vec<String>,
    /// Files of ours that are there and differ, or go.
    before: BTreeSet<String>,
    /// The files that stay.
    kept: FilePlan,
}

impl Change {
    pub(super) fn between(plan: FilePlan, existing: &[Existing]) -> Self {
        let named = |state| existing.iter().filter(move |file| file.state == state).map(|file| file.name.as_str());
        let same: BTreeSet<&str> = named(State::Same).collect();
        let made: BTreeSet<&str> = plan.files.iter().map(|file| file.name.as_str()).collect();
        let remove = named(State::Differs).filter(|name| !made.contains(name)).map(str::to_owned).collect();
        let before = named(State::Differs).map(str::to_owned).collect();
        let (kept, write) = plan.files.into_iter().partition(|file| same.contains(file.name.as_str()));
        Self { write: FilePlan { files: write }, remove, before, kept: FilePlan { files: kept } }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.write.files.is_empty() && self.remove.is_empty()
    }

    /// Objects of a former run that this one does not make. They stay in the cluster until somebody removes them.
    pub(super) fn gone(&self, folder: &Path) -> anyhow::Result<Vec<Identity>> {
        let mut then = BTreeSet::new();
        for name in &self.before {
            then.extend(write::objects(&folder.join(name))?);
        }
        if !then.is_empty() {
            for file in self.write.files.iter().chain(&self.kept.files) {
                for identity in emit::identities(&file.text) {
                    then.remove(&identity);
                }
            }
        }
        Ok(then.into_iter().collect())
    }

    /// The changes as a unified diff, that of the lock first.
    pub(super) fn shown(&self, out: &Path, lock: Option<&(PathBuf, &str)>) -> anyhow::Result<String> {
        let mut diff = String::new();
        if let Some((path, text)) = lock {
            let before = if exists(path) { write::text(path)? } else { String::new() };
            diff.push_str(&of_file(&Workspace::shown(path), &before, text));
        }
        let removed = self.remove.iter().map(|name| (name, ""));
        for (name, text) in self.write.files.iter().map(|file| (&file.name, file.text.as_str())).chain(removed) {
            let path = out.join(name);
            let before = if self.before.contains(name) { write::text(&path)? } else { String::new() };
            diff.push_str(&of_file(&Workspace::shown(&path), &before, text));
        }
        Ok(diff)
    }

    /// What is written.
    pub(super) fn paths(&self, out: &Path, lock: Option<&(PathBuf, &str)>) -> Vec<PathBuf> {
        let files = self.write.files.iter().map(|file| out.join(&file.name));
        files.chain(lock.map(|(path, _)| path.clone())).collect()
    }

    /// Makes the changes, and writes the lock.
    pub(super) fn apply(&self, writer: &Writer<'_>, out: &Path, lock: Option<&(PathBuf, &str)>) -> anyhow::Result<()> {
        let files = self.write.files.iter().map(|file| (out.join(&file.name), file.text.as_str()));
        let remove: Vec<PathBuf> = self.remove.iter().map(|name| out.join(name)).collect();
        writer.apply(&files.chain(lock.cloned()).collect::<Vec<_>>(), &remove)
    }

    /// Every file, and what becomes of it.
    pub(super) fn files(&self, out: &Path, lock: Option<&(PathBuf, &str)>) -> Vec<File> {
        let of = |plan: &FilePlan, state| {
            plan.files.iter().map(|file| File::new(&out.join(&file.name), state)).collect::<Vec<_>>()
        };
        let mut files: Vec<File> = lock.iter().map(|(path, _)| File::new(path, FileState::Written)).collect();
        files.extend(of(&self.write, FileState::Written));
        files.extend(of(&self.kept, FileState::Unchanged));
        files.extend(self.remove.iter().map(|name| File::new(&out.join(name), FileState::Removed)));
        files
    }
}

/// What becomes of a file; where a text is empty, there is none.
fn of_file(name: &str, before: &str, now: &str) -> String {
    let header = |text: &str| if text.is_empty() { "/dev/null".to_owned() } else { name.to_owned() };
    unified(before, now, (&header(before), &header(now)))
}
