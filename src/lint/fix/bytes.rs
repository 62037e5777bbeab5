//! The bytes of a text before and after: pieces that are put in place of others, and what must still be there.

use super::tree::Entry;
use crate::diagnostic::ignore::MARK;
use crate::source::Span;
use std::ops::Range;

/// Bytes, and what stands there afterwards.
pub(super) type Splice = (Range<usize>, String);

/// Puts texts in place of others; `None` if two of them overlap.
pub(super) fn splice(text: &str, mut splices: Vec<Splice>) -> Option<String> {
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    splices.dedup();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (range, new) in splices {
        out.push_str(text.get(from..range.start)?);
        out.push_str(&new);
        from = range.end;
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

/// Removes codes from their comments, and comments with all of their codes. `None` if one of the places is no such code.
pub(super) fn comments(text: &str, codes: &[Span]) -> Option<Vec<Splice>> {
    let mut splices: Vec<Splice> = Vec::new();
    for code in codes {
        let open = text.get(..code.start as usize)?.rfind('[')? + 1;
        let close = open + text.get(open..)?.find(']')?;
        let (inner, before) = (text.get(open..close)?, text.get(..open - 1)?);
        let hash = before.strip_suffix(MARK)?.trim_end_matches([' ', '\t']).strip_suffix('#')?.len();
        let mut left = Vec::new();
        let mut at = open;
        for word in inner.split([',', ' ']) {
            let start = at + word.len() - word.trim_start().len();
            at += word.len() + 1;
            if !word.trim().is_empty() && !codes.iter().any(|code| code.start as usize == start) {
                left.push(word.trim());
            }
        }
        splices.push(if left.is_empty() {
            (comment(text, hash)?, String::new())
        } else {
            (open..close, left.join(", "))
        });
    }
    Some(splices)
}

/// A comment to the end of its line, and the line if there is nothing else on it.
fn comment(text: &str, hash: usize) -> Option<Range<usize>> {
    let line = text.get(..hash)?.rfind('\n').map_or(0, |end| end + 1);
    let next = text.get(hash..)?.find('\n').map_or(text.len(), |end| hash + end + 1);
    let lead = text.get(line..hash)?;
    if lead.trim().is_empty() {
        return Some(line..next);
    }
    let end = hash + text.get(hash..next)?.trim_end_matches(['\n', '\r']).len();
    Some(line + lead.trim_end().len()..end)
}

/// White space and commas.
fn is_soft(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | ',')
}

/// The bytes that may go or change with an entry: its own, the comment at its end, and white space and commas on both sides.
pub(super) fn region(text: &str, entry: &Entry) -> Option<Range<usize>> {
    let mut before = text.get(..entry.start)?.trim_end_matches(is_soft);
    if entry.has_dash {
        before = before.strip_suffix('-')?.trim_end_matches(is_soft);
    }
    let own = text.get(entry.start..entry.value.end as usize)?.trim_end();
    let mut after = text.get(entry.start + own.len()..)?.trim_start_matches([' ', '\t']);
    after = after.strip_prefix(',').unwrap_or(after).trim_start_matches([' ', '\t']);
    if after.starts_with('#') {
        after = after.find('\n').map_or("", |end| &after[end..]);
    }
    Some(before.len()..text.len() - after.trim_start_matches(is_soft).len())
}

/// Whether all of `old` outside of the regions is in `new`, in its order and with nothing but white space and commas in their
/// place; an empty collection may stand there too.
pub(super) fn kept(old: &str, mut regions: Vec<Range<usize>>, new: &str) -> bool {
    regions.sort_by_key(|region| (region.start, region.end));
    regions.push(old.len()..old.len());
    let (mut rest, mut from) = (new, 0);
    for region in regions {
        if region.start < from {
            // It lies in the one before, or meets it.
            from = from.max(region.end);
            continue;
        }
        let Some(piece) = old.get(from..region.start) else { return false };
        let there = if from == 0 { after_piece(rest, piece) } else { after_gap(rest, piece) };
        let Some(there) = there else { return false };
        rest = there;
        from = region.end;
    }
    after_gap(rest, "").is_some_and(|rest| rest.trim_matches(is_soft).is_empty())
}

fn after_gap<'t>(rest: &'t str, piece: &str) -> Option<&'t str> {
    let rest = rest.trim_start_matches(is_soft);
    if !piece.is_empty()
        && let Some(rest) = after_piece(rest, piece)
    {
        return Some(rest);
    }
    let empty = rest.strip_prefix("[]").or_else(|| rest.strip_prefix("{}")).unwrap_or(rest);
    after_piece(empty.trim_start_matches(is_soft), piece)
}

fn after_piece<'t>(rest: &'t str, piece: &str) -> Option<&'t str> {
    let same = rest.chars().zip(piece.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (rest, piece) = (rest.get(same..)?, piece.get(same..)?);
    if piece.is_empty() {
        return Some(rest);
    }
    // A collection that is empty now is written before the comment beside its key.
    let rest = rest.strip_prefix("[] ").or_else(|| rest.strip_prefix("{} "))?;
    piece.starts_with('#').then(|| after_piece(rest, piece))?
}
