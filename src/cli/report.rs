//! Problems to the terminal.

use super::Global;
use crate::diagnostic::{Diagnostic, Severity, any_error, ignore, render};
use crate::io::terminal;
use crate::lint;
use crate::source::Sources;

/// Shows the problems of a run and says whether one of them stops it. `--quiet` shows errors alone.
pub(super) fn report(diagnostics: &[Diagnostic], sources: &Sources, global: &Global) -> bool {
    // `lint` says which comments ignore nothing: other commands do not look for all that they could ignore.
    let mut kept = ignore::apply(diagnostics.to_vec(), sources, &lint::codes()).kept;
    // It alone has `--fix`, too.
    for diagnostic in &mut kept {
        diagnostic.fix = None;
    }
    let stops = any_error(&kept);
    let shown: Vec<Diagnostic> = kept.into_iter().filter(|d| !global.quiet || d.severity == Severity::Error).collect();
    let look = terminal::stderr_look();
    terminal::styled(&render::human(&shown, sources, look.color, look.width));
    stops
}
