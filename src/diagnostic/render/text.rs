//! User text that must not act on whoever reads it.

use serde::Serialize;
use std::fmt::Write;

/// Whether a character is one that is not seen but acts: control characters, line and paragraph separators, and those that
/// have no width or change the direction of what follows. A line feed is none.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(
            c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

/// Control characters, terminal escapes and direction marks of user text, made visible as `\u{1b}`.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// A value as indented JSON with a line feed at its end. Hidden characters are written as JSON escapes: a reader gets the text
/// as it was, and a terminal that shows the document is safe.
pub(crate) fn document(value: &impl Serialize) -> String {
    // Structs of texts and numbers: there is nothing that JSON cannot hold.
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut out = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        // Outside of texts, JSON has no such character; inside, an escape means the same.
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "a\u{0}\u{1b}[2J\r\u{7f}\u{9b}\u{61c}\u{200b}\u{2028}\u{202e}\u{2066}\u{feff}\u{e9}\u{4e2d}\t\n\"\\z";

    #[test]
    fn what_is_hidden_is_made_visible() {
        assert_eq!(
            visible(TEXT),
            "a\\u{0}\\u{1b}[2J\\u{d}\\u{7f}\\u{9b}\\u{61c}\\u{200b}\\u{2028}\\u{202e}\\u{2066}\\u{feff}\u{e9}\u{4e2d}\\u{9}\n\"\\z"
        );
    }

    #[test]
    fn a_document_hides_nothing_and_loses_nothing() {
        let document = document(&[TEXT]);
        assert!(!document.chars().any(is_hidden), "{document}");
        assert!(document.ends_with("]\n"));
        assert_eq!(serde_json::from_str::<Vec<String>>(&document).unwrap(), [TEXT]);
    }
}
