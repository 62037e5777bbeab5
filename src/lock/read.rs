//! images.lock.yaml as it is written, to values.

use super::{Base, Dockerfile, Entry, Lock, Placed};
use crate::config::{self, Entries, OneOrMore, Slot};
use crate::diagnostic::{Code, Diagnostic};
use crate::reference::EdgeKind;
use crate::source::{At, FileId, Sources};
use serde::Deserialize;

/// The whole file.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenLock {
    /// 1.
    version: Slot<u32>,
    images: Slot<Entries<Slot<WrittenEntry>>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenEntry {
    dockerfile: Slot<WrittenDockerfile>,
    bases: Slot<Vec<Slot<WrittenBase>>>,
    lines: Slot<Vec<Slot<String>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct WrittenDockerfile {
    repo: Slot<String>,
    branch: Slot<String>,
    path: Slot<String>,
    target: Slot<String>,
    build_args: Slot<Entries<Slot<OneOrMore<String>>>>,
    contexts: Slot<Entries<Slot<String>>>,
    platform: Slot<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenBase {
    image: Slot<String>,
    written: Slot<String>,
    kind: Slot<String>,
    line: Slot<u32>,
}

/// Reads images.lock.yaml. What cannot be used is left out of the result and reported: here, or with the entry.
pub fn read(sources: &Sources, id: FileId) -> (Lock, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let written: WrittenLock = config::read_as(sources, id, &mut diagnostics).unwrap_or_default();
    let version = written.version.get().map(|at| (at.value, at.span));
    let mut lock = lock(written);
    // Nobody mends by hand what says that nobody edits it.
    if super::is_ours(sources.file(id).text()) {
        let entries = lock.images.values_mut().flat_map(|entry| &mut entry.value.problems);
        for broken in diagnostics.iter_mut().chain(entries) {
            broken.help = vec!["run `image-factory discover`, which writes the file anew".to_owned()];
        }
    }
    if let Some((version, span)) = version.filter(|(version, _)| *version != 1) {
        let message = format!("version {version} of the lock is not known");
        diagnostics.push(
            Diagnostic::new(Code::InvalidValue, message, span)
                .help("update image-factory, or run `image-factory discover`"),
        );
    }
    (lock, diagnostics)
}

fn lock(written: WrittenLock) -> Lock {
    let mut lock = Lock::default();
    for (name, slot) in written.images.into_at().into_iter().flat_map(|at| at.value.0) {
        match slot {
            Slot::Is(at) => _ = lock.images.insert(name.value, Placed::new(entry(at.value), name.span)),
            Slot::Absent | Slot::Broken => lock.unreadable.push(name.into()),
        }
    }
    lock
}

fn entry(written: WrittenEntry) -> Entry {
    let mut entry = Entry {
        dockerfile: written.dockerfile.into_at().map(|at| Placed::new(dockerfile(at.value), at.span)),
        lines: written.lines.into_items().filter_map(text).collect(),
        ..Entry::default()
    };
    for slot in written.bases.into_items() {
        match slot.into_at().and_then(|at| base(at, &mut entry.problems)) {
            Some(base) => entry.bases.push(base),
            None => entry.is_part = true,
        }
    }
    entry
}

fn dockerfile(written: WrittenDockerfile) -> Dockerfile {
    let entries = |written: Slot<Entries<Slot<String>>>| {
        let all = written.into_at().into_iter().flat_map(|at| at.value.0);
        all.filter_map(|(name, value)| Some((name.value, text(value)?))).collect()
    };
    let arguments = written.build_args.into_at().into_iter().flat_map(|at| at.value.0);
    let values = |written: Slot<OneOrMore<String>>| {
        let given = written.into_at()?.value.0;
        Some(given.into_iter().filter_map(text).collect::<Vec<_>>()).filter(|values| !values.is_empty())
    };
    Dockerfile {
        repo: text(written.repo),
        branch: text(written.branch),
        path: written.path.into_at().map(Placed::from),
        target: text(written.target),
        build_args: arguments.filter_map(|(name, given)| Some((name.value, values(given)?))).collect(),
        contexts: entries(written.contexts),
        platform: text(written.platform),
    }
}

fn base(At { value: row, span }: At<WrittenBase>, problems: &mut Vec<Diagnostic>) -> Option<Base> {
    if row.image.is_absent() {
        problems.push(Diagnostic::new(Code::MissingKey, "a base without `image`", span));
    }
    let image = row.image.into_at()?;
    if row.kind.is_absent() {
        problems.push(
            Diagnostic::new(Code::MissingKey, "a base without `kind`", span)
                .help("write one of `final`, `build`, `copy`, `mount`, `frontend`"),
        );
    }
    let word = row.kind.into_at()?;
    let kind = word.value.parse().ok();
    if kind.is_none() {
        problems.push(config::unknown_word("the kind", &word.value, word.span, EdgeKind::WORDS));
    }
    Some(Base {
        image: image.into(),
        written: text(row.written),
        kind: kind?,
        line: row.line.into_at().map(|at| at.value),
    })
}

fn text(slot: Slot<String>) -> Option<String> {
    slot.into_at().map(|at| at.value)
}
