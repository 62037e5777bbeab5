//! Text of users that must not act on whoever reads it.

use crate::words::append;

/// Whether a character is one that is not seen but acts: control characters, line and paragraph separators, and those that
/// have no width or change the direction of what follows. A line feed is none.
pub fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Control characters, terminal escapes and direction marks of user text, made visible as `\u{1b}`.
pub fn visible(text: &str) -> String {
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

/// The same for a text that stands in one line.
pub fn visible_line(text: &str) -> String {
    visible(text).replace('\n', "\\u{a}")
}

/// A text for a label of mermaid in quotes: entities as mermaid has them.
pub fn mermaid_label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '"' | '#' | '<' | '>' | '&' | '`' | '\\' | ';' | '|' | '\n' => append!(out, "#{};", u32::from(c)),
            c => out.push(c),
        }
    }
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
}
