//! A string as the scalar that takes another's place.

use super::entry::Quotes;
use super::text::Splice;
use crate::emit::is_word_of_another_type;
use crate::yaml::{Kind, Piece, ScalarType, scalar_type};

/// What to write for `to` in place of a scalar. The quotes stay as they are; a plain scalar becomes a quoted one unless every
/// reader takes the new text for a string without them. `None` for block scalars and tagged ones (`!!int "22"` would be a number to
/// other readers), and for text that would need escapes.
pub(super) fn replacement(text: &str, scalar: &Piece, to: &str, quotes: Quotes) -> Option<Splice> {
    if scalar.has_tag || to.chars().any(char::is_control) {
        return None;
    }
    let new = match scalar.kind {
        Kind::Quoted if text.get(scalar.span.clone())?.starts_with('\'') => quoted(to, Quotes::Single)?,
        Kind::Quoted => quoted(to, Quotes::Double)?,
        Kind::Plain => written(to, quotes)?,
        Kind::Block | Kind::Alias | Kind::Collection(_) => return None,
    };
    Some((scalar.span.clone(), new))
}

/// A text as a scalar of its own: plain if that is safe, or else in quotes; `None` if it would need escapes there.
pub(super) fn written(text: &str, quotes: Quotes) -> Option<String> {
    if is_plain(text) { Some(text.to_owned()) } else { quoted(text, quotes) }
}

fn quoted(text: &str, quotes: Quotes) -> Option<String> {
    let has_control = text.chars().any(char::is_control);
    match quotes {
        _ if has_control => None,
        Quotes::Single => Some(format!("'{}'", text.replace('\'', "''"))),
        Quotes::Double => (!text.contains(['"', '\\'])).then(|| format!("\"{text}\"")),
    }
}

/// Whether every reader takes it for a string, also inside of brackets: no word or number of YAML 1.1 or 1.2, no indicator.
pub(super) fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b':' | b'_' | b'-' | b'@'))
        && scalar_type(text, true) == ScalarType::Text
        && !is_word_of_another_type(text)
}
