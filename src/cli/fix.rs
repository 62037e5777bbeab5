//! `lint --fix`: makes the fixes that problems have, and looks again.

use super::Global;
use crate::diagnostic::Code;
use crate::io::{terminal, write};
use crate::session::Linted;
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
    lint: impl Fn() -> anyhow::Result<Option<Linted>>,
) -> anyhow::Result<Option<Linted>> {
    let mut done: IndexMap<String, Vec<Code>> = IndexMap::new();
    for round in 0.. {
        let Some(linted) = lint()? else { return Ok(None) };
        let Linted { sources, problems, fixed, root, .. } = &linted;
        if !fix || fixed.is_empty() || round == ROUNDS {
            if !global.quiet {
                terminal::message(&summary(&done));
            }
            return Ok(Some(linted));
        }
        let files: Vec<(PathBuf, &str)> = fixed.iter().map(|(path, text)| (path.clone(), text.as_str())).collect();
        write::apply(root, &files)?;
        for problem in problems.iter() {
            let Some(edit) = problem.fix.as_ref().and_then(|fix| fix.edits.first()) else { continue };
            let place = sources.line_col(edit.span());
            let name = sources.file(edit.span().file).name().to_owned();
            if global.verbose {
                terminal::message(&format!("{name}:{place}: {} {edit}\n", problem.code));
            }
            done.entry(name).or_default().push(problem.code);
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
