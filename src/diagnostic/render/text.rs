//! User text that must not act on whoever reads it.

use crate::source::is_hidden;
use crate::words::append;
use serde::Serialize;

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
                append!(out, "\\u{unit:04x}");
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
    fn a_document_hides_nothing_and_loses_nothing() {
        let document = document(&[TEXT]);
        assert!(!document.chars().any(is_hidden), "{document}");
        assert!(document.ends_with("]\n"));
        assert_eq!(serde_json::from_str::<Vec<String>>(&document).unwrap(), [TEXT]);
    }
}
