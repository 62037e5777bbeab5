//! A tree of YAML to the facts of a workflow.

use super::facts::Workflow;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile};
use crate::yaml::{self, Hints};

const HINTS: Hints = Hints {
    empty: "write a workflow with the keys `on` and `jobs`, or remove the file",
    several: "keep one workflow in a file: GitHub reads one document",
    large: "write the values out",
    deep: "",
};

/// Reads a workflow file.
///
/// `None` only with a diagnostic that says why there is nothing to read on from; the diagnostics are those of YAML
/// (IF001 to IF007), since what a workflow should say is for the rules to judge.
pub fn read(source: &SourceFile, id: FileId) -> (Option<Workflow>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let root = yaml::parse(source, id, &HINTS, &mut diagnostics);
    (root.map(|_| Workflow::default()), diagnostics)
}
