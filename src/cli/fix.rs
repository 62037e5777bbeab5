//! `lint --fix`: makes the fixes that problems have, and looks again.

use super::Global;
use crate::diagnostic::Code;
use crate::io::{terminal, write};
use crate::lint::fix::settle;
use crate::session::diagnose::Linted;
use crate::source::FileId;
use crate::words::{append, counted};
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashMap};
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
        let files = settle(&mut linted.diagnostics, &linted.read.sources, &linted.read.images);
        if !fix || files.is_empty() || round == ROUNDS {
            if !global.quiet {
                terminal::message(&summary(&done));
            }
            return Ok(Some(linted));
        }
        let paths: HashMap<FileId, &PathBuf> = linted.read.images.iter().copied().zip(&linted.read.paths).collect();
        let files = files.iter().filter_map(|(id, text)| Some(((*paths.get(id)?).clone(), text.as_str())));
        write::apply(&files.collect::<Vec<_>>(), &[])?;
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
