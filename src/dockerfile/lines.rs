//! Physical lines to logical ones: continuations joined, comments and blank lines between them left out, with the way
//! back to the bytes of the file.
//!
//! Mirrors `Parse`, `processLine` and `trimContinuationCharacter` of `BuildKit` v0.34.2 frontend/dockerfile/parser.

use std::ops::Range;

/// The longest physical line that `BuildKit` reads, in bytes without its newline: Go's `bufio.MaxScanTokenSize` less
/// one.
pub(super) const MAX_LINE: usize = 64 * 1024 - 1;

/// One instruction's text after joining, and where its parts stand in the file.
#[derive(Clone, Debug)]
pub(super) struct LogicalLine {
    /// The text without the escape characters and line breaks that it was joined at.
    pub(super) text: String,
    /// Pairs of an offset in `text` and the offset in the file of the same byte, both rising.
    pieces: Vec<(usize, usize)>,
    /// Offset in the file of the first byte.
    pub(super) start: usize,
}

impl LogicalLine {
    fn push(&mut self, part: &str, at: usize) {
        self.pieces.push((self.text.len(), at));
        self.text.push_str(part);
    }

    /// The range of the file behind a range of `text`.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let start = self.offset(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..self.offset(range.end - 1) + 1
    }

    fn offset(&self, at: usize) -> usize {
        let after = self.pieces.partition_point(|(logical, _)| *logical <= at);
        match after.checked_sub(1).map(|i| self.pieces[i]) {
            Some((logical, file)) => file + (at - logical),
            None => self.start,
        }
    }

    /// The part of the line from `at` on, as a line of its own.
    pub(super) fn tail(&self, range: Range<usize>) -> Self {
        let start = self.offset(range.start);
        let mut tail = Self { text: self.text[range.clone()].to_owned(), pieces: vec![(0, start)], start };
        let later = self.pieces.iter().filter(|(logical, _)| *logical > range.start);
        tail.pieces.extend(later.map(|(logical, file)| (logical - range.start, *file)));
        tail
    }
}

/// A physical line: its range in the file, without and with its newline.
#[derive(Clone, Debug)]
pub(super) struct PhysicalLine {
    /// Without the carriage returns and the newline at its end.
    pub(super) text: Range<usize>,
    full: Range<usize>,
}

/// Walks over the physical lines of a file.
#[derive(Clone, Debug)]
pub(super) struct LineReader<'a> {
    text: &'a str,
    at: usize,
    /// Where a line stands that is too long; nothing is read from there on.
    pub(super) too_long: Option<Range<usize>>,
}

impl<'a> LineReader<'a> {
    /// A reader of the whole text, after a byte order mark at its start.
    pub(super) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, too_long: None }
    }

    /// The next physical line.
    pub(super) fn next_line(&mut self) -> Option<PhysicalLine> {
        if self.at >= self.text.len() || self.too_long.is_some() {
            return None;
        }
        let start = self.at;
        let rest = &self.text[start..];
        let (content, full) = match rest.find('\n') {
            Some(newline) => (newline, newline + 1),
            None => (rest.len(), rest.len()),
        };
        // The mark counts for the length of the first line.
        let counted =
            if start == '\u{feff}'.len_utf8() && self.text.starts_with('\u{feff}') { content + 3 } else { content };
        if counted > MAX_LINE {
            self.too_long = Some(start..start + content);
            return None;
        }
        self.at = start + full;
        let trimmed = rest[..full].trim_end_matches(['\r', '\n']).len();
        Some(PhysicalLine { text: start..start + trimmed, full: start..start + full })
    }

    /// The next logical line that holds anything. `directive` sees each first physical line, without the space before
    /// it, and says what the escape character is from there on.
    pub(super) fn next_logical(
        &mut self,
        mut directive: impl FnMut(&str, Range<usize>) -> char,
    ) -> Option<LogicalLine> {
        loop {
            let line = self.next_line()?;
            let start = line.text.end - self.text[line.text.clone()].trim_start().len();
            let token = &self.text[start..line.text.end];
            let escape = directive(token, start..line.text.end);
            let token = if token.starts_with('#') { "" } else { token };
            let (part, mut continued) = without_continuation(token, escape);
            if part.is_empty() && !continued {
                continue;
            }
            let mut logical = LogicalLine { text: String::new(), pieces: Vec::new(), start };
            logical.push(part, start);
            while continued {
                let Some(line) = self.next_line() else { break };
                let full = &self.text[line.full.clone()];
                let token = &self.text[line.text.clone()];
                if full.trim_start().starts_with('#') || token.trim_start().is_empty() {
                    continue;
                }
                let part;
                (part, continued) = without_continuation(token, escape);
                logical.push(part, line.text.start);
            }
            return Some(logical);
        }
    }

    /// The text of a line.
    pub(super) fn text(&self, line: &PhysicalLine) -> &'a str {
        &self.text[line.text.clone()]
    }
}

/// Takes the escape character and the blanks after it off a line's end; true when there was one that continues the
/// line.
///
/// `BuildKit`'s expression is `([^\\])\\[ \t]*$|^\\[ \t]*$`: an escape character before the last one stops it.
fn without_continuation(line: &str, escape: char) -> (&str, bool) {
    let Some(before) = line.trim_end_matches([' ', '\t']).strip_suffix(escape) else { return (line, false) };
    if before.ends_with(escape) { (line, false) } else { (before, true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logical(text: &str) -> Vec<LogicalLine> {
        let mut reader = LineReader::new(text);
        std::iter::from_fn(|| reader.next_logical(|_, _| '\\')).collect()
    }

    #[test]
    fn a_place_in_a_joined_line_is_found_again_in_the_file() {
        let text = "\u{feff}RUN a \\\r\n  # note\n\n  b c\n";
        let lines = logical(text);
        assert_eq!(lines[0].text, "RUN a   b c");
        let place = lines[0].place(8..11);
        assert_eq!(&text[place], "b c");
        let tail = lines[0].tail(4..11);
        assert_eq!(tail.text, "a   b c");
        assert_eq!(&text[tail.place(4..5)], "b");
    }

    #[test]
    fn a_doubled_escape_character_does_not_continue() {
        assert_eq!(without_continuation(r"a \\", '\\'), (r"a \\", false));
        assert_eq!(without_continuation("a \\ \t", '\\'), ("a ", true));
        assert_eq!(without_continuation("\\", '\\'), ("", true));
        assert_eq!(without_continuation("", '\\'), ("", false));
    }
}
