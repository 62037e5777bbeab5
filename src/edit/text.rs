//! Lines of a text, and pieces of it that are put in place of others.

use std::ops::Range;

/// Bytes, and what stands there afterwards.
pub(super) type Splice = (Range<usize>, String);

/// Puts texts in place of others. Where bytes go and nothing comes, two splices may share some; `None` if others do.
pub(super) fn splice(text: &str, mut splices: Vec<Splice>) -> Option<String> {
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let (mut from, mut is_bare) = (0, true);
    for (range, new) in splices {
        if range.start < from && !(is_bare && new.is_empty()) {
            return None;
        }
        out.push_str(text.get(from..range.start.max(from))?);
        out.push_str(&new);
        from = from.max(range.end);
        is_bare = new.is_empty();
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

/// Where the line begins that a byte is in; behind the byte-order mark in the first.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    if before.get(start..).is_some_and(|line| line.starts_with('\u{feff}')) {
        start + '\u{feff}'.len_utf8()
    } else {
        start
    }
}

/// Where the line ends that a byte is in: before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |end| at + end)
}

/// Where the next line begins; the end of the text in the last line.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let rest = text.get(end..).unwrap_or_default();
    end + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}

/// The line break of a text.
pub(super) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Whether there is nothing but spaces and tabs.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// How many columns a byte stands behind the start of its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    text.get(line_start(text, at)..at).unwrap_or_default().chars().count()
}
