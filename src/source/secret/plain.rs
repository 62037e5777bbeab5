//! What the escapes in a text stand for: a credential that is written with some is the same credential once it is decoded.

use memchr::memchr3_iter;
use std::ops::Range;

/// A text without its escapes, and the way back to where each part of it stands.
///
/// Those of YAML, JSON, HCL and URLs are read alike (`\x67`, `\u0067`, `\U00000067`, `\u{67}`, `%67`, `\/`), and a line that goes
/// on in the next (`\` at its end, as in Dockerfiles and double quotes), and codes for colours stand for nothing. Which language
/// it is nobody says; one read too much makes a credential of what is none in very few texts, and one too few shows one. `\n`,
/// `\"` and the like stay as they are: no credential has what they stand for.
pub(super) struct Plain {
    pub(super) text: String,
    /// In order; where they meet, they do so in the plain text.
    pieces: Vec<Piece>,
}

/// A part of the plain text: an escape, or what stands between two.
struct Piece {
    /// Offset in the plain text.
    plain: usize,
    /// Its bytes in the text as it is written.
    raw: Range<usize>,
    is_escape: bool,
}

impl Plain {
    /// Takes away escapes; `None` if there are none, as in nearly all texts.
    pub(super) fn of(raw: &str) -> Option<Self> {
        let mut plain = Self { text: String::new(), pieces: Vec::new() };
        let mut done = 0;
        for at in memchr3_iter(b'\\', b'%', 0x1b, raw.as_bytes()) {
            let Some((c, length)) = raw.get(at..).filter(|_| at >= done).and_then(escape) else { continue };
            plain.add(raw, done..at);
            let start = plain.text.len();
            if let Some(c) = c {
                plain.text.push(c);
                plain.pieces.push(Piece { plain: start, raw: at..at + length, is_escape: true });
            }
            done = at + length;
        }
        if done == 0 {
            return None;
        }
        plain.add(raw, done..raw.len());
        Some(plain)
    }

    fn add(&mut self, raw: &str, range: Range<usize>) {
        if !range.is_empty() {
            self.pieces.push(Piece { plain: self.text.len(), raw: range.clone(), is_escape: false });
            self.text.push_str(&raw[range]);
        }
    }

    /// Where a part of the plain text that is not empty begins and ends in the text as it is written.
    pub(super) fn raw(&self, range: &Range<usize>) -> Range<usize> {
        let piece = |at: usize| self.pieces[..self.pieces.partition_point(|piece| piece.plain <= at)].last();
        let (Some(first), Some(last)) = (piece(range.start), piece(range.end.saturating_sub(1))) else { return 0..0 };
        let start = if first.is_escape { first.raw.start } else { first.raw.start + range.start - first.plain };
        let end = if last.is_escape { last.raw.end } else { last.raw.start + range.end - last.plain };
        start..end.max(start)
    }
}

/// The escape that a text begins with: what it stands for, if it stands for anything, and its length in bytes.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    let rest = text.get(1..)?;
    match text.as_bytes().first()? {
        b'%' => hex(rest, 2).filter(char::is_ascii).map(|c| (Some(c), 3)),
        b'\\' => behind_backslash(rest),
        _ => code(rest).map(|length| (None, 1 + length)),
    }
}

fn behind_backslash(rest: &str) -> Option<(Option<char>, usize)> {
    let digits = |count| hex(rest.get(1..)?, count).map(|c| (Some(c), 2 + count));
    let first = *rest.as_bytes().first()?;
    match first {
        b'x' => digits(2),
        b'u' => match rest.strip_prefix("u{").and_then(|rest| rest.split_once('}')) {
            Some((inside, _)) if inside.len() <= 8 => hex(inside, inside.len()).map(|c| (Some(c), inside.len() + 4)),
            _ => digits(4),
        },
        b'U' => digits(8),
        b'\r' | b'\n' => {
            let next = rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n')?;
            Some((None, 1 + rest.len() - next.trim_start_matches([' ', '\t']).len()))
        }
        b'\\' | b'"' | b'\'' => None,
        _ => first.is_ascii_punctuation().then_some((Some(char::from(first)), 2)),
    }
}

/// The character that a text begins with the hexadecimal number of.
fn hex(text: &str, digits: usize) -> Option<char> {
    let digits = text.get(..digits).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

/// The length of a control sequence behind its escape character (ECMA-48, 5.4), as for colours.
fn code(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let end = inside.bytes().position(|b| (0x40..=0x7e).contains(&b))?;
    inside[..end].bytes().all(|b| (0x20..=0x3f).contains(&b)).then_some(end + 2)
}
