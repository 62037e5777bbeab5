//! What a run has found and done, handed back by a command and shown here: to people, or as JSON to programs.

use super::ended::{Ended, Wrong};
use super::{Exit, Global};
use crate::diagnostic::render::{self, Counts, ForPrograms};
use crate::diagnostic::{Diagnostic, Severity};
use crate::io::terminal;
use crate::io::workspace::Workspace;
use crate::model::Model;
use crate::session::Problems;
use crate::source::Sources;
use crate::style::Look;
use crate::words::{list, nearest};
use clap::ValueEnum;
use serde::Serialize;
use std::path::Path;

/// For whom a command says what it has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

/// The same for what may go into an issue too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum View {
    /// For people
    Human,
    /// For programs
    Json,
    /// For an issue
    Markdown,
}

impl View {
    /// Whether it is the document for programs.
    pub(super) fn document(self) -> Format {
        if self == Self::Json { Format::Json } else { Format::Human }
    }
}

/// What was found in what a run has read.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Problems,
    sources: Sources,
}

impl Findings {
    pub(super) fn new(problems: Problems, sources: Sources) -> Self {
        Self { problems, sources }
    }

    /// Ends the run if a problem stops it.
    pub(super) fn stop(&self) -> Result<(), Ended> {
        if self.problems.stop() { Err(Ended::problems()) } else { Ok(()) }
    }

    /// Shows them to people; `--quiet` shows errors alone.
    pub(super) fn show(&self, global: &Global) {
        report(&self.problems, &self.sources, global);
    }
}

/// What a command has done.
pub(super) struct Done<T> {
    pub(super) exit: Exit,
    /// The files that it makes, and what has become of each; of a dry run, what would.
    pub(super) files: Vec<File>,
    /// All else, for programs.
    pub(super) result: T,
    /// What it could not do of it; it is in `said` too.
    pub(super) wrong: Vec<Wrong>,
    /// For people, on stdout.
    pub(super) out: String,
    /// How that is painted.
    pub(super) paint: Option<fn(Look, &str) -> String>,
    /// For people, on stderr.
    pub(super) said: String,
}

/// A file, and what has become of it.
#[derive(Debug, Serialize)]
pub(super) struct File {
    path: String,
    state: FileState,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FileState {
    Written,
    Unchanged,
    Removed,
}

impl File {
    pub(super) fn new(path: &Path, state: FileState) -> Self {
        Self { path: Workspace::shown(path), state }
    }
}

/// The version of the documents. A field is never renamed, removed or given another meaning without another one; new fields may
/// come. The schema of what is written now is `tests/fixtures/formats/run.schema.json`.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a, T> {
    format: String,
    version: u32,
    dry_run: bool,
    problems: Vec<ForPrograms<'a>>,
    counts: Counts,
    errors: Vec<Wrong>,
    files: &'a [File],
    result: Option<&'a T>,
}

/// Shows how a run of a command went, and ends it.
pub(super) fn finish<T: Serialize>(
    (command, format, dry_run): (&str, Format, bool),
    global: &Global,
    found: &Findings,
    done: Result<Done<T>, Ended>,
) -> Result<Exit, Ended> {
    if format == Format::Human {
        found.show(global);
        let done = done?;
        match done.paint {
            Some(paint) => terminal::print_painted(&done.out, paint)?,
            None => terminal::print(&done.out)?,
        }
        terminal::message(&done.said);
        return Ok(done.exit);
    }
    terminal::print(&render::document(&Document {
        format: format!("image-factory/{command}"),
        version: VERSION,
        dry_run,
        problems: render::for_programs(&found.problems, &found.sources),
        counts: Counts::of(&found.problems),
        errors: done.as_ref().map_or_else(Ended::wrong, |done| done.wrong.clone()),
        files: done.as_ref().map_or(&[], |done| &done.files),
        result: done.as_ref().ok().map(|done| &done.result),
    }))?;
    match done {
        Ok(done) => Ok(done.exit),
        Err(Ended::Problems(_)) => Ok(Exit::Input),
        Err(ended) => Err(ended),
    }
}

/// Says to programs why a command ended before it had the document that it is for.
pub(super) fn ended(command: &str, global: &Global, ended: Ended) -> Result<Exit, Ended> {
    let why = match ended {
        Ended::Problems(_) => Wrong::new("there are problems, which stderr has")
            .help("`image-factory lint --format json` lists those of images.yaml")
            .into(),
        ended => ended,
    };
    finish::<()>((command, Format::Json, true), global, &Findings::default(), Err(why))
}

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

/// That there is no image of a name that is built; `lack` is what one without `source` has none of, as "nothing to build".
pub(super) fn no_such_image(model: &Model, name: &str, lack: &str) -> Wrong {
    if model.externals.iter().any(|image| image.name == *name) {
        return Wrong::new(format!("{name} has no `source`, so there is {lack}"));
    }
    let names = model.images.iter().map(|image| image.name.as_str());
    Wrong::new(format!("there is no image `{name}` in images.yaml")).help(meant(name, "images that are built", names))
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
