//! Diagnostics for people: rustc's layout, with the source text, every label, and what to write.

use super::{bytes, place};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{FileId, SourceFile, Sources, is_hidden, visible, visible_line};
use crate::words::{append, counted};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use std::cmp::Reverse;

/// Problems that are shown; nobody reads more, and the count says how many there are.
const SHOWN: usize = 1_000;

/// Characters that are shown of a message: one that quotes a text of a megabyte is no message.
const LONGEST: usize = 1_000;

/// Codes that the last line names.
const EXPLAINED: usize = 3;

/// Renders all diagnostics, errors last so that they stand nearest to the prompt, with a line that counts them and
/// one that says where to read on, and one that says how many can be fixed, if any can.
///
/// `width` is the terminal's, in columns; `color` says whether escape codes may be used.
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, color: bool, width: usize) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let mut ordered: Vec<&Diagnostic> = diagnostics.iter().collect();
    ordered.sort_by_key(|d| (d.severity, place(d)));
    let mut out = String::new();
    // The errors are the last ones.
    let hidden = ordered.len().saturating_sub(SHOWN);
    for diagnostic in ordered.drain(hidden..) {
        out.push_str(&renderer.render(&[report(diagnostic, sources)]));
        out.push_str("\n\n");
    }
    out.push_str(&count(diagnostics));
    if hidden > 0 {
        append!(out, "; the first {hidden} are not shown");
    }
    out.push('\n');
    out.push_str(&more(diagnostics));
    let fixable = diagnostics.iter().filter(|d| d.fix.is_some()).count();
    if fixable > 0 {
        append!(out, "{fixable} can be fixed with --fix\n");
    }
    out
}

/// The line that says where to read on: the worst codes, each once, a few at most.
fn more(diagnostics: &[Diagnostic]) -> String {
    let mut worst: Vec<_> = diagnostics.iter().map(|d| (Reverse(d.severity), d.code)).collect();
    worst.sort_unstable();
    let mut codes: Vec<String> = Vec::new();
    for (_, code) in worst {
        let code = code.to_string();
        if !codes.contains(&code) {
            codes.push(code);
        }
        if codes.len() == EXPLAINED {
            break;
        }
    }
    format!("for more, run `image-factory explain {}`\n", codes.join(" "))
}

/// A message as it is shown.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", visible(&text[..end])),
        None => visible(text),
    }
}

/// The user's lines as they are shown. The renderer makes the control characters of ASCII and most direction marks visible;
/// what it leaves becomes the replacement character.
fn without_hidden(text: &str) -> String {
    text.chars().map(|c| if !c.is_ascii() && is_hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn report<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(shortened(&diagnostic.message)).id(diagnostic.code.to_string());
    let mut group = Group::with_title(title);
    // One snippet a file, in the order in which the labels name the files, so that the problem's own file comes first.
    let mut files = Vec::new();
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for id in files {
        group = group.element(snippet(diagnostic, sources.file(id), id));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(shortened(help)));
    }
    group
}

/// The lines of one file that the labels are on. Only these are handed to the renderer, which looks at all that it gets:
/// a thousand problems in a long file would take minutes.
fn snippet<'a>(diagnostic: &'a Diagnostic, file: &'a SourceFile, id: FileId) -> Snippet<'a, Annotation<'a>> {
    let text = file.text();
    let labels = || diagnostic.labels.iter().enumerate().filter(|(_, label)| label.span.file == id);
    let bytes = |label: &Label| bytes(label.span, text);
    let first = labels().map(|(_, label)| bytes(label).start).min().unwrap_or(0);
    let last = labels().map(|(_, label)| bytes(label).end).max().unwrap_or(0);
    let from = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let to = text[last..].find('\n').map_or(text.len(), |at| last + at);
    let lines = &text[from..to];
    let mut snippet =
        Snippet::source(without_hidden(lines)).path(visible_line(file.name())).line_start(file.line_col(first).line);
    let shown = |offset: usize| without_hidden(&lines[..offset - from]).len();
    for (index, label) in labels() {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let bytes = bytes(label);
        let mut annotation = kind.span(shown(bytes.start)..shown(bytes.end));
        if !label.text.is_empty() {
            annotation = annotation.label(shortened(&label.text));
        }
        snippet = snippet.annotation(annotation);
    }
    snippet
}

fn count(diagnostics: &[Diagnostic]) -> String {
    let number = |severity, word: &str| match diagnostics.iter().filter(|d| d.severity == severity).count() {
        0 => None,
        n => Some(counted(n, word)),
    };
    [number(Severity::Error, "error"), number(Severity::Warning, "warning"), number(Severity::Note, "note")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}
