//! Strings as scalars that every reader takes for those strings.
//!
//! A scalar is plain only if no YAML 1.1 or 1.2 reader could take it for anything else. The rest is single-quoted, or
//! double-quoted where it holds a line break, a control character or something invisible. No block scalars: a text that
//! begins with a tab cannot be one, and a long expression is easier to compare in one line.

use crate::words::append;

/// Appends a string as a scalar that every reader takes for that string.
pub fn scalar(out: &mut String, text: &str) {
    match style(text) {
        QuotingStyle::Plain => out.push_str(text),
        QuotingStyle::Single => {
            out.push('\'');
            for part in text.split_inclusive('\'') {
                out.push_str(part);
                if part.ends_with('\'') {
                    out.push('\'');
                }
            }
            out.push('\'');
        }
        QuotingStyle::Double => write_double(out, text),
    }
}

/// Appends a string as a scalar inside of `{}` or `[]`, where a plain one may hold none of `,[]{}`; libyaml also takes `:?` for
/// a key there.
pub fn flow_scalar(out: &mut String, text: &str) {
    if matches!(style(text), QuotingStyle::Plain) && text.contains([',', '[', ']', '{', '}', '?']) {
        // Nothing that makes it plain elsewhere needs to be escaped; a single quote in it does.
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
    } else {
        scalar(out, text);
    }
}

enum QuotingStyle {
    Plain,
    Single,
    Double,
}

fn style(text: &str) -> QuotingStyle {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return QuotingStyle::Single };
    // Without early ends, so that the compiler looks at many bytes at once: these are the hottest loops of a run.
    let plain_ascii = bytes.iter().fold(true, |plain, byte| plain & (byte.wrapping_sub(b' ') < 0x5f));
    // `: ` and ` #` end a plain scalar. A search for two bytes would look at one after the other.
    let is = |byte: u8, wanted: u8| u8::from(byte == wanted);
    let pairs = bytes.iter().zip(&bytes[1..]);
    let ends = pairs.fold(0, |found, (&a, &b)| found | (is(a, b':') & is(b, b' ')) | (is(a, b' ') & is(b, b'#')));
    let breaks = ends != 0;
    if !plain_ascii && text.chars().any(must_escape) {
        return QuotingStyle::Double;
    }
    // A letter, `/` or `_` starts no number, no indicator and no timestamp; `$` starts the expressions that Kargo reads.
    let starts_plain = first.is_ascii_alphabetic() || matches!(first, b'/' | b'_' | b'$' | b'(') || is_no_number(bytes);
    let ends_plain = !matches!(last, b' ' | b':');
    if starts_plain && ends_plain && !breaks && !is_word_of_another_type(text) {
        QuotingStyle::Plain
    } else {
        QuotingStyle::Single
    }
}

/// Whether a text that begins with a digit cannot be a number, a time or a date to any reader, as `24h0m0s` and
/// `22-bookworm-slim`: it has a letter that none of them uses, and no `:` or `_`.
fn is_no_number(bytes: &[u8]) -> bool {
    let telling = |b: &u8| matches!(b.to_ascii_lowercase(), b'g'..=b'm' | b'p'..=b's' | b'u'..=b'w');
    bytes[0].is_ascii_digit()
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        && bytes.iter().any(telling)
}

/// Words that a YAML 1.1 reader takes for a boolean, null or a float (`.inf` does not start like a word). `y` and `n` are
/// booleans in the 1.1 specification and to Go's yaml.v2.
pub fn is_word_of_another_type(text: &str) -> bool {
    const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];
    text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a character cannot stand in a single-quoted scalar of one line, or would not be seen by a reviewer.
fn must_escape(c: char) -> bool {
    match c {
        // Control characters, line separators, zero-width and direction marks, the byte-order mark, private use and
        // non-characters.
        '\u{0}'..='\u{1f}'
        | '\u{7f}'..='\u{a0}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fff0}'..='\u{ffff}' => true,
        '\u{10000}'.. => u32::from(c) & 0xfffe == 0xfffe || c >= '\u{e0000}',
        _ => false,
    }
}

fn write_double(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if must_escape(c) => {
                let code = u32::from(c);
                match code {
                    0..=0xff => append!(out, "\\x{code:02x}"),
                    0x100..=0xffff => append!(out, "\\u{code:04x}"),
                    _ => append!(out, "\\U{code:08x}"),
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
