//! Which of the fixes that problems have can be made, and the texts after them.

use super::{codes, is_blind, old_lock};
use crate::diagnostic::{Code, Codes, Diagnostic, Edit};
use crate::edit;
use crate::source::{FileId, Sources};
use std::collections::HashMap;

/// The files that fixes may change.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// images.yaml and what it includes.
    pub images: &'a [FileId],
    /// Workflows of this checkout, of which the dispatch alone is changed.
    pub workflows: &'a [FileId],
}

/// Takes away the fixes that cannot be made, and returns what those of these files hold that the others change. Part of a fix is
/// worth nothing: it is made as a whole or not at all.
pub fn settle(diagnostics: &mut [Diagnostic], sources: &Sources, files: Files<'_>) -> Vec<(FileId, String)> {
    let rules =
        Rules { codes: codes(), doubt: leaves_doubt(diagnostics), blind: is_blind(diagnostics), sources, files };
    for diagnostic in diagnostics.iter_mut() {
        if diagnostic.fix.as_ref().is_some_and(|fix| !fix.edits.iter().all(|edit| rules.allow(edit))) {
            diagnostic.fix = None;
        }
    }
    loop {
        // By file: each edit, and the problem that it mends.
        let mut edits: HashMap<FileId, (Vec<usize>, Vec<Edit>)> = HashMap::new();
        for (index, diagnostic) in diagnostics.iter().enumerate() {
            for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
                let (problems, edits) = edits.entry(edit.span().file).or_default();
                problems.push(index);
                edits.push(edit.clone());
            }
        }
        let mut texts = Vec::new();
        let mut failed = false;
        for id in files.images.iter().chain(files.workflows) {
            let Some((problems, edits)) = edits.remove(id) else { continue };
            let edited = edit::apply(sources.file(*id), *id, &edits);
            for (problem, _) in problems.iter().zip(&edited.made).filter(|(_, made)| !**made) {
                failed = true;
                let Some(diagnostic) = diagnostics.get_mut(*problem) else { continue };
                if diagnostic.fix.take().is_some() && files.workflows.contains(id) {
                    diagnostic.help.push(BY_HAND.to_owned());
                }
            }
            texts.push((*id, edited.text));
        }
        if !failed {
            return texts;
        }
    }
}

/// What is said of a workflow in which a change could mean something else, too.
const BY_HAND: &str =
    "`--fix` leaves this file alone: the way in which its events are written may mean something else, too";

/// What must be known before an edit is made.
struct Rules<'a> {
    codes: Codes,
    doubt: bool,
    blind: bool,
    sources: &'a Sources,
    files: Files<'a>,
}

impl Rules<'_> {
    fn allow(&self, edit: &Edit) -> bool {
        let file = edit.span().file;
        if let Edit::Dispatch { .. } = edit {
            return self.files.workflows.contains(&file);
        }
        self.files.images.contains(&file)
            && match edit {
                Edit::Replace { .. }
                | Edit::RenameKey { .. }
                | Edit::Reshape { .. }
                | Edit::Set { .. }
                | Edit::Dispatch { .. } => true,
                Edit::RemoveItem { .. } | Edit::RemoveKey(_) => !self.doubt,
                // What a rule says of files may stand in images.yaml where they cannot be read, and the other way around.
                Edit::Unignore(at) => {
                    let code = self.codes.find(self.sources.text(*at));
                    !self.doubt && (!self.blind || code.is_some_and(|code| !code.is_of_lint()))
                }
            }
    }
}

/// Whether a problem says that what is unused now may be used once it is mended: then no setting and no ignore comment is
/// removed for being unused.
fn leaves_doubt(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| {
        diagnostic.is_error()
            || diagnostic.code == old_lock::RULE.code
            || matches!(diagnostic.code, Code::UnknownBases | Code::StateFile | Code::StaleLock)
    })
}
