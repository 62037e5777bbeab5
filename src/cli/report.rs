//! Problems and differences to the terminal.

use super::{Exit, Global};
use crate::diagnostic::{Diagnostic, Severity, render};
use crate::io::terminal;
use crate::session::Problems;
use crate::source::Sources;

/// Shows the problems of a run and says whether one of them stops it. `--quiet` shows errors alone.
pub(super) fn report(problems: &Problems, sources: &Sources, global: &Global) -> bool {
    let is_shown = |problem: &&Diagnostic| !global.quiet || problem.severity == Severity::Error;
    let shown: Vec<Diagnostic> = problems.iter().filter(is_shown).cloned().collect();
    terminal::styled(&render::human(&shown, sources, global.page(terminal::stderr_look())));
    problems.stop()
}

/// A unified diff of two texts; the names are those of the two sides.
pub(super) fn unified(before: &str, after: &str, (from, to): (&str, &str)) -> String {
    similar::TextDiff::from_lines(before, after).unified_diff().context_radius(3).header(from, to).to_string()
}

/// A wrong call, with what to do instead.
pub(super) fn wrong(why: &str) -> Exit {
    terminal::message(&format!("error: {why}\n"));
    Exit::Input
}
