//! A piece of text that knows for each byte where it came from, so that quotes, escapes and indentation can be taken away
//! without losing its place.

use crate::source::{At, Span};
use crate::yaml::TextMap;
use std::ops::Range;

/// A word of a script, or an item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ShellWord {
    /// What it says, without quotes.
    pub(super) text: String,
    /// For each byte of the text its offset in the scalar.
    from: Vec<usize>,
    /// The parts of the text whose value is known only when the workflow runs.
    expressions: Vec<Range<usize>>,
    /// Offset in the scalar at which it begins, its quotes included.
    start: usize,
    /// Offset in the scalar after its last quote; 0 if nothing but its text belongs to it.
    end: usize,
}

impl ShellWord {
    /// A word that begins at an offset of the scalar and holds nothing yet.
    pub(super) fn begin(start: usize) -> Self {
        Self { start, ..Self::default() }
    }

    /// Says where it ends, its quotes included.
    pub(super) fn end(&mut self, end: usize) {
        self.end = end;
    }

    /// Adds text that stands at an offset of the scalar.
    pub(super) fn push(&mut self, part: &str, at: usize) {
        self.text.push_str(part);
        self.from.extend(at..at + part.len());
    }

    /// Adds another piece of the scalar at the end.
    pub(super) fn append(&mut self, other: Self) {
        if self.from.is_empty() {
            *self = other;
            return;
        }
        let shift = self.text.len();
        self.text += &other.text;
        self.from.extend(other.from);
        self.expressions.extend(other.expressions.iter().map(|part| part.start + shift..part.end + shift));
    }

    /// Adds text whose value is known only when the workflow runs.
    pub(super) fn push_expression(&mut self, part: &str, at: usize) {
        let begin = self.text.len();
        self.push(part, at);
        self.expressions.push(begin..self.text.len());
    }

    /// Whether a part of it is known only when the workflow runs.
    pub(super) fn is_expression(&self) -> bool {
        !self.expressions.is_empty()
    }

    /// A part of it; the range must lie on the borders of characters, else the part is empty.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let text = self.text.get(range.clone()).unwrap_or_default().to_owned();
        let from = self.from.get(range.clone()).unwrap_or_default().to_vec();
        let before = || range.start.checked_sub(1).and_then(|before| self.from.get(before)).map(|at| at + 1);
        let start = from.first().copied().or_else(before).unwrap_or(self.start);
        let inside = |part: &Range<usize>| part.start.max(range.start)..part.end.min(range.end);
        let expressions = self.expressions.iter().map(inside).filter(|part| !part.is_empty());
        let expressions = expressions.map(|part| part.start - range.start..part.end - range.start).collect();
        // A part in the midst of which a quote begins also has the quote that ends it: `A="b c"`, but not `"A=b c"`.
        let quoted_inside = from.windows(2).any(|pair| matches!(pair, [a, b] if b - a > 1));
        let plain_start = self.from.first() == Some(&self.start);
        let end = if quoted_inside && plain_start && range.end == self.text.len() { self.end } else { 0 };
        Self { text, from, expressions, start, end }
    }

    /// Without white space at its ends.
    pub(super) fn trim(&self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        self.part(start..start.max(self.text.trim_end().len()))
    }

    fn in_expression(&self, at: usize) -> bool {
        let after = self.expressions.partition_point(|part| part.start <= at);
        after.checked_sub(1).and_then(|last| self.expressions.get(last)).is_some_and(|part| part.contains(&at))
    }

    /// What stands before and after the first separator that is not part of an expression.
    pub(super) fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        let mut found = self.text.match_indices(separator);
        let (at, found) = found.find(|(at, _)| !self.in_expression(*at))?;
        Some((self.part(0..at), self.part(at + found.len()..self.text.len())))
    }

    /// The parts between separators that are not part of an expression.
    pub(super) fn split(&self, separator: char) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, found) in self.text.match_indices(separator) {
            if !self.in_expression(at) {
                parts.push(self.part(from..at));
                from = at + found.len();
            }
        }
        parts.push(self.part(from..self.text.len()));
        parts
    }

    /// The bytes of the scalar from its first to its last; quotes around the whole of it are left out.
    pub(super) fn range(&self) -> Range<usize> {
        match (self.from.first(), self.from.last()) {
            (Some(first), Some(last)) if *first == self.start => *first..self.end.max(last + 1),
            (Some(first), Some(last)) => *first..last + 1,
            _ => self.start..self.start,
        }
    }

    /// The bytes of the scalar that it is written with, all quotes included.
    pub(super) fn written(&self) -> Range<usize> {
        let range = self.range();
        self.start.min(range.start)..self.end.max(range.end)
    }

    /// Its place in the file.
    pub(super) fn place(&self, map: &TextMap) -> Span {
        map.place(self.range())
    }

    /// What it says, and its place in the file.
    pub(super) fn at(&self, map: &TextMap) -> At<String> {
        At::new(self.text.clone(), self.place(map))
    }
}

/// The `${{ ... }}` of a text. One without an end reaches to the end of the text. A `}}` in a string of the expression does
/// not end it: <https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#literals>.
pub(super) fn expressions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find("${{")).map(|at| from + at) {
        let end = expression_end(text, start);
        found.push(start..end);
        from = end;
    }
    found
}

/// Where the `${{` at an offset ends.
pub(super) fn expression_end(text: &str, start: usize) -> usize {
    let mut quoted = false;
    for (at, c) in text.get(start..).unwrap_or_default().char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '}' if !quoted && text.get(start + at..).is_some_and(|rest| rest.starts_with("}}")) => {
                return start + at + 2;
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_in_an_expression_does_not_split() {
        let mut word = ShellWord::begin(10);
        word.push("A", 10);
        word.push_expression("${{ x == 1 }}", 11);
        word.push("=b", 24);
        let (name, value) = word.split_once('=').unwrap();
        assert_eq!((name.text.as_str(), name.is_expression()), ("A${{ x == 1 }}", true));
        assert_eq!((value.text.as_str(), value.is_expression(), value.range()), ("b", false, 25..26));
    }

    #[test]
    fn an_empty_value_stands_after_the_sign() {
        let mut word = ShellWord::begin(3);
        word.push("A=", 3);
        assert_eq!(word.split_once('=').unwrap().1.range(), 5..5);
    }

    #[test]
    fn braces_in_strings_do_not_end_an_expression() {
        let text = "a ${{ format('}}{0}', b) }} c ${{ open";
        let parts: Vec<_> = expressions(text).into_iter().map(|part| &text[part]).collect();
        assert_eq!(parts, ["${{ format('}}{0}', b) }}", "${{ open"]);
    }
}
