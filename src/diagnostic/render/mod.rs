//! Diagnostics as text, one format a file; pure.
//!
//! | format | for whom | order | names of files |
//! |---|---|---|---|
//! | [`human`] | people at a terminal | errors last, nearest to the prompt; so many at most | as they were given |
//! | [`json`] | programs | errors first | as they were given |
//! | [`sarif`] | GitHub code scanning, editors | errors first | as URIs |
//! | [`github`] | the log of a GitHub workflow | errors first | as they were given, without `./` |
//!
//! No format writes a control character, a terminal escape or a mark of direction that stands in the user's text as it is.

mod excerpt;
mod github;
mod human;
mod json;
mod sarif;
pub(crate) mod text;

pub use github::github;
pub use human::{Page, human};
pub use json::json;
pub(crate) use json::{Counts, ForPrograms, for_programs};
pub use sarif::sarif;
pub(crate) use text::document;

use super::Diagnostic;
use crate::source::Span;
use std::cmp::Reverse;
use std::ops::Range;

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people: [`human`].
    #[default]
    Human,
    /// For programs: [`json`].
    Json,
    /// For GitHub code scanning: [`sarif`].
    Sarif,
    /// For the log of a GitHub workflow: [`github`].
    Github,
}

/// The problem's own place; a problem of the whole run has none, and stands before all places.
fn place(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.labels.first().map(|label| label.span)
}

/// The worst first; those of one severity by file, in the order in which files were read, and then by position.
fn worst_first(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut ordered: Vec<&Diagnostic> = diagnostics.iter().collect();
    ordered.sort_by_key(|d| (Reverse(d.severity), place(d)));
    ordered
}

/// The bytes of a span that are in the text, widened to whole characters.
fn bytes(span: Span, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary((span.start as usize).min(text.len()));
    let end = text.ceil_char_boundary((span.end as usize).min(text.len()).max(start));
    start..end
}

/// A path without the `./` that people write before it; GitHub knows files by their path from the root of the repository.
fn tidy(path: &str) -> &str {
    path.trim_start_matches("./")
}
