//! Text and places in it: which file, which bytes, which line and column.
//!
//! A [`Span`] is what a value carries from the moment it is read, so that every later message can point at the text
//! it is about. Lines and columns are computed only when a message is shown.

pub mod secret;
mod text;
mod url;

pub use text::{is_hidden, mermaid_label, visible, visible_line};
pub use url::{percent_decoded, percent_encoded};

use secret::{Mask, Secret};
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// Identifies a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A range of bytes in one file: `start` is the first byte, `end` the byte after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file that the bytes are in.
    pub file: FileId,
    /// Offset of the first byte, from 0.
    pub start: u32,
    /// Offset of the byte after the last; never below `start`.
    pub end: u32,
}

impl Span {
    /// Makes a span of the bytes `start..end`; an `end` before `start` gives an empty span at `start`.
    ///
    /// Offsets past 4 GiB saturate: the readers refuse such files long before.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX).max(start);
        Self { file, start, end }
    }

    /// The file's number, the start and the end, for data models that only know numbers.
    pub(crate) fn to_parts(self) -> [u32; 3] {
        [self.file.0, self.start, self.end]
    }

    /// The inverse of [`Span::to_parts`].
    pub(crate) fn from_parts([file, start, end]: [u32; 3]) -> Self {
        Self { file: FileId(file), start, end }
    }
}

/// A value and the place it was written at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct At<T> {
    /// What is written there.
    pub value: T,
    /// The bytes of the value in its file.
    pub span: Span,
}

impl<T> At<T> {
    /// Puts a value and its place together.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Changes the value and keeps the place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), span: self.span }
    }
}

/// A position as people count it: both numbers from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCol {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

impl fmt::Display for LineCol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One file's name, as it is shown to people, and its text. Both are without the credentials that were in them.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    /// What was masked; `None` if nothing was, as in nearly all files.
    masked: Option<Box<Masked>>,
    index: OnceLock<Index>,
}

/// What is counted once, so that no place costs more than another: a file may be one line of megabytes with thousands of
/// problems.
#[derive(Debug)]
struct Index {
    /// By line: the offset of its first byte.
    line_starts: Vec<usize>,
    /// By block of the text: how many characters begin before it.
    characters: Vec<usize>,
}

impl Index {
    /// Bytes of a block.
    const BLOCK: usize = 256;

    fn of(text: &str) -> Self {
        let feeds = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(feeds.map(|(at, _)| at + 1)).collect();
        let counts = text.as_bytes().chunks(Self::BLOCK).map(beginnings);
        let characters = counts.scan(0, |before, count| Some(std::mem::replace(before, *before + count))).collect();
        Self { line_starts, characters }
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = (offset / Self::BLOCK).min(self.characters.len().saturating_sub(1));
        self.characters
            .get(block)
            .map_or(0, |before| before + beginnings(&text.as_bytes()[block * Self::BLOCK..offset]))
    }
}

/// How many characters of UTF-8 begin in some bytes: all but those that continue one.
fn beginnings(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[derive(Debug)]
struct Masked {
    text: String,
    secrets: Vec<Secret>,
}

impl SourceFile {
    /// Makes a file of a name and its text, and masks the credentials in both.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::of(&Mask::default(), &name.into(), text.into())
    }

    fn of(mask: &Mask, name: &str, text: String) -> Self {
        let name = mask.masked(name).into_owned();
        let secrets = mask.find(&text);
        let index = OnceLock::new();
        if secrets.is_empty() {
            return Self { name, text, masked: None, index };
        }
        let hidden = secret::hide(&text, &secrets);
        Self { name, text: hidden, masked: Some(Box::new(Masked { text, secrets })), index }
    }

    /// The name that messages show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, masked.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole text as it was written, credentials and all: for what is written back into the user's own file, and for nothing
    /// else. Places in it are those of [`SourceFile::text`].
    pub fn text_to_write_back(&self) -> &str {
        self.masked.as_ref().map_or(&self.text, |masked| &masked.text)
    }

    /// The credentials that are masked in the text, by where they begin.
    pub fn secrets(&self) -> &[Secret] {
        self.masked.as_ref().map_or(&[], |masked| &masked.secrets)
    }

    /// The line and column of a byte offset; an offset past the end is the end.
    pub fn line_col(&self, offset: usize) -> LineCol {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let index = self.index();
        let line = index.line_starts.partition_point(|start| *start <= offset);
        let before = |offset| index.characters_before(&self.text, offset);
        LineCol { line, column: before(offset) - before(index.line_starts[line - 1]) + 1 }
    }

    /// The bytes of a line, by its number from 1, without the line feed or CRLF at its end; those of a line that is not there
    /// are none, at the end.
    pub fn line(&self, number: usize) -> Range<usize> {
        let starts = &self.index().line_starts;
        let end = self.text.len();
        let start = number.checked_sub(1).and_then(|before| starts.get(before)).copied().unwrap_or(end);
        let line = &self.text[start..starts.get(number).copied().unwrap_or(end).max(start)];
        let line = line.strip_suffix('\n').unwrap_or(line);
        start..start + line.strip_suffix('\r').unwrap_or(line).len()
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.text))
    }
}

/// All files of a run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    known: Mask,
}

impl Sources {
    /// A set without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// A set without files, of which none will show these values either.
    pub fn without(known: Mask) -> Self {
        Self { files: Vec::new(), known }
    }

    /// Adds a file and returns what its spans refer to it by.
    pub fn add(&mut self, mut file: SourceFile) -> FileId {
        if self.known.has_value(&file.name) || self.known.has_value(file.text_to_write_back()) {
            let text = file.masked.map_or(file.text, |masked| masked.text);
            file = SourceFile::of(&self.known, &file.name, text);
        }
        // A run reads far fewer than 2^32 files; the readers limit them.
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// All files, in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        // `add` made each of these numbers.
        self.files.iter().zip(0_u32..).map(|(file, number)| (FileId(number), file))
    }

    /// The file behind an id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The line and column of a span's first byte.
    pub fn line_col(&self, span: Span) -> LineCol {
        self.file(span.file).line_col(span.start as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let file = SourceFile::new("a", "ab\n\u{e9}\u{4e2d}x\r\nlast");
        let at = |offset| file.line_col(offset).to_string();
        assert_eq!(at(0), "1:1");
        assert_eq!(at(2), "1:3");
        assert_eq!(at(3), "2:1");
        assert_eq!(at(8), "2:3", "x stands after two characters of two and three bytes");
        assert_eq!(at(4), "2:1", "the middle of a character is its start");
        assert_eq!(at(11), "3:1");
        assert_eq!(at(999), "3:5");
    }

    #[test]
    fn columns_of_a_long_line_are_those_that_counting_gives() {
        let text = format!("first\n{}", "a\u{e9}\u{4e2d}\u{1f600}".repeat(300));
        let file = SourceFile::new("a", &*text);
        for (offset, _) in text.char_indices().skip(6) {
            assert_eq!(file.line_col(offset).column, text[6..offset].chars().count() + 1, "{offset}");
        }
    }

    #[test]
    fn lines_are_without_their_ends() {
        let text = "a\r\n\nb\r";
        let file = SourceFile::new("a", text);
        let lines: Vec<&str> = (0..6).map(|number| &text[file.line(number)]).collect();
        assert_eq!(lines, ["", "a", "", "b", "", ""]);
        assert_eq!(SourceFile::new("a", "").line_col(3).to_string(), "1:1");
    }

    #[test]
    fn a_file_shows_no_secret_and_keeps_what_it_says_for_whoever_writes_it_back() {
        let token = format!("ghp_{}", "a".repeat(36));
        let file = SourceFile::new(format!("x/{token}"), format!("key: {token}\nb: c"));
        let stars = format!("ghp_aaaa{}", "*".repeat(32));
        assert_eq!((file.name(), file.text()), (format!("x/{stars}").as_str(), format!("key: {stars}\nb: c").as_str()));
        assert_eq!(file.text_to_write_back(), format!("key: {token}\nb: c"));
        assert!(!SourceFile::new("", "b: c").text_to_write_back().is_empty());
    }

    #[test]
    fn a_span_covers_its_text() {
        let mut sources = Sources::new();
        let id = sources.add(SourceFile::new("a", "name: api"));
        assert_eq!(sources.text(Span::new(id, 6, 9)), "api");
        assert_eq!(sources.text(Span::new(id, 6, 99)), "", "a span past the end covers nothing and does not panic");
        assert_eq!(Span::new(id, 5, 2), Span::new(id, 5, 5));
    }
}
