//! Codes that go from the comments that ignore them, and comments that go with the last of their codes.

use super::plan::{Plan, Reading};
use super::text::{is_blank, line_end, line_start, next_line};
use crate::diagnostic::ignore;
use crate::source::Span;
use std::collections::BTreeMap;
use std::ops::Range;

/// A comment that ignores something. All places are those of the text.
struct Comment {
    /// To the end of its line.
    span: Range<usize>,
    /// Its `#`; what stands before that in the comment is a remark.
    hash: usize,
    /// What is in its brackets.
    codes: Range<usize>,
}

impl Comment {
    /// The one that a code stands in.
    fn around(old: &Reading<'_>, code: Span) -> Option<Self> {
        let (start, end) = (code.start as usize, code.end as usize);
        let before = old.layout.comments.partition_point(|comment| comment.start < start);
        let span = old.layout.comments.get(before.checked_sub(1)?)?.clone();
        let text = old.text.get(span.clone())?;
        let (hash, bracket) = ignore::find(text)?;
        let codes = text.get(bracket..)?.strip_prefix('[')?.split_once(']')?.0;
        let first = span.start + bracket + 1;
        let comment = Self { hash: span.start + hash, codes: first..first + codes.len(), span };
        let is_code = comment.words(old.text).any(|word| word == (start..end));
        is_code.then_some(comment)
    }

    /// What is between commas and spaces.
    fn words(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        let mut next = self.codes.start;
        let parts = text.get(self.codes.clone()).unwrap_or_default().split([',', ' ']);
        parts.filter_map(move |part| {
            let start = next + part.len() - part.trim_start().len();
            next += part.len() + 1;
            let word = part.trim();
            (!word.is_empty()).then(|| start..start + word.len())
        })
    }
}

/// Whether a place is that of a code in such a comment.
pub(super) fn is_code(old: &Reading<'_>, at: Span) -> bool {
    Comment::around(old, at).is_some()
}

impl Plan<'_> {
    /// Removes codes from their comments; comments that go for another reason are passed over.
    pub(super) fn unignore(&mut self, old: &Reading<'_>, codes: &[Span]) -> Option<()> {
        let text = old.text;
        let mut found: BTreeMap<usize, (Comment, Vec<usize>)> = BTreeMap::new();
        for code in codes {
            let comment = Comment::around(old, *code)?;
            found.entry(comment.hash).or_insert_with(|| (comment, Vec::new())).1.push(code.start as usize);
        }
        found.retain(|_, (comment, _)| !self.comments.contains_key(&comment.span.start));
        for (comment, gone) in found.into_values() {
            let left = comment.words(text).filter(|word| !gone.contains(&word.start));
            let left: Vec<&str> = left.filter_map(|word| text.get(word)).collect();
            let Comment { span, hash, codes } = comment;
            let (place, new) =
                if left.is_empty() { (without(text, hash)?, String::new()) } else { (codes, left.join(", ")) };
            let before = text.get(span.start..place.start.max(span.start))?;
            let after = text.get(place.end.min(span.end)..span.end)?;
            self.comments.insert(span.start, format!("{before}{new}{after}"));
            self.own.push(hash..span.end);
            self.splices.push((place, new));
        }
        Some(())
    }
}

/// A comment to the end of its line, and the line if there is nothing else on it.
fn without(text: &str, hash: usize) -> Option<Range<usize>> {
    let line = line_start(text, hash);
    let lead = text.get(line..hash)?;
    if is_blank(lead) {
        return Some(line..next_line(text, hash));
    }
    Some(line + lead.trim_end().len()..line_end(text, hash))
}
