//! What stands in `${...}`.

use super::lex::{quoted, word};
use super::word::Form;
use crate::workflow::value::Text;

/// The name of a parameter, and what is made of its value.
pub(super) fn parameter(inner: &Text, depth: usize) -> (String, Form) {
    let text = inner.marked();
    let length = match text.bytes().next() {
        Some(b'@' | b'*' | b'?' | b'$' | b'!' | b'-') => 1,
        _ => text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count(),
    };
    let (name, rest) = (text.get(..length).unwrap_or_default().to_owned(), text.get(length..).unwrap_or_default());
    let from = |skip: usize| inner.cut((length + skip).min(text.len())..text.len());
    if name.is_empty() {
        return (name, Form::Other);
    }
    let form = match rest {
        "" => Form::Plain,
        // An item of an array, or all of them.
        rest if is_subscript(rest) => return (text.to_owned(), Form::Plain),
        ",," | ",,}" => Form::Case { upper: false },
        "^^" => Form::Case { upper: true },
        rest => {
            let (or_empty, skip) = if rest.starts_with(':') { (true, 1) } else { (false, 0) };
            match rest.as_bytes().get(skip) {
                Some(b'-' | b'=') => Form::Default { or_empty, word: quoted_or_word(&from(skip + 1), depth) },
                Some(b'+') => Form::Alternative { or_empty, word: quoted_or_word(&from(skip + 1), depth) },
                _ if or_empty => Form::Other,
                Some(sign @ (b'#' | b'%')) => {
                    let longest = rest.as_bytes().get(1) == Some(sign);
                    let pattern = word(&from(1 + usize::from(longest)), depth);
                    Form::Remove { from_end: *sign == b'%', longest, pattern }
                }
                Some(b'/') => replace(&from(1), depth),
                _ => Form::Other,
            }
        }
    };
    (name, form)
}

fn is_subscript(rest: &str) -> bool {
    let inner = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| matches!(inner, "@" | "*") || inner.bytes().all(|b| b.is_ascii_digit()))
}

fn quoted_or_word(text: &Text, depth: usize) -> super::word::Word {
    if text.marked().contains(['"', '\'']) { word(text, depth) } else { quoted(text, depth) }
}

fn replace(rest: &Text, depth: usize) -> Form {
    let (all, rest) = match rest.strip_prefix("/") {
        Some(rest) => (true, rest),
        None => (false, rest.clone()),
    };
    let text = rest.marked();
    let mut escaped = false;
    let slash = text.char_indices().find(|(_, c)| {
        let ends = *c == '/' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    let end = slash.map_or(text.len(), |(at, _)| at);
    let with = rest.cut((end + 1).min(text.len())..text.len());
    Form::Replace { all, pattern: word(&rest.cut(0..end), depth), with: quoted_or_word(&with, depth) }
}
