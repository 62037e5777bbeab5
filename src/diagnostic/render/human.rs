//! Diagnostics for people: rustc's layout, with the source text, every label, and what to write.

use super::excerpt::{self, Excerpt, Place};
use super::{bytes, worst_first};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{FileId, LineCol, Sources, visible, visible_line};
use crate::words::{append, columns, counted, thousands, words, wrapped};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// How a report for people is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Whether escape codes may be used.
    pub color: bool,
    /// Columns of the terminal, at which text is wrapped. `None` for what is no terminal: a log has no width, and whoever
    /// searches it finds a sentence only in one line. (So do gcc and clang, `-fmessage-length`.)
    pub width: Option<usize>,
    /// How many problems are shown.
    pub most: usize,
}

impl Page {
    /// A file with all problems.
    pub const FILE: Self = Self { color: false, width: None, most: usize::MAX };
}

/// Columns of the excerpts where there is no terminal.
const LOG_WIDTH: usize = 140;

/// Places of one problem that are shown.
const PLACES: usize = 12;

/// Stands for a place until the renderer is done, which would count the column in the part of the line that it gets. Text of
/// users cannot have it: it is one of the characters that are made visible.
const MARK: char = '\u{fff9}';

/// Renders diagnostics: warnings before errors, so that the worst stand nearest to the prompt, each kind in the order of the
/// files; then a line that counts them, one that says where to read on, and one that says how many can be fixed, if any can.
///
/// Where there are more than are to be shown, the worst are, and of those of one severity the first: what is wrong further
/// down often follows from them.
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, page: Page) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let mut shown = worst_first(diagnostics);
    shown.truncate(page.most);
    // Stable, so that those of one severity stay in their order.
    shown.sort_by_key(|diagnostic| diagnostic.severity);
    let mut out = String::new();
    for diagnostic in &shown {
        out.push_str(&report(diagnostic, sources, page));
        out.push_str("\n\n");
    }
    out.push_str(&count(diagnostics));
    let hidden = diagnostics.len() - shown.len();
    if hidden > 0 {
        append!(out, "; {} of them are not shown, `--max-problems all` shows them", thousands(hidden as u64));
    }
    append!(out, "\nfor more, run `image-factory explain {}`\n", codes(diagnostics));
    let fixable = diagnostics.iter().filter(|d| d.fix.is_some()).count();
    if fixable > 0 {
        append!(out, "{fixable} can be fixed with `--fix`\n");
    }
    out
}

/// All codes that there are among them, each once, the worst first.
fn codes(diagnostics: &[Diagnostic]) -> String {
    let codes: BTreeSet<_> = diagnostics.iter().map(|found| (Reverse(found.severity), found.code)).collect();
    let mut shown: Vec<String> = Vec::new();
    for (_, code) in codes {
        let code = code.to_string();
        if !shown.contains(&code) {
            shown.push(code);
        }
    }
    shown.join(" ")
}

/// A text as it is shown behind so many columns; the renderer indents its other lines as far.
fn paragraph(text: &str, indent: usize, page: Page) -> String {
    let text = visible(text);
    let Some(width) = page.width else { return text };
    let room = width.saturating_sub(indent);
    let lines = text.split('\n').map(|line| wrapped(words(line, room), 0, room));
    lines.collect::<String>().trim_end_matches('\n').to_owned()
}

/// A file that a problem has places in.
struct Part {
    path: String,
    excerpt: Excerpt,
    /// Where the first of its places is, or the problem's own.
    at: LineCol,
}

/// One problem.
fn report(diagnostic: &Diagnostic, sources: &Sources, page: Page) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let code = diagnostic.code.to_string();
    // `error[IF001]: `
    let indent = diagnostic.severity.word().len() + code.len() + 4;
    let mut group = Group::with_title(level.primary_title(paragraph(&diagnostic.message, indent, page)).id(code));
    let labels = &diagnostic.labels[..diagnostic.labels.len().min(PLACES)];
    let gutter = labels.iter().map(|label| sources.line_col(label.span).line.to_string().len()).max().unwrap_or(0);
    let parts = parts(labels, sources, page.width.unwrap_or(LOG_WIDTH).saturating_sub(gutter + 3));
    let mut notes = Vec::new();
    for part in &parts {
        let mut snippet =
            Snippet::source(part.excerpt.text.as_str()).path(String::from(MARK)).line_start(part.excerpt.line);
        for mark in &part.excerpt.marks {
            let label = &labels[mark.place];
            let kind = if mark.place == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let mut annotation = kind.span(mark.bytes.clone());
            let text = visible_line(&label.text);
            if page.width.is_none() || columns(&text) < mark.room {
                annotation = annotation.label(Some(text).filter(|text| !text.is_empty()));
            } else if mark.place == 0 {
                notes.push(text);
            } else {
                notes.push(format!("line {}: {text}", sources.line_col(label.span).line));
            }
            snippet = snippet.annotation(annotation);
        }
        group = group.element(snippet);
    }
    let more = diagnostic.labels.len() - labels.len();
    if more > 0 {
        notes.push(format!("and {}", counted(more, "more place")));
    }
    // ` = note: `
    let paragraph = |text: &str| paragraph(text, gutter + 9, page);
    group = group.elements(notes.iter().map(|note| Level::NOTE.message(paragraph(note))));
    group = group.elements(diagnostic.help.iter().map(|help| Level::HELP.message(paragraph(help))));
    // Nothing is left for the renderer to cut.
    let renderer = if page.color { Renderer::styled() } else { Renderer::plain() }.term_width(1 << 16);
    with_places(&renderer.render(&[group]), &parts)
}

/// The excerpts of the files that labels are in; the one with the problem's own place first.
fn parts(labels: &[Label], sources: &Sources, width: usize) -> Vec<Part> {
    let mut files: Vec<FileId> = Vec::new();
    for label in labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let mut parts = Vec::new();
    for id in files {
        let file = sources.file(id);
        let (indices, places): (Vec<usize>, Vec<Place>) = labels
            .iter()
            .enumerate()
            .filter(|(_, label)| label.span.file == id)
            .map(|(index, label)| {
                (index, Place { bytes: bytes(label.span, file.text()), beside: columns(&label.text) })
            })
            .unzip();
        for mut excerpt in excerpt::excerpts(file, &places, width) {
            for mark in &mut excerpt.marks {
                mark.place = indices[mark.place];
            }
            let first = excerpt.marks.iter().map(|mark| mark.place).min().unwrap_or(0);
            let path = visible_line(file.name());
            parts.push((first, Part { path, excerpt, at: sources.line_col(labels[first].span) }));
        }
    }
    parts.sort_by_key(|(first, _)| *first);
    parts.into_iter().map(|(_, part)| part).collect()
}

/// The rendered report with the paths, lines and columns of its parts.
fn with_places(rendered: &str, parts: &[Part]) -> String {
    let mut pieces = rendered.split(MARK);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for (piece, part) in pieces.zip(parts) {
        let counted_by_renderer = |c: char| c == ':' || c.is_ascii_digit();
        append!(out, "{}:{}{}", part.path, part.at, piece.trim_start_matches(counted_by_renderer));
    }
    out
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
