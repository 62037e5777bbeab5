//! The second barrier: what is masked where text leaves, whatever it was made of.

use super::{Secret, SecretKind, forms, hidden, with_escapes};
use aho_corasick::{AhoCorasick, MatchKind};
use std::borrow::Cow;

/// The shortest part of a value that is masked, in bytes. Shorter ones are found in words that are no secret.
const LEAST: usize = 8;

/// Masks credentials: those whose form is known, and those whose value is.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    values: Option<AhoCorasick>,
}

impl Mask {
    /// Takes the values that are known. Where one has blanks, line breaks or letters that are not ASCII in it, its parts between
    /// them are masked.
    pub fn new<'v>(values: impl IntoIterator<Item = &'v str>) -> Self {
        let parts = values.into_iter().flat_map(|value| value.split(|c: char| !c.is_ascii_graphic()));
        let mut parts: Vec<&str> = parts.filter(|part| part.len() >= LEAST).collect();
        parts.sort_unstable();
        parts.dedup();
        // A message may have made one lower-case.
        let mut search = AhoCorasick::builder();
        search.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true);
        let search = || search.build(&parts).ok();
        Self { values: (!parts.is_empty()).then(search).flatten() }
    }

    /// The credentials of a text, by where they begin.
    pub fn find(&self, text: &str) -> Vec<Secret> {
        with_escapes(text, |text| {
            let mut found = forms::find(text);
            found.extend(self.values(text));
            found
        })
    }

    /// Whether one of the known values is in a text.
    pub fn has_value(&self, text: &str) -> bool {
        self.values.is_some() && !with_escapes(text, |text| self.values(text).collect()).is_empty()
    }

    fn values(&self, text: &str) -> impl Iterator<Item = Secret> {
        let found = self.values.iter().flat_map(move |values| values.find_iter(text));
        found.map(|value| Secret { range: value.range(), kind: SecretKind::Value, shown: 0 })
    }

    /// A text without its credentials, and as long as before.
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        hidden(text, &self.find(text))
    }
}

/// A text that is written piece by piece. What its pieces are masked to is what it would be masked to as a whole, wherever it is
/// cut: a line is held until it ends, and a private key until its last line.
#[derive(Debug, Default)]
pub struct Stream {
    held: String,
}

impl Stream {
    /// What can be written now that a piece has come.
    pub fn push<'t>(&mut self, mask: &Mask, piece: &'t str) -> Cow<'t, str> {
        if self.held.is_empty() {
            let (ready, rest) = piece.split_at(whole(piece));
            rest.clone_into(&mut self.held);
            return mask.masked(ready);
        }
        self.held.push_str(piece);
        let rest = self.held.split_off(whole(&self.held));
        let ready = std::mem::replace(&mut self.held, rest);
        Cow::Owned(mask.masked(&ready).into_owned())
    }

    /// What is left at the end.
    pub fn rest(&mut self, mask: &Mask) -> String {
        mask.masked(&std::mem::take(&mut self.held)).into_owned()
    }
}

/// The length of the beginning of a text that nothing behind it changes.
fn whole(text: &str) -> usize {
    let mut lines = text;
    let whole = loop {
        let Some(end) = lines.rfind(['\n', '\r']) else { return 0 };
        let line = lines[..end].trim_end_matches(['\n', '\r']);
        // It goes on in the next.
        if !line.ends_with('\\') {
            break end + 1;
        }
        lines = line;
    };
    forms::open_key(&text[..whole]).unwrap_or(whole)
}
