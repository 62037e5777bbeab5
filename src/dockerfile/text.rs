//! What Go's `strings`, `unicode` and `regexp` packages call space, lower case and equal, since `BuildKit` is written
//! with them.
//!
//! `str::trim` needs no help: Go's `unicode.IsSpace` and Rust's `char::is_whitespace` are one set of characters.

use std::ops::Range;

/// Lower case, character by character, as Go's `strings.ToLower`: no character becomes two.
pub(super) fn lower(text: &str) -> String {
    text.chars().map(lower_char).collect()
}

fn lower_char(c: char) -> char {
    // The one character whose simple mapping, which Go uses, differs from the full mapping.
    if c == '\u{130}' {
        return 'i';
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Whether `text` is the ASCII word `word` under Go's case folding, which also takes U+017F for `s` and U+212A for `k`.
pub(super) fn equal_fold(text: &str, word: &str) -> bool {
    text.chars().map(fold).eq(word.chars().map(fold))
}

/// The character that stands for all its case variants, for the ASCII letters.
pub(super) fn fold(c: char) -> char {
    match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        _ => c.to_ascii_lowercase(),
    }
}

/// Whether a byte separates words: `BuildKit`'s `[\t\v\f\r ]` (parser/parser.go), which has no newline and no wide
/// space.
pub(super) fn separates(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x0b | 0x0c | b'\r' | b' ')
}

/// `strings.TrimSpace` on a part of `text`, as the range that remains.
pub(super) fn trim_range(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

/// Splits a part of `text` at runs of separators, as Go's `Regexp.Split` does: a separator at an end gives an empty
/// word.
pub(super) fn words(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut start = range.start;
    let mut at = range.start;
    while at < range.end {
        if separates(bytes[at]) {
            words.push(start..at);
            while at < range.end && separates(bytes[at]) {
                at += 1;
            }
            start = at;
        } else {
            at += 1;
        }
    }
    words.push(start..range.end);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_gos() {
        assert_eq!(lower("FROM"), "from");
        assert_eq!(lower("\u{212a}\u{130}\u{3a3}"), "ki\u{3c3}");
        assert!(equal_fold("A\u{17f}", "as"));
        assert!(!equal_fold("ass", "as"));
    }

    #[test]
    fn words_are_split_at_blanks_but_not_at_wide_spaces() {
        let text = "a \t b\u{a0}c";
        assert_eq!(words(text, 0..text.len()), [0..1, 4..8]);
    }
}
