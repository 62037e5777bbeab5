//! From places in the text of a scalar to places in the file: what stands inside a block scalar has a place of its own.

use super::tree::{Node, Value};
use crate::source::Span;
use std::ops::Range;

/// Where the text of one scalar stands in the file, line by line.
#[derive(Clone, Debug)]
pub(crate) struct TextMap {
    /// The whole scalar, without the blank lines after a block.
    span: Span,
    /// Runs of bytes that are the same in the text and in the file, in order; none if they cannot be told.
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Offset in the scalar's text.
    text: usize,
    /// Offset in the file.
    file: usize,
    len: usize,
}

impl TextMap {
    /// Lines up the text of a scalar with the file's. `None` for a node that is no scalar.
    pub(crate) fn of(node: &Node<'_>, source: &str) -> Option<Self> {
        let Value::Scalar { text, .. } = &node.value else { return None };
        let start = node.span.start as usize;
        let raw = source.get(start..node.span.end as usize).unwrap_or("");
        let raw = raw.trim_end();
        let span = Span::new(node.span.file, start, start + raw.len());
        let pieces = line_up(raw, text, start).unwrap_or_default();
        Some(Self { span, pieces })
    }

    /// The whole scalar, its quotes included.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The place of a part of the text; the whole scalar where the part cannot be found, as after an escape.
    pub(crate) fn place(&self, part: Range<usize>) -> Span {
        let exact = || {
            let start = self.offset(part.start)?;
            let end = if part.is_empty() { start } else { self.offset(part.end - 1)? + 1 };
            Some(Span::new(self.span.file, start, end))
        };
        exact().unwrap_or(self.span)
    }

    fn offset(&self, at: usize) -> Option<usize> {
        let after = self.pieces.partition_point(|piece| piece.text <= at);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        (at <= piece.text + piece.len).then(|| piece.file + at - piece.text)
    }
}

/// Finds each line of the scalar as it is written, without its indentation, in the text that it was read as. Between
/// lines only white space may differ, since that is all that folding changes. `None` if anything else differs: an escape.
fn line_up(raw: &str, text: &str, start: usize) -> Option<Vec<Piece>> {
    let (from, to) = body(raw);
    let mut pieces = Vec::new();
    let mut cursor = 0;
    let mut at = from;
    for line in raw.get(from..to)?.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let content = line.trim();
        if !content.is_empty() {
            let rest = text.get(cursor..)?;
            cursor += rest.len() - rest.trim_start().len();
            if !text.get(cursor..)?.starts_with(content) {
                return None;
            }
            pieces.push(Piece { text: cursor, file: start + at + indent, len: content.len() });
            cursor += content.len();
        }
        at += line.len();
    }
    text.get(cursor..)?.trim().is_empty().then_some(pieces)
}

/// The bytes of a scalar as written that hold its text: after the header of a block, between quotes.
fn body(raw: &str) -> (usize, usize) {
    match raw.as_bytes().first() {
        Some(b'|' | b'>') => (raw.find('\n').map_or(raw.len(), |newline| newline + 1), raw.len()),
        Some(quote @ (b'"' | b'\'')) if raw.len() > 1 && raw.as_bytes().last() == Some(quote) => (1, raw.len() - 1),
        _ => (0, raw.len()),
    }
}
