//! Diagnostics for programs: one JSON document, versioned.
//!
//! A field is never renamed, removed or given another meaning without another version; new fields may come. The schema of what
//! is written now is `tests/fixtures/formats/lint.schema.json`.

use super::text::document;
use super::{bytes, worst_first};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{SourceFile, Sources};
use serde::Serialize;

/// The version of the document.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: String,
    version: u32,
    diagnostics: Vec<ForPrograms<'a>>,
    counts: Counts,
}

/// A diagnostic as programs get it.
#[derive(Serialize)]
pub(crate) struct ForPrograms<'a> {
    code: String,
    severity: &'static str,
    title: &'static str,
    message: &'a str,
    labels: Vec<LabelPlace<'a>>,
    help: &'a [String],
    fixable: bool,
}

#[derive(Serialize)]
struct LabelPlace<'a> {
    file: &'a str,
    start: Position,
    end: Position,
    primary: bool,
    text: &'a str,
}

/// Line and column from 1, the column in characters; the offset in bytes from 0.
#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: usize,
}

/// How many diagnostics there are of each severity.
#[derive(Serialize)]
pub(crate) struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
}

impl Counts {
    pub(crate) fn of(diagnostics: &[Diagnostic]) -> Self {
        let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
        Self { errors: count(Severity::Error), warnings: count(Severity::Warning), notes: count(Severity::Note) }
    }
}

/// Renders all diagnostics as JSON, errors first, with a line feed at the end.
///
/// `command` is the one that found them, as `lint`; the document's `format` is then `image-factory/lint`. Lines and columns
/// count from 1, columns in characters (Unicode scalar values); offsets are in bytes from 0; `end` is the position after the
/// last character. Positions are of the text as it was read, with its CRLF line ends. The first label of a diagnostic is its
/// own place and the only one that is `primary`; a diagnostic of the whole run has no labels.
pub fn json(command: &str, diagnostics: &[Diagnostic], sources: &Sources) -> String {
    document(&Document {
        format: format!("image-factory/{command}"),
        version: VERSION,
        diagnostics: for_programs(diagnostics, sources),
        counts: Counts::of(diagnostics),
    })
}

/// All diagnostics as programs get them, errors first.
pub(crate) fn for_programs<'a>(diagnostics: &'a [Diagnostic], sources: &'a Sources) -> Vec<ForPrograms<'a>> {
    worst_first(diagnostics).into_iter().map(|d| problem(d, sources)).collect()
}

fn problem<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> ForPrograms<'a> {
    let labels = diagnostic.labels.iter().enumerate();
    ForPrograms {
        code: diagnostic.code.to_string(),
        severity: diagnostic.severity.word(),
        title: diagnostic.code.title(),
        message: &diagnostic.message,
        labels: labels.map(|(index, label)| place(label, index == 0, sources.file(label.span.file))).collect(),
        help: &diagnostic.help,
        fixable: diagnostic.fix.is_some(),
    }
}

fn place<'a>(label: &'a Label, primary: bool, file: &'a SourceFile) -> LabelPlace<'a> {
    let bytes = bytes(label.span, file.text());
    let position = |offset| {
        let at = file.line_col(offset);
        Position { line: at.line, column: at.column, offset }
    };
    LabelPlace { file: file.name(), start: position(bytes.start), end: position(bytes.end), primary, text: &label.text }
}
