//! Diagnostics for the log of a GitHub workflow, which shows them beside the lines of a pull request.

use super::{bytes, tidy, worst_first};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourceFile, Sources, Span, visible};
use crate::words::append;

/// Renders all diagnostics as workflow commands, one a line and nothing else, errors first.
///
/// GitHub makes annotations of the first 10 errors, 10 warnings and 10 notices of a step, and of 50 in a job
/// (`docs/problem-matchers.md` of `actions/toolkit`); all others are in the log alone. The format of a command and its escapes
/// are those of `packages/core/src/command.ts` of `actions/toolkit`; the runner reads them back in
/// `src/Runner.Common/ActionCommand.cs` of `actions/runner`.
///
/// Lines and columns count from 1, columns in characters; `endColumn` is the one after the last character. Columns may not be
/// sent where the lines differ (`packages/core/src/core.ts`), so a place of several lines has lines alone. Hidden characters
/// are shown as they are to people, in names of files too: a path that holds one is not found by GitHub, but cannot deceive.
pub fn github(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in worst_first(diagnostics) {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = match diagnostic.labels.first() {
            Some(label) => location(label.span, sources.file(label.span.file)),
            None => Vec::new(),
        };
        properties.push(("title", format!("{} {}", diagnostic.code, diagnostic.code.title())));
        let properties: Vec<String> =
            properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
        append!(out, "::{command} {}::{}\n", properties.join(","), data(&message(diagnostic, sources)));
    }
    out
}

/// What is said: the message, what is said beside the places, and the help, a line each.
fn message(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut out = diagnostic.message.clone();
    let mut labels = diagnostic.labels.iter();
    if let Some(first) = labels.next().filter(|label| !label.text.is_empty()) {
        append!(out, "\nhere: {}", first.text);
    }
    for label in labels {
        append!(out, "\nsee {}:{}", tidy(sources.file(label.span.file).name()), sources.line_col(label.span));
        if !label.text.is_empty() {
            append!(out, ": {}", label.text);
        }
    }
    for help in &diagnostic.help {
        append!(out, "\nhelp: {help}");
    }
    out
}

fn location(span: Span, file: &SourceFile) -> Vec<(&'static str, String)> {
    let bytes = bytes(span, file.text());
    let start = file.line_col(bytes.start);
    // A place that ends with its line's end is one of that line, not of the next.
    let inside = file.text()[bytes.clone()].trim_end_matches(['\n', '\r']);
    let end = file.line_col(bytes.start + inside.len());
    let mut properties = vec![("file", tidy(file.name()).to_owned()), ("line", start.line.to_string())];
    // An empty value would be a property that the runner drops.
    properties.retain(|(_, value)| !value.is_empty());
    if start.line == end.line {
        properties.push(("col", start.column.to_string()));
    }
    properties.push(("endLine", end.line.to_string()));
    if start.line == end.line {
        properties.push(("endColumn", end.column.to_string()));
    }
    properties
}

/// Text after the second `::`. No line feed is left in it, so that it cannot begin another command; `::` inside of it is text,
/// since the runner looks for the first one after the command's name.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends before a comma or `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
