//! The end of a problem's way: what a comment ignores goes, and what is left may be shown.

use crate::diagnostic::{Diagnostic, any_error, ignore};
use crate::lint;
use crate::source::Sources;
use std::ops::Deref;

/// The problems of an answer as they may be shown: all of them, each at its place, but those that comments ignore.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    found: Vec<Diagnostic>,
    ignored: usize,
}

impl Problems {
    /// Of a question that does not look for all that a comment could ignore, so that nobody can say which comments ignore
    /// nothing. Their fixes go: `lint` alone makes them.
    pub(crate) fn of(diagnostics: Vec<Diagnostic>, sources: &Sources) -> Self {
        let outcome = ignore::apply(diagnostics, sources, &lint::codes());
        let found = outcome.kept.into_iter().map(|diagnostic| Diagnostic { fix: None, ..diagnostic }).collect();
        Self { found, ignored: outcome.ignored }
    }

    /// Of `lint`, which looks everywhere: with their fixes, and with the comments that ignore nothing.
    pub(super) fn of_lint(diagnostics: Vec<Diagnostic>, sources: &Sources) -> Self {
        let ignore::Outcome { kept: mut found, ignored, unused } = ignore::apply(diagnostics, sources, &lint::codes());
        // What a file would have said that nobody could look at is not known.
        let blind = lint::is_blind(&found);
        let unused = unused.into_iter().filter(|unused| !(blind && unused.code.is_some_and(lint::needs_files)));
        found.extend(unused.map(|unused| unused.diagnostic));
        Self { found, ignored }
    }

    /// Adds what is wrong with files of the output, which no comment can be about.
    pub(crate) fn add_of_output(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(diagnostics);
    }

    /// Keeps some of them.
    pub(crate) fn only(mut self, keep: impl Fn(&Diagnostic) -> bool) -> Self {
        self.found.retain(keep);
        self
    }

    /// Whether one of them stops the run: nothing may be written then.
    pub fn stop(&self) -> bool {
        any_error(&self.found)
    }

    /// How many comments ignore.
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    /// The list, for what takes fixes away that cannot be made.
    pub(super) fn found_mut(&mut self) -> &mut [Diagnostic] {
        &mut self.found
    }
}

impl Deref for Problems {
    type Target = [Diagnostic];

    fn deref(&self) -> &[Diagnostic] {
        &self.found
    }
}
