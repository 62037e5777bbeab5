//! Words of a script before they are expanded.

use crate::source::Span;
use crate::workflow::value::Text;

/// A word: pieces that stand together.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) pieces: Vec<Piece>,
    /// Where it is written, its quotes included.
    pub(super) place: Option<Span>,
}

/// A piece of a word. What is quoted is not split after its expansion.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Text as it is.
    Literal { text: Text, quoted: bool },
    /// `$NAME` and `${NAME...}`.
    Parameter { name: String, form: Form, written: Text, quoted: bool },
    /// `$(...)` and backticks: the script in them.
    Command { script: Text, written: Text, quoted: bool },
    /// What is not worked out: `$((...))`.
    Other { written: Text, quoted: bool },
}

/// What `${NAME...}` makes of a variable.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// The value.
    Plain,
    /// `#NAME`, and what is not understood.
    Other,
    /// `-word`, `:-word`, `=word`, `:=word`: the word if it is not set (or empty).
    Default { or_empty: bool, word: Word },
    /// `+word`, `:+word`: the word if it is set (and not empty).
    Alternative { or_empty: bool, word: Word },
    /// `,,` and `^^`.
    Case { upper: bool },
    /// `#`, `##`, `%`, `%%`: without what fits a pattern at the beginning or the end.
    Remove { from_end: bool, longest: bool, pattern: Word },
    /// `/pattern/text` and `//pattern/text`.
    Replace { all: bool, pattern: Word, with: Word },
}

impl Word {
    /// The text of a word that is one plain piece, as reserved words are.
    pub(super) fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Literal { text, quoted: false }] => text.known(),
            _ => None,
        }
    }

    /// The name and the rest of the word, if it is an assignment: `NAME=...` or `NAME+=...`.
    pub(super) fn assignment(&self) -> Option<Assignment> {
        let (Piece::Literal { text, quoted: false }, rest) = self.pieces.split_first()? else { return None };
        let (name, _) = text.marked().split_once('=')?;
        let (name, adds) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        if !is_name(name) {
            return None;
        }
        let after = text.cut(name.len() + usize::from(adds) + 1..text.marked().len());
        let mut pieces = vec![Piece::Literal { text: after, quoted: true }];
        pieces.extend(rest.iter().cloned());
        Some(Assignment { name: name.to_owned(), adds, value: Word { pieces, place: self.place } })
    }
}

/// `NAME=value`.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub(super) name: String,
    /// Whether the value is added to what the variable has.
    pub(super) adds: bool,
    pub(super) value: Word,
}

/// Whether a text can be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
