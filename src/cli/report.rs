//! Problems to the terminal.

use super::Global;
use crate::diagnostic::{Diagnostic, Severity, any_error, render};
use crate::io::terminal;
use crate::source::Sources;

/// Shows the problems of a run and says whether one of them stops it. `--quiet` shows errors alone.
pub(super) fn report(diagnostics: &[Diagnostic], sources: &Sources, global: &Global) -> bool {
    let shown: Vec<Diagnostic> =
        diagnostics.iter().filter(|d| !global.quiet || d.severity == Severity::Error).cloned().collect();
    let look = terminal::stderr_look();
    terminal::message(&render::human(&shown, sources, look.color, look.width));
    any_error(diagnostics)
}
