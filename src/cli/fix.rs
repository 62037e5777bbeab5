//! `lint --fix`: makes the fixes that problems have, and looks again.

use super::Global;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::io::{terminal, write};
use crate::lint::fix::{apply, leaves_doubt};
use crate::lint::{codes, is_blind};
use crate::session::diagnose::Linted;
use crate::session::read::Read;
use crate::words::{append, counted};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// How often is looked again: one fix may make another possible, and no chain of them is longer.
const ROUNDS: usize = 8;

/// Finds problems; with `--fix`, mends what can be mended and finds again, until nothing more can be. Each round writes all of
/// its files or none. Only problems that `--fix` would mend keep their fix.
pub(super) fn rounds(
    fix: bool,
    global: &Global,
    diagnose: impl Fn() -> anyhow::Result<Option<Linted>>,
) -> anyhow::Result<Option<Linted>> {
    let mut done: IndexMap<String, Vec<Code>> = IndexMap::new();
    for round in 0.. {
        let Some(mut linted) = diagnose()? else { return Ok(None) };
        let files = settle(&mut linted.diagnostics, &linted.read);
        if !fix || files.is_empty() || round == ROUNDS {
            if !global.quiet {
                terminal::message(&summary(&done));
            }
            return Ok(Some(linted));
        }
        let files: Vec<(PathBuf, &str)> = files.iter().map(|(path, text)| (path.clone(), text.as_str())).collect();
        write::apply(&files, &[])?;
        let Linted { read, diagnostics, .. } = &linted;
        for diagnostic in diagnostics {
            let Some(edit) = diagnostic.fix.as_ref().and_then(|fix| fix.edits.first()) else { continue };
            let place = read.sources.line_col(edit.span());
            let name = read.sources.file(edit.span().file).name().to_owned();
            if global.verbose {
                terminal::message(&format!("{name}:{place}: {} {edit}\n", diagnostic.code));
            }
            done.entry(name).or_default().push(diagnostic.code);
        }
    }
    Ok(None)
}

/// Takes away the fixes that cannot be made, and says what files hold after all others.
fn settle(diagnostics: &mut [Diagnostic], read: &Read) -> Vec<(PathBuf, String)> {
    let codes = codes();
    let doubt = leaves_doubt(diagnostics);
    let blind = is_blind(diagnostics);
    let is_possible = |edit: &Edit| {
        read.images.contains(&edit.span().file)
            && match edit {
                Edit::Replace { .. } => true,
                Edit::RemoveItem(_) | Edit::RemoveKey(_) => !doubt,
                // What a rule says of files may stand in images.yaml where they cannot be read, and the other way around.
                Edit::Unignore(at) => {
                    !doubt && (!blind || codes.find(read.sources.text(*at)).is_some_and(|code| !code.is_of_lint()))
                }
            }
    };
    for diagnostic in diagnostics.iter_mut() {
        if diagnostic.fix.as_ref().is_some_and(|fix| !fix.edits.iter().all(is_possible)) {
            diagnostic.fix = None;
        }
    }
    loop {
        let mut files = Vec::new();
        let mut failed: Vec<Edit> = Vec::new();
        for (id, path) in read.images.iter().zip(&read.paths) {
            let all = diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref());
            let edits: Vec<Edit> =
                all.flat_map(|fix| &fix.edits).filter(|edit| edit.span().file == *id).cloned().collect();
            if edits.is_empty() {
                continue;
            }
            let edited = apply(read.sources.file(*id), *id, &edits);
            failed.extend(edits.into_iter().zip(edited.made).filter(|(_, made)| !made).map(|(edit, _)| edit));
            files.push((path.clone(), edited.text));
        }
        if failed.is_empty() {
            return files;
        }
        // Part of a fix is worth nothing: what is left of it goes too.
        for diagnostic in diagnostics.iter_mut() {
            if diagnostic.fix.as_ref().is_some_and(|fix| fix.edits.iter().any(|edit| failed.contains(edit))) {
                diagnostic.fix = None;
            }
        }
    }
}

/// `fixed 3 problems in images.yaml: IF048, IF122`, a line a file.
fn summary(done: &IndexMap<String, Vec<Code>>) -> String {
    let mut out = String::new();
    for (name, codes) in done {
        let kinds: BTreeSet<Code> = codes.iter().copied().collect();
        let kinds: Vec<String> = kinds.iter().map(Code::to_string).collect();
        append!(out, "fixed {} in {name}: {}\n", counted(codes.len(), "problem"), kinds.join(", "));
    }
    out
}
