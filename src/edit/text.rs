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

/// The lines of a text. They are looked for once: a file may be one line with thousands of entries.
pub(super) struct Lines<'t> {
    text: &'t str,
    /// Line feeds and carriage returns.
    breaks: Vec<usize>,
    /// The line break of the text.
    pub(super) newline: &'static str,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'\n' | b'\r'));
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Self { text, breaks: breaks.map(|(at, _)| at).collect(), newline }
    }

    /// How many line breaks stand before a byte.
    fn before(&self, at: usize) -> usize {
        self.breaks.partition_point(|line_break| *line_break < at)
    }

    /// Where the line begins that a byte is in; behind the byte-order mark in the first.
    pub(super) fn start(&self, at: usize) -> usize {
        let mark = '\u{feff}'.len_utf8();
        match self.before(at).checked_sub(1).and_then(|last| self.breaks.get(last)) {
            Some(line_break) => line_break + 1,
            None if at >= mark && self.text.starts_with('\u{feff}') => mark,
            None => 0,
        }
    }

    /// Where the line ends that a byte is in: before its line break.
    pub(super) fn end(&self, at: usize) -> usize {
        self.breaks.get(self.before(at)).copied().unwrap_or(self.text.len())
    }

    /// Where the next line begins; the end of the text in the last line.
    pub(super) fn next(&self, at: usize) -> usize {
        let end = self.end(at);
        let rest = self.text.get(end..).unwrap_or_default();
        end + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
    }

    /// How many columns a byte stands behind the start of its line.
    pub(super) fn column(&self, at: usize) -> usize {
        self.text.get(self.start(at)..at).unwrap_or_default().chars().count()
    }
}

/// Whether there is nothing but spaces and tabs.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}
