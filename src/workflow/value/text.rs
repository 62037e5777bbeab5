//! Texts of which parts may not be known, and which know where they were written.

use super::{Unknown, Value};
use crate::source::Span;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// Stands for a part that is not known. Where a file has this character itself, the text has U+FFFD in its place.
pub const HOLE: char = '\u{f8ff}';

/// The longest text that is put together, in bytes; what would be longer is not known.
pub const MAX_LENGTH: usize = 4 << 20;

/// Holes beyond which nobody asks what a text can be.
pub const MAX_HOLES: usize = 4;

/// A text: literal parts and holes, in order.
///
/// [`Text::marked`] is all of it as one string in which each hole is the character [`HOLE`], so that it can be searched and split
/// as strings are; [`Text::cut`] gives the part at some bytes of that string with its holes and places.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// All of it, each hole as [`HOLE`].
    marked: String,
    /// Offsets of the holes, ascending.
    holes: Vec<(usize, Unknown)>,
    /// Where runs of the text begin, ascending, and where they are written.
    places: Vec<(usize, Option<Span>)>,
}

/// What holes were found to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captures(BTreeMap<String, String>);

impl Captures {
    /// The value of what a hole stands for, by its text, as in `inputs.app`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Every hole's text and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Text {
    /// A text that is written at a place.
    pub fn placed(text: &str, span: Option<Span>) -> Self {
        let mut all = Self::default();
        all.push_str(text, span);
        all
    }

    /// A text that is nothing but a hole.
    pub fn hole(unknown: Unknown) -> Self {
        let mut all = Self::default();
        all.push_hole(unknown);
        all
    }

    /// Adds what is known.
    pub fn push_str(&mut self, text: &str, span: Option<Span>) {
        if text.is_empty() {
            return;
        }
        self.place(span);
        if text.contains(HOLE) {
            self.marked += &text.replace(HOLE, "\u{fffd}");
        } else {
            self.marked += text;
        }
    }

    /// Adds what is not known.
    pub fn push_hole(&mut self, unknown: Unknown) {
        self.place(unknown.place());
        self.holes.push((self.marked.len(), unknown));
        self.marked.push(HOLE);
    }

    /// Adds another text, with its holes and places.
    pub fn push(&mut self, other: &Self) {
        let by = self.marked.len();
        self.marked += &other.marked;
        self.holes.extend(other.holes.iter().map(|(at, hole)| (at + by, hole.clone())));
        self.places.extend(other.places.iter().map(|(at, span)| (at + by, *span)));
    }

    fn place(&mut self, span: Option<Span>) {
        self.places.push((self.marked.len(), span));
    }

    /// All of it, if there are no holes.
    pub fn known(&self) -> Option<&str> {
        self.holes.is_empty().then_some(&*self.marked)
    }

    /// All of it, each hole as [`HOLE`].
    pub fn marked(&self) -> &str {
        &self.marked
    }

    /// What it takes, in bytes: holes and places count too, and are what many small texts put together are made of. Limits are of this.
    pub fn size(&self) -> usize {
        self.marked.len()
            + self.holes.len() * size_of::<(usize, Unknown)>()
            + self.places.len() * size_of::<(usize, Option<Span>)>()
    }

    /// Whether it is the empty text, as far as that is known.
    pub fn is_empty(&self) -> bool {
        self.marked.is_empty()
    }

    /// What stands before the first hole.
    pub fn prefix(&self) -> &str {
        self.marked.split(HOLE).next().unwrap_or_default()
    }

    /// What stands after the last hole.
    pub fn suffix(&self) -> &str {
        self.marked.rsplit(HOLE).next().unwrap_or_default()
    }

    /// The holes, in the order of the text.
    pub fn holes(&self) -> impl Iterator<Item = &Unknown> {
        self.holes.iter().map(|(_, hole)| hole)
    }

    /// The hole at an offset of [`Text::marked`].
    pub fn hole_at(&self, at: usize) -> Option<&Unknown> {
        let index = self.holes.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        self.holes.get(index).map(|(_, hole)| hole)
    }

    /// Where it is written: from its first to its last part, if those stand in one file.
    pub fn span(&self) -> Option<Span> {
        let first = self.places.iter().find_map(|(_, span)| *span)?;
        let last = self.places.iter().rev().find_map(|(_, span)| *span)?;
        let is_one = first.file == last.file && first.start <= last.start;
        Some(if is_one { Span { end: first.end.max(last.end), ..first } } else { first })
    }

    /// The same text, written as a whole at another place.
    #[must_use]
    pub fn at(mut self, span: Option<Span>) -> Self {
        self.places = if self.marked.is_empty() { Vec::new() } else { vec![(0, span)] };
        self
    }

    /// The part at some bytes of [`Text::marked`]; empty unless they lie on the borders of characters.
    #[must_use]
    pub fn cut(&self, range: Range<usize>) -> Self {
        let Some(text) = self.marked.get(range.clone()) else { return Self::default() };
        let from = self.holes.partition_point(|(at, _)| *at < range.start);
        let to = self.holes.partition_point(|(at, _)| *at < range.end);
        let holes = self.holes.get(from..to).unwrap_or_default();
        let holes = holes.iter().map(|(at, hole)| (at - range.start, hole.clone())).collect();
        Self { marked: text.to_owned(), holes, places: self.cut_places(&range) }
    }

    fn cut_places(&self, range: &Range<usize>) -> Vec<(usize, Option<Span>)> {
        if range.is_empty() {
            return Vec::new();
        }
        let first = self.places.partition_point(|(at, _)| *at <= range.start).saturating_sub(1);
        let last = self.places.partition_point(|(at, _)| *at < range.end);
        let mut found = Vec::new();
        for index in first..last {
            let Some((start, span)) = self.places.get(index).copied() else { break };
            let end = self.places.get(index + 1).map_or(self.marked.len(), |(at, _)| *at);
            let part = start.max(range.start)..end.min(range.end);
            found.push((part.start.saturating_sub(range.start), span.map(|span| narrowed(span, start..end, &part))));
        }
        found
    }

    /// What stands before and after the first separator.
    pub fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        let at = self.marked.find(separator)?;
        Some((self.cut(0..at), self.cut(at + separator.len_utf8()..self.marked.len())))
    }

    /// The parts between separators.
    pub fn split(&self, separator: impl Fn(char) -> bool) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, c) in self.marked.char_indices().filter(|(_, c)| separator(*c)) {
            parts.push(self.cut(from..at));
            from = at + c.len_utf8();
        }
        parts.push(self.cut(from..self.marked.len()));
        parts
    }

    /// Without white space at its ends, as far as it is known.
    #[must_use]
    pub fn trim(&self) -> Self {
        let start = self.marked.len() - self.marked.trim_start().len();
        self.cut(start..start.max(self.marked.trim_end().len()))
    }

    /// Without a prefix that it has for certain.
    pub fn strip_prefix(&self, prefix: &str) -> Option<Self> {
        self.marked.starts_with(prefix).then(|| self.cut(prefix.len()..self.marked.len()))
    }

    /// All texts that it may be, if its holes have choices and those are no more than `limit` texts.
    pub fn possible(&self, limit: usize) -> Option<Vec<String>> {
        let mut found = vec![(String::new(), BTreeMap::new())];
        let mut holes = self.holes.iter();
        for (number, literal) in self.marked.split(HOLE).enumerate() {
            if number > 0 {
                let (_, hole) = holes.next()?;
                let name = hole.to_string();
                let mut next = Vec::new();
                for (text, taken) in found {
                    let choices: Vec<String> = match taken.get(&name) {
                        Some(value) => vec![String::clone(value)],
                        None => hole.choices().iter().map(Value::as_known_text).collect::<Option<_>>()?,
                    };
                    if choices.is_empty() || next.len() + choices.len() > limit {
                        return None;
                    }
                    for choice in choices {
                        let mut taken = taken.clone();
                        taken.insert(name.clone(), choice.clone());
                        next.push((format!("{text}{choice}"), taken));
                    }
                }
                found = next;
            }
            for (text, _) in &mut found {
                text.push_str(literal);
            }
        }
        Some(found.into_iter().map(|(text, _)| text).collect())
    }

    /// The text with the holes filled that were found out.
    #[must_use]
    pub fn filled(&self, captures: &Captures) -> Self {
        let mut filled = Self::default();
        let mut from = 0;
        for (at, hole) in &self.holes {
            if let Some(value) = captures.get(&hole.to_string()) {
                filled.push(&self.cut(from..*at));
                filled.push_str(value, hole.place());
                from = at + HOLE.len_utf8();
            }
        }
        filled.push(&self.cut(from..self.marked.len()));
        filled
    }

    /// The same in lower case, with what its holes can be.
    #[must_use]
    pub fn to_ascii_lowercase(&self) -> Self {
        let lower = |hole: &Unknown| {
            let choice = |choice: &Value| match choice {
                Value::Text(text) => Value::from(text.to_ascii_lowercase()),
                other => other.clone(),
            };
            hole.clone().one_of(hole.choices().iter().map(choice).collect())
        };
        let holes = self.holes.iter().map(|(at, hole)| (*at, lower(hole))).collect();
        Self { marked: self.marked.to_ascii_lowercase(), holes, places: self.places.clone() }
    }

    /// What its holes are if it is this text: one that is one and the same hole is the same wherever it stands, and one that has
    /// choices is one of them. Each hole is as short as it can be.
    pub fn fits(&self, text: &str) -> Option<Captures> {
        self.fits_as(text, false)
    }

    /// The same of a path: a hole is one part of it or a piece of one, and only at its beginning it may be several.
    pub fn fits_path(&self, path: &str) -> Option<Captures> {
        self.fits_as(path, true)
    }

    fn fits_as(&self, text: &str, is_path: bool) -> Option<Captures> {
        const MAX_FITTED: usize = 4096;
        if self.holes.len() > MAX_HOLES || text.len() > MAX_FITTED {
            return None;
        }
        let mut captures = Captures::default();
        self.fit((0, 0), text, is_path, &mut captures).then_some(captures)
    }

    /// Whether it fits from an offset and a hole of its own on.
    fn fit(&self, (from, hole): (usize, usize), text: &str, is_path: bool, captures: &mut Captures) -> bool {
        let Some((at, unknown)) = self.holes.get(hole) else { return self.marked.get(from..) == Some(text) };
        let Some(text) = self.marked.get(from..*at).and_then(|literal| text.strip_prefix(literal)) else {
            return false;
        };
        let (next, name) = (at + HOLE.len_utf8(), unknown.to_string());
        if let Some(known) = captures.0.get(&name) {
            let rest = text.strip_prefix(&**known);
            return rest.is_some_and(|rest| self.fit((next, hole + 1), rest, is_path, captures));
        }
        let choices: Option<Vec<String>> = unknown.choices().iter().map(Value::as_known_text).collect();
        let choices = choices.filter(|choices| !choices.is_empty());
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        for (value, rest) in ends.map(|end| text.split_at(end)) {
            if is_path && (value.is_empty() || (value.contains('/') && *at > 0)) {
                continue;
            }
            if choices.as_ref().is_some_and(|choices| !choices.iter().any(|choice| choice == value)) {
                continue;
            }
            captures.0.insert(name.clone(), value.to_owned());
            if self.fit((next, hole + 1), rest, is_path, captures) {
                return true;
            }
            captures.0.remove(&name);
        }
        false
    }
}

/// Where the bracket that opens a text is closed; others within it are closed first.
pub(crate) fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// The place of a part of a run, where the run stands in the file byte by byte.
fn narrowed(span: Span, run: Range<usize>, part: &Range<usize>) -> Span {
    let start = span.start as usize;
    if span.end as usize - start != run.len() {
        return span;
    }
    let start = start + part.start.saturating_sub(run.start);
    Span::new(span.file, start, start + part.len())
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::placed(text, None)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::placed(&text, None)
    }
}

/// Two texts are equal if they say the same; where they are written does not matter.
impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.marked == other.marked && self.holes().eq(other.holes())
    }
}

/// As a person would write it: a hole as `${{ secrets.X }}`.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut holes = self.holes();
        for (number, literal) in self.marked.split(HOLE).enumerate() {
            if number > 0
                && let Some(hole) = holes.next()
            {
                write!(f, "${{{{ {hole} }}}}")?;
            }
            f.write_str(literal)?;
        }
        Ok(())
    }
}
