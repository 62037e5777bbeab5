//! A reader for YAML as `synth` and kubectl write it, several times as fast as one for all of YAML.
//!
//! It knows block mappings and lists, scalars of one line, and literal blocks. It gives up on everything else and on
//! everything that is wrong, so that a reader for all of YAML decides: what it reads, both read alike (a property test
//! compares them).

use super::value::{Interner, Map, Value};
use crate::emit::is_word_of_another_type;
use std::rc::Rc;

/// Levels of nesting that are read here.
const MAX_DEPTH: usize = 64;

/// The value of a document without its `---`; `None` if a reader for all of YAML has to look.
pub(super) fn document(text: &str, texts: &mut Interner) -> Option<Value> {
    let mut reader = Reader { text, next: 0, line: None, texts };
    reader.advance()?;
    let Some(line) = reader.line else { return Some(Value::Null) };
    let value = reader.block(line.indent, 0)?;
    reader.line.is_none().then_some(value)
}

/// A line that holds something: its indentation in spaces, and the rest.
#[derive(Clone, Copy)]
struct ManifestLine<'a> {
    indent: usize,
    content: &'a str,
}

struct Reader<'a, 't> {
    text: &'a str,
    /// Where the line after the present one starts.
    next: usize,
    /// The present line; none at the end.
    line: Option<ManifestLine<'a>>,
    texts: &'t mut Interner,
}

impl<'a> Reader<'a, '_> {
    /// The next line as it stands, without its line feed.
    fn raw(&self) -> Option<(&'a str, usize)> {
        let rest = self.text.get(self.next..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n');
        Some(match length {
            Some(length) => (&rest[..length], self.next + length + 1),
            None => (rest, self.text.len()),
        })
    }

    /// Goes to the next line that is neither blank nor a comment.
    fn advance(&mut self) -> Option<()> {
        loop {
            let Some((raw, next)) = self.raw() else {
                self.line = None;
                return Some(());
            };
            self.next = next;
            let content = raw.trim_start_matches(' ');
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if content.starts_with('\t') || content.ends_with([' ', '\t', '\r']) {
                return None;
            }
            self.line = Some(ManifestLine { indent: raw.len() - content.len(), content });
            return Some(());
        }
    }

    /// What begins on the present line at this column.
    fn block(&mut self, indent: usize, depth: usize) -> Option<Value> {
        let line = self.line?;
        if depth > MAX_DEPTH {
            return None;
        }
        if is_item(line.content) {
            return self.list(indent, depth);
        }
        if split_key(line.content).is_some() {
            return self.map(indent, depth);
        }
        let value = self.scalar(line.content)?;
        self.advance()?;
        Some(value)
    }

    fn list(&mut self, indent: usize, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        while let Some(line) = self.line.filter(|line| line.indent == indent && is_item(line.content)) {
            let rest = line.content.get(2..)?;
            if rest.starts_with(' ') {
                return None;
            }
            // What stands behind the hyphen is a block at the column where it stands.
            self.line = Some(ManifestLine { indent: indent + 2, content: rest });
            items.push(self.block(indent + 2, depth + 1)?);
        }
        self.ends(indent)?;
        Some(Value::List(items))
    }

    fn map(&mut self, indent: usize, depth: usize) -> Option<Value> {
        let mut fields: Vec<(Rc<str>, Value)> = Vec::new();
        while let Some(line) = self.line.filter(|line| line.indent == indent && !is_item(line.content)) {
            let (key, rest) = split_key(line.content)?;
            let Value::Text(key) = self.scalar(key)? else { return None };
            let value = match rest {
                "" => {
                    self.advance()?;
                    match self.line {
                        Some(line) if line.indent > indent => self.block(line.indent, depth + 1)?,
                        Some(line) if line.indent == indent && is_item(line.content) => self.list(indent, depth + 1)?,
                        _ => Value::Null,
                    }
                }
                "|" | "|-" => self.literal(indent, rest == "|")?,
                scalar => {
                    let value = self.scalar(scalar)?;
                    self.advance()?;
                    value
                }
            };
            fields.push((key, value));
        }
        self.ends(indent)?;
        Map::of(fields).map(Value::Map)
    }

    /// A collection ends where nothing stands further to the right: else the line before went on.
    fn ends(&self, indent: usize) -> Option<()> {
        self.line.is_none_or(|line| line.indent <= indent).then_some(())
    }

    /// A literal block below a key in this column; one line feed is kept at its end, or none.
    fn literal(&mut self, parent: usize, clip: bool) -> Option<Value> {
        let mut out = String::new();
        let mut column = None;
        while let Some((raw, next)) = self.raw() {
            let indent = raw.len() - raw.trim_start_matches(' ').len();
            if raw.ends_with('\r') {
                return None;
            }
            if indent == raw.len() {
                // Spaces alone are text only if they reach past the column, which nobody writes.
                if indent > column.unwrap_or(0) {
                    return None;
                }
            } else {
                if indent <= parent {
                    break;
                }
                let column = *column.get_or_insert(indent);
                if indent < column {
                    return None;
                }
                out.push_str(&raw[column..]);
            }
            out.push('\n');
            self.next = next;
        }
        let text = out.trim_end_matches('\n').len();
        out.truncate(text);
        if clip && text > 0 {
            out.push('\n');
        }
        let value = Value::Text(self.texts.get(&out));
        self.advance()?;
        Some(value)
    }

    fn scalar(&mut self, text: &str) -> Option<Value> {
        match text.as_bytes().first()? {
            b'\'' => {
                let inner = text.strip_prefix('\'')?.strip_suffix('\'').filter(|_| text.len() > 1)?;
                if !inner.contains('\'') {
                    return Some(Value::Text(self.texts.get(inner)));
                }
                let single = inner.replace("''", "\u{0}");
                (!single.contains('\'')).then(|| Value::Text(self.texts.get(&single.replace('\u{0}', "'"))))
            }
            b'"' => {
                let inner = text.strip_prefix('"')?.strip_suffix('"').filter(|_| text.len() > 1)?;
                unescaped(inner).map(|text| Value::Text(self.texts.get(&text)))
            }
            b'{' if text == "{}" => Some(Value::Map(Map::default())),
            b'[' if text == "[]" => Some(Value::List(Vec::new())),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'@' | b'`' | b'%' | b'<' => {
                None
            }
            b'-' | b'?' | b':' if matches!(text.as_bytes().get(1), None | Some(b' ')) => None,
            _ if is_suspicious(text) => None,
            _ => self.plain(text),
        }
    }

    /// A plain scalar. Only what every reader takes for a text, a whole number or a word of its type is read here.
    fn plain(&mut self, text: &str) -> Option<Value> {
        let first = text.chars().next()?;
        if first.is_ascii_digit() || matches!(first, '-' | '+' | '.') {
            if text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || first != '0') {
                return text.parse::<u64>().ok().map(|number| Value::Number(number.into()));
            }
            // `24h0m0s` and `22-slim` are texts to all: a letter that no number and no date has.
            let text_to_all =
                text.bytes().any(|b| matches!(b, b'g'..=b'm' | b'p'..=b's' | b'u'..=b'w')) && first.is_ascii_digit();
            return text_to_all.then(|| Value::Text(self.texts.get(text)));
        }
        match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ if text.len() <= 5 && (text.starts_with('~') || is_word_of_another_type(text)) => None,
            _ => Some(Value::Text(self.texts.get(text))),
        }
    }
}

/// Whether a plain scalar holds what ends one, or a tab.
fn is_suspicious(text: &str) -> bool {
    // Without early ends, so that the compiler looks at many bytes at once: most texts hold none of these.
    let one = |is: bool| u8::from(is);
    let any = text.bytes().fold(0, |any, b| any | one(b == b':') | one(b == b'#') | one(b == b'\t'));
    any != 0 && (text.contains(": ") || text.contains(" #") || text.ends_with(':') || text.contains('\t'))
}

fn is_item(content: &str) -> bool {
    content.starts_with("- ")
}

/// The key of a line and what stands behind its colon.
fn split_key(content: &str) -> Option<(&str, &str)> {
    let end = if let quote @ (b'\'' | b'"') = content.as_bytes().first()? {
        let inner = content.get(1..)?;
        let close = inner.bytes().position(|b| b == *quote || b == b'\\')?;
        let after = close + 2;
        // A doubled or an escaped quote: not in a key that anybody writes.
        (content.as_bytes().get(close + 1) == Some(quote) && content.as_bytes().get(after) == Some(&b':'))
            .then_some(after)?
    } else {
        // Keys are short: looking byte by byte is quicker than a search.
        let bytes = content.as_bytes();
        let mut colons = bytes.iter().enumerate().filter(|(_, b)| **b == b':').map(|(at, _)| at);
        colons.find(|at| matches!(bytes.get(at + 1), None | Some(b' ')))?
    };
    let (key, rest) = content.split_at_checked(end)?;
    let rest = rest.strip_prefix(':')?;
    match rest.strip_prefix(' ') {
        Some(value) => Some((key, value.trim_start_matches(' '))),
        None => rest.is_empty().then_some((key, "")),
    }
}

/// The text of a double-quoted scalar of one line.
fn unescaped(inner: &str) -> Option<String> {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find(['\\', '"']) {
        out.push_str(&rest[..at]);
        let escape = rest[at..].strip_prefix('\\')?;
        let kind = escape.chars().next()?;
        rest = &escape[kind.len_utf8()..];
        let digits = match kind {
            'n' => '\n'.into(),
            't' => '\t'.into(),
            'r' => '\r'.into(),
            '0' => '\0'.into(),
            '"' | '\\' | '/' | ' ' => kind.into(),
            'x' | 'u' | 'U' => None,
            _ => return None,
        };
        if let Some(c) = digits {
            out.push(c);
            continue;
        }
        let length = match kind {
            'x' => 2,
            'u' => 4,
            _ => 8,
        };
        let (hex, after) = rest.split_at_checked(length)?;
        out.push(u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::value::Seed;
    use serde::de::DeserializeSeed;

    /// What a reader for all of YAML makes of a document.
    fn whole(text: &str) -> Option<Value> {
        Seed(&mut Interner::default()).deserialize(serde_yaml::Deserializer::from_str(text)).ok()
    }

    /// Pieces that stand together in every way: what is read here is what is read there.
    const PIECES: [&str; 54] = [
        "a: b",
        "a:",
        "- a",
        "- a: b",
        "-",
        "- ",
        "- - a",
        "a: |\n  x\n   y\n\n  z\n\n",
        "a: |-\n  x",
        "a: |\nb: c",
        "a: >\n  x",
        "a: 'it''s'",
        "a: 'x\n  y'",
        "a: \"x\\n\\x41\\u00e9\\U0001F600\"",
        "a: \"\\q\"",
        "a: \"x\" y",
        "a: 'x' y",
        "'a': b",
        "\"a b\": c",
        "\"a\\\"\": c",
        "a: b: c",
        "a: b #c",
        "a: b#c",
        "# c",
        "a: 1",
        "a: 01",
        "a: 0x1",
        "a: 1.5",
        "a: -1",
        "a: ~",
        "a: null",
        "a: true",
        "a: yes",
        "a: 24h0m0s",
        "a: 1_000",
        "a: 2026-11-23",
        "a: 1:30",
        "a: {}",
        "a: []",
        "a: {b: c}",
        "a: [b]",
        "a: &x b",
        "a: *x",
        "a: !!str 1",
        "a: b\n c",
        "a:\n- b\n- c",
        "a:\n  - b\n  c: d",
        "a:\n  b: c\n d: e",
        "\ta: b",
        "a:\tb",
        "a: b\r",
        "a: https://x.y/z?q=1",
        "<<: {a: b}",
        "a: ${{ x }}",
    ];

    #[test]
    fn what_is_read_here_is_what_a_whole_reader_reads() {
        let mut read = 0;
        let mut documents: Vec<String> = PIECES.iter().map(|piece| format!("{piece}\n")).collect();
        for first in PIECES {
            documents.extend(PIECES.iter().flat_map(|second| {
                // Under one another, and the second further to the right.
                let indented = second.replace('\n', "\n  ");
                [
                    format!("{first}\n{second}\n"),
                    format!("{first}\n  {indented}\n"),
                    format!("- {first}\n- {indented}\n"),
                ]
            }));
        }
        for text in &documents {
            if let Some(value) = document(text, &mut Interner::default()) {
                read += 1;
                assert_eq!(Some(value), whole(text), "{text:?}");
            }
        }
        assert!(read > 500, "{read} of {}", documents.len());
    }
}
