//! Codes that go from the comments that ignore them, and comments that go with the last of their codes.

use super::plan::{Plan, Reading};
use super::text::{Lines, is_blank};
use crate::diagnostic::{Edit, ignore};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// A comment that ignores something. All places are those of the text.
#[derive(Clone)]
struct Comment {
    /// To the end of its line.
    span: Range<usize>,
    /// Its `#`; what stands before that in the comment is a remark.
    hash: usize,
    /// What is in its brackets.
    codes: Range<usize>,
}

impl Comment {
    fn of(text: &str, span: &Range<usize>) -> Option<Self> {
        let words = text.get(span.clone())?;
        let (hash, bracket) = ignore::find(words)?;
        let codes = words.get(bracket..)?.strip_prefix('[')?.split_once(']')?.0;
        let first = span.start + bracket + 1;
        Some(Self { hash: span.start + hash, codes: first..first + codes.len(), span: span.clone() })
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

/// The comments that ignore something in which some codes stand, each looked through once: one may hold thousands.
pub(super) struct Ignoring {
    comments: Vec<Comment>,
    /// By the place of a code: the number of its comment.
    of: HashMap<(usize, usize), usize>,
}

impl Ignoring {
    /// Those of the codes that edits remove.
    pub(super) fn of(old: &Reading<'_>, edits: &[Edit]) -> Self {
        let codes = edits.iter().filter_map(|edit| if let Edit::Unignore(at) = edit { Some(at.start) } else { None });
        let before = |at| old.layout.comments.partition_point(|comment| comment.start < at as usize);
        let around: BTreeSet<usize> = codes.filter_map(|at| before(at).checked_sub(1)).collect();
        let comments = around.into_iter().filter_map(|at| Comment::of(old.text, old.layout.comments.get(at)?));
        let comments: Vec<Comment> = comments.collect();
        let numbered = comments.iter().enumerate();
        let words = numbered.flat_map(|(number, comment)| comment.words(old.text).map(move |word| (word, number)));
        let of = words.map(|(word, number)| ((word.start, word.end), number)).collect();
        Self { comments, of }
    }

    /// Whether a place is that of a code in such a comment.
    pub(super) fn has(&self, at: Span) -> bool {
        self.of.contains_key(&place(at))
    }
}

fn place(at: Span) -> (usize, usize) {
    (at.start as usize, at.end as usize)
}

impl Plan<'_> {
    /// Removes codes from their comments; comments that go for another reason are passed over.
    pub(super) fn unignore(&mut self, old: &Reading<'_>, ignoring: &Ignoring, codes: &[Span]) -> Option<()> {
        let text = old.text;
        let mut found: BTreeMap<usize, HashSet<usize>> = BTreeMap::new();
        for code in codes {
            let comment = ignoring.of.get(&place(*code))?;
            found.entry(*comment).or_default().insert(code.start as usize);
        }
        for (number, gone) in found {
            let comment = ignoring.comments.get(number)?.clone();
            if self.comments.contains_key(&comment.span.start) {
                continue;
            }
            let left = comment.words(text).filter(|word| !gone.contains(&word.start));
            let left: Vec<&str> = left.filter_map(|word| text.get(word)).collect();
            let Comment { span, hash, codes } = comment;
            let (place, new) = if left.is_empty() {
                (without(&old.lines, text, hash)?, String::new())
            } else {
                (codes, left.join(", "))
            };
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
fn without(lines: &Lines<'_>, text: &str, hash: usize) -> Option<Range<usize>> {
    let line = lines.start(hash);
    let lead = text.get(line..hash)?;
    if is_blank(lead) {
        return Some(line..lines.next(hash));
    }
    Some(line + lead.trim_end().len()..lines.end(hash))
}
