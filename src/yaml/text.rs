//! From places in the text of a scalar to places in the file: what stands inside a block scalar has a place of its own.

use super::tree::{Node, Value};
use crate::source::Span;
use std::ops::Range;

/// What folding may change.
const WHITE: [char; 4] = [' ', '\t', '\r', '\n'];

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
        let raw = raw.trim_end_matches(WHITE);
        let span = Span::new(node.span.file, start, start + raw.len());
        let pieces = line_up(raw, text, start).unwrap_or_default();
        Some(Self { span, pieces })
    }

    /// The whole scalar, its quotes included.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The parts of the text that stand in the file as they are, in order; none if they cannot be told.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Range<usize>> {
        self.pieces.iter().map(|piece| piece.text..piece.text + piece.len)
    }

    /// The place of a part of the text; the whole scalar where the part cannot be found, as after an escape.
    pub(crate) fn place(&self, part: Range<usize>) -> Span {
        let (Some(start), Some(end)) = (self.start(part.start), self.end(part.end)) else { return self.span };
        let end = if part.is_empty() { start } else { end };
        Span::new(self.span.file, start, end)
    }

    /// Where a byte of the text stands; what folding took away or added stands where the next piece begins.
    fn start(&self, at: usize) -> Option<usize> {
        let after = self.pieces.partition_point(|piece| piece.text <= at);
        let inside = after.checked_sub(1).and_then(|last| self.pieces.get(last));
        let inside = inside.filter(|piece| at <= piece.text + piece.len);
        inside.map(|piece| piece.file + at - piece.text).or_else(|| Some(self.pieces.get(after)?.file))
    }

    /// Where a part of the text ends that goes up to a byte.
    fn end(&self, at: usize) -> Option<usize> {
        let after = self.pieces.partition_point(|piece| piece.text < at);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        Some(piece.file + (at - piece.text).min(piece.len))
    }
}

/// Finds the text of a scalar in what is written; `None` if they differ in more than white space: an escape.
fn line_up(raw: &str, text: &str, start: usize) -> Option<Vec<Piece>> {
    // The place of a block is its content, which may begin with a quote, or with what looks like the header of a block.
    let whole = lines_up(raw, text, start);
    let unquoted = || ['"', '\''].into_iter().find_map(|quote| raw.strip_prefix(quote)?.strip_suffix(quote));
    let headless = || raw.starts_with(['|', '>']).then(|| raw.split_once('\n')).flatten();
    whole
        .or_else(|| lines_up(unquoted()?, text, start + 1))
        .or_else(|| headless().and_then(|(head, rest)| lines_up(rest, text, start + head.len() + 1)))
}

/// Finds each line as it is written, without its indentation, in the text that it was read as. Between lines only white
/// space may differ, since that is all that folding changes.
fn lines_up(raw: &str, text: &str, start: usize) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut cursor = 0;
    let mut at = start;
    for line in raw.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(WHITE).len();
        let content = line.trim_matches(WHITE);
        if !content.is_empty() {
            let rest = text.get(cursor..)?;
            cursor += rest.len() - rest.trim_start_matches(WHITE).len();
            if !text.get(cursor..)?.starts_with(content) {
                return None;
            }
            pieces.push(Piece { text: cursor, file: at + indent, len: content.len() });
            cursor += content.len();
        }
        at += line.len();
    }
    text.get(cursor..)?.trim_matches(WHITE).is_empty().then_some(pieces)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

    use super::*;
    use crate::source::{SourceFile, Sources};
    use crate::yaml::{Purpose, parse};

    const PURPOSE: Purpose = Purpose { mebibytes: 1, empty: "", several: "", large: "", deep: "" };

    /// What stands in the file where a part of the scalar is, and where the whole scalar is.
    fn covered(file: &str, part: &str) -> (String, String) {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("a", file));
        let node = parse(sources.file(id), id, &PURPOSE, &mut Vec::new()).unwrap();
        let Value::Mapping(entries) = &node.value else { unreachable!() };
        let node = &entries[0].1;
        let Value::Scalar { text, .. } = &node.value else { unreachable!() };
        let map = TextMap::of(node, file).unwrap();
        let at = text.find(part).unwrap();
        (sources.text(map.place(at..at + part.len())).to_owned(), sources.text(map.span()).to_owned())
    }

    #[test]
    fn parts_of_blocks_have_places_of_their_own() {
        for header in ["|", "|-", "|+", "|2", ">", ">-", "| # a comment"] {
            let file = format!("a: {header}\n\n  one\n\n    two b\n  three\n\n\nb: c\n");
            for part in ["one", "two b", "three"] {
                let (part_covered, whole) = covered(&file, part);
                assert_eq!(part_covered, part, "{header}");
                assert!(whole.ends_with("three") && whole.starts_with("one"), "{header} {whole:?}");
            }
        }
    }

    #[test]
    fn a_block_may_begin_with_anything() {
        assert_eq!(covered("a: |\n  \"b\"\n  \"c\"\n", "c").0, "c");
        assert_eq!(covered("a: |\n  > b\n  c\n", "b").0, "b");
        assert_eq!(covered("a: |\n  'b'\n", "'b'").0, "'b'");
    }

    #[test]
    fn parts_over_several_lines_cover_the_indentation_between() {
        assert_eq!(covered("a: |\r\n  b\r\n  c\r\n", "b\nc").0, "b\r\n  c");
        assert_eq!(covered("a: b\n  c d\n", "b c").0, "b\n  c");
        assert_eq!(covered("a: 'b\n\n  c'\n", "c").0, "c");
    }

    #[test]
    fn white_space_that_is_text_keeps_its_place() {
        assert_eq!(covered("a: |\n  b\u{2028}\n  \u{a0}c\n", "b\u{2028}\n").0, "b\u{2028}");
        assert_eq!(covered("a: |\n  b\n  \u{a0}c\n", "\u{a0}").0, "\u{a0}");
    }

    #[test]
    fn after_an_escape_the_whole_scalar_is_the_place() {
        assert_eq!(covered("a: \"b\\tc\"\n", "c").0, "\"b\\tc\"");
        assert_eq!(covered("a: 'it''s'\n", "s").0, "'it''s'");
        assert_eq!(covered("a: \"b c\"\n", "c").0, "c");
    }
}
