//! Problems and differences to the terminal.

use super::{Exit, Global};
use crate::diagnostic::{Diagnostic, Severity, render};
use crate::io::terminal;
use crate::session::Problems;
use crate::source::Sources;
use crate::words::{list, nearest};

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

/// What to write in place of a name that is none of these: the one that is alike, or which there are.
pub(super) fn meant<'n>(name: &str, what: &str, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    match (nearest(name, names.iter().copied()), &names[..]) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => format!("there are no {what}"),
        (None, [one]) => format!("there is `{one}` alone"),
        (None, names) => format!("the {what} are {}", list(names)),
    }
}

/// A wrong call, with what to do instead.
pub(super) fn wrong(why: &str) -> Exit {
    terminal::message(&format!("error: {why}\n"));
    Exit::Input
}
