//! Entries that go: which bytes go with them, and what is written in their place.
//!
//! Comments stay where they stand; one that stood beside an entry, or inside of it, has the line to itself then. The exception
//! are comments that ignore a problem of a line that goes: left alone, they would be for the next line.

use super::plan::{Plan, Reading};
use super::text::{Lines, is_blank};
use crate::diagnostic::ignore;
use crate::yaml::Collection;
use std::ops::Range;

const BLANK: [char; 2] = [' ', '\t'];

impl Plan<'_> {
    /// Removes entries of one collection; `gone` rises.
    pub(super) fn remove(&mut self, old: &Reading<'_>, collection: usize, gone: &[usize]) -> Option<()> {
        let collection = old.layout.collections.get(collection)?;
        if collection.is_flow {
            self.remove_in_flow(old, collection, gone)
        } else {
            self.remove_in_block(old, collection, gone)
        }
    }

    fn remove_in_flow(&mut self, old: &Reading<'_>, collection: &Collection, gone: &[usize]) -> Option<()> {
        let text = old.text;
        let entries = &collection.entries;
        if collection.is_bare_pair {
            return None;
        }
        for run in gone.chunk_by(|one, next| one + 1 == *next) {
            let (first, last) = (*run.first()?, *run.last()?);
            let mut span = entries.get(first)?.span(text)?;
            span.end = entries.get(last)?.span(text)?.end;
            if let Some(comma) = comma(text, span.end) {
                span.end = comma + 1;
            } else if let Some(before) = first.checked_sub(1) {
                // It is the last one now.
                let comma = comma(text, entries.get(before)?.span(text)?.end)?;
                if is_blank(text.get(comma + 1..span.start)?) {
                    span.start = comma;
                } else {
                    self.splices.push((comma..comma + 1, String::new()));
                }
            }
            self.cut(old, span, None)?;
        }
        Some(())
    }

    fn remove_in_block(&mut self, old: &Reading<'_>, collection: &Collection, gone: &[usize]) -> Option<()> {
        let text = old.text;
        let entries = &collection.entries;
        let mut instead = None;
        let mut rest = gone;
        if gone.len() == entries.len() {
            let brackets = if entries.first()?.key.is_some() { "{}" } else { "[]" };
            if let Some((parent, index)) = collection.parent {
                let at = old.layout.collections.get(parent)?.entries.get(index)?.before_value(text)?;
                self.splices.push((at..at, format!(" {brackets}")));
            } else {
                instead = Some(brackets);
            }
        } else {
            let run = gone.iter().enumerate().take_while(|(row, index)| row == *index).count();
            let (first, next) = (entries.first()?.span(text)?.start, entries.get(run)?.span(text)?.start);
            let shares_line = !is_blank(text.get(old.lines.start(first)..first)?);
            if run > 0 && shares_line && old.layout.comments_in(&(first..next)).is_empty() {
                // They share their line with the dash of the list around: the next entry comes up to it.
                self.own.push(first..next);
                self.splices.push((first..next, String::new()));
                rest = gone.get(run..)?;
            }
        }
        for index in rest {
            self.cut(old, entries.get(*index)?.span(text)?, instead.take())?;
        }
        Some(())
    }

    /// Cuts an entry out, and leaves the comments in it; behind a text in its place.
    fn cut(&mut self, old: &Reading<'_>, mut span: Range<usize>, instead: Option<&'static str>) -> Option<()> {
        let text = old.text;
        let start = old.lines.start(span.start);
        let lead = text.get(start..span.start)?;
        let begins_line = is_blank(lead);
        self.own.push(span.clone());
        let blanks = |from: usize| text.get(from..).map_or(0, |rest| rest.len() - rest.trim_start_matches(BLANK).len());
        let mut next = span.end + blanks(span.end);
        if let [beside, ..] = old.layout.comments_in(&(next..next + 1))
            && remark(text, beside).len() < beside.len()
        {
            self.own.push(beside.clone());
            next = beside.end;
        }
        let mut left: Vec<&str> = instead.into_iter().collect();
        for comment in old.layout.comments_in(&(span.start..next)) {
            let remark = remark(text, comment);
            if remark.len() < comment.len() {
                self.comments.insert(comment.start, remark.to_owned());
            }
            left.extend(Some(remark).filter(|remark| !remark.is_empty()));
        }
        let ends_line = next == old.lines.end(next);
        let top = if begins_line { self.ignoring_above(old, start) } else { start };
        if !left.is_empty() {
            let (newline, pad) = (old.lines.newline, " ".repeat(old.lines.column(span.start)));
            let mut new = String::from(if begins_line || lead.ends_with(BLANK) { "" } else { " " });
            new.push_str(&left.join(&format!("{newline}{pad}")));
            if !ends_line {
                new.push_str(newline);
                new.push_str(&pad);
            }
            self.splices.push((span.start..next, new));
            return Some(());
        }
        let follows = text.get(next..)?.chars().next();
        match (begins_line, ends_line) {
            (true, true) => span = whole_lines(&old.lines, text, top, start, next),
            (false, true) => span = start + lead.trim_end().len()..next,
            // One space stays before a comment, and before a bracket if there was one.
            (false, false) if follows == Some('#') && !lead.ends_with(BLANK) => {}
            (false, false) if matches!(follows, Some(']' | '}')) => span.start = start + lead.trim_end().len(),
            (_, false) => span.end = next,
        }
        self.splices.push((span, String::new()));
        Some(())
    }

    /// Removes comments that ignore problems of a line and stand above it. Returns where the topmost begins of those that no other
    /// line parts from it; the line itself if there is none.
    fn ignoring_above(&mut self, old: &Reading<'_>, line: usize) -> usize {
        let text = old.text;
        let (mut top, mut from) = (line, line);
        let above = old.layout.comments.partition_point(|comment| comment.start < line);
        for comment in old.layout.comments.get(..above).unwrap_or_default().iter().rev() {
            let start = old.lines.start(comment.start);
            let is_alone = is_blank(text.get(start..comment.start).unwrap_or("-"));
            if !is_alone || !text.get(comment.end..from).is_some_and(|between| between.trim().is_empty()) {
                break;
            }
            let remark = remark(text, comment);
            if remark.len() < comment.len() {
                let whole = start..old.lines.next(start);
                if remark.is_empty() && whole.end == top {
                    top = start;
                }
                self.splices.push((
                    if remark.is_empty() { whole } else { comment.start + remark.len()..comment.end },
                    String::new(),
                ));
                self.own.push(comment.clone());
                self.comments.insert(comment.start, remark.to_owned());
            }
            from = start;
        }
        top
    }
}

/// What a comment says but for the problems of a line that it ignores; empty if it says nothing else.
fn remark<'t>(text: &'t str, comment: &Range<usize>) -> &'t str {
    let words = text.get(comment.clone()).unwrap_or_default();
    ignore::find(words).map_or(words, |(hash, _)| words.get(..hash).unwrap_or_default().trim_end())
}

/// The comma behind an entry in flow style.
fn comma(text: &str, end: usize) -> Option<usize> {
    let mut rest = text.get(end..)?;
    loop {
        rest = rest.trim_start();
        match rest.bytes().next()? {
            b',' => return Some(text.len() - rest.len()),
            b'#' => rest = rest.get(rest.find(['\n', '\r'])?..)?,
            _ => return None,
        }
    }
}

/// The lines from one that begins at `start` to the one that goes on to `end`, and an empty line that would then follow another
/// or end the text. `top` is where the lines above begin that go too.
fn whole_lines(lines: &Lines<'_>, text: &str, top: usize, start: usize, end: usize) -> Range<usize> {
    let next = lines.next(end);
    let before = text.get(..top).unwrap_or_default();
    let above = before.trim_end_matches([' ', '\t', '\r', '\n']);
    let is_first = above.trim_start_matches('\u{feff}').is_empty();
    let blank = if is_first { above.len() } else { lines.next(above.len()) };
    let is_after_blank = is_first || blank < top;
    if is_after_blank && text.get(next..).unwrap_or_default().trim().is_empty() {
        return blank.min(start)..text.len();
    }
    let is_before_blank = is_blank(text.get(next..lines.end(next)).unwrap_or_default());
    start..if is_after_blank && is_before_blank { lines.next(next) } else { next }
}
