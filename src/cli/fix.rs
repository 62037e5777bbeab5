//! `lint --fix`: makes the fixes that problems have, and looks again.

use super::Global;
use super::ended::Ended;
use super::report::unified;
use crate::diagnostic::Code;
use crate::io::{terminal, write};
use crate::session::Linted;
use crate::source::{SourceFile, visible};
use crate::words::{append, counted};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How often is looked again: one fix may make another possible, and no chain of them is longer.
const ROUNDS: usize = 8;

/// What becomes of fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing.
    Off,
    /// They are written; each round writes all of its files or none.
    Write,
    /// They are shown.
    Show,
}

/// Texts that have taken the place of those of files, by path.
pub(super) type Texts = BTreeMap<PathBuf, String>;

/// What is left when nothing more can be fixed.
pub(super) struct Fixed {
    /// What was found last. Only problems that `--fix` would mend keep their fix.
    pub(super) linted: Linted,
    /// What has been fixed, a line a file.
    pub(super) summary: String,
    /// What the fixes change, as a unified diff without credentials; empty where they are not to be shown.
    pub(super) diff: String,
}

/// Finds problems, mends what can be mended, and finds again, until nothing more can be. `lint` reads the files with these texts
/// in them.
pub(super) fn rounds(
    mode: Mode,
    global: &Global,
    lint: impl Fn(Texts) -> Result<Linted, Ended>,
) -> Result<Fixed, Ended> {
    let mut done: IndexMap<String, Vec<Code>> = IndexMap::new();
    // Of what is only shown: the name and the first text of each file, and the texts after the last round.
    let (mut first, mut texts) = (BTreeMap::new(), Texts::new());
    let mut round = 0;
    loop {
        let linted = lint(texts.clone())?;
        if mode == Mode::Off || linted.fixed.is_empty() || round == ROUNDS {
            let summary = summary(&done, mode);
            return Ok(Fixed { linted, summary, diff: diff(&first, &texts) });
        }
        round += 1;
        let Linted { sources, problems, fixed, root, .. } = &linted;
        if mode == Mode::Show {
            for (path, id, text) in fixed {
                let file = sources.file(*id);
                first.entry(path.clone()).or_insert_with(|| (file.name().to_owned(), file.text().to_owned()));
                texts.insert(path.clone(), text.clone());
            }
        } else {
            let files: Vec<_> = fixed.iter().map(|(path, _, text)| (path.clone(), text.as_str())).collect();
            write::apply(root, &files)?;
        }
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
}

/// What the new texts change. The old ones are as people may see them; so are the new ones here.
fn diff(first: &BTreeMap<PathBuf, (String, String)>, texts: &Texts) -> String {
    let both = first.iter().filter_map(|(path, (name, before))| Some((name, before, texts.get(path)?)));
    both.map(|(name, before, after)| {
        let after = SourceFile::new(name.as_str(), after.as_str());
        visible(&unified(before, after.text(), (name, name)))
    })
    .collect()
}

/// `fixed 3 problems in images.yaml: IF048, IF122`, a line a file.
fn summary(done: &IndexMap<String, Vec<Code>>, mode: Mode) -> String {
    let mut out = String::new();
    let fixed = if mode == Mode::Show { "would fix" } else { "fixed" };
    for (name, codes) in done {
        let kinds: BTreeSet<Code> = codes.iter().copied().collect();
        let kinds: Vec<String> = kinds.iter().map(Code::to_string).collect();
        append!(out, "{fixed} {} in {name}: {}\n", counted(codes.len(), "problem"), kinds.join(", "));
    }
    out
}
