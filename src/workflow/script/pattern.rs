//! Patterns of shells: `*`, `?` and text. Sets in brackets are not worked out.

use std::ops::Range;

/// The longest text that is compared with a pattern.
const MAX_LENGTH: usize = 4096;

/// Whether a pattern is one that is worked out.
pub(super) fn is_simple(pattern: &str) -> bool {
    !pattern.contains(['[', '(', '\\']) && pattern.matches('*').count() <= 4
}

/// Whether a text fits a pattern; `None` if that is not worked out.
pub(super) fn fits(text: &str, pattern: &str) -> Option<bool> {
    (is_simple(pattern) && text.len() <= MAX_LENGTH).then(|| matches(text, pattern))
}

fn matches(text: &str, pattern: &str) -> bool {
    let mut chars = pattern.chars();
    match chars.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = chars.as_str();
            text.char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .any(|at| text.get(at..).is_some_and(|text| matches(text, rest)))
        }
        Some(c) => {
            let mut text = text.chars();
            text.next().is_some_and(|own| (c == '?' || own == c) && matches(text.as_str(), chars.as_str()))
        }
    }
}

/// What is left without what fits a pattern at the beginning.
pub(super) fn cut_start(text: &str, pattern: &str, longest: bool) -> Option<Range<usize>> {
    let ends = ends(text, pattern)?;
    let mut fitting = ends.into_iter().filter(|at| text.get(..*at).is_some_and(|part| matches(part, pattern)));
    let end = if longest { fitting.next_back() } else { fitting.next() };
    Some(end.unwrap_or(0)..text.len())
}

/// What is left without what fits a pattern at the end.
pub(super) fn cut_end(text: &str, pattern: &str, longest: bool) -> Option<Range<usize>> {
    let starts = ends(text, pattern)?;
    let mut fitting = starts.into_iter().filter(|at| text.get(*at..).is_some_and(|part| matches(part, pattern)));
    let start = if longest { fitting.next() } else { fitting.next_back() };
    Some(0..start.unwrap_or(text.len()))
}

fn ends(text: &str, pattern: &str) -> Option<Vec<usize>> {
    let fits = is_simple(pattern) && text.len() <= MAX_LENGTH;
    fits.then(|| text.char_indices().map(|(at, _)| at).chain([text.len()]).collect())
}
