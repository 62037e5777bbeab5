//! What edits do to a text, in terms of bytes, comments and the tree; and the proof that they do that and nothing else.

use super::text::{Lines, Splice, splice};
use super::tree::{Changes, is_changed_to};
use crate::diagnostic::Code;
use crate::source::{FileId, SourceFile};
use crate::yaml::{self, Layout, Node, Purpose};
use std::collections::HashMap;
use std::ops::Range;

/// A text that has no problems, and what it says.
pub(super) struct Reading<'a> {
    pub(super) id: FileId,
    /// As it was written.
    pub(super) text: &'a str,
    /// None if there is nothing but comments.
    pub(super) root: Option<Node<'a>>,
    pub(super) layout: Layout,
    pub(super) lines: Lines<'a>,
}

impl<'a> Reading<'a> {
    /// Reads a text; `None` if it has problems.
    pub(super) fn of(file: &'a SourceFile, id: FileId) -> Option<Self> {
        let mut problems = Vec::new();
        let root = yaml::parse(file, id, &Purpose::COMPARISON, &mut problems);
        let is_right = problems.iter().all(|problem| problem.code == Code::Empty);
        // Stars stand where credentials do, so that all places are the same in both texts.
        let layout = is_right.then(|| Layout::of(file.text()))??;
        let text = file.text_to_write_back();
        Some(Self { id, text, root, layout, lines: Lines::of(text) })
    }
}

/// Edits of one text, thought through.
#[derive(Default)]
pub(super) struct Plan<'a> {
    pub(super) splices: Vec<Splice>,
    /// The bytes that the edits are about; beside these only white space and commas may go.
    pub(super) own: Vec<Range<usize>>,
    /// Comments that say something else afterwards, by where they begin; those that are gone say nothing.
    pub(super) comments: HashMap<usize, String>,
    pub(super) changes: Changes<'a>,
}

impl Plan<'_> {
    /// The proof. The text after the edits, if
    ///
    /// - no byte goes that is not the edits' own, white space and commas beside those aside. All other bytes stay by
    ///   construction: the new text is the old one with pieces put in place of others;
    /// - each comment is there, in the old order and as it was, but for those that the edits are about;
    /// - it reads as the old tree with these changes and no other.
    pub(super) fn proved(mut self, old: &Reading<'_>) -> Option<String> {
        let own = merged(std::mem::take(&mut self.own));
        if !self.splices.iter().all(|(range, _)| is_own(old.text, range, &own)) {
            return None;
        }
        let file = SourceFile::new("", splice(old.text, std::mem::take(&mut self.splices))?);
        let new = Reading::of(&file, old.id)?;
        let is_right =
            self.has_comments(old, &new) && is_changed_to(old.root.as_ref(), new.root.as_ref()?, &self.changes);
        is_right.then(|| new.text.to_owned())
    }

    fn has_comments(&self, old: &Reading<'_>, new: &Reading<'_>) -> bool {
        let wanted = old.layout.comments.iter().filter_map(|at| {
            let text =
                self.comments.get(&at.start).map_or_else(|| old.text.get(at.clone()), |text| Some(text.as_str()));
            text.filter(|text| !text.is_empty())
        });
        wanted.eq(new.layout.comments.iter().filter_map(|at| new.text.get(at.clone())))
    }
}

/// Ranges in their order, those that touch as one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Whether all of a range but white space and commas belongs to one of these.
fn is_own(text: &str, range: &Range<usize>, own: &[Range<usize>]) -> bool {
    let is_soft = |c| matches!(c, ' ' | '\t' | '\r' | '\n' | ',');
    let mut from = range.start;
    let near = own.get(own.partition_point(|own| own.end <= range.start)..).unwrap_or_default();
    for end in near.iter().take_while(|own| own.start < range.end).chain([&(range.end..range.end)]) {
        if !text.get(from..end.start.max(from)).is_some_and(|text| text.chars().all(is_soft)) {
            return false;
        }
        from = end.end;
    }
    true
}
