//! A string as the scalar that takes another's place.

use super::bytes::Splice;
use crate::source::Span;
use crate::yaml::{ScalarType, scalar_type};

/// What to write for `to` at a place. The quotes stay as they are; a plain scalar becomes a quoted one unless every reader takes
/// the new text for a string without them. `None` for block scalars and tagged ones, and for text that would need escapes.
pub(super) fn replacement(text: &str, at: Span, to: &str) -> Option<Splice> {
    let (start, end) = (at.start as usize, at.end as usize);
    let raw = text.get(start..end)?;
    // `!!int "22"` would be a number to other readers.
    if text.get(..start)?.split_whitespace().next_back().is_some_and(|word| word.starts_with('!')) {
        return None;
    }
    if to.chars().any(char::is_control) {
        return None;
    }
    let doubled = || (!to.contains(['"', '\\'])).then(|| format!("\"{to}\""));
    let new = match raw.as_bytes().first()? {
        b'"' => doubled()?,
        b'\'' => format!("'{}'", to.replace('\'', "''")),
        b'|' | b'>' => return None,
        _ if is_plain(to) => to.to_owned(),
        _ => doubled()?,
    };
    Some((start..end, new))
}

/// Whether every reader takes it for a string, also inside of brackets: no word or number of YAML 1.1 or 1.2, no indicator.
fn is_plain(text: &str) -> bool {
    let word = matches!(text.to_ascii_lowercase().as_str(), "y" | "n" | "yes" | "no" | "on" | "off");
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b':' | b'_' | b'-' | b'@'))
        && scalar_type(text, true) == ScalarType::Text
        && !word
}
