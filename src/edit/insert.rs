//! Entries that come into a mapping that is there: behind its last, in lines of their own or in its braces.

use super::plan::Reading;
use super::text::Splice;
use crate::yaml::{Collection, Entry, Kind, Piece};

/// Entries in both of the styles that a mapping may have.
pub(super) struct Entries<B: Fn(usize) -> Vec<String>> {
    /// As in `a: 1, b: 2`.
    pub(super) flow: String,
    /// A line each, for the column that keys stand in.
    pub(super) block: B,
}

impl<B: Fn(usize) -> Vec<String>> Entries<B> {
    /// Into a mapping, behind the last of its entries that stays. `gone` are the numbers of those that do not.
    pub(super) fn behind(
        &self,
        old: &Reading<'_>,
        (mapping, piece): (&Collection, &Piece),
        gone: &[usize],
    ) -> Option<Splice> {
        let Some(first) = mapping.entries.first() else {
            let is_bare = old.layout.comments_in(&piece.span).is_empty();
            return is_bare.then(|| (piece.span.clone(), format!("{{{}}}", self.flow)));
        };
        let stays = |(number, _): &(usize, &Entry)| !gone.contains(number);
        let (_, last) = mapping.entries.iter().enumerate().rfind(stays)?;
        let end = last.span(old.text)?.end;
        if mapping.is_flow {
            return Some((end..end, format!(", {}", self.flow)));
        }
        Some(self.below(old, end, old.lines.column(first.key.as_ref()?.span.start)))
    }

    /// Under a key that has no value; its mapping is `around`, whose mappings stand deeper by `step`.
    pub(super) fn under(
        &self,
        old: &Reading<'_>,
        (around, entry): (&Collection, &Entry),
        step: usize,
    ) -> Option<Splice> {
        let (key, value) = (entry.key.as_ref()?, &entry.value);
        if value.kind != Kind::Plain {
            return None;
        }
        if !value.span.is_empty() {
            return Some((value.span.clone(), format!("{{{}}}", self.flow)));
        }
        if around.is_flow {
            let colon = entry.before_value(old.text);
            let at = colon.unwrap_or(key.span.end);
            return Some((at..at, format!("{} {{{}}}", if colon.is_some() { "" } else { ":" }, self.flow)));
        }
        Some(self.below(old, entry.span(old.text)?.end, old.lines.column(key.span.start) + step))
    }

    /// In lines of their own, below the line that a byte is in.
    pub(super) fn below(&self, old: &Reading<'_>, at: usize, column: usize) -> Splice {
        let end = old.lines.end(at.saturating_sub(1));
        (end..end, (self.block)(column).iter().flat_map(|line| [old.lines.newline, line.as_str()]).collect())
    }
}
